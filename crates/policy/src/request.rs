//! An exchange as filters see it.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use expr::{CallerFacts, Facts, Provenance, View};
use head::{Headers, Known, RequestHead};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use model::{
    KeyHash, TokenIssuer, TokenServer,
    event::{Breach, CacheUse, Observed, Target},
    snapshot::{Access, Caller, Entitlement, Scopes},
};

use crate::{
    Body, BodyPlan, Change, ClientCertificate, Flow, Hold, Outcome, Problem, ResponseStep, World, problems,
};

/// When something happened, by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Nanoseconds since the process started; never goes back.
    pub monotonic: u64,
    /// Milliseconds since 1970.
    pub unix_ms: u64,
}

/// A request on its way through the chain.
pub struct Request {
    /// Method, URI and headers, as they will be sent upstream.
    pub head: Box<RequestHead>,
    /// The content as it will be sent upstream. Replacing it is enough: `Content-Length` follows.
    pub body: Body,
    pub arrived: Time,
    /// The client's address, behind trusted proxies the one they tell.
    pub client: IpAddr,
    /// The certificate of the connection, where TLS ends here and the client has shown one. Who reads it asks whether it is verified, or
    /// verifies it: anybody can make one.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// Where it was routed.
    pub target: Arc<Target>,
    /// Segments of the base path, which are taken off the path at the end.
    pub strip: usize,
    /// The `Host` the upstream gets, whatever the upstream says about it; set by a filter.
    pub host: Option<HeaderValue>,
    /// How long it may take; set by a filter.
    pub deadlines: Deadlines,
    /// Who calls, once an authentication policy has said so.
    pub identity: Option<Identity>,
    /// The worker that carries the exchange: looks up callers by their keys, and acts for filters.
    pub world: Arc<dyn World>,
    /// Headers for the reply, whoever makes it; set by [`ResponseHead::receive`].
    pub on_reply: Vec<(HeaderName, HeaderValue)>,
    /// What filters do with the response of this exchange; see [`Request::then`].
    pub steps: Vec<ResponseStep>,
    /// What filters keep until the exchange ends; see [`Request::hold`].
    pub held: Vec<Hold>,
    /// What a cache did with it, for the event.
    pub cache: Option<CacheUse>,
    /// Where the client is from, once a policy has found out.
    pub origin: Option<Provenance>,
    /// What is not as the contract says, for the event.
    pub noted: Option<Arc<Noted>>,
}

/// What a policy saw of an exchange, such as what is not as its contract says. It is told with the exchange's event.
#[derive(Debug, Default)]
pub struct Noted {
    request: AtomicBool,
    response: AtomicBool,
    /// It is told in the log, too.
    aloud: AtomicBool,
    text: Mutex<String>,
    observed: Mutex<Option<Box<Observed>>>,
}

impl Noted {
    /// Adds what was seen: what the contract asks for, never what a message says. `aloud` puts it into the log.
    pub fn add(&self, of_response: bool, text: &str, aloud: bool) {
        if of_response { &self.response } else { &self.request }.store(true, Relaxed);
        self.aloud.fetch_or(aloud, Relaxed);
        let mut all = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.is_empty() {
            all.push_str("; ");
        }
        all.push_str(text);
    }

    /// Adds to what is taken of the exchange.
    pub fn observe(&self, with: impl FnOnce(&mut Observed)) {
        let mut observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
        with(observed.get_or_insert_default());
    }

    /// What was taken of the exchange; once.
    pub fn observed(&self) -> Option<Box<Observed>> {
        self.observed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub fn breach(&self) -> Breach {
        Breach { request: self.request.load(Relaxed), response: self.response.load(Relaxed) }
    }

    /// What was seen, and whether it goes into the log.
    pub fn text(&self) -> (String, bool) {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (text, self.aloud.load(Relaxed))
    }
}

/// How long an exchange may take. What is not said is as the upstream says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// Between two pieces of the response, its head included.
    pub read: Option<Duration>,
    /// From the first byte sent to the response's head.
    pub total: Option<Duration>,
    /// From the arrival of the request to the last piece of the response.
    pub whole: Option<Duration>,
}

/// Finds callers. Made from the snapshot.
pub trait CallerIndex: Send + Sync {
    /// The caller with this key, and when the key expires (milliseconds since 1970).
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)>;

    /// The caller with a [`model::snapshot::Login`] of this name.
    fn by_username(&self, username: &str) -> Option<Arc<Caller>>;

    /// The caller that is known elsewhere by this: one with this `custom_id`, else the consumer of this name.
    fn by_subject(&self, subject: &str) -> Option<Arc<Caller>>;

    /// The caller with this OAuth client.
    fn by_client(&self, client: &str) -> Option<Arc<Caller>>;

    /// Who issues the tokens of a workspace.
    fn token_issuer(&self, workspace: &str) -> Option<&Arc<TokenIssuer>>;

    /// Authorization servers elsewhere whose tokens a workspace takes.
    fn token_servers(&self, workspace: &str) -> &[Arc<TokenServer>];
}

/// Who calls.
#[derive(Clone, Debug)]
pub struct Identity {
    pub caller: Arc<Caller>,
    /// The index in [`model::snapshot::Access::Subscribed`] of what covers the API called.
    pub entitlement: Option<usize>,
    /// What proved it.
    pub proofs: Proofs,
    /// The key that did, where it was one.
    pub key: Option<KeyHash>,
    /// The name whose password did, where it was one.
    pub username: Option<Arc<str>>,
    /// What the credential is good for.
    pub scopes: Scopes,
    /// The plan whose policies hold for them, where the credential says so.
    pub plan: Option<Arc<str>>,
    /// What the credential itself says of the caller, such as the claims of a token.
    pub claims: Option<Arc<serde_json::Value>>,
}

/// What can prove who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// An API key.
    Key = 1,
    /// A name and a password.
    Password = 2,
    /// A token of somebody who is trusted to say who calls.
    Token = 4,
    /// A certificate of the connection.
    Certificate = 8,
    /// A signature of the request.
    Signature = 16,
    /// Another service said so.
    Elsewhere = 32,
}

/// Some of [`Proof`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proofs(u8);

impl Proofs {
    pub fn has(self, proof: Proof) -> bool {
        self.0 & proof as u8 != 0
    }

    pub fn add(&mut self, proof: Proof) {
        self.0 |= proof as u8;
    }

    #[must_use]
    pub fn and(self, other: Proofs) -> Proofs {
        Proofs(self.0 | other.0)
    }
}

impl From<Proof> for Proofs {
    fn from(proof: Proof) -> Proofs {
        Proofs(proof as u8)
    }
}

impl Identity {
    pub fn of(caller: Arc<Caller>) -> Identity {
        Identity {
            caller,
            entitlement: None,
            proofs: Proofs::default(),
            key: None,
            username: None,
            scopes: Scopes::default(),
            plan: None,
            claims: None,
        }
    }

    /// What conditions and formulas can ask about.
    pub fn facts(&self) -> CallerFacts<'_> {
        CallerFacts {
            name: &self.caller.name,
            groups: &self.caller.groups,
            scopes: &self.scopes,
            claims: self.claims.as_deref(),
        }
    }

    pub fn entitlement(&self) -> Option<&Entitlement> {
        match &self.caller.access {
            Access::Any => None,
            Access::Subscribed(all) => all.get(self.entitlement?),
        }
    }
}

impl Request {
    /// Says who calls. A caller whose access is by subscription needs one that covers the API called.
    ///
    /// # Errors
    /// A refusal where none does; who it is is said all the same, so that the call log can tell.
    pub fn identify(&mut self, mut identity: Identity) -> Flow {
        let (mut covered, mut ended) = (true, None);
        if let Access::Subscribed(all) = &identity.caller.access {
            let api = self.api().unwrap_or_default();
            let covers = |e: &Entitlement| e.apis.binary_search_by(|id| (**id).cmp(api)).is_ok();
            let lasts = |e: &Entitlement| e.ends.is_none_or(|ends| ends > self.arrived.unix_ms);
            let found = all.iter().position(|e| covers(e) && lasts(e));
            if found.is_none() {
                ended = all.iter().find(|e| covers(e)).map(|e| Arc::clone(&e.product));
            }
            (identity.entitlement, covered) = (found, found.is_some());
        }
        self.identity = Some(identity);
        if covered {
            return Ok(());
        }
        if let Some(product) = ended {
            let detail =
                format!("the app's subscription to `{product}` has come to its end; renew it in the portal");
            return Err(Problem::new(problems::SUBSCRIPTION_EXPIRED, detail)
                .with("product", &*product)
                .into());
        }
        let detail = "the app has no active subscription that covers this API; subscribe in the portal";
        Err(Problem::new(problems::SUBSCRIPTION_REQUIRED, detail).into())
    }

    /// Sets a header of the reply, whoever makes it: the first value replaces what the upstream sent under this name, further
    /// values (of other policies) are added as lines of their own.
    pub fn reply_with(&mut self, name: HeaderName, value: HeaderValue) {
        self.on_reply.push((name, value));
    }

    /// Does something with the response of this exchange, whoever makes it, when its head is known: for what depends on both
    /// request and response. Of several, the one said last comes first, so that the filter nearest to the upstream sees the
    /// upstream's own words. All run before [`crate::Filter::on_response`].
    pub fn then(&mut self, step: impl FnOnce(&mut ResponseHead, Outcome) -> BodyPlan + Send + 'static) {
        self.steps.push(Box::new(step));
    }

    /// Keeps something until the exchange ends: its response is sent to the end, or the client has gone.
    pub fn hold(&mut self, guard: Hold) {
        self.held.push(guard);
    }

    /// What a condition (`when`) can ask about. Borrows; costs nothing until something is read.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            head: &self.head,
            client: self.client,
            origin: self.origin,
            api: self.api().unwrap_or_default(),
            operation: &self.target.operation,
            caller: self.identity.as_ref().map(Identity::facts),
        }
    }

    /// What a formula can ask about on the request's way; the body where it was read and is JSON.
    pub fn view<'a>(&'a self, body: Option<&'a serde_json::Value>) -> View<'a> {
        View { facts: self.facts(), template: &self.target.path, request_body: body, response: None }
    }

    /// Path and query as the upstream gets them: without the base path.
    pub fn target_below_base(&self) -> String {
        let target = self.head.uri.path_and_query().map_or("/", |target| target.as_str());
        let path = self.head.uri.path();
        let from = match self.strip {
            0 => 0,
            strip => path.match_indices('/').nth(strip).map_or(path.len(), |(at, _)| at),
        };
        let rest = &target[from..];
        if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") }
    }

    /// The id of the API called: `orders@v1`. `None` for an explicit route.
    pub fn api(&self) -> Option<&str> {
        self.target.service.strip_prefix("api/")
    }
}

/// The head of a response on its way back.
#[derive(Debug)]
pub struct ResponseHead {
    pub status: StatusCode,
    pub headers: Headers,
}

impl ResponseHead {
    /// Makes this the head of a refusal.
    pub fn refuse(&mut self, problem: &Problem) {
        self.status = problem.status();
        for name in [header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_RANGE, header::ETAG]
        {
            self.headers.remove(name);
        }
        for name in [header::LAST_MODIFIED, header::ACCEPT_RANGES, header::CONTENT_DISPOSITION] {
            self.headers.remove(name);
        }
        self.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.headers.set(Known::ContentType, b"application/problem+json");
        for (name, value) in &problem.headers {
            self.headers.insert(name.clone(), value.clone());
        }
    }

    /// Sets what filters left for the reply ([`Request::on_reply`]), before [`crate::Filter::on_response`] looks at it. `Vary` and
    /// `Set-Cookie` are added to what is there; of any other name the first value replaces it and further ones are added.
    pub fn receive(&mut self, mut on_reply: Vec<(HeaderName, HeaderValue)>) {
        for at in 0..on_reply.len() {
            let (earlier, rest) = on_reply.split_at_mut(at);
            let (name, value) = &mut rest[0];
            let value = std::mem::replace(value, HeaderValue::from_static(""));
            let adds = matches!(*name, header::VARY | header::SET_COOKIE);
            if adds || earlier.iter().any(|(other, _)| other == name) {
                self.headers.append(&*name, value);
            } else {
                self.headers.insert(&*name, value);
            }
        }
    }
}

/// An answer of the gateway itself.
#[derive(Debug)]
pub enum Reply {
    /// A refusal.
    Problem(Box<Problem>),
    /// An answer that is no refusal, such as that to a CORS preflight.
    Answer(Box<(ResponseHead, Bytes)>),
    /// The same with fields after the body (RFC 9110 §6.5), as gRPC has them.
    Trailed(Box<(ResponseHead, Bytes, HeaderMap)>),
    /// An answer of the upstream's that was stored: to what looks at the response it is the upstream's.
    Stored(Box<(ResponseHead, Bytes)>),
    /// The protocol changes, and the gateway itself speaks on. Who did not ask for that is refused.
    Changed(Box<Change>),
}

impl Reply {
    pub fn answer(status: StatusCode, headers: Headers, body: Bytes) -> Reply {
        Reply::Answer(Box::new((ResponseHead { status, headers }, body)))
    }
}

impl From<Problem> for Reply {
    fn from(problem: Problem) -> Reply {
        Reply::Problem(Box::new(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_filters_left_for_the_reply_replaces_the_upstreams_and_keeps_every_filters_value() {
        let mut headers = Headers::new();
        headers.append("ratelimit", HeaderValue::from_static("upstream"));
        headers.append("ratelimit", HeaderValue::from_static("upstream again"));
        headers.append("vary", HeaderValue::from_static("accept"));
        let mut head = ResponseHead { status: StatusCode::OK, headers };
        let ratelimit = HeaderName::from_static("ratelimit");
        head.receive(vec![
            (ratelimit.clone(), HeaderValue::from_static("one")),
            (ratelimit.clone(), HeaderValue::from_static("two")),
            (header::VARY, HeaderValue::from_static("origin")),
        ]);
        let lines: Vec<_> = head.headers.get_all(&ratelimit).into_iter().collect();
        assert_eq!(lines, ["one", "two"]);
        let vary: Vec<_> = head.headers.get_all(header::VARY).into_iter().collect();
        assert_eq!(vary, ["accept", "origin"]);
    }
}
