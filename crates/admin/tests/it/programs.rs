//! What programs find without anybody's help: the catalogue of APIs (RFC 9727), contracts, and the page that tells of them.

use http::{Method, header};
use serde_json::{Value, json};

use crate::platform::Platform;

const CATALOGUE: &str = "/.well-known/api-catalog";

/// Blocks of a page, each with its language.
fn blocks(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'))
}

/// Whether a document has what is shown of it: members of objects may be left out, those of lists may not.
fn has(document: &Value, shown: &Value) -> bool {
    match (document, shown) {
        (Value::Object(document), Value::Object(shown)) => {
            shown.iter().all(|(name, shown)| document.get(name).is_some_and(|document| has(document, shown)))
        }
        (Value::Array(document), Value::Array(shown)) => {
            document.len() == shown.len()
                && document.iter().zip(shown).all(|(document, shown)| has(document, shown))
        }
        _ => document == shown,
    }
}

async fn apply(platform: &Platform, files: Value) {
    platform.post("/api/v1/apply").admin().json(&json!({ "files": files })).send().await.is(200);
}

#[tokio::test]
async fn the_calls_of_the_guide_are_answered_as_it_shows() {
    let page = include_str!("../../../../docs/guide/portal.md");
    let platform = Platform::start().await;
    let files: Vec<Value> = blocks(page)
        .filter(|(language, _)| *language == "yaml")
        .map(|(_, text)| {
            let name = text.lines().next().unwrap().trim_start_matches("# ");
            json!({ "path": name, "text": text })
        })
        .collect();
    assert_eq!(files.len(), 2);
    apply(&platform, files.into()).await;
    let mut calls = 0;
    for (_, call) in blocks(page).filter(|(language, _)| *language == "http") {
        let mut parts = call.splitn(3, "\n\n");
        let (method, path) = parts.next().unwrap().split_once(' ').unwrap();
        let answer = platform.call(method.parse().unwrap(), path).send().await;
        let mut head = parts.next().unwrap().lines();
        let answer = answer.is(head.next().unwrap().parse().unwrap());
        for line in head {
            let (name, value) = line.split_once(": ").unwrap();
            assert_eq!(answer.headers[name].to_str().unwrap(), value, "{call}");
        }
        if let Some(shown) = parts.next() {
            let shown: Value = serde_json::from_str(shown).unwrap();
            assert!(has(&answer.json(), &shown), "{call}\n{}", answer.text);
        }
        calls += 1;
    }
    assert_eq!(calls, 4);
}

#[tokio::test]
async fn a_catalogue_is_told_by_its_tag_and_answers_a_question_for_its_head() {
    let platform = Platform::start().await;
    let api = |name: &str| json!({ "kind": "api", "name": name, "listen": { "path": format!("/{name}") }, "upstream": { "endpoints": ["http://127.0.0.1:9001"] } });
    let apply_one = async |name: &str| {
        apply(&platform, json!([{ "path": format!("{name}.json"), "text": api(name).to_string() }])).await;
    };
    apply_one("orders").await;
    let first = platform.get(CATALOGUE).send().await.is(200);
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    let head = platform.call(Method::HEAD, CATALOGUE).send().await.is(200);
    assert_eq!(head.headers[header::LINK], first.headers[header::LINK]);
    assert_eq!(head.text, "");
    let again = platform.get(CATALOGUE).header("if-none-match", &tag).send().await.is(304);
    assert_eq!((again.text.as_str(), &again.headers[header::ETAG]), ("", &first.headers[header::ETAG]));
    apply_one("stock").await;
    let second = platform.get(CATALOGUE).header("if-none-match", &tag).send().await.is(200).json();
    let items = second["linkset"][0]["item"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    // One without a contract has pages alone.
    assert_eq!(second["linkset"][1].get("service-desc"), None);
    assert_eq!(second["linkset"][1]["service-doc"][0]["href"], "http://127.0.0.1:9080/portal/apis/orders");
    // Parts go on where the one before ended.
    let rest = platform.get(&format!("{CATALOGUE}?after=orders")).send().await.is(200).json();
    assert_eq!(rest["linkset"][0]["item"].as_array().unwrap().len(), 1);
    platform.get(&format!("{CATALOGUE}?page=2")).send().await.is(400);
}

#[tokio::test]
async fn each_workspace_has_a_catalogue_of_its_own_and_sees_nothing_of_others() {
    let platform = Platform::start().await;
    let workspace = json!({ "kind": "workspace", "name": "acme" });
    apply(&platform, json!([{ "path": "w.json", "text": workspace.to_string() }])).await;
    let api = json!({
        "kind": "api", "name": "orders", "listen": { "path": "/acme" }, "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        "contract": { "asyncapi": "3.0.0", "info": { "title": "Events", "version": "1" }, "channels": {} },
    });
    let bundle = json!({ "files": [{ "path": "a.json", "text": api.to_string() }] });
    let call = platform.post("/api/v1/apply").admin().header("pailou-workspace", "acme");
    call.json(&bundle).send().await.is(200);
    let of_default = platform.get(CATALOGUE).send().await.is(200).json();
    assert_eq!(of_default["linkset"].as_array().unwrap().len(), 1, "{of_default}");
    let of_acme = platform.get("/portal/at/acme/api-catalog").send().await.is(200).json();
    let links = &of_acme["linkset"][1];
    assert_eq!(links["service-doc"][0]["href"], "http://127.0.0.1:9080/portal/at/acme/apis/orders");
    assert_eq!(links["service-desc"][0]["type"], "application/vnd.aai.asyncapi+json");
    let contract = links["service-desc"][0]["href"].as_str().unwrap();
    let contract = contract.strip_prefix("http://127.0.0.1:9080").unwrap();
    assert_eq!(contract, "/contracts/acme/orders");
    let answer = platform.get(contract).send().await.is(200);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/vnd.aai.asyncapi+json");
    let tag = answer.headers[header::ETAG].to_str().unwrap().to_owned();
    platform.get(contract).header("if-none-match", &tag).send().await.is(304);
    for nothing in ["/contracts/default/orders", "/contracts/none/orders", "/portal/at/none/api-catalog"] {
        platform.get(nothing).send().await.is(404);
    }
}
