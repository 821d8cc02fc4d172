//! Rulesets: what extends what, and what is wrong with one.

use lint::{Ruleset, Severity};

use crate::{check, ruleset, said};

const DOCUMENT: &str = "openapi: 3.0.0\ninfo: { title: T, version: '1' }\nservers: [{ url: https://a }]\npaths:\n  /a:\n    get: { operationId: a, responses: { '200': { description: d } } }\n";

fn found(rules: &str) -> Vec<String> {
    let report = lint::lint(DOCUMENT, "a.yaml", &ruleset(rules), &|_| Err(String::new()));
    report.diagnostics.into_iter().map(|one| format!("{}:{}", one.code, one.severity)).collect()
}

fn faults(rules: &str) -> String {
    let faults = Ruleset::read(rules, "rules.yaml", &|name| match name {
        "loop.yaml" => Ok("extends: rules.yaml\nrules: {}\n".to_owned()),
        _ => Err("no such file".to_owned()),
    });
    faults.err().unwrap_or_default().iter().map(|fault| format!("{fault}\n")).collect()
}

#[test]
fn rules_are_switched_graded_and_replaced() {
    let recommended = found("extends: spectral:oas\n");
    assert!(recommended.contains(&"operation-tags:warning".to_owned()), "{recommended:?}");
    assert!(!recommended.iter().any(|one| one.starts_with("info-license")));
    let all = found("extends: [[spectral:oas, all]]\n");
    assert!(all.contains(&"info-license:warning".to_owned()) && all.len() > recommended.len());
    assert!(found("extends: [[spectral:oas, off]]\n").is_empty());
    assert_eq!(
        found("extends: [[spectral:oas, off]]\nrules: { operation-tags: error }\n"),
        ["operation-tags:error"]
    );
    assert_eq!(
        found("extends: [[spectral:oas, off]]\nrules: { info-contact: true }\n"),
        ["info-contact:warning"]
    );
    let without = found("extends: spectral:oas\nrules: { operation-tags: off, info-contact: false }\n");
    assert_eq!(without.len(), recommended.len() - 2);
}

#[test]
fn a_ruleset_is_extended_from_another_file() {
    let read =
        Ruleset::read("extends: ./base/a.yaml\nrules: { mine: hint }\n", "rules.yaml", &|name| match name {
            "base/a.yaml" => {
                Ok("extends: b.json\naliases: { Op: ['$.paths[*].get'] }\n".to_owned() + "rules: {}\n")
            }
            "base/b.json" => {
                Ok(r#"{"rules":{"mine":{"given":"$.info","then":{"field":"license","function":"truthy"}}}}"#
                    .to_owned())
            }
            other => Err(format!("{other}?")),
        });
    let report = lint::lint(DOCUMENT, "a.yaml", &read.unwrap(), &|_| Err(String::new()));
    assert_eq!((report.diagnostics.len(), report.diagnostics[0].severity), (1, Severity::Hint));
}

#[test]
fn aliases_of_an_extended_ruleset_can_be_used() {
    let rules = "extends: [[spectral:oas, off]]\nrules:\n  mine: { given: '#OperationObject', then: { field: summary, function: truthy } }\n";
    assert_eq!(found(rules), ["mine:warning"]);
}

#[test]
fn functions_in_javascript_are_named_and_the_other_rules_run() {
    let rules = "functions: [ensureName]\nrules:\n  js: { given: $, then: { function: ensureName } }\n  mine: { given: $.info, then: { field: contact, function: truthy } }\n";
    let ruleset = ruleset(rules);
    let [skipped] = ruleset.skipped() else { panic!("{:?}", ruleset.skipped()) };
    assert!(skipped.to_string().starts_with("rules.yaml:3:3: the rule `js`"), "{skipped}");
    assert!(skipped.message.contains("`ensureName` is JavaScript"));
    assert_eq!(found(rules), ["mine:warning"]);
}

#[test]
fn what_is_wrong_with_a_ruleset_is_told_with_its_place() {
    for (rules, says) in [
        (
            "rules: { a: { given: $, then: { function: nope } } }",
            "rules.yaml:1:43: the rule `a`: there is no function `nope`",
        ),
        ("rules: { a: { given: $, then: { function: casing } } }", "needs `type`"),
        (
            "rules: { a: { given: $, then: { function: truthy, functionOptions: { x: 1 } } } }",
            "no option `x`",
        ),
        (
            "rules: { a: { given: $, then: { function: pattern, functionOptions: { match: '(' } } } }",
            "no regular expression",
        ),
        ("rules: { a: { given: '$..[', then: { function: truthy } } }", "the rule `a`"),
        ("rules: { a: { given: '#No', then: { function: truthy } } }", "the alias `No` does not exist"),
        (
            "aliases: { A: ['#B'], B: ['#A'] }\nrules: { a: { given: '#A', then: { function: truthy } } }",
            "stands for itself",
        ),
        (
            "rules: { a: { severity: loud, given: $, then: { function: truthy } } }",
            "expected `error`, `warn`",
        ),
        ("rules: { a: error }", "the rule `a` is switched, but no ruleset that is extended has it"),
        ("rules: { a: { severity: error } }", "needs `given` and `then`"),
        ("rules: { a: { given: $, than: {}, then: { function: truthy } } }", "unknown field `than`"),
        ("extends: spectral:arazzo", "`spectral:arazzo` is not supported yet"),
        ("extends: ./rules.js", "is JavaScript"),
        ("extends: https://example.com/rules.yaml", "is not fetched"),
        ("extends: gone.yaml", "cannot be read: no such file"),
        ("rules: {}\nruels: {}", "a ruleset has no field `ruels`"),
        ("formats: [oas9]\nrules: {}", "there is no format `oas9`"),
        ("rules: 3", "rules.yaml:1:8: `rules` is a number; a mapping is expected"),
        ("rules: {}\noverrides: {}", "`overrides` is a mapping; a list is expected"),
        ("- a", "a ruleset is expected"),
        ("a: [", "rules.yaml:"),
    ] {
        let told = faults(rules);
        assert!(told.contains(says), "{rules}: {told}");
    }
    assert_eq!(faults("extends: loop.yaml\nrules: {}\n"), "", "rulesets that extend each other");
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut rules = "aliases:\n".to_owned();
    for level in 0..20 {
        rules += &format!("  A{level}: ['#A{0}', '#A{0}.x']\n", level + 1);
    }
    rules += "  A20: [$]\nrules: { a: { given: '#A0', then: { function: truthy } } }\n";
    assert!(faults(&rules).contains("more than"), "{}", faults(&rules));
}

#[test]
fn a_document_of_another_kind_is_told_and_rules_without_formats_run() {
    let report = check("asyncapi: 2.6.0\ninfo: { title: T }\n");
    let [one] = report.diagnostics.as_slice() else { panic!("{report:?}") };
    assert_eq!(one.code, "unrecognized-format");
    assert!(one.message.contains("OpenAPI 3.1.x"));
    let rules = "extends: spectral:oas\nrules: { mine: { formats: [asyncapi2], given: $.info, then: { field: version, function: truthy } } }\n";
    let report = lint::lint("asyncapi: 2.6.0\ninfo: { title: T }\n", "a.yaml", &ruleset(rules), &|_| {
        Err(String::new())
    });
    assert_eq!(said(&report, "mine").len(), 1, "{report:?}");
}

#[test]
fn a_text_that_is_no_yaml_is_one_finding_with_its_place() {
    let report = check("openapi: 3.0.0\ninfo: [\n");
    let [one] = report.diagnostics.as_slice() else { panic!("{report:?}") };
    assert_eq!((one.code.as_str(), one.severity), ("parser", Severity::Error));
    assert!(one.range.start.line >= 1, "{one:?}");
}
