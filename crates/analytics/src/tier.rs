//! The lengths rollups are kept in.

use std::time::Duration;

use crate::options::Retention;

/// Ten seconds: the shortest interval, milliseconds.
pub(crate) const BASE: u64 = 10_000;
pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const HOUR: u64 = 3_600_000;
pub(crate) const DAY: u64 = 86_400_000;

/// A length rollups are kept in. Its number is its name in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    TenSeconds = 0,
    Minute = 1,
    Hour = 2,
    Day = 3,
}

impl Tier {
    pub(crate) const ALL: [Tier; 4] = [Tier::TenSeconds, Tier::Minute, Tier::Hour, Tier::Day];

    /// Its length, milliseconds. Each divides the next.
    pub(crate) fn length(self) -> u64 {
        match self {
            Tier::TenSeconds => BASE,
            Tier::Minute => MINUTE,
            Tier::Hour => HOUR,
            Tier::Day => DAY,
        }
    }

    /// How long its rows are kept, milliseconds.
    pub(crate) fn retention(self, retention: &Retention) -> u64 {
        millis(match self {
            Tier::TenSeconds => retention.ten_seconds,
            Tier::Minute => retention.minutes,
            Tier::Hour => retention.hours,
            Tier::Day => retention.days,
        })
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The begin of the interval that holds a time.
pub(crate) fn floor(at: u64, length: u64) -> u64 {
    at - at % length
}

/// How far each tier is complete and will not change any more, milliseconds since 1970. Whatever is later lies in the next
/// finer tier; what is later than `minute` lies in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Complete {
    pub(crate) minute: u64,
    pub(crate) hour: u64,
    pub(crate) day: u64,
}

impl Complete {
    /// By the names they have in the database.
    pub(crate) fn named(&self) -> [(&'static str, u64); 3] {
        [("complete_minute", self.minute), ("complete_hour", self.hour), ("complete_day", self.day)]
    }

    pub(crate) fn restore(&mut self, name: &str, value: u64) {
        match name {
            "complete_minute" => self.minute = value,
            "complete_hour" => self.hour = value,
            "complete_day" => self.day = value,
            _ => {}
        }
    }
}
