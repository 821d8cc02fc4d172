//! One HTTP/1.1 connection to an upstream, driven by the exchange that uses it.
//!
//! The connection is polled from within the exchange's own task, so that a request costs no task switch on its way to the
//! upstream and back. The request's body goes on being sent while the response comes, by whoever polls.

use std::{
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use head::{Headers, Known};
use http::{HeaderValue, Method, StatusCode};
use policy::{Body, BodyError, Frame};
use tokio::time::Instant;

use super::{
    decode::{Decoder, Piece},
    encode::{self, RequestLine},
    head::{self as read, HeadError},
    line::{Broken, READ, READ_BODY, fill, leftover},
    out::{Frames, Out},
};
use crate::{
    alarm::Alarm,
    balance::Endpoint,
    interim,
    lane::{BodyEnded, Head, NoHead, Outgoing, Sending},
    thread,
    wire::Wire,
};

/// The largest head of a response, bytes.
const HEAD_BOUND: usize = 64 << 10;

/// One HTTP/1.1 connection to an upstream.
pub(crate) struct LineLane {
    wire: Wire,
    /// What came and is not read yet.
    buf: BytesMut,
    out: Out,
    upload: Upload,
    method: Method,
    /// Where in the response's body its reader is; `None` before its head.
    body: Option<Decoder>,
    /// Whether the upstream keeps the connection after this response.
    keep_alive: bool,
    /// Memory for the next head.
    spare: Headers,
    interim: u32,
    wanted: interim::Wanted,
    heard: bool,
    alarm: Alarm,
    /// Since when a body's next piece is waited for.
    waiting: Option<Instant>,
}

/// The request's body on its way.
struct Upload {
    body: Body,
    frames: Frames,
    state: Sending,
}

impl LineLane {
    pub(crate) fn open(wire: Wire) -> LineLane {
        LineLane {
            wire,
            buf: BytesMut::new(),
            out: Out::default(),
            upload: Upload { body: Body::Empty, frames: Frames::None, state: Sending::Sent },
            method: Method::GET,
            body: Some(Decoder::Done),
            keep_alive: true,
            spare: Headers::new(),
            interim: 0,
            wanted: interim::Wanted::Nothing,
            heard: false,
            alarm: Alarm::default(),
            waiting: None,
        }
    }

    /// Whether all of the last exchange is over, so that another request could be sent.
    pub(crate) fn is_free(&self) -> bool {
        self.keep_alive
            && self.body.as_ref().is_some_and(Decoder::is_done)
            && self.upload.state == Sending::Sent
            && self.out.is_empty()
            && self.buf.is_empty()
    }

    /// Whether another request can be sent; looks whether the upstream has closed the connection, or says what nobody asked.
    pub(crate) fn is_ready(&mut self) -> bool {
        self.is_free() && self.wire.is_quiet()
    }

    /// Begins a request. [`Lane::poll_head`] sends it and waits for the answer.
    pub(crate) fn send(&mut self, outgoing: &Outgoing, body: Body, endpoint: &Endpoint, preserve_host: bool) {
        let frames = match (&body, body.length()) {
            (Body::Empty, _) => Frames::None,
            (_, Some(length)) => Frames::Length(length),
            (_, None) => Frames::Chunks,
        };
        let keeps_host = preserve_host && outgoing.headers.has(Known::Host);
        let line = RequestLine {
            method: &outgoing.method,
            prefix: &endpoint.prefix,
            target: outgoing.target.as_str(),
            host: match &outgoing.host {
                Some(host) => Some(host.as_bytes()),
                None if keeps_host => None,
                None => Some(endpoint.host.as_bytes()),
            },
            upgrade: outgoing.upgrade.as_ref().map(HeaderValue::as_bytes),
        };
        encode::request(self.out.head(), &line, &outgoing.headers, frames);
        let state = if frames == Frames::None { Sending::Sent } else { Sending::Untouched };
        self.upload = Upload { body, frames, state };
        if self.spare.capacity() == 0 {
            self.spare = thread::take_head();
        }
        self.method.clone_from(&outgoing.method);
        self.body = None;
        self.interim = 0;
        self.wanted = outgoing.interim;
        self.heard = false;
        self.waiting = None;
    }

    /// Whether the upstream has said anything since the request was sent.
    pub(crate) fn heard_anything(&self) -> bool {
        self.heard
    }

    /// Whether all of the request was sent.
    pub(crate) fn has_sent(&self) -> bool {
        self.upload.state == Sending::Sent
    }

    /// The request's body where nothing of it was taken, to be sent on another connection.
    pub(crate) fn take_untouched(&mut self) -> Option<Body> {
        match self.upload.state {
            Sending::Untouched => Some(std::mem::take(&mut self.upload.body)),
            Sending::Sent if self.upload.frames == Frames::None => Some(Body::Empty),
            _ => None,
        }
    }

    /// Sends what there is of the request. Pending says nothing about how far it came.
    ///
    /// # Errors
    /// The body did not come to its end.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> Result<(), BodyError> {
        let Upload { body, frames, state } = &mut self.upload;
        loop {
            let mut waits = false;
            while matches!(state, Sending::Untouched | Sending::Begun) && self.out.has_room() {
                let frame = match body {
                    Body::Empty => None,
                    Body::Whole(bytes) => {
                        let bytes = std::mem::take(bytes);
                        *body = Body::Empty;
                        Some(Frame::Data(bytes))
                    }
                    Body::Stream(stream) => match stream.poll_frame(cx) {
                        Poll::Ready(frame) => frame.transpose()?,
                        Poll::Pending => {
                            waits = true;
                            break;
                        }
                    },
                };
                *state = Sending::Begun;
                let ended = match frame {
                    Some(Frame::Data(piece)) => {
                        self.out.piece(piece, frames).map_err(|_| BodyError::Broken)?;
                        *frames == Frames::Length(0)
                    }
                    Some(Frame::Trailers(trailers)) => {
                        self.out.end(Some(&trailers), *frames).map_err(|_| BodyError::Broken)?;
                        true
                    }
                    None => {
                        self.out.end(None, *frames).map_err(|_| BodyError::Broken)?;
                        true
                    }
                };
                if ended {
                    *state = Sending::Sent;
                }
            }
            if self.out.is_empty() {
                return Ok(());
            }
            match self.out.poll_flush(&mut self.wire, cx) {
                Poll::Ready(Ok(())) if waits || matches!(state, Sending::Sent | Sending::Refused) => {
                    return Ok(());
                }
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => {
                    // What it has to say, or that it is gone, is seen by reading.
                    self.out = Out::default();
                    self.keep_alive = false;
                    *state = Sending::Refused;
                    return Ok(());
                }
                Poll::Pending => return Ok(()),
            }
        }
    }

    /// Sends the request, and waits for the response's head until the deadline.
    pub(crate) fn poll_head(
        &mut self,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Head, NoHead>> {
        if let Err(error) = self.pump(cx) {
            return Poll::Ready(Err(NoHead::Upload(error)));
        }
        loop {
            if !self.buf.is_empty() {
                self.heard = true;
                match self.read_head() {
                    Ok(None) => {}
                    Ok(Some(head)) => return Poll::Ready(Ok(head)),
                    Err(why) => return Poll::Ready(Err(Broken::Invalid(why).into())),
                }
            }
            match fill(&mut self.wire, &mut self.buf, READ, cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(Broken::Ended.into())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(Broken::Io(error).into())),
                Poll::Pending => break,
            }
        }
        if self.alarm.is_due(deadline, cx) { Poll::Ready(Err(NoHead::TooSlow)) } else { Poll::Pending }
    }

    fn read_head(&mut self) -> Result<Option<Head>, &'static str> {
        loop {
            let head = match read::response(&mut self.buf, HEAD_BOUND, &self.method, &mut self.spare) {
                Ok(None) => return Ok(None),
                Ok(Some(head)) => head,
                Err(HeadError::Bad(why) | HeadError::Unsupported(why)) => return Err(why),
                Err(HeadError::TooLarge) => return Err("the response's head is too large"),
            };
            let read::Response { status, headers, body, keep_alive } = head;
            if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS {
                self.interim += 1;
                if self.interim > interim::MOST {
                    return Err("there are too many interim responses");
                }
                interim::say(self.wanted, Head { status, headers });
                if self.buf.is_empty() {
                    return Ok(None);
                }
                continue;
            }
            self.keep_alive &= keep_alive && status != StatusCode::SWITCHING_PROTOCOLS;
            self.body = Some(body);
            return Ok(Some(Head { status, headers }));
        }
    }

    /// Whether the response's body has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.body.as_ref().is_some_and(Decoder::is_done)
    }

    /// Bytes of the response's body still to come, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.body.as_ref().and_then(Decoder::remaining)
    }

    /// Waits for the next piece of the response's body, for `patience` at most and no longer than `until`.
    pub(crate) fn poll_body(
        &mut self,
        patience: Duration,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BodyEnded>>> {
        if self.upload.state != Sending::Sent || !self.out.is_empty() {
            // A request that does not come to its end ends no response.
            if self.pump(cx).is_err() {
                self.upload.state = Sending::Refused;
                self.keep_alive = false;
            }
        }
        match self.poll_piece(cx) {
            Poll::Ready(piece) => {
                self.waiting = None;
                Poll::Ready(piece.transpose().map(|piece| piece.map_err(BodyEnded::Broken)))
            }
            Poll::Pending => {
                let since = *self.waiting.get_or_insert_with(Instant::now);
                let due = since + patience;
                match self.alarm.is_due(until.map_or(due, |until| due.min(until)), cx) {
                    true => Poll::Ready(Some(Err(BodyEnded::TooSlow))),
                    false => Poll::Pending,
                }
            }
        }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Frame>, Broken>> {
        let Some(body) = &mut self.body else { return Poll::Ready(Ok(None)) };
        loop {
            match body.decode(&mut self.buf).map_err(Broken::Invalid)? {
                Piece::Data(data) => return Poll::Ready(Ok(Some(Frame::Data(data)))),
                Piece::Trailers(trailers) => return Poll::Ready(Ok(Some(Frame::Trailers(trailers)))),
                Piece::End => return Poll::Ready(Ok(None)),
                Piece::More => {}
            }
            if ready!(fill(&mut self.wire, &mut self.buf, READ_BODY, cx))? == 0 {
                if *body != Decoder::UntilClose {
                    return Poll::Ready(Err(Broken::Ended));
                }
                *body = Decoder::Done;
            }
        }
    }

    /// Nobody waits for this connection now.
    pub(crate) fn rest(&mut self) {
        self.waiting = None;
    }

    /// Takes the byte stream out after the upstream has agreed to change protocols, with what was read too much.
    pub(crate) fn into_stream(self) -> (Wire, Bytes) {
        (self.wire, leftover(self.buf))
    }
}
