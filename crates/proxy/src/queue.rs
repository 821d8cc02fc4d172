//! The line of requests that wait for their turn at an upstream: of bounded length, and nobody waits for long.

use std::{
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use model::UpstreamLimits;
use tokio::time::{Instant, timeout_at};

use crate::care::CareState;

/// Why a request got no turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoTurn {
    #[error("as many requests as may are waiting for the upstream already")]
    LineFull,
    #[error("no turn came while the request waited for the upstream")]
    WaitedTooLong,
}

/// Takes what `take` gives, at once or when its turn comes; until then it gives nothing.
pub(crate) async fn wait_for<T>(
    state: &CareState,
    limits: &UpstreamLimits,
    total: Instant,
    mut take: impl FnMut() -> Option<T>,
) -> Result<T, NoTurn> {
    // Whoever waits already goes first.
    if state.pending.load(Relaxed) == 0
        && let Some(taken) = take()
    {
        return Ok(taken);
    }
    let refused = |why| {
        state.counts.overloaded.fetch_add(1, Relaxed);
        Err(why)
    };
    if !CareState::take(&state.pending, limits.max_pending) {
        return refused(NoTurn::LineFull);
    }
    let _place = Place(&state.pending);
    let deadline = total.min(Instant::now() + limits.pending_timeout.0);
    loop {
        let mut room = pin!(state.room.notified());
        // From here on nothing that becomes free is missed.
        room.as_mut().enable();
        if let Some(taken) = take() {
            return Ok(taken);
        }
        if timeout_at(deadline, room).await.is_err() {
            return refused(NoTurn::WaitedTooLong);
        }
    }
}

/// A place in the line.
struct Place<'a>(&'a AtomicU32);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use model::Span;

    use super::*;
    use crate::care::Permit;

    fn limits(max_pending: u32) -> UpstreamLimits {
        UpstreamLimits { max_pending, pending_timeout: Span::secs(2), ..UpstreamLimits::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_its_turn_but_not_for_ever_and_not_in_any_number() {
        let state = Arc::new(CareState::new());
        let limits = limits(2);
        let far = Instant::now() + Duration::from_secs(60);
        let turn = || wait_for(&state, &limits, far, || Permit::take(&state, 1));
        let first = turn().await.unwrap();
        let began = Instant::now();
        let (second, third, fourth, freed) = tokio::join!(turn(), turn(), turn(), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(first);
        });
        let ((), second) = (freed, second.unwrap());
        assert_eq!((third.err(), fourth.err()), (Some(NoTurn::WaitedTooLong), Some(NoTurn::LineFull)));
        assert_eq!(began.elapsed(), Duration::from_secs(2));
        assert_eq!(state.pending.load(Relaxed), 0);
        drop(second);
        assert!(turn().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_is_not_taken_goes_to_the_next() {
        let state = Arc::new(CareState::new());
        let limits = limits(9);
        let far = Instant::now() + Duration::from_secs(60);
        let first = Permit::take(&state, 1).unwrap();
        let gone = tokio::spawn({
            let state = Arc::clone(&state);
            async move { wait_for(&state, &limits, far, || Permit::take(&state, 1)).await.is_ok() }
        });
        let waits = tokio::spawn({
            let state = Arc::clone(&state);
            async move { wait_for(&state, &limits, far, || Permit::take(&state, 1)).await.is_ok() }
        });
        tokio::task::yield_now().await;
        drop(first);
        gone.abort();
        assert!(waits.await.unwrap());
    }
}
