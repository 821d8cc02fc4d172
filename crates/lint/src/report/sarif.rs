//! SARIF 2.1.0, which code scanning reads.

use serde_json::{Value, json};

use super::Report;
use crate::ruleset::{Ruleset, Severity};

impl Report {
    /// A log of one run with the rules that are on; files as seen from `folder`.
    pub fn to_sarif(&self, ruleset: &Ruleset, folder: &str) -> String {
        let rules: Vec<Value> = ruleset
            .rules()
            .map(|(name, description, url)| {
                let text = description.unwrap_or(name);
                let mut rule = json!({ "id": name, "shortDescription": { "text": text } });
                if let Some(url) = url {
                    rule["helpUri"] = url.into();
                }
                rule
            })
            .collect();
        let results: Vec<Value> = self
            .diagnostics
            .iter()
            .map(|one| {
                let level = match one.severity {
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Information | Severity::Hint => "note",
                };
                let (start, end) = (one.range.start, one.range.end);
                json!({
                    "ruleId": one.code,
                    "level": level,
                    "message": { "text": one.message },
                    "locations": [{
                        "physicalLocation": {
                            "artifactLocation": { "uri": super::relative(&one.source, folder) },
                            "region": {
                                "startLine": start.line + 1,
                                "startColumn": start.character + 1,
                                "endLine": end.line + 1,
                                "endColumn": end.character + 1,
                            },
                        },
                        "logicalLocations": [{ "fullyQualifiedName": crate::pointer::fragment(&one.path) }],
                    }],
                })
            })
            .collect();
        let driver = json!({
            "name": "pailou",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{ "tool": { "driver": driver }, "columnKind": "utf16CodeUnits", "results": results }],
        });
        serde_json::to_string_pretty(&log).expect("a log is plain data") + "\n"
    }
}
