//! A running gateway: start, publish, drain.

use std::{
    net::{SocketAddr, TcpListener as StdListener},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::Ordering::{Relaxed, SeqCst},
    },
    thread::JoinHandle,
    time::Duration,
};

use cache::{Bounds, Purge, Store, Usage};
use model::{Finding, Recorder, Snapshot, standing::UpstreamStanding};
use policy::{Catalogue, LimitsExplained, LimitsQuestion};
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{Instant, timeout_at},
};

use crate::{
    Config, Routes, StartError, Status,
    accept::{accept, bind, is_free},
    background::Background,
    build::Builder,
    connect::{Connector, Network},
    tls::Terms,
    worker::{Shared, Worker, lock},
};

/// A running gateway. Dropped, it ends at once, whatever is under way; see [`Gateway::drain`].
pub struct Gateway {
    shared: Arc<Shared>,
    builder: Mutex<Builder>,
    responses: Arc<Store>,
    background: OnceLock<Arc<Background>>,
    workers: Vec<Arc<Worker>>,
    http: Option<SocketAddr>,
    https: Option<SocketAddr>,
    /// Told to accept no more, and to end.
    stop: watch::Sender<bool>,
    end: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

/// The sockets of one worker.
struct Sockets {
    http: Option<StdListener>,
    https: Option<StdListener>,
}

impl Gateway {
    /// Binds the listeners and starts the workers.
    ///
    /// # Errors
    /// An address in use, a certificate that is not usable, or a snapshot that cannot be run.
    pub fn start(
        config: Config,
        catalogue: Catalogue,
        snapshot: Arc<Snapshot>,
        recorder: Arc<dyn Recorder>,
    ) -> Result<Gateway, StartError> {
        let terms = Terms::new(config.fallback_certificate.as_ref())?;
        let mut builder = Builder::new(catalogue).with_tls(terms).in_zone(config.zone.as_deref());
        if let Some(folder) = &config.stored_responses {
            let refuse = |source| StartError::Store { folder: folder.clone(), source };
            builder.responses = Arc::new(Store::on_disk(Bounds::default(), folder).map_err(refuse)?);
        }
        let table = builder.build(snapshot).map_err(StartError::Snapshot)?;
        let shared = Arc::new(Shared::new(table));
        let count = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let (http, http_sockets) = listen(config.http, count)?;
        let (https, https_sockets) = listen(config.https, count)?;
        let (stop, _) = watch::channel(false);
        let (end, _) = watch::channel(false);
        let mut gateway = Gateway {
            shared,
            responses: Arc::clone(&builder.responses),
            builder: Mutex::new(builder),
            background: OnceLock::new(),
            workers: Vec::new(),
            http,
            https,
            stop,
            end,
            threads: Vec::new(),
        };
        let mut http_sockets = http_sockets.into_iter();
        let mut https_sockets = https_sockets.into_iter();
        for number in 0..count {
            let connector = Connector::Network(Network::default());
            let worker = Worker::new(Arc::clone(&gateway.shared), connector, recorder.sink());
            let sockets = Sockets { http: http_sockets.next(), https: https_sockets.next() };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(StartError::Worker)?;
            // What runs beside exchanges runs on the first worker.
            gateway.background.get_or_init(|| Background::new(runtime.handle().clone(), &worker));
            let run = run(Arc::clone(&worker), sockets, gateway.stop.subscribe(), gateway.end.subscribe());
            let thread = std::thread::Builder::new()
                .name(format!("gateway-{number}"))
                .spawn(move || runtime.block_on(run))
                .map_err(StartError::Worker)?;
            gateway.threads.push(thread);
            gateway.workers.push(worker);
        }
        gateway.begin(&mut lock(&gateway.builder));
        Ok(gateway)
    }

    /// Puts a snapshot in force. Requests under way finish under the one they began with.
    ///
    /// # Errors
    /// Everything in it that cannot be run; the snapshot before it stays in force.
    pub fn publish(&self, snapshot: Arc<Snapshot>) -> Result<(), Vec<Finding>> {
        let mut builder = lock(&self.builder);
        let table = builder.build(snapshot)?;
        self.shared.table.store(table);
        self.begin(&mut builder);
        Ok(())
    }

    /// Begins what upstreams that are new need beside exchanges.
    fn begin(&self, builder: &mut Builder) {
        if let Some(background) = self.background.get() {
            background.begin(builder.fresh());
        }
    }

    /// The routes in force.
    pub fn routes(&self) -> Routes {
        Routes(self.shared.table.load_full())
    }

    /// Which limits a request would touch, and how they stand for it. Takes nothing from them.
    ///
    /// # Errors
    /// What of the question does not exist.
    pub fn explain_limits(&self, asked: &LimitsQuestion) -> Result<LimitsExplained, String> {
        lock(&self.builder).explain_limits(asked, self.shared.clock.time(Instant::now()))
    }

    /// How upstreams stand here, in the order of their names: the one with this key, or all, `most` at most.
    pub fn upstreams(&self, key: Option<&str>, most: usize) -> Vec<UpstreamStanding> {
        let at = self.shared.clock.time(Instant::now());
        lock(&self.builder).standing(key, at, most)
    }

    /// Forgets stored responses, for all workers at once; how many keys had some. Waits until they are gone from the disk, too.
    pub fn purge(&self, purge: Purge<'_>) -> u64 {
        let forgotten = self.responses.purge(purge);
        self.responses.flush();
        forgotten
    }

    /// How full the memory for stored responses is, and what became of requests that could have been answered from it.
    pub fn stored_responses(&self) -> Usage {
        self.responses.usage()
    }

    /// Where cleartext HTTP is accepted.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Where TLS is accepted.
    pub fn https_addr(&self) -> Option<SocketAddr> {
        self.https
    }

    pub fn status(&self) -> Status {
        Status {
            snapshot: self.shared.table.load().number,
            workers: self.workers.len(),
            connections: self.shared.connections.load(Relaxed),
            accepted: self.shared.accepted.load(Relaxed),
            shed: self.shared.shed.load(Relaxed),
            http: self.http,
            https: self.https,
            certificates: self.shared.table.load().certificates.status(),
            draining: self.shared.draining.load(Relaxed),
        }
    }

    /// Accepts no more, lets the exchanges under way finish, and closes what is left at the deadline. After it the gateway does
    /// nothing any more.
    pub async fn drain(&self, deadline: Duration) {
        let deadline = Instant::now() + deadline;
        let _ = self.stop.send(true);
        self.shared.draining.store(true, SeqCst);
        self.wake_all();
        loop {
            let ended = self.shared.ended.notified();
            if self.shared.connections.load(SeqCst) == 0 {
                break;
            }
            if timeout_at(deadline, ended).await.is_err() {
                break;
            }
        }
        self.shared.closing.store(true, SeqCst);
        self.wake_all();
        let _ = self.end.send(true);
    }

    fn wake_all(&self) {
        for worker in &self.workers {
            worker.wake_all();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.shared.closing.store(true, SeqCst);
        let _ = self.end.send(true);
        for thread in self.threads.drain(..) {
            // A worker that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// What a worker's thread does.
async fn run(
    worker: Arc<Worker>,
    sockets: Sockets,
    stop: watch::Receiver<bool>,
    mut end: watch::Receiver<bool>,
) {
    let Sockets { http, https } = sockets;
    for (socket, tls) in [(http, false), (https, true)] {
        let Some(socket) = socket else { continue };
        match TcpListener::from_std(socket) {
            Ok(listener) => {
                tokio::spawn(accept(listener, tls, Arc::clone(&worker), stop.clone()));
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a worker cannot use its socket")
            }
        }
    }
    tokio::select! {
        () = worker.chores() => {}
        _ = end.wait_for(|end| *end) => {}
    }
}

/// One socket for each worker, all at one address.
fn listen(
    address: Option<SocketAddr>,
    count: usize,
) -> Result<(Option<SocketAddr>, Vec<StdListener>), StartError> {
    let Some(address) = address else { return Ok((None, Vec::new())) };
    let refuse = |source| StartError::Listen { address, source };
    is_free(address).map_err(refuse)?;
    let first = bind(address).map_err(refuse)?;
    let bound = first.local_addr().map_err(refuse)?;
    let mut sockets = vec![first];
    for _ in 1..count {
        sockets.push(bind(bound).map_err(refuse)?);
    }
    Ok((Some(bound), sockets))
}
