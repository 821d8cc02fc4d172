//! Requests and a world around them, for the tests of single filters.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    net::IpAddr,
    path::Path,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use head::Headers;
use http::{HeaderName, HeaderValue, Request as HttpRequest, StatusCode};
use model::{
    KeyHash, TokenIssuer, TokenServer,
    event::Target,
    snapshot::{Access, Caller, ContractDocument, Entitlement},
};
use policy::{
    Algorithm, BodyError, BodyPlan, BuildCx, CallerIndex, CallerKey, ClientCertificate, Counter,
    CounterSource, Dial, Fetch, Fetched, FileTexts, Filter, Flow, Gauge, Hold, Identity, Invalid, Kept, Key,
    Later, Line, Origin, Outbound, OutboundAnswer, OutboundCall, OutboundError, Outcome, Problem, Quota,
    Reply, Request, ResponseHead, Standing, Step, Taken, Time,
};
use serde_json::Value;

use crate::CATALOG;

/// When the tests' processes started, milliseconds since 1970.
pub(crate) const START: u64 = 1_700_000_000_000;

pub(crate) fn yaml(text: &str) -> Value {
    let documents = model::tree::parse(text, "test.yaml", Default::default()).unwrap();
    documents[0].to_value()
}

pub(crate) fn try_build(name: &str, config: &Value) -> Result<Box<dyn Filter>, Invalid> {
    try_build_with(name, config, None)
}

/// As [`try_build`], for policies that read a contract.
pub(crate) fn try_build_with(
    name: &str,
    config: &Value,
    contract: Option<&Arc<ContractDocument>>,
) -> Result<Box<dyn Filter>, Invalid> {
    CATALOG.find(name)?.build(
        config,
        &BuildCx {
            secrets: &Default::default(),
            scope: "api/orders@v1#0",
            folder: Path::new(""),
            counters: &PlainCounters { gauges: Mutex::default() },
            responses: &Arc::default(),
            files: &OnDisk,
            contract,
        },
    )
}

/// As [`try_build_with`], for parts of policies.
pub(crate) fn with_cx<T>(build: impl FnOnce(&BuildCx<'_>) -> T) -> T {
    build(&BuildCx {
        secrets: &Default::default(),
        scope: "api/orders@v1#0",
        folder: Path::new(""),
        counters: &PlainCounters { gauges: Mutex::default() },
        responses: &Arc::default(),
        files: &OnDisk,
        contract: None,
    })
}

/// Files as they are on disk, and `./clients.pem` with the certificate of an authority.
struct OnDisk;

impl FileTexts for OnDisk {
    fn text(&self, path: &str) -> Result<String, String> {
        if path == "./clients.pem" {
            return Ok(rcgen::generate_simple_self_signed(Vec::new()).unwrap().cert.pem());
        }
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
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
    let plan = step(head, Outcome { origin: Origin::Upstream, at: req.arrived });
    if let BodyPlan::Refuse(problem) = &plan {
        head.refuse(problem);
    }
    plan
}

/// What a body becomes by a plan.
pub(crate) fn run(plan: BodyPlan, body: &[u8]) -> Result<Vec<u8>, BodyError> {
    match plan {
        BodyPlan::Keep => Ok(body.to_vec()),
        BodyPlan::Replace(body) => Ok(body.to_vec()),
        BodyPlan::Refuse(problem) => Ok(problem.body("").to_vec()),
        BodyPlan::Hold(..) => panic!("what is held is judged by a gateway"),
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
        Reply::Answer(answer) | Reply::Stored(answer) => panic!("answered {answer:?}"),
        Reply::Trailed(answer) => panic!("answered {answer:?}"),
        Reply::Changed(change) => panic!("changed {change:?}"),
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
    certificate: Option<Arc<ClientCertificate>>,
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
            certificate: None,
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

    pub(crate) fn certificate(mut self, certificate: &Arc<ClientCertificate>) -> RequestBuilder {
        self.certificate = Some(Arc::clone(certificate));
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
        self.identity = Some(Identity::of(caller("consumer", name, Access::Any)));
        self
    }

    pub(crate) fn consumer(mut self, name: &str, key: &str) -> RequestBuilder {
        self.callers.0.insert(hash(key), (caller("consumer", name, Access::Any), None));
        self
    }

    /// A caller with whatever it has.
    pub(crate) fn known(mut self, caller: Caller) -> RequestBuilder {
        for key in &caller.keys {
            self.callers.0.insert(key.hash, (Arc::new(caller.clone()), key.expires_at));
        }
        self.callers.2.push(Arc::new(caller));
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
            ends: None,
        };
        let access = Access::Subscribed(Box::new([
            Entitlement { apis: [].into(), ..entitlement.clone() },
            entitlement,
        ]));
        self.callers.0.insert(hash(key), (caller("app", name, access), None));
        self
    }

    /// The built-in authorization server of the workspace.
    pub(crate) fn token_issuer(mut self, issuer: TokenIssuer) -> RequestBuilder {
        self.callers.3 = Some(Arc::new(issuer));
        self
    }

    /// What filters will do beside the exchange.
    pub(crate) fn beside(&self) -> Arc<Beside> {
        Arc::clone(&self.callers.1)
    }

    pub(crate) fn build(self) -> Request {
        let at = self.at;
        let service: Arc<str> = self.service.into();
        Request {
            head: Box::new(self.head.body(()).unwrap().into_parts().0.into()),
            arrived: Time { monotonic: at.as_nanos() as u64, unix_ms: START + at.as_millis() as u64 },
            client: self.client,
            certificate: self.certificate,
            target: Arc::new(Target {
                key: Arc::clone(&service),
                workspace: "default".into(),
                service,
                operation: self.operation.into(),
                path: self.path.into(),
            }),
            strip: self.strip,
            host: None,
            deadlines: Default::default(),
            identity: self.identity,
            world: Arc::new(self.callers),
            body: self.body.into(),
            on_reply: Vec::new(),
            steps: Vec::new(),
            held: Vec::new(),
            cache: None,
            noted: None,
            origin: None,
        }
    }
}

pub(crate) fn hash(key: &str) -> KeyHash {
    KeyHash(digest(&SHA256, key.as_bytes()).as_ref().try_into().unwrap())
}

pub(crate) fn caller(kind: &str, name: &str, access: Access) -> Arc<Caller> {
    Arc::new(Caller {
        key: format!("{kind}/{name}").into(),
        name: name.into(),
        workspace: "default".parse().unwrap(),
        custom_id: None,
        groups: Box::default(),
        keys: Box::default(),
        logins: Box::default(),
        client: None,
        access,
        policies: Box::default(),
    })
}

/// Callers by their keys, and what filters did beside the exchange.
#[derive(Default)]
struct Callers(
    HashMap<KeyHash, (Arc<Caller>, Option<u64>)>,
    Arc<Beside>,
    Vec<Arc<Caller>>,
    Option<Arc<TokenIssuer>>,
    Vec<Arc<TokenServer>>,
);

/// What filters did beside an exchange: how long they waited, and what they sent. All of it is done at once.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) waited: Mutex<Vec<Duration>>,
    pub(crate) sent: Mutex<Vec<OutboundCall>>,
}

impl Outbound for Callers {
    fn now(&self) -> Time {
        Time { monotonic: 0, unix_ms: START }
    }

    fn sleep(&self, span: Duration) -> Later<()> {
        self.1.waited.lock().unwrap().push(span);
        Box::pin(std::future::ready(()))
    }

    fn send(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.1.sent.lock().unwrap().push(call);
        Box::pin(std::future::ready(Err(OutboundError::TooSlow)))
    }

    fn fetch(&self, _: Fetch) -> Later<Result<Fetched, OutboundError>> {
        Box::pin(std::future::ready(Err(OutboundError::NoService)))
    }

    fn dial(&self, _: Dial) -> Later<Result<Box<dyn Line>, OutboundError>> {
        Box::pin(std::future::ready(Err(OutboundError::TooSlow)))
    }

    fn spawn(&self, mut task: Later<()>) -> bool {
        assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        true
    }

    fn compute(&self, work: Box<dyn FnOnce() + Send>) -> Later<bool> {
        work();
        Box::pin(std::future::ready(true))
    }
}

impl CallerIndex for Callers {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        self.0.get(hash).cloned()
    }

    fn by_username(&self, username: &str) -> Option<Arc<Caller>> {
        let knows = |caller: &&Arc<Caller>| caller.logins.iter().any(|login| *login.username == *username);
        self.2.iter().find(knows).cloned()
    }

    fn by_subject(&self, subject: &str) -> Option<Arc<Caller>> {
        let all = || self.2.iter().chain(self.0.values().map(|(caller, _)| caller));
        let known = all().find(|caller| caller.custom_id.as_deref() == Some(subject));
        known.or_else(|| all().find(|caller| *caller.key == *format!("consumer/{subject}"))).cloned()
    }

    fn by_client(&self, client: &str) -> Option<Arc<Caller>> {
        let mut all = self.2.iter().chain(self.0.values().map(|(caller, _)| caller));
        all.find(|caller| caller.client.as_deref() == Some(client)).cloned()
    }

    fn token_issuer(&self, _: &str) -> Option<&Arc<TokenIssuer>> {
        self.3.as_ref()
    }

    fn token_servers(&self, _: &str) -> &[Arc<TokenServer>] {
        &self.4
    }
}

/// How many are inside, by key.
type Levels = Mutex<HashMap<Key, u64>>;

/// Counters as one would first write them: every call ever taken, by key.
struct PlainCounters {
    gauges: Mutex<HashMap<String, Arc<Levels>>>,
}

/// When (nanoseconds) and how many units were taken, per key and quota.
type Log = HashMap<(Key, usize), Vec<(u64, u64)>>;

struct PlainCounter {
    quotas: Vec<(usize, Quota)>,
    log: Mutex<Log>,
}

fn plain_key(CallerKey(words): CallerKey<'_>) -> Key {
    let mut hasher = std::hash::DefaultHasher::new();
    words.hash(&mut hasher);
    Key(hasher.finish())
}

impl CounterSource for PlainCounters {
    fn counter(&self, _: &str, groups: &[Vec<Quota>]) -> Box<dyn Counter> {
        let quotas =
            groups.iter().enumerate().flat_map(|(group, quotas)| quotas.iter().map(move |q| (group, *q)));
        Box::new(PlainCounter { quotas: quotas.collect(), log: Mutex::default() })
    }

    fn gauge(&self, scope: &str) -> Box<dyn Gauge> {
        let mut gauges = self.gauges.lock().unwrap();
        Box::new(PlainGauge(Arc::clone(gauges.entry(scope.to_owned()).or_default())))
    }

    fn keep(&self, _: &str, make: &dyn Fn() -> Kept) -> Kept {
        make()
    }
}

impl PlainCounter {
    /// What is left of a quota, until when, and when there are `cost` units again.
    fn room(quota: &Quota, taken: &[(u64, u64)], cost: u64, now: u64) -> (u64, u64, Option<u64>) {
        let window = quota.window.as_nanos() as u64;
        match quota.algorithm {
            Algorithm::Fixed => {
                let (mut begin, mut used) = (0, 0);
                for (at, units) in taken {
                    if used == 0 || *at >= begin + window {
                        (begin, used) = (*at, 0);
                    }
                    used += units;
                }
                if used == 0 || now >= begin + window {
                    (begin, used) = (now, 0);
                }
                let left = quota.limit - used;
                let reset = if used == 0 { 0 } else { begin + window - now };
                (left, reset, (cost <= quota.limit).then_some(if cost <= left { 0 } else { reset }))
            }
            Algorithm::Sliding => {
                let living: Vec<_> = taken.iter().filter(|(at, _)| at + window > now).collect();
                let used: u64 = living.iter().map(|(_, units)| units).sum();
                let until = |(at, _): &(u64, u64)| at + window - now;
                let mut free = quota.limit - used;
                let mut wait = 0;
                for entry in &living {
                    if free >= cost {
                        break;
                    }
                    (free, wait) = (free + entry.1, until(entry));
                }
                let reset = living.last().map_or(0, |entry| until(entry));
                (quota.limit - used, reset, (cost <= quota.limit).then_some(wait))
            }
            Algorithm::Bucket { burst } => {
                let (mut tokens, mut last) = (burst as f64, 0);
                let rate = quota.limit as f64 / window as f64;
                for (at, units) in taken.iter().chain([&(now, 0)]) {
                    tokens = (tokens + (at - last) as f64 * rate).min(burst as f64) - *units as f64;
                    last = *at;
                }
                let tokens = tokens + 1e-6;
                let until = |wanted: f64| (((wanted - tokens).max(0.0)) / rate) as u64;
                (tokens as u64, until(burst as f64), (cost <= burst).then(|| until(cost as f64)))
            }
        }
    }
}

impl Counter for PlainCounter {
    fn key(&self, key: CallerKey<'_>) -> Key {
        plain_key(key)
    }

    fn take(&self, keys: &[Key], costs: &[u64], now: Time) -> Taken {
        let now = now.monotonic;
        let mut log = self.log.lock().unwrap();
        let room = |log: &Log, at: usize, cost: u64| {
            let (group, quota) = &self.quotas[at];
            let taken = log.get(&(keys[*group], at)).map_or(&[][..], Vec::as_slice);
            PlainCounter::room(quota, taken, cost, now)
        };
        let all = 0..self.quotas.len();
        let short = all.clone().filter(|at| room(&log, *at, costs[*at]).2 != Some(0));
        let longest = short.max_by_key(|at| room(&log, *at, costs[*at]).2.unwrap_or(u64::MAX));
        if longest.is_none() {
            for at in all.clone() {
                log.entry((keys[self.quotas[at].0], at)).or_default().push((now, costs[at]));
            }
        }
        let share = |at: &usize| room(&log, *at, 0).0 as f64 / self.quotas[*at].1.limit as f64;
        let nearest = all.min_by(|a, b| share(a).total_cmp(&share(b))).unwrap();
        let quota = longest.unwrap_or(nearest);
        let (remaining, reset, wait) = room(&log, quota, if longest.is_some() { costs[quota] } else { 0 });
        Taken {
            allowed: longest.is_none(),
            quota,
            remaining,
            reset: Duration::from_nanos(reset),
            wait: wait.map(Duration::from_nanos),
        }
    }

    fn look(&self, keys: &[Key], now: Time) -> Vec<Standing> {
        let log = self.log.lock().unwrap();
        let standing = |(at, (group, quota)): (usize, &(usize, Quota))| {
            let taken = log.get(&(keys[*group], at)).map_or(&[][..], Vec::as_slice);
            let (remaining, reset, _) = PlainCounter::room(quota, taken, 0, now.monotonic);
            Standing { remaining, reset: Duration::from_nanos(reset) }
        };
        self.quotas.iter().enumerate().map(standing).collect()
    }
}

struct PlainGauge(Arc<Levels>);

struct Inside(Arc<Levels>, Key);

impl Gauge for PlainGauge {
    fn key(&self, key: CallerKey<'_>) -> Key {
        plain_key(key)
    }

    fn enter(&self, key: Key, most: u64) -> Option<Hold> {
        let mut all = self.0.lock().unwrap();
        let inside = all.entry(key).or_default();
        (*inside < most).then(|| {
            *inside += 1;
            Box::new(Inside(Arc::clone(&self.0), key)) as Hold
        })
    }

    fn inside(&self, key: Key) -> u64 {
        self.0.lock().unwrap().get(&key).copied().unwrap_or(0)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        *self.0.lock().unwrap().get_mut(&self.1).unwrap() -= 1;
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
