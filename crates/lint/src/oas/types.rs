//! Types of schemas: values of enumerations, discriminators.

use model::tree::{Content, Node};

use super::raised;
use crate::{format::Format, function::Raised, js, pointer::Segment, run::Context};

pub(super) fn typed_enum<'r>(schema: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let get = |name| graph.get(schema, name);
    let (Some(values), Some(kind)) = (get("enum").and_then(Node::items), get("type")) else {
        return Vec::new();
    };
    if schema.fields().is_none() {
        return Vec::new();
    }
    let mut types: Vec<&str> = match (&kind.content, kind.items()) {
        (Content::Text(kind), _) => vec![kind],
        (_, Some(list)) => {
            let types: Option<Vec<&str>> = list.iter().map(|kind| graph.resolve(kind).as_str()).collect();
            let Some(types) = types else { return Vec::new() };
            types
        }
        _ => return Vec::new(),
    };
    let is_true = |name| get(name).and_then(Node::as_bool) == Some(true);
    let nullable = is_true("nullable") && context.run.has(Format::Oas30)
        || is_true("x-nullable") && context.run.has(Format::Oas2);
    if nullable {
        types.push("null");
    }
    let mut found = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let value = graph.resolve(value);
        let of = match &value.content {
            Content::Null => "null",
            Content::Bool(_) => "boolean",
            Content::Number(number)
                if types.contains(&"integer") && number.as_f64().is_some_and(|n| n.fract() == 0.0) =>
            {
                "integer"
            }
            Content::Number(_) => "number",
            Content::Text(_) => "string",
            Content::List(_) => "array",
            Content::Mapping(_) => "object",
        };
        if !types.contains(&of) {
            let path = [context.path, &[Segment::Key("enum"), Segment::Index(at)]].concat();
            let message = format!("Enum value {} must be \"{}\".", js::shown(value), types.join(","));
            found.push(raised(message, path));
        }
    }
    found
}

pub(super) fn discriminator<'r>(schema: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let Some(name) = graph.get(schema, "discriminator").and_then(Node::as_str) else { return Vec::new() };
    let at = |field| [context.path, &[Segment::Key(field)]].concat();
    let mut found = Vec::new();
    let defined = graph.get(schema, "properties").is_some_and(|properties| properties.get(name).is_some());
    if !defined {
        found.push(raised("The discriminator property must be defined in this schema.", at("properties")));
    }
    let required = graph.get(schema, "required").and_then(Node::items).unwrap_or_default();
    if !required.iter().any(|required| required.as_str() == Some(name)) {
        found.push(raised(
            "The discriminator property must be in the required property list.",
            at("required"),
        ));
    }
    found
}
