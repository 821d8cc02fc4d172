//! What of analytics can be set, with its defaults.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How analytics runs. The defaults suit one gateway.
#[derive(Clone, Debug)]
pub struct Options {
    /// The time, for tests to set.
    pub clock: Clock,
    /// How often the rings are drained at least; busy ones are sooner. `None`: only by [`crate::Analytics::collect`] and [`crate::Analytics::flush`].
    pub collect_every: Option<Duration>,
    /// How often what changed is written.
    pub flush_every: Duration,
    /// Events each worker's ring holds; what does not fit is dropped and counted.
    pub ring: usize,
    /// Calls a second the call log keeps, across all workers.
    pub calls_per_second: u64,
    /// Different rows a ten-second interval may have; beyond it calls count in an `(other)` row.
    pub rows_per_interval: usize,
    /// Different series kept in all; beyond it calls count in an `(other)` row.
    pub max_series: usize,
    /// Metric series of `/metrics`; beyond it operations count as `(other)`.
    pub max_metric_series: usize,
    /// Rows held in memory while the database cannot be written; beyond it the oldest are lost, and counted.
    pub max_open_rows: usize,
    /// Whether another process is told what is counted, which keeps it: [`crate::Analytics::to_tell`].
    pub tells: bool,
    pub retention: Retention,
}

/// How long what is kept.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Rollups of ten seconds.
    pub ten_seconds: Duration,
    pub minutes: Duration,
    pub hours: Duration,
    pub days: Duration,
    /// Usage by caller, subscription and hour.
    pub meters: Duration,
    pub calls: Duration,
    /// Rows of the call log.
    pub max_calls: u64,
    /// How far back memory reaches where there is no database.
    pub memory: Duration,
    /// Calls in memory where there is no database.
    pub memory_calls: usize,
}

/// Tells the time, milliseconds since 1970.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Clock {
    pub fn new(now: impl Fn() -> u64 + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The system's clock.
    pub fn system() -> Clock {
        Clock::new(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }

    pub(crate) fn now(&self) -> u64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Default for Retention {
    fn default() -> Retention {
        Retention {
            ten_seconds: Duration::from_secs(2 * HOUR),
            minutes: Duration::from_secs(2 * DAY),
            hours: Duration::from_secs(90 * DAY),
            days: Duration::from_secs(730 * DAY),
            meters: Duration::from_secs(730 * DAY),
            calls: Duration::from_secs(7 * DAY),
            max_calls: 1_000_000,
            memory: Duration::from_secs(HOUR / 2),
            memory_calls: 10_000,
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            clock: Clock::system(),
            collect_every: Some(Duration::from_millis(100)),
            flush_every: Duration::from_secs(1),
            ring: 16_384,
            calls_per_second: 1_000,
            rows_per_interval: 10_000,
            max_series: 250_000,
            max_metric_series: 5_000,
            max_open_rows: 200_000,
            tells: false,
            retention: Retention::default(),
        }
    }
}
