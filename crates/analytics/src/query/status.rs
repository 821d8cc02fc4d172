//! How analytics itself is doing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How analytics itself is doing. Counts go on over restarts where there is a database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// Calls counted.
    pub recorded: u64,
    /// Calls that found their worker's ring full, and are in no number.
    pub dropped: u64,
    /// Calls in the call log (since the begin, retention aside).
    pub logged: u64,
    /// Calls counted but not in the call log: its budget was used up.
    pub not_logged: u64,
    /// Calls whose row was one too many and that count as `(other)`.
    pub other: u64,
    /// Calls whose usage row was one too many: they count as caller `(other)`.
    pub unmetered: u64,
    /// Calls given up in memory because the database could not be written.
    pub lost: u64,
    /// Logged calls given up for the same reason.
    pub lost_calls: u64,
    /// Whether there is a database.
    pub durable: bool,
    /// Why the last write failed, where it did: analytics goes on in memory.
    pub error: Option<String>,
    /// When the last write succeeded, milliseconds since 1970.
    pub flushed_at: Option<u64>,
    /// Different series known.
    pub series: u64,
    /// Rows of the call log now.
    pub calls_kept: u64,
}
