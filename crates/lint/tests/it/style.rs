//! The ruleset `pailou:api-style`.

use std::{collections::BTreeSet, fs};

use lint::Ruleset;

use crate::{folder, ruleset};

const ALL: &str = "extends: [['pailou:api-style', all]]\n";

fn found(document: &str, rules: &Ruleset) -> Vec<String> {
    let text = fs::read_to_string(folder().join(document)).unwrap();
    let report = lint::lint(text.as_str(), document, rules, &|_| Err(String::new()));
    report
        .diagnostics
        .iter()
        .map(|one| format!("{} {}: {}", one.code, one.path.join("/"), one.message))
        .collect()
}

#[test]
fn every_rule_of_style_finds_what_it_is_for() {
    let all = ruleset(ALL);
    let findings = found("api-style.yaml", &all);
    let silent: Vec<&str> = all
        .rules()
        .map(|(name, ..)| name)
        .filter(|name| !findings.iter().any(|one| one.starts_with(&format!("{name} "))))
        .collect();
    assert!(silent.is_empty(), "these found nothing: {silent:?}");
}

#[test]
fn an_api_in_style_has_no_findings() {
    let findings = found("api-style-good.yaml", &ruleset("extends: 'pailou:api-style'\n"));
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn every_rule_of_style_says_why_and_stands_on_its_page() {
    let all = ruleset(ALL);
    let on = ruleset("extends: 'pailou:api-style'\n");
    let on: BTreeSet<&str> = on.rules().map(|(name, ..)| name).collect();
    let page = folder().join("../../../../docs/contracts/api-style.md");
    let page = fs::read_to_string(page).unwrap();
    for (name, description, _) in all.rules() {
        assert!(description.is_some_and(|text| text.ends_with('.')), "`{name}` does not say why");
        let line = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let line = line.unwrap_or_else(|| panic!("`{name}` is not in api-style.md"));
        assert_eq!(line.ends_with("| off |"), !on.contains(name), "{line}");
    }
}
