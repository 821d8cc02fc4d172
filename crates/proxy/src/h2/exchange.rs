//! What happens on the streams of a client's connection: requests begin exchanges, and these their answers.

use std::{
    future::Future,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use head::{Headers, Known, RequestHead};
use http::{Method, StatusCode, Version};
use http_body::Body as _;
use model::event::Fault;
use policy::{Problem, ResponseHead, problems};
use tokio::time::Instant;

use super::{
    frame::{self, Code, MAX_FRAME},
    inbox::{Inbox, StreamBody},
    request::{BadRequest, Request},
    server::Server,
    settings::FIRST_WINDOW,
    streams::{Answer, Over, Source},
    websocket::{Challenge, Tunnel},
};
use crate::{
    calm,
    client::Client,
    exchange::Inbound,
    h1::{encode, out::Frames},
    ids::{self, RequestId},
    interim, lane,
    random::Random,
    reply::{Ending, ReplyBody, Response, blank},
    thread,
    worker::lock,
};

/// Frames of one stream before others have their turn.
const TURN: u32 = 8;

/// What is of a connection in HTTP/1.1, and what is written for every answer.
pub(crate) const NOT_WRITTEN: u64 = Known::Connection.bit()
    | Known::KeepAlive.bit()
    | Known::ProxyConnection.bit()
    | Known::TransferEncoding.bit()
    | Known::Upgrade.bit();

impl<M, F> Server<M, F>
where
    M: Fn(Arc<Client>, Box<RequestHead>, Inbound, Instant) -> F,
    F: Future<Output = Response>,
{
    /// A request has come.
    pub(super) fn request(
        &mut self,
        id: u32,
        ends: bool,
        read: Result<Request, BadRequest>,
        began: Instant,
    ) -> Result<(), Code> {
        if !self.streams.has_room() {
            return self.refuse_stream(id, Code::REFUSED_STREAM);
        }
        let request = match read {
            Ok(Request { length: Some(1..), .. }) if ends => {
                return self.refuse_stream(id, Code::PROTOCOL);
            }
            Err(BadRequest::Malformed) => return self.refuse_stream(id, Code::PROTOCOL),
            Ok(request) => Ok(request),
            Err(BadRequest::TooLarge) => {
                let why = "the request's head is larger than the gateway accepts";
                Err(Problem::new(problems::HEADERS_TOO_LARGE, why))
            }
        };
        let slot = self.streams.open(id, self.first_send(), i64::from(FIRST_WINDOW));
        let stream = &mut self.streams.slots[slot];
        stream.has_ended = ends;
        stream.is_head = false;
        let Request { mut head, length, expects_continue, is_websocket } = match request {
            Ok(request) => request,
            Err(problem) => {
                self.answer(slot, refusal(&self.client, Version::HTTP_2, &problem, began));
                self.ready.mark(slot);
                return Ok(());
            }
        };
        stream.is_head = head.method == Method::HEAD;
        stream.announced = length;
        let inbound = if is_websocket {
            stream.challenge = Some(Challenge::set(&mut head.headers, &mut Random::new()));
            stream.announced = None;
            let inbox = Inbox::new(None, false);
            if ends {
                lock(&inbox).end(None);
            }
            stream.inbox = Some(inbox);
            Inbound::WebSocket
        } else if ends {
            Inbound::None
        } else {
            let inbox = Inbox::new(length, expects_continue);
            stream.inbox = Some(Arc::clone(&inbox));
            Inbound::Stream(StreamBody(inbox))
        };
        let exchange = self.exchange(head, inbound, began);
        self.streams.slots[slot].exchange.set(Some(exchange));
        self.ready.mark(slot);
        Ok(())
    }

    /// A stream is not even opened.
    fn refuse_stream(&mut self, id: u32, code: Code) -> Result<(), Code> {
        frame::reset(self.out.frames(), id, code);
        self.streams.remember(id, Over::ByUs);
        Ok(self.calm.spend(calm::RESET)?)
    }

    /// Does what there is to do on a stream.
    pub(super) fn run(&mut self, slot: usize) {
        let Some(stream) = self.streams.slots.get_mut(slot).filter(|stream| stream.id != 0) else { return };
        let mut cx = Context::from_waker(&stream.waker);
        if let Some(exchange) = stream.exchange.as_mut().as_pin_mut() {
            let polled = exchange.poll(&mut cx);
            for lane::Head { status, headers } in interim::take() {
                // A client that takes nothing does without.
                if self.out.has_room() {
                    let encoder = &mut self.encoder;
                    frame::headers(self.out.frames(), stream.id, false, |out| {
                        encoder.status(out, status);
                        encoder.lines(out, &headers, NOT_WRITTEN | Known::ContentLength.bit());
                    });
                }
            }
            match polled {
                Poll::Ready(response) => {
                    stream.exchange.set(None);
                    self.answer(slot, response);
                }
                Poll::Pending => return self.look_at_inbox(slot),
            }
        }
        self.send(slot);
        self.look_at_inbox(slot);
    }

    /// Writes the head of an answer.
    fn answer(&mut self, slot: usize, response: Response) {
        if response.head.status == StatusCode::SWITCHING_PROTOCOLS {
            return self.switch(slot, response);
        }
        let Response { mut head, body } = response;
        let stream = &mut self.streams.slots[slot];
        if matches!(head.status.as_u16(), 100..=199 | 204) {
            head.headers.discard(Known::ContentLength);
        }
        let known = body.size_hint().exact();
        let frames = encode::frames(Version::HTTP_2, stream.is_head, head.status, &head.headers, known);
        let is_over = matches!(frames, Frames::None | Frames::Length(0)) && body.is_end_stream()
            || frames == Frames::None;
        let (encoder, date) = (&mut self.encoder, self.client.worker.date());
        frame::headers(self.out.frames(), stream.id, is_over, |out| {
            encoder.status(out, head.status);
            match frames {
                // What an answer to HEAD or a 304 says of the length is of another answer's body.
                Frames::None => encoder.lines(out, &head.headers, NOT_WRITTEN),
                _ => encoder.lines(out, &head.headers, NOT_WRITTEN | Known::ContentLength.bit()),
            }
            // A response of gRPC that is a head alone has no content to say the length of.
            let is_trailers = is_over && head.headers.contains_key("grpc-status");
            if let Frames::Length(length) = frames
                && !is_trailers
            {
                let mut digits = itoa::Buffer::new();
                encoder.known(out, Known::ContentLength, digits.format(length).as_bytes());
            }
            if !head.headers.has(Known::Date) {
                encoder.known(out, Known::Date, &date);
            }
        });
        thread::keep_head(head.headers);
        if is_over {
            drop(body);
            return self.finish(slot);
        }

        self.begin(slot, Source::Reply(body), frames);
    }

    fn begin(&mut self, slot: usize, body: Source, frames: Frames) {
        let answer = Answer { body, frames, piece: Bytes::new(), is_over: false, trailers: None };
        self.streams.slots[slot].answer = Some(answer);
    }

    /// The service speaks WebSocket from here on, and so does the stream (RFC 8441 §5).
    fn switch(&mut self, slot: usize, response: Response) {
        let Response { mut head, body } = response;
        let stream = &mut self.streams.slots[slot];
        let is_met = stream.challenge.take().is_some_and(|challenge| challenge.is_met(&mut head.headers));
        let (Some(switch), Some(inbox), true) = (body.into_switch(), &stream.inbox, is_met) else {
            return self.reset(slot, Code::INTERNAL);
        };
        let tunnel = Tunnel::new(*switch, Box::new(StreamBody(Arc::clone(inbox))));
        let (encoder, date) = (&mut self.encoder, self.client.worker.date());
        frame::headers(self.out.frames(), stream.id, false, |out| {
            encoder.status(out, StatusCode::OK);
            encoder.lines(out, &head.headers, NOT_WRITTEN | Known::ContentLength.bit());
            if !head.headers.has(Known::Date) {
                encoder.known(out, Known::Date, &date);
            }
        });
        thread::keep_head(head.headers);
        self.begin(slot, Source::Tunnel(Box::new(tunnel)), Frames::UntilClose);
    }

    /// Sends what there is of an answer, as far as the client takes it.
    pub(super) fn send(&mut self, slot: usize) {
        let mut turn = 0;
        loop {
            let stream = &mut self.streams.slots[slot];
            let Some(answer) = &mut stream.answer else { return };
            let mut cx = Context::from_waker(&stream.waker);
            if !self.out.has_room() || turn == TURN {
                // Whoever waits for room is asked again when there is; whoever had its turn, after the others.
                self.waiting.insert(slot);
                return;
            }
            if !answer.piece.is_empty() {
                let most = stream.send.min(self.send).min(MAX_FRAME as i64);
                let Ok(most @ 1..) = usize::try_from(most) else {
                    stream.stalled.get_or_insert_with(Instant::now);
                    if self.send <= 0 {
                        self.waiting.insert(slot);
                    }
                    // The upstream may wait for the rest of the request before it takes more.
                    if !answer.body.pump(&mut cx) {
                        self.reset(slot, Code::CANCEL);
                    }
                    return;
                };
                let piece = answer.piece.split_to(most.min(answer.piece.len()));
                let length = piece.len() as i64;
                let ends = answer.piece.is_empty() && answer.is_over && answer.trailers.is_none();
                self.out.data(stream.id, piece, ends);
                stream.send -= length;
                self.send -= length;
                stream.stalled = None;
                self.calm.earn(2);
                turn += 1;
                if ends {
                    return self.finish(slot);
                }
                continue;
            }
            if answer.is_over {
                match answer.trailers.take() {
                    Some(trailers) => {
                        let encoder = &mut self.encoder;
                        frame::headers(self.out.frames(), stream.id, true, |out| {
                            encoder.trailers(out, &trailers);
                        });
                    }
                    None => self.out.data(stream.id, Bytes::new(), true),
                }
                return self.finish(slot);
            }
            let broken = match answer.body.poll_frame(&mut cx) {
                Poll::Pending => return,
                Poll::Ready(None) => {
                    answer.is_over = true;
                    matches!(answer.frames, Frames::Length(1..))
                }
                Poll::Ready(Some(Err(_))) => true,
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(piece) => {
                        answer.piece = piece;
                        answer.is_over = answer.body.is_end_stream();
                        answer.has_other_length()
                    }
                    Err(frame) => {
                        answer.is_over = true;
                        answer.trailers = frame.into_trailers().ok();
                        matches!(answer.frames, Frames::Length(1..))
                    }
                },
            };
            if broken {
                let code = answer.body.broken();
                return self.reset(slot, code);
            }
        }
    }

    /// An answer is whole.
    fn finish(&mut self, slot: usize) {
        self.calm.earn(calm::RESET);
        let stream = &self.streams.slots[slot];
        if stream.has_ended {
            return self.drop_stream(slot, Over::Ended);
        }
        // The rest of the request is not wanted (RFC 9113 §8.1).
        self.reset(slot, Code::NO_ERROR);
    }

    /// Ends a stream whose client did wrong.
    pub(super) fn blame(&mut self, slot: usize, code: Code) -> Result<(), Code> {
        self.reset(slot, code);
        Ok(self.calm.spend(calm::RESET)?)
    }

    pub(super) fn reset(&mut self, slot: usize, code: Code) {
        frame::reset(self.out.frames(), self.streams.slots[slot].id, code);
        self.drop_stream(slot, Over::ByUs);
    }

    pub(super) fn drop_stream(&mut self, slot: usize, how: Over) {
        let inbox = self.streams.slots[slot].inbox.clone();
        if let Some(inbox) = &inbox {
            lock(inbox).break_off();
        }
        self.streams.close(slot, how);
        if let Some(inbox) = inbox {
            lock(&inbox).close();
        }
    }

    /// Gives something to whoever reads the body of a request.
    pub(super) fn deliver(&mut self, slot: usize, give: impl FnOnce(&mut Inbox)) {
        let stream = &self.streams.slots[slot];
        let Some(inbox) = &stream.inbox else { return };
        let reader = {
            let mut inbox = lock(inbox);
            give(&mut inbox);
            inbox.take_reader()
        };
        match reader {
            Some(reader) if reader.will_wake(&stream.waker) => self.ready.mark(slot),
            Some(reader) => reader.wake(),
            None => self.look_at_inbox(slot),
        }
    }

    /// Tells the client what was read of its body, and to go on where it waits for that.
    fn look_at_inbox(&mut self, slot: usize) {
        let stream = &mut self.streams.slots[slot];
        let Some(inbox) = &stream.inbox else { return };
        let (taken, asked) = {
            let mut inbox = lock(inbox);
            (inbox.take_taken(), inbox.take_asked())
        };
        if asked && stream.answer.is_none() {
            let encoder = &mut self.encoder;
            frame::headers(self.out.frames(), stream.id, false, |out| {
                encoder.status(out, StatusCode::CONTINUE);
            });
        }
        if taken > 0 {
            stream.taken += taken;
            if stream.taken >= stream.window / 2 && !stream.has_ended {
                let (id, more) = (stream.id, self.streams.credit(slot));
                frame::window_update(self.out.frames(), id, more);
            }
        }
    }
}

impl Answer {
    /// Whether its body is longer or shorter than its head said.
    pub(crate) fn has_other_length(&mut self) -> bool {
        let Frames::Length(left) = &mut self.frames else { return false };
        match left.checked_sub(self.piece.len() as u64) {
            Some(now) => {
                *left = now;
                self.is_over && now > 0
            }
            None => true,
        }
    }
}

/// The answer to what is no request.
pub(crate) fn refusal(client: &Arc<Client>, version: Version, problem: &Problem, now: Instant) -> Response {
    client.begin();
    let worker = &client.worker;
    let time = worker.shared.clock.time(now);
    let mut event = blank(time.unix_ms, Method::GET, version.into());
    event.status = problem.kind.status;
    event.problem = Some(problem.kind.code);
    event.fault = Fault::Downstream;
    let ending = Ending::new(Arc::clone(client), now, event);
    let id = RequestId::Ours(ids::request_id(time.unix_ms, &mut Random::new()));
    let mut headers = Headers::with_capacity(4, 256);
    headers.add(Known::ContentType, b"application/problem+json");
    headers.add(Known::XRequestId, id.as_bytes());
    for (name, value) in &problem.headers {
        headers.append(name, value);
    }
    let body = ReplyBody::ours(problem.body(id.as_str()), None, None, ending);
    Response { head: ResponseHead { status: problem.status(), headers }, body }
}
