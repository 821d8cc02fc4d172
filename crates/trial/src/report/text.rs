//! The report for people.

use std::fmt::Write;

use super::{CaseFailure, OperationReport, Report};

impl Report {
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} at {}, seed {}\n", self.title, self.url, self.seed);
        for operation in &self.operations {
            line(&mut text, operation);
        }
        for operation in self.operations.iter().filter(|operation| !operation.failures.is_empty()) {
            let _ = writeln!(text, "\n{} {} ({})", operation.method, operation.path, operation.id);
            operation.failures.iter().for_each(|failure| tell(&mut text, failure));
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            let _ = writeln!(text, "{note}");
        }
        let asked = self.operations.iter().filter(|operation| operation.skipped.is_none()).count();
        let _ = writeln!(
            text,
            "\n{} of {}; {}; {}",
            counted(asked, "operation"),
            self.operations.len(),
            counted(self.sent(), "case"),
            match self.failures() {
                0 => "all as the contract says".to_owned(),
                count => format!("{} not as the contract says", counted(count, "thing")),
            }
        );
        text
    }
}

fn line(text: &mut String, operation: &OperationReport) {
    let OperationReport { method, path, skipped, cases, parameters, statuses, failures, .. } = operation;
    if let Some(reason) = skipped {
        let _ = writeln!(text, "  -     {method:<7} {path}: {reason}");
        return;
    }
    let mark = if failures.is_empty() { "ok  " } else { "FAIL" };
    let known = statuses.declared.len();
    let seen: Vec<String> = statuses.seen.keys().map(u16::to_string).collect();
    let taken = parameters.values().filter(|taken| **taken).count();
    let _ = writeln!(
        text,
        "  {mark}  {method:<7} {path}: {}, parameters {taken}/{}, statuses {}/{known} (seen: {})",
        counted(cases.sent, "case"),
        parameters.len(),
        known - statuses.missed.len(),
        seen.join(", ")
    );
}

fn tell(text: &mut String, failure: &CaseFailure) {
    let CaseFailure { check, kind, case, message, pointer, curl, answer, alike, .. } = failure;
    let more = if *alike > 1 { format!(" (and {} alike)", alike - 1) } else { String::new() };
    let _ = writeln!(text, "\n  {}: {message}{more}", check.as_str());
    let _ = writeln!(text, "    case:   {}: {case}", kind.as_str());
    if !pointer.is_empty() {
        let _ = writeln!(text, "    at:     {pointer}");
    }
    if !answer.is_empty() {
        let _ = writeln!(text, "    answer: {answer}");
    }
    let _ = writeln!(text, "    repeat: {curl}");
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
