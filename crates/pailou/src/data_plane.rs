//! `pailou serve --role gateway`: a data plane that runs what the control plane of another process says.
//!
//! It asks every second, tells what it counted, and for what is blocked four times a second, keeps what it runs on disk, and begins with that where the control plane is away.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use admin::{PurgeNews, PurgedItem};
use analytics::{Analytics, Teller};
use model::{Recorder, Snapshot, snapshot::BlocksTold};
use proxy::{Config, Gateway, StartError};
use tokio::{sync::Mutex as AsyncMutex, task::JoinSet, time::sleep};

use crate::{
    feed::{BlocksFeed, CallsTold, Delivery, Feed, KeyUsesTold, Missed, SignOutsTold, Untold},
    gateway::{DRAIN, announce},
    handover::{self, Before, Upgrade},
    kept::{Copy, Kept},
    memory,
    options::Options,
    platform::{KEY_USES, lock},
    shutdown::{self, Failure},
    vitals,
};

/// Where in the data directory responses are stored.
pub(crate) const RESPONSES: &str = "responses";
/// How often the control plane is asked.
const POLL: Duration = Duration::from_secs(1);
/// How often it is asked for what is blocked: that must hold everywhere within a second.
const POLL_BLOCKS: Duration = Duration::from_millis(250);
/// Uses of keys that are told at once, and held at most while nobody is told.
const AT_ONCE: usize = 2_000;
const MOST_DUE: usize = 200_000;
/// How often it is told what was counted, and how long that may take at the end.
const TELL: Duration = Duration::from_secs(1);
const LAST_WORDS: Duration = Duration::from_secs(3);
/// How long it is left alone at most while it does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    if options.resources.is_some() {
        let message = "--resources belongs to the control plane; a gateway that runs from files is `pailou gateway --resources DIR`";
        return Err(Failure::new(message));
    }
    let feed = Feed::new(options)?;
    let mut before = Before::greet()?;
    let mut upgrade = Upgrade::new();
    let mut held = Some(lock(&options.data)?);
    let counting = analytics::Options {
        tells: true,
        calls_per_second: options.logged_calls,
        ..analytics::Options::default()
    };
    let analytics = Analytics::open(None, counting).await;
    let analytics = analytics.map_err(|e| Failure::new(shutdown::chain(&e)))?;
    let running = Arc::new(OnceLock::new());
    let listener = vitals::listen(options.admin, before.as_mut().and_then(|before| before.take("admin")))?;
    let copy = vitals::copy(&listener);
    let vitals = vitals::serve(listener, analytics.clone(), Arc::clone(&running), None).await?;
    tracing::info!("configuration of {}", feed.origin());
    let telling = AsyncMutex::new(Telling::new(feed.of_calls(), analytics.clone()));
    let plane = DataPlane {
        options,
        feed,
        analytics: analytics.clone(),
        running: Arc::clone(&running),
        before: before.into(),
    };
    let plane = plane.run();
    tokio::pin!(plane);

    let stop = shutdown::requested();
    tokio::pin!(stop);
    let ended = loop {
        tokio::select! {
            () = &mut stop => break Ok(()),
            ended = &mut plane => break ended,
            () = tell_calls(&telling, &running) => {}
            () = upgrade.asked() => {
                let Some(gateway) = running.get() else { continue };
                // The new process must have the data directory before it is ready. This one writes nothing meanwhile.
                drop(held.take());
                if handover::done(&upgrade, Some(gateway), copy.as_ref()).await {
                    break Ok(());
                }
                held = lock(&options.data).ok();
            }
        }
    };
    tracing::info!("stopping");
    drop((vitals, copy));
    if let Some(gateway) = running.get() {
        gateway.drain(DRAIN).await;
        let mut telling = telling.lock().await;
        if tokio::time::timeout(LAST_WORDS, telling.tell(gateway)).await.is_err() {
            tracing::warn!("what was counted last is not told: the control plane does not answer");
        }
    }
    drop(held);
    analytics.shutdown().await;
    ended
}

struct DataPlane<'a> {
    options: &'a Options,
    feed: Feed,
    analytics: Analytics,
    running: Arc<OnceLock<Arc<Gateway>>>,
    /// The process whose place this one takes.
    before: Mutex<Option<Before>>,
}

impl DataPlane<'_> {
    /// Ends with a failure only.
    async fn run(mut self) -> Result<(), Failure> {
        let (mut kept, copies) = Kept::open(&self.options.data);
        let snapshot = match self.start_from(copies)? {
            Some(snapshot) => snapshot,
            None => {
                let delivery = self.first().await?;
                let snapshot = Arc::new(delivery.snapshot);
                self.start(&snapshot).map_err(|e| Failure::new(shutdown::chain(&e)))?;
                keep(&mut kept, &delivery.body);
                snapshot
            }
        };
        let Some(gateway) = self.running.get().cloned() else { return Ok(()) };
        announce(&gateway);
        let in_force = Arc::new(AsyncMutex::new(InForce { snapshot, told: None }));
        // Ends with this.
        let mut beside = JoinSet::new();
        beside.spawn(follow_blocks(self.feed.of_blocks(), Arc::clone(&gateway), Arc::clone(&in_force)));
        beside.spawn(tell_key_uses(self.feed.of_key_uses(), Arc::clone(&gateway)));
        beside.spawn(tell_sign_outs(self.feed.of_sign_outs(), Arc::clone(&gateway)));
        let mut pauses = Pauses::default();
        self.forget(&gateway).await;
        loop {
            sleep(pauses.next()).await;
            let news = self.feed.next().await;
            if news.is_ok() {
                self.forget(&gateway).await;
            }
            match news {
                Ok(None) => pauses.answered(),
                Ok(Some(delivery)) => {
                    pauses.answered();
                    publish(&gateway, &mut *in_force.lock().await, delivery, &mut kept).await;
                }
                Err(Missed::Refused(reason) | Missed::Away(reason)) => pauses.missed(&reason),
            }
        }
    }

    /// Forgets stored responses that were purged at the control plane.
    async fn forget(&mut self, gateway: &Arc<Gateway>) {
        let Some(news) = self.feed.purges().await else { return };
        let PurgeNews { mark, everything, items } = news;
        let count = items.len();
        let purging = Arc::clone(gateway);
        // Files are deleted before it is kept that they are.
        let purged = tokio::task::spawn_blocking(move || {
            let items = if everything { vec![PurgedItem::All] } else { items };
            items.iter().map(|item| purging.purge(item.as_purge())).sum::<u64>()
        });
        match purged.await {
            Ok(forgotten) => {
                tracing::info!(purges = count, everything, forgotten, "stored responses were purged");
                self.feed.forgot(mark);
            }
            Err(error) => tracing::error!(%error, "stored responses could not be purged"),
        }
    }

    /// Starts the gateway from the first of these that can be run.
    fn start_from(&self, copies: Vec<Result<Copy, String>>) -> Result<Option<Arc<Snapshot>>, Failure> {
        for copy in copies {
            let read = copy.and_then(|Copy { path, body }| {
                let snapshot = serde_json::from_slice::<Snapshot>(&body);
                snapshot
                    .map(|read| (path.clone(), Arc::new(read)))
                    .map_err(|e| format!("{}: {e}", path.display()))
            });
            let (path, snapshot) = match read {
                Ok(read) => read,
                Err(reason) => {
                    tracing::error!("{reason}");
                    continue;
                }
            };
            match self.start(&snapshot) {
                Ok(()) => {
                    tracing::info!(snapshot = snapshot.number, "started from {}", path.display());
                    return Ok(Some(snapshot));
                }
                Err(StartError::Snapshot(findings)) => {
                    findings.iter().for_each(|finding| tracing::error!("{}: {finding}", path.display()));
                }
                Err(error) => return Err(Failure::new(shutdown::chain(&error))),
            }
        }
        Ok(None)
    }

    /// The first snapshot of a gateway that has none.
    async fn first(&mut self) -> Result<Delivery, Failure> {
        let mut pauses = Pauses::default();
        loop {
            match self.feed.next().await {
                Ok(Some(delivery)) => return Ok(delivery),
                // Without a state of ours nothing can be unchanged.
                Ok(None) => pauses.missed("it answers that nothing has changed"),
                Err(Missed::Refused(reason)) => {
                    return Err(Failure::new(format!(
                        "the control plane at {}: {reason}",
                        self.feed.origin()
                    )));
                }
                Err(Missed::Away(reason)) => pauses.missed(&reason),
            }
            sleep(pauses.next()).await;
        }
    }

    fn start(&self, snapshot: &Arc<Snapshot>) -> Result<(), StartError> {
        let recorder: Arc<dyn Recorder> = Arc::new(self.analytics.clone());
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let config = Config {
            http: self.options.http.addr(),
            https: self.options.https.addr(),
            inherited: handover::sockets(&mut before),
            zone: self.options.zone.clone(),
            resolver: self.options.resolver.clone(),
            stored_responses: Some(self.options.data.join(RESPONSES)),
            ..Config::default()
        };
        let gateway = Gateway::start(config, policies::CATALOG, Arc::clone(snapshot), recorder)?;
        self.running.get_or_init(|| Arc::new(gateway));
        handover::ready(before.take());
        Ok(())
    }
}

/// What the gateway runs.
struct InForce {
    snapshot: Arc<Snapshot>,
    /// What was last told of blocks.
    told: Option<BlocksTold>,
}

/// Puts a snapshot in force and keeps it; the one before stays where it cannot be run.
async fn publish(gateway: &Arc<Gateway>, in_force: &mut InForce, delivery: Delivery, kept: &mut Kept) {
    let Delivery { body, mut snapshot } = delivery;
    let number = snapshot.number;
    let before = Arc::clone(&in_force.snapshot);
    if number == 0 && before.number > 0 {
        tracing::error!("the control plane has no configuration at all; the one before stays in force");
        return;
    }
    if number < before.number {
        tracing::warn!("the control plane went back from snapshot {} to {number}", before.number);
    }
    if let Some(told) = in_force.told.as_ref().filter(|told| told.number > number) {
        snapshot.blocks = told.blocks.clone();
    }
    let publishing = Arc::clone(gateway);
    // Building may take a while for many routes.
    let publish = move || {
        let next = Arc::new(snapshot.sharing(&before));
        // As after a restart of the control plane.
        if next == before {
            return Ok(None);
        }
        publishing.publish(Arc::clone(&next)).map(|()| Some(next))
    };
    let published = tokio::task::spawn_blocking(move || memory::returning(publish));
    match published.await {
        Ok(Ok(None)) => {}
        Ok(Ok(Some(next))) => {
            keep(kept, &body);
            tracing::info!(snapshot = number, "snapshot in force");
            in_force.snapshot = next;
        }
        Ok(Err(findings)) => {
            findings.iter().for_each(|finding| tracing::error!("{finding}"));
            tracing::error!(
                snapshot = number,
                "this gateway cannot run the snapshot and keeps the one before"
            );
        }
        Err(error) => tracing::error!(%error, "publishing a snapshot failed"),
    }
}

/// Puts what is blocked in force, ahead of the snapshot it comes with, and answers the challenges that are open.
async fn follow_blocks(mut feed: BlocksFeed, gateway: Arc<Gateway>, in_force: Arc<AsyncMutex<InForce>>) {
    let mut pause = POLL_BLOCKS;
    loop {
        sleep(pause).await;
        match feed.next().await {
            Ok(None) => pause = POLL_BLOCKS,
            Ok(Some(told)) => {
                pause = POLL_BLOCKS;
                refuse_at_once(&gateway, &mut *in_force.lock().await, told).await;
            }
            // Whoever asks for snapshots tells of it.
            Err(_) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}

async fn refuse_at_once(gateway: &Arc<Gateway>, in_force: &mut InForce, told: BlocksTold) {
    gateway.answer(&told.challenges);
    gateway.hear_sign_outs(&told.sign_outs);
    let before = &in_force.snapshot;
    if told.number >= before.number && told.blocks != before.blocks {
        let next = Arc::new(Snapshot { blocks: told.blocks.clone(), ..(**before).clone() });
        let (publishing, published) = (Arc::clone(gateway), Arc::clone(&next));
        match tokio::task::spawn_blocking(move || publishing.publish(published)).await {
            Ok(Ok(())) => {
                tracing::info!(blocks = next.blocks.len(), "what is blocked has changed");
                in_force.snapshot = next;
            }
            Ok(Err(findings)) => findings.iter().for_each(|finding| tracing::error!("{finding}")),
            Err(error) => tracing::error!(%error, "putting blocks in force failed"),
        }
    }
    in_force.told = Some(told);
}

/// Says when keys were used. What could not be told is told with what comes next.
async fn tell_key_uses(told: KeyUsesTold, gateway: Arc<Gateway>) {
    let mut due = Vec::new();
    loop {
        sleep(KEY_USES).await;
        if due.len() < MOST_DUE {
            due.append(&mut gateway.take_key_uses());
        }
        while let Some(from) = due.len().checked_sub(1).map(|last| last - last % AT_ONCE) {
            if let Err(error) = told.tell(&due[from..]).await {
                // Whoever asks for snapshots tells of an outage.
                tracing::debug!(%error, "when keys were used is not told");
                break;
            }
            due.truncate(from);
        }
    }
}

/// Says which sessions ended by way of this gateway, soon. What could not be told is told with what comes next.
async fn tell_sign_outs(told: SignOutsTold, gateway: Arc<Gateway>) {
    let mut due = Vec::new();
    let mut pause = POLL_BLOCKS;
    loop {
        sleep(pause).await;
        due.append(&mut gateway.take_sign_outs());
        due.truncate(MOST_DUE);
        pause = POLL_BLOCKS;
        while let Some(from) = due.len().checked_sub(1).map(|last| last - last % AT_ONCE) {
            if let Err(error) = told.tell(&due[from..]).await {
                // Whoever asks for snapshots tells of an outage.
                tracing::debug!(%error, "which sessions ended is not told");
                pause = LONGEST_PAUSE;
                break;
            }
            due.truncate(from);
        }
    }
}

/// Tells the control plane what was counted.
struct Telling {
    told: CallsTold,
    analytics: Analytics,
    gateway: Teller,
    /// What was not heard yet.
    due: Option<analytics::Told>,
}

impl Telling {
    fn new(told: CallsTold, analytics: Analytics) -> Telling {
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let name = match name.trim() {
            "" => "gateway",
            name => name,
        };
        let mut id = [0; 16];
        // Without chance there is no TLS either, and nothing gets here.
        let _ = aws_lc_rs::rand::fill(&mut id);
        let id = id.iter().map(|byte| format!("{byte:02x}")).collect();
        let (name, version) = (name.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
        Telling { told, analytics, gateway: Teller { id, name, version, snapshot: 0 }, due: None }
    }

    /// Tells all there is, as long as somebody hears it.
    async fn tell(&mut self, gateway: &Gateway) {
        self.gateway.snapshot = gateway.status().snapshot;
        loop {
            if self.due.is_none() {
                self.due = self.analytics.to_tell(&self.gateway);
            }
            let Some(due) = &self.due else { return };
            match self.told.tell(due).await {
                Ok(()) => self.due = None,
                // Whoever asks for snapshots tells of an outage.
                Err(Untold::Away(error)) => {
                    tracing::debug!(error, "what was counted is not told yet");
                    return;
                }
                Err(Untold::Refused(error)) => {
                    tracing::error!(error, "the control plane does not take what was counted; it is lost");
                    self.due = None;
                    return;
                }
            }
        }
    }
}

/// Never ends.
async fn tell_calls(telling: &AsyncMutex<Telling>, running: &OnceLock<Arc<Gateway>>) {
    loop {
        sleep(TELL).await;
        if let Some(gateway) = running.get() {
            telling.lock().await.tell(gateway).await;
        }
    }
}

/// A gateway that cannot write goes on, and says so.
fn keep(kept: &mut Kept, body: &[u8]) {
    if let Err(error) = kept.write(body) {
        tracing::error!(%error, "the snapshot could not be kept on disk: a restart would begin with an earlier one");
    }
}

/// How long to wait before asking again. An outage is told once when it begins and once when it ends.
struct Pauses {
    next: Duration,
    is_away: bool,
}

impl Default for Pauses {
    fn default() -> Pauses {
        Pauses { next: POLL, is_away: false }
    }
}

impl Pauses {
    fn next(&self) -> Duration {
        self.next
    }

    fn answered(&mut self) {
        if self.is_away {
            tracing::info!("the control plane answers again");
        }
        *self = Pauses::default();
    }

    fn missed(&mut self, reason: &str) {
        if self.is_away {
            self.next = (self.next * 2).min(LONGEST_PAUSE);
        } else {
            tracing::error!("the control plane does not answer as it should: {reason}");
        }
        self.is_away = true;
    }
}
