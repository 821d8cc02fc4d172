//! Tokens of an authorization server elsewhere, through a whole gateway: keys that are found, change and cannot be had, and clients that are
//! not whom they would like to be.

use std::{
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use http::{Request, Response};
use jose::{SigningKey, random_text, sha256_of};
use model::{Name, TokenServer};
use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Setup, Upstream};

const ISSUER: &str = "http://idp/t/1";

/// The server: it says what it is where RFC 8414 has it alone, and signs with the key that it has now.
#[derive(Clone)]
struct Server {
    key: Arc<Mutex<SigningKey>>,
    issuer: Arc<Mutex<String>>,
    down: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn new() -> Server {
        let key = Arc::new(Mutex::new(SigningKey::make().0));
        Server {
            key,
            issuer: Arc::new(Mutex::new(ISSUER.to_owned())),
            down: Arc::default(),
            asked: Arc::default(),
        }
    }

    fn answer(&self, request: &Request<bytes::Bytes>) -> Response<bytes::Bytes> {
        self.asked.fetch_add(1, SeqCst);
        let reply = Response::builder();
        let issuer = self.issuer.lock().unwrap().clone();
        let (status, body) = match request.uri().path() {
            _ if self.down.load(SeqCst) => (503, Value::Null),
            "/.well-known/oauth-authorization-server/t/1" => {
                (200, json!({ "issuer": issuer, "jwks_uri": format!("{ISSUER}/keys") }))
            }
            "/t/1/keys" => (200, json!({ "keys": [self.key.lock().unwrap().public()] })),
            _ => (404, Value::Null),
        };
        reply.status(status).body(body.to_string().into()).unwrap()
    }

    fn gateway(&self, change: impl FnOnce(&mut TokenServer)) -> Gateway {
        let mut told = TokenServer {
            workspace: Name::default_workspace(),
            name: "corp".into(),
            issuer: ISSUER.into(),
            audiences: Vec::new(),
            scopes: [("corp.read".into(), "orders:read".into())].into(),
            client_claims: vec!["client_id".into(), "azp".into()],
        };
        change(&mut told);
        let server = self.clone();
        Setup::new(CATALOG)
            .upstream("idp", Upstream::script(move |request| server.answer(&request)))
            .api("orders", "/orders", "echo", "oauth2: {}")
            .app("own", "own-key-0123456789", "free", &["orders"])
            .app("mobile", "mobile-key-0123456789", "free", &["orders"])
            .oauth("http://portal/oauth/default", &json!({ "keys": [HERE.public()] }).to_string(), &["own"])
            .token_server(told, &["mobile"])
            .start()
    }

    fn token(&self, change: impl FnOnce(&mut Value)) -> String {
        self.typed("at+jwt", change)
    }

    fn typed(&self, typ: &str, change: impl FnOnce(&mut Value)) -> String {
        self.key.lock().unwrap().sign(typ, claims(ISSUER, change).as_object().unwrap())
    }
}

/// What the built-in server signs with.
static HERE: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::make().0);

fn claims(issuer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = json!({
        "iss": issuer, "aud": "http://gateway", "sub": "ada", "client_id": "mobile", "jti": random_text(8), "iat": 1_000_000_000,
        "exp": 4_000_000_000_u64, "scope": "corp.read other",
    });
    change(&mut claims);
    claims
}

async fn call(gateway: &Gateway, token: &str) -> u16 {
    gateway.get("/orders").with("authorization", &format!("Bearer {token}")).await.status.as_u16()
}

fn caller(gateway: &Gateway) -> Option<String> {
    gateway.events().pop().unwrap().caller.map(|caller| caller.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_token_from_elsewhere_is_of_the_app_that_is_its_client_there() {
    let server = Server::new();
    let gateway = server.gateway(|_| {});
    let token = server.token(|_| {});
    for _ in 0..3 {
        assert_eq!(call(&gateway, &token).await, 200);
        assert_eq!(caller(&gateway).as_deref(), Some("app/mobile"));
    }
    assert_eq!(server.asked.load(SeqCst), 3, "what it says of itself in two places, and its keys, once");
    let azp = server.typed("JWT", |claims| {
        claims["azp"] = "mobile".into();
        claims.as_object_mut().unwrap().remove("client_id");
    });
    assert_eq!(call(&gateway, &azp).await, 200);
    // A token of the built-in server goes on being one, and neither passes for the other.
    let here = |client: &str| {
        let claims = claims("http://portal/oauth/default", |claims| claims["client_id"] = client.into());
        HERE.sign("at+jwt", claims.as_object().unwrap())
    };
    assert_eq!(call(&gateway, &here("own")).await, 200);
    for token in
        [here("mobile"), here("corp/mobile"), server.token(|claims| claims["client_id"] = "own".into())]
    {
        assert_eq!(call(&gateway, &token).await, 401);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_token_of_the_server_for_this_gateway_now_is_refused() {
    let server = Server::new();
    let gateway = server.gateway(|_| {});
    let other = Server::new();
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vaWRwL3QvMSJ9.";
    let over = |change: &dyn Fn(&mut Value)| server.token(|claims| change(claims));
    for token in [
        other.token(|_| {}),
        unsigned.to_owned(),
        over(&|claims| claims["aud"] = "http://other".into()),
        over(&|claims| claims["aud"] = Value::Null),
        over(&|claims| claims["exp"] = 1_000_000_001.into()),
        over(&|claims| claims["exp"] = Value::Null),
        over(&|claims| claims["client_id"] = json!(["mobile"])),
        over(&|claims| claims["client_id"] = "nobody".into()),
        over(&|claims| claims["cnf"] = json!({ "jkt": "AA" })),
        server.typed("logout+jwt", |_| {}),
    ] {
        assert_eq!(call(&gateway, &token).await, 401, "{token}");
    }
    let gateway = server.gateway(|told| told.audiences = vec!["orders".into()]);
    assert_eq!(call(&gateway, &server.token(|_| {})).await, 401);
    assert_eq!(call(&gateway, &server.token(|claims| claims["aud"] = json!(["orders", "x"]))).await, 200);
}

#[tokio::test(start_paused = true)]
async fn keys_are_asked_for_again_where_one_is_new_and_stay_good_while_the_server_is_away() {
    let server = Server::new();
    let gateway = server.gateway(|_| {});
    let first = server.token(|_| {});
    server.down.store(true, SeqCst);
    gateway
        .get("/orders")
        .with("authorization", &format!("Bearer {first}"))
        .await
        .problem("identity-unavailable");
    server.down.store(false, SeqCst);
    gateway.advance(Duration::from_secs(11)).await;
    assert_eq!(call(&gateway, &first).await, 200);
    server.down.store(true, SeqCst);
    gateway.advance(Duration::from_secs(3600)).await;
    assert_eq!((call(&gateway, &first).await, call(&gateway, &server.token(|_| {})).await), (200, 200));
    server.down.store(false, SeqCst);
    gateway.advance(Duration::from_secs(11)).await;
    *server.key.lock().unwrap() = SigningKey::make().0;
    assert_eq!(call(&gateway, &server.token(|_| {})).await, 200);
    assert_eq!(call(&gateway, &first).await, 401, "its key is gone");
    // One that speaks for another is not believed.
    let liar = Server::new();
    *liar.issuer.lock().unwrap() = "http://idp/t/2".to_owned();
    assert_eq!(call(&liar.gateway(|_| {}), &liar.token(|_| {})).await, 503);
}

#[tokio::test(start_paused = true)]
async fn a_bound_token_from_elsewhere_comes_with_a_proof_and_an_app_that_ends_ends_its_tokens() {
    let server = Server::new();
    let gateway = server.gateway(|_| {});
    let key = SigningKey::make().0;
    let token = server.token(|claims| claims["cnf"] = json!({ "jkt": key.kid() }));
    let head = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.public() });
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let proof = json!({ "jti": "1", "htm": "GET", "htu": "http://gateway.test/orders", "iat": now, "ath": sha256_of(&token) });
    let proof = key.sign_with(&head, proof.as_object().unwrap());
    let bound =
        || gateway.get("/orders").with("authorization", &format!("DPoP {token}")).with("dpop", &proof);
    bound().await.is(200);
    bound().await.is(401);
    assert_eq!(call(&gateway, &token).await, 401);
    let plain = server.token(|_| {});
    assert_eq!(call(&gateway, &plain).await, 200);
    let end = |snapshot: &mut model::Snapshot| {
        let caller = snapshot.callers.get_mut("app/mobile").unwrap();
        Arc::make_mut(caller).client = None;
    };
    gateway.publish(end).unwrap();
    assert_eq!(call(&gateway, &plain).await, 401);
}
