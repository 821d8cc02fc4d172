//! Documents with every fault there is, and what is found in them: beside each lies the list of its findings.
//!
//! The lists were made by this crate and compared with those of `@stoplight/spectral-cli` 6.16.3, finding by finding: code, path,
//! message, severity and range, in the same order. Where that is installed (`PAILOU_SPECTRAL` names its command) the comparison runs
//! again.

use std::{fmt::Write, fs, process::Command};

use lint::{Report, Ruleset};
use serde_json::Value;

use crate::{ALL, folder, read};

const DOCUMENTS: [&str; 11] = [
    "api-style",
    "files",
    "functions",
    "openapi30",
    "openapi31",
    "openapi32",
    "overrides",
    "ranges",
    "schemas31",
    "schemas32",
    "swagger2",
];

/// The ruleset beside a document, or every rule for OpenAPI.
fn rules(document: &str) -> (String, String) {
    let beside = folder().join(format!("{document}.rules.yaml"));
    let text = fs::read_to_string(&beside).unwrap_or_else(|_| ALL.to_owned());
    (beside.to_str().unwrap().to_owned(), text)
}

fn report(document: &str) -> Report {
    let (name, text) = rules(document);
    let ruleset = Ruleset::read(&text, &name, &read).unwrap();
    let file = folder().join(format!("{document}.yaml"));
    let file = file.to_str().unwrap();
    lint::lint(read(file).unwrap(), file, &ruleset, &read)
}

#[test]
fn every_finding_is_where_it_was_and_says_what_it_said() {
    for document in DOCUMENTS {
        let mut text = String::new();
        for one in report(document).diagnostics {
            let (start, end) = (one.range.start, one.range.end);
            let _ = writeln!(
                text,
                "{}:{}-{}:{} {} {} {}: {}",
                start.line + 1,
                start.character + 1,
                end.line + 1,
                end.character + 1,
                one.severity,
                one.code,
                one.path.join("/"),
                one.message.replace(folder().to_str().unwrap(), ".")
            );
        }
        let beside = folder().join(format!("{document}.txt"));
        if std::env::var_os("PAILOU_BLESS").is_some() {
            fs::write(&beside, &text).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap();
        for (at, (found, expected)) in text.lines().zip(expected.lines()).enumerate() {
            assert_eq!(found, expected, "{document}.txt:{}", at + 1);
        }
        assert_eq!(text.lines().count(), expected.lines().count(), "{document}");
    }
}

#[test]
fn spectral_finds_the_same() {
    let Some(command) = std::env::var_os("PAILOU_SPECTRAL") else {
        eprintln!("SKIPPED: PAILOU_SPECTRAL does not name the command of @stoplight/spectral-cli");
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    for document in DOCUMENTS {
        let (mut name, text) = rules(document);
        if !fs::exists(&name).unwrap() {
            name = scratch.path().join("rules.yaml").to_str().unwrap().to_owned();
            fs::write(&name, text).unwrap();
        }
        let file = folder().join(format!("{document}.yaml"));
        let output = Command::new(&command)
            .args(["lint", "-f", "json", "--quiet", "-r", &name])
            .arg(&file)
            .output()
            .unwrap();
        let mut theirs: Vec<Value> = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{document}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
        let mut ours: Vec<Value> = serde_json::from_str(&report(document).to_json()).unwrap();
        // Why a file cannot be read is said in other words.
        for one in theirs.iter_mut().chain(&mut ours).filter(|one| one["code"] == "invalid-ref") {
            one["message"] = Value::Null;
        }
        for (theirs, ours) in theirs.iter().zip(&ours) {
            assert_eq!(theirs, ours, "{document}");
        }
        assert_eq!(theirs.len(), ours.len(), "{document}");
    }
}
