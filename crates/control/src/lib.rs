//! The control plane: use cases over resources, and their resolution to the snapshot a gateway runs.

mod actor;
pub mod bundle;
mod check;
mod compile;
mod contracts;
mod control;
mod digest;
mod error;
mod intake;
mod key;
mod nearest;
mod views;

pub use actor::{Actor, Role};
pub use bundle::{Bundle, BundleFile, Reading, Sourced};
pub use check::{Checked, check};
pub use compile::{Compiled, Files, compile};
pub use contracts::{ContractSummary, ContractText, ContractTexts, OperationSummary};
pub use control::{Control, Options};
pub use error::Error;
pub use store::{AuditQuery, AuditVerdict, Origin};
pub use views::*;
