//! Who and what has the most traffic.

use model::event::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

/// What [`TopQuery`] adds up by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    #[default]
    Api,
    Operation,
    Caller,
    Plan,
    Subscription,
    Status,
    Fault,
    Problem,
}

/// Asks for what has the most requests. The filters are those of [`super::TrafficQuery`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TopQuery {
    pub by: By,
    /// Fifteen minutes before `to` if absent.
    pub from: Option<Time>,
    /// Now if absent.
    pub to: Option<Time>,
    /// 1 to 1,000; 20 if absent.
    pub limit: Option<u32>,
    pub api: Option<String>,
    pub operation: Option<String>,
    pub caller: Option<String>,
    pub plan: Option<String>,
    pub subscription: Option<String>,
    pub status: Option<String>,
    pub fault: Option<Fault>,
    pub problem: Option<String>,
}

/// One row, the most requests first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopRow {
    /// An API's id (or a service's key such as `route/health`), an operation's id, a caller's key, a status …; empty where
    /// the call had none, `(other)` for what went beyond the cardinality kept apart.
    pub key: String,
    /// The API of an operation.
    pub api: Option<String>,
    pub requests: u64,
    /// As in [`super::Totals`].
    pub errors: u64,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    /// Bodies, bytes.
    pub bytes_in: u64,
    pub bytes_out: u64,
}
