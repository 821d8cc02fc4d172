//! Callers that another service knows: introspection and forwarded questions, through a whole gateway.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{Request, Response};
use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Setup, Upstream};

/// A service that answers as it is told, and keeps what it was asked.
#[derive(Clone, Default)]
struct Service {
    answer: Arc<Mutex<Option<Response<bytes::Bytes>>>>,
    asked: Arc<AtomicUsize>,
    last: Arc<Mutex<Option<Request<bytes::Bytes>>>>,
}

impl Service {
    fn answers(&self, status: u16, headers: &[(&str, &str)], body: &str) {
        let response = headers
            .iter()
            .fold(Response::builder().status(status), |r, (name, value)| r.header(*name, *value));
        *self.answer.lock().unwrap() = Some(response.body(body.to_owned().into()).unwrap());
    }

    fn says(&self, body: Value) {
        self.answers(200, &[("content-type", "application/json")], &body.to_string());
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    fn gateway(&self, policy: &str) -> Gateway {
        let service = self.clone();
        let upstream = Upstream::script(move |request| {
            service.asked.fetch_add(1, SeqCst);
            *service.last.lock().unwrap() = Some(request);
            service.answer.lock().unwrap().clone().unwrap()
        });
        let setup = Setup::new(CATALOG).upstream("auth", upstream).api("orders", "/", "echo", policy);
        setup.consumer("ada", "ada-key-0123456789", "").start()
    }
}

fn caller(gateway: &Gateway) -> Option<String> {
    gateway.events().pop().unwrap().caller.map(|caller| caller.to_string())
}

const INTROSPECT: &str = "oauth2-introspection: { endpoint: 'http://auth/introspect', client_id: 'gate:way', client_secret: 's3 cret', \
                          audience: orders, forward_claims: { x-user: sub } }";

#[tokio::test(start_paused = true)]
async fn an_active_token_is_asked_about_once_and_again_when_the_answer_is_old() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let service = Service::default();
    let active = json!({ "active": true, "sub": "ada", "aud": "orders", "scope": "read", "exp": now + 100 });
    service.says(active.clone());
    let gateway = service.gateway(INTROSPECT);
    let get = || gateway.get("/").with("authorization", "Bearer 2YotnFZFEjr1zCsicMWpAA");
    for _ in 0..3 {
        assert_eq!(get().await.is(200).received("x-user").as_deref(), Some("ada"));
    }
    assert_eq!((service.asked(), caller(&gateway).as_deref()), (1, Some("consumer/ada")));
    let question = service.last.lock().unwrap().take().unwrap();
    assert_eq!(question.body(), "token=2YotnFZFEjr1zCsicMWpAA&token_type_hint=access_token");
    assert_eq!(question.headers()["authorization"], "Basic Z2F0ZSUzQXdheTpzMyUyMGNyZXQ=");

    service.says(json!({ "active": false }));
    get().await.is(200);
    gateway.advance(Duration::from_secs(61)).await;
    let refused = get().await.is(401);
    assert_eq!(
        refused.value("www-authenticate").unwrap(),
        "Bearer realm=\"pailou\", error=\"invalid_token\""
    );
    get().await.is(401);
    assert_eq!(service.asked(), 2, "a refusal is remembered for a while too");
    service.says(active);
    gateway.advance(Duration::from_secs(11)).await;
    get().await.is(200);
    gateway.advance(Duration::from_secs(30)).await;
    get().await.is(401);
    assert_eq!(service.asked(), 3, "what was remembered ends with the token");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_none_lets_nobody_in() {
    let service = Service::default();
    let gateway = service.gateway(INTROSPECT);
    let get = |n: usize| gateway.get("/").with("authorization", &format!("Bearer token{n}"));
    for (n, (status, body, expected)) in [
        (200, r#"{"active":"true","aud":"orders"}"#, 503),
        (200, r#"{"active":1,"aud":"orders"}"#, 503),
        (200, r#"{"active":false,"active":true,"aud":"orders"}"#, 503),
        (200, "{}", 503),
        (200, "true", 503),
        (200, "", 503),
        (401, r#"{"active":true,"aud":"orders"}"#, 503),
        (500, "", 503),
        (200, r#"{"active":true}"#, 401),
        (200, r#"{"active":true,"aud":"bills"}"#, 401),
        (200, r#"{"active":true,"aud":"orders","exp":1}"#, 401),
        (200, r#"{"active":true,"aud":"orders","exp":"soon"}"#, 401),
        (200, r#"{"active":true,"aud":"orders"}"#, 200),
    ]
    .into_iter()
    .enumerate()
    {
        service.answers(status, &[], body);
        get(n).await.is(expected);
    }
    let before = service.asked();
    for sent in ["Bearer", "Bearer a b", "Bearer a\"b", "Basic dTpw"] {
        gateway.get("/").with("authorization", sent).await.is(401);
    }
    let long = format!("Bearer {}", "x".repeat(20_000));
    gateway.get("/").with("authorization", &long).await.is(401);
    assert_eq!(service.asked(), before, "what is no token is not asked about");
}

const FORWARD: &str = "forward-auth: { url: 'http://auth/check?from=gateway', request_headers: [x-session], upstream_headers: [x-user, x-tenant], \
                       user_header: x-user, groups_header: x-groups, scopes_header: x-scopes }";

#[tokio::test(start_paused = true)]
async fn another_service_says_who_calls_and_what_the_upstream_is_told() {
    let service = Service::default();
    service.answers(
        204,
        &[("x-user", "grace"), ("x-groups", "staff buyer"), ("x-scopes", "read"), ("x-secret", "s")],
        "",
    );
    let policies = format!("[{FORWARD}, acl: {{ allow: [staff], scopes: [read] }}]")
        .replace("[forward-auth: {", "[{ forward-auth: {");
    let policies = policies.replace(
        "x-scopes }, acl: { allow: [staff], scopes: [read] }]",
        "x-scopes } }, { acl: { allow: [staff], scopes: [read] } }]",
    );
    let gateway = service.gateway(&policies);
    let call = gateway
        .post("/orders?page=2")
        .with("authorization", "Bearer x")
        .with("x-session", "s1")
        .with("x-other", "o");
    let call = call
        .with("x-user", "forged")
        .with("x-tenant", "forged")
        .with("x-forwarded-uri", "/forged")
        .body("hello");
    let reply = call.await.is(200);
    assert_eq!(reply.received("x-user").as_deref(), Some("grace"));
    assert_eq!((reply.received("x-tenant"), reply.received("x-secret")), (None, None));
    assert_eq!(caller(&gateway).as_deref(), Some("external/grace"));
    let question = service.last.lock().unwrap().take().unwrap();
    let header = |name: &str| question.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(
        (question.method().as_str(), question.uri().to_string()),
        ("GET", "/check?from=gateway".to_owned())
    );
    for (name, value) in [
        ("authorization", Some("Bearer x")),
        ("x-session", Some("s1")),
        ("x-other", None),
        ("x-forwarded-method", Some("POST")),
        ("x-forwarded-uri", Some("/orders?page=2")),
        ("x-forwarded-host", Some("gateway.test")),
        ("x-forwarded-for", Some("203.0.113.7")),
    ] {
        assert_eq!(header(name).as_deref(), value, "{name}");
    }
    service.answers(200, &[("x-user", "ada"), ("x-scopes", "read")], "");
    gateway.get("/").await.is(403);
    assert_eq!(caller(&gateway).as_deref(), Some("consumer/ada"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_the_service_goes_to_the_client_and_its_failure_lets_nobody_in() {
    let service = Service::default();
    let gateway = service.gateway(FORWARD);
    service.answers(
        401,
        &[("www-authenticate", "Custom"), ("x-internal", "i"), ("content-type", "text/plain")],
        "who are you?",
    );
    let reply = gateway.get("/").await.is(401).header("www-authenticate", "Custom").without("x-internal");
    assert_eq!(reply.body, "who are you?");
    service.answers(302, &[("location", "https://login.example.com/"), ("set-cookie", "a=b")], "");
    gateway
        .get("/")
        .await
        .is(302)
        .header("location", "https://login.example.com/")
        .header("set-cookie", "a=b");
    service.answers(500, &[], "stack trace");
    let reply = gateway.get("/").await.is(503).problem("identity-unavailable");
    assert!(!String::from_utf8_lossy(&reply.body).contains("stack"));
    for absent in [Upstream::Absent, Upstream::Broken, Upstream::Slow(Duration::from_secs(3600))] {
        let gateway = Setup::new(CATALOG).upstream("auth", absent).api("a", "/", "echo", FORWARD).start();
        gateway.get("/").await.is(503).problem("identity-unavailable");
    }
}
