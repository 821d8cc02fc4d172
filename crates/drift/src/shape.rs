//! The shape of JSON: types, names of members, formats; never a value. Shapes of several values merge, in any order.

use std::collections::BTreeMap;

use schema::{Number, Types, Value, formats};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::{seen::Span, segment};

/// Members of one object that are known by name; one with more is a map.
const MOST_MEMBERS: usize = 128;
/// Parts of one shape.
const MOST_PARTS: usize = 1_000;
/// Shapes nest so deep.
const DEEPEST: usize = 12;
/// Items of one list that are looked at.
const MOST_ITEMS: usize = 20;
/// Longer names of members are rather values.
const LONGEST_NAME: usize = 64;
/// Formats that texts are held against.
const FORMATS: [&str; 5] = ["date-time", "date", "uuid", "email", "uri"];

/// What was seen in one place of a JSON text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shape {
    pub seen: Span,
    /// By the names of JSON Schema: `string`, `integer` …
    pub types: BTreeMap<Box<str>, Span>,
    /// Texts by the format they are of; those of none under an empty name.
    pub formats: BTreeMap<Box<str>, u64>,
    pub members: BTreeMap<Box<str>, Shape>,
    /// What the members of a map are, whose names are no names.
    pub additional: Option<Box<Shape>>,
    pub items: Option<Box<Shape>>,
    /// Something did not fit.
    pub full: bool,
}

impl Shape {
    /// Adds a value.
    pub fn add(&mut self, value: &Value<'_>, at: u64) {
        let mut room = MOST_PARTS.saturating_sub(self.parts());
        self.put(value, at, 0, &mut room);
    }

    /// Places in it.
    pub fn parts(&self) -> usize {
        let inner = self.members.values().map(Shape::parts).sum::<usize>();
        let further = self.additional.iter().chain(&self.items).map(|shape| shape.parts()).sum::<usize>();
        1 + inner + further
    }

    fn put(&mut self, value: &Value<'_>, at: u64, depth: usize, room: &mut usize) {
        self.seen.merge(Span::at(at));
        self.types.entry(type_of(value).into()).or_default().merge(Span::at(at));
        match value {
            Value::Text(text) => {
                let format = FORMATS.into_iter().find(|format| formats::fits_text(format, text));
                *self.formats.entry(format.unwrap_or_default().into()).or_default() += 1;
            }
            Value::List(items) if depth < DEEPEST => {
                for item in items.iter().take(MOST_ITEMS) {
                    if self.items.is_none() && *room == 0 {
                        self.full = true;
                        return;
                    }
                    let known = self.items.is_some();
                    *room -= usize::from(!known && *room > 0);
                    self.items.get_or_insert_default().put(item, at, depth + 1, room);
                }
            }
            Value::Object(members) if depth < DEEPEST => {
                for (name, value) in members {
                    self.member(name, value, at, depth, room);
                }
                if self.members.len() > MOST_MEMBERS {
                    self.become_map();
                }
            }
            Value::List(_) | Value::Object(_) => self.full = true,
            _ => {}
        }
    }

    fn member(&mut self, name: &str, value: &Value<'_>, at: u64, depth: usize, room: &mut usize) {
        let is_name = name.len() <= LONGEST_NAME && segment::kind_of(name).is_none();
        if is_name && let Some(known) = self.members.get_mut(name) {
            return known.put(value, at, depth + 1, room);
        }
        if *room == 0 {
            self.full = true;
            return;
        }
        *room -= 1;
        let shape = match is_name && self.additional.is_none() {
            true => self.members.entry(name.into()).or_default(),
            false => self.additional.get_or_insert_default(),
        };
        shape.put(value, at, depth + 1, room);
    }

    /// So many names are rather keys.
    fn become_map(&mut self) {
        for (_, shape) in std::mem::take(&mut self.members) {
            self.additional.get_or_insert_default().merge(shape);
        }
    }

    pub fn merge(&mut self, other: Shape) {
        self.seen.merge(other.seen);
        for (name, span) in other.types {
            self.types.entry(name).or_default().merge(span);
        }
        for (format, count) in other.formats {
            *self.formats.entry(format).or_default() += count;
        }
        for (name, shape) in other.members {
            self.members.entry(name).or_default().merge(shape);
        }
        if let Some(shape) = other.additional {
            self.additional.get_or_insert_default().merge(*shape);
        }
        if let Some(shape) = other.items {
            self.items.get_or_insert_default().merge(*shape);
        }
        self.full |= other.full;
        if self.members.len() > MOST_MEMBERS {
            self.become_map();
        }
    }

    /// As [`schema::Types`].
    pub(crate) fn kinds(&self) -> Vec<(&str, Types, Span)> {
        let of = |name: &str| match name {
            "null" => Types::NULL,
            "boolean" => Types::BOOLEAN,
            "integer" => Types::INTEGER,
            "number" => Types::NUMBER,
            "string" => Types::STRING,
            "array" => Types::LIST,
            _ => Types::OBJECT,
        };
        self.types.iter().map(|(name, span)| (&**name, of(name), *span)).collect()
    }

    /// A schema that takes all that was seen. `modern`: JSON Schema 2020-12, as OpenAPI 3.1 has it; else that of OpenAPI 3.0.
    pub fn to_schema(&self, modern: bool) -> serde_json::Value {
        let mut fields = Map::new();
        let mut names: Vec<&str> = self.types.keys().map(|name| &**name).collect();
        // Whole numbers are numbers.
        if names.contains(&"number") {
            names.retain(|name| *name != "integer");
        }
        let nullable = names.contains(&"null");
        let others: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
        match (modern, others.as_slice()) {
            (true, [only]) if !nullable => drop(fields.insert("type".into(), (*only).into())),
            (true, _) if !names.is_empty() => drop(fields.insert("type".into(), json!(names))),
            (false, [only]) => drop(fields.insert("type".into(), (*only).into())),
            _ => {}
        }
        if nullable && !modern {
            fields.insert("nullable".into(), true.into());
        }
        let mut formats = self.formats.keys();
        if let (Some(only), None) = (formats.next(), formats.next())
            && !only.is_empty()
            && others == ["string"]
        {
            fields.insert("format".into(), (**only).into());
        }
        if others.contains(&"array") {
            let items = self.items.as_ref().map_or(json!({}), |items| items.to_schema(modern));
            fields.insert("items".into(), items);
        }
        let objects = self.types.get("object").map_or(0, |span| span.count);
        if !self.members.is_empty() {
            let members =
                self.members.iter().map(|(name, shape)| (name.to_string(), shape.to_schema(modern)));
            fields.insert("properties".into(), serde_json::Value::Object(members.collect()));
            let required: Vec<&str> = self
                .members
                .iter()
                .filter(|(_, shape)| shape.seen.count >= objects && objects > 1)
                .map(|(name, _)| &**name)
                .collect();
            if !required.is_empty() {
                fields.insert("required".into(), json!(required));
            }
        }
        if let Some(additional) = &self.additional {
            fields.insert("additionalProperties".into(), additional.to_schema(modern));
        }
        serde_json::Value::Object(fields)
    }
}

fn type_of(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(Number::Whole(_)) => "integer",
        Value::Number(Number::Float(_)) => "number",
        Value::Text(_) | Value::Plain(_) => "string",
        Value::List(_) => "array",
        Value::Object(_) => "object",
    }
}
