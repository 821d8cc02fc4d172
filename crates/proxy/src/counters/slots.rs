//! How many exchanges of a key are under way.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::RandomState,
    sync::{Arc, Mutex},
};

use policy::{CallerKey, Gauge, Hold, Key};

use super::hash;
use crate::{hashed::HashedAlready, worker::lock};

const SHARDS: usize = 32;

/// The keys of one scope that have something under way; the others take no memory.
#[derive(Default)]
pub(super) struct Slots {
    seed: RandomState,
    shards: [Mutex<HashMap<u64, u64, HashedAlready>>; SHARDS],
}

pub(super) struct Shared(pub(super) Arc<Slots>);

/// One exchange inside; leaves when dropped.
struct Inside {
    slots: Arc<Slots>,
    key: Key,
}

impl Gauge for Shared {
    fn key(&self, key: CallerKey<'_>) -> Key {
        hash(&self.0.seed, key)
    }

    fn enter(&self, key: Key, most: u64) -> Option<Hold> {
        let mut shard = lock(self.0.shard(key));
        let inside = shard.get(&key.0).copied().unwrap_or(0);
        if inside >= most {
            return None;
        }
        shard.insert(key.0, inside + 1);
        Some(Box::new(Inside { slots: Arc::clone(&self.0), key }))
    }

    fn inside(&self, key: Key) -> u64 {
        lock(self.0.shard(key)).get(&key.0).copied().unwrap_or(0)
    }
}

impl Slots {
    fn shard(&self, Key(hash): Key) -> &Mutex<HashMap<u64, u64, HashedAlready>> {
        &self.shards[(hash >> 32) as usize % self.shards.len()]
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut shard = lock(self.slots.shard(self.key));
        if let Entry::Occupied(mut inside) = shard.entry(self.key.0) {
            *inside.get_mut() -= 1;
            if *inside.get() == 0 {
                inside.remove();
            }
        }
    }
}
