//! A connection to an upstream in HTTP/2, shared by the exchanges that use it: a task reads and writes, each exchange its stream.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use head::Headers;
use http::{Method, StatusCode};
use tokio::{io::AsyncWrite, time::Instant};

use super::{
    frame::{self, Code, Head, MAX_FRAME, MAX_WINDOW, PREFACE, flag, kind},
    hpack::{Decoder, Encoder},
    inbox::Inbox,
    out::Out,
    request, response,
    settings::{self, FIRST_WINDOW, STREAM_WINDOW, id},
};
use crate::{
    alarm::Alarm,
    calm::{self, Calm},
    care::Counted,
    h1::line::{READ, READ_BODY, fill},
    interim, lane,
    wire::Wire,
    worker::lock,
};

/// Streams on one connection at most, whatever the upstream takes.
const STREAMS: usize = 128;
/// What may come on a connection: as much as on all of its streams, so that one that is not read holds up none.
const WINDOW: u32 = STREAMS as u32 * STREAM_WINDOW;
/// Streams are numbered; a connection is left long before the numbers end.
const LAST: u32 = 1 << 30;
/// How long a connection without streams is kept.
const IDLE: Duration = Duration::from_secs(55);
/// How long an upstream may say nothing while streams wait, and then take to answer PING.
const QUIET: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(10);
const QUIET_PING: [u8; 8] = *b"are you?";
/// A response's head while it comes, bytes and frames.
const BLOCK: usize = 64 << 10;
const BLOCK_FRAMES: u32 = 64;

/// A connection to an upstream in HTTP/2.
pub(crate) struct Connection {
    pub(crate) state: Mutex<State>,
}

/// What the task of a connection and its streams share. Never contended: all are of one thread.
pub(crate) struct State {
    pub(crate) out: Out,
    pub(crate) encoder: Encoder,
    streams: HashMap<u32, Stream>,
    next: u32,
    /// What may be sent on the connection, and on a new stream.
    pub(crate) send: i64,
    first_send: i64,
    most_streams: usize,
    /// Whether WebSocket is taken on streams (RFC 8441 §3); not known before the upstream's first settings.
    sockets: Option<bool>,
    /// Who waits for that.
    asking: Vec<Waker>,
    /// No stream is opened any more.
    leaving: bool,
    task: Waker,
}

/// What is known of a stream.
pub(crate) struct Stream {
    method: Method,
    head: Option<response::Response>,
    pub(crate) inbox: Inbox,
    /// What is to come of the announced length.
    left: Option<u64>,
    pub(crate) send: i64,
    receive: i64,
    /// Read, and not told yet.
    taken: u32,
    interim: u32,
    /// Whether somebody wants to know what they say, and what they said.
    wants_interim: bool,
    said: Vec<lane::Head>,
    /// Whether a head has been read, even if it was taken.
    has_head: bool,
    has_ended: bool,
    /// Why it is over before its end.
    failed: Option<Failed>,
    spare: Headers,
    waker: Option<Waker>,
}

/// Why a stream is over before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The upstream has done nothing with the request (RFC 9113 §8.7).
    Refused,
    /// Reset by the upstream after what is a whole answer.
    Broken(&'static str),
    Ended,
}

/// The read half of the task's own.
struct Driver {
    wire: Wire,
    buf: BytesMut,
    shared: Arc<Connection>,
    decoder: Decoder,
    block: Option<Block>,
    calm: Calm,
    has_settings: bool,
    taken: u32,
    alarm: Alarm,
    heard: Instant,
    pinged: Option<Instant>,
    /// Since when nothing can be written.
    stalled: Option<Instant>,
    idle_since: Option<Instant>,
    to_wake: Vec<Waker>,
}

struct Block {
    stream: u32,
    ends_stream: bool,
    text: Vec<u8>,
    frames: u32,
}

impl Connection {
    /// Begins to speak HTTP/2; a task of its own drives the connection from here on.
    pub(crate) fn open(wire: Wire, counted: Option<Counted>) -> Arc<Connection> {
        let mut out = Out::default();
        out.frames().extend_from_slice(PREFACE);
        let told = [
            (id::ENABLE_PUSH, 0),
            (id::INITIAL_WINDOW_SIZE, STREAM_WINDOW),
            (id::MAX_HEADER_LIST_SIZE, BLOCK as u32),
        ];
        settings::write(out.frames(), &told);
        frame::window_update(out.frames(), 0, WINDOW - FIRST_WINDOW);
        let state = State {
            out,
            encoder: Encoder::new(),
            streams: HashMap::new(),
            next: 1,
            send: i64::from(FIRST_WINDOW),
            first_send: i64::from(FIRST_WINDOW),
            most_streams: STREAMS,
            sockets: None,
            asking: Vec::new(),
            leaving: false,
            task: Waker::noop().clone(),
        };
        let connection = Arc::new(Connection { state: Mutex::new(state) });
        let now = Instant::now();
        let mut driver = Driver {
            wire,
            buf: BytesMut::new(),
            shared: Arc::clone(&connection),
            decoder: Decoder::new(),
            block: None,
            calm: Calm::new(now),
            has_settings: false,
            taken: 0,
            alarm: Alarm::default(),
            heard: now,
            pinged: None,
            stalled: None,
            idle_since: Some(now),
            to_wake: Vec::new(),
        };
        tokio::spawn(async move {
            let _counted = counted;
            let connection_state = Arc::clone(&driver.shared);
            poll_fn(|cx| driver.poll(cx)).await;
            driver.end();
            let _ = tokio::time::timeout(
                PONG,
                poll_fn(|cx| {
                    let mut state = lock(&connection_state.state);
                    std::task::ready!(state.out.poll_flush(&mut driver.wire, cx))?;
                    Pin::new(&mut driver.wire).poll_shutdown(cx)
                }),
            )
            .await;
        });
        connection
    }

    /// Whether a stream can be opened now.
    pub(crate) fn has_room(&self) -> bool {
        let state = lock(&self.state);
        !state.leaving && state.streams.len() < state.most_streams && state.next < LAST
    }

    /// Whether it will never again be used.
    pub(crate) fn is_over(&self) -> bool {
        let state = lock(&self.state);
        state.leaving || state.next >= LAST
    }
}

impl State {
    /// Whether WebSocket is taken on streams, once that is known; the inner `None` where it never will be.
    pub(crate) fn poll_sockets(&mut self, cx: &Context<'_>) -> Poll<Option<bool>> {
        if self.sockets.is_none() && !self.leaving {
            if !self.asking.iter().any(|waker| waker.will_wake(cx.waker())) {
                self.asking.push(cx.waker().clone());
            }
            return Poll::Pending;
        }
        Poll::Ready(self.sockets)
    }

    /// Opens a stream; its number.
    pub(crate) fn open(&mut self, method: Method, wants_interim: bool, spare: Headers) -> u32 {
        let id = self.next;
        self.next += 2;
        let failed = self.leaving.then_some(Failed::Refused);
        self.streams.insert(
            id,
            Stream {
                method,
                head: None,
                inbox: Inbox::default(),
                left: None,
                send: self.first_send,
                receive: i64::from(STREAM_WINDOW),
                taken: 0,
                interim: 0,
                wants_interim,
                said: Vec::new(),
                has_head: false,
                has_ended: false,
                failed,
                spare,
                waker: None,
            },
        );
        id
    }

    pub(crate) fn stream(&mut self, id: u32) -> Option<&mut Stream> {
        self.streams.get_mut(&id)
    }

    /// What may be sent on a stream now, bytes.
    pub(crate) fn window(&self, id: u32) -> usize {
        let stream = self.streams.get(&id).map_or(0, |stream| stream.send);
        usize::try_from(stream.min(self.send).min(MAX_FRAME as i64)).unwrap_or(0)
    }

    /// Counts what was sent on a stream.
    pub(crate) fn sent(&mut self, id: u32, bytes: usize) {
        self.send -= bytes as i64;
        if let Some(stream) = self.streams.get_mut(&id) {
            stream.send -= bytes as i64;
        }
    }

    /// There is something to write.
    pub(crate) fn wake(&self) {
        self.task.wake_by_ref();
    }

    /// A stream is not used any more; where the other side does not know that, it is told.
    pub(crate) fn close(&mut self, id: u32, has_sent: bool) -> Option<Headers> {
        let stream = self.streams.remove(&id)?;
        if stream.failed.is_none() && !(has_sent && stream.has_ended) {
            let code = if stream.has_ended { Code::NO_ERROR } else { Code::CANCEL };
            frame::reset(self.out.frames(), id, code);
        }
        self.wake();
        Some(stream.spare)
    }

    /// Tells the upstream what was read of a stream.
    pub(crate) fn credit(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.taken += stream.inbox.take_taken();
        if stream.taken >= STREAM_WINDOW / 2 && !stream.has_ended {
            frame::window_update(self.out.frames(), id, stream.taken);
            stream.receive += i64::from(stream.taken);
            stream.taken = 0;
            self.wake();
        }
    }
}

impl Stream {
    /// Who waits for what comes, or for room to send.
    pub(crate) fn wait(&mut self, cx: &Context<'_>) {
        match &mut self.waker {
            Some(waker) => waker.clone_from(cx.waker()),
            None => self.waker = Some(cx.waker().clone()),
        }
    }

    pub(crate) fn take_head(&mut self) -> Option<response::Response> {
        self.head.take()
    }

    /// What was said before the head.
    pub(crate) fn take_said(&mut self) -> Vec<lane::Head> {
        std::mem::take(&mut self.said)
    }

    pub(crate) fn failed(&self) -> Option<Failed> {
        self.failed
    }

    pub(crate) fn heard(&self) -> bool {
        self.has_head || self.interim > 0
    }

    fn fail(&mut self, why: Failed) {
        self.failed.get_or_insert(why);
        self.inbox.break_off();
    }
}

impl Driver {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let shared = Arc::clone(&self.shared);
        let mut state = lock(&shared.state);
        if !state.task.will_wake(cx.waker()) {
            state.task.clone_from(cx.waker());
        }
        loop {
            let was_full = !state.out.has_room();
            match state.out.poll_flush(&mut self.wire, cx) {
                Poll::Ready(Ok(())) => {
                    if self.stalled.take().is_some() || was_full {
                        // Whoever waits for room has it.
                        self.to_wake
                            .extend(state.streams.values_mut().filter_map(|stream| stream.waker.take()));
                    }
                }
                Poll::Ready(Err(_)) => return Poll::Ready(()),
                Poll::Pending => drop(self.stalled.get_or_insert_with(Instant::now)),
            }
            if !state.out.has_room() {
                break;
            }
            let most = if self.buf.is_empty() { READ } else { READ_BODY };
            match fill(&mut self.wire, &mut self.buf, most, cx) {
                Poll::Ready(Ok(1..)) => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => break,
            }
            self.pinged = None;
            let read = self.read_frames(&mut state);
            self.to_wake.drain(..).for_each(Waker::wake);
            if let Err(code) = read {
                frame::go_away(state.out.frames(), 0, code);
                return Poll::Ready(());
            }
            self.heard = Instant::now();
        }
        self.to_wake.drain(..).for_each(Waker::wake);
        self.watch(&mut state, cx)
    }

    /// Ends a connection that nobody uses, or on which the other side is not there any more.
    fn watch(&mut self, state: &mut State, cx: &mut Context<'_>) -> Poll<()> {
        let is_idle = state.streams.is_empty();
        if is_idle && state.leaving && state.out.is_empty() {
            return Poll::Ready(());
        }
        if is_idle {
            self.idle_since.get_or_insert_with(Instant::now);
        } else {
            self.idle_since = None;
        }
        let deadline = match (self.idle_since, self.stalled, self.pinged) {
            (_, Some(since), _) => since + QUIET,
            (Some(since), ..) => since + IDLE,
            (None, _, Some(since)) => since + PONG,
            (None, ..) => self.heard + QUIET,
        };
        if !self.alarm.is_due(deadline, cx) {
            return Poll::Pending;
        }
        if self.stalled.is_some() || is_idle || self.pinged.is_some() {
            if is_idle {
                frame::go_away(state.out.frames(), 0, Code::NO_ERROR);
            }
            return Poll::Ready(());
        }
        self.pinged = Some(Instant::now());
        frame::ping(state.out.frames(), 0, QUIET_PING);
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// The connection is over, and so are all streams that still wait.
    fn end(&mut self) {
        let mut state = lock(&self.shared.state);
        state.leaving = true;
        self.to_wake.append(&mut state.asking);
        for stream in state.streams.values_mut() {
            if !stream.has_ended {
                stream.fail(Failed::Ended);
            }
            self.to_wake.extend(stream.waker.take());
        }
        drop(state);
        self.to_wake.drain(..).for_each(Waker::wake);
    }

    fn read_frames(&mut self, state: &mut State) -> Result<(), Code> {
        while let Some(head) = Head::read(&self.buf) {
            if head.length > MAX_FRAME {
                return Err(Code::FRAME_SIZE);
            }
            if self.buf.len() < frame::HEAD + head.length {
                break;
            }
            if !self.has_settings && (head.kind != kind::SETTINGS || head.has(flag::ACK)) {
                return Err(Code::PROTOCOL);
            }
            let continues = self.block.as_ref().map(|block| block.stream);
            if continues.is_some_and(|stream| head.kind != kind::CONTINUATION || head.stream != stream) {
                return Err(Code::PROTOCOL);
            }
            self.buf.advance(frame::HEAD);
            let payload = self.buf.split_to(head.length);
            match head.kind {
                kind::DATA => self.data(state, head, payload)?,
                kind::HEADERS => self.headers(state, head, &payload)?,
                kind::CONTINUATION => self.continuation(state, head, &payload)?,
                kind::RST_STREAM => self.reset(state, head, &payload)?,
                kind::SETTINGS => self.settings(state, head, &payload)?,
                kind::PING => self.ping(state, head, &payload)?,
                kind::GOAWAY => self.go_away(state, head, &payload)?,
                kind::WINDOW_UPDATE => self.window_update(state, head, &payload)?,
                kind::PUSH_PROMISE => return Err(Code::PROTOCOL),
                _ => self.calm.spend(calm::FRAME)?,
            }
        }
        Ok(())
    }

    fn data(&mut self, state: &mut State, head: Head, payload: BytesMut) -> Result<(), Code> {
        let length = head.length as i64;
        if head.stream == 0 || head.stream >= state.next {
            return Err(Code::PROTOCOL);
        }
        // More may come on the connection at once: each stream has a bound of its own.
        self.taken += head.length as u32;
        if self.taken >= WINDOW / 4 {
            frame::window_update(state.out.frames(), 0, self.taken);
            self.taken = 0;
        }
        let (content, padding) = head.unpadded(&payload)?;
        let (content_length, ends) = (content.len(), head.has(flag::END_STREAM));
        if content_length == 0 && !ends {
            self.calm.spend(calm::FRAME)?;
        }
        // One that was given up here.
        let Some(stream) = state.streams.get_mut(&head.stream) else { return Ok(()) };
        stream.receive -= length;
        if stream.failed.is_some() {
            return Ok(());
        }
        let wrong = if stream.has_ended || !stream.has_head {
            Some((Code::PROTOCOL, "content came where there is none"))
        } else if stream.receive < 0 {
            Some((Code::FLOW_CONTROL, "more came than may"))
        } else {
            let left = stream.left.map(|left| left.checked_sub(content_length as u64));
            match left {
                None => None,
                Some(Some(left)) if left == 0 || !ends => {
                    stream.left = Some(left);
                    None
                }
                Some(_) => Some((Code::PROTOCOL, "the body is not as long as its head said")),
            }
        };
        if let Some((code, why)) = wrong {
            self.blame(state, head.stream, code, why);
            return Ok(());
        }
        stream.taken += padding as u32;
        let mut piece = payload.freeze();
        piece.advance(usize::from(padding > 0));
        piece.truncate(content_length);
        stream.inbox.push(piece);
        if ends {
            stream.has_ended = true;
            stream.inbox.end(None);
        }
        self.to_wake.extend(stream.waker.take());
        Ok(())
    }

    fn headers(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        let (mut fields, _) = head.unpadded(payload)?;
        if head.stream == 0 || head.stream >= state.next || head.stream.is_multiple_of(2) {
            return Err(Code::PROTOCOL);
        }
        if head.has(flag::PRIORITY) {
            fields = fields.get(5..).ok_or(Code::FRAME_SIZE)?;
        }
        let ends_stream = head.has(flag::END_STREAM);
        if head.has(flag::END_HEADERS) {
            return self.fields(state, head.stream, ends_stream, fields);
        }
        self.block = Some(Block { stream: head.stream, ends_stream, text: fields.to_vec(), frames: 0 });
        Ok(())
    }

    fn continuation(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        let block = self.block.as_mut().ok_or(Code::PROTOCOL)?;
        block.text.extend_from_slice(payload);
        block.frames += 1;
        if head.has(flag::END_HEADERS) {
            let Some(block) = self.block.take() else { return Ok(()) };
            return self.fields(state, block.stream, block.ends_stream, &block.text);
        }
        if block.text.len() > BLOCK * 2 || block.frames > BLOCK_FRAMES {
            return Err(Code::ENHANCE_YOUR_CALM);
        }
        Ok(())
    }

    /// Fields have come whole: a head, or trailers.
    fn fields(&mut self, state: &mut State, id: u32, ends: bool, block: &[u8]) -> Result<(), Code> {
        let Some(stream) = state.streams.get_mut(&id).filter(|stream| stream.failed.is_none()) else {
            // What follows may refer to it.
            self.decoder.decode(block, |_| {})?;
            return Ok(());
        };
        if stream.has_head {
            let trailers = request::trailers(&mut self.decoder, block)?;
            let (Ok(trailers), true, false, None | Some(0)) = (trailers, ends, stream.has_ended, stream.left)
            else {
                self.blame(state, id, Code::PROTOCOL, "what follows the body is not well-formed");
                return Ok(());
            };
            stream.has_ended = true;
            stream.inbox.end(Some(trailers));
            self.to_wake.extend(stream.waker.take());
            return Ok(());
        }
        let spare = std::mem::take(&mut stream.spare);
        let head = response::response(&mut self.decoder, block, spare)?;
        let Some(head) = head else {
            self.blame(state, id, Code::PROTOCOL, "the response's head is not well-formed, or too large");
            return Ok(());
        };
        if head.status.is_informational() {
            stream.interim += 1;
            if ends || stream.interim > interim::MOST || head.status == StatusCode::SWITCHING_PROTOCOLS {
                self.blame(state, id, Code::PROTOCOL, "an interim response is not well-formed");
            } else if stream.wants_interim {
                stream.said.push(lane::Head { status: head.status, headers: head.headers });
                self.to_wake.extend(stream.waker.take());
            } else {
                stream.spare = head.headers;
            }
            return Ok(());
        }
        stream.has_head = true;
        let has_body = !matches!(stream.method, Method::HEAD | Method::CONNECT)
            && !matches!(head.status.as_u16(), 204 | 304);
        stream.left = head.length.filter(|_| has_body);
        if ends && stream.left.is_some_and(|left| left > 0) {
            self.blame(state, id, Code::PROTOCOL, "the body is not as long as its head said");
            return Ok(());
        }
        stream.inbox.announce(stream.left);
        if ends {
            stream.has_ended = true;
            stream.inbox.end(None);
        }
        stream.head = Some(head);
        self.to_wake.extend(stream.waker.take());
        Ok(())
    }

    /// Ends a stream whose upstream did wrong.
    fn blame(&mut self, state: &mut State, id: u32, code: Code, why: &'static str) {
        frame::reset(state.out.frames(), id, code);
        if let Some(stream) = state.streams.get_mut(&id) {
            stream.fail(Failed::Broken(why));
            self.to_wake.extend(stream.waker.take());
        }
    }

    fn reset(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        let code = Code(frame::number(payload)?);
        if head.stream == 0 || head.stream >= state.next {
            return Err(Code::PROTOCOL);
        }
        let Some(stream) = state.streams.get_mut(&head.stream) else { return Ok(()) };
        let why = match code {
            Code::REFUSED_STREAM => {
                // Whoever asks again does so elsewhere.
                state.leaving = true;
                Failed::Refused
            }
            _ => Failed::Broken("the stream was reset"),
        };
        // The rest of the request may be refused after a whole answer (RFC 9113 §8.1).
        stream.failed.get_or_insert(why);
        if !stream.has_ended {
            stream.inbox.break_off();
        }
        self.to_wake.extend(stream.waker.take());
        Ok(())
    }

    fn settings(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        if head.has(flag::ACK) {
            return if payload.is_empty() { Ok(()) } else { Err(Code::FRAME_SIZE) };
        }
        self.calm.spend(calm::FRAME + state.streams.len() as u32)?;
        self.has_settings = true;
        settings::read(payload, |setting, value| {
            match setting {
                id::HEADER_TABLE_SIZE => state.encoder.resize(value as usize),
                id::ENABLE_PUSH if value != 0 => return Err(Code::PROTOCOL),
                id::ENABLE_CONNECT_PROTOCOL => state.sockets = Some(value == 1),
                id::MAX_CONCURRENT_STREAMS => state.most_streams = (value as usize).min(STREAMS),
                id::INITIAL_WINDOW_SIZE => {
                    let by = i64::from(value) - state.first_send;
                    state.first_send = i64::from(value);
                    for stream in state.streams.values_mut() {
                        stream.send += by;
                        if stream.send > MAX_WINDOW {
                            return Err(Code::FLOW_CONTROL);
                        }
                        self.to_wake.extend(stream.waker.take());
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        state.sockets.get_or_insert(false);
        self.to_wake.append(&mut state.asking);
        frame::head(state.out.frames(), 0, kind::SETTINGS, flag::ACK, 0);
        Ok(())
    }

    fn ping(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        let payload: [u8; 8] = payload.try_into().map_err(|_| Code::FRAME_SIZE)?;
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        if !head.has(flag::ACK) {
            self.calm.spend(calm::FRAME)?;
            frame::ping(state.out.frames(), flag::ACK, payload);
        }
        Ok(())
    }

    /// No more streams are taken; those past the last are as if they had not been sent (RFC 9113 §6.8).
    fn go_away(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        let last = payload.first_chunk::<4>().ok_or(Code::FRAME_SIZE)?;
        let last = u32::from_be_bytes(*last) & 0x7fff_ffff;
        state.leaving = true;
        for (id, stream) in &mut state.streams {
            if *id > last && !stream.has_ended {
                stream.fail(Failed::Refused);
                self.to_wake.extend(stream.waker.take());
            }
        }
        Ok(())
    }

    fn window_update(&mut self, state: &mut State, head: Head, payload: &[u8]) -> Result<(), Code> {
        let by = i64::from(frame::number(payload)? & 0x7fff_ffff);
        self.calm.spend(calm::FRAME)?;
        if head.stream == 0 {
            state.send += by;
            if by == 0 || state.send > MAX_WINDOW {
                return Err(if by == 0 { Code::PROTOCOL } else { Code::FLOW_CONTROL });
            }
            self.to_wake.extend(state.streams.values_mut().filter_map(|stream| stream.waker.take()));
            return Ok(());
        }
        if head.stream >= state.next {
            return Err(Code::PROTOCOL);
        }
        let Some(stream) = state.streams.get_mut(&head.stream) else { return Ok(()) };
        stream.send += by;
        if by == 0 || stream.send > MAX_WINDOW {
            self.blame(state, head.stream, Code::PROTOCOL, "a window is not well-formed");
            return Ok(());
        }
        // What is sent on earns back what telling about it costs.
        self.calm.earn(calm::FRAME);
        self.to_wake.extend(stream.waker.take());
        Ok(())
    }
}
