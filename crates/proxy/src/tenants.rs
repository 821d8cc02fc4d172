//! What of a table is of one workspace: who calls, what holds for them, what is refused.
//!
//! Workspaces have numbers, given when a table is made, and every service knows that of its own. A request takes what is there by
//! that number: nothing of another workspace is in reach of it, and nothing is looked up by a name.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use http::{HeaderValue, header};
use model::{
    DEFAULT_WORKSPACE, Name, PolicyUse, SecretValues, SharedMap, Snapshot, scoped, secret_references,
    shared_map::Difference,
    snapshot::{BlockRule, Caller, WorkspaceRules},
    unscoped,
};
use policy::{Problem, problems};

use crate::{
    blocks::Blocks,
    callers::Callers,
    chain::{CallerRules, RuleBuilder},
};

/// The number of the workspace `default`.
pub(crate) const DEFAULT: usize = 0;

/// What of a table is of one workspace.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) callers: Arc<Callers>,
    /// Rules of plans, by name.
    pub(crate) plans: Arc<HashMap<Arc<str>, Arc<CallerRules>>>,
    /// Rules of callers that have any, by [`model::snapshot::Caller::key`].
    pub(crate) caller_rules: SharedMap<Arc<CallerRules>>,
    /// What is refused at once; nothing where nothing is.
    pub(crate) blocks: Option<Arc<Blocks>>,
    /// How many requests it may have; nothing where any number.
    pub(crate) cap: Option<Arc<Cap>>,
}

/// The numbers of workspaces. One keeps its number as long as the process runs.
#[derive(Default)]
pub(crate) struct Numbers(BTreeMap<Name, usize>);

impl Numbers {
    pub(crate) fn of(&mut self, workspace: &Name) -> usize {
        if self.0.is_empty() {
            self.0.insert(Name::default_workspace(), DEFAULT);
        }
        if let Some(number) = self.0.get(workspace) {
            return *number;
        }
        let number = self.0.len();
        self.0.insert(workspace.clone(), number);
        number
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len().max(1)
    }
}

impl Tenant {
    /// A workspace without anybody; `nobody` is shared by all of those.
    pub(crate) fn empty(nobody: &Arc<Callers>) -> Tenant {
        Tenant {
            callers: Arc::clone(nobody),
            plans: Arc::default(),
            caller_rules: SharedMap::new(),
            blocks: None,
            cap: None,
        }
    }
}

/// The secrets of each workspace that has any of its own.
pub(crate) struct Secrets<'a> {
    default: &'a SecretValues,
    others: BTreeMap<&'a str, SecretValues>,
    none: SecretValues,
}

impl<'a> Secrets<'a> {
    pub(crate) fn of(snapshot: &'a Snapshot) -> Secrets<'a> {
        let names = snapshot.secrets.0.keys().map(|key| unscoped(key).0);
        let others: BTreeSet<&str> = names.filter(|name| *name != DEFAULT_WORKSPACE).collect();
        let of = |name: &'a str| Some((name, snapshot.secrets.of_workspace(&name.parse().ok()?)));
        Secrets {
            default: &snapshot.secrets,
            others: others.into_iter().filter_map(of).collect(),
            none: SecretValues::default(),
        }
    }

    pub(crate) fn of_workspace(&self, workspace: &Name) -> &SecretValues {
        // No reference of `default` looks like one that is scoped.
        if workspace.is_default_workspace() {
            return self.default;
        }
        self.others.get(workspace.as_str()).unwrap_or(&self.none)
    }
}

/// What was there before, as far as it is of use again.
pub(crate) struct Known<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) tenants: &'a [Tenant],
}

/// Makes what is of each workspace, by its number.
pub(crate) struct Making<'m> {
    tenants: Vec<Tenant>,
    numbers: &'m mut Numbers,
    nobody: &'m Arc<Callers>,
}

impl<'m> Making<'m> {
    /// Begins with what was there before.
    pub(crate) fn from(
        known: Option<&Known<'_>>,
        numbers: &'m mut Numbers,
        nobody: &'m Arc<Callers>,
    ) -> Self {
        let tenants = known.map_or_else(Vec::new, |known| known.tenants.to_vec());
        let mut making = Making { tenants, numbers, nobody };
        making.of(&Name::default_workspace());
        making
    }

    fn of(&mut self, workspace: &Name) -> &mut Tenant {
        let number = self.numbers.of(workspace);
        let count = self.tenants.len().max(self.numbers.count());
        self.tenants.resize_with(count, || Tenant::empty(self.nobody));
        &mut self.tenants[number]
    }

    /// Makes everything of a snapshot that is not as before.
    pub(crate) fn make<'r>(
        mut self,
        known: Option<&Known<'_>>,
        snapshot: &Snapshot,
        (secrets, same_secrets): (&'r Secrets<'_>, bool),
        rules: &mut RuleBuilder<'r>,
    ) -> Box<[Tenant]> {
        let before = known.map(|known| known.snapshot);
        let name_secrets = |policies: &[PolicyUse]| {
            !same_secrets && policies.iter().any(|policy| !secret_references(&policy.config).is_empty())
        };
        let same_plans = before.is_some_and(|before| {
            before.plans == snapshot.plans
                && !snapshot.plans.values().any(|plan| name_secrets(&plan.policies))
        });
        if !same_plans {
            self.tenants.iter_mut().for_each(|tenant| tenant.plans = Arc::default());
            for (key, plan) in &snapshot.plans {
                rules.secrets = secrets.of_workspace(&plan.workspace);
                let place = scoped(&plan.workspace, &format!("plan/{}", plan.name));
                let built = Arc::new(rules.for_callers(&plan.policies, &place));
                Arc::make_mut(&mut self.of(&plan.workspace).plans).insert(unscoped(key).1.into(), built);
            }
        }
        let none = SharedMap::new();
        let changes = snapshot.callers.changes(before.map_or(&none, |before| &before.callers), Arc::ptr_eq);
        let renewed = snapshot.callers.iter().filter(|(_, caller)| name_secrets(&caller.policies));
        let changed = changes.iter().filter_map(|(key, _, caller)| Some((*key, (*caller)?)));
        for (_, was, _) in &changes {
            if let Some(was) = was {
                self.of(&was.workspace).caller_rules.remove(&was.key);
            }
        }
        for (key, caller) in renewed.chain(changed).filter(|(_, caller)| !caller.policies.is_empty()) {
            rules.secrets = secrets.of_workspace(&caller.workspace);
            let built = Arc::new(rules.for_callers(&caller.policies, key));
            self.of(&caller.workspace).caller_rules.insert(Arc::clone(&caller.key), built);
        }
        self.callers(changes, &snapshot.callers);
        if before.is_none_or(|before| before.blocks != snapshot.blocks) {
            self.blocks(&snapshot.blocks);
        }
        if before.is_none_or(|before| before.workspaces != snapshot.workspaces) {
            self.caps(known.map_or(&[], |known| known.tenants), &snapshot.workspaces);
        }
        self.tenants.into()
    }

    fn callers(&mut self, changes: Vec<Difference<'_, Arc<Caller>>>, all: &SharedMap<Arc<Caller>>) {
        let mut by_workspace: BTreeMap<Name, Vec<Difference<'_, Arc<Caller>>>> = BTreeMap::new();
        for (key, was, is) in changes {
            let Some(either) = is.or(was) else { continue };
            let of_workspace = match by_workspace.get_mut(&either.workspace) {
                Some(known) => known,
                None => by_workspace.entry(either.workspace.clone()).or_default(),
            };
            of_workspace.push((key, was, is));
        }
        for (workspace, changes) in by_workspace {
            let nobody = Arc::clone(self.nobody);
            let tenant = self.of(&workspace);
            let fresh = Arc::ptr_eq(&tenant.callers, &nobody).then(|| Callers::of(&workspace));
            let index = fresh.as_ref().unwrap_or(&tenant.callers);
            tenant.callers = Arc::new(index.changed(&changes, all));
        }
    }

    fn blocks(&mut self, rules: &BTreeMap<Arc<str>, Arc<BlockRule>>) {
        let mut all: BTreeMap<&Name, Vec<(Arc<str>, &BlockRule)>> = BTreeMap::new();
        for (key, rule) in rules {
            all.entry(&rule.workspace).or_default().push((unscoped(key).1.into(), rule));
        }
        self.tenants.iter_mut().for_each(|tenant| tenant.blocks = None);
        for (workspace, rules) in all {
            self.of(workspace).blocks = Blocks::of(rules);
        }
    }

    fn caps(&mut self, known: &[Tenant], rules: &BTreeMap<Arc<str>, Arc<WorkspaceRules>>) {
        self.tenants.iter_mut().for_each(|tenant| tenant.cap = None);
        for (name, rules) in rules {
            let Ok(workspace) = name.parse::<Name>() else { continue };
            let known = known.get(self.numbers.of(&workspace)).and_then(|tenant| tenant.cap.as_ref());
            self.of(&workspace).cap = Cap::of(Some(rules), known);
        }
    }
}

/// A bound on the requests of a workspace: so many a second, and those of one second at once where none came before (GCRA).
pub(crate) struct Cap {
    per_second: u32,
    /// When the next request would be due if they came evenly, nanoseconds of the monotonic clock.
    due: AtomicU64,
}

const SECOND: u64 = 1_000_000_000;

impl Cap {
    /// The bound that rules say; `known` goes on where it is the same.
    pub(crate) fn of(rules: Option<&WorkspaceRules>, known: Option<&Arc<Cap>>) -> Option<Arc<Cap>> {
        let per_second = rules?.requests_per_second?.max(1);
        match known.filter(|known| known.per_second == per_second) {
            Some(known) => Some(Arc::clone(known)),
            None => Some(Arc::new(Cap { per_second, due: AtomicU64::new(0) })),
        }
    }

    /// Whether another request is let in at this time, nanoseconds of the monotonic clock.
    pub(crate) fn take(&self, now: u64) -> Result<(), Problem> {
        let every = SECOND / u64::from(self.per_second);
        let let_in = self.due.fetch_update(Relaxed, Relaxed, |due| {
            let due = due.max(now);
            (due - now + every <= SECOND).then_some(due + every)
        });
        let_in.map(drop).map_err(|_| {
            let detail = "more requests come for these APIs together than they may have a second; repeat the request later";
            Problem::new(problems::RATE_LIMITED, detail)
                .because("the workspace is over its `limits.requests_per_second`".to_owned())
                .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_lets_in_what_one_second_holds_at_once_and_then_one_after_the_other() {
        let rules = |per_second| WorkspaceRules { requests_per_second: Some(per_second) };
        let cap = Cap::of(Some(&rules(4)), None).unwrap();
        let count = |now: u64| (0..100).take_while(|_| cap.take(now).is_ok()).count();
        assert_eq!(count(10 * SECOND), 4);
        assert_eq!(count(10 * SECOND + SECOND / 4 - 1), 0);
        assert_eq!(count(10 * SECOND + SECOND / 4), 1);
        assert_eq!(count(11 * SECOND + SECOND / 4), 4);
        let same = Cap::of(Some(&rules(4)), Some(&cap)).unwrap();
        assert!(Arc::ptr_eq(&same, &cap), "a change elsewhere gives nobody a fresh second");
        assert!(!Arc::ptr_eq(&Cap::of(Some(&rules(5)), Some(&cap)).unwrap(), &cap));
        assert!(Cap::of(None, Some(&cap)).is_none());
    }
}
