//! Real documents, large ones: the same counts as Spectral's, within bounds of time.

use std::{collections::BTreeMap, path::PathBuf};

use lint::Ruleset;

/// A real document, or `None` (said loudly) where the folder is absent.
fn spec(name: &str) -> Option<(String, String)> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("PAILOU_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        eprintln!(
            "SKIPPED: {name} is not in {}; set PAILOU_SPECS to the folder of real documents",
            folder.display()
        );
        return None;
    };
    Some((name.to_owned(), text))
}

/// The counts of `spectral lint` 6.16.3 with `extends: spectral:oas`.
fn check(name: &str, expected: &[(&str, usize)]) {
    let Some((name, text)) = spec(name) else { return };
    let report =
        lint::lint(text, &name, &Ruleset::recommended(), &|_| Err("nothing else is read".to_owned()));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &report.diagnostics {
        *counts.entry(&one.code).or_default() += 1;
    }
    assert!(!report.incomplete);
    assert_eq!(counts, expected.iter().copied().collect(), "{name}");
}

#[test]
fn stripe_has_the_findings_that_spectral_finds() {
    check(
        "stripe.json",
        &[
            ("duplicated-entry-in-enum", 1),
            ("oas3-server-trailing-slash", 1),
            ("operation-description", 5),
            ("operation-tags", 452),
        ],
    );
}

#[test]
fn digitalocean_has_the_findings_that_spectral_finds() {
    check(
        "digitalocean.yaml",
        &[
            ("info-description", 1),
            ("oas3-operation-security-defined", 680),
            ("operation-success-response", 1),
        ],
    );
}

#[test]
fn github_has_the_findings_that_spectral_finds() {
    check(
        "github.json",
        &[
            ("oas3-examples-value-or-externalValue", 3),
            ("oas3-unused-component", 5),
            ("oas3-valid-media-example", 756),
            ("oas3-valid-schema-example", 30),
            ("operation-description", 28),
            ("path-params", 2),
        ],
    );
}

#[test]
fn kubernetes_has_the_findings_that_spectral_finds() {
    check(
        "kubernetes.json",
        &[
            ("info-description", 1),
            ("no-$ref-siblings", 43),
            ("operation-description", 2),
            ("operation-success-response", 2),
            ("operation-tag-defined", 845),
            ("path-keys-no-trailing-slash", 56),
        ],
    );
}
