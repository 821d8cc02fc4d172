//! What an upstream does about endpoints that fail or have too much to do: present only where something of it is configured.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

use model::{ActiveCheck, CircuitBreaker, PassiveCheck, Upstream, UpstreamLimits};
use tokio::sync::Notify;

use crate::{
    balance::Endpoint,
    breaker::Breaker,
    budget::Budget,
    health::{Heeds, History},
    hedge::{Hedging, Latency},
    retry::Retrying,
};

/// The rules of an upstream in their running form.
pub(crate) struct Care {
    pub(crate) retries: Option<Retrying>,
    pub(crate) hedge: Option<Hedging>,
    pub(crate) limits: Option<UpstreamLimits>,
    pub(crate) active: Option<Arc<ActiveCheck>>,
    pub(crate) passive: Option<PassiveCheck>,
    pub(crate) panic_percent: u8,
    pub(crate) endpoint_breaker: Option<CircuitBreaker>,
    pub(crate) upstream_breaker: Option<CircuitBreaker>,
}

/// What outlives changes of the rules.
pub(crate) struct CareState {
    /// Requests under way, where they are bounded.
    pub(crate) requests: AtomicU32,
    /// Connections open, where they are bounded.
    connections: AtomicU32,
    /// Requests that wait for a connection to end.
    wanting: AtomicU32,
    /// Requests that wait for their turn.
    pub(crate) pending: AtomicU32,
    /// Told whenever something that was waited for may be had.
    pub(crate) room: Notify,
    pub(crate) budget: Budget,
    pub(crate) breaker: Breaker,
    pub(crate) history: History,
    pub(crate) counts: CareCounts,
    /// How long answers took lately, where somebody asks.
    pub(crate) latency: Latency,
}

/// What happened since the start.
#[derive(Default)]
pub(crate) struct CareCounts {
    pub(crate) retries: AtomicU64,
    /// Retries that the budget did not allow.
    pub(crate) over_budget: AtomicU64,
    /// Requests sent beside one that was slow.
    pub(crate) hedges: AtomicU64,
    /// Of these, those whose answer came first.
    pub(crate) hedges_won: AtomicU64,
    /// Requests refused because too many waited, or waited too long.
    pub(crate) overloaded: AtomicU64,
    /// Requests refused by a breaker.
    pub(crate) broken: AtomicU64,
}

impl Care {
    /// Nothing where nothing is configured.
    ///
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn read(spec: &Upstream) -> Result<Option<Box<Care>>, (String, String)> {
        let retries = spec.retries.as_deref().map(Retrying::read).transpose();
        let retries = retries.map_err(|(field, message)| (format!("retries.{field}"), message))?;
        let hedge = Hedging::read(spec).map_err(|(field, message)| (format!("hedge.{field}"), message))?;
        let checks = spec.health_checks.as_deref();
        let breakers = spec.circuit_breaker.as_deref();
        let care = Care {
            retries,
            hedge,
            limits: spec.limits.as_deref().copied(),
            active: checks.and_then(|checks| checks.active.clone().map(Arc::new)),
            passive: checks.and_then(|checks| checks.passive.clone()),
            panic_percent: checks.map_or(0, |checks| checks.panic_percent),
            endpoint_breaker: breakers.and_then(|breakers| breakers.endpoint.clone()),
            upstream_breaker: breakers.and_then(|breakers| breakers.upstream.clone()),
        };
        let sends = care.retries.is_some() || care.hedge.is_some();
        let some = sends || care.limits.is_some() || care.active.is_some() || care.judges();
        Ok(some.then(|| Box::new(care)))
    }

    /// Whether how attempts end says something of endpoints or the upstream.
    pub(crate) fn judges(&self) -> bool {
        self.passive.is_some() || self.endpoint_breaker.is_some() || self.upstream_breaker.is_some()
    }

    /// What may put endpoints out for a while.
    pub(crate) fn heeds(&self) -> Heeds {
        Heeds {
            checks: self.active.is_some(),
            ejection: self.passive.is_some(),
            breaker: self.endpoint_breaker.is_some(),
        }
    }

    /// The bounds, where connections are bounded.
    pub(crate) fn connections(&self) -> Option<&UpstreamLimits> {
        let is_bound = |limits: &&UpstreamLimits| {
            limits.max_connections.is_some() || limits.endpoint.max_connections.is_some()
        };
        self.limits.as_ref().filter(is_bound)
    }

    /// Whether requests under way at each endpoint are bounded.
    pub(crate) fn endpoint_requests(&self) -> Option<u32> {
        self.limits.as_ref()?.endpoint.max_requests
    }
}

impl CareState {
    pub(crate) fn new() -> CareState {
        CareState {
            requests: AtomicU32::new(0),
            connections: AtomicU32::new(0),
            wanting: AtomicU32::new(0),
            pending: AtomicU32::new(0),
            room: Notify::new(),
            budget: Budget::new(),
            breaker: Breaker::default(),
            history: History::default(),
            counts: CareCounts::default(),
            latency: Latency::default(),
        }
    }

    /// Connections open.
    pub(crate) fn connections(&self) -> u32 {
        self.connections.load(Relaxed)
    }

    /// Takes one of so many, if there is one.
    pub(crate) fn take(count: &AtomicU32, most: u32) -> bool {
        count.fetch_update(Relaxed, Relaxed, |count| (count < most).then_some(count + 1)).is_ok()
    }
}

/// A request under way; no more when dropped.
pub(crate) struct Permit(Arc<CareState>);

impl Permit {
    pub(crate) fn take(state: &Arc<CareState>, most: u32) -> Option<Permit> {
        CareState::take(&state.requests, most).then(|| Permit(Arc::clone(state)))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Relaxed);
        self.0.room.notify_one();
    }
}

/// A connection, where they are bounded; none any more when dropped.
pub(crate) struct Counted {
    endpoint: Arc<Endpoint>,
    state: Arc<CareState>,
}

impl Counted {
    /// Takes one of the connections there may be.
    pub(crate) fn take(
        state: &Arc<CareState>,
        endpoint: &Arc<Endpoint>,
        limits: &UpstreamLimits,
    ) -> Option<Counted> {
        let (of_all, of_one) = (limits.max_connections, limits.endpoint.max_connections);
        if !CareState::take(&state.connections, of_all.unwrap_or(u32::MAX)) {
            return None;
        }
        if !CareState::take(&endpoint.connections, of_one.unwrap_or(u32::MAX)) {
            state.connections.fetch_sub(1, Relaxed);
            return None;
        }
        Some(Counted { endpoint: Arc::clone(endpoint), state: Arc::clone(state) })
    }

    /// Whether somebody waits for it to end: then it is not kept idle.
    pub(crate) fn is_wanted(&self) -> bool {
        self.state.wanting.load(Relaxed) > 0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.endpoint.connections.fetch_sub(1, Relaxed);
        self.state.connections.fetch_sub(1, Relaxed);
        self.state.room.notify_one();
    }
}

/// Waits for a connection to end.
pub(crate) struct Wanting<'a>(&'a CareState);

impl<'a> Wanting<'a> {
    pub(crate) fn new(state: &'a CareState) -> Wanting<'a> {
        state.wanting.fetch_add(1, Relaxed);
        Wanting(state)
    }
}

impl Drop for Wanting<'_> {
    fn drop(&mut self) {
        self.0.wanting.fetch_sub(1, Relaxed);
    }
}
