//! What is stored in memory: one part of it, behind a lock of its own.

use std::{collections::HashMap, sync::Arc};

use crate::{
    Key, Stored,
    queue::{Queue, Queues, Things, Uses},
};

/// Responses of one key that differ by what requests said; the oldest goes.
const VARIANTS: usize = 16;

/// One part of the memory.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    slots: Slots,
    queues: Queues,
    pub(crate) bytes: u64,
    /// Keys of a resource beside that of the resource alone.
    urls: HashMap<u64, Vec<u64>>,
    tags: HashMap<u64, Vec<u64>>,
}

#[derive(Debug, Default)]
struct Slots(HashMap<u64, Slot>);

/// What is stored under one key, the newest first.
#[derive(Debug)]
struct Slot {
    variants: Vec<Arc<Stored>>,
    bytes: u64,
    uses: Uses,
    queue: Queue,
    turn: u64,
}

impl Things for Slots {
    fn look(&self, id: u64) -> Option<(u64, u64, &Uses)> {
        self.0.get(&id).map(|slot| (slot.turn, slot.bytes, &slot.uses))
    }
}

impl Memory {
    /// The responses under a key, where there are any.
    pub(crate) fn find<T>(
        &self,
        key: &Key,
        choose: impl FnOnce(&[Arc<Stored>]) -> Option<T>,
    ) -> Option<Option<T>> {
        let slot = self.slots.0.get(&key.id)?;
        if slot.variants.first().is_none_or(|stored| stored.key.text != key.text) {
            return None;
        }
        slot.uses.count();
        Some(choose(&slot.variants))
    }

    /// Stores a response in the place of one with the same selection. How many things went for it.
    pub(crate) fn insert(&mut self, stored: Arc<Stored>, most: u64) -> u64 {
        let weight = stored.weight();
        if weight > most {
            self.remove(stored.key.id);
            return 0;
        }
        let (id, url, tags) = (stored.key.id, stored.key.url, Arc::clone(&stored.tags));
        let is_same =
            self.slots.0.get(&id).is_some_and(|slot| {
                slot.variants.first().is_some_and(|other| other.key.text == stored.key.text)
            });
        if !is_same {
            self.remove(id);
        }
        match self.slots.0.get_mut(&id) {
            Some(slot) => {
                let before = slot.bytes;
                let (mut kept, mut gone): (Vec<_>, Vec<_>) =
                    slot.variants.drain(..).partition(|other| other.selection != stored.selection);
                kept.insert(0, stored);
                gone.extend(kept.drain(kept.len().min(VARIANTS)..));
                slot.variants = kept;
                for tag in gone.iter().flat_map(|stored| &*stored.tags) {
                    if !slot.variants.iter().any(|stored| stored.tags.contains(tag)) {
                        unlist(&mut self.tags, *tag, id);
                    }
                }
                slot.bytes = slot.variants.iter().map(|stored| stored.weight()).sum();
                self.queues.resize(slot.queue, before, slot.bytes);
                self.bytes = self.bytes + slot.bytes - before;
            }
            None => {
                let (queue, turn) = self.queues.enter(id, weight);
                let variants = vec![stored];
                self.slots.0.insert(id, Slot { variants, bytes: weight, uses: Uses::default(), queue, turn });
                self.bytes += weight;
                self.urls.entry(url).or_default().push(id);
            }
        }
        for tag in &*tags {
            let ids = self.tags.entry(*tag).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        self.shrink(most)
    }

    /// Lets things go until no more than so many bytes are stored; how many went.
    pub(crate) fn shrink(&mut self, most: u64) -> u64 {
        let mut gone = 0;
        while self.bytes > most {
            let mut moved = Vec::new();
            let out = self.queues.next_out(&self.slots, most, |id| moved.push(id));
            for id in moved {
                if let Some(slot) = self.slots.0.get_mut(&id) {
                    slot.queue = Queue::Main;
                }
            }
            let Some(id) = out else { break };
            self.take(id, false);
            gone += 1;
        }
        self.queues.tidy(&self.slots, self.slots.0.len());
        gone
    }

    fn remove(&mut self, id: u64) -> bool {
        self.take(id, true)
    }

    fn take(&mut self, id: u64, is_queued: bool) -> bool {
        let Some(slot) = self.slots.0.remove(&id) else { return false };
        self.bytes -= slot.bytes;
        if is_queued {
            self.queues.resize(slot.queue, slot.bytes, 0);
        }
        for stored in &slot.variants {
            unlist(&mut self.urls, stored.key.url, id);
            for tag in &*stored.tags {
                unlist(&mut self.tags, *tag, id);
            }
        }
        true
    }

    /// Forgets what is stored of a resource; how many keys.
    pub(crate) fn purge_url(&mut self, url: u64) -> u64 {
        let ids = self.urls.remove(&url).unwrap_or_default();
        self.remove_all(&ids)
    }

    /// Forgets what has a tag; how many keys.
    pub(crate) fn purge_tag(&mut self, tag: u64) -> u64 {
        let ids = self.tags.remove(&tag).unwrap_or_default();
        self.remove_all(&ids)
    }

    pub(crate) fn purge_all(&mut self) -> u64 {
        let count = self.count();
        self.slots.0.clear();
        self.urls.clear();
        self.tags.clear();
        self.queues.clear();
        self.bytes = 0;
        count
    }

    /// How many keys have something stored.
    pub(crate) fn count(&self) -> u64 {
        self.slots.0.len() as u64
    }

    fn remove_all(&mut self, ids: &[u64]) -> u64 {
        let gone = ids.iter().filter(|id| self.take(**id, true)).count() as u64;
        self.queues.tidy(&self.slots, self.slots.0.len());
        gone
    }
}

fn unlist(lists: &mut HashMap<u64, Vec<u64>>, from: u64, id: u64) {
    if let Some(ids) = lists.get_mut(&from) {
        if let Some(at) = ids.iter().position(|other| *other == id) {
            ids.swap_remove(at);
        }
        if ids.is_empty() {
            lists.remove(&from);
        }
    }
}
