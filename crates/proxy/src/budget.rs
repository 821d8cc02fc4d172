//! How many requests may be sent again: a share of those that come, and some a second beside them.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use model::RetryBudget;

/// One retry, in the thousandths that are counted in.
const ONE: i64 = 1000;
/// Retries saved up at most beside ten seconds of the minimum.
const SAVED: i64 = 100;

/// What is left of an upstream's budget.
pub(crate) struct Budget {
    saved: AtomicI64,
    /// When the minimum was last added, milliseconds.
    filled: AtomicU64,
}

impl Budget {
    pub(crate) fn new() -> Budget {
        Budget { saved: AtomicI64::new(0), filled: AtomicU64::new(u64::MAX) }
    }

    /// A request has come.
    pub(crate) fn deposit(&self, rules: &RetryBudget) {
        if self.saved.load(Relaxed) < most(rules) {
            self.saved.fetch_add(i64::from(rules.percent) * (ONE / 100), Relaxed);
        }
    }

    /// Whether one may be sent again; takes it from the budget.
    pub(crate) fn withdraw(&self, rules: &RetryBudget, now: u64) -> bool {
        let filled = self.filled.swap(now, Relaxed);
        let since = if filled == u64::MAX { 1000 } else { now.saturating_sub(filled).min(10_000) };
        let more = i64::from(rules.min_per_second) * since.cast_signed();
        if more > 0 {
            let room = (most(rules) - self.saved.load(Relaxed)).max(0);
            self.saved.fetch_add(more.min(room), Relaxed);
        }
        self.saved.fetch_update(Relaxed, Relaxed, |saved| (saved >= ONE).then_some(saved - ONE)).is_ok()
    }
}

fn most(rules: &RetryBudget) -> i64 {
    (i64::from(rules.min_per_second) * 10 + SAVED) * ONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_a_share_of_the_requests_and_some_a_second() {
        let rules = RetryBudget { percent: 20, min_per_second: 5 };
        let budget = Budget::new();
        let mut retries = 0;
        // 100 requests a second for ten seconds, each of which wants three retries.
        for request in 0..1000_u64 {
            budget.deposit(&rules);
            retries += (0..3).filter(|_| budget.withdraw(&rules, request * 10)).count();
        }
        assert!((240..=260).contains(&retries), "200 of the share and 50 of the minimum: {retries}");
    }

    #[test]
    fn an_upstream_with_few_requests_may_send_some_again() {
        let rules = RetryBudget { percent: 0, min_per_second: 2 };
        let budget = Budget::new();
        let at = |now: u64| (0..10).filter(|_| budget.withdraw(&rules, now)).count();
        assert_eq!((at(0), at(100), at(1000), at(3_600_000)), (2, 0, 2, 10), "it saves up, but not for ever");
        let none = RetryBudget { percent: 0, min_per_second: 0 };
        assert!(!Budget::new().withdraw(&none, 5));
    }
}
