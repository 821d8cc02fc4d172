//! Numbers by chance, for identifiers and draws; not for secrets.

use std::{
    cell::Cell,
    hash::{BuildHasher, RandomState},
};

thread_local! {
    /// 0 before the first draw.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

/// The generator of this thread (xorshift64*, seeded by the system).
pub(crate) struct Random(());

impl Random {
    pub(crate) fn new() -> Random {
        Random(())
    }

    pub(crate) fn next(&mut self) -> u64 {
        let mut state = STATE.get();
        if state == 0 {
            state = RandomState::new().hash_one(0x5eed_u64) | 1;
        }
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        STATE.set(state);
        state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}
