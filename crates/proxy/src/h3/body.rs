//! The body of a request, taken from its stream by whoever reads it: as fast as that is, the client may send.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::HeaderMap;
use policy::Frame;
use quinn::RecvStream;

use super::{
    connection::Connection,
    frame::{Code, Piece, Reader, is_known, kind},
    qpack,
};
use crate::{
    calm,
    h1::line::READ_BODY,
    h2::request::{TRAILERS_TEXT, Trailers},
};

/// What the reader of a request's body and the task of its stream tell each other.
#[derive(Default)]
pub(crate) struct Asked {
    /// Someone waits for what a client holds back until it is told to go on.
    pub(crate) go_on: AtomicBool,
    /// The client did wrong, and the stream ends.
    pub(crate) is_malformed: AtomicBool,
}

/// The frames of a stream.
pub(crate) struct Frames {
    recv: RecvStream,
    came: Bytes,
    reader: Reader,
    connection: Arc<Connection>,
}

/// What came next on a stream.
pub(crate) enum Next {
    Data(Bytes),
    Fields(Vec<u8>),
    /// Fields that are more than there may be.
    TooLarge,
    End,
    /// It was reset, or its connection is over.
    Gone,
}

impl Frames {
    pub(crate) fn new(recv: RecvStream, connection: Arc<Connection>) -> Frames {
        Frames { recv, came: Bytes::new(), reader: Reader::default(), connection }
    }

    /// The next frame, or piece of one. Fields have `most` bytes at most.
    pub(crate) fn poll(&mut self, most: usize, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            match self.reader.next(&mut self.came, most) {
                Piece::Data(piece) => return Poll::Ready(Next::Data(piece)),
                Piece::Whole(kind::HEADERS, fields) => return Poll::Ready(Next::Fields(fields)),
                Piece::TooLarge(kind::HEADERS) => return Poll::Ready(Next::TooLarge),
                Piece::TooLarge(kind) if !is_known(kind) => {
                    self.connection.fail(Code::EXCESSIVE_LOAD);
                    return Poll::Ready(Next::Gone);
                }
                Piece::Whole(..) | Piece::TooLarge(_) => {
                    self.connection.fail(Code::FRAME_UNEXPECTED);
                    return Poll::Ready(Next::Gone);
                }
                Piece::Nothing if self.connection.spend(calm::FRAME) => {}
                Piece::Nothing => return Poll::Ready(Next::Gone),
                Piece::More => {
                    let reading = pin!(self.recv.read_chunk(READ_BODY, true));
                    match std::task::ready!(reading.poll(cx)) {
                        Ok(Some(chunk)) => self.came = chunk.bytes,
                        Ok(None) if self.reader.is_within() => {
                            self.connection.fail(Code::FRAME);
                            return Poll::Ready(Next::Gone);
                        }
                        Ok(None) => return Poll::Ready(Next::End),
                        Err(_) => return Poll::Ready(Next::Gone),
                    }
                }
            }
        }
    }

    /// What of it comes is not wanted.
    pub(crate) fn stop(&mut self, code: Code) {
        // It may have ended, or been reset.
        let _ = self.recv.stop(code.number());
    }
}

/// The body of a request.
pub(crate) struct QuicBody {
    frames: Frames,
    asked: Arc<Asked>,
    /// A piece that was looked for before anyone asked.
    ahead: Option<Bytes>,
    trailers: Option<HeaderMap>,
    has_trailers: bool,
    state: State,
    /// What is to come of the length the request announced.
    announced: Option<u64>,
    /// The client waits for 100 (Continue).
    owes_continue: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// The client has ended its side.
    Ended,
    Broken,
}

impl QuicBody {
    pub(crate) fn new(
        frames: Frames,
        asked: Arc<Asked>,
        announced: Option<u64>,
        owes_continue: bool,
    ) -> QuicBody {
        QuicBody {
            frames,
            asked,
            ahead: None,
            trailers: None,
            has_trailers: false,
            state: State::Open,
            announced,
            owes_continue,
        }
    }

    /// Whether there is any content; ready when that is known.
    pub(crate) fn poll_has_content(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        match std::task::ready!(self.poll_next(cx)) {
            Some(Ok(Frame::Data(piece))) => {
                self.ahead = Some(piece);
                Poll::Ready(true)
            }
            Some(Ok(Frame::Trailers(trailers))) => {
                self.trailers = Some(trailers);
                Poll::Ready(true)
            }
            Some(Err(())) => Poll::Ready(true),
            None => Poll::Ready(false),
        }
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>> {
        if let Some(piece) = self.ahead.take() {
            return Poll::Ready(Some(Ok(Frame::Data(piece))));
        }
        let polled = self.poll_next(cx);
        if polled.is_pending() && self.owes_continue {
            self.owes_continue = false;
            self.asked.go_on.store(true, Relaxed);
        }
        polled
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, ()>>> {
        loop {
            match self.state {
                State::Open => {}
                State::Ended => {
                    return Poll::Ready(self.trailers.take().map(|trailers| Ok(Frame::Trailers(trailers))));
                }
                State::Broken => return Poll::Ready(Some(Err(()))),
            }
            // A block of fields that are short may still be as long as fields are.
            match std::task::ready!(self.frames.poll(TRAILERS_TEXT * 2, cx)) {
                Next::Data(_) | Next::Fields(_) | Next::TooLarge if self.has_trailers => {
                    self.frames.connection.fail(Code::FRAME_UNEXPECTED);
                    self.state = State::Broken;
                }
                Next::Data(piece) => {
                    self.owes_continue = false;
                    let Some(left) = &mut self.announced else {
                        return Poll::Ready(Some(Ok(Frame::Data(piece))));
                    };
                    match left.checked_sub(piece.len() as u64) {
                        Some(now) => {
                            *left = now;
                            return Poll::Ready(Some(Ok(Frame::Data(piece))));
                        }
                        // Longer than its head said (RFC 9114 §4.1.2).
                        None => self.is_malformed(),
                    }
                }
                Next::Fields(block) => match self.read_trailers(&block) {
                    Some(trailers) => {
                        self.has_trailers = true;
                        self.trailers = Some(trailers).filter(|trailers| !trailers.is_empty());
                    }
                    None => self.is_malformed(),
                },
                Next::TooLarge => self.is_malformed(),
                Next::End if self.announced.is_some_and(|left| left > 0) => self.is_malformed(),
                Next::End => self.state = State::Ended,
                Next::Gone => self.state = State::Broken,
            }
        }
    }

    fn read_trailers(&self, block: &[u8]) -> Option<HeaderMap> {
        let mut fields = Trailers::default();
        if qpack::decode(block, |line| fields.line(line)).is_err() {
            self.frames.connection.fail(Code::DECOMPRESSION);
            return None;
        }
        fields.finish().ok()
    }

    fn is_malformed(&mut self) {
        self.state = State::Broken;
        self.asked.is_malformed.store(true, Relaxed);
        self.frames.stop(Code::MESSAGE);
    }

    /// Whether nothing more comes, and how much does where that is known.
    pub(crate) fn remaining(&self) -> (bool, Option<u64>) {
        let has_all = self.state == State::Ended && self.trailers.is_none();
        let ahead = self.ahead.as_ref().map_or(0, |piece| piece.len() as u64);
        (has_all && ahead == 0, self.announced.map(|left| left + ahead))
    }
}

impl Drop for QuicBody {
    fn drop(&mut self) {
        if self.state != State::Open {
            return;
        }
        // Its end may have come without anyone looking.
        let mut cx = Context::from_waker(Waker::noop());
        if self.poll_next(&mut cx).is_pending() || self.state == State::Open {
            self.frames.stop(Code::NO_ERROR);
        }
    }
}
