//! What happened in the present window, in one word, so that threads need no lock.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Sixteen bits each: the window's number, how many requests, how many of them failed, how many were slow.
#[derive(Default)]
pub(crate) struct Tally(AtomicU64);

/// Counts of one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: u16,
    pub(crate) failed: u16,
    pub(crate) slow: u16,
}

impl Tally {
    /// Counts a request in the window of this number, and returns what that window has now.
    pub(crate) fn add(&self, window: u64, failed: bool, slow: bool) -> Counts {
        let window = window as u16;
        let mut now = Counts::default();
        let _ = self.0.fetch_update(Relaxed, Relaxed, |word| {
            let mut counts = if (word >> 48) as u16 == window { Counts::of(word) } else { Counts::default() };
            if counts.requests == u16::MAX {
                // Shares stay what they are.
                counts = Counts {
                    requests: counts.requests / 2,
                    failed: counts.failed / 2,
                    slow: counts.slow / 2,
                };
            }
            counts.requests += 1;
            counts.failed += u16::from(failed);
            counts.slow += u16::from(slow);
            now = counts;
            Some(counts.word(window))
        });
        now
    }

    pub(crate) fn clear(&self) {
        self.0.store(0, Relaxed);
    }
}

impl Counts {
    fn of(word: u64) -> Counts {
        Counts { requests: (word >> 32) as u16, failed: (word >> 16) as u16, slow: word as u16 }
    }

    fn word(self, window: u16) -> u64 {
        u64::from(window) << 48
            | u64::from(self.requests) << 32
            | u64::from(self.failed) << 16
            | u64::from(self.slow)
    }

    /// Whether so many of at least so many requests are at least this share, percent.
    pub(crate) fn reach(self, part: u16, percent: u8, at_least: u16) -> bool {
        self.requests >= at_least && u32::from(part) * 100 >= u32::from(percent) * u32::from(self.requests)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_window_counts_for_itself_and_shares_outlive_the_bound() {
        let tally = Tally::default();
        tally.add(1, true, false);
        assert_eq!(tally.add(1, false, true), Counts { requests: 2, failed: 1, slow: 1 });
        assert_eq!(tally.add(2, false, false), Counts { requests: 1, failed: 0, slow: 0 });
        for n in 0..200_000 {
            tally.add(3, n % 4 == 0, false);
        }
        let counts = tally.add(3, false, false);
        assert!(
            counts.reach(counts.failed, 24, 1000) && !counts.reach(counts.failed, 26, 1000),
            "{counts:?}"
        );
    }
}
