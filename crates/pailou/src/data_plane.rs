//! `pailou serve --role gateway`: a data plane that runs what the control plane of another process says.
//!
//! It asks every second, keeps what it runs on disk, and begins with that where the control plane is away.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use analytics::Analytics;
use model::{Recorder, Snapshot};
use proxy::{Config, Gateway, StartError};
use tokio::time::sleep;

use crate::{
    feed::{Delivery, Feed, Missed},
    gateway::{DRAIN, announce},
    handover::{self, Before, Upgrade},
    kept::{Copy, Kept},
    options::Options,
    platform::lock,
    shutdown::{self, Failure},
    vitals,
};

/// Where in the data directory responses are stored.
pub(crate) const RESPONSES: &str = "responses";
/// How often the control plane is asked.
const POLL: Duration = Duration::from_secs(1);
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
    let analytics = Analytics::open(None, analytics::Options::default()).await;
    let analytics = analytics.map_err(|e| Failure::new(shutdown::chain(&e)))?;
    let running = Arc::new(OnceLock::new());
    let listener = vitals::listen(options.admin, before.as_mut().and_then(|before| before.take("admin")))?;
    let copy = vitals::copy(&listener);
    let vitals = vitals::serve(listener, analytics.clone(), Arc::clone(&running)).await?;
    tracing::info!("configuration of {}", feed.origin());
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
            () = upgrade.asked() => {
                let Some(gateway) = running.get() else { continue };
                // The new process must have the data directory before it is ready. This one writes nothing meanwhile.
                drop(held.take());
                if handover::done(&upgrade, gateway, copy.as_ref()).await {
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
        let mut snapshot = match self.start_from(copies)? {
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
        let mut pauses = Pauses::default();
        loop {
            sleep(pauses.next()).await;
            match self.feed.next().await {
                Ok(None) => pauses.answered(),
                Ok(Some(delivery)) => {
                    pauses.answered();
                    if let Some(next) = publish(&gateway, &snapshot, delivery, &mut kept).await {
                        snapshot = next;
                    }
                }
                Err(Missed::Refused(reason) | Missed::Away(reason)) => pauses.missed(&reason),
            }
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
            stored_responses: Some(self.options.data.join(RESPONSES)),
            ..Config::default()
        };
        let gateway = Gateway::start(config, policies::CATALOG, Arc::clone(snapshot), recorder)?;
        self.running.get_or_init(|| Arc::new(gateway));
        if let Some(before) = before.take() {
            before.ready();
        }
        Ok(())
    }
}

/// Puts a snapshot in force and keeps it; `None` where it cannot be run.
async fn publish(
    gateway: &Arc<Gateway>,
    before: &Arc<Snapshot>,
    delivery: Delivery,
    kept: &mut Kept,
) -> Option<Arc<Snapshot>> {
    let Delivery { body, snapshot } = delivery;
    let number = snapshot.number;
    if number == 0 && before.number > 0 {
        tracing::error!("the control plane has no configuration at all; the one before stays in force");
        return None;
    }
    if number < before.number {
        tracing::warn!("the control plane went back from snapshot {} to {number}", before.number);
    }
    let (publishing, before) = (Arc::clone(gateway), Arc::clone(before));
    // Building may take a while for many routes.
    let published = tokio::task::spawn_blocking(move || {
        let next = Arc::new(snapshot.sharing(&before));
        // As after a restart of the control plane.
        if next == before {
            return Ok(None);
        }
        publishing.publish(Arc::clone(&next)).map(|()| Some(next))
    });
    match published.await {
        Ok(Ok(None)) => None,
        Ok(Ok(Some(next))) => {
            keep(kept, &body);
            tracing::info!(snapshot = number, "snapshot in force");
            Some(next)
        }
        Ok(Err(findings)) => {
            findings.iter().for_each(|finding| tracing::error!("{finding}"));
            tracing::error!(
                snapshot = number,
                "this gateway cannot run the snapshot and keeps the one before"
            );
            None
        }
        Err(error) => {
            tracing::error!(%error, "publishing a snapshot failed");
            None
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
