//! What is malformed, too large or meant for someone else is refused with its reason.

use serde_json::json;

use crate::platform::Platform;

#[tokio::test]
async fn malformed_json_is_answered_with_its_line() {
    let platform = Platform::start().await;
    for path in ["/api/v1/consumers", "/api/v1/plan", "/portal/api/v1/session"] {
        let call = platform.post(path).admin().body("application/json", "{\n  \"name\": ,\n}");
        let problem = call.send().await.is(400).problem("bad-request").json();
        assert_eq!(problem["line"], 2, "{path}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains("line 2"), "{problem}");
    }
    let call = platform.post("/portal/api/v1/session").body("application/json", "{} {}");
    call.send().await.is(400).problem("bad-request");
    let call =
        platform.post("/api/v1/consumers").admin().body("application/json", &b"{\"name\": \"\xff\"}"[..]);
    call.send().await.is(400).problem("bad-request");
}

#[tokio::test]
async fn a_path_says_what_is_wrong_with_a_name_in_it() {
    let platform = Platform::start().await;
    let role = json!({ "permissions": ["audit:read"] });
    let named = platform.put("/api/v1/roles/Big_Auditor").admin().json(&role).send().await.is(400);
    let told = named.problem("bad-request").json();
    assert!(told["detail"].as_str().unwrap().starts_with("`Big_Auditor` is not a name"), "{told}");
    let torn = platform.put("/api/v1/roles/%ff").admin().json(&role).send().await.is(400);
    assert!(torn.problem("bad-request").text.contains("percent-encoded"));
}

#[tokio::test]
async fn an_unknown_field_is_named_with_its_place() {
    let platform = Platform::start().await;
    let text = "{\n  \"name\": \"orders\",\n  \"listen\": { \"path\": \"/o\" },\n  \"polices\": []\n}";
    let answer = platform.post("/api/v1/apis").admin().body("application/json", text).send().await.is(422);
    let finding = &answer.problem("invalid").json()["findings"][0];
    assert_eq!(finding["field"], "polices");
    assert_eq!(finding["place"]["line"], 4);
    assert!(finding["message"].as_str().unwrap().contains("`policies`"), "{finding}");
    let sign_in = platform.post("/api/v1/session").json(&json!({ "tokn": "x" })).send().await.is(422);
    assert!(sign_in.problem("invalid").text.contains("tokn"));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_document_is_told_at_once_and_a_body_is_told_by_its_fields() {
    let platform = Platform::start().await;
    let text = "{\n  \"name\": \"orders\",\n  \"listen\": { \"pth\": \"/o\" },\n  \"polices\": []\n}";
    let answer = platform.post("/api/v1/apis").admin().body("application/json", text).send().await.is(422);
    let findings = answer.problem("invalid").json()["findings"].clone();
    let places: Vec<(&str, u64)> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| Some((one["field"].as_str()?, one["place"]["line"].as_u64()?)))
        .collect();
    assert_eq!(places[..2], [("listen.pth", 3), ("polices", 4)], "{findings}");
    let block = platform.post("/api/v1/blocks").admin().json(&json!({ "consumer": "ada", "for": "2x" }));
    let told = block.send().await.is(422).problem("invalid").json();
    let message = told["findings"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("`2x` is not a duration") && !message.contains("at line"), "{told}");
}

#[tokio::test]
async fn a_document_twice_a_key_or_of_another_kind_or_name_is_refused() {
    let platform = Platform::start().await;
    let twice =
        platform.post("/api/v1/consumers").admin().body("application/json", r#"{"name":"a","name":"b"}"#);
    twice.send().await.is(400).problem("bad-request");
    let other = platform.post("/api/v1/consumers").admin().json(&json!({ "kind": "plan", "name": "a" }));
    assert_eq!(other.send().await.is(422).problem("invalid").json()["findings"][0]["field"], "kind");
    let renamed = platform.put("/api/v1/consumers/a").admin().json(&json!({ "name": "b" }));
    assert_eq!(renamed.send().await.is(422).problem("invalid").json()["findings"][0]["field"], "name");
    let several =
        platform.post("/api/v1/consumers").admin().body("application/yaml", "name: a\n---\nname: b\n");
    several.send().await.is(400).problem("bad-request");
    let yaml = platform.post("/api/v1/consumers").admin().body("application/yaml", "name: ann\n");
    yaml.send().await.is(201);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let platform = Platform::start().await;
    let large = format!("{{\"name\": \"{}\"}}", "a".repeat(1 << 20));
    let call = platform.post("/api/v1/consumers").admin().body("application/json", large);
    call.send().await.is(413).problem("content-too-large");
    let bundle = json!({ "files": [{ "path": "note.txt", "text": "x".repeat(2 << 20) }] });
    platform.post("/api/v1/validate").admin().json(&bundle).send().await.is(200);
    let bundle = format!("{{\"files\": [{{\"path\": \"n.txt\", \"text\": \"{}\"}}]}}", "x".repeat(64 << 20));
    let call = platform.post("/api/v1/validate").admin().body("application/json", bundle);
    call.send().await.is(413).problem("content-too-large");
}

#[tokio::test]
async fn a_body_that_says_it_is_something_else_is_not_read() {
    let platform = Platform::start().await;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ] {
        let call = platform.post("/api/v1/consumers").admin().body(media_type, r#"{"name":"a"}"#);
        call.send().await.is(415).problem("unsupported-media-type");
    }
    let mut call = platform.post("/api/v1/consumers").admin().body("application/json", r#"{"name":"a"}"#);
    call.request.headers_mut().remove("content-type");
    call.send().await.is(415);
    let call =
        platform.post("/api/v1/consumers").admin().body("Application/JSON; charset=utf-8", r#"{"name":"a"}"#);
    call.send().await.is(201);
    // Bundles and forms are JSON only.
    platform.post("/api/v1/plan").admin().body("application/yaml", "files: []").send().await.is(415);
}

#[tokio::test]
async fn deeply_nested_bodies_are_refused_and_do_not_overflow_the_stack() {
    let platform = Platform::start().await;
    for nested in [format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)), "{\"a\":".repeat(100_000)] {
        let call = platform.post("/api/v1/consumers").admin().body("application/json", nested.clone());
        assert!(matches!(call.send().await.status, 400 | 422));
        let call = platform.post("/api/v1/plan").admin().body("application/json", nested.clone());
        assert!(matches!(call.send().await.status, 400 | 422));
        let call = platform.post("/api/v1/consumers").admin().body("application/yaml", nested);
        assert!(matches!(call.send().await.status, 400 | 422));
    }
}

#[tokio::test]
async fn a_malformed_authorization_is_refused() {
    let platform = Platform::start().await;
    for value in ["Basic YWRtaW46eA==", "Bearer", "Bearer ", "planted-admin-token-31415926", ""] {
        let answer = platform.get("/api/v1/system").header("authorization", value).send().await.is(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"pailou\"");
        answer.problem("unauthenticated");
    }
}
