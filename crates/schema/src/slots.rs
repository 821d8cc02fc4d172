//! A list that only grows: what stands in it is read without a lock and never moves.

use std::sync::{Mutex, OnceLock, PoisonError};

/// Places of the first part; each further part has twice as many.
const FIRST: usize = 64;
const PARTS: usize = 24;

pub(crate) struct Slots<T> {
    parts: [OnceLock<Box<[OnceLock<T>]>>; PARTS],
    length: Mutex<usize>,
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots { parts: [const { OnceLock::new() }; PARTS], length: Mutex::new(0) }
    }
}

impl<T> Slots<T> {
    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        let (part, place) = place(at as usize);
        self.parts.get(part)?.get()?.get(place)?.get()
    }

    /// Adds one; `None` where there are too many.
    pub(crate) fn push(&self, value: T) -> Option<u32> {
        let mut length = self.length.lock().unwrap_or_else(PoisonError::into_inner);
        let (part, place) = place(*length);
        let made = || (0..FIRST << part).map(|_| OnceLock::new()).collect();
        self.parts.get(part)?.get_or_init(made)[place].set(value).ok()?;
        *length += 1;
        u32::try_from(*length - 1).ok()
    }
}

fn place(at: usize) -> (usize, usize) {
    let part = (at / FIRST + 1).ilog2() as usize;
    (part, at - FIRST * ((1 << part) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_at_its_place() {
        let slots = Slots::default();
        for value in 0..10_000_u32 {
            assert_eq!(slots.push(value), Some(value));
        }
        assert!((0..10_000).all(|at| slots.get(at) == Some(&at)));
        assert_eq!(slots.get(10_000), None);
    }
}
