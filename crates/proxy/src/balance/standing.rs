//! How an upstream stands, for operators.

use std::sync::atomic::Ordering::Relaxed;

use model::standing::{EndpointStanding, UpstreamStanding};
use policy::Time;

use super::{Balancer, note::millis, view::Member};

impl Balancer {
    /// How it stands, known by `key`.
    pub(crate) fn standing(&self, key: &str, at: Time) -> UpstreamStanding {
        let now = millis(at);
        let seen = self.sight.at(now);
        let members = seen.all.iter().zip(&*seen.members);
        let endpoints = members.map(|(member, seen)| self.endpoint_standing(member, seen.weight > 0, now));
        let mut standing = UpstreamStanding {
            upstream: key.to_owned(),
            endpoints: endpoints.collect(),
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

    fn endpoint_standing(&self, member: &Member, takes_requests: bool, now: u64) -> EndpointStanding {
        let endpoint = &member.endpoint;
        let standing = endpoint.known_standing();
        let care = self.care.as_ref().map(|(care, _)| care);
        let out = care.and_then(|care| endpoint.absence(now, care.heeds()));
        let breaker = care.and_then(|care| care.endpoint_breaker.as_ref()).and(standing);
        EndpointStanding {
            url: endpoint.url.to_string(),
            weight: member.weight,
            takes_requests,
            out: out.map(|out| out.why),
            out_for_ms: out.filter(|out| out.until != u64::MAX).map(|out| out.until - now),
            breaker: breaker.map(|standing| standing.breaker.state()),
            in_flight: self.counts.then(|| endpoint.in_flight.load(Relaxed)),
            history: standing.map(|standing| standing.history.entries()).unwrap_or_default(),
        }
    }
}
