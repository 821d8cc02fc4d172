//! Limits as operators are told about them.

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
