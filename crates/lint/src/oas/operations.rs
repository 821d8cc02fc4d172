//! Operations: responses, identifiers, tags, security.

use std::collections::HashSet;

use model::tree::Node;

use super::{operations, raised};
use crate::{
    format::Format,
    function::{Raised, one},
    js,
    pointer::Segment,
    run::Context,
};

pub(super) fn success_response<'r>(responses: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let Some(fields) = responses.fields() else { return Vec::new() };
    let ranges = context.run.has(Format::Oas3);
    let succeeds = |status: &str| {
        ranges && matches!(status, "2XX" | "3XX") || (200.0..400.0).contains(&js::to_number(status))
    };
    if fields.iter().any(|(status, _)| succeeds(&status.text)) {
        return Vec::new();
    }
    one("Operation must define at least a single 2xx or 3xx response")
}

pub(super) fn form_data_consumes<'r>(operation: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let list = |name| graph.get(operation, name).and_then(Node::items);
    let (Some(consumes), Some(parameters)) = (list("consumes"), list("parameters")) else {
        return Vec::new();
    };
    let form = parameters
        .iter()
        .any(|parameter| graph.get(parameter, "in").and_then(Node::as_str) == Some("formData"));
    let types = ["application/x-www-form-urlencoded", "multipart/form-data"];
    let fits =
        consumes.iter().any(|of| types.iter().any(|form| js::to_text(graph.resolve(of)).contains(form)));
    if !form || fits {
        return Vec::new();
    }
    one("Consumes must include urlencoded, multipart, or form-data media type when using formData parameter.")
}

pub(super) fn unique_ids<'r>(paths: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (path, method, operation) in operations(paths, context) {
        let Some(id) = context.run.graph.get(operation, "operationId") else { continue };
        if !seen.insert(js::json(id)) {
            let at = ["paths", path, method, "operationId"].map(Segment::Key).to_vec();
            found.push(raised("operationId must be unique.", at));
        }
    }
    found
}

pub(super) fn tags_defined<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let tags = graph.get(root, "tags").and_then(Node::items).unwrap_or_default();
    let defined: HashSet<&str> = tags.iter().filter_map(|tag| graph.get(tag, "name")?.as_str()).collect();
    let Some(paths) = graph.get(root, "paths") else { return Vec::new() };
    let mut found = Vec::new();
    for (path, method, operation) in operations(paths, context) {
        let tags = graph.get(operation, "tags").and_then(Node::items).unwrap_or_default();
        for (at, tag) in tags.iter().enumerate() {
            if graph.resolve(tag).as_str().is_some_and(|tag| defined.contains(tag)) {
                continue;
            }
            let mut place = ["paths", path, method, "tags"].map(Segment::Key).to_vec();
            place.push(Segment::Index(at));
            found.push(raised("Operation tags must be defined in global tags.", place));
        }
    }
    found
}

pub(super) fn security_defined<'r>(
    requirement: &'r Node,
    swagger: bool,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(schemes) = requirement.fields() else { return Vec::new() };
    let is_scopes = |scopes: &'r Node| {
        let scopes = graph.resolve(scopes).items();
        scopes.is_some_and(|scopes| scopes.iter().all(|scope| graph.resolve(scope).as_str().is_some()))
    };
    if !schemes.iter().all(|(_, scopes)| is_scopes(scopes)) {
        return Vec::new();
    }
    let root = graph.root();
    let (defined, location) = if swagger {
        (root.get("securityDefinitions"), "securityDefinitions")
    } else {
        (root.get("components").and_then(|all| all.get("securitySchemes")), "components.securitySchemes")
    };
    let mut found = Vec::new();
    for (name, scopes) in schemes {
        let at = |more: &[Segment<'r>]| [context.path, &[Segment::Key(&name.text)], more].concat();
        let Some(scheme) = defined.and_then(|defined| defined.get(&name.text)) else {
            let object = if context.path.len() == 2 { "API" } else { "Operation" };
            let message = format!(
                "{object} \"security\" values must match a scheme defined in the \"{location}\" object."
            );
            found.push(raised(message, at(&[])));
            continue;
        };
        for (index, scope) in graph.resolve(scopes).items().unwrap_or_default().iter().enumerate() {
            let scope = graph.resolve(scope).as_str().unwrap_or_default();
            if !has_scope(scheme, scope, swagger) {
                let message = format!("\"{scope}\" must be listed among scopes.");
                found.push(raised(message, at(&[Segment::Index(index)])));
            }
        }
    }
    found
}

fn has_scope(scheme: &Node, scope: &str, swagger: bool) -> bool {
    let within = |flow: &Node| flow.get("scopes").is_some_and(|scopes| scopes.get(scope).is_some());
    if swagger {
        return within(scheme);
    }
    let flows = scheme.get("flows").and_then(Node::fields).unwrap_or_default();
    flows.iter().any(|(_, flow)| within(flow))
}
