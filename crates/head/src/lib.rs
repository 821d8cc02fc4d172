//! Heads of messages on their way through: fields kept as text in one piece, in the order they came.
//!
//! A proxy reads few of the fields that pass it and writes all of them. [`Headers`] is made for that: a head costs two
//! allocations however many fields it has, a field that nobody asks for is never parsed, and a well-known one is found without
//! comparing names. The names of its methods are those of [`http::HeaderMap`].

mod headers;
mod known;
mod read;
mod value;

use http::{Method, Uri, Version};

pub use headers::{GetAll, Headers, Name};
pub use known::Known;
pub use read::BadFields;
pub use value::{FieldValue, NotText, Value};

/// The head of a request.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub method: Method,
    pub uri: Uri,
    pub version: Version,
    pub headers: Headers,
}

impl Default for RequestHead {
    fn default() -> RequestHead {
        RequestHead {
            method: Method::GET,
            uri: Uri::from_static("/"),
            version: Version::HTTP_11,
            headers: Headers::default(),
        }
    }
}

impl From<http::request::Parts> for RequestHead {
    fn from(parts: http::request::Parts) -> RequestHead {
        RequestHead {
            method: parts.method,
            uri: parts.uri,
            version: parts.version,
            headers: Headers::from(&parts.headers),
        }
    }
}
