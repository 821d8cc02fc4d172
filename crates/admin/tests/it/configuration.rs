//! Configuration as files, over HTTP.

use serde_json::{Value, json};

use crate::platform::Platform;

const CONTRACT: &str = r#"openapi: 3.1.0
info: { title: Orders, version: "1" }
paths:
  /orders:
    get: { operationId: listOrders, tags: [orders], summary: List orders, responses: { "200": { description: OK } } }
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: OK } }
"#;

const RESOURCES: &str = r#"kind: api
name: orders
version: v1
contract: ./orders.openapi.yaml
listen: { path: /orders/v1 }
upstream: { endpoints: ["http://127.0.0.1:9001"] }
policies:
  - key-auth: {}
---
kind: consumer
name: ada
credentials: [{ key: planted-file-key-1 }]
"#;

fn bundle(files: &[(&str, &str)]) -> Value {
    let files: Vec<Value> = files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
    json!({ "files": files })
}

fn orders() -> Value {
    bundle(&[("resources.yaml", RESOURCES), ("orders.openapi.yaml", CONTRACT)])
}

fn actions(answer: &Value) -> Vec<String> {
    let one = |change: &Value| {
        format!(
            "{} {}/{}",
            change["action"].as_str().unwrap(),
            change["kind"].as_str().unwrap(),
            change["id"].as_str().unwrap()
        )
    };
    answer["changes"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn a_route_is_explained_by_the_gateway() {
    let platform = Platform::start().await;
    let ask = |body: Value| platform.post("/api/v1/explain/route").admin().json(&body).send();
    let question = json!({ "method": "GET", "url": "/x", "headers": [{ "name": "host", "value": "a.test" }], "client": "10.0.0.1" });
    let explained = ask(question).await.is(200).json();
    assert_eq!(
        explained,
        json!({ "method": "GET", "host": "a.test", "path": "/x", "outcome": "not-found", "lost": [], "snapshot": 1 })
    );
    let refused = ask(json!({ "method": "GET", "url": "x" })).await.is(400).json();
    assert_eq!(refused["detail"], "`x` is no path");
    ask(json!({ "method": "GET", "url": "/x", "header": [] })).await.is(422);
}

#[tokio::test]
async fn a_folder_is_checked_planned_applied_exported_and_applied_elsewhere() {
    let platform = Platform::start().await;
    let checked = platform.post("/api/v1/validate").admin().json(&orders()).send().await.is(200).json();
    assert_eq!(checked["valid"], true, "{checked}");
    let plan = platform.post("/api/v1/plan").admin().json(&orders()).send().await.is(200).json();
    let mut planned = actions(&plan);
    planned.sort();
    assert_eq!(planned, ["create api/orders@v1", "create consumer/ada"]);
    platform.get("/api/v1/apis/orders@v1").admin().send().await.is(404);

    let applied = platform.post("/api/v1/apply").admin().json(&orders()).send().await.is(200).json();
    assert_eq!(actions(&applied).len(), 2);
    let snapshot = applied["snapshot"].as_u64().unwrap();
    assert_eq!(platform.control.snapshots().borrow().number, snapshot);
    let again = platform.post("/api/v1/apply").admin().json(&orders()).send().await.is(200).json();
    assert!(actions(&again).iter().all(|action| action.starts_with("unchanged")), "{again}");
    assert_eq!(again["snapshot"], snapshot);

    let operations = platform.get("/api/v1/apis/orders@v1/operations").admin().send().await.is(200).json();
    assert_eq!(operations["total"], 2);
    assert_eq!(operations["items"][0]["tags"][0], "orders");
    let contract = platform.get("/api/v1/apis/orders@v1/contract").admin().send().await.is(200);
    assert_eq!((contract.text.as_str(), contract.header("content-type")), (CONTRACT, "application/yaml"));

    let exported = platform.get("/api/v1/export").admin().send().await.is(200).json();
    let elsewhere = Platform::start().await;
    elsewhere.post("/api/v1/apply").admin().json(&exported).send().await.is(200);
    for path in ["apis/orders@v1", "consumers/ada"] {
        let [here, there] = [&platform, &elsewhere].map(|one| one.get(&format!("/api/v1/{path}")).admin());
        assert_eq!(here.send().await.is(200).json(), there.send().await.is(200).json());
    }
    assert_eq!(elsewhere.get("/api/v1/export").admin().send().await.is(200).json(), exported);
    assert!(!platform.answers().contains("planted") && !elsewhere.answers().contains("planted"));
}

#[tokio::test]
async fn pruning_removes_what_the_folder_no_longer_has_and_nothing_else() {
    let platform = Platform::start().await;
    platform.post("/api/v1/consumers").admin().json(&json!({ "name": "by-hand" })).send().await.is(201);
    platform.post("/api/v1/apply").admin().json(&orders()).send().await.is(200);
    let less = bundle(&[("c.yaml", "kind: consumer\nname: ada\n")]);
    let plan = platform.post("/api/v1/plan?prune=true").admin().json(&less).send().await.is(200).json();
    assert!(actions(&plan).contains(&"delete api/orders@v1".to_owned()), "{plan}");
    let kept = platform.post("/api/v1/apply").admin().json(&less).send().await.is(200).json();
    assert!(!actions(&kept).iter().any(|action| action.starts_with("delete")));
    platform.post("/api/v1/apply?prune=true").admin().json(&less).send().await.is(200);
    platform.get("/api/v1/apis/orders@v1").admin().send().await.is(404);
    platform.get("/api/v1/consumers/by-hand").admin().send().await.is(200);
}

#[tokio::test]
async fn every_error_of_a_folder_is_told_at_once_with_its_place_and_nothing_is_applied() {
    let platform = Platform::start().await;
    let files = [
        ("a.yaml", "kind: api\nname: a\nlisten: { pth: / }\n"),
        ("b.yaml", "kind: route\nname: b\nmatch: { path: /b }\nupstream: nowhere\n"),
        ("c.yaml", "kind: consumer\nname: fine\n"),
        ("d.yaml", "kind: plan\nname: d\npolicies:\n  - rate-limit: { limit: 0, window: 1m }\n"),
    ];
    let answer =
        platform.post("/api/v1/apply").admin().json(&bundle(&files)).send().await.is(422).problem("invalid");
    let findings = answer.json()["findings"].clone();
    for (file, line) in [("a.yaml", 3), ("b.yaml", 4), ("d.yaml", 4)] {
        let found = findings.as_array().unwrap().iter().find(|finding| finding["place"]["file"] == file);
        let found = found.unwrap_or_else(|| panic!("nothing about {file}: {findings:#}"));
        assert_eq!(found["place"]["line"], line, "{found}");
    }
    platform.get("/api/v1/consumers/fine").admin().send().await.is(404);
    let checked = platform.post("/api/v1/validate").admin().json(&bundle(&files)).send().await.is(200).json();
    assert_eq!(checked["valid"], false);
}

#[tokio::test]
async fn a_contract_alone_becomes_an_api() {
    let platform = Platform::start().await;
    let mut request =
        json!({ "text": CONTRACT, "upstream": "http://127.0.0.1:9001", "path": "/orders", "dry_run": true });
    let dry = platform.post("/api/v1/import/openapi").admin().json(&request).send().await.is(200).json();
    assert_eq!(dry["operations"], 2);
    let id = dry["resource"]["name"].as_str().unwrap();
    platform.get(&format!("/api/v1/apis/{id}")).admin().send().await.is(404);
    request["dry_run"] = false.into();
    let made = platform.post("/api/v1/import/openapi").admin().json(&request).send().await.is(200).json();
    assert_eq!(made["resource"]["listen"]["path"], "/orders");
    request["text"] = "not: openapi".into();
    let refused = platform
        .post("/api/v1/import/openapi")
        .admin()
        .json(&request)
        .send()
        .await
        .is(422)
        .problem("invalid");
    assert!(!refused.json()["findings"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_unknown_origin_is_refused_with_the_known_ones() {
    let platform = Platform::start().await;
    let answer = platform.post("/api/v1/plan?origin=elsewhere").admin().json(&orders()).send().await.is(400);
    assert!(answer.problem("bad-request").json()["detail"].as_str().unwrap().contains("`files`"));
}
