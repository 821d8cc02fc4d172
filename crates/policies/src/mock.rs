//! `mock`: answers of the contract alone, in place of the upstream's.

mod callbacks;
mod prefer;
mod socket;
mod state;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use contract::mock::{Answer, Call, Conversation, Origin, Refused, SUBPROTOCOL, Wish};
use http::{
    HeaderMap,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, WWW_AUTHENTICATE},
};
use policy::{Change, Later, prelude::*};
use serde_json::json;

use self::{
    callbacks::{Callbacks, Caller},
    prefer::{PREFERENCE_APPLIED, Prefer},
    socket::Socket,
    state::{Done, State, Stateful},
};
use crate::{
    sample::Sample,
    validate::{self, joined},
};

/// Says on an answer what it was made of.
const MADE_OF: HeaderName = HeaderName::from_static("x-mock");
const LONGEST_DELAY: Span = Span::secs(300);
/// The largest body of a request that is read.
const BODY: ByteSize = ByteSize::mib(1);
const MOST_ITEMS: u32 = 100_000;
const MOST_BYTES: ByteSize = ByteSize::mib(64);

/// Answers in place of the upstream with what the contract describes: its examples, or values that its schemas accept.
///
/// It needs an API with a contract, and no service behind it. Requests are held against the contract as by `validate`; credentials that the
/// contract asks for must be there, whatever they say. A client says by `Prefer` which status or example it wants. The same request has the
/// same answer. GraphQL, SOAP and gRPC are answered as themselves: documents executed on values of the schema's types, envelopes by
/// envelopes, messages by messages. It runs after authentication and limits, so that a caller sees all of the API but what is behind it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mock {
    /// Whether answers are made of the schemas and differ with the request, rather than being the contract's examples; also by
    /// `Prefer: dynamic=true`.
    dynamic: bool,
    /// Whether requests that are not as the contract says are refused.
    validate: bool,
    /// Whether a request without the credentials that the contract asks for is refused with `401`. A caller whom an authentication policy
    /// recognized has them.
    security: bool,
    /// Whether what is created stays: a `POST` on `/orders` adds an item, which `/orders/{id}` reads, replaces, changes and deletes and `/orders`
    /// lists. It is kept in the memory of each gateway until the contract changes, or `Prefer: state=reset`.
    state: bool,
    /// How many items of the API are kept, at most 100000; the oldest go first.
    state_items: u32,
    /// How large they are together, at most 64MiB.
    state_bytes: ByteSize,
    /// How long answers take.
    latency: Option<Latency>,
    /// Answers that fail on purpose. The first that a request meets is its answer.
    errors: Vec<Failure>,
    /// Whether what the contract's `callbacks` promise is called after an answer that says all is well, and where. Nothing is where nothing
    /// is said.
    callbacks: Option<Callbacks>,
}

/// How long answers take.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Latency {
    /// So long at least.
    least: Span,
    /// So long at most, spread evenly, at most 5m; always `least` where nothing is said.
    #[serde(default)]
    most: Option<Span>,
}

/// An answer that fails on purpose.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Failure {
    /// The status of the answer, 300 to 599. The body is what the contract describes for it, else a problem.
    status: u16,
    /// The share of requests, in percent.
    #[serde(default = "all")]
    percentage: f64,
    /// Only requests that have this header.
    #[serde(default)]
    header: Option<String>,
    /// Only requests whose `header` has this value.
    #[serde(default)]
    value: Option<String>,
    /// How long it takes, at most 5m.
    #[serde(default)]
    delay: Option<Span>,
}

fn all() -> f64 {
    100.0
}

impl Default for Mock {
    fn default() -> Mock {
        Mock {
            dynamic: false,
            validate: true,
            security: true,
            state: false,
            state_items: 1_000,
            state_bytes: ByteSize::mib(4),
            latency: None,
            errors: Vec::new(),
            callbacks: None,
        }
    }
}

impl Policy for Mock {
    const NAME: &'static str = "mock";
    const STAGE: Stage = Stage::Transform;
    const EXAMPLE: &'static str = "{ state: true, latency: { least: 20ms, most: 80ms } }";
    // What an API answers is its own affair, whoever calls.
    const FOR_CALLERS: bool = false;
    const READS_CONTRACT: bool = true;

    fn build(self, cx: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        if !(1..=MOST_ITEMS).contains(&self.state_items) {
            return Err(Invalid::field("state_items", format!("is at least 1 and at most {MOST_ITEMS}")));
        }
        if self.state_bytes > MOST_BYTES || self.state_bytes.0 == 0 {
            return Err(Invalid::field("state_bytes", format!("is at least 1B and at most {MOST_BYTES}")));
        }
        let latency = self.latency.map(|latency| latency.read()).transpose()?;
        let failures = self.errors.into_iter().enumerate();
        let failures = failures.map(|(at, failure)| failure.read(&format!("errors[{at}]"))).collect::<Result<_, _>>()?;
        let mut caller = self.callbacks.map(Callbacks::read).transpose()?;
        let inner = cx.contract.map(|document| {
            let mock =
                cx.kept(&format!("mock/{}", document.hash), || contract::mock::Mock::new(document));
            let state = self.state.then(|| {
                let kept = cx.kept(&format!("mock/state/{}", document.hash), State::default);
                let most = (self.state_items as usize, self.state_bytes.as_usize());
                Stateful::new(kept, document, Arc::clone(&mock), most)
            });
            let guard = self.validate.then(|| validate::guard(Arc::clone(mock.conformance())));
            let (dynamic, security, caller) = (self.dynamic, self.security, caller.take());
            Inner { mock, guard, state, dynamic, security, latency, failures, caller }
        });
        Ok(Box::new(Mocking(inner)))
    }
}

impl Latency {
    fn read(self) -> Result<Delay, Invalid> {
        let most = self.most.unwrap_or(self.least);
        if most > LONGEST_DELAY || self.least > LONGEST_DELAY {
            return Err(Invalid::field("latency", format!("is at most {LONGEST_DELAY}")));
        }
        if most < self.least {
            return Err(Invalid::field("latency.most", "is less than `least`"));
        }
        Ok(Delay { least: self.least.0, spread: most.0 - self.least.0 })
    }
}

impl Failure {
    fn read(self, field: &str) -> Result<Planned, Invalid> {
        let at = |name: &str| format!("{field}.{name}");
        let status = StatusCode::from_u16(self.status).ok().filter(|_| (300..600).contains(&self.status));
        let status =
            status.ok_or_else(|| Invalid::field(at("status"), format!("{} is no status of a failure", self.status)))?;
        let header = self.header.map(|name| HeaderName::from_bytes(name.as_bytes())).transpose();
        let header = header.map_err(|_| Invalid::field(at("header"), "is no name of a header"))?;
        if self.value.is_some() && header.is_none() {
            return Err(Invalid::field(at("value"), "goes with `header`"));
        }
        if self.delay.is_some_and(|delay| delay > LONGEST_DELAY) {
            return Err(Invalid::field(at("delay"), format!("is at most {LONGEST_DELAY}")));
        }
        let sample = Sample::read(self.percentage, &at("percentage"))?;
        Ok(Planned { status, sample, header, value: self.value, delay: self.delay.map(|delay| delay.0) })
    }
}

/// The running form of [`Mock`]; nothing where there is no contract.
struct Mocking(Option<Inner>);

struct Inner {
    mock: Arc<contract::mock::Mock>,
    guard: Option<Box<dyn Filter>>,
    state: Option<Stateful>,
    dynamic: bool,
    security: bool,
    latency: Option<Delay>,
    failures: Vec<Planned>,
    caller: Option<Caller>,
}

struct Delay {
    least: Duration,
    spread: Duration,
}

/// The running form of [`Failure`].
struct Planned {
    status: StatusCode,
    sample: Sample,
    header: Option<HeaderName>,
    value: Option<String>,
    delay: Option<Duration>,
}

impl Planned {
    fn is_met(&self, req: &Request) -> bool {
        let has = |name: &HeaderName| {
            let value = req.head.headers.get(name);
            value.is_some_and(|value| self.value.as_ref().is_none_or(|wanted| value.as_bytes() == wanted.as_bytes()))
        };
        self.header.as_ref().is_none_or(has) && self.sample.takes()
    }
}

impl Filter for Mocking {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let Some(inner) = &self.0 else { return Step::Done(Ok(())) };
        if inner.mock.conformance().operation(&req.target.operation).is_none() {
            return Step::Done(Ok(()));
        }
        if let Some(problem) = inner.lacking(req) {
            return Step::Done(Err(problem.into()));
        }
        if inner.mock.is_called(&req.target.operation) {
            return Step::wait(inner.called(req));
        }
        let is_slow = inner.latency.is_some() || inner.failures.iter().any(|failure| failure.delay.is_some());
        // What has no body is held against the contract at once.
        if req.body.is_empty() && !is_slow {
            if let Some(guard) = &inner.guard
                && let Step::Done(Err(reply)) = guard.on_request(&mut *req)
            {
                return Step::Done(Err(reply));
            }
            let (reply, _) = inner.reply(req, &Bytes::new());
            inner.call_back(req, &Bytes::new(), &reply);
            return Step::Done(Err(reply));
        }
        Step::wait(async move {
            if let Some(guard) = &inner.guard {
                match guard.on_request(&mut *req) {
                    Step::Done(flow) => flow?,
                    Step::Wait(flow) => flow.await?,
                }
            }
            let needs_body = inner.calls_back(req) || inner.state.is_some() || inner.dynamic || joined(&req.head.headers, "prefer").is_some();
            let body = if needs_body { req.body.read(BODY.0).await? } else { Bytes::new() };
            let (reply, delay) = inner.reply(req, &body);
            sleep(req, delay).await;
            inner.call_back(req, &body, &reply);
            Err(reply)
        })
    }
}

/// Waits, where there is something to wait for.
fn sleep(req: &Request, delay: Option<Duration>) -> Later<()> {
    match delay {
        Some(delay) => req.world.sleep(delay),
        None => Box::pin(std::future::ready(())),
    }
}

impl Inner {
    /// Answers a call of a protocol that says by itself what is wrong with it.
    async fn called(&self, req: &mut Request) -> Flow {
        let body = req.body.read(BODY.0).await?;
        let prefer = Prefer::read(joined(&req.head.headers, "prefer").as_deref());
        let (seed, failure) = (seed_of(req, &body), self.failures.iter().find(|failure| failure.is_met(req)));
        let delay = failure.and_then(|failure| failure.delay).or_else(|| self.delay(req, seed));
        if req.head.method == Method::GET && req.head.headers.contains_key(SEC_WEBSOCKET_KEY) && self.mock.converses(&req.target.operation) {
            sleep(req, delay.filter(|delay| !delay.is_zero())).await;
            let seed = prefer.dynamic.unwrap_or(self.dynamic).then_some(seed);
            return Err(self.converse(req, seed, failure.is_some() || prefer.code.is_some_and(|code| code >= 400)));
        }
        let content_type = joined(&req.head.headers, CONTENT_TYPE.as_str());
        let accept = joined(&req.head.headers, ACCEPT.as_str());
        let encoding = joined(&req.head.headers, "grpc-encoding");
        let (address, code) = (address(req), prefer.code.filter(|code| *code >= 400));
        let call = Call {
            is_safe: req.head.method == Method::GET || req.head.method == Method::HEAD,
            address: address.as_deref(),
            query: req.head.uri.query(),
            content_type: content_type.as_deref(),
            accept: accept.as_deref(),
            encoding: encoding.as_deref(),
            body: &body,
            seed: prefer.dynamic.unwrap_or(self.dynamic).then_some(seed),
            validates: self.guard.is_some(),
            fails: failure.map(|failure| failure.status.as_u16()).or(code),
        };
        let prefer = Prefer { code, dynamic: prefer.dynamic, ..Prefer::default() };
        let made_of = if call.fails.is_some() { "error" } else { "" };
        let reply = match self.mock.call(&req.target.operation, &call) {
            Some(answer) => self.send(Arc::new(answer), made_of, None, &prefer),
            None => refusal(Refused::UnknownOperation).into(),
        };
        sleep(req, delay.filter(|delay| !delay.is_zero())).await;
        Err(reply)
    }

    /// Speaks GraphQL on a WebSocket. Who asks for another subprotocol than the one there is gets none, and is told on the WebSocket.
    fn converse(&self, req: &Request, seed: Option<u64>, fails: bool) -> Reply {
        let asked = joined(&req.head.headers, SEC_WEBSOCKET_PROTOCOL.as_str()).unwrap_or_default();
        let mut headers = Headers::new();
        let conversation = asked.split(',').any(|name| name.trim() == SUBPROTOCOL).then(|| {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
            Conversation::new(Arc::clone(&self.mock), seed, fails)
        });
        headers.insert(MADE_OF, HeaderValue::from_static("schema"));
        Reply::Changed(Box::new(Change { headers, talk: Box::new(Socket::new(conversation)) }))
    }

    fn calls_back(&self, req: &Request) -> bool {
        self.caller.is_some() && self.mock.has_callbacks(&req.target.operation)
    }

    /// Calls what an answer leads to.
    fn call_back(&self, req: &Request, body: &Bytes, reply: &Reply) {
        let (Some(caller), Reply::Answer(answer)) = (&self.caller, reply) else { return };
        if !self.calls_back(req) || !answer.0.status.is_success() {
            return;
        }
        let query = req.head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let url = address(req).unwrap_or_default() + &query;
        let seed = self.dynamic.then(|| seed_of(req, body));
        caller.call(&self.mock, req, (&url, body), (&answer.0, &answer.1), seed);
    }

    /// How long an answer takes.
    fn delay(&self, req: &Request, seed: u64) -> Option<Duration> {
        let latency = self.latency.as_ref()?;
        // Nanoseconds of five minutes are few enough.
        let spread = u64::try_from(latency.spread.as_nanos()).unwrap_or(u64::MAX);
        let by = if spread == 0 { 0 } else { (seed ^ req.arrived.monotonic).rotate_left(17) % (spread + 1) };
        Some(latency.least + Duration::from_nanos(by))
    }

    /// A refusal where the contract asks for credentials that did not come.
    fn lacking(&self, req: &Request) -> Option<Problem> {
        if !self.security || req.identity.is_some() {
            return None;
        }
        let field = |name: &str| joined(&req.head.headers, name);
        let lacking = self.mock.lacking(&req.target.operation, req.head.uri.query(), &field)?;
        let detail = format!("the contract asks for {}, which the request does not carry", lacking.needs);
        let problem = Problem::new(problems::UNAUTHENTICATED, detail);
        Some(lacking.challenges.into_iter().fold(problem, |problem, challenge| {
            problem.with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
        }))
    }

    /// The answer, and how long it takes.
    fn reply(&self, req: &Request, body: &Bytes) -> (Reply, Option<Duration>) {
        let mut prefer = Prefer::read(joined(&req.head.headers, "prefer").as_deref());
        let seed = seed_of(req, body);
        let mut delay = self.delay(req, seed);
        let failure = self.failures.iter().find(|failure| failure.is_met(req));
        if let Some(failure) = failure {
            delay = failure.delay.or(delay);
            return (self.fail(req, failure.status), delay.filter(|delay| !delay.is_zero()));
        }
        let reply = self.answer(req, body, &mut prefer, seed);
        (reply, delay.filter(|delay| !delay.is_zero()))
    }

    fn answer(&self, req: &Request, body: &Bytes, prefer: &mut Prefer, seed: u64) -> Reply {
        let accept = joined(&req.head.headers, ACCEPT.as_str());
        let dynamic = prefer.dynamic.unwrap_or(self.dynamic);
        let wish = Wish {
            status: prefer.code,
            example: prefer.example.as_deref(),
            accept: accept.as_deref(),
            seed: (dynamic && prefer.example.is_none()).then_some(seed),
        };
        if let Some(state) = &self.state {
            if prefer.reset {
                state.reset(&req.target.key);
            }
            // Who asks for a status or an example gets that.
            if prefer.code.is_none() && prefer.example.is_none() {
                match state.reply(req, body, &wish) {
                    Done::Answer { answer, location } => return self.send(answer, "state", location, prefer),
                    Done::Missing => return self.missing(req, &wish, prefer),
                    Done::Refused(problem) => return (*problem).into(),
                    Done::Elsewhere => {}
                }
            }
        } else {
            prefer.reset = false;
        }
        match self.mock.answer(&req.target.operation, &wish) {
            Ok(answer) => self.send(answer, "", None, prefer),
            Err(refused) => refusal(refused).into(),
        }
    }

    /// There is no such item.
    fn missing(&self, req: &Request, wish: &Wish<'_>, prefer: &Prefer) -> Reply {
        let wish = Wish { status: Some(404), ..*wish };
        match self.mock.answer(&req.target.operation, &wish) {
            Ok(answer) => self.send(answer, "state", None, prefer),
            Err(_) => {
                let detail = "the mock has no item of this name; create it first";
                Problem::new(problems::NOT_FOUND, detail).into()
            }
        }
    }

    /// An answer that fails on purpose.
    fn fail(&self, req: &Request, status: StatusCode) -> Reply {
        let accept = joined(&req.head.headers, ACCEPT.as_str());
        let wish = Wish { status: Some(status.as_u16()), accept: accept.as_deref(), ..Wish::default() };
        let none = Prefer::default();
        if let Ok(answer) = self.mock.answer(&req.target.operation, &wish) {
            return self.send(answer, "error", None, &none);
        }
        let title = status.canonical_reason().unwrap_or("Failure");
        let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16() }).to_string();
        let mut headers = Headers::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(MADE_OF, HeaderValue::from_static("error"));
        Reply::answer(status, headers, body.into())
    }

    fn send(&self, answer: Arc<Answer>, made_of: &'static str, location: Option<String>, prefer: &Prefer) -> Reply {
        let mut headers = Headers::new();
        let content_type = answer.content_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
        if let Some(content_type) = content_type {
            headers.insert(CONTENT_TYPE, content_type);
        }
        for (name, value) in &answer.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value))
                && !FRAMING.contains(&name.as_str())
            {
                headers.insert(name, value);
            }
        }
        if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            headers.insert(LOCATION, location);
        }
        let made_of = match (made_of, &answer.origin) {
            ("", Origin::Empty) => "empty",
            ("", Origin::Example(_)) => "example",
            ("", Origin::Made) => "schema",
            (said, _) => said,
        };
        headers.insert(MADE_OF, HeaderValue::from_static(made_of));
        if let Some(applied) = prefer.applied().and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(PREFERENCE_APPLIED, applied);
        }
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        if answer.trailers.is_empty() {
            return Reply::answer(status, headers, Bytes::from_owner(Shared(answer)));
        }
        let trailers = answer.trailers.iter().filter_map(|(name, value)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
        });
        let trailers: HeaderMap = trailers.collect();
        let head = ResponseHead { status, headers };
        Reply::Trailed(Box::new((head, Bytes::from_owner(Shared(answer)), trailers)))
    }
}

/// What frames a message, or speaks of its connection, is the gateway's own.
const FRAMING: [&str; 9] = [
    "connection",
    "content-length",
    "content-type",
    "content-encoding",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The body of an answer that others send, too.
struct Shared(Arc<Answer>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0.body
    }
}

fn refusal(refused: Refused) -> Problem {
    let listed = |names: Vec<String>| {
        if names.is_empty() { "none".to_owned() } else { names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ") }
    };
    match refused {
        Refused::UnknownStatus(has) => {
            let detail = format!("the contract has no response of the status that `Prefer` asks for; it has {}", listed(has));
            Problem::new(problems::BAD_REQUEST, detail)
        }
        Refused::UnknownExample(has) => {
            let detail = format!("the response has no example of the name that `Prefer` asks for; it has {}", listed(has));
            Problem::new(problems::BAD_REQUEST, detail)
        }
        Refused::NotAcceptable(has) => {
            let detail = format!("the response is {}, and `Accept` names none of that", listed(has));
            Problem::new(problems::NOT_ACCEPTABLE, detail)
        }
        Refused::Impossible(media) => {
            let detail = format!("nothing was found that the contract's schema of this response (`{media}`) accepts; give it an example");
            Problem::new(problems::NOT_IMPLEMENTED, detail)
        }
        Refused::Opens => {
            let detail = "the operation opens a connection, such as a WebSocket, on which a mock has nothing to say";
            Problem::new(problems::NOT_IMPLEMENTED, detail)
        }
        Refused::UnknownOperation => Problem::new(problems::NOT_IMPLEMENTED, "the contract does not have the operation"),
    }
}

/// The URL that was called, as far as a request says it.
fn address(req: &Request) -> Option<String> {
    let head = &req.head;
    let authority = head.uri.authority().map(ToString::to_string);
    let host = authority.or_else(|| joined(&head.headers, "host"))?;
    let scheme = joined(&head.headers, "x-forwarded-proto").filter(|scheme| scheme == "https");
    let scheme = scheme.as_deref().or(head.uri.scheme_str()).unwrap_or("http");
    Some(format!("{scheme}://{host}{}", head.uri.path()))
}

/// The same for the same request.
fn seed_of(req: &Request, body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (req.head.method.as_str(), req.head.uri.path(), req.head.uri.query(), body).hash(&mut hasher);
    hasher.finish()
}
