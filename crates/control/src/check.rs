//! A bundle checked and resolved with no store: what `pailou validate` and `pailou gateway` do.

use model::{Finding, Severity, Snapshot};
use policy::Catalogue;

use crate::{Bundle, Files, bundle, compile};

/// A bundle that is valid.
#[derive(Clone, Debug)]
pub struct Checked {
    pub snapshot: Snapshot,
    /// How many resources it holds.
    pub resources: usize,
    /// Warnings.
    pub findings: Vec<Finding>,
}

/// Reads a bundle, checks its resources against each other, and resolves them. Parts equal to those of `previous` are the same by
/// pointer.
///
/// # Errors
/// Everything that is wrong, warnings among it, in the order of files and lines.
pub fn check(
    bundle: &Bundle,
    files: &Files,
    catalogue: Catalogue,
    previous: Option<&Snapshot>,
) -> Result<Checked, Vec<Finding>> {
    let reading = bundle::read(bundle);
    let mut findings = reading.findings;
    let unreadable = findings.iter().any(|finding| finding.severity == Severity::Error);
    match compile(&reading.resources, &reading.contracts, files, catalogue, previous) {
        Ok(compiled) if !unreadable => {
            findings.extend(compiled.findings);
            Ok(Checked { snapshot: compiled.snapshot, resources: reading.resources.len(), findings })
        }
        compiled => {
            findings.extend(match compiled {
                Ok(compiled) => compiled.findings,
                Err(findings) => findings,
            });
            findings.sort_by(|a, b| place(a).cmp(&place(b)));
            Err(findings)
        }
    }
}

fn place(finding: &Finding) -> Option<(&str, u32, u32)> {
    finding.place.as_ref().map(|place| (&*place.file, place.line, place.column))
}
