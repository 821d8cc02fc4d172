//! What the connections of one thread share, and what all threads share.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{AcqRel, Relaxed},
        },
    },
    task::Waker,
    time::Duration,
};

use arc_swap::ArcSwap;
use model::{
    AskedCertificate, EventSink, ExchangeEvent, KeyHash, Protocol, TokenIssuer, TokenServer, snapshot::Caller,
};
use policy::{
    CallerIndex, Dial, Fetch, Fetched, Later, Line, Outbound, OutboundAnswer, OutboundCall, OutboundError,
    Time, World,
};
use tokio::time::Instant;

use crate::{
    accept::Arriving,
    balance::{Ask, Balancer, Chosen, NoPick, Site},
    callers::Callers,
    care::Counted,
    clock::Clock,
    connect::{Connector, Reached},
    fetch,
    h2::{client::Connection, pool::Connections},
    h3,
    key_uses::KeyUses,
    lane::Lane,
    listen,
    outside::{Computing, Hand, Outside},
    pool::Pool,
    random::Random,
    table::Table,
    thread,
    tls::Challenges,
};

/// How often a worker looks after its idle connections and the wall clock.
const CHORES: Duration = Duration::from_secs(5);

/// What all workers share.
pub(crate) struct Shared {
    pub(crate) table: Arc<ArcSwap<Table>>,
    /// How often what is blocked has changed; see [`crate::stop`].
    pub(crate) blocks: AtomicU64,
    pub(crate) clock: Clock,
    pub(crate) connections: AtomicU64,
    /// Connections on which no request can come yet: in a handshake.
    pub(crate) arriving: AtomicU64,
    /// Workers that take connections, once for every socket.
    pub(crate) accepting: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) shed: AtomicU64,
    /// Connections end after the exchange they are in.
    pub(crate) draining: AtomicBool,
    /// Connections end now.
    pub(crate) closing: AtomicBool,
    /// Another gateway was given the sockets, and takes packets that are meant for connections of this one.
    pub(crate) handed_over: AtomicBool,
    /// Told whenever a connection ends.
    pub(crate) ended: tokio::sync::Notify,
    /// Told where a request waits for an idle connection, of whatever worker, to be closed.
    pub(crate) wanting: tokio::sync::Notify,
    /// What takes a core for long.
    pub(crate) computing: Arc<Computing>,
    pub(crate) challenges: Challenges,
    pub(crate) key_uses: KeyUses,
}

/// What a worker is given to do.
pub(crate) enum Work {
    /// To accept on a socket.
    Accept(listen::Opened),
    /// To take connections of QUIC on a socket, for all workers.
    Listen(h3::listen::Opened),
    /// To serve a connection that begins on such a socket.
    Connection(Box<quinn::Incoming>, Option<AskedCertificate>, Arriving),
}

/// What the connections of one thread share. Its locks are never contended: only that thread takes them.
pub(crate) struct Worker {
    pub(crate) shared: Arc<Shared>,
    pub(crate) connector: Arc<Connector>,
    hand: Hand,
    /// Itself, for what filters ask of it.
    own: Weak<Worker>,
    pool: Mutex<Pool>,
    /// Those that carry many requests at a time.
    connections: Mutex<Connections>,
    sink: Mutex<Box<dyn EventSink>>,
    held: Mutex<Arc<Held>>,
    /// The tasks of connections, to tell them when the gateway drains.
    tasks: Mutex<HashMap<u64, Waker>>,
    next_task: AtomicU64,
}

/// A table as one worker holds it: counted by this worker alone, so that threads do not fight over one counter.
pub(crate) struct Held {
    pub(crate) table: Arc<Table>,
    /// By the number of the workspace.
    pub(crate) worlds: Box<[Arc<dyn World>]>,
}

/// A worker, as filters know it while a table is in force.
struct Around {
    table: Arc<Table>,
    /// Whose callers are found.
    tenant: usize,
    worker: Weak<Worker>,
    hand: Hand,
}

impl Around {
    fn callers(&self) -> &Callers {
        &self.table.tenants[self.tenant].callers
    }
}

impl CallerIndex for Around {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        self.callers().by_key(hash)
    }

    fn by_username(&self, username: &str) -> Option<Arc<Caller>> {
        self.callers().by_username(username)
    }

    fn by_subject(&self, subject: &str) -> Option<Arc<Caller>> {
        self.callers().by_subject(subject)
    }

    fn by_client(&self, client: &str) -> Option<Arc<Caller>> {
        self.callers().by_client(client)
    }

    fn token_issuer(&self, workspace: &str) -> Option<&Arc<TokenIssuer>> {
        self.table.issuers.get(workspace)
    }

    fn token_servers(&self, workspace: &str) -> &[Arc<TokenServer>] {
        self.table.servers.get(workspace).map_or(&[], |servers| servers)
    }
}

impl Outbound for Around {
    fn now(&self) -> Time {
        self.hand.now()
    }

    fn sleep(&self, span: Duration) -> Later<()> {
        self.hand.sleep(span)
    }

    fn send(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.hand.send(call)
    }

    fn send_to_metadata(&self, call: OutboundCall) -> Later<Result<OutboundAnswer, OutboundError>> {
        self.hand.send_to_metadata(call)
    }

    fn fetch(&self, fetch: Fetch) -> Later<Result<Fetched, OutboundError>> {
        let (table, worker) = (Arc::clone(&self.table), Weak::clone(&self.worker));
        Box::pin(fetch::fetch(worker, table, fetch))
    }

    fn dial(&self, dial: Dial) -> Later<Result<Box<dyn Line>, OutboundError>> {
        self.hand.dial(dial)
    }

    fn spawn(&self, task: Later<()>) -> bool {
        self.hand.spawn(task)
    }

    fn compute(&self, work: Box<dyn FnOnce() + Send>) -> Later<bool> {
        self.hand.compute(work)
    }
}

impl Shared {
    pub(crate) fn new(table: Arc<Table>) -> Shared {
        Shared {
            blocks: AtomicU64::new(table.blocks),
            table: Arc::new(ArcSwap::new(table)),
            clock: Clock::new(),
            connections: AtomicU64::new(0),
            arriving: AtomicU64::new(0),
            accepting: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            shed: AtomicU64::new(0),
            draining: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            handed_over: AtomicBool::new(false),
            ended: tokio::sync::Notify::new(),
            wanting: tokio::sync::Notify::new(),
            computing: Arc::default(),
            challenges: Challenges::default(),
            key_uses: KeyUses::default(),
        }
    }

    /// Puts a table in force; whether something else is blocked than before, so that connections are to be woken.
    #[must_use]
    pub(crate) fn put(&self, table: Arc<Table>) -> bool {
        let blocks = table.blocks;
        self.table.store(table);
        self.blocks.swap(blocks, AcqRel) != blocks
    }
}

impl Worker {
    pub(crate) fn new(shared: Arc<Shared>, connector: Connector, sink: Box<dyn EventSink>) -> Arc<Worker> {
        let connector = Arc::new(connector);
        let hand = Hand(Outside::new(Arc::clone(&shared), Arc::clone(&connector)));
        Arc::new_cyclic(|own| Worker {
            held: Mutex::new(Arc::new(Held::of(shared.table.load_full(), own, hand.clone()))),
            own: Weak::clone(own),
            shared,
            connector,
            hand,
            pool: Mutex::default(),
            connections: Mutex::default(),
            sink: Mutex::new(sink),
            tasks: Mutex::default(),
            next_task: AtomicU64::new(0),
        })
    }

    /// The table in force.
    pub(crate) fn current(&self) -> Arc<Held> {
        let mut held = lock(&self.held);
        let newest = self.shared.table.load();
        if !Arc::ptr_eq(&held.table, &newest) {
            *held = Arc::new(Held::of(Arc::clone(&newest), &self.own, self.hand.clone()));
        }
        Arc::clone(&held)
    }

    pub(crate) fn choose(&self, balancer: &Balancer, ask: &Ask<'_>) -> Result<Chosen, NoPick> {
        balancer.choose(&mut Random::new(), ask)
    }

    /// The time as balancers compare it; not looked at where this one does not ask.
    pub(crate) fn millis(&self, balancer: &Balancer, at: Instant) -> u64 {
        if balancer.is_timed() { self.shared.clock.time(at).monotonic / 1_000_000 } else { 0 }
    }

    /// A connection to a site that is there already, or a stream of one; `whole` where no stream will do.
    pub(crate) fn take(&self, site: &Arc<Site>, whole: bool, now: Instant) -> Option<Box<Lane>> {
        if site.protocol == Protocol::Http2 || (site.tls && !whole) {
            let found = lock(&self.connections).find(site.id, now);
            if let Some(connection) = found {
                return Some(Box::new(Lane::on(connection, Arc::clone(site))));
            }
        }
        lock(&self.pool).take(site.id, now)
    }

    /// What carries a request on a new connection: the connection, or its first stream.
    pub(crate) fn lane(&self, reached: Reached, site: &Arc<Site>, counted: Option<Counted>) -> Box<Lane> {
        let Reached { wire, origin } = reached;
        if !(wire.is_http2() || site.protocol == Protocol::Http2) {
            let mut lane = Box::new(Lane::open(wire, Arc::clone(site)));
            (lane.counted, lane.origin) = (counted, origin);
            return lane;
        }
        let mut connections = lock(&self.connections);
        // Others may have opened one meanwhile, and this one is not needed.
        let connection = connections.find(site.id, Instant::now()).unwrap_or_else(|| {
            let connection = Connection::open(wire, counted);
            connections.add(site.id, &connection, origin);
            connection
        });
        Box::new(Lane::on(connection, Arc::clone(site)))
    }

    /// Keeps a connection for the next request, if it can carry one.
    pub(crate) fn put(&self, lane: Box<Lane>, now: Instant) {
        if lane.is_free() && !self.shared.draining.load(Relaxed) {
            lock(&self.pool).put(lane, now);
        }
    }

    pub(crate) fn wants_detail(&self, unix_ms: u64) -> bool {
        lock(&self.sink).wants_detail(unix_ms)
    }

    pub(crate) fn record(&self, event: ExchangeEvent) {
        lock(&self.sink).record(event);
    }

    /// The value of `Date` (RFC 9110 §6.6.1).
    pub(crate) fn date(&self) -> [u8; 29] {
        thread::date(self.shared.clock.time(thread::now()).unix_ms / 1000)
    }

    /// Remembers the task of a connection until [`Worker::forget`].
    pub(crate) fn remember(&self, waker: &Waker) -> u64 {
        let task = self.next_task.fetch_add(1, Relaxed);
        lock(&self.tasks).insert(task, waker.clone());
        task
    }

    pub(crate) fn forget(&self, task: u64) {
        lock(&self.tasks).remove(&task);
    }

    /// Wakes every connection, to see that the gateway drains or closes, or that something is blocked.
    pub(crate) fn wake_all(&self) {
        for task in lock(&self.tasks).values() {
            task.wake_by_ref();
        }
    }

    /// Looks after idle connections and the wall clock, for ever.
    pub(crate) async fn chores(&self) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(CHORES) => self.shared.clock.look_at_the_wall(),
                () = self.shared.wanting.notified() => {}
            }
            let mut pool = lock(&self.pool);
            if !pool.is_empty() {
                pool.sweep(Instant::now());
            }
            let mut connections = lock(&self.connections);
            if !connections.is_empty() {
                connections.sweep();
            }
        }
    }
}

impl Held {
    fn of(table: Arc<Table>, worker: &Weak<Worker>, hand: Hand) -> Held {
        let world = |tenant| -> Arc<dyn World> {
            let (table, worker) = (Arc::clone(&table), Weak::clone(worker));
            Arc::new(Around { table, tenant, worker, hand: hand.clone() })
        };
        Held { worlds: (0..table.tenants.len()).map(world).collect(), table }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
