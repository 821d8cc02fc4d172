//! Serves one connection of a client: tells HTTP/1 from HTTP/2, watches its deadlines, ends it when the gateway drains.

use std::{
    future::{Future, poll_fn},
    net::IpAddr,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use http::Request;
use hyper::{
    body::Incoming,
    rt::{Read, Write},
    server::conn::{http1, http2},
    service::{HttpService, service_fn},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{io::AsyncReadExt, time::timeout};

use crate::{
    alarm::{Alarm, Nudge},
    client::{Client, Doing, Line},
    exchange::exchange,
    table::Bounds,
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
    let mut before = Vec::new();
    let is_http2 = match protocol {
        Protocol::Http1 => false,
        Protocol::Http2 => true,
        Protocol::Unknown => {
            let seen = tokio::select! {
                seen = timeout(bounds.header_timeout, sniff(&mut wire, &mut before)) => seen,
                () = poll_fn(|cx| task.poll_drained(cx)) => return,
            };
            let Ok(Some(is_http2)) = seen else { return };
            is_http2
        }
    };
    let line = TokioIo::new(Line::new(wire, Arc::clone(&client), before, !is_http2));
    let service = service_fn({
        let client = Arc::clone(&client);
        move |request: Request<Incoming>| exchange(Arc::clone(&client), request)
    });
    if is_http2 {
        let connection = http2::Builder::new(TokioExecutor::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(bounds.head).unwrap_or(u32::MAX))
            .max_pending_accept_reset_streams(PENDING_RESETS)
            .max_local_error_reset_streams(ERROR_RESETS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .serve_connection(line, service);
        watch(connection, client, bounds, task).await;
    } else {
        let connection = http1::Builder::new()
            .header_read_timeout(None)
            .max_header_size(bounds.head)
            .max_buf_size(bounds.head)
            .serve_connection(line, service)
            .with_upgrades();
        watch(connection, client, bounds, task).await;
    }
}

/// Reads until it is clear what the client speaks; `None` where it went away.
async fn sniff(wire: &mut Wire, before: &mut Vec<u8>) -> Option<bool> {
    let mut buf = [0; PREFACE.len()];
    loop {
        let read = wire.read(&mut buf[..PREFACE.len() - before.len()]).await.ok()?;
        if read == 0 {
            return None;
        }
        before.extend_from_slice(&buf[..read]);
        if !PREFACE.starts_with(before) {
            return Some(false);
        }
        if before.len() == PREFACE.len() {
            return Some(true);
        }
    }
}

/// A connection that can be told to end after the exchanges it is in.
trait Connection: Future {
    fn end(self: Pin<&mut Self>);
}

impl<I, S> Connection for http1::UpgradeableConnection<I, S>
where
    S: HttpService<Incoming>,
    http1::UpgradeableConnection<I, S>: Future,
    I: Read + Write + Unpin + Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::ResBody: 'static,
    <S::ResBody as hyper::body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<I, S, E> Connection for http2::Connection<I, S, E>
where
    S: HttpService<Incoming>,
    http2::Connection<I, S, E>: Future,
    I: Read + Write + Unpin,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::ResBody: 'static,
    <S::ResBody as hyper::body::Body>::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    E: hyper::rt::bounds::Http2ServerConnExec<S::Future, S::ResBody>,
{
    fn end(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Drives a connection; ends it when it is idle, or sends a head, for too long, and when the gateway drains.
async fn watch<C: Connection>(connection: C, client: Arc<Client>, bounds: Bounds, mut task: Task) {
    let mut connection = Box::pin(connection);
    let nudge = Arc::new(Nudge::default());
    let mut alarm = Alarm::new(Arc::clone(&nudge));
    let mut ending = false;
    let mut poll = move |cx: &mut Context<'_>| {
        nudge.attach(cx.waker());
        task.remember(cx);
        let shared = &task.worker.shared;
        if shared.closing.load(Relaxed) {
            return Poll::Ready(());
        }
        if shared.draining.load(Relaxed) && !ending {
            ending = true;
            connection.as_mut().end();
        }
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let (deadline, is_idle) = match client.doing() {
            Doing::Exchange => return Poll::Pending,
            Doing::Idle(since) => (since + bounds.idle_timeout, true),
            Doing::Head(since) => (since + bounds.header_timeout, false),
        };
        if !alarm.is_due(deadline) {
            return Poll::Pending;
        }
        if is_idle && !ending {
            // Says goodbye where the protocol can.
            ending = true;
            connection.as_mut().end();
            return connection.as_mut().poll(cx).map(|_| ());
        }
        Poll::Ready(())
    };
    poll_fn(|cx| poll(cx)).await;
}

/// The task of a connection while it is remembered.
struct Task {
    worker: Arc<Worker>,
    number: Option<u64>,
}

impl Task {
    fn remember(&mut self, cx: &Context<'_>) {
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
