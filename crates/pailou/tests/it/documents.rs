//! Documents that pages of the guide show, and that no command of the page applies, are valid as they stand there.

use std::{collections::BTreeSet, fs};

use crate::{
    kit::{folder, pailou},
    walk::{blocks, text_of},
};

/// What stands for the contracts that pages name.
const CONTRACT: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get: { operationId: listOrders, responses: { '200': { description: All of them. } } }
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: One of them. } }
  /export:
    get: { operationId: exportBills, responses: { '200': { description: All of them. } } }
";

/// Kind, name and version of a document, as it is written.
fn identity(document: &str) -> [Option<&str>; 3] {
    ["kind: ", "name: ", "version: "].map(|field| {
        let mut parts = document.lines().flat_map(|line| match line.strip_prefix('{') {
            Some(flow) => flow.split(',').map(str::trim).collect::<Vec<_>>(),
            None => vec![line],
        });
        parts.find_map(|part| part.strip_prefix(field))
    })
}

#[test]
fn the_documents_of_the_guide_are_valid() {
    let pages = [
        "authentication.md",
        "caching.md",
        "concepts.md",
        "conditions.md",
        "consumers-and-keys.md",
        "emergency.md",
        "formulas.md",
        "lifecycle.md",
        "listeners.md",
        "openid-connect.md",
        "protocols.md",
        "resilience.md",
        "resources-as-code.md",
        "secrets.md",
        "splits.md",
        "upstreams.md",
    ];
    for page in pages {
        let text = text_of(page);
        let is_resource = |block: &&str| block.lines().any(|line| line.starts_with("kind: "));
        let shown: Vec<&str> = blocks(&text)
            .filter(|(language, _)| *language == "yaml")
            .map(|(_, block)| block)
            .filter(is_resource)
            .collect();
        assert!(!shown.is_empty(), "{page}");
        for block in &shown {
            let dir = folder(&[("shown.yaml", block)]);
            // It may name what the page shows elsewhere.
            let mut there: BTreeSet<_> = block.split("\n---\n").map(identity).collect();
            let others = shown.iter().flat_map(|other| other.split("\n---\n"));
            for (number, other) in others.enumerate() {
                if there.insert(identity(other)) {
                    fs::write(dir.path().join(format!("{number}.yaml")), other).unwrap();
                }
            }
            for line in shown.iter().flat_map(|block| block.lines()) {
                if let Some(contract) = line.strip_prefix("contract: ./") {
                    fs::write(dir.path().join(contract), CONTRACT).unwrap();
                }
            }
            let output = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let wrong: Vec<&str> = said
                .lines()
                .filter(|line| line.starts_with("shown.yaml") && line.contains(": error: "))
                .collect();
            assert!(wrong.is_empty(), "{page}\n{block}\n{wrong:#?}");
        }
    }
}
