//! A pact file, read.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::rules::{self, Rules};

/// What a consumer asks of a service.
#[derive(Clone, Debug, Default)]
pub struct Pact {
    pub consumer: String,
    pub provider: String,
    pub interactions: Vec<Interaction>,
    /// Interactions that are messages, by their descriptions: they are not asked for by HTTP.
    pub messages: Vec<String>,
}

/// One request, and what has to come of it.
#[derive(Clone, Debug, Default)]
pub struct Interaction {
    pub description: String,
    pub states: Vec<StateAsked>,
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    /// Of values of the state that is asked for: what they stand in, and the expression.
    pub from_state: Vec<(String, String, String)>,
    pub(super) status: Option<u16>,
    pub(super) response_headers: Vec<(String, String)>,
    pub(super) response_body: Option<Body>,
    pub(super) response_rules: Rules,
}

/// A state that the service has to be in.
#[derive(Clone, Debug, PartialEq)]
pub struct StateAsked {
    pub name: String,
    pub params: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    /// There is none.
    Nothing,
    Json(Value),
    Text(String),
}

pub(super) fn read(text: &str) -> Result<Pact, String> {
    let file: Value = serde_json::from_str(text)
        .map_err(|e| format!("line {}, column {}: it is no JSON", e.line(), e.column()))?;
    let name = |party: &str| {
        file.pointer(&format!("/{party}/name")).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut pact = Pact { consumer: name("consumer"), provider: name("provider"), ..Pact::default() };
    let Some(interactions) =
        file.get("interactions").or_else(|| file.get("messages")).and_then(Value::as_array)
    else {
        return Err("it is no pact: there are no `interactions`".to_owned());
    };
    for (at, value) in interactions.iter().enumerate() {
        let description = value.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = value.get("type").and_then(Value::as_str);
        let is_http = kind.map_or(value.get("request").is_some(), |kind| kind == "Synchronous/HTTP");
        if !is_http {
            pact.messages.push(description);
            continue;
        }
        let read = interaction(value, description.clone());
        pact.interactions.push(read.map_err(|why| format!("interactions[{at}] (`{description}`): {why}"))?);
    }
    for message in file.get("messages").and_then(Value::as_array).into_iter().flatten() {
        let description = message.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !pact.messages.contains(&description) {
            pact.messages.push(description);
        }
    }
    Ok(pact)
}

fn interaction(value: &Value, description: String) -> Result<Interaction, String> {
    let request = value.get("request").ok_or("there is no `request`")?;
    let response = value.get("response").ok_or("there is no `response`")?;
    let text = |field: &str| request.get(field).and_then(Value::as_str).map(str::to_owned);
    let method = text("method").ok_or("request.method is missing")?.to_ascii_uppercase();
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-') {
        return Err("request.method is no method".to_owned());
    }
    let path =
        text("path").filter(|path| path.starts_with('/')).ok_or("request.path does not begin with `/`")?;
    let mut one = Interaction {
        description,
        states: states(value),
        method,
        path,
        query: query(request.get("query")),
        headers: headers(request.get("headers")),
        status: response.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()),
        response_headers: headers(response.get("headers")),
        response_body: body(response)?,
        response_rules: rules::read(response.get("matchingRules"))
            .map_err(|why| format!("response: {why}"))?,
        ..Interaction::default()
    };
    let is_form = |kind: &str| !kind.contains("json");
    let content = body(request)?;
    let kind = request.pointer("/body/contentType").and_then(Value::as_str).map(str::to_owned);
    let has_type = one.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match content {
        Some(Body::Json(value)) => {
            one.body = Some(value.to_string().into_bytes());
            if !has_type {
                let kind =
                    kind.filter(|kind| !is_form(kind)).unwrap_or_else(|| "application/json".to_owned());
                one.headers.push(("Content-Type".to_owned(), kind));
            }
        }
        Some(Body::Text(text)) => {
            one.body = Some(text.into_bytes());
            if let Some(kind) = kind.filter(|_| !has_type) {
                one.headers.push(("Content-Type".to_owned(), kind));
            }
        }
        Some(Body::Nothing) | None => {}
    }
    generators(request.get("generators"), &mut one.from_state);
    Ok(one)
}

/// What is made of values that the state gives: `${id}`.
fn generators(value: Option<&Value>, into: &mut Vec<(String, String, String)>) {
    let is_state = |value: &Value| value.get("type").is_some_and(|kind| kind == "ProviderState");
    let expression = |value: &Value| Some(value.get("expression")?.as_str()?.to_owned());
    for (what, all) in value.and_then(Value::as_object).into_iter().flatten() {
        if is_state(all) {
            into.extend(expression(all).map(|expression| (what.clone(), String::new(), expression)));
            continue;
        }
        for (place, one) in all.as_object().into_iter().flatten().filter(|(_, one)| is_state(one)) {
            into.extend(expression(one).map(|expression| (what.clone(), place.clone(), expression)));
        }
    }
}

fn states(value: &Value) -> Vec<StateAsked> {
    let one = |state: &Value| {
        let name = state.get("name")?.as_str()?.to_owned();
        let params = state.get("params").and_then(Value::as_object).cloned().unwrap_or_default();
        Some(StateAsked { name, params })
    };
    match value
        .get("providerStates")
        .or_else(|| value.get("providerState"))
        .or_else(|| value.get("provider_state"))
    {
        Some(Value::String(name)) => vec![StateAsked { name: name.clone(), params: Map::new() }],
        Some(Value::Array(all)) => all.iter().filter_map(one).collect(),
        _ => Vec::new(),
    }
}

fn headers(value: Option<&Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    let all = value.and_then(Value::as_object).into_iter().flatten();
    all.map(|(name, value)| (name.clone(), text(value))).collect()
}

fn query(value: Option<&Value>) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    match value {
        Some(Value::String(text)) => {
            let pairs = text
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
        }
        Some(Value::Object(all)) => {
            let mut pairs = Vec::new();
            for (name, values) in all {
                match values {
                    Value::Array(values) => {
                        pairs.extend(
                            values
                                .iter()
                                .filter_map(Value::as_str)
                                .map(|value| (name.clone(), value.to_owned())),
                        );
                    }
                    Value::String(value) => pairs.push((name.clone(), value.clone())),
                    _ => {}
                }
            }
            pairs
        }
        _ => Vec::new(),
    }
}

/// A body: of version 4 with its type, of others as it is.
fn body(message: &Value) -> Result<Option<Body>, String> {
    let Some(value) = message.get("body") else { return Ok(None) };
    let kind = value.get("contentType").and_then(Value::as_str);
    let Some(content) = value.get("content").filter(|_| kind.is_some() || value.get("encoded").is_some())
    else {
        return Ok(match value {
            Value::Null => Some(Body::Nothing),
            Value::Object(fields) if fields.is_empty() && message.get("matchingRules").is_none() => {
                Some(Body::Json(value.clone()))
            }
            Value::String(text) if !is_json(message) => Some(Body::Text(text.clone())),
            value => Some(Body::Json(value.clone())),
        });
    };
    let encoded = value.get("encoded").is_some_and(|encoded| encoded != &Value::Bool(false));
    if encoded && content.is_string() && value["encoded"] != "json" {
        return Err("its body is encoded, and only JSON and text are known here".to_owned());
    }
    let json = kind.is_none_or(|kind| kind.contains("json"));
    Ok(Some(match content {
        Value::Null => Body::Nothing,
        // JSON as a text.
        Value::String(text) if encoded => {
            Body::Json(serde_json::from_str(text).map_err(|_| "its body is no JSON")?)
        }
        Value::String(text) if !json => Body::Text(text.clone()),
        content => Body::Json(content.clone()),
    }))
}

fn is_json(message: &Value) -> bool {
    headers(message.get("headers"))
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("content-type") && value.contains("json"))
}
