//! What the connections of a thread share without a lock: memory, chance, and the time at which a turn began.

use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, UNIX_EPOCH},
};

use bytes::BytesMut;
use head::Headers;
use tokio::time::Instant;

use crate::h1::line::READ;

/// Buffers kept at most.
const BUFFERS: usize = 256;
/// Heads whose memory is kept at most, and how large they may be, bytes.
const HEADS: usize = 256;
const HEAD: usize = 4 << 10;
/// The largest buffer kept, bytes.
const BUFFER: usize = 64 << 10;

/// The value of `Date`, made once a second.
#[derive(Clone, Copy)]
struct Date {
    second: u64,
    text: [u8; 29],
}

/// Whether a task is being polled, and when it first asked for the time.
#[derive(Clone, Copy)]
enum Clock {
    Outside,
    Inside(Option<Instant>),
}

thread_local! {
    static CLOCK: Cell<Clock> = const { Cell::new(Clock::Outside) };
    static DATE: Cell<Date> = const { Cell::new(Date { second: u64::MAX, text: [0; 29] }) };
    /// Memory of connections on which nothing happens, for those on which something does.
    static MEMORY: RefCell<Vec<(BytesMut, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
    /// Memory of heads that are written, for those that come.
    static WRITTEN: RefCell<Vec<Headers>> = const { RefCell::new(Vec::new()) };
}

/// Runs a task in turns: within one poll of it, [`now`] reads the clock once.
pub(crate) fn in_turns<F: Future>(task: F) -> InTurns<F> {
    InTurns(Box::pin(task))
}

/// A task that runs in turns.
pub(crate) struct InTurns<F>(Pin<Box<F>>);

impl<F: Future> Future for InTurns<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        CLOCK.set(Clock::Inside(None));
        let _turn = Turn;
        self.0.as_mut().poll(cx)
    }
}

/// Ends a turn, even one that panics.
struct Turn;

impl Drop for Turn {
    fn drop(&mut self) {
        CLOCK.set(Clock::Outside);
    }
}

/// The time. A task that runs in turns sees it stand still within one: some microseconds, in which nothing is waited for.
pub(crate) fn now() -> Instant {
    match CLOCK.get() {
        Clock::Inside(Some(at)) => at,
        Clock::Inside(None) => {
            let at = Instant::now();
            CLOCK.set(Clock::Inside(Some(at)));
            at
        }
        Clock::Outside => Instant::now(),
    }
}

/// The value of `Date` at so many seconds since 1970 (RFC 9110 §6.6.1).
pub(crate) fn date(second: u64) -> [u8; 29] {
    let mut date = DATE.get();
    if date.second != second {
        date.second = second;
        let time = UNIX_EPOCH + Duration::from_secs(second);
        date.text.copy_from_slice(httpdate::fmt_http_date(time).as_bytes());
        DATE.set(date);
    }
    date.text
}

/// Memory for a connection on which something happens: what is read, what is written.
pub(crate) fn take_buffers() -> (BytesMut, Vec<u8>) {
    let kept = MEMORY.with_borrow_mut(Vec::pop);
    kept.unwrap_or_else(|| (BytesMut::with_capacity(READ), Vec::with_capacity(2048)))
}

pub(crate) fn keep_buffers(mut read: BytesMut, write: Vec<u8>) {
    // What is still referred to, or grew large, is not kept.
    if read.try_reclaim(READ) && read.capacity() <= BUFFER && write.capacity() <= BUFFER {
        MEMORY.with_borrow_mut(|kept| {
            if kept.len() < BUFFERS {
                kept.push((read, write));
            }
        });
    }
}

/// Memory for the head of a message.
pub(crate) fn take_head() -> Headers {
    WRITTEN.with_borrow_mut(Vec::pop).unwrap_or_default()
}

pub(crate) fn keep_head(head: Headers) {
    if head.capacity() <= HEAD {
        WRITTEN.with_borrow_mut(|kept| {
            if kept.len() < HEADS {
                kept.push(head);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_stands_still_within_a_turn_and_goes_on_with_the_next() {
        let start = now();
        let (first, second) = in_turns(async {
            let first = now();
            tokio::time::sleep(Duration::from_secs(3)).await;
            (first, now())
        })
        .await;
        assert_eq!((first, second), (start, start + Duration::from_secs(3)));
        assert!(matches!(CLOCK.get(), Clock::Outside));
    }

    #[test]
    fn a_date_is_that_of_its_second() {
        assert_eq!(&date(0), b"Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(&date(784_111_777), b"Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(&date(0), b"Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
