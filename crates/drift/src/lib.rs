//! What is seen of APIs, held against their contracts.
//!
//! [`Watch`] takes the events of exchanges and keeps, per service: calls and statuses of each operation, a tree of the paths that no
//! contract has, and of sampled exchanges the names of parameters and the [`Shape`] of JSON. No value of a message is kept. [`report`]
//! holds that against a contract, [`propose`] makes a contract of it that has what was seen, [`draft`] one where there is none, [`of_har`] one of a recording.
//!
//! Pure: no socket, clock or file is touched here. What is kept is bounded, and what did not fit is told.

mod draft;
mod har;
mod propose;
mod report;
mod rest;
mod seen;
mod segment;
mod shape;
mod tree;
mod uses;
mod watch;

pub use draft::draft;
pub use har::of_har;
pub use propose::{Proposal, propose};
pub use report::{Drift, Drifted, Noise, OperationUse, Shadow, report};
pub use rest::{Rest, Use};
pub use seen::{Seen, Span};
pub use shape::Shape;
pub use tree::{Found, Tree};
pub use uses::{OperationUses, UsedBy, UsedByCaller, Uses};
pub use watch::{Inbox, ServiceSeen, Watch};
