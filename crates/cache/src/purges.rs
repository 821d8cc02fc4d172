//! What was purged of late, so that an answer asked for before does not come in after.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use crate::Stored;

/// Purges remembered; an answer that was asked for before all of them is not stored.
const REMEMBERED: usize = 4096;

/// What was purged of late.
#[derive(Debug, Default)]
pub(crate) struct Purges {
    count: AtomicU64,
    last: Mutex<VecDeque<Purged>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purged {
    Url(u64),
    Tag(u64),
    All,
}

impl Purges {
    /// How many there were.
    pub(crate) fn now(&self) -> u64 {
        self.count.load(SeqCst)
    }

    pub(crate) fn add(&self, purged: Purged) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == REMEMBERED {
            last.pop_front();
        }
        last.push_back(purged);
        self.count.fetch_add(1, SeqCst);
    }

    /// Whether a response was purged since it was asked for, or may have been.
    pub(crate) fn are_about(&self, stored: &Stored, since: u64) -> bool {
        if self.now() == since {
            return false;
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(new) = usize::try_from(self.now() - since) else { return true };
        if new > last.len() {
            return true;
        }
        last.iter().rev().take(new).any(|purged| match purged {
            Purged::Url(url) => *url == stored.key.url,
            Purged::Tag(tag) => stored.tags.contains(tag),
            Purged::All => true,
        })
    }
}
