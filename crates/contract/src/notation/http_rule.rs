//! Routes that `google.api.http` gives a method of gRPC (the comments of `google/api/http.proto`).
//!
//! They are for services that answer them: nothing is translated here.

use std::collections::HashMap;

use model::tree::Node;
use serde_json::{Value, json};

use super::{
    make::{At, Fields},
    protobuf::{self, Given, World},
};

const VERBS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// Rules of one method.
const MOST: usize = 50;

type Message = protobuf::parsed::Message;

/// Each with its verb, path and place.
pub(super) fn of(
    world: &mut World<'_>,
    service: &protobuf::parsed::Service,
    method: &protobuf::parsed::Method,
    input: Option<&str>,
    output: Option<&str>,
    messages: &HashMap<&str, &Message>,
) -> Vec<(String, String, At, Node)> {
    let mut made = Vec::new();
    for (rule, at) in &method.http {
        for rule in std::iter::once(rule).chain(rule.all("additional_bindings")).take(MOST) {
            let Some((verb, template)) = pattern(rule) else { continue };
            let (path, names) = match path(template) {
                Ok(read) => read,
                Err(why) => {
                    let message = format!("the path `{template}` is left out: {why}");
                    world.warn("left-out", message, *at);
                    continue;
                }
            };
            if let Err(why) = crate::template::check(&path) {
                world.warn("left-out", format!("the path `{template}` is left out: {why}"), *at);
                continue;
            }
            let mut out = Fields::new(*at);
            let id = format!("{}.{}.http", protobuf::last(&service.name), method.name);
            let number = made.len() + 1;
            out.text("operationId", if number == 1 { id } else { format!("{id}{number}") });
            protobuf::describe(&mut out, service, method);
            let message = input.and_then(|name| messages.get(name)).copied();
            let body = rule.get("body").and_then(Given::word).unwrap_or_default();
            let parameters = parameters(world, message, &names, body);
            if !parameters.is_empty() {
                out.value("parameters", &parameters.into());
            }
            if let Some(schema) = body_schema(world, message, input, body) {
                let content = json!({ "application/json": { "schema": schema } });
                out.value("requestBody", &json!({ "required": true, "content": content }));
            }
            let part = rule.get("response_body").and_then(Given::word).unwrap_or_default();
            let answers = output.and_then(|name| messages.get(name)).copied();
            let schema = body_schema(world, answers, output, if part.is_empty() { "*" } else { part });
            let content = json!({ "application/json": { "schema": schema.unwrap_or_else(|| json!({})) } });
            let status = json!({
                "type": "object",
                "properties": { "code": { "type": "integer" }, "message": { "type": "string" }, "details": { "type": "array" } },
            });
            out.value(
                "responses",
                &json!({
                    "200": { "description": "It was done.", "content": content },
                    "default": {
                        "description": "It was not done: a status of gRPC.",
                        "content": { "application/json": { "schema": status } },
                    },
                }),
            );
            made.push((verb.to_ascii_lowercase(), path, *at, out.node()));
        }
    }
    made
}

/// The verb and the template of a rule.
fn pattern(rule: &Given) -> Option<(&str, &str)> {
    if let Some(found) = VERBS.iter().find_map(|verb| Some((*verb, rule.get(verb)?.word()?))) {
        return Some(found);
    }
    let custom = rule.get("custom")?;
    let kind = custom.get("kind")?.word()?;
    let known = ["head", "options", "trace"].into_iter().find(|verb| kind.eq_ignore_ascii_case(verb))?;
    Some((known, custom.get("path")?.word()?))
}

/// `/v1/{name=shelves/*}:archive` is `/v1/shelves/{name}:archive`. The names come with the fields they are of.
fn path(template: &str) -> Result<(String, Vec<(String, String)>), String> {
    let mut path = String::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let (variable, after) = after.split_once('}').ok_or("`{` without `}` after it")?;
        rest = after;
        let (field, pattern) = variable.split_once('=').unwrap_or((variable, "*"));
        let stars = pattern.split('/').filter(|segment| segment.starts_with('*')).count();
        let mut number = 0;
        for (at, segment) in pattern.split('/').enumerate() {
            if at > 0 {
                path.push('/');
            }
            if !segment.starts_with('*') {
                path.push_str(segment);
                continue;
            }
            number += 1;
            let name = if stars == 1 { field.to_owned() } else { format!("{field}{number}") };
            if segment == "**" {
                path.push_str(&format!("{{{name}+}}"));
            } else {
                path.push_str(&format!("{{{name}}}"));
            }
            names.push((name, field.to_owned()));
        }
    }
    path.push_str(rest);
    // Stars outside of variables match a segment without naming it.
    let mut number = 0;
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| match segment {
            "*" | "**" => {
                number += 1;
                let name = format!("part{number}");
                let many = if segment == "**" { "+" } else { "" };
                names.push((name.clone(), String::new()));
                format!("{{{name}{many}}}")
            }
            other => other.to_owned(),
        })
        .collect();
    Ok((segments.join("/"), names))
}

fn parameters(
    world: &mut World<'_>,
    message: Option<&Message>,
    names: &[(String, String)],
    body: &str,
) -> Vec<Value> {
    let field =
        |name: &str| message.and_then(|message| message.fields.iter().find(|field| field.name == name));
    let mut all: Vec<Value> = names
        .iter()
        .map(|(name, of)| {
            let mut one =
                json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
            if let Some(comment) = field(of).and_then(|field| field.comment.as_ref()) {
                one["description"] = comment.as_str().into();
            }
            one
        })
        .collect();
    // What is neither in the path nor in the body stands in the query.
    let Some(message) = message.filter(|_| body != "*") else { return all };
    for field in &message.fields {
        let in_path =
            names.iter().any(|(_, of)| *of == field.name || of.starts_with(&format!("{}.", field.name)));
        if in_path || field.name == body || !protobuf::is_plain(field) {
            continue;
        }
        let mut one = json!({ "name": protobuf::json_name(field), "in": "query", "schema": world.schema_of(field, &message.name) });
        if let Some(comment) = &field.comment {
            one["description"] = comment.as_str().into();
        }
        if field.deprecated {
            one["deprecated"] = true.into();
        }
        all.push(one);
    }
    all
}

/// The message, or one field of it.
fn body_schema(
    world: &mut World<'_>,
    message: Option<&Message>,
    name: Option<&str>,
    body: &str,
) -> Option<Value> {
    match body {
        "" => None,
        "*" => name.map(protobuf::of_type),
        field => {
            let message = message?;
            let field = message.fields.iter().find(|known| known.name == field)?;
            Some(world.schema_of(field, &message.name))
        }
    }
}
