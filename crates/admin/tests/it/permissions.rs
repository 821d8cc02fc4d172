//! Every endpoint answers every kind of caller as its line in the table says.

use http::Method;
use serde_json::{Value, json};

use crate::platform::{ADMIN_TOKEN, Platform};

const CALLERS: [&str; 6] =
    ["nobody", "bearer", "administrator", "developer", "developer with the console's cookie", "wrong bearer"];

/// What an endpoint of a permission answers a caller before it does anything: 401, 403, or anything else (0).
fn expected(permission: &str, console: bool, caller: &str) -> u16 {
    match (permission, caller) {
        ("public", _) => 0,
        // The administrator's token is not one of a gateway.
        ("gateway", _) => 401,
        (_, "nobody" | "wrong bearer") => 401,
        ("admin", "bearer" | "administrator") => 0,
        // Its cookie is not read here.
        ("admin", "developer") => 401,
        ("admin", _) => 403,
        ("developer", "developer") => 0,
        ("developer", _) if !console => 401,
        _ => panic!("{permission} {caller}"),
    }
}

#[tokio::test]
async fn every_endpoint_lets_in_whom_it_says_and_nobody_else() {
    let platform = Platform::start().await;
    let administrator = platform.administrator().await;
    let developer = platform.developer("ada@example.com").await;
    let secret = developer.cookie.split_once('=').unwrap().1;
    let disguised =
        crate::platform::Session { cookie: format!("pailou_session={secret}"), csrf: developer.csrf.clone() };
    let mut checked = 0;
    for prefix in ["/api/v1", "/portal/api/v1"] {
        let document = platform.get(&format!("{prefix}/openapi.json")).send().await.is(200).json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let path =
                path.replace(['{', '}'], "").replace("key_hash", &format!("sha256:{}", "0".repeat(64)));
            for (method, operation) in item.as_object().unwrap() {
                let permission = operation["x-permission"].as_str().unwrap();
                assert!(["public", "developer", "admin", "gateway"].contains(&permission), "{method} {path}");
                for caller in CALLERS {
                    // Signing out is the last thing a session does.
                    if operation["operationId"] == "deleteSession"
                        && expected(permission, true, "nobody") == 0
                    {
                        continue;
                    }
                    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    let call = platform.call(method.clone(), &path);
                    let call = match caller {
                        "bearer" => call.header("authorization", &format!("Bearer {ADMIN_TOKEN}")),
                        "wrong bearer" => call.header("authorization", "Bearer planted-admin-token-31415927"),
                        "administrator" => call.signed_in(&administrator),
                        "developer" => call.signed_in(&developer),
                        "developer with the console's cookie" => call.signed_in(&disguised),
                        _ => call,
                    };
                    let is_sign_out = operation["operationId"] == "deleteSession";
                    let expected = expected(permission, prefix == "/api/v1", caller);
                    if is_sign_out && expected == 0 {
                        continue;
                    }
                    // An empty body is refused by what reads one, after the permission was checked.
                    let answer = call.body("application/json", "").send().await;
                    let refused =
                        matches!(answer.status, 401 | 403).then_some(answer.status).unwrap_or_default();
                    let sign_in = operation["operationId"] == "createSession" && answer.status == 401;
                    assert!(
                        refused == expected || sign_in,
                        "{method} {path} ({permission}) answered {caller} {}: {}",
                        answer.status,
                        answer.text
                    );
                    assert_ne!(answer.status, 500, "{method} {path}: {}", answer.text);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 500, "only {checked} checks");
}

#[tokio::test]
async fn the_openapi_documents_say_which_problems_follow_from_the_permission() {
    let platform = Platform::start().await;
    let document: Value = platform.get("/api/v1/openapi.json").send().await.is(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let closed = operation["x-permission"] != "public";
            assert_eq!(operation["responses"].get("403").is_some(), closed, "{operation}");
        }
    }
}

#[tokio::test]
async fn a_gateway_is_told_what_it_runs_by_a_token_of_its_own_that_opens_nothing_else() {
    let platform = Platform::with(None, |mut options| {
        options.gateway_token = Some(admin::GatewayToken::new("a-secret-of-all-gateways"));
        options
    })
    .await;
    let bearer = "Bearer a-secret-of-all-gateways";
    let first = platform.get("/api/v1/snapshot").header("authorization", bearer).send().await.is(200);
    let before = first.json()["number"].as_u64().unwrap();
    let etag = first.header("etag").to_owned();
    let again = platform.get("/api/v1/snapshot").header("authorization", bearer);
    again.header("if-none-match", &etag).send().await.is(304);
    let consumer = json!({ "kind": "consumer", "name": "ada", "credentials": [{ "key": "ada-secret-key" }] });
    platform.post("/api/v1/consumers").admin().json(&consumer).send().await.is(201);
    let again = platform.get("/api/v1/snapshot").header("authorization", bearer);
    let next = again.header("if-none-match", &etag).send().await.is(200);
    assert!(next.json()["number"].as_u64().unwrap() > before);
    assert!(next.json()["callers"]["consumer/ada"].is_object());
    assert!(!next.text.contains("ada-secret-key"));
    for wrong in ["Bearer another-secret-of-gateways", "Bearer ", "Basic YTpi"] {
        platform.get("/api/v1/snapshot").header("authorization", wrong).send().await.is(401);
    }
    platform.get("/api/v1/system").header("authorization", bearer).send().await.is(401);
}
