//! API contracts: read OpenAPI and what else they are written in, check them, and derive what the gateway and the portal need.
//!
//! A [`Contract`] is read once and kept compact: its operations typed, everything else as small pieces of JSON that are parsed
//! when somebody asks for a page. Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 and the other
//! [notations](Notation) come out in one shape, that of 3.1.
//!
//! Pure: no socket, clock or file is touched here.

mod closure;
mod combine;
pub mod conform;
mod contract;
mod dialect;
mod example;
mod example_xml;
mod infer;
pub mod mock;
pub mod notation;
mod operation;
mod outline;
mod page;
mod page_builder;
mod read;
mod references;
pub mod request;
mod samples;
mod schema;
mod search;
mod source;
mod swagger;
mod template;

pub use combine::{Combined, Conflict, Shown, Side, combine};
pub use contract::{Contract, SchemaPage, Scheme};
pub use dialect::Dialect;
pub use notation::Notation;
pub use operation::Operation;
pub use outline::{
    ChannelAction, ChannelMessage, ChannelOperation, Outline, OutlineChannel, OutlineOperation, OutlineTag,
};
pub use page::{
    Body, Media, NamedExample, OperationPage, Parameter, ParameterPlace, Response, ResponseHeader,
    SecurityNeed,
};
pub use samples::{Sample, shell};
pub use search::SearchTerms;
