//! Values as bodies of a media type.

use std::fmt::Write;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schema::{Json, Shape, Types};
use serde_json::json;

use crate::conform::{Conformance, Kind, Media, media_kind};

/// What stands between the parts of a body of several.
pub(crate) const BOUNDARY: &str = "mock-part";
/// XML nests so deep at most.
const DEEPEST: usize = 90;

/// A body; `None` where the value cannot be written in this type.
pub(crate) fn write(
    conformance: &Conformance,
    media: &Media,
    content_type: &str,
    value: &Json,
) -> Option<Vec<u8>> {
    let shape = media.schema().map(|id| conformance.schemas().shape(id));
    Some(match media_kind(content_type) {
        Kind::Json => value.to_string().into_bytes(),
        Kind::Text | Kind::Binary => plain(value).into_bytes(),
        Kind::Form => form(value).into_bytes(),
        Kind::Multipart => parts(value)?.into_bytes(),
        Kind::Stream => stream(content_type, value).into_bytes(),
        Kind::Xml => match value {
            // An example that is XML already.
            Json::String(text) if text.trim_start().starts_with('<') => text.clone().into_bytes(),
            _ => xml(value, shape?, root(conformance, media)).into_bytes(),
        },
    })
}

/// What stands for a body that is not described.
pub(crate) fn blank(kind: Kind) -> Option<Json> {
    Some(match kind {
        Kind::Json => json!({}),
        Kind::Xml => json!("<root/>"),
        Kind::Form | Kind::Text | Kind::Binary | Kind::Stream => json!(""),
        Kind::Multipart => return None,
    })
}

/// A value as a text: what is no text itself as JSON.
pub(crate) fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

fn form(value: &Json) -> String {
    let Json::Object(members) = value else { return plain(value) };
    let coded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut pairs = Vec::new();
    for (name, value) in members {
        match value {
            Json::Array(items) => pairs.extend(items.iter().map(|item| (name, plain(item)))),
            value => pairs.push((name, plain(value))),
        }
    }
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", coded(name), coded(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn parts(value: &Json) -> Option<String> {
    let mut text = String::new();
    for (name, value) in value.as_object()? {
        let kind = if value.is_object() || value.is_array() { "application/json" } else { "text/plain" };
        let name: String = name.chars().filter(|character| !matches!(character, '"' | '\r' | '\n')).collect();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n{}\r\n",
            plain(value)
        );
    }
    text.push_str(&format!("--{BOUNDARY}--\r\n"));
    Some(text)
}

/// The items of a list one after the other; one where it is none.
fn stream(content_type: &str, value: &Json) -> String {
    let items = match value {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let one = |item: &Json| match content_type {
        "text/event-stream" => match item {
            Json::String(text) if text.starts_with("data:") || text.starts_with("event:") => text.clone(),
            item => format!("data: {}\n\n", plain(item).replace('\n', "\ndata: ")),
        },
        "application/json-seq" => format!("\u{1e}{item}\n"),
        _ => format!("{item}\n"),
    };
    items.iter().map(one).collect()
}

/// What the outermost element is called: as the schema says, else as the schema is called.
fn root<'m>(conformance: &'m Conformance, media: &'m Media) -> String {
    let said = media.schema().and_then(|id| conformance.schemas().shape(id).xml().name);
    if let Some(said) = said {
        return said.to_owned();
    }
    let schema = conformance.source.get(&format!("{}/schema/$ref", media.pointer()));
    let named = schema.as_ref().and_then(Json::as_str).and_then(|reference| reference.rsplit('/').next());
    named.map_or_else(|| "root".to_owned(), name_of)
}

fn xml(value: &Json, shape: Shape<'_>, root: String) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut text, local(&root), value, Some(shape), 0);
    text
}

fn element(text: &mut String, name: &str, value: &Json, shape: Option<Shape<'_>>, depth: usize) {
    let name = name_of(name);
    let _ = write!(text, "<{name}");
    let mut inner = String::new();
    match value {
        _ if depth > DEEPEST => {}
        Json::Object(members) => {
            for (key, value) in members {
                let property = shape.and_then(|shape| shape.property(key).or_else(|| shape.additional()));
                let xml = property.map(Shape::xml).unwrap_or_default();
                let written = local(xml.name.unwrap_or(key));
                if xml.attribute {
                    let _ = write!(text, " {}=\"{}\"", name_of(written), escaped(&plain(value)));
                    continue;
                }
                if xml.text {
                    inner.push_str(&escaped(&plain(value)));
                    continue;
                }
                let is_list =
                    property.is_some_and(|of| of.types().has(Types::LIST) && !of.types().has(Types::OBJECT));
                match value {
                    Json::Array(items) if is_list => {
                        let item = property.and_then(Shape::item);
                        let called = item.and_then(|item| item.xml().name).map(local);
                        let mut all = String::new();
                        for one in items {
                            element(&mut all, called.unwrap_or(written), one, item, depth + 1);
                        }
                        match xml.wrapped {
                            true => {
                                let written = name_of(written);
                                let _ = write!(inner, "<{written}>{all}</{written}>");
                            }
                            false => inner.push_str(&all),
                        }
                    }
                    value => element(&mut inner, written, value, property, depth + 1),
                }
            }
        }
        Json::Array(items) => {
            let item = shape.and_then(Shape::item);
            let called = item.and_then(|item| item.xml().name).map_or("item", local);
            items.iter().for_each(|one| element(&mut inner, called, one, item, depth + 1));
        }
        value => inner = escaped(&plain(value)),
    }
    let _ = write!(text, ">{inner}</{name}>");
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Something that can be the name of an element.
pub(super) fn name_of(name: &str) -> String {
    let fits = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let mut made: String =
        name.chars().map(|character| if fits(character) { character } else { '_' }).collect();
    if !made.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        made.insert(0, '_');
    }
    made
}

pub(super) fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            // What XML cannot say at all.
            control if control.is_control() && !matches!(control, '\t' | '\n' | '\r') => {}
            character => made.push(character),
        }
    }
    made
}
