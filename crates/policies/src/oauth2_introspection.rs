//! `oauth2-introspection`: who calls, by a token that its issuer is asked about (RFC 7662).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use jose::{LONGEST, Rules, Times, json};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use policy::{Gauge, OutboundCall, Proof, prelude::*};
use serde_json::Value as Json;

use crate::{
    authorization::{NO_TOKEN, Sent, sent, unauthenticated, wrong_token},
    recent::{Mark, Recent},
    said::{ClaimNames, Reading, Said, Unregistered},
    words::Words,
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer, bytes.
const LARGEST: u64 = 64 << 10;
/// Questions of one policy under way at one time.
const MOST_ASKED: u64 = 128;
/// Tokens that a gateway remembers.
const REMEMBERED: usize = 10_000;
/// For how long a token that is not active is remembered, at most; milliseconds.
const REFUSED_FOR: u64 = 10_000;

/// Lets in callers whose token is active, as its issuer says when it is asked.
///
/// It is for tokens that say nothing by themselves; those that are signed are verified by `jwt-auth` without asking anybody. What the issuer said is
/// remembered for `cache`, and never beyond `exp`. While the issuer cannot be reached, tokens that are not remembered are answered `503`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Oauth2Introspection {
    /// Where the issuer is asked: `https://idp.example.com/oauth2/introspect`.
    endpoint: String,
    /// As whom the gateway asks.
    client_id: String,
    /// The secret of that client. Accepted, and hidden in the audit log.
    client_secret: String,
    /// Who must have issued the token (`iss`), where the answer is to say that: one or a list of which any will do.
    #[serde(default)]
    issuer: Words,
    /// Whom the token must be made for (`aud`): one or a list of which any will do. Anybody, where absent.
    #[serde(default)]
    audience: Words,
    /// How long an answer is remembered, 1 hour at most; a token that is revoked is refused after that time at the latest. Nothing is remembered where it is `0s`.
    #[serde(default = "cache")]
    cache: Span,
    /// The claim that says who calls; it is looked for among the `custom_id`s and then the names of consumers.
    #[serde(default = "subject")]
    consumer_claim: String,
    /// Whether callers that are no registered consumers are let in, as `external` callers with the name that the answer gives.
    #[serde(default)]
    unregistered: Unregistered,
    /// The claim with the groups of an external caller, a list or a text with blanks between.
    #[serde(default)]
    groups_claim: Option<String>,
    /// The claim with the scopes, a list or a text with blanks between; by default `scope`, else `scp`.
    #[serde(default)]
    scopes_claim: Option<String>,
    /// Headers for the upstream with the claims they tell: `x-user: sub`. What a client sent under these names is always taken out.
    #[serde(default)]
    forward_claims: BTreeMap<String, String>,
    /// Whether the token is taken out of the request before it goes to the upstream.
    #[serde(default)]
    hide_credentials: bool,
    /// Whether only tokens that are bound to the client certificate of the connection are accepted (RFC 8705 §3). TLS listeners then ask for one. A token
    /// that is bound is refused on other connections in any case.
    #[serde(default)]
    certificate_bound: bool,
}

fn cache() -> Span {
    Span::secs(60)
}

fn subject() -> String {
    "sub".to_owned()
}

impl Policy for Oauth2Introspection {
    const NAME: &'static str = "oauth2-introspection";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{ endpoint: \"https://idp.example.com/oauth2/introspect\", client_id: gateway, client_secret: s3cret }";

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        let endpoint = address(&self.endpoint).ok_or_else(|| {
            Invalid::field("endpoint", format!("`{}` is no address: write `https://host/path`", self.endpoint))
        })?;
        if self.client_id.is_empty() {
            return Err(Invalid::field("client_id", "the issuer must know who asks"));
        }
        if self.cache > Span::secs(3600) {
            return Err(Invalid::field("cache", "is at most 1 hour"));
        }
        // RFC 6749 §2.3.1: both are encoded as in a form first.
        let pair = format!("{}:{}", encoded(&self.client_id), encoded(&self.client_secret));
        let credentials = format!("Basic {}", STANDARD.encode(pair));
        let mut credentials = HeaderValue::try_from(credentials).expect("Base64 is visible ASCII");
        credentials.set_sensitive(true);
        let names = ClaimNames {
            consumer: self.consumer_claim,
            groups: self.groups_claim,
            scopes: self.scopes_claim,
            plan: None,
            forward: self.forward_claims,
            unregistered: self.unregistered,
        };
        let mut own = [0; 16];
        rand::fill(&mut own).expect("the operating system has random bytes");
        Ok(Box::new(Question {
            endpoint,
            credentials,
            rules: Rules { issuers: self.issuer.0, audiences: self.audience.0, required: Vec::new(), skew: 0 },
            cache: self.cache.0.as_millis() as u64,
            reading: names.read()?,
            hide: self.hide_credentials,
            certificate_bound: self.certificate_bound,
            known: cx.kept("oauth2-introspection", || Recent::new(REMEMBERED)),
            own,
            asking: cx.gauge("asking"),
        }))
    }
}

/// An address that can be called.
pub(crate) fn address(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let host = uri.authority()?.as_str();
    (matches!(uri.scheme_str(), Some("http" | "https")) && !host.contains('@')).then_some(uri)
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The running form of [`Oauth2Introspection`].
struct Question {
    endpoint: Uri,
    credentials: HeaderValue,
    rules: Rules,
    /// Milliseconds.
    cache: u64,
    reading: Reading,
    hide: bool,
    certificate_bound: bool,
    known: Arc<Recent<Known>>,
    /// Tells this policy's entries from those of others.
    own: [u8; 16],
    asking: Box<dyn Gauge>,
}

/// What the issuer said.
#[derive(Clone)]
struct Known {
    /// Until when it is remembered, milliseconds since 1970.
    until: u64,
    /// `None` of a token that is not active.
    said: Option<Arc<(Said, Times)>>,
}

impl Filter for Question {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let token = match sent(&req.head.headers, "bearer") {
            Sent::Credentials(token) if is_token(token) => token,
            Sent::Credentials(_) => return Step::Done(Err(wrong_token("it is no token".into()).into())),
            Sent::Nothing | Sent::Other => {
                let detail = "send a token in `Authorization: Bearer`";
                return Step::Done(Err(unauthenticated(detail, &NO_TOKEN).into()));
            }
            Sent::Unclear => return Step::Done(Err(wrong_token("the request carries several".into()).into())),
        };
        let mark = self.known.mark(&[&self.own, token.as_bytes()]);
        if let Some(known) = self.known.get(&mark).filter(|known| req.arrived.unix_ms < known.until) {
            return self.decide(&known, req).into();
        }
        let token = token.to_owned();
        Step::wait(self.ask(token, mark, req))
    }

    fn asks_for_certificate(&self) -> bool {
        self.certificate_bound
    }

    fn carries(&self, req: &Request) -> bool {
        !matches!(sent(&req.head.headers, "bearer"), Sent::Nothing | Sent::Other)
    }
}

/// The grammar of RFC 6750 §2.1.
fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits)
}

impl Question {
    async fn ask(&self, token: String, mark: Mark, req: &mut Request) -> Flow {
        let everybody = self.asking.key(CallerKey(&[]));
        let Some(_turn) = self.asking.enter(everybody, MOST_ASKED) else {
            let detail = "too many tokens are being asked about; repeat the request later";
            return Err(Problem::new(problems::OVERLOADED, detail).into());
        };
        let mut headers = Headers::new();
        headers.insert(AUTHORIZATION, self.credentials.clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let call = OutboundCall {
            method: Method::POST,
            uri: self.endpoint.clone(),
            headers,
            body: Bytes::from(format!("token={}&token_type_hint=access_token", encoded(&token))),
            timeout: TIMEOUT,
            bound: LARGEST,
        };
        let answer = req.world.send(call).await.map_err(|error| unavailable(&error.to_string()))?;
        if answer.status != StatusCode::OK {
            return Err(unavailable(&format!("it answered {}", answer.status)).into());
        }
        let Some(Json::Object(claims)) = json::value(&answer.body) else {
            return Err(unavailable("its answer is no JSON object").into());
        };
        let now = req.world.now().unix_ms;
        let said = match claims.get("active") {
            Some(Json::Bool(true)) => {
                let times = self.rules.check(&claims).map_err(wrong_token)?;
                Some(Arc::new((self.reading.of(claims, &req.target.workspace).map_err(wrong_token)?, times)))
            }
            Some(Json::Bool(false)) => None,
            _ => return Err(unavailable("its answer does not say whether the token is active").into()),
        };
        let lasts = if said.is_some() { self.cache } else { self.cache.min(REFUSED_FOR) };
        let known = Known { until: now.saturating_add(lasts), said };
        self.known.put(mark, known.clone());
        self.decide(&known, req)
    }

    fn decide(&self, known: &Known, req: &mut Request) -> Flow {
        let Some(said) = &known.said else {
            return Err(wrong_token("its issuer says that it is not active".into()).into());
        };
        let (said, times) = &**said;
        times.hold(req.arrived.unix_ms).map_err(wrong_token)?;
        said.fits(req, self.certificate_bound).map_err(wrong_token)?;
        if self.hide {
            req.head.headers.remove(AUTHORIZATION);
        }
        self.reading.let_in(said, Proof::Token, req)
    }
}

fn unavailable(why: &str) -> Problem {
    let detail = "callers cannot be told apart now, because the issuer of their tokens does not answer";
    Problem::new(problems::IDENTITY_UNAVAILABLE, detail).because(format!("oauth2-introspection: {why}"))
}
