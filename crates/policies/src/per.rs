//! What limits count apart: `per`.

use std::{fmt, net::IpAddr};

use expr::Expression;
use policy::{Key, prelude::*};
use schemars::{Schema, SchemaGenerator};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor, value};
use serde_json::{Value, json};

/// Parts of a key at most.
const MOST_PARTS: usize = 4;

/// What is counted apart: one of the choices, or a list of them, whose combinations are counted apart.
pub(crate) struct Keys(Vec<Per>);

/// What is counted apart.
#[derive(Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Per {
    /// The consumer or app that an authentication policy recognized; an anonymous caller by the network address.
    Consumer,
    /// The client's network address; of IPv6 the first 64 bits, which is what one customer of a network has.
    Ip,
    /// The API: all its callers together.
    Api,
    /// The operation: all its callers together.
    Operation,
    /// The value of a request header; all calls without it together. A caller chooses what it sends, so use it only for a header
    /// that something trusted sets.
    Header(String),
    /// The value of a query parameter; all calls without it together.
    Query(String),
    /// The value of a cookie; all calls without it together.
    Cookie(String),
    /// The value of a CEL expression, a text or a number; all calls for which it has none together.
    Expression(String),
}

impl Default for Keys {
    fn default() -> Keys {
        Keys(vec![Per::Consumer])
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "what is counted apart, such as `consumer` or `{ header: x-tenant }`, or a list of such",
                )
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Keys, E> {
                Per::deserialize(value::StrDeserializer::new(text)).map(|per| Keys(vec![per]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Keys, A::Error> {
                Per::deserialize(value::MapAccessDeserializer::new(map)).map(|per| Keys(vec![per]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Keys, A::Error> {
                Vec::deserialize(value::SeqAccessDeserializer::new(seq)).map(Keys)
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

impl JsonSchema for Keys {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Keys".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Per>();
        let mut schema = Per::json_schema(generator);
        if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
            choices.push(json!({
                "title": "[…]",
                "description": "A list of the above: every combination is counted apart.",
                "type": "array", "items": one, "minItems": 1, "maxItems": MOST_PARTS,
            }));
        }
        schema
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, per) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" and ")?;
            }
            match per {
                Per::Consumer => f.write_str("consumer"),
                Per::Ip => f.write_str("ip"),
                Per::Api => f.write_str("api"),
                Per::Operation => f.write_str("operation"),
                Per::Header(name) => write!(f, "header `{name}`"),
                Per::Query(name) => write!(f, "query parameter `{name}`"),
                Per::Cookie(name) => write!(f, "cookie `{name}`"),
                Per::Expression(text) => write!(f, "expression `{text}`"),
            }?;
        }
        Ok(())
    }
}

/// The running form of [`Keys`].
pub(crate) struct By(Box<[Part]>);

enum Part {
    Caller,
    Address,
    Service,
    Operation,
    Header(HeaderName),
    Query(Box<str>),
    Cookie(Box<[u8]>),
    Expression(Expression),
}

impl Keys {
    /// Whether both say the same, so that one key serves both.
    pub(crate) fn same_as(&self, other: &Keys) -> bool {
        self.0 == other.0
    }

    pub(crate) fn build(&self, field: &str) -> Result<By, Invalid> {
        if self.0.is_empty() || self.0.len() > MOST_PARTS {
            let message = format!("a key is made of 1 to {MOST_PARTS} parts");
            return Err(Invalid::field(field, message));
        }
        let parts = self.0.iter().enumerate().map(|(at, per)| {
            let place = |name: &str| match self.0.len() {
                1 => format!("{field}.{name}"),
                _ => format!("{field}[{at}].{name}"),
            };
            per.build(place)
        });
        Ok(By(parts.collect::<Result<_, _>>()?))
    }
}

impl Per {
    fn build(&self, place: impl Fn(&str) -> String) -> Result<Part, Invalid> {
        Ok(match self {
            Per::Consumer => Part::Caller,
            Per::Ip => Part::Address,
            Per::Api => Part::Service,
            Per::Operation => Part::Operation,
            Per::Header(name) => {
                Part::Header(name.parse().map_err(|_| {
                    Invalid::field(place("header"), format!("`{name}` is no name of a header"))
                })?)
            }
            Per::Query(name) if name.is_empty() => {
                return Err(Invalid::field(place("query"), "a parameter has a name"));
            }
            Per::Query(name) => Part::Query(name.as_str().into()),
            Per::Cookie(name) if name.is_empty() || name.contains(['=', ';', ' ', ',']) => {
                return Err(Invalid::field(place("cookie"), format!("`{name}` is no name of a cookie")));
            }
            Per::Cookie(name) => Part::Cookie(name.as_bytes().into()),
            Per::Expression(text) => {
                let expression = Expression::parse(text);
                Part::Expression(expression.map_err(|why| Invalid::field(place("expression"), why))?)
            }
        })
    }
}

impl By {
    /// The key of a request; `hash` makes one of words.
    pub(crate) fn key(&self, req: &Request, hash: impl Fn(CallerKey<'_>) -> Key) -> Key {
        match &*self.0 {
            [part] => part.key(req, &hash),
            parts => {
                let mut each = [[0; 8]; MOST_PARTS];
                for (bytes, part) in each.iter_mut().zip(parts) {
                    *bytes = part.key(req, &hash).0.to_ne_bytes();
                }
                hash(CallerKey(&[b"all of", each[..parts.len()].as_flattened()]))
            }
        }
    }
}

impl Part {
    fn key(&self, req: &Request, hash: &impl Fn(CallerKey<'_>) -> Key) -> Key {
        let hash = |words: &[&[u8]]| hash(CallerKey(words));
        let target = &*req.target;
        let workspace = target.workspace.as_bytes();
        // The first word says what kind of key it is, so that a consumer and a header of the same text are counted apart.
        match (self, &req.identity) {
            (Part::Caller, Some(identity)) => {
                let caller = &identity.caller;
                hash(&[b"caller", caller.workspace.as_str().as_bytes(), caller.key.as_bytes()])
            }
            (Part::Caller | Part::Address, _) => match req.client.to_canonical() {
                IpAddr::V4(address) => hash(&[b"v4", &address.octets()]),
                IpAddr::V6(address) => hash(&[b"v6", &address.octets()[..8]]),
            },
            (Part::Service, _) => hash(&[b"service", workspace, target.service.as_bytes()]),
            (Part::Operation, _) => {
                hash(&[b"operation", workspace, target.service.as_bytes(), target.operation.as_bytes()])
            }
            (Part::Header(name), _) => match req.head.headers.get(name) {
                Some(value) => hash(&[b"header", value.as_bytes()]),
                None => hash(&[b"no header"]),
            },
            (Part::Query(name), _) => match req.facts().query(name) {
                Some(value) => hash(&[b"query", value.as_bytes()]),
                None => hash(&[b"no query"]),
            },
            (Part::Cookie(name), _) => match cookie(&req.head.headers, name) {
                Some(value) => hash(&[b"cookie", value]),
                None => hash(&[b"no cookie"]),
            },
            (Part::Expression(expression), _) => match expression.text(&req.facts()) {
                Some(value) => hash(&[b"expression", value.as_bytes()]),
                None => hash(&[b"no expression"]),
            },
        }
    }
}

/// The value of a cookie (RFC 6265 §5.4), as it stands.
fn cookie<'a>(headers: &'a Headers, name: &[u8]) -> Option<&'a [u8]> {
    let lines = headers.get_all(http::header::COOKIE);
    lines.iter().flat_map(|line| line.as_bytes().split(|b| *b == b';')).find_map(|pair| {
        let at = pair.iter().position(|b| *b == b'=')?;
        (pair[..at].trim_ascii() == name).then(|| pair[at + 1..].trim_ascii())
    })
}
