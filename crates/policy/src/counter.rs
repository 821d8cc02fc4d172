//! Counting calls, exactly and without waiting.

use std::{any::Any, sync::Arc, time::Duration};

use crate::Time;

/// So many units (calls, or what they cost) in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    /// Units, at least 1 and at most `u32::MAX`.
    pub limit: u64,
    pub window: Duration,
    pub algorithm: Algorithm,
}

/// What "so many in so long" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// A window begins with the first call counted in it, and at its end all units are back at once.
    Fixed,
    /// In no window of that length, wherever it begins, are there more than the limit. A unit comes back one window after it was
    /// taken, and at most a fifteenth of a window later.
    Sliding,
    /// Units come back one by one, spread evenly over the window, and up to `burst` of them are saved up (GCRA).
    Bucket {
        /// At least 1.
        burst: u64,
    },
}

/// What is counted apart: a caller, an address, the value of a header.
///
/// The words are hashed with their lengths, so that no two lists of words are the same key by concatenation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallerKey<'a>(pub &'a [&'a [u8]]);

/// A [`CallerKey`] as its counter knows it: a keyed hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Key(pub u64);

/// Counts for many callers against groups of quotas; the quotas of a group are counted by the same key.
pub trait Counter: Send + Sync {
    fn key(&self, key: CallerKey<'_>) -> Key;

    /// Takes of every quota what the call costs, or of none where one of them has not enough left. Exact under all workers.
    ///
    /// `keys` has one for each group, `costs` one for each quota, group after group.
    fn take(&self, keys: &[Key], costs: &[u64], now: Time) -> Taken;

    /// How each quota stands, without taking anything.
    fn look(&self, keys: &[Key], now: Time) -> Vec<Standing>;
}

/// What [`Counter::take`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub allowed: bool,
    /// The quota that refused (of several the one that has to be waited for longest), or the one with the smallest share left: its
    /// place, counted through all groups.
    pub quota: usize,
    /// Units left in that quota.
    pub remaining: u64,
    /// Until that quota is whole again.
    pub reset: Duration,
    /// Until that quota has what was asked for; `None` where it never will, because it is more than the quota holds.
    pub wait: Option<Duration>,
}

/// How a quota stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub remaining: u64,
    /// Until it is whole again.
    pub reset: Duration,
}

/// Counts what is under way at the same time.
pub trait Gauge: Send + Sync {
    fn key(&self, key: CallerKey<'_>) -> Key;

    /// Enters where fewer than `most` of this key are inside. Dropping what is returned leaves.
    fn enter(&self, key: Key, most: u64) -> Option<Hold>;

    /// How many are inside.
    fn inside(&self, key: Key) -> u64;
}

/// Something kept until the exchange ends; see [`crate::Request::hold`].
pub type Hold = Box<dyn Any + Send>;

/// What policies keep across snapshots; see [`crate::BuildCx::kept`].
pub type Kept = Arc<dyn Any + Send + Sync>;

/// Makes counters, and finds those made before.
pub trait CounterSource {
    /// The counter of a scope: the living one where scope and quotas are as before, else a new one.
    fn counter(&self, scope: &str, groups: &[Vec<Quota>]) -> Box<dyn Counter>;

    /// The gauge of a scope: the living one where there is one.
    fn gauge(&self, scope: &str) -> Box<dyn Gauge>;

    /// What policies keep under a name: the living one where there is one.
    fn keep(&self, name: &str, make: &dyn Fn() -> Kept) -> Kept;
}
