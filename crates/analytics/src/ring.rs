//! From the workers to the collector: a bounded list each, and one budget for details.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use model::event::{EventSink, ExchangeEvent};

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

/// What a worker hands over. The worker only ever tries the lock, and the collector holds it no longer than it takes to swap two
/// lists: one of a few events that the worker writes over and over stays in the core's cache, which a ring of all that may
/// have to wait would walk out of.
#[derive(Default)]
struct Handover {
    events: Mutex<Vec<ExchangeEvent>>,
    dropped: AtomicU64,
}

/// A worker's end.
pub(crate) struct RingSink {
    handover: Arc<Handover>,
    /// Events that came just when the collector held the lock.
    held_back: Vec<ExchangeEvent>,
    /// Events that may wait.
    capacity: usize,
    budget: Arc<Budget>,
    /// The second in which the budget was found used up, so that it is not asked again.
    exhausted: u64,
}

/// The collector's end.
pub(crate) struct Drain {
    handover: Arc<Handover>,
    /// What the worker writes into after the next [`Drain::take`].
    spare: Vec<ExchangeEvent>,
}

/// Events for which room is kept between two times.
const ROOM: usize = 1_024;

pub(crate) fn ring(capacity: usize, budget: Arc<Budget>) -> (RingSink, Drain) {
    let handover = Arc::new(Handover::default());
    let sink = RingSink {
        handover: Arc::clone(&handover),
        held_back: Vec::new(),
        capacity: capacity.max(1),
        budget,
        exhausted: 0,
    };
    (sink, Drain { handover, spare: Vec::new() })
}

fn lock(events: &Mutex<Vec<ExchangeEvent>>) -> MutexGuard<'_, Vec<ExchangeEvent>> {
    events.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EventSink for RingSink {
    fn record(&mut self, event: ExchangeEvent) {
        let Ok(mut events) = self.handover.events.try_lock() else {
            match self.held_back.len() < self.capacity {
                true => self.held_back.push(event),
                false => _ = self.handover.dropped.fetch_add(1, Relaxed),
            }
            return;
        };
        if !self.held_back.is_empty() {
            events.append(&mut self.held_back);
        }
        match events.len() < self.capacity {
            true => events.push(event),
            false => _ = self.handover.dropped.fetch_add(1, Relaxed),
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

impl Drop for RingSink {
    fn drop(&mut self) {
        lock(&self.handover.events).append(&mut self.held_back);
    }
}

impl Drain {
    /// Takes what is there now; what comes meanwhile waits for the next time. Returns how many events were dropped since.
    pub(crate) fn take(&mut self, each: impl FnMut(ExchangeEvent)) -> u64 {
        std::mem::swap(&mut *lock(&self.handover.events), &mut self.spare);
        self.spare.drain(..).for_each(each);
        self.spare.shrink_to(ROOM);
        self.handover.dropped.swap(0, Relaxed)
    }

    /// Whether its worker is gone and nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        // In this order: what the worker leaves before it goes is seen.
        Arc::strong_count(&self.handover) == 1
            && lock(&self.handover.events).is_empty()
            && self.handover.dropped.load(Relaxed) == 0
    }
}

#[cfg(test)]
mod tests {
    use model::event::{Breach, Fault, Spoken};

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

    fn event(at: u64) -> ExchangeEvent {
        ExchangeEvent {
            at,
            target: None,
            caller: None,
            subscription: None,
            plan: None,
            method: http::Method::GET,
            protocol: Spoken::Http11,
            status: 200,
            problem: None,
            fault: Fault::None,
            duration_us: 1,
            upstream_us: 1,
            bytes_in: 0,
            bytes_out: 0,
            attempts: 1,
            hedges: 0,
            branch: None,
            cache: None,
            breach: Breach::default(),
            observed: None,
            detail: None,
        }
    }

    fn taken(drain: &mut Drain) -> (Vec<u64>, u64) {
        let mut at = Vec::new();
        let dropped = drain.take(|event| at.push(event.at));
        (at, dropped)
    }

    #[test]
    fn events_come_in_their_order_also_those_recorded_while_the_collector_held_the_lock() {
        let (mut sink, mut drain) = ring(8, Arc::new(Budget::new(0)));
        sink.record(event(1));
        let handover = Arc::clone(&drain.handover);
        let held = lock(&handover.events);
        sink.record(event(2));
        sink.record(event(3));
        drop(held);
        sink.record(event(4));
        assert_eq!(taken(&mut drain), (vec![1, 2, 3, 4], 0));
        assert_eq!(taken(&mut drain), (vec![], 0));
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_counted() {
        let (mut sink, mut drain) = ring(2, Arc::new(Budget::new(0)));
        (1..=5).for_each(|at| sink.record(event(at)));
        assert_eq!(taken(&mut drain), (vec![1, 2], 3));
        sink.record(event(6));
        assert_eq!(taken(&mut drain), (vec![6], 0));
    }

    #[test]
    fn a_worker_that_goes_leaves_what_it_held_back() {
        let (mut sink, mut drain) = ring(8, Arc::new(Budget::new(0)));
        let handover = Arc::clone(&drain.handover);
        let held = lock(&handover.events);
        sink.record(event(1));
        drop(held);
        drop(handover);
        drop(sink);
        assert!(!drain.is_done());
        assert_eq!(taken(&mut drain), (vec![1], 0));
        assert!(drain.is_done());
    }

    #[test]
    fn no_budget_grants_nothing() {
        let (mut sink, _drain) = ring(1, Arc::new(Budget::new(0)));
        assert!(!sink.wants_detail(7_000));
    }
}
