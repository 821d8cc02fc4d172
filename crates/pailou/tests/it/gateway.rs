//! `pailou gateway`: a data plane from files alone.

use std::{fs, path::Path};

use serde_json::json;

use crate::kit::{Said, echo, folder, gateway, get, pailou, request, until};

const CONTRACT: &str = r#"
openapi: 3.1.0
info: { title: Orders, version: "1" }
paths:
  /orders:
    get: { operationId: listOrders, responses: { "200": { description: ok } } }
  /orders/{id}:
    get: { operationId: getOrder, responses: { "200": { description: ok } } }
    delete: { operationId: deleteOrder, responses: { "204": { description: gone } } }
"#;

fn resources(upstream: &str, limit: u32) -> String {
    format!(
        "kind: api
name: orders
version: v1
contract: ./orders.openapi.yaml
listen: {{ path: /orders/v1 }}
upstream: {{ endpoints: [http://{upstream}] }}
policies:
  - key-auth: {{}}
  - rate-limit: {{ limit: {limit}, window: 1h, per: consumer }}
---
kind: consumer
name: ada
credentials: [{{ key: ada-secret-key }}]
---
kind: api
name: open
listen: {{ path: /open }}
upstream: {{ endpoints: [http://{upstream}] }}
"
    )
}

#[test]
fn an_api_from_a_contract_answers_and_refuses_as_it_should() {
    let upstream = echo().to_string();
    let dir = folder(&[("orders.openapi.yaml", CONTRACT), ("api.yaml", &resources(&upstream, 3))]);
    let gw = gateway(dir.path());
    let key = [("x-api-key", "ada-secret-key")];

    let answer = get(&gw.http("/orders/v1/orders/42?x=1"), &key).is(200);
    let seen = answer.json();
    assert_eq!(seen["path"], "/orders/42?x=1");
    assert_eq!(seen["headers"].get("x-api-key"), None, "the key stays here: {seen}");
    assert!(
        seen["headers"]["traceparent"].is_string() && seen["headers"]["x-forwarded-for"].is_string(),
        "{seen}"
    );
    assert!(!answer.header("ratelimit").is_empty() && !answer.header("ratelimit-policy").is_empty());

    let refused = get(&gw.http("/orders/v1/orders"), &[]).is(401).problem("unauthenticated");
    assert!(!refused.header("www-authenticate").is_empty());
    get(&gw.http("/orders/v1/orders"), &[("x-api-key", "wrong-key-wrong")])
        .is(401)
        .problem("unauthenticated");
    get(&gw.http("/orders/v1/nothing"), &key).is(404).problem("operation-not-found");
    get(&gw.http("/elsewhere"), &key).is(404).problem("not-found");
    let refused =
        request("PUT", &gw.http("/orders/v1/orders/42"), &key, None).is(405).problem("method-not-allowed");
    assert!(
        refused.header("allow").contains("GET") && refused.header("allow").contains("DELETE"),
        "{}",
        refused.header("allow")
    );

    get(&gw.http("/orders/v1/orders"), &key).is(200);
    get(&gw.http("/orders/v1/orders"), &key).is(200);
    let limited = get(&gw.http("/orders/v1/orders"), &key).is(429).problem("rate-limited");
    assert!(limited.header("retry-after").parse::<u32>().unwrap() <= 3600);

    assert_eq!(get(&gw.http("/open/any/thing"), &[]).is(200).json()["path"], "/any/thing");
}

#[test]
fn a_change_of_the_files_is_followed_and_a_bad_one_is_not() {
    let upstream = echo().to_string();
    let dir = folder(&[("orders.openapi.yaml", CONTRACT), ("api.yaml", &resources(&upstream, 1000))]);
    let gw = gateway(dir.path());
    get(&gw.http("/open/x"), &[]).is(200);

    let route = format!(
        "kind: route\nname: health\nmatch: {{ path: /health }}\nupstream: {{ endpoints: [http://{upstream}] }}\n"
    );
    fs::write(dir.path().join("route.yaml"), route).unwrap();
    until("the new route", || get(&gw.http("/health"), &[]).status == 200);

    fs::write(dir.path().join("route.yaml"), "kind: route\nname: health\nmatch: { pth: /health }\n").unwrap();
    let said = gw.says("route.yaml:3");
    assert!(said.contains("pth"), "{said}");
    get(&gw.http("/health"), &[]).is(200);
    assert_eq!(gw.interrupt(), Some(0));
}

/// Where a gateway runs and where its documents are need not be the same folder.
#[test]
fn a_set_of_keys_is_read_beside_the_document_that_names_it_and_again_when_it_changes() {
    let api = format!(
        "kind: api
name: open
listen: {{ path: /open }}
upstream: {{ endpoints: [http://{}] }}
policies:
  - jwt-auth: {{ jwks: ./keys/jwks.json, algorithms: [ES256] }}
",
        echo()
    );
    let (old, new) = (jose::SigningKey::make().0, jose::SigningKey::make().0);
    let set = |key: &jose::SigningKey| json!({ "keys": [key.public()] }).to_string();
    let dir = folder(&[("api.yaml", &api), ("keys/jwks.json", &set(&old))]);
    assert!(!Path::new("keys/jwks.json").exists(), "not where the process runs");
    let validated = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap();
    validated.succeeds();
    let gw = gateway(dir.path());
    let claims = json!({ "sub": "ada", "exp": 4_102_444_800_u64 });
    let with = |key: &jose::SigningKey| {
        let shown = format!("Bearer {}", key.sign("JWT", claims.as_object().unwrap()));
        get(&gw.http("/open"), &[("authorization", &shown)]).status.as_u16()
    };
    assert_eq!((with(&old), with(&new)), (200, 401));
    fs::write(dir.path().join("keys/jwks.json"), set(&new)).unwrap();
    // Asked with the old key: what is refused again and again counts as guessing.
    until("the old key is in force no more", || with(&old) == 401);
    assert_eq!(with(&new), 200);

    fs::remove_file(dir.path().join("keys/jwks.json")).unwrap();
    let said = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().fails();
    assert!(said.contains("jwks.json` cannot be read"), "{said}");
}
