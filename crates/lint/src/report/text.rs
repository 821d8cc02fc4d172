//! Lines for people: a file at a time, and what it comes to.

use std::fmt::Write;

use super::Report;
use crate::{pointer, ruleset::Severity};

impl Report {
    /// `orders.yaml:3:5: warning: Operation must have "operationId". [operation-operationId] paths./orders.get`; files as seen from
    /// `folder`.
    pub fn to_text(&self, folder: &str) -> String {
        let mut text = String::new();
        for one in &self.diagnostics {
            let start = one.range.start;
            let place = format!(
                "{}:{}:{}",
                super::relative(&one.source, folder),
                start.line + 1,
                start.character + 1
            );
            let path =
                if one.path.is_empty() { String::new() } else { format!(" {}", pointer::dotted(&one.path)) };
            let message = one.message.replace('\n', " ");
            let _ = writeln!(text, "{place}: {}: {message} [{}]{path}", one.severity, one.code);
        }
        let _ = writeln!(text, "{}", self.summary());
        text
    }

    fn summary(&self) -> String {
        if self.diagnostics.is_empty() {
            return "nothing was found".to_owned();
        }
        let counts = [
            (Severity::Error, "error", "errors"),
            (Severity::Warning, "warning", "warnings"),
            (Severity::Information, "information", "informations"),
            (Severity::Hint, "hint", "hints"),
        ];
        let counts = counts.into_iter().filter_map(|(severity, one, many)| match self.count(severity) {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        });
        counts.collect::<Vec<_>>().join(", ")
    }
}
