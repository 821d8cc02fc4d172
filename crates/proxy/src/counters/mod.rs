//! Counters within one process, exact under all workers.
//!
//! What is known of a key lies in one cell behind one of many small locks, chosen by the key's hash. A limit by several keys takes
//! their locks in the same order everywhere, so that all its quotas are taken from at once or not at all.

mod cells;
mod meter;
mod slots;

use std::{
    any::Any,
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use policy::{CallerKey, Counter, CounterSource, Gauge, Kept, Key, Quota, Standing, Taken, Time};

use self::{cells::Cells, meter::Meter, slots::Slots};
use crate::worker::lock;

/// Scopes remembered before those that are gone are looked for.
const SWEEP_FROM: usize = 256;
/// Groups of quotas that a counter may have.
const MOST_GROUPS: usize = 8;

/// Counters within one process. Those of a scope live on as long as its quotas stay the same, across snapshots.
#[derive(Default)]
pub struct LocalCounters {
    counters: Living<Counts>,
    gauges: Living<Slots>,
    kept: Mutex<HashMap<Box<str>, Weak<dyn Any + Send + Sync>>>,
}

/// What was made before and is still used by a snapshot, by scope.
struct Living<T>(Mutex<HashMap<Box<str>, Weak<T>>>);

impl<T> Default for Living<T> {
    fn default() -> Living<T> {
        Living(Mutex::default())
    }
}

impl<T> Living<T> {
    fn find_or_make(&self, scope: &str, fits: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Arc<T> {
        let mut living = lock(&self.0);
        if let Some(known) = living.get(scope).and_then(Weak::upgrade).filter(|known| fits(known)) {
            return known;
        }
        if living.len() >= SWEEP_FROM && living.len().is_power_of_two() {
            living.retain(|_, known| known.strong_count() > 0);
        }
        let made = Arc::new(make());
        living.insert(scope.into(), Arc::downgrade(&made));
        made
    }
}

impl CounterSource for LocalCounters {
    fn counter(&self, scope: &str, groups: &[Vec<Quota>]) -> Box<dyn Counter> {
        Box::new(Shared(self.counters.find_or_make(
            scope,
            |known| known.quotas == groups,
            || Counts::new(groups),
        )))
    }

    fn gauge(&self, scope: &str) -> Box<dyn Gauge> {
        Box::new(slots::Shared(self.gauges.find_or_make(scope, |_| true, Slots::default)))
    }

    fn keep(&self, name: &str, make: &dyn Fn() -> Kept) -> Kept {
        let mut kept = lock(&self.kept);
        if let Some(known) = kept.get(name).and_then(Weak::upgrade) {
            return known;
        }
        if kept.len() >= SWEEP_FROM && kept.len().is_power_of_two() {
            kept.retain(|_, known| known.strong_count() > 0);
        }
        let made = make();
        kept.insert(name.into(), Arc::downgrade(&made));
        made
    }
}

struct Shared(Arc<Counts>);

impl Counter for Shared {
    fn key(&self, key: CallerKey<'_>) -> Key {
        hash(&self.0.seed, key)
    }

    fn take(&self, keys: &[Key], costs: &[u64], now: Time) -> Taken {
        self.0.take(keys, costs, now.monotonic)
    }

    fn look(&self, keys: &[Key], now: Time) -> Vec<Standing> {
        self.0.look(keys, now.monotonic)
    }
}

/// What all keys of one scope have used.
struct Counts {
    quotas: Vec<Vec<Quota>>,
    /// A random seed: no client can choose keys that collide.
    seed: RandomState,
    groups: Vec<Cells>,
}

impl Counts {
    fn new(groups: &[Vec<Quota>]) -> Counts {
        let cells = |quotas: &Vec<Quota>| Cells::new(quotas.iter().map(Meter::new).collect());
        Counts {
            quotas: groups.to_vec(),
            seed: RandomState::new(),
            groups: groups.iter().take(MOST_GROUPS).map(cells).collect(),
        }
    }

    fn take(&self, keys: &[Key], costs: &[u64], now: u64) -> Taken {
        if let ([group], [key]) = (&*self.groups, keys) {
            let mut shard = group.lock(*key);
            let cell = shard.cell(group, *key, now);
            return settle(&mut [(group, shard.state(cell))], costs, now);
        }
        // Every call takes the locks in the order of the groups.
        let mut shards: Vec<_> =
            self.groups.iter().zip(keys).map(|(group, key)| (group, group.lock(*key), *key)).collect();
        let mut cells: Vec<_> = shards
            .iter_mut()
            .map(|(group, shard, key)| {
                let cell = shard.cell(group, *key, now);
                (*group, shard.state(cell))
            })
            .collect();
        settle(&mut cells, costs, now)
    }

    fn look(&self, keys: &[Key], now: u64) -> Vec<Standing> {
        let mut standings = Vec::new();
        for (group, key) in self.groups.iter().zip(keys) {
            let mut shard = group.lock(*key);
            let known = shard.find(*key);
            let mut untouched = vec![0; group.words()];
            let state = match known {
                Some(cell) => shard.state(cell),
                None => &mut untouched,
            };
            standings.extend(group.meters(state).map(|(meter, state)| {
                meter.settle(state, now);
                let (remaining, reset) = meter.standing(state, now);
                Standing { remaining, reset: Duration::from_nanos(reset) }
            }));
        }
        standings
    }
}

/// Takes from every quota of the locked cells, or from none.
fn settle(cells: &mut [(&Cells, &mut [u64])], costs: &[u64], now: u64) -> Taken {
    let mut short: Option<Taken> = None;
    let mut nearest: Option<(u128, Taken)> = None;
    let mut at = 0;
    for (group, state) in cells.iter_mut() {
        for (meter, state) in group.meters(state) {
            let cost = costs.get(at).copied().unwrap_or(1);
            meter.settle(state, now);
            let wait = meter.wait(state, cost, now);
            if wait != Some(0) {
                let (remaining, reset) = meter.standing(state, now);
                let found = taken(at, false, remaining, reset, wait);
                if short.is_none_or(|short| longer(found.wait, short.wait)) {
                    short = Some(found);
                }
            }
            at += 1;
        }
    }
    if let Some(short) = short {
        return short;
    }
    at = 0;
    for (group, state) in cells.iter_mut() {
        for (meter, state) in group.meters(state) {
            meter.take(state, costs.get(at).copied().unwrap_or(1), now);
            let (remaining, reset) = meter.standing(state, now);
            let share = (u128::from(remaining) << 64) / u128::from(meter.holds());
            if nearest.is_none_or(|(smallest, _)| share < smallest) {
                nearest = Some((share, taken(at, true, remaining, reset, Some(0))));
            }
            at += 1;
        }
    }
    nearest.map_or_else(|| taken(0, true, u64::MAX, 0, Some(0)), |(_, taken)| taken)
}

fn taken(quota: usize, allowed: bool, remaining: u64, reset: u64, wait: Option<u64>) -> Taken {
    Taken {
        allowed,
        quota,
        remaining,
        reset: Duration::from_nanos(reset),
        wait: wait.map(Duration::from_nanos),
    }
}

/// Whether one waits longer; `None` waits for ever.
fn longer(this: Option<Duration>, than: Option<Duration>) -> bool {
    match (this, than) {
        (None, than) => than.is_some(),
        (Some(_), None) => false,
        (Some(this), Some(than)) => this > than,
    }
}

/// 64 bits of a keyed hash: among a million keys two share a cell with a chance of 3 in 100 million.
fn hash(seed: &RandomState, CallerKey(words): CallerKey<'_>) -> Key {
    let mut hasher = seed.build_hasher();
    // In one piece where they fit, which costs a third of a piece for each.
    let mut room = [0; 128];
    match in_one_piece(words, &mut room) {
        Some(piece) => hasher.write(piece),
        None => {
            for word in words {
                hasher.write_usize(word.len());
                hasher.write(word);
            }
        }
    }
    Key(hasher.finish())
}

/// The words with their lengths, where there is room for them.
fn in_one_piece<'r>(words: &[&[u8]], room: &'r mut [u8; 128]) -> Option<&'r [u8]> {
    let mut end = 0;
    for word in words {
        let length = u8::try_from(word.len()).ok()?;
        room.get_mut(end..end + 1 + word.len())?[1..].copy_from_slice(word);
        room[end] = length;
        end += 1 + word.len();
    }
    Some(&room[..end])
}

#[cfg(test)]
mod tests;
