//! Who used how much: exact, by the hour; what bills add up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

/// Asks for usage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UsageQuery {
    /// Thirty days before `to` if absent; taken back to the begin of its hour.
    pub from: Option<Time>,
    /// Now if absent; taken forward to the end of its hour.
    pub to: Option<Time>,
    /// A caller's key: `app/shop`.
    pub caller: Option<String>,
    pub subscription: Option<String>,
    pub plan: Option<String>,
    /// The id of an API (`orders@v1`) or a service's key.
    pub api: Option<String>,
}

/// Usage of whole hours (UTC). Exact: counted apart from the rollups, and never sampled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Whole hours, milliseconds since 1970.
    pub from: u64,
    pub to: u64,
    /// An hour up to three days, else a day (UTC).
    pub step_ms: u64,
    /// One for every step.
    pub points: Vec<UsagePoint>,
    /// By caller, subscription, plan and service, the most calls first.
    pub rows: Vec<UsageRow>,
    pub calls: u64,
    pub refused: u64,
    pub failed: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

/// One step of [`Usage`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsagePoint {
    /// Its begin, milliseconds since 1970.
    pub at: u64,
    /// All calls.
    pub calls: u64,
    /// Of these, refused by the gateway (a problem): not to be billed.
    pub refused: u64,
    /// Of these, failed by the upstream's or the gateway's fault.
    pub failed: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

/// Who used what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsageRow {
    pub caller: Option<String>,
    pub subscription: Option<String>,
    pub plan: Option<String>,
    /// `api/orders@v1`.
    pub service: Option<String>,
    /// The API's id, where it is one.
    pub api: Option<String>,
    pub calls: u64,
    pub refused: u64,
    pub failed: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
}
