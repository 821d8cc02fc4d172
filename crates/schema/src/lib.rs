//! JSON Schema: what a schema accepts, of drafts 4 to 2020-12 and of OpenAPI 3.0 and Swagger 2.0.
//!
//! [`Schemas`] holds the schemas of some documents. Each is compiled when a value is first held against it, and shared by all that
//! refer to it, so that a document with thousands of schemas costs what is used of it. It can be used by many threads at once.
//!
//! Pure: no socket, clock or file is touched here, and whatever comes, time and memory are bounded.

mod check;
mod compile;
mod evaluated;
mod fault;
pub mod formats;
mod index;
mod make;
mod number;
mod read;
pub mod regex;
mod rules;
mod shape;
mod slots;
mod uri;
mod value;

pub use fault::{Fault, Outcome};
pub use index::{Documents, Id, Schemas};
pub use make::{Edge, Making};
pub use number::Number;
pub use read::{Unreadable, read};
pub use rules::{Dialect, Reading, Types};
pub use shape::{Shape, Xml};
pub use value::Value;

/// A value as the documents of schemas hold it.
pub use serde_json::Value as Json;

/// Which way a message goes: some properties are only sent, some only received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Request,
    Response,
}
