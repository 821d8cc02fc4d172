//! The examples that a contract has of a response.

use schema::Json;

use crate::{
    conform::{Conformance, Media, StatusTerms},
    source::{escape, local_pointer},
};

/// References that are followed, one after the other.
const MOST_REFERENCES: usize = 16;
/// Examples of one response that are looked at.
const MOST: usize = 100;

pub(crate) struct Example {
    pub(crate) name: Option<Box<str>>,
    pub(crate) value: Json,
    /// It is the text that goes out.
    pub(crate) is_text: bool,
}

/// The examples of a media type, in the order of the text.
pub(crate) fn of(conformance: &Conformance, response: Option<&StatusTerms>, media: &Media) -> Vec<Example> {
    let Some(fields) = conformance.source.get(media.pointer()) else { return Vec::new() };
    let mut all = Vec::new();
    if response.is_some_and(|response| response.pointer() == media.pointer()) {
        // Swagger 2.0 has them by type.
        let examples = fields.get("examples").and_then(Json::as_object);
        let essence = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let found = examples.into_iter().flatten().filter(|(kind, _)| essence(kind) == media.media_type());
        all.extend(found.map(|(_, value)| Example { name: None, value: value.clone(), is_text: false }));
        return all;
    }
    all.extend(of_fields(conformance, &fields));
    all
}

/// `example` and `examples` of a media type or a parameter.
pub(crate) fn of_fields(conformance: &Conformance, fields: &Json) -> Vec<Example> {
    let mut all = Vec::new();
    let add = |all: &mut Vec<Example>, name: Option<&str>, value: Json, is_text: bool| {
        all.push(Example { name: name.map(Box::from), value, is_text });
    };
    if let Some(value) = fields.get("example") {
        add(&mut all, None, value.clone(), false);
    }
    for (name, example) in fields.get("examples").and_then(Json::as_object).into_iter().flatten().take(MOST) {
        let Some(example) = follow(conformance, example.clone()) else { continue };
        // `externalValue` is not fetched.
        if let Some(value) = example.get("value").or_else(|| example.get("dataValue")) {
            add(&mut all, Some(name), value.clone(), false);
        } else if let Some(value) = example.get("serializedValue") {
            add(&mut all, Some(name), value.clone(), true);
        }
    }
    all
}

/// The examples of a response's fields, by their names.
pub(super) fn of_headers(conformance: &Conformance, response: &StatusTerms) -> Vec<(Box<str>, Json)> {
    let headers = conformance.source.get(&format!("{}/headers", response.pointer()));
    let headers = headers.as_ref().and_then(Json::as_object).into_iter().flatten().take(MOST);
    let one = |(name, header): (&String, &Json)| {
        let header = follow(conformance, header.clone())?;
        let named = || follow(conformance, header.get("examples")?.as_object()?.values().next()?.clone());
        let value = header.get("example").cloned().or_else(|| named()?.get("value").cloned());
        Some((name.as_str().into(), value?))
    };
    headers.filter_map(one).collect()
}

/// What something refers to, or itself.
pub(crate) fn follow(conformance: &Conformance, mut value: Json) -> Option<Json> {
    for _ in 0..MOST_REFERENCES {
        let Some(reference) = value.get("$ref").and_then(Json::as_str) else { return Some(value) };
        value = conformance.source.get(&local_pointer(reference)?)?;
    }
    None
}

/// What stands below a pointer under a name.
pub(super) fn below(conformance: &Conformance, pointer: &str, name: &str) -> Option<Json> {
    follow(conformance, conformance.source.get(&format!("{pointer}/{}", escape(name)))?)
}
