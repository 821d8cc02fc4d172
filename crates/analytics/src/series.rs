//! What rollups keep apart: every combination of dimensions that occurred, by number.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use model::event::{ExchangeEvent, Fault};

/// What stands for everything beyond the cardinality kept apart.
pub(crate) const OTHER: &str = "(other)";
/// The workspace of calls that were routed nowhere.
pub(crate) const DEFAULT_WORKSPACE: &str = "default";

/// One combination of dimensions. Absent ones are empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// The number of a series: its place here, and its id in the database.
pub(crate) type SeriesId = u32;

/// All series known.
pub(crate) struct Registry {
    max: usize,
    series: Vec<Option<Arc<Series>>>,
    known: usize,
    ids: HashMap<Arc<Series>, SeriesId>,
    texts: HashSet<Arc<str>>,
    /// Series the database does not have yet begin here.
    unsaved: Vec<SeriesId>,
}

impl Registry {
    pub(crate) fn new(max: usize) -> Registry {
        Registry {
            max,
            series: Vec::new(),
            known: 0,
            ids: HashMap::new(),
            texts: HashSet::new(),
            unsaved: Vec::new(),
        }
    }

    /// Takes over a series of the database.
    pub(crate) fn restore(&mut self, id: SeriesId, series: Series) {
        let at = id as usize;
        if self.series.len() <= at {
            self.series.resize(at + 1, None);
        }
        let series = Arc::new(series);
        self.series[at] = Some(Arc::clone(&series));
        self.ids.insert(series, id);
        self.known += 1;
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
        let series = self.series_of(texts, event.status, event.fault);
        if let Some(&id) = self.ids.get(&series) {
            return id;
        }
        if self.known >= self.max {
            return self.other(Some(workspace), event.status, event.fault);
        }
        self.insert(series)
    }

    /// The series for what is one too many, by status and fault only.
    pub(crate) fn other(&mut self, workspace: Option<&str>, status: u16, fault: Fault) -> SeriesId {
        let workspace = workspace.unwrap_or(DEFAULT_WORKSPACE);
        let series = self.series_of([workspace, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER], status, fault);
        match self.ids.get(&series) {
            Some(&id) => id,
            None => self.insert(series),
        }
    }

    fn series_of(&mut self, texts: [&str; 7], status: u16, fault: Fault) -> Series {
        let [workspace, service, operation, caller, plan, subscription, problem] =
            texts.map(|text| self.shared(text));
        Series { workspace, service, operation, caller, plan, subscription, status, fault, problem }
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

    fn insert(&mut self, series: Series) -> SeriesId {
        let id = SeriesId::try_from(self.series.len()).unwrap_or(SeriesId::MAX);
        let series = Arc::new(series);
        self.series.push(Some(Arc::clone(&series)));
        self.ids.insert(series, id);
        self.known += 1;
        self.unsaved.push(id);
        id
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
