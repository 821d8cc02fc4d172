//! What came on a stream and is not read yet: the body of a request, or of a response. Shared by the task of the connection and
//! whoever reads.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::HeaderMap;
use policy::Frame;

use crate::worker::lock;

/// What came on a stream and is not read yet. Bounded by the stream's window.
#[derive(Default)]
pub(crate) struct Inbox {
    pieces: VecDeque<Bytes>,
    trailers: Option<HeaderMap>,
    state: State,
    /// What was announced and is not read yet.
    announced: Option<u64>,
    /// Read or thrown away, and not told to the sender yet.
    taken: u32,
    /// Nobody reads any more.
    closed: bool,
    /// The sender waits for 100 (Continue).
    owes_continue: bool,
    /// Someone waits for what such a sender holds back.
    asked: bool,
    reader: Option<Waker>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Ended,
    Broken,
}

/// The stream ended before its content did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream was reset")]
pub(crate) struct Reset;

pub(crate) type SharedInbox = Arc<Mutex<Inbox>>;

impl Inbox {
    pub(crate) fn new(announced: Option<u64>, owes_continue: bool) -> SharedInbox {
        Arc::new(Mutex::new(Inbox { announced, owes_continue, ..Inbox::default() }))
    }

    /// So much will come.
    pub(crate) fn announce(&mut self, length: Option<u64>) {
        self.announced = length;
    }

    /// Something came.
    pub(crate) fn push(&mut self, piece: Bytes) {
        self.owes_continue = false;
        if self.closed {
            self.taken += piece.len() as u32;
        } else if !piece.is_empty() {
            self.pieces.push_back(piece);
        }
    }

    /// All has come.
    pub(crate) fn end(&mut self, trailers: Option<HeaderMap>) {
        self.owes_continue = false;
        self.state = State::Ended;
        self.trailers = trailers.filter(|trailers| !trailers.is_empty());
    }

    /// No more comes, though there should.
    pub(crate) fn break_off(&mut self) {
        if self.state == State::Open {
            self.state = State::Broken;
        }
    }

    /// Who waits for what comes.
    pub(crate) fn take_reader(&mut self) -> Option<Waker> {
        self.reader.take()
    }

    /// What was taken since last asked, to be told to the sender.
    pub(crate) fn take_taken(&mut self) -> u32 {
        std::mem::take(&mut self.taken)
    }

    /// Whether the sender is to be told to go on, now.
    pub(crate) fn take_asked(&mut self) -> bool {
        let asked = self.asked && self.owes_continue;
        self.asked = false;
        self.owes_continue &= !asked;
        asked
    }

    /// Nobody reads any more: what came is thrown away.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.taken += self.pieces.drain(..).map(|piece| piece.len() as u32).sum::<u32>();
        self.reader = None;
    }

    /// Whether all was read.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Ended && self.pieces.is_empty() && self.trailers.is_none()
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Reset>>> {
        if let Some(piece) = self.pieces.pop_front() {
            self.taken += piece.len() as u32;
            if let Some(left) = &mut self.announced {
                *left = left.saturating_sub(piece.len() as u64);
            }
            return Poll::Ready(Some(Ok(Frame::Data(piece))));
        }
        match self.state {
            State::Ended => Poll::Ready(self.trailers.take().map(|trailers| Ok(Frame::Trailers(trailers)))),
            State::Broken => Poll::Ready(Some(Err(Reset))),
            State::Open => {
                self.asked = true;
                match &mut self.reader {
                    Some(reader) => reader.clone_from(cx.waker()),
                    None => self.reader = Some(cx.waker().clone()),
                }
                Poll::Pending
            }
        }
    }

    /// Bytes still to be read, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        match self.state {
            // All has come. Trailers are only sent after content whose length was not told.
            State::Ended if self.announced.is_none() && self.trailers.is_none() => {
                Some(self.pieces.iter().map(|piece| piece.len() as u64).sum())
            }
            _ => self.announced,
        }
    }
}

/// The reader's end.
pub(crate) struct StreamBody(pub(crate) SharedInbox);

impl StreamBody {
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Reset>>> {
        lock(&self.0).poll(cx)
    }

    /// Whether nothing more comes, and how much does where that is known.
    pub(crate) fn remaining(&self) -> (bool, Option<u64>) {
        let inbox = lock(&self.0);
        (inbox.is_done(), inbox.remaining())
    }
}

impl Drop for StreamBody {
    fn drop(&mut self) {
        lock(&self.0).close();
    }
}
