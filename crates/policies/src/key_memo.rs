//! The SHA-256 of API keys that came before, so that a caller who comes again costs no digest.
//!
//! A digest is a function of the key alone: what is remembered is never out of date. Keys themselves are not kept, only 128 bits of
//! a hash of them whose seed is drawn when the process starts, and nobody can choose a key that another's hash stands for.

use std::{
    cell::RefCell,
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

use aws_lc_rs::digest::{SHA256, digest};
use model::KeyHash;

/// Keys remembered by a thread: 48 bytes each.
const REMEMBERED: usize = 4096;

static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);

thread_local! {
    static MEMO: RefCell<Vec<Remembered>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone, Copy)]
struct Remembered {
    tag: [u64; 2],
    hash: KeyHash,
}

/// The SHA-256 of a key.
pub(crate) fn hash_of(key: &[u8]) -> KeyHash {
    let tag = tag_of(key);
    MEMO.with_borrow_mut(|memo| {
        if memo.is_empty() {
            // What stands in an empty place belongs to another, so that no tag is found there.
            let nothing = |place| Remembered { tag: [place as u64 ^ 1, 0], hash: KeyHash([0; 32]) };
            memo.extend((0..REMEMBERED).map(nothing));
        }
        let place = &mut memo[tag[0] as usize % REMEMBERED];
        if place.tag != tag {
            *place = Remembered { tag, hash: digested(key) };
        }
        place.hash
    })
}

fn digested(key: &[u8]) -> KeyHash {
    KeyHash(digest(&SHA256, key).as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

fn tag_of(key: &[u8]) -> [u64; 2] {
    let mut hasher = SEED.build_hasher();
    hasher.write(key);
    let first = hasher.finish();
    hasher.write_u8(0xff);
    [first, hasher.finish()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_its_own_digest_the_first_time_and_the_second_and_after_others() {
        let keys: Vec<String> = (0..3 * REMEMBERED).map(|n| format!("key-{n}")).collect();
        for round in 0..2 {
            for key in &keys {
                assert_eq!(hash_of(key.as_bytes()), digested(key.as_bytes()), "{key} in round {round}");
                assert_eq!(hash_of(key.as_bytes()), digested(key.as_bytes()));
            }
        }
        assert_eq!(hash_of(b""), digested(b""));
    }

    #[test]
    fn an_empty_place_stands_for_no_tag_that_belongs_there() {
        hash_of(b"any");
        MEMO.with_borrow(|memo| {
            let empty = memo.iter().enumerate().filter(|(_, place)| place.hash == KeyHash([0; 32]));
            assert!(empty.clone().count() >= REMEMBERED - 1);
            for (at, place) in empty {
                assert_ne!(place.tag[0] as usize % REMEMBERED, at);
            }
        });
    }
}
