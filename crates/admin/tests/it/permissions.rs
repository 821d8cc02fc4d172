//! Every endpoint answers every kind of caller as its line in the table says.

use http::Method;
use serde_json::{Value, json};

use crate::platform::{ADMIN_TOKEN, Platform, Session};

/// What each role reads and writes, written out: not taken from the code that is tested.
const ROLES: [(&str, &str, &str); 6] = [
    ("viewer", SEEN, ""),
    ("developer", "calls secrets tokens", "apis splits routes cache reviews configuration tokens"),
    ("api-owner", "calls tokens", "reviews configuration tokens apis splits"),
    (
        "operator",
        "calls secrets audit tokens workspaces",
        "splits routes consumers keys products apps gateways cache blocks emergencies secrets configuration tokens workspaces system",
    ),
    (
        "security",
        "calls secrets audit forensics people tokens",
        "consumers keys blocks secrets standards reviews tokens",
    ),
    ("admin", "*", "*"),
];
const SEEN: &str = "apis splits routes consumers products apps gateways cache blocks standards reviews emergencies configuration analytics system";

/// Whether somebody of a role may, by the table above. `auditor` is a role of the test's own.
fn may(role: &str, permission: &str) -> bool {
    if role == "auditor" {
        return permission == "audit:read";
    }
    let (area, verb) = permission.split_once(':').unwrap();
    let (_, reads, writes) = ROLES.iter().find(|(name, ..)| *name == role).unwrap();
    let has = |list: &str| list == "*" || list.split(' ').any(|word| word == area);
    if verb == "read" { has(SEEN) || has(reads) } else { has(writes) }
}

/// What an endpoint answers a caller before it does anything: 401, 403, or anything else (0).
fn expected(permission: &str, console: bool, caller: &str) -> u16 {
    match (permission, caller) {
        ("public", _) => 0,
        // The administrator's token is not one of a gateway.
        ("gateway", _) => 401,
        (_, "nobody" | "wrong bearer") => 401,
        // The portal knows neither bearers nor the console's cookie.
        ("developer", "developer") => 0,
        ("developer", _) => 401,
        // The portal's cookie is not read here.
        (_, "developer") => 401,
        (_, "developer with the console's cookie") => 403,
        (_, "bearer" | "administrator") => 0,
        ("member", _) => 0,
        (permission, caller) => {
            assert!(console);
            let role = caller.split_once(' ').unwrap().1;
            if may(role, permission) { 0 } else { 403 }
        }
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
    let auditor = json!({ "description": "Reads the audit log.", "permissions": ["audit:read"] });
    platform.put("/api/v1/roles/auditor").admin().json(&auditor).send().await.is(200);

    enum Proof {
        None,
        Bearer(String),
        Cookie(Session),
    }
    let mut callers = vec![
        ("nobody".to_owned(), Proof::None),
        ("wrong bearer".to_owned(), Proof::Bearer("planted-admin-token-31415927".into())),
        ("bearer".to_owned(), Proof::Bearer(ADMIN_TOKEN.into())),
        ("administrator".to_owned(), Proof::Cookie(administrator)),
        ("developer".to_owned(), Proof::Cookie(developer)),
        ("developer with the console's cookie".to_owned(), Proof::Cookie(disguised)),
    ];
    for role in ROLES.iter().map(|(name, ..)| *name).chain(["auditor"]) {
        let member = platform.member(&format!("{role}@example.com"), "*", role).await;
        callers.push((format!("member {role}"), Proof::Cookie(member)));
        callers.push((format!("token {role}"), Proof::Bearer(platform.token(role, "*", role).await)));
    }
    let mut checked = 0;
    for prefix in ["/api/v1", "/portal/api/v1"] {
        let document = platform.get(&format!("{prefix}/openapi.json")).send().await.is(200).json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let path =
                path.replace(['{', '}'], "").replace("key_hash", &format!("sha256:{}", "0".repeat(64)));
            for (method, operation) in item.as_object().unwrap() {
                let permission = operation["x-permission"].as_str().unwrap();
                for (caller, proof) in &callers {
                    let expected = expected(permission, prefix == "/api/v1", caller);
                    // Signing out is the last thing a session does.
                    if operation["operationId"] == "deleteSession" && expected == 0 {
                        continue;
                    }
                    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                    let call = platform.call(method.clone(), &path);
                    let call = match proof {
                        Proof::None => call,
                        Proof::Bearer(token) => call.header("authorization", &format!("Bearer {token}")),
                        Proof::Cookie(session) => call.signed_in(session),
                    };
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
    assert!(checked > 2_000, "only {checked} checks");
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
