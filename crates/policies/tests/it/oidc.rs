//! Signing in and bearer tokens of an OpenID provider, good and hostile, through a whole gateway.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Reply, Setup, Upstream};

use crate::sign::{Key, b64, compact};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A provider at `http://idp`, as strict as one must be.
#[derive(Clone)]
struct Provider(Arc<Mutex<State>>);

struct State {
    issuer: String,
    key: Key,
    /// What it says of who signs in, beside the usual.
    claims: Value,
    /// What was asked at `/authorize`, by the code that was given for it.
    codes: BTreeMap<String, BTreeMap<String, String>>,
    /// The only refresh token that is good.
    refresh: Option<String>,
    lasts: u64,
    away: bool,
    /// Requests to the token endpoint.
    asked: usize,
    nonce: Option<String>,
    subject: String,
}

impl Provider {
    fn new() -> Provider {
        Provider(Arc::new(Mutex::new(State {
            issuer: "http://idp".into(),
            key: Key::new("ES256", "one"),
            claims: json!({}),
            codes: BTreeMap::new(),
            refresh: None,
            lasts: 3600,
            away: false,
            asked: 0,
            nonce: None,
            subject: "grace".into(),
        })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn upstream(&self) -> Upstream {
        let provider = self.clone();
        Upstream::script(move |request| provider.state().answer(&request))
    }

    /// The person says yes: where the provider sends the browser that came to `location`.
    fn signs_in(&self, location: &str) -> String {
        let (endpoint, query) = location.split_once('?').unwrap();
        assert!(endpoint.ends_with("/authorize"), "{location}");
        let asked = form(query);
        for (name, value) in
            [("response_type", "code"), ("client_id", "orders"), ("code_challenge_method", "S256")]
        {
            assert_eq!(asked[name], value, "{location}");
        }
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid") && asked["nonce"].len() >= 32);
        let mut state = self.state();
        let code = format!("code-{}", state.codes.len());
        let back = format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"]);
        state.codes.insert(code, asked);
        back
    }

    fn token(&self, changes: Value) -> String {
        let state = self.state();
        let mut claims =
            json!({ "iss": state.issuer, "sub": "grace", "aud": "orders", "exp": now() + 600, "iat": now() });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        state.key.token(&claims)
    }
}

impl State {
    fn answer(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        let reply = |status: u16, body: Value| {
            Response::builder()
                .status(status)
                .header("content-type", "application/json")
                .body(body.to_string().into())
                .unwrap()
        };
        if self.away {
            return reply(500, json!({}));
        }
        let at = |path: &str| format!("http://idp{path}");
        match request.uri().path() {
            "/.well-known/openid-configuration" => reply(
                200,
                json!({
                    "issuer": self.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
                    "jwks_uri": at("/jwks"), "end_session_endpoint": at("/logout"),
                }),
            ),
            "/jwks" => reply(200, json!({ "keys": [self.key.jwk()] })),
            "/token" => {
                self.asked += 1;
                let basic = format!("Basic {}", STANDARD.encode("orders:s3cret%20of%20the%20client"));
                if request.headers().get("authorization").is_none_or(|sent| sent != basic.as_str()) {
                    return reply(401, json!({ "error": "invalid_client" }));
                }
                let sent = form(std::str::from_utf8(request.body()).unwrap());
                let refused = reply(400, json!({ "error": "invalid_grant" }));
                let nonce = match &*sent["grant_type"] {
                    "authorization_code" => {
                        let Some(asked) = self.codes.remove(&sent["code"]) else { return refused };
                        let challenge = b64(digest(&SHA256, sent["code_verifier"].as_bytes()).as_ref());
                        if asked["code_challenge"] != challenge
                            || asked["redirect_uri"] != sent["redirect_uri"]
                        {
                            return refused;
                        }
                        Some(self.nonce.clone().unwrap_or_else(|| asked["nonce"].clone()))
                    }
                    "refresh_token" if self.refresh.as_ref() == Some(&sent["refresh_token"]) => None,
                    // Used twice: whoever has it is not to be trusted.
                    _ => {
                        self.refresh = None;
                        return refused;
                    }
                };
                let fresh = format!("refresh-{}", self.asked);
                self.refresh = Some(fresh.clone());
                let mut claims = json!({ "iss": self.issuer, "sub": self.subject, "aud": "orders", "exp": now() + 86_400, "iat": now() });
                claims.as_object_mut().unwrap().extend(self.claims.as_object().unwrap().clone());
                if let Some(nonce) = nonce {
                    claims["nonce"] = nonce.into();
                }
                reply(
                    200,
                    json!({
                        "id_token": self.key.token(&claims), "access_token": "access-of-grace", "refresh_token": fresh,
                        "token_type": "Bearer", "expires_in": self.lasts,
                    }),
                )
            }
            other => reply(404, json!({ "path": other })),
        }
    }
}

fn form(text: &str) -> BTreeMap<String, String> {
    let read = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (read(name), read(value)))
        .collect()
}

const POLICY: &str = "oidc: { issuer: 'http://idp', client_id: orders, client_secret: s3cret of the client";

fn gateway(provider: &Provider, more: &str) -> Gateway {
    Setup::new(CATALOG)
        .upstream("idp", provider.upstream())
        .plan("one", "rate-limit: { limit: 1, window: 1h, per: consumer }")
        .consumer("ada", "ada-key-0123456789", "")
        .contract("orders@v1", "/orders", &format!("{POLICY}{more} }}"), &[("list", "GET", "/all", "")])
        .start()
}

/// A browser that keeps cookies.
#[derive(Default, Clone)]
struct Browser(BTreeMap<String, String>);

impl Browser {
    async fn get(&mut self, gateway: &Gateway, target: &str) -> Reply {
        let cookies: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = gateway.get(target).with("accept", "text/html,*/*");
        let reply =
            if cookies.is_empty() { call.await } else { call.with("cookie", &cookies.join("; ")).await };
        for line in reply.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly") && line.contains("; SameSite=Lax"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            match line.contains("Max-Age=0") {
                true => drop(self.0.remove(name)),
                false => drop(self.0.insert(name.to_owned(), value.to_owned())),
            }
        }
        reply
    }

    /// From the page that was wanted to the provider and back; where the gateway leads then.
    async fn sign_in(&mut self, gateway: &Gateway, provider: &Provider, target: &str) -> String {
        let sent = self.get(gateway, target).await.is(302);
        let back = provider.signs_in(&sent.value("location").unwrap());
        let target = back.strip_prefix("http://gateway.test").unwrap();
        self.get(gateway, target).await.is(302).value("location").unwrap()
    }
}

fn caller(gateway: &Gateway) -> Option<String> {
    gateway.events().pop().unwrap().caller.map(|caller| caller.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_comes_back_to_the_page_they_wanted_and_signs_out() {
    let provider = Provider::new();
    let gateway = gateway(&provider, ", forward_claims: { x-user: sub }, forward_access_token: true");
    let mut browser = Browser::default();
    let back = browser.sign_in(&gateway, &provider, "/orders/all?page=2").await;
    assert_eq!(back, "http://gateway.test/orders/all?page=2");
    assert_eq!(browser.0.len(), 1, "the cookie of the attempt is gone");
    let reply = browser.get(&gateway, "/orders/all?page=2").await.is(200);
    assert_eq!(reply.received("x-user").as_deref(), Some("grace"));
    assert_eq!(reply.received("authorization").as_deref(), Some("Bearer access-of-grace"));
    assert_eq!(reply.received("cookie"), None, "the session is the gateway's own");
    assert_eq!(caller(&gateway).as_deref(), Some("external/grace@http://idp"));
    let sealed = browser.0.values().next().unwrap().clone();
    assert!(!sealed.contains("grace") && !sealed.contains("refresh"));

    let out = browser.get(&gateway, "/orders/.oidc/logout").await.is(302).value("location").unwrap();
    let (endpoint, query) = out.split_once('?').unwrap();
    let asked = form(query);
    assert_eq!(
        (endpoint, &*asked["client_id"], &*asked["post_logout_redirect_uri"]),
        ("http://idp/logout", "orders", "http://gateway.test/orders/.oidc/signed-out")
    );
    assert_eq!(asked["id_token_hint"].split('.').count(), 3);
    assert!(browser.0.is_empty());
    let page = browser.get(&gateway, "/orders/.oidc/signed-out?said=anything").await.is(200);
    assert_eq!(page.value("content-type").as_deref(), Some("text/html; charset=utf-8"));
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(text.contains("href=\"login\"") && !text.contains("anything"), "{text}");
    let again = browser.get(&gateway, "/orders/.oidc/login").await.is(302);
    assert!(again.value("location").unwrap().starts_with("http://idp/"));
    browser.get(&gateway, "/orders/all").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn only_browsers_that_want_a_page_are_sent_to_sign_in() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    gateway.get("/orders/all").with("accept", "text/html").await.is(302);
    for call in [
        gateway.get("/orders/all"),
        gateway.get("/orders/all").with("accept", "application/json"),
        gateway.get("/orders/all").with("accept", "text/html").with("sec-fetch-mode", "cors"),
    ] {
        call.await.is(401).header("www-authenticate", "Bearer realm=\"pailou\"");
    }
    gateway.get("/orders/none").with("accept", "text/html").await.is(404);
    gateway.post("/orders/.oidc/logout").await.is(405);
    // Nothing is taken from where the other places are.
    gateway.get("/orders/.oidc/other").await.is(404);
    gateway.get("/orders/a/.oidc/callback").await.is(404);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_this_browser_did_not_ask_for_is_refused() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    let begin = async |browser: &mut Browser| {
        let sent = browser.get(&gateway, "/orders/all").await.is(302);
        let back = provider.signs_in(&sent.value("location").unwrap());
        back.strip_prefix("http://gateway.test").unwrap().to_owned()
    };
    let (mut ada, mut eve) = (Browser::default(), Browser::default());
    let (of_ada, of_eve) = (begin(&mut ada).await, begin(&mut eve).await);
    // Another browser's answer, with and without an attempt of one's own.
    ada.get(&gateway, &of_eve).await.is(400).problem("bad-request");
    Browser::default().get(&gateway, &of_ada).await.is(400);
    for wrong in [
        "/orders/.oidc/callback".to_owned(),
        "/orders/.oidc/callback?code=code-0&state=".to_owned(),
        of_ada.replace("state=", "state=x"),
        format!("{of_ada}&state=other"),
        format!("{of_ada}&iss=http%3A%2F%2Fother"),
        of_ada.replace("code=", "kode="),
        format!("{of_ada}x"),
    ] {
        ada.get(&gateway, &wrong).await.is(400);
    }
    let of_error = of_ada.replace("code=code-0", "error=access_denied");
    ada.clone().get(&gateway, &of_error).await.is(403).problem("forbidden");
    // A code that the provider does not take any more, and an ID token of another attempt.
    provider.state().codes.clear();
    ada.clone().get(&gateway, &of_ada).await.is(400);
    let mut late = Browser::default();
    let of_late = begin(&mut late).await;
    provider.state().nonce = Some("another".into());
    late.clone().get(&gateway, &of_late).await.is(400);
    provider.state().nonce = None;
    let of_late = begin(&mut late).await;
    gateway.advance(Duration::from_secs(601)).await;
    late.get(&gateway, &of_late).await.is(400);
    assert!(gateway.events().iter().all(|event| event.caller.is_none()));
}

#[tokio::test(start_paused = true)]
async fn nobody_is_led_to_another_host() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    for target in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a b",
        "/a\r\nset-cookie: a",
    ] {
        let escaped: String = target.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut browser = Browser::default();
        let back =
            browser.sign_in(&gateway, &provider, &format!("/orders/.oidc/login?return={escaped}")).await;
        assert_eq!(back, "http://gateway.test/orders/", "{target}");
    }
    let mut browser = Browser::default();
    let back =
        browser.sign_in(&gateway, &provider, "/orders/.oidc/login?return=%2Forders%2Fall%3Fa%3Db").await;
    assert_eq!(back, "http://gateway.test/orders/all?a=b");
    let unknown = gateway.get("/orders/.oidc/login?issuer=https%3A%2F%2Fevil.example").await;
    unknown.is(400);
}

#[tokio::test(start_paused = true)]
async fn a_cookie_that_is_not_what_was_given_is_no_session() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    let mut browser = Browser::default();
    browser.sign_in(&gateway, &provider, "/orders/all").await;
    browser.get(&gateway, "/orders/all").await.is(200);
    let (name, value) = browser.0.pop_first().unwrap();
    let mut changed = value.clone().into_bytes();
    changed[40] = if changed[40] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for wrong in [&changed, &value[1..], &value[..value.len() - 2], "", "x"] {
        let call = gateway.get("/orders/all").with("cookie", &format!("{name}={wrong}"));
        call.await.is(401);
    }
    let twice = gateway.get("/orders/all").with("cookie", &format!("{name}={value}; {name}={changed}"));
    twice.await.is(401);
    gateway.get("/orders/all").with("cookie", &format!("{name}={value}")).await.is(200);
    // Another secret opens nothing.
    let other = Setup::new(CATALOG)
        .upstream("idp", provider.upstream())
        .api(
            "orders@v1",
            "/orders",
            "echo",
            "oidc: { issuer: 'http://idp', client_id: orders, client_secret: another }",
        )
        .start();
    other.get("/orders/all").with("cookie", &format!("{name}={value}")).await.is(401);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_renewed_once_for_all_who_come_with_it() {
    let provider = Provider::new();
    provider.state().lasts = 300;
    let gateway = gateway(&provider, ", session: 1h");
    let mut browser = Browser::default();
    browser.sign_in(&gateway, &provider, "/orders/all").await;
    assert_eq!(provider.state().asked, 1);
    gateway.advance(Duration::from_secs(280)).await;
    let mut tabs: Vec<Browser> = (0..5).map(|_| browser.clone()).collect();
    let [a, b, c, d, e] = &mut tabs[..] else { panic!("five") };
    let target = "/orders/all";
    let (a, b, c, d, e) = tokio::join!(
        a.get(&gateway, target),
        b.get(&gateway, target),
        c.get(&gateway, target),
        d.get(&gateway, target),
        e.get(&gateway, target)
    );
    for reply in [a, b, c, d, e] {
        reply.is(200);
    }
    assert_eq!(provider.state().asked, 2, "a refresh token is used once");
    let mut renewed = tabs.pop().unwrap();
    assert_ne!(renewed.0, browser.0);
    browser.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(provider.state().asked, 2);

    // While the provider is away a session goes on for five minutes beyond its time.
    provider.state().away = true;
    gateway.advance(Duration::from_secs(400)).await;
    renewed.get(&gateway, "/orders/all").await.is(200);
    gateway.advance(Duration::from_secs(300)).await;
    renewed.get(&gateway, "/orders/all").await.is(503).problem("identity-unavailable");
    provider.state().away = false;
    renewed.get(&gateway, "/orders/all").await.is(200);

    // The provider does not know them any more, or says that it is somebody else.
    provider.state().subject = "mallory".into();
    gateway.advance(Duration::from_secs(290)).await;
    renewed.get(&gateway, "/orders/all").await.is(302);
    provider.state().refresh = None;
    renewed.get(&gateway, "/orders/all").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_after_its_longest_time_however_it_is_renewed() {
    let provider = Provider::new();
    let gateway = gateway(&provider, ", session: 30m");
    let mut browser = Browser::default();
    browser.sign_in(&gateway, &provider, "/orders/all").await;
    gateway.advance(Duration::from_secs(1790)).await;
    browser.get(&gateway, "/orders/all").await.is(200);
    gateway.advance(Duration::from_secs(20)).await;
    browser.get(&gateway, "/orders/all").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn claims_say_the_consumer_the_groups_and_the_plan_and_large_ones_fit() {
    let provider = Provider::new();
    let many: Vec<String> = (0..200).map(|n| format!("group-number-{n}-of-a-large-company")).collect();
    provider.state().claims = json!({ "email": "ada", "roles": many, "tier": "one" });
    let gateway = gateway(&provider, ", consumer_claim: email, groups_claim: roles, plan_claim: tier");
    let mut browser = Browser::default();
    browser.sign_in(&gateway, &provider, "/orders/all").await;
    assert!(browser.0.len() >= 2, "in pieces: {:?}", browser.0.keys());
    browser.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(caller(&gateway).as_deref(), Some("consumer/ada"));
    browser.get(&gateway, "/orders/all").await.is(429).problem("rate-limited");
    let pieces: Vec<_> = browser.0.keys().cloned().collect();
    let mut partial = browser.clone();
    partial.0.remove(&pieces[pieces.len() - 1]);
    partial.get(&gateway, "/orders/all").await.is(302);

    let bearer = |tier: &str| format!("Bearer {}", provider.token(json!({ "email": "bob", "tier": tier })));
    gateway.get("/orders/all").with("authorization", &bearer("one")).await.is(200);
    gateway.get("/orders/all").with("authorization", &bearer("none")).await.is(403).problem("forbidden");
}

#[tokio::test(start_paused = true)]
async fn bearer_tokens_are_verified_by_the_keys_of_their_issuer() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    let status = async |token: &str| {
        gateway.get("/orders/all").with("authorization", &format!("Bearer {token}")).await.status.as_u16()
    };
    let good = provider.token(json!({}));
    assert_eq!(status(&good).await, 200);
    assert_eq!(status(&good).await, 200);
    for (why, changes) in [
        ("expired", json!({ "exp": now() - 60 })),
        ("not valid yet", json!({ "nbf": now() + 600 })),
        ("for others", json!({ "aud": "bills" })),
        ("of another issuer", json!({ "iss": "http://evil" })),
        ("an ID token", json!({ "nonce": "n" })),
        ("without an end", json!({ "exp": null })),
    ] {
        assert_eq!(status(&provider.token(changes)).await, 401, "{why}");
    }
    assert_eq!(status(&provider.token(json!({ "aud": "account", "azp": "orders" }))).await, 200);
    let claims = json!({ "iss": "http://idp", "sub": "grace", "aud": "orders", "exp": now() + 600 });
    let forged = Key::new("ES256", "one").token(&claims);
    let with_secret = Key::secret("HS256", "one", b"s3cret of the client").token(&claims);
    let none = format!("{}.", compact(&json!({ "alg": "none" }), &claims));
    for wrong in [&forged, &with_secret, &none, "x", "a.b.c", &good[..good.len() - 2], &"x".repeat(20_000)] {
        assert_eq!(status(wrong).await, 401, "{wrong:.60}");
    }
    // Keys rotate; tokens of the one before end with it.
    provider.state().key = Key::new("RS256", "two");
    gateway.advance(Duration::from_secs(11)).await;
    assert_eq!(status(&provider.token(json!({}))).await, 200);
    assert_eq!(status(&good).await, 401);
    // An outage changes nothing for tokens whose keys are known.
    provider.state().away = true;
    gateway.advance(Duration::from_secs(1000)).await;
    let fresh = provider.token(json!({ "exp": now() + 5000 }));
    assert_eq!(status(&fresh).await, 200);
}

#[tokio::test(start_paused = true)]
async fn without_its_provider_nobody_is_let_in_and_nobody_is_taken_for_another() {
    let provider = Provider::new();
    provider.state().away = true;
    let gateway = gateway(&provider, "");
    let token = format!("Bearer {}", provider.token(json!({})));
    gateway.get("/orders/all").with("authorization", &token).await.is(503).problem("identity-unavailable");
    gateway.get("/orders/all").with("accept", "text/html").await.is(503);
    // One that says that it is somebody else.
    provider.state().away = false;
    provider.state().issuer = "http://evil".into();
    gateway.advance(Duration::from_secs(11)).await;
    gateway.get("/orders/all").with("authorization", &token).await.is(503);
    provider.state().issuer = "http://idp".into();
    gateway.advance(Duration::from_secs(400)).await;
    let token = format!("Bearer {}", provider.token(json!({ "exp": now() + 5000 })));
    // What was there last stays in force while the newer one is asked for beside the request.
    gateway.get("/orders/all").with("authorization", &token).await;
    gateway.advance(Duration::from_secs(11)).await;
    gateway.get("/orders/all").with("authorization", &token).await.is(200);
}

#[tokio::test(start_paused = true)]
async fn several_providers_guard_one_route_and_each_vouches_for_its_own() {
    let (one, two) = (Provider::new(), Provider::new());
    {
        let mut state = two.state();
        state.issuer = "http://two".into();
        state.key = Key::new("ES256", "one");
    }
    let shared = two.clone();
    let second = Upstream::script(move |request| {
        let mut reply = shared.state().answer(&request);
        let text = String::from_utf8(reply.body().to_vec()).unwrap().replace("http://idp", "http://two");
        *reply.body_mut() = text.into();
        reply
    });
    let policy = format!(
        "{POLICY}, also: [{{ issuer: 'http://two', client_id: orders, client_secret: s3cret of the client }}] }}"
    );
    let gateway = Setup::new(CATALOG)
        .upstream("idp", one.upstream())
        .upstream("two", second)
        .api("orders@v1", "/orders", "echo", &policy)
        .start();
    let status = async |token: &str| {
        gateway.get("/orders/all").with("authorization", &format!("Bearer {token}")).await.status.as_u16()
    };
    assert_eq!(status(&one.token(json!({}))).await, 200);
    assert_eq!(status(&two.token(json!({}))).await, 200);
    assert_eq!(
        status(&two.token(json!({ "iss": "http://idp" }))).await,
        401,
        "one provider cannot speak for another"
    );
    let mut browser = Browser::default();
    let back = browser
        .sign_in(&gateway, &two, "/orders/.oidc/login?issuer=http%3A%2F%2Ftwo&return=%2Forders%2Fx")
        .await;
    assert_eq!(back, "http://gateway.test/orders/x");
    browser.get(&gateway, "/orders/x").await.is(200);
    assert_eq!(caller(&gateway).as_deref(), Some("external/grace@http://two"));
}

const LOGOUT: &str = "/orders/.oidc/backchannel-logout";

/// What the provider says of somebody who signed out there.
fn logout_token(provider: &Provider, changes: Value) -> String {
    let mut claims = json!({
        "iss": provider.state().issuer, "aud": "orders", "iat": now(), "exp": now() + 120, "jti": format!("logout-{changes}"),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    for (name, value) in changes.as_object().unwrap() {
        match value.is_null() {
            true => drop(claims.as_object_mut().unwrap().remove(name)),
            false => claims[name] = value.clone(),
        }
    }
    provider.state().key.token(&claims)
}

async fn says(gateway: &Gateway, token: &str) -> Reply {
    let form = format!("logout_token={token}");
    gateway.post(LOGOUT).with("content-type", "application/x-www-form-urlencoded").body(form).await
}

#[tokio::test(start_paused = true)]
async fn a_provider_ends_one_session_or_all_of_somebody_behind_the_browsers_back() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    let browser = async |sid: &str| {
        provider.state().claims = json!({ "sid": sid });
        let mut browser = Browser::default();
        browser.sign_in(&gateway, &provider, "/orders/all").await;
        browser.get(&gateway, "/orders/all").await.is(200);
        browser
    };
    let (mut home, mut work) = (browser("home").await, browser("work").await);
    gateway.advance(Duration::from_secs(1)).await;
    says(&gateway, &logout_token(&provider, json!({ "sid": "home" }))).await.is(200);
    home.get(&gateway, "/orders/all").await.is(302);
    work.get(&gateway, "/orders/all").await.is(200);
    says(&gateway, &logout_token(&provider, json!({ "sub": "ada" }))).await.is(200);
    work.get(&gateway, "/orders/all").await.is(200);
    says(&gateway, &logout_token(&provider, json!({ "sub": "grace" }))).await.is(200);
    work.get(&gateway, "/orders/all").await.is(302);
    // Who signs in again is in again.
    gateway.advance(Duration::from_secs(1)).await;
    let mut again = browser("again").await;
    again.get(&gateway, "/orders/all").await.is(200);
    // Another configuration of the same gateway remembers it.
    gateway.publish(|snapshot| snapshot.number += 1).unwrap();
    work.get(&gateway, "/orders/all").await.is(302);
    assert_eq!(gateway.sign_outs().len(), 3, "other gateways are told");
    assert_eq!(gateway.sign_outs(), [], "once");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_logout_token_of_the_provider_ends_nothing() {
    let provider = Provider::new();
    let gateway = gateway(&provider, "");
    let mut browser = Browser::default();
    provider.state().claims = json!({ "sid": "home" });
    browser.sign_in(&gateway, &provider, "/orders/all").await;
    gateway.advance(Duration::from_secs(1)).await;
    let good = json!({ "sid": "home" });
    let with = |changes: Value| {
        let mut all = good.clone();
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        logout_token(&provider, all)
    };
    let stranger = Key::new("ES256", "one");
    let forged = stranger.token(&json!({
        "iss": "http://idp", "aud": "orders", "iat": now(), "exp": now() + 120, "jti": "x", "sid": "home",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    }));
    for wrong in [
        forged,
        with(json!({ "iss": "http://other" })),
        with(json!({ "aud": "another" })),
        with(json!({ "events": {} })),
        with(json!({ "events": null })),
        with(json!({ "nonce": "n" })),
        with(json!({ "iat": now() - 900, "exp": now() - 600 })),
        with(json!({ "iat": now() - 900, "exp": null })),
        with(json!({ "jti": null })),
        with(json!({ "sid": null })),
        // An ID token is none.
        provider.token(json!({ "sid": "home" })),
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwOi8vaWRwIn0.".to_owned(),
        String::new(),
    ] {
        let refused = says(&gateway, &wrong).await.is(400).problem("bad-request");
        assert!(!String::from_utf8_lossy(&refused.body).contains("home"));
    }
    let token = logout_token(&provider, json!({ "sid": "another" }));
    says(&gateway, &format!("{token}&logout_token={token}")).await.is(400);
    gateway
        .post(LOGOUT)
        .with("content-type", "text/plain")
        .body(format!("logout_token={token}"))
        .await
        .is(400);
    gateway.get(LOGOUT).await.is(405);
    says(&gateway, &format!("{token}&other={}", "x".repeat(40_000))).await.is(400);
    says(&gateway, &token).await.is(200);
    says(&gateway, &token).await.is(400);
    browser.get(&gateway, "/orders/all").await.is(200);
}
