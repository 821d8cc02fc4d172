//! Deadlines that cost nothing until they pass.

use std::{pin::Pin, task::Context};

use tokio::time::{Instant, Sleep, sleep_until};

use crate::bell::Bell;

/// A deadline that moves on with every exchange. The timer behind it is set again only when it fires too early or is set too
/// late, so that moving it on costs nothing.
#[derive(Default)]
pub(crate) struct Alarm(Option<Set>);

struct Set {
    timer: Pin<Box<Sleep>>,
    at: Instant,
    bell: Bell,
}

impl Alarm {
    /// Whether the deadline has passed; if not, the task is woken when it does.
    pub(crate) fn is_due(&mut self, deadline: Instant, cx: &Context<'_>) -> bool {
        let Some(set) = &mut self.0 else {
            let timer = Box::pin(sleep_until(deadline));
            return self.0.insert(Set { timer, at: deadline, bell: Bell::of(cx) }).poll();
        };
        set.bell.ring_for(cx);
        if set.at <= deadline && !set.bell.rang() {
            return false;
        }
        set.bell.silence();
        set.timer.as_mut().reset(deadline);
        set.at = deadline;
        set.poll()
    }
}

impl Set {
    fn poll(&mut self) -> bool {
        let due = self.timer.as_mut().poll(&mut Context::from_waker(self.bell.waker())).is_ready();
        if due {
            // Whoever asks again gets a timer that is set.
            self.bell.ring();
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
