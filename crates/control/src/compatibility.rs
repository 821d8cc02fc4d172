//! What a change of a contract means for those who use the API.

use std::sync::{Arc, Mutex, PoisonError};

use diff::{Change, Level, Suppressions};
use drift::{UsedBy, Uses};
use model::{Breaks, Compatibility, Finding, Name, Place, Resource, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ContractTexts, Control, Error, change::Draft, compile::stored_contract};

/// Comparisons that are kept, so that applying what was planned needs no other one.
const MOST_KEPT: usize = 8;
/// Changes that are listed of one contract, the worst first.
const LISTED: usize = 200;
/// Changes of one contract that are findings each.
const TOLD: usize = 20;
/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;

/// What changes in the contract of an API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContractChanges {
    /// The API, such as `orders@v1`.
    pub api: String,
    /// How many break whoever uses the API.
    pub breaking: usize,
    /// How many may break somebody.
    pub warnings: usize,
    /// How many others there are.
    pub infos: usize,
    /// How many were agreed to; they are neither counted above nor listed.
    pub agreed: usize,
    /// At most 200, the worst first.
    pub changes: Vec<ContractChange>,
}

/// One change in a contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContractChange {
    /// Such as `request-property-became-required`.
    pub rule: String,
    /// `breaking`, `warning` or `info`.
    pub level: String,
    /// `GET /orders/{id}`; empty for what is of the whole.
    pub operation: String,
    /// Where in the message: `response 200 application/json /items/*/id`.
    pub at: String,
    pub text: String,
    /// Where it stands in the new contract, from 1.
    pub line: u32,
    /// Who used what goes, or is other now, in the last thirty days; of what may break somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_by: Option<UsedBy>,
}

/// How bad a change of a contract may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeLevel {
    Info,
    Warning,
    Breaking,
}

impl ContractChanges {
    /// Whether a change is at least as bad.
    pub fn reaches(&self, level: ChangeLevel) -> bool {
        self.breaking > 0
            || level <= ChangeLevel::Warning && self.warnings > 0
            || level == ChangeLevel::Info && self.infos > 0
    }
}

/// Comparisons made before, by the hashes of both contracts.
#[derive(Default)]
pub(crate) struct Compared(Mutex<Vec<(Pair, Arc<Vec<Change>>)>>);

type Pair = (Arc<str>, Arc<str>);

/// The contracts of an API before and after a change.
struct Both {
    api: Arc<str>,
    rules: Compatibility,
    hashes: Pair,
    /// Empty where the comparison is known.
    texts: Option<(Arc<str>, Arc<str>, Arc<str>)>,
    /// Who uses what is in force.
    uses: Uses,
}

/// What a change of a contract came to.
pub(crate) struct Judged {
    pub(crate) told: ContractChanges,
    pub(crate) findings: Vec<Finding>,
}

impl Control {
    /// What changes in the contracts of drafts, for those who use the APIs.
    pub(crate) async fn judge_contracts(
        &self,
        ws: &Name,
        drafts: &[Draft],
        texts: &ContractTexts,
    ) -> Result<Vec<Judged>, Error> {
        let mut all = Vec::new();
        for (api, rules, hashes) in self.changed_contracts(ws, drafts) {
            if self.inner.compared.get(&hashes).is_some() {
                let uses = self.uses_in_force(ws, &api).await;
                all.push(Both { api, rules, hashes, texts: None, uses });
                continue;
            }
            // What is not there any more cannot be compared.
            let Ok(old) = self.stored_contract_text(&hashes.0).await else { continue };
            let given =
                texts.0.get(&hashes.1).map(|given| (Arc::clone(&given.file), Arc::clone(&given.text)));
            let (file, new) = match given {
                Some(given) => given,
                None => match self.stored_contract_text(&hashes.1).await {
                    Ok(new) => (format!("the contract of api/{api}").into(), new),
                    Err(_) => continue,
                },
            };
            let uses = self.uses_in_force(ws, &api).await;
            all.push(Both { api, rules, hashes, texts: Some((old, file, new)), uses });
        }
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let control = self.clone();
        let judged = tokio::task::spawn_blocking(move || {
            std::thread::scope(|scope| {
                let judge = || all.iter().filter_map(|both| control.inner.compared.judge(both)).collect();
                let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, judge);
                thread.ok().and_then(|thread| thread.join().ok())
            })
        });
        judged.await.ok().flatten().ok_or_else(|| {
            tracing::error!("comparing contracts failed");
            Error::Internal
        })
    }

    async fn uses_in_force(&self, ws: &Name, id: &str) -> Uses {
        self.uses(ws, id).await.unwrap_or_default()
    }

    fn changed_contracts(&self, ws: &Name, drafts: &[Draft]) -> Vec<(Arc<str>, Compatibility, Pair)> {
        let all = self.state();
        let state = all.of(ws);
        let changed = drafts.iter().filter(|draft| draft.differs).filter_map(|draft| {
            let resource = draft.resource.as_ref()?;
            let Resource::Api(api) = resource else { return None };
            let before: Arc<str> = stored_contract(state.index.get(&draft.id)?)?.into();
            let after: Arc<str> = stored_contract(resource)?.into();
            let mut rules = api.compatibility.as_deref().cloned().unwrap_or_default();
            rules.agreed.extend(draft.agreed.iter().cloned());
            (before != after).then(|| (Arc::clone(&draft.id.1), rules, (before, after)))
        });
        changed.collect()
    }
}

impl Compared {
    fn get(&self, hashes: &Pair) -> Option<Arc<Vec<Change>>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == hashes).map(|(_, changes)| Arc::clone(changes))
    }

    /// `None` where one of both is no document that can be compared, which has findings of its own.
    fn judge(&self, both: &Both) -> Option<Judged> {
        let changes = match (&both.texts, self.get(&both.hashes)) {
            (_, Some(changes)) => changes,
            (None, None) => return None,
            (Some((old, file, new)), None) => {
                let read = |text, file| contract::notation::read(text, file, None).ok();
                let (old, new) = (read(old, "what is in force")?, read(new, file)?);
                let changes = Arc::new(diff::compare(&old.document, &new.document));
                let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() >= MOST_KEPT {
                    kept.remove(0);
                }
                kept.push((both.hashes.clone(), Arc::clone(&changes)));
                changes
            }
        };
        let agreed = Suppressions::read(&both.rules.agreed.join("\n")).unwrap_or_default();
        let left: Vec<&Change> = changes.iter().filter(|change| !agreed.have(change)).collect();
        let count = |level: Level| left.iter().filter(|change| change.level == level).count();
        let counts = (count(Level::Breaking), count(Level::Warning), count(Level::Info));
        let told = counted(&both.api, counts, changes.len() - left.len(), &left, &both.uses);
        Some(Judged { findings: findings(&both.api, both.rules.breaking, &left, &both.uses), told })
    }
}

/// Changes as they are told, the worst first already; `counts` of what breaks, may break, and does not.
pub(crate) fn counted(
    api: &str,
    counts: (usize, usize, usize),
    agreed: usize,
    changes: &[&Change],
    uses: &Uses,
) -> ContractChanges {
    let (breaking, warnings, infos) = counts;
    let changes = changes.iter().take(LISTED).map(|change| listed(change, uses)).collect();
    ContractChanges { api: api.to_owned(), breaking, warnings, infos, agreed, changes }
}

fn listed(change: &Change, uses: &Uses) -> ContractChange {
    let used_by = uses.of(&change.operation, &change.at);
    let is_used = change.level != Level::Info && !used_by.callers.is_empty();
    ContractChange {
        rule: change.id.clone(),
        level: change.level.as_str().to_owned(),
        operation: change.operation.clone(),
        at: change.at.clone(),
        text: change.text.clone(),
        line: change.new.as_ref().map_or(0, |place| place.line),
        used_by: is_used.then_some(used_by),
    }
}

/// What breaks, as findings of the API.
fn findings(api: &str, breaks: Breaks, changes: &[&Change], uses: &Uses) -> Vec<Finding> {
    let severity = match breaks {
        Breaks::Allow => return Vec::new(),
        Breaks::Warn => Severity::Warning,
        Breaks::Refuse => Severity::Error,
    };
    let said = |message: String| {
        let finding = Finding { severity, ..Finding::warning("breaking-change", message) };
        finding.in_resource(format!("api/{api}")).in_field("contract")
    };
    let breaking: Vec<&&Change> = changes.iter().filter(|change| change.level == Level::Breaking).collect();
    let mut all: Vec<Finding> = breaking
        .iter()
        .take(TOLD)
        .map(|change| {
            let place: Vec<&str> =
                [&*change.operation, &*change.at].into_iter().filter(|part| !part.is_empty()).collect();
            let users = uses.of(&change.operation, &change.at).said();
            let users = users.map(|users| format!("; used by {users}")).unwrap_or_default();
            let place = place.join(", ");
            let finding = said(format!("breaks callers: {place}: {} ({}){users}", change.text, change.id));
            match &change.new {
                Some(at) => {
                    finding.at(Place { file: Arc::clone(&at.file), line: at.line, column: at.column })
                }
                None => finding,
            }
        })
        .collect();
    if let Some(more) = breaking.len().checked_sub(TOLD).filter(|more| *more > 0) {
        all.push(said(format!("breaks callers in {more} more places")));
    }
    all
}
