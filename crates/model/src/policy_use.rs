//! One policy as a user attaches it.

use std::fmt;

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
}

impl Serialize for PolicyUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&self.policy, &self.config)?;
        if let Some(when) = &self.when {
            map.serialize_entry("when", when)?;
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
        Ok(PolicyUse { policy: name.to_owned(), config: Value::Object(Default::default()), when: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PolicyUse, A::Error> {
        let mut policy: Option<(String, Value)> = None;
        let mut when = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "when" {
                when = Some(map.next_value()?);
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
        Ok(PolicyUse { policy, config, when })
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
