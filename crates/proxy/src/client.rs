//! One connection of a client: who is there, and since when it is idle.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use http::HeaderValue;
use policy::{ClientCertificate, Problem};
use tokio::time::Instant;

use crate::{
    headers::Known,
    ids::{self, RequestId},
    random::Random,
    worker::Worker,
};

/// One connection of a client.
pub(crate) struct Client {
    pub(crate) worker: Arc<Worker>,
    pub(crate) peer: IpAddr,
    pub(crate) peer_text: HeaderValue,
    pub(crate) secure: bool,
    /// What it has shown in the handshake.
    pub(crate) certificate: Option<Arc<ClientCertificate>>,
    /// Whether it is told that HTTP/3 is spoken too.
    pub(crate) announces: bool,
    /// What is known of the host its last request was for.
    pub(crate) known: Mutex<Option<Known>>,
    pub(crate) opened: Instant,
    /// Exchanges under way.
    active: AtomicU32,
    /// While none is: nanoseconds after `opened` since which there is none; 0 before the first.
    since: AtomicU64,
}

impl Client {
    pub(crate) fn new(
        worker: Arc<Worker>,
        peer: IpAddr,
        secure: bool,
        certificate: Option<Arc<ClientCertificate>>,
        announces: bool,
    ) -> Client {
        let peer = peer.to_canonical();
        worker.shared.connections.fetch_add(1, Relaxed);
        Client {
            worker,
            peer,
            peer_text: HeaderValue::try_from(peer.to_string()).expect("an address is a header value"),
            secure,
            certificate,
            announces,
            known: Mutex::default(),
            opened: Instant::now(),
            active: AtomicU32::new(0),
            since: AtomicU64::new(0),
        }
    }

    /// Since when no exchange is under way.
    pub(crate) fn idle_since(&self) -> Instant {
        self.opened + Duration::from_nanos(self.since.load(Relaxed))
    }

    /// An exchange begins.
    pub(crate) fn begin(&self) {
        self.active.fetch_add(1, Relaxed);
    }

    /// An exchange has ended.
    pub(crate) fn end(&self, now: Instant) {
        if self.active.fetch_sub(1, Relaxed) == 1 {
            let nanos = now.saturating_duration_since(self.opened).as_nanos();
            self.since.store(u64::try_from(nanos).unwrap_or(u64::MAX), Relaxed);
        }
    }

    /// A whole HTTP/1.1 response, after which the connection is closed.
    pub(crate) fn plain_refusal(&self, problem: &Problem) -> Vec<u8> {
        let time = self.worker.shared.clock.time(Instant::now());
        let date = self.worker.date();
        let date = String::from_utf8_lossy(&date);
        let id = ids::request_id(time.unix_ms, &mut Random::new());
        let id = RequestId::Ours(id);
        let id = id.as_str();
        let body = problem.body(id);
        let status = problem.status();
        let head = format!(
            "HTTP/1.1 {} {}\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nx-request-id: {id}\r\n\
             date: {date}\r\nconnection: close\r\n\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len(),
        );
        [head.as_bytes(), &body].concat()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.worker.shared.connections.fetch_sub(1, Relaxed);
        self.worker.shared.ended.notify_one();
    }
}
