//! Forms in a body or a query, and what stands in brackets in their names.

use std::{borrow::Cow, collections::HashMap};

use percent_encoding::percent_decode_str;
use schema::{Id, Shape, Types, Value};

use super::{
    Conformance,
    parameter::add,
    terms::{Encoding, Style},
};

const MOST_PAIRS: usize = 5_000;
/// Brackets of one name.
const DEEPEST: usize = 16;

/// Percent encoding undone; of forms `+` is a space.
pub(super) fn decoded(text: &str, plus: bool) -> Cow<'_, str> {
    if !(text.contains('%') || plus && text.contains('+')) {
        return Cow::Borrowed(text);
    }
    let spaced =
        if plus && text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

/// The fields of a form as an object, each as the schema has it.
pub(super) fn read(
    conformance: &Conformance,
    text: &str,
    schema: Option<Id>,
    encoding: &HashMap<Box<str>, Encoding>,
) -> Value<'static> {
    let pairs: Vec<(Cow<'_, str>, &str)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .take(MOST_PAIRS)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), value)
        })
        .collect();
    let shape = schema.map(|id| conformance.schemas.shape(id));
    let mut members = Vec::new();
    for (name, value) in &pairs {
        // What stands before the first bracket is the property, unless the schema knows the whole name.
        let whole = shape.and_then(|shape| shape.property(name));
        let property = match name.find('[') {
            Some(at) if whole.is_none() && at > 0 => &name[..at],
            _ => name,
        };
        if members.iter().any(|(known, _): &(Cow<'static, str>, _)| known == property) {
            continue;
        }
        let of = shape.and_then(|shape| shape.property(property).or_else(|| shape.additional()));
        let how = encoding.get(property).cloned().unwrap_or_default();
        let made = if property.len() < name.len() {
            deep(property, of, pairs.iter().map(|(name, value)| (&**name, *value)))
        } else {
            let all: Vec<&str> =
                pairs.iter().filter(|(known, _)| known == property).map(|(_, value)| *value).collect();
            Some(field(&all, value, of, &how))
        };
        if let Some(made) = made {
            add(&mut members, Cow::Owned(property.to_owned()), made);
        }
    }
    Value::Object(members)
}

fn field(all: &[&str], first: &str, of: Option<Shape<'_>>, how: &Encoding) -> Value<'static> {
    let plain = |text: &str| Value::Plain(Cow::Owned(decoded(text, true).into_owned()));
    let types = of.map_or(Types::ALL, Shape::types);
    if types.has(Types::LIST) && (!types.has(Types::STRING) || all.len() > 1) {
        let by = match how.style {
            Some(Style::SpaceDelimited) => " ",
            Some(Style::PipeDelimited) => "|",
            _ => ",",
        };
        if how.explode == Some(false) && all.len() == 1 {
            let text = decoded(first, true);
            let items = text.split(by).filter(|_| !text.is_empty());
            return Value::List(items.map(|item| Value::Plain(Cow::Owned(item.to_owned()))).collect());
        }
        return Value::List(all.iter().map(|text| plain(text)).collect());
    }
    let is_json = how.content_type.as_deref().is_some_and(|of| of.contains("json"));
    if is_json || types.has(Types::OBJECT) && !types.has(Types::STRING) {
        let text = decoded(first, true);
        if let Ok(value) = schema::read(text.as_bytes()) {
            return value.into_owned();
        }
    }
    plain(first)
}

/// What stands under `name[…]`: `filter[status]=open`, `items[0][price]=5`.
pub(super) fn deep<'p>(
    name: &str,
    shape: Option<Shape<'_>>,
    pairs: impl Iterator<Item = (&'p str, &'p str)>,
) -> Option<Value<'static>> {
    let mut tree = Tree::Object(Vec::new());
    let mut found = false;
    for (key, value) in pairs {
        let Some(rest) = key.strip_prefix(name) else { continue };
        let Some(way) = brackets(rest) else { continue };
        found = true;
        tree.put(&way, value);
    }
    found.then(|| tree.value(shape))
}

/// The words of `[a][b]`.
fn brackets(text: &str) -> Option<Vec<&str>> {
    let mut rest = text;
    let mut words = Vec::new();
    while !rest.is_empty() {
        let (word, after) = rest.strip_prefix('[')?.split_once(']')?;
        words.push(word);
        rest = after;
    }
    (!words.is_empty() && words.len() <= DEEPEST).then_some(words)
}

enum Tree {
    Text(String),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    fn put(&mut self, way: &[&str], value: &str) {
        let Tree::Object(members) = self else { return };
        let Some((first, rest)) = way.split_first() else { return };
        // `[]` is the next of a list.
        let key = if first.is_empty() { members.len().to_string() } else { (*first).to_owned() };
        let at = members.iter().position(|(known, _)| *known == key);
        match (at, rest.is_empty()) {
            (Some(at), false) => members[at].1.put(rest, value),
            (Some(_), true) => {}
            (None, _) if members.len() >= MOST_PAIRS => {}
            (None, true) => members.push((key, Tree::Text(decoded(value, true).into_owned()))),
            (None, false) => {
                let mut inner = Tree::Object(Vec::new());
                inner.put(rest, value);
                members.push((key, inner));
            }
        }
    }

    fn value(self, shape: Option<Shape<'_>>) -> Value<'static> {
        match self {
            Tree::Text(text) => Value::Plain(Cow::Owned(text)),
            Tree::Object(members) => {
                let types = shape.map_or(Types::ALL, Shape::types);
                let numbered = members.iter().enumerate().all(|(at, (key, _))| *key == at.to_string());
                if types.has(Types::LIST) && numbered && (!types.has(Types::OBJECT) || shape.is_none()) {
                    let item = shape.and_then(Shape::item);
                    return Value::List(members.into_iter().map(|(_, tree)| tree.value(item)).collect());
                }
                let of =
                    |key: &str| shape.and_then(|shape| shape.property(key).or_else(|| shape.additional()));
                let members = members.into_iter().map(|(key, tree)| {
                    let of = of(&key);
                    (Cow::Owned(key), tree.value(of))
                });
                Value::Object(members.collect())
            }
        }
    }
}
