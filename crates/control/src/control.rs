//! The control plane: its state, and how it begins.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use jiff::Timestamp;
use model::{Finding, Kind, Name, Resource, SecretValues, Severity, Snapshot, SnapshotVersion, scoped};
use policy::Catalogue;
use store::{Loaded, Origin, Row, Store};
use tokio::sync::{Mutex, watch};

use crate::{
    ContractTexts, Error, Files,
    compatibility::Compared,
    compile::{Below, Changes, Compiled, Id, Index, UNUSABLE, World, named_secrets},
    contracts::Contracts,
    hooks::{HookClient, Hooks},
    oauth::Oauth,
    people::{People, Post},
    rollout::RolloutStandings,
    secrets::{MasterKeys, SecretSource, Secrets},
    sign_outs::Ended,
    sso::{ProviderClient, Sso},
    standards::Linted,
    usage::Usage,
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
    pub(crate) linted: Linted,
    pub(crate) people: People,
    pub(crate) oauth: Oauth,
    pub(crate) sso: Sso,
    pub(crate) secrets: Secrets,
    pub(crate) hooks: Hooks,
    /// Sessions at gateways that ended before their time.
    pub(crate) ended: Ended,
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

/// Everything at rest, at hand; each workspace by itself, so that what looks into one finds nothing of another.
pub(crate) struct State {
    spaces: BTreeMap<Name, Space>,
    /// What a workspace is that has nothing.
    none: Space,
}

/// A workspace at hand.
pub(crate) struct Space {
    pub(crate) index: Index,
    pub(crate) records: BTreeMap<Id, Record>,
    pub(crate) unresolved: Vec<Finding>,
}

impl Default for State {
    fn default() -> State {
        State { spaces: BTreeMap::new(), none: Space::of(Name::default_workspace()) }
    }
}

impl Space {
    fn of(workspace: Name) -> Space {
        Space { index: Index::of(workspace), records: BTreeMap::new(), unresolved: Vec::new() }
    }
}

impl State {
    pub(crate) fn of(&self, workspace: &Name) -> &Space {
        self.spaces.get(workspace).unwrap_or(&self.none)
    }

    /// Workspaces with something in them.
    pub(crate) fn spaces(&self) -> impl Iterator<Item = (&Name, &Space)> {
        self.spaces.iter()
    }

    fn of_mut(&mut self, workspace: &Name) -> &mut Space {
        self.spaces.entry(workspace.clone()).or_insert_with(|| Space::of(workspace.clone()))
    }

    /// Whether there is such a workspace.
    pub(crate) fn has(&self, workspace: &Name) -> bool {
        workspace.is_default_workspace()
            || self.of(&Name::default_workspace()).index.get(&(Kind::Workspace, workspace.shared())).is_some()
    }

    /// What other workspaces claim.
    pub(crate) fn claims_beside(&self, workspace: &Name) -> Vec<&Below> {
        let others =
            self.spaces.iter().filter(|(other, space)| *other != workspace && !space.index.is_empty());
        others.map(|(_, space)| space.index.below()).collect()
    }

    /// Every secret that is named, scoped.
    pub(crate) fn secrets(&self) -> BTreeSet<Arc<str>> {
        let all = self.spaces.iter().flat_map(|(workspace, space)| {
            space.index.secrets().into_iter().map(|reference| scoped(workspace, &reference))
        });
        all.collect()
    }
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
    /// What takes letters to people; none are sent without.
    pub post: Option<Arc<dyn Post>>,
    /// What speaks with identity providers; nobody signs in by one without.
    pub providers: Option<Arc<dyn ProviderClient>>,
    /// What takes requests to webhooks; none are told without.
    pub hooks: Option<Arc<dyn HookClient>>,
    /// What tells who uses APIs; nobody is known to without.
    pub usage: Option<Arc<dyn Usage>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            files: PathBuf::from("."),
            obtained: None,
            clock: Arc::new(Timestamp::now),
            masters: None,
            vault: None,
            post: None,
            providers: None,
            hooks: None,
            usage: None,
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
                linted: Linted::default(),
                people,
                oauth: Oauth::default(),
                sso: Sso::default(),
                secrets: Secrets::default(),
                hooks: Hooks::default(),
                ended: Ended::default(),
                rollouts: RwLock::default(),
                state: RwLock::default(),
                writing: Arc::default(),
                snapshots: watch::Sender::new(Arc::default()),
                in_force: watch::Sender::new(None),
            }),
        };
        control.open_secrets().await?;
        control.open_sign_outs().await?;
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
        self.state().spaces().flat_map(|(_, space)| space.unresolved.iter().cloned()).collect()
    }

    /// As [`Control::unresolved`], of one workspace.
    pub fn unresolved_of(&self, ws: &Name) -> Vec<Finding> {
        self.state().of(ws).unresolved.clone()
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

    /// Whether there is such a workspace.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn check_workspace(&self, ws: &Name) -> Result<(), Error> {
        if self.state().has(ws) {
            return Ok(());
        }
        Err(Error::Missing { what: format!("workspace `{ws}`") })
    }

    /// Whether this is the workspace in which operators decide what holds for all.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub(crate) fn check_operators(&self, ws: &Name, what: &str) -> Result<(), Error> {
        if ws.is_default_workspace() {
            return Ok(());
        }
        Err(Error::Missing { what: format!("{what} in a workspace; operators ask for it in `default`") })
    }

    /// Takes over changes that are durable, and makes the snapshot live.
    pub(crate) fn publish(
        &self,
        ws: &Name,
        records: Vec<(Id, Option<Record>)>,
        changes: Changes,
        snapshot: Snapshot,
    ) {
        let mut all = self.inner.state.write().unwrap_or_else(PoisonError::into_inner);
        let state = all.of_mut(ws);
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
        let used = |hash: &Arc<str>| all.spaces.values().any(|space| space.index.has_contract(hash));
        let given_up: Vec<_> = given_up.into_iter().filter(|hash| !used(hash)).collect();
        drop(all);
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
        // Files are named in `default` alone.
        let state = state.of_mut(&Name::default_workspace());
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
        let named = loaded.rows.iter().flat_map(|row| {
            let references = model::secret_references(&row.document).into_iter();
            references.map(|reference| scoped(&row.key.workspace, reference))
        });
        self.look_up(&named.collect(), false).await;
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

        // Operators' own first: what holds for all is in `default`.
        let mut rows: BTreeMap<Name, Vec<Row>> = [(Name::default_workspace(), Vec::new())].into();
        for row in loaded.rows {
            rows.entry(row.key.workspace.clone()).or_default().push(row);
        }
        let previous = self.snapshot();
        let mut state = State::default();
        let mut snapshot = Snapshot::default();
        let mut values = SecretValues::default();
        let (first, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(workspace, _)| workspace.is_default_workspace());
        for (workspace, rows) in first.into_iter().chain(others) {
            let (space, next, found) = self.take_over_one((&workspace, rows), snapshot, &previous, &texts);
            snapshot = next;
            values = values.with_workspace(&workspace, &found);
            state.spaces.insert(workspace, space);
        }
        unresolved.iter().for_each(|finding| tracing::error!(%finding, "a stored contract cannot be read"));
        state.of_mut(&Name::default_workspace()).unresolved.extend(unresolved);
        snapshot.number = loaded.snapshot;
        snapshot.issuers = self.inner.oauth.issued();
        snapshot.portal = self.inner.oauth.base().map(Into::into);
        snapshot.secrets = Arc::new(values);
        snapshot.reading = previous.reading + 1;
        let used: BTreeSet<Arc<str>> =
            state.spaces.values().flat_map(|space| space.index.all_contracts().cloned()).collect();
        self.inner.contracts.retain(&used);
        *self.inner.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        self.inner.snapshots.send_replace(Arc::new(snapshot));
    }

    /// Takes over what is stored in a workspace: the workspace, the snapshot with it, and its secrets.
    fn take_over_one(
        &self,
        (workspace, rows): (&Name, Vec<Row>),
        start: Snapshot,
        previous: &Snapshot,
        texts: &ContractTexts,
    ) -> (Space, Snapshot, SecretValues) {
        let mut space = Space::of(workspace.clone());
        let mut unresolved = Vec::new();
        let mut good = Vec::new();
        for row in rows {
            match read_row(row) {
                Ok((id, resource, record)) => {
                    space.records.insert(id.clone(), record);
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
        let named: BTreeSet<Arc<str>> =
            good.iter().flat_map(|(_, resource)| named_secrets(resource)).collect();
        let secrets = self.found(workspace, &named, true);
        let mut left_out = BTreeSet::new();
        let snapshot = loop {
            let none = (ContractTexts::default(), BTreeMap::new());
            let world = World {
                catalogue: self.inner.catalogue,
                contracts: &self.inner.contracts,
                texts: &none.0,
                fresh: &none.1,
                files: &self.inner.files,
                secrets: &secrets,
                at_hand: texts,
                // What was written did not meet: see `claims::check`. What is left out takes nothing from others.
                claims: &[],
            };
            match Index::of(workspace.clone()).resolve(&changes, &world, start.clone(), previous) {
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
                        break start;
                    }
                }
            }
        };
        for finding in &unresolved {
            tracing::error!(%workspace, %finding, "a stored resource is left out");
        }
        space.index.adopt(all(), self.inner.catalogue);
        space.unresolved = unresolved;
        (space, snapshot, secrets.values)
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
