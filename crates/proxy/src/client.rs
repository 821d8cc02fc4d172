//! One connection of a client: who is there, what it is doing, and the bytes of its last request's head.

use std::{
    io::{self, IoSlice},
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use http::HeaderValue;
use policy::{Problem, problems};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use crate::{
    headers::Known,
    ids,
    wire::Wire,
    worker::{Worker, lock},
};

/// One connection of a client.
pub(crate) struct Client {
    pub(crate) worker: Arc<Worker>,
    pub(crate) peer: IpAddr,
    pub(crate) peer_text: HeaderValue,
    pub(crate) secure: bool,
    /// What is known of the host its last request was for.
    pub(crate) known: Mutex<Option<Known>>,
    opened: Instant,
    /// Exchanges under way.
    active: AtomicU32,
    /// While none is: nanoseconds after `opened` since which there is none, or a head is being read.
    since: AtomicU64,
    /// Whether part of a request's head has come.
    in_head: AtomicU32,
    /// The bytes that came since the last exchange ended (HTTP/1 only).
    head: Mutex<Vec<u8>>,
}

/// What a connection does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// Nothing, since then.
    Idle(Instant),
    /// Sending a request's head, since then.
    Head(Instant),
    Exchange,
}

/// Bytes of a head that are kept; what is longer is refused anyway or judged without them.
const HEAD_KEPT: usize = 64 << 10;

impl Client {
    pub(crate) fn new(worker: Arc<Worker>, peer: IpAddr, secure: bool) -> Client {
        let peer = peer.to_canonical();
        worker.shared.connections.fetch_add(1, Relaxed);
        Client {
            worker,
            peer,
            peer_text: HeaderValue::try_from(peer.to_string()).expect("an address is a header value"),
            secure,
            known: Mutex::default(),
            opened: Instant::now(),
            active: AtomicU32::new(0),
            since: AtomicU64::new(0),
            // The first head is awaited from the beginning.
            in_head: AtomicU32::new(1),
            head: Mutex::default(),
        }
    }

    pub(crate) fn doing(&self) -> Doing {
        if self.active.load(Relaxed) > 0 {
            return Doing::Exchange;
        }
        let since = self.opened + std::time::Duration::from_nanos(self.since.load(Relaxed));
        if self.in_head.load(Relaxed) > 0 { Doing::Head(since) } else { Doing::Idle(since) }
    }

    /// An exchange begins; says when its head began to arrive.
    pub(crate) fn begin(&self) -> Instant {
        let was_in_head = self.in_head.swap(0, Relaxed) > 0;
        let alone = self.active.fetch_add(1, Relaxed) == 0;
        match self.opened.checked_add(std::time::Duration::from_nanos(self.since.load(Relaxed))) {
            // The first exchange of a connection began when its bytes came, not when it was accepted.
            Some(since) if was_in_head && alone && since > self.opened => since,
            _ => Instant::now(),
        }
    }

    /// An exchange has ended.
    pub(crate) fn end(&self, now: Instant) {
        if self.active.fetch_sub(1, Relaxed) == 1 {
            self.mark(now);
        }
    }

    fn mark(&self, now: Instant) {
        let nanos = now.saturating_duration_since(self.opened).as_nanos();
        self.since.store(u64::try_from(nanos).unwrap_or(u64::MAX), Relaxed);
    }

    /// Bytes came.
    fn came(&self, bytes: &[u8]) {
        if self.active.load(Relaxed) > 0 {
            return;
        }
        let mut head = lock(&self.head);
        if self.in_head.swap(1, Relaxed) == 0 {
            self.mark(Instant::now());
            head.clear();
            head.shrink_to(4096);
        }
        if head.len() < HEAD_KEPT {
            head.extend_from_slice(bytes);
        }
    }

    /// Whether the head of this request, as it came, has a `Content-Length`. hyper drops that where there is a
    /// `Transfer-Encoding` as well (as RFC 9112 §6.3 allows, closing the connection after it), so that it cannot be seen later.
    pub(crate) fn sent_content_length(&self, method: &str, target: &str) -> bool {
        let head = lock(&self.head);
        let line = format!("{method} {target} HTTP/1.1");
        let Some(start) = head.windows(line.len()).rposition(|window| window == line.as_bytes()) else {
            return false;
        };
        let name = b"content-length";
        head[start..]
            .split(|b| *b == b'\n')
            .skip(1)
            .take_while(|line| !matches!(line, [] | [b'\r']))
            .any(|line| line.len() > name.len() && line[..name.len()].eq_ignore_ascii_case(name))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.worker.shared.connections.fetch_sub(1, Relaxed);
        self.worker.shared.ended.notify_one();
    }
}

/// The stream of a client's connection, which keeps what is needed to judge its requests.
pub(crate) struct Line {
    wire: Wire,
    client: Arc<Client>,
    /// What was read to tell HTTP/1 from HTTP/2.
    before: Vec<u8>,
    is_http1: bool,
    /// A refusal in place of hyper's own, and how much of it was written.
    refusal: Option<(Vec<u8>, usize)>,
}

impl Line {
    pub(crate) fn new(wire: Wire, client: Arc<Client>, before: Vec<u8>, is_http1: bool) -> Line {
        if is_http1 && !before.is_empty() {
            client.in_head.store(0, Relaxed);
            client.came(&before);
        }
        Line { wire, client, before, is_http1, refusal: None }
    }

    /// hyper answers what it cannot parse by itself and without content. Our own words go out instead.
    fn refuse(&mut self, buf: &[u8]) -> bool {
        let is_hypers = self.is_http1
            && self.refusal.is_none()
            && buf.starts_with(b"HTTP/1.1 4")
            && buf.len() < 256
            && matches!(self.client.doing(), Doing::Head(_))
            && contains(buf, b"content-length: 0\r\n")
            && !contains(buf, b"x-request-id");
        if is_hypers {
            let problem = match &buf[9..12] {
                b"431" | b"414" => Problem::new(
                    problems::HEADERS_TOO_LARGE,
                    "the request's head is larger than the gateway accepts",
                ),
                _ => Problem::new(problems::BAD_REQUEST, "the request is not well-formed HTTP"),
            };
            self.refusal = Some((self.client.plain_refusal(&problem), 0));
        }
        is_hypers
    }

    fn poll_refusal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((text, written)) = &mut self.refusal {
            if *written == text.len() {
                break;
            }
            let wrote = ready!(Pin::new(&mut self.wire).poll_write(cx, &text[*written..]))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            *written += wrote;
        }
        Poll::Ready(Ok(()))
    }
}

impl Client {
    /// A whole HTTP/1.1 response, after which the connection is closed.
    pub(crate) fn plain_refusal(&self, problem: &Problem) -> Vec<u8> {
        let time = self.worker.shared.clock.time(Instant::now());
        let id = ids::request_id(time.unix_ms, &mut self.worker.random());
        let id = id.to_str().unwrap_or_default();
        let body = problem.body(id);
        let status = problem.status();
        let head = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nx-request-id: {id}\r\n\
             connection: close\r\n\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len(),
        );
        [head.as_bytes(), &body].concat()
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let length = self.before.len().min(buf.remaining());
            buf.put_slice(&self.before[..length]);
            self.before.drain(..length);
            return Poll::Ready(Ok(()));
        }
        let start = buf.filled().len();
        let polled = Pin::new(&mut self.wire).poll_read(cx, buf);
        if self.is_http1 && buf.filled().len() > start {
            self.client.came(&buf.filled()[start..]);
        }
        polled
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.refuse(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = bufs
            && self.refuse(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        Pin::new(&mut self.wire).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_refusal(cx))?;
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
