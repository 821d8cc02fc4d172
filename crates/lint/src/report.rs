//! What was found, and the formats it is printed in.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use std::sync::Arc;

use crate::{fix::Fix, ruleset::Severity};

/// Everything a ruleset found in a document, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub diagnostics: Vec<Diagnostic>,
    /// A check was given up, because it would have taken too long: there may be more to find.
    pub incomplete: bool,
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule, or `parser`, `invalid-ref`, `unrecognized-format`.
    pub code: String,
    pub path: Vec<String>,
    pub message: String,
    pub severity: Severity,
    pub range: Range,
    /// The file.
    pub source: Arc<str>,
    pub documentation_url: Option<String>,
    /// What mends it, where nothing has to be guessed for that.
    pub fix: Option<Box<Fix>>,
}

/// From where to where, as editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    pub start: Position,
    pub end: Position,
}

/// A place in a text: lines and UTF-16 units from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub character: u32,
}

impl Report {
    /// Whether anything is at least as severe.
    pub fn has(&self, severity: Severity) -> bool {
        self.diagnostics.iter().any(|one| one.severity <= severity)
    }

    /// Adds what was found in another document.
    pub fn append(&mut self, mut other: Report) {
        self.diagnostics.append(&mut other.diagnostics);
        self.incomplete |= other.incomplete;
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|one| one.severity == severity).count()
    }
}

/// A file as seen from a folder.
fn relative<'s>(source: &'s str, folder: &str) -> &'s str {
    let inside = source.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    inside.filter(|_| !folder.is_empty()).unwrap_or(source)
}
