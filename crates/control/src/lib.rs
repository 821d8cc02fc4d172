//! The control plane: use cases over resources, and their resolution to the snapshot a gateway runs.

mod actor;
mod apis;
mod apply;
pub mod bundle;
mod change;
mod check;
mod compile;
mod contracts;
mod control;
mod credentials;
mod diff;
mod digest;
mod error;
mod export;
mod files;
mod import;
mod intake;
mod key;
mod nearest;
mod people;
mod portal;
mod redact;
mod resources;
mod sessions;
mod throttle;
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
