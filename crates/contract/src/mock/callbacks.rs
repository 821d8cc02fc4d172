//! What an operation promises to call after it was called (OpenAPI, callback object): where, and with what.

use schema::{Direction, Json, Making};
use serde_json::Value;

use super::{Mock, examples, examples::follow};
use crate::{
    conform::{Conformance, Kind, media_kind, parameter::capture},
    dialect::Dialect,
    read::METHODS,
    source::{escape, local_pointer},
};

/// Calls that one answer leads to.
const MOST: usize = 20;
/// The longest URL.
const LONGEST: usize = 2048;
/// References that are followed, one after the other.
const MOST_REFERENCES: usize = 16;

/// A call that was answered, for the runtime expressions of its callbacks (OpenAPI 3.1 §4.8.20.4).
pub struct Happened<'h> {
    pub method: &'h str,
    /// In absolute form.
    pub url: &'h str,
    /// The value of a header of the request.
    pub header: &'h dyn Fn(&str) -> Option<String>,
    /// Its path below the base path, as it came.
    pub path: &'h str,
    pub request: &'h [u8],
    pub status: u16,
    /// The value of a header of the response.
    pub answered: &'h dyn Fn(&str) -> Option<String>,
    pub response: &'h [u8],
}

/// A call back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    pub name: Box<str>,
    /// Upper case.
    pub method: String,
    /// As the expression gives it.
    pub url: String,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

impl Mock {
    /// Whether an operation has any.
    pub fn has_callbacks(&self, operation: &str) -> bool {
        self.operations
            .get(operation)
            .is_some_and(|known| *known.calls_back.get_or_init(|| !self.described(operation).is_empty()))
    }

    /// What is called after an answer. What an expression leads to where it leads nowhere is left out.
    pub fn callbacks(&self, operation: &str, happened: &Happened<'_>, seed: Option<u64>) -> Vec<Callback> {
        let mut all = Vec::new();
        let Some(place) = self.conformance.place(operation) else { return all };
        for (name, pointer, callback) in self.described(operation) {
            for (expression, item) in callback.as_object().into_iter().flatten() {
                if expression.starts_with("x-") {
                    continue;
                }
                let evaluated = Expressions { happened, template: &place.path }.evaluated(expression);
                let Some(url) = evaluated.filter(|url| url.len() <= LONGEST) else { continue };
                let pointer = format!("{pointer}/{}", escape(expression));
                let Some((pointer, item)) = led(&self.conformance, pointer, item.clone()) else { continue };
                for (method, operation) in item.as_object().into_iter().flatten() {
                    if !METHODS.contains(&method.as_str()) || all.len() == MOST {
                        continue;
                    }
                    let (content_type, body) =
                        self.content(&format!("{pointer}/{method}"), operation, seed).unzip();
                    all.push(Callback {
                        name: name.as_str().into(),
                        method: method.to_ascii_uppercase(),
                        url: url.clone(),
                        content_type,
                        body: body.unwrap_or_default(),
                    });
                }
            }
        }
        all
    }

    /// The callbacks of an operation, each with its name and where it stands.
    fn described(&self, operation: &str) -> Vec<(String, String, Value)> {
        let Some(place) = self.conformance.place(operation) else { return Vec::new() };
        if self.conformance.dialect == Dialect::Swagger20 {
            return Vec::new();
        }
        let pointer = format!("{}/{}/callbacks", place.item, place.field);
        let Some(Value::Object(all)) = self.conformance.source.get(&pointer) else { return Vec::new() };
        let one = |(name, callback): (String, Value)| {
            let (at, callback) = led(&self.conformance, format!("{pointer}/{}", escape(&name)), callback)?;
            Some((name, at, callback))
        };
        all.into_iter().take(MOST).filter_map(one).collect()
    }

    /// The body of a call, with its type: the contract's example, else what its schema accepts. Only JSON and texts are written.
    fn content(&self, pointer: &str, operation: &Value, seed: Option<u64>) -> Option<(String, Vec<u8>)> {
        let at = format!("{pointer}/requestBody");
        let (at, body) = led(&self.conformance, at, operation.get("requestBody")?.clone())?;
        let content = body.get("content")?.as_object()?;
        let readable = |of: &str| matches!(media_kind(of), Kind::Json | Kind::Text);
        let (media, fields) = content.iter().find(|(media, _)| readable(media))?;
        let making = Making { direction: Some(Direction::Request), seed };
        let schemas = self.conformance.schemas();
        let made = || schemas.make(schemas.at(&format!("{at}/content/{}/schema", escape(media)))?, making);
        let given = || Some(examples::of_fields(&self.conformance, fields).into_iter().next()?.value);
        let value = match seed {
            None => given().or_else(made),
            Some(_) => made().or_else(given),
        }?;
        let body = match (media_kind(media), &value) {
            (Kind::Text, Json::String(text)) => text.clone().into_bytes(),
            (_, value) => value.to_string().into_bytes(),
        };
        Some((media.replace("*/*", "application/json").replace('*', "json"), body))
    }
}

/// What something refers to with where that stands, or itself.
fn led(conformance: &Conformance, mut pointer: String, mut value: Value) -> Option<(String, Value)> {
    for _ in 0..MOST_REFERENCES {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Some((pointer, value));
        };
        pointer = local_pointer(reference)?;
        value = conformance.source.get(&pointer)?;
    }
    follow(conformance, value).map(|value| (pointer, value))
}

/// What expressions are about.
struct Expressions<'e> {
    happened: &'e Happened<'e>,
    /// The template of the operation's path.
    template: &'e str,
}

impl Expressions<'_> {
    /// A text with expressions in braces, or one expression.
    fn evaluated(&self, template: &str) -> Option<String> {
        if template.starts_with('$') {
            return self.value(template);
        }
        let (mut out, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once('{') {
            let (expression, after) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(&self.value(expression)?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    fn value(&self, expression: &str) -> Option<String> {
        let happened = self.happened;
        match expression {
            "$url" => return Some(happened.url.to_owned()),
            "$method" => return Some(happened.method.to_owned()),
            "$statusCode" => return Some(happened.status.to_string()),
            _ => {}
        }
        let (of_request, source) = match expression.strip_prefix("$request.") {
            Some(source) => (true, source),
            None => (false, expression.strip_prefix("$response.")?),
        };
        let (header, body) = match of_request {
            true => (happened.header, happened.request),
            false => (happened.answered, happened.response),
        };
        if let Some(pointer) = source.strip_prefix("body") {
            let pointer = pointer.strip_prefix('#').unwrap_or_default();
            let body: Value = serde_json::from_slice(body).ok()?;
            return match body.pointer(pointer)? {
                Value::String(text) => Some(text.clone()),
                Value::Null => None,
                other => Some(other.to_string()),
            };
        }
        let (place, name) = source.split_once('.')?;
        match place {
            "header" => header(name),
            "query" if of_request => query(happened.url, name),
            "path" if of_request => {
                let captured = capture(self.template, happened.path);
                let (_, value) = captured.into_iter().find(|(known, _)| *known == name)?;
                Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
            }
            _ => None,
        }
    }
}

fn query(url: &str, name: &str) -> Option<String> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let pairs = url.split_once('?')?.1.split('&').filter_map(|pair| pair.split_once('='));
    let mut found = pairs.filter(|(known, _)| decoded(known) == name).map(|(_, value)| decoded(value));
    found.next()
}
