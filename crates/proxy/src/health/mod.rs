//! How an endpoint stands: what is held against it, and how it came to that.

pub(crate) mod active;
pub(crate) mod passive;
pub(crate) mod tally;

use std::{collections::VecDeque, sync::Mutex};

use model::standing::{Out, StandingChange};
use policy::Time;

use self::{active::Checked, passive::Ejection};
use crate::{breaker::Breaker, worker::lock};

/// Changes that are remembered of one endpoint or upstream.
const HISTORY: usize = 32;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With this status.
    Answered(u16),
    /// No connection could be made.
    Unreachable,
    /// The response's head did not come in time.
    Silent,
    /// The connection broke off, or what came was no valid HTTP.
    Broken,
}

impl Outcome {
    pub(crate) fn failed(self, codes: &[u16]) -> bool {
        match self {
            Outcome::Answered(status) => codes.contains(&status),
            Outcome::Unreachable | Outcome::Silent | Outcome::Broken => true,
        }
    }

    /// For people: `status 503`.
    pub(crate) fn words(self) -> String {
        match self {
            Outcome::Answered(status) => format!("status {status}"),
            Outcome::Unreachable => "no connection".to_owned(),
            Outcome::Silent => "no answer in time".to_owned(),
            Outcome::Broken => "a connection broken off".to_owned(),
        }
    }
}

/// What is held against an endpoint, where somebody looks.
#[derive(Default)]
pub(crate) struct Standing {
    pub(crate) checked: Checked,
    pub(crate) ejection: Ejection,
    pub(crate) breaker: Breaker,
    pub(crate) history: History,
}

impl Standing {
    /// Whether it takes no requests, and until when, milliseconds.
    pub(crate) fn absence(&self, now: u64, heeds: Heeds) -> Option<Absence> {
        if heeds.breaker
            && let Some(until) = self.breaker.open_until(now)
        {
            return Some(Absence { until, why: Out::Breaker });
        }
        if heeds.checks && self.checked.is_sick() {
            return Some(Absence { until: u64::MAX, why: Out::Unhealthy });
        }
        let until = if heeds.ejection { self.ejection.until(now) } else { None };
        until.map(|until| Absence { until, why: Out::Ejected })
    }
}

/// What an upstream looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heeds {
    pub(crate) checks: bool,
    pub(crate) ejection: bool,
    pub(crate) breaker: bool,
}

/// Until when an endpoint takes no requests, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Absence {
    pub(crate) until: u64,
    pub(crate) why: Out,
}

/// The latest changes, the oldest first.
#[derive(Default)]
pub(crate) struct History(Mutex<VecDeque<StandingChange>>);

impl History {
    pub(crate) fn add(&self, at: Time, what: String) {
        let mut changes = lock(&self.0);
        if changes.len() >= HISTORY {
            changes.pop_front();
        }
        changes.push_back(StandingChange { at: at.unix_ms, what });
    }

    pub(crate) fn entries(&self) -> Vec<StandingChange> {
        lock(&self.0).iter().cloned().collect()
    }
}
