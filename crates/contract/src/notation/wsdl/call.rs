//! What becomes an operation, and which of them are one: a gateway tells them apart by path, method and SOAP action.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::SOAP_CALLS;
use crate::notation::{
    Told,
    make::{At, Fields},
    markdown,
};

/// What becomes an operation.
pub(super) struct Call {
    pub(super) at: At,
    pub(super) path: String,
    pub(super) method: &'static str,
    pub(super) id: String,
    pub(super) tag: String,
    pub(super) description: Option<String>,
    /// Of SOAP; empty where the binding gives none.
    pub(super) action: Option<String>,
    /// `text/xml` for SOAP 1.1, `application/soap+xml` for 1.2.
    pub(super) media: Vec<&'static str>,
    /// What bodies of SOAP have for each that is called by this route.
    pub(super) calls: Vec<Value>,
    pub(super) parameters: Vec<Value>,
    pub(super) request: Option<Value>,
    pub(super) response: Value,
}

/// Calls that a gateway tells apart: those of SOAP 1.1 and 1.2 at one address are one, and so are those without an action of their own.
pub(super) fn distinct(calls: Vec<Call>, told: &mut Told<'_>) -> Vec<Call> {
    let mut out: Vec<Call> = Vec::new();
    let mut places: HashMap<(String, String, Option<String>, &'static str), usize> = HashMap::new();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for mut call in calls {
        let is_soap = !call.media.is_empty();
        let key = (
            call.path.clone(),
            call.method.to_owned(),
            call.action.clone(),
            if is_soap { "soap" } else { "http" },
        );
        if let Some(place) = places.get(&key) {
            let known = &mut out[*place];
            if known.id != call.id {
                let message = format!(
                    "`{}` and `{}` at `{}` have no SOAP actions of their own, so that a gateway cannot tell them apart: they are one operation",
                    known.id, call.id, call.path
                );
                told.warn("one-operation", message, call.at);
                let more = markdown::paragraphs([
                    known.description.clone().unwrap_or_default(),
                    format!("Also: {}.", markdown::code(&call.id)),
                ]);
                known.description = Some(more);
                // Either body is taken.
                known.request = either(known.request.take(), call.request);
                known.calls.extend(call.calls);
                known.response = either(Some(known.response.take()), Some(call.response)).unwrap_or_default();
            } else {
                known.media.extend(
                    call.media
                        .iter()
                        .filter(|media| !known.media.contains(media))
                        .copied()
                        .collect::<Vec<_>>(),
                );
            }
            continue;
        }
        let count = ids.entry(call.id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            call.id = format!("{}.{}", call.tag, call.id);
        }
        places.insert(key, out.len());
        out.push(call);
    }
    out
}

fn either(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    let (Some(mut one), Some(other)) = (one, other) else { return None };
    if let (Some(body), Some(more)) = (one.pointer_mut(BODY), other.pointer(BODY)) {
        join(body, more);
        return Some(one);
    }
    let mut all = match one.get("anyOf").and_then(Value::as_array) {
        Some(all) => all.clone(),
        None => vec![one],
    };
    all.push(other);
    Some(json!({ "type": "object", "anyOf": all }))
}

const BODY: &str = "/properties/Body";

/// Puts what one body may have into another, so that either fits: elements are found by their names, whichever of them a body has.
fn join(body: &mut Value, more: &Value) {
    let needed = |of: &Value| of.get("required").map(|names| json!({ "required": names }));
    let mut alternatives: Vec<Value> = match body.get("anyOf").and_then(Value::as_array) {
        Some(known) => known.clone(),
        None => needed(body).into_iter().collect(),
    };
    alternatives.extend(needed(more));
    for (name, schema) in more["properties"].as_object().into_iter().flatten() {
        match body["properties"].get_mut(name) {
            None => body["properties"][name] = schema.clone(),
            Some(known) if known == schema => {}
            // Faults, and what they have to say.
            Some(known) if matches!(&**name, "Fault" | "detail" | "Detail") => join(known, schema),
            Some(known) => *known = json!({ "anyOf": [known.take(), schema] }),
        }
    }
    if let Some(fields) = body.as_object_mut() {
        fields.remove("required");
        if alternatives.len() > 1 {
            fields.insert("anyOf".to_owned(), alternatives.into());
        }
    }
}

impl Call {
    pub(super) fn node(&self) -> model::tree::Node {
        let mut out = Fields::new(self.at);
        out.text("operationId", &self.id);
        let description = self.description.clone().unwrap_or_default();
        out.text_if("summary", Some(markdown::first_line(&description)));
        let action = self.action.as_ref().map(|action| format!("SOAP action: {}", markdown::code(action)));
        out.text_if("description", Some(markdown::paragraphs([description, action.unwrap_or_default()])));
        out.value("tags", &json!([self.tag]));
        let mut parameters = self.parameters.clone();
        if let Some(action) = self.action.as_ref().filter(|_| self.media.contains(&"text/xml")) {
            let schema = json!({ "type": "string" });
            let value = format!("\"{action}\"");
            parameters
                .push(json!({ "name": "SOAPAction", "in": "header", "schema": schema, "example": value }));
        }
        if !parameters.is_empty() {
            out.value("parameters", &parameters.into());
        }
        let content = |schema: &Value, media: &[&str]| {
            Value::Object(
                media.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema }))).collect(),
            )
        };
        let is_soap = !self.media.is_empty();
        if let Some(request) = &self.request {
            let media: &[&str] = if is_soap { &self.media } else { &["application/x-www-form-urlencoded"] };
            out.value("requestBody", &json!({ "required": is_soap, "content": content(request, media) }));
        }
        let media: &[&str] = if is_soap { &self.media } else { &["text/xml"] };
        let mut responses = json!({ "200": { "description": "What the service answers.", "content": content(&self.response, media) } });
        if is_soap {
            responses["500"] =
                json!({ "description": "A fault.", "content": content(&self.response, media) });
        }
        out.value("responses", &responses);
        if let Some(action) = &self.action {
            out.text("x-soap-action", action);
        }
        if !self.calls.is_empty() {
            out.value(SOAP_CALLS, &self.calls.clone().into());
        }
        out.node()
    }
}
