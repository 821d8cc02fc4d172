//! A token of an authorization server: by client credentials (RFC 6749 §4.4), fetched once for all calls and renewed beside them before it ends, or in
//! exchange for the token of each caller (RFC 8693).

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use jose::json;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use policy::{BodyPlan, OutboundCall, World, prelude::*};
use serde_json::Value as Json;

use crate::{
    authorization::{NO_TOKEN, Sent, WRONG_TOKEN, sent, unauthenticated},
    oauth2_introspection::address,
    recent::{Mark, Recent},
    turns::Turns,
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer, bytes.
const LARGEST: u64 = 64 << 10;
/// Tokens that a gateway keeps.
const KEPT: usize = 20_000;
/// How long a token is good that does not say so, and at most; milliseconds.
const USUAL: u64 = 300_000;
const LONGEST: u64 = 24 * 3_600_000;
/// How long a token is kept at least, whatever the service says of it; milliseconds.
const AT_LEAST: u64 = 10_000;
/// How long it is remembered that the server exchanges a token for none, milliseconds.
const REFUSED_FOR: u64 = 10_000;
/// The longest token of a caller, bytes.
const LONGEST_TOKEN: usize = 16 << 10;

/// As whom a token is asked for, and where.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    /// The token endpoint: `https://idp.example.com/oauth2/token`.
    token_url: String,
    /// As which client the gateway asks.
    client_id: String,
    /// The client's secret, such as `secret://orders-client`.
    client_secret: String,
    /// What the token is to be good for.
    #[serde(default)]
    scopes: Vec<String>,
    /// For whom it is to be, as some servers want to know it (`audience`).
    #[serde(default)]
    audience: Option<String>,
    /// Whether the client's id and secret go in the body, as some servers want them, and not as a name and a password.
    #[serde(default)]
    secret_in_body: bool,
    /// Exchanges the token that the caller came with for one of the same person for this service (RFC 8693), in place of a token of the gateway's own.
    #[serde(default)]
    exchange: Option<Exchange>,
}

/// What is asked for in exchange for the token of a caller.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Exchange {
    /// What kind the caller's token is.
    #[serde(default)]
    subject_token_type: TokenKind,
    /// What kind is wanted; as the server likes, where absent.
    #[serde(default)]
    requested_token_type: Option<TokenKind>,
    /// The address of the service that the token is for, as some servers want to know it (`resource`).
    #[serde(default)]
    resource: Option<String>,
}

/// A kind of token (RFC 8693 §3).
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TokenKind {
    #[default]
    AccessToken,
    IdToken,
    Jwt,
}

impl TokenKind {
    fn urn(self) -> &'static str {
        match self {
            TokenKind::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
            TokenKind::IdToken => "urn:ietf:params:oauth:token-type:id_token",
            TokenKind::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }
}

/// The running form of [`Grant`].
pub(super) struct TokenGrant(Arc<Shared>);

/// Which token is wanted.
pub(super) struct Want {
    mark: Mark,
    /// The token of the caller, where it is exchanged.
    subject: Option<String>,
}

struct Shared {
    endpoint: Uri,
    credentials: Option<HeaderValue>,
    form: String,
    /// Of all such policies of the gateway.
    tokens: Arc<Recent<Arc<Held>>>,
    turns: Arc<Turns>,
    /// Of this client at this server, with what it asks for.
    mark: Mark,
    exchanges: bool,
}

/// A token, and how long it is good; milliseconds since 1970.
pub(super) struct Held {
    /// Nothing where the server gives none for the caller's.
    value: Option<HeaderValue>,
    since: u64,
    renew: u64,
    until: u64,
}

impl Grant {
    pub(super) fn build(self, cx: &BuildCx<'_>) -> Result<TokenGrant, Invalid> {
        let endpoint = address(&self.token_url).ok_or_else(|| {
            let message = format!("`{}` is no address: write `https://host/path`", self.token_url);
            Invalid::field("oauth2.token_url", message)
        })?;
        if self.client_id.is_empty() {
            return Err(Invalid::field("oauth2.client_id", "the server must know who asks"));
        }
        let mut form = match self.exchange {
            Some(_) => format!("grant_type={}", encoded("urn:ietf:params:oauth:grant-type:token-exchange")),
            None => "grant_type=client_credentials".to_owned(),
        };
        let mut add = |name: &str, value: &str| form.push_str(&format!("&{name}={}", encoded(value)));
        if !self.scopes.is_empty() {
            add("scope", &self.scopes.join(" "));
        }
        if let Some(audience) = &self.audience {
            add("audience", audience);
        }
        if let Some(Exchange { subject_token_type, requested_token_type, resource }) = &self.exchange {
            add("subject_token_type", subject_token_type.urn());
            if let Some(kind) = requested_token_type {
                add("requested_token_type", kind.urn());
            }
            if let Some(resource) = resource {
                add("resource", resource);
            }
        }
        let credentials = match self.secret_in_body {
            true => {
                add("client_id", &self.client_id);
                add("client_secret", &self.client_secret);
                None
            }
            false => {
                // RFC 6749 §2.3.1: both are encoded as in a form first.
                let pair = format!("{}:{}", encoded(&self.client_id), encoded(&self.client_secret));
                let value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)));
                let mut value = value.expect("Base64 is visible ASCII");
                value.set_sensitive(true);
                Some(value)
            }
        };
        let tokens = cx.kept("upstream-auth", || Recent::new(KEPT));
        let shown = credentials.as_ref().map(HeaderValue::as_bytes).unwrap_or_default();
        let mark = tokens.mark(&[self.token_url.as_bytes(), form.as_bytes(), shown]);
        let turns = cx.kept("upstream-auth turns", Turns::default);
        let exchanges = self.exchange.is_some();
        Ok(TokenGrant(Arc::new(Shared { endpoint, credentials, form, tokens, turns, mark, exchanges })))
    }
}

impl TokenGrant {
    /// Which token a call needs.
    ///
    /// # Errors
    /// A caller without a token to exchange.
    pub(super) fn want(&self, req: &Request) -> Result<Want, Problem> {
        let shared = &self.0;
        if !shared.exchanges {
            return Ok(Want { mark: shared.mark, subject: None });
        }
        match sent(&req.head.headers, "bearer") {
            Sent::Credentials(token) if !token.is_empty() && token.len() <= LONGEST_TOKEN => {
                let mark = shared.tokens.mark(&[&shared.mark, token.as_bytes()]);
                Ok(Want { mark, subject: Some(token.to_owned()) })
            }
            Sent::Credentials(_) => Err(unauthenticated("the token is not accepted", &WRONG_TOKEN)),
            _ => Err(unauthenticated("send a token in `Authorization: Bearer`", &NO_TOKEN)),
        }
    }

    /// A token that is good; begins to ask for the next one where it is time to.
    pub(super) fn at_hand(&self, want: &Want, req: &Request) -> Option<Arc<Held>> {
        let now = req.arrived.unix_ms;
        let held = self.0.tokens.get(&want.mark).filter(|held| now < held.until)?;
        // A caller may not come again: theirs is asked for when they do.
        if want.subject.is_none()
            && now >= held.renew
            && let Some(turn) = self.0.turns.try_enter(want.mark)
        {
            let (shared, world) = (Arc::clone(&self.0), Arc::clone(&req.world));
            let want = Want { mark: want.mark, subject: None };
            // Where too much is under way, the turn ends with the task that is dropped. What fails now is tried again.
            req.world.spawn(Box::pin(async move {
                let _ = shared.ask(&want, &world).await;
                drop(turn);
            }));
        }
        Some(held)
    }

    /// Waits for a token: of several calls one asks for it.
    pub(super) async fn wait_for(&self, want: &Want, world: Arc<dyn World>) -> Result<Arc<Held>, Problem> {
        let shared = &self.0;
        let turn = shared.turns.enter(want.mark).await;
        let now = world.now().unix_ms;
        match (shared.tokens.get(&want.mark).filter(|held| now < held.until), turn) {
            (Some(held), _) => Ok(held),
            (None, Some(_turn)) => shared.ask(want, &world).await.map_err(|why| unavailable(&why)),
            (None, None) => Err(unavailable("another call has just asked in vain")),
        }
    }

    /// Shows a token to the service. One that the service refuses is not shown again.
    pub(super) fn show(&self, want: &Want, held: &Arc<Held>, req: &mut Request) -> Flow {
        let Some(value) = &held.value else {
            let problem = unauthenticated("the token is not accepted", &WRONG_TOKEN);
            return Err(problem.because("upstream-auth: the token endpoint exchanges it for none").into());
        };
        req.head.headers.insert(AUTHORIZATION, value.clone());
        let (shared, world) = (Arc::clone(&self.0), Arc::clone(&req.world));
        let (mark, since) = (want.mark, held.since);
        req.then(move |head, _| {
            if head.status == StatusCode::UNAUTHORIZED && world.now().unix_ms >= since + AT_LEAST {
                shared.tokens.put(mark, Arc::new(Held { value: None, since, renew: 0, until: 0 }));
            }
            BodyPlan::Keep
        });
        Ok(())
    }
}

impl Shared {
    async fn ask(&self, want: &Want, world: &Arc<dyn World>) -> Result<Arc<Held>, String> {
        let mut headers = Headers::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some(credentials) = &self.credentials {
            headers.insert(AUTHORIZATION, credentials.clone());
        }
        let mut form = self.form.clone();
        if let Some(token) = &want.subject {
            form.push_str(&format!("&subject_token={}", encoded(token)));
        }
        let (uri, body) = (self.endpoint.clone(), Bytes::from(form));
        let call = OutboundCall { method: Method::POST, uri, headers, body, timeout: TIMEOUT, bound: LARGEST };
        let answer = world.send(call).await.map_err(|error| error.to_string())?;
        let said = json::value(&answer.body);
        if answer.status != StatusCode::OK {
            let error = said.as_ref().and_then(|said| said.get("error")?.as_str()).unwrap_or_default();
            let now = world.now().unix_ms;
            // What RFC 8693 §2.2.2 says of a token that is not accepted.
            if want.subject.is_some() && matches!(error, "invalid_request" | "invalid_grant" | "invalid_target") {
                let refused = Arc::new(Held { value: None, since: now, renew: 0, until: now + REFUSED_FOR });
                self.tokens.put(want.mark, Arc::clone(&refused));
                return Ok(refused);
            }
            let error: String = error.chars().filter(|c| c.is_ascii_graphic()).take(60).collect();
            return Err(format!("the token endpoint answers {} {error}", answer.status));
        }
        let text = |name: &str| said.as_ref().and_then(|said| said.get(name)?.as_str());
        if text("token_type").is_some_and(|kind| !is_shown(kind, want)) {
            return Err("the token endpoint gives a token that is no bearer token".to_owned());
        }
        let token = text("access_token").filter(|token| !token.is_empty());
        let value = token.and_then(|token| HeaderValue::try_from(format!("Bearer {token}")).ok());
        let mut value = value.ok_or("the token endpoint gives no token")?;
        value.set_sensitive(true);
        let lasts = said.as_ref().and_then(|said| said.get("expires_in").and_then(Json::as_u64));
        let lasts = lasts.map_or(USUAL, |seconds| seconds.saturating_mul(1000).min(LONGEST));
        let now = world.now().unix_ms;
        // Before its end, and a fifth of its time at most.
        let (renew, until) = (now + lasts - (lasts / 5).min(60_000), now + lasts);
        let held = Arc::new(Held { value: Some(value), since: now, renew, until });
        self.tokens.put(want.mark, Arc::clone(&held));
        Ok(held)
    }
}

/// Whether a token of this type is shown as bearers do: one that was exchanged may be none to the server (RFC 8693 §2.2.1).
fn is_shown(kind: &str, want: &Want) -> bool {
    kind.eq_ignore_ascii_case("bearer") || want.subject.is_some() && kind.eq_ignore_ascii_case("n_a")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn unavailable(why: &str) -> Problem {
    let detail = "the gateway cannot prove itself to the service now; repeat the request later";
    Problem::new(problems::UPSTREAM_UNREACHABLE, detail).because(format!("upstream-auth: {why}"))
}
