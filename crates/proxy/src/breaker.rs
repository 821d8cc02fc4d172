//! A circuit breaker: what fails is left alone for a while, then tried with a few requests.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU8, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use model::{CircuitBreaker, standing::BreakerState};

use crate::{
    health::{Outcome, passive::millis, tally::Tally},
    worker::lock,
};

const CLOSED: u8 = 0;
const OPEN: u8 = 1;
const HALF_OPEN: u8 = 2;

/// A breaker of an endpoint or upstream.
#[derive(Default)]
pub(crate) struct Breaker {
    state: AtomicU8,
    /// Failures one after the other.
    row: AtomicU32,
    tally: Tally,
    /// Taken only while it is not closed, and to open it.
    trial: Mutex<Trial>,
}

#[derive(Default)]
struct Trial {
    /// While open: until when. While half-open: when those let through that said nothing are given up.
    until: u64,
    /// Let through, and those of them that went well.
    begun: u32,
    well: u32,
}

impl Breaker {
    pub(crate) fn state(&self) -> BreakerState {
        match self.state.load(Relaxed) {
            OPEN => BreakerState::Open,
            HALF_OPEN => BreakerState::HalfOpen,
            _ => BreakerState::Closed,
        }
    }

    /// Until when it is open.
    pub(crate) fn open_until(&self, now: u64) -> Option<u64> {
        if self.state.load(Relaxed) != OPEN {
            return None;
        }
        let until = lock(&self.trial).until;
        (until > now).then_some(until)
    }

    /// Whether a request may pass now.
    ///
    /// # Errors
    /// It may not; for how many milliseconds more.
    pub(crate) fn admit(&self, rules: &CircuitBreaker, now: u64) -> Result<(), u64> {
        if self.state.load(Relaxed) == CLOSED {
            return Ok(());
        }
        let mut trial = lock(&self.trial);
        let state = self.state.load(Relaxed);
        if state == CLOSED {
            return Ok(());
        }
        if now >= trial.until {
            // Also where those let through have left without a word.
            *trial = Trial { until: now + millis(rules.open_for.0), begun: 0, well: 0 };
            self.state.store(HALF_OPEN, Relaxed);
        } else if state == OPEN {
            return Err(trial.until - now);
        }
        if trial.begun >= rules.half_open_requests.max(1) {
            return Err(1);
        }
        trial.begun += 1;
        Ok(())
    }

    /// Takes note of how a request ended; says what changed.
    pub(crate) fn note(
        &self,
        rules: &CircuitBreaker,
        now: u64,
        outcome: Outcome,
        took: Duration,
    ) -> Option<String> {
        let failed = outcome.failed(&rules.codes);
        let slow = rules.slow_call.is_some_and(|slow| took > slow.0);
        match self.state.load(Relaxed) {
            CLOSED => self.note_closed(rules, now, outcome, failed, slow),
            HALF_OPEN => {
                let mut trial = lock(&self.trial);
                if self.state.load(Relaxed) != HALF_OPEN {
                    return None;
                }
                if failed || slow {
                    trial.until = now + millis(rules.open_for.0);
                    self.state.store(OPEN, Relaxed);
                    let why = if failed { outcome.words() } else { "a slow answer".to_owned() };
                    return Some(format!("the breaker opened again: {why}"));
                }
                trial.well += 1;
                if trial.well < rules.half_open_requests.max(1) {
                    return None;
                }
                self.row.store(0, Relaxed);
                self.tally.clear();
                self.state.store(CLOSED, Relaxed);
                Some(format!("the breaker closed: {} requests went well", trial.well))
            }
            // From before it opened.
            _ => None,
        }
    }

    fn note_closed(
        &self,
        rules: &CircuitBreaker,
        now: u64,
        outcome: Outcome,
        failed: bool,
        slow: bool,
    ) -> Option<String> {
        let mut why = None;
        let counts = self.tally.add(now / millis(rules.window.0), failed, slow);
        if slow && counts.reach(counts.slow, rules.slow_percent, rules.min_requests) {
            why = Some(format!("{} of {} requests were slow", counts.slow, counts.requests));
        }
        if failed {
            let row = self.row.fetch_add(1, Relaxed).saturating_add(1);
            if rules.error_percent > 0 && counts.reach(counts.failed, rules.error_percent, rules.min_requests)
            {
                why = Some(format!("{} of {} requests failed", counts.failed, counts.requests));
            }
            if rules.consecutive_failures > 0 && row >= rules.consecutive_failures {
                why = Some(format!("{row} failures one after the other, the last with {}", outcome.words()));
            }
        } else if self.row.load(Relaxed) != 0 {
            self.row.store(0, Relaxed);
        }
        let why = why?;
        let mut trial = lock(&self.trial);
        if self.state.load(Relaxed) != CLOSED {
            return None;
        }
        *trial = Trial { until: now + millis(rules.open_for.0), begun: 0, well: 0 };
        self.state.store(OPEN, Relaxed);
        self.row.store(0, Relaxed);
        self.tally.clear();
        Some(format!("the breaker opened: {why}"))
    }
}

#[cfg(test)]
mod tests {
    use model::Span;

    use super::*;

    const OK: Outcome = Outcome::Answered(200);
    const BAD: Outcome = Outcome::Answered(500);
    const FAST: Duration = Duration::from_millis(1);

    fn rules() -> CircuitBreaker {
        CircuitBreaker {
            consecutive_failures: 3,
            open_for: Span::secs(10),
            half_open_requests: 2,
            ..CircuitBreaker::default()
        }
    }

    #[test]
    fn an_open_breaker_lets_some_through_after_a_while_and_closes_when_they_go_well() {
        let (rules, breaker) = (rules(), Breaker::default());
        let opened: Vec<_> = (0..4).filter_map(|_| breaker.note(&rules, 0, BAD, FAST)).collect();
        assert_eq!(opened.len(), 1, "{opened:?}");
        assert_eq!((breaker.admit(&rules, 4_000), breaker.open_until(4_000)), (Err(6_000), Some(10_000)));
        assert_eq!(breaker.note(&rules, 5_000, OK, FAST), None, "what began before changes nothing");
        assert_eq!((breaker.admit(&rules, 10_000), breaker.admit(&rules, 10_000)), (Ok(()), Ok(())));
        assert_eq!((breaker.admit(&rules, 10_001), breaker.state()), (Err(1), BreakerState::HalfOpen));
        assert_eq!(breaker.note(&rules, 10_002, OK, FAST), None);
        assert!(breaker.note(&rules, 10_003, OK, FAST).unwrap().contains("closed"));
        assert_eq!((breaker.admit(&rules, 10_004), breaker.state()), (Ok(()), BreakerState::Closed));
    }

    #[test]
    fn one_failure_of_those_let_through_opens_it_again() {
        let (rules, breaker) = (rules(), Breaker::default());
        (0..3).for_each(|_| drop(breaker.note(&rules, 0, Outcome::Unreachable, FAST)));
        breaker.admit(&rules, 10_000).unwrap();
        assert!(breaker.note(&rules, 10_500, BAD, FAST).unwrap().contains("opened again"));
        assert_eq!(breaker.admit(&rules, 10_600), Err(9_900));
    }

    #[test]
    fn those_let_through_that_never_end_do_not_keep_it_shut_for_ever() {
        let (rules, breaker) = (rules(), Breaker::default());
        (0..3).for_each(|_| drop(breaker.note(&rules, 0, BAD, FAST)));
        assert_eq!(
            [10_000, 10_000, 10_000].map(|now| breaker.admit(&rules, now).is_ok()),
            [true, true, false]
        );
        assert!(breaker.admit(&rules, 20_000).is_ok());
    }

    #[test]
    fn a_share_of_failures_or_of_slow_answers_opens_it() {
        let rules = CircuitBreaker { min_requests: 10, ..CircuitBreaker::default() };
        let breaker = Breaker::default();
        let opened = |n: u64| breaker.note(&rules, n, if n.is_multiple_of(2) { BAD } else { OK }, FAST);
        assert_eq!((1..=10).filter_map(opened).count(), 1);
        let rules = CircuitBreaker { slow_call: Some(Span::secs(1)), ..rules };
        let breaker = Breaker::default();
        let took = |n: u64| Duration::from_secs(if n < 4 { 0 } else { 2 });
        let why: Vec<_> = (0..12).filter_map(|n| breaker.note(&rules, n, OK, took(n))).collect();
        assert!(why.len() == 1 && why[0].contains("were slow"), "{why:?}");
    }
}
