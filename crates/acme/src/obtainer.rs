//! Looks after the certificates of a snapshot that authorities give: one attempt after the other, each at its time.

use std::{path::PathBuf, sync::Arc, time::Duration};

use aws_lc_rs::rand;
use jiff::Timestamp;
use model::{Acme, Certificate, SecretValues, Snapshot};
use tokio::{sync::watch, time::sleep};

use crate::{
    account::account,
    board::Board,
    due::{Why, due, pause},
    folder::{Folder, Record},
    held::Held,
    order::{Given, identity, order},
    standing::{Standing, Standings},
    trouble::{Kind, Trouble},
};

/// How long it sleeps at most: machines are suspended, and clocks are set.
const LONGEST_SLEEP: Duration = Duration::from_secs(600);
/// How often it looks whether another process still has the folder, and what challenges that one has posted there.
const LOCKED: Duration = Duration::from_millis(250);
/// How often a directory is asked what it suggests, where it does not say; where it suggests nothing; and where it did not answer.
const LOOK_AGAIN: (i64, i64) = (3600, 86_400);
const NOTHING_SUGGESTED: i64 = 86_400;
const NO_SUGGESTION: i64 = 6 * 3600;

/// Asks authorities for certificates, for as long as it runs.
pub struct Obtainer {
    folder: Arc<Folder>,
    shown: PathBuf,
    /// What paths in documents are relative to.
    paths: PathBuf,
    board: Board,
    standings: Standings,
}

/// A certificate that is asked for, and when.
struct Planned {
    certificate: Certificate,
    acme: Acme,
    held: Option<Held>,
    record: Record,
    at: i64,
    why: Why,
}

impl Obtainer {
    /// What is given goes to `folder`. `paths` is what the paths of documents are relative to.
    pub fn new(folder: PathBuf, paths: PathBuf, board: Board) -> Obtainer {
        let shown = folder.clone();
        let folder = Arc::new(Folder::new(folder));
        let board = board.beside(&folder);
        Obtainer { folder, shown, paths, board, standings: Standings::default() }
    }

    /// How the certificates stand.
    pub fn standings(&self) -> Standings {
        self.standings.clone()
    }

    /// Follows snapshots, and does not end before their sender is gone. One process of those that share a folder asks; the others answer
    /// its challenges, and go on when it has ended.
    pub async fn run(self, mut snapshots: watch::Receiver<Arc<Snapshot>>) {
        let asks = |snapshot: &Arc<Snapshot>| {
            snapshot.certificates.values().any(|files| files.certificate.acme.is_some())
        };
        if snapshots.wait_for(asks).await.is_err() {
            return;
        }
        let _lock = self.lock().await;
        // What is posted may be of an attempt that was broken off.
        drop(self.board.until_dropped());
        loop {
            let snapshot = Arc::clone(&snapshots.borrow_and_update());
            let now = Timestamp::now().as_second();
            let mut planned = self.plan(&snapshot);
            self.show(&planned);
            planned.sort_by_key(|planned| planned.at);
            let first = planned.into_iter().next();
            if let Some(first) = first {
                if first.at <= now {
                    self.attempt(first, &snapshot.secrets).await;
                    continue;
                }
                if self.ask_for_suggestions(&snapshot, now).await {
                    continue;
                }
                let wait = u64::try_from(first.at - now).map_or(LONGEST_SLEEP, Duration::from_secs);
                tokio::select! {
                    () = sleep(wait.min(LONGEST_SLEEP)) => {}
                    changed = snapshots.changed() => if changed.is_err() { return },
                }
            } else if snapshots.changed().await.is_err() {
                return;
            }
        }
    }

    async fn lock(&self) -> std::fs::File {
        let mut is_told = false;
        loop {
            match self.folder.lock() {
                Ok(Some(lock)) => return lock,
                Ok(None) => self.board.relay(self.folder.posted()),
                Err(error) if !is_told => {
                    tracing::error!("{}: no certificate can be kept there: {error}", self.shown.display());
                    is_told = true;
                }
                Err(_) => {}
            }
            sleep(LOCKED).await;
        }
    }

    fn plan(&self, snapshot: &Snapshot) -> Vec<Planned> {
        let all = snapshot.certificates.values().map(|files| &files.certificate);
        let planned = all.filter_map(|certificate| {
            let acme = (**certificate.acme.as_ref()?).clone();
            let held = self.folder.chain(&certificate.name).and_then(|chain| Held::read(&chain));
            let record = self.folder.record(&certificate.name);
            let (at, why) = due(certificate, held.as_ref(), &record);
            Some(Planned { certificate: certificate.clone(), acme, held, record, at, why })
        });
        planned.collect()
    }

    fn show(&self, planned: &[Planned]) {
        // What came of another document is none of this one's.
        let is_asked = |planned: &Planned| planned.record.asks_for(&planned.certificate);
        let standing = |planned: &Planned| Standing {
            certificate: planned.certificate.name.shared(),
            hosts: planned.certificate.hosts.clone(),
            directory: planned.acme.directory.clone(),
            challenge: planned.acme.challenge,
            not_after: planned.held.as_ref().map(|held| held.not_after),
            next: planned.at,
            failures: if is_asked(planned) { planned.record.failures } else { 0 },
            error: planned.record.error.clone().filter(|_| is_asked(planned)),
        };
        self.standings.put(planned.iter().map(standing).collect());
    }

    async fn attempt(&self, planned: Planned, secrets: &SecretValues) {
        let Planned { certificate, acme, held, mut record, why, .. } = planned;
        let name = &certificate.name;
        tracing::info!(
            "certificate/{name}: {} is asked for {} by {}, since {why}",
            acme.directory,
            certificate.hosts.join(", "),
            acme.challenge.as_str(),
        );
        let given = self.ask(&certificate, &acme, held.as_ref(), secrets).await;
        let kept = given.and_then(|given| {
            let kept = self.folder.keep_certificate(name, &given.key, &given.chain);
            kept.map(|()| given.held)
                .map_err(|error| Trouble::away(format!("the certificate cannot be kept: {error}")))
        });
        let now = Timestamp::now();
        if !record.asks_for(&certificate) {
            record.failures = 0;
        }
        record.ask_for(&certificate);
        match kept {
            Ok(held) => {
                record = Record {
                    directory: Some(acme.directory.clone()),
                    obtained_at: Some(now.as_second()),
                    failures: 0,
                    next_attempt: None,
                    error: None,
                    window: None,
                    look_again: None,
                    ..record
                };
                let next = due(&certificate, Some(&held), &record).0;
                tracing::info!(
                    "certificate/{name}: was given, and is valid until {}; it is renewed at {}",
                    at(held.not_after),
                    at(next)
                );
            }
            Err(trouble) => {
                record.failures = record.failures.saturating_add(1);
                let pause = pause(trouble.kind, record.failures, random());
                let next = now.as_second().saturating_add(i64::try_from(pause.as_secs()).unwrap_or(i64::MAX));
                record.next_attempt = Some(next);
                record.error = Some(trouble.to_string());
                let meanwhile = match held {
                    Some(held) => format!("the one there is stays in force, until {}", at(held.not_after)),
                    None => "clients are shown the default certificate meanwhile".to_owned(),
                };
                tracing::error!(
                    failures = record.failures,
                    "certificate/{name}: was not given: {trouble}; {meanwhile}; it is asked for again at {}",
                    at(next)
                );
            }
        }
        if let Err(error) = self.folder.keep_record(name, &record) {
            // Without it the next attempt would come at once.
            tracing::error!("{}: cannot be written to: {error}", self.shown.display());
            sleep(LONGEST_SLEEP).await;
        }
    }

    async fn ask(
        &self,
        certificate: &Certificate,
        acme: &Acme,
        held: Option<&Held>,
        secrets: &SecretValues,
    ) -> Result<Given, Trouble> {
        let given = self.ask_once(certificate, acme, held, secrets).await;
        match given {
            // Of a directory that lost its state, or was set up anew.
            Err(trouble) if trouble.kind == Kind::NoAccount => {
                tracing::warn!("{}: does not know the account any more; another one is made", acme.directory);
                self.folder.forget_account(acme);
                self.ask_once(certificate, acme, held, secrets).await
            }
            given => given,
        }
    }

    async fn ask_once(
        &self,
        certificate: &Certificate,
        acme: &Acme,
        held: Option<&Held>,
        secrets: &SecretValues,
    ) -> Result<Given, Trouble> {
        let account = account(acme, &self.folder, &self.paths, secrets).await?;
        order(&account, certificate, acme, held, &self.board).await
    }

    /// Asks directories when certificates should be renewed (RFC 9773), where it is time to. Whether any was asked.
    async fn ask_for_suggestions(&self, snapshot: &Snapshot, now: i64) -> bool {
        let mut asked = false;
        for Planned { certificate, acme, held, mut record, .. } in self.plan(snapshot) {
            let is_time = record.look_again.is_none_or(|at| at <= now);
            let Some(identity) = held.as_ref().and_then(identity).filter(|_| is_time) else { continue };
            if self.folder.account(&acme).is_none() {
                continue;
            }
            asked = true;
            let suggested = async {
                let account = account(&acme, &self.folder, &self.paths, &snapshot.secrets).await?;
                match account.renewal_info(&identity).await {
                    Err(instant_acme::Error::Unsupported(_)) => Ok(None),
                    told => Ok(Some(told?)),
                }
            };
            match suggested.await {
                Ok(Some((told, again))) => {
                    let window = told.suggested_window;
                    record.window = Some((window.start.unix_timestamp(), window.end.unix_timestamp()));
                    let again = i64::try_from(again.as_secs()).unwrap_or(i64::MAX);
                    record.look_again = Some(now + again.clamp(LOOK_AGAIN.0, LOOK_AGAIN.1));
                }
                Ok(None) => record.look_again = Some(now + NOTHING_SUGGESTED),
                Err::<_, Trouble>(trouble) => {
                    tracing::debug!(
                        "certificate/{}: no suggestion when to renew it: {trouble}",
                        certificate.name
                    );
                    record.look_again = Some(now + NO_SUGGESTION);
                }
            }
            if self.folder.keep_record(&certificate.name, &record).is_err() {
                return false;
            }
        }
        asked
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// Between 0 and 1.
fn random() -> f64 {
    let mut bytes = [0; 2];
    // Without randomness all wait equally long.
    let _ = rand::fill(&mut bytes);
    f64::from(u16::from_be_bytes(bytes)) / 65536.0
}
