//! Requests and a world around them, for the tests of single filters.

use std::{
    collections::HashMap,
    net::IpAddr,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use head::Headers;
use http::{HeaderName, HeaderValue, Request as HttpRequest, StatusCode};
use model::{
    KeyHash,
    event::Target,
    snapshot::{Access, Caller, Entitlement},
};
use policy::{
    BodyError, BodyPlan, BuildCx, CallerIndex, CallerKey, Counter, CounterSource, Filter, Flow, Identity,
    Invalid, Later, Origin, Outbound, OutboundAnswer, OutboundCall, OutboundError, Outcome, Problem, Quota,
    Reply, Request, ResponseHead, Step, Taken, Time,
};
use serde_json::Value;

use crate::CATALOG;

/// When the tests' processes started, milliseconds since 1970.
const START: u64 = 1_700_000_000_000;

pub(crate) fn yaml(text: &str) -> Value {
    let documents = model::tree::parse(text, "test.yaml", Default::default()).unwrap();
    documents[0].to_value()
}

pub(crate) fn try_build(name: &str, config: &Value) -> Result<Box<dyn Filter>, Invalid> {
    CATALOG.find(name)?.build(config, &BuildCx { scope: "api/orders@v1#0", counters: &PlainCounters })
}

pub(crate) fn build(name: &str, config: &str) -> Box<dyn Filter> {
    try_build(name, &yaml(config)).unwrap_or_else(|e| panic!("{name}: {config}: {e}"))
}

pub(crate) fn invalid(name: &str, config: &str) -> Invalid {
    try_build(name, &yaml(config)).err().unwrap_or_else(|| panic!("{name}: {config} was accepted"))
}

/// What a filter decides; none of ours waits for anything.
pub(crate) fn decide(filter: &dyn Filter, req: &mut Request) -> Flow {
    match filter.on_request(req) {
        Step::Done(flow) => flow,
        Step::Wait(future) => match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(flow) => flow,
            Poll::Pending => panic!("the filter waits"),
        },
    }
}

/// As [`decide`], for filters that let others have their turn.
pub(crate) fn decide_later(filter: &dyn Filter, req: &mut Request) -> Flow {
    match filter.on_request(req) {
        Step::Done(flow) => flow,
        Step::Wait(mut future) => loop {
            if let Poll::Ready(flow) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                break flow;
            }
        },
    }
}

/// Does what the one filter of a request left for a response of the upstream.
#[track_caller]
pub(crate) fn step(req: &mut Request, head: &mut ResponseHead) -> BodyPlan {
    assert_eq!(req.steps.len(), 1, "one filter says one thing");
    let step = req.steps.pop().unwrap();
    step(head, Outcome { origin: Origin::Upstream, at: req.arrived })
}

/// What a body becomes by a plan.
pub(crate) fn run(plan: BodyPlan, body: &[u8]) -> Result<Vec<u8>, BodyError> {
    match plan {
        BodyPlan::Keep => Ok(body.to_vec()),
        BodyPlan::Replace(body) => Ok(body.to_vec()),
        BodyPlan::Transform(mut transform) | BodyPlan::Observe(mut transform) => {
            let mut out = Vec::new();
            for piece in body.chunks(7) {
                transform.push(piece.to_vec().into(), &mut out)?;
            }
            transform.end(&mut out)?;
            Ok(out.concat())
        }
    }
}

#[track_caller]
pub(crate) fn pass(filter: &dyn Filter, req: &mut Request) {
    if let Err(reply) = decide(filter, req) {
        panic!("refused: {reply:?}");
    }
}

#[track_caller]
pub(crate) fn refused(filter: &dyn Filter, req: &mut Request) -> Problem {
    problem_of(decide(filter, req).expect_err("the request passed"))
}

#[track_caller]
pub(crate) fn problem_of(reply: Reply) -> Problem {
    match reply {
        Reply::Problem(problem) => *problem,
        Reply::Answer(answer) => panic!("answered {answer:?}"),
    }
}

/// What the filter left for the reply under a name.
#[track_caller]
pub(crate) fn on_reply(req: &Request, name: &str) -> String {
    let (_, value) = req.on_reply.iter().find(|(n, _)| n == name).expect("the header is set");
    value.to_str().unwrap().to_owned()
}

pub(crate) fn response(headers: &[(&str, &str)]) -> ResponseHead {
    let parsed = headers.iter().map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap()));
    ResponseHead { status: StatusCode::OK, headers: Headers::from_iter(parsed) }
}

pub(crate) struct RequestBuilder {
    head: http::request::Builder,
    body: bytes::Bytes,
    at: Duration,
    client: IpAddr,
    service: String,
    operation: String,
    path: String,
    strip: usize,
    identity: Option<Identity>,
    callers: Callers,
}

impl RequestBuilder {
    pub(crate) fn get(target: &str) -> RequestBuilder {
        RequestBuilder::of("GET", target)
    }

    pub(crate) fn of(method: &str, target: &str) -> RequestBuilder {
        RequestBuilder {
            head: HttpRequest::builder().method(method).uri(target),
            body: bytes::Bytes::new(),
            at: Duration::ZERO,
            client: "192.0.2.1".parse().unwrap(),
            service: "api/orders@v1".into(),
            operation: "listOrders".into(),
            path: "/".into(),
            strip: 0,
            identity: None,
            callers: Callers::default(),
        }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> RequestBuilder {
        self.header_bytes(name, value.as_bytes())
    }

    pub(crate) fn header_bytes(mut self, name: &str, value: &[u8]) -> RequestBuilder {
        self.head = self.head.header(name, HeaderValue::from_bytes(value).unwrap());
        self
    }

    pub(crate) fn at(mut self, since_start: Duration) -> RequestBuilder {
        self.at = since_start;
        self
    }

    pub(crate) fn client(mut self, address: &str) -> RequestBuilder {
        self.client = address.parse().unwrap();
        self
    }

    pub(crate) fn service(mut self, key: &str) -> RequestBuilder {
        self.service = key.into();
        self
    }

    pub(crate) fn operation(mut self, id: &str) -> RequestBuilder {
        self.operation = id.into();
        self
    }

    /// The template of the path, and how many segments of it are the base path.
    pub(crate) fn template(mut self, path: &str, strip: usize) -> RequestBuilder {
        (self.path, self.strip) = (path.into(), strip);
        self
    }

    pub(crate) fn body(mut self, body: &str) -> RequestBuilder {
        self.body = body.to_owned().into();
        self
    }

    /// As if an authentication policy had recognized this consumer.
    pub(crate) fn identity(mut self, name: &str) -> RequestBuilder {
        self.identity = Some(Identity { caller: caller("consumer", name, Access::Any), entitlement: None });
        self
    }

    pub(crate) fn consumer(mut self, name: &str, key: &str) -> RequestBuilder {
        self.callers.0.insert(hash(key), (caller("consumer", name, Access::Any), None));
        self
    }

    pub(crate) fn expired(mut self, name: &str, key: &str) -> RequestBuilder {
        self.callers.0.insert(hash(key), (caller("consumer", name, Access::Any), Some(START)));
        self
    }

    pub(crate) fn app(mut self, name: &str, key: &str, api: &str) -> RequestBuilder {
        let entitlement = Entitlement {
            subscription: "s1".into(),
            product: "shopping".into(),
            plan: "free".into(),
            apis: ["aaa".into(), api.into()].into(),
        };
        let access =
            Access::Subscribed(vec![Entitlement { apis: [].into(), ..entitlement.clone() }, entitlement]);
        self.callers.0.insert(hash(key), (caller("app", name, access), None));
        self
    }

    pub(crate) fn build(self) -> Request {
        let at = self.at;
        Request {
            head: self.head.body(()).unwrap().into_parts().0.into(),
            arrived: Time { monotonic: at.as_nanos() as u64, unix_ms: START + at.as_millis() as u64 },
            client: self.client,
            target: Arc::new(Target {
                workspace: "default".into(),
                service: self.service.into(),
                operation: self.operation.into(),
                path: self.path.into(),
            }),
            strip: self.strip,
            host: None,
            identity: self.identity,
            world: Arc::new(self.callers),
            body: self.body.into(),
            on_reply: Vec::new(),
            steps: Vec::new(),
        }
    }
}

fn hash(key: &str) -> KeyHash {
    KeyHash(digest(&SHA256, key.as_bytes()).as_ref().try_into().unwrap())
}

fn caller(kind: &str, name: &str, access: Access) -> Arc<Caller> {
    Arc::new(Caller {
        key: format!("{kind}/{name}").into(),
        name: name.into(),
        workspace: "default".parse().unwrap(),
        groups: Vec::new(),
        keys: Vec::new(),
        access,
        policies: Vec::new(),
    })
}

/// Callers by their keys, and what filters did beside the exchange.
#[derive(Default)]
struct Callers(HashMap<KeyHash, (Arc<Caller>, Option<u64>)>, Arc<Beside>);

/// What filters did beside an exchange: how long they waited, and what they sent. All of it is done at once.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) waited: Mutex<Vec<Duration>>,
    pub(crate) sent: Mutex<Vec<OutboundCall>>,
}

impl Outbound for Callers {
    fn sleep(&self, span: Duration) -> Later<()> {
        self.1.waited.lock().unwrap().push(span);
        Box::pin(std::future::ready(()))
    }

    fn send(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.1.sent.lock().unwrap().push(call);
        Box::pin(std::future::ready(Err(OutboundError::TooSlow)))
    }

    fn spawn(&self, mut task: Later<()>) -> bool {
        assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        true
    }
}

impl CallerIndex for Callers {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        self.0.get(hash).cloned()
    }
}

/// Counters as one would first write them.
struct PlainCounters;

/// Per key and quota: when the window began (nanoseconds), and how many were taken.
type Windows = HashMap<Vec<Vec<u8>>, Vec<(u64, u64)>>;

struct PlainCounter {
    quotas: Vec<Quota>,
    windows: Mutex<Windows>,
}

impl CounterSource for PlainCounters {
    fn counter(&self, _: &str, quotas: &[Quota]) -> Box<dyn Counter> {
        Box::new(PlainCounter { quotas: quotas.to_vec(), windows: Mutex::default() })
    }
}

impl Counter for PlainCounter {
    fn take(&self, key: CallerKey<'_>, cost: u64, now: Time) -> Taken {
        let now = now.monotonic;
        let mut windows = self.windows.lock().unwrap();
        let key: Vec<_> = key.0.iter().map(|word| word.to_vec()).collect();
        let taken = windows.entry(key).or_insert_with(|| vec![(now, 0); self.quotas.len()]);
        for (quota, (began, n)) in self.quotas.iter().zip(taken.iter_mut()) {
            if now >= *began + quota.window.as_nanos() as u64 {
                (*began, *n) = (now, 0);
            }
        }
        let all = || self.quotas.iter().zip(taken.iter()).enumerate();
        let refusing = all().find(|(_, (quota, (_, n)))| n + cost > quota.limit).map(|(at, _)| at);
        if refusing.is_none() {
            taken.iter_mut().for_each(|(_, n)| *n += cost);
        }
        let share = |at: usize| (self.quotas[at].limit - taken[at].1) as f64 / self.quotas[at].limit as f64;
        let nearest = (0..self.quotas.len()).min_by(|a, b| share(*a).total_cmp(&share(*b))).unwrap();
        let quota = refusing.unwrap_or(nearest);
        let (began, n) = taken[quota];
        Taken {
            allowed: refusing.is_none(),
            quota,
            remaining: self.quotas[quota].limit - n,
            reset: Duration::from_nanos(began + self.quotas[quota].window.as_nanos() as u64 - now),
        }
    }
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ (self.0 >> 33)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}
