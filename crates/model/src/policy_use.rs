//! One policy as a user attaches it.

use std::{collections::BTreeMap, fmt, sync::Arc};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::Value;

/// A policy attached to a gateway, API, operation, plan or consumer: `rate-limit: { limit: 100, window: 1m }`.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyUse {
    /// The name of the policy in the catalogue.
    pub policy: String,
    /// Its configuration, as written; the catalogue checks it.
    pub config: Value,
    /// A CEL condition; where it is false the policy does nothing.
    pub when: Option<String>,
    /// What the files it names said when the snapshot was made; stands in no document.
    pub files: Option<ReadFiles>,
}

/// Texts of files, by the paths they are named by.
pub type ReadFiles = Arc<BTreeMap<String, String>>;

impl PolicyUse {
    /// A policy without a condition.
    pub fn new(policy: impl Into<String>, config: Value) -> PolicyUse {
        PolicyUse { policy: policy.into(), config, when: None, files: None }
    }

    /// Whether it says the same, whatever its files say.
    pub fn is_said_as(&self, other: &PolicyUse) -> bool {
        self.policy == other.policy && self.config == other.config && self.when == other.when
    }
}

impl Serialize for PolicyUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&self.policy, &self.config)?;
        if let Some(when) = &self.when {
            map.serialize_entry("when", when)?;
        }
        if let Some(files) = &self.files {
            map.serialize_entry("files", &**files)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for PolicyUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PolicyUse, D::Error> {
        deserializer.deserialize_any(OneKey)
    }
}

struct OneKey;

impl<'de> Visitor<'de> for OneKey {
    type Value = PolicyUse;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one policy by its name, such as `rate-limit: { limit: 100, window: 1m }`")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<PolicyUse, E> {
        Ok(PolicyUse::new(name, Value::Object(Default::default())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PolicyUse, A::Error> {
        let mut policy: Option<(String, Value)> = None;
        let (mut when, mut files) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            if key == "when" {
                when = Some(map.next_value()?);
            } else if key == "files" {
                files = Some(Arc::new(map.next_value()?));
            } else if let Some((first, _)) = &policy {
                return Err(A::Error::custom(format!(
                    "`{first}` and `{key}` stand in one list item; begin each policy with its own `-`"
                )));
            } else {
                let config = match map.next_value()? {
                    Value::Null => Value::Object(Default::default()),
                    config => config,
                };
                policy = Some((key, config));
            }
        }
        let (policy, config) = policy.ok_or_else(|| A::Error::custom("the name of a policy is missing"))?;
        Ok(PolicyUse { policy, config, when, files })
    }
}

impl JsonSchema for PolicyUse {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PolicyUse".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "One policy by its name with its configuration, and an optional CEL condition `when`. \
                            The policies and their schemas are listed at /api/v1/policies.",
            "properties": { "when": { "type": "string", "description": "A CEL condition." } },
            "additionalProperties": { "type": "object" },
            "minProperties": 1,
            "maxProperties": 2,
        })
    }
}
