//! A response's body, gathered while it passes.

use std::sync::Arc;

use bytes::BytesMut;

use crate::{Lead, NotStored, Store, Stored};

/// A response on its way that is stored when its body has come to its end. Dropped before, nothing is.
pub struct Recording {
    store: Arc<Store>,
    stored: Option<Stored>,
    body: BytesMut,
    /// Of the store's room for what is under way, bytes.
    reserved: u64,
    since: u64,
    most: u64,
    /// Others wait for it.
    lead: Option<Lead>,
}

impl Recording {
    /// Begins where the body, of that length where it is known, is not longer than `most`.
    ///
    /// # Errors
    /// The body is too large, or too much is under way.
    pub fn begin(
        store: &Arc<Store>,
        stored: Stored,
        length: Option<u64>,
        most: u64,
        since: u64,
        lead: Option<Lead>,
    ) -> Result<Recording, (NotStored, Option<Lead>)> {
        let most = most.min(store.largest());
        let expected = length.unwrap_or(0);
        if expected > most {
            return Err((NotStored::TooLarge, lead));
        }
        if !store.room().take(expected) {
            return Err((NotStored::NoRoom, lead));
        }
        Ok(Recording {
            store: Arc::clone(store),
            stored: Some(stored),
            body: BytesMut::with_capacity(usize::try_from(expected).unwrap_or_default()),
            reserved: expected,
            since,
            most,
            lead,
        })
    }

    /// Takes a piece. Gives up where the whole becomes too large.
    pub fn push(&mut self, piece: &[u8]) {
        if self.stored.is_none() {
            return;
        }
        let length = (self.body.len() + piece.len()) as u64;
        if length > self.most {
            return self.give_up();
        }
        if length > self.reserved {
            // Half as much again, so that a body of unknown length does not ask for every piece.
            let more = (length + length / 2).min(self.most) - self.reserved;
            if !self.store.room().take(more) {
                return self.give_up();
            }
            self.reserved += more;
        }
        self.body.extend_from_slice(piece);
    }

    /// The body has come to its end.
    pub fn end(mut self) {
        let Some(mut stored) = self.stored.take() else { return };
        let body = std::mem::take(&mut self.body);
        // What was taken in advance is given back.
        stored.body = if body.capacity() > body.len() + body.len() / 8 + 64 {
            bytes::Bytes::copy_from_slice(&body)
        } else {
            body.freeze()
        };
        self.store.insert(stored, self.since);
    }

    fn give_up(&mut self) {
        self.stored = None;
        self.body = BytesMut::new();
        self.lead = None;
        self.store.room().give(std::mem::take(&mut self.reserved));
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.store.room().give(self.reserved);
    }
}
