//! The reference pages follow from the code: `UPDATE=1 cargo test -p policies` writes them, a plain run checks them.

use std::{fmt::Write as _, fs, path::PathBuf};

use policies::CATALOG;
use policy::{PROBLEMS, PolicyEntry};
use serde_json::Value;

const WRITTEN_BY: &str =
    "<!-- Generated from the code by `UPDATE=1 cargo test -p policies reference`. Do not edit. -->";

#[test]
fn the_reference_of_policies_is_up_to_date() {
    let mut page = format!(
        "# Reference: policies\n\n{WRITTEN_BY}\n\nEvery policy of this build, in the order in which policies of one stage are listed \
         in the console. Stages run in this order: reply, edge, authenticate, authorize, limit, validate, transform, cache.\n"
    );
    for policy in CATALOG.0 {
        page.push_str(&section(policy));
    }
    check("policies.md", &page);
}

#[test]
fn the_reference_of_problems_is_up_to_date() {
    let mut page = format!(
        "# Reference: problems\n\n{WRITTEN_BY}\n\nEvery refusal of the gateway and of the control plane is a problem (RFC 9457), \
         `application/problem+json`. Its `type` is `urn:pailou:problem:` and the code. See [the guide](../guide/errors.md).\n\n\
         | Status | Code | Title | What it means and what to do |\n|---|---|---|---|\n"
    );
    for problem in PROBLEMS {
        let (status, code, title, help) = (problem.status, problem.code, problem.title, problem.help);
        writeln!(page, "| {status} | `{code}` | {title} | {help} |").unwrap();
    }
    check("problems.md", &page);
}

fn check(name: &str, text: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "docs/reference/{name} is out of date; run `UPDATE=1 cargo test -p policies reference`"
    );
}

fn section(policy: &PolicyEntry) -> String {
    let name = policy.name();
    let schema = policy.schema().to_value();
    let stage = serde_json::to_value(policy.stage()).unwrap();
    let places = if policy.for_callers() {
        "gateway, API, route, operation, plan, consumer"
    } else {
        "gateway, API, route, operation"
    };
    let manual = schema["description"].as_str().unwrap();
    let mut section = format!(
        "\n## `{name}`\n\n{manual}\n\nStage: {}. May be attached to: {places}. [Page with examples](../policies/{name}.md).\n\n\
         ```yaml\n- {name}: {}\n```\n\n| Field | Type | Default | Meaning |\n|---|---|---|---|\n",
        stage.as_str().unwrap(),
        policy.example(),
    );
    fields(&schema, &schema, "", &mut section);
    section
}

/// One row for each field, those of nested objects after their own.
fn fields(root: &Value, object: &Value, prefix: &str, rows: &mut String) {
    let required =
        |name: &str| object["required"].as_array().is_some_and(|all| all.iter().any(|r| r == name));
    for (name, field) in object["properties"].as_object().into_iter().flatten() {
        let resolved = resolve(root, field);
        let default = match field.get("default") {
            _ if required(name) => "required".to_owned(),
            Some(default) if !is_empty(default) => format!("`{default}`"),
            _ => String::new(),
        };
        let mut meaning = field["description"].as_str().unwrap_or_default().to_owned();
        for choice in resolved["oneOf"].as_array().into_iter().flatten() {
            let word = match choice["const"].as_str().or(choice["title"].as_str()) {
                Some(word) => word.to_owned(),
                None => {
                    let key = choice["properties"].as_object().and_then(|p| p.keys().next()).unwrap();
                    format!("{{ {key}: … }}")
                }
            };
            write!(meaning, " `{word}`: {}", choice["description"].as_str().unwrap()).unwrap();
        }
        let path = format!("{prefix}{name}");
        writeln!(rows, "| `{path}` | {} | {default} | {meaning} |", type_of(root, field)).unwrap();
        if resolved.get("properties").is_some() {
            fields(root, resolved, &format!("{path}."), rows);
        }
        let items = resolve(root, &resolved["items"]);
        if items.get("properties").is_some() {
            fields(root, items, &format!("{path}[]."), rows);
        }
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

fn type_of(root: &Value, schema: &Value) -> String {
    let resolved = resolve(root, schema);
    let reference = schema.get("$ref").and_then(Value::as_str);
    match (reference, resolved["type"].as_str()) {
        (Some("#/$defs/Span"), _) => "duration".to_owned(),
        (Some("#/$defs/Name"), _) => "name".to_owned(),
        (_, Some("array")) => format!("list of {}", plural(&type_of(root, &resolved["items"]))),
        (_, Some("string")) => "text".to_owned(),
        (_, Some("integer")) => match resolved["minimum"].as_u64() {
            Some(minimum) if minimum > 0 => format!("whole number, at least {minimum}"),
            _ => "whole number".to_owned(),
        },
        (_, Some("number")) => "number".to_owned(),
        (_, Some("boolean")) => "true or false".to_owned(),
        (_, Some("object")) if resolved["maxProperties"] == 1 => "policy".to_owned(),
        (_, Some("object")) if resolved.get("properties").is_none() => "names with texts".to_owned(),
        (_, Some("object")) => "mapping".to_owned(),
        _ if resolved.get("oneOf").is_some() => "choice".to_owned(),
        _ if resolved.get("anyOf").is_some() => "text, or list of texts".to_owned(),
        other => panic!("a type the reference cannot name: {other:?} {resolved}"),
    }
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
