//! Documents without what must not be seen: for the audit log and for differences.

use model::SECRET_SCHEME;
use serde_json::Value;

const HIDDEN: &str = "[hidden]";

/// Fields whose texts are secrets wherever they stand: credentials, and headers that carry them.
const SECRETS: &[&str] = &[
    "key",
    "key_hash",
    "password",
    "password_hash",
    "secret",
    "client_secret",
    "secret_hash",
    "registration_hash",
    "secret_access_key",
    "session_secret",
    "session_token",
    "private_key",
    "token",
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "apikey",
    "api-key",
];

/// The document with every secret replaced.
pub(crate) fn redacted(mut document: Value) -> Value {
    redact("", &mut document);
    document
}

/// Whether a text in a field with this name is a secret, in an object that stands in a field of its own.
pub(crate) fn is_secret(parent: &str, name: &str) -> bool {
    let is_named = |name: &str| SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret));
    match name {
        "value" => is_named(parent),
        // Of a JWK: a shared key, and the private part of others (RFC 7518 §6).
        "k" | "d" => parent == "jwk",
        // Which cookie, rather than what is in it.
        "cookie" if matches!(parent, "sticky" | "hash_on" | "per" | "jwt-auth") => false,
        name => is_named(name),
    }
}

/// The same of a value in a field.
pub(crate) fn redact_field(parent: &str, name: &str, value: &mut Value) {
    match value {
        // Where a secret is is none.
        Value::String(text) if text.starts_with(SECRET_SCHEME) => {}
        Value::String(text) if is_secret(parent, name) => HIDDEN.clone_into(text),
        // Several values of one header.
        Value::Array(items) => items.iter_mut().for_each(|item| redact_field(parent, name, item)),
        other => redact(name, other),
    }
}

fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(inner, value)| redact_field(name, inner, value));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(name, item)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_at_any_depth_and_nothing_else_is() {
        let document = json!({
            "name": "ada",
            "credentials": [{ "key_hash": "sha256:00", "hint": "plk_abcd" }],
            "policies": [{ "headers": { "request": { "set": { "Authorization": "Bearer s3cret", "x-env": "prod" } } } }],
            "x-api-key": ["s3cret"],
            "upstream-auth": [{ "key": { "header": "x-key", "value": "s3cret" } }, { "jwt": { "private_key": "s3cret" } }],
            "keys": [{ "jwk": { "kty": "oct", "k": "s3cret" } }, { "secret": "secret://kept" }],
            "value": "prod",
            "split": { "sticky": ["consumer", { "cookie": "session" }] },
            "set": { "cookie": "id=s3cret" },
        });
        let shown = redacted(document).to_string();
        assert!(!shown.contains("s3cret") && !shown.contains("sha256:00"), "{shown}");
        assert!(shown.contains("secret://kept") && shown.contains("x-key"), "{shown}");
        assert!(shown.contains("plk_abcd") && shown.contains("prod") && shown.contains("ada"), "{shown}");
        assert!(shown.contains("session"), "{shown}");
    }

    /// What policies have in fields that sound like secrets is one, or is known to be none.
    #[test]
    fn no_policy_has_a_secret_that_is_not_hidden() {
        const NONE: [&str; 3] = ["token_url", "subject_token_type", "requested_token_type"];
        fn look(parent: &str, schema: &Value, definitions: &Value, depth: usize, found: &mut Vec<String>) {
            if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
                return if depth < 20 {
                    look(parent, &definitions[name], definitions, depth + 1, found)
                };
            }
            for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
                let sounds =
                    ["secret", "password", "private", "token"].iter().any(|word| name.contains(word));
                let is_text = inner["type"] == "string"
                    || inner["type"].as_array().is_some_and(|types| types.contains(&"string".into()));
                if sounds && is_text && !NONE.contains(&name.as_str()) && !is_secret(parent, name) {
                    found.push(format!("{parent}.{name}"));
                }
                look(name, inner, definitions, depth + 1, found);
            }
            for part in ["anyOf", "oneOf", "allOf"]
                .iter()
                .flat_map(|part| schema[part].as_array().into_iter().flatten())
            {
                look(parent, part, definitions, depth + 1, found);
            }
            if schema["items"].is_object() {
                look(parent, &schema["items"], definitions, depth + 1, found);
            }
        }
        let mut found = Vec::new();
        for policy in policies::CATALOG.0 {
            let schema = policy.schema().to_value();
            look(policy.name(), &schema, &schema["$defs"], 0, &mut found);
        }
        assert_eq!(found, [""; 0], "fields whose texts the audit log would show");
    }
}
