//! Resources of every kind: create, read, change with a precondition, list, delete.

use serde_json::{Value, json};

use crate::platform::Platform;

fn orders() -> Value {
    json!({
        "kind": "api", "name": "orders", "version": "v1",
        "listen": { "path": "/orders/v1" },
        "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        "policies": [{ "key-auth": {} }],
    })
}

/// A document of every kind, in an order in which each refers only to earlier ones.
fn one_of_each() -> [(&'static str, Value); 9] {
    [
        ("gateways", json!({ "name": "default" })),
        ("upstreams", json!({ "name": "orders", "endpoints": ["http://127.0.0.1:9001"] })),
        ("apis", orders()),
        ("routes", json!({ "name": "health", "match": { "path": "/health" }, "upstream": "orders" })),
        ("consumers", json!({ "name": "ada", "credentials": [{ "key": "planted-consumer-key" }] })),
        (
            "plans",
            json!({ "name": "free", "policies": [{ "rate-limit": { "limit": 100, "window": "1m" } }] }),
        ),
        ("products", json!({ "name": "shop", "apis": ["orders"], "plans": ["free"] })),
        ("apps", json!({ "name": "till", "owner": "ada@example.com" })),
        ("subscriptions", json!({ "name": "till-shop", "app": "till", "product": "shop", "plan": "free" })),
    ]
}

fn id_of(document: &Value) -> String {
    let name = document["name"].as_str().unwrap();
    document["version"].as_str().map_or_else(|| name.to_owned(), |version| format!("{name}@{version}"))
}

#[tokio::test]
async fn every_kind_is_created_read_listed_replaced_and_deleted() {
    let platform = Platform::start().await;
    for (plural, document) in one_of_each() {
        let id = id_of(&document);
        let answer = platform.post(&format!("/api/v1/{plural}")).admin().json(&document).send().await.is(201);
        assert_eq!(answer.header("location"), format!("/api/v1/{plural}/{id}"));
        let etag = answer.header("etag").to_owned();
        let read = platform.get(&format!("/api/v1/{plural}/{id}")).admin().send().await.is(200);
        assert_eq!(read.header("etag"), etag);
        let body = read.json();
        assert_eq!(body["name"], document["name"]);
        assert!(body["kind"].is_string());
        let list = platform.get(&format!("/api/v1/{plural}")).admin().send().await.is(200).json();
        assert_eq!(list["total"], 1, "{plural}: {list}");
        assert_eq!(list["items"][0]["document"], body);
        assert_eq!(list["items"][0]["origin"], "api");
        // What was read can be written back as it is.
        let put = platform.put(&format!("/api/v1/{plural}/{id}")).admin().header("if-match", &etag);
        put.json(&body).send().await.is(200);
        platform
            .post(&format!("/api/v1/{plural}"))
            .admin()
            .json(&document)
            .send()
            .await
            .is(409)
            .problem("conflict");
        let revisions =
            platform.get(&format!("/api/v1/{plural}/{id}/revisions")).admin().send().await.is(200).json();
        assert!(!revisions["items"].as_array().unwrap().is_empty(), "{plural}");
    }
    for (plural, document) in one_of_each().iter().rev() {
        let path = format!("/api/v1/{plural}/{}", id_of(document));
        platform.delete(&path).admin().send().await.is(204);
        platform.get(&path).admin().send().await.is(404).problem("not-found");
    }
    assert!(!platform.answers().contains("planted"), "a key was answered");
}

#[tokio::test]
async fn of_two_writers_the_second_learns_that_it_is_late() {
    let platform = Platform::start().await;
    let path = "/api/v1/apis/orders@v1";
    let created =
        platform.put(path).admin().header("if-none-match", "*").json(&orders()).send().await.is(201);
    let etag = created.header("etag").to_owned();
    let change = |title: &str, etag: &str| {
        let mut document = orders();
        document["title"] = title.into();
        platform.put(path).admin().header("if-match", etag).json(&document)
    };
    let second = change("One", &etag).send().await.is(200).header("etag").to_owned();
    assert_ne!(second, etag);
    change("Two", &etag).send().await.is(412).problem("precondition-failed");
    platform.delete(path).admin().header("if-match", &etag).send().await.is(412);
    platform.put(path).admin().header("if-none-match", "*").json(&orders()).send().await.is(412);
    assert_eq!(platform.get(path).admin().send().await.is(200).json()["title"], "One");
    platform.get(path).admin().header("if-none-match", &second).send().await.is(304);
    platform.put(path).admin().header("if-match", "\"x\"").json(&orders()).send().await.is(400);
    platform.delete(path).admin().header("if-match", &second).send().await.is(204);
}

#[tokio::test]
async fn many_writers_with_one_etag_leave_one_change() {
    let platform = Platform::start().await;
    let created = platform.post("/api/v1/apis").admin().json(&orders()).send().await.is(201);
    let etag = created.header("etag").to_owned();
    let calls: Vec<_> = (0..10)
        .map(|n| {
            let mut document = orders();
            document["title"] = format!("Writer {n}").into();
            let call = platform.put("/api/v1/apis/orders@v1").admin().header("if-match", &etag);
            tokio::spawn(call.json(&document).send())
        })
        .collect();
    let mut won = 0;
    for call in calls {
        let status = call.await.unwrap().status;
        assert!(matches!(status, 200 | 412), "{status}");
        won += u32::from(status == 200);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_list_comes_in_parts_and_can_be_searched() {
    let platform = Platform::start().await;
    for n in 0..7 {
        let consumer =
            json!({ "name": format!("c{n}"), "title": if n == 3 { "The Third" } else { "Other" } });
        platform.post("/api/v1/consumers").admin().json(&consumer).send().await.is(201);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let list =
            platform.get(&format!("/api/v1/consumers?limit=3{after}")).admin().send().await.is(200).json();
        assert_eq!(list["total"], 7);
        let items = list["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|item| item["document"]["name"].as_str().unwrap().to_owned()));
        let Some(next) = list["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    let found = platform.get("/api/v1/consumers?q=the%20THIRD").admin().send().await.is(200).json();
    assert_eq!(found["total"], 1);
    for bad in ["limit=0", "limit=1001", "limit=x", "limt=3", "limit=-1"] {
        platform.get(&format!("/api/v1/consumers?{bad}")).admin().send().await.is(400).problem("bad-request");
    }
}

#[tokio::test]
async fn keys_are_shown_once_and_can_be_taken_back() {
    let platform = Platform::start().await;
    platform.post("/api/v1/consumers").admin().json(&json!({ "name": "ada" })).send().await.is(201);
    let issued =
        platform.post("/api/v1/consumers/ada/keys").admin().json(&json!({})).send().await.is(201).json();
    let key = issued["key"].as_str().unwrap();
    assert!(key.starts_with("plk_"));
    assert_eq!(issued["hint"], key[..8]);
    let consumer = platform.get("/api/v1/consumers/ada").admin().send().await.is(200);
    assert!(!consumer.text.contains(key));
    assert_eq!(consumer.json()["credentials"][0]["key_hash"], issued["key_hash"]);
    let path = format!("/api/v1/consumers/ada/keys/{}", issued["key_hash"].as_str().unwrap());
    platform.delete(&path).admin().send().await.is(204);
    platform.delete(&path).admin().send().await.is(404);
    platform.delete("/api/v1/consumers/ada/keys/x").admin().send().await.is(400);
    let audit = platform.get("/api/v1/audit?kind=consumer&id=ada").admin().send().await.is(200);
    assert!(!audit.text.contains(key));
    assert!(audit.json()["items"].as_array().unwrap().len() >= 3);
    let verdict = platform.post("/api/v1/audit/verify").admin().send().await.is(200).json();
    assert_eq!(verdict["intact"], true);
}

#[tokio::test]
async fn the_effective_policies_of_an_operation_say_where_they_come_from() {
    let platform = Platform::start().await;
    let cors = json!({ "name": "default", "policies": [{ "cors": { "origins": ["https://a.example"] } }] });
    platform.put("/api/v1/gateways/default").admin().json(&cors).send().await;
    platform.post("/api/v1/apis").admin().json(&orders()).send().await.is(201);
    let list = platform.get("/api/v1/apis/orders@v1/operations").admin().send().await.is(200).json();
    let policies = list["items"][0]["policies"].as_array().unwrap();
    let of = |name: &str| {
        policies.iter().find(|policy| policy["policy"] == name).map(|policy| policy["from"].clone())
    };
    assert_eq!(of("cors"), Some("gateway".into()), "{list}");
    assert_eq!(of("key-auth"), Some("api".into()), "{list}");
    platform.get("/api/v1/apis/nothing/operations").admin().send().await.is(404);
    platform.get("/api/v1/apis/orders@v1/contract").admin().send().await.is(404);
}

#[tokio::test]
async fn the_policies_of_the_build_are_listed_with_their_schemas() {
    let platform = Platform::start().await;
    let list = platform.get("/api/v1/policies").admin().send().await.is(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), policies::CATALOG.0.len());
    for item in items {
        assert!(
            item["schema"]["properties"].is_object()
                // One that has nothing to set.
                || item["schema"]["additionalProperties"] == false
                || item["schema"]["anyOf"].is_array()
                || item["schema"]["oneOf"].is_array(),
            "{item}"
        );
        assert!(item["title"].as_str().unwrap().ends_with('.'), "{item}");
    }
}

#[tokio::test]
async fn a_split_is_changed_by_one_call() {
    let platform = Platform::start().await;
    let to = |port: u16| json!({ "endpoints": [format!("http://127.0.0.1:{port}")] });
    let branch = json!({ "name": "canary", "upstream": to(9002), "weight": 5 });
    let route = json!({
        "name": "shop", "match": { "path": "/shop" }, "upstream": to(9001), "split": { "branches": [branch] },
    });
    platform.post("/api/v1/routes").admin().json(&route).send().await.is(201);
    let change = |body: Value| platform.post("/api/v1/routes/shop/split").admin().json(&body).send();
    change(json!({ "branch": "canary", "action": "weight" })).await.is(422);
    change(json!({ "branch": "canary", "action": "promote", "weight": 5 })).await.is(422);
    change(json!({ "branch": "canary", "action": "weight", "weight": 500 })).await.is(422);
    change(json!({ "branch": "none", "action": "abort" })).await.is(409);
    let weighed =
        change(json!({ "branch": "canary", "action": "weight", "weight": 25 })).await.is(200).json();
    assert_eq!(weighed["split"]["branches"][0]["weight"], 25.0);
    let promoted = change(json!({ "branch": "canary", "action": "promote" })).await.is(200).json();
    assert_eq!(promoted["upstream"]["endpoints"][0]["url"], "http://127.0.0.1:9002");
    assert!(promoted.get("split").is_none(), "{promoted}");
}
