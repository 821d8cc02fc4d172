//! Deadlines that cost nothing until they pass.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Wake, Waker},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that moves on with every exchange. The timer behind it is set again only when it fires too early or is set too
/// late, so that moving it on costs nothing.
#[derive(Default)]
pub(crate) struct Alarm(Option<Set>);

struct Set {
    timer: Pin<Box<Sleep>>,
    at: Instant,
    fired: Arc<Fired>,
    waker: Waker,
}

/// What the timer wakes: whatever task waits now.
struct Fired {
    rang: AtomicBool,
    task: Mutex<Waker>,
}

impl Wake for Fired {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rang.store(true, Relaxed);
        self.task.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
    }
}

impl Alarm {
    /// Whether the deadline has passed; if not, the task is woken when it does.
    pub(crate) fn is_due(&mut self, deadline: Instant, cx: &Context<'_>) -> bool {
        let Some(set) = &mut self.0 else {
            let fired =
                Arc::new(Fired { rang: AtomicBool::new(false), task: Mutex::new(cx.waker().clone()) });
            let waker = Waker::from(Arc::clone(&fired));
            let set =
                self.0.insert(Set { timer: Box::pin(sleep_until(deadline)), at: deadline, fired, waker });
            return set.poll();
        };
        {
            let mut task = set.fired.task.lock().unwrap_or_else(PoisonError::into_inner);
            if !task.will_wake(cx.waker()) {
                task.clone_from(cx.waker());
            }
        }
        if set.at <= deadline && !set.fired.rang.load(Relaxed) {
            return false;
        }
        set.fired.rang.store(false, Relaxed);
        set.timer.as_mut().reset(deadline);
        set.at = deadline;
        set.poll()
    }
}

impl Set {
    fn poll(&mut self) -> bool {
        let due = self.timer.as_mut().poll(&mut Context::from_waker(&self.waker)).is_ready();
        if due {
            // Whoever asks again gets a timer that is set.
            self.fired.rang.store(true, Relaxed);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, task::Poll, time::Duration};

    use super::*;

    async fn is_due(alarm: &mut Alarm, deadline: Instant) -> bool {
        poll_fn(|cx| Poll::Ready(alarm.is_due(deadline, cx))).await
    }

    async fn ring(alarm: &mut Alarm, deadline: Instant) {
        poll_fn(|cx| if alarm.is_due(deadline, cx) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_moved_on_rings_at_the_last_deadline() {
        let mut alarm = Alarm::default();
        let start = Instant::now();
        assert!(!is_due(&mut alarm, start + Duration::from_secs(1)).await);
        tokio::time::advance(Duration::from_millis(900)).await;
        ring(&mut alarm, start + Duration::from_secs(5)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_deadline_replaces_a_later_one() {
        let mut alarm = Alarm::default();
        let start = Instant::now();
        assert!(!is_due(&mut alarm, start + Duration::from_secs(60)).await);
        ring(&mut alarm, start + Duration::from_secs(2)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
        ring(&mut alarm, start + Duration::from_secs(3)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3), "it can be set again after it rang");
    }
}
