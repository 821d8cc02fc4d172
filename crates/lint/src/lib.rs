//! Checks contracts by rules: rulesets in the format of Spectral, with its functions and its rules for OpenAPI and AsyncAPI.
//!
//! A [`Ruleset`] is read once and checks any number of documents; what it finds is a [`Report`], which prints itself in the formats
//! that people, editors and CI read.
//!
//! Pure: no socket or clock is touched here, and files only through the function that is handed in.

mod asyncapi;
mod fix;
mod format;
mod function;
mod graph;
mod js;
mod jsonpath;
mod library;
mod message;
mod moved;
mod oas;
mod pointer;
mod regex;
mod report;
mod ruleset;
mod run;
mod schema;
mod shapes;

use std::sync::Arc;

pub use fix::{Edit, Fix, mend};
pub use library::Loader;
pub use moved::Moved;
pub use report::{Diagnostic, Position, Range, Report};
pub use ruleset::{Fault, Ruleset, Severity};
pub use run::Session;

/// Checks a document in YAML or JSON; `name` is its file, against which its references to other files are resolved.
///
/// `loader` reads those files, and decides which it reads: names may be paths or URLs.
pub fn lint(text: impl Into<Arc<str>>, name: &str, ruleset: &Ruleset, loader: Loader<'_>) -> Report {
    run::lint(text.into(), name, ruleset, loader)
}
