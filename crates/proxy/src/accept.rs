//! Accepts connections, each worker from a socket of its own.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::Ordering::{Relaxed, SeqCst},
    },
    time::Duration,
};

use policy::{Problem, problems};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    listen::{Manner, Opened},
    proxy_protocol,
    serve::{Arrived, GRACE, Protocol, Task, serve},
    tls::{Challenges, Server},
    wire::Wire,
    worker::Worker,
};

/// Accepts until told to stop; then takes what already waits, and closes the socket.
pub(crate) async fn accept(opened: Opened, worker: Arc<Worker>) {
    let Opened { socket, manner, mut stop } = opened;
    let _accepting = Accepting::new(&worker);
    let listener = match TcpListener::from_std(socket) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a worker cannot use its socket");
            return;
        }
    };
    loop {
        let accepted = tokio::select! {
            biased;
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, peer)) => admit(stream, peer, &manner, &worker),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: what is open goes on, and some of it will end.
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept a connection");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn admit(stream: TcpStream, peer: SocketAddr, manner: &Manner, worker: &Arc<Worker>) {
    let shared = &worker.shared;
    let held = worker.current();
    let bounds = held.table.bounds;
    let (tls, proxied) = (manner.tls.load(Relaxed), manner.proxy_protocol.load(Relaxed));
    if shared.connections.load(Relaxed) + shared.arriving.load(Relaxed) >= bounds.connections {
        shared.shed.fetch_add(1, Relaxed);
        if !tls && !proxied {
            shed(&stream);
        }
        return;
    }
    shared.accepted.fetch_add(1, Relaxed);
    // Without it small pieces of a stream would wait for one another; where it cannot be set the connection is gone already.
    let _ = stream.set_nodelay(true);
    let worker = Arc::clone(worker);
    if !tls && !proxied {
        tokio::spawn(serve(Arrived::plain(Wire::Tcp(stream), peer.ip()), worker));
        return;
    }
    if proxied && !held.table.trusts(peer.ip().to_canonical()) {
        tracing::debug!(%peer, "closed: it is not among `trusted_proxies`, and the listener is for those alone");
        return;
    }
    let config = tls.then(|| held.table.tls_of(manner.asks.get()).cloned()).flatten();
    if tls && config.is_none() {
        return;
    }
    let announces = tls && manner.announces.load(Relaxed);
    let counted = Arriving::new(&worker);
    tokio::spawn(async move {
        let arrived = arrive(stream, peer.ip(), proxied, config, &worker.shared.challenges);
        let arrived = timeout(bounds.header_timeout, arrived);
        let mut task = Task::new(Arc::clone(&worker));
        let hurry = async {
            task.drained().await;
            sleep(GRACE).await;
        };
        let arrived = tokio::select! {
            arrived = arrived => arrived,
            () = hurry => return,
        };
        match arrived {
            Ok(Ok(arrived)) => {
                let serving = serve(Arrived { announces, ..arrived }, worker);
                drop(counted);
                serving.await;
            }
            Ok(Err(error)) => {
                tracing::debug!(%peer, error = &error as &dyn std::error::Error, "closed before a request");
            }
            Err(_) => tracing::debug!(%peer, "closed: it took too long to begin"),
        }
    });
}

/// What comes before requests: the header of a proxy, and the handshake of TLS. The connection, who it is from and what it speaks.
async fn arrive(
    mut stream: TcpStream,
    peer: IpAddr,
    proxied: bool,
    tls: Option<Arc<Server>>,
    challenges: &Challenges,
) -> io::Result<Arrived> {
    let client = if proxied { proxy_protocol::read(&mut stream).await?.unwrap_or(peer) } else { peer };
    let Some(server) = tls else { return Ok(Arrived::plain(Wire::Tcp(stream), client)) };
    let stream = if challenges.are_open() {
        challenges.shake_hands(stream, &server.config).await?
    } else {
        TlsAcceptor::from(Arc::clone(&server.config)).accept(stream).await?
    };
    let session = stream.get_ref().1;
    let protocol = match session.alpn_protocol() {
        Some(b"h2") => Protocol::Http2,
        _ => Protocol::Http1,
    };
    let certificate = server.shown(session)?;
    Ok(Arrived {
        wire: Wire::Server(Box::new(stream)),
        peer: client,
        secure: true,
        protocol,
        certificate,
        announces: false,
    })
}

/// A worker that still takes connections from a socket; counted until dropped.
struct Accepting(Arc<Worker>);

impl Accepting {
    fn new(worker: &Arc<Worker>) -> Accepting {
        worker.shared.accepting.fetch_add(1, SeqCst);
        Accepting(Arc::clone(worker))
    }
}

impl Drop for Accepting {
    fn drop(&mut self) {
        self.0.shared.accepting.fetch_sub(1, SeqCst);
        self.0.shared.ended.notify_one();
    }
}

/// A connection on which no request can come yet; counted until dropped.
pub(crate) struct Arriving(Arc<Worker>);

impl Arriving {
    pub(crate) fn new(worker: &Arc<Worker>) -> Arriving {
        worker.shared.arriving.fetch_add(1, Relaxed);
        Arriving(Arc::clone(worker))
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.0.shared.arriving.fetch_sub(1, Relaxed);
        self.0.shared.ended.notify_one();
    }
}

/// Says why a connection is not taken, if that can be said at once.
fn shed(stream: &TcpStream) {
    let problem = Problem::new(problems::OVERLOADED, "the gateway has as many connections as it takes");
    let body = problem.body("");
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\n\
         retry-after: 1\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.try_write(&[head.as_bytes(), &body].concat());
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
