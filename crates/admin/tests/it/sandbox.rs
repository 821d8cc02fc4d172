//! Sandboxes of apps: mocks of what they may not call yet.

use http::Method;
use serde_json::{Value, json};

use crate::platform::Platform;

async fn platform() -> Platform {
    let platform = Platform::start().await;
    let order = json!({ "type": "object", "required": ["product"], "properties": { "id": { "type": "string" }, "product": { "type": "string" } } });
    let body = |schema: &Value| json!({ "application/json": { "schema": schema } });
    let contract = json!({ "openapi": "3.1.0", "info": { "title": "Orders", "version": "1" }, "paths": {
        "/orders": {
            "get": { "operationId": "listOrders", "responses": { "200": { "description": "all", "content": body(&json!({ "type": "array", "items": order })) } } },
            "post": { "operationId": "createOrder", "requestBody": { "required": true, "content": body(&order) }, "responses": { "201": { "description": "made", "content": body(&order) } } },
        },
        "/orders/{id}": { "get": { "operationId": "getOrder", "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": { "description": "one", "content": body(&order) }, "404": { "description": "none" } } } },
    } });
    let api = |name: &str, visibility: &str| {
        json!({
            "name": name, "version": "v1", "visibility": visibility, "listen": { "path": format!("/{name}") }, "contract": contract,
            "upstream": { "endpoints": ["http://127.0.0.1:9"] }, "policies": [{ "key-auth": { "headers": ["x-shop-key"] } }],
        })
    };
    for (name, visibility) in [("orders", "public"), ("hidden", "private")] {
        platform.post("/api/v1/apis").admin().json(&api(name, visibility)).send().await.is(201);
    }
    platform
}

#[tokio::test]
async fn an_app_tries_an_api_before_it_may_call_it_and_sees_what_it_created_alone() {
    let platform = platform().await;
    let ada = platform.developer("ada@example.com").await;
    let bob = platform.developer("bob@example.com").await;
    let mut keys = Vec::new();
    for (session, name) in [(&ada, "one"), (&bob, "two")] {
        platform
            .post("/portal/api/v1/apps")
            .signed_in(session)
            .json(&json!({ "name": name }))
            .send()
            .await
            .is(201);
        let issued =
            platform.post(&format!("/portal/api/v1/apps/{name}/keys")).signed_in(session).json(&json!({}));
        keys.push(issued.send().await.is(201).json()["key"].as_str().unwrap().to_owned());
    }
    let listed = platform.get("/portal/api/v1/apps/one/sandbox").signed_in(&ada).send().await.is(200).json();
    let told = &listed["items"][0];
    assert_eq!(
        (&told["api"], &told["key_header"], &listed["items"][1]),
        (&json!("orders@v1"), &json!("x-shop-key"), &Value::Null)
    );
    let base = told["base_url"].as_str().unwrap();
    let base = &base[base.find("/sandbox/").unwrap()..];
    platform.get("/portal/api/v1/apps/one/sandbox").signed_in(&bob).send().await.is(404);

    let call = |method: Method, path: &str, key: &str| {
        let call = platform.call(method, &format!("{base}{path}"));
        call.header("x-shop-key", key)
    };
    platform.get(&format!("{base}/orders")).send().await.is(401).problem("unauthenticated");
    call(Method::GET, "/orders", "plk_nobodys").send().await.is(401);
    let pencil = json!({ "product": "pencil" });
    let made = call(Method::POST, "/orders", &keys[0]).json(&pencil).send().await.is(201);
    assert_eq!(made.header("access-control-allow-origin"), "*");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    call(Method::GET, &format!("/orders/{id}"), &keys[0]).send().await.is(200);
    call(Method::GET, &format!("/orders/{id}"), &keys[1]).send().await.is(404);
    call(Method::POST, "/orders", &keys[0]).json(&json!({})).send().await.is(422);
    call(Method::GET, "/nothing", &keys[0]).send().await.is(404);
    for gone in [
        "/sandbox/default/hidden@v1/orders",
        "/sandbox/acme/orders@v1/orders",
        "/sandbox/default/none/orders",
    ] {
        platform.get(gone).header("x-shop-key", &keys[0]).send().await.is(404);
    }

    // In the portal it is the same sandbox, without a key.
    let attempt = json!({ "api": "orders@v1", "method": "GET", "path": "/orders" });
    let tried = platform.post("/portal/api/v1/apps/one/sandbox/try").signed_in(&ada).json(&attempt);
    let tried = tried.send().await.is(200).json();
    assert!(tried["body"].as_str().unwrap().contains("pencil"), "{tried}");
    platform.post("/portal/api/v1/apps/one/sandbox/try").signed_in(&bob).json(&attempt).send().await.is(404);
    platform
        .post("/portal/api/v1/apps/one/sandbox/reset")
        .signed_in(&bob)
        .json(&json!({}))
        .send()
        .await
        .is(404);

    platform
        .post("/portal/api/v1/apps/one/sandbox/reset")
        .signed_in(&ada)
        .json(&json!({}))
        .send()
        .await
        .is(204);
    call(Method::GET, &format!("/orders/{id}"), &keys[0]).send().await.is(404);
    assert_eq!(platform.answers().matches(&keys[0]).count(), 1, "a key is shown once");
}
