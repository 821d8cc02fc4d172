//! Rules of the house, as tests over `cargo metadata` and the source tree.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::shell::{cargo, command, output, root};

/// Packages and the normal dependencies each declares.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let text = output(&mut command(cargo(), &["metadata", "--format-version", "1", "--no-deps", "--locked"]))
        .unwrap();
    let metadata: Value = serde_json::from_str(&text).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let names = package["dependencies"].as_array().unwrap().iter();
            let normal =
                names.filter(|d| d["kind"].is_null()).map(|d| d["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), normal.collect())
        })
        .collect()
}

#[test]
fn an_arrow_between_crates_points_down() {
    let floors: BTreeMap<&str, u8> = [
        ("model", 0),
        ("head", 0),
        ("schema", 0),
        ("expr", 1),
        ("contract", 1),
        ("lint", 1),
        ("diff", 1),
        ("cache", 1),
        ("jose", 1),
        ("saml", 1),
        ("passkey", 1),
        ("authorization", 2),
        ("policy", 2),
        ("drift", 2),
        ("trial", 2),
        ("policies", 3),
        ("proxy", 3),
        ("store", 3),
        ("analytics", 4),
        ("control", 4),
        ("acme", 4),
        ("admin", 5),
        ("pailou", 6),
        ("testkit", 6),
        ("fuzz", 6),
        ("xtask", 6),
    ]
    .into();
    for (package, names) in dependencies() {
        let floor = floors
            .get(&*package)
            .unwrap_or_else(|| panic!("`{package}` has no floor: add it here and to ARCHITECTURE.md"));
        for name in names {
            let Some(below) = floors.get(&*name) else { continue };
            assert!(below < floor, "`{package}` (floor {floor}) depends on `{name}` (floor {below})");
        }
    }
}

#[test]
fn each_thing_lives_in_one_place() {
    let rules: &[(&str, &[&str])] = &[
        ("axum", &["admin", "pailou"]),
        ("sqlx", &["store", "analytics"]),
        ("hyper", &["proxy", "testkit", "admin"]),
        ("tokio-rustls", &["proxy"]),
        ("quinn", &["proxy"]),
        ("proxy", &["pailou", "testkit"]),
        ("policies", &["pailou"]),
        ("store", &["control", "analytics", "admin", "pailou"]),
    ];
    let dependencies = dependencies();
    for (what, allowed) in rules {
        for (package, names) in &dependencies {
            let uses = names.iter().any(|name| name == what);
            assert!(
                !uses || allowed.contains(&&**package),
                "`{package}` depends on `{what}`, which only {allowed:?} may"
            );
        }
    }
}

#[test]
fn the_floor_knows_no_runtime_socket_database_or_clock() {
    for package in [
        "model",
        "head",
        "schema",
        "expr",
        "contract",
        "lint",
        "diff",
        "cache",
        "jose",
        "saml",
        "passkey",
        "authorization",
        "policy",
        "drift",
        "trial",
    ] {
        let tree = output(&mut command(
            cargo(),
            &["tree", "--locked", "-p", package, "-e", "normal", "--prefix", "none"],
        ))
        .unwrap();
        for banned in ["tokio", "hyper", "sqlx", "axum", "rustls", "mio", "async-std"] {
            let found = tree.lines().any(|line| line.split(' ').next() == Some(banned));
            assert!(!found, "`{package}` reaches `{banned}`");
        }
    }
}

#[test]
fn source_files_are_small_and_say_what_they_are_for() {
    let mut complaints = Vec::new();
    let (mut rust, mut lengths) = (Vec::new(), Vec::new());
    collect(&root().join("crates"), "rs", &mut rust);
    collect(&root().join("xtask"), "rs", &mut rust);
    for path in rust {
        let text = fs::read_to_string(&path).unwrap();
        let shown = path.strip_prefix(root()).unwrap().display();
        let is_test = path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().lines().count();
        if code > 800 && !is_test {
            complaints.push(format!("{shown}: {code} lines without its tests; the limit is 800"));
        }
        if !is_test && !text.starts_with("//!") {
            complaints.push(format!("{shown}: begins without a `//!` line that says what it is for"));
        }
        lengths.push(code);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_module_is_named_for_nothing() {
    let mut files = Vec::new();
    collect(&root().join("crates"), "rs", &mut files);
    for path in files {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let banned = [
            "manager", "helper", "helpers", "util", "utils", "common", "misc", "data", "info", "plugin",
            "backend",
        ];
        assert!(!banned.contains(&&*stem), "{}: `{stem}` says nothing", path.display());
    }
}

pub(crate) fn collect(dir: &Path, extension: &str, into: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, extension, into);
        } else if path.extension().is_some_and(|found| found == extension) {
            into.push(path);
        }
    }
}
