//! A moment as questions write it.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

/// A moment, milliseconds since 1970. Read from that number or from RFC 3339 (`2026-03-01T12:00:00Z`); written as the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Time(pub u64);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        deserializer.deserialize_any(TimeVisitor)
    }
}

struct TimeVisitor;

impl de::Visitor<'_> for TimeVisitor {
    type Value = Time;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("milliseconds since 1970 or an RFC 3339 time such as `2026-03-01T12:00:00Z`")
    }

    fn visit_u64<E: de::Error>(self, ms: u64) -> Result<Time, E> {
        Ok(Time(ms))
    }

    fn visit_i64<E: de::Error>(self, ms: i64) -> Result<Time, E> {
        u64::try_from(ms).map(Time).map_err(|_| E::invalid_value(de::Unexpected::Signed(ms), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Time, E> {
        if let Ok(ms) = text.parse() {
            return Ok(Time(ms));
        }
        let refused = || E::invalid_value(de::Unexpected::Str(text), &self);
        let at: jiff::Timestamp = text.parse().map_err(|_| refused())?;
        u64::try_from(at.as_millisecond()).map(Time).map_err(|_| refused())
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment: milliseconds since 1970, or RFC 3339.",
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "format": "date-time" }],
        })
    }
}
