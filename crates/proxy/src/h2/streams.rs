//! The streams of one connection of a client: a slot each, used again when a stream is over.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use tokio::time::Instant;

use super::{
    frame::Code,
    inbox::SharedInbox,
    ready::{Ready, STREAMS},
    settings::{FIRST_WINDOW, STREAM_WINDOW},
    websocket::{Challenge, Tunnel},
};
use crate::{h1::out::Frames, lane::BodyEnded, reply::ReplyBody};

/// What streams that are read may be ahead together, beyond what every stream may be, bytes.
const LENT: u32 = 4 << 20;
/// Streams remembered after they are over.
const REMEMBERED: usize = 128;

/// One stream: a request, the exchange it is in, the answer. Its memory is used for one stream after the other.
pub(crate) struct Stream<F> {
    /// 0 where there is none.
    pub(crate) id: u32,
    pub(crate) exchange: Pin<Box<Option<F>>>,
    pub(crate) answer: Option<Answer>,
    /// Where the body of the request is put; none where it has none.
    pub(crate) inbox: Option<SharedInbox>,
    pub(crate) waker: Waker,
    /// What may be sent, and what may come, bytes.
    pub(crate) send: i64,
    pub(crate) receive: i64,
    /// How far it may be ahead of its reader.
    pub(crate) window: u32,
    /// What was read and is not told yet.
    pub(crate) taken: u32,
    /// Whether the client has ended its side.
    pub(crate) has_ended: bool,
    /// What is to come of the length the request announced.
    pub(crate) announced: Option<u64>,
    pub(crate) is_head: bool,
    /// What the service has to answer where the stream becomes a tunnel.
    pub(crate) challenge: Option<Challenge>,
    /// Since when the client takes nothing.
    pub(crate) stalled: Option<Instant>,
}

/// An answer on its way.
pub(crate) struct Answer {
    pub(crate) body: Source,
    pub(crate) frames: Frames,
    /// What comes next.
    pub(crate) piece: Bytes,
    /// Whether nothing comes after that but trailers.
    pub(crate) is_over: bool,
    pub(crate) trailers: Option<HeaderMap>,
}

/// Where what is sent on a stream comes from.
pub(crate) enum Source {
    Reply(ReplyBody),
    Tunnel(Box<Tunnel>),
}

impl Source {
    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BodyEnded>>> {
        match self {
            Source::Reply(body) => Pin::new(body).poll_frame(cx),
            Source::Tunnel(tunnel) => tunnel.poll_piece(cx).map(|piece| match piece {
                Ok(piece) => piece.map(|piece| Ok(http_body::Frame::data(piece))),
                Err(error) => Some(Err(BodyEnded::Broken(error.into()))),
            }),
        }
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        matches!(self, Source::Reply(body) if body.is_end_stream())
    }

    /// Goes on with the other way, for a client that takes nothing now; whether the exchange may go on, and was not blocked.
    pub(crate) fn pump(&mut self, cx: &mut Context<'_>) -> bool {
        match self {
            Source::Reply(body) => body.pump(cx),
            Source::Tunnel(tunnel) => tunnel.pump(cx),
        }
    }

    /// How a stream ends that does not come to its end (RFC 8441 §5 for a tunnel).
    pub(crate) fn broken(&self) -> Code {
        match self {
            Source::Reply(_) => Code::INTERNAL,
            Source::Tunnel(_) => Code::CANCEL,
        }
    }

    /// The client does not take it, and the stream is given up.
    pub(crate) fn is_not_read(&mut self) {
        if let Source::Reply(body) = self {
            body.is_not_read();
        }
    }
}

/// How a stream that is over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// By both sides.
    Ended,
    /// Reset by the client.
    ByThem,
    /// Reset by the gateway: the client may not know yet.
    ByUs,
}

/// All streams of a connection.
pub(crate) struct Streams<F> {
    pub(crate) slots: Vec<Stream<F>>,
    /// The ids of the slots, 0 where there is none: looked through for every frame.
    ids: Vec<u32>,
    free: Vec<usize>,
    pub(crate) open: usize,
    /// By how much the windows of all streams are larger than their first.
    lent: u32,
    over: Vec<(u32, Over)>,
    next_over: usize,
    ready: Arc<Ready>,
}

impl<F> Streams<F> {
    pub(crate) fn new(ready: Arc<Ready>) -> Streams<F> {
        Streams {
            slots: Vec::new(),
            ids: Vec::new(),
            free: Vec::new(),
            open: 0,
            lent: 0,
            over: Vec::new(),
            next_over: 0,
            ready,
        }
    }

    pub(crate) fn find(&self, id: u32) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.open < STREAMS
    }

    /// Opens a stream. Only while there is room.
    pub(crate) fn open(&mut self, id: u32, send: i64, receive: i64) -> usize {
        let slot = self.free.pop().unwrap_or_else(|| {
            let slot = self.slots.len();
            self.ids.push(0);
            self.slots.push(Stream {
                id: 0,
                exchange: Box::pin(None),
                answer: None,
                inbox: None,
                waker: self.ready.waker(slot),
                send: 0,
                receive: 0,
                window: FIRST_WINDOW,
                taken: 0,
                has_ended: false,
                announced: None,
                is_head: false,
                challenge: None,
                stalled: None,
            });
            slot
        });
        let stream = &mut self.slots[slot];
        (stream.id, stream.send, stream.receive) = (id, send, receive);
        (stream.taken, stream.has_ended, stream.announced, stream.stalled) = (0, false, None, None);
        self.ids[slot] = id;
        self.open += 1;
        slot
    }

    /// A stream is over; what it was about is dropped.
    pub(crate) fn close(&mut self, slot: usize, how: Over) {
        let stream = &mut self.slots[slot];
        stream.exchange.set(None);
        stream.answer = None;
        stream.inbox = None;
        stream.challenge = None;
        self.lent -= stream.window - FIRST_WINDOW;
        stream.window = FIRST_WINDOW;
        let id = std::mem::take(&mut stream.id);
        self.ids[slot] = 0;
        self.free.push(slot);
        self.open -= 1;
        self.remember(id, how);
    }

    /// What was read of a stream may come anew, and more of one that is read; how much that is.
    pub(crate) fn credit(&mut self, slot: usize) -> u32 {
        let stream = &mut self.slots[slot];
        let wider = STREAM_WINDOW - stream.window;
        let wider = if self.lent + wider > LENT { 0 } else { wider };
        self.lent += wider;
        stream.window += wider;
        let more = std::mem::take(&mut stream.taken) + wider;
        stream.receive += i64::from(more);
        more
    }

    pub(crate) fn remember(&mut self, id: u32, how: Over) {
        if self.over.len() < REMEMBERED {
            self.over.push((id, how));
        } else {
            self.over[self.next_over] = (id, how);
            self.next_over = (self.next_over + 1) % REMEMBERED;
        }
    }

    /// How a stream ended, where that is remembered.
    pub(crate) fn how(&self, id: u32) -> Option<Over> {
        self.over.iter().rev().find(|(other, _)| *other == id).map(|(_, how)| *how)
    }

    /// Streams that are open.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (usize, &mut Stream<F>)> {
        self.slots.iter_mut().enumerate().filter(|(_, stream)| stream.id != 0)
    }

    /// Gives back the memory of streams while there are none.
    pub(crate) fn rest(&mut self) {
        if self.open == 0 && self.slots.len() > 1 {
            self.slots.truncate(1);
            self.ids.truncate(1);
            self.free.clear();
            self.free.push(0);
        }
    }
}
