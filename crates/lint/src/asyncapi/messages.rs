//! Messages of AsyncAPI: their identifiers, payloads and examples.

use std::collections::HashSet;

use model::tree::Node;

use super::{PAYLOAD, raised};
use crate::{
    function::{Raised, Subject},
    oas::{Words, structure},
    pointer::Segment,
    run::Context,
    schema::{Dialect, Reading},
};

/// Which part of a schema is held against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Default,
    Examples,
    /// The schema itself, against what schemas are.
    Whole,
}

const ACTIONS: [&str; 2] = ["subscribe", "publish"];

fn reading() -> Reading {
    Reading { all_errors: true, messages: true, ..Reading::plain(Dialect::Draft7) }
}

/// The operations of the channels, with where they stand.
fn operations<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<(Vec<Segment<'r>>, &'r Node)> {
    let graph = context.run.graph;
    let channels = graph.get(root, "channels").and_then(Node::fields).unwrap_or_default();
    let of = |(name, channel): &'r (model::tree::Key, Node)| {
        let found = ACTIONS.into_iter().filter_map(|action| {
            let operation = graph.get(channel, action)?;
            Some((vec![Segment::Key("channels"), Segment::Key(&name.text), Segment::Key(action)], operation))
        });
        found.collect::<Vec<_>>()
    };
    channels.iter().flat_map(of).collect()
}

/// An identifier, of the last trait that has one or else of the thing itself, with where it stands below it.
fn identifier<'r>(
    node: &'r Node,
    field: &'static str,
    context: &Context<'_, 'r>,
) -> Option<(&'r str, Vec<Segment<'r>>)> {
    let graph = context.run.graph;
    let traits = graph.get(node, "traits").and_then(Node::items).unwrap_or_default();
    for (at, one) in traits.iter().enumerate().rev() {
        if let Some(id) = graph.get(one, field).and_then(Node::as_str) {
            return Some((id, vec![Segment::Key("traits"), Segment::Index(at), Segment::Key(field)]));
        }
    }
    let id = graph.get(node, field).and_then(Node::as_str)?;
    Some((id, vec![Segment::Key(field)]))
}

pub(super) fn operation_ids<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let all = operations(root, context);
    twice(all, "operationId", "\"operationId\" must be unique across all the operations.", context)
}

pub(super) fn message_ids<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let mut all = Vec::new();
    for (path, operation) in operations(root, context) {
        let Some(message) = graph.get(operation, "message") else { continue };
        let path = [path, vec![Segment::Key("message")]].concat();
        match graph.get(message, "oneOf").and_then(Node::items) {
            Some(several) => {
                for (at, one) in several.iter().enumerate() {
                    let path = [&path[..], &[Segment::Key("oneOf"), Segment::Index(at)]].concat();
                    all.push((path, graph.resolve(one)));
                }
            }
            None => all.push((path, message)),
        }
    }
    // One message that several operations have is the same message.
    let mut seen = HashSet::new();
    all.retain(|(_, message)| seen.insert(std::ptr::from_ref::<Node>(message)));
    twice(all, "messageId", "\"messageId\" must be unique across all the messages.", context)
}

fn twice<'r>(
    all: Vec<(Vec<Segment<'r>>, &'r Node)>,
    field: &'static str,
    message: &str,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for (path, node) in all {
        let Some((id, below)) = identifier(node, field, context) else { continue };
        if !seen.insert(id) {
            found.push(raised(message, [path, below].concat()));
        }
    }
    found
}

/// What the examples of a message say, against its schemas; traits come over what is said beside them.
pub(super) fn examples<'r>(message: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let of = |field: &str| {
        let traits = graph.get(message, "traits").and_then(Node::items).unwrap_or_default();
        let last = traits.iter().rev().find_map(|one| graph.get(one, field));
        last.or_else(|| graph.get(message, field))
    };
    let mut found = Vec::new();
    for (at, example) in of("examples").and_then(Node::items).unwrap_or_default().iter().enumerate() {
        for field in ["payload", "headers"] {
            let (Some(value), Some(schema)) = (graph.get(example, field), of(field)) else { continue };
            if schema.fields().is_none() {
                continue;
            }
            let path =
                [context.path, &[Segment::Key("examples"), Segment::Index(at), Segment::Key(field)]].concat();
            let context = Context { path: &path, ..*context };
            found.extend(context.run.schema_of_document(
                Subject::Node(value),
                schema,
                reading(),
                true,
                &context,
            ));
        }
    }
    found
}

/// The payload of a message that names no format for it.
pub(super) fn payload<'r>(message: &'r Node, part: Part, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    if graph.get(message, "schemaFormat").is_some() {
        return Vec::new();
    }
    let Some(payload) = graph.get(message, "payload") else { return Vec::new() };
    let path = [context.path, &[Segment::Key("payload")]].concat();
    match part {
        Part::Whole => structure(&PAYLOAD, payload, &path, Words::AsyncApi, context),
        part => values(payload, part, &path, context),
    }
}

/// The default or the examples of a schema, against it.
pub(super) fn values<'r>(
    schema: &'r Node,
    part: Part,
    path: &[Segment<'r>],
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    if schema.fields().is_none() {
        return Vec::new();
    }
    let found: Vec<(Vec<Segment<'r>>, &'r Node)> = match part {
        Part::Default => graph
            .get(schema, "default")
            .map(|value| (vec![Segment::Key("default")], value))
            .into_iter()
            .collect(),
        _ => {
            let items = graph.get(schema, "examples").and_then(Node::items).unwrap_or_default();
            let at = |(at, value)| (vec![Segment::Key("examples"), Segment::Index(at)], graph.resolve(value));
            items.iter().enumerate().map(at).collect()
        }
    };
    // Texts are let pass: who writes them may have meant another notation.
    let found = found.into_iter().filter(|(_, value)| value.as_str().is_none());
    found
        .flat_map(|(below, value)| {
            let path = [path, &below].concat();
            let context = Context { path: &path, ..*context };
            context.run.schema_of_document(Subject::Node(value), schema, reading(), true, &context)
        })
        .collect()
}
