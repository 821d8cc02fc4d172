//! Resource documents: everything configurable, one `kind` each.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::Value;

use crate::{
    Api, App, AuthorizationServer, Block, Certificate, Consumer, Design, Finding, Gateway, IdentityProvider,
    Plan, Product, Route, Standard, Subscription, Upstream, Waiver, Webhook, Workspace,
};

macro_rules! kinds {
    ($( $(#[doc = $doc:literal])+ $kind:ident, $word:literal, $plural:literal; )+) => {
        /// The kinds of resource, in the order they are applied: a kind refers only to earlier ones.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $( $(#[doc = $doc])+ $kind, )+ }

        /// One resource of any kind.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Resource { $( $kind(Box<$kind>), )+ }

        impl Kind {
            pub const ALL: &'static [Kind] = &[ $( Kind::$kind, )+ ];

            /// The word after `kind:`.
            pub fn as_str(self) -> &'static str {
                match self { $( Kind::$kind => $word, )+ }
            }

            /// The word in URLs.
            pub fn plural(self) -> &'static str {
                match self { $( Kind::$kind => $plural, )+ }
            }
        }

        impl Resource {
            pub fn kind(&self) -> Kind {
                match self { $( Resource::$kind(_) => Kind::$kind, )+ }
            }

            /// The document with its `kind` first.
            pub fn to_value(&self) -> Value {
                let fields = match self {
                    $( Resource::$kind(resource) => serde_json::to_value(resource), )+
                };
                let mut document = serde_json::Map::new();
                document.insert("kind".into(), self.kind().as_str().into());
                if let Ok(Value::Object(fields)) = fields {
                    document.extend(fields);
                }
                Value::Object(document)
            }

            fn of_kind(kind: Kind, fields: Value) -> Result<Resource, Finding> {
                match kind { $( Kind::$kind => typed(fields).map(|r| Resource::$kind(Box::new(r))), )+ }
            }
        }

        $( impl From<$kind> for Resource {
            fn from(resource: $kind) -> Resource {
                Resource::$kind(Box::new(resource))
            }
        } )+
    };
}

kinds! {
    /// A tenant.
    Workspace, "workspace", "workspaces";
    /// A certificate for the TLS listeners.
    Certificate, "certificate", "certificates";
    /// What holds for a gateway as a whole.
    Gateway, "gateway", "gateways";
    /// A named pool of endpoints.
    Upstream, "upstream", "upstreams";
    /// A published API.
    Api, "api", "apis";
    /// A route that no contract gave.
    Route, "route", "routes";
    /// Who calls.
    Consumer, "consumer", "consumers";
    /// The limits that a subscription comes with.
    Plan, "plan", "plans";
    /// A bundle of APIs.
    Product, "product", "products";
    /// Whose tokens apps have, in place of the built-in one.
    AuthorizationServer, "authorization-server", "authorization-servers";
    /// An application of a developer.
    App, "app", "apps";
    /// An app's right to a product under a plan.
    Subscription, "subscription", "subscriptions";
    /// Calls that are refused at once.
    Block, "block", "blocks";
    /// What is asked of APIs.
    Standard, "standard", "standards";
    /// What an API may do without for a while.
    Waiver, "waiver", "waivers";
    /// Where people sign in.
    IdentityProvider, "identity-provider", "identity-providers";
    /// A contract in the making.
    Design, "design", "designs";
    /// Where another program is told of what happens.
    Webhook, "webhook", "webhooks";
}

impl Kind {
    /// Whether what is of this kind is for operators alone: it holds for all workspaces, and stands in `default`.
    pub fn is_for_operators(self) -> bool {
        matches!(self, Kind::Workspace | Kind::Gateway | Kind::Certificate)
    }
}

impl Resource {
    /// What identifies it among its kind: its name, and for an API `name@version`.
    pub fn id(&self) -> String {
        match self {
            Resource::Workspace(r) => r.name.to_string(),
            Resource::Gateway(r) => r.name.to_string(),
            Resource::Certificate(r) => r.name.to_string(),
            Resource::Upstream(r) => r.name.as_ref().map(ToString::to_string).unwrap_or_default(),
            Resource::Api(r) => r.id(),
            Resource::Route(r) => r.name.to_string(),
            Resource::Consumer(r) => r.name.to_string(),
            Resource::Plan(r) => r.name.to_string(),
            Resource::Product(r) => r.name.to_string(),
            Resource::AuthorizationServer(r) => r.name.to_string(),
            Resource::App(r) => r.name.to_string(),
            Resource::Subscription(r) => r.name.to_string(),
            Resource::Block(r) => r.name.to_string(),
            Resource::Standard(r) => r.name.to_string(),
            Resource::Waiver(r) => r.name.to_string(),
            Resource::IdentityProvider(r) => r.name.to_string(),
            Resource::Design(r) => r.name.to_string(),
            Resource::Webhook(r) => r.name.to_string(),
        }
    }

    /// Reads one document: an object with its `kind`.
    ///
    /// # Errors
    /// A finding that names the field, and for an unknown kind or field what is known.
    pub fn from_value(mut document: Value) -> Result<Resource, Finding> {
        let Some(fields) = document.as_object_mut() else {
            return Err(Finding::error(
                "not-a-resource",
                "a resource is a mapping that begins with its `kind`",
            ));
        };
        // Shifting keeps the order of the other fields, which errors and exports show.
        let kind = match fields.shift_remove("kind") {
            Some(Value::String(kind)) => {
                kind.parse::<Kind>().map_err(|e| Finding::error("unknown-kind", e).in_field("kind"))?
            }
            Some(_) => return Err(Finding::error("unknown-kind", "`kind` must be a word").in_field("kind")),
            None => {
                return Err(Finding::error(
                    "missing-kind",
                    format!("`kind` is missing; it is one of {}", words()),
                )
                .in_field("kind"));
            }
        };
        let resource = Resource::of_kind(kind, document)?;
        if resource.id().is_empty() {
            return Err(Finding::error("missing-name", format!("a {kind} needs a `name`")).in_field("name"));
        }
        Ok(resource)
    }

    /// As [`Resource::from_value`], with everything that is wrong at once: what is wrong is left out, and the rest is read again.
    ///
    /// # Errors
    /// Its findings, one at least and [`MOST_FAULTS`] at most.
    pub fn read(document: Value) -> Result<Resource, Vec<Finding>> {
        let mut rest = document;
        let mut findings: Vec<Finding> = Vec::new();
        let mut left_out: Vec<String> = Vec::new();
        loop {
            let finding = match Resource::from_value(rest.clone()) {
                Ok(resource) if findings.is_empty() => return Ok(resource),
                Ok(_) => return Err(findings),
                Err(finding) => finding,
            };
            let field = finding.field.clone().unwrap_or_default();
            let missing =
                finding.message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
            let missing = missing.map(|(name, _)| match field.as_str() {
                "" => name.to_owned(),
                parent => format!("{parent}.{name}"),
            });
            // What was left out is missing, and no other mistake.
            if !left_out.contains(missing.as_ref().unwrap_or(&field)) {
                findings.push(finding);
            } else if missing.is_none() {
                return Err(findings);
            }
            if missing.is_some() || findings.len() >= MOST_FAULTS {
                return Err(findings);
            }
            match leave_out(&mut rest, &field) {
                Some(left) => left_out.push(left),
                None => return Err(findings),
            }
        }
    }
}

/// Findings about the fields of one document beyond this many are not told.
const MOST_FAULTS: usize = 50;

/// Takes a field out of a document, or the list it is in, so that the places of other items stay; the path of what was taken.
fn leave_out(document: &mut Value, field: &str) -> Option<String> {
    let path = field.find('[').filter(|_| field.ends_with(']')).map_or(field, |_| {
        let at = field.rfind('[').unwrap_or(field.len());
        &field[..at]
    });
    let (parent, name) = match path.rfind(['.', ']']) {
        Some(at) => (&path[..=at], &path[at + 1..]),
        None => ("", path),
    };
    let mut at = document;
    for step in parent.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        at = match at {
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?)?,
            Value::Object(fields) => fields.get_mut(step)?,
            _ => return None,
        };
    }
    at.as_object_mut()?.shift_remove(name)?;
    Some(path.to_owned())
}

fn typed<T: DeserializeOwned>(fields: Value) -> Result<T, Finding> {
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        let finding = Finding::error("invalid-field", error.into_inner().to_string());
        if path == "." { finding } else { finding.in_field(path) }
    })
}

fn words() -> String {
    let words: Vec<_> = Kind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    words.join(", ")
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(word: &str) -> Result<Kind, String> {
        let known = Kind::ALL.iter().copied().find(|kind| kind.as_str() == word);
        known.ok_or_else(|| format!("`{word}` is no kind of resource; the kinds are {}", words()))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.to_value();
        if value.is_null() {
            return Err(S::Error::custom("a resource could not be written"));
        }
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_reads_and_writes_back() {
        let document = json!({
            "kind": "api", "name": "orders", "version": "v1",
            "listen": { "path": "/orders/v1" },
            "upstream": { "endpoints": ["http://127.0.0.1:9001", { "url": "http://127.0.0.1:9002", "weight": 3 }], "balance": "least-request" },
            "policies": [{ "key-auth": {} }, { "rate-limit": { "limit": 100, "window": "1m" }, "when": "true" }],
        });
        let resource = Resource::from_value(document).unwrap();
        assert_eq!(resource.id(), "orders@v1");
        assert_eq!(Resource::from_value(resource.to_value()).unwrap(), resource);
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_path() {
        let document = json!({ "kind": "api", "name": "orders", "listen": { "pth": "/" } });
        let finding = Resource::from_value(document).unwrap_err();
        assert_eq!(finding.field.as_deref(), Some("listen.pth"));
        assert!(finding.message.contains("unknown field `pth`"), "{}", finding.message);
    }

    #[test]
    fn everything_that_is_wrong_with_the_fields_of_a_document_is_told_at_once() {
        let document = json!({
            "kind": "api", "name": "X_Y", "listen": { "pth": "/" }, "upstream": { "endpoints": [{ "url": "http://a", "weight": "many" }], "balanc": 1 },
            "policies": [{ "cors": {}, "when": 3 }, { "rate-limit": {}, "acl": {} }], "operations": { "a": { "policis": [] } }, "tags": [1, "b"],
        });
        let findings = Resource::read(document).unwrap_err();
        let fields: Vec<&str> = findings.iter().filter_map(|finding| finding.field.as_deref()).collect();
        for field in [
            "name",
            "listen.pth",
            "upstream.endpoints[0].weight",
            "upstream.balanc",
            "operations.a.policis",
            "tags[0]",
        ] {
            assert!(fields.contains(&field), "{field}: {fields:?}");
        }
        // What was left out is not told as missing.
        assert!(
            !findings.iter().any(|finding| finding.message.contains("missing field `name`")),
            "{findings:?}"
        );
        let good = json!({ "kind": "plan", "name": "free" });
        assert_eq!(Resource::read(good.clone()).unwrap(), Resource::from_value(good).unwrap());
        for one in [json!([]), json!({ "kind": "plam" }), json!({ "kind": "plan" })] {
            assert_eq!(Resource::read(one).unwrap_err().len(), 1);
        }
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_known_ones() {
        let finding = Resource::from_value(json!({ "kind": "apis", "name": "a" })).unwrap_err();
        assert!(finding.message.contains("`subscription`"), "{}", finding.message);
    }

    #[test]
    fn a_key_is_read_and_never_written() {
        let document =
            json!({ "kind": "consumer", "name": "ada", "credentials": [{ "key": "s3cret-s3cret" }] });
        let resource = Resource::from_value(document).unwrap();
        assert!(!resource.to_value().to_string().contains("s3cret"));
    }
}
