//! Serves a client's connection in HTTP/2: one task that reads frames, drives the exchanges of all streams, and writes what they
//! have to say in as few calls as can be.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::Ordering::{Acquire, Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, BytesMut};
use head::RequestHead;
use tokio::{
    io::AsyncWrite,
    time::{Instant, timeout},
};

use super::{
    frame::{self, Code, Head, MAX_FRAME, MAX_WINDOW, PREFACE, flag, kind},
    hpack::{Decoder, Encoder},
    out::Out,
    ready::{Ready, STREAMS, Slots},
    settings::{self, FIRST_WINDOW, id},
    streams::{Over, Streams},
};
use crate::{
    alarm::Alarm,
    calm::{self, Calm, Spent},
    client::Client,
    exchange::{Inbound, exchange},
    h1::line::{READ, READ_BODY, fill},
    reply::Response,
    serve::Task,
    table::Bounds,
    thread,
    wire::Wire,
};

/// How long a client may take to see that its connection was closed on it, and go on sending meanwhile.
const LINGER: Duration = Duration::from_secs(2);
/// What is read of that at most, bytes.
const LEFTOVER: usize = 4 << 20;
/// How long a client may take to see that no more streams are taken.
const FAREWELL: Duration = Duration::from_secs(1);
/// The PING by whose answer that is known.
const FAREWELL_PING: [u8; 8] = *b"farewell";
/// A block of fields is held while it comes: so much more than a head may have, and so many frames.
const BLOCK_FRAMES: u32 = 64;
/// What may come on a connection before it is told that it came. Each stream has a bound of its own: were there one for all of them,
/// those that are not read now would hold up those that are.
const WINDOW: u32 = 1 << 20;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeting {
    /// The client's first bytes are awaited.
    Preface,
    /// Its settings are.
    Settings,
    Over,
}

/// How far a connection is on its way to its end (RFC 9113 §6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    None,
    /// The client was told to open no more streams, and may not know yet.
    Said(Instant),
    /// No stream past this is taken.
    Last(u32),
    /// Nothing is read any more, and what is written is the last.
    Over,
}

/// Fields that come in several frames.
struct Block {
    stream: u32,
    ends_stream: bool,
    text: Vec<u8>,
    frames: u32,
    since: Instant,
}

/// One connection, and what serving it needs.
pub(super) struct Server<M, F> {
    wire: Wire,
    buf: BytesMut,
    /// Whether there may be a whole frame in it.
    may_be_whole: bool,
    pub(super) out: Out,
    pub(super) client: Arc<Client>,
    pub(super) bounds: Bounds,
    task: Task,
    /// The blocks that exchanges were last held against; see [`crate::stop`].
    blocks: u64,
    make: M,
    pub(super) streams: Streams<F>,
    pub(super) ready: Arc<Ready>,
    /// Streams that wait for room in `out`, or in the connection's window.
    pub(super) waiting: Slots,
    decoder: Decoder,
    pub(super) encoder: Encoder,
    block: Option<Block>,
    greeting: Greeting,
    pub(super) farewell: Farewell,
    pub(super) calm: Calm,
    /// The last stream that was opened.
    last: u32,
    /// What may be sent on the connection, and on a new stream; what may come on the connection.
    pub(super) send: i64,
    first_send: i64,
    receive: i64,
    /// What came and is not told yet.
    taken: u32,
    alarm: Alarm,
    /// Since when nothing can be written.
    stalled: Option<Instant>,
}

/// Serves a connection to its end. `buf` holds what was read of it already.
pub(crate) async fn serve(wire: Wire, buf: BytesMut, client: Arc<Client>, bounds: Bounds, task: Task) {
    let mut server = Server::new(wire, buf, client, bounds, task, exchange);
    if poll_fn(|cx| server.poll(cx)).await {
        server.linger().await;
    }
}

impl<M, F> Server<M, F>
where
    M: Fn(Arc<Client>, Box<RequestHead>, Inbound, Instant) -> F,
    F: Future<Output = Response>,
{
    fn new(wire: Wire, buf: BytesMut, client: Arc<Client>, bounds: Bounds, task: Task, make: M) -> Self {
        let ready = Ready::new();
        let (_, gathered) = thread::take_buffers();
        let mut out = Out::with_buffer(gathered);
        let head = u32::try_from(bounds.head).unwrap_or(u32::MAX);
        let told = [
            (id::MAX_CONCURRENT_STREAMS, STREAMS as u32),
            (id::MAX_HEADER_LIST_SIZE, head),
            (id::ENABLE_CONNECT_PROTOCOL, 1),
            (id::NO_RFC7540_PRIORITIES, 1),
        ];
        settings::write(out.frames(), &told);
        frame::window_update(out.frames(), 0, WINDOW - FIRST_WINDOW);
        Server {
            wire,
            may_be_whole: !buf.is_empty(),
            buf,
            out,
            bounds,
            task,
            blocks: client.worker.shared.blocks.load(Acquire),
            make,
            streams: Streams::new(Arc::clone(&ready)),
            ready,
            waiting: Slots::default(),
            decoder: Decoder::new(),
            encoder: Encoder::new(),
            block: None,
            greeting: Greeting::Preface,
            farewell: Farewell::None,
            calm: Calm::new(client.opened),
            client,
            last: 0,
            send: i64::from(FIRST_WINDOW),
            first_send: i64::from(FIRST_WINDOW),
            receive: i64::from(WINDOW),
            taken: 0,
            alarm: Alarm::default(),
            stalled: None,
        }
    }

    /// Does all there is to do now. Ready when the connection is over: whether the client may still read what was written last.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.task.remember(cx);
        self.ready.follow(cx);
        let shared = &self.client.worker.shared;
        if shared.closing.load(Relaxed) {
            return Poll::Ready(false);
        }
        let blocks = shared.blocks.load(Acquire);
        if shared.draining.load(Relaxed) && self.farewell == Farewell::None {
            self.say_farewell();
        }
        if blocks != self.blocks {
            self.blocks = blocks;
            self.look_again();
        }
        loop {
            let mut worked = false;
            // What cannot be answered yet waits.
            if self.may_be_whole && self.out.has_room() {
                self.may_be_whole = false;
                self.read_frames();
                worked = true;
            }
            for slot in self.ready.take() {
                self.run(slot);
                worked = true;
            }
            if matches!(self.farewell, Farewell::Last(_)) && self.streams.open == 0 {
                self.farewell = Farewell::Over;
            }
            match self.out.poll_flush(&mut self.wire, cx) {
                Poll::Ready(Ok(())) => self.stalled = None,
                Poll::Ready(Err(_)) => return Poll::Ready(false),
                Poll::Pending => drop(self.stalled.get_or_insert_with(Instant::now)),
            }
            if self.out.has_room() {
                worked |= !self.waiting.is_empty() && self.send > 0;
                self.wake_waiting();
            }
            if self.farewell == Farewell::Over {
                if self.out.is_empty() {
                    return Poll::Ready(true);
                }
                break;
            }
            // What is not answered is not read either.
            if self.out.has_room() {
                match self.poll_fill(cx) {
                    Poll::Ready(Ok(1..)) => self.may_be_whole = true,
                    Poll::Ready(_) => return Poll::Ready(false),
                    Poll::Pending if worked || self.may_be_whole => {}
                    Poll::Pending => break,
                }
            } else if !worked {
                break;
            }
        }
        self.watch(cx)
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.buf.capacity() == 0 {
            let (buf, _) = thread::take_buffers();
            self.buf = buf;
        }
        // A body comes in larger pieces than heads do.
        let most = if self.buf.is_empty() { READ } else { READ_BODY };
        fill(&mut self.wire, &mut self.buf, most, cx)
    }

    /// Ends what takes too long, and rests where there is nothing to do.
    fn watch(&mut self, cx: &Context<'_>) -> Poll<bool> {
        let Bounds { header_timeout, body_timeout, idle_timeout, .. } = self.bounds;
        if self.farewell == Farewell::Over {
            let since = *self.stalled.get_or_insert_with(Instant::now);
            let is_late = self.alarm.is_due(since + LINGER.min(body_timeout), cx);
            return if is_late { Poll::Ready(false) } else { Poll::Pending };
        }
        let is_idle = self.streams.open == 0;
        let patience = if is_idle {
            // Nothing came since the connection was accepted: the first request is awaited as a head is.
            let since = if self.last == 0 { self.client.opened } else { self.client.idle_since() };
            Some(since + if self.last == 0 { header_timeout } else { idle_timeout })
        } else {
            None
        };
        let stalled = if self.send > 0 && self.waiting.is_empty() && is_idle {
            None
        } else {
            self.streams.iter_mut().filter_map(|(_, stream)| stream.stalled).min()
        };
        let deadlines = [
            patience,
            self.block.as_ref().map(|block| block.since + header_timeout),
            stalled.map(|since| since + body_timeout),
            self.stalled.map(|since| since + body_timeout),
            match self.farewell {
                Farewell::Said(since) => Some(since + FAREWELL),
                _ => None,
            },
        ];
        if is_idle && self.buf.is_empty() && self.out.is_empty() {
            self.rest();
        }
        let Some(deadline) = deadlines.into_iter().flatten().min() else { return Poll::Pending };
        if !self.alarm.is_due(deadline, cx) {
            return Poll::Pending;
        }
        let now = Instant::now();
        if self.stalled.is_some_and(|since| now >= since + body_timeout) {
            for (_, stream) in self.streams.iter_mut() {
                stream.answer.iter_mut().for_each(|answer| answer.body.is_not_read());
            }
            return Poll::Ready(false);
        }
        if matches!(self.farewell, Farewell::Said(since) if now >= since + FAREWELL) {
            self.last_farewell();
        }
        if self.block.as_ref().is_some_and(|block| now >= block.since + header_timeout) {
            self.fail(Code::ENHANCE_YOUR_CALM);
        }
        if patience.is_some_and(|patience| now >= patience) {
            self.fail(Code::NO_ERROR);
        }
        let late: Vec<usize> = self
            .streams
            .iter_mut()
            .filter(|(_, stream)| stream.stalled.is_some_and(|since| now >= since + body_timeout))
            .map(|(slot, _)| slot)
            .collect();
        for slot in late {
            self.streams.slots[slot].answer.iter_mut().for_each(|answer| answer.body.is_not_read());
            self.reset(slot, Code::CANCEL);
        }
        // What was decided is written.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Something else is blocked than before: what is under way sees whether it may go on.
    fn look_again(&mut self) {
        for slot in 0..self.streams.slots.len() {
            let stream = &mut self.streams.slots[slot];
            let mut cx = Context::from_waker(&stream.waker);
            // Whatever an answer waits for.
            let may_go_on = stream.answer.as_mut().is_none_or(|answer| answer.body.pump(&mut cx));
            match may_go_on {
                true => self.ready.mark(slot),
                false => self.reset(slot, Code::CANCEL),
            }
        }
    }

    /// Gives back the memory of a connection on which nothing happens.
    fn rest(&mut self) {
        if self.buf.capacity() > 0 {
            let out = std::mem::take(&mut self.out).into_buffer();
            thread::keep_buffers(std::mem::take(&mut self.buf), out);
        }
        self.streams.rest();
    }

    /// Reads the frames that have come whole.
    fn read_frames(&mut self) {
        let mut buf = std::mem::take(&mut self.buf);
        let mut began = None;
        while self.farewell != Farewell::Over {
            if !self.out.has_room() {
                self.may_be_whole = true;
                break;
            }
            let read = match self.read_frame(&mut buf, &mut began) {
                Ok(true) => continue,
                Ok(false) => break,
                Err(code) => code,
            };
            self.fail(read);
        }
        self.buf = buf;
    }

    /// Reads one frame; whether there was one.
    fn read_frame(&mut self, buf: &mut BytesMut, began: &mut Option<Instant>) -> Result<bool, Code> {
        if self.greeting == Greeting::Preface {
            let came = buf.len().min(PREFACE.len());
            if buf[..came] != PREFACE[..came] {
                return Err(Code::PROTOCOL);
            }
            if came < PREFACE.len() {
                return Ok(false);
            }
            buf.advance(came);
            self.greeting = Greeting::Settings;
        }
        let Some(head) = Head::read(buf) else { return Ok(false) };
        if self.greeting == Greeting::Settings && (head.kind != kind::SETTINGS || head.has(flag::ACK)) {
            return Err(Code::PROTOCOL);
        }
        if head.length > MAX_FRAME {
            return Err(Code::FRAME_SIZE);
        }
        let whole = frame::HEAD + head.length;
        if buf.len() < whole {
            return Ok(false);
        }
        let continues = self.block.as_ref().map(|block| block.stream);
        if continues.is_some_and(|stream| head.kind != kind::CONTINUATION || head.stream != stream) {
            return Err(Code::PROTOCOL);
        }
        if head.kind == kind::DATA {
            buf.advance(frame::HEAD);
            let payload = buf.split_to(head.length);
            self.data(head, payload)?;
            return Ok(true);
        }
        let payload = &buf[frame::HEAD..whole];
        match head.kind {
            kind::HEADERS => self.headers(head, payload, began)?,
            kind::CONTINUATION => self.continuation(head, payload, began)?,
            kind::PRIORITY => self.priority(head, payload)?,
            kind::RST_STREAM => self.reset_by_them(head, payload)?,
            kind::SETTINGS => self.settings(head, payload)?,
            kind::PING => self.ping(head, payload)?,
            kind::GOAWAY => self.go_away(head, payload)?,
            kind::WINDOW_UPDATE => self.window_update(head, payload)?,
            kind::PUSH_PROMISE => return Err(Code::PROTOCOL),
            // What is not known means nothing (RFC 9113 §5.5).
            _ => self.calm.spend(calm::FRAME)?,
        }
        buf.advance(whole);
        Ok(true)
    }

    fn data(&mut self, head: Head, payload: BytesMut) -> Result<(), Code> {
        let length = head.length as i64;
        self.receive -= length;
        if head.stream == 0 {
            return Err(Code::PROTOCOL);
        }
        if self.receive < 0 {
            return Err(Code::FLOW_CONTROL);
        }
        self.taken += head.length as u32;
        if self.taken >= WINDOW / 2 {
            frame::window_update(self.out.frames(), 0, self.taken);
            self.receive += i64::from(self.taken);
            self.taken = 0;
        }
        let (content, padding) = head.unpadded(&payload)?;
        let ends = head.has(flag::END_STREAM);
        if content.is_empty() && !ends {
            self.calm.spend(calm::FRAME)?;
        }
        let Some(slot) = self.streams.find(head.stream) else { return self.not_open(head.stream) };
        let stream = &mut self.streams.slots[slot];
        stream.receive -= length;
        let content_length = content.len() as u64;
        if stream.has_ended {
            return self.blame(slot, Code::STREAM_CLOSED);
        }
        if stream.receive < 0 {
            return self.blame(slot, Code::FLOW_CONTROL);
        }
        if let Some(left) = &mut stream.announced {
            match left.checked_sub(content_length) {
                Some(now) if now == 0 || !ends => *left = now,
                // Longer or shorter than its head said (RFC 9113 §8.1.1).
                _ => return self.blame(slot, Code::PROTOCOL),
            }
        }
        stream.taken += padding as u32;
        stream.has_ended = ends;
        let from = if padding > 0 { 1 } else { 0 };
        let mut piece = payload.freeze();
        piece.advance(from);
        piece.truncate(content_length as usize);
        self.deliver(slot, |inbox| {
            inbox.push(piece);
            if ends {
                inbox.end(None);
            }
        });
        Ok(())
    }

    fn headers(&mut self, head: Head, payload: &[u8], began: &mut Option<Instant>) -> Result<(), Code> {
        let (mut fields, _) = head.unpadded(payload)?;
        if head.stream.is_multiple_of(2) {
            return Err(Code::PROTOCOL);
        }
        if head.has(flag::PRIORITY) {
            let (on, rest) = fields.split_first_chunk::<5>().ok_or(Code::FRAME_SIZE)?;
            if depends_on(*on) == head.stream {
                return Err(Code::PROTOCOL);
            }
            fields = rest;
        }
        let ends_stream = head.has(flag::END_STREAM);
        if head.has(flag::END_HEADERS) {
            return self.fields(head.stream, ends_stream, fields, began);
        }
        let since = *began.get_or_insert_with(Instant::now);
        self.block =
            Some(Block { stream: head.stream, ends_stream, text: fields.to_vec(), frames: 0, since });
        Ok(())
    }

    fn continuation(&mut self, head: Head, payload: &[u8], began: &mut Option<Instant>) -> Result<(), Code> {
        let block = self.block.as_mut().ok_or(Code::PROTOCOL)?;
        block.text.extend_from_slice(payload);
        block.frames += 1;
        if head.has(flag::END_HEADERS) {
            let Some(block) = self.block.take() else { return Ok(()) };
            return self.fields(block.stream, block.ends_stream, &block.text, began);
        }
        if block.text.len() > self.bounds.head * 2 + MAX_FRAME || block.frames > BLOCK_FRAMES {
            return Err(Code::ENHANCE_YOUR_CALM);
        }
        Ok(())
    }

    /// Fields have come whole.
    fn fields(
        &mut self,
        stream: u32,
        ends: bool,
        block: &[u8],
        began: &mut Option<Instant>,
    ) -> Result<(), Code> {
        if let Some(slot) = self.streams.find(stream) {
            let trailers = super::request::trailers(&mut self.decoder, block)?;
            let open = &mut self.streams.slots[slot];
            if open.has_ended {
                return self.blame(slot, Code::STREAM_CLOSED);
            }
            let (Ok(trailers), true, None | Some(0)) = (trailers, ends, open.announced) else {
                return self.blame(slot, Code::PROTOCOL);
            };
            open.has_ended = true;
            self.deliver(slot, |inbox| inbox.end(Some(trailers)));
            return Ok(());
        }
        if stream <= self.last {
            // What a stream that the gateway has reset still had to say is read: what follows may refer to it.
            let how = self.streams.how(stream);
            if how == Some(Over::ByUs) {
                self.decoder.decode(block, |_| {})?;
                return Ok(self.calm.spend(calm::RESET)?);
            }
            return Err(if how.is_some() { Code::STREAM_CLOSED } else { Code::PROTOCOL });
        }
        let spare = thread::take_head();
        let read = super::request::request(&mut self.decoder, block, spare, self.bounds.head)?;
        if matches!(self.farewell, Farewell::Last(last) if stream > last) {
            return Ok(());
        }
        self.last = stream;
        let now = *began.get_or_insert_with(Instant::now);
        self.request(stream, ends, read, now)
    }

    fn priority(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        self.calm.spend(calm::FRAME)?;
        if head.stream == 0 {
            return Err(Code::PROTOCOL);
        }
        // Otherwise it means nothing any more (RFC 9113 §5.3.2).
        let code = match payload.try_into() {
            Err(_) => Code::FRAME_SIZE,
            Ok(on) if depends_on(on) == head.stream => Code::PROTOCOL,
            Ok(_) => return Ok(()),
        };
        match self.streams.find(head.stream) {
            Some(slot) => self.blame(slot, code),
            None => Err(code),
        }
    }

    fn reset_by_them(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        frame::number(payload)?;
        if head.stream == 0 || head.stream > self.last || head.stream.is_multiple_of(2) {
            return Err(Code::PROTOCOL);
        }
        let Some(slot) = self.streams.find(head.stream) else { return Ok(self.calm.spend(calm::FRAME)?) };
        self.drop_stream(slot, Over::ByThem);
        Ok(self.calm.spend(calm::RESET)?)
    }

    fn settings(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        if head.has(flag::ACK) {
            return if payload.is_empty() { Ok(()) } else { Err(Code::FRAME_SIZE) };
        }
        self.calm.spend(calm::FRAME + self.streams.open as u32)?;
        let (encoder, streams, first) = (&mut self.encoder, &mut self.streams, &mut self.first_send);
        let ready = &self.ready;
        settings::read(payload, |setting, value| {
            match setting {
                id::HEADER_TABLE_SIZE => encoder.resize(value as usize),
                id::INITIAL_WINDOW_SIZE => {
                    let by = i64::from(value) - *first;
                    *first = i64::from(value);
                    for (slot, stream) in streams.iter_mut() {
                        stream.send += by;
                        if stream.send > MAX_WINDOW {
                            return Err(Code::FLOW_CONTROL);
                        }
                        ready.mark(slot);
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        self.greeting = Greeting::Over;
        frame::head(self.out.frames(), 0, kind::SETTINGS, flag::ACK, 0);
        Ok(())
    }

    fn ping(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        let payload: [u8; 8] = payload.try_into().map_err(|_| Code::FRAME_SIZE)?;
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        if !head.has(flag::ACK) {
            self.calm.spend(calm::FRAME)?;
            frame::ping(self.out.frames(), flag::ACK, payload);
        } else if payload == FAREWELL_PING && matches!(self.farewell, Farewell::Said(_)) {
            self.last_farewell();
        }
        Ok(())
    }

    fn go_away(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        if head.stream != 0 {
            return Err(Code::PROTOCOL);
        }
        if payload.len() < 8 {
            return Err(Code::FRAME_SIZE);
        }
        // The client opens no more streams; those it has are served.
        if !matches!(self.farewell, Farewell::Last(_)) {
            self.last_farewell();
        }
        Ok(())
    }

    fn window_update(&mut self, head: Head, payload: &[u8]) -> Result<(), Code> {
        let by = i64::from(frame::number(payload)? & 0x7fff_ffff);
        self.calm.spend(calm::FRAME)?;
        if head.stream == 0 {
            self.send += by;
            return match by {
                0 => Err(Code::PROTOCOL),
                _ if self.send > MAX_WINDOW => Err(Code::FLOW_CONTROL),
                _ => Ok(()),
            };
        }
        let Some(slot) = self.streams.find(head.stream) else {
            let is_over = head.stream <= self.last && !head.stream.is_multiple_of(2);
            return if is_over { Ok(()) } else { Err(Code::PROTOCOL) };
        };
        let stream = &mut self.streams.slots[slot];
        stream.send += by;
        match by {
            0 => self.blame(slot, Code::PROTOCOL),
            _ if stream.send > MAX_WINDOW => self.blame(slot, Code::FLOW_CONTROL),
            _ => {
                self.ready.mark(slot);
                Ok(())
            }
        }
    }

    /// A frame for a stream that is not open, or is over.
    fn not_open(&mut self, stream: u32) -> Result<(), Code> {
        if stream > self.last || stream.is_multiple_of(2) {
            return Err(Code::PROTOCOL);
        }
        // Sent before the client knew that the gateway had reset the stream.
        if self.streams.how(stream) == Some(Over::ByUs) {
            return Ok(self.calm.spend(calm::FRAME)?);
        }
        frame::reset(self.out.frames(), stream, Code::STREAM_CLOSED);
        Ok(self.calm.spend(calm::RESET)?)
    }

    /// Streams that wait for room have it.
    fn wake_waiting(&mut self) {
        if self.send > 0 {
            for slot in std::mem::take(&mut self.waiting) {
                self.ready.mark(slot);
            }
        }
    }

    /// The gateway drains: the client is told to open no more streams, and those it opens before it knows are taken.
    fn say_farewell(&mut self) {
        self.farewell = Farewell::Said(Instant::now());
        frame::go_away(self.out.frames(), MAX_WINDOW as u32, Code::NO_ERROR);
        frame::ping(self.out.frames(), 0, FAREWELL_PING);
    }

    /// No more streams are taken.
    fn last_farewell(&mut self) {
        self.farewell = Farewell::Last(self.last);
        frame::go_away(self.out.frames(), self.last, Code::NO_ERROR);
    }

    /// The connection cannot go on.
    fn fail(&mut self, code: Code) {
        if self.farewell == Farewell::Over {
            return;
        }
        self.farewell = Farewell::Over;
        frame::go_away(self.out.frames(), self.last, code);
        let open: Vec<usize> = self.streams.iter_mut().map(|(slot, _)| slot).collect();
        for slot in open {
            self.streams.close(slot, Over::ByUs);
        }
    }

    /// Says that no more comes, and reads for a moment: a connection closed with bytes unread would take what was written with it
    /// before the client has read it.
    async fn linger(mut self) {
        let shutting = poll_fn(|cx| Pin::new(&mut self.wire).poll_shutdown(cx));
        let _: Result<io::Result<()>, _> = timeout(LINGER, shutting).await;
        let client = Arc::clone(&self.client);
        let mut left = LEFTOVER;
        let reading = pin!(poll_fn(|cx| {
            while left > 0 && !client.worker.shared.closing.load(Relaxed) {
                self.buf.clear();
                match ready!(fill(&mut self.wire, &mut self.buf, READ_BODY, cx)) {
                    Ok(count @ 1..) => left = left.saturating_sub(count),
                    _ => break,
                }
            }
            Poll::Ready(())
        }));
        let _ = timeout(LINGER, reading).await;
    }

    pub(super) fn first_send(&self) -> i64 {
        self.first_send
    }

    pub(super) fn exchange(&self, head: Box<RequestHead>, inbound: Inbound, began: Instant) -> F {
        (self.make)(Arc::clone(&self.client), head, inbound, began)
    }
}

/// The stream that another depends on (RFC 7540 §5.3.1): only looked at to refuse what depends on itself.
fn depends_on(priority: [u8; 5]) -> u32 {
    let [a, b, c, d, _] = priority;
    u32::from_be_bytes([a, b, c, d]) & 0x7fff_ffff
}

impl From<Spent> for Code {
    fn from(_: Spent) -> Code {
        Code::ENHANCE_YOUR_CALM
    }
}

impl From<super::hpack::BadBlock> for Code {
    fn from(_: super::hpack::BadBlock) -> Code {
        Code::COMPRESSION
    }
}
