//! Deadlines that cost nothing until they pass, and wakeups that cost nothing while their task runs.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Wakes whatever task drives a connection now. While that task is at it, a wakeup only leaves a mark: the task looks again
/// before it leaves, instead of being scheduled once more.
#[derive(Default)]
pub(crate) struct Nudge {
    task: Mutex<Option<Waker>>,
    driving: AtomicBool,
    nudged: AtomicBool,
    /// Whether the peer sent anything since this was last cleared.
    pub(crate) heard: AtomicBool,
}

/// Turns of one drive; past them the task yields to others.
const TURNS: usize = 8;

impl Nudge {
    /// From now on this task is woken.
    pub(crate) fn attach(&self, waker: &Waker) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *task = Some(waker.clone());
        }
    }

    /// Nobody is woken any more.
    pub(crate) fn detach(&self) {
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Polls until nothing moves any more.
    pub(crate) fn drive<T>(&self, mut poll: impl FnMut() -> Poll<T>) -> Poll<T> {
        self.driving.store(true, Ordering::SeqCst);
        let mut result = Poll::Pending;
        for _ in 0..TURNS {
            self.nudged.store(false, Ordering::SeqCst);
            result = poll();
            if result.is_ready() || !self.nudged.load(Ordering::SeqCst) {
                break;
            }
        }
        self.driving.store(false, Ordering::SeqCst);
        if result.is_pending() && self.nudged.load(Ordering::SeqCst) {
            self.wake_task();
        }
        result
    }

    fn wake_task(&self) {
        if let Some(task) = &*self.task.lock().unwrap_or_else(PoisonError::into_inner) {
            task.wake_by_ref();
        }
    }
}

impl Wake for Nudge {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.nudged.store(true, Ordering::SeqCst);
        if !self.driving.load(Ordering::SeqCst) {
            self.wake_task();
        }
    }
}

/// A deadline that moves on with every exchange. The timer behind it is set again only when it fires too early or is set too
/// late, so that moving it on costs nothing.
pub(crate) struct Alarm {
    fired: Arc<Fired>,
    waker: Waker,
    timer: Option<(Pin<Box<Sleep>>, Instant)>,
}

struct Fired {
    flag: AtomicBool,
    nudge: Arc<Nudge>,
}

impl Wake for Fired {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.flag.store(true, Ordering::SeqCst);
        self.nudge.wake_by_ref();
    }
}

impl Alarm {
    pub(crate) fn new(nudge: Arc<Nudge>) -> Alarm {
        let fired = Arc::new(Fired { flag: AtomicBool::new(false), nudge });
        Alarm { waker: Waker::from(Arc::clone(&fired)), fired, timer: None }
    }

    /// Whether the deadline has passed; if not, the task is woken when it does.
    pub(crate) fn is_due(&mut self, deadline: Instant) -> bool {
        let set_for = self.timer.as_ref().map(|(_, at)| *at);
        let must_set =
            set_for.is_none_or(|at| at > deadline) || self.fired.flag.swap(false, Ordering::SeqCst);
        if !must_set {
            return false;
        }
        let timer = match &mut self.timer {
            Some((timer, at)) => {
                timer.as_mut().reset(deadline);
                *at = deadline;
                timer
            }
            None => &mut self.timer.insert((Box::pin(sleep_until(deadline)), deadline)).0,
        };
        let due = timer.as_mut().poll(&mut Context::from_waker(&self.waker)).is_ready();
        if due {
            self.timer = None;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, time::Duration};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_alarm_that_is_moved_on_rings_at_the_last_deadline() {
        let nudge = Arc::new(Nudge::default());
        let mut alarm = Alarm::new(Arc::clone(&nudge));
        let start = Instant::now();
        assert!(!alarm.is_due(start + Duration::from_secs(1)));
        tokio::time::advance(Duration::from_millis(900)).await;
        let last = start + Duration::from_secs(5);
        poll_fn(|cx| {
            nudge.attach(cx.waker());
            if alarm.is_due(last) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_deadline_replaces_a_later_one() {
        let nudge = Arc::new(Nudge::default());
        let mut alarm = Alarm::new(Arc::clone(&nudge));
        let start = Instant::now();
        assert!(!alarm.is_due(start + Duration::from_secs(60)));
        poll_fn(|cx| {
            nudge.attach(cx.waker());
            if alarm.is_due(start + Duration::from_secs(2)) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }
}
