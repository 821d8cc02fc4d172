//! From the workers to the collector: a bounded ring each, and one budget for details.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use model::event::{EventSink, ExchangeEvent};
use rtrb::{Consumer, Producer, RingBuffer};

/// How many calls a second carry their details, across all workers.
pub(crate) struct Budget {
    per_second: u64,
    /// The second (since 1970) in the upper 40 bits, calls so far in the lower 24.
    spent: AtomicU64,
}

const COUNT_BITS: u32 = 24;

impl Budget {
    pub(crate) fn new(per_second: u64) -> Budget {
        Budget { per_second: per_second.min((1 << COUNT_BITS) - 1), spent: AtomicU64::new(0) }
    }

    /// Takes one of this second's; a second that other workers have left counts as theirs.
    fn take(&self, second: u64) -> bool {
        self.spent
            .try_update(Relaxed, Relaxed, |spent| {
                let (current, count) = (spent >> COUNT_BITS, spent & ((1 << COUNT_BITS) - 1));
                if second > current {
                    return (self.per_second > 0).then_some(second << COUNT_BITS | 1);
                }
                (count < self.per_second).then_some(spent + 1)
            })
            .is_ok()
    }
}

/// A worker's end.
pub(crate) struct RingSink {
    ring: Producer<ExchangeEvent>,
    dropped: Arc<AtomicU64>,
    budget: Arc<Budget>,
    /// The second in which the budget was found used up, so that it is not asked again.
    exhausted: u64,
}

/// The collector's end.
pub(crate) struct Drain {
    ring: Consumer<ExchangeEvent>,
    dropped: Arc<AtomicU64>,
}

pub(crate) fn ring(capacity: usize, budget: Arc<Budget>) -> (RingSink, Drain) {
    let (producer, consumer) = RingBuffer::new(capacity.max(1));
    let dropped = Arc::new(AtomicU64::new(0));
    let sink = RingSink { ring: producer, dropped: Arc::clone(&dropped), budget, exhausted: 0 };
    (sink, Drain { ring: consumer, dropped })
}

impl EventSink for RingSink {
    fn record(&mut self, event: ExchangeEvent) {
        if self.ring.push(event).is_err() {
            self.dropped.fetch_add(1, Relaxed);
        }
    }

    fn wants_detail(&mut self, now: u64) -> bool {
        let second = now / 1_000;
        if self.exhausted == second {
            return false;
        }
        let granted = self.budget.take(second);
        if !granted {
            self.exhausted = second;
        }
        granted
    }
}

impl Drain {
    /// Takes what is there now; what comes meanwhile waits for the next time. Returns how many events were dropped since.
    pub(crate) fn take(&mut self, mut each: impl FnMut(ExchangeEvent)) -> u64 {
        let slots = self.ring.slots();
        if let Ok(there) = self.ring.read_chunk(slots) {
            there.into_iter().for_each(&mut each);
        }
        self.dropped.swap(0, Relaxed)
    }

    /// Whether its worker is gone and nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        // In this order: what is pushed before the worker goes is seen.
        self.ring.is_abandoned() && self.ring.is_empty() && self.dropped.load(Relaxed) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_shared_by_workers_and_renewed_each_second() {
        let budget = Arc::new(Budget::new(10));
        let (mut a, _drain_a) = ring(1, Arc::clone(&budget));
        let (mut b, _drain_b) = ring(1, budget);
        let granted = |sink: &mut RingSink, now| (0..8).filter(|_| sink.wants_detail(now)).count();
        assert_eq!(granted(&mut a, 5_000) + granted(&mut b, 5_999), 10);
        assert_eq!(granted(&mut a, 5_500), 0);
        assert_eq!(granted(&mut b, 6_000), 8);
        assert_eq!(granted(&mut a, 5_900), 0, "a clock behind does not renew it");
        assert_eq!(granted(&mut a, 6_100), 2);
    }

    #[test]
    fn no_budget_grants_nothing() {
        let (mut sink, _drain) = ring(1, Arc::new(Budget::new(0)));
        assert!(!sink.wants_detail(7_000));
    }
}
