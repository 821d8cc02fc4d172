//! Where responses are stored: memory in parts, each behind a lock of its own, shared by all workers.

use std::sync::{
    Arc, PoisonError, RwLock, RwLockWriteGuard,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use head::Headers;

use crate::{
    Flight, Key, Lead, Stored,
    flight::Flights,
    key::Keys,
    memory::Memory,
    purges::{Purged, Purges},
    tags,
};

/// Parts of the memory.
const PARTS: usize = 8;

/// How much may be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes in memory, heads included.
    pub memory: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { memory: 64 << 20 }
    }
}

/// What is stored, and what is under way. One for a gateway.
#[derive(Debug)]
pub struct Store {
    keys: Keys,
    parts: [Part; PARTS],
    memory: AtomicU64,
    /// Bytes of bodies that are being recorded.
    under_way: AtomicU64,
    purges: Purges,
    evicted: AtomicU64,
}

#[derive(Debug, Default)]
struct Part {
    memory: RwLock<Memory>,
    flights: Arc<Flights>,
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
            under_way: AtomicU64::new(0),
            purges: Purges::default(),
            evicted: AtomicU64::new(0),
        }
    }

    /// Stores no more than this from now on.
    pub fn resize(&self, bounds: Bounds) {
        if self.memory.swap(bounds.memory, Relaxed) > bounds.memory {
            for part in &self.parts {
                let gone = write(part).shrink(self.most());
                self.evicted.fetch_add(gone, Relaxed);
            }
        }
    }

    /// The key of a text: so many bytes of it are the resource, `//host/path?query`, the rest all that keeps its responses apart
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

    /// Where in the order of purges a request begins; see [`Store::insert`].
    pub fn now(&self) -> u64 {
        self.purges.now()
    }

    /// Stores a response that was asked for `since`; not where it was purged meanwhile.
    pub fn insert(&self, stored: Stored, since: u64) {
        let part = self.part(stored.key.url);
        let mut memory = write(part);
        if self.purges.are_about(&stored, since) {
            return;
        }
        let gone = memory.insert(Arc::new(stored), self.most());
        drop(memory);
        if gone > 0 {
            self.evicted.fetch_add(gone, Relaxed);
        }
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
        let forget = |part: &Part| match purged {
            Purged::Url(url) => write(part).purge_url(url),
            Purged::Tag(tag) => write(part).purge_tag(tag),
            Purged::All => write(part).purge_all(),
        };
        parts.iter().map(forget).sum()
    }

    pub fn usage(&self) -> Usage {
        let mut usage = Usage { evicted: self.evicted.load(Relaxed), ..Usage::default() };
        for part in &self.parts {
            let memory = part.memory.read().unwrap_or_else(PoisonError::into_inner);
            usage.stored += memory.count();
            usage.bytes += memory.bytes;
        }
        usage
    }

    /// The largest body that can be stored, bytes.
    pub fn largest(&self) -> u64 {
        self.most() / 2
    }

    /// Takes room for so many bytes under way; whether there was.
    pub(crate) fn reserve(&self, bytes: u64) -> bool {
        let most = self.memory.load(Relaxed);
        if self.under_way.fetch_add(bytes, Relaxed) + bytes > most {
            self.under_way.fetch_sub(bytes, Relaxed);
            return false;
        }
        true
    }

    pub(crate) fn release(&self, bytes: u64) {
        self.under_way.fetch_sub(bytes, Relaxed);
    }

    /// Bytes of one part.
    fn most(&self) -> u64 {
        self.memory.load(Relaxed) / PARTS as u64
    }

    fn part(&self, url: u64) -> &Part {
        &self.parts[(url >> 32) as usize % PARTS]
    }
}

fn write(part: &Part) -> RwLockWriteGuard<'_, Memory> {
    part.memory.write().unwrap_or_else(PoisonError::into_inner)
}
