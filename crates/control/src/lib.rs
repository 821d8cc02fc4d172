//! The control plane: use cases over resources, and their resolution to the snapshot a gateway runs.

mod actor;
pub mod bundle;
mod check;
mod compile;
mod contracts;
mod control;
mod error;
mod views;

pub use actor::{Actor, Role};
pub use bundle::{Bundle, BundleFile, Sourced};
pub use check::{Checked, check};
pub use compile::{Files, compile};
pub use contracts::{ContractSummary, ContractTexts, OperationSummary};
pub use control::{Control, Options};
pub use error::Error;
pub use store::{AuditQuery, AuditVerdict, Origin};
pub use views::*;
