//! Calls of one caller, by day.

use model::event::Fault;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Calls of one caller on one day (UTC), added up by where they went and what came of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DayRow {
    /// The day's begin, milliseconds since 1970.
    pub at: u64,
    /// `api/orders@v1`, `route/health`; absent where nothing matched.
    pub service: Option<String>,
    pub operation: Option<String>,
    pub plan: Option<String>,
    pub subscription: Option<String>,
    pub status: u16,
    /// The code of the gateway's refusal.
    pub problem: Option<String>,
    pub fault: Fault,
    pub calls: u64,
    /// Bodies, bytes.
    pub bytes_in: u64,
    pub bytes_out: u64,
}
