//! The time, by both clocks, from one reading.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use policy::Time;
use tokio::time::Instant;

/// A clock that tests can pause: the wall clock is read now and then, and in between follows the monotonic one.
pub(crate) struct Clock {
    started: Instant,
    /// Milliseconds since 1970 at the start, by the last look at the wall clock.
    started_unix: AtomicU64,
}

impl Clock {
    pub(crate) fn new() -> Clock {
        Clock { started: Instant::now(), started_unix: AtomicU64::new(wall()) }
    }

    pub(crate) fn time(&self, at: Instant) -> Time {
        let elapsed = at.saturating_duration_since(self.started);
        let unix_ms = self.started_unix.load(Relaxed).saturating_add(millis(elapsed));
        // A time of 0 stands for "never" in counters.
        Time { monotonic: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX).saturating_add(1), unix_ms }
    }

    /// Follows a wall clock that was set.
    pub(crate) fn look_at_the_wall(&self) {
        let elapsed = millis(self.started.elapsed());
        self.started_unix.store(wall().saturating_sub(elapsed), Relaxed);
    }
}

fn wall() -> u64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
