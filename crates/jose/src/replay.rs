//! What nobody may show twice: the ids of proofs and of tokens that prove a client.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};

/// Ids that are remembered until they are of the past.
#[derive(Debug)]
pub struct Replays {
    seen: Mutex<HashMap<[u8; 32], u64>>,
    most: usize,
}

/// Why something cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It was shown before.
    Again,
    /// So many are remembered that no other can be.
    Full,
}

impl Replays {
    /// Remembers so many at most.
    pub fn new(most: usize) -> Replays {
        Replays { seen: Mutex::default(), most }
    }

    /// Takes what is told apart by some texts and good until then (milliseconds since 1970).
    ///
    /// # Errors
    /// That it was taken before, or that no more can be remembered: then nothing is taken, as it could be a second time.
    pub fn take(&self, texts: &[&str], now: u64, until: u64) -> Result<(), NotTaken> {
        let mut bytes = Vec::with_capacity(256);
        for text in texts {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
        let mut mark = [0; 32];
        mark.copy_from_slice(digest(&SHA256, &bytes).as_ref());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= self.most {
            seen.retain(|_, until| *until > now);
            if seen.len() >= self.most {
                return Err(NotTaken::Full);
            }
        }
        match seen.insert(mark, until) {
            Some(before) if before > now => Err(NotTaken::Again),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_once_while_it_is_good_and_never_more_than_can_be_remembered() {
        let replays = Replays::new(2);
        assert_eq!(replays.take(&["a", "bc"], 0, 10), Ok(()));
        assert_eq!(replays.take(&["a", "bc"], 9, 19), Err(NotTaken::Again));
        assert_eq!(replays.take(&["ab", "c"], 9, 30), Ok(()));
        assert_eq!(replays.take(&["d"], 15, 30), Err(NotTaken::Full));
        assert_eq!(replays.take(&["d"], 19, 30), Ok(()));
    }
}
