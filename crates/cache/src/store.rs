//! Where responses are stored: memory in parts, each behind a lock of its own, shared by all workers; and on disk.

use std::{
    fmt, io,
    path::Path,
    sync::{
        Arc, PoisonError, RwLock, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use head::Headers;

use crate::{
    Counts, Flight, Key, Lead, Outcome, Stored,
    counts::Counters,
    disk::{Disk, Reading},
    flight::Flights,
    key::Keys,
    memory::Memory,
    purges::{Purged, Purges},
    room::Room,
    tags,
};

/// Parts of the memory.
const PARTS: usize = 8;

/// How much may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes in memory, heads included.
    pub memory: u64,
    /// Bytes on disk, where there is a folder.
    pub disk: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { memory: 64 << 20, disk: 256 << 20 }
    }
}

/// What is stored, and what is under way. One for a gateway.
pub struct Store {
    keys: Keys,
    parts: [Part; PARTS],
    memory: AtomicU64,
    disk: Option<Disk>,
    disk_bytes: AtomicU64,
    /// For bodies that are being recorded, or were read from disk and are being sent.
    room: Arc<Room>,
    purges: Arc<Purges>,
    evicted: AtomicU64,
}

#[derive(Debug, Default)]
struct Part {
    memory: RwLock<Memory<Stored>>,
    flights: Arc<Flights>,
    counters: Counters,
}

/// What is stored for a request.
#[derive(Clone, Debug)]
pub enum Found {
    Stored(Arc<Stored>),
    /// Only answers to requests that said something else.
    OtherVariant,
    Nothing,
}

/// What to forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purge<'a> {
    /// `//host/path?query`, of every service and caller.
    Url(&'a str),
    Tag(&'a str),
    All,
}

/// How full a store is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Keys with something stored.
    pub stored: u64,
    /// Bytes in memory.
    pub bytes: u64,
    /// Keys that went because memory was short, since the start.
    pub evicted: u64,
    /// The same on disk; what is in memory is there, too.
    pub on_disk: u64,
    pub disk_bytes: u64,
    pub disk_evicted: u64,
    pub counts: Counts,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("usage", &self.usage()).finish_non_exhaustive()
    }
}

impl Default for Store {
    fn default() -> Store {
        Store::new(Bounds::default())
    }
}

impl Store {
    pub fn new(bounds: Bounds) -> Store {
        Store {
            keys: Keys::default(),
            parts: Default::default(),
            memory: AtomicU64::new(bounds.memory),
            disk: None,
            disk_bytes: AtomicU64::new(0),
            room: Room::new(bounds.memory),
            purges: Arc::default(),
            evicted: AtomicU64::new(0),
        }
    }

    /// Stores on disk, too, in a folder that nothing else is in.
    ///
    /// # Errors
    /// The folder cannot be made, or no thread can.
    pub fn on_disk(bounds: Bounds, folder: &Path) -> io::Result<Store> {
        let mut store = Store::new(bounds);
        let (keys, purges, room) = (store.keys.clone(), Arc::clone(&store.purges), Arc::clone(&store.room));
        store.disk = Some(Disk::open(folder, bounds.disk, keys, purges, room)?);
        store.disk_bytes = AtomicU64::new(bounds.disk);
        Ok(store)
    }

    /// Stores no more than this from now on.
    pub fn resize(&self, bounds: Bounds) {
        if self.memory.swap(bounds.memory, Relaxed) > bounds.memory {
            for part in &self.parts {
                let gone = write(part).shrink(self.most());
                self.evicted.fetch_add(gone.keys, Relaxed);
            }
        }
        self.room.resize(bounds.memory);
        if let Some(disk) = &self.disk {
            self.disk_bytes.store(bounds.disk, Relaxed);
            disk.resize(bounds.disk);
        }
    }

    /// The key of a text: so many bytes of it are the resource, `//host/path?query` (of a tenant `acme://host/path?query`), the rest all that keeps its responses apart
    /// beside what they vary by. It begins with a line feed, which is in no resource.
    pub fn key(&self, text: String, url: usize) -> Key {
        debug_assert!(text[url..].starts_with('\n'));
        self.keys.key(text, url)
    }

    /// What is stored for a request.
    pub fn find(&self, key: &Key, request: &Headers) -> Found {
        let memory = self.part(key.url).memory.read().unwrap_or_else(PoisonError::into_inner);
        let found = memory
            .find(key, |all| all.iter().find(|stored| stored.selection.matches(request)).map(Arc::clone));
        match found {
            Some(Some(stored)) => Found::Stored(stored),
            Some(None) => Found::OtherVariant,
            None => Found::Nothing,
        }
    }

    /// Begins to read what is on disk for a request that nothing in memory is for.
    pub fn find_on_disk(&self, key: &Key, request: &Headers) -> Option<Reading> {
        self.disk.as_ref()?.find(key, request)
    }

    /// Keeps in memory what was read from disk.
    pub fn keep(&self, read: &Arc<Stored>, since: u64) {
        self.remember(Arc::clone(read), since);
    }

    /// Where in the order of purges a request begins; see [`Store::insert`].
    pub fn now(&self) -> u64 {
        self.purges.now()
    }

    /// Stores a response that was asked for `since`; not where it was purged meanwhile.
    pub fn insert(&self, stored: Stored, since: u64) {
        let stored = Arc::new(stored);
        if self.remember(Arc::clone(&stored), since)
            && let Some(disk) = &self.disk
        {
            disk.put(stored, since);
        }
    }

    /// Keeps in memory what is small enough for that; `false` where it was purged since.
    fn remember(&self, stored: Arc<Stored>, since: u64) -> bool {
        let mut memory = write(self.part(stored.key.url));
        if self.purges.are_about(&stored, since) {
            return false;
        }
        // One that is larger takes the place of what was there before all the same.
        let gone = memory.insert(stored, self.most());
        drop(memory);
        if gone.keys > 0 {
            self.evicted.fetch_add(gone.keys, Relaxed);
        }
        true
    }

    /// Joins those who ask the origin for a key.
    pub fn join(&self, key: &Key, now_ms: u64) -> Flight {
        Flights::join(&self.part(key.url).flights, key.id, now_ms)
    }

    /// Takes the lead of those who ask for a key, where nobody has it.
    pub fn lead(&self, key: &Key) -> Option<Lead> {
        Flights::lead(&self.part(key.url).flights, key.id)
    }

    /// Forgets, for all workers at once, also what is on its way; how many keys were forgotten.
    pub fn purge(&self, purge: Purge<'_>) -> u64 {
        let (purged, parts) = match purge {
            Purge::Url(url) => {
                let url = self.keys.url(url);
                (Purged::Url(url), std::slice::from_ref(self.part(url)))
            }
            Purge::Tag(tag) => (Purged::Tag(tags::hash(tag)), &self.parts[..]),
            Purge::All => (Purged::All, &self.parts[..]),
        };
        self.purges.add(purged);
        let forget = |part: &Part| {
            let mut memory = write(part);
            let gone = match purged {
                Purged::Url(url) => memory.purge_url(url),
                Purged::Tag(tag) => memory.purge_tag(tag),
                Purged::All => memory.purge_all(),
            };
            // What is freed is freed without the lock.
            drop(memory);
            gone.keys
        };
        let in_memory = parts.iter().map(forget).sum::<u64>();
        let on_disk = self.disk.as_ref().map_or(0, |disk| disk.purge(purged));
        // What is in memory is on disk, too, unless it did not come to that.
        in_memory.max(on_disk)
    }

    /// Waits until what was purged is gone from the disk, too. Blocks.
    pub fn flush(&self) {
        if let Some(disk) = &self.disk {
            disk.flush();
        }
    }

    /// Counts what became of a request for a key; without one where none was looked for.
    pub fn count(&self, key: Option<&Key>, outcome: Outcome) {
        self.part(key.map_or(0, |key| key.url)).counters.count(outcome);
    }

    pub fn usage(&self) -> Usage {
        let mut usage = Usage { evicted: self.evicted.load(Relaxed), ..Usage::default() };
        for part in &self.parts {
            let memory = part.memory.read().unwrap_or_else(PoisonError::into_inner);
            usage.stored += memory.count();
            usage.bytes += memory.bytes;
            part.counters.add_to(&mut usage.counts);
        }
        if let Some(disk) = &self.disk {
            (usage.on_disk, usage.disk_bytes, usage.disk_evicted) = disk.usage();
        }
        usage
    }

    /// The largest body that can be stored, bytes. What memory is too small for is on disk alone, and passes through memory whole.
    pub fn largest(&self) -> u64 {
        let memory = self.memory.load(Relaxed);
        (self.most() / 2).max((self.disk_bytes.load(Relaxed) / 8).min(memory / 4))
    }

    pub(crate) fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// Bytes of one part.
    fn most(&self) -> u64 {
        self.memory.load(Relaxed) / PARTS as u64
    }

    fn part(&self, url: u64) -> &Part {
        &self.parts[(url >> 32) as usize % PARTS]
    }
}

fn write(part: &Part) -> RwLockWriteGuard<'_, Memory<Stored>> {
    part.memory.write().unwrap_or_else(PoisonError::into_inner)
}
