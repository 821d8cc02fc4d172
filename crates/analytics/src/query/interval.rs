//! The interval and step a question is answered for.

use model::Span;

use super::Time;
use crate::{
    Error, Retention,
    tier::{BASE, DAY, HOUR, MINUTE, Tier, floor, millis},
};

const DEFAULT_LENGTH: u64 = 15 * MINUTE;
/// A chart is chosen to have at most so many points…
const CHOSEN_POINTS: u64 = 200;
/// …and never has more than that.
const MAX_POINTS: u64 = 2_000;
const STEPS: [u64; 12] = [
    BASE,
    30_000,
    MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
];

/// Whole steps that hold what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) step: u64,
    /// The coarsest rollup that answers it exactly.
    pub(crate) tier: Tier,
}

impl Interval {
    pub(crate) fn new(
        from: Option<Time>,
        to: Option<Time>,
        step: Option<Span>,
        now: u64,
        retention: &Retention,
    ) -> Result<Interval, Error> {
        // One millisecond on, so that what happens now is in.
        let to = to.map_or(now.saturating_add(1), |at| at.0).min(now.saturating_add(DAY));
        let from = from.map_or(to.saturating_sub(DEFAULT_LENGTH), |at| at.0);
        if from >= to {
            return Err(Error::invalid("from", "must be before `to`"));
        }
        let points_at = |step: u64| (to - floor(from, step)).div_ceil(step);
        let mut step = match step {
            Some(span) => {
                let step = millis(span.0);
                if step == 0 || !step.is_multiple_of(BASE) {
                    return Err(Error::invalid("step", "must be a multiple of ten seconds"));
                }
                if points_at(step) > MAX_POINTS {
                    return Err(Error::invalid("step", format!("gives more than {MAX_POINTS} points")));
                }
                step
            }
            None => STEPS
                .into_iter()
                .find(|&step| points_at(step) <= CHOSEN_POINTS)
                .unwrap_or_else(|| (to - from).div_ceil(CHOSEN_POINTS).next_multiple_of(7 * DAY)),
        };
        let mut tier = Tier::TenSeconds;
        for candidate in Tier::ALL {
            let answers = step.is_multiple_of(candidate.length());
            let is_kept = now.saturating_sub(floor(from, step)) <= tier.retention(retention);
            if answers {
                tier = candidate;
            } else if !is_kept {
                tier = candidate;
                step = step.next_multiple_of(candidate.length());
            }
        }
        Ok(Interval { from: floor(from, step), to: to.div_ceil(step).saturating_mul(step), step, tier })
    }

    pub(crate) fn points(&self) -> usize {
        usize::try_from((self.to - self.from) / self.step).unwrap_or(usize::MAX)
    }

    /// Which point a time falls into.
    pub(crate) fn point_of(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.from) / self.step).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_003_210;

    fn interval(ago: u64, step: Option<u64>) -> Interval {
        let from = Some(Time(NOW - ago));
        Interval::new(from, None, step.map(Span::millis), NOW, &Retention::default()).unwrap()
    }

    #[test]
    fn the_step_follows_the_length() {
        for (ago, step, tier) in [
            (15 * MINUTE, BASE, Tier::TenSeconds),
            (HOUR, 30_000, Tier::TenSeconds),
            (3 * HOUR, MINUTE, Tier::Minute),
            (DAY, 10 * MINUTE, Tier::Minute),
            (7 * DAY, HOUR, Tier::Hour),
            (30 * DAY, 6 * HOUR, Tier::Hour),
            (150 * DAY, DAY, Tier::Day),
            (700 * DAY, 7 * DAY, Tier::Day),
        ] {
            let found = interval(ago, None);
            assert_eq!((found.step, found.tier), (step, tier), "{ago}");
            assert!(found.from <= NOW - ago && found.to > NOW && found.points() <= 201);
        }
    }

    #[test]
    fn a_step_finer_than_what_is_kept_becomes_coarser() {
        let found = interval(3 * HOUR, Some(BASE));
        assert_eq!((found.step, found.tier), (MINUTE, Tier::Minute));
        let found = interval(3 * DAY, Some(5 * MINUTE));
        assert_eq!((found.step, found.tier), (HOUR, Tier::Hour));
        let found = interval(100 * DAY, Some(3 * HOUR));
        assert_eq!((found.step, found.tier), (DAY, Tier::Day));
    }

    #[test]
    fn nonsense_is_refused() {
        let ask = |from, to, step: Option<u64>| {
            Interval::new(from, to, step.map(Span::millis), NOW, &Retention::default())
        };
        assert!(ask(Some(Time(NOW)), Some(Time(NOW)), None).is_err());
        assert!(ask(None, None, Some(0)).is_err());
        assert!(ask(None, None, Some(15_000)).is_err());
        assert!(ask(Some(Time(0)), None, Some(BASE)).is_err());
        assert!(ask(Some(Time(0)), Some(Time(u64::MAX)), None).is_ok());
    }
}
