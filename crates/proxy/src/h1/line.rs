//! A client's connection: what came and is not read yet, what goes out. Shared by the task of the connection and the body of the
//! request it reads.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use head::Headers;
use policy::Frame;
use tokio_util::io::poll_read_buf;

use super::{
    decode::{Decoder, Piece},
    out::Out,
};
use crate::{bell::Bell, thread, wire::Wire};

/// What one read of a head takes at most, bytes.
pub(crate) const READ: usize = 8 << 10;
/// What one read of a body takes at most.
pub(crate) const READ_BODY: usize = 32 << 10;

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A client's connection.
pub(crate) struct Line {
    pub(crate) wire: Wire,
    /// What came and is not read yet.
    pub(crate) buf: BytesMut,
    pub(crate) out: Out,
    /// Where in the body of the request under way its reader is.
    pub(crate) body: Decoder,
    /// Whether the client still waits for 100 (Continue).
    pub(crate) owes_continue: bool,
    /// Memory for the next head.
    pub(crate) spare: Headers,
    /// Whether the client has said all it will say.
    pub(crate) ended: bool,
    /// Rings where there was nothing to read and now is.
    bell: Option<Bell>,
    /// Whether it was handed to the wire and will ring.
    waits: bool,
}

pub(crate) type SharedLine = Arc<Mutex<Line>>;

impl Line {
    pub(crate) fn new(wire: Wire, buf: BytesMut) -> Line {
        Line {
            wire,
            buf,
            out: Out::default(),
            body: Decoder::Done,
            owes_continue: false,
            spare: Headers::new(),
            ended: false,
            bell: None,
            waits: false,
        }
    }

    /// Reads what has come; 0 at the end.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<io::Result<usize>> {
        let bell = self.bell.get_or_insert_with(|| Bell::of(cx));
        bell.ring_for(cx);
        if self.waits && !bell.rang() {
            return Poll::Pending;
        }
        bell.silence();
        let polled = fill(&mut self.wire, &mut self.buf, most, &mut Context::from_waker(bell.waker()));
        self.waits = polled.is_pending();
        if let Poll::Ready(Ok(0) | Err(_)) = polled {
            self.ended = true;
        }
        polled
    }

    /// The next piece of the body of the request under way.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Broken>>> {
        loop {
            match self.body.decode(&mut self.buf) {
                Ok(Piece::Data(data)) => return Poll::Ready(Some(Ok(Frame::Data(data)))),
                Ok(Piece::Trailers(trailers)) => return Poll::Ready(Some(Ok(Frame::Trailers(trailers)))),
                Ok(Piece::End) => return Poll::Ready(None),
                Err(why) => return Poll::Ready(Some(Err(Broken::Invalid(why)))),
                Ok(Piece::More) => {}
            }
            if std::mem::take(&mut self.owes_continue) && self.out.is_empty() {
                self.out.head().extend_from_slice(CONTINUE);
            }
            if !self.out.is_empty() && self.out.poll_flush(&mut self.wire, cx)?.is_pending() {
                // The answer is under way already, or the client does not listen: what it sends is read all the same.
            }
            match ready!(self.poll_fill(cx, READ_BODY)) {
                Ok(0) => return Poll::Ready(Some(Err(Broken::Ended))),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            }
        }
    }

    /// The byte stream, and what was read of it too much.
    pub(crate) fn into_stream(self) -> (Wire, Bytes) {
        (self.wire, leftover(self.buf))
    }

    /// Gives back the memory of a connection on which nothing happens.
    pub(crate) fn rest(&mut self) {
        if self.buf.is_empty() && self.out.is_empty() {
            let out = std::mem::take(&mut self.out).into_buffer();
            thread::keep_buffers(std::mem::take(&mut self.buf), out);
        }
    }

    /// Takes memory for what is about to come.
    pub(crate) fn wake(&mut self) {
        if self.buf.capacity() == 0 {
            let (buf, out) = thread::take_buffers();
            self.buf = buf;
            // What is not written yet may be an interim response.
            if self.out.is_empty() {
                self.out = Out::with_buffer(out);
            }
        }
    }
}

/// What is left in a buffer, which is not kept for nothing.
pub(crate) fn leftover(buf: BytesMut) -> Bytes {
    if buf.is_empty() { Bytes::new() } else { buf.freeze() }
}

/// Reads what has come into a buffer, `most` bytes at most; 0 at the end.
pub(crate) fn fill(
    wire: &mut Wire,
    buf: &mut BytesMut,
    most: usize,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    if buf.capacity() - buf.len() < most / 4 {
        buf.reserve(most);
    }
    poll_read_buf(Pin::new(wire), cx, buf)
}

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the connection ended")]
    Ended,
    #[error("{0}")]
    Invalid(&'static str),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The body of the request a client's connection is at.
pub(crate) struct LineBody(pub(crate) SharedLine);

impl LineBody {
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Broken>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_body(cx)
    }

    /// Whether nothing more comes, and how much does where that is known.
    pub(crate) fn remaining(&self) -> (bool, Option<u64>) {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (line.body.is_done(), line.body.remaining())
    }
}
