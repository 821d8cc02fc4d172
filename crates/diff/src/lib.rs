//! What changed between two versions of a contract, and what of it breaks those who use it.
//!
//! Schemas are compared by what they accept: a request may take more than before, a response may give less. Annotations, the order of
//! things, and whether something stands in place or behind a reference say nothing.
//!
//! Pure: no socket, clock or file is touched here.

mod change;
mod operations;
mod report;
mod same;
mod schemas;
mod security;
mod suppress;
mod types;
mod view;

pub use change::{Change, Level, Place};
pub use report::{html, json, markdown, text};
pub use suppress::Suppressions;

use model::{
    Finding,
    tree::{self, Document, TreeLimits},
};

/// Compares two documents of OpenAPI 3 or Swagger 2.0; `old` and `new` are each a text and what it is called.
///
/// # Errors
/// What is no document that can be compared.
pub fn diff(old: (&str, &str), new: (&str, &str)) -> Result<Vec<Change>, Finding> {
    let old = read(old.0, old.1)?;
    let new = read(new.0, new.1)?;
    Ok(operations::compare(&old, &new))
}

/// Compares two documents in the shape of OpenAPI 3 or Swagger 2.0.
pub fn compare(old: &Document, new: &Document) -> Vec<Change> {
    operations::compare(old, new)
}

fn read(text: &str, file: &str) -> Result<Document, Finding> {
    let mut documents = tree::parse(text, file, TreeLimits::default())?;
    let first = documents.drain(..).next();
    let known = |document: &Document| {
        document.root.get("openapi").is_some() || document.root.get("swagger").is_some()
    };
    first.filter(known).ok_or_else(|| {
        let message =
            format!("`{file}` is no OpenAPI document: it has neither `openapi` nor `swagger` at its root");
        Finding::error("not-openapi", message)
    })
}
