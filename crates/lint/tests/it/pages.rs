//! What the pages about checking say is so.

use std::{fs, path::PathBuf};

use lint::Ruleset;

/// Fenced blocks: what follows the fence, the text, and the line it begins at.
fn blocks(page: &str) -> Vec<(&str, String, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, String, usize)> = None;
    for (at, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(kind), None) => open = Some((kind.trim(), String::new(), at + 1)),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some((_, text, _))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

#[test]
fn the_page_finds_what_it_says() {
    assert!(checked("lint.md") > 2);
}

#[test]
fn the_page_of_style_finds_what_it_says() {
    assert_eq!(checked("api-style.md"), 1);
}

/// Runs the blocks of a page, and says how many were held against something.
fn checked(name: &str) -> usize {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/contracts").join(name);
    let page = fs::read_to_string(page).unwrap();
    let mut ruleset = Ruleset::recommended();
    let (mut contract, mut checked) = (String::new(), 0);
    for (kind, text, line) in blocks(&page) {
        match kind {
            "yaml contract" => contract = text,
            "yaml ruleset" => {
                let read = Ruleset::read(&text, "rules.yaml", &|_| Err("nothing else is read".to_owned()));
                ruleset = read.unwrap_or_else(|faults| panic!("{name}:{line}: {faults:?}"));
            }
            "findings" => {
                let report = lint::lint(contract.as_str(), "openapi.yaml", &ruleset, &|_| Err(String::new()));
                assert_eq!(report.to_text(""), text, "{name}:{line}");
                checked += 1;
            }
            "mended" => {
                let report = lint::lint(contract.as_str(), "openapi.yaml", &ruleset, &|_| Err(String::new()));
                let fixes = report.diagnostics.iter().filter_map(|one| one.fix.as_deref());
                assert_eq!(lint::mend(&contract, fixes).0, text, "{name}:{line}");
                checked += 1;
            }
            "skipped" => {
                let skipped: String = ruleset.skipped().iter().map(|one| format!("{one}\n")).collect();
                assert_eq!(skipped, text, "{name}:{line}");
                checked += 1;
            }
            "sh" => assert!(text.lines().all(|line| line.starts_with("pailou lint ")), "{name}:{line}"),
            other => panic!("{name}:{line}: a block of `{other}`"),
        }
    }
    checked
}

#[test]
fn every_function_and_rule_that_is_not_there_is_named() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/contracts/lint.md");
    let page = fs::read_to_string(page).unwrap();
    for function in [
        "alphabetical",
        "casing",
        "defined",
        "enumeration",
        "falsy",
        "length",
        "or",
        "pattern",
        "schema",
        "truthy",
        "typedEnum",
        "undefined",
        "unreferencedReusableObject",
        "xor",
    ] {
        assert!(page.contains(&format!("`{function}`")), "{function}");
    }
    let missing = "spectral:arazzo";
    let refused = Ruleset::read(&format!("extends: {missing}\n"), "rules.yaml", &|_| Err(String::new()));
    assert!(refused.unwrap_err()[0].message.contains("not supported yet"));
    assert!(page.contains(missing));
}
