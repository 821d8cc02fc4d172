//! Types of GraphQL and numbers of Protocol Buffers: what their callers see, and the shape of OpenAPI has no words for.

use std::collections::HashMap;

use model::tree::Node;

use crate::{Level, operations::Comparison};

/// Compares the types of two contracts; those of OpenAPI say nothing here.
pub(crate) fn compare<'d>(comparison: &mut Comparison<'d>) {
    let (old, new) = (schemas(comparison.old.root), schemas(comparison.new.root));
    let by_name: HashMap<&str, &Node> = new.iter().map(|(name, node)| (*name, *node)).collect();
    for (name, was) in &old {
        comparison.at = format!("type {name}");
        match (kind(was), by_name.get(name)) {
            (Some(_), Some(is)) => graphql(comparison, was, is),
            (Some(of), None) => {
                let root = comparison.new.root;
                comparison.tell(
                    "graphql-type-removed",
                    Level::Breaking,
                    format!("the {of} is gone"),
                    was,
                    root,
                );
            }
            (None, Some(is)) => protobuf(comparison, was, is),
            (None, None) => {}
        }
    }
    let known: HashMap<&str, ()> = old.iter().map(|(name, _)| (*name, ())).collect();
    for (name, is) in new.iter().filter(|(name, _)| !known.contains_key(name)) {
        comparison.at = format!("type {name}");
        if let Some(of) = kind(is) {
            let root = comparison.old.root;
            comparison.tell("graphql-type-added", Level::Info, format!("the {of} is new"), root, is);
        }
    }
    comparison.at = String::new();
}

fn schemas(root: &Node) -> Vec<(&str, &Node)> {
    let all = root.get("components").and_then(|components| components.get("schemas")?.fields());
    all.unwrap_or_default().iter().map(|(key, node)| (&*key.text, node)).collect()
}

fn kind(node: &Node) -> Option<&str> {
    node.get("x-kind")?.as_str()
}

fn text<'n>(node: &'n Node, field: &str) -> &'n str {
    node.get(field).and_then(Node::as_str).unwrap_or_default()
}

fn graphql<'d>(comparison: &mut Comparison<'d>, was: &'d Node, is: &'d Node) {
    let (before, after) = (text(was, "x-kind"), text(is, "x-kind"));
    if before != after {
        let message = format!("the {before} is {after} now");
        return comparison.tell("graphql-kind-changed", Level::Breaking, message, was, is);
    }
    match before {
        "enum" => names(comparison, "enum", was, is, "enum-value"),
        "union" => names(comparison, "oneOf", was, is, "union-member"),
        "type" | "interface" => {
            names(comparison, "x-implements", was, is, "interface");
            fields(comparison, "properties", was, is, false);
        }
        "input" => fields(comparison, "properties", was, is, true),
        _ => {}
    }
}

/// Values, members, interfaces: one that is gone breaks whoever named it, a new one whoever lists them all.
fn names<'d>(comparison: &mut Comparison<'d>, field: &str, was: &'d Node, is: &'d Node, what: &str) {
    let list = |node: &'d Node| -> Vec<(&'d str, &'d Node)> {
        let items = node.get(field).and_then(Node::items).unwrap_or_default().iter();
        items.filter_map(|item| Some((item.as_str().or_else(|| item.get("$ref")?.as_str())?, item))).collect()
    };
    let (old, new) = (list(was), list(is));
    let shown = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    for (name, node) in old.iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name)) {
        let id = format!("graphql-{what}-removed");
        comparison.tell(id, Level::Breaking, format!("`{}` is gone", shown(name)), node, is);
    }
    for (name, node) in new.iter().filter(|(name, _)| !old.iter().any(|(other, _)| other == name)) {
        let id = format!("graphql-{what}-added");
        comparison.tell(
            id,
            Level::Warning,
            format!("`{}` is new: whoever handles each one does not know it", shown(name)),
            was,
            node,
        );
    }
}

/// Fields of a type, or arguments of a field.
fn fields<'d>(comparison: &mut Comparison<'d>, of: &str, was: &'d Node, is: &'d Node, is_input: bool) {
    let what = if of == "properties" { if is_input { "input-field" } else { "field" } } else { "argument" };
    let list = |node: &'d Node| node.get(of).and_then(Node::fields).unwrap_or_default();
    let by_name: HashMap<&str, &'d Node> = list(is).iter().map(|(key, node)| (&*key.text, node)).collect();
    for (key, old) in list(was) {
        let name = &*key.text;
        let Some(new) = by_name.get(name) else {
            comparison.tell(
                format!("graphql-{what}-removed"),
                Level::Breaking,
                format!("`{name}` is gone"),
                old,
                is,
            );
            continue;
        };
        let (before, after) = (text(old, "x-type"), text(new, "x-type"));
        if before != after {
            let is_safe = if is_input { takes(before, after) } else { gives(before, after) };
            let level = if is_safe { Level::Info } else { Level::Breaking };
            comparison.tell(
                format!("graphql-{what}-type-changed"),
                level,
                format!("`{name}` was `{before}` and is `{after}`"),
                old,
                new,
            );
        }
        let (before, after) = (text(old, "x-default"), text(new, "x-default"));
        if is_input && before != after {
            let message = format!("the default of `{name}` was `{before}` and is `{after}`");
            comparison.tell(format!("graphql-{what}-default-changed"), Level::Warning, message, old, new);
        }
        fields(comparison, "x-arguments", old, new, true);
    }
    let known: HashMap<&str, ()> = list(was).iter().map(|(key, _)| (&*key.text, ())).collect();
    for (key, new) in list(is).iter().filter(|(key, _)| !known.contains_key(&*key.text)) {
        let is_needed = is_input && text(new, "x-type").ends_with('!') && new.get("x-default").is_none();
        let (level, how) =
            if is_needed { (Level::Breaking, ", and must be given") } else { (Level::Info, "") };
        comparison.tell(
            format!("graphql-{what}-added"),
            level,
            format!("`{}` is new{how}", key.text),
            was,
            new,
        );
    }
}

/// Whether what reads the old type reads everything of the new one.
fn gives(old: &str, new: &str) -> bool {
    match (old.strip_suffix('!'), new.strip_suffix('!')) {
        (Some(old), Some(new)) => gives(old, new),
        (Some(_), None) => false,
        (None, Some(new)) => gives(old, new),
        (None, None) => match (items(old), items(new)) {
            (Some(old), Some(new)) => gives(old, new),
            _ => old == new,
        },
    }
}

/// Whether the new type takes everything that the old one took.
fn takes(old: &str, new: &str) -> bool {
    gives(new, old)
}

fn items(of: &str) -> Option<&str> {
    of.strip_prefix('[')?.strip_suffix(']')
}

/// What JSON does not show: a field is its number on the wire, and some types differ there alone.
fn protobuf<'d>(comparison: &mut Comparison<'d>, was: &'d Node, is: &'d Node) {
    let list = |node: &'d Node, field| node.get(field).and_then(Node::fields).unwrap_or_default();
    let new: HashMap<&str, &'d Node> =
        list(is, "properties").iter().map(|(key, node)| (&*key.text, node)).collect();
    for (key, old) in list(was, "properties") {
        let Some(new) = new.get(&*key.text) else { continue };
        for (field, id, what) in
            [("x-number", "protobuf-number-changed", "number"), ("x-type", "protobuf-type-changed", "type")]
        {
            let (before, after) = (text(old, field), text(new, field));
            if before != after && !before.is_empty() {
                let message = format!("the {what} of `{}` was `{before}` and is `{after}`", key.text);
                comparison.tell(id, Level::Breaking, message, old, new);
            }
        }
    }
    // A number that is given to another field is read as that.
    for (key, node) in list(is, "properties") {
        let number = text(node, "x-number");
        let before = list(was, "properties")
            .iter()
            .find(|(_, old)| !number.is_empty() && text(old, "x-number") == number);
        if let Some((old, of)) =
            before.filter(|(old, _)| old.text != key.text && !new.contains_key(&*old.text))
        {
            let message =
                format!("the number {number} was that of `{}` and is that of `{}`", old.text, key.text);
            comparison.tell("protobuf-number-reused", Level::Warning, message, of, node);
        }
    }
    let numbers: HashMap<&str, &'d Node> =
        list(is, "x-numbers").iter().map(|(key, node)| (&*key.text, node)).collect();
    for (key, old) in list(was, "x-numbers") {
        match numbers.get(&*key.text) {
            Some(new) if new.as_str() != old.as_str() => {
                let message = format!("the number of `{}` changed", key.text);
                comparison.tell("protobuf-number-changed", Level::Breaking, message, old, new);
            }
            None => comparison.tell(
                "protobuf-value-removed",
                Level::Breaking,
                format!("`{}` is gone", key.text),
                old,
                is,
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_be_there_more_surely_and_an_argument_may_be_needed_less() {
        for (old, new, is_given, is_taken) in [
            ("A", "A!", true, false),
            ("A!", "A", false, true),
            ("[A]", "[A!]!", true, false),
            ("[A!]", "[A]", false, true),
            ("A", "[A]", false, false),
            ("A", "B", false, false),
        ] {
            assert_eq!((gives(old, new), takes(old, new)), (is_given, is_taken), "{old} {new}");
        }
    }
}
