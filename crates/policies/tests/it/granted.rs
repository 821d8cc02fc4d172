//! Tokens that the gateway gets for itself, through a whole gateway.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use http::Response;
use policies::CATALOG;
use serde_json::json;
use testkit::{Gateway, Setup, Upstream};

#[derive(Clone, Default)]
struct Server {
    asked: Arc<AtomicUsize>,
    away: Arc<AtomicBool>,
    /// Whether the service takes no token.
    refuses: Arc<AtomicBool>,
}

impl Server {
    fn gateway(&self) -> Gateway {
        let (server, service) = (self.clone(), self.clone());
        let tokens = Upstream::script(move |request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            let basic = request
                .headers()
                .get("authorization")
                .is_some_and(|sent| sent == "Basic Z2F0ZXdheTpzM2NyZXQlMjBvZg==");
            assert!(
                basic && body == "grant_type=client_credentials&scope=a%20b",
                "{body} {:?}",
                request.headers()
            );
            if server.away.load(SeqCst) {
                return Response::builder().status(500).body("{}".into()).unwrap();
            }
            let number = server.asked.fetch_add(1, SeqCst) + 1;
            let body = json!({ "access_token": format!("token-{number}"), "token_type": "bearer", "expires_in": 300 });
            Response::builder().body(body.to_string().into()).unwrap()
        });
        let orders = Upstream::script(move |request| {
            let status = if service.refuses.load(SeqCst) { 401 } else { 200 };
            let shown = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
            Response::builder().status(status).body(shown.to_owned().into()).unwrap()
        });
        Setup::new(CATALOG)
            .upstream("idp", tokens)
            .upstream("orders", orders)
            .api("orders", "/", "orders", "upstream-auth: { oauth2: { token_url: 'http://idp/token', client_id: gateway, client_secret: s3cret of, scopes: [a, b] } }")
            .start()
    }
}

async fn shown(gateway: &Gateway) -> String {
    let reply = gateway.get("/").with("authorization", "Bearer of-the-client").await;
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn one_token_serves_all_calls_and_is_renewed_beside_them() {
    let server = Server::default();
    let gateway = server.gateway();
    let (a, b, c) = tokio::join!(shown(&gateway), shown(&gateway), shown(&gateway));
    assert_eq!([&*a, &*b, &*c], ["Bearer token-1"; 3]);
    gateway.advance(Duration::from_secs(230)).await;
    assert_eq!(shown(&gateway).await, "Bearer token-1");
    gateway.advance(Duration::from_secs(20)).await;
    assert_eq!(shown(&gateway).await, "Bearer token-1", "good still, and the next one is asked for");
    gateway.advance(Duration::from_secs(1)).await;
    assert_eq!(shown(&gateway).await, "Bearer token-2");
    assert_eq!(server.asked.load(SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_felt_only_when_the_token_has_ended_and_a_refused_one_is_replaced() {
    let server = Server::default();
    let gateway = server.gateway();
    server.away.store(true, SeqCst);
    gateway.get("/").await.is(502).problem("upstream-unreachable");
    server.away.store(false, SeqCst);
    assert_eq!(shown(&gateway).await, "Bearer token-1");
    server.away.store(true, SeqCst);
    gateway.advance(Duration::from_secs(290)).await;
    assert_eq!(shown(&gateway).await, "Bearer token-1");
    gateway.advance(Duration::from_secs(20)).await;
    gateway.get("/").await.is(502);
    server.away.store(false, SeqCst);
    assert_eq!(shown(&gateway).await, "Bearer token-2");

    // Refused at once it is kept, so that a service that refuses everything does not make the gateway ask for every call.
    server.refuses.store(true, SeqCst);
    for _ in 0..3 {
        gateway.get("/").await.is(401);
    }
    assert_eq!(server.asked.load(SeqCst), 2);
    gateway.advance(Duration::from_secs(11)).await;
    gateway.get("/").await.is(401);
    server.refuses.store(false, SeqCst);
    assert_eq!(shown(&gateway).await, "Bearer token-3");
}

const EXCHANGE: &str = "upstream-auth: { oauth2: { token_url: 'http://idp/token', client_id: gateway, client_secret: s3cret, audience: orders, \
                        exchange: { requested_token_type: jwt } } }";

#[tokio::test(start_paused = true)]
async fn the_token_of_a_caller_is_exchanged_for_one_at_the_service() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let tokens = Upstream::script(move |request| {
        count.fetch_add(1, SeqCst);
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let expected = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant%2Dtype%3Atoken%2Dexchange&audience=orders&\
                        subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken%2Dtype%3Aaccess%5Ftoken&\
                        requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken%2Dtype%3Ajwt&subject_token=";
        let token = body.strip_prefix(expected).unwrap_or_else(|| panic!("{body}"));
        let (status, said) = match token {
            "broken" => (503, json!({})),
            "revoked" => (400, json!({ "error": "invalid_request" })),
            "wrong" => (401, json!({ "error": "invalid_client" })),
            token => (
                200,
                json!({ "access_token": format!("{token}-there"), "token_type": "N_A", "expires_in": 60, "issued_token_type": "x" }),
            ),
        };
        Response::builder().status(status).body(said.to_string().into()).unwrap()
    });
    let gateway = Setup::new(CATALOG).upstream("idp", tokens).api("orders", "/", "echo", EXCHANGE).start();
    let call = |token: &str| gateway.get("/").with("authorization", &format!("Bearer {token}"));
    for _ in 0..3 {
        for token in ["ada", "charles"] {
            let told = call(token).await.is(200).received("authorization").unwrap();
            assert_eq!(told, format!("Bearer {token}-there"));
        }
    }
    assert_eq!(asked.load(SeqCst), 2);
    gateway.advance(Duration::from_secs(61)).await;
    call("ada").await.is(200);
    assert_eq!(asked.load(SeqCst), 3, "its token has ended");

    for _ in 0..3 {
        let refused = call("revoked").await.is(401);
        assert_eq!(
            refused.value("www-authenticate").unwrap(),
            "Bearer realm=\"pailou\", error=\"invalid_token\""
        );
    }
    assert_eq!(asked.load(SeqCst), 4, "a refusal is remembered for a while");
    call("broken").await.is(502);
    call("wrong").await.is(502);
    let before = asked.load(SeqCst);
    gateway.get("/").await.is(401);
    gateway.get("/").with("authorization", "Basic YTpi").await.is(401);
    gateway.get("/").with("authorization", "Bearer a").with("authorization", "Bearer b").await.is(401);
    assert_eq!(asked.load(SeqCst), before);
}
