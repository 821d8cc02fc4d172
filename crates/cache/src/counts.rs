//! What became of requests, counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered from what is stored, which was fresh.
    Hit,
    /// Answered from what is stored, which was stale.
    Stale,
    /// The origin said that what is stored is good.
    Renewed,
    /// The origin answered.
    Miss,
    /// The cache had nothing to do with it.
    Bypass,
}

impl Outcome {
    pub const ALL: [Outcome; 5] =
        [Outcome::Hit, Outcome::Stale, Outcome::Renewed, Outcome::Miss, Outcome::Bypass];

    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Hit => "hit",
            Outcome::Stale => "stale",
            Outcome::Renewed => "renewed",
            Outcome::Miss => "miss",
            Outcome::Bypass => "bypass",
        }
    }
}

/// How many requests had each outcome.
#[derive(Debug, Default)]
pub(crate) struct Counters([AtomicU64; Outcome::ALL.len()]);

impl Counters {
    pub(crate) fn count(&self, outcome: Outcome) {
        self.0[outcome as usize].fetch_add(1, Relaxed);
    }

    pub(crate) fn add_to(&self, counts: &mut Counts) {
        for (sum, count) in counts.0.iter_mut().zip(&self.0) {
            *sum += count.load(Relaxed);
        }
    }
}

/// How many requests had each outcome, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Outcome::ALL.len()]);

impl Counts {
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }
}
