//! Annotations of GitHub's workflows.

use super::Report;
use crate::ruleset::Severity;

impl Report {
    /// `::error title=…,file=…,col=…,endColumn=…,line=…,endLine=…::message`, a line each; files as seen from `folder`.
    pub fn to_github(&self, folder: &str) -> String {
        let mut text = String::new();
        for one in &self.diagnostics {
            let kind = match one.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information | Severity::Hint => "notice",
            };
            let (start, end) = (one.range.start, one.range.end);
            let file = property(super::relative(&one.source, folder));
            text += &format!(
                "::{kind} title={},file={file},col={},endColumn={},line={},endLine={}::{}\n",
                property(&one.code),
                start.character + 1,
                end.character + 1,
                start.line + 1,
                end.line + 1,
                data(&one.message)
            );
        }
        text
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
