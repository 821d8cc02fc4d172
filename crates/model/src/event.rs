//! The record every exchange leaves.

use std::{net::IpAddr, sync::Arc};

use http::{Method, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an exchange leaves for analytics. Cheap to make: shared strings, and text only in [`Detail`].
#[derive(Clone, Debug)]
pub struct ExchangeEvent {
    /// When the request arrived, milliseconds since 1970.
    pub at: u64,
    /// Where it was routed; `None` where nothing matched.
    pub target: Option<Arc<Target>>,
    /// Who called: [`crate::snapshot::Caller::key`].
    pub caller: Option<Arc<str>>,
    /// The subscription and plan it was under.
    pub subscription: Option<Arc<str>>,
    pub plan: Option<Arc<str>>,
    pub method: Method,
    /// What the client spoke.
    pub protocol: Spoken,
    pub status: u16,
    /// The problem code where the gateway itself refused, such as `rate-limited`.
    pub problem: Option<&'static str>,
    pub fault: Fault,
    /// From the request's head to the response's last byte, microseconds.
    pub duration_us: u32,
    /// Of that, waiting for the upstream (all attempts, to the response's head), microseconds.
    pub upstream_us: u32,
    /// Bodies, bytes.
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Attempts made upstream.
    pub attempts: u8,
    /// Of these, those made while another was under way.
    pub hedges: u8,
    /// Where the requests of the service are split: the branch it went to, or [`crate::snapshot::USUAL`].
    pub branch: Option<Arc<str>>,
    /// What the cache did, where the operation has one.
    pub cache: Option<CacheUse>,
    /// Whether it was other than its contract says, where a policy looked.
    pub breach: Breach,
    /// What was taken of the exchange itself, where a policy looked into it.
    pub observed: Option<Box<Observed>>,
    /// What only the call log shows; absent where the worker's budget for details was used up.
    pub detail: Option<Box<Detail>>,
}

/// The operation an exchange was routed to. One per operation and snapshot, shared by its events.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// [`crate::snapshot::Service::key`]: what the service is found by.
    pub key: Arc<str>,
    pub workspace: Arc<str>,
    /// `api/orders@v1` or `route/health`.
    pub service: Arc<str>,
    /// The operation's id; empty for a pass-through.
    pub operation: Arc<str>,
    /// The template, base path included: `/orders/v1/orders/{id}`.
    pub path: Arc<str>,
}

/// What only the call log shows.
#[derive(Clone, Debug)]
pub struct Detail {
    pub request_id: Box<str>,
    /// 32 hexadecimal digits (W3C Trace Context).
    pub trace_id: Box<str>,
    /// The path without its query: queries may carry secrets.
    pub path: Box<str>,
    pub host: Box<str>,
    pub client: IpAddr,
    pub user_agent: Option<Box<str>>,
    /// The endpoint that answered.
    pub endpoint: Option<Arc<str>>,
    /// What happened, for operators, where it failed.
    pub cause: Option<Box<str>>,
}

/// What was taken of an exchange, for those who learn the names in it; they keep no values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// The path without its query.
    pub path: Box<str>,
    /// Names of the parameters of the query.
    pub query: Vec<Box<str>>,
    pub request: Option<ObservedPart>,
    pub response: Option<ObservedPart>,
}

/// JSON that was sent or answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObservedPart {
    pub body: Vec<u8>,
}

impl Observed {
    /// What it takes, bytes.
    pub fn bytes(&self) -> usize {
        let part = |part: &Option<ObservedPart>| part.as_ref().map_or(0, |part| part.body.len());
        let names: usize = self.query.iter().map(|name| name.len() + 16).sum();
        128 + self.path.len() + names + part(&self.request) + part(&self.response)
    }
}

/// What of an exchange was not as its contract says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breach {
    pub request: bool,
    pub response: bool,
}

/// The version of HTTP a client speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Spoken {
    #[serde(rename = "HTTP/1.0")]
    Http10,
    #[default]
    #[serde(rename = "HTTP/1.1")]
    Http11,
    #[serde(rename = "HTTP/2")]
    Http2,
    #[serde(rename = "HTTP/3")]
    Http3,
}

impl Spoken {
    pub const ALL: [Spoken; 4] = [Spoken::Http10, Spoken::Http11, Spoken::Http2, Spoken::Http3];

    pub fn as_str(self) -> &'static str {
        match self {
            Spoken::Http10 => "HTTP/1.0",
            Spoken::Http11 => "HTTP/1.1",
            Spoken::Http2 => "HTTP/2",
            Spoken::Http3 => "HTTP/3",
        }
    }
}

impl From<Version> for Spoken {
    fn from(version: Version) -> Spoken {
        match version {
            Version::HTTP_10 => Spoken::Http10,
            Version::HTTP_2 => Spoken::Http2,
            Version::HTTP_3 => Spoken::Http3,
            _ => Spoken::Http11,
        }
    }
}

/// What a cache did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CacheUse {
    /// Answered from what was stored, which was fresh.
    Hit,
    /// Answered from what was stored, which was stale.
    Stale,
    /// The upstream was asked.
    Miss,
    /// It had nothing to do with it.
    Bypass,
}

impl CacheUse {
    pub const ALL: [CacheUse; 4] = [CacheUse::Hit, CacheUse::Stale, CacheUse::Miss, CacheUse::Bypass];

    pub fn as_str(self) -> &'static str {
        match self {
            CacheUse::Hit => "hit",
            CacheUse::Stale => "stale",
            CacheUse::Miss => "miss",
            CacheUse::Bypass => "bypass",
        }
    }
}

/// Whose doing an unsuccessful exchange was.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It succeeded (a status below 400).
    #[default]
    None,
    /// The client's: refused by a policy or the router, broken off, or a 4xx of the upstream.
    Downstream,
    /// The upstream's: a 5xx, unreachable, too slow.
    Upstream,
    /// The gateway's own.
    Gateway,
}

impl Fault {
    pub const ALL: [Fault; 4] = [Fault::None, Fault::Downstream, Fault::Upstream, Fault::Gateway];

    pub fn as_str(self) -> &'static str {
        match self {
            Fault::None => "none",
            Fault::Downstream => "downstream",
            Fault::Upstream => "upstream",
            Fault::Gateway => "gateway",
        }
    }
}

/// Takes the events of one worker. Never waits.
pub trait EventSink: Send {
    /// Takes an event, or drops and counts it.
    fn record(&mut self, event: ExchangeEvent);

    /// Whether the next event should carry its [`Detail`]; asked once an exchange, with the time in milliseconds since 1970.
    fn wants_detail(&mut self, now: u64) -> bool;
}

/// Hands every worker its sink.
pub trait Recorder: Send + Sync {
    fn sink(&self) -> Box<dyn EventSink>;
}

/// Records nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn sink(&self) -> Box<dyn EventSink> {
        Box::new(NoRecorder)
    }
}

impl EventSink for NoRecorder {
    fn record(&mut self, _: ExchangeEvent) {}

    fn wants_detail(&mut self, _: u64) -> bool {
        false
    }
}
