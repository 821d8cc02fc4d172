//! How fast an endpoint answers: a moving average that follows a peak at once and forgets it slowly.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// How long it takes until an answer weighs a third of what it did.
const MEMORY: Duration = Duration::from_secs(10);
/// What stands for the speed of an endpoint that has requests under way and has answered none, microseconds.
const UNKNOWN: f32 = 1_000_000.0;

/// A moving average of times to answer. One word, so that threads need no lock: microseconds (as `f32`) and when, milliseconds.
#[derive(Default)]
pub(crate) struct Ewma(AtomicU64);

impl Ewma {
    /// Takes an answer that came after `took`. `now` is in milliseconds of any clock.
    pub(crate) fn observe(&self, took: Duration, now: u64) {
        let took = took.as_micros() as f32;
        // Another thread's answer at the same moment may win; a moving average bears that.
        let before = self.0.load(Relaxed);
        let (average, at) = unpack(before);
        let next = if took >= average {
            took
        } else {
            let kept = (-since(at, now) / MEMORY.as_millis() as f32).exp();
            average * kept + took * (1.0 - kept)
        };
        let _ = self.0.compare_exchange(before, pack(next, now), Relaxed, Relaxed);
    }

    /// What another request would meet here, for comparing: the less the better.
    pub(crate) fn load(&self, in_flight: u32, now: u64) -> f32 {
        let (average, at) = unpack(self.0.load(Relaxed));
        if average == 0.0 {
            return if in_flight == 0 { 0.0 } else { UNKNOWN * in_flight as f32 };
        }
        // One that was slow is asked again after a while, whether or not anybody asked in between.
        let kept = (-since(at, now) / MEMORY.as_millis() as f32).exp();
        average * kept * (in_flight + 1) as f32
    }
}

fn pack(average: f32, now: u64) -> u64 {
    u64::from(average.to_bits()) << 32 | now & u64::from(u32::MAX)
}

fn unpack(word: u64) -> (f32, u32) {
    (f32::from_bits((word >> 32) as u32), word as u32)
}

/// Milliseconds since; none where another thread was a moment ahead.
fn since(at: u32, now: u64) -> f32 {
    (now as u32).wrapping_sub(at).cast_signed().max(0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_counts_at_once_and_is_forgotten_slowly() {
        let ewma = Ewma::default();
        assert_eq!(ewma.load(0, 0), 0.0, "one that nobody knows is asked first");
        assert!(ewma.load(1, 0) > 500_000.0, "and then waited for");
        ewma.observe(Duration::from_millis(2), 1);
        assert_eq!((ewma.load(0, 1), ewma.load(3, 1)), (2000.0, 8000.0));
        ewma.observe(Duration::from_millis(100), 2);
        assert_eq!(ewma.load(0, 2), 100_000.0);
        ewma.observe(Duration::from_millis(2), 3);
        assert!(ewma.load(0, 3) > 99_000.0, "one fast answer does not make up for it");
        for second in 1..=40_u64 {
            ewma.observe(Duration::from_millis(2), second * 1000);
        }
        assert!(ewma.load(0, 40_000) < 4_000.0);
        assert!(ewma.load(0, 100_000) < 10.0, "what was long ago says nothing");
    }

    #[test]
    fn the_clock_may_wrap() {
        let ewma = Ewma::default();
        let late = u64::from(u32::MAX) - 10;
        ewma.observe(Duration::from_millis(5), late);
        let soon = ewma.load(0, late + 20);
        assert!((4_900.0..=5_000.0).contains(&soon), "{soon}");
    }
}
