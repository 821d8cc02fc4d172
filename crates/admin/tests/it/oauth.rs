//! The built-in authorization server: a developer's app gets tokens by itself and with people's leave, and whoever tries otherwise
//! gets none.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Method;
use jose::{SigningKey, random_text, sha256_of};
use serde_json::{Map, Value, json};

use crate::platform::{Answer, Platform, Session};

const CONTRACT: &str = r#"{
  "openapi": "3.1.0", "info": { "title": "Orders", "version": "1" },
  "paths": { "/orders": {
    "get": { "operationId": "listOrders", "summary": "Read orders", "security": [{ "o": ["orders:read"] }], "responses": { "200": { "description": "OK" } } },
    "post": { "operationId": "createOrder", "security": [{ "o": ["orders:write"] }], "responses": { "201": { "description": "OK" } } }
  } },
  "components": { "securitySchemes": { "o": { "type": "oauth2", "flows": { "clientCredentials": {
    "tokenUrl": "https://example.com/token", "scopes": { "orders:read": "Read", "orders:write": "Write" } } } } } }
}"#;

const RESOURCES: &str = r#"
{ kind: api, name: orders, version: v1, contract: orders.json, listen: { path: /orders/v1 }, upstream: { endpoints: ["http://127.0.0.1:9001"] }, policies: [{ oauth2: {} }] }
---
{ kind: plan, name: free }
---
{ kind: product, name: shop, apis: [orders], plans: [free] }
"#;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://app.example.com/callback";
const ISSUER: &str = "http://localhost:9080/oauth/default";

struct Stage {
    platform: Platform,
    developer: Session,
}

/// A client as its developer wrote it down.
#[derive(Clone)]
struct Client {
    id: String,
    secret: String,
}

impl Client {
    fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.id, self.secret)))
    }
}

impl Stage {
    async fn new() -> Stage {
        let platform = Platform::start().await;
        let files =
            json!([{ "path": "r.yaml", "text": RESOURCES }, { "path": "orders.json", "text": CONTRACT }]);
        platform.post("/api/v1/apply").admin().json(&json!({ "files": files })).send().await.is(200);
        let developer = platform.developer("ada@example.com").await;
        let stage = Stage { platform, developer };
        stage.app("shop").await;
        stage
    }

    async fn app(&self, name: &str) {
        self.portal(Method::POST, "/apps", &json!({ "name": name, "title": name })).await.is(201);
        let wish = json!({ "product": "shop", "plan": "free" });
        self.portal(Method::POST, &format!("/apps/{name}/subscriptions"), &wish).await.is(201);
    }

    async fn portal(&self, method: Method, path: &str, body: &Value) -> Answer {
        let call = self.platform.call(method, &format!("/portal/api/v1{path}"));
        call.signed_in(&self.developer).json(body).send().await
    }

    async fn client(&self, app: &str, form: Value) -> Client {
        let made = self.portal(Method::PUT, &format!("/apps/{app}/client"), &form).await.is(200).json();
        Client {
            id: made["client_id"].as_str().unwrap().to_owned(),
            secret: made["client_secret"].as_str().unwrap_or_default().to_owned(),
        }
    }

    async fn code_client(&self) -> Client {
        self.client("shop", json!({ "grants": ["authorization-code"], "redirect_uris": [CALLBACK] })).await
    }

    /// Posts a form as a client.
    async fn post(&self, path: &str, client: &Client, pairs: &[(&str, &str)]) -> Answer {
        self.post_with(path, &[("authorization", &client.basic())], pairs).await
    }

    async fn post_with(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        pairs: &[(&str, &str)],
    ) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let call = self.platform.post(&format!("/oauth/default/{path}"));
        let call = headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        call.body("application/x-www-form-urlencoded", body).send().await
    }

    /// What a person is asked, as a client sends them.
    fn query(&self, client: &Client, change: &[(&str, &str)]) -> String {
        let challenge = sha256_of(VERIFIER);
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", &client.id),
            ("redirect_uri", CALLBACK),
            ("scope", "orders:read"),
            ("state", "xyz"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        pairs.extend(change.iter().filter(|(_, value)| !value.is_empty()));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// Where the person is sent once they agreed.
    async fn agreed(&self, query: &str) -> Map<String, Value> {
        let word = json!({ "query": query, "agrees": true });
        let onward = self.portal(Method::POST, "/authorization/decision", &word).await.is(200).json();
        answered(onward["location"].as_str().unwrap())
    }

    async fn code(&self, client: &Client) -> String {
        self.agreed(&self.query(client, &[])).await["code"].as_str().unwrap().to_owned()
    }

    async fn redeem(&self, client: &Client, code: &str, change: &[(&str, &str)]) -> Answer {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        pairs.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        pairs.extend(change.iter().filter(|(_, value)| !value.is_empty()));
        self.post("token", client, &pairs).await
    }

    async fn is_active(&self, token: &str) -> bool {
        let pairs = [("token", token)];
        let header = format!("Bearer {}", crate::platform::ADMIN_TOKEN);
        let told = self.post_with("introspect", &[("authorization", &header)], &pairs).await.is(200).json();
        told["active"].as_bool().unwrap()
    }
}

fn answered(location: &str) -> Map<String, Value> {
    let url = url::Url::parse(location).unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect()
}

fn claims(token: &str) -> Value {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[track_caller]
fn fails(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["error"], error, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn an_app_gets_a_token_with_its_own_credentials_and_takes_it_back() {
    let stage = Stage::new().await;
    let client = stage.client("shop", json!({})).await;
    let metadata = "/.well-known/oauth-authorization-server/oauth/default";
    let told = stage.platform.get(metadata).send().await.is(200);
    assert_eq!(told.header("access-control-allow-origin"), "*");
    let told = told.json();
    assert_eq!(told["issuer"], ISSUER);
    assert_eq!(told["scopes_supported"], json!(["orders:read", "orders:write"]));
    let below = "/oauth/default/.well-known/oauth-authorization-server";
    assert_eq!(stage.platform.get(below).send().await.is(200).json(), told);
    for (_, place) in told.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint")) {
        assert!(place.as_str().unwrap().starts_with(ISSUER));
    }

    let answer = stage.post("token", &client, &[("grant_type", "client_credentials")]).await.is(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(
        (&answer.json()["token_type"], &answer.json()["scope"]),
        (&json!("Bearer"), &json!("orders:read orders:write"))
    );
    assert!(answer.json().get("refresh_token").is_none());
    let said = claims(&token);
    assert_eq!(
        (&said["iss"], &said["aud"], &said["sub"]),
        (&json!(ISSUER), &json!("http://127.0.0.1:8080"), &json!(client.id))
    );
    let keys = stage.platform.get("/oauth/default/jwks").send().await.is(200);
    assert!(!keys.text.contains("\"d\"") && keys.json()["keys"].as_array().unwrap().len() == 2);

    let narrow = [
        ("grant_type", "client_credentials"),
        ("scope", "orders:read"),
        ("resource", "http://127.0.0.1:8080/orders/v1"),
    ];
    let narrow = stage.post("token", &client, &narrow).await.is(200).json();
    let narrow = claims(narrow["access_token"].as_str().unwrap());
    assert_eq!(
        (&narrow["scope"], &narrow["aud"]),
        (&json!("orders:read"), &json!("http://127.0.0.1:8080/orders/v1"))
    );

    assert!(stage.is_active(&token).await);
    let mine = stage.post("introspect", &client, &[("token", &token)]).await.is(200).json();
    assert_eq!((&mine["active"], &mine["client_id"]), (&json!(true), &json!(client.id)));
    stage.app("other").await;
    let other = stage.client("other", json!({})).await;
    assert_eq!(
        stage.post("introspect", &other, &[("token", &token)]).await.is(200).json(),
        json!({ "active": false })
    );
    stage.post("revoke", &other, &[("token", &token)]).await.is(200);
    assert!(stage.is_active(&token).await, "another's token is not taken back");
    stage.post("revoke", &client, &[("token", &token)]).await.is(200);
    assert!(!stage.is_active(&token).await);
    let issuers = stage.platform.control.snapshots().borrow().issuers.clone();
    assert!(issuers["default"].revoked.ids.contains_key(said["jti"].as_str().unwrap()), "gateways are told");
    stage.post("revoke", &client, &[("token", "nonsense")]).await.is(200);
    // An administrator's token is not found by trying either.
    for _ in 0..10 {
        let wrong = [("authorization", "Bearer guessed")];
        fails(&stage.post_with("introspect", &wrong, &[("token", &token)]).await, 401, "invalid_token");
    }
    stage.post_with("introspect", &[("authorization", "Bearer guessed")], &[("token", &token)]).await.is(429);
}

#[tokio::test]
async fn secrets_change_clients_end_and_keys_take_turns() {
    let stage = Stage::new().await;
    let client = stage.client("shop", json!({})).await;
    let grant = [("grant_type", "client_credentials")];
    let token = stage.post("token", &client, &grant).await.is(200).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let shown = stage.portal(Method::GET, "/apps/shop/client", &json!(null)).await.is(200);
    assert!(!shown.text.contains(&client.secret) && shown.json()["secrets"][0]["hint"] == client.secret[..8]);

    let kept = json!({ "keep_previous": true });
    let fresh = stage.portal(Method::POST, "/apps/shop/client/secret", &kept).await.is(201).json();
    let second = Client { secret: fresh["client_secret"].as_str().unwrap().to_owned(), ..client.clone() };
    for client in [&client, &second] {
        stage.post("token", client, &grant).await.is(200);
    }
    let fresh = stage.portal(Method::POST, "/apps/shop/client/secret", &json!({})).await.is(201).json();
    let third = Client { secret: fresh["client_secret"].as_str().unwrap().to_owned(), ..client.clone() };
    for client in [&client, &second] {
        fails(&stage.post("token", client, &grant).await, 401, "invalid_client");
    }
    stage.post("token", &third, &grant).await.is(200);

    let rotate = stage.platform.post("/api/v1/oauth/signing-key/rotate");
    let rotated = rotate.admin().json(&json!({})).send().await.is(200).json();
    assert_eq!(rotated["keys"].as_array().unwrap().len(), 3);
    assert!(stage.is_active(&token).await, "tokens of the key before stay good");
    let rotate = stage.platform.post("/api/v1/oauth/signing-key/rotate");
    rotate.admin().json(&json!({ "discard": true })).send().await.is(200);
    assert!(!stage.is_active(&token).await);

    let token =
        stage.post("token", &third, &grant).await.is(200).json()["access_token"].as_str().unwrap().to_owned();
    stage.portal(Method::DELETE, "/apps/shop/client", &json!(null)).await.is(204);
    assert!(!stage.is_active(&token).await);
    fails(&stage.post("token", &third, &grant).await, 401, "invalid_client");
    let secrets = stage.platform.get("/api/v1/secrets").admin().send().await.is(200);
    assert_eq!(secrets.json()["total"], 0, "what the program keeps for itself is no secret of documents");
    let exported = stage.platform.get("/api/v1/export").admin().send().await.is(200);
    let audit = stage.platform.get("/api/v1/audit?limit=200").admin().send().await.is(200);
    for secret in [&client.secret, &second.secret, &third.secret] {
        assert!(!exported.text.contains(secret.as_str()) && !audit.text.contains(secret.as_str()));
    }
    for action in [
        "create-client",
        "rotate-client-secret",
        "rotate-signing-key",
        "discard-signing-keys",
        "delete-client",
    ] {
        assert!(audit.text.contains(action), "{action}");
    }
}

#[tokio::test]
async fn a_person_agrees_once_and_the_app_renews_its_tokens() {
    let stage = Stage::new().await;
    let client = stage.code_client().await;
    let query = stage.query(&client, &[]);
    let sent = stage.platform.get(&format!("/oauth/default/authorize?{query}")).send().await.is(303);
    let packed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&query);
    assert_eq!(sent.header("location"), format!("/portal/authorize?request=q.{packed}"));
    let ask = json!({ "query": query });
    let asked = stage.portal(Method::POST, "/authorization", &ask).await.is(200).json();
    assert_eq!(asked["asked"]["app"], "shop");
    assert_eq!(
        asked["asked"]["scopes"],
        json!([{ "name": "orders:read", "description": "Read", "operations": ["Read orders"] }])
    );
    assert_eq!(
        (&asked["asked"]["returns_to"], &asked["asked"]["is_remembered"]),
        (&json!("app.example.com"), &json!(false))
    );

    let answer = stage.agreed(&query).await;
    assert_eq!((&answer["state"], &answer["iss"]), (&json!("xyz"), &json!(ISSUER)));
    let tokens = stage.redeem(&client, answer["code"].as_str().unwrap(), &[]).await.is(200).json();
    let said = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(
        (&said["sub"], &said["client_id"], &said["scope"]),
        (&json!("ada@example.com"), &json!(client.id), &json!("orders:read"))
    );
    let asked = stage.portal(Method::POST, "/authorization", &ask).await.is(200).json();
    assert_eq!(asked["asked"]["is_remembered"], true);
    let more = json!({ "query": stage.query(&client, &[("scope", "orders:read orders:write")]) });
    assert_eq!(
        stage.portal(Method::POST, "/authorization", &more).await.is(200).json()["asked"]["is_remembered"],
        false
    );
    let again = json!({ "query": stage.query(&client, &[("prompt", "consent")]) });
    assert_eq!(
        stage.portal(Method::POST, "/authorization", &again).await.is(200).json()["asked"]["is_remembered"],
        false
    );

    let renew = async |token: &str| {
        stage.post("token", &client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    };
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    let second = renew(&first).await.is(200).json();
    let renewed = second["access_token"].as_str().unwrap().to_owned();
    assert!(
        stage.is_active(&renewed).await && stage.is_active(second["refresh_token"].as_str().unwrap()).await
    );
    fails(&renew(&first).await, 400, "invalid_grant");
    assert!(!stage.is_active(&renewed).await, "what a stolen token led to ends");
    fails(&renew(second["refresh_token"].as_str().unwrap()).await, 400, "invalid_grant");

    let tokens = stage.redeem(&client, &stage.code(&client).await, &[]).await.is(200).json();
    let consents = stage.portal(Method::GET, "/consents", &json!(null)).await.is(200).json();
    assert_eq!(
        (&consents["items"][0]["app"], &consents["items"][0]["client_id"]),
        (&json!("shop"), &json!(client.id))
    );
    stage.portal(Method::DELETE, &format!("/consents/{}", client.id), &json!(null)).await.is(204);
    assert!(!stage.is_active(tokens["access_token"].as_str().unwrap()).await);
    fails(&renew(tokens["refresh_token"].as_str().unwrap()).await, 400, "invalid_grant");
    let audit = stage.platform.get("/api/v1/audit?limit=200").admin().send().await.is(200).text;
    for action in ["consent", "grant-token", "refresh-token-reused", "revoke-consent"] {
        assert!(audit.contains(&format!("\"{action}\"")), "{action}");
    }
    assert!(!stage.platform.answers().contains("used_at"));
}

#[tokio::test]
async fn a_person_who_does_not_agree_gives_nothing_and_the_app_is_told() {
    let stage = Stage::new().await;
    let client = stage.code_client().await;
    let word = json!({ "query": stage.query(&client, &[]), "agrees": false });
    let onward = stage.portal(Method::POST, "/authorization/decision", &word).await.is(200).json();
    assert_eq!(answered(onward["location"].as_str().unwrap())["error"], "access_denied");
    // Nobody agrees for somebody who is not signed in, nor from another site.
    let decision = "/portal/api/v1/authorization/decision";
    stage.platform.post(decision).json(&word).send().await.is(401);
    let forged = stage.platform.post(decision).header("cookie", &stage.developer.cookie).json(&word);
    forged.send().await.is(403);
    for (name, value, error) in [
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("scope", "admin", "invalid_scope"),
        ("resource", "http://127.0.0.1:8080/nothing", "invalid_target"),
    ] {
        let answer = stage.agreed(&stage.query(&client, &[(name, value)])).await;
        assert_eq!((&answer["error"], answer.get("code")), (&json!(error), None), "{name}={value}");
    }
    for (name, value) in
        [("redirect_uri", "https://evil.example/"), ("client_id", "nobody"), ("client_id", "")]
    {
        let word = json!({ "query": stage.query(&client, &[(name, value)]), "agrees": true });
        stage.portal(Method::POST, "/authorization/decision", &word).await.is(400).problem("bad-request");
    }
    let long = format!("/oauth/default/authorize?state={}", "x".repeat(20_000));
    stage.platform.get(&long).send().await.is(400);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_client_with_its_verifier_and_address() {
    let stage = Stage::new().await;
    let client = stage.code_client().await;
    for change in [
        [("code_verifier", "")],
        [("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")],
        [("redirect_uri", "https://app.example.com/other")],
        [("code", "made-up")],
        [("resource", "http://127.0.0.1:8080/orders/v1")],
    ] {
        let code = stage.code(&client).await;
        let failed = stage.redeem(&client, &code, &change).await;
        assert_eq!(failed.status, 400, "{change:?}: {}", failed.text);
        if change[0].0 != "code" {
            fails(&stage.redeem(&client, &code, &[]).await, 400, "invalid_grant");
        }
    }
    stage.app("other").await;
    let other = json!({ "grants": ["authorization-code"], "redirect_uris": [CALLBACK] });
    let other = stage.client("other", other).await;
    let code = stage.code(&client).await;
    fails(&stage.redeem(&other, &code, &[]).await, 400, "invalid_grant");
    let tokens = stage.redeem(&client, &code, &[]).await.is(200).json();
    let access = tokens["access_token"].as_str().unwrap();
    assert!(stage.is_active(access).await);
    fails(&stage.redeem(&client, &code, &[]).await, 400, "invalid_grant");
    assert!(!stage.is_active(access).await, "what came of a code that was used twice ends");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    fails(&stage.post("token", &client, &refresh).await, 400, "invalid_grant");
}

#[tokio::test]
async fn what_clients_send_wrongly_is_refused_as_the_standards_say() {
    let stage = Stage::new().await;
    let client = stage.client("shop", json!({})).await;
    let grant = ("grant_type", "client_credentials");
    let wrong = stage.post("token", &Client { secret: "wrong".into(), ..client.clone() }, &[grant]).await;
    fails(&wrong, 401, "invalid_client");
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
    for (pairs, status, error) in [
        (vec![], 400, "invalid_request"),
        (vec![("grant_type", "password")], 400, "unsupported_grant_type"),
        (vec![("grant_type", "authorization_code"), ("code", "x")], 400, "unauthorized_client"),
        (vec![grant, ("scope", "admin")], 400, "invalid_scope"),
        (vec![grant, grant], 400, "invalid_request"),
        (vec![grant, ("client_secret", &client.secret)], 400, "invalid_request"),
        (vec![grant, ("resource", "http://evil.example/")], 400, "invalid_target"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "plr_x.y")], 400, "invalid_grant"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "x")], 400, "invalid_grant"),
    ] {
        fails(&stage.post("token", &client, &pairs).await, status, error);
    }
    let token = stage.platform.post("/oauth/default/token").header("authorization", &client.basic());
    fails(&token.json(&json!({ "grant_type": "client_credentials" })).send().await, 400, "invalid_request");
    let large = "x".repeat(70_000);
    fails(&stage.post("token", &client, &[grant, ("x", &large)]).await, 400, "invalid_request");
    let elsewhere = stage.platform.post("/oauth/other/token").body("application/x-www-form-urlencoded", "");
    elsewhere.send().await.is(404);
    let preflight = stage.platform.call(Method::OPTIONS, "/oauth/default/token");
    let preflight = preflight.header("access-control-request-method", "POST").send().await.is(204);
    assert_eq!(preflight.header("access-control-allow-headers"), "authorization, content-type, dpop");
    let closed = stage.platform.get("/oauth/default/authorize?x=1").send().await;
    assert!(closed.headers.get("access-control-allow-origin").is_none());
    for form in [
        json!({ "grants": ["authorization-code"] }),
        json!({ "grants": ["authorization-code"], "redirect_uris": ["http://app.example.com/"] }),
        json!({ "public": true, "grants": ["client-credentials"] }),
        json!({ "grants": [] }),
        json!({ "jwks": { "keys": [] } }),
    ] {
        stage.portal(Method::PUT, "/apps/shop/client", &form).await.is(422);
    }
    stage.portal(Method::PUT, "/apps/nobody/client", &json!({})).await.is(404);
}

#[tokio::test]
async fn secrets_are_not_found_by_trying() {
    let stage = Stage::new().await;
    let client = stage.client("shop", json!({})).await;
    let wrong = Client { secret: "wrong".into(), ..client.clone() };
    let grant = [("grant_type", "client_credentials")];
    for _ in 0..10 {
        fails(&stage.post("token", &wrong, &grant).await, 401, "invalid_client");
    }
    let refused = stage.post("token", &wrong, &grant).await.is(429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn a_client_proves_itself_with_a_key_of_its_own_once_each_time() {
    let stage = Stage::new().await;
    let key = SigningKey::make().0;
    let client = stage.client("shop", json!({ "jwks": { "keys": [key.public()] } })).await;
    assert_eq!(client.secret, "");
    let now = jiff::Timestamp::now().as_second();
    let said = json!({ "iss": client.id, "sub": client.id, "aud": ISSUER, "jti": random_text(8), "iat": now, "exp": now + 60 });
    let assertion = key.sign("JWT", said.as_object().unwrap());
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
    ];
    stage.post_with("token", &[], &pairs).await.is(200);
    fails(&stage.post_with("token", &[], &pairs).await, 401, "invalid_client");
}

#[tokio::test]
async fn tokens_are_bound_to_a_key_where_the_client_proves_to_have_one() {
    let stage = Stage::new().await;
    let form = json!({ "grants": ["authorization-code", "client-credentials"], "redirect_uris": [CALLBACK], "dpop": true });
    let client = stage.client("shop", form).await;
    let key = SigningKey::make().0;
    let now = jiff::Timestamp::now().as_second();
    let proof = |key: &SigningKey, url: &str, method: &str, at: i64| {
        let head = json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": key.public() });
        let said = json!({ "jti": random_text(8), "htm": method, "htu": url, "iat": at });
        key.sign_with(&head, said.as_object().unwrap())
    };
    let place = format!("{ISSUER}/token");
    let own = [("grant_type", "client_credentials")];
    let ask = async |proof: &str, pairs: &[(&str, &str)]| {
        stage.post_with("token", &[("authorization", &client.basic()), ("dpop", proof)], pairs).await
    };
    let good = proof(&key, &place, "POST", now);
    let answer = ask(&good, &own).await.is(200).json();
    assert_eq!(answer["token_type"], "DPoP");
    assert_eq!(claims(answer["access_token"].as_str().unwrap())["cnf"]["jkt"], key.kid());
    fails(&ask(&good, &own).await, 400, "invalid_dpop_proof");
    for wrong in [
        proof(&key, &format!("{ISSUER}/revoke"), "POST", now),
        proof(&key, &place, "GET", now),
        proof(&key, &place, "POST", now - 120),
        "nonsense".to_owned(),
    ] {
        fails(&ask(&wrong, &own).await, 400, "invalid_dpop_proof");
    }
    fails(&stage.post("token", &client, &own).await, 400, "invalid_dpop_proof");

    let query = stage.query(&client, &[("dpop_jkt", key.kid())]);
    let code = stage.agreed(&query).await["code"].as_str().unwrap().to_owned();
    let redeem = |code: &str| {
        [("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let pairs = redeem(&code);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let other = SigningKey::make().0;
    fails(&ask(&proof(&other, &place, "POST", now), &pairs).await, 400, "invalid_grant");
    let code = stage.agreed(&query).await["code"].as_str().unwrap().to_owned();
    let pairs = redeem(&code);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let tokens = ask(&proof(&key, &place, "POST", now), &pairs).await.is(200).json();
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    fails(&ask(&proof(&other, &place, "POST", now), &refresh).await, 400, "invalid_dpop_proof");
    ask(&proof(&key, &place, "POST", now), &refresh).await.is(200);
}

#[tokio::test]
async fn what_is_pushed_is_asked_by_its_address_once_and_of_its_client_alone() {
    let stage = Stage::new().await;
    let client = stage.code_client().await;
    let challenge = sha256_of(VERIFIER);
    let pairs = [
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "orders:read"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("state", "pushed"),
    ];
    let pushed = stage.post("par", &client, &pairs).await.is(201).json();
    let uri = pushed["request_uri"].as_str().unwrap();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client.id.as_str()), ("request_uri", uri), ("scope", "orders:write")])
        .finish();
    let asked = stage.portal(Method::POST, "/authorization", &json!({ "query": query })).await.is(200).json();
    assert_eq!(asked["asked"]["scopes"][0]["name"], "orders:read", "what was pushed counts");
    stage.app("other").await;
    let other =
        stage.client("other", json!({ "grants": ["authorization-code"], "redirect_uris": [CALLBACK] })).await;
    let theirs = json!({ "query": query.replace(&client.id, &other.id) });
    stage.portal(Method::POST, "/authorization", &theirs).await.is(400);
    let answer = stage.agreed(&query).await;
    assert_eq!(answer["state"], "pushed");
    stage.redeem(&client, answer["code"].as_str().unwrap(), &[]).await.is(200);
    let word = json!({ "query": query, "agrees": true });
    stage.portal(Method::POST, "/authorization/decision", &word).await.is(400);
    fails(
        &stage
            .post("par", &client, &[("response_type", "code"), ("redirect_uri", "https://evil.example/")])
            .await,
        400,
        "invalid_request",
    );
    fails(&stage.post("par", &client, &pairs[..3]).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_device_gets_its_tokens_once_a_person_typed_its_code_and_agreed() {
    let stage = Stage::new().await;
    let client = stage.client("shop", json!({ "grants": ["device-code"], "public": true })).await;
    let id = ("client_id", client.id.as_str());
    let codes = stage.post_with("device", &[], &[id, ("scope", "orders:read")]).await.is(200).json();
    assert_eq!(codes["verification_uri"], "http://localhost:9080/portal/device");
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    let poll = [id, grant, ("device_code", codes["device_code"].as_str().unwrap())];
    fails(&stage.post_with("token", &[], &poll).await, 400, "authorization_pending");
    fails(&stage.post_with("token", &[], &poll).await, 400, "slow_down");
    let typed = codes["user_code"].as_str().unwrap().to_lowercase();
    let asked = stage.portal(Method::POST, "/device", &json!({ "user_code": typed })).await.is(200).json();
    assert_eq!(
        (&asked["app"], &asked["user_code"], &asked["is_public"]),
        (&json!("shop"), &codes["user_code"], &json!(true))
    );
    let word = json!({ "user_code": typed, "agrees": true });
    stage.portal(Method::POST, "/device/decision", &word).await.is(204);
    stage.portal(Method::POST, "/device/decision", &word).await.is(404);
    let tokens = stage.post_with("token", &[], &poll).await.is(200).json();
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["sub"], "ada@example.com");
    fails(&stage.post_with("token", &[], &poll).await, 400, "invalid_grant");
    let refresh =
        [id, ("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    stage.post_with("token", &[], &refresh).await.is(200);

    let codes = stage.post_with("device", &[], &[id]).await.is(200).json();
    let word = json!({ "user_code": codes["user_code"], "agrees": false });
    stage.portal(Method::POST, "/device/decision", &word).await.is(204);
    let poll = [id, grant, ("device_code", codes["device_code"].as_str().unwrap())];
    fails(&stage.post_with("token", &[], &poll).await, 400, "access_denied");
    // Of 25 thousand million codes nobody finds one by trying.
    let mut last = 404;
    for _ in 0..12 {
        last = stage.portal(Method::POST, "/device", &json!({ "user_code": "BBBB-BBBB" })).await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn a_client_registers_itself_with_a_developers_leave_and_looks_after_itself() {
    let stage = Stage::new().await;
    let said = json!({ "client_name": "CLI", "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none" });
    let register = async |token: &str, said: &Value| {
        let call = stage
            .platform
            .post("/oauth/default/register")
            .header("authorization", &format!("Bearer {token}"));
        call.json(said).send().await
    };
    let refused = register("pli_made-up", &said).await;
    fails(&refused, 401, "invalid_token");
    assert!(refused.header("www-authenticate").contains("invalid_token"));
    let initial = stage.portal(Method::POST, "/registration-tokens", &json!(null)).await.is(201).json();
    let initial = initial["token"].as_str().unwrap().to_owned();
    let made = register(&initial, &said).await.is(201).json();
    assert_eq!((&made["client_name"], made.get("client_secret")), (&json!("CLI"), None));
    fails(
        &register(&initial, &json!({ "redirect_uris": ["javascript:1"] })).await,
        400,
        "invalid_redirect_uri",
    );
    let apps = stage.portal(Method::GET, "/apps", &json!(null)).await.is(200).text;
    assert!(apps.contains("\"CLI\""), "it is an app of whoever gave the token");

    let id = made["client_id"].as_str().unwrap().to_owned();
    let own = made["registration_access_token"].as_str().unwrap().to_owned();
    let place = format!("/oauth/default/register/{id}");
    let with =
        |call: crate::platform::Call, token: &str| call.header("authorization", &format!("Bearer {token}"));
    with(stage.platform.get(&place), &own).send().await.is(200);
    fails(&with(stage.platform.get(&place), &initial).send().await, 401, "invalid_token");
    let changed = json!({ "client_id": id, "client_name": "CLI", "redirect_uris": ["http://127.0.0.1/cb"] });
    let changed = with(stage.platform.put(&place), &own).json(&changed).send().await.is(200).json();
    assert_eq!(changed["token_endpoint_auth_method"], "client_secret_basic");
    assert!(changed["client_secret"].as_str().unwrap().starts_with("pls_"));
    with(stage.platform.delete(&place), &own).send().await.is(204);
    fails(&with(stage.platform.get(&place), &own).send().await, 401, "invalid_token");
}
