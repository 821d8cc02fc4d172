//! What of a request concerns a cache, found in one pass over its fields.

use head::{Headers, Value};

use crate::RequestDirectives;

/// What of a request concerns a cache.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    pub directives: RequestDirectives,
    pub range: Option<Value<'a>>,
    /// `If-None-Match` or `If-Modified-Since`: answered from what is stored.
    pub is_conditional: bool,
    /// `If-Match` or `If-Unmodified-Since`: for the origin alone.
    pub has_precondition: bool,
    /// Another protocol is wanted.
    pub changes_protocol: bool,
}

impl<'a> Asked<'a> {
    /// Reads a request's fields; what clients ask of caches only where `heeds` says so.
    pub fn read(headers: &'a Headers, heeds: bool) -> Asked<'a> {
        let mut asked = Asked::default();
        for (name, value) in headers.iter() {
            match name {
                "cache-control" if heeds => asked.directives.add(value.as_bytes()),
                "range" => asked.range = Some(value),
                "if-none-match" | "if-modified-since" => asked.is_conditional = true,
                "if-match" | "if-unmodified-since" => asked.has_precondition = true,
                "sec-websocket-key" | "upgrade" => asked.changes_protocol = true,
                _ => {}
            }
        }
        asked
    }
}
