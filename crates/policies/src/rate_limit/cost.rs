//! What a call costs: `cost`.

use std::fmt;

use expr::Expression;
use policy::prelude::*;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};
use serde::de::{self, Deserializer, MapAccess, Visitor, value};

/// What a call costs, in units of the limit: a number, or where it is read.
#[derive(Clone, PartialEq)]
pub(super) enum Cost {
    Always(u32),
    From(CostFrom),
}

/// Where the cost of a call is read.
#[derive(Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CostFrom {
    /// A request header with a whole number; without one, or with 0, the call costs 1. A caller chooses what it sends, so use it
    /// only for a header that something trusted sets.
    Header(String),
    /// A CEL expression that gives a whole number, such as `request.method == 'GET' ? 1 : 10`; where it has no value, the call
    /// costs 1, and where it is negative, nothing.
    Expression(String),
}

/// The running form of [`Cost`].
pub(super) enum Costs {
    Always(u64),
    Header(HeaderName),
    Expression(Expression),
}

impl<'de> Deserialize<'de> for Cost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Cost, D::Error> {
        struct NumberOrSource;

        impl<'de> Visitor<'de> for NumberOrSource {
            type Value = Cost;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number such as `5`, `{ header: x-cost }` or `{ expression: … }`")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Cost, E> {
                let cost = u32::try_from(number).ok().filter(|cost| *cost > 0);
                cost.map(Cost::Always).ok_or_else(|| E::custom("a cost is a number from 1 to 4294967295"))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Cost, E> {
                self.visit_u64(u64::try_from(number).unwrap_or(0))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cost, A::Error> {
                CostFrom::deserialize(value::MapAccessDeserializer::new(map)).map(Cost::From)
            }
        }

        deserializer.deserialize_any(NumberOrSource)
    }
}

impl JsonSchema for Cost {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cost".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = CostFrom::json_schema(generator);
        if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
            choices.insert(0, json!({
                "title": "1", "description": "Always so much.",
                "type": "integer", "minimum": 1, "maximum": u32::MAX,
            }));
        }
        schema
    }
}

impl Cost {
    pub(super) fn build(&self, field: &str) -> Result<Costs, Invalid> {
        let place = |name: &str| format!("{field}.{name}");
        match self {
            Cost::Always(cost) => Ok(Costs::Always((*cost).into())),
            Cost::From(CostFrom::Header(name)) => name
                .parse()
                .map(Costs::Header)
                .map_err(|_| Invalid::field(place("header"), format!("`{name}` is no name of a header"))),
            Cost::From(CostFrom::Expression(text)) => {
                let expression = Expression::parse(text).map_err(|why| Invalid::field(place("expression"), why))?;
                if expression.is_number() {
                    return Ok(Costs::Expression(expression));
                }
                Err(Invalid::field(
                    place("expression"),
                    "a cost is a whole number; make one of a text by `int(…)`",
                ))
            }
        }
    }
}

impl Costs {
    pub(super) fn of(&self, req: &Request) -> u64 {
        match self {
            Costs::Always(cost) => *cost,
            Costs::Header(name) => {
                let text = req.head.headers.get(name).and_then(|value| value.to_str().ok());
                text.and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
            }
            Costs::Expression(expression) => {
                expression.number(&req.facts()).map_or(1, |cost| u64::try_from(cost).unwrap_or(0))
            }
        }
    }
}
