//! Bodies: read by their type, held against their schema.

use std::borrow::Cow;

use schema::{Direction, Id, Types, Value};

use super::{Breaches, Conformance, Kind, Place, form, media, multipart, terms::Media, xml};

pub(super) fn check(
    conformance: &Conformance,
    media: &Media,
    content_type: Option<&str>,
    body: &[u8],
    direction: Direction,
    breaches: &mut Breaches,
) {
    let Some(id) = media.schema else { return };
    // A range of the contract says less than the message itself.
    let kind = match content_type {
        Some(text) => super::media_kind(text),
        None => media.of.kind(),
    };
    let mut broken = |keyword, message: String| breaches.add(Place::Body, None, keyword, message);
    let value = match kind {
        Kind::Json => match schema::read(body) {
            Ok(value) => value,
            Err(schema::Unreadable { line, column, why }) => {
                return broken(
                    "json",
                    format!("cannot be read as JSON: {why} (line {line}, column {column})"),
                );
            }
        },
        Kind::Form => match std::str::from_utf8(body) {
            Ok(text) => form::read(conformance, text, media.schema, &media.encoding),
            Err(_) => return broken("encoding", "is not UTF-8".to_owned()),
        },
        Kind::Multipart => {
            let boundary = content_type.and_then(|text| media::parameter(text, "boundary"));
            let shape = conformance.schemas.shape(id);
            match boundary.map(|boundary| multipart::read(body, &boundary, shape, &media.encoding)) {
                Some(Ok(value)) => value,
                Some(Err(why)) => return broken("multipart", format!("cannot be read as parts: {why}")),
                None => return broken("multipart", "has no `boundary` in its `Content-Type`".to_owned()),
            }
        }
        Kind::Xml => match xml::read(body, conformance.schemas.shape(id)) {
            Ok(value) => value,
            Err(why) => return broken("xml", format!("cannot be read as XML: {why}")),
        },
        Kind::Text => match std::str::from_utf8(body) {
            Ok(text) => Value::Plain(Cow::Borrowed(text)),
            Err(_) => return broken("encoding", "is not UTF-8".to_owned()),
        },
        // Bytes are as long as they are; a schema says nothing else about them.
        Kind::Binary | Kind::Stream => return,
    };
    // A text that is no object where an object is asked for cannot be told from one that is written another way.
    if kind == Kind::Text && conformance.schemas.shape(id).types().both(Types::STRING).is_none() {
        return;
    }
    let outcome = conformance.schemas.check(id, &value, Some(direction), breaches.left());
    breaches.take(Place::Body, None, outcome);
}

/// A parameter that is a text of some type.
pub(super) fn check_text(
    conformance: &Conformance,
    kind: Kind,
    id: Id,
    text: &str,
    place: Place,
    name: Option<&str>,
    breaches: &mut Breaches,
) {
    let value = match kind {
        Kind::Json => match schema::read(text.as_bytes()) {
            Ok(value) => value,
            Err(error) => {
                return breaches.add(place, name, "json", format!("cannot be read as JSON: {}", error.why));
            }
        },
        Kind::Form => form::read(conformance, text, Some(id), &Default::default()),
        Kind::Xml => match xml::read(text.as_bytes(), conformance.schemas.shape(id)) {
            Ok(value) => value,
            Err(why) => return breaches.add(place, name, "xml", format!("cannot be read as XML: {why}")),
        },
        _ => Value::Plain(Cow::Borrowed(text)),
    };
    let outcome = conformance.schemas.check(id, &value, None, breaches.left());
    breaches.take(place, name, outcome);
}
