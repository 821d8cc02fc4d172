//! Stops those who guess credentials: what is nobody's is counted by the network address it comes from.
//!
//! An address over its bound is answered alike whether a guess is right or wrong, so that guessing on tells nothing. Callers that have
//! called from the address before are let in all the same: who shares a proxy with somebody that guesses goes on. What is right pays a
//! look at one number and a mark in a table of fixed size.

use std::{
    hash::{BuildHasher, Hash},
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use http::{HeaderValue, header};
use model::{WrongCredentials, fast_hash::Seeded};
use policy::{
    Algorithm, CallerKey, Counter, CounterSource, Flow, Identity, Problem, Quota, Reply, Request, Time,
    problems,
};

/// Marks of callers that were let in. A new one takes the place of whatever was there.
const MARKS: usize = 1 << 15;
/// How long a mark is good for, and in which steps that is counted, milliseconds.
const MARK_STEPS: u64 = 24 * 60;
const MARK_STEP_MS: u64 = 60_000;
/// The part of a mark that says when.
const WHEN: u64 = 0xffff;

/// How many wrong credentials one address may send, and who is let in whatever it sends.
pub(crate) struct Guesses {
    pub(crate) bound: WrongCredentials,
    counter: Box<dyn Counter>,
    /// Until when some address may be over its bound, nanoseconds of the monotonic clock.
    over_until: AtomicU64,
    known: Arc<Known>,
}

/// Callers that were let in lately, each with the address it called from.
struct Known {
    marks: Box<[AtomicU64]>,
    seed: Seeded,
}

impl Guesses {
    /// Nothing where no bound is set.
    pub(crate) fn new(bound: WrongCredentials, counters: &dyn CounterSource) -> Option<Arc<Guesses>> {
        let limit = u64::from(bound.limit);
        if limit == 0 {
            return None;
        }
        let window = bound.window.0.max(Duration::from_secs(1));
        let quota = Quota { limit, window, algorithm: Algorithm::Bucket { burst: limit } };
        let known = counters.keep("wrong-credentials", &|| Arc::new(Known::new()));
        Some(Arc::new(Guesses {
            bound,
            counter: counters.counter("gateway/wrong-credentials", &[vec![quota]]),
            over_until: AtomicU64::new(0),
            known: known.downcast().expect("a name stands for one type"),
        }))
    }

    /// What becomes of a request of a workspace after it was asked who calls.
    pub(crate) fn judge(&self, flow: Flow, tenant: usize, req: &Request) -> Flow {
        match flow {
            Err(Reply::Problem(problem)) if problem.guess => Err(self.count(*problem, tenant, req).into()),
            flow => {
                if let Some(identity) = &req.identity {
                    self.admit(identity, tenant, req)?;
                }
                flow
            }
        }
    }

    fn count(&self, problem: Problem, tenant: usize, req: &Request) -> Problem {
        let taken = self.counter.take(&[self.key(tenant, req.client)], &[1], req.arrived);
        if !taken.allowed || taken.remaining == 0 {
            let until = req.arrived.monotonic.saturating_add(nanos(taken.reset));
            self.over_until.fetch_max(until, Relaxed);
        }
        if taken.allowed {
            return problem;
        }
        too_many(taken.wait.unwrap_or(taken.reset)).because(problem.cause.unwrap_or_else(|| "guess".into()))
    }

    /// Whether a caller is let in whose credentials are right.
    fn admit(&self, identity: &Identity, tenant: usize, req: &Request) -> Result<(), Problem> {
        let place = network(req.client);
        let is_over = req.arrived.monotonic < self.over_until.load(Relaxed)
            && self.standing(tenant, req).is_some_and(|remaining| remaining == 0);
        if self.known.mark(&(tenant, place, &*identity.caller.key), req.arrived, !is_over) || !is_over {
            return Ok(());
        }
        let cause = format!("`{}` has not called from this address lately", identity.caller.key);
        Err(too_many(self.bound.window.0 / self.bound.limit.max(1)).because(cause))
    }

    fn standing(&self, tenant: usize, req: &Request) -> Option<u64> {
        let standing = self.counter.look(&[self.key(tenant, req.client)], req.arrived);
        standing.first().map(|standing| standing.remaining)
    }

    fn key(&self, tenant: usize, client: IpAddr) -> policy::Key {
        let octets = match network(client) {
            IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
            IpAddr::V6(v6) => v6.octets(),
        };
        self.counter.key(CallerKey(&[&tenant.to_le_bytes(), &octets]))
    }
}

impl Known {
    fn new() -> Known {
        Known { marks: (0..MARKS).map(|_| AtomicU64::new(0)).collect(), seed: Seeded::default() }
    }

    /// Whether somebody was let in from somewhere lately, and remembers that, where it is to be.
    fn mark(&self, who: &impl Hash, now: Time, remember: bool) -> bool {
        let hash = self.seed.hash_one(who);
        let place = &self.marks[(hash >> 48) as usize % MARKS];
        let step = (now.unix_ms / MARK_STEP_MS) & WHEN;
        let mark = (hash << 16) | step;
        let found = place.load(Relaxed);
        if found == mark {
            return true;
        }
        let is_known = found != 0
            && found & !WHEN == mark & !WHEN
            && (step.wrapping_sub(found & WHEN) & WHEN) <= MARK_STEPS;
        if is_known || remember {
            place.store(mark, Relaxed);
        }
        is_known
    }
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let detail =
        "too many wrong credentials came from your network address; wait as long as `Retry-After` says";
    Problem::new(problems::RATE_LIMITED, detail)
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

/// What is counted together: an address, in IPv6 the /64 that a client has to itself (RFC 6177).
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_good_for_a_day_and_for_nobody_else() {
        let known = Known::new();
        let at = |minutes: u64| Time { monotonic: 0, unix_ms: (1_000_000 + minutes) * MARK_STEP_MS };
        assert!(!known.mark(&"ada", at(0), true));
        assert!(known.mark(&"ada", at(0), false) && known.mark(&"ada", at(24 * 60), false));
        assert!(known.mark(&"ada", at(48 * 60), false), "it was used a day ago");
        assert!(!known.mark(&"ada", at(73 * 60), false));
        assert!(!known.mark(&"eve", at(0), false), "what is not to be remembered is not");
        assert!(!known.mark(&"eve", at(0), false));
    }
}
