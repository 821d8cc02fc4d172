//! Findings with the place of the field they are about.

use std::{collections::HashMap, sync::Arc};

use model::{Finding, tree::Document};

use super::{Id, has_error};

/// Gathers findings, and gives each its resource and place.
pub(crate) struct Report<'a> {
    sources: &'a HashMap<Id, Arc<Document>>,
    pub(crate) findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(sources: &'a HashMap<Id, Arc<Document>>) -> Report<'a> {
        Report { sources, findings: Vec::new() }
    }

    pub(crate) fn error(&mut self, id: &Id, field: &str, rule: &str, message: impl Into<String>) {
        self.push(id, field, Finding::error(rule, message));
    }

    pub(crate) fn warning(&mut self, id: &Id, field: &str, rule: &str, message: impl Into<String>) {
        self.push(id, field, Finding::warning(rule, message));
    }

    fn push(&mut self, id: &Id, field: &str, finding: Finding) {
        let mut finding = finding.in_resource(format!("{}/{}", id.0, id.1));
        if !field.is_empty() {
            finding = finding.in_field(field);
        }
        if let Some(document) = self.sources.get(id) {
            finding = finding.at(document.place(field));
        }
        self.findings.push(finding);
    }

    /// A resource by name, with its place where it came from a file.
    pub(crate) fn name(&self, id: &Id) -> String {
        match self.sources.get(id) {
            Some(document) => {
                let place = document.place("");
                format!("{}/{} ({}:{})", id.0, id.1, place.file, place.line)
            }
            None => format!("{}/{}", id.0, id.1),
        }
    }

    pub(crate) fn has_error(&self) -> bool {
        has_error(&self.findings)
    }
}
