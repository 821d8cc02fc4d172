//! Maps whose keys are hashes already.

use std::hash::{BuildHasher, Hasher};

/// Keys are hashes nobody can choose; hashing them again would add nothing.
#[derive(Clone, Copy, Default)]
pub(crate) struct HashedAlready;

pub(crate) struct Folded(u64);

impl BuildHasher for HashedAlready {
    type Hasher = Folded;

    fn build_hasher(&self) -> Folded {
        Folded(0)
    }
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
