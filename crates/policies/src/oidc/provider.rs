//! A provider: what it says of itself, its keys, and what it gives for a code.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use jose::{Algorithm, Rules, Times, Token, Why, json};
use policy::{OutboundCall, Time, World, prelude::*};
use serde_json::{Map, Value as Json};

use crate::{
    key_source::{Fetched, KeySource, Place, Source},
    login::{address, encoded},
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer, bytes.
const LARGEST: u64 = 128 << 10;

/// As whom the gateway speaks with a provider.
pub(super) struct Client {
    pub(super) issuer: String,
    pub(super) id: String,
    pub(super) secret: Option<String>,
}

/// A provider with what is known of it.
pub(super) struct Provider {
    pub(super) client: Client,
    shared: Arc<Shared>,
}

/// What all policies of a gateway that name a provider share.
struct Shared {
    discovery: Arc<Source<Discovered>>,
    /// The keys, and where they were when they were asked for.
    keys: Mutex<Option<(Uri, Arc<KeySource>)>>,
}

/// What a provider says of itself (OpenID Connect Discovery 1.0 §3).
#[derive(Debug)]
pub(super) struct Discovered {
    issuer: String,
    pub(super) authorization: Option<Uri>,
    token: Option<Uri>,
    keys: Uri,
    pub(super) end_session: Option<Uri>,
    /// Whether clients show their secret in the body, and not as in RFC 6749 §2.3.1.
    secret_in_body: bool,
    /// Whether it says in its answers who it is (RFC 9207).
    pub(super) says_issuer: bool,
}

/// Why somebody is not let in.
pub(super) enum Refused {
    Wrong(Why),
    /// The provider does not answer as it should; for operators.
    Unavailable(String),
}

/// What a provider gave.
pub(super) struct Tokens {
    pub(super) id: Option<String>,
    pub(super) access: Option<String>,
    pub(super) refresh: Option<String>,
    /// Seconds.
    pub(super) expires_in: Option<u64>,
}

impl Fetched for Discovered {
    const ACCEPT: &'static str = "application/json";

    fn read(text: &Bytes) -> Result<(Discovered, String), String> {
        let Some(Json::Object(said)) = json::value(text) else {
            return Err("what it says of itself is no JSON object".to_owned());
        };
        let text = |name: &str| said.get(name).and_then(Json::as_str);
        let issuer = text("issuer").ok_or("it does not say its `issuer`")?.to_owned();
        let secure = issuer.starts_with("https://");
        let endpoint = |name: &str| -> Result<Option<Uri>, String> {
            let Some(text) = text(name) else { return Ok(None) };
            let uri = address(text).filter(|uri| !secure || uri.scheme_str() == Some("https"));
            uri.map(Some).ok_or_else(|| format!("its `{name}` is no address, or none with TLS"))
        };
        let methods = said.get("token_endpoint_auth_methods_supported").and_then(Json::as_array);
        let has = |wanted: &str| methods.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(wanted)));
        let says_issuer = said.get("authorization_response_iss_parameter_supported").and_then(Json::as_bool);
        let discovered = Discovered {
            authorization: endpoint("authorization_endpoint")?,
            token: endpoint("token_endpoint")?,
            keys: endpoint("jwks_uri")?.ok_or("it does not say its `jwks_uri`")?,
            end_session: endpoint("end_session_endpoint")?,
            secret_in_body: has("client_secret_post") && !has("client_secret_basic"),
            says_issuer: says_issuer == Some(true),
            issuer,
        };
        Ok((discovered, String::new()))
    }
}

impl Provider {
    pub(super) fn build(client: Client, cx: &BuildCx<'_>) -> Result<Provider, Invalid> {
        let plain = address(&client.issuer).filter(|uri| uri.query().is_none() && !client.issuer.contains('#'));
        let Some(_) = plain else {
            let message = format!("`{}` is no issuer, such as `https://idp.example.com`", client.issuer);
            return Err(Invalid::field("issuer", message));
        };
        if client.id.is_empty() {
            return Err(Invalid::field("client_id", "the provider must know who asks"));
        }
        if client.secret.as_ref().is_some_and(String::is_empty) {
            return Err(Invalid::field("client_secret", "must not be empty; leave it out for a public client"));
        }
        let about = format!("{}/.well-known/openid-configuration", client.issuer.trim_end_matches('/'));
        let place = Place::read(&about).map_err(|message| Invalid::field("issuer", message))?;
        let make = || Shared { discovery: Arc::new(Source::new(place.clone())), keys: Mutex::default() };
        let shared = cx.kept(&format!("oidc {about}"), make);
        Ok(Provider { client, shared })
    }

    /// What it says of itself; asked for once, and kept up to date beside requests.
    pub(super) async fn about(&self, world: &Arc<dyn World>, now: Time) -> Result<Arc<Discovered>, Refused> {
        let discovery = &self.shared.discovery;
        discovery.generation(world, now);
        let found = match discovery.set() {
            Some((found, _)) => found,
            None => {
                discovery.newer(world, now).await;
                let found = discovery.set().map(|(found, _)| found);
                found.ok_or_else(|| {
                    let why = format!("{} cannot be asked: {}", self.client.issuer, discovery.trouble());
                    Refused::Unavailable(why)
                })?
            }
        };
        // Discovery §4.3.
        if found.issuer != self.client.issuer {
            let why = format!("{} says that its issuer is `{}`", self.client.issuer, found.issuer);
            return Err(Refused::Unavailable(why));
        }
        Ok(found)
    }

    /// Which keys are in force; begins to look for newer ones where it is time to. 0 while there are none.
    pub(super) fn generation(&self, world: &Arc<dyn World>, now: Time) -> u64 {
        self.shared.discovery.generation(world, now);
        let keys = self.shared.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.as_ref().map_or(0, |(_, keys)| keys.generation(world, now))
    }

    fn keys(&self, at: &Uri) -> Arc<KeySource> {
        let mut keys = self.shared.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = keys.as_ref().filter(|(place, _)| place == at) {
            return Arc::clone(known);
        }
        let fresh = Arc::new(KeySource::new(Place::At(at.clone())));
        *keys = Some((at.clone(), Arc::clone(&fresh)));
        fresh
    }

    /// Its keys with the one of this id among them, where an id is said, and their number; newer ones are fetched where it is not.
    pub(super) async fn keys_for(
        &self,
        kid: Option<&str>,
        world: &Arc<dyn World>,
        now: Time,
    ) -> Result<(Arc<jose::KeySet>, u64), Refused> {
        let about = self.about(world, now).await?;
        let keys = self.keys(&about.keys);
        keys.generation(world, now);
        let fits = |found: &(Arc<jose::KeySet>, u64)| kid.is_none_or(|kid| found.0.has(kid));
        if let Some(found) = keys.set().filter(fits) {
            return Ok(found);
        }
        keys.newer(world, now).await;
        let found = keys.set().ok_or_else(|| {
            Refused::Unavailable(format!("the keys of {} cannot be had: {}", self.client.issuer, keys.trouble()))
        })?;
        Some(found).filter(fits).ok_or(Refused::Wrong("its key is not in the set".into()))
    }

    /// What a token claims, if this provider signed it and it is as asked; when it holds, and the number of the keys.
    pub(super) async fn verify(
        &self,
        text: &str,
        algorithms: &[Algorithm],
        rules: &Rules,
        world: &Arc<dyn World>,
        now: Time,
    ) -> Result<(Map<String, Json>, Times, u64), Refused> {
        let token = Token::read(text, algorithms).map_err(Refused::Wrong)?;
        let found = self.keys_for(token.kid(), world, now).await?;
        let claims = token.verified(&found.0).map_err(Refused::Wrong)?;
        let times = rules.check(&claims).map_err(Refused::Wrong)?;
        times.hold(now.unix_ms).map_err(Refused::Wrong)?;
        Ok((claims, times, found.1))
    }

    /// Asks the token endpoint (RFC 6749 §4.1.3, §6).
    pub(super) async fn tokens(
        &self,
        form: &[(&str, &str)],
        world: &Arc<dyn World>,
        now: Time,
    ) -> Result<Tokens, Refused> {
        let about = self.about(world, now).await?;
        let unavailable = |why: String| Refused::Unavailable(format!("{}: {why}", self.client.issuer));
        let endpoint = about.token.clone().ok_or_else(|| unavailable("it has no token endpoint".to_owned()))?;
        let mut headers = Headers::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let mut body = String::new();
        for (name, value) in form {
            add(&mut body, name, value);
        }
        match &self.client.secret {
            Some(secret) if !about.secret_in_body => {
                let pair = format!("{}:{}", encoded(&self.client.id), encoded(secret));
                let basic = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)));
                headers.insert(AUTHORIZATION, basic.expect("Base64 is visible ASCII"));
            }
            secret => {
                add(&mut body, "client_id", &self.client.id);
                if let Some(secret) = secret {
                    add(&mut body, "client_secret", secret);
                }
            }
        }
        let (method, body) = (Method::POST, Bytes::from(body));
        let call = OutboundCall { method, uri: endpoint, headers, body, timeout: TIMEOUT, bound: LARGEST };
        let answer = world.send(call).await.map_err(|error| unavailable(error.to_string()))?;
        let said = json::value(&answer.body);
        let text = |name: &str| said.as_ref()?.get(name)?.as_str().map(str::to_owned);
        match answer.status {
            StatusCode::OK => Ok(Tokens {
                id: text("id_token"),
                access: text("access_token"),
                refresh: text("refresh_token"),
                expires_in: said.as_ref().and_then(|said| said.get("expires_in")?.as_u64()),
            }),
            // What was sent is not good any more. Anything else is about the client or the provider.
            StatusCode::BAD_REQUEST if text("error").as_deref() == Some("invalid_grant") => {
                Err(Refused::Wrong("the provider does not accept it any more".into()))
            }
            status => {
                let error: String = text("error").unwrap_or_default().chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
                Err(unavailable(format!("its token endpoint answers {status} {error}")))
            }
        }
    }
}

fn add(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    form.push_str(name);
    form.push('=');
    form.push_str(&encoded(value));
}
