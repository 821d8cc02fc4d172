//! JSON text, read without copying it.

use std::{borrow::Cow, fmt};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::{Number, Value};

/// Why a text is no JSON that can be taken one way only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// From 1.
    pub line: usize,
    pub column: usize,
    /// Without what the text says.
    pub why: &'static str,
}

/// Reads a text. An object in which a name stands twice is refused: of two readers each may take another one. It may nest 127 deep.
///
/// # Errors
/// What is wrong, and where.
pub fn read(text: &[u8]) -> Result<Value<'_>, Unreadable> {
    // All of it at once is looked through many times faster than each text by itself.
    let value = match std::str::from_utf8(text) {
        Ok(text) => whole(serde_json::Deserializer::from_str(text)),
        // It ends where it is no UTF-8, or before that.
        Err(_) => whole(serde_json::Deserializer::from_slice(text)),
    };
    value.map_err(|error| {
        let why = match error.classify() {
            serde_json::error::Category::Data => "a name stands twice in an object",
            serde_json::error::Category::Eof => "the text ends before the value does",
            _ if error.to_string().starts_with("recursion") => "it nests too deep",
            _ => "this is not JSON",
        };
        Unreadable { line: error.line(), column: error.column(), why }
    })
}

fn whole<'de, R: serde_json::de::Read<'de>>(
    mut reader: serde_json::Deserializer<R>,
) -> serde_json::Result<Value<'de>> {
    let value = Seed.deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

struct Seed;

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(Number::Whole(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(Number::Whole(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(Number::Float(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value<'de>, A::Error> {
        let mut all: Vec<(Cow<'de, str>, Value<'de>)> = Vec::new();
        while let Some(name) = members.next_key_seed(Name)? {
            all.push((name, members.next_value_seed(Seed)?));
        }
        if has_twins(&all) {
            return Err(serde::de::Error::custom("twice"));
        }
        Ok(Value::Object(all))
    }
}

fn has_twins(members: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    if members.len() <= 12 {
        return members
            .iter()
            .enumerate()
            .any(|(at, (name, _))| members[..at].iter().any(|(n, _)| n == name));
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cow<'de, str>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_borrowed_where_nothing_is_escaped() {
        let value = read(br#"{"a":["b","c\n",1,2.5,null,true]}"#).unwrap();
        let Some(Value::List(items)) = value.get("a") else { panic!("{value:?}") };
        assert!(matches!(&items[0], Value::Text(Cow::Borrowed("b"))));
        assert!(matches!(&items[1], Value::Text(Cow::Owned(text)) if text == "c\n"));
    }

    #[test]
    fn what_can_be_read_two_ways_or_not_at_all_is_refused() {
        for (text, why) in [
            ("{\"a\":1,\"a\":2}", "a name stands twice in an object"),
            ("[1,", "the text ends before the value does"),
            ("[1,]", "this is not JSON"),
            ("\"\u{1}\"", "this is not JSON"),
            ("1 2", "this is not JSON"),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err().why, why, "{text}");
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert_eq!(read(deep.as_bytes()).unwrap_err().why, "it nests too deep");
        assert_eq!(read(b"\"\xff\"").unwrap_err().why, "this is not JSON");
        let many: String = (0..40).map(|n| format!("\"k{}\":1,", n % 39)).collect();
        assert!(read(format!("{{{}}}", many.trim_end_matches(',')).as_bytes()).is_err());
    }
}
