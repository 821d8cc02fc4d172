//! What came of tests of rules: as text, as JSON, and as JUnit's XML.

use std::fmt::Write;

use serde_json::{Value, json};
use trial::escaped_xml;

use super::{assumed::Refusal, case::Placed, said, unmet};

/// What came of the request of one.
pub(crate) enum Outcome {
    Judged {
        allowed: bool,
        status: u16,
        /// The code of the gateway's refusal.
        problem: Option<String>,
        by: Option<Refusal>,
        /// Whether the service behind was asked.
        reached: bool,
    },
    /// It could not be made.
    Broken(String),
}

#[derive(Default)]
pub(crate) struct Report {
    /// Each with what it does not meet.
    tests: Vec<(Placed, Outcome, Option<String>)>,
}

impl Report {
    pub(crate) fn add(&mut self, test: Placed, outcome: Outcome) {
        let unmet = unmet(&test.case.expect, &outcome);
        self.tests.push((test, outcome, unmet));
    }

    pub(crate) fn failed(&self) -> usize {
        self.tests.iter().filter(|(.., unmet)| unmet.is_some()).count()
    }

    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        for (Placed { suite, file, line, case }, _, unmet) in &self.tests {
            match unmet {
                None => drop(writeln!(text, "ok    {suite}: {}", case.name)),
                Some(why) => {
                    let _ = writeln!(text, "FAIL  {suite}: {}\n      {file}:{line}: {why}", case.name);
                }
            }
        }
        let (all, failed) = (self.tests.len(), self.failed());
        let _ = match failed {
            0 => writeln!(text, "{all} tests passed."),
            _ => writeln!(text, "{failed} of {all} tests failed."),
        };
        text
    }

    pub(crate) fn to_json(&self) -> Value {
        let tests = self.tests.iter().map(|(Placed { suite, file, line, case }, outcome, unmet)| {
            let is = match outcome {
                Outcome::Judged { allowed, status, problem, by, reached } => json!({
                    "allowed": allowed, "status": status, "problem": problem, "reached": reached,
                    "policy": by.as_ref().map(|by| by.policy), "place": by.as_ref().map(|by| &by.place),
                    "cause": by.as_ref().and_then(|by| by.cause.as_deref()),
                    "said": said(*allowed, *status, problem.as_deref(), by.as_ref()),
                }),
                Outcome::Broken(why) => json!({ "broken": why }),
            };
            json!({ "suite": suite, "name": case.name, "file": file, "line": line, "passed": unmet.is_none(), "why": unmet, "outcome": is })
        });
        let tests: Vec<Value> = tests.collect();
        json!({ "tests": tests, "passed": self.tests.len() - self.failed(), "failed": self.failed() })
    }

    pub(crate) fn to_junit(&self) -> String {
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let (all, failed) = (self.tests.len(), self.failed());
        let _ = writeln!(text, "<testsuites name=\"rules\" tests=\"{all}\" failures=\"{failed}\">");
        let mut suites: Vec<&str> = self.tests.iter().map(|(test, ..)| &*test.suite).collect();
        suites.dedup();
        for suite in suites {
            let of: Vec<_> = self.tests.iter().filter(|(test, ..)| test.suite == suite).collect();
            let failed = of.iter().filter(|(.., unmet)| unmet.is_some()).count();
            let name = escaped_xml(suite);
            let _ =
                writeln!(text, "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\">", of.len());
            for (Placed { file, line, case, .. }, _, unmet) in of {
                let (case, file) = (escaped_xml(&case.name), escaped_xml(file));
                let head = format!(
                    "    <testcase classname=\"{name}\" name=\"{case}\" file=\"{file}\" line=\"{line}\""
                );
                let _ = match unmet {
                    None => writeln!(text, "{head}/>"),
                    Some(why) => writeln!(
                        text,
                        "{head}>\n      <failure message=\"{}\"/>\n    </testcase>",
                        escaped_xml(why)
                    ),
                };
            }
            text.push_str("  </testsuite>\n");
        }
        text + "</testsuites>\n"
    }
}
