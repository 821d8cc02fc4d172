//! A developer's way: find an API, sign up, register an app, subscribe, get a key once, see one's own usage.

use std::sync::Arc;

use model::{
    Recorder,
    event::{Detail, ExchangeEvent, Fault, Target},
};
use serde_json::json;

use crate::platform::{PASSWORD, Platform, Session};

const CONTRACT: &str = r##"{
  "openapi": "3.1.0", "info": { "title": "Orders", "version": "1", "description": "All about orders." },
  "paths": { "/orders/{id}": { "get": {
    "operationId": "getOrder", "summary": "Read an order", "tags": ["orders"],
    "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
    "responses": { "200": { "description": "OK", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } } } }
  } } },
  "components": { "schemas": { "Order": { "type": "object", "properties": { "id": { "type": "string" } } } } }
}"##;

const RESOURCES: &str = r#"
kind: api
name: orders
version: v1
tags: [shop]
contract: orders.json
listen: { path: /orders/v1 }
upstream: { endpoints: ["http://127.0.0.1:9001"] }
policies: [{ key-auth: { headers: [x-shop-key] } }]
---
{ kind: api, name: hidden, visibility: private, listen: { path: /hidden }, upstream: { endpoints: ["http://127.0.0.1:9001"] } }
---
{ kind: plan, name: free, title: Free, policies: [{ rate-limit: { limit: 100, window: 1m } }] }
---
{ kind: plan, name: gold, approval: manual }
---
{ kind: product, name: shop, title: Shop, apis: [orders], plans: [free, gold] }
"#;

async fn platform() -> Platform {
    let platform = Platform::start().await;
    let bundle = json!({ "files": [{ "path": "r.yaml", "text": RESOURCES }, { "path": "orders.json", "text": CONTRACT }] });
    platform.post("/api/v1/apply").admin().json(&bundle).send().await.is(200);
    platform
}

/// The call of an app, as the gateway would record it.
fn called(caller: &str, status: u16) -> ExchangeEvent {
    let target = Target {
        key: "api/orders@v1".into(),
        workspace: "default".into(),
        service: "api/orders@v1".into(),
        operation: "getOrder".into(),
        path: "/orders/v1/orders/{id}".into(),
    };
    let detail = Detail {
        request_id: "r1".into(),
        trace_id: "0123456789abcdef0123456789abcdef".into(),
        path: "/orders/v1/orders/1".into(),
        host: "localhost:8080".into(),
        client: "127.0.0.1".parse().unwrap(),
        user_agent: None,
        endpoint: Some("http://planted-endpoint:9001".into()),
        cause: (status >= 500).then(|| "planted cause".into()),
    };
    ExchangeEvent {
        at: u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap(),
        target: Some(Arc::new(target)),
        caller: Some(caller.into()),
        subscription: None,
        plan: Some("free".into()),
        method: http::Method::GET,
        protocol: Default::default(),
        status,
        problem: None,
        fault: if status < 400 { Fault::None } else { Fault::Upstream },
        duration_us: 1500,
        upstream_us: 1000,
        bytes_in: 0,
        bytes_out: 100,
        attempts: 1,
        hedges: 0,
        branch: None,
        cache: None,
        breach: Default::default(),
        observed: None,
        detail: Some(Box::new(detail)),
    }
}

#[tokio::test]
async fn anyone_finds_an_api_and_reads_how_to_call_it() {
    let platform = platform().await;
    let get = async |path: &str| platform.get(&format!("/portal/api/v1{path}")).send().await.is(200).json();
    assert_eq!(get("/site").await["gateway_url"], "http://127.0.0.1:8080");
    let list = get("/apis").await;
    assert_eq!(list["total"], 1, "the private API is not listed: {list}");
    assert_eq!(list["items"][0]["summary"], "All about orders.");
    assert_eq!(get("/apis?tag=shop&q=ORDER").await["total"], 1);
    assert_eq!(get("/apis?tag=other").await["total"], 0);

    let page = get("/apis/orders@v1").await;
    assert_eq!(page["base_url"], "http://127.0.0.1:8080/orders/v1");
    assert_eq!(page["auth"], json!([{ "policy": "key-auth", "header": "x-shop-key", "query": null }]));
    assert_eq!(page["products"][0]["plans"][0]["limits"], json!(["100 calls per minute"]));

    assert_eq!(get("/apis/orders@v1/outline").await["operations"][0]["id"], "getOrder");
    let operation = get("/apis/orders@v1/operations/getOrder").await;
    assert_eq!(operation["path"], "/orders/{id}");
    let curl =
        operation["samples"].as_array().unwrap().iter().find(|sample| sample["language"] == "curl").unwrap();
    let code = curl["code"].as_str().unwrap();
    assert!(
        code.contains("http://127.0.0.1:8080/orders/v1/orders/") && code.contains("x-shop-key"),
        "{code}"
    );
    assert_eq!(get("/apis/orders@v1/schemas/Order").await["schema"]["type"], "object");
    assert_eq!(get("/search?q=read%20ORDER").await["items"][0]["operation"], "getOrder");
    assert_eq!(get("/search?q=nothing%20order").await["total"], 0);
    assert_eq!(get("/products/shop").await["apis"][0]["id"], "orders@v1");
    assert_eq!(get("/problems/rate-limited").await["status"], 429);
    let contract = platform.get("/portal/api/v1/apis/orders@v1/contract").send().await.is(200);
    assert_eq!((contract.text.as_str(), contract.header("content-type")), (CONTRACT, "application/json"));

    for path in [
        "/apis/hidden",
        "/apis/hidden/outline",
        "/apis/hidden/contract",
        "/apis/orders@v1/operations/x",
        "/products/x",
        "/problems/x",
    ] {
        platform.get(&format!("/portal/api/v1{path}")).send().await.is(404).problem("not-found");
    }
    assert!(!platform.answers().contains("hidden\",\"name"));
}

#[tokio::test]
async fn a_reference_that_did_not_change_is_not_sent_again() {
    let platform = platform().await;
    for path in ["/portal/api/v1/apis/orders@v1/outline", "/portal/api/v1/apis/orders@v1/schemas/Order"] {
        let etag = platform.get(path).send().await.is(200).header("etag").to_owned();
        let again = platform.get(path).header("if-none-match", &etag).send().await.is(304);
        assert!(again.text.is_empty());
    }
}

#[tokio::test]
async fn a_developer_signs_up_subscribes_gets_a_key_and_sees_their_usage() {
    let platform = platform().await;
    let ada = platform.developer("ada@example.com").await;
    let call = |session: &Session, method: http::Method, path: &str| {
        platform.call(method, &format!("/portal/api/v1{path}")).signed_in(session)
    };
    use http::Method;

    let app = call(&ada, Method::POST, "/apps").json(&json!({ "title": "My Till" })).send().await.is(201);
    assert_eq!(app.header("location"), "/portal/api/v1/apps/my-till");
    let wish = json!({ "product": "shop", "plan": "free" });
    let subscribed =
        call(&ada, Method::POST, "/apps/my-till/subscriptions").json(&wish).send().await.is(201).json();
    assert_eq!(subscribed["state"], "active");
    call(&ada, Method::POST, "/apps/my-till/subscriptions")
        .json(&wish)
        .send()
        .await
        .is(409)
        .problem("conflict");

    let issued = call(&ada, Method::POST, "/apps/my-till/keys").json(&json!({})).send().await.is(201).json();
    let key = issued["key"].as_str().unwrap().to_owned();
    let before = platform.answers().matches(&key).count();
    let shown = call(&ada, Method::GET, "/apps/my-till").send().await.is(200).json();
    assert_eq!(shown["keys"][0]["hint"], issued["hint"]);
    assert_eq!(shown["keys"][0]["key_hash"], issued["key_hash"]);
    assert_eq!(shown["subscriptions"][0]["plan"], "free");

    // Every gateway knows the key as soon as it was answered.
    let snapshot = platform.control.snapshots().borrow().clone();
    let caller = &snapshot.callers["app/my-till"];
    assert_eq!(serde_json::to_value(caller.keys[0].hash).unwrap(), issued["key_hash"]);
    assert!(caller.entitlement("orders@v1").is_some());

    let mut sink = platform.analytics.sink();
    for status in [200, 200, 500] {
        sink.record(called("app/my-till", status));
    }
    sink.record(called("app/of-someone-else", 200));
    platform.analytics.flush().await;
    let usage = call(&ada, Method::GET, "/apps/my-till/usage").send().await.is(200).json();
    assert_eq!(usage["traffic"]["totals"]["requests"], 3);
    assert_eq!(usage["traffic"]["totals"]["by_fault"]["upstream"], 1);
    assert_eq!(usage["operations"][0]["key"], "getOrder");
    let calls = call(&ada, Method::GET, "/apps/my-till/calls").send().await.is(200);
    assert_eq!(calls.json()["items"].as_array().unwrap().len(), 3);
    assert!(!calls.text.contains("planted"), "what lies behind the gateway is not a developer's to see");
    let seen =
        platform.get("/api/v1/calls?caller=app/my-till&status=5xx").admin().send().await.is(200).json();
    assert_eq!(seen["items"][0]["cause"], "planted cause");
    let id = seen["items"][0]["id"].as_str().unwrap();
    platform.get(&format!("/api/v1/calls/{id}")).admin().send().await.is(200);
    platform.get("/api/v1/calls/nothing").admin().send().await.is(404);
    let top = platform.get("/api/v1/analytics/top?by=caller").admin().send().await.is(200).json();
    assert_eq!(top["items"][0]["key"], "app/my-till");

    let path = format!("/apps/my-till/keys/{}", issued["key_hash"].as_str().unwrap());
    call(&ada, Method::DELETE, &path).send().await.is(204);
    assert!(platform.control.snapshots().borrow().callers["app/my-till"].keys.is_empty());
    assert_eq!(platform.answers().matches(&key).count(), before, "the key was shown a second time");
    call(&ada, Method::DELETE, "/apps/my-till").send().await.is(204);
    call(&ada, Method::GET, "/apps/my-till").send().await.is(404);
    let answers = platform.answers();
    assert!(!answers.contains(PASSWORD) && !answers.contains("$argon2"));
    assert!(!answers.contains(ada.cookie.split_once('=').unwrap().1), "a session's secret was answered");
}

#[tokio::test]
async fn a_plan_that_asks_a_person_waits_for_one() {
    let platform = platform().await;
    let ada = platform.developer("ada@example.com").await;
    platform
        .post("/portal/api/v1/apps")
        .signed_in(&ada)
        .json(&json!({ "name": "till" }))
        .send()
        .await
        .is(201);
    let wish = json!({ "product": "shop", "plan": "gold", "reason": "we sell a lot" });
    let call = platform.post("/portal/api/v1/apps/till/subscriptions").signed_in(&ada).json(&wish);
    let pending = call.send().await.is(201).json();
    assert_eq!(pending["state"], "pending");
    let id = pending["id"].as_str().unwrap();
    assert!(platform.control.snapshots().borrow().callers["app/till"].entitlement("orders@v1").is_none());
    let decide = |approve: bool| {
        let decision = json!({ "approve": approve, "reason": "welcome" });
        platform.post(&format!("/api/v1/subscriptions/{id}/decision")).admin().json(&decision)
    };
    assert_eq!(decide(true).send().await.is(200).json()["state"], "active");
    assert!(platform.control.snapshots().borrow().callers["app/till"].entitlement("orders@v1").is_some());
    let app = platform.get("/portal/api/v1/apps/till").signed_in(&ada).send().await.is(200).json();
    assert_eq!(app["subscriptions"][0]["state"], "active");
    platform
        .delete(&format!("/portal/api/v1/apps/till/subscriptions/{id}"))
        .signed_in(&ada)
        .send()
        .await
        .is(204);
}

#[tokio::test]
async fn one_developer_does_not_see_the_apps_of_another() {
    let platform = platform().await;
    let ada = platform.developer("ada@example.com").await;
    let bob = platform.developer("bob@example.com").await;
    platform
        .post("/portal/api/v1/apps")
        .signed_in(&ada)
        .json(&json!({ "name": "till" }))
        .send()
        .await
        .is(201);
    let list = platform.get("/portal/api/v1/apps").signed_in(&bob).send().await.is(200).json();
    assert_eq!(list["total"], 0);
    for path in ["", "/usage", "/calls"] {
        platform.get(&format!("/portal/api/v1/apps/till{path}")).signed_in(&bob).send().await.is(404);
    }
    let path = "/portal/api/v1/apps/till";
    platform.put(path).signed_in(&bob).json(&json!({ "title": "mine" })).send().await.is(404);
    platform.post(&format!("{path}/keys")).signed_in(&bob).json(&json!({})).send().await.is(404);
    let wish = json!({ "product": "shop", "plan": "free" });
    platform.post(&format!("{path}/subscriptions")).signed_in(&bob).json(&wish).send().await.is(404);
    platform.delete(path).signed_in(&bob).send().await.is(404);
    platform.get(path).signed_in(&ada).send().await.is(200);
    platform
        .post("/portal/api/v1/account")
        .json(&json!({ "email": "ADA@example.com", "password": PASSWORD, "name": "x" }))
        .send()
        .await
        .is(409);
}
