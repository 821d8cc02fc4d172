//! The call log.

use model::event::{CacheUse, Fault, Spoken};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Time;

/// Asks for calls, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallQuery {
    /// As far back as the log reaches if absent.
    pub from: Option<Time>,
    /// Now if absent.
    pub to: Option<Time>,
    /// The id of an API (`orders@v1`) or a service's key (`route/health`).
    pub api: Option<String>,
    pub operation: Option<String>,
    pub caller: Option<String>,
    pub plan: Option<String>,
    pub subscription: Option<String>,
    /// A status (`404`) or a class (`4xx`).
    pub status: Option<String>,
    pub method: Option<String>,
    pub fault: Option<Fault>,
    pub problem: Option<String>,
    /// What the cache did.
    pub cache: Option<CacheUse>,
    /// What the client spoke.
    pub protocol: Option<Spoken>,
    /// The client's address.
    pub client: Option<String>,
    /// At least this long.
    pub min_ms: Option<u64>,
    /// Text in the path, host, request or trace id, client, user agent, endpoint or cause; letters of any case.
    pub q: Option<String>,
    /// Where the page before ended: its `next`.
    pub after: Option<String>,
    /// 1 to 500; 50 if absent.
    pub limit: Option<u32>,
}

/// Some calls, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallPage {
    pub items: Vec<Call>,
    /// Where to go on, as `after`. Present also where the search stopped at its bound before the page was full.
    pub next: Option<String>,
}

/// One logged call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    pub id: String,
    /// When the request arrived, milliseconds since 1970.
    pub at: u64,
    pub request_id: String,
    pub trace_id: String,
    pub method: String,
    /// What the client spoke; absent in calls that were logged before it was kept.
    pub protocol: Option<Spoken>,
    /// Without its query: queries may carry secrets.
    pub path: String,
    pub host: String,
    /// What it was routed to: `api/orders@v1`, `route/health`; absent where nothing matched.
    pub service: Option<String>,
    /// The API's id, where it is one.
    pub api: Option<String>,
    pub operation: Option<String>,
    /// `consumer/ada`, `app/shop`.
    pub caller: Option<String>,
    pub plan: Option<String>,
    pub subscription: Option<String>,
    pub status: u16,
    /// The code of the gateway's refusal.
    pub problem: Option<String>,
    pub fault: Fault,
    pub duration_ms: f64,
    pub upstream_ms: f64,
    /// The duration without waiting for the upstream.
    pub gateway_ms: f64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub attempts: u8,
    /// What the cache did, where there is one.
    pub cache: Option<CacheUse>,
    pub endpoint: Option<String>,
    /// The client's address.
    pub client: String,
    pub user_agent: Option<String>,
    /// What went wrong, for operators.
    pub cause: Option<String>,
}
