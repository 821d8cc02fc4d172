//! Parameters: taken from where they are, read in their style, held against their schema.

use std::borrow::Cow;

use schema::{Shape, Types, Value};

use super::{
    Breaches, Conformance, Place, body,
    form::{self, decoded},
    terms::{Parameter, Style, Terms},
};

/// The pairs of a query, names decoded, values as they came.
pub(super) struct Query<'q> {
    text: &'q str,
    pairs: Vec<(Cow<'q, str>, &'q str)>,
}

/// More pairs are not looked at.
const MOST_PAIRS: usize = 2_000;

impl<'q> Query<'q> {
    pub(super) fn read(text: &'q str) -> Query<'q> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).take(MOST_PAIRS).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name, true), value)
        });
        Query { text, pairs: pairs.collect() }
    }

    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'q str> + 's {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// The parts of a path that a template's parameters stand for, as they came.
pub(crate) fn capture<'a>(template: &'a str, path: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let mut segments = path.trim_start_matches('/').split('/');
    let mut rest = path.trim_start_matches('/');
    for part in template.trim_start_matches('/').split('/') {
        let several = part.starts_with("{+") || part.ends_with("+}") || part.ends_with("*}");
        if several && part.starts_with('{') {
            found.push((part.trim_matches(['{', '}', '+', '*']), rest));
            return found;
        }
        let Some(segment) = segments.next() else { break };
        rest = rest.split_once('/').map_or("", |(_, rest)| rest);
        of_segment(part, segment, &mut found);
    }
    found
}

/// `{base}...{head}`: each parameter takes as few characters as possible.
fn of_segment<'a>(mut part: &'a str, mut segment: &'a str, found: &mut Vec<(&'a str, &'a str)>) {
    while let Some(start) = part.find('{') {
        let Some(end) = part[start..].find('}').map(|end| start + end) else { return };
        segment = segment.get(start..).unwrap_or_default();
        let name = &part[start + 1..end];
        part = &part[end + 1..];
        let literal = &part[..part.find('{').unwrap_or(part.len())];
        let until = match literal.is_empty() {
            true => segment.len(),
            false if part.len() == literal.len() => segment.len().saturating_sub(literal.len()),
            false => {
                segment.get(1..).and_then(|after| after.find(literal)).map_or(segment.len(), |at| at + 1)
            }
        };
        found.push((name, segment.get(..until).unwrap_or(segment)));
        segment = segment.get(until..).unwrap_or_default();
    }
}

/// Whether a text can be the value of a field (RFC 9110 §5.5).
pub(super) fn is_field_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) && text.trim() == text && text.len() <= 4096
}

impl Parameter {
    /// A value as a field has it: in the style `simple`, or as JSON.
    pub(super) fn written(&self, value: &serde_json::Value) -> String {
        use serde_json::Value as Json;
        let text = |value: &Json| match value {
            Json::String(text) => text.clone(),
            Json::Null => String::new(),
            other => other.to_string(),
        };
        match value {
            other if self.content.is_some() => other.to_string(),
            Json::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
            Json::Object(members) => {
                let between = if self.explode { "=" } else { "," };
                let members = members.iter().map(|(name, value)| format!("{name}{between}{}", text(value)));
                members.collect::<Vec<_>>().join(",")
            }
            other => text(other),
        }
    }
}

impl Conformance {
    pub(super) fn check_parameter(
        &self,
        parameter: &Parameter,
        query: &Query<'_>,
        captured: &[(&str, &str)],
        field: &dyn Fn(&str) -> Option<String>,
        breaches: &mut Breaches,
    ) {
        let (place, name) = (parameter.place, Some(&*parameter.name));
        let shape = parameter.schema.map(|id| self.schemas.shape(id));
        let value = match place {
            Place::Path => {
                let found = captured.iter().find(|(known, _)| *known == &*parameter.name);
                found.map(|(_, text)| of_path(parameter, shape, text))
            }
            Place::Query if parameter.whole_query => {
                let text = query.text;
                (!text.is_empty()).then(|| form::read(self, text, parameter.schema, &Default::default()))
            }
            Place::Query => of_query(parameter, shape, query),
            Place::Header => field(&parameter.name).map(|text| of_text(parameter, shape, &text, false)),
            _ => field("cookie").and_then(|text| of_cookie(parameter, shape, &text)),
        };
        let Some(value) = value else {
            if parameter.required {
                breaches.add(place, name, "required", "is missing");
            }
            return;
        };
        let Some(id) = parameter.schema else { return };
        let is_blank = matches!(&value, Value::Plain(text) if text.is_empty());
        if is_blank && parameter.allow_empty {
            return;
        }
        match (&parameter.content, &value) {
            (Some(media), Value::Plain(text)) => {
                body::check_text(self, media.kind(), id, text, place, name, breaches);
            }
            _ => {
                let outcome = self.schemas.check(id, &value, None, breaches.left());
                breaches.take(place, name, outcome);
            }
        }
    }

    /// Whether the contract knows a parameter of the query by this name.
    pub fn knows_query(&self, terms: &Terms, name: &str) -> bool {
        let known = |name: &str| {
            terms.parameters.iter().filter(|one| one.place == Place::Query).any(|parameter| {
                if parameter.whole_query || *parameter.name == *name {
                    return true;
                }
                let shape = parameter.schema.map(|id| self.schemas.shape(id));
                match parameter.style {
                    Style::DeepObject => {
                        name.strip_prefix(&*parameter.name).is_some_and(|rest| rest.starts_with('['))
                    }
                    Style::Form if parameter.explode => shape
                        .filter(|shape| shape.types() == Types::OBJECT)
                        .is_some_and(|shape| shape.property(name).is_some() || shape.additional().is_some()),
                    _ => false,
                }
            })
        };
        known(name) || self.credentials().iter().any(|known| known == name)
    }

    /// Parameters that the contract does not know.
    pub(super) fn check_unknown(&self, terms: &Terms, query: &Query<'_>, breaches: &mut Breaches) {
        let mut told: Vec<&str> = Vec::new();
        for (name, _) in &query.pairs {
            if !told.contains(&&**name) && !self.knows_query(terms, name) {
                // A name may be anything: it is told as far as it is short.
                let shown: String = name.chars().take(64).collect();
                breaches.add(Place::Query, Some(&shown), "unknown", "is not known here");
                told.push(name);
            }
        }
    }
}

fn plain(text: &str, plus: bool) -> Value<'static> {
    Value::Plain(Cow::Owned(decoded(text, plus).into_owned()))
}

/// Whether a list, an object or a single value is meant.
fn is_list(shape: Option<Shape<'_>>) -> bool {
    shape.is_some_and(|shape| {
        let types = shape.types();
        types.has(Types::LIST) && !types.has(Types::STRING)
    })
}

fn is_object(shape: Option<Shape<'_>>) -> bool {
    shape.is_some_and(|shape| {
        let types = shape.types();
        types.has(Types::OBJECT) && !types.has(Types::STRING) && !types.has(Types::LIST)
    })
}

fn list(text: &str, by: &str, plus: bool) -> Value<'static> {
    if text.is_empty() {
        return Value::List(Vec::new());
    }
    Value::List(text.split(by).map(|item| plain(item, plus)).collect())
}

/// `R,100,G,200`, or `R=100,G=200`.
fn object(text: &str, by: &str, explode: bool, plus: bool) -> Value<'static> {
    let mut members: Vec<(Cow<'static, str>, Value<'static>)> = Vec::new();
    let mut parts = text.split(by).filter(|part| !part.is_empty());
    while let Some(part) = parts.next() {
        let (name, value) = match explode {
            true => part.split_once('=').unwrap_or((part, "")),
            false => (part, parts.next().unwrap_or_default()),
        };
        add(&mut members, Cow::Owned(decoded(name, plus).into_owned()), plain(value, plus));
    }
    Value::Object(members)
}

/// Of two members of one name the first counts.
pub(super) fn add(
    members: &mut Vec<(Cow<'static, str>, Value<'static>)>,
    name: Cow<'static, str>,
    value: Value<'static>,
) {
    if members.len() < MOST_PAIRS && members.iter().all(|(known, _)| *known != name) {
        members.push((name, value));
    }
}

fn of_text(parameter: &Parameter, shape: Option<Shape<'_>>, text: &str, encoded: bool) -> Value<'static> {
    let one = |text: &str| match encoded {
        true => plain(text, false),
        false => Value::Plain(Cow::Owned(text.trim().to_owned())),
    };
    if parameter.content.is_some() {
        return one(text);
    }
    if is_list(shape) {
        let items = text.split(',').filter(|_| !text.is_empty());
        return Value::List(items.map(one).collect());
    }
    if is_object(shape) {
        return object(text, ",", parameter.explode, false);
    }
    one(text)
}

fn of_path(parameter: &Parameter, shape: Option<Shape<'_>>, text: &str) -> Value<'static> {
    let (list_of, object_of) = (is_list(shape), is_object(shape));
    match parameter.style {
        Style::Label => {
            let text = text.strip_prefix('.').unwrap_or(text);
            let by = if parameter.explode { "." } else { "," };
            match (list_of, object_of) {
                (true, _) => list(text, by, false),
                (_, true) => object(text, by, parameter.explode, false),
                _ => plain(text, false),
            }
        }
        Style::Matrix => {
            let text = text.strip_prefix(';').unwrap_or(text);
            let own = |part: &str| -> String {
                let prefix = format!("{}=", parameter.name);
                part.strip_prefix(&prefix)
                    .unwrap_or(if part == &*parameter.name { "" } else { part })
                    .to_owned()
            };
            match (list_of, object_of) {
                (true, _) if parameter.explode => {
                    Value::List(text.split(';').map(|part| plain(&own(part), false)).collect())
                }
                (true, _) => list(&own(text), ",", false),
                (_, true) if parameter.explode => object(text, ";", true, false),
                (_, true) => object(&own(text), ",", false, false),
                _ => plain(&own(text), false),
            }
        }
        _ => of_text(parameter, shape, text, true),
    }
}

fn of_query(parameter: &Parameter, shape: Option<Shape<'_>>, query: &Query<'_>) -> Option<Value<'static>> {
    let name = &*parameter.name;
    if parameter.content.is_some() {
        return query.all(name).next().map(|text| plain(text, true));
    }
    if parameter.style == Style::DeepObject {
        return form::deep(name, shape, query.pairs.iter().map(|(name, value)| (&**name, *value)));
    }
    let (list_of, object_of) = (is_list(shape), is_object(shape));
    if object_of && parameter.style == Style::Form && parameter.explode {
        let shape = shape?;
        let open = shape.additional().is_some();
        let mut members = Vec::new();
        for (key, value) in &query.pairs {
            if open || shape.property(key).is_some() {
                add(&mut members, Cow::Owned(key.clone().into_owned()), plain(value, true));
            }
        }
        return (!members.is_empty()).then_some(Value::Object(members));
    }
    let mut values = query.all(name).peekable();
    values.peek()?;
    let all: Vec<&str> = values.collect();
    let by: &[&str] = match parameter.style {
        Style::SpaceDelimited => &["%20", "+", " "],
        Style::PipeDelimited => &["%7C", "%7c", "|"],
        _ => &[","],
    };
    if parameter.explode && !object_of {
        return Some(match all.as_slice() {
            [one] if !list_of => plain(one, true),
            // An empty value of a list is an empty list.
            [""] => Value::List(Vec::new()),
            many => Value::List(many.iter().map(|value| plain(value, true)).collect()),
        });
    }
    let text = by.iter().skip(1).fold(all[0].to_owned(), |text, other| text.replace(other, by[0]));
    Some(match (list_of, object_of) {
        (true, _) => list(&text, by[0], true),
        (_, true) => object(&text, by[0], false, true),
        _ => plain(all[0], true),
    })
}

fn of_cookie(parameter: &Parameter, shape: Option<Shape<'_>>, text: &str) -> Option<Value<'static>> {
    let pairs = text.split([';', ',']).filter_map(|pair| pair.trim().split_once('='));
    let mut pairs =
        pairs.filter(|(name, _)| *name == &*parameter.name).map(|(_, value)| value.trim_matches('"'));
    let first = pairs.next()?;
    Some(match (is_list(shape), is_object(shape)) {
        (true, _) if parameter.explode => {
            let rest: Vec<_> = std::iter::once(first).chain(pairs).map(|value| plain(value, false)).collect();
            Value::List(rest)
        }
        (true, _) => list(first, ",", false),
        (_, true) => object(first, ",", false, false),
        _ => plain(first, false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_name_the_parts_of_a_path() {
        for (template, path, found) in [
            ("/orders/{id}", "/orders/7", &[("id", "7")][..]),
            ("/a/{x}/b/{y}", "/a/1/b/2%2F3", &[("x", "1"), ("y", "2%2F3")]),
            ("/r/{year}-{month}.json", "/r/2024-05.json", &[("year", "2024"), ("month", "05")]),
            ("/c/{base}...{head}", "/c/main...dev", &[("base", "main"), ("head", "dev")]),
            ("/files/{path+}", "/files/a/b/c", &[("path", "a/b/c")]),
            ("/x{id}", "/x", &[("id", "")]),
        ] {
            assert_eq!(capture(template, path), found, "{template}");
        }
    }
}
