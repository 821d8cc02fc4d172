//! Counting calls, exactly and without waiting.

use std::{hash::Hash, time::Duration};

use crate::Time;

/// So many calls in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    /// Calls, at least 1.
    pub limit: u64,
    /// The window; it begins with the first call counted in it.
    pub window: Duration,
}

/// What is counted apart: a caller, an address, the value of a header.
///
/// The words are hashed with their lengths, so that no two lists of words are the same key by concatenation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallerKey<'a>(pub &'a [&'a [u8]]);

/// Counts for many callers against one list of quotas.
pub trait Counter: Send + Sync {
    /// Takes `cost` calls of every quota, or of none where one of them has not enough left. Exact under all workers.
    fn take(&self, key: CallerKey<'_>, cost: u64, now: Time) -> Taken;
}

/// What [`Counter::take`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub allowed: bool,
    /// The quota that refused, or the one with the smallest share left: its place in the list.
    pub quota: usize,
    /// Calls left in that quota.
    pub remaining: u64,
    /// Until that quota is whole again.
    pub reset: Duration,
}

/// Makes counters, and finds those made before.
pub trait CounterSource {
    /// The counter of a scope: the living one where scope and quotas are as before, else a new one.
    fn counter(&self, scope: &str, quotas: &[Quota]) -> Box<dyn Counter>;
}
