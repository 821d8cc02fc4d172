//! Endpoints that answer badly are left out for a while.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use model::{PassiveCheck, standing::AnswerStanding};

use super::{Outcome, tally::Tally};

/// What an endpoint's answers say of it.
#[derive(Default)]
pub(crate) struct Ejection {
    /// Failures one after the other.
    row: AtomicU32,
    tally: Tally,
    /// Until when it is out, milliseconds; also when it last was.
    until: AtomicU64,
    /// How often in a row it was.
    times: AtomicU32,
}

impl Ejection {
    pub(crate) fn standing(&self) -> AnswerStanding {
        AnswerStanding { failures_in_a_row: self.row.load(Relaxed), ejections: self.times.load(Relaxed) }
    }

    /// Until when it is out.
    pub(crate) fn until(&self, now: u64) -> Option<u64> {
        let until = self.until.load(Relaxed);
        (until > now).then_some(until)
    }

    /// Takes note of an answer; says why where it is put out because of that, and for how long, milliseconds.
    pub(crate) fn note(&self, rules: &PassiveCheck, now: u64, outcome: Outcome) -> Option<(u64, String)> {
        let failed = outcome.failed(&rules.codes);
        let row = match failed {
            true => self.row.fetch_add(1, Relaxed).saturating_add(1),
            false => {
                if self.row.load(Relaxed) != 0 {
                    self.row.store(0, Relaxed);
                }
                0
            }
        };
        let mut why = None;
        if let Some(percent) = rules.error_percent {
            let counts = self.tally.add(now / millis(rules.window.0), failed, false);
            if failed && counts.reach(counts.failed, percent, rules.min_requests) {
                why = Some(format!(
                    "{} of {} requests failed, the last with {}",
                    counts.failed,
                    counts.requests,
                    outcome.words()
                ));
            }
        }
        if failed && rules.consecutive_failures > 0 && row >= rules.consecutive_failures {
            why = Some(format!("{row} failures one after the other, the last with {}", outcome.words()));
        }
        let why = why?;
        let before = self.until.load(Relaxed);
        if before > now {
            // Requests from before it was put out.
            return None;
        }
        // Whoever was well for as long as it was out begins anew.
        let base = millis(rules.eject_for.0);
        let most = millis(rules.max_eject_for.0).max(base);
        let last = base.saturating_mul(u64::from(self.times.load(Relaxed))).min(most);
        let times =
            if before == 0 || now - before > last { 1 } else { self.times.load(Relaxed).saturating_add(1) };
        let span = base.saturating_mul(u64::from(times)).min(most);
        if self.until.compare_exchange(before, now + span, Relaxed, Relaxed).is_err() {
            return None;
        }
        self.times.store(times, Relaxed);
        self.row.store(0, Relaxed);
        self.tally.clear();
        Some((span, why))
    }
}

/// At least one.
pub(crate) fn millis(span: std::time::Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use model::Span;

    use super::*;

    const OK: Outcome = Outcome::Answered(200);
    const BAD: Outcome = Outcome::Answered(503);

    #[test]
    fn failures_in_a_row_put_an_endpoint_out_longer_each_time() {
        let rules =
            PassiveCheck { eject_for: Span::secs(10), max_eject_for: Span::secs(25), ..Default::default() };
        let ejection = Ejection::default();
        let fail =
            |now: u64| (0..5).filter_map(|_| ejection.note(&rules, now, BAD)).map(|(span, _)| span).next();
        for _ in 0..4 {
            assert_eq!(ejection.note(&rules, 1, BAD), None);
        }
        assert_eq!(ejection.note(&rules, 1, OK), None, "a good answer in between begins anew");
        let (span, why) = (0..5).find_map(|_| ejection.note(&rules, 1, Outcome::Silent)).unwrap();
        assert_eq!(span, 10_000);
        assert!(why.contains("5 failures") && why.contains("no answer in time"), "{why}");
        assert_eq!((ejection.until(10_000), ejection.until(10_001)), (Some(10_001), None));
        assert_eq!(fail(5_000), None, "what began before says nothing new");
        assert_eq!((fail(10_500), fail(31_000)), (Some(20_000), Some(25_000)));
        assert_eq!(fail(200_000), Some(10_000), "after a good while it begins anew");
    }

    #[test]
    fn a_share_of_failures_puts_an_endpoint_out_once_there_are_enough() {
        let rules = PassiveCheck {
            consecutive_failures: 0,
            error_percent: Some(50),
            min_requests: 10,
            ..Default::default()
        };
        let ejection = Ejection::default();
        let mut noted = (0..9).map(|n| ejection.note(&rules, 1, if n % 2 == 0 { BAD } else { OK }));
        assert!(noted.all(|out| out.is_none()));
        assert!(ejection.note(&rules, 2, BAD).unwrap().1.contains("6 of 10"));
        let other = Ejection::default();
        let spread = (0..30).map(|n| other.note(&rules, n * 2_000, BAD));
        assert_eq!(spread.flatten().count(), 0, "never ten in one window");
    }
}
