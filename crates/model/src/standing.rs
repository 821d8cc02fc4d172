//! How upstreams and their endpoints stand at a gateway.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an upstream stands at a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpstreamStanding {
    /// `upstream/orders`; of an upstream that is written inside an API or route the key of that: `api/orders@v1`.
    pub upstream: String,
    pub endpoints: Vec<EndpointStanding>,
    /// In which zone the gateway is; endpoints there go first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Requests under way, where `limits.max_requests` bounds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests: Option<u32>,
    /// Connections open, where `limits` bounds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<u32>,
    /// Requests that wait for their turn.
    pub pending: u32,
    /// The breaker of the upstream as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<BreakerState>,
    /// Since the start: requests sent again.
    pub retries: u64,
    /// Since the start: requests not sent again because the budget was used up.
    pub over_budget: u64,
    /// Since the start: requests sent beside one that was slow.
    #[serde(default)]
    pub hedges: u64,
    /// Since the start: of these, those whose answer came first.
    #[serde(default)]
    pub hedges_won: u64,
    /// Since the start: requests refused because too many waited, or they waited too long.
    pub overloaded: u64,
    /// Since the start: requests refused by the breaker.
    pub broken: u64,
    /// What changed lately, the oldest first.
    pub history: Vec<StandingChange>,
}

/// How an endpoint stands at a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointStanding {
    pub url: String,
    /// As configured.
    pub weight: u32,
    /// The zone it is in, where that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Whether it was found (`discovery`) rather than listed.
    #[serde(default)]
    pub found: bool,
    /// Whether it gets requests now.
    pub takes_requests: bool,
    /// Why it is out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<Out>,
    /// For how long it is still out, milliseconds, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_for_ms: Option<u64>,
    /// Why it gets none although nothing is held against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests: Option<Rest>,
    /// While it begins slowly (`slow_start`): how much of its share it gets, percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warming_percent: Option<u8>,
    /// What `health_checks.active` say, where they are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks: Option<CheckStanding>,
    /// What its answers say, where `health_checks.passive` look at them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<AnswerStanding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<BreakerState>,
    /// Requests under way, where they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<u32>,
    /// What changed lately, the oldest first.
    pub history: Vec<StandingChange>,
}

/// Why an endpoint gets no requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Out {
    /// Checks fail (`health_checks.active`).
    Unhealthy,
    /// Its answers were bad (`health_checks.passive`).
    Ejected,
    /// Its breaker is open.
    Breaker,
}

/// Why an endpoint gets no requests although nothing is held against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rest {
    /// Its weight is 0.
    Weight,
    /// Those with a lower priority come first, and are well.
    Priority,
    /// Those in the gateway's own zone go first, and are well.
    Zone,
}

/// What checks say of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckStanding {
    /// Whether it is held to be well; nothing before the first check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub well: Option<bool>,
    /// Checks in a row, up to now, that say the opposite.
    pub against: u32,
    /// The last check, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<u64>,
    /// Why the last check failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
}

/// What the answers of an endpoint say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnswerStanding {
    /// Failures one after the other, up to now.
    pub failures_in_a_row: u32,
    /// How often in a row it was put out.
    pub ejections: u32,
}

/// Where a breaker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// Requests pass.
    Closed,
    /// None do.
    Open,
    /// Some do, to see.
    HalfOpen,
}

/// What changed, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StandingChange {
    /// Milliseconds since 1970.
    pub at: u64,
    pub what: String,
}
