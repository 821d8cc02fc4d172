//! Traffic over time.

use model::{Span, event::Fault};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

/// Asks for traffic over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrafficQuery {
    /// Fifteen minutes before `to` if absent.
    pub from: Option<Time>,
    /// Now if absent.
    pub to: Option<Time>,
    /// The length of a point; chosen by the interval if absent, and made coarser where the finer rollup is no longer kept.
    pub step: Option<Span>,
    /// The id of an API (`orders@v1`) or a service's key (`route/health`).
    pub api: Option<String>,
    pub operation: Option<String>,
    /// A caller's key: `consumer/ada`, `app/shop`.
    pub caller: Option<String>,
    pub plan: Option<String>,
    pub subscription: Option<String>,
    /// A status (`404`) or a class (`4xx`).
    pub status: Option<String>,
    pub fault: Option<Fault>,
    /// A problem's code, such as `rate-limited`.
    pub problem: Option<String>,
}

/// Traffic over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Traffic {
    /// The interval answered, widened to whole steps; milliseconds since 1970.
    pub from: u64,
    pub to: u64,
    pub step_ms: u64,
    /// One for every step, also where nothing happened.
    pub points: Vec<Point>,
    pub totals: Totals,
}

/// One step of [`Traffic`]. Calls count when they end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Its begin, milliseconds since 1970.
    pub at: u64,
    #[serde(flatten)]
    pub totals: Totals,
}

/// Calls added up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    pub requests: u64,
    /// Requests that did not succeed, whoever is at fault: the sum of `by_fault` without `none`.
    pub errors: u64,
    pub by_fault: ByFault,
    /// Quantiles of the whole duration, milliseconds, within 1 %; absent where there were no requests.
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// The same of the gateway's own share: the duration without waiting for the upstream.
    pub gateway_p50_ms: Option<f64>,
    pub gateway_p95_ms: Option<f64>,
    pub gateway_p99_ms: Option<f64>,
    /// Bodies, bytes.
    pub bytes_in: u64,
    pub bytes_out: u64,
}

/// Requests by whose fault they did not succeed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ByFault {
    /// Succeeded.
    pub none: u64,
    /// The client's.
    pub downstream: u64,
    pub upstream: u64,
    pub gateway: u64,
}
