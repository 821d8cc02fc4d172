//! What callers must prove.

use std::collections::{BTreeMap, BTreeSet};

use model::tree::Node;

use crate::{Level, operations::Comparison, view::View};

/// Schemes that are needed together, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// Compares what two operations ask for.
pub(crate) fn needs<'d>(all: &mut Comparison<'d>, old: &'d Node, new: &'d Node) {
    let (before, after) = (alternatives(all.old, old), alternatives(all.new, new));
    if before == after {
        return;
    }
    let (old_node, new_node) = (old.get("security").unwrap_or(old), new.get("security").unwrap_or(new));
    let is_open = |list: &[Alternative]| list.is_empty() || list.iter().any(BTreeMap::is_empty);
    match (is_open(&before), is_open(&after)) {
        (true, false) => {
            return all.tell(
                "api-security-added",
                Level::Breaking,
                "callers must prove who they are now",
                old_node,
                new_node,
            );
        }
        (false, true) => {
            return all.tell(
                "api-security-removed",
                Level::Warning,
                "anybody may call now",
                old_node,
                new_node,
            );
        }
        _ => {}
    }
    // What was enough is enough where some alternative asks for no more.
    for one in &before {
        let enough = |other: &Alternative| {
            other.iter().all(|(scheme, scopes)| one.get(scheme).is_some_and(|had| scopes.is_subset(had)))
        };
        if after.iter().any(enough) {
            continue;
        }
        let same_schemes = after.iter().find(|other| other.keys().eq(one.keys()));
        let (id, text) = match same_schemes {
            Some(other) => {
                let more: Vec<&str> = other
                    .iter()
                    .flat_map(|(scheme, scopes)| scopes.difference(&one[scheme]))
                    .map(String::as_str)
                    .collect();
                (
                    "api-security-scope-added",
                    format!("`{}` needs more scopes: {}", words(one), more.join(", ")),
                )
            }
            None => ("api-security-alternative-removed", format!("`{}` is not enough any more", words(one))),
        };
        all.tell(id, Level::Breaking, text, old_node, new_node);
    }
    for other in &after {
        if !before.contains(other) && before.iter().all(|one| !one.keys().eq(other.keys())) {
            let text = format!("`{}` is enough now", words(other));
            all.tell("api-security-alternative-added", Level::Info, text, old_node, new_node);
        }
    }
}

/// Compares the schemes of two documents.
pub(crate) fn schemes(all: &mut Comparison<'_>) {
    let list = |view: &View<'_>| -> Vec<(String, BTreeMap<&'static str, String>)> {
        let root = match view.is_swagger() {
            true => view.root.get("securityDefinitions"),
            false => view.root.get("components").and_then(|components| components.get("securitySchemes")),
        };
        let fields = root.and_then(Node::fields).unwrap_or_default();
        let said = |node: &Node| {
            let fields = ["type", "in", "name", "scheme", "openIdConnectUrl"];
            fields
                .into_iter()
                .filter_map(|field| Some((field, node.get(field)?.as_str()?.to_owned())))
                .collect()
        };
        fields.iter().map(|(key, node)| (key.text.to_string(), said(node))).collect()
    };
    let (before, after) = (list(all.old), list(all.new));
    let (old, new) = (all.old.root, all.new.root);
    for (name, said) in &before {
        match after.iter().find(|(other, _)| other == name) {
            None => all.tell(
                "api-security-scheme-removed",
                Level::Warning,
                format!("the scheme `{name}` was removed"),
                old,
                new,
            ),
            Some((_, now)) if now != said => {
                all.tell(
                    "api-security-scheme-changed",
                    Level::Breaking,
                    format!("the scheme `{name}` is another one now"),
                    old,
                    new,
                );
            }
            Some(_) => {}
        }
    }
    for (name, _) in &after {
        if !before.iter().any(|(other, _)| other == name) {
            all.tell(
                "api-security-scheme-added",
                Level::Info,
                format!("the scheme `{name}` was added"),
                old,
                new,
            );
        }
    }
}

fn alternatives(view: &View<'_>, operation: &Node) -> Vec<Alternative> {
    let list =
        operation.get("security").or(view.root.get("security")).and_then(Node::items).unwrap_or_default();
    let scopes = |node: &Node| {
        let all = node.items().unwrap_or_default();
        all.iter().filter_map(|scope| Some(scope.as_str()?.to_owned())).collect()
    };
    let one = |node: &Node| {
        let fields = node.fields().unwrap_or_default();
        fields.iter().map(|(key, node)| (key.text.to_string(), scopes(node))).collect()
    };
    list.iter().map(one).collect()
}

fn words(alternative: &Alternative) -> String {
    alternative.keys().cloned().collect::<Vec<_>>().join("` with `")
}
