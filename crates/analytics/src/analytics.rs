//! The door: opening, recording, closing, and how it is doing.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use drift::{Inbox, ServiceSeen, Watch};
use model::event::{EventSink, Recorder};
use store::{Database, DatabaseOptions, Durability};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::{
    Error, Options, Status,
    batch::{Batch, GRACE},
    database::{self, MIGRATIONS},
    memory::Memory,
    metrics::{self, Label},
    process,
    ring::{Budget, Drain, ring},
    tier::{BASE, Complete, DAY, MINUTE, floor, millis},
    told::{GatewaySeen, Teller, Tellers, Told},
};

/// How often what old snapshots share with us is let go.
const FORGET_EVERY: Duration = Duration::from_secs(300);
/// How often what is seen of services is written.
const KEEP_SEEN_EVERY: Duration = Duration::from_secs(30);
/// Events that are counted at a time, so that nothing on the same core waits long.
const AT_ONCE: usize = 64;
/// How often the rings of a busy gateway are drained at most.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);

/// Takes events from every worker and answers questions about them. Cheap to clone.
#[derive(Clone)]
pub struct Analytics(Arc<Inner>);

struct Inner {
    options: Options,
    database: Option<Database>,
    budget: Arc<Budget>,
    /// Locked before `memory`, never after it.
    rings: Mutex<Vec<Drain>>,
    memory: Mutex<Memory>,
    /// What is seen of services, to be held against their contracts.
    watch: Mutex<Watch>,
    /// What is still to be seen.
    inbox: Mutex<Inbox>,
    /// Gateways of other processes that have told what they counted, the portions told, and what was seen that is still to be told.
    tellers: Mutex<Tellers>,
    telling: Mutex<Telling>,
    health: Mutex<Health>,
    /// Held by whoever writes.
    writing: tokio::sync::Mutex<()>,
    /// Whether another process writes.
    paused: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// What is told to the control plane.
#[derive(Default)]
struct Telling {
    /// Portions so far.
    portions: u64,
    /// When the last one was.
    at: u64,
    /// What was seen of services, still to be told, and when it was taken.
    seen: Vec<(Arc<str>, String)>,
    seen_at: u64,
}

#[derive(Default)]
struct Health {
    error: Option<String>,
    flushed_at: Option<u64>,
    calls_kept: u64,
}

/// A poisoned lock is taken all the same: counts are never left half-changed in a way that matters more than going on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Analytics {
    /// Opens analytics over a database file, made if absent, or in memory only (`None`). Call it on a tokio runtime, where
    /// the collector then runs. A database that cannot be opened is left alone: analytics then runs in memory, and
    /// [`Status::error`] says why.
    ///
    /// # Errors
    /// [`Error::Invalid`] for options that make no sense.
    pub async fn open(path: Option<&Path>, options: Options) -> Result<Analytics, Error> {
        let is_zero = |duration: Option<Duration>| duration.is_some_and(|duration| duration.is_zero());
        if is_zero(options.collect_every) || options.flush_every.is_zero() {
            return Err(Error::invalid("collect_every", "must be longer than nothing"));
        }
        let mut health = Health::default();
        let opened = match path {
            None => None,
            Some(path) => match open_database(path, &options).await {
                Ok((database, memory, calls_kept)) => {
                    health.calls_kept = calls_kept;
                    Some((database, memory))
                }
                Err(error) => {
                    tracing::error!(%error, "analytics runs in memory only");
                    health.error = Some(error.to_string());
                    None
                }
            },
        };
        let mut watch = Watch::default();
        if let Some((database, _)) = &opened
            && let Err(error) = database::seen::load(database, &mut watch).await
        {
            tracing::error!(%error, "what was seen of services before is not known");
        }
        let (database, memory) = match opened {
            Some((database, memory)) => (Some(database), memory),
            None => {
                let minute = floor(options.clock.now().saturating_sub(GRACE), MINUTE);
                let complete = Complete { minute, hour: minute, day: minute };
                // What is to be told is not forgotten for newer calls alone.
                let mut memory = Memory::new(&options, options.tells, complete, 1);
                if options.tells {
                    memory.branches.tell();
                }
                (None, memory)
            }
        };
        let analytics = Analytics(Arc::new(Inner {
            budget: Arc::new(Budget::new(options.calls_per_second)),
            rings: Mutex::default(),
            memory: Mutex::new(memory),
            watch: Mutex::new(watch),
            inbox: Mutex::default(),
            tellers: Mutex::default(),
            telling: Mutex::default(),
            health: Mutex::new(health),
            writing: tokio::sync::Mutex::default(),
            paused: AtomicBool::new(false),
            tasks: Mutex::default(),
            database,
            options,
        }));
        analytics.start();
        Ok(analytics)
    }

    /// Starts the collector and the writer. They end with the last clone.
    fn start(&self) {
        let Some(collect_every) = self.0.options.collect_every else { return };
        let inner = Arc::downgrade(&self.0);
        let collector = collector(collect_every, inner);
        let inner = Arc::downgrade(&self.0);
        let writer = every(self.0.options.flush_every, inner, async |analytics| analytics.flush().await);
        let inner = Arc::downgrade(&self.0);
        let forgetter = every(FORGET_EVERY, inner, async |analytics| {
            analytics.collect();
            analytics.memory().forget_kinds();
        });
        let inner = Arc::downgrade(&self.0);
        let settler = every(self.0.options.flush_every, inner, async |analytics| {
            // Texts are read there: not where requests wait for it.
            let analytics = analytics.clone();
            let settling = tokio::task::spawn_blocking(move || analytics.settle());
            let _ = settling.await;
        });
        let inner = Arc::downgrade(&self.0);
        let keeper = every(KEEP_SEEN_EVERY, inner, async |analytics| analytics.keep_seen().await);
        let counting = [tokio::spawn(collector), tokio::spawn(writer), tokio::spawn(forgetter)];
        lock(&self.0.tasks).extend(counting);
        lock(&self.0.tasks).extend([tokio::spawn(settler), tokio::spawn(keeper)]);
    }

    /// Drains the rings into memory, to the last call. The collector does it by itself unless [`Options::collect_every`] is `None`.
    pub fn collect(&self) {
        self.drain();
        self.memory().settle();
    }

    /// Drains the rings into memory; how many events there were.
    fn drain(&self) -> usize {
        let now = self.0.options.clock.now();
        let mut rings = lock(&self.0.rings);
        let mut taken = 0;
        for ring in rings.iter_mut() {
            let mut memory = self.memory();
            let mut inbox = lock(&self.0.inbox);
            let dropped = ring.take(|mut event| {
                taken += 1;
                inbox.saw(&mut event);
                memory.take(event, now);
            });
            memory.counts.dropped += dropped;
            memory.bound();
        }
        rings.retain(|ring| !ring.is_done());
        taken
    }

    /// Drains the rings and writes what changed. The collector does it by itself once a second. A failure is kept in
    /// [`Status::error`] and logged once; the next time everything is tried again.
    pub async fn flush(&self) {
        let _writing = self.0.writing.lock().await;
        self.collect();
        if self.0.paused.load(Relaxed) {
            return;
        }
        let now = self.0.options.clock.now();
        let retention = &self.0.options.retention;
        let Some(database) = &self.0.database else {
            let rows = if self.0.options.tells { DAY } else { millis(retention.memory) };
            let meters = DAY;
            self.memory().forget(now.saturating_sub(rows), now.saturating_sub(meters));
            return;
        };
        let batch = self.memory().batch(now);
        if batch.is_empty() {
            self.memory().written(&batch);
            return;
        }
        let mut unwritten = Unwritten { analytics: self, batch: Some(batch) };
        let Some(batch) = &unwritten.batch else { return };
        let written = database::write(database, batch, retention, now).await;
        let mut health = lock(&self.0.health);
        match written {
            Ok(deleted) => {
                if health.error.take().is_some() {
                    tracing::info!("analytics is written again");
                }
                health.flushed_at = Some(now);
                health.calls_kept = (health.calls_kept + batch.calls.len() as u64).saturating_sub(deleted);
                drop(health);
                if let Some(batch) = unwritten.batch.take() {
                    self.memory().written(&batch);
                }
            }
            Err(error) => {
                let error = error.to_string();
                if health.error.as_deref() != Some(&error) {
                    tracing::error!(error, "analytics could not be written; it goes on in memory");
                }
                health.error = Some(error);
            }
        }
    }

    /// What is seen of a service, such as `api/orders@v1`, beside what its contract says.
    pub fn seen(&self, workspace: &str, service: &str) -> Option<ServiceSeen> {
        self.collect();
        self.settle();
        lock(&self.0.watch).seen(workspace, service)
    }

    /// The next portion of what was counted, for the control plane. Where nothing was, one without anything every ten seconds, so that it
    /// knows of the gateway. What is taken here is nowhere else any more: it is to be told until it is heard.
    ///
    /// Only with [`Options::tells`].
    pub fn to_tell(&self, gateway: &Teller) -> Option<Told> {
        self.collect();
        let now = self.0.options.clock.now();
        let mut told = Told::of(&mut self.memory());
        let mut telling = lock(&self.0.telling);
        if telling.seen.is_empty() && telling.seen_at + BASE <= now {
            self.settle();
            telling.seen = lock(&self.0.watch).take();
            telling.seen_at = now;
        }
        told.with_seen(&mut telling.seen);
        if told.is_empty() && telling.at + BASE > now {
            return None;
        }
        telling.portions += 1;
        telling.at = now;
        told.number = telling.portions;
        told.gateway = gateway.clone();
        Some(told)
    }

    /// Counts what a gateway of another process counted. What was heard before is not counted again.
    pub fn hear(&self, mut told: Told) {
        let now = self.0.options.clock.now();
        if !lock(&self.0.tellers).is_new(&told, now) {
            return;
        }
        let seen = told.take_seen();
        if !seen.is_empty() {
            let mut watch = lock(&self.0.watch);
            seen.iter().for_each(|(key, text)| watch.hear(key, text));
        }
        told.hear(&mut self.memory(), now);
    }

    /// The gateways of other processes that told something within an hour.
    pub fn gateways(&self) -> Vec<GatewaySeen> {
        lock(&self.0.tellers).seen(self.0.options.clock.now())
    }

    fn settle(&self) {
        let mut watch = lock(&self.0.watch);
        let inbox = std::mem::take(&mut *lock(&self.0.inbox));
        watch.settle(inbox);
    }

    /// Writes what changed of what is seen of services.
    async fn keep_seen(&self) {
        let Some(database) = &self.0.database else { return };
        if self.0.paused.load(Relaxed) {
            return;
        }
        self.settle();
        let changed = lock(&self.0.watch).changed();
        if let Err(error) = database::seen::write(database, &changed).await {
            tracing::error!(%error, "what is seen of services could not be written");
        }
    }

    /// Writes everything, and nothing more until [`Analytics::resume`]: another process takes the file over. What is counted meanwhile
    /// stays in memory.
    pub async fn pause(&self) {
        self.flush().await;
        self.keep_seen().await;
        // Whoever writes now has ended before this returns.
        let _writing = self.0.writing.lock().await;
        self.0.paused.store(true, Relaxed);
        if let Some(database) = &self.0.database
            && let Err(error) = database.release()
        {
            tracing::error!(%error, "analytics cannot be given to another process");
        }
    }

    /// Goes on writing after [`Analytics::pause`], where the other process came to nothing.
    pub fn resume(&self) {
        match self.0.database.as_ref().map(Database::reclaim) {
            None | Some(Ok(())) => self.0.paused.store(false, Relaxed),
            Some(Err(error)) => tracing::error!(%error, "analytics goes on in memory alone"),
        }
    }

    /// Stops the collector and writes everything. What workers record after that is lost.
    pub async fn shutdown(&self) {
        for task in std::mem::take(&mut *lock(&self.0.tasks)) {
            task.abort();
        }
        self.flush().await;
        self.keep_seen().await;
        if let Some(database) = &self.0.database {
            database.close().await;
        }
    }

    /// The metrics of this process since it started, in Prometheus' text format 0.0.4.
    pub fn metrics_text(&self) -> String {
        self.collect();
        let mut text = String::new();
        let counts = {
            let now = self.options().clock.now();
            let mut memory = self.memory();
            memory.metrics.write(&mut text);
            memory.forget_branches(now);
            memory.branches.write(&mut text, now);
            memory.counts
        };
        let totals = [
            ("pailou_events_recorded_total", "Events counted, over restarts.", counts.recorded),
            ("pailou_events_dropped_total", "Events dropped: their ring was full.", counts.dropped),
            ("pailou_events_other_total", "Events beyond the cardinality kept apart.", counts.other),
            ("pailou_events_lost_total", "Events lost: the database could not be written.", counts.lost),
            ("pailou_calls_logged_total", "Calls in the call log.", counts.logged),
            ("pailou_calls_not_logged_total", "Calls beyond the call log's budget.", counts.not_logged),
        ];
        for (name, help, value) in totals {
            metrics::single(&mut text, name, "counter", help, value);
        }
        let failing = u8::from(lock(&self.0.health).error.is_some());
        metrics::single(
            &mut text,
            "pailou_analytics_failing",
            "gauge",
            "Whether the last write failed.",
            failing,
        );
        metrics::family(&mut text, "pailou_build_info", "gauge", "The version, as a label.");
        let version = Label(env!("CARGO_PKG_VERSION"));
        text.push_str(&format!("pailou_build_info{{version=\"{version}\"}} 1\n"));
        process::write(&mut text);
        text
    }

    /// How analytics itself is doing.
    pub fn status(&self) -> Status {
        self.collect();
        let (counts, series, calls_in_memory) = {
            let memory = self.memory();
            (memory.counts, memory.registry.len() as u64, memory.log.len() as u64)
        };
        let health = lock(&self.0.health);
        Status {
            recorded: counts.recorded,
            dropped: counts.dropped,
            logged: counts.logged,
            not_logged: counts.not_logged,
            other: counts.other,
            unmetered: counts.unmetered,
            lost: counts.lost,
            lost_calls: counts.lost_calls,
            durable: self.0.database.is_some(),
            error: health.error.clone(),
            flushed_at: health.flushed_at,
            series,
            calls_kept: health.calls_kept + calls_in_memory,
        }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(crate) fn database(&self) -> Option<&Database> {
        self.0.database.as_ref()
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.0.memory)
    }
}

impl Recorder for Analytics {
    fn sink(&self) -> Box<dyn EventSink> {
        let (sink, drain) = ring(self.0.options.ring, Arc::clone(&self.0.budget));
        lock(&self.0.rings).push(drain);
        Box::new(sink)
    }
}

/// A batch on its way. Dropped before it arrived, also because whoever waited for it was, it goes back: rows are written whole,
/// so that writing them again does no harm.
struct Unwritten<'a> {
    analytics: &'a Analytics,
    batch: Option<Batch>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        if let Some(batch) = self.batch.take() {
            self.analytics.memory().not_written(batch);
        }
    }
}

async fn open_database(path: &Path, options: &Options) -> Result<(Database, Memory, u64), Error> {
    let how = DatabaseOptions { durability: Durability::Normal, ..DatabaseOptions::default() };
    let database = Database::open(path, how, MIGRATIONS).await?;
    let (memory, calls_kept) = database::load(&database, options).await?;
    Ok((database, memory, calls_kept))
}

/// Drains the rings again and again: the busier they are the sooner, so that requests on the same core never wait long for it.
async fn collector(longest: Duration, inner: Weak<Inner>) {
    let mut pause = longest;
    loop {
        sleep(pause).await;
        let Some(inner) = inner.upgrade() else { return };
        let taken = Analytics(inner).drain();
        pause = next_pause(pause, taken).clamp(SHORTEST_PAUSE.min(longest), longest);
    }
}

/// How long to wait so that about [`AT_ONCE`] events come.
fn next_pause(last: Duration, taken: usize) -> Duration {
    last.mul_f64(AT_ONCE as f64 / taken.max(1) as f64)
}

/// Does something again and again until nobody holds analytics any more.
async fn every(period: Duration, inner: Weak<Inner>, act: impl AsyncFn(&Analytics)) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        act(&Analytics(inner)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_ring_is_drained_sooner_and_a_quiet_one_later() {
        let long = Duration::from_millis(100);
        assert_eq!(next_pause(long, 10 * AT_ONCE), Duration::from_millis(10));
        assert_eq!(next_pause(Duration::from_millis(10), AT_ONCE), Duration::from_millis(10));
        assert!(next_pause(SHORTEST_PAUSE, 0) > 10 * SHORTEST_PAUSE);
    }
}
