//! Rulesets over documents, as a user runs them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::disallowed_methods, reason = "time is measured against a bound")]

mod asyncapi;
mod documents;
mod fixes;
mod hostile;
mod pages;
mod real;
mod reports;
mod rulesets;
mod session;
mod style;

use std::{fs, path::PathBuf};

use lint::{Report, Ruleset};

/// Every rule for OpenAPI, recommended or not.
pub(crate) const ALL: &str = "extends: [[spectral:oas, all]]\n";

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/documents")
}

pub(crate) fn read(name: &str) -> Result<String, String> {
    fs::read_to_string(name).map_err(|e| e.kind().to_string())
}

pub(crate) fn ruleset(text: &str) -> Ruleset {
    Ruleset::read(text, "rules.yaml", &|_| Err("nothing else is read".to_owned()))
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()))
}

/// Checks a text by every rule for OpenAPI.
pub(crate) fn check(text: &str) -> Report {
    lint::lint(text, "a.yaml", &ruleset(ALL), &|_| Err("nothing else is read".to_owned()))
}

/// What a rule says, by its place.
pub(crate) fn said<'r>(report: &'r Report, code: &str) -> Vec<(String, &'r str)> {
    let found = report.diagnostics.iter().filter(|one| one.code == code);
    found.map(|one| (one.path.join("/"), one.message.as_str())).collect()
}
