//! Limits as operators are told about them.

use std::net::IpAddr;

use http::{HeaderMap, Method, Uri};
use schemars::JsonSchema;
use serde::Serialize;

/// A limit that a request would touch, and how it stands for that request's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LimitState {
    /// Its name in the `RateLimit` fields, such as `minute`.
    pub name: String,
    /// `fixed-window`, `sliding-window`, `token-bucket` or `concurrency`.
    pub algorithm: &'static str,
    /// Units in a window, or calls at the same time.
    pub limit: u64,
    /// The window in seconds; none for `concurrency`.
    pub window_s: Option<u64>,
    /// Units saved up at most, for `token-bucket`.
    pub burst: Option<u64>,
    /// What is counted apart.
    pub per: String,
    /// Units used of what there is now, or calls under way.
    pub used: u64,
    /// Units left now.
    pub remaining: u64,
    /// Seconds until all units are back.
    pub reset_s: u64,
    /// Whether it only counts, and lets every call through.
    pub report_only: bool,
    /// Calls of all callers that were over the limits of this policy since it was put in force.
    pub over: u64,
}

/// A request to be explained: which limits would it touch?
#[derive(Clone, Debug)]
pub struct LimitsQuestion {
    /// `consumer/ada` or `app/shop`; `None` for an anonymous caller.
    pub caller: Option<String>,
    /// `api/orders@v1` or `route/health`.
    pub service: String,
    /// The operation; `None` for one without a name or limits of its own.
    pub operation: Option<String>,
    pub client: IpAddr,
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
}

/// Which limits a request would touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LimitsExplained {
    /// `api/orders@v1` or `route/health`.
    pub service: String,
    /// The operation; empty where none was named.
    pub operation: String,
    /// `consumer/ada` or `app/shop`; none for an anonymous caller.
    pub caller: Option<String>,
    /// The plan by which an app may call the API.
    pub plan: Option<String>,
    /// The limits that hold, in the order in which they are asked.
    pub limits: Vec<LimitExplained>,
    /// Policies with limits that do not hold for this request, and why.
    pub not_in_force: Vec<LimitIdle>,
}

/// A limit and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LimitExplained {
    /// `rate-limit` or `concurrency-limit`.
    pub policy: String,
    /// `gateway`, `api`, `route`, `operation`, `plan`, `consumer` or `app`.
    pub level: String,
    /// Where it is attached, such as `api/orders@v1`.
    pub at: String,
    /// How it stands for this caller.
    pub state: LimitState,
}

/// A policy with limits that does not hold for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LimitIdle {
    /// `rate-limit` or `concurrency-limit`.
    pub policy: String,
    /// `gateway`, `api`, `route`, `operation`, `plan`, `consumer` or `app`.
    pub level: String,
    /// Where it is attached, such as `api/orders@v1`.
    pub at: String,
    /// Why it does not hold.
    pub why: String,
}
