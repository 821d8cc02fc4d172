//! Counters within one process, exact under all workers.
//!
//! A caller's windows lie together behind one of many small locks, chosen by the caller's hash, so that several quotas are taken
//! from all at once or not at all. A window begins with the first call counted in it. Callers whose windows are all over are
//! forgotten when their shard grows.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use policy::{CallerKey, Counter, CounterSource, Quota, Taken, Time};

use crate::hashed::HashedAlready;

const SHARDS: usize = 64;
/// Callers a shard holds before it looks for some to forget.
const SWEEP_FROM: usize = 256;
/// Callers a shard holds at most; past it the caller whose windows end first makes room.
const SHARD_BOUND: usize = 1 << 16;

/// Counters within one process. Those of a scope live on as long as its quotas stay the same, across snapshots.
#[derive(Default)]
pub struct LocalCounters {
    living: Mutex<HashMap<Box<str>, Weak<Windows>>>,
}

impl CounterSource for LocalCounters {
    fn counter(&self, scope: &str, quotas: &[Quota]) -> Box<dyn Counter> {
        let mut living = self.living.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(windows) = living.get(scope).and_then(Weak::upgrade)
            && *windows.quotas == *quotas
        {
            return Box::new(Shared(windows));
        }
        if living.len() >= SWEEP_FROM && living.len().is_power_of_two() {
            living.retain(|_, windows| windows.strong_count() > 0);
        }
        let windows = Arc::new(Windows::new(quotas));
        living.insert(scope.into(), Arc::downgrade(&windows));
        Box::new(Shared(windows))
    }
}

struct Shared(Arc<Windows>);

impl Counter for Shared {
    fn take(&self, key: CallerKey<'_>, cost: u64, now: Time) -> Taken {
        self.0.take(key, cost, now)
    }
}

/// The windows of all callers of one scope.
struct Windows {
    quotas: Box<[Quota]>,
    /// A random seed: no client can choose keys that collide.
    seed: RandomState,
    shards: Box<[Mutex<Shard>]>,
}

#[derive(Default)]
struct Shard {
    callers: HashMap<u64, Box<[Window]>, HashedAlready>,
    sweep_at: usize,
}

#[derive(Clone, Copy, Default)]
struct Window {
    /// Nanoseconds of [`Time::monotonic`] at which the window ends; 0 before the first call.
    ends: u64,
    used: u64,
}

impl Windows {
    fn new(quotas: &[Quota]) -> Windows {
        Windows {
            quotas: quotas.into(),
            seed: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    fn take(&self, key: CallerKey<'_>, cost: u64, now: Time) -> Taken {
        let hash = self.hash(key);
        // Other bits than those the map goes by.
        let mut shard =
            self.shards[(hash >> 32) as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        if shard.callers.len() >= shard.sweep_at.max(SWEEP_FROM) && !shard.callers.contains_key(&hash) {
            shard.make_room(now.monotonic);
        }
        let windows =
            shard.callers.entry(hash).or_insert_with(|| vec![Window::default(); self.quotas.len()].into());
        for (window, quota) in windows.iter_mut().zip(&self.quotas) {
            if window.ends <= now.monotonic {
                *window = Window { ends: now.monotonic.saturating_add(nanos(quota.window)), used: 0 };
            }
        }
        let left = |at: usize, windows: &[Window]| self.quotas[at].limit.saturating_sub(windows[at].used);
        let short = (0..windows.len()).filter(|at| left(*at, windows) < cost);
        // Of several that refuse, the one the caller has to wait for longest.
        if let Some(at) = short.max_by_key(|at| windows[*at].ends) {
            let wait = windows[at].ends - now.monotonic;
            let taken = Taken {
                allowed: false,
                quota: at,
                remaining: left(at, windows),
                reset: Duration::from_nanos(wait),
            };
            // A refused call begins no window.
            for window in windows.iter_mut().filter(|window| window.used == 0) {
                *window = Window::default();
            }
            return taken;
        }
        for window in windows.iter_mut() {
            window.used = window.used.saturating_add(cost);
        }
        let share =
            |at: &usize| (u128::from(left(*at, windows)) << 64) / u128::from(self.quotas[*at].limit.max(1));
        let at = if windows.len() == 1 { 0 } else { (0..windows.len()).min_by_key(share).unwrap_or(0) };
        let Some(window) = windows.get(at) else {
            return Taken { allowed: true, quota: 0, remaining: u64::MAX, reset: Duration::ZERO };
        };
        Taken {
            allowed: true,
            quota: at,
            remaining: left(at, windows),
            reset: Duration::from_nanos(window.ends - now.monotonic),
        }
    }

    /// 64 bits of a keyed hash: among a million callers two share a window with a chance of 3 in 100 million.
    fn hash(&self, CallerKey(words): CallerKey<'_>) -> u64 {
        let mut hasher = self.seed.build_hasher();
        for word in words {
            hasher.write_usize(word.len());
            hasher.write(word);
        }
        hasher.finish()
    }
}

impl Shard {
    /// Forgets callers whose windows are over once the shard has doubled; drops one where the bound is reached all the same.
    fn make_room(&mut self, now: u64) {
        self.callers.retain(|_, windows| windows.iter().any(|window| window.ends > now));
        self.sweep_at = (self.callers.len() * 2).clamp(SWEEP_FROM, SHARD_BOUND);
        if self.callers.len() >= SHARD_BOUND {
            // A sample is enough: the bound matters, not which caller starts a new window early.
            let first = self
                .callers
                .iter()
                .take(64)
                .min_by_key(|(_, windows)| last_end(windows))
                .map(|(key, _)| *key);
            if let Some(key) = first {
                self.callers.remove(&key);
            }
        }
    }
}

fn last_end(windows: &[Window]) -> u64 {
    windows.iter().map(|window| window.ends).max().unwrap_or(0)
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Time {
        Time { monotonic: seconds * 1_000_000_000, unix_ms: seconds * 1000 }
    }

    fn quota(limit: u64, seconds: u64) -> Quota {
        Quota { limit, window: Duration::from_secs(seconds) }
    }

    const ADA: CallerKey<'_> = CallerKey(&[b"consumer", b"ada"]);

    #[test]
    fn a_window_begins_with_the_callers_first_call() {
        let counter = LocalCounters::default().counter("here", &[quota(2, 60)]);
        assert_eq!(counter.take(ADA, 1, at(50)).remaining, 1);
        let second = counter.take(ADA, 1, at(100));
        assert_eq!((second.allowed, second.remaining, second.reset), (true, 0, Duration::from_secs(10)));
        assert!(!counter.take(ADA, 1, at(109)).allowed);
        let fresh = counter.take(ADA, 1, at(110));
        assert_eq!((fresh.allowed, fresh.remaining, fresh.reset), (true, 1, Duration::from_secs(60)));
    }

    #[test]
    fn several_quotas_are_taken_from_together_or_not_at_all() {
        let counter = LocalCounters::default().counter("here", &[quota(2, 1), quota(3, 60)]);
        assert!(counter.take(ADA, 2, at(0)).allowed);
        let refused = counter.take(ADA, 2, at(2));
        assert_eq!((refused.allowed, refused.quota, refused.remaining), (false, 1, 1));
        let last = counter.take(ADA, 1, at(2));
        assert_eq!((last.allowed, last.quota, last.remaining), (true, 1, 0));
        assert!(!counter.take(ADA, 1, at(4)).allowed);
    }

    #[test]
    fn words_that_concatenate_alike_are_different_callers() {
        let counter = LocalCounters::default().counter("here", &[quota(1, 60)]);
        assert!(counter.take(CallerKey(&[b"ab", b"c"]), 1, at(0)).allowed);
        assert!(counter.take(CallerKey(&[b"a", b"bc"]), 1, at(0)).allowed);
        assert!(!counter.take(CallerKey(&[b"a", b"bc"]), 1, at(0)).allowed);
    }

    #[test]
    fn counts_live_on_while_scope_and_quotas_stay_the_same() {
        let counters = LocalCounters::default();
        let before = counters.counter("here", &[quota(2, 60)]);
        before.take(ADA, 1, at(0));
        let after = counters.counter("here", &[quota(2, 60)]);
        drop(before);
        assert_eq!(after.take(ADA, 1, at(1)).remaining, 0);
        assert_eq!(counters.counter("here", &[quota(5, 60)]).take(ADA, 1, at(1)).remaining, 4);
        assert_eq!(counters.counter("there", &[quota(2, 60)]).take(ADA, 1, at(1)).remaining, 1);
    }

    #[test]
    fn many_threads_never_admit_one_call_too_many() {
        let counter = LocalCounters::default().counter("here", &[quota(1000, 60)]);
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..500).filter(|_| counter.take(ADA, 1, at(1)).allowed).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(admitted, 1000);
    }

    #[test]
    fn callers_whose_windows_are_over_are_forgotten() {
        let windows = Windows::new(&[quota(1, 1)]);
        for second in 0..100 {
            for caller in 0..1000_u64 {
                windows.take(
                    CallerKey(&[&caller.to_ne_bytes(), &second.to_string().into_bytes()]),
                    1,
                    at(second * 2),
                );
            }
        }
        let held: usize = windows.shards.iter().map(|shard| shard.lock().unwrap().callers.len()).sum();
        assert!(held <= SHARDS * SWEEP_FROM * 2, "{held} callers are held");
    }
}
