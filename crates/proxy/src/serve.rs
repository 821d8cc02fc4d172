//! Serves one connection of a client: tells HTTP/1 from HTTP/2.

use std::{
    future::poll_fn,
    net::IpAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll},
    time::Duration,
};

use bytes::BytesMut;
use policy::ClientCertificate;
use tokio::time::timeout;

use crate::{
    client::Client,
    h1::{
        self,
        line::{READ, fill},
    },
    h2::{self, frame::PREFACE},
    thread,
    wire::Wire,
    worker::Worker,
};

/// How long a gateway that drains waits for the first request of a connection: its client cannot know, and may have sent it already.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// To be seen from its first bytes.
    Unknown,
    Http1,
    Http2,
}

/// A connection on which requests can come.
pub(crate) struct Arrived {
    pub(crate) wire: Wire,
    pub(crate) peer: IpAddr,
    /// Whether it is one of TLS.
    pub(crate) secure: bool,
    pub(crate) protocol: Protocol,
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
    /// Whether the client is told that HTTP/3 is spoken too.
    pub(crate) announces: bool,
}

impl Arrived {
    /// A connection in the clear.
    pub(crate) fn plain(wire: Wire, peer: IpAddr) -> Arrived {
        Arrived {
            wire,
            peer,
            secure: false,
            protocol: Protocol::Unknown,
            certificate: None,
            announces: false,
        }
    }
}

/// Serves a connection to its end. It counts as one from now on.
pub(crate) fn serve(opened: Arrived, worker: Arc<Worker>) -> impl Future<Output = ()> + Send + use<> {
    let Arrived { wire, peer, secure, protocol, certificate, announces } = opened;
    let client = Arc::new(Client::new(Arc::clone(&worker), peer, secure, certificate, announces));
    thread::in_turns(run(wire, client, protocol, worker))
}

async fn run(mut wire: Wire, client: Arc<Client>, protocol: Protocol, worker: Arc<Worker>) {
    let bounds = worker.current().table.bounds;
    let mut task = Task::new(Arc::clone(&worker));
    let mut buf = BytesMut::new();
    let is_http2 = match protocol {
        Protocol::Http2 => true,
        Protocol::Http1 | Protocol::Unknown => {
            let seen = tokio::select! {
                // A request that has come is answered, whether or not the gateway drains.
                biased;
                seen = timeout(bounds.header_timeout, sniff(&mut wire, &mut buf)) => seen,
                () = task.drained() => timeout(GRACE, sniff(&mut wire, &mut buf)).await,
            };
            let Ok(Some(is_http2)) = seen else { return };
            is_http2 && protocol == Protocol::Unknown
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
    pub(crate) fn new(worker: Arc<Worker>) -> Task {
        Task { worker, number: None }
    }

    /// Waits until the gateway drains.
    pub(crate) async fn drained(&mut self) {
        poll_fn(|cx| self.poll_drained(cx)).await;
    }

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
