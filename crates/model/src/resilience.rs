//! What an upstream does about endpoints that fail: retries, bounds, health, breakers.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{ByteSize, Span};

/// When a request is sent again.
///
/// A request whose method is not listed in `methods` is sent again only if nothing of it was sent, or if it carries an
/// `idempotency_key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retries {
    /// How often a request is sent again at most; 0 to 10.
    pub attempts: u8,
    /// What a request is sent again for, beside `codes`.
    pub on: Vec<RetryOn>,
    /// Statuses of answers after which a request is sent again.
    pub codes: Vec<u16>,
    /// Statuses of gRPC after which a call is sent again, whatever its method: where the answer has no message, but a status alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grpc_codes: Vec<GrpcCode>,
    /// Methods of requests that may be sent again after something of them was sent; by default those that are safe to repeat
    /// (RFC 9110 §9.2.2).
    pub methods: Vec<String>,
    /// A header that makes a request with any method safe to repeat, such as `Idempotency-Key`: for services that heed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// For one attempt, from its first byte sent to the response's head. All attempts together have the upstream's `timeouts.total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_try_timeout: Option<Span>,
    /// How long is waited before a request is sent again.
    pub backoff: Backoff,
    /// Where the same endpoint is asked again, how long its `Retry-After`, or gRPC's `grpc-retry-pushback-ms`, is waited for at most. An
    /// answer that says more is passed on.
    pub retry_after: Span,
    /// How many requests are sent again at most, so that retries do not overload a service that has trouble already.
    pub budget: RetryBudget,
    /// The largest body that is remembered to be sent again.
    pub replay: ByteSize,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries {
            attempts: 2,
            on: vec![RetryOn::ConnectFailure, RetryOn::Reset],
            codes: vec![502, 503, 504],
            grpc_codes: Vec::new(),
            methods: ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].map(str::to_owned).into(),
            idempotency_key: None,
            per_try_timeout: None,
            backoff: Backoff::default(),
            retry_after: Span::secs(1),
            budget: RetryBudget::default(),
            replay: ByteSize::kib(64),
        }
    }
}

/// What a request is sent again for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetryOn {
    /// No connection could be made; nothing was sent.
    ConnectFailure,
    /// The connection broke off before the response's head, or what came was no valid HTTP.
    Reset,
    /// The response's head did not come in time.
    Timeout,
}

/// A status of gRPC that is no success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GrpcCode {
    Cancelled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}

/// Sends a request once more where its answer is slow to come, and takes whichever answer comes first.
///
/// Only requests whose methods are listed, and whose bodies are there as a whole, are sent twice. They count against the budget of
/// `retries`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// How long is waited for an answer's head: a time such as `50ms`, or `p50` to `p99`, the time in which so many percent of this
    /// upstream's answers came lately. By share nothing is sent twice before 100 answers are known.
    pub after: HedgeAfter,
    /// How often a request is sent beside the first at most, 1 to 3; each after the same time.
    #[serde(default = "one")]
    pub most: u8,
    /// Methods of requests that may be sent twice.
    #[serde(default = "safe")]
    pub methods: Vec<String>,
}

/// How long is waited before a request is sent beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HedgeAfter {
    Time(Span),
    /// The time in which so many percent of answers came.
    Percent(u8),
}

impl Serialize for HedgeAfter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            HedgeAfter::Time(span) => span.serialize(serializer),
            HedgeAfter::Percent(percent) => serializer.collect_str(&format_args!("p{percent}")),
        }
    }
}

impl<'de> Deserialize<'de> for HedgeAfter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HedgeAfter, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(percent) = text.strip_prefix('p').and_then(|percent| percent.parse().ok()) {
            return Ok(HedgeAfter::Percent(percent));
        }
        let span = text.parse().map(HedgeAfter::Time);
        span.map_err(|_| {
            D::Error::custom(format!("`{text}` is neither a time such as `50ms` nor a share such as `p95`"))
        })
    }
}

impl JsonSchema for HedgeAfter {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HedgeAfter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time such as `50ms`, or a share such as `p95`.",
            "type": "string",
        })
    }
}

fn one() -> u8 {
    1
}

fn safe() -> Vec<String> {
    ["GET", "HEAD", "OPTIONS"].map(str::to_owned).into()
}

/// How long is waited before a request is sent again: each time twice as long, less up to half of it by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Backoff {
    /// Before the first.
    pub base: Span,
    /// Never longer than this.
    pub max: Span,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { base: Span::millis(25), max: Span::millis(500) }
    }
}

/// How many requests are sent again at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetryBudget {
    /// In proportion to the requests to the upstream, percent.
    pub percent: u8,
    /// As many a second beside them, so that an upstream with few requests may send some again.
    pub min_per_second: u32,
}

impl Default for RetryBudget {
    fn default() -> RetryBudget {
        RetryBudget { percent: 20, min_per_second: 10 }
    }
}

/// How much an upstream is asked at one time. What is over waits, for a while and in a line of bounded length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UpstreamLimits {
    /// Requests under way at one time; each gateway counts its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests: Option<u32>,
    /// Connections at one time, idle ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u32>,
    /// Requests that wait for their turn at one time; one more is refused with 503. 0 lets none wait.
    pub max_pending: u32,
    /// How long a request waits for its turn; then it is refused with 503.
    pub pending_timeout: Span,
    /// The same for each endpoint.
    pub endpoint: EndpointLimits,
}

impl Default for UpstreamLimits {
    fn default() -> UpstreamLimits {
        UpstreamLimits {
            max_requests: None,
            max_connections: None,
            max_pending: 1024,
            pending_timeout: Span::secs(1),
            endpoint: EndpointLimits::default(),
        }
    }
}

/// How much one endpoint is asked at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EndpointLimits {
    /// Requests under way at one time; one more goes to another endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_requests: Option<u32>,
    /// Connections at one time, idle ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<u32>,
}

/// How an upstream knows which of its endpoints are well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HealthChecks {
    /// By asking them at intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<ActiveCheck>,
    /// By the answers that clients' requests get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passive: Option<PassiveCheck>,
    /// Where less than this share of the endpoints is well, percent, all are asked as if they were: better some answers than too
    /// much for the few.
    pub panic_percent: u8,
}

impl Default for HealthChecks {
    fn default() -> HealthChecks {
        HealthChecks { active: None, passive: None, panic_percent: 50 }
    }
}

/// Asks every endpoint at intervals whether it is well; each gateway asks for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ActiveCheck {
    /// How it is asked.
    #[serde(rename = "type")]
    pub kind: CheckType,
    /// With `http`: path and query of the request.
    pub path: String,
    /// With `http` and `grpc`: the `Host` of the request; the endpoint's own where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// With `grpc`: the service that is asked for; the server as a whole where nothing is said.
    pub service: String,
    /// With `http`: statuses of a healthy endpoint; 200 to 399 where none are said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<u16>,
    /// A port other than the endpoint's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Between two checks.
    pub interval: Span,
    /// For one check, the connection included.
    pub timeout: Span,
    /// Checks in a row that must go well until an endpoint that was out takes requests again.
    pub successes: u32,
    /// Checks in a row that must fail until an endpoint is out.
    pub failures: u32,
}

/// How an endpoint is asked whether it is well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CheckType {
    /// By a `GET`.
    #[default]
    Http,
    /// By a connection.
    Tcp,
    /// By gRPC's health protocol (`grpc.health.v1`), over HTTP/2.
    Grpc,
}

impl Default for ActiveCheck {
    fn default() -> ActiveCheck {
        ActiveCheck {
            kind: CheckType::Http,
            path: "/".to_owned(),
            host: None,
            service: String::new(),
            codes: Vec::new(),
            port: None,
            interval: Span::secs(10),
            timeout: Span::secs(2),
            successes: 2,
            failures: 3,
        }
    }
}

/// Takes endpoints out for a while that answer badly (outlier ejection).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassiveCheck {
    /// Failures one after the other; 0 does not count them.
    pub consecutive_failures: u32,
    /// The share of failures in a window, percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_percent: Option<u8>,
    /// Requests in a window from which on the share says something.
    pub min_requests: u16,
    pub window: Span,
    /// Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
    pub codes: Vec<u16>,
    /// How long an endpoint stays out; twice as long the second time in a row, three times the third.
    pub eject_for: Span,
    /// Never longer than this.
    pub max_eject_for: Span,
}

impl Default for PassiveCheck {
    fn default() -> PassiveCheck {
        PassiveCheck {
            consecutive_failures: 5,
            error_percent: None,
            min_requests: 20,
            window: Span::secs(10),
            codes: vec![500, 502, 503, 504],
            eject_for: Span::secs(30),
            max_eject_for: Span::secs(300),
        }
    }
}

/// Breakers: what fails is left alone for a while, then tried with a few requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitBreakers {
    /// For each endpoint: while it is open, requests go to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<CircuitBreaker>,
    /// For the upstream as a whole: while it is open, requests are refused at once with 503.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<CircuitBreaker>,
}

/// When a breaker opens, and how it closes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CircuitBreaker {
    /// Opens after as many failures one after the other; 0 does not count them.
    pub consecutive_failures: u32,
    /// Opens where this share of the requests of a window has failed, percent; 0 does not count them.
    pub error_percent: u8,
    /// A response whose head comes later than this is slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_call: Option<Span>,
    /// Opens where this share of the requests of a window was slow, percent.
    pub slow_percent: u8,
    /// Requests in a window from which on shares say something.
    pub min_requests: u16,
    pub window: Span,
    /// Statuses that count as failures, beside connections that cannot be made, break off or stay silent.
    pub codes: Vec<u16>,
    /// How long it stays open.
    pub open_for: Span,
    /// Requests it then lets through to see. If all of them go well it closes, if one does not it opens again.
    pub half_open_requests: u32,
}

impl Default for CircuitBreaker {
    fn default() -> CircuitBreaker {
        CircuitBreaker {
            consecutive_failures: 0,
            error_percent: 50,
            slow_call: None,
            slow_percent: 50,
            min_requests: 20,
            window: Span::secs(10),
            codes: vec![500, 502, 503, 504],
            open_for: Span::secs(30),
            half_open_requests: 3,
        }
    }
}
