//! What an organization asks of its APIs: held against every change, and told of all.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use lint::{Ruleset, Severity};
use model::{
    Api, DeprecationRequirement, Enforcement, FailOn, Finding, Kind, LifeState, LintRequirement, Name,
    PolicyUse, Requirement, Resource, RetirementRequirement, ReviewRequirement, Standard, Waiver,
};
use policy::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ContractTexts, Control, Error,
    change::{Draft, Ready},
    compile::{Id, stored_contract},
    contracts::Summaries,
    reviews::Votes,
};

/// The rule that says of an API that it does not meet a standard.
pub(crate) const NOT_MET: &str = "standard-not-met";
/// Checks by rules that are kept.
const MOST_KEPT: usize = 512;
/// What a check by rules found that is told, the rest is counted.
const TOLD: usize = 5;
/// Documents may nest, and refer, deeper than a thread's usual stack allows.
const STACK: usize = 64 << 20;

/// How an API stands to a standard that is about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandardStanding {
    /// The API, such as `orders@v1`.
    pub api: String,
    pub owner: Option<String>,
    pub standard: String,
    /// Whether a change of the API that does not meet it is refused.
    pub enforced: bool,
    /// What is asked, in a fixed order.
    pub requirements: Vec<RequirementStanding>,
    /// The share that is met, 0 to 100; what is waived counts as not met.
    pub score: u8,
}

/// How an API stands to one thing that is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequirementStanding {
    pub requirement: Requirement,
    pub met: bool,
    /// What is missing, where it is not met.
    pub missing: Option<String>,
    /// Until when it may be missing (RFC 3339), where there is a waiver that has not ended.
    pub waived_until: Option<String>,
    /// The name of that waiver.
    pub waiver: Option<String>,
}

/// What lets APIs of a workspace do without something that is asked.
struct Waivers {
    /// Of standards of the workspace.
    own: Vec<Waiver>,
    /// Of standards of operators.
    wide: Vec<Waiver>,
}

/// Something that is asked and not there.
struct Unmet {
    requirement: Requirement,
    field: &'static str,
    message: String,
}

/// What checks by rules came to, by the hashes of contracts and the rulesets.
#[derive(Default)]
pub(crate) struct Linted(Mutex<Vec<(LintKey, Arc<Found>)>>);

type LintKey = (Arc<str>, String);

/// What a check by rules found.
struct Found {
    /// How many of each severity, the worst first.
    counts: [usize; 4],
    /// The first of each severity.
    first: [Vec<String>; 4],
    incomplete: bool,
}

/// Everything that standards are held against.
struct World<'a> {
    workspace: &'a Name,
    /// Policies that hold for everything.
    gateway: &'a [PolicyUse],
    texts: &'a ContractTexts,
    fresh: &'a Summaries,
    /// APIs whose callers a change of their contracts breaks.
    breaking: &'a BTreeMap<Arc<str>, usize>,
}

/// A ruleset as a standard names it or holds it.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn ruleset(said: &Value) -> Result<Ruleset, String> {
    let text = match said {
        Value::String(name) => serde_json::json!({ "extends": name }).to_string(),
        Value::Object(_) => said.to_string(),
        _ => {
            return Err(
                "write `spectral:oas`, `pailou:api-style`, or a ruleset in Spectral's format".to_owned()
            );
        }
    };
    let read =
        Ruleset::read(&text, "ruleset", &|_| Err("a standard's ruleset refers to no files".to_owned()));
    let ruleset = read.map_err(|faults| {
        let faults: Vec<&str> = faults.iter().map(|fault| &*fault.message).collect();
        faults.join("; ")
    })?;
    if ruleset.rules().next().is_none() {
        return Err("has no rule that is on".to_owned());
    }
    Ok(ruleset)
}

impl Control {
    /// What a change that could be made does not meet.
    pub(crate) async fn judge_standards(
        &self,
        ws: &Name,
        ready: &Ready,
        breaking: BTreeMap<Arc<str>, usize>,
    ) -> Result<Vec<Finding>, Error> {
        let drafts = ready.drafts();
        let standards = self.standards_after(ws, drafts);
        if standards.is_empty() {
            return Ok(Vec::new());
        }
        let waivers = self.waivers(ws, drafts);
        let changed: BTreeSet<&Id> =
            drafts.iter().filter(|draft| draft.differs).map(|draft| &draft.id).collect();
        let wide = changed.iter().any(|(kind, _)| *kind == Kind::Gateway);
        let apis: Vec<Api> = self.after(ws, Kind::Api, drafts, |r| match r {
            Resource::Api(api) if wide || changed.contains(&(Kind::Api, Arc::from(r.id()))) => {
                Some((**api).clone())
            }
            _ => None,
        });
        let before = self.snapshot();
        let mut findings = Vec::new();
        for api in &apis {
            let id: Arc<str> = api.id().into();
            let is_changed = changed.contains(&(Kind::Api, Arc::clone(&id)));
            for standard in standards.iter().filter(|standard| standard.is_about(api)) {
                let world = World {
                    workspace: ws,
                    gateway: &ready.snapshot().gateway.policies,
                    texts: ready.texts(),
                    fresh: ready.fresh(),
                    breaking: &breaking,
                };
                let mut unmet = self.unmet(standard, api, &world).await?;
                if !is_changed {
                    // Of an API that stays as it is, only what this change takes away is told.
                    let lacked = missing_policies(standard, api, &before.gateway.policies);
                    unmet.retain(|one| {
                        one.requirement == Requirement::Policies && lacked.as_ref() != Some(&one.message)
                    });
                }
                unmet.retain(|one| self.waived(&waivers, standard, &id, one.requirement).is_none());
                findings.extend(unmet.into_iter().map(|one| {
                    let message = format!(
                        "the standard `{}` asks for `{}`: {}",
                        standard.name,
                        one.requirement.as_str(),
                        one.message
                    );
                    let finding = match standard.enforcement {
                        Enforcement::Refuse => Finding::error(NOT_MET, message),
                        Enforcement::Warn => Finding::warning(NOT_MET, message),
                    };
                    match drafts.iter().find(|draft| draft.id.0 == Kind::Api && draft.id.1 == id) {
                        Some(draft) => draft.said(finding, one.field),
                        None => finding.in_resource(format!("api/{id}")).in_field(one.field),
                    }
                }));
            }
        }
        Ok(findings)
    }

    /// How every API stands to every standard that is about it.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace; [`Error::Store`].
    pub async fn standard_standings(&self, ws: &Name) -> Result<Vec<StandardStanding>, Error> {
        self.check_workspace(ws)?;
        let standards = self.standards_of(ws);
        let apis: Vec<Api> = self.after(ws, Kind::Api, &[], |r| match r {
            Resource::Api(api) => Some((**api).clone()),
            _ => None,
        });
        let (waivers, snapshot) = (self.waivers(ws, &[]), self.snapshot());
        let (texts, fresh, breaking) = Default::default();
        let world = World {
            workspace: ws,
            gateway: &snapshot.gateway.policies,
            texts: &texts,
            fresh: &fresh,
            breaking: &breaking,
        };
        let mut all = Vec::new();
        for api in &apis {
            for standard in standards.iter().filter(|standard| standard.is_about(api)) {
                let unmet = self.unmet(standard, api, &world).await?;
                all.push(self.standing(standard, api, &unmet, &waivers));
            }
        }
        Ok(all)
    }

    /// How an API would stand to the standards that are about it, where a change of it could be made.
    pub(crate) async fn standing_of(
        &self,
        ws: &Name,
        api: &Api,
        (ready, texts): (Option<&Ready>, &ContractTexts),
        breaking: usize,
    ) -> Result<Vec<StandardStanding>, Error> {
        let (waivers, snapshot) = (self.waivers(ws, &[]), self.snapshot());
        let none = Summaries::new();
        let breaking = [(Arc::from(api.id()), breaking)].into();
        let world = World {
            workspace: ws,
            gateway: &snapshot.gateway.policies,
            texts: ready.map_or(texts, Ready::texts),
            fresh: ready.map_or(&none, Ready::fresh),
            breaking: &breaking,
        };
        let mut all = Vec::new();
        for standard in self.standards_of(ws).iter().filter(|standard| standard.is_about(api)) {
            let unmet = self.unmet(standard, api, &world).await?;
            all.push(self.standing(standard, api, &unmet, &waivers));
        }
        Ok(all)
    }

    pub(crate) fn standards_of(&self, ws: &Name) -> Vec<Standard> {
        self.standards_after(ws, &[])
    }

    /// The standards that are about APIs of a workspace once drafts are made: its own, and those of operators that reach it.
    fn standards_after(&self, ws: &Name, drafts: &[Draft]) -> Vec<Standard> {
        let read = |r: &Resource| match r {
            Resource::Standard(standard) => Some((**standard).clone()),
            _ => None,
        };
        let mut all: Vec<Standard> = self.after(ws, Kind::Standard, drafts, read);
        all.retain(|standard| !standard.is_wide() || ws.is_default_workspace() && standard.reaches(ws));
        if !ws.is_default_workspace() {
            let wide = self.after(&Name::default_workspace(), Kind::Standard, &[], read).into_iter();
            all.extend(wide.filter(|standard| standard.reaches(ws)));
        }
        all
    }

    fn standing(
        &self,
        standard: &Standard,
        api: &Api,
        unmet: &[Unmet],
        waivers: &Waivers,
    ) -> StandardStanding {
        let id = api.id();
        let stands = |asked: Requirement| {
            let missing = unmet.iter().filter(|one| one.requirement == asked);
            let missing: Vec<&str> = missing.map(|one| &*one.message).collect();
            let missing = (!missing.is_empty()).then(|| missing.join("; "));
            let waiver = missing.as_ref().and_then(|_| self.waived(waivers, standard, &id, asked));
            RequirementStanding {
                requirement: asked,
                met: missing.is_none(),
                missing,
                waived_until: waiver.map(|waiver| waiver.expires_at.clone()),
                waiver: waiver.map(|waiver| waiver.name.to_string()),
            }
        };
        let requirements: Vec<_> = standard.require.asked().into_iter().map(stands).collect();
        let met = requirements.iter().filter(|one| one.met).count();
        StandardStanding {
            owner: api.owner.clone(),
            standard: standard.name.to_string(),
            enforced: standard.enforcement == Enforcement::Refuse,
            score: u8::try_from(met * 100 / requirements.len().max(1)).unwrap_or(100),
            requirements,
            api: id,
        }
    }

    /// What there is of a kind once drafts are made.
    fn after<T>(
        &self,
        ws: &Name,
        kind: Kind,
        drafts: &[Draft],
        read: impl Fn(&Resource) -> Option<T>,
    ) -> Vec<T> {
        let all = self.state();
        let state = all.of(ws);
        let drafted: BTreeSet<&Id> = drafts.iter().map(|draft| &draft.id).collect();
        let kept = state.index.named(kind).filter(|(id, _)| !drafted.contains(id));
        let kept = kept.filter_map(|(_, resource)| read(resource));
        let made = drafts.iter().filter(|draft| draft.id.0 == kind);
        kept.chain(made.filter_map(|draft| read(draft.resource.as_ref()?))).collect()
    }

    /// What lets APIs of a workspace do without something. Of what operators ask, operators alone let them.
    fn waivers(&self, ws: &Name, drafts: &[Draft]) -> Waivers {
        let read = |r: &Resource| match r {
            Resource::Waiver(waiver) => Some((**waiver).clone()),
            _ => None,
        };
        let own: Vec<Waiver> = self.after(ws, Kind::Waiver, drafts, read);
        let of_operators = match ws.is_default_workspace() {
            true => own.clone(),
            false => self.after(&Name::default_workspace(), Kind::Waiver, &[], read),
        };
        let is_here = |waiver: &Waiver| match &waiver.workspace {
            Some(named) => named == ws,
            None => ws.is_default_workspace(),
        };
        Waivers {
            own: own.into_iter().filter(|waiver| waiver.workspace.is_none()).collect(),
            wide: of_operators.into_iter().filter(is_here).collect(),
        }
    }

    /// What lets an API do without something now; the one that ends last.
    fn waived<'a>(
        &self,
        waivers: &'a Waivers,
        standard: &Standard,
        api: &str,
        requirement: Requirement,
    ) -> Option<&'a Waiver> {
        let now = i64::try_from(self.now()).unwrap_or(i64::MAX);
        let ends =
            |waiver: &Waiver| waiver.expires_at.parse::<Timestamp>().map_or(0, |time| time.as_millisecond());
        let fits = |waiver: &&Waiver| {
            waiver.standard == standard.name
                && waiver.is_about(api)
                && waiver.covers(requirement)
                && ends(waiver) > now
        };
        let waivers = if standard.is_wide() { &waivers.wide } else { &waivers.own };
        waivers.iter().filter(fits).max_by_key(|waiver| ends(waiver))
    }

    async fn unmet(&self, standard: &Standard, api: &Api, world: &World<'_>) -> Result<Vec<Unmet>, Error> {
        let mut unmet = Vec::new();
        let mut lacks =
            |requirement, field, message: String| unmet.push(Unmet { requirement, field, message });
        let hash = api_contract(api);
        for asked in standard.require.asked() {
            match asked {
                Requirement::Owner if api.owner.as_deref().is_none_or(|owner| owner.trim().is_empty()) => {
                    lacks(asked, "owner", "say who answers for it".to_owned());
                }
                Requirement::Description => {
                    let told = hash.as_deref().and_then(|hash| {
                        let fresh = world.fresh.get(hash).cloned();
                        fresh.or_else(|| self.inner.contracts.summary(hash))?.description.clone()
                    });
                    let said = [api.description.as_deref(), told.as_deref()];
                    if said.into_iter().flatten().all(|text| text.trim().is_empty()) {
                        lacks(
                            asked,
                            "description",
                            "say what it is for, here or in the contract's `info`".to_owned(),
                        );
                    }
                }
                Requirement::Contract if api.contract.is_none() => {
                    lacks(asked, "contract", "give it one".to_owned());
                }
                Requirement::Policies => {
                    if let Some(message) = missing_policies(standard, api, world.gateway) {
                        lacks(asked, "policies", message);
                    }
                }
                Requirement::Lint => {
                    let (Some(hash), Some(rules)) = (&hash, &standard.require.lint) else { continue };
                    if let Some(message) = self.lint(api, hash, rules, world.texts).await? {
                        lacks(asked, "contract", message);
                    }
                }
                Requirement::NoBreakingChanges => {
                    if let Some(count) = world.breaking.get(api.id().as_str()).filter(|count| **count > 0) {
                        let message = format!(
                            "{count} changes of the contract break callers; publish another version, or list what was agreed to in \
                             `compatibility.agreed`"
                        );
                        lacks(asked, "contract", message);
                    }
                }
                Requirement::Security => {
                    if let Some(message) = self.unprotected(api, world) {
                        lacks(asked, "policies", message);
                    }
                }
                Requirement::Tests => {
                    let Some(tests) = standard.require.tests.as_ref().filter(|_| hash.is_some()) else {
                        continue;
                    };
                    if let Some(message) = self.untested(world.workspace, api, tests).await? {
                        lacks(asked, "contract", message);
                    }
                }
                Requirement::Review => {
                    let Some(review) = &standard.require.review else { continue };
                    let votes = self.votes(world.workspace, api).await?;
                    if let Some(message) = unreviewed(api, review, &votes) {
                        lacks(asked, "", message);
                    }
                }
                Requirement::Deprecation => {
                    let Some(deprecation) = &standard.require.deprecation else { continue };
                    for (field, message) in untold(api, deprecation) {
                        lacks(asked, field, message);
                    }
                }
                Requirement::Retirement => {
                    let Some(retirement) = &standard.require.retirement else { continue };
                    for (field, message) in self.left_behind(world.workspace, api, retirement).await {
                        lacks(asked, field, message);
                    }
                }
                Requirement::PromotedFrom => {
                    let Some(before) = &standard.require.promoted_from else { continue };
                    if !self.is_as_in(before.as_str(), api) {
                        let id = api.id();
                        let to = world.workspace;
                        let message = format!(
                            "it is not what it is in `{before}`: change it there, and promote it by `pailou promote {id} --from {before} --to {to}`"
                        );
                        lacks(asked, "", message);
                    }
                }
                Requirement::Owner | Requirement::Contract => {}
            }
        }
        Ok(unmet)
    }

    /// The operations that let in callers whom nothing recognizes.
    fn unprotected(&self, api: &Api, world: &World<'_>) -> Option<String> {
        let recognizes = |used: &&PolicyUse| {
            let entry = self.inner.catalogue.find(&used.policy);
            used.when.is_none()
                && used.config.get("anonymous") != Some(&Value::Bool(true))
                && entry.is_ok_and(|entry| entry.stage() == Stage::Authenticate)
        };
        let holds = |own: &[PolicyUse]| {
            // A narrower level replaces what is of the same name at a wider one.
            let replaced =
                |used: &&PolicyUse, by: &[PolicyUse]| by.iter().any(|one| one.policy == used.policy);
            let gateway =
                world.gateway.iter().filter(|used| !replaced(used, &api.policies) && !replaced(used, own));
            let wide = api.policies.iter().filter(|used| !replaced(used, own));
            gateway.chain(wide).chain(own).any(|used| recognizes(&used))
        };
        let hash = api_contract(api);
        let summary = hash
            .as_deref()
            .and_then(|hash| world.fresh.get(hash).cloned().or_else(|| self.inner.contracts.summary(hash)));
        let open: Vec<String> = match &summary {
            None if holds(&[]) => Vec::new(),
            None => vec!["everything".to_owned()],
            Some(summary) => {
                let own = |operation: &crate::OperationSummary| {
                    let by_path = format!("{} {}", operation.method, operation.path);
                    let own = api.operations.get(&operation.id).or_else(|| api.operations.get(&by_path));
                    own.map_or(&[][..], |own| &own.policies)
                };
                let open = summary.operations.iter().filter(|operation| !holds(own(operation)));
                open.map(|operation| format!("`{}`", operation.id)).collect()
            }
        };
        let named = open.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = open.len().saturating_sub(TOLD);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!open.is_empty()).then(|| {
            format!("nothing recognizes who calls {named}{more}: attach a policy such as `key-auth`, without a condition")
        })
    }

    /// What keeps an API from being retired.
    async fn left_behind(
        &self,
        ws: &Name,
        api: &Api,
        asked: &RetirementRequirement,
    ) -> Vec<(&'static str, String)> {
        if api.life_state() != LifeState::Retired {
            return Vec::new();
        }
        let mut all = Vec::new();
        let sunset = api.lifecycle.as_ref().and_then(|life| life.sunset_at.as_deref());
        let has_come = sunset
            .and_then(|at| at.parse::<Timestamp>().ok())
            .is_some_and(|at| u64::try_from(at.as_millisecond()).unwrap_or(0) <= self.now());
        if asked.after_sunset && !has_come {
            let message = match sunset {
                Some(sunset) => format!("the day of its end, {sunset}, has not come"),
                None => {
                    "no day of its end was said: say `sunset_at` first, so that callers know it".to_owned()
                }
            };
            all.push(("lifecycle.sunset_at", message));
        }
        if let Some(days) = asked.quiet_days {
            let Ok(uses) = self.uses_of(ws, api, u64::from(days)).await else {
                let message = format!(
                    "whether it was called in the last {days} days cannot be told, because the counted calls cannot be read now"
                );
                all.push(("lifecycle.state", message));
                return all;
            };
            let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
            for (caller, count) in uses.operations.values().flat_map(|operation| &operation.callers) {
                *calls.entry(caller).or_default() += count;
            }
            let mut callers: Vec<_> = calls.into_iter().filter(|(_, count)| *count > 0).collect();
            callers.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            if !callers.is_empty() {
                let named = callers.iter().take(TOLD).map(|(caller, count)| {
                    let who = if caller.is_empty() { "callers without a name" } else { caller };
                    format!("{who} ({count} calls)")
                });
                let named = named.collect::<Vec<_>>().join(", ");
                let more = callers.len().saturating_sub(TOLD);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let message =
                    format!("still called in the last {days} days by {named}{more}: ask them to move");
                all.push(("lifecycle.state", message));
            }
        }
        all
    }

    /// What a check of a contract by rules has against it.
    async fn lint(
        &self,
        api: &Api,
        hash: &Arc<str>,
        rules: &LintRequirement,
        texts: &ContractTexts,
    ) -> Result<Option<String>, Error> {
        let key = (Arc::clone(hash), rules.ruleset.to_string());
        let found = match self.inner.linted.get(&key) {
            Some(found) => found,
            None => {
                let text = match texts.0.get(hash) {
                    Some(given) => Arc::clone(&given.text),
                    // What is not there any more cannot be checked.
                    None => match self.stored_contract_text(hash).await {
                        Ok(text) => text,
                        Err(_) => return Ok(None),
                    },
                };
                let rules = rules.ruleset.clone();
                let found = tokio::task::spawn_blocking(move || {
                    std::thread::scope(|scope| {
                        // One that cannot be read is told of where it is written.
                        let check = || ruleset(&rules).ok().map(|ruleset| Found::by(&text, &ruleset));
                        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, check);
                        thread.ok().and_then(|thread| thread.join().ok())
                    })
                });
                let found = found.await.ok().flatten().ok_or_else(|| {
                    tracing::error!(api = api.id(), "checking a contract by rules failed");
                    Error::Internal
                })?;
                let Some(found) = found else { return Ok(None) };
                self.inner.linted.put(key, found)
            }
        };
        Ok(found.against(rules.fail_on))
    }
}

impl Linted {
    fn get(&self, key: &LintKey) -> Option<Arc<Found>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, found)| Arc::clone(found))
    }

    fn put(&self, key: LintKey, found: Found) -> Arc<Found> {
        let found = Arc::new(found);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(&found)));
        found
    }
}

impl Found {
    fn by(text: &str, ruleset: &Ruleset) -> Found {
        let files = contract::notation::files(text, "contract");
        let (name, first) = files.first().copied().unwrap_or(("contract", text));
        let beside = |name: &str| {
            let found = files.iter().find(|(path, _)| *path == name);
            found
                .map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| "it did not come with the contract".to_owned())
        };
        let report = lint::lint(first, name, ruleset, &beside);
        let mut found = Found { counts: [0; 4], first: Default::default(), incomplete: report.incomplete };
        for one in &report.diagnostics {
            let at = usize::from(one.severity.number()).min(3);
            found.counts[at] += 1;
            if found.first[at].len() < TOLD {
                let line = one.range.start.line + 1;
                found.first[at].push(format!("line {line}: {} ({})", one.message, one.code));
            }
        }
        found
    }

    /// What is so severe or worse.
    fn against(&self, fail_on: FailOn) -> Option<String> {
        let least = match fail_on {
            FailOn::Error => Severity::Error,
            FailOn::Warn => Severity::Warning,
            FailOn::Info => Severity::Information,
            FailOn::Hint => Severity::Hint,
        };
        let last = usize::from(least.number()).min(3);
        let count: usize = self.counts[..=last].iter().sum();
        if count == 0 && !self.incomplete {
            return None;
        }
        if count == 0 {
            return Some("the check took too long and was given up".to_owned());
        }
        let first: Vec<&str> = self.first[..=last].iter().flatten().take(TOLD).map(String::as_str).collect();
        let more =
            if count > first.len() { format!(" and {} more", count - first.len()) } else { String::new() };
        Some(format!("its contract does not pass the rules: {}{more}", first.join("; ")))
    }
}

/// What those who use a deprecated API are not told.
fn untold(api: &Api, asked: &DeprecationRequirement) -> Vec<(&'static str, String)> {
    let Some(life) = api.lifecycle.as_ref().filter(|life| life.state == LifeState::Deprecated) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    if asked.successor && life.successor.is_none() {
        all.push(("lifecycle.successor", "say what comes after it (`successor`)".to_owned()));
    }
    if asked.docs && life.docs.is_none() {
        all.push(("lifecycle.docs", "say where to read how to move (`docs`)".to_owned()));
    }
    if let Some(notice) = asked.notice {
        let at = |time: &Option<String>| time.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
        let long = match (at(&life.deprecated_at), at(&life.sunset_at)) {
            (Some(from), Some(to)) => {
                let ms = to.as_millisecond().saturating_sub(from.as_millisecond());
                u128::try_from(ms).unwrap_or(0) >= notice.0.as_millis()
            }
            _ => false,
        };
        if !long {
            let message =
                format!("say when it ends (`sunset_at`), {notice} after `deprecated_at` at the soonest");
            all.push(("lifecycle.sunset_at", message));
        }
    }
    all
}

/// What is missing of a review.
fn unreviewed(api: &Api, asked: &ReviewRequirement, votes: &Votes) -> Option<String> {
    let id = api.id();
    let look = |number: u64| format!("`pailou review show {number}`");
    if let (false, Some(open)) = (votes.against.is_empty(), votes.open) {
        let by = votes.against.join(", ");
        return Some(format!(
            "{by} asks for changes in review {open}: mend them and put it anew, see {}",
            look(open)
        ));
    }
    let counts = |by: &String, authors: &[String]| {
        (asked.by.is_empty() || asked.by.iter().any(|one| one.eq_ignore_ascii_case(by)))
            && (asked.author_may_approve || !authors.contains(by))
    };
    let given = votes.approvals.iter().filter(|(by, authors)| counts(by, authors)).count();
    let wanted = usize::from(asked.approvals);
    if given >= wanted {
        return None;
    }
    let of = if asked.by.is_empty() { String::new() } else { format!(" of {}", asked.by.join(", ")) };
    let how = match votes.open {
        Some(open) => format!("have review {open} approved, see {}", look(open)),
        None => format!("ask for a review by `pailou review open {id}`"),
    };
    Some(format!("what it is now has {given} of {wanted} approvals{of}: {how}"))
}

fn api_contract(api: &Api) -> Option<Arc<str>> {
    let resource = Resource::Api(Box::new(api.clone()));
    stored_contract(&resource).map(Arc::from)
}

/// Which of the policies that a standard asks for do not hold for every call of an API.
fn missing_policies(standard: &Standard, api: &Api, gateway: &[PolicyUse]) -> Option<String> {
    let holds = |name: &String| {
        gateway.iter().chain(&api.policies).any(|used| used.policy == *name && used.when.is_none())
    };
    let mut missing = Vec::new();
    for one in standard.require.policies.iter().filter(|one| !one.0.iter().any(holds)) {
        missing.push(match one.0.as_slice() {
            [name] => format!("`{name}`"),
            names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
        });
    }
    // A narrower policy of the same name takes the place of the API's; one with a condition does not hold for every call.
    let mut loosened = Vec::new();
    for (operation, settings) in &api.operations {
        for used in settings.policies.iter().filter(|used| used.when.is_some()) {
            let asked = standard.require.policies.iter().any(|one| one.0.contains(&used.policy));
            if asked {
                loosened.push(format!("`{}` has a condition at `{operation}`", used.policy));
            }
        }
    }
    let mut told = Vec::new();
    if !missing.is_empty() {
        told.push(format!("{} does not hold for every call", missing.join(", ")));
    }
    told.extend(loosened);
    (!told.is_empty()).then(|| told.join("; "))
}
