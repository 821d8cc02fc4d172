//! An OpenID provider in the test's process, which checks what it is asked as strictly as a real one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use control::{ProviderAnswer, ProviderAnswered, ProviderCall, ProviderClient};
use jose::{SigningKey, sha256_of};
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

pub(crate) const ISSUER: &str = "https://idp.example.com";
pub(crate) const CLIENT: &str = "pailou";
pub(crate) const SECRET: &str = "planted s3cret+of/the client%";

/// Makes the ID token of these claims.
type Forge = Arc<dyn Fn(&Map<String, Value>) -> String + Send + Sync>;

pub(crate) struct Idp {
    state: Mutex<State>,
}

struct State {
    key: Arc<SigningKey>,
    /// Keys that are published.
    published: Vec<Value>,
    now: Box<dyn Fn() -> i64 + Send>,
    codes: HashMap<String, Granted>,
    /// Of who signs in next.
    claims: Map<String, Value>,
    userinfo: Option<Value>,
    forge: Option<Forge>,
    about: Map<String, Value>,
    down: bool,
    calls: Vec<String>,
    count: u32,
}

struct Granted {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

impl Idp {
    /// `now` is in seconds since 1970.
    pub(crate) fn new(now: impl Fn() -> i64 + Send + 'static) -> Arc<Idp> {
        let key = SigningKey::make().0;
        let about = json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/auth?tenant=1"),
            "token_endpoint": format!("{ISSUER}/token"),
            "userinfo_endpoint": format!("{ISSUER}/userinfo"),
            "jwks_uri": format!("{ISSUER}/keys"),
            "end_session_endpoint": format!("{ISSUER}/logout"),
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
        });
        Arc::new(Idp {
            state: Mutex::new(State {
                published: vec![key.public().clone()],
                key: Arc::new(key),
                now: Box::new(now),
                codes: HashMap::new(),
                claims: Map::new(),
                userinfo: None,
                forge: None,
                about: object(about),
                down: false,
                calls: Vec::new(),
                count: 0,
            }),
        })
    }

    /// Who signs in next.
    pub(crate) fn person(&self, claims: Value) {
        self.state.lock().unwrap().claims = object(claims);
    }

    pub(crate) fn userinfo(&self, claims: Value) {
        self.state.lock().unwrap().userinfo = Some(claims);
    }

    pub(crate) fn forge(&self, forge: impl Fn(&Map<String, Value>) -> String + Send + Sync + 'static) {
        self.state.lock().unwrap().forge = Some(Arc::new(forge));
    }

    pub(crate) fn forge_nothing(&self) {
        self.state.lock().unwrap().forge = None;
    }

    pub(crate) fn says(&self, name: &str, value: Value) {
        self.state.lock().unwrap().about.insert(name.to_owned(), value);
    }

    pub(crate) fn is_down(&self, down: bool) {
        self.state.lock().unwrap().down = down;
    }

    /// Signs with a fresh key from now on; the old one is not published any more.
    pub(crate) fn rotate(&self) {
        let mut state = self.state.lock().unwrap();
        state.key = Arc::new(SigningKey::make().0);
        state.published = vec![state.key.public().clone()];
    }

    pub(crate) fn key(&self) -> Arc<SigningKey> {
        Arc::clone(&self.state.lock().unwrap().key)
    }

    /// How often an address was called since it was asked last.
    pub(crate) fn calls(&self, path: &str) -> usize {
        let mut state = self.state.lock().unwrap();
        let before = state.calls.len();
        state.calls.retain(|call| call != path);
        before - state.calls.len()
    }

    /// What the browser is sent back with by somebody who signs in where it was sent.
    pub(crate) fn authorize(&self, location: &str) -> HashMap<String, String> {
        let url = Url::parse(location).unwrap();
        assert!(location.starts_with(&format!("{ISSUER}/auth?tenant=1&")), "{location}");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        assert!(asked["nonce"].len() >= 43 && asked["state"].len() >= 43 && asked["nonce"] != asked["state"]);
        let mut state = self.state.lock().unwrap();
        state.count += 1;
        let code = format!("code-{}", state.count);
        let granted = Granted {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        state.codes.insert(code.clone(), granted);
        [("state", asked["state"].clone()), ("code", code), ("iss", ISSUER.to_owned())]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn answer(&self, call: &ProviderCall) -> Result<(u16, Value), String> {
        let mut state = self.state.lock().unwrap();
        if state.down {
            return Err("connection refused".to_owned());
        }
        let path = call.url.path().to_owned();
        state.calls.push(path.clone());
        Ok(match &*path {
            "/.well-known/openid-configuration" => (200, Value::Object(state.about.clone())),
            "/keys" => (200, json!({ "keys": state.published })),
            "/token" => state.token(call),
            "/userinfo" => {
                assert_eq!(call.authorization.as_deref(), Some("Bearer the-access-token"));
                (200, state.userinfo.clone().unwrap_or_else(|| json!({ "sub": state.claims["sub"] })))
            }
            _ => (404, Value::Null),
        })
    }
}

impl State {
    fn token(&mut self, call: &ProviderCall) -> (u16, Value) {
        let form = call.form.as_deref().unwrap_or_default();
        let form: HashMap<String, String> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let basic = STANDARD.encode(format!("{}:{}", encoded(CLIENT), encoded(SECRET)));
        let refused = |error: &str| (400, json!({ "error": error }));
        if call.authorization != Some(format!("Basic {basic}")) {
            return refused("invalid_client");
        }
        let Some(granted) = form.get("code").and_then(|code| self.codes.remove(code)) else {
            return refused("invalid_grant");
        };
        let fits = form.get("grant_type").map(String::as_str) == Some("authorization_code")
            && form.get("redirect_uri") == Some(&granted.redirect_uri)
            && form.get("code_verifier").is_some_and(|verifier| sha256_of(verifier) == granted.challenge);
        if !fits {
            return refused("invalid_grant");
        }
        let now = (self.now)();
        let mut claims = object(json!({
            "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": granted.nonce, "sid": format!("sid-{}", self.count),
        }));
        claims.extend(self.claims.clone());
        let id_token = match &self.forge {
            Some(forge) => forge(&claims),
            None => self.key.sign("JWT", &claims),
        };
        (200, json!({ "access_token": "the-access-token", "token_type": "Bearer", "id_token": id_token }))
    }
}

impl ProviderClient for Idp {
    fn call(&self, call: ProviderCall) -> ProviderAnswered<'_> {
        Box::pin(async move {
            let (status, body) = self.answer(&call)?;
            Ok(ProviderAnswer { status, body: body.to_string().into_bytes() })
        })
    }
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { panic!("{value} is no object") };
    members
}
