//! What came of it, per operation; as text, JSON and JUnit.

mod junit;
mod text;

use std::collections::BTreeMap;

use serde::Serialize;

pub use junit::escaped as escaped_xml;

use crate::{case::Kind, judge::Check};

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub title: String,
    /// Without credentials.
    pub url: String,
    pub seed: u64,
    pub operations: Vec<OperationReport>,
    /// Cases that were not sent because time was over, or the service was gone.
    pub unsent: usize,
    /// What is worth knowing and no failure.
    pub notes: Vec<String>,
}

/// What came of an operation.
#[derive(Debug, Default, Serialize)]
pub struct OperationReport {
    pub id: String,
    pub method: String,
    pub path: String,
    /// Why it was left out, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<&'static str>,
    pub cases: Counts,
    /// The parts of requests that the contract describes: those of which a value was sent that the service took, and those of which none was.
    pub parameters: BTreeMap<String, bool>,
    pub statuses: Statuses,
    pub failures: Vec<CaseFailure>,
}

/// Cases that were sent, by kind.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    pub sent: usize,
    pub failed: usize,
    pub by_kind: BTreeMap<&'static str, usize>,
}

/// Statuses that the contract has, and those seen.
#[derive(Debug, Default, Serialize)]
pub struct Statuses {
    pub declared: Vec<String>,
    pub seen: BTreeMap<u16, usize>,
    /// Those declared that were not seen.
    pub missed: Vec<String>,
}

/// A failure, with those that are like it.
#[derive(Clone, Debug, Serialize)]
pub struct CaseFailure {
    pub check: Check,
    pub kind: Kind,
    /// What was asked.
    pub case: String,
    pub message: String,
    /// JSON pointer into the body of the answer, or into the part of the request that the case is about.
    pub pointer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A command that repeats it.
    pub curl: String,
    /// The first characters of the answer.
    pub answer: String,
    /// How many cases failed alike, this one with them.
    pub alike: usize,
}

impl OperationReport {
    /// Adds a failure, or counts it with the one it is like.
    pub fn add(&mut self, failure: CaseFailure) {
        // What was taken, or refused, differs with what was asked.
        let by_case = matches!(failure.check, Check::InvalidAccepted | Check::ValidRefused);
        let alike = |known: &&mut CaseFailure| {
            known.check == failure.check
                && known.message == failure.message
                && known.pointer == failure.pointer
                && (!by_case || known.case == failure.case)
        };
        match self.failures.iter_mut().find(alike) {
            Some(known) => known.alike += 1,
            None => self.failures.push(failure),
        }
    }

    /// Counts a status.
    pub fn saw(&mut self, status: u16) {
        *self.statuses.seen.entry(status).or_default() += 1;
    }

    /// Says which of the statuses declared were not seen.
    pub fn finish(&mut self) {
        let seen = |declared: &str| {
            self.statuses.seen.keys().any(|status| {
                let class = format!("{}XX", status / 100);
                declared == status.to_string()
                    || declared.eq_ignore_ascii_case(&class)
                    || declared == "default"
            })
        };
        self.statuses.missed = self.statuses.declared.iter().filter(|one| !seen(one)).cloned().collect();
    }
}

impl Report {
    pub fn failures(&self) -> usize {
        self.operations.iter().map(|operation| operation.failures.len()).sum()
    }

    pub fn sent(&self) -> usize {
        self.operations.iter().map(|operation| operation.cases.sent).sum()
    }

    /// For programs.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
