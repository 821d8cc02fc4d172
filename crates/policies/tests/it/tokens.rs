//! Tokens, good and hostile, through a whole gateway.

use std::{
    fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use policies::CATALOG;
use serde_json::{Map, Value, json};
use testkit::{Gateway, Setup, Upstream};

use crate::sign::{Key, b64, compact};

/// The gateway's clock begins at the wall's.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims() -> Value {
    json!({ "sub": "grace", "iss": "https://idp.example.com/", "aud": ["orders", "bills"], "exp": now() + 3600, "iat": now(),
            "scope": "orders:read orders:write", "team": { "groups": ["staff"] } })
}

/// The claims with some of them changed; `null` takes one out.
fn but(changes: Value) -> Value {
    let mut all = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => all.as_object_mut().unwrap().remove(name),
            value => all.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    all
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// A gateway that takes the keys from a file.
struct Guarded {
    gateway: Gateway,
    file: tempfile::NamedTempFile,
}

impl Guarded {
    fn new(keys: &[Value], more: &str) -> Guarded {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), set(keys)).unwrap();
        let policy = format!("jwt-auth: {{ jwks: '{}', {more} }}", file.path().display());
        // Each token is judged by itself, however many that were wrong came before it.
        let setup = Setup::new(CATALOG).with_gateway(|gateway| gateway.wrong_credentials.limit = 0);
        let setup = setup.api("orders", "/", "echo", &policy);
        Guarded { gateway: setup.consumer("ada", "ada-key-0123456789", "").start(), file }
    }

    async fn status(&self, token: &str) -> u16 {
        self.gateway.get("/orders").with("authorization", &format!("Bearer {token}")).await.status.as_u16()
    }
}

const ALL: &str =
    "algorithms: [RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, HS256, HS384, HS512]";

#[tokio::test(start_paused = true)]
async fn a_token_of_every_algorithm_is_accepted_and_with_one_character_changed_is_not() {
    for alg in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256",
        "HS384", "HS512",
    ] {
        let key = Key::new(alg, "k1");
        let guarded = Guarded::new(
            &[key.jwk()],
            &format!("{ALL}, audience: orders, issuer: ['https://idp.example.com/']"),
        );
        let token = key.token(&claims());
        assert_eq!(guarded.status(&token).await, 200, "{alg}");
        assert_eq!(guarded.status(&token).await, 200, "{alg}, seen before");
        for at in (0..token.len()).step_by(7).chain(token.len() - 4..token.len()) {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(guarded.status(&changed).await, 401, "{alg}: {at} of {token}");
        }
        for length in [0, 1, token.len() / 2, token.len() - 1] {
            assert_eq!(guarded.status(&token[..length]).await, 401, "{alg}: cut to {length}");
        }
        assert_eq!(guarded.status(&Key::new(alg, "k1").token(&claims())).await, 401, "{alg}: of another key");
        let other = Guarded::new(&[key.jwk()], "algorithms: [ES384], require: []");
        if alg != "ES384" {
            assert_eq!(other.status(&token).await, 401, "{alg} is not accepted there");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_header_makes_a_forged_token_pass() {
    let (rsa, ec, secret) = (Key::new("RS256", "r"), Key::new("ES256", "e"), Key::new("HS256", "h"));
    let guarded = Guarded::new(&[rsa.jwk(), ec.jwk(), secret.jwk()], ALL);
    let forger = Key::new("ES256", "e");
    let mut hostile = Vec::new();
    for alg in ["none", "None", "NONE", "nOnE", "", "RS256 ", "rs256", "HS1", "RSA1_5", "ES256K", "dir"] {
        let unsigned = compact(&json!({ "alg": alg, "kid": "r" }), &claims());
        hostile.push((format!("alg {alg:?}"), format!("{unsigned}.")));
        let borrowed = ec.token(&claims());
        hostile.push((
            format!("alg {alg:?}, signed"),
            format!("{unsigned}.{}", borrowed.rsplit('.').next().unwrap()),
        ));
    }
    // A public key taken for a secret.
    for public in [
        rsa.jwk().to_string(),
        rsa.jwk()["n"].as_str().unwrap().to_owned(),
        ec.jwk()["x"].as_str().unwrap().to_owned(),
    ] {
        for kid in [json!("r"), json!("e"), json!("h"), Value::Null] {
            let mut header = json!({ "alg": "HS256", "kid": kid });
            if kid.is_null() {
                header.as_object_mut().unwrap().remove("kid");
            }
            hostile.push((
                "a public key as a secret".to_owned(),
                Key::secret("HS256", "r", public.as_bytes()).sign(&header, &claims()),
            ));
        }
    }
    for (what, header) in [
        ("another algorithm of RSA", json!({ "alg": "RS384", "kid": "r" })),
        ("PSS", json!({ "alg": "PS256", "kid": "r" })),
        ("another curve", json!({ "alg": "ES384", "kid": "e" })),
        ("the key of another", json!({ "alg": "ES256", "kid": "r" })),
        ("an unknown key", json!({ "alg": "ES256", "kid": "nobody" })),
        ("a path as key", json!({ "alg": "ES256", "kid": "../../../../dev/null" })),
        ("a query as key", json!({ "alg": "ES256", "kid": "e' OR '1'='1" })),
        ("a number as key", json!({ "alg": "ES256", "kid": 1 })),
        ("a list as key", json!({ "alg": "ES256", "kid": ["e"] })),
        ("null as key", json!({ "alg": "ES256", "kid": null })),
        ("a long key id", json!({ "alg": "ES256", "kid": "e".repeat(600) })),
        ("no algorithm", json!({ "kid": "e" })),
        ("a list of algorithms", json!({ "alg": ["ES256"], "kid": "e" })),
        ("crit", json!({ "alg": "ES256", "kid": "e", "crit": ["exp"] })),
        ("empty crit", json!({ "alg": "ES256", "kid": "e", "crit": [] })),
        ("b64", json!({ "alg": "ES256", "kid": "e", "b64": false, "crit": ["b64"] })),
        ("b64 alone", json!({ "alg": "ES256", "kid": "e", "b64": true })),
        ("zip", json!({ "alg": "ES256", "kid": "e", "zip": "DEF" })),
        ("nested", json!({ "alg": "ES256", "kid": "e", "cty": "JWT" })),
        ("a logout token", json!({ "alg": "ES256", "kid": "e", "typ": "logout+jwt" })),
        ("a proof", json!({ "alg": "ES256", "kid": "e", "typ": "dpop+jwt" })),
        ("typ of a number", json!({ "alg": "ES256", "kid": "e", "typ": 1 })),
    ] {
        let signer = if what.contains("RSA") || what == "PSS" { &rsa } else { &ec };
        hostile.push((what.to_owned(), signer.sign(&header, &claims())));
    }
    for (what, header) in [
        ("its own key", json!({ "alg": "ES256", "kid": "e", "jwk": forger.jwk() })),
        ("its own key alone", json!({ "alg": "ES256", "jwk": forger.jwk() })),
        (
            "its own place of keys",
            json!({ "alg": "ES256", "kid": "e", "jku": "http://forger/jwks", "x5u": "http://forger/x" }),
        ),
    ] {
        hostile.push((what.to_owned(), forger.sign(&header, &claims())));
    }
    let valid = ec.token(&claims());
    let parts: Vec<&str> = valid.split('.').collect();
    let [head, payload, signature] = parts[..] else { panic!() };
    let twice = |text: &str| b64(text.as_bytes());
    let zeros = b64(&[0; 64]);
    for (what, token) in [
        ("two parts", format!("{head}.{payload}")),
        ("four parts", format!("{valid}.{signature}")),
        ("five parts", format!("{head}.{head}.{head}.{head}.{head}")),
        ("padding", format!("{valid}=")),
        ("a blank", format!("{head}. {payload}.{signature}")),
        ("no header", format!(".{payload}.{signature}")),
        ("no payload", format!("{head}..{signature}")),
        ("no signature", format!("{head}.{payload}.")),
        ("zeros for a signature", format!("{head}.{payload}.{zeros}")),
        ("a longer signature", format!("{valid}AAAA")),
        ("twice the signature", format!("{valid}{signature}")),
        (
            "JSON serialization",
            json!({ "payload": payload, "protected": head, "signature": signature }).to_string(),
        ),
        ("no object", format!("{}.{payload}.{signature}", b64(b"[]"))),
        ("no JSON", format!("{}.{payload}.{signature}", b64(b"{"))),
        ("members twice", ec.sign_parts(&twice(r#"{"alg":"none","alg":"ES256","kid":"e"}"#), payload)),
        (
            "members twice, escaped",
            ec.sign_parts(&twice(r#"{"alg":"ES256","kid":"e","\u0061lg":"ES256"}"#), payload),
        ),
        (
            "claims twice",
            ec.sign_parts(head, &twice(&format!(r#"{{"sub":"ada","sub":"grace","exp":{}}}"#, now() + 60))),
        ),
        ("claims that are a list", ec.sign_parts(head, &b64(b"[]"))),
        ("claims that are a text", ec.sign_parts(head, &b64(b"\"sub\""))),
        ("claims that are no UTF-8", ec.sign_parts(head, &b64(b"{\"sub\":\"\xff\"}"))),
        ("claims that are not base64url", ec.sign_parts(head, "e30+")),
        ("too long a token", ec.token(&but(json!({ "padding": "x".repeat(17 << 10) })))),
    ] {
        hostile.push((what.to_owned(), token));
    }
    for (what, token) in hostile {
        assert_eq!(guarded.status(&token).await, 401, "{what}: {token}");
    }
    assert_eq!(guarded.status(&valid).await, 200);
    let sent = format!("Bearer {valid}");
    let twice = guarded.gateway.get("/").with("authorization", &sent).with("authorization", &sent).await;
    assert_eq!(twice.status, 401);
    guarded
        .gateway
        .get(&format!("/?access_token={valid}"))
        .await
        .is(401)
        .header("www-authenticate", "Bearer realm=\"pailou\"");
}

#[tokio::test(start_paused = true)]
async fn claims_are_held_against_what_is_asked_and_against_the_clock() {
    let key = Key::new("ES256", "k");
    let more = "issuer: https://idp.example.com/, audience: [orders, other], clock_skew: 10s";
    let guarded = Guarded::new(&[key.jwk()], more);
    let now = now();
    for (changes, accepted) in [
        (json!({}), true),
        (json!({ "aud": "orders" }), true),
        (json!({ "aud": "bills" }), false),
        (json!({ "aud": [] }), false),
        (json!({ "aud": null }), false),
        (json!({ "aud": { "orders": true } }), false),
        (json!({ "aud": ["orders", 1] }), false),
        (json!({ "aud": "Orders" }), false),
        (json!({ "iss": "https://idp.example.com" }), false),
        (json!({ "iss": ["https://idp.example.com/"] }), false),
        (json!({ "iss": null }), false),
        (json!({ "sub": 7 }), false),
        (json!({ "sub": { "name": "ada" } }), false),
        (json!({ "sub": "s".repeat(300) }), false),
        (json!({ "exp": null }), false),
        (json!({ "exp": now - 3600 }), false),
        (json!({ "exp": now - 11 }), false),
        (json!({ "exp": now - 3 }), true),
        (json!({ "exp": (now + 60).to_string() }), false),
        (json!({ "exp": true }), false),
        (json!({ "exp": -1 }), false),
        (json!({ "exp": 0 }), false),
        (json!({ "exp": now as f64 + 60.5 }), true),
        (json!({ "exp": 1e300 }), false),
        (json!({ "nbf": now + 5 }), true),
        (json!({ "nbf": now + 60 }), false),
        (json!({ "nbf": "0" }), false),
        (json!({ "iat": now + 60 }), false),
        (json!({ "iat": "now" }), false),
        (json!({ "jti": 1 }), false),
    ] {
        let status = guarded.status(&key.token(&but(changes.clone()))).await;
        assert_eq!(status, if accepted { 200 } else { 401 }, "{changes}");
    }
    let endless = Guarded::new(&[key.jwk()], "require: [sub]");
    assert_eq!(endless.status(&key.token(&but(json!({ "exp": null })))).await, 200);
    assert_eq!(endless.status(&key.token(&but(json!({ "sub": null })))).await, 401);
}

#[tokio::test(start_paused = true)]
async fn a_token_seen_before_is_refused_once_it_has_expired() {
    let key = Key::new("EdDSA", "k");
    let guarded = Guarded::new(&[key.jwk()], "clock_skew: 0s");
    let token = key.token(&but(json!({ "exp": now() + 30 })));
    assert_eq!(guarded.status(&token).await, 200);
    guarded.gateway.advance(Duration::from_secs(20)).await;
    assert_eq!(guarded.status(&token).await, 200);
    guarded.gateway.advance(Duration::from_secs(11)).await;
    let reply = guarded.gateway.get("/").with("authorization", &format!("Bearer {token}")).await.is(401);
    assert!(String::from_utf8_lossy(&reply.body).contains("expired"));
    let challenge = reply.value("www-authenticate").unwrap();
    assert_eq!(challenge, "Bearer realm=\"pailou\", error=\"invalid_token\"");
    let event = guarded.gateway.events().pop().unwrap();
    assert_eq!(event.detail.unwrap().cause.as_deref(), Some("the token is refused: it has expired"));
}

#[test]
fn keys_that_cannot_be_trusted_are_left_out_of_their_set() {
    let with = |key: &Key, changes: Value| {
        let mut jwk = key.jwk();
        jwk.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        jwk
    };
    let (rsa, ec, secret) = (Key::new("RS256", "r"), Key::new("ES256", "e"), Key::new("HS256", "h"));
    for (what, keys) in [
        ("1024 bits", vec![json!({ "kty": "RSA", "n": b64(&[0xc1; 128]), "e": "AQAB" })]),
        ("exponent 1", vec![with(&rsa, json!({ "e": "AQ" }))]),
        ("an even modulus", vec![json!({ "kty": "RSA", "n": b64(&[0xc0; 256]), "e": "AQAB" })]),
        ("a huge modulus", vec![json!({ "kty": "RSA", "n": b64(&[0xc1; 2000]), "e": "AQAB" })]),
        ("a short secret", vec![json!({ "kty": "oct", "k": b64(b"secret") })]),
        ("an empty secret", vec![json!({ "kty": "oct", "k": "" })]),
        ("too short for its algorithm", vec![json!({ "kty": "oct", "alg": "HS512", "k": b64(&[7; 32]) })]),
        ("for encryption", vec![with(&rsa, json!({ "use": "enc" }))]),
        ("for signing only", vec![with(&ec, json!({ "key_ops": ["sign"] }))]),
        ("for another algorithm", vec![with(&rsa, json!({ "alg": "RSA-OAEP" }))]),
        ("of a type that is not the algorithm's", vec![with(&rsa, json!({ "alg": "HS256" }))]),
        ("of another type", vec![with(&secret, json!({ "alg": "RS256" }))]),
        ("private", vec![with(&ec, json!({ "d": b64(&[1; 32]) }))]),
        ("off the curve", vec![with(&ec, json!({ "x": b64(&[1; 32]) }))]),
        ("of a short point", vec![with(&ec, json!({ "x": b64(&[1; 31]) }))]),
        ("of another curve", vec![with(&ec, json!({ "crv": "P-384" }))]),
        ("of an unknown curve", vec![with(&ec, json!({ "crv": "P-256K" }))]),
        ("of no type", vec![json!({ "kid": "x" })]),
        ("no object", vec![json!("key"), json!(null)]),
        ("twice the same id", vec![ec.jwk(), with(&Key::new("ES256", "e"), json!({}))]),
        ("none", vec![]),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), set(&keys)).unwrap();
        let built = build(&json!({ "jwks": file.path() }));
        assert_eq!(built.expect_err(what).field, "jwks", "{what}");
        // Beside a good one they do no harm.
        let good = Key::new("EdDSA", "good").jwk();
        fs::write(file.path(), set(&[keys, vec![good]].concat())).unwrap();
        assert!(build(&json!({ "jwks": file.path() })).is_ok(), "{what}");
    }
    for text in ["", "{", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", &"x".repeat(300 << 10)] {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        assert_eq!(build(&json!({ "jwks": file.path() })).expect_err("no set").field, "jwks");
    }
}

pub(crate) fn build(config: &Value) -> Result<(), policy::Invalid> {
    let counters = proxy::LocalCounters::default();
    let no_files = model::PolicyUse::new("jwt-auth", serde_json::Value::Null);
    let cx = policy::BuildCx {
        scope: "api/orders#0",
        folder: std::path::Path::new(""),
        counters: &counters,
        responses: &Arc::default(),
        files: &no_files,
        secrets: &Default::default(),
        contract: None,
    };
    CATALOG.find("jwt-auth")?.build(config, &cx).map(drop)
}

#[test]
fn a_configuration_that_cannot_work_is_refused_naming_the_field() {
    for (changes, field) in [
        (json!({ "jwks": "" }), "jwks"),
        (json!({ "jwks": "ftp://idp/keys" }), "jwks"),
        (json!({ "jwks": "https://user:password@idp/keys" }), "jwks"),
        (json!({ "jwks": "/no/such/file" }), "jwks"),
        (json!({ "algorithms": [] }), "algorithms"),
        (json!({ "algorithms": ["none"] }), "algorithms[0]"),
        (json!({ "issuer": [1] }), "issuer[0]"),
        (json!({ "clock_skew": "1h" }), "clock_skew"),
        (json!({ "header": "a b" }), "header"),
        (json!({ "cookie": "a=b" }), "cookie"),
        (json!({ "consumer_claim": "a..b" }), "consumer_claim"),
        (json!({ "forward_claims": { "x-user": "" } }), "forward_claims.x-user"),
        (json!({ "unregistered": "maybe" }), "unregistered"),
    ] {
        let mut config: Map<String, Value> =
            json!({ "jwks": "https://idp/keys" }).as_object().unwrap().clone();
        config.extend(changes.as_object().unwrap().clone());
        assert_eq!(build(&config.into()).expect_err(field).field, field);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_says_who_calls_what_for_and_what_the_upstream_is_told() {
    let key = Key::new("ES256", "k");
    let more = "groups_claim: team.groups, forward_claims: { x-user: sub, x-groups: team.groups, x-mail: email }, hide_credentials: true";
    let guarded = Guarded::new(&[key.jwk()], more);
    let call = |claims: &Value| {
        let token = format!("Bearer {}", key.token(claims));
        guarded
            .gateway
            .get("/")
            .with("authorization", &token)
            .with("x-user", "forged")
            .with("x-mail", "forged")
    };
    let reply = call(&claims()).await.is(200);
    assert_eq!(reply.received("x-user").as_deref(), Some("grace"));
    assert_eq!(reply.received("x-groups").as_deref(), Some("staff"));
    assert_eq!((reply.received("x-mail"), reply.received("authorization")), (None, None));
    let caller = |gateway: &Gateway| gateway.events().pop().unwrap().caller.unwrap().to_string();
    assert_eq!(caller(&guarded.gateway), "external/grace@https://idp.example.com/");
    // A line break cannot be smuggled into a header.
    assert_eq!(call(&but(json!({ "sub": "a\r\nx: y" }))).await.is(200).received("x-user"), None);

    call(&but(json!({ "sub": "ada" }))).await.is(200);
    assert_eq!(caller(&guarded.gateway), "consumer/ada");
    let renamed = |snapshot: &mut model::Snapshot| {
        let ada = snapshot.callers.get_mut("consumer/ada").unwrap();
        Arc::make_mut(ada).custom_id = Some("grace".into());
    };
    guarded.gateway.publish(renamed).unwrap();
    call(&claims()).await.is(200);
    assert_eq!(caller(&guarded.gateway), "consumer/ada", "who is registered is asked anew for each call");

    let strict = Guarded::new(&[key.jwk()], "unregistered: refuse");
    let token = format!("Bearer {}", key.token(&claims()));
    strict.gateway.get("/").with("authorization", &token).await.is(403).problem("forbidden");
}

#[tokio::test(start_paused = true)]
async fn a_token_may_come_in_another_header_or_a_cookie() {
    let key = Key::new("ES256", "k");
    let guarded = Guarded::new(&[key.jwk()], "header: x-token, cookie: session, hide_credentials: true");
    let token = key.token(&claims());
    let get = || guarded.gateway.get("/");
    get().with("x-token", &token).await.is(200).without("x-token");
    get().with("x-token", &format!("Bearer {token}")).await.is(200);
    let reply = get().with("cookie", &format!("a=b; session={token}; c=d")).await.is(200);
    assert_eq!(reply.received("cookie").as_deref(), Some("a=b; c=d"));
    get().with("authorization", &format!("Bearer {token}")).await.is(401);
    get().with("cookie", &format!("session={token}; session=other")).await.is(401);
    get().with("x-token", &token).with("x-token", &token).await.is(401);
}

#[tokio::test(start_paused = true)]
async fn a_changed_file_is_seen_and_a_broken_one_changes_nothing() {
    let (old, new) = (Key::new("ES256", "old"), Key::new("ES256", "new"));
    let guarded = Guarded::new(&[old.jwk()], "");
    let write = |text: &str, seconds: u64| {
        fs::write(guarded.file.path(), text).unwrap();
        let file = fs::File::options().write(true).open(guarded.file.path()).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_900_000_000 + seconds)).unwrap();
    };
    let (by_old, by_new) = (old.token(&claims()), new.token(&claims()));
    assert_eq!((guarded.status(&by_old).await, guarded.status(&by_new).await), (200, 401));
    write("{ half a se", 1);
    guarded.gateway.advance(Duration::from_secs(3)).await;
    assert_eq!((guarded.status(&by_old).await, guarded.status(&by_old).await), (200, 200));
    write(&set(&[new.jwk()]), 2);
    guarded.gateway.advance(Duration::from_secs(3)).await;
    assert_eq!(guarded.status(&by_new).await, 200, "a key that is not known makes the file be read again");
    assert_eq!(
        guarded.status(&by_old).await,
        401,
        "and what was verified with a key that is gone is forgotten"
    );
}

/// An identity provider that can be switched off and counts how often it is asked.
#[derive(Clone, Default)]
struct Provider {
    keys: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Provider {
    fn serves(&self, keys: &[&Key]) {
        let jwks: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        *self.keys.lock().unwrap() = Some(set(&jwks));
    }

    fn is_gone(&self) {
        *self.keys.lock().unwrap() = None;
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    fn gateway(&self) -> Gateway {
        let provider = self.clone();
        let upstream = Upstream::script(move |_| {
            provider.asked.fetch_add(1, SeqCst);
            let keys = provider.keys.lock().unwrap().clone();
            let status = if keys.is_some() { 200 } else { 503 };
            let reply =
                http::Response::builder().status(status).header("cache-control", "public, max-age=600");
            reply.body(keys.unwrap_or_default().into()).unwrap()
        });
        let policy = "jwt-auth: { jwks: 'http://idp/jwks' }";
        Setup::new(CATALOG)
            .upstream("idp", upstream)
            .api("a", "/", "echo", policy)
            .api("b", "/b", "echo", policy)
            .start()
    }
}

async fn status(gateway: &Gateway, token: &str) -> u16 {
    gateway.get("/b/x").with("authorization", &format!("Bearer {token}")).await.status.as_u16()
}

#[tokio::test(start_paused = true)]
async fn keys_at_an_address_are_asked_for_once_rotated_and_kept_through_an_outage() {
    let (first, second, third) = (Key::new("ES256", "1"), Key::new("ES256", "2"), Key::new("ES256", "3"));
    let provider = Provider::default();
    provider.serves(&[&first]);
    let gateway = provider.gateway();
    let by_first = first.token(&claims());
    let together = futures_util::future::join_all((0..20).map(|_| status(&gateway, &by_first))).await;
    assert!(together.iter().all(|status| *status == 200), "{together:?}");
    gateway.get("/a").with("authorization", &format!("Bearer {by_first}")).await.is(200);
    assert_eq!(
        provider.asked(),
        1,
        "those that wait share one answer, and so do the policies of one address"
    );

    // A key that is not known is asked for, but not as often as somebody likes.
    for n in 0..50 {
        let unknown = Key::new("ES256", &format!("made up {n}"));
        assert_eq!(status(&gateway, &unknown.token(&claims())).await, 401);
    }
    assert_eq!(provider.asked(), 1, "it was asked a moment ago");
    provider.serves(&[&first, &second]);
    gateway.advance(Duration::from_secs(11)).await;
    assert_eq!(
        status(&gateway, &second.token(&claims())).await,
        200,
        "a new key is there when its first token comes"
    );
    assert_eq!(provider.asked(), 2);

    provider.is_gone();
    gateway.advance(Duration::from_secs(3000)).await;
    for _ in 0..5 {
        assert_eq!(
            status(&gateway, &first.token(&claims())).await,
            200,
            "the keys that were good last stay good"
        );
    }
    assert_eq!(status(&gateway, &third.token(&claims())).await, 401);
    provider.serves(&[&second, &third]);
    gateway.advance(Duration::from_secs(11)).await;
    assert_eq!(status(&gateway, &third.token(&claims())).await, 200);
    assert_eq!(status(&gateway, &by_first).await, 401, "a key that was taken back is good no more");
}

#[tokio::test(start_paused = true)]
async fn without_any_keys_nobody_is_let_in_and_it_is_said_whose_fault_that_is() {
    let key = Key::new("ES256", "1");
    let provider = Provider::default();
    let gateway = provider.gateway();
    let token = format!("Bearer {}", key.token(&claims()));
    for _ in 0..3 {
        gateway.get("/a").with("authorization", &token).await.is(503).problem("identity-unavailable");
    }
    assert_eq!(provider.asked(), 1);
    let cause = gateway.events().pop().unwrap().detail.unwrap().cause.unwrap();
    assert!(cause.contains("it answered 503"), "{cause}");
    provider.serves(&[&key]);
    gateway.advance(Duration::from_secs(11)).await;
    gateway.get("/a").with("authorization", &token).await.is(200);
}
