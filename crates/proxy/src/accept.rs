//! Accepts connections, each worker from a socket of its own.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use policy::{Problem, problems};
use socket2::{Domain, Protocol as Ip, Socket, Type};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    serve::{Protocol, serve},
    wire::Wire,
    worker::Worker,
};

const BACKLOG: i32 = 1024;

/// Binds one of several sockets that share an address.
pub(crate) fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Ip::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Whether nobody listens at an address: sockets that share it would hide from each other that two gateways run.
pub(crate) fn is_free(address: SocketAddr) -> io::Result<()> {
    if address.port() == 0 {
        return Ok(());
    }
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Ip::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())
}

/// Accepts until told to stop; then takes what already waits, and closes the socket.
pub(crate) async fn accept(
    listener: TcpListener,
    tls: bool,
    worker: Arc<Worker>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            biased;
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, peer)) => admit(stream, peer, tls, &worker),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: what is open goes on, and some of it will end.
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept a connection");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn admit(stream: TcpStream, peer: SocketAddr, tls: bool, worker: &Arc<Worker>) {
    let shared = &worker.shared;
    let held = worker.current();
    let bounds = held.table.bounds;
    if shared.connections.load(Relaxed) >= bounds.connections {
        shared.shed.fetch_add(1, Relaxed);
        if !tls {
            shed(&stream);
        }
        return;
    }
    shared.accepted.fetch_add(1, Relaxed);
    // Without it small pieces of a stream would wait for one another; where it cannot be set the connection is gone already.
    let _ = stream.set_nodelay(true);
    let worker = Arc::clone(worker);
    if !tls {
        tokio::spawn(serve(Wire::Tcp(stream), peer.ip(), false, Protocol::Unknown, worker));
        return;
    }
    let Some(config) = held.table.tls.clone() else { return };
    tokio::spawn(async move {
        let handshake = TlsAcceptor::from(config).accept(stream);
        let Ok(Ok(stream)) = timeout(bounds.header_timeout, handshake).await else { return };
        let protocol = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Protocol::Http2,
            _ => Protocol::Http1,
        };
        serve(Wire::Server(Box::new(stream)), peer.ip(), true, protocol, worker).await;
    });
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
