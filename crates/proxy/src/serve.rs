//! Serves one connection of a client: tells HTTP/1 from HTTP/2.

use std::{
    future::poll_fn,
    net::IpAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
};

use bytes::BytesMut;
use tokio::time::timeout;

use crate::{
    client::Client,
    h1::{
        self,
        line::{READ, fill},
    },
    h2::{self, frame::PREFACE},
    wire::Wire,
    worker::Worker,
};

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
        h2::server::serve(wire, buf, client, bounds, task).await;
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
