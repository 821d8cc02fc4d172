//! What stands in for a gateway where a policy is used without one: to check its configuration, to explain it, to mock a contract.

use std::{future::ready, sync::Arc, time::Duration};

use model::{KeyHash, TokenIssuer, TokenServer, snapshot::Caller};

use crate::{
    CallerIndex, CallerKey, Counter, CounterSource, Dial, Fetch, Fetched, Gauge, Hold, Kept, Key, Later,
    Line, Outbound, OutboundAnswer, OutboundCall, OutboundError, Quota, Standing, Taken, Time,
};

/// Counts nothing and allows everything; what policies keep is made anew each time.
#[derive(Clone, Copy, Debug)]
pub struct Uncounted;

impl CounterSource for Uncounted {
    fn counter(&self, _: &str, _: &[Vec<Quota>]) -> Box<dyn Counter> {
        Box::new(Uncounted)
    }

    fn gauge(&self, _: &str) -> Box<dyn Gauge> {
        Box::new(Uncounted)
    }

    fn keep(&self, _: &str, make: &dyn Fn() -> Kept) -> Kept {
        make()
    }
}

impl Counter for Uncounted {
    fn key(&self, _: CallerKey<'_>) -> Key {
        Key::default()
    }

    fn take(&self, _: &[Key], _: &[u64], _: Time) -> Taken {
        Taken { allowed: true, quota: 0, remaining: 0, reset: Duration::ZERO, wait: None }
    }

    fn look(&self, _: &[Key], _: Time) -> Vec<Standing> {
        Vec::new()
    }
}

impl Gauge for Uncounted {
    fn key(&self, _: CallerKey<'_>) -> Key {
        Key::default()
    }

    fn enter(&self, _: Key, _: u64) -> Option<Hold> {
        None
    }

    fn inside(&self, _: Key) -> u64 {
        0
    }
}

/// The time of a [`Nobody`].
pub trait Clock: Send + Sync {
    fn now(&self) -> Time;

    /// Waits.
    fn sleep(&self, span: Duration) -> Later<()>;
}

/// A moment in which time stands still: nobody waits.
impl Clock for Time {
    fn now(&self) -> Time {
        *self
    }

    fn sleep(&self, _: Duration) -> Later<()> {
        Box::pin(ready(()))
    }
}

/// A world without callers, from which nothing can be reached.
#[derive(Clone, Copy, Debug)]
pub struct Nobody<C>(pub C);

impl<C: Clock> CallerIndex for Nobody<C> {
    fn by_key(&self, _: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        None
    }

    fn by_username(&self, _: &str) -> Option<Arc<Caller>> {
        None
    }

    fn by_subject(&self, _: &str) -> Option<Arc<Caller>> {
        None
    }

    fn by_client(&self, _: &str) -> Option<Arc<Caller>> {
        None
    }

    fn token_issuer(&self, _: &str) -> Option<&Arc<TokenIssuer>> {
        None
    }

    fn token_servers(&self, _: &str) -> &[Arc<TokenServer>] {
        &[]
    }
}

impl<C: Clock> Outbound for Nobody<C> {
    fn now(&self) -> Time {
        self.0.now()
    }

    fn sleep(&self, span: Duration) -> Later<()> {
        self.0.sleep(span)
    }

    fn send(&self, _: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        Box::pin(ready(Err(OutboundError::NoAddress)))
    }

    fn fetch(&self, _: Fetch) -> Later<Result<Fetched, OutboundError>> {
        Box::pin(ready(Err(OutboundError::NoService)))
    }

    fn dial(&self, _: Dial) -> Later<Result<Box<dyn Line>, OutboundError>> {
        Box::pin(ready(Err(OutboundError::NoAddress)))
    }

    fn spawn(&self, _: Later<()>) -> bool {
        false
    }

    fn compute(&self, _: Box<dyn FnOnce() + Send>) -> Later<bool> {
        Box::pin(ready(false))
    }
}
