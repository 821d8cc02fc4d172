//! The formats of reports.

use lint::{Report, Ruleset, Severity};
use serde_json::Value;

fn report() -> (Report, Ruleset) {
    let ruleset = Ruleset::recommended();
    let text = "openapi: 3.0.0\ninfo: { title: \"<script>\", version: '1', description: d, contact: {} }\nservers: []\npaths: {}\n";
    (lint::lint(text, "/work/api/a&b.yaml", &ruleset, &|_| Err(String::new())), ruleset)
}

#[test]
fn json_is_that_of_spectral() {
    let (report, _) = report();
    let text = report.to_json();
    assert!(
        text.starts_with(
            "[\n\t{\n\t\t\"code\": \"no-script-tags-in-markdown\",\n\t\t\"path\": [\n\t\t\t\"info\",\n"
        ),
        "{text}"
    );
    let found: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(found[0]["range"]["start"], serde_json::json!({ "line": 1, "character": 15 }));
    assert_eq!((&found[0]["severity"], &found[0]["source"]), (&1.into(), &"/work/api/a&b.yaml".into()));
    assert_eq!(Report::default().to_json(), "[]");
}

#[test]
fn text_is_a_line_for_each_and_a_sum() {
    let (report, _) = report();
    let text = report.to_text("/work/api");
    assert!(text.starts_with("a&b.yaml:2:16: warning: Markdown descriptions must not have \"<script>\" tags. [no-script-tags-in-markdown] info.title\n"), "{text}");
    assert!(text.ends_with("\n2 warnings\n"), "{text}");
    assert_eq!(Report::default().to_text(""), "nothing was found\n");
}

#[test]
fn sarif_names_the_rules_and_places() {
    let (report, ruleset) = report();
    let log: Value = serde_json::from_str(&report.to_sarif(&ruleset, "/work")).unwrap();
    let run = &log["runs"][0];
    assert_eq!(
        (log["version"].as_str(), run["tool"]["driver"]["name"].as_str()),
        (Some("2.1.0"), Some("pailou"))
    );
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().any(|rule| rule["id"] == "oas3-api-servers" && rule["helpUri"].is_string()));
    let result = &run["results"][0];
    assert_eq!(
        (result["level"].as_str(), result["ruleId"].as_str()),
        (Some("warning"), Some("no-script-tags-in-markdown"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "api/a&b.yaml");
    assert_eq!(
        place["region"],
        serde_json::json!({ "startLine": 2, "startColumn": 16, "endLine": 2, "endColumn": 26 })
    );
}

#[test]
fn junit_has_a_test_for_each_finding_and_one_that_passed_for_a_file_without() {
    let (report, _) = report();
    let xml = report.to_junit(&["/work/api/a&b.yaml"], Severity::Warning);
    assert!(xml.contains("<testsuite name=\"/work/api/a&amp;b.yaml\" tests=\"2\" failures=\"2\""), "{xml}");
    assert!(xml.contains("name=\"no-script-tags-in-markdown(#/info/title)\""), "{xml}");
    assert!(xml.contains("&lt;script&gt;") && !xml.contains("<script>"), "{xml}");
    let quiet = report.to_junit(&["/work/api/a&b.yaml"], Severity::Error);
    assert!(quiet.contains("tests=\"1\" failures=\"0\"") && !quiet.contains("<failure"), "{quiet}");
}

#[test]
fn github_gets_annotations() {
    let (report, _) = report();
    let text = report.to_github("/work/api");
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "::warning title=no-script-tags-in-markdown,file=a&b.yaml,col=16,endColumn=26,line=2,endLine=2::Markdown descriptions must not have \"<script>\" tags."
    );
}
