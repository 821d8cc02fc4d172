//! From the errors of a schema to what is told: of many that say the same, the one that helps.
//!
//! Which errors are told, and in which words, is part of what rulesets of Spectral produce, and so it is kept to the letter.

use model::tree::Node;

use super::{Detail, Error};
use crate::{graph::Graph, js, pointer};

/// What is told about a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    pub(crate) message: String,
    /// A pointer from the value that was checked.
    pub(crate) path: String,
}

/// Errors by the place they are at.
#[derive(Default)]
struct Place<'e> {
    children: Vec<(String, Option<Place<'e>>)>,
    errors: Option<Vec<&'e Error>>,
}

/// Explains errors; `name` is what the value itself is called where an error is about the whole of it.
pub(crate) fn explain<'d>(
    errors: &[Error],
    name: Option<&str>,
    value: &'d Node,
    values: Option<&Graph<'d>>,
) -> Vec<Explained> {
    let mut root = Place::default();
    for error in errors {
        let steps = steps(&error.path);
        if let Some((last, first)) = steps.split_last() {
            let mut place = &mut root;
            for step in first {
                place = place.child(step);
            }
            place.child(last).errors.get_or_insert_default().push(error);
        }
    }
    root.drop_redundant();
    let mut told = Vec::new();
    let teller = Teller { name, value, values };
    teller.tell(&root, &mut told);
    let unmatched = |path: &str| {
        let mut all =
            errors.iter().filter(|error| error.path == path && !matches!(error.detail, Detail::Several));
        all.rfind(|error| matches!(error.keyword, "oneOf" | "anyOf")).map(|error| error.keyword)
    };
    for one in &mut told {
        one.message = of_item(&one.message, &one.path);
        if let Some(keyword) = unmatched(&one.path)
            && one.message.ends_with(&format!(" in {keyword}"))
        {
            one.message += ". None of the schemas matched, see the other errors reported for this value";
        }
    }
    told
}

/// The steps of a pointer as errors are grouped: an index belongs to the name before it.
fn steps(path: &str) -> Vec<String> {
    if path.is_empty() {
        return vec![String::new()];
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '-';
    let mut steps = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find('/') {
        let after = &rest[at + 1..];
        let length = after.find(|c| !is_name(c)).unwrap_or(after.len());
        if length == 0 {
            rest = after;
            continue;
        }
        let mut end = at + 1 + length;
        if let Some(index) = rest[end..].strip_prefix('/') {
            let digits = index.find(|c: char| !c.is_ascii_digit()).unwrap_or(index.len());
            if digits > 0 {
                end += 1 + digits;
            }
        }
        steps.push(rest[at..end].to_owned());
        rest = &rest[end..];
    }
    steps
}

impl<'e> Place<'e> {
    fn child(&mut self, step: &str) -> &mut Place<'e> {
        let at = self.children.iter().position(|(known, _)| known == step).unwrap_or_else(|| {
            let child = Place { children: Vec::new(), errors: Some(Vec::new()) };
            self.children.push((step.to_owned(), Some(child)));
            self.children.len() - 1
        });
        self.children[at].1.get_or_insert_default()
    }

    /// Leaves out what says less than another error: a union beside the errors of its parts, an enumeration beside anything.
    fn drop_redundant(&mut self) {
        for at in 0..self.children.len() {
            let siblings =
                self.children.iter().enumerate().any(|(other, (_, child))| other != at && child.is_some());
            let Some(child) = &mut self.children[at].1 else { continue };
            let any_of = child.errors.iter().flatten().any(|error| error.keyword == "anyOf");
            if any_of && child.children.iter().any(|(_, below)| below.is_some()) {
                child.errors = None;
            }
            let only_values = child.errors.as_ref().is_some_and(|errors| {
                !errors.is_empty() && errors.iter().all(|error| error.keyword == "enum")
            });
            if only_values && siblings {
                self.children[at].1 = None;
            } else {
                child.drop_redundant();
            }
        }
    }
}

struct Teller<'t, 'd> {
    name: Option<&'t str>,
    value: &'d Node,
    values: Option<&'t Graph<'d>>,
}

impl Teller<'_, '_> {
    fn tell(&self, place: &Place<'_>, told: &mut Vec<Explained>) {
        let errors = place.errors.as_deref().unwrap_or_default();
        if let [first, ..] = errors
            && errors.iter().all(|error| error.keyword == "enum")
        {
            told.push(self.enumeration(first, errors));
            return;
        }
        for error in errors {
            told.push(Explained { message: self.message(error), path: error.path.clone() });
        }
        for (_, child) in &place.children {
            if let Some(child) = child {
                self.tell(child, told);
            }
        }
    }

    fn message(&self, error: &Error) -> String {
        let message = || error.message.replace('\'', "\"").replace("NOT", "not");
        match (error.keyword, &error.detail) {
            (_, Detail::Property(name)) => format!("Property \"{name}\" is not expected to be here"),
            ("errorMessage", _) => error.message.clone(),
            ("type", _) => match self.property(&error.path) {
                Some(name) => format!("\"{name}\" property type {}", error.message),
                None => format!("Value type {}", error.message),
            },
            _ => format!("{} {}", self.subject(&error.path), message()),
        }
    }

    fn enumeration(&self, first: &Error, errors: &[&Error]) -> Explained {
        let (mut shown, mut texts): (Vec<&String>, Vec<&String>) = (Vec::new(), Vec::new());
        for error in errors {
            if let Detail::Values(more, more_texts) = &error.detail {
                for value in more {
                    if !shown.contains(&value) {
                        shown.push(value);
                    }
                }
                for text in more_texts {
                    if !texts.contains(&text) {
                        texts.push(text);
                    }
                }
            }
        }
        let values = shown.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ");
        let mut message = format!("{} {}: {values}", self.subject(&first.path), first.message);
        if let Some(text) = self.at(&first.path).and_then(Node::as_str)
            && let Some(near) = nearest(text, &texts, shown.len())
        {
            message += &format!(". Did you mean \"{near}\"?");
        }
        Explained { message, path: first.path.clone() }
    }

    /// `"name" property`, or what kind of value it is.
    fn subject(&self, path: &str) -> String {
        match self.property(path) {
            Some(name) => format!("\"{name}\" property"),
            None => match self.at(path).map(|node| node.kind()) {
                Some("a string") => "String".to_owned(),
                Some("a number") => "Number".to_owned(),
                Some("a boolean") => "Boolean".to_owned(),
                _ => "Object".to_owned(),
            },
        }
    }

    fn property<'p>(&'p self, path: &'p str) -> Option<&'p str> {
        path.rsplit_once('/').map(|(_, last)| last).or(self.name)
    }

    fn at(&self, path: &str) -> Option<&Node> {
        path.split('/').skip(1).try_fold(self.value, |node, token| {
            let token = pointer::unescape(token);
            let node = self.values.map_or(node, |values| values.resolve(node));
            pointer::step(node, &token).map(|(_, child)| child)
        })
    }
}

/// An item of a list is told by its place.
fn of_item(message: &str, path: &str) -> String {
    let index = path.rsplit('/').next().unwrap_or_default();
    if index.is_empty() || !index.bytes().all(|byte| byte.is_ascii_digit()) {
        return message.to_owned();
    }
    for prefix in [format!("\"{index}\" property type"), format!("\"{index}\" property")] {
        if let Some(rest) = message.strip_prefix(&prefix) {
            return format!("Item at index {index}{rest}");
        }
    }
    message.to_owned()
}

/// The value that was meant, where one is near.
pub(crate) fn nearest<'v>(text: &str, values: &[&'v String], count: usize) -> Option<&'v str> {
    /// Longer texts are not compared.
    const LONGEST: usize = 200;
    if text.len() > LONGEST {
        return None;
    }
    let near = values
        .iter()
        .filter(|value| value.len() <= LONGEST)
        .map(|value| (distance(text, value), *value))
        .min_by_key(|(distance, _)| *distance)?;
    (count == 1 || near.0 < js::length(near.1)).then_some(near.1)
}

/// How many characters have to be changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, b) in b.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
