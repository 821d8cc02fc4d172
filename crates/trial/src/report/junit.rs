//! The report as JUnit's XML: an operation is a suite, and what failed in it a case.

use std::fmt::Write;

use super::Report;

impl Report {
    pub fn to_junit(&self) -> String {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let tests: usize = self.operations.iter().map(|one| one.cases.sent.max(1)).sum();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<testsuites name=\"{}\" tests=\"{tests}\" failures=\"{}\">",
            escaped(&self.title),
            self.failures()
        );
        for operation in &self.operations {
            let name = format!("{} {}", operation.method, operation.path);
            let skipped = usize::from(operation.skipped.is_some());
            let _ = writeln!(
                text,
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{skipped}\">",
                escaped(&name),
                operation.cases.sent.max(1),
                operation.failures.len()
            );
            let class = escaped(&operation.id);
            if let Some(reason) = operation.skipped {
                let _ = writeln!(
                    text,
                    "    <testcase classname=\"{class}\" name=\"{class}\"><skipped message=\"{}\"/></testcase>",
                    escaped(reason)
                );
            } else if operation.failures.is_empty() {
                let _ = writeln!(text, "    <testcase classname=\"{class}\" name=\"{class}\"/>");
            }
            for failure in &operation.failures {
                let case = format!("{}: {}", failure.kind.as_str(), failure.case);
                let _ = writeln!(
                    text,
                    "    <testcase classname=\"{class}\" name=\"{}\">\n      <failure type=\"{}\" message=\"{}\">{}\n{}</failure>\n    </testcase>",
                    escaped(&case),
                    failure.check.as_str(),
                    escaped(&failure.message),
                    escaped(&failure.answer),
                    escaped(&failure.curl)
                );
            }
            text.push_str("  </testsuite>\n");
        }
        text + "</testsuites>\n"
    }
}

/// A text as XML has it.
pub fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\n' | '\t' => made.push(character),
            // What XML cannot say at all.
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                made.push('?')
            }
            character => made.push(character),
        }
    }
    made
}
