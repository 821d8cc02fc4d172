//! Documents without what must not be seen: for the audit log and for differences.

use model::SECRET_SCHEME;
use serde_json::Value;

const HIDDEN: &str = "[hidden]";

/// Fields whose texts are secrets wherever they stand: credentials, and headers that carry them.
const SECRETS: [&str; 16] = [
    "key",
    "key_hash",
    "password",
    "password_hash",
    "secret",
    "client_secret",
    "secret_hash",
    "registration_hash",
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
    redact(&mut document);
    document
}

/// Whether the text of a field with this name is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    // Where a secret is is none.
                    Value::String(text) if text.starts_with(SECRET_SCHEME) => {}
                    Value::String(text) if is_secret(name) => HIDDEN.clone_into(text),
                    // Several values of one header.
                    Value::Array(items) if is_secret(name) => {
                        for item in items {
                            match item {
                                Value::String(text) => HIDDEN.clone_into(text),
                                other => redact(other),
                            }
                        }
                    }
                    other => redact(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
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
        });
        let shown = redacted(document).to_string();
        assert!(!shown.contains("s3cret") && !shown.contains("sha256:00"), "{shown}");
        assert!(shown.contains("plk_abcd") && shown.contains("prod") && shown.contains("ada"), "{shown}");
    }
}
