//! What a document of AsyncAPI names in one place and says in another: parameters, servers, security schemes.

use std::collections::BTreeSet;

use model::tree::Node;

use super::raised;
use crate::{function::Raised, pointer::Segment, run::Context};

/// The parameters of a channel's address are those that it describes.
pub(super) fn parameters<'r>(channel: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(described) = graph.get(channel, "parameters").and_then(Node::fields) else { return Vec::new() };
    let address = graph.get(channel, "address").and_then(Node::as_str);
    let address = match (address, context.path.last()) {
        (Some(address), _) => address,
        (None, Some(Segment::Key(name))) => name,
        _ => return Vec::new(),
    };
    let names = variables(address);
    if names.is_empty() {
        return Vec::new();
    }
    let at = |more: &[Segment<'r>]| [context.path, &[Segment::Key("parameters")], more].concat();
    let mut found = Vec::new();
    let missing: Vec<&str> =
        names.iter().copied().filter(|name| described.iter().all(|(key, _)| &*key.text != *name)).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        let message = format!(
            "Not all channel's parameters are described with \"parameters\" object. Missed: {missing}."
        );
        found.push(raised(message, at(&[])));
    }
    for (key, _) in described.iter().filter(|(key, _)| !names.contains(&&*key.text)) {
        let message =
            format!("Channel's \"parameters\" object has redundant defined \"{}\" parameter.", key.text);
        found.push(raised(message, at(&[Segment::Key(&key.text)])));
    }
    found
}

/// The names between braces, each once.
fn variables(address: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = address;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, next)) = after.split_once('}') else { break };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        rest = next;
    }
    names
}

/// The servers that channels name are there.
pub(super) fn servers<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let known: BTreeSet<&str> = graph
        .get(root, "servers")
        .and_then(Node::fields)
        .unwrap_or_default()
        .iter()
        .map(|(key, _)| &*key.text)
        .collect();
    let channels = graph.get(root, "channels").and_then(Node::fields).unwrap_or_default();
    let mut found = Vec::new();
    for (name, channel) in channels {
        let servers = graph.get(channel, "servers").and_then(Node::items).unwrap_or_default();
        for (at, server) in servers.iter().enumerate() {
            if graph.resolve(server).as_str().is_some_and(|server| !known.contains(server)) {
                let path = vec![
                    Segment::Key("channels"),
                    Segment::Key(&name.text),
                    Segment::Key("servers"),
                    Segment::Index(at),
                ];
                found.push(raised(
                    "Channel contains server that are not defined on the \"servers\" object.",
                    path,
                ));
            }
        }
    }
    found
}

/// A requirement names schemes that are there, and scopes that these have.
pub(super) fn security<'r>(
    requirement: &'r Node,
    object: &str,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(fields) = requirement.fields() else { return Vec::new() };
    // From AsyncAPI 3 on a scheme itself may stand here, which names nothing.
    let is_text = |node: &'r Node| graph.resolve(node).as_str().is_some();
    let is_requirement =
        |wanted: &'r Node| graph.resolve(wanted).items().is_some_and(|scopes| scopes.iter().all(is_text));
    if !fields.iter().all(|(_, wanted)| is_requirement(wanted)) {
        return Vec::new();
    }
    let schemes = graph.get(graph.root(), "components").and_then(|all| graph.get(all, "securitySchemes"));
    let mut found = Vec::new();
    for (key, wanted) in fields {
        let path = || [context.path, &[Segment::Key(&key.text)]].concat();
        let Some(scheme) = schemes.and_then(|schemes| graph.get(schemes, &key.text)) else {
            found.push(raised(format!("{object} must not reference an undefined security scheme."), path()));
            continue;
        };
        if graph.get(scheme, "type").and_then(Node::as_str) != Some("oauth2") {
            continue;
        }
        let mut scopes: Vec<&str> = Vec::new();
        for flow in ["implicit", "password", "clientCredentials", "authorizationCode"] {
            let flow = graph.get(scheme, "flows").and_then(|flows| graph.get(flows, flow));
            let named =
                flow.and_then(|flow| graph.get(flow, "scopes")).and_then(Node::fields).unwrap_or_default();
            for (scope, _) in named {
                if !scopes.contains(&&*scope.text) {
                    scopes.push(&scope.text);
                }
            }
        }
        for (at, scope) in graph.resolve(wanted).items().unwrap_or_default().iter().enumerate() {
            if graph.resolve(scope).as_str().is_some_and(|scope| !scopes.contains(&scope)) {
                let message = format!(
                    "Non-existing security scope for the specified security scheme. Available: [{}]",
                    scopes.join(", ")
                );
                found.push(raised(message, [path(), vec![Segment::Index(at)]].concat()));
            }
        }
    }
    found
}
