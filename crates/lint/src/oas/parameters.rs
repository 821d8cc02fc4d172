//! Parameters: unique among themselves, and those of paths both declared and used.

use std::collections::{HashMap, HashSet};

use model::tree::Node;

use super::{METHODS, is_object, raised};
use crate::{
    function::Raised,
    js,
    pointer::{Path, Segment},
    run::Context,
};

pub(super) fn unique<'r>(parameters: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(list) = parameters.items().filter(|list| list.len() > 1) else { return Vec::new() };
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    let (mut bodies, mut forms) = (Vec::new(), 0);
    let at = |index| [context.path, &[Segment::Index(index)]].concat();
    for (index, parameter) in list.iter().enumerate() {
        let parameter = graph.resolve(parameter);
        if !is_object(parameter) || parameter.get("$ref").is_some() {
            continue;
        }
        let text = |name| graph.get(parameter, name).map_or_else(|| "undefined".to_owned(), js::to_text);
        if !seen.insert((text("in"), text("name"))) {
            let message = "A parameter in this operation already exposes the same combination of \"name\" and \"in\" values.";
            found.push(raised(message, at(index)));
        }
        match text("in").as_str() {
            "body" => bodies.push(index),
            "formData" => forms += 1,
            _ => {}
        }
    }
    if !bodies.is_empty() && forms > 0 {
        let message = "Operation must not have both \"in:body\" and \"in:formData\" parameters.";
        found.push(Raised { message: message.to_owned(), path: None });
    }
    for index in bodies.into_iter().skip(1) {
        let message = "Operation must not have more than a single instance of the \"in:body\" parameter.";
        found.push(raised(message, at(index)));
    }
    found
}

/// The parameters of a path item or operation that are in the path, each with where it stands.
type Declared<'r> = Vec<(&'r str, Path<'r>)>;

pub(super) fn of_paths<'r>(paths: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(fields) = paths.fields() else { return Vec::new() };
    let mut found = Vec::new();
    let mut shapes: HashMap<String, &str> = HashMap::new();
    for (path, item) in fields {
        let (path, item) = (&*path.text, graph.resolve(item));
        if !is_object(item) {
            continue;
        }
        let here = || ["paths", path].map(Segment::Key).to_vec();
        let (names, shape) = template(path);
        match shapes.get(&shape) {
            Some(first) => {
                found.push(raised(
                    format!("Paths \"{first}\" and \"{path}\" must not be equivalent."),
                    here(),
                ));
            }
            None => {
                shapes.insert(shape, path);
            }
        }
        let mut expected: Vec<String> = Vec::new();
        for name in names {
            if expected.contains(&name) {
                let message =
                    format!("Path \"{path}\" must not use parameter \"{{{name}}}\" multiple times.");
                found.push(raised(message, here()));
            } else {
                expected.push(name);
            }
        }
        let common = declared(item, &here(), context, &mut found);
        for (method, operation) in item.fields().unwrap_or_default() {
            let operation = graph.resolve(operation);
            if !METHODS.contains(&&*method.text) || !is_object(operation) {
                continue;
            }
            let mut at = here();
            at.push(Segment::Key(&method.text));
            let own = declared(operation, &at, context, &mut found);
            let mut all = common.clone();
            for (name, place) in own {
                match all.iter_mut().find(|(known, _)| *known == name) {
                    Some(known) => known.1 = place,
                    None => all.push((name, place)),
                }
            }
            for (name, place) in &all {
                if !expected.iter().any(|known| known == name) {
                    let message = format!("Parameter \"{name}\" must be used in path \"{path}\".");
                    found.push(raised(message, place.clone()));
                }
            }
            for name in expected.iter().filter(|name| all.iter().all(|(known, _)| known != name)) {
                let message =
                    format!("Operation must define parameter \"{{{name}}}\" as expected by path \"{path}\".");
                found.push(raised(message, at.clone()));
            }
        }
    }
    found
}

fn declared<'r>(
    node: &'r Node,
    at: &[Segment<'r>],
    context: &Context<'_, 'r>,
    found: &mut Vec<Raised<'r>>,
) -> Declared<'r> {
    let graph = context.run.graph;
    let mut declared = Declared::new();
    for (index, parameter) in
        graph.get(node, "parameters").and_then(Node::items).unwrap_or_default().iter().enumerate()
    {
        let parameter = graph.resolve(parameter);
        let text = |name| graph.get(parameter, name).and_then(Node::as_str);
        let (Some("path"), Some(name)) = (text("in"), text("name")) else { continue };
        let place = [at, &[Segment::Key("parameters"), Segment::Index(index)]].concat();
        if graph.get(parameter, "required").and_then(Node::as_bool) != Some(true) {
            let message =
                format!("Path parameter \"{name}\" must have \"required\" property that is set to \"true\".");
            found.push(raised(message, place.clone()));
        }
        if declared.iter().any(|(known, _)| *known == name) {
            let message = format!("Path parameter \"{name}\" must not be defined multiple times.");
            found.push(raised(message, place));
        } else {
            declared.push((name, place));
        }
    }
    declared
}

/// The names in braces, and the path without them.
fn template(path: &str) -> (Vec<String>, String) {
    let (mut names, mut shape, mut rest) = (Vec::new(), String::new(), path);
    while let Some(start) = rest.find('{') {
        let after = &rest[start + 1..];
        let name = after.find('}').map(|end| &after[..end]).filter(|inside| is_name(inside));
        match name {
            Some(inside) => {
                names.push(inside.replace(['?', '*', ';'], ""));
                shape.push_str(&rest[..start]);
                shape.push('%');
                rest = &after[inside.len() + 1..];
            }
            None => {
                shape.push_str(&rest[..=start]);
                rest = after;
            }
        }
    }
    shape.push_str(rest);
    (names, shape)
}

/// `id`, or in the forms of older templates `?id`, `;id`, `id*`.
fn is_name(text: &str) -> bool {
    let text = text.strip_prefix(';').unwrap_or(text);
    let text = text.strip_prefix('?').unwrap_or(text);
    let text = text.strip_suffix('*').unwrap_or(text);
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}
