//! JUnit's XML, which CI servers show as tests: every finding is one that failed.

use std::fmt::Write;

use super::Report;
use crate::{pointer, ruleset::Severity};

impl Report {
    /// A suite for each of `files`, with what is at least as severe as `from`; a file without findings is one test that passed.
    pub fn to_junit(&self, files: &[&str], from: Severity) -> String {
        let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n".to_owned();
        let mut sources: Vec<&str> = files.to_vec();
        for one in &self.diagnostics {
            if !sources.contains(&&*one.source) {
                sources.push(&one.source);
            }
        }
        for source in sources {
            let found: Vec<_> = self
                .diagnostics
                .iter()
                .filter(|one| &*one.source == source && one.severity <= from)
                .collect();
            let name = escape(source);
            let class = escape(source.rsplit_once('.').map_or(source, |(stem, _)| stem));
            let (tests, failures) = (found.len().max(1), found.len());
            let _ = writeln!(
                text,
                "<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">"
            );
            if found.is_empty() {
                let _ = writeln!(text, "<testcase name=\"{name}\" classname=\"{class}\" time=\"0\"/>");
            }
            for one in found {
                let path = pointer::fragment(&one.path);
                let at = one.range.start;
                let _ = write!(
                    text,
                    "<testcase name=\"{}({})\" classname=\"{class}\" time=\"0\"><failure message=\"{}\">",
                    escape(&one.code),
                    escape(&path),
                    escape(&one.message)
                );
                let _ = writeln!(
                    text,
                    "{}</failure></testcase>",
                    escape(&format!(
                        "line {}, column {}, {} ({}) at {path}",
                        at.line + 1,
                        at.character + 1,
                        one.message,
                        one.code
                    ))
                );
            }
            text += "</testsuite>\n";
        }
        text + "</testsuites>\n"
    }
}

/// Characters that XML 1.0 does not allow are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push_str(&format!("&#{};", u32::from(character))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}
