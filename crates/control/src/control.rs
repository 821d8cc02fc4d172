//! The control plane: its state, and how it begins.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use jiff::Timestamp;
use model::{Finding, Name, Resource, Severity, Snapshot, SnapshotVersion};
use policy::Catalogue;
use store::{Loaded, Origin, Row, Store};
use tokio::sync::{Mutex, watch};

use crate::{
    ContractTexts, Error, Files,
    compatibility::Compared,
    compile::{
        Changes, Compiled, Id, Index, UNUSABLE, World, default_workspace, named_secrets, stored_contract,
    },
    contracts::Contracts,
    people::People,
    rollout::RolloutStandings,
    secrets::{MasterKeys, SecretSource, Secrets},
};

/// The control plane. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) catalogue: Catalogue,
    pub(crate) options: Options,
    pub(crate) files: Files,
    pub(crate) contracts: Contracts,
    pub(crate) compared: Compared,
    pub(crate) people: People,
    pub(crate) secrets: Secrets,
    /// How branches stand that are rolled out by themselves.
    pub(crate) rollouts: RwLock<RolloutStandings>,
    state: RwLock<State>,
    /// Held while a change is checked and stored, so that changes come one after the other.
    pub(crate) writing: Arc<Mutex<Writing>>,
    snapshots: watch::Sender<Arc<Snapshot>>,
    /// The snapshot the gateway of this process runs; `None` where there is no gateway.
    in_force: watch::Sender<Option<SnapshotVersion>>,
}

/// How long a change waits for the gateway of this process, so that who made it finds it in force. It is durable either way.
const IN_FORCE: Duration = Duration::from_secs(5);

/// What whoever writes must know.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    /// A commit failed in a way that does not tell whether it happened: what is in memory may be out of date.
    pub(crate) unsure: bool,
}

/// Everything at rest, at hand.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) index: Index,
    pub(crate) records: BTreeMap<Id, Record>,
    pub(crate) unresolved: Vec<Finding>,
}

/// What is known of a resource beside its document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) revision: u64,
    pub(crate) created_at: u64,
    pub(crate) updated_at: u64,
    pub(crate) origin: Origin,
}

/// How a control plane is set up.
#[derive(Clone)]
pub struct Options {
    /// What paths of certificate files are relative to.
    pub files: PathBuf,
    /// Where certificates that authorities have given are kept, each in `NAME.pem`.
    pub obtained: Option<PathBuf>,
    /// What time it is; tests give their own.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// What the built-in store of secrets is sealed by; there is none without.
    pub masters: Option<MasterKeys>,
    /// Where `secret://vault/…` is asked for.
    pub vault: Option<Arc<dyn SecretSource>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            files: PathBuf::from("."),
            obtained: None,
            clock: Arc::new(Timestamp::now),
            masters: None,
            vault: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Control {
    /// Loads everything from the store and resolves it.
    ///
    /// A stored resource that no longer resolves, such as a certificate whose file is gone, does not keep the rest from being
    /// served: it is left out, and [`Control::unresolved`] says why.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn open(
        store: Arc<dyn Store>,
        catalogue: Catalogue,
        options: Options,
    ) -> Result<Control, Error> {
        let people = People::open(&*store).await?;
        let control = Control {
            inner: Arc::new(Inner {
                store,
                catalogue,
                files: Files { folder: options.files.clone(), obtained: options.obtained.clone() },
                options,
                contracts: Contracts::default(),
                compared: Compared::default(),
                people,
                secrets: Secrets::default(),
                rollouts: RwLock::default(),
                state: RwLock::default(),
                writing: Arc::default(),
                snapshots: watch::Sender::new(Arc::default()),
                in_force: watch::Sender::new(None),
            }),
        };
        control.open_secrets().await?;
        control.reload().await?;
        Ok(control)
    }

    /// The snapshot that is live; it changes before the call that caused it returns.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.snapshots.subscribe()
    }

    /// Tells that the gateway of this process has dealt with a snapshot. From the first time on, a change returns when it is in force.
    pub fn set_in_force(&self, version: SnapshotVersion) {
        self.inner.in_force.send_replace(Some(version));
    }

    pub(crate) async fn wait_in_force(&self, version: SnapshotVersion) {
        let mut in_force = self.inner.in_force.subscribe();
        let there = in_force.wait_for(|known| known.is_none_or(|known| known >= version));
        if tokio::time::timeout(IN_FORCE, there).await.is_err() {
            tracing::warn!(snapshot = version.number, "the gateway takes long to put a snapshot in force");
        }
    }

    pub fn catalogue(&self) -> Catalogue {
        self.inner.catalogue
    }

    /// Stored resources that could not be resolved, and why. They are left out of the snapshot, unless files they name were good
    /// before: then what those said stays.
    pub fn unresolved(&self) -> Vec<Finding> {
        self.state().unresolved.clone()
    }

    pub(crate) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.inner.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.snapshots.borrow())
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from((self.inner.options.clock)().as_millisecond()).unwrap_or(0)
    }

    /// Only one workspace exists so far.
    pub(crate) fn check_workspace(&self, ws: &Name) -> Result<(), Error> {
        if *ws == default_workspace() {
            return Ok(());
        }
        Err(Error::Missing { what: format!("workspace `{ws}`") })
    }

    /// Takes over changes that are durable, and makes the snapshot live.
    pub(crate) fn publish(&self, records: Vec<(Id, Option<Record>)>, changes: Changes, snapshot: Snapshot) {
        let mut state = self.inner.state.write().unwrap_or_else(PoisonError::into_inner);
        let touched: BTreeSet<String> =
            changes.resources.keys().map(|(kind, id)| format!("{kind}/{id}")).collect();
        state.unresolved.retain(|finding| !finding.resource.as_ref().is_some_and(|r| touched.contains(r)));
        let given_up = state.index.adopt(changes, self.inner.catalogue);
        for (id, record) in records {
            match record {
                Some(record) => state.records.insert(id, record),
                None => state.records.remove(&id),
            };
        }
        drop(state);
        self.inner.contracts.forget(&given_up);
        self.inner.snapshots.send_replace(Arc::new(snapshot));
    }

    /// Makes a snapshot live that differs in what files say.
    pub(crate) fn make_live(&self, snapshot: Snapshot) {
        self.inner.snapshots.send_replace(Arc::new(snapshot));
    }

    /// Replaces what is known to be wrong with files that resources name.
    pub(crate) fn set_unusable(&self, findings: Vec<Finding>) {
        let mut state = self.inner.state.write().unwrap_or_else(PoisonError::into_inner);
        state.unresolved.retain(|finding| !is_of_files(finding));
        state.unresolved.extend(findings);
    }

    /// Reads everything from the store anew: another process may have written.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn reload(&self) -> Result<(), Error> {
        let loaded = self.inner.store.load().await.map_err(Error::Store)?;
        let mut texts = ContractTexts::default();
        for row in &loaded.rows {
            let stored = row.document.get("contract").and_then(|contract| contract.as_str());
            let Some(hash) = stored.and_then(|contract| contract.strip_prefix("sha256:")) else { continue };
            let known =
                self.inner.contracts.summary(hash).is_some() && self.inner.contracts.cached(hash).is_some();
            if known || texts.0.contains_key(hash) {
                continue;
            }
            if let Some(text) = self.inner.store.contract(hash.to_owned()).await.map_err(Error::Store)? {
                texts.add(&format!("the contract of api/{}", row.key.id), &text);
            }
        }
        let named = loaded.rows.iter().flat_map(|row| model::secret_references(&row.document));
        self.look_up(&named.map(Arc::from).collect(), false).await;
        let control = self.clone();
        let done = tokio::task::spawn_blocking(move || control.take_over(loaded, texts)).await;
        done.map_err(|error| {
            tracing::error!(%error, "resolving what is stored failed");
            Error::Internal
        })
    }

    fn take_over(&self, loaded: Loaded, texts: ContractTexts) {
        let mut unresolved = Vec::new();
        let fresh = self.inner.contracts.read(&texts, &mut unresolved);
        unresolved.retain(|finding| finding.severity == Severity::Error);
        self.inner.contracts.keep(fresh);

        let mut state = State::default();
        let mut good = Vec::new();
        for row in loaded.rows {
            match read_row(row) {
                Ok((id, resource, record)) => {
                    state.records.insert(id.clone(), record);
                    good.push((id, resource));
                }
                Err(finding) => unresolved.push(finding),
            }
        }
        let all = || {
            let mut changes = Changes::default();
            for (id, resource) in &good {
                changes.resources.insert(id.clone(), Some(Arc::clone(resource)));
            }
            changes
        };
        let mut changes = all();
        let previous = self.snapshot();
        let named: BTreeSet<Arc<str>> =
            good.iter().flat_map(|(_, resource)| named_secrets(resource)).collect();
        let secrets = self.found(&named, true);
        let mut left_out = BTreeSet::new();
        let mut snapshot = loop {
            let none = (ContractTexts::default(), BTreeMap::new());
            let world = World {
                catalogue: self.inner.catalogue,
                contracts: &self.inner.contracts,
                texts: &none.0,
                fresh: &none.1,
                files: &self.inner.files,
                secrets: &secrets,
                at_hand: &texts,
            };
            let start = Snapshot::default();
            match Index::default().resolve(&changes, &world, start, &previous) {
                Ok(Compiled { snapshot, findings }) => {
                    unresolved.extend(findings.into_iter().filter(is_of_files));
                    break snapshot;
                }
                Err(findings) => {
                    let before = left_out.len();
                    for finding in findings.into_iter().filter(|f| f.severity == Severity::Error) {
                        left_out.extend(finding.resource.clone());
                        unresolved.push(finding);
                    }
                    changes.resources.retain(|(kind, id), _| !left_out.contains(&format!("{kind}/{id}")));
                    if left_out.len() == before {
                        // Cannot happen: every finding names its resource. Nothing is better than a loop.
                        break Snapshot::default();
                    }
                }
            }
        };
        for finding in &unresolved {
            tracing::error!(%finding, "a stored resource is left out");
        }
        snapshot.number = loaded.snapshot;
        snapshot.secrets = Arc::new(secrets.values);
        snapshot.reading = previous.reading + 1;
        state.index.adopt(all(), self.inner.catalogue);
        state.unresolved = unresolved;
        let used: BTreeSet<Arc<str>> =
            good.iter().filter_map(|(_, r)| stored_contract(r)).map(Arc::from).collect();
        self.inner.contracts.retain(&used);
        *self.inner.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        self.inner.snapshots.send_replace(Arc::new(snapshot));
    }
}

fn is_of_files(finding: &Finding) -> bool {
    finding.rule == UNUSABLE
}

fn read_row(row: Row) -> Result<(Id, Arc<Resource>, Record), Finding> {
    let name = row.key.to_string();
    let resource = Resource::from_value(row.document).map_err(|finding| finding.in_resource(name))?;
    let record = Record {
        revision: row.revision,
        created_at: row.created_at,
        updated_at: row.updated_at,
        origin: row.origin,
    };
    Ok(((row.key.kind, row.key.id), Arc::new(resource), record))
}
