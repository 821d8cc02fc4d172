//! Values as filters see them: those of JavaScript.

use std::{borrow::Cow, sync::Arc};

use model::tree::{Content, Node};

use crate::{js, regex::Regex};

#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    /// A list or a mapping.
    Node(&'a Node),
    Regex(Arc<Regex>),
    List(Arc<[Value<'a>]>),
    /// What `.constructor` gives: something with a name.
    Kind(&'static str),
}

impl<'a> Value<'a> {
    pub(crate) fn of(node: &'a Node) -> Value<'a> {
        match &node.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            Content::Text(text) => Value::Text(Cow::Borrowed(text)),
            Content::List(_) | Content::Mapping(_) => Value::Node(node),
        }
    }

    pub(crate) fn text(text: String) -> Value<'a> {
        Value::Text(Cow::Owned(text))
    }

    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => *value,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Node(_) | Value::Regex(_) | Value::List(_) | Value::Kind(_) => true,
        }
    }

    /// What `typeof` says.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Undefined => "undefined",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Kind(_) => "function",
            _ => "object",
        }
    }

    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Value::Null => 0.0,
            Value::Bool(value) => f64::from(u8::from(*value)),
            Value::Number(number) => *number,
            Value::Text(text) => js::to_number(text),
            _ => f64::NAN,
        }
    }

    pub(crate) fn to_text(&self) -> Cow<'a, str> {
        match self {
            Value::Undefined => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => if *value { "true" } else { "false" }.into(),
            Value::Number(number) => js::number(*number).into(),
            Value::Text(text) => text.clone(),
            Value::Node(node) => js::to_text(node).into(),
            Value::List(items) => items.iter().map(Value::to_text).collect::<Vec<_>>().join(",").into(),
            Value::Regex(_) => "[object RegExp]".into(),
            Value::Kind(name) => (*name).into(),
        }
    }

    /// `===`
    pub(crate) fn is(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Node(a), Value::Node(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }

    /// `==`
    pub(crate) fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::Undefined | Value::Null, Value::Undefined | Value::Null) => true,
            (Value::Undefined | Value::Null, _) | (_, Value::Undefined | Value::Null) => false,
            (Value::Node(_) | Value::List(_), Value::Text(text)) => self.to_text() == *text,
            (Value::Text(text), Value::Node(_) | Value::List(_)) => other.to_text() == *text,
            (Value::Number(_) | Value::Bool(_), Value::Text(_) | Value::Bool(_) | Value::Number(_))
            | (Value::Text(_), Value::Number(_) | Value::Bool(_)) => self.to_number() == other.to_number(),
            _ => self.is(other),
        }
    }
}
