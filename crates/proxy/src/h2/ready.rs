//! Which streams of a connection have something to do: a bit each, set by whatever they wait for.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicU64,
            Ordering::{AcqRel, Acquire},
        },
    },
    task::{Context, Wake, Waker},
};

use crate::worker::lock;

/// Streams a connection may have open.
pub(crate) const STREAMS: usize = 200;
const WORDS: usize = STREAMS.div_ceil(64);

/// Which streams have something to do.
pub(crate) struct Ready {
    bits: [AtomicU64; WORDS],
    task: Mutex<Waker>,
}

/// Wakes one stream.
struct One {
    ready: Arc<Ready>,
    slot: usize,
}

/// A set of streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slots([u64; WORDS]);

impl Ready {
    pub(crate) fn new() -> Arc<Ready> {
        Arc::new(Ready { bits: Default::default(), task: Mutex::new(Waker::noop().clone()) })
    }

    /// The waker of a stream.
    pub(crate) fn waker(self: &Arc<Ready>, slot: usize) -> Waker {
        Waker::from(Arc::new(One { ready: Arc::clone(self), slot }))
    }

    /// Whom to wake when a stream has something to do.
    pub(crate) fn follow(&self, cx: &Context<'_>) {
        let mut task = lock(&self.task);
        if !task.will_wake(cx.waker()) {
            task.clone_from(cx.waker());
        }
    }

    /// Marks a stream without waking anyone: whoever does it looks again.
    pub(crate) fn mark(&self, slot: usize) {
        self.bits[slot / 64].fetch_or(1 << (slot % 64), AcqRel);
    }

    /// What is ready, and is not from here on.
    pub(crate) fn take(&self) -> Slots {
        Slots(std::array::from_fn(|word| {
            let bits = &self.bits[word];
            // Most words of most connections are empty, and reading them is cheaper than swapping.
            if bits.load(Acquire) == 0 { 0 } else { bits.swap(0, AcqRel) }
        }))
    }
}

impl Wake for One {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ready.mark(self.slot);
        lock(&self.ready.task).wake_by_ref();
    }
}

impl Iterator for Slots {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        for (word, bits) in self.0.iter_mut().enumerate() {
            if *bits != 0 {
                let bit = bits.trailing_zeros() as usize;
                *bits &= *bits - 1;
                return Some(word * 64 + bit);
            }
        }
        None
    }
}

impl Slots {
    pub(crate) fn insert(&mut self, slot: usize) {
        self.0[slot / 64] |= 1 << (slot % 64);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_that_are_woken_are_found_once() {
        let ready = Ready::new();
        let wakers: Vec<_> = (0..STREAMS).map(|slot| ready.waker(slot)).collect();
        for slot in [0, 63, 64, 199, 63] {
            wakers[slot].wake_by_ref();
        }
        assert_eq!(ready.take().collect::<Vec<_>>(), [0, 63, 64, 199]);
        assert_eq!(ready.take(), Slots::default());
    }
}
