//! Contracts of what was seen alone.

use serde_json::{Map, Value, json};

use crate::{report::is_noise, tree::Found, watch::ServiceSeen};

/// An OpenAPI 3.1 document that has what was seen of a service; `base` is the base path it answers under. Nothing where too little was seen.
pub fn draft(seen: &ServiceSeen, title: &str, base: &str) -> Option<Value> {
    document(seen, title, base, |found| !is_noise(found))
}

/// That of what is kept.
pub(crate) fn document(
    seen: &ServiceSeen,
    title: &str,
    base: &str,
    is_kept: impl Fn(&Found) -> bool,
) -> Option<Value> {
    let mut paths = Map::new();
    for found in seen.paths.found(base).iter().filter(|found| is_kept(found)) {
        let item = paths.entry(found.template.clone()).or_insert_with(|| json!({}));
        if let (Some(item), Some(field)) = (item.as_object_mut(), field_of(&found.method)) {
            item.insert(field, drafted(found, true));
        }
    }
    paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    if paths.is_empty() {
        return None;
    }
    let server = if base.trim_matches('/').is_empty() {
        "/".to_owned()
    } else {
        format!("/{}", base.trim_matches('/'))
    };
    Some(json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "0.1.0",
            "description": "Drafted from traffic: names and types are what was seen, descriptions are to be written.",
        },
        "servers": [{ "url": server }],
        "paths": paths,
    }))
}

/// The field of a path item; nothing for methods that have none.
pub(crate) fn field_of(method: &str) -> Option<String> {
    let known = matches!(method, "GET" | "PUT" | "POST" | "DELETE" | "PATCH" | "TRACE");
    known.then(|| method.to_ascii_lowercase())
}

/// An operation object that has what was seen.
pub(crate) fn drafted(found: &Found, modern: bool) -> Value {
    let Found { method, template, parameters, seen } = found;
    let mut all: Vec<Value> = parameters
        .iter()
        .map(|(name, schema)| json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        .collect();
    all.extend(
        seen.query.keys().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })),
    );
    let mut operation = Map::new();
    operation.insert("operationId".into(), id_of(method, template).into());
    operation.insert("description".into(), "Drafted from traffic.".into());
    if !all.is_empty() {
        operation.insert("parameters".into(), all.into());
    }
    if let Some(shape) = seen.request.as_ref().filter(|_| !matches!(&**method, "GET" | "DELETE" | "TRACE")) {
        let schema = shape.to_schema(modern);
        operation
            .insert("requestBody".into(), json!({ "content": { "application/json": { "schema": schema } } }));
    }
    let mut responses = Map::new();
    for status in seen.statuses.keys().filter(|status| **status < 500) {
        let mut response = json!({ "description": described(*status) });
        if let Some(shape) = seen.responses.get(status) {
            response["content"] = json!({ "application/json": { "schema": shape.to_schema(modern) } });
        }
        responses.insert(status.to_string(), response);
    }
    if responses.is_empty() {
        responses
            .insert("default".into(), json!({ "description": "What the service answers was not seen." }));
    }
    operation.insert("responses".into(), responses.into());
    Value::Object(operation)
}

pub(crate) fn described(status: u16) -> &'static str {
    match status {
        200..=299 => "It was done.",
        300..=399 => "It is elsewhere.",
        400..=499 => "The request was refused.",
        _ => "The service failed.",
    }
}

/// `getUsersByUserIdOrders`
fn id_of(method: &str, template: &str) -> String {
    let mut id = method.to_ascii_lowercase();
    for segment in template.split('/').filter(|segment| !segment.is_empty()) {
        let (by, name) = match segment.strip_prefix('{') {
            Some(name) => ("By", name.trim_end_matches('}')),
            None => ("", segment),
        };
        id.push_str(by);
        let mut start = true;
        for letter in name.chars() {
            if !letter.is_ascii_alphanumeric() {
                start = true;
            } else if start {
                id.push(letter.to_ascii_uppercase());
                start = false;
            } else {
                id.push(letter);
            }
        }
    }
    id
}
