//! How an upstream stands, for operators.

use std::sync::atomic::Ordering::Relaxed;

use model::standing::{EndpointStanding, Rest, UpstreamStanding};
use policy::Time;

use super::{
    Balancer,
    endpoint::WARM,
    note::millis,
    view::{Member, View},
};

impl Balancer {
    /// How it stands, known by `key`.
    pub(crate) fn standing(&self, key: &str, at: Time) -> UpstreamStanding {
        let now = millis(at);
        let seen = self.sight.at(now);
        let standing = |at: usize| self.endpoint_standing(&seen, at, now);
        let endpoints = (0..seen.all.len()).map(standing);
        let mut standing = UpstreamStanding {
            upstream: key.to_owned(),
            endpoints: endpoints.collect(),
            zone: self.zone.as_deref().map(str::to_owned),
            requests: None,
            connections: None,
            pending: 0,
            breaker: None,
            retries: 0,
            over_budget: 0,
            hedges: 0,
            hedges_won: 0,
            overloaded: 0,
            broken: 0,
            history: Vec::new(),
        };
        if let Some((care, state)) = &self.care {
            let limits = care.limits.as_ref();
            standing.requests =
                limits.and_then(|limits| limits.max_requests).map(|_| state.requests.load(Relaxed));
            standing.connections = care.connections().map(|_| state.connections());
            standing.pending = state.pending.load(Relaxed);
            standing.breaker = care.upstream_breaker.as_ref().map(|_| state.breaker.state());
            standing.retries = state.counts.retries.load(Relaxed);
            standing.over_budget = state.counts.over_budget.load(Relaxed);
            standing.hedges = state.counts.hedges.load(Relaxed);
            standing.hedges_won = state.counts.hedges_won.load(Relaxed);
            standing.overloaded = state.counts.overloaded.load(Relaxed);
            standing.broken = state.counts.broken.load(Relaxed);
            standing.history = state.history.entries();
        }
        standing
    }

    fn endpoint_standing(&self, view: &View, at: usize, now: u64) -> EndpointStanding {
        let (member, given) = (&view.all[at], view.members[at].weight);
        let endpoint = &member.endpoint;
        let standing = endpoint.known_standing();
        let care = self.care.as_ref().map(|(care, _)| care);
        let out = care.and_then(|care| endpoint.absence(now, care.heeds()));
        let breaker = care.and_then(|care| care.endpoint_breaker.as_ref()).and(standing);
        let active = care.and_then(|care| care.active.as_ref());
        let passive = care.and_then(|care| care.passive.as_ref());
        EndpointStanding {
            url: endpoint.url.to_string(),
            weight: member.weight,
            zone: member.zone.as_deref().map(str::to_owned),
            found: at >= self.spec.endpoints.len(),
            takes_requests: given > 0,
            out: out.map(|out| out.why),
            out_for_ms: out.filter(|out| out.until != u64::MAX).map(|out| out.until - now),
            rests: (given == 0 && out.is_none()).then(|| rest(view, member)),
            warming_percent: self.spec.slow_start.and_then(|_| warming(member.weight, given)),
            checks: active.map(|_| standing.map(|known| known.checked.standing()).unwrap_or_default()),
            answers: passive.map(|_| standing.map(|known| known.ejection.standing()).unwrap_or_default()),
            breaker: breaker.map(|standing| standing.breaker.state()),
            in_flight: self.counts.then(|| endpoint.in_flight.load(Relaxed)),
            history: standing.map(|standing| standing.history.entries()).unwrap_or_default(),
        }
    }
}

/// Why one gets no requests against which nothing is held.
fn rest(view: &View, member: &Member) -> Rest {
    if member.weight == 0 {
        return Rest::Weight;
    }
    match view.live().next() {
        Some(live) if live.priority < member.priority => Rest::Priority,
        _ => Rest::Zone,
    }
}

/// How much of its share one gets that begins slowly, percent.
fn warming(weight: u32, given: u32) -> Option<u8> {
    let warmth = given.checked_div(weight).filter(|warmth| (1..WARM).contains(warmth))?;
    u8::try_from(warmth * 100 / WARM).ok()
}
