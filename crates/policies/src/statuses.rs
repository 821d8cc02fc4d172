//! A set of statuses as users write it: `200`, `4xx`.

use std::borrow::Cow;

use policy::prelude::*;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserializer, de::Error as _};

/// A set of statuses; the empty set stands for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statuses(Vec<(u16, u16)>);

/// One entry of the set.
struct Entry(u16, u16);

impl Statuses {
    pub(crate) fn have(&self, status: StatusCode) -> bool {
        let status = status.as_u16();
        self.0.is_empty() || self.0.iter().any(|(first, last)| (*first..=*last).contains(&status))
    }
}

impl<'de> Deserialize<'de> for Statuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Statuses, D::Error> {
        let entries = Vec::<Entry>::deserialize(deserializer)?;
        Ok(Statuses(entries.into_iter().map(|Entry(first, last)| (first, last)).collect()))
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entry, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let text = match &value {
            serde_json::Value::String(text) => Cow::Borrowed(text.as_str()),
            other => Cow::Owned(other.to_string()),
        };
        let entry = match (text.strip_suffix("xx"), text.parse::<u16>()) {
            (Some(hundred), _) => {
                hundred.parse::<u16>().ok().filter(|n| (1..=5).contains(n)).map(|n| (n * 100, n * 100 + 99))
            }
            (None, Ok(status)) if (100..=599).contains(&status) => Some((status, status)),
            _ => None,
        };
        let (first, last) =
            entry.ok_or_else(|| D::Error::custom(format!("`{text}` is no status: write `404` or `4xx`")))?;
        Ok(Entry(first, last))
    }
}

impl JsonSchema for Statuses {
    fn schema_name() -> Cow<'static, str> {
        "Statuses".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "description": "Statuses, such as `404` or `4xx`.",
            "items": { "type": "string", "pattern": "^[1-5](xx|[0-9]{2})$" },
        })
    }
}
