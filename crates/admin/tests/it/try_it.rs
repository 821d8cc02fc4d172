//! Trying an operation from the portal, against a server in the gateway's place that shows what it got.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, body::Body, extract::Request, response::IntoResponse};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::platform::Platform;

type Seen = Arc<Mutex<Vec<Value>>>;

/// Answers with what it was asked; `/orders/v1/large` with eleven MiB, `/orders/v1/bytes` with no text.
async fn gateway() -> (SocketAddr, Seen) {
    let seen: Seen = Arc::default();
    let shown = Arc::clone(&seen);
    let answer = move |request: Request| {
        let shown = Arc::clone(&shown);
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let headers: Vec<String> =
                head.headers.iter().map(|(k, v)| format!("{k}: {}", v.to_str().unwrap())).collect();
            let asked = json!({
                "method": head.method.as_str(), "uri": head.uri.to_string(), "headers": headers,
                "body": String::from_utf8_lossy(&body),
            });
            shown.lock().unwrap().push(asked.clone());
            let body = match head.uri.path() {
                "/orders/v1/large" => Body::from(vec![b'x'; 11 << 20]),
                "/orders/v1/bytes" => Body::from(vec![0xff, 0xfe]),
                _ => Body::from(asked.to_string()),
            };
            ([("set-cookie", "a=b"), ("x-upstream", "yes"), ("content-type", "application/json")], body)
                .into_response()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(admin::serve(listener, Router::new().fallback(answer), std::future::pending()));
    (address, seen)
}

async fn platform() -> (Platform, Seen) {
    let (address, seen) = gateway().await;
    let platform = Platform::with(Some(address), |options| options).await;
    let api = |name: &str, more: Value| {
        let mut document = json!({
            "name": name, "version": "v1", "listen": { "path": format!("/{name}/v1") },
            "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        });
        document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        document
    };
    for document in [
        api("orders", json!({})),
        api("hidden", json!({ "visibility": "private" })),
        api("local", json!({ "policies": [{ "ip-restriction": { "allow": ["127.0.0.0/8"] } }] })),
    ] {
        platform.post("/api/v1/apis").admin().json(&document).send().await.is(201);
    }
    (platform, seen)
}

fn attempt(path: &str) -> Value {
    json!({ "api": "orders@v1", "method": "POST", "path": path, "headers": { "X-Api-Key": "planted-try-key" }, "body": "hi" })
}

#[tokio::test]
async fn a_try_reaches_the_gateway_below_the_base_path_of_its_api() {
    let (platform, seen) = platform().await;
    let mut call = attempt("/orders/1?q=%2e%2e");
    call["headers"]["Cookie"] = "pailou_portal=planted".into();
    call["headers"]["Connection"] = "close".into();
    call["headers"]["Host"] = "evil.example".into();
    let answer = platform.post("/portal/api/v1/try").json(&call).send().await.is(200).json();
    assert_eq!(answer["status"], 200);
    assert_eq!(answer["body_encoding"], "utf8");
    assert_eq!(answer["truncated"], false);
    assert!(answer["duration_ms"].as_f64().unwrap() > 0.0);
    let headers = answer["headers"].to_string();
    assert!(headers.contains("x-upstream") && !headers.contains("set-cookie"), "{headers}");
    let asked = seen.lock().unwrap().pop().unwrap();
    assert_eq!((&asked["method"], &asked["uri"]), (&"POST".into(), &"/orders/v1/orders/1?q=%2e%2e".into()));
    assert_eq!(asked["body"], "hi");
    let sent = asked["headers"].to_string();
    assert!(sent.contains("x-api-key: planted-try-key") && sent.contains("host: 127.0.0.1:8080"), "{sent}");
    assert!(!sent.contains("cookie") && !sent.contains("evil") && !sent.contains("connection"), "{sent}");
}

#[tokio::test]
async fn a_try_leads_nowhere_else() {
    let (platform, seen) = platform().await;
    let refused = async |change: &dyn Fn(&mut Value), status: u16| {
        let mut call = attempt("/orders");
        change(&mut call);
        platform.post("/portal/api/v1/try").json(&call).send().await.is(status);
    };
    for path in [
        "/../hidden",
        "/%2e%2e/x",
        "//evil.example/..",
        "http://evil.example/",
        "@evil.example",
        "/a\r\nx: y",
        "/a b",
    ] {
        refused(&|call| call["path"] = path.into(), 422).await;
    }
    refused(&|call| call["method"] = "CONNECT".into(), 422).await;
    refused(&|call| call["method"] = "GET / HTTP/1.1\r\n".into(), 422).await;
    refused(&|call| call["headers"] = json!({ "a b": "c" }), 422).await;
    refused(&|call| call["headers"] = json!({ "a": "b\r\nc: d" }), 422).await;
    refused(&|call| call["headers"] = json!({ "a": "b".repeat(20_000) }), 422).await;
    refused(&|call| call["api"] = "hidden@v1".into(), 404).await;
    refused(&|call| call["api"] = "nothing".into(), 404).await;
    refused(&|call| call["api"] = "local@v1".into(), 403).await;
    refused(&|call| call["body"] = "x".repeat((10 << 20) + 1).into(), 413).await;
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_long_answer_is_cut_and_bytes_are_encoded() {
    let (platform, _) = platform().await;
    let large = platform.post("/portal/api/v1/try").json(&attempt("/large")).send().await.is(200).json();
    assert_eq!(large["truncated"], true);
    assert_eq!(large["body"].as_str().unwrap().len(), 10 << 20);
    let bytes = platform.post("/portal/api/v1/try").json(&attempt("/bytes")).send().await.is(200).json();
    assert_eq!((&bytes["body"], &bytes["body_encoding"]), (&"//4=".into(), &"base64".into()));
}

#[tokio::test]
async fn one_address_has_so_many_tries() {
    let (address, _) = gateway().await;
    let platform = Platform::with(Some(address), |mut options| {
        options.tries_per_minute = 2;
        options
    })
    .await;
    for _ in 0..2 {
        platform.post("/portal/api/v1/try").json(&attempt("/")).send().await.is(404);
    }
    let answer = platform.post("/portal/api/v1/try").json(&attempt("/")).send().await.is(429);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 60);
    answer.problem("rate-limited");
}

#[tokio::test]
async fn without_a_gateway_a_try_says_so() {
    let platform = Platform::start().await;
    platform.post("/portal/api/v1/try").json(&attempt("/")).send().await.is(503).problem("no-upstream");
}
