//! The committed OpenAPI documents are what the tables say, and the tables say it well.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::Table;
use crate::{console, portal};

fn documents() -> [(&'static str, Table); 2] {
    [("admin", console::table()), ("portal", portal::table())]
}

/// `UPDATE=1 cargo test -p admin openapi` writes them.
#[test]
fn the_committed_openapi_documents_are_those_of_the_code() {
    for (name, table) in documents() {
        let drawn = table.document().text();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi").join(format!("{name}.json"));
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &drawn).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == drawn,
            "openapi/{name}.json is not that of the code: UPDATE=1 cargo test -p admin openapi"
        );
    }
}

#[test]
fn every_endpoint_has_its_own_name_and_a_summary() {
    for (_, table) in documents() {
        let mut names = BTreeSet::new();
        for endpoint in &table.endpoints {
            assert!(names.insert(endpoint.id.clone()), "{} is the id of two endpoints", endpoint.id);
            assert!(endpoint.summary.ends_with('.'), "{}: a summary is a sentence", endpoint.id);
            assert!(!endpoint.tag.is_empty(), "{}: no tag", endpoint.id);
        }
    }
}

#[test]
fn every_reference_of_the_openapi_documents_leads_somewhere() {
    for (name, table) in documents() {
        let document: Value = serde_json::from_str(&table.document().text()).unwrap();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            let pointer =
                reference.strip_prefix('#').unwrap_or_else(|| panic!("{name}: {reference} leads elsewhere"));
            assert!(document.pointer(pointer).is_some(), "{name}: {reference} leads nowhere");
        }
    }
}

#[test]
fn a_type_that_reads_and_answers_differently_has_two_schemas() {
    let (_, table) = documents().into_iter().next().unwrap();
    let document: Value = serde_json::from_str(&table.document().text()).unwrap();
    let schemas = &document["components"]["schemas"];
    assert!(schemas["Credential"]["properties"].get("key").is_none(), "a key is never answered");
    assert!(schemas["CredentialInput"]["properties"].get("key").is_some());
    let body = &document["paths"]["/api/v1/consumers"]["post"]["requestBody"]["content"]["application/json"];
    assert_eq!(body["schema"]["$ref"], "#/components/schemas/ConsumerDocumentInput");
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(to) if key == "$ref" => found.push(to.clone()),
                    value => references(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
