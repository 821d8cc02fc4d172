//! The official JSON Schema test suite. `cargo xtask schema-tests` fetches it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use schema::{Dialect, Json, Reading, Schemas, read};

/// Not passed: meta-schemas that leave out the vocabulary of validation are not read as such.
const NOT: &str = "schema that uses custom metaschema with with no validation vocabulary";

fn folder() -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target =
        target.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")));
    let folder = target.join("schema-tests/json");
    if folder.join("tests").is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: the official JSON Schema test suite (`cargo xtask schema-tests` fetches it)");
    None
}

fn json(path: &Path) -> Json {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn remotes(folder: &Path, prefix: &str, into: &mut HashMap<String, Json>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let address = format!("{prefix}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            remotes(&path, &address, into);
        } else if path.extension().is_some_and(|is| is == "json") {
            into.insert(address, json(&path));
        }
    }
}

/// Schemas of schemas, by the addresses they give themselves.
fn metas(folder: &Path, into: &mut HashMap<String, Json>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            metas(&path, into);
            continue;
        }
        let schema = json(&path);
        let id = schema.get("$id").or(schema.get("id")).and_then(Json::as_str).unwrap();
        into.insert(id.trim_end_matches('#').to_owned(), schema);
    }
}

#[test]
fn the_official_suite_passes() {
    let Some(folder) = folder() else { return };
    let mut others = HashMap::new();
    remotes(&folder.join("remotes"), "http://localhost:1234", &mut others);
    for draft in ["draft4", "draft6", "draft7", "draft201909", "draft202012"] {
        metas(&folder.join("../meta/jsonschema_specifications/schemas").join(draft), &mut others);
    }
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, dialect) in [
        ("draft4", Dialect::Draft4),
        ("draft6", Dialect::Draft6),
        ("draft7", Dialect::Draft7),
        ("draft2019-09", Dialect::Draft2019),
        ("draft2020-12", Dialect::Draft2020),
    ] {
        let mut files: Vec<_> =
            fs::read_dir(folder.join("tests").join(name)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            let short = file.file_name().unwrap().to_str().unwrap();
            for case in json(file).as_array().unwrap() {
                let mut documents = others.clone();
                documents.insert(String::new(), case["schema"].clone());
                let reading = Reading { dialect, formats: false, discriminators: false };
                let schemas = Schemas::new(reading, Arc::new(documents));
                let id = schemas.at("").unwrap();
                for test in case["tests"].as_array().unwrap() {
                    let text = test["data"].to_string();
                    let value = read(text.as_bytes()).unwrap();
                    let outcome = schemas.check(id, &value, None, 5);
                    if outcome.is_valid() == test["valid"].as_bool().unwrap() {
                        passed += 1;
                    } else if case["description"] != NOT {
                        let words = [&case["description"], &test["description"]].map(|d| d.as_str().unwrap());
                        failed.push(format!(
                            "{name}/{short}: {} / {}: {:?}",
                            words[0], words[1], outcome.faults
                        ));
                    }
                }
            }
        }
    }
    assert!(passed > 4_500, "only {passed} were there");
    assert!(failed.is_empty(), "{} failed, {passed} passed:\n{}", failed.len(), failed.join("\n"));
}
