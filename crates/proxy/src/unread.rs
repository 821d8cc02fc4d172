//! Answers in HTTP/2 that their client does not read: found by looking round the connection now and then, and given up.
//!
//! A stream without flow-control window is not asked for the next piece of its body, so that a body cannot time its reader itself.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::{lane::BodyEnded, reply::ReplyBody, worker::lock};

/// The answers under way on one connection.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Vec<Weak<Mutex<Answer>>>>);

/// The body of an answer as hyper reads it.
pub(crate) struct Watched(Arc<Mutex<Answer>>);

struct Answer {
    /// Absent when it was given up.
    body: Option<ReplyBody>,
    reader: Reader,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The next piece was asked for and has not come yet.
    Waits,
    /// Has something to read.
    Reads,
    /// Had something to read when last looked at.
    Pauses,
}

impl Answers {
    pub(crate) fn watch(&self, body: ReplyBody) -> Watched {
        let answer = Arc::new(Mutex::new(Answer { body: Some(body), reader: Reader::Reads }));
        let mut answers = lock(&self.0);
        if answers.len() == answers.capacity() {
            answers.retain(|answer| answer.strong_count() > 0);
        }
        answers.push(Arc::downgrade(&answer));
        Watched(answer)
    }

    /// Gives up what was not read since the last look.
    pub(crate) fn look(&self) {
        let mut given_up = Vec::new();
        lock(&self.0).retain(|answer| {
            let Some(answer) = answer.upgrade() else { return false };
            let mut answer = lock(&answer);
            match answer.reader {
                Reader::Waits => {}
                Reader::Reads => answer.reader = Reader::Pauses,
                Reader::Pauses => given_up.extend(answer.body.take()),
            }
            answer.body.is_some()
        });
        given_up.iter_mut().for_each(ReplyBody::is_not_read);
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = BodyEnded;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyEnded>>> {
        let mut answer = lock(&self.0);
        answer.reader = Reader::Waits;
        let Some(body) = &mut answer.body else { return Poll::Ready(Some(Err(BodyEnded::NotRead))) };
        let polled = ready!(Pin::new(body).poll_frame(cx));
        answer.reader = Reader::Reads;
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0).body.as_ref().is_some_and(ReplyBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0).body.as_ref().map_or_else(SizeHint::new, ReplyBody::size_hint)
    }
}
