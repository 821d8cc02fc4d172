//! Every YAML block of the guide is resource documents that can be applied.

use std::{collections::BTreeSet, fs, path::PathBuf};

use expr::Condition;
use model::{PolicyUse, Resource, tree};
use policies::CATALOG;
use policy::{BuildCx, PROBLEMS};
use serde_json::Value;

use crate::markdown::blocks;

fn docs(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(folder);
    let mut pages: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect();
    pages.sort();
    pages
}

/// Every policy of a document, wherever it is attached.
fn policy_uses(value: &Value, found: &mut Vec<PolicyUse>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::Array(items) if key == "policies" => found.extend(
                        items.iter().map(|item| serde_json::from_value::<PolicyUse>(item.clone()).unwrap()),
                    ),
                    value => policy_uses(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| policy_uses(item, found)),
        _ => {}
    }
}

#[test]
fn every_yaml_block_of_the_guide_is_valid_resources() {
    let mut documents = 0;
    for (page, text) in docs("guide") {
        for block in blocks(&text).into_iter().filter(|block| block.language == "yaml") {
            let at = format!("{page}:{}", block.line);
            for document in
                tree::parse(block.text, &page, Default::default()).unwrap_or_else(|e| panic!("{at}: {e}"))
            {
                let value = document.to_value();
                let mut uses = Vec::new();
                policy_uses(&value, &mut uses);
                for PolicyUse { policy, config, when } in uses {
                    let cx = BuildCx { scope: "api/guide#0", counters: &proxy::LocalCounters::default() };
                    let built = CATALOG.find(&policy).and_then(|entry| entry.build(&config, &cx));
                    assert!(built.is_ok(), "{at}: {policy}: {:?}", built.err());
                    if let Some(when) = when {
                        Condition::parse(&when).unwrap_or_else(|e| panic!("{at}: {when}: {e}"));
                    }
                }
                Resource::from_value(value).unwrap_or_else(|e| panic!("{at}: {e}"));
                documents += 1;
            }
        }
    }
    assert!(documents > 10, "the guide has examples");
}

#[test]
fn every_problem_code_that_the_guide_names_exists() {
    let known: BTreeSet<_> =
        PROBLEMS.iter().map(|problem| (problem.status.to_string(), problem.code)).collect();
    let (_, errors) = docs("guide").into_iter().find(|(page, _)| page.ends_with("errors.md")).unwrap();
    let rows: Vec<_> = errors
        .lines()
        .filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert!(rows.len() > 5);
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let code = cells[2].trim_matches('`');
        assert!(known.iter().any(|(status, name)| status == cells[1] && *name == code), "{row}");
    }
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    for folder in ["guide", "policies", "reference"] {
        for (page, text) in docs(folder) {
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let target = link.split('#').next().unwrap();
                if !target.starts_with("https://") {
                    let file = PathBuf::from(&page).parent().unwrap().join(target);
                    assert!(file.exists(), "{page}: {link}");
                }
            }
        }
    }
}
