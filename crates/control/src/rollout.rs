//! What becomes of a branch that is rolled out by itself.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use model::{Branch, Kind, Name, Resource, Rollout, RolloutEnd, Split, scoped, snapshot::USUAL};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Actor, Control, Error, Origin, SplitStep, resources::timestamp};

/// What is compared reaches back so far at most.
const REACH: Duration = Duration::from_secs(3600);

/// How a branch, or the usual upstream, did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conduct {
    pub requests: u64,
    pub errors: u64,
    /// Within which 99 of 100 answers came, milliseconds.
    pub p99_ms: Option<f64>,
}

/// What is decided of a branch.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing yet; why.
    Wait(String),
    Step(f64),
    Promote,
    Abort(String),
    /// It has passed all steps, and stays.
    Done,
}

/// Decides what becomes of a branch with this share, which it has had for so long.
pub fn judge(rules: &Rollout, weight: f64, since: Duration, branch: &Conduct, usual: &Conduct) -> Verdict {
    let next = rules.steps.iter().copied().find(|step| *step > weight);
    // What was written by hand, or is nothing yet, is no step to be judged by.
    if rules.steps.first().is_some_and(|first| weight < *first) {
        return next.map_or(Verdict::Done, Verdict::Step);
    }
    if branch.requests >= rules.min_requests {
        let (of_branch, of_usual) = (branch.failed(), usual.failed());
        if of_branch > of_usual + rules.max_errors {
            return Verdict::Abort(format!(
                "{of_branch:.2}% of {} requests failed, of the usual upstream's {of_usual:.2}%",
                branch.requests
            ));
        }
        if let (Some(most), Some(ours), Some(theirs)) = (rules.max_latency, branch.p99_ms, usual.p99_ms)
            && usual.requests >= rules.min_requests
            && ours > theirs * (1.0 + most / 100.0)
        {
            return Verdict::Abort(format!(
                "99 of 100 answers came within {ours:.1} ms, of the usual upstream within {theirs:.1} ms"
            ));
        }
    }
    if next.is_none() && rules.then == RolloutEnd::Stay {
        return Verdict::Done;
    }
    if since < rules.every.0 {
        let left = rules.every.0.saturating_sub(since).as_secs();
        return Verdict::Wait(format!("the next step is due in {left}s"));
    }
    if branch.requests < rules.min_requests {
        let (count, least) = (branch.requests, rules.min_requests);
        return Verdict::Wait(format!("it had {count} requests of the {least} by which it is judged"));
    }
    next.map_or(Verdict::Promote, Verdict::Step)
}

impl Conduct {
    /// Percent.
    fn failed(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.errors as f64 / self.requests as f64 * 100.0 }
    }
}

/// How a branch stands that is rolled out by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RolloutStanding {
    /// Since when it has the share it has, as far as this process knows; RFC 3339.
    pub since: String,
    /// What was decided of it the last time it was looked at, or what it waits for.
    pub says: String,
}

/// A branch of an API or route.
type BranchKey = (Name, Kind, String, Name);

/// How those stand that were looked at the last time.
pub(crate) type RolloutStandings = HashMap<BranchKey, RolloutStanding>;

/// Since when branches have the shares they have.
#[derive(Default)]
pub struct Rollouts {
    known: HashMap<BranchKey, (f64, Duration)>,
}

impl Control {
    /// How a branch stands; nothing where it is not rolled out by itself, or was not looked at yet.
    pub fn rollout(&self, ws: &Name, kind: Kind, id: &str, branch: &Name) -> Option<RolloutStanding> {
        let standings = self.inner.rollouts.read().unwrap_or_else(PoisonError::into_inner);
        standings.get(&(ws.clone(), kind, id.to_owned(), branch.clone())).cloned()
    }

    /// The APIs and routes that have a split, `most` at most.
    ///
    /// # Errors
    /// [`Error::Missing`] for an unknown workspace.
    pub fn divided(&self, ws: &Name, most: usize) -> Result<Vec<Arc<Resource>>, Error> {
        self.check_workspace(ws)?;
        let state = self.state();
        let index = &state.of(ws).index;
        let all = [Kind::Api, Kind::Route].into_iter().flat_map(|kind| index.named(kind));
        let divided = all.map(|(_, resource)| resource).filter(|resource| split_of(resource).is_some());
        Ok(divided.take(most).cloned().collect())
    }
}

/// The split of an API or route.
fn split_of(resource: &Resource) -> Option<&Split> {
    match resource {
        Resource::Api(api) => api.split.as_deref(),
        Resource::Route(route) => route.split.as_deref(),
        _ => None,
    }
}

impl Rollouts {
    /// Looks at every branch of any workspace that is rolled out, and does what is decided. `now` is any clock that never goes back; `conduct` tells how
    /// a branch of a service (its key: `api/orders@v1`) did in so long a time.
    ///
    /// # Errors
    /// What cannot be read. Where a change is refused, that is told in the log and tried again.
    pub async fn look(
        &mut self,
        control: &Control,
        now: Duration,
        conduct: impl Fn(&str, &str, Duration) -> Conduct,
    ) -> Result<(), Error> {
        let mut seen = HashMap::new();
        let mut standings = RolloutStandings::new();
        for (ws, kind, id, branch) in rolled_out(control)? {
            let Some(rules) = &branch.rollout else { continue };
            let key = (ws.clone(), kind, id, branch.name.clone());
            let known = self.known.get(&key).copied().filter(|(weight, _)| *weight == branch.weight);
            let (_, began) = known.unwrap_or((branch.weight, now));
            seen.insert(key.clone(), (branch.weight, began));
            let since = now.saturating_sub(began);
            let service = scoped(&ws, &format!("{kind}/{}", key.2)).to_string();
            let of = |name: &str| conduct(&service, name, since.min(REACH));
            let verdict = judge(rules, branch.weight, since, &of(branch.name.as_str()), &of(USUAL));
            let ago = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
            let since = timestamp(control.now().saturating_sub(ago)).to_string();
            standings.insert(key.clone(), RolloutStanding { since, says: verdict.words() });
            let step = match &verdict {
                Verdict::Wait(why) => {
                    tracing::debug!(service, branch = %branch.name, "a rollout waits: {why}");
                    continue;
                }
                Verdict::Done => continue,
                Verdict::Step(weight) => SplitStep::Weight(*weight),
                Verdict::Promote => SplitStep::Promote,
                Verdict::Abort(_) => SplitStep::Abort,
            };
            match &verdict {
                Verdict::Abort(why) => {
                    tracing::error!(service, branch = %branch.name, "a rollout is aborted: {why}");
                }
                Verdict::Promote => {
                    tracing::info!(service, branch = %branch.name, "a rollout has passed all steps")
                }
                _ => tracing::info!(service, branch = %branch.name, ?step, "a rollout goes on"),
            }
            let actor = Actor::new(verdict.actor(), Origin::Api);
            let of = (kind, key.2.as_str());
            match (control.step_split(&actor, &ws, of, branch.name.as_str(), step).await, step) {
                // Its time begins now, and not when it is looked at again.
                (Ok(_), SplitStep::Weight(weight)) => drop(seen.insert(key.clone(), (weight, now))),
                (Ok(_), _) => drop(standings.remove(&key)),
                (Err(error), _) => {
                    tracing::error!(%error, service, branch = %branch.name, "a rollout cannot go on");
                    let said = standings.get_mut(&key);
                    said.into_iter().for_each(|said| said.says = format!("it cannot go on: {error}"));
                }
            }
        }
        *control.inner.rollouts.write().unwrap_or_else(PoisonError::into_inner) = standings;
        self.known = seen;
        Ok(())
    }
}

impl Verdict {
    fn words(&self) -> String {
        match self {
            Verdict::Wait(why) => why.clone(),
            Verdict::Step(weight) => format!("it goes on with {weight}%"),
            Verdict::Promote => "it is promoted".to_owned(),
            Verdict::Abort(why) => format!("it is aborted: {why}"),
            Verdict::Done => "it has passed all steps, and stays".to_owned(),
        }
    }

    /// How the audit log tells who it was, and why.
    fn actor(&self) -> String {
        match self {
            Verdict::Abort(why) => format!("rollout (aborted: {why})"),
            _ => "rollout".to_owned(),
        }
    }
}

/// Branches that are rolled out, each with what it is a branch of.
fn rolled_out(control: &Control) -> Result<Vec<(Name, Kind, String, Branch)>, Error> {
    let mut found = Vec::new();
    let all = control.workspaces().into_iter().map(|ws| (control.divided(&ws, usize::MAX), ws));
    let mut divided = Vec::new();
    for (of_workspace, ws) in all {
        divided.extend(of_workspace?.into_iter().map(|resource| (ws.clone(), resource)));
    }
    for (ws, resource) in divided {
        let branches = split_of(&resource).map(|split| split.branches.as_slice()).unwrap_or_default();
        let rolled = branches.iter().filter(|branch| branch.rollout.is_some());
        found.extend(rolled.map(|branch| (ws.clone(), resource.kind(), resource.id(), branch.clone())));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_branch_grows_as_long_as_it_does_as_well_as_the_usual_one_and_is_aborted_where_not() {
        let rules: Rollout = serde_json::from_value(json!({
            "steps": [5, 50], "every": "10m", "min_requests": 100, "max_errors": 1, "max_latency": 50,
        }))
        .unwrap();
        let did = |requests, errors, p99: f64| Conduct { requests, errors, p99_ms: Some(p99) };
        let (usual, well) = (did(1000, 5, 10.0), did(200, 2, 14.0));
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let at = |weight, since, branch: &Conduct| judge(&rules, weight, minutes(since), branch, &usual);
        assert_eq!(at(0.0, 0, &Conduct::default()), Verdict::Step(5.0), "it begins at once");
        assert!(matches!(at(5.0, 9, &well), Verdict::Wait(_)), "too soon");
        assert!(matches!(at(5.0, 11, &did(99, 0, 1.0)), Verdict::Wait(_)), "too few requests");
        assert_eq!(at(5.0, 10, &well), Verdict::Step(50.0));
        assert_eq!(
            at(20.0, 10, &well),
            Verdict::Step(50.0),
            "a share set by hand goes on with the next step"
        );
        assert_eq!(at(50.0, 10, &well), Verdict::Promote);
        assert!(matches!(at(5.0, 0, &did(99, 99, 1.0)), Verdict::Wait(_)), "too few to abort by");
        for bad in [did(200, 4, 14.0), did(200, 2, 15.1)] {
            assert!(matches!(at(5.0, 0, &bad), Verdict::Abort(_)), "{bad:?}");
            assert!(matches!(at(50.0, 60, &bad), Verdict::Abort(_)), "{bad:?}");
        }
        let stays = Rollout { then: RolloutEnd::Stay, ..rules };
        assert_eq!(judge(&stays, 50.0, minutes(60), &well, &usual), Verdict::Done);
        assert!(matches!(judge(&stays, 50.0, minutes(60), &did(200, 9, 1.0), &usual), Verdict::Abort(_)));
    }
}
