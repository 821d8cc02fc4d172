//! Room for bodies that are under way, so that those who come at the same time do not take more than there is.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use bytes::Bytes;

/// Room for bodies under way, bytes.
#[derive(Debug)]
pub(crate) struct Room {
    most: AtomicU64,
    taken: AtomicU64,
}

impl Room {
    pub(crate) fn new(most: u64) -> Arc<Room> {
        Arc::new(Room { most: AtomicU64::new(most), taken: AtomicU64::new(0) })
    }

    pub(crate) fn resize(&self, most: u64) {
        self.most.store(most, Relaxed);
    }

    /// Takes room; whether there was.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        if self.taken.fetch_add(bytes, Relaxed) + bytes > self.most.load(Relaxed) {
            self.give(bytes);
            return false;
        }
        true
    }

    pub(crate) fn give(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Relaxed);
    }

    /// Bytes for which room was taken, given back when the last of their users is done.
    pub(crate) fn hold(self: &Arc<Room>, body: Vec<u8>, taken: u64) -> Bytes {
        Bytes::from_owner(Held { body, taken, room: Arc::clone(self) })
    }
}

struct Held {
    body: Vec<u8>,
    taken: u64,
    room: Arc<Room>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.room.give(self.taken);
    }
}
