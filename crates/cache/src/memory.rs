//! What is kept, by its keys, and what goes when there is too much of it: one part of the memory, or all that is on disk.

use std::{collections::HashMap, sync::Arc};

use crate::{
    Key, Stored,
    queue::{Queue, Queues, Things, Uses},
};

/// Responses of one key that differ by what requests said; the oldest goes.
const VARIANTS: usize = 16;

/// Something kept.
pub(crate) trait Kept {
    fn id(&self) -> u64;
    /// The resource.
    fn url(&self) -> u64;
    fn tags(&self) -> &Arc<[u64]>;
    /// What it takes, bytes.
    fn weight(&self) -> u64;
    /// Whether it is of this very key, as far as is known.
    fn is_of(&self, key: &Key) -> bool;
    /// Whether another thing of the same id is of the same key, as far as is known.
    fn has_key_of(&self, other: &Self) -> bool;
    /// Whether it takes the place of another of the same key.
    fn replaces(&self, other: &Self) -> bool;
}

impl Kept for Stored {
    fn id(&self) -> u64 {
        self.key.id
    }

    fn url(&self) -> u64 {
        self.key.url
    }

    fn tags(&self) -> &Arc<[u64]> {
        &self.tags
    }

    fn weight(&self) -> u64 {
        Stored::weight(self)
    }

    fn is_of(&self, key: &Key) -> bool {
        self.key.text == key.text
    }

    fn has_key_of(&self, other: &Stored) -> bool {
        self.key.text == other.key.text
    }

    fn replaces(&self, other: &Stored) -> bool {
        self.selection == other.selection
    }
}

/// Things kept within a bound.
#[derive(Debug)]
pub(crate) struct Memory<T> {
    slots: Slots<T>,
    queues: Queues,
    pub(crate) bytes: u64,
    /// Keys of each resource.
    urls: HashMap<u64, Vec<u64>>,
    tags: HashMap<u64, Vec<u64>>,
}

#[derive(Debug)]
struct Slots<T>(HashMap<u64, Slot<T>>);

/// What is kept under one key, the newest first.
#[derive(Debug)]
struct Slot<T> {
    variants: Vec<Arc<T>>,
    bytes: u64,
    uses: Uses,
    queue: Queue,
    turn: u64,
}

/// What is not kept any more.
#[derive(Debug)]
pub(crate) struct Gone<T> {
    /// How many keys.
    pub(crate) keys: u64,
    pub(crate) things: Vec<Arc<T>>,
}

impl<T> Default for Memory<T> {
    fn default() -> Memory<T> {
        Memory {
            slots: Slots(HashMap::new()),
            queues: Queues::default(),
            bytes: 0,
            urls: HashMap::new(),
            tags: HashMap::new(),
        }
    }
}

impl<T> Default for Gone<T> {
    fn default() -> Gone<T> {
        Gone { keys: 0, things: Vec::new() }
    }
}

impl<T> Things for Slots<T> {
    fn look(&self, id: u64) -> Option<(u64, u64, &Uses)> {
        self.0.get(&id).map(|slot| (slot.turn, slot.bytes, &slot.uses))
    }
}

impl<T: Kept> Memory<T> {
    /// What is kept under a key, where there is anything.
    pub(crate) fn find<R>(
        &self,
        key: &Key,
        choose: impl FnOnce(&[Arc<T>]) -> Option<R>,
    ) -> Option<Option<R>> {
        let slot = self.slots.0.get(&key.id)?;
        if slot.variants.first().is_none_or(|kept| !kept.is_of(key)) {
            return None;
        }
        slot.uses.count();
        Some(choose(&slot.variants))
    }

    /// Keeps a thing in the place of what it replaces; what went for it, its keys those that went for want of room.
    pub(crate) fn insert(&mut self, thing: Arc<T>, most: u64) -> Gone<T> {
        let weight = thing.weight();
        let (id, url, tags) = (thing.id(), thing.url(), Arc::clone(thing.tags()));
        let mut replaced = Vec::new();
        let slot = self.slots.0.get(&id);
        let is_same =
            slot.is_some_and(|slot| slot.variants.first().is_some_and(|other| other.has_key_of(&thing)));
        if !is_same || weight > most {
            self.take(id, true, &mut replaced);
        }
        if weight > most {
            return Gone { keys: 0, things: replaced };
        }
        match self.slots.0.get_mut(&id) {
            Some(slot) => {
                let before = slot.bytes;
                let (mut kept, mut gone): (Vec<_>, Vec<_>) =
                    slot.variants.drain(..).partition(|other| !thing.replaces(other));
                kept.insert(0, thing);
                gone.extend(kept.drain(kept.len().min(VARIANTS)..));
                slot.variants = kept;
                for tag in gone.iter().flat_map(|kept| &**kept.tags()) {
                    if !slot.variants.iter().any(|kept| kept.tags().contains(tag)) {
                        unlist(&mut self.tags, *tag, id);
                    }
                }
                slot.bytes = slot.variants.iter().map(|kept| kept.weight()).sum();
                self.queues.resize(slot.queue, before, slot.bytes);
                self.bytes = self.bytes + slot.bytes - before;
                replaced.extend(gone);
            }
            None => {
                let (queue, turn) = self.queues.enter(id, weight);
                let variants = vec![thing];
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
        let mut gone = self.shrink(most);
        gone.things.extend(replaced);
        gone
    }

    /// Lets things go until they take no more than so many bytes.
    pub(crate) fn shrink(&mut self, most: u64) -> Gone<T> {
        let mut gone = Gone::default();
        while self.bytes > most {
            let mut moved = Vec::new();
            let out = self.queues.next_out(&self.slots, most, |id| moved.push(id));
            for id in moved {
                if let Some(slot) = self.slots.0.get_mut(&id) {
                    slot.queue = Queue::Main;
                }
            }
            let Some(id) = out else { break };
            self.take(id, false, &mut gone.things);
            gone.keys += 1;
        }
        self.queues.tidy(&self.slots, self.slots.0.len());
        gone
    }

    fn take(&mut self, id: u64, is_queued: bool, into: &mut Vec<Arc<T>>) -> bool {
        let Some(slot) = self.slots.0.remove(&id) else { return false };
        self.bytes -= slot.bytes;
        if is_queued {
            self.queues.resize(slot.queue, slot.bytes, 0);
        }
        for kept in &slot.variants {
            unlist(&mut self.urls, kept.url(), id);
            for tag in &**kept.tags() {
                unlist(&mut self.tags, *tag, id);
            }
        }
        into.extend(slot.variants);
        true
    }

    /// Forgets a key.
    pub(crate) fn remove(&mut self, id: u64) -> Gone<T> {
        self.remove_all(&[id])
    }

    /// Forgets what is kept of a resource.
    pub(crate) fn purge_url(&mut self, url: u64) -> Gone<T> {
        let ids = self.urls.remove(&url).unwrap_or_default();
        self.remove_all(&ids)
    }

    /// Forgets what has a tag.
    pub(crate) fn purge_tag(&mut self, tag: u64) -> Gone<T> {
        let ids = self.tags.remove(&tag).unwrap_or_default();
        self.remove_all(&ids)
    }

    pub(crate) fn purge_all(&mut self) -> Gone<T> {
        let keys = self.count();
        let things = self.slots.0.drain().flat_map(|(_, slot)| slot.variants).collect();
        self.urls.clear();
        self.tags.clear();
        self.queues.clear();
        self.bytes = 0;
        Gone { keys, things }
    }

    /// How many keys have something kept.
    pub(crate) fn count(&self) -> u64 {
        self.slots.0.len() as u64
    }

    fn remove_all(&mut self, ids: &[u64]) -> Gone<T> {
        let mut gone = Gone::default();
        for id in ids {
            gone.keys += u64::from(self.take(*id, true, &mut gone.things));
        }
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
