//! What gateways of other processes counted: they tell it to the control plane, which counts it with its own.
//!
//! Whoever tells keeps nothing of what it told. It goes in portions that have numbers: one that was heard and not
//! acknowledged, as a connection may break, is told again under its number and counted once.

use std::{
    collections::{BTreeMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    ExchangeEvent,
    event::{CacheUse, Detail, Fault, Spoken, Target},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    branches::Due,
    call_log::LoggedCall,
    cell::Cell,
    memory::{Counts, Memory},
    meters::{Meter, MeterKey},
    sketch::Sketch,
    tier::{BASE, HOUR, floor},
};

/// Rows, meters and calls of one portion.
const PORTION: usize = 1_000;
/// Bytes of what was seen of services, in one portion.
const SEEN: usize = 1 << 20;
/// Gateways that are known at a time.
const MOST_GATEWAYS: usize = 1_000;
/// How long a gateway is known that says nothing, milliseconds.
const SILENT: u64 = 3_600_000;
/// Kinds of problems that are kept apart.
const MOST_PROBLEMS: usize = 256;

/// A portion of what a gateway counted since the one before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Told {
    pub(crate) gateway: Teller,
    /// Of the portion, from one.
    pub(crate) number: u64,
    rows: Vec<Row>,
    meters: Vec<Metered>,
    branches: Vec<Branched>,
    calls: Vec<Called>,
    /// By the name of the service among all.
    seen: Vec<(String, String)>,
    counts: [u64; 7],
}

impl JsonSchema for Told {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CountedCalls".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "From gateways of the same version; what it holds is not promised.",
        })
    }
}

/// A gateway in a process of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teller {
    /// Of the process, made by chance.
    pub id: String,
    /// Of the machine, or what the operator calls it.
    pub name: String,
    pub version: String,
    /// The number of the snapshot it runs.
    pub snapshot: u64,
}

/// A gateway in a process of its own, as the control plane knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GatewaySeen {
    /// Of the machine, or what the operator calls it.
    pub name: String,
    pub version: String,
    /// The number of the snapshot it ran when it last told.
    pub snapshot: u64,
    /// When it last told what it counted, milliseconds since 1970.
    pub seen_at: u64,
    /// Calls it told of since the control plane started.
    pub requests: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    at: u64,
    /// Workspace, service, operation, caller, plan, subscription, problem.
    texts: [String; 7],
    status: u16,
    fault: Fault,
    requests: u64,
    bytes_in: u64,
    bytes_out: u64,
    duration: Encoded,
    gateway: Encoded,
}

#[derive(Debug, Serialize, Deserialize)]
struct Metered {
    hour: u64,
    /// Workspace, caller, subscription, plan, service.
    texts: [String; 5],
    /// Calls, refused, failed, bytes in, bytes out.
    counts: [u64; 5],
}

#[derive(Debug, Serialize, Deserialize)]
struct Branched {
    service: String,
    branch: String,
    at: u64,
    requests: u64,
    errors: u64,
    waited: Encoded,
}

#[derive(Debug, Serialize, Deserialize)]
struct Called {
    at: u64,
    /// Key, workspace, service, operation, path.
    target: Option<[String; 5]>,
    caller: Option<String>,
    subscription: Option<String>,
    plan: Option<String>,
    method: String,
    protocol: Spoken,
    status: u16,
    problem: Option<String>,
    fault: Fault,
    duration_us: u32,
    upstream_us: u32,
    bytes_in: u64,
    bytes_out: u64,
    attempts: u8,
    cache: Option<CacheUse>,
    request_id: String,
    trace_id: String,
    path: String,
    host: String,
    client: IpAddr,
    user_agent: Option<String>,
    endpoint: Option<String>,
    cause: Option<String>,
}

/// A sketch in Base64.
#[derive(Debug, Default)]
struct Encoded(Sketch);

impl Serialize for Encoded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0.encode()))
    }
}

impl<'de> Deserialize<'de> for Encoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Encoded, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text.as_bytes()).map_err(de::Error::custom)?;
        let mut sketch = Sketch::default();
        sketch.merge_encoded(&bytes).ok_or_else(|| de::Error::custom("these bytes are no sketch"))?;
        Ok(Encoded(sketch))
    }
}

impl Told {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.meters.is_empty()
            && self.branches.is_empty()
            && self.calls.is_empty()
            && self.seen.is_empty()
            && self.counts == [0; 7]
    }

    /// Takes the next portion out of what was counted.
    pub(crate) fn of(memory: &mut Memory) -> Told {
        memory.settle();
        let rows = memory.rows.take(PORTION).into_iter().filter_map(|(at, id, cell)| {
            let series = memory.registry.get(id)?;
            let Cell { requests, bytes_in, bytes_out, duration, gateway } = cell;
            Some(Row {
                at,
                texts: series.texts().map(str::to_owned),
                status: series.status,
                fault: series.fault,
                requests,
                bytes_in,
                bytes_out,
                duration: Encoded(duration),
                gateway: Encoded(gateway),
            })
        });
        let rows = rows.collect();
        let meters = memory.meters.take(PORTION).into_iter().map(|(hour, key, meter)| {
            let MeterKey { workspace, caller, subscription, plan, service } = &*key;
            let Meter { calls, refused, failed, bytes_in, bytes_out } = meter;
            Metered {
                hour,
                texts: [workspace, caller, subscription, plan, service].map(|text| text.to_string()),
                counts: [calls, refused, failed, bytes_in, bytes_out],
            }
        });
        let branches = memory.branches.take_due(PORTION).into_iter().map(|due| Branched {
            service: due.service.to_string(),
            branch: due.branch.to_string(),
            at: due.at,
            requests: due.requests,
            errors: due.errors,
            waited: Encoded(due.waited),
        });
        Told {
            rows,
            meters: meters.collect(),
            branches: branches.collect(),
            calls: memory.log.take(PORTION).into_iter().map(Called::of).collect(),
            counts: memory.counts_to_tell(),
            ..Told::default()
        }
    }

    /// Fills what is left of the portion with what was seen of services; says what did not fit.
    pub(crate) fn with_seen(&mut self, seen: &mut Vec<(Arc<str>, String)>) {
        let mut bytes = 0;
        while let Some((_, text)) = seen.last() {
            bytes += text.len();
            if bytes > SEEN && !self.seen.is_empty() {
                break;
            }
            let Some((key, text)) = seen.pop() else { break };
            self.seen.push((key.to_string(), text));
        }
    }

    pub(crate) fn take_seen(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.seen)
    }

    pub(crate) fn requests(&self) -> u64 {
        self.rows.iter().map(|row| row.requests).sum()
    }

    /// Counts it with what is counted here.
    pub(crate) fn hear(self, memory: &mut Memory, now: u64) {
        let newest = floor(now, BASE);
        for row in self.rows {
            // Clocks differ, and what is closed stays as it is.
            let at = floor(row.at, BASE).min(newest).max(memory.floor);
            let texts = row.texts.each_ref().map(String::as_str);
            let cell = Cell {
                requests: row.requests,
                bytes_in: row.bytes_in,
                bytes_out: row.bytes_out,
                duration: row.duration.0,
                gateway: row.gateway.0,
            };
            memory.add_row(at, texts, row.status, row.fault, &cell);
        }
        for one in self.meters {
            let hour = floor(one.hour, HOUR).min(floor(now, HOUR)).max(floor(memory.floor, HOUR));
            let [workspace, caller, subscription, plan, service] = one.texts.map(Arc::<str>::from);
            let key = Arc::new(MeterKey { workspace, caller, subscription, plan, service });
            let [calls, refused, failed, bytes_in, bytes_out] = one.counts;
            memory.add_meter(hour, &key, &Meter { calls, refused, failed, bytes_in, bytes_out });
        }
        for one in self.branches {
            let (service, branch, at) = (one.service.into(), one.branch.into(), one.at.min(now));
            let (requests, errors) = (one.requests, one.errors);
            memory.branches.hear(Due { service, branch, at, requests, errors, waited: one.waited.0 });
        }
        for call in self.calls {
            if let Some((event, detail)) = call.event() {
                memory.log_call(event, detail);
            }
        }
        memory.hear_counts(&self.counts);
        memory.bound();
    }
}

impl Called {
    fn of(call: LoggedCall) -> Called {
        let LoggedCall { event, detail, .. } = call;
        let text = |shared: Option<Arc<str>>| shared.map(|text| text.to_string());
        let target = event.target.as_ref().map(|target| {
            let Target { key, workspace, service, operation, path } = &**target;
            [key, workspace, service, operation, path].map(|text| text.to_string())
        });
        Called {
            at: event.at,
            target,
            caller: text(event.caller),
            subscription: text(event.subscription),
            plan: text(event.plan),
            method: event.method.to_string(),
            protocol: event.protocol,
            status: event.status,
            problem: event.problem.map(str::to_owned),
            fault: event.fault,
            duration_us: event.duration_us,
            upstream_us: event.upstream_us,
            bytes_in: event.bytes_in,
            bytes_out: event.bytes_out,
            attempts: event.attempts,
            cache: event.cache,
            request_id: detail.request_id.into(),
            trace_id: detail.trace_id.into(),
            path: detail.path.into(),
            host: detail.host.into(),
            client: detail.client,
            user_agent: detail.user_agent.map(String::from),
            endpoint: text(detail.endpoint),
            cause: detail.cause.map(String::from),
        }
    }

    fn event(self) -> Option<(ExchangeEvent, Box<Detail>)> {
        let text = |text: Option<String>| text.map(Arc::<str>::from);
        let target = self.target.map(|texts| {
            let [key, workspace, service, operation, path] = texts.map(Arc::<str>::from);
            Arc::new(Target { key, workspace, service, operation, path })
        });
        let event = ExchangeEvent {
            at: self.at,
            target,
            caller: text(self.caller),
            subscription: text(self.subscription),
            plan: text(self.plan),
            method: self.method.parse().ok()?,
            protocol: self.protocol,
            status: self.status,
            problem: self.problem.as_deref().and_then(problem),
            fault: self.fault,
            duration_us: self.duration_us,
            upstream_us: self.upstream_us,
            bytes_in: self.bytes_in,
            bytes_out: self.bytes_out,
            attempts: self.attempts,
            hedges: 0,
            branch: None,
            cache: self.cache,
            breach: Default::default(),
            observed: None,
            detail: None,
        };
        let detail = Detail {
            request_id: self.request_id.into(),
            trace_id: self.trace_id.into(),
            path: self.path.into(),
            host: self.host.into(),
            client: self.client,
            user_agent: self.user_agent.map(Into::into),
            endpoint: text(self.endpoint),
            cause: self.cause.map(Into::into),
        };
        Some((event, Box::new(detail)))
    }
}

/// The code of a problem, of which there are few, for good.
fn problem(code: &str) -> Option<&'static str> {
    static KNOWN: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if let Some(known) = known.get(code) {
        return Some(known);
    }
    let is_code = code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if !is_code || known.len() >= MOST_PROBLEMS {
        return None;
    }
    let kept: &'static str = Box::leak(code.into());
    known.insert(kept);
    Some(kept)
}

/// Gateways that have told what they counted.
#[derive(Default)]
pub(crate) struct Tellers(BTreeMap<String, (u64, GatewaySeen)>);

impl Tellers {
    /// Whether a portion is new.
    pub(crate) fn is_new(&mut self, told: &Told, now: u64) -> bool {
        self.forget(now);
        let Teller { id, name, version, snapshot } = &told.gateway;
        let known = self.0.get(id);
        let is_new = known.is_none_or(|(last, _)| told.number > *last);
        let requests = known.map_or(0, |(_, seen)| seen.requests) + if is_new { told.requests() } else { 0 };
        let last = known.map_or(0, |(last, _)| *last).max(told.number);
        let (name, version) = (name.clone(), version.clone());
        let seen = GatewaySeen { name, version, snapshot: *snapshot, seen_at: now, requests };
        if known.is_some() || self.0.len() < MOST_GATEWAYS {
            self.0.insert(id.clone(), (last, seen));
        }
        is_new
    }

    pub(crate) fn seen(&mut self, now: u64) -> Vec<GatewaySeen> {
        self.forget(now);
        let mut all: Vec<_> = self.0.values().map(|(_, seen)| seen.clone()).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name).then(b.seen_at.cmp(&a.seen_at)));
        all
    }

    fn forget(&mut self, now: u64) {
        self.0.retain(|_, (_, seen)| seen.seen_at + SILENT > now);
    }
}

impl Counts {
    /// Those that are told, `logged` and what the database had aside.
    pub(crate) fn told(&self) -> [u64; 7] {
        [self.recorded, self.dropped, self.not_logged, self.other, self.unmetered, self.lost, self.lost_calls]
    }

    pub(crate) fn hear(&mut self, more: &[u64; 7]) {
        let all = [
            &mut self.recorded,
            &mut self.dropped,
            &mut self.not_logged,
            &mut self.other,
            &mut self.unmetered,
            &mut self.lost,
            &mut self.lost_calls,
        ];
        for (count, more) in all.into_iter().zip(more) {
            *count = count.saturating_add(*more);
        }
    }
}
