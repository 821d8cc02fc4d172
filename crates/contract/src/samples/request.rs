//! The request an operation's samples make: everything required, with example values.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{Media, OperationPage, Parameter, ParameterPlace, template};

/// Stands where the caller's key goes.
const KEY: &str = "YOUR_API_KEY";

pub(super) struct Request {
    pub(super) method: String,
    /// Visible ASCII without quotes and backslashes.
    pub(super) url: String,
    /// Names and values are visible ASCII.
    pub(super) headers: Vec<(String, String)>,
    pub(super) payload: Option<Payload>,
}

pub(super) enum Payload {
    Json(Value),
    /// Text as it is sent.
    Text(String),
    Multipart {
        parts: Vec<Part>,
        boundary: String,
    },
}

/// A field of `multipart/form-data`.
pub(super) struct Part {
    /// Without quotes and line breaks.
    pub(super) name: String,
    pub(super) value: String,
    pub(super) is_file: bool,
}

/// RFC 3986 §2.3: what never needs encoding.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What the literals of a path and a base URL keep.
const LITERAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'\'')
    .add(b'\\')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'^')
    .add(b'|')
    .add(b'{')
    .add(b'}');

impl Request {
    pub(super) fn of(page: &OperationPage, base_url: &str, key_header: Option<&str>) -> Request {
        let base = utf8_percent_encode(base_url.trim_end_matches('/'), LITERAL);
        let mut url = format!("{base}{}", path(page));
        let query = query(page);
        if !query.is_empty() {
            url.push('?');
            url.push_str(&query);
        }
        let mut headers = Vec::new();
        if let Some(name) = key_header.filter(|name| is_token(name)) {
            headers.push((name.to_owned(), KEY.to_owned()));
        }
        let payload = payload(page, &mut headers);
        for parameter in
            page.parameters.iter().filter(|parameter| parameter.required || is_soap_action(parameter))
        {
            add_header(parameter, &mut headers);
        }
        Request { method: page.method.clone(), url, headers, payload }
    }

    /// The body as it is sent.
    pub(super) fn body(&self) -> Option<String> {
        self.payload.as_ref().map(Payload::text)
    }

    /// Whether the language's client is sure to know the method by name.
    pub(super) fn is_common(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
    }
}

impl Payload {
    pub(super) fn text(&self) -> String {
        match self {
            Payload::Json(value) => pretty(value),
            Payload::Text(text) => text.clone(),
            Payload::Multipart { parts, boundary } => {
                let mut text = String::new();
                for Part { name, value, is_file } in parts {
                    let file = if *is_file {
                        "; filename=\"file\"\r\nContent-Type: application/octet-stream"
                    } else {
                        ""
                    };
                    let head = format!(
                        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
                    );
                    text.push_str(&head);
                    text.push_str(value);
                    text.push_str("\r\n");
                }
                text + "--" + boundary + "--\r\n"
            }
        }
    }
}

pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a JSON value serializes")
}

/// The template with example values.
fn path(page: &OperationPage) -> String {
    let mut path = String::new();
    let mut rest = page.path.as_str();
    while let Some((literal, after)) = rest.split_once('{') {
        path.extend(utf8_percent_encode(literal, LITERAL));
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let name =
            template::names(&page.path).find(|bare| name.trim_matches(['+', '*']) == *bare).unwrap_or(name);
        let is_it =
            |parameter: &&Parameter| parameter.place == ParameterPlace::Path && parameter.name == name;
        let value =
            page.parameters.iter().find(is_it).map(|parameter| joined(&parameter.example, ",", VALUE));
        path.push_str(value.as_deref().filter(|value| !value.is_empty()).unwrap_or("1"));
        rest = after;
    }
    path.extend(utf8_percent_encode(rest, LITERAL));
    path
}

/// The required query parameters.
fn query(page: &OperationPage) -> String {
    let mut pairs = Vec::new();
    for parameter in page.parameters.iter().filter(|parameter| parameter.required) {
        let name = utf8_percent_encode(&parameter.name, VALUE).to_string();
        match (parameter.place, &parameter.example) {
            (ParameterPlace::Query, Value::Array(items)) if parameter.explode => {
                pairs.extend(items.iter().map(|item| (name.clone(), joined(item, ",", VALUE))));
            }
            (ParameterPlace::Query, Value::Object(fields)) if parameter.style == "deepObject" => {
                pairs.extend(fields.iter().map(|(key, value)| {
                    (format!("{name}%5B{}%5D", utf8_percent_encode(key, VALUE)), joined(value, ",", VALUE))
                }));
            }
            (ParameterPlace::Query, Value::Object(fields)) if parameter.explode => {
                pairs.extend(form_pairs(fields))
            }
            (ParameterPlace::Query, value) => {
                let separator = match parameter.style.as_str() {
                    "spaceDelimited" => "%20",
                    "pipeDelimited" => "%7C",
                    _ => ",",
                };
                pairs.push((name, joined(value, separator, VALUE)));
            }
            (ParameterPlace::Querystring, Value::Object(fields)) => pairs.extend(form_pairs(fields)),
            _ => {}
        }
    }
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn form_pairs(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (key, value) in fields {
        form_field(&utf8_percent_encode(key, VALUE).to_string(), value, &mut pairs);
    }
    pairs
}

/// Fields of fields as `a[b]=c`, as the servers that take forms read them.
fn form_field(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                form_field(&format!("{name}%5B{}%5D", utf8_percent_encode(key, VALUE)), value, pairs);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| match item {
            Value::Object(_) | Value::Array(_) => form_field(&format!("{name}%5B%5D"), item, pairs),
            item => pairs.push((name.to_owned(), joined(item, ",", VALUE))),
        }),
        value => pairs.push((name.to_owned(), joined(value, ",", VALUE))),
    }
}

/// A value as one text, its parts encoded.
fn joined(value: &Value, separator: &str, set: &'static AsciiSet) -> String {
    match value {
        Value::Array(items) => {
            items.iter().map(|item| joined(item, separator, set)).collect::<Vec<_>>().join(separator)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                format!("{}{separator}{}", utf8_percent_encode(key, set), joined(value, separator, set))
            })
            .collect::<Vec<_>>()
            .join(separator),
        value => utf8_percent_encode(&plain(value), set).to_string(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

/// Nothing else says which of the operations at one address is meant.
fn is_soap_action(parameter: &Parameter) -> bool {
    parameter.place == ParameterPlace::Header && parameter.name.eq_ignore_ascii_case("soapaction")
}

fn add_header(parameter: &Parameter, headers: &mut Vec<(String, String)>) {
    // The client sets these itself; some refuse to have them set.
    const RESERVED: [&str; 9] = [
        "host",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "upgrade",
        "expect",
        "accept",
        "authorization",
    ];
    let visible =
        |text: &str| text.chars().filter(|c| matches!(c, ' '..='~')).collect::<String>().trim().to_owned();
    let value = visible(&match &parameter.example {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        value => plain(value),
    });
    let name = parameter.name.to_ascii_lowercase();
    match parameter.place {
        ParameterPlace::Header => {
            // Of one that can only be this nobody else knows.
            let is_fixed = name == "accept" && parameter.schema.get("const").is_some();
            let is_taken = headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(&name));
            if is_token(&name) && !is_taken && (is_fixed || !RESERVED.contains(&name.as_str())) {
                headers.push((parameter.name.clone(), value));
            }
        }
        ParameterPlace::Cookie if is_token(&name) => {
            let pair = format!("{}={}", parameter.name, value.replace([';', ',', ' ', '"', '\\'], ""));
            match headers.iter_mut().find(|(name, _)| name == "cookie") {
                Some((_, cookies)) => *cookies = format!("{cookies}; {pair}"),
                None => headers.push(("cookie".to_owned(), pair)),
            }
        }
        _ => {}
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// The body and its `content-type`.
fn payload(page: &OperationPage, headers: &mut Vec<(String, String)>) -> Option<Payload> {
    let body = page.request_body.as_ref()?;
    let is_usual = !matches!(page.method.as_str(), "GET" | "HEAD" | "TRACE" | "DELETE" | "OPTIONS");
    let has_body = is_usual || body.required && page.method == "DELETE";
    if !has_body {
        return None;
    }
    let find = |fits: &dyn Fn(&str) -> bool| body.content.iter().find(|media| fits(&essence(media)));
    let media = find(&|kind| kind == "application/json")
        .or_else(|| find(&|kind| kind.ends_with("+json")))
        .or_else(|| find(&|kind| kind == "application/x-www-form-urlencoded"))
        .or_else(|| find(&|kind| kind == "multipart/form-data"))
        .or_else(|| body.content.first())?;
    let kind = essence(media);
    let example = media.example.clone().unwrap_or_default();
    let (payload, content_type) = match kind.as_str() {
        "application/x-www-form-urlencoded" => {
            let pairs = example.as_object().map(form_pairs).unwrap_or_default();
            let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            (Payload::Text(pairs.join("&")), kind)
        }
        "multipart/form-data" => {
            let payload = multipart(&example, &media.schema);
            let boundary =
                if let Payload::Multipart { boundary, .. } = &payload { boundary.as_str() } else { "" };
            let content_type = format!("{kind}; boundary={boundary}");
            (payload, content_type)
        }
        _ if kind == "application/json" || kind.ends_with("+json") || kind.contains('*') => {
            let kind = if kind.contains('*') { "application/json".to_owned() } else { kind };
            (Payload::Json(structured(example)), kind)
        }
        _ => {
            let text = match example {
                Value::Object(_) | Value::Array(_) => example.to_string(),
                value => plain(&value),
            };
            (Payload::Text(text), kind)
        }
    };
    headers.push(("content-type".to_owned(), content_type));
    Some(payload)
}

/// The media type without its parameters, in lower case; a wildcard where it is none.
fn essence(media: &Media) -> String {
    let kind = media.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_type = kind.split_once('/').is_some_and(|(kind, sub)| is_token(kind) && is_token(sub));
    if is_type { kind } else { "*/*".to_owned() }
}

/// Authors write JSON examples as text too.
fn structured(example: Value) -> Value {
    match &example {
        Value::Null => Value::Object(Map::new()),
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or(example)
        }
        _ => example,
    }
}

fn multipart(example: &Value, schema: &Value) -> Payload {
    let mut parts = Vec::new();
    for (name, value) in example.as_object().into_iter().flatten() {
        let property = &schema["properties"][name];
        let is_file =
            property["format"] == "binary" || property["contentMediaType"] == "application/octet-stream";
        let value = match value {
            Value::Object(_) | Value::Array(_) => value.to_string(),
            value => plain(value),
        };
        let name: String =
            name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '=' | ';')).collect();
        parts.push(Part { name, value, is_file });
    }
    let mut boundary = "pailou-form".to_owned();
    while parts.iter().any(|part| part.value.contains(&boundary)) {
        boundary.push('x');
    }
    Payload::Multipart { parts, boundary }
}
