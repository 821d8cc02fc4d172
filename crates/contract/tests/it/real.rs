use std::{collections::HashSet, path::PathBuf, time::Instant};

use contract::{Contract, Dialect};

/// A real document, or `None` (said loudly) where the folder is absent.
pub(crate) fn spec(name: &str) -> Option<(Contract, String)> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("PAILOU_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join(name)) else {
        eprintln!(
            "SKIPPED: {name} is not in {}; set PAILOU_SPECS to the folder of real documents",
            folder.display()
        );
        return None;
    };
    let contract = Contract::parse(&text, name)
        .unwrap_or_else(|findings| panic!("{name}: {:#?}", &findings[..findings.len().min(5)]));
    Some((contract, text))
}

/// Every page is there, bounded, and refers only to schemas that can be had.
fn check(name: &str, operations: usize, dialect: Dialect) {
    let Some((contract, _)) = spec(name) else { return };
    assert_eq!((contract.operations.len(), contract.dialect), (operations, dialect));
    let outline = contract.outline();
    assert_eq!(outline.operations.len(), operations);
    let ids: HashSet<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids.len(), operations);
    let mut slowest = (std::time::Duration::ZERO, String::new());
    let mut largest = (0, String::new());
    for operation in contract.operations.iter().step_by(if cfg!(debug_assertions) { 7 } else { 1 }) {
        let start = Instant::now();
        let page = contract.operation(&operation.id).unwrap();
        slowest = slowest.max((start.elapsed(), operation.id.clone()));
        let text = serde_json::to_string(&page).unwrap();
        largest = largest.max((text.len(), operation.id.clone()));
        assert!(text.len() < 400_000, "{}: {} bytes", operation.id, text.len());
        assert!(!page.responses.is_empty(), "{}", operation.id);
        for part in text.split("#/components/schemas/").skip(1) {
            let Some((name, _)) = part.split_once('"') else { continue };
            let known = page.schemas.contains_key(name) || page.more_schemas.iter().any(|more| more == name);
            assert!(known || contract.schema(name).is_some(), "{}: {name}", operation.id);
        }
        assert_eq!(contract.samples(&page, "http://127.0.0.1:8080/base", Some("x-api-key")).len(), 9);
    }
    for name in outline.schemas.iter().step_by(11) {
        let page = contract.schema(name).unwrap();
        assert!(serde_json::to_string(&page).unwrap().len() < 400_000, "{name}");
    }
    eprintln!(
        "{name}: slowest page {slowest:?}, largest {largest:?}, {} findings, weight {}",
        contract.findings.len(),
        contract.weight()
    );
    for finding in contract.findings.iter().take(5) {
        eprintln!("  {finding}");
    }
}

#[test]
fn github_is_read_whole() {
    check("github.json", 1223, Dialect::OpenApi30);
}

#[test]
fn stripe_is_read_whole() {
    check("stripe.json", 452, Dialect::OpenApi30);
}

#[test]
fn kubernetes_is_read_whole() {
    check("kubernetes.json", 845, Dialect::OpenApi30);
}

#[test]
fn digitalocean_is_read_whole() {
    check("digitalocean.yaml", 659, Dialect::OpenApi30);
}

/// Every operation of a real document is read, and every schema of its messages takes a value.
#[test]
fn real_contracts_are_ready_at_once_and_every_operation_can_be_held_against() {
    use contract::conform::{Breaches, Conformance, RequestHead};
    for name in ["github.json", "stripe.json", "digitalocean.yaml", "kubernetes.json"] {
        let Some((contract, _)) = spec(name) else { return };
        let document = contract.document("x");
        let start = Instant::now();
        let conformance = Conformance::new(&document);
        let ready = start.elapsed();
        let head = RequestHead { path: "/", query: Some("page=1&limit=x"), field: &|_| None };
        let (mut media, mut read) = (0, 0);
        for operation in contract.operations.iter().step_by(if cfg!(debug_assertions) { 9 } else { 1 }) {
            let terms = conformance.operation(&operation.id).unwrap();
            read += 1;
            assert!(!terms.responses().is_empty(), "{name} {}", operation.id);
            let mut breaches = Breaches::at_most(100);
            conformance.check_head(terms, &head, true, &mut breaches);
            for response in terms.responses() {
                for one in response.content() {
                    media += 1;
                    let mut breaches = Breaches::at_most(100);
                    let direction = schema::Direction::Response;
                    conformance.check_body(one, Some("application/json"), b"7", direction, &mut breaches);
                    let any = one
                        .schema()
                        .is_none_or(|id| conformance.schemas().shape(id).types().has(schema::Types::INTEGER));
                    assert!(any || !breaches.is_empty(), "{name} {}: a number is no answer", operation.id);
                }
            }
        }
        eprintln!(
            "{name}: ready in {ready:?}; {read} operations with {media} answers in {:?}",
            start.elapsed()
        );
        assert!(ready.as_millis() < 100, "{name} took {ready:?}");
    }
}
