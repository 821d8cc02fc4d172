//! Takes connections of QUIC on a socket, and gives them to the workers in turn.

use std::{
    io,
    net::UdpSocket,
    sync::{Arc, Mutex, atomic::Ordering::Relaxed},
};

use model::AskedCertificate;
use quinn::{Endpoint, EndpointConfig, Incoming, TokioRuntime};
use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};

use super::{connection, frame::Code};
use crate::{
    accept::Arriving,
    listen::Asks,
    worker::{Work, Worker, lock},
};

/// While so many connections begin, a client has to show first that it is where it says it is (RFC 9000 §8.1.2).
const UNPROVEN: u64 = 64;

/// A socket on which connections are taken.
pub(crate) struct Opened {
    pub(crate) socket: UdpSocket,
    pub(crate) gate: Arc<Gate>,
    pub(crate) workers: Vec<mpsc::UnboundedSender<Work>>,
}

/// Whether a socket takes connections. It is there for as long as those it took are.
#[derive(Debug)]
pub(crate) struct Gate {
    state: Mutex<State>,
    told: Notify,
    pub(crate) asks: Asks,
}

#[derive(Debug)]
struct State {
    takes: bool,
    /// The socket once more, to be handed over; none once it is not used any more.
    socket: Option<UdpSocket>,
}

impl Gate {
    pub(crate) fn new(socket: UdpSocket, asked: Option<AskedCertificate>) -> Arc<Gate> {
        let state = Mutex::new(State { takes: true, socket: Some(socket) });
        Arc::new(Gate { state, told: Notify::new(), asks: Asks::of(asked) })
    }

    /// No more connections are taken; those that are open go on.
    pub(crate) fn close(&self) {
        lock(&self.state).takes = false;
        self.told.notify_one();
    }

    /// Takes connections again; whether the socket is still there.
    pub(crate) fn reopen(&self) -> bool {
        let mut state = lock(&self.state);
        state.takes = state.socket.is_some();
        state.takes
    }

    /// Whether the socket is not used any more.
    pub(crate) fn is_over(&self) -> bool {
        lock(&self.state).socket.is_none()
    }

    /// The socket once more.
    pub(crate) fn copy(&self) -> Option<UdpSocket> {
        lock(&self.state).socket.as_ref()?.try_clone().ok()
    }

    fn takes(&self) -> bool {
        lock(&self.state).takes
    }

    /// Gives the socket up where nothing needs it.
    fn may_end(&self, connections: usize) -> bool {
        let mut state = lock(&self.state);
        if !state.takes && connections == 0 {
            state.socket = None;
        }
        state.socket.is_none()
    }

    fn end(&self) {
        let mut state = lock(&self.state);
        (state.takes, state.socket) = (false, None);
    }
}

/// Takes connections until told to stop, and moves packets until the last of them is over.
pub(crate) async fn listen(opened: Opened, worker: Arc<Worker>) {
    let Opened { socket, gate, workers } = opened;
    let endpoint = match endpoint(socket, &worker, gate.asks.get()) {
        Ok(endpoint) => endpoint,
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a worker cannot use its socket for QUIC"
            );
            return gate.end();
        }
    };
    let mut turn = 0;
    while !gate.may_end(endpoint.open_connections()) {
        let takes = gate.takes();
        let incoming = tokio::select! {
            incoming = endpoint.accept() => incoming,
            () = gate.told.notified() => continue,
            () = endpoint.wait_idle(), if !takes => continue,
        };
        let Some(incoming) = incoming else { return gate.end() };
        if worker.shared.draining.load(Relaxed) {
            // Another gateway may have the socket too, and be asked once more.
            incoming.ignore();
        } else if !takes {
            incoming.refuse();
        } else {
            admit((incoming, gate.asks.get()), &workers, &mut turn, &worker);
        }
    }
}

fn endpoint(socket: UdpSocket, worker: &Worker, asked: Option<AskedCertificate>) -> io::Result<Endpoint> {
    let config = worker.current().table.quic_of(asked).map(|config| quinn::ServerConfig::clone(config));
    Endpoint::new(EndpointConfig::default(), config, socket, Arc::new(TokioRuntime))
}

fn admit(
    (incoming, asked): (Incoming, Option<AskedCertificate>),
    workers: &[mpsc::UnboundedSender<Work>],
    turn: &mut usize,
    worker: &Arc<Worker>,
) {
    let shared = &worker.shared;
    let arriving = shared.arriving.load(Relaxed);
    if shared.connections.load(Relaxed) + arriving >= worker.current().table.bounds.connections {
        shared.shed.fetch_add(1, Relaxed);
        return incoming.refuse();
    }
    if arriving >= UNPROVEN && !incoming.remote_address_validated() {
        // One that is not proven may always be asked.
        let _ = incoming.retry();
        return;
    }
    shared.accepted.fetch_add(1, Relaxed);
    *turn = (*turn + 1) % workers.len();
    // A worker that has ended takes nothing.
    let _ = workers[*turn].send(Work::Connection(Box::new(incoming), asked, Arriving::new(worker)));
}

/// Takes part in the beginning of a connection, and serves it to its end.
pub(crate) async fn begin(
    incoming: Incoming,
    asked: Option<AskedCertificate>,
    counted: Arriving,
    worker: Arc<Worker>,
) {
    let held = worker.current();
    let Some(config) = held.table.quic_of(asked).cloned() else { return incoming.refuse() };
    let peer = incoming.remote_address();
    let beginning = async { incoming.accept_with(config)?.await };
    match timeout(held.table.bounds.header_timeout, beginning).await {
        Ok(Ok(quic)) => {
            match held.table.tls_of(asked).map_or(Ok(None), |server| server.shown_over_quic(&quic)) {
                Ok(certificate) => connection::serve(quic, certificate, worker, counted).await,
                Err(error) => {
                    quic.close(Code::NO_ERROR.number(), b"");
                    tracing::debug!(%peer, %error, "closed before a request");
                }
            }
        }
        Ok(Err(error)) => {
            tracing::debug!(%peer, error = &error as &dyn std::error::Error, "closed before a request");
        }
        Err(_) => tracing::debug!(%peer, "closed: it took too long to begin"),
    }
}
