//! One stream to an upstream, driven by the exchange that uses it: what [`crate::lane`] is for a connection of HTTP/1.1.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use head::Known;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use policy::{Body, BodyError, Frame};
use tokio::time::Instant;

use super::{
    client::{Connection, Failed, State},
    frame, hpack, response,
    socket::Socket,
    websocket,
};
use crate::{
    alarm::Alarm,
    balance::Endpoint,
    grpc,
    h1::line::Broken,
    interim::{self, Wanted},
    lane::{BodyEnded, Head, NoHead, NoUpgrade, Outgoing, Sending},
    thread,
    wire::Wire,
    worker::lock,
};

/// What is of a connection in HTTP/1.1, or said by a pseudo-header.
const NOT_WRITTEN: u64 = Known::Host.bit()
    | Known::Connection.bit()
    | Known::KeepAlive.bit()
    | Known::ProxyConnection.bit()
    | Known::TransferEncoding.bit()
    | Known::Upgrade.bit()
    | Known::Te.bit();

/// One stream to an upstream.
pub(crate) struct StreamLane {
    pub(super) connection: Arc<Connection>,
    /// 0 before a request was sent.
    pub(super) id: u32,
    body: Body,
    /// What of the body is to be sent next.
    piece: Bytes,
    trailers: Option<HeaderMap>,
    /// Whether nothing of the body comes after that.
    has_all: bool,
    /// What is to come of the length the request announced.
    left: Option<u64>,
    state: Sending,
    /// Whether the request has no body.
    was_empty: bool,
    interim: Wanted,
    /// What the client is answered where the stream becomes a WebSocket.
    accept: Option<Box<str>>,
    /// Whether the stream has an end of ours to come that is no body's.
    pub(super) owes_end: bool,
    heard: bool,
    refused: bool,
    has_ended: bool,
    alarm: Alarm,
    waiting: Option<Instant>,
}

impl StreamLane {
    pub(crate) fn new(connection: Arc<Connection>) -> StreamLane {
        StreamLane {
            connection,
            id: 0,
            body: Body::Empty,
            piece: Bytes::new(),
            trailers: None,
            has_all: true,
            left: None,
            state: Sending::Sent,
            was_empty: true,
            interim: Wanted::Nothing,
            accept: None,
            owes_end: false,
            heard: false,
            refused: false,
            has_ended: false,
            alarm: Alarm::default(),
            waiting: None,
        }
    }

    /// Begins a request.
    pub(crate) fn send(&mut self, outgoing: &Outgoing, body: Body, endpoint: &Endpoint, preserve_host: bool) {
        let is_empty = body.is_empty();
        self.interim = outgoing.interim;
        self.accept =
            outgoing.upgrade.as_ref().and_then(|_| websocket::answer(&outgoing.headers)).map(Into::into);
        self.owes_end = self.accept.is_some();
        let mut state = lock(&self.connection.state);
        let state = &mut *state;
        let method = if self.accept.is_some() { &Method::CONNECT } else { &outgoing.method };
        self.id = state.open(method.clone(), self.interim != Wanted::Nothing, thread::take_head());
        let encoder = &mut state.encoder;
        let length = body.length().filter(|length| *length > 0 || expects_content(&outgoing.method));
        frame::headers(state.out.frames(), self.id, is_empty && !self.owes_end, |out| {
            request(encoder, out, method, outgoing, endpoint, preserve_host, length);
        });
        state.wake();
        self.left = body.length();
        self.body = body;
        (self.has_all, self.was_empty) = (is_empty, is_empty);
        self.state = if is_empty { Sending::Sent } else { Sending::Untouched };
    }

    pub(crate) fn has_sent(&self) -> bool {
        self.state == Sending::Sent
    }

    pub(crate) fn heard_anything(&self) -> bool {
        self.heard
    }

    /// Whether the upstream has said that it did nothing with the request (RFC 9113 §8.7).
    pub(crate) fn was_refused(&self) -> bool {
        self.refused
    }

    /// The request's body where nothing of it was taken.
    pub(crate) fn take_untouched(&mut self) -> Option<Body> {
        match self.state {
            Sending::Untouched => Some(std::mem::take(&mut self.body)),
            Sending::Sent if self.was_empty => Some(Body::Empty),
            _ => None,
        }
    }

    /// Sends what there is of the request. Pending says nothing about how far it came.
    ///
    /// # Errors
    /// The body did not come to its end.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> Result<(), BodyError> {
        while matches!(self.state, Sending::Untouched | Sending::Begun) {
            if self.piece.is_empty() && !self.has_all {
                // Nothing is taken from its source before the upstream takes it.
                if self.is_full(cx) {
                    return Ok(());
                }
                let frame = match &mut self.body {
                    Body::Empty => None,
                    Body::Whole(bytes) => {
                        let bytes = std::mem::take(bytes);
                        self.body = Body::Empty;
                        Some(Frame::Data(bytes))
                    }
                    Body::Stream(stream) => match stream.poll_frame(cx) {
                        Poll::Ready(frame) => frame.transpose()?,
                        Poll::Pending => return Ok(()),
                    },
                };
                if self.state == Sending::Untouched {
                    self.state = Sending::Begun;
                }
                match frame {
                    Some(Frame::Data(piece)) => {
                        if let Some(left) = &mut self.left {
                            *left = left.checked_sub(piece.len() as u64).ok_or(BodyError::Broken)?;
                            self.has_all = *left == 0;
                        }
                        self.piece = piece;
                    }
                    Some(Frame::Trailers(trailers)) => (self.trailers, self.has_all) = (Some(trailers), true),
                    None => self.has_all = true,
                }
                if self.has_all && self.left.is_some_and(|left| left > 0) {
                    return Err(BodyError::Broken);
                }
            }
            let connection = Arc::clone(&self.connection);
            let mut state = lock(&connection.state);
            if state.stream(self.id).is_none_or(|stream| stream.failed().is_some()) {
                self.state = Sending::Refused;
                return Ok(());
            }
            if !self.write(&mut state) {
                if let Some(stream) = state.stream(self.id) {
                    stream.wait(cx);
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether nothing can be sent on the stream now.
    fn is_full(&self, cx: &Context<'_>) -> bool {
        let mut state = lock(&self.connection.state);
        let is_full = state.window(self.id) == 0 || !state.out.has_room();
        match state.stream(self.id) {
            Some(stream) if stream.failed().is_some() => false,
            Some(stream) if is_full => {
                stream.wait(cx);
                true
            }
            _ => false,
        }
    }

    /// Writes what is at hand; whether all of it could be.
    fn write(&mut self, state: &mut State) -> bool {
        state.wake();
        while !self.piece.is_empty() {
            let most = state.window(self.id).min(self.piece.len());
            if most == 0 || !state.out.has_room() {
                return false;
            }
            let piece = self.piece.split_to(most);
            let ends = self.has_all && self.piece.is_empty() && self.trailers.is_none();
            state.out.data(self.id, piece, ends);
            state.sent(self.id, most);
            if ends {
                self.state = Sending::Sent;
            }
        }
        if self.has_all && self.state != Sending::Sent {
            match self.trailers.take() {
                Some(trailers) => {
                    let State { encoder, out, .. } = state;
                    frame::headers(out.frames(), self.id, true, |out| encoder.trailers(out, &trailers));
                }
                None => state.out.data(self.id, Bytes::new(), true),
            }
            self.state = Sending::Sent;
        }
        true
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
        {
            let mut state = lock(&self.connection.state);
            let Some(stream) = state.stream(self.id) else {
                return Poll::Ready(Err(Broken::Ended.into()));
            };
            self.heard = stream.heard();
            for head in stream.take_said() {
                interim::say(self.interim, head);
            }
            if let Some(head) = stream.take_head() {
                self.has_ended = stream.inbox.is_done();
                let response::Response { mut status, mut headers, .. } = head;
                if let Some(accept) = self.accept.as_ref().filter(|_| status.is_success()) {
                    status = StatusCode::SWITCHING_PROTOCOLS;
                    websocket::agree(&mut headers, accept);
                }
                return Poll::Ready(Ok(Head { status, headers }));
            }
            if let Some(failed) = stream.failed() {
                self.refused = failed == Failed::Refused;
                return Poll::Ready(Err(broken(failed).into()));
            }
            stream.wait(cx);
        }
        if self.alarm.is_due(deadline, cx) { Poll::Ready(Err(NoHead::TooSlow)) } else { Poll::Pending }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Bytes of the response's body still to come, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        if self.has_ended {
            return Some(0);
        }
        lock(&self.connection.state).stream(self.id)?.inbox.remaining()
    }

    /// Waits for the next piece of the response's body, for `patience` at most and no longer than `until`.
    pub(crate) fn poll_body(
        &mut self,
        patience: Duration,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BodyEnded>>> {
        // A request that does not come to its end ends no response.
        if self.pump(cx).is_err() {
            self.state = Sending::Refused;
        }
        match self.poll_piece(cx) {
            Poll::Ready(piece) => {
                self.waiting = None;
                Poll::Ready(piece.map(|piece| piece.map_err(BodyEnded::Broken)))
            }
            Poll::Pending => {
                let due = *self.waiting.get_or_insert_with(Instant::now) + patience;
                match self.alarm.is_due(until.map_or(due, |until| due.min(until)), cx) {
                    true => Poll::Ready(Some(Err(BodyEnded::TooSlow))),
                    false => Poll::Pending,
                }
            }
        }
    }
}

impl StreamLane {
    /// The next piece of what comes on the stream.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame, Broken>>> {
        let mut state = lock(&self.connection.state);
        let Some(stream) = state.stream(self.id) else { return Poll::Ready(None) };
        let polled = stream.inbox.poll(cx);
        self.has_ended = stream.inbox.is_done();
        let failed = stream.failed();
        if polled.is_pending() {
            stream.wait(cx);
        }
        state.credit(self.id);
        polled.map(|piece| piece.map(|piece| piece.map_err(|_| broken(failed.unwrap_or(Failed::Ended)))))
    }

    /// Whether a request that asks for an upgrade can be sent on a stream; ready when that is known.
    pub(crate) fn poll_upgrades(
        &mut self,
        outgoing: &Outgoing,
        cx: &Context<'_>,
    ) -> Poll<Result<(), NoUpgrade>> {
        let asked = outgoing.upgrade.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
        let mut asked = asked.split(|b| *b == b',').map(<[u8]>::trim_ascii);
        if !asked.any(|protocol| protocol.eq_ignore_ascii_case(b"websocket")) {
            return Poll::Ready(Err(NoUpgrade::OtherProtocol));
        }
        Poll::Ready(match ready!(lock(&self.connection.state).poll_sockets(cx)) {
            None => Err(NoUpgrade::Ended),
            Some(false) => Err(NoUpgrade::NotTaken),
            Some(true) if websocket::answer(&outgoing.headers).is_none() => Err(NoUpgrade::NoKey),
            Some(true) => Ok(()),
        })
    }

    /// What carries bytes once the stream is a tunnel.
    pub(crate) fn into_stream(self) -> (Wire, Bytes) {
        (Wire::Stream(Box::new(Socket::new(self))), Bytes::new())
    }
}

impl Drop for StreamLane {
    fn drop(&mut self) {
        let has_sent = self.has_sent() && !self.owes_end;
        lock(&self.connection.state).close(self.id, has_sent);
    }
}

/// Writes the fields of a request.
fn request(
    encoder: &mut hpack::Encoder,
    out: &mut Vec<u8>,
    method: &Method,
    outgoing: &Outgoing,
    endpoint: &Endpoint,
    preserve_host: bool,
    length: Option<u64>,
) {
    let kept = outgoing.headers.first(Known::Host).filter(|_| preserve_host);
    let host = match (&outgoing.host, kept) {
        (Some(host), _) => host.as_bytes(),
        (None, Some(kept)) => kept.as_bytes(),
        (None, None) => endpoint.host.as_bytes(),
    };
    let target = outgoing.target.as_str();
    let slash = if target.starts_with('/') { "" } else { "/" };
    let mut number = itoa::Buffer::new();
    encoder.request(out, method, endpoint.site.tls, host, &[&endpoint.prefix, slash, target]);
    if outgoing.upgrade.is_some() {
        encoder.protocol(out, b"websocket");
        // There is no challenge (RFC 8441 §5).
        let mut headers = outgoing.headers.clone();
        headers.remove(websocket::KEY);
        return encoder.lines(out, &headers, NOT_WRITTEN | Known::ContentLength.bit());
    }
    encoder.lines(out, &outgoing.headers, NOT_WRITTEN | Known::ContentLength.bit());
    if let Some(length) = length {
        encoder.known(out, Known::ContentLength, number.format(length).as_bytes());
    }
    if outgoing.headers.has(Known::Te) || grpc::is_grpc(&outgoing.headers) {
        // Without it some services of gRPC take no request: they could not say how it ended.
        encoder.known(out, Known::Te, b"trailers");
    }
}

/// RFC 9110 §8.6: methods that expect content say that there is none.
fn expects_content(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

fn broken(failed: Failed) -> Broken {
    match failed {
        Failed::Refused => Broken::Invalid("the upstream refused the stream"),
        Failed::Broken(why) => Broken::Invalid(why),
        Failed::Ended => Broken::Ended,
    }
}
