//! How attempts ended, and what follows for their endpoints.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use model::Balance;
use policy::Time;

use super::{Balancer, Endpoint};
use crate::{health::Outcome, worker::lock};

/// What a failure adds to the time it took: one that refuses at once is not the fastest.
const FAILED: Duration = Duration::from_secs(1);

impl Balancer {
    /// Whether it matters here how an attempt ended.
    pub(crate) fn watches(&self) -> bool {
        self.balance == Balance::PeakEwma || self.care.as_ref().is_some_and(|(care, _)| care.judges())
    }

    /// Takes note of how an attempt ended.
    pub(crate) fn note(&self, endpoint: &Endpoint, outcome: Outcome, took: Duration, at: Time) {
        let now = millis(at);
        if self.balance == Balance::PeakEwma {
            let extra = if matches!(outcome, Outcome::Answered(_)) { Duration::ZERO } else { FAILED };
            endpoint.ewma.observe(took + extra, now);
        }
        let Some((care, state)) = &self.care else { return };
        let mut changed = false;
        if let Some(rules) = &care.passive {
            let standing = endpoint.standing();
            if let Some((span, why)) = standing.ejection.note(rules, now, outcome) {
                let why = format!("out for {}: {why}", model::Span::millis(span));
                self.tell(&endpoint.url, &why);
                standing.history.add(at, why);
                changed = true;
            }
        }
        if let Some(rules) = &care.endpoint_breaker {
            let standing = endpoint.standing();
            if let Some(what) = standing.breaker.note(rules, now, outcome, took) {
                self.tell(&endpoint.url, &what);
                standing.history.add(at, what);
                changed = true;
            }
        }
        if let Some(rules) = &care.upstream_breaker
            && let Some(what) = state.breaker.note(rules, now, outcome, took)
        {
            self.tell("all endpoints", &what);
            state.history.add(at, what);
        }
        if changed {
            self.look_again(now);
        }
    }

    /// A check has changed what is said of an endpoint.
    pub(crate) fn checked(&self, endpoint: &Endpoint, what: String, at: Time) {
        self.tell(&endpoint.url, &what);
        endpoint.standing().history.add(at, what);
        self.look_again(millis(at));
    }

    /// This is the upstream as it is in force from now on.
    pub(crate) fn enforce(self: &Arc<Self>) {
        *lock(&self.state.in_force) = Arc::downgrade(self);
    }

    /// How endpoints stand has changed.
    fn look_again(&self, now: u64) {
        self.sight.refresh(now);
        let in_force = Weak::upgrade(&lock(&self.state.in_force));
        if let Some(in_force) = in_force.filter(|in_force| !std::ptr::eq(&**in_force, self)) {
            in_force.sight.refresh(now);
        }
    }

    pub(super) fn tell(&self, whom: &str, what: &str) {
        let upstream = self.spec.name.as_ref().map(model::Name::as_str);
        tracing::warn!(upstream, endpoint = whom, "{what}");
    }
}

/// What is compared with: milliseconds of the monotonic clock.
pub(crate) fn millis(at: Time) -> u64 {
    at.monotonic / 1_000_000
}
