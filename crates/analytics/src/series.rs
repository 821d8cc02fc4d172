//! What rollups keep apart: every combination of dimensions that occurred, by number.

use std::{
    collections::HashSet,
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use hashbrown::HashTable;
use model::{
    event::{ExchangeEvent, Fault},
    fast_hash::Seeded,
};

/// What stands for everything beyond the cardinality kept apart.
pub(crate) const OTHER: &str = "(other)";
/// The workspace of calls that were routed nowhere.
pub(crate) const DEFAULT_WORKSPACE: &str = "default";

/// One combination of dimensions. Absent ones are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) workspace: Arc<str>,
    pub(crate) service: Arc<str>,
    pub(crate) operation: Arc<str>,
    pub(crate) caller: Arc<str>,
    pub(crate) plan: Arc<str>,
    pub(crate) subscription: Arc<str>,
    pub(crate) status: u16,
    pub(crate) fault: Fault,
    pub(crate) problem: Arc<str>,
}

impl Series {
    pub(crate) fn texts(&self) -> [&str; 7] {
        let Series { workspace, service, operation, caller, plan, subscription, problem, .. } = self;
        [workspace, service, operation, caller, plan, subscription, problem].map(|text| &**text)
    }
}

fn hash(hasher: Seeded, texts: [&str; 7], status: u16, fault: Fault) -> u64 {
    let mut hasher = hasher.build_hasher();
    for text in texts {
        hasher.write(text.as_bytes());
        hasher.write_usize(text.len());
    }
    hasher.write_u16(status);
    hasher.write_u8(fault as u8);
    hasher.finish()
}

/// The number of a series: its place here, and its id in the database.
pub(crate) type SeriesId = u32;

/// All series known.
pub(crate) struct Registry {
    max: usize,
    series: Vec<Option<Arc<Series>>>,
    known: usize,
    /// By their dimensions.
    ids: HashTable<SeriesId>,
    hasher: Seeded,
    texts: HashSet<Arc<str>, Seeded>,
    /// Series the database does not have yet begin here.
    unsaved: Vec<SeriesId>,
}

impl Registry {
    pub(crate) fn new(max: usize) -> Registry {
        let hasher = Seeded::default();
        Registry {
            max,
            series: Vec::new(),
            known: 0,
            ids: HashTable::new(),
            hasher,
            texts: HashSet::with_hasher(hasher),
            unsaved: Vec::new(),
        }
    }

    /// Takes over a series of the database.
    pub(crate) fn restore(&mut self, id: SeriesId, series: Series) {
        let at = id as usize;
        if self.series.len() <= at {
            self.series.resize(at + 1, None);
        }
        self.series[at] = Some(Arc::new(series));
        self.known += 1;
        self.enter(id);
    }

    /// The series an event belongs to, by its texts; [`crate::memory::Memory`] remembers it by their addresses.
    pub(crate) fn of(&mut self, event: &ExchangeEvent) -> SeriesId {
        let (workspace, service, operation) = match &event.target {
            Some(target) => (&*target.workspace, &*target.service, &*target.operation),
            None => (DEFAULT_WORKSPACE, "", ""),
        };
        let texts = [
            workspace,
            service,
            operation,
            event.caller.as_deref().unwrap_or(""),
            event.plan.as_deref().unwrap_or(""),
            event.subscription.as_deref().unwrap_or(""),
            event.problem.unwrap_or(""),
        ];
        self.by_texts(texts, event.status, event.fault)
    }

    /// The series of these: workspace, service, operation, caller, plan, subscription, problem.
    pub(crate) fn by_texts(&mut self, texts: [&str; 7], status: u16, fault: Fault) -> SeriesId {
        if let Some(id) = self.find(texts, status, fault) {
            return id;
        }
        if self.known >= self.max {
            return self.other(Some(texts[0]), status, fault);
        }
        self.insert(texts, status, fault)
    }

    /// The series for what is one too many, by status and fault only.
    pub(crate) fn other(&mut self, workspace: Option<&str>, status: u16, fault: Fault) -> SeriesId {
        let workspace = workspace.unwrap_or(DEFAULT_WORKSPACE);
        let texts = [workspace, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER];
        self.find(texts, status, fault).unwrap_or_else(|| self.insert(texts, status, fault))
    }

    fn find(&self, texts: [&str; 7], status: u16, fault: Fault) -> Option<SeriesId> {
        let hash = hash(self.hasher, texts, status, fault);
        let is_same = |id: &SeriesId| {
            let known = self.series[*id as usize].as_ref();
            known.is_some_and(|one| one.status == status && one.fault == fault && one.texts() == texts)
        };
        self.ids.find(hash, is_same).copied()
    }

    pub(crate) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.texts.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        // Texts are kept for as long as series may refer to them; both are bounded together.
        if self.texts.len() < self.max.saturating_mul(2) {
            self.texts.insert(Arc::clone(&shared));
        }
        shared
    }

    fn insert(&mut self, texts: [&str; 7], status: u16, fault: Fault) -> SeriesId {
        let [workspace, service, operation, caller, plan, subscription, problem] =
            texts.map(|text| self.shared(text));
        let series =
            Series { workspace, service, operation, caller, plan, subscription, status, fault, problem };
        let id = SeriesId::try_from(self.series.len()).unwrap_or(SeriesId::MAX);
        self.series.push(Some(Arc::new(series)));
        self.known += 1;
        self.unsaved.push(id);
        self.enter(id);
        id
    }

    /// Has a series be found by its dimensions.
    fn enter(&mut self, id: SeriesId) {
        let (hasher, series) = (self.hasher, &self.series);
        let hash_of = |id: &SeriesId| {
            let one = series[*id as usize].as_ref();
            one.map_or(0, |one| hash(hasher, one.texts(), one.status, one.fault))
        };
        self.ids.insert_unique(hash_of(&id), id, hash_of);
    }

    pub(crate) fn get(&self, id: SeriesId) -> Option<&Arc<Series>> {
        self.series.get(id as usize)?.as_ref()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (SeriesId, &Arc<Series>)> {
        (0..).zip(&self.series).filter_map(|(id, series)| Some((id, series.as_ref()?)))
    }

    pub(crate) fn len(&self) -> usize {
        self.known
    }

    pub(crate) fn take_unsaved(&mut self) -> Vec<SeriesId> {
        std::mem::take(&mut self.unsaved)
    }

    pub(crate) fn put_back_unsaved(&mut self, mut ids: Vec<SeriesId>) {
        ids.append(&mut self.unsaved);
        self.unsaved = ids;
    }
}
