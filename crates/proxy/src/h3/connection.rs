//! Serves a client's connection: takes its streams, tells it when no more are taken, and ends it when nothing happens on it.

use std::{
    future::{pending, poll_fn},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use policy::ClientCertificate;
use quinn::{ConnectionError, RecvStream, SendStream};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use super::{
    control::{OneWay, Told},
    exchange,
    frame::{self, Code, kind},
};
use crate::{
    accept::Arriving,
    calm::{self, Calm},
    client::Client,
    h1::line::READ,
    serve::Task,
    table::Bounds,
    worker::{Worker, lock},
};

/// How long a client may take to see that no more streams are taken.
const FAREWELL: Duration = Duration::from_secs(1);
/// How often something is said on a connection while its client waits for an answer, so that neither side takes the other for gone.
const KEEP: Duration = Duration::from_secs(20);
/// A frame that means nothing (RFC 9114 §7.2.8), and has no content.
const NOTHING: [u8; 2] = [0x21, 0];
/// More than any stream has (RFC 9114 §5.2).
const NO_LAST: u64 = (1 << 62) - 4;

/// A connection, as its streams know it.
pub(crate) struct Connection {
    quic: quinn::Connection,
    pub(super) worker: Arc<Worker>,
    pub(super) bounds: Bounds,
    /// Who is there. Where that is may change, and then it is someone else for policies.
    client: Mutex<Arc<Client>>,
    calm: Mutex<Calm>,
    /// Streams that are open.
    open: AtomicUsize,
    /// Told when the last of them is over, or when the client goes.
    told: Notify,
    goes_away: AtomicBool,
    /// Which of the streams of one direction are there.
    one_way: AtomicU8,
}

/// A stream that is open.
pub(super) struct Open(pub(super) Arc<Connection>);

/// How far a connection is on its way to its end (RFC 9114 §5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Farewell {
    None,
    /// The client was told to open no more streams, and may not know yet until then.
    Said(Instant),
    /// No stream past this is taken.
    Last,
}

/// Serves a connection to its end.
pub(super) async fn serve(
    quic: quinn::Connection,
    certificate: Option<Arc<ClientCertificate>>,
    worker: Arc<Worker>,
    counted: Arriving,
) {
    let bounds = worker.current().table.bounds;
    let client = Client::new(Arc::clone(&worker), quic.remote_address().ip(), true, certificate, false);
    // It counts as one that is there from now on.
    drop(counted);
    let connection = Arc::new(Connection {
        quic,
        bounds,
        calm: Mutex::new(Calm::new(client.opened)),
        client: Mutex::new(Arc::new(client)),
        worker,
        open: AtomicUsize::new(0),
        told: Notify::new(),
        goes_away: AtomicBool::new(false),
        one_way: AtomicU8::new(0),
    });
    let mut said = Vec::new();
    frame::greeting(&mut said, bounds.head as u64);
    let mut server = Server {
        control: None,
        said,
        farewell: Farewell::None,
        next: 0,
        heard: Instant::now(),
        task: Task::new(Arc::clone(&connection.worker)),
        connection,
    };
    let over = server.run().await;
    server.connection.quic.close(over.number(), b"");
    // The task that writes it has its turn.
    tokio::task::yield_now().await;
}

/// The task of a connection.
struct Server {
    connection: Arc<Connection>,
    /// What the gateway says of the connection as a whole.
    control: Option<SendStream>,
    /// What of that is not written yet.
    said: Vec<u8>,
    farewell: Farewell,
    /// The stream after the last that was taken.
    next: u64,
    /// When something was last said for nothing.
    heard: Instant,
    task: Task,
}

/// What happens on a connection.
enum Happened {
    Request(SendStream, RecvStream),
    OneWay(RecvStream),
    Lost,
    /// The gateway drains, or ends.
    Drains,
    /// The last stream is over, or the client goes.
    Told,
    /// Something took too long.
    Due,
}

impl Server {
    /// Serves to the end: with what code it is closed.
    async fn run(&mut self) -> Code {
        loop {
            if self.connection.worker.shared.closing.load(Relaxed) {
                return Code::NO_ERROR;
            }
            if self.write().await.is_err() {
                return Code::CLOSED_CRITICAL_STREAM;
            }
            if self.farewell == Farewell::Last {
                // Where another gateway reads the packets of its client, nothing comes to its end here.
                let is_cut = self.connection.worker.shared.handed_over.load(Relaxed);
                if is_cut || self.connection.open.load(Relaxed) == 0 {
                    // What was said last goes out while anything does: what is not written is dropped as a connection is closed.
                    tokio::task::yield_now().await;
                    return Code::NO_ERROR;
                }
            }
            match self.happens().await {
                Happened::Lost => return Code::NO_ERROR,
                Happened::Request(send, recv) => self.take(send, recv),
                Happened::OneWay(recv) => {
                    tokio::spawn(one_way(Arc::clone(&self.connection), recv));
                }
                Happened::Drains => self.say_farewell(),
                Happened::Told => {
                    if self.connection.goes_away.load(Relaxed) {
                        self.say_farewell();
                    }
                }
                Happened::Due => self.look(),
            }
        }
    }

    async fn happens(&mut self) -> Happened {
        let deadline = self.deadline();
        let Server { connection, task, farewell, .. } = self;
        let shared = &connection.worker.shared;
        let ends = poll_fn(|cx| {
            task.remember(cx);
            let drains = shared.draining.load(Relaxed) && *farewell == Farewell::None;
            if drains || shared.closing.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
        });
        let due = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        let lost = |error: ConnectionError| {
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection of QUIC is over");
            Happened::Lost
        };
        tokio::select! {
            biased;
            stream = connection.quic.accept_bi() => match stream {
                Ok((send, recv)) => Happened::Request(send, recv),
                Err(error) => lost(error),
            },
            stream = connection.quic.accept_uni() => match stream {
                Ok(recv) => Happened::OneWay(recv),
                Err(error) => lost(error),
            },
            () = connection.told.notified() => Happened::Told,
            () = ends => Happened::Drains,
            () = due => Happened::Due,
        }
    }

    fn take(&mut self, send: SendStream, mut recv: RecvStream) {
        let id = u64::from(quinn::VarInt::from(send.id()));
        if self.farewell == Farewell::Last {
            let mut send = send;
            let _ = send.reset(Code::REQUEST_REJECTED.number());
            let _ = recv.stop(Code::REQUEST_REJECTED.number());
            return;
        }
        self.next = self.next.max(id + 4);
        let open = Open::new(&self.connection);
        tokio::spawn(exchange::serve(open, send, recv));
    }

    /// When something takes too long.
    fn deadline(&self) -> Option<Instant> {
        if let Farewell::Said(until) = self.farewell {
            return Some(until);
        }
        let connection = &self.connection;
        let Bounds { header_timeout, idle_timeout, .. } = connection.bounds;
        if connection.open.load(Relaxed) > 0 {
            return Some(self.heard + KEEP);
        }
        let client = connection.client();
        // Nothing came since the connection was accepted: the first request is awaited as a head is.
        Some(match self.next {
            0 => client.opened + header_timeout,
            _ => client.idle_since() + idle_timeout,
        })
    }

    fn look(&mut self) {
        if let Farewell::Said(_) = self.farewell {
            self.farewell = Farewell::Last;
            let next = self.next;
            return frame::frame(&mut self.said, kind::GOAWAY, |out| frame::put(out, next));
        }
        let now = Instant::now();
        if self.connection.open.load(Relaxed) > 0 {
            self.heard = now;
            return self.said.extend_from_slice(&NOTHING);
        }
        if self.deadline().is_some_and(|deadline| now >= deadline) {
            self.say_farewell();
        }
    }

    /// The client is told to open no more streams, and those it opens before it knows are taken.
    fn say_farewell(&mut self) {
        if self.farewell == Farewell::None {
            let patience = (self.connection.quic.rtt() * 3).min(FAREWELL);
            self.farewell = Farewell::Said(Instant::now() + patience);
            frame::frame(&mut self.said, kind::GOAWAY, |out| frame::put(out, NO_LAST));
        }
    }

    /// Writes what is to be said on the control stream. A client that takes none of it waits for nothing else either.
    async fn write(&mut self) -> Result<(), ()> {
        if self.said.is_empty() {
            return Ok(());
        }
        let said = std::mem::take(&mut self.said);
        let writing = async {
            let control = match &mut self.control {
                Some(control) => control,
                none => none.insert(self.connection.quic.open_uni().await.map_err(drop)?),
            };
            control.write_all(&said).await.map_err(drop)
        };
        timeout(self.connection.bounds.header_timeout, writing).await.map_err(drop)?
    }
}

impl Connection {
    /// Who is there now.
    pub(super) fn client(&self) -> Arc<Client> {
        let peer = self.quic.remote_address().ip().to_canonical();
        let mut client = lock(&self.client);
        if client.peer != peer {
            let certificate = client.certificate.clone();
            *client = Arc::new(Client::new(Arc::clone(&self.worker), peer, true, certificate, false));
        }
        Arc::clone(&client)
    }

    /// The connection cannot go on.
    pub(super) fn fail(&self, code: Code) {
        tracing::debug!(?code, "a connection of QUIC is closed");
        self.quic.close(code.number(), b"");
    }

    /// Counts something that moves nothing; whether there was as much left for it. Where not, the connection is over.
    pub(super) fn spend(&self, cost: u32) -> bool {
        let is_fine = lock(&self.calm).spend(cost).is_ok();
        if !is_fine {
            self.fail(Code::EXCESSIVE_LOAD);
        }
        is_fine
    }

    pub(super) fn earn(&self, much: u32) {
        lock(&self.calm).earn(much);
    }

    pub(super) fn rtt(&self) -> Duration {
        self.quic.rtt()
    }
}

impl Open {
    fn new(connection: &Arc<Connection>) -> Open {
        connection.open.fetch_add(1, Relaxed);
        Open(Arc::clone(connection))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if self.0.open.fetch_sub(1, Relaxed) == 1 {
            self.0.told.notify_one();
        }
    }
}

/// Reads a stream of one direction to its end.
async fn one_way(connection: Arc<Connection>, mut recv: RecvStream) {
    let mut stream = OneWay::default();
    let mut came = Bytes::new();
    loop {
        match stream.next(&mut came) {
            Ok(Told::Is(of)) => {
                if connection.one_way.fetch_or(of.bit(), Relaxed) & of.bit() != 0 {
                    return connection.fail(Code::STREAM_CREATION);
                }
            }
            Ok(Told::Nothing) => {
                if !connection.spend(calm::FRAME) {
                    return;
                }
            }
            Ok(Told::GoesAway) => {
                connection.goes_away.store(true, Relaxed);
                connection.told.notify_one();
            }
            Ok(Told::Unknown) => {
                connection.spend(calm::RESET);
                let _ = recv.stop(Code::STREAM_CREATION.number());
                return;
            }
            Ok(Told::More) => {
                let read = pin!(recv.read_chunk(READ, true)).await;
                match read {
                    Ok(Some(chunk)) => came = chunk.bytes,
                    Err(quinn::ReadError::ConnectionLost(_)) => return,
                    // Those that there is one of last as long as the connection.
                    Ok(None) | Err(_) => {
                        if stream.of().is_some() {
                            connection.fail(Code::CLOSED_CRITICAL_STREAM);
                        }
                        return;
                    }
                }
            }
            Err(code) => return connection.fail(code),
        }
    }
}
