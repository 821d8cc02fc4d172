//! `pailou lint`, as CI runs it.

use std::{fs, process::Output};

use serde_json::Value;

use crate::kit::pailou;

const CONTRACT: &str =
    "openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths: { '/a/{id}': { $ref: 'paths.yaml#/a' } }\n";
const PATHS: &str = "a: { get: { responses: { '200': { description: d } } } }\n";

fn run(folder: &tempfile::TempDir, args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = pailou(args).current_dir(folder.path()).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openapi.yaml"), CONTRACT).unwrap();
    fs::write(folder.path().join("paths.yaml"), PATHS).unwrap();
    folder
}

#[test]
fn the_exit_code_says_what_came_of_it() {
    let folder = folder();
    let (code, text, _) = run(&folder, &["lint", "openapi.yaml"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("openapi.yaml:"), "{text}");
    assert!(text.contains("paths.yaml:1:10: error: Operation must define parameter \"{id}\""), "{text}");
    let rules = folder.path().join(".spectral.yaml");
    fs::write(&rules, "extends: spectral:oas\nrules: { path-params: warn }\n").unwrap();
    assert_eq!(run(&folder, &["lint", "openapi.yaml"]).0, Some(0));
    assert_eq!(run(&folder, &["lint", "openapi.yaml", "-F", "warn"]).0, Some(1));
    let (code, text, _) = run(&folder, &["lint", "openapi.yaml", "-D"]);
    assert_eq!((code, text.as_str()), (Some(0), "nothing was found\n"));
    fs::write(&rules, "rules: { a: { given: $, then: { function: nope } } }\n").unwrap();
    let (code, _, said) = run(&folder, &["lint", "openapi.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.contains(".spectral.yaml:1:") && said.contains("there is no function `nope`"), "{said}");
    fs::remove_file(rules).unwrap();
    let (code, _, said) = run(&folder, &["lint", "gone.yaml"]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("gone.yaml: "), "{said}");
    fs::write(folder.path().join("broken.yaml"), b"a: 1\nb: \xff\n").unwrap();
    let (code, _, said) = run(&folder, &["lint", "broken.yaml"]);
    assert_eq!((code, said.as_str()), (Some(2), "broken.yaml: it is no UTF-8: line 2, column 4\n"));
}

#[test]
fn a_ruleset_that_ships_is_taken_by_its_name() {
    let folder = folder();
    let (code, text, said) = run(&folder, &["lint", "openapi.yaml", "-r", "pailou:api-style"]);
    assert!(said.is_empty() && text.contains("[style-version-semantic]"), "{code:?} {text}{said}");
    assert!(!text.contains("path-params"), "{text}");
    let (code, _, said) = run(&folder, &["lint", "openapi.yaml", "-r", "pailou:other"]);
    assert!(code == Some(2) && said.contains("pailou:other"), "{said}");
}

#[test]
fn each_format_is_printed_whole() {
    let folder = folder();
    let rules = folder.path().join("rules.yaml");
    fs::write(&rules, "functions: [js]\nrules:\n  js: { given: $, then: { function: js } }\n  t: { given: $.info, then: { field: contact, function: truthy } }\n").unwrap();
    let print = |format| {
        let (code, text, said) =
            run(&folder, &["lint", "openapi.yaml", "-r", "rules.yaml", "--format", format]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("the rule `js` is not run"), "{said}");
        text
    };
    let found: Value = serde_json::from_str(&print("json")).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let source = folder.path().canonicalize().unwrap().join("openapi.yaml");
    let named = std::path::Path::new(found[0]["source"].as_str().unwrap()).canonicalize().unwrap();
    assert_eq!((found[0]["code"].as_str(), named), (Some("t"), source));
    let log: Value = serde_json::from_str(&print("sarif")).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "openapi.yaml");
    assert!(print("junit").contains("<testsuites>"));
    assert!(print("github").starts_with("::warning title=t,file=openapi.yaml,"));
    assert!(print("text").contains("[t]"));
}

#[test]
fn what_can_be_mended_without_guessing_is_mended_in_the_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = "# Ours.\nopenapi: 3.1.0\ninfo: { title: T, version: '1' }\nservers: [{ url: 'https://a.example.com/' }]\npaths:\n  /a/: # one\n    get:\n      tags: [x]\n      responses: { '200': { $ref: 'parts.yaml#/ok' } }\n";
    let parts = "ok: { description: d }\n";
    fs::write(at("openapi.yaml"), text).unwrap();
    fs::write(at("parts.yaml"), parts).unwrap();
    let (code, _, said) = run(&folder, &["lint", "openapi.yaml", "--fix"]);
    assert_eq!((code, said.as_str()), (Some(0), "openapi.yaml: mended 4 findings\n"));
    let mended = text
        .replace("com/", "com")
        .replace("paths:", "tags:\n  - name: x\npaths:")
        .replace("/a/:", "/a:")
        .replace("      tags", "      operationId: getA\n      tags");
    assert_eq!(fs::read_to_string(at("openapi.yaml")).unwrap(), mended);
    assert_eq!(fs::read_to_string(at("parts.yaml")).unwrap(), parts);
    // Again there is nothing to do, and nothing is written or said.
    let written = fs::metadata(at("openapi.yaml")).unwrap().modified().unwrap();
    let (_, told, said) = run(&folder, &["lint", "openapi.yaml", "--fix"]);
    assert!(said.is_empty() && told.contains("info-contact"), "{told}{said}");
    assert_eq!(fs::metadata(at("openapi.yaml")).unwrap().modified().unwrap(), written);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside");
    // What cannot be read is left as it is, and what is switched off is not mended.
    fs::write(at("broken.yaml"), "a: [").unwrap();
    assert_eq!(run(&folder, &["lint", "broken.yaml", "--fix"]).0, Some(1));
    assert_eq!(fs::read_to_string(at("broken.yaml")).unwrap(), "a: [");
    fs::write(at("openapi.yaml"), text).unwrap();
    fs::write(
        at(".spectral.yaml"),
        "extends: [[spectral:oas, off]]\nrules: { operation-operationId: warn }\n",
    )
    .unwrap();
    run(&folder, &["lint", "openapi.yaml", "--fix"]);
    let only = text.replace("      tags", "      operationId: getA\n      tags");
    assert_eq!(fs::read_to_string(at("openapi.yaml")).unwrap(), only);
    let (code, _, said) = run(&folder, &["lint", "-", "--fix"]);
    assert!(code == Some(2) && said.contains("standard input"), "{said}");
}
