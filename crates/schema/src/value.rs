//! Values that are held against schemas. They borrow the text they were read from.

use std::{
    borrow::Cow,
    hash::{BuildHasher, Hash, Hasher},
};

use crate::{Json, Number};

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// In the order of the text; no name stands twice.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// A text of which the schema says what it is, such as a parameter or a field of a form: `7` is an integer where one is
    /// asked for, and a string where that is.
    Plain(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, of what is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// The same, without what it borrows.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(value) => Value::Number(value),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Plain(text) => Value::Plain(Cow::Owned(text.into_owned())),
            Value::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Value::Object(members) => Value::Object(
                members.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect(),
            ),
        }
    }

    /// Whether two values are the same: `1` and `1.0` are, the order of members says nothing.
    pub fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.compare(*b).is_eq(),
            (Value::Text(a) | Value::Plain(a), Value::Text(b) | Value::Plain(b)) => a == b,
            (Value::Plain(text), other) | (other, Value::Plain(text)) => match other {
                Value::Null => text.is_empty() || text == "null",
                Value::Bool(value) => text.as_ref() == if *value { "true" } else { "false" },
                Value::Number(number) => Number::of_text(text).is_some_and(|n| n.compare(*number).is_eq()),
                _ => false,
            },
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| other.get(key).is_some_and(|b| a.equals(b)))
            }
            _ => false,
        }
    }

    /// Values that are the same have the same hash.
    pub(crate) fn hash_with(&self, state: &impl BuildHasher) -> u64 {
        let mut hasher = state.build_hasher();
        match self {
            Value::Null => 0_u8.hash(&mut hasher),
            Value::Bool(value) => (1_u8, value).hash(&mut hasher),
            Value::Number(number) => (2_u8, number.as_f64().to_bits()).hash(&mut hasher),
            Value::Text(text) | Value::Plain(text) => (3_u8, text).hash(&mut hasher),
            Value::List(items) => {
                (4_u8, items.len()).hash(&mut hasher);
                items.iter().for_each(|item| item.hash_with(state).hash(&mut hasher));
            }
            Value::Object(members) => {
                let all = members.iter().fold(0_u64, |all, (key, value)| {
                    all.wrapping_add(state.hash_one((key.as_ref(), value.hash_with(state))))
                });
                (5_u8, members.len(), all).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

impl<'a> From<&'a Json> for Value<'a> {
    fn from(json: &'a Json) -> Value<'a> {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.into()),
            Json::String(text) => Value::Text(Cow::Borrowed(text)),
            Json::Array(items) => Value::List(items.iter().map(Value::from).collect()),
            Json::Object(members) => {
                Value::Object(members.iter().map(|(k, v)| (Cow::Borrowed(k.as_str()), v.into())).collect())
            }
        }
    }
}
