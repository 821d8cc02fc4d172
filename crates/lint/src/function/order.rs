//! `alphabetical`: lists, and the names of mappings.

use std::cmp::Ordering;

use model::tree::{Content, Node};

use super::{Raised, Subject, one};
use crate::{js, pointer::Segment, run::Context};

pub(super) fn alphabetical<'r>(
    subject: Subject<'r>,
    keyed_by: Option<&str>,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    const NO_OBJECT: &str = "#{{print(\"property\")}}must be an object";
    let Subject::Node(node) = subject else { return Vec::new() };
    let graph = context.run.graph;
    let list = node.items();
    let mut entries: Vec<Entry<'r>> = match (list, node.fields()) {
        (Some(items), _) => items.iter().map(|item| Entry::Node(graph.resolve(item))).collect(),
        (None, Some(fields)) => fields.iter().map(|(key, _)| Entry::Name(&key.text)).collect(),
        (None, None) => return Vec::new(),
    };
    if entries.len() < 2 {
        return Vec::new();
    }
    if let Some(field) = keyed_by {
        let mut keyed = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry {
                Entry::Node(item) if item.fields().is_some() || item.items().is_some() => {
                    keyed.push(graph.get(item, field).map_or(Entry::Missing, Entry::Node));
                }
                _ => return one(NO_OBJECT),
            }
        }
        entries = keyed;
    }
    if entries.iter().any(|entry| entry.scalar().is_none()) {
        return one("#{{print(\"property\")}}must be one of the allowed types: number, string");
    }
    let unsorted = entries.windows(2).position(|pair| match (pair[0].scalar(), pair[1].scalar()) {
        (Some(a), Some(b)) => a.is_after(&b),
        _ => false,
    });
    let Some(at) = unsorted else { return Vec::new() };
    if keyed_by.is_some() {
        return one("properties must follow the alphabetical order");
    }
    let mut path = context.path.to_vec();
    path.push(match &entries[at] {
        Entry::Name(name) if list.is_none() => Segment::Key(name),
        _ => Segment::Index(at),
    });
    let message = format!("{} must be placed after {}", entries[at].shown(), entries[at + 1].shown());
    vec![Raised { message, path: Some(path) }]
}

enum Entry<'a> {
    Name(&'a str),
    Node(&'a Node),
    Missing,
}

enum Scalar<'a> {
    Text(&'a str),
    Number(f64),
}

impl<'a> Entry<'a> {
    fn scalar(&self) -> Option<Scalar<'a>> {
        match self {
            Entry::Name(name) => Some(Scalar::Text(name)),
            Entry::Node(node) => match &node.content {
                Content::Text(text) => Some(Scalar::Text(text)),
                Content::Number(number) => number.as_f64().map(Scalar::Number),
                _ => None,
            },
            Entry::Missing => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Entry::Name(name) => js::quoted(name),
            Entry::Node(node) => js::shown(node),
            Entry::Missing => "undefined".to_owned(),
        }
    }
}

impl Scalar<'_> {
    /// Text by the dictionary, numbers by their value, where they are one or more apart; words and numbers are not compared.
    fn is_after(&self, other: &Scalar<'_>) -> bool {
        match (self, other) {
            (Scalar::Text(a), Scalar::Text(b)) => {
                let word_and_number = js::to_number(a).is_nan() && !js::to_number(b).is_nan();
                !word_and_number && js::compare(a, b) == Ordering::Greater
            }
            (Scalar::Number(a), Scalar::Number(b)) => a - b >= 1.0,
            (Scalar::Number(a), Scalar::Text(b)) => a - js::to_number(b) >= 1.0,
            (Scalar::Text(_), Scalar::Number(_)) => false,
        }
    }
}
