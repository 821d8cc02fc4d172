//! The OpenAPI 3.1 document of a table of endpoints.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use policy::{ProblemType, problems};
use serde_json::{Map, Value, json};

use super::{Endpoint, Sketch, Table, implied};
use crate::auth::{Access, Audience};

/// An OpenAPI 3.1 document.
pub(crate) struct Document(Value);

impl Document {
    /// Draws the document.
    pub(super) fn of(table: &Table) -> Document {
        let mut sketch = Sketch::new();
        // Problems refer to it.
        sketch.outputs.subschema_for::<model::Finding>();
        let mut paths = Map::new();
        for endpoint in &table.endpoints {
            let operation = draw(endpoint, &mut sketch);
            let path = format!("{}{}", table.audience.prefix(), endpoint.path);
            let item = paths.entry(path).or_insert_with(|| json!({}));
            item[endpoint.method.as_str().to_ascii_lowercase()] = operation;
        }
        let mut inputs = sketch.inputs.take_definitions(true);
        let mut outputs = sketch.outputs.take_definitions(true);
        outputs.insert("Problem".into(), problem_schema());
        let renamed = differing(&inputs, &outputs);
        let rename = |reference: &str| {
            let name = reference.strip_prefix("#/components/schemas/")?;
            renamed.contains(name).then(|| format!("{reference}Input"))
        };
        for item in paths.values_mut().flat_map(values_mut) {
            if let Some(body) = item.get_mut("requestBody") {
                rewrite_references(body, &rename);
            }
            if let Some(parameters) = item.get_mut("parameters") {
                rewrite_references(parameters, &rename);
            }
        }
        for (name, mut schema) in std::mem::take(&mut inputs) {
            rewrite_references(&mut schema, &rename);
            let name = if renamed.contains(&name) { format!("{name}Input") } else { name };
            outputs.insert(name, schema);
        }
        outputs.values_mut().chain(paths.values_mut()).for_each(plain_descriptions);
        let schemas: BTreeMap<String, Value> = outputs.into_iter().collect();
        let mut components = json!({ "schemas": schemas });
        components["securitySchemes"] = security_schemes(table.audience);
        Document(json!({
            "openapi": "3.1.0",
            "info": {
                "title": table.audience.title(),
                "version": "1",
                "description": "Errors are RFC 9457 problems. Lists answer `items`, `next` (what to give as `after`) and `total`. \
                                With a session cookie, unsafe methods need the header `x-csrf-token`.",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "paths": paths,
            "components": components,
        }))
    }

    /// The document as readable JSON that ends with a line break.
    pub(crate) fn text(&self) -> String {
        format!("{:#}\n", self.0)
    }
}

fn draw(endpoint: &Endpoint, sketch: &mut Sketch) -> Value {
    sketch.parameters = path_parameters(&endpoint.path);
    sketch.body = None;
    sketch.answers = BTreeMap::new();
    sketch.problems = implied(endpoint.access).to_vec();
    (endpoint.describe)(sketch);
    sketch.problems.extend(&endpoint.problems);
    if !sketch.parameters.is_empty() {
        sketch.problems.push(problems::BAD_REQUEST);
    }
    if endpoint.path.contains('{') {
        sketch.problems.push(problems::NOT_FOUND);
    }
    let mut responses: BTreeMap<String, Value> = std::mem::take(&mut sketch.answers)
        .into_iter()
        .map(|(status, answer)| (status.to_string(), answer))
        .collect();
    responses.extend(refusals(&sketch.problems));

    let mut operation = Map::new();
    operation.insert("operationId".into(), endpoint.id.as_str().into());
    operation.insert("tags".into(), json!([endpoint.tag]));
    operation.insert("summary".into(), endpoint.summary.as_str().into());
    operation.insert("security".into(), security(endpoint));
    operation.insert("x-permission".into(), endpoint.access.to_string().into());
    if endpoint.confirmed {
        operation.insert("x-confirmation".into(), true.into());
    }
    if !sketch.parameters.is_empty() {
        operation.insert("parameters".into(), std::mem::take(&mut sketch.parameters).into());
    }
    if let Some(body) = sketch.body.take() {
        operation.insert("requestBody".into(), body);
    }
    operation.insert("responses".into(), json!(responses));
    Value::Object(operation)
}

fn path_parameters(path: &str) -> Vec<Value> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

/// The refusals of an endpoint by status; problems of one status are one response.
fn refusals(problems: &[&'static ProblemType]) -> BTreeMap<String, Value> {
    let mut by_status: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    for problem in problems {
        by_status.entry(problem.status).or_default().insert(problem.code);
    }
    let response = |codes: BTreeSet<&str>| {
        let codes: Vec<_> = codes.into_iter().map(|code| format!("`{code}`")).collect();
        json!({
            "description": codes.join(", "),
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    by_status.into_iter().map(|(status, codes)| (status.to_string(), response(codes))).collect()
}

fn security(endpoint: &Endpoint) -> Value {
    // A safe method needs no CSRF token beside the cookie.
    let cookie = if endpoint.method == Method::GET {
        json!({ "session": [] })
    } else {
        json!({ "session": [], "csrf": [] })
    };
    match endpoint.access {
        Access::Public => json!([]),
        Access::Developer => json!([cookie]),
        Access::Member | Access::With(_) => json!([{ "token": [] }, cookie]),
        Access::Gateway => json!([{ "token": [] }]),
    }
}

fn security_schemes(audience: Audience) -> Value {
    let mut schemes = Map::new();
    if audience == Audience::Console {
        schemes.insert("token".into(), json!({ "type": "http", "scheme": "bearer" }));
    }
    let cookie = audience.cookie_name(false);
    schemes.insert("session".into(), json!({ "type": "apiKey", "in": "cookie", "name": cookie }));
    schemes.insert("csrf".into(), json!({ "type": "apiKey", "in": "header", "name": "x-csrf-token" }));
    Value::Object(schemes)
}

/// The schema of a problem (RFC 9457 §3.1), with the members this API adds.
fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "properties": {
            "type": { "type": "string", "description": "`urn:pailou:problem:` and a code; `/portal/api/v1/problems` explains each." },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "What was wrong with this request." },
            "instance": { "type": "string", "description": "`urn:pailou:request:` and the request id." },
            "findings": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } },
        },
        "required": ["type", "title", "status", "detail"],
    })
}

/// The names whose schema is not the same for reading and answering, directly or by reference.
fn differing(inputs: &Map<String, Value>, outputs: &Map<String, Value>) -> BTreeSet<String> {
    let shared = || inputs.iter().filter_map(|(name, input)| Some((name, input, outputs.get(name)?)));
    let mut differing: BTreeSet<String> =
        shared().filter(|(_, input, output)| input != output).map(|(name, ..)| name.clone()).collect();
    loop {
        let refers = |schema: &Value| references(schema).iter().any(|name| differing.contains(*name));
        let more: Vec<String> = shared()
            .filter(|(name, input, _)| !differing.contains(*name) && refers(input))
            .map(|(name, ..)| name.clone())
            .collect();
        if more.is_empty() {
            return differing;
        }
        differing.extend(more);
    }
}

fn references(schema: &Value) -> Vec<&str> {
    match schema {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(to) if key == "$ref" => {
                    to.strip_prefix("#/components/schemas/").into_iter().collect()
                }
                value => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn rewrite_references(schema: &mut Value, rename: &dyn Fn(&str) -> Option<String>) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(to) if key == "$ref" => {
                        if let Some(renamed) = rename(to) {
                            *to = renamed;
                        }
                    }
                    value => rewrite_references(value, rename),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite_references(item, rename)),
        _ => {}
    }
}

/// Doc comments link to other types; a reader of the document has no such links.
fn plain_descriptions(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(text) if key == "description" => {
                        *text = text.replace("[`", "`").replace("`]", "`").replace("super::", "");
                    }
                    value => plain_descriptions(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_descriptions),
        _ => {}
    }
}

fn values_mut(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut())
}
