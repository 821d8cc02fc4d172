//! A running gateway: start, publish, drain.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::Ordering::{Relaxed, SeqCst},
    },
    thread::JoinHandle,
    time::Duration,
};

use cache::{Bounds, Purge, Store, Usage};
use model::{Finding, KeyUse, OpenChallenge, Recorder, SignOut, Snapshot, standing::UpstreamStanding};
use policy::{Catalogue, LimitsExplained, LimitsQuestion, SignOuts};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout_at},
};

use crate::{
    Config, Routes, StartError, Status,
    accept::accept,
    background::Background,
    build::Builder,
    connect::{Connector, Network},
    h3,
    listen::{self, Inherited, Listeners, Listening, Wanted},
    nearby::Nearby,
    tls::Terms,
    worker::{Shared, Work, Worker, lock},
};

/// A running gateway. Dropped, it ends at once, whatever is under way; see [`Gateway::drain`].
pub struct Gateway {
    shared: Arc<Shared>,
    builder: Mutex<Builder>,
    responses: Arc<Store>,
    sign_outs: Arc<SignOuts>,
    /// What is connected to of what is about the machine alone.
    nearby: Arc<Nearby>,
    background: OnceLock<Arc<Background>>,
    workers: Vec<Arc<Worker>>,
    listeners: Mutex<Listeners>,
    /// Those of the command line.
    fixed: Vec<Wanted>,
    /// Told to end.
    end: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
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
        let mut builder = Builder::new(catalogue)
            .with_tls(terms)
            .in_zone(config.zone.as_deref())
            .in_folder(config.folder.clone());
        if let Some(folder) = &config.stored_responses {
            let refuse = |source| StartError::Store { folder: folder.clone(), source };
            builder.responses = Arc::new(Store::on_disk(Bounds::default(), folder).map_err(refuse)?);
        }
        // Held, so that it outlives every configuration.
        let sign_outs = builder.sign_outs();
        let table = builder.build(Arc::clone(&snapshot)).map_err(StartError::Snapshot)?;
        let speaks_http3 = table.quic.is_some();
        let shared = Arc::new(Shared::new(table));
        let count = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        };
        let (end, _) = watch::channel(false);
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..count).map(|_| mpsc::unbounded_channel()).unzip();
        let fixed = fixed(&config);
        let mut listeners = Listeners::new(config.inherited, senders);
        listen_first(&mut listeners, &fixed, &snapshot, speaks_http3)?;
        let nearby = Arc::<Nearby>::default();
        nearby.put(&snapshot.gateway);
        let mut gateway = Gateway {
            nearby: Arc::clone(&nearby),
            shared,
            responses: Arc::clone(&builder.responses),
            sign_outs,
            builder: Mutex::new(builder),
            background: OnceLock::new(),
            workers: Vec::new(),
            listeners: Mutex::new(listeners),
            fixed,
            end,
            threads: Vec::new(),
        };
        let names = Arc::new(crate::names::Names::of(&config.resolver));
        for (number, given) in receivers.into_iter().enumerate() {
            let connector = Connector::Network(Network::new(&names, &nearby));
            let worker = Worker::new(Arc::clone(&gateway.shared), connector, recorder.sink());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(StartError::Worker)?;
            // What runs beside exchanges runs on the first worker.
            gateway.background.get_or_init(|| Background::new(runtime.handle().clone(), &worker));
            let run = run(Arc::clone(&worker), given, gateway.end.subscribe());
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

    /// Puts a snapshot in force. Requests under way finish under the one they began with, and connections go on whatever becomes of
    /// the listener they came by.
    ///
    /// # Errors
    /// Everything in it that cannot be run, such as a listener whose address is in use; the snapshot before it stays in force.
    pub fn publish(&self, snapshot: Arc<Snapshot>) -> Result<(), Vec<Finding>> {
        let mut builder = lock(&self.builder);
        let mut listeners = lock(&self.listeners);
        // What is new is open before anything changes.
        let wanted = self.fixed.iter().cloned().chain(listen::wanted(&snapshot.gateway)?).collect();
        let plan = listeners.plan(wanted).map_err(|(one, error)| {
            let at =
                snapshot.gateway.listeners.iter().position(|listener| listener.name.as_str() == &*one.name);
            let message = format!("cannot listen on {} ({}): {error}", one.address, one.name);
            let finding = Finding::error("cannot-listen", message);
            let finding = finding.in_resource(format!("gateway/{}", snapshot.gateway.name));
            vec![finding.in_field(format!("listeners[{}].address", at.unwrap_or_default()))]
        })?;
        let table = builder.build(Arc::clone(&snapshot))?;
        self.nearby.put(&snapshot.gateway);
        let speaks_http3 = table.quic.is_some();
        if self.shared.put(table) {
            self.wake_all();
        }
        self.begin(&mut builder);
        if !self.shared.draining.load(SeqCst) {
            listeners.commit(plan, speaks_http3);
        }
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

    /// Answers these challenges of authorities that are asked for certificates (RFC 8555 §8.3, RFC 8737), and no others. It holds for the
    /// next request and the next handshake.
    pub fn answer(&self, challenges: &[OpenChallenge]) {
        self.shared.challenges.put(challenges);
    }

    /// When keys were used, each once a minute at most, since this was asked before.
    pub fn take_key_uses(&self) -> Vec<KeyUse> {
        self.shared.key_uses.take()
    }

    /// Sessions that identity providers ended by way of this gateway, since this was asked before.
    pub fn take_sign_outs(&self) -> Vec<SignOut> {
        self.sign_outs.take()
    }

    /// Ends sessions that ended by way of another gateway.
    pub fn hear_sign_outs(&self, outs: &[SignOut]) {
        self.sign_outs.hear(outs, self.shared.clock.time(Instant::now()).unix_ms);
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
        self.address("http")
    }

    /// Where TLS is accepted.
    pub fn https_addr(&self) -> Option<SocketAddr> {
        self.address("https")
    }

    /// Where a listener accepts, by its name.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        let listening = lock(&self.listeners).listening();
        listening.into_iter().find(|one| *one.name == *name).map(|one| one.address)
    }

    /// The sockets it listens on once more, for another gateway to go on with (see [`Config::inherited`]): connections that wait on them
    /// are taken by whichever of the two accepts, so that none is refused when this one ends.
    ///
    /// Packets of HTTP/3 are read by whichever comes first, too: when this one drains then, it closes such connections within a second.
    pub fn sockets(&self) -> Vec<Inherited> {
        self.shared.handed_over.store(true, SeqCst);
        lock(&self.listeners).copies()
    }

    /// Nobody has taken the sockets after all.
    pub fn keep_sockets(&self) {
        self.shared.handed_over.store(false, SeqCst);
    }

    /// Everywhere it listens.
    pub fn listening(&self) -> Vec<Listening> {
        lock(&self.listeners).listening()
    }

    pub fn status(&self) -> Status {
        let table = self.shared.table.load();
        let listeners = self.listening();
        let fallback = table.tls.as_ref().filter(|_| listeners.iter().any(|listener| listener.tls));
        Status {
            snapshot: table.number,
            workers: self.workers.len(),
            connections: self.shared.connections.load(Relaxed),
            accepted: self.shared.accepted.load(Relaxed),
            shed: self.shared.shed.load(Relaxed),
            listeners,
            certificates: table.certificates.status(fallback.map(|tls| &tls.fallback)),
            draining: self.shared.draining.load(Relaxed),
        }
    }

    /// Accepts no more, lets the exchanges under way finish, and closes what is left at the deadline. After it the gateway does
    /// nothing any more.
    pub async fn drain(&self, deadline: Duration) {
        let deadline = Instant::now() + deadline;
        self.shared.draining.store(true, SeqCst);
        lock(&self.listeners).stop();
        self.wake_all();
        loop {
            let ended = self.shared.ended.notified();
            let shared = &self.shared;
            // What a worker has just taken from a socket is no connection yet to anyone else.
            if shared.accepting.load(SeqCst) == 0
                && shared.connections.load(SeqCst) + shared.arriving.load(SeqCst) == 0
            {
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
        lock(&self.listeners).stop();
        self.shared.closing.store(true, SeqCst);
        let _ = self.end.send(true);
        for thread in self.threads.drain(..) {
            // A worker that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// What a worker's thread does.
async fn run(worker: Arc<Worker>, mut given: mpsc::UnboundedReceiver<Work>, mut end: watch::Receiver<bool>) {
    let listening = async {
        while let Some(work) = given.recv().await {
            let worker = Arc::clone(&worker);
            match work {
                Work::Accept(opened) => drop(tokio::spawn(accept(opened, worker))),
                Work::Listen(opened) => drop(tokio::spawn(h3::listen::listen(opened, worker))),
                Work::Connection(incoming, asked, counted) => {
                    drop(tokio::spawn(h3::listen::begin(*incoming, asked, counted, worker)));
                }
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = worker.chores() => {}
        () = listening => {}
        _ = end.wait_for(|end| *end) => {}
    }
}

/// The listeners of the command line.
fn fixed(config: &Config) -> Vec<Wanted> {
    let one = |name: &str, address: Option<SocketAddr>, tls: bool| {
        address.map(|address| Wanted {
            name: name.into(),
            address,
            tls,
            proxy_protocol: false,
            http3: tls,
            asked: None,
        })
    };
    one("http", config.http, false).into_iter().chain(one("https", config.https, true)).collect()
}

/// Begins to listen. Without those of the command line a gateway does not start. Without one of the resource it does, and says so: what
/// is wrong with it is mended by a change, and changes must get through.
fn listen_first(
    listeners: &mut Listeners,
    fixed: &[Wanted],
    snapshot: &Snapshot,
    speaks_http3: bool,
) -> Result<(), StartError> {
    let further = listen::wanted(&snapshot.gateway).map_err(StartError::Snapshot)?;
    let mut all: Vec<Wanted> = fixed.iter().cloned().chain(further).collect();
    loop {
        match listeners.plan(all.clone()) {
            Ok(plan) => {
                listeners.commit(plan, speaks_http3);
                return Ok(());
            }
            Err((one, source)) if fixed.contains(&one) => {
                return Err(StartError::Listen { address: one.address, source });
            }
            Err((one, error)) => {
                tracing::error!("cannot listen on {} ({}): {error}", one.address, one.name);
                all.retain(|other| *other != one);
            }
        }
    }
}
