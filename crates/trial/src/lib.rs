//! Services held against their contracts: cases made of a contract, answers judged by it, reports.
//!
//! A [`plan`] is all the requests of an operation, each with what has to come of it; whoever sends them hands every answer to
//! [`judge`]. What a consumer's pact file says is in [`pact`]. The same contract and seed make the same cases.
//!
//! Pure: no socket, clock or file is touched here.

mod case;
mod curl;
mod edges;
mod judge;
pub mod pact;
mod plan;
mod random;
mod report;

pub use case::{Case, Expect, Identity, Kind};
pub use curl::curl;
pub use judge::{Answer, Check, Failure, judge};
pub use plan::{Bounds, plan};
pub use report::{CaseFailure, Counts, OperationReport, Report, Statuses, escaped_xml};
