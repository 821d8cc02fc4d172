//! Serves one connection of a client: tells HTTP/1 from HTTP/2, and for HTTP/2 watches its deadlines and ends it when the
//! gateway drains.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    io,
    net::IpAddr,
    pin::{Pin, pin},
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use bytes::{Buf, BytesMut};
use http::{HeaderMap, HeaderValue, Request, Response, header::COOKIE};
use hyper::{body::Incoming, server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, timeout},
};

use crate::{
    alarm::Alarm,
    client::Client,
    exchange::{Inbound, exchange},
    h1::{
        self,
        line::{READ, fill},
    },
    table::Bounds,
    unread::Answers,
    wire::Wire,
    worker::Worker,
};

/// What an HTTP/2 client with prior knowledge begins with (RFC 9113 §3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Streams one HTTP/2 connection may have open.
const STREAMS: u32 = 200;
/// Streams a client may have reset that are not yet accepted (CVE-2023-44487).
const PENDING_RESETS: usize = 20;
/// Streams reset for a client's own mistakes before its connection is closed.
const ERROR_RESETS: usize = 128;
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;
const SEND_BUFFER: usize = 64 << 10;

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// To be seen from its first bytes.
    Unknown,
    Http1,
    Http2,
}

/// Serves a connection to its end.
pub(crate) async fn serve(
    mut wire: Wire,
    peer: IpAddr,
    secure: bool,
    protocol: Protocol,
    worker: Arc<Worker>,
) {
    let bounds = worker.current().table.bounds;
    let client = Arc::new(Client::new(Arc::clone(&worker), peer, secure));
    let mut task = Task { worker: Arc::clone(&worker), number: None };
    let mut buf = BytesMut::new();
    let is_http2 = match protocol {
        Protocol::Http1 => false,
        Protocol::Http2 => true,
        Protocol::Unknown => {
            let seen = tokio::select! {
                // A request that has come is answered, whether or not the gateway drains.
                biased;
                seen = timeout(bounds.header_timeout, sniff(&mut wire, &mut buf)) => seen,
                () = poll_fn(|cx| task.poll_drained(cx)) => return,
            };
            let Ok(Some(is_http2)) = seen else { return };
            is_http2
        }
    };
    if is_http2 {
        serve_http2(wire, buf, client, bounds, task).await;
    } else {
        h1::server::serve(wire, buf, client, bounds, task).await;
    }
}

/// Reads until it is clear what the client speaks; `None` where it went away.
async fn sniff(wire: &mut Wire, buf: &mut BytesMut) -> Option<bool> {
    loop {
        if poll_fn(|cx| fill(wire, buf, READ, cx)).await.ok()? == 0 {
            return None;
        }
        if buf.len() >= PREFACE.len() {
            return Some(buf.starts_with(PREFACE));
        }
        if !PREFACE.starts_with(buf) {
            return Some(false);
        }
    }
}

/// Drives a connection in HTTP/2; ends it when it is idle for too long, and when the gateway drains.
async fn serve_http2(wire: Wire, buf: BytesMut, client: Arc<Client>, bounds: Bounds, mut task: Task) {
    let answers = Arc::new(Answers::default());
    let service = service_fn({
        let (client, answers) = (Arc::clone(&client), Arc::clone(&answers));
        move |request: Request<Incoming>| {
            let (client, answers) = (Arc::clone(&client), Arc::clone(&answers));
            let began = Instant::now();
            async move {
                let (mut head, body) = request.into_parts();
                join_cookies(&mut head.headers);
                let answer = exchange(client, head.into(), Inbound::Incoming(body), began).await;
                let mut response = Response::new(answers.watch(answer.body.apart()));
                *response.status_mut() = answer.head.status;
                *response.headers_mut() = answer.head.headers.to_map();
                Ok::<_, Infallible>(response)
            }
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(bounds.head).unwrap_or(u32::MAX))
        .max_pending_accept_reset_streams(PENDING_RESETS)
        .max_local_error_reset_streams(ERROR_RESETS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .serve_connection(TokioIo::new(Begun { wire, buf }), service);
    let mut connection = pin!(connection);
    let (mut alarm, mut look) = (Alarm::default(), Alarm::default());
    let mut next_look = Instant::now() + bounds.body_timeout;
    let mut ending = false;
    poll_fn(|cx| {
        task.remember(cx);
        let shared = &task.worker.shared;
        if shared.closing.load(Relaxed) {
            return Poll::Ready(());
        }
        if shared.draining.load(Relaxed) && !ending {
            ending = true;
            connection.as_mut().graceful_shutdown();
        }
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        if client.is_active() && look.is_due(next_look, cx) {
            answers.look();
            next_look = Instant::now() + bounds.body_timeout;
            let _ = look.is_due(next_look, cx);
        }
        if client.is_active() {
            return Poll::Pending;
        }
        // The first request is awaited as a head is.
        let patience = if client.is_new() { bounds.header_timeout } else { bounds.idle_timeout };
        if !alarm.is_due(client.idle_since() + patience, cx) {
            return Poll::Pending;
        }
        if ending {
            return Poll::Ready(());
        }
        // Says goodbye.
        ending = true;
        connection.as_mut().graceful_shutdown();
        connection.as_mut().poll(cx).map(drop)
    })
    .await;
}

/// Puts the pieces of a cookie together (RFC 9113 §8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let pieces: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if pieces.len() > 1
        && let Ok(whole) = HeaderValue::from_bytes(&pieces.join(&b"; "[..]))
    {
        headers.insert(COOKIE, whole);
    }
}

/// The task of a connection while it is remembered.
pub(crate) struct Task {
    worker: Arc<Worker>,
    number: Option<u64>,
}

impl Task {
    pub(crate) fn remember(&mut self, cx: &Context<'_>) {
        self.number.get_or_insert_with(|| self.worker.remember(cx.waker()));
    }

    /// Ready when the gateway drains.
    fn poll_drained(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.remember(cx);
        let shared = &self.worker.shared;
        let ends = shared.draining.load(Relaxed) || shared.closing.load(Relaxed);
        if ends { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.worker.forget(number);
        }
    }
}

/// A stream of which some bytes were read already.
struct Begun {
    wire: Wire,
    buf: BytesMut,
}

impl AsyncRead for Begun {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.buf.is_empty() {
            return Pin::new(&mut self.wire).poll_read(cx, buf);
        }
        let length = self.buf.len().min(buf.remaining());
        buf.put_slice(&self.buf[..length]);
        self.buf.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Begun {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(cx)
    }
}
