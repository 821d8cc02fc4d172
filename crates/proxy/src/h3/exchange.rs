//! One stream of a client: a request, the exchange it begins, and its answer.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use head::Known;
use http::{HeaderMap, Method, StatusCode, Version};
use policy::{Problem, problems};
use quinn::{RecvStream, SendStream};
use tokio::time::{Instant, timeout};

use super::{
    body::{Asked, Frames, Next, QuicBody},
    connection::{Connection, Open},
    frame::{self, Code, kind},
    qpack,
};
use crate::{
    alarm::Alarm,
    calm,
    client::Client,
    exchange::{Inbound, exchange},
    h1::{encode, out},
    h2::{
        exchange::{NOT_WRITTEN, refusal},
        request::{BadRequest, Fields, Request},
        streams::{Answer, Source},
        websocket::{Challenge, Tunnel},
    },
    interim,
    lane::Head,
    random::Random,
    reply::Response,
    serve::Task,
    thread,
};

/// How long it is waited for whether a GET has content: its head does not say.
const MOMENT: Duration = Duration::from_millis(100);

/// Heads that wait for a client at most, but for the last, bytes.
const QUEUED: usize = 16 << 10;

/// What goes out on a stream. Where it is dropped before its end, the client learns that it is not whole.
struct Sender {
    send: SendStream,
    /// A frame's head, and what comes in it.
    queue: [Bytes; 2],
    is_over: bool,
}

/// The client is not there any more, or takes nothing.
struct Gone;

/// Serves one stream to its end.
pub(super) async fn serve(open: Open, send: SendStream, recv: RecvStream) {
    let connection = Arc::clone(&open.0);
    let began = Instant::now();
    let mut frames = Frames::new(recv, Arc::clone(&connection));
    let mut sender = Sender::new(send);
    let most = connection.bounds.head.saturating_mul(2);
    let next = timeout(connection.bounds.header_timeout, poll_fn(|cx| frames.poll(most, cx))).await;
    let read = match next {
        Ok(Next::Fields(block)) => read(&connection, &block),
        Ok(Next::TooLarge) => Some(Err(BadRequest::TooLarge)),
        Ok(Next::Data(_)) => {
            connection.fail(Code::FRAME_UNEXPECTED);
            None
        }
        Ok(Next::End) => {
            connection.spend(calm::RESET);
            return sender.reset(Code::REQUEST_INCOMPLETE);
        }
        Ok(Next::Gone) => {
            connection.spend(calm::RESET);
            return sender.reset(Code::REQUEST_CANCELLED);
        }
        Err(_) => {
            connection.spend(calm::RESET);
            frames.stop(Code::REQUEST_INCOMPLETE);
            return sender.reset(Code::REQUEST_INCOMPLETE);
        }
    };
    let client = connection.client();
    let task = Task::new(Arc::clone(&client.worker));
    let request = match read {
        None => return,
        Some(Ok(request)) => request,
        Some(Err(BadRequest::Malformed)) => {
            connection.spend(calm::RESET);
            frames.stop(Code::MESSAGE);
            return sender.reset(Code::MESSAGE);
        }
        Some(Err(BadRequest::TooLarge)) => {
            frames.stop(Code::NO_ERROR);
            let why = "the request's head is larger than the gateway accepts";
            let problem = Problem::new(problems::HEADERS_TOO_LARGE, why);
            let response = refusal(&client, Version::HTTP_3, &problem, began);
            let stream = Stream {
                connection: &connection,
                client,
                sender,
                asked: Arc::default(),
                is_head: false,
                task,
            };
            return stream.answer(response, None).await;
        }
    };
    let Request { mut head, length, expects_continue, is_websocket } = request;
    let asked = Arc::<Asked>::default();
    let is_head = head.method == Method::HEAD;
    let length = length.filter(|_| !is_websocket);
    let mut body = QuicBody::new(frames, Arc::clone(&asked), length, expects_continue);
    let mut stream =
        Stream { connection: &connection, client: Arc::clone(&client), sender, asked, is_head, task };
    let (inbound, tunnel) = if is_websocket {
        let challenge = Challenge::set(&mut head.headers, &mut Random::new());
        (Inbound::WebSocket, Some((challenge, body)))
    } else if has_content(&mut body, &head.method, length, connection.rtt()).await {
        (Inbound::Quic(Box::new(body)), None)
    } else {
        (Inbound::None, None)
    };
    if stream.asked.is_malformed.load(Relaxed) {
        connection.spend(calm::RESET);
        return stream.sender.reset(Code::MESSAGE);
    }
    let exchange = pin!(exchange(client, head, inbound, began));
    match stream.run(exchange).await {
        Ok(response) => stream.answer(response, tunnel).await,
        Err(code) => {
            connection.spend(calm::RESET);
            stream.sender.reset(code);
        }
    }
}

/// Reads the head of a request; `None` where the connection is over.
fn read(connection: &Connection, block: &[u8]) -> Option<Result<Request, BadRequest>> {
    let mut fields = Fields::new(thread::take_head(), connection.bounds.head);
    if qpack::decode(block, |line| fields.line(line)).is_err() {
        connection.fail(Code::DECOMPRESSION);
        return None;
    }
    Some(fields.finish(Version::HTTP_3))
}

/// Whether content follows a head, as far as that is known in a moment.
async fn has_content(body: &mut QuicBody, method: &Method, length: Option<u64>, rtt: Duration) -> bool {
    let mut look = poll_fn(|cx| body.poll_has_content(cx));
    let is_likely = length.is_some_and(|length| length > 0) || !matches!(*method, Method::GET | Method::HEAD);
    let patience = if is_likely { Duration::ZERO } else { MOMENT.max(rtt * 2) };
    timeout(patience, &mut look).await.unwrap_or(true)
}

/// One stream whose request has come.
struct Stream<'a> {
    connection: &'a Arc<Connection>,
    client: Arc<Client>,
    sender: Sender,
    asked: Arc<Asked>,
    is_head: bool,
    task: Task,
}

impl Stream<'_> {
    /// Runs an exchange to its answer.
    async fn run(
        &mut self,
        mut exchange: Pin<&mut impl Future<Output = Response>>,
    ) -> Result<Response, Code> {
        let mut gone = pin!(self.sender.send.stopped());
        poll_fn(|cx| {
            self.task.remember(cx);
            let polled = exchange.as_mut().poll(cx);
            for Head { status, headers } in interim::take() {
                // A client that takes nothing does without.
                if self.sender.has_room() {
                    self.sender.fields(|encoder| {
                        encoder.status(status);
                        encoder.lines(&headers, NOT_WRITTEN | Known::ContentLength.bit());
                    });
                }
            }
            if let Poll::Ready(response) = polled {
                return Poll::Ready(Ok(response));
            }
            if self.asked.is_malformed.load(Relaxed) {
                return Poll::Ready(Err(Code::MESSAGE));
            }
            if self.asked.go_on.swap(false, Relaxed) {
                self.sender.fields(|encoder| encoder.status(StatusCode::CONTINUE));
            }
            // Whether it could be written is seen with what follows.
            if matches!(self.sender.poll_write(cx), Poll::Ready(Err(Gone)))
                || gone.as_mut().poll(cx).is_ready()
            {
                return Poll::Ready(Err(Code::REQUEST_CANCELLED));
            }
            Poll::Pending
        })
        .await
    }

    /// Writes an answer.
    async fn answer(mut self, response: Response, tunnel: Option<(Challenge, QuicBody)>) {
        if self.asked.is_malformed.load(Relaxed) {
            self.connection.spend(calm::RESET);
            return self.sender.reset(Code::MESSAGE);
        }
        let date = self.client.worker.date();
        let Response { mut head, body } = response;
        let is_switch = head.status == StatusCode::SWITCHING_PROTOCOLS;
        let (source, frames) = if is_switch {
            let Some((challenge, inbound)) = tunnel else { return self.sender.reset(Code::INTERNAL) };
            let is_met = challenge.is_met(&mut head.headers);
            let (Some(switch), true) = (body.into_switch(), is_met) else {
                return self.sender.reset(Code::INTERNAL);
            };
            // The service speaks WebSocket from here on, and so does the stream (RFC 9220 §3).
            head.status = StatusCode::OK;
            (Source::Tunnel(Box::new(Tunnel::new(*switch, Box::new(inbound)))), out::Frames::UntilClose)
        } else {
            if matches!(head.status.as_u16(), 100..=199 | 204) {
                head.headers.discard(Known::ContentLength);
            }
            let known = http_body::Body::size_hint(&body).exact();
            let frames = encode::frames(Version::HTTP_3, self.is_head, head.status, &head.headers, known);
            (Source::Reply(body), frames)
        };
        let is_over = match frames {
            out::Frames::None => true,
            out::Frames::Length(0) => source.is_end_stream(),
            _ => false,
        };
        self.sender.fields(|encoder| {
            encoder.status(head.status);
            match frames {
                // What an answer to HEAD or a 304 says of the length is of another answer's body.
                out::Frames::None => encoder.lines(&head.headers, NOT_WRITTEN),
                _ => encoder.lines(&head.headers, NOT_WRITTEN | Known::ContentLength.bit()),
            }
            // A response of gRPC that is a head alone has no content to say the length of.
            let is_trailers = is_over && head.headers.contains_key("grpc-status");
            if let out::Frames::Length(length) = frames
                && !is_trailers
            {
                encoder.known(Known::ContentLength, itoa::Buffer::new().format(length).as_bytes());
            }
            if !head.headers.has(Known::Date) {
                encoder.known(Known::Date, &date);
            }
        });
        thread::keep_head(head.headers);
        let mut answer = Answer { body: source, frames, piece: Bytes::new(), is_over, trailers: None };
        match self.send(&mut answer).await {
            Ok(()) => {
                self.connection.earn(calm::RESET);
                self.sender.finish();
            }
            Err(code) => self.sender.reset(code),
        }
    }

    /// Sends an answer, as far as the client takes it.
    async fn send(&mut self, answer: &mut Answer) -> Result<(), Code> {
        let mut gone = pin!(self.sender.send.stopped());
        let mut alarm = Alarm::default();
        let mut stalled = None;
        let patience = self.connection.bounds.body_timeout;
        poll_fn(|cx| {
            self.task.remember(cx);
            loop {
                match self.sender.poll_write(cx) {
                    Poll::Ready(Ok(())) => stalled = None,
                    Poll::Ready(Err(Gone)) => return Poll::Ready(Err(Code::REQUEST_CANCELLED)),
                    Poll::Pending => {
                        // The upstream may wait for the rest of the request before it takes more.
                        if !answer.body.pump(cx) {
                            return Poll::Ready(Err(Code::REQUEST_CANCELLED));
                        }
                        let since = *stalled.get_or_insert_with(Instant::now);
                        if !alarm.is_due(since + patience, cx) {
                            return Poll::Pending;
                        }
                        answer.body.is_not_read();
                        return Poll::Ready(Err(Code::REQUEST_CANCELLED));
                    }
                }
                if answer.is_over {
                    return Poll::Ready(Ok(()));
                }
                match self.step(answer, cx) {
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => {
                        // RFC 9220 §3 for a tunnel.
                        let is_tunnel = matches!(answer.body, Source::Tunnel(_));
                        return Poll::Ready(Err(if is_tunnel {
                            Code::REQUEST_CANCELLED
                        } else {
                            Code::INTERNAL
                        }));
                    }
                    Poll::Pending if gone.as_mut().poll(cx).is_ready() => {
                        return Poll::Ready(Err(Code::REQUEST_CANCELLED));
                    }
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    /// Takes the next piece of an answer; whether it is as its head said.
    fn step(&mut self, answer: &mut Answer, cx: &mut Context<'_>) -> Poll<bool> {
        let is_fine = match std::task::ready!(answer.body.poll_frame(cx)) {
            None => {
                answer.is_over = true;
                !matches!(answer.frames, out::Frames::Length(1..))
            }
            Some(Err(_)) => false,
            Some(Ok(frame)) => match frame.into_data() {
                Ok(piece) => {
                    answer.piece = piece;
                    answer.is_over = answer.body.is_end_stream();
                    let is_fine = !answer.has_other_length();
                    if is_fine {
                        self.sender.data(std::mem::take(&mut answer.piece));
                        self.connection.earn(2);
                    }
                    is_fine
                }
                Err(frame) => {
                    answer.is_over = true;
                    self.sender.trailers(&frame.into_trailers().unwrap_or_default());
                    !matches!(answer.frames, out::Frames::Length(1..))
                }
            },
        };
        Poll::Ready(is_fine)
    }
}

impl Sender {
    fn new(send: SendStream) -> Sender {
        Sender { send, queue: [Bytes::new(), Bytes::new()], is_over: false }
    }

    /// Queues a frame of fields. Only while nothing else is, but for such frames.
    fn fields(&mut self, write: impl FnOnce(&mut qpack::Encoder<'_>)) {
        let mut out = std::mem::take(&mut self.queue[0]).to_vec();
        frame::frame(&mut out, kind::HEADERS, |out| write(&mut qpack::Encoder::begin(out)));
        self.queue[0] = out.into();
    }

    /// Whether what is queued is little.
    fn has_room(&self) -> bool {
        self.queue[0].len() < QUEUED
    }

    fn trailers(&mut self, trailers: &HeaderMap) {
        self.fields(|encoder| encoder.trailers(trailers));
    }

    /// Queues a piece of a body. Only while nothing else is.
    fn data(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        let mut head = Vec::with_capacity(9);
        frame::put(&mut head, kind::DATA);
        frame::put(&mut head, piece.len() as u64);
        self.queue = [head.into(), piece];
    }

    /// Writes what is queued.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        while self.queue.iter().any(|piece| !piece.is_empty()) {
            let writing = pin!(self.send.write_chunks(&mut self.queue));
            if std::task::ready!(writing.poll(cx)).is_err() {
                return Poll::Ready(Err(Gone));
            }
        }
        Poll::Ready(Ok(()))
    }

    fn finish(&mut self) {
        self.is_over = true;
        // The client may have gone meanwhile.
        let _ = self.send.finish();
    }

    fn reset(&mut self, code: Code) {
        self.is_over = true;
        let _ = self.send.reset(code.number());
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        if !self.is_over {
            self.reset(Code::INTERNAL);
        }
    }
}
