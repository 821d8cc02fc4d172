//! Builds trees in the shape of OpenAPI whose nodes stand where the author wrote what they are made of.

use model::tree::{Content, Key, Node};
use serde_json::Value;

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl At {
    pub(crate) const START: At = At { line: 1, column: 1 };

    pub(crate) fn of(node: &Node) -> At {
        At { line: node.line, column: node.column }
    }

    pub(crate) fn of_key(key: &Key) -> At {
        At { line: key.line, column: key.column }
    }
}

/// A mapping that is being made.
pub(crate) struct Fields {
    at: At,
    fields: Vec<(Key, Node)>,
}

impl Fields {
    pub(crate) fn new(at: At) -> Fields {
        Fields { at, fields: Vec::new() }
    }

    /// Adds a field; the caller sees to it that no name stands twice.
    pub(crate) fn put(&mut self, name: &str, node: Node) -> &mut Fields {
        let at = At::of(&node);
        self.put_at(at, name, node)
    }

    /// As [`Fields::put`], with a place of the key's own.
    pub(crate) fn put_at(&mut self, at: At, name: &str, node: Node) -> &mut Fields {
        let width = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
        let key = Key {
            text: name.into(),
            line: at.line,
            column: at.column,
            end_column: at.column.saturating_add(width),
        };
        self.fields.push((key, node));
        self
    }

    pub(crate) fn text(&mut self, name: &str, value: impl AsRef<str>) -> &mut Fields {
        let node = text(self.at, value.as_ref());
        self.put(name, node)
    }

    /// Adds a text where there is one that says something.
    pub(crate) fn text_if(&mut self, name: &str, value: Option<impl AsRef<str>>) -> &mut Fields {
        if let Some(value) = value.filter(|value| !value.as_ref().trim().is_empty()) {
            self.text(name, value);
        }
        self
    }

    pub(crate) fn value(&mut self, name: &str, of: &Value) -> &mut Fields {
        let node = value(self.at, of);
        self.put(name, node)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(key, _)| &*key.text == name)
    }

    pub(crate) fn node(self) -> Node {
        let end = self.fields.last().map_or((self.at.line, self.at.column), |(_, node)| node.end);
        node(self.at, end, Content::Mapping(self.fields.into()))
    }
}

fn node(at: At, end: (u32, u32), content: Content) -> Node {
    Node { line: at.line, column: at.column, end, content }
}

pub(crate) fn text(at: At, value: &str) -> Node {
    node(at, (at.line, at.column), Content::Text(value.into()))
}

pub(crate) fn list(at: At, items: Vec<Node>) -> Node {
    let end = items.last().map_or((at.line, at.column), |item| item.end);
    node(at, end, Content::List(items.into()))
}

/// A value, every part of which stands at one place.
pub(crate) fn value(at: At, of: &Value) -> Node {
    let content = match of {
        Value::Null => Content::Null,
        Value::Bool(value) => Content::Bool(*value),
        Value::Number(number) => Content::Number(number.clone()),
        Value::String(text) => Content::Text(text.as_str().into()),
        Value::Array(items) => Content::List(items.iter().map(|item| value(at, item)).collect()),
        Value::Object(fields) => {
            let mut made = Fields::new(at);
            for (name, of) in fields {
                made.put_at(at, name, value(at, of));
            }
            return made.node();
        }
    };
    node(at, (at.line, at.column), content)
}

/// `#/components/schemas/NAME`
pub(crate) fn reference(at: At, name: &str) -> Node {
    let mut fields = Fields::new(at);
    fields.text("$ref", schema_pointer(name));
    fields.node()
}

pub(crate) fn schema_pointer(name: &str) -> String {
    format!("#/components/schemas/{}", crate::source::escape(name))
}
