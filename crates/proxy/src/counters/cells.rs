//! Where what is known of many keys lies: cells of a few words in chunks, found by a hash.
//!
//! Whoever brings a new key looks at some of the others and frees the cells of those that nothing is remembered of any more, so
//! that no call ever has to sweep all of them, and at most a third more cells are held than are needed.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use policy::Key;

use super::meter::Meter;
use crate::{hashed::HashedAlready, worker::lock};

const SHARDS: usize = 64;
/// Keys a shard holds at most; past it the key that is soonest whole again makes room.
const SHARD_BOUND: usize = 1 << 15;
/// Cells allocated at once.
const CHUNK: usize = 64;
/// Cells looked at by whoever brings a new key.
const LOOKS: usize = 4;
/// Cells looked at where one has to go.
const LOOKS_WHEN_FULL: usize = 16;

/// The cells of one group of quotas.
pub(super) struct Cells {
    meters: Box<[Meter]>,
    words: usize,
    shards: Box<[Mutex<Shard>]>,
}

/// Allocates nothing before its first key.
#[derive(Default)]
pub(super) struct Shard {
    index: HashMap<u64, u32, HashedAlready>,
    /// Each cell is its key and then what the meters remember.
    chunks: Vec<Box<[u64]>>,
    free: Vec<u32>,
    /// Words of a cell, the key included.
    stride: usize,
    cells: u32,
    hand: u32,
}

impl Cells {
    pub(super) fn new(meters: Box<[Meter]>) -> Cells {
        let words = meters.iter().map(Meter::words).sum();
        Cells { meters, words, shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    pub(super) fn words(&self) -> usize {
        self.words
    }

    pub(super) fn lock(&self, Key(hash): Key) -> MutexGuard<'_, Shard> {
        // Other bits than those the map goes by.
        lock(&self.shards[(hash >> 32) as usize % SHARDS])
    }

    /// Every meter with its part of a cell.
    pub(super) fn meters<'a>(
        &'a self,
        mut state: &'a mut [u64],
    ) -> impl Iterator<Item = (&'a Meter, &'a mut [u64])> {
        self.meters.iter().map(move |meter| {
            let (own, rest) = std::mem::take(&mut state).split_at_mut(meter.words());
            state = rest;
            (meter, own)
        })
    }

    fn is_idle(&self, mut state: &[u64], now: u64) -> bool {
        self.meters.iter().all(|meter| {
            let (own, rest) = state.split_at(meter.words());
            state = rest;
            meter.is_idle(own, now)
        })
    }

    fn whole_in(&self, mut state: &[u64], now: u64) -> u64 {
        let resets = self.meters.iter().map(|meter| {
            let (own, rest) = state.split_at(meter.words());
            state = rest;
            meter.standing(own, now).1
        });
        resets.max().unwrap_or(0)
    }

    /// Bytes allocated, as the map and the vectors count them.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let of = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            // A bucket is key, value and a byte of control; there are 8 for every 7 that can be used.
            let map = shard.index.capacity() / 7 * 8 * (16 + 1);
            let cells: usize = shard.chunks.iter().map(|chunk| chunk.len() * 8).sum();
            map + cells + shard.chunks.capacity() * 16 + shard.free.capacity() * 4
        };
        self.shards.iter().map(of).sum()
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> (usize, usize) {
        let held = self.shards.iter().map(|shard| {
            let shard = lock(shard);
            (shard.index.len(), shard.cells as usize)
        });
        held.fold((0, 0), |(keys, cells), (more_keys, more_cells)| (keys + more_keys, cells + more_cells))
    }
}

impl Shard {
    pub(super) fn find(&self, Key(hash): Key) -> Option<u32> {
        self.index.get(&hash).copied()
    }

    /// The cell of a key, made where there is none.
    pub(super) fn cell(&mut self, group: &Cells, key: Key, now: u64) -> u32 {
        match self.find(key) {
            Some(cell) => cell,
            None => self.add(group, key, now),
        }
    }

    /// What the meters remember in a cell.
    pub(super) fn state(&mut self, cell: u32) -> &mut [u64] {
        &mut self.whole(cell)[1..]
    }

    fn whole(&mut self, cell: u32) -> &mut [u64] {
        let begin = cell as usize % CHUNK * self.stride;
        &mut self.chunks[cell as usize / CHUNK][begin..begin + self.stride]
    }

    fn add(&mut self, group: &Cells, Key(hash): Key, now: u64) -> u32 {
        self.stride = group.words + 1;
        for _ in 0..LOOKS.min(self.cells as usize) {
            let (cell, known) = self.next();
            if known && group.is_idle(self.state(cell), now) {
                self.drop_cell(cell);
            }
        }
        if self.free.is_empty() && self.index.len() >= SHARD_BOUND {
            self.drop_one(group, now);
        }
        let cell = self.free.pop().unwrap_or_else(|| {
            if (self.cells as usize).is_multiple_of(CHUNK) {
                self.chunks.push(vec![0; CHUNK * self.stride].into());
            }
            self.cells += 1;
            self.cells - 1
        });
        let whole = self.whole(cell);
        whole.fill(0);
        whole[0] = hash;
        self.index.insert(hash, cell);
        cell
    }

    /// The cell at hand and whether it holds a key; the hand moves on.
    fn next(&mut self) -> (u32, bool) {
        let cell = self.hand;
        self.hand = (self.hand + 1) % self.cells;
        let key = self.whole(cell)[0];
        (cell, self.index.get(&key) == Some(&cell))
    }

    fn drop_cell(&mut self, cell: u32) {
        let key = self.whole(cell)[0];
        self.index.remove(&key);
        self.free.push(cell);
    }

    /// A sample is enough: the bound matters, not which key starts anew early.
    fn drop_one(&mut self, group: &Cells, now: u64) {
        let mut soonest: Option<(u64, u32)> = None;
        for _ in 0..LOOKS_WHEN_FULL {
            let (cell, known) = self.next();
            let whole_in = group.whole_in(self.state(cell), now);
            if known && soonest.is_none_or(|(least, _)| whole_in < least) {
                soonest = Some((whole_in, cell));
            }
        }
        if let Some((_, cell)) = soonest {
            self.drop_cell(cell);
        }
    }
}
