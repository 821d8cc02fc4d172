//! What the guide says is so: its resources can be applied, its problems exist, its links lead somewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use control::{Bundle, BundleFile, Files};
use model::{ContractSource, Resource, tree};
use policies::CATALOG;
use policy::PROBLEMS;

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

/// The resources of a page, with what the page refers to and does not show: contracts, and APIs of other pages. One bundle; a page that
/// shows how an API changes has one for each state of it.
fn bundles_of(page: &str, text: &str) -> Vec<Bundle> {
    let mut before = Vec::new();
    let mut bundle = Bundle::default();
    // APIs, with the block that shows each.
    let mut known = BTreeMap::new();
    let mut wanted = BTreeSet::new();
    for (number, block) in blocks(text).into_iter().filter(|block| block.language == "yaml").enumerate() {
        // Tests of rules, and contracts that a page shows, stand in files of their own.
        if block.text.contains("kind: rule-test") || block.text.contains("\nopenapi: ") {
            continue;
        }
        let documents = tree::parse(block.text, page, Default::default());
        for document in documents.unwrap_or_else(|e| panic!("{page}:{}: {e}", block.line)) {
            match Resource::from_value(document.to_value())
                .unwrap_or_else(|e| panic!("{page}:{}: {e}", block.line))
            {
                Resource::Api(api) => {
                    if let Some(ContractSource::At(path)) = &api.contract {
                        let path = path.trim_start_matches("./").to_owned();
                        if bundle.files.iter().all(|file| file.path != path) {
                            bundle.files.push(BundleFile { path, text: CONTRACT.to_owned() });
                        }
                    }
                    let here = format!("block-{number}.yaml");
                    if let Some(earlier) = known.insert(api.id(), here.clone()).filter(|at| *at != here) {
                        before.push(bundle.clone());
                        bundle.files.retain(|file| file.path != earlier);
                    }
                }
                Resource::Product(product) => wanted.extend(product.apis.into_iter().map(|api| api.0)),
                _ => {}
            }
        }
        bundle.files.push(BundleFile { path: format!("block-{number}.yaml"), text: block.text.to_owned() });
    }
    for api in wanted.iter().filter(|api| !known.contains_key(*api)) {
        let (name, version) = api.split_once('@').unwrap_or((api, "v1"));
        let document = serde_json::json!({
            "kind": "api", "name": name, "version": version, "listen": { "path": format!("/{name}") },
            "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        });
        let file = BundleFile { path: format!("{name}.json"), text: document.to_string() };
        before.iter_mut().chain([&mut bundle]).for_each(|bundle| bundle.files.push(file.clone()));
    }
    before.push(bundle);
    before
}

/// A folder with certificates and keys by the names that a page gives them: `x.pem` goes with `x.key`.
fn certificates(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let named = text.lines().filter_map(|line| line.split_once("_file: ./")).map(|(_, path)| path.trim());
    let stems: BTreeSet<_> = named.filter_map(|path| path.rsplit_once('.')).map(|(stem, _)| stem).collect();
    for stem in stems {
        let made = rcgen::generate_simple_self_signed([format!("{stem}.example.com")]).unwrap();
        fs::write(folder.path().join(format!("{stem}.pem")), made.cert.pem()).unwrap();
        fs::write(folder.path().join(format!("{stem}.key")), made.signing_key.serialize_pem()).unwrap();
    }
    folder
}

/// What the APIs of the guide promise.
const CONTRACT: &str = r#"{
  "openapi": "3.1.0",
  "info": { "title": "Sample", "version": "1" },
  "paths": {
    "/orders/{id}": {
      "get": {
        "operationId": "getOrder",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "200": { "description": "The order." } }
      }
    },
    "/exports": {
      "post": { "operationId": "exportBills", "responses": { "202": { "description": "It is being made." } } }
    }
  }
}"#;

#[test]
fn the_resources_of_every_page_of_the_guide_can_be_applied() {
    let mut resources = 0;
    let pages = docs("guide");
    let bundles = pages
        .iter()
        .flat_map(|(page, text)| bundles_of(page, text).into_iter().map(move |one| (page, text, one)));
    for (page, text, bundle) in bundles {
        if bundle.files.is_empty() {
            continue;
        }
        let beside = certificates(text);
        let files = Files::beside(beside.path().to_path_buf());
        match control::check(&bundle, &files, CATALOG, None) {
            Ok(checked) => {
                // Secrets that pages name are in no store here.
                let said = checked.findings.iter().find(|finding| finding.rule != "missing-secret");
                assert!(said.is_none(), "{page}: {said:?}");
                resources += checked.resources;
            }
            Err(findings) => {
                let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
                panic!("{page}:\n{}", lines.join("\n"));
            }
        }
    }
    assert!(resources > 10, "the guide has examples");
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
    for folder in ["contracts", "guide", "policies", "reference"] {
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
