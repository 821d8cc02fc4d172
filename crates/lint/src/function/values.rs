//! Functions that look at one value: `enumeration`, `length`, `or`, `xor`, `pattern`.

use model::tree::{Content, Node};

use super::{Pattern, Raised, Subject, one};
use crate::js;

pub(super) fn enumeration<'r>(subject: Subject<'r>, allowed: &[Node]) -> Vec<Raised<'r>> {
    let fits = match subject {
        Subject::Undefined => return Vec::new(),
        Subject::Node(Node { content: Content::List(_) | Content::Mapping(_), .. }) => return Vec::new(),
        Subject::Node(node) => allowed.iter().any(|value| same(value, node)),
        Subject::Name(_) => {
            let text = subject.text().unwrap_or_default();
            allowed.iter().any(|value| value.as_str() == Some(&text))
        }
    };
    if fits {
        return Vec::new();
    }
    let values = allowed.iter().map(js::shown).collect::<Vec<_>>().join(", ");
    one(format!("#{{{{print(\"value\")}}}} must be equal to one of the allowed values: {values}"))
}

fn same(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Null, Content::Null) => true,
        (Content::Bool(a), Content::Bool(b)) => a == b,
        (Content::Number(a), Content::Number(b)) => a.as_f64() == b.as_f64(),
        (Content::Text(a), Content::Text(b)) => a == b,
        _ => false,
    }
}

/// The length of text, a list or a mapping, or the size of a number.
pub(super) fn length<'r>(subject: Subject<'r>, min: Option<f64>, max: Option<f64>) -> Vec<Raised<'r>> {
    let length = match subject {
        Subject::Node(node) => match &node.content {
            Content::Text(text) => js::length(text) as f64,
            Content::Number(number) => number.as_f64().unwrap_or(f64::NAN),
            Content::List(items) => items.len() as f64,
            Content::Mapping(fields) => fields.len() as f64,
            Content::Null | Content::Bool(_) => return Vec::new(),
        },
        Subject::Name(_) => js::length(&subject.text().unwrap_or_default()) as f64,
        Subject::Undefined => return Vec::new(),
    };
    let mut raised = Vec::new();
    if let Some(min) = min.filter(|min| length < *min) {
        raised.extend(one(format!("#{{{{print(\"property\")}}}}must be longer than {}", js::number(min))));
    }
    if let Some(max) = max.filter(|max| length > *max) {
        raised.extend(one(format!("#{{{{print(\"property\")}}}}must be shorter than {}", js::number(max))));
    }
    raised
}

/// At least one of some properties, or exactly one.
pub(super) fn properties<'r>(subject: Subject<'r>, names: &[String], exactly: bool) -> Vec<Raised<'r>> {
    let Some(fields) = subject.node().and_then(Node::fields) else { return Vec::new() };
    let present: Vec<&str> =
        fields.iter().map(|(key, _)| &*key.text).filter(|key| names.iter().any(|name| name == key)).collect();
    if present.is_empty() {
        let rest = match names.len() {
            0..=4 => "\" must be defined".to_owned(),
            count => format!("\" or {} other properties must be defined", count - 3),
        };
        let shown = if names.len() > 4 { &names[..3] } else { names };
        return one(format!("At least one of \"{}{rest}", shown.join("\" or \"")));
    }
    if exactly && present.len() > 1 {
        return one(format!("Just one of \"{}\" must be defined", present.join("\" and \"")));
    }
    Vec::new()
}

pub(super) fn pattern<'r>(
    subject: Subject<'r>,
    matches: Option<&Pattern>,
    not: Option<&Pattern>,
) -> Vec<Raised<'r>> {
    let Some(text) = subject.text() else { return Vec::new() };
    let mut raised = Vec::new();
    // A pattern that takes too long on a text says nothing about it.
    if let Some(pattern) = matches.filter(|pattern| pattern.regex.test(&text) == Some(false)) {
        let shown = js::quoted(&pattern.written);
        raised.extend(one(format!("#{{{{print(\"value\")}}}} must match the pattern {shown}")));
    }
    if let Some(pattern) = not.filter(|pattern| pattern.regex.test(&text) == Some(true)) {
        let shown = js::quoted(&pattern.written);
        raised.extend(one(format!("#{{{{print(\"value\")}}}} must not match the pattern {shown}")));
    }
    raised
}
