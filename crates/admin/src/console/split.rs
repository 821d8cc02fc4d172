//! A split in the course of a rollout.

use analytics::BranchCount;
use axum::extract::State;
use control::SplitStep;
use model::{Finding, Resource, snapshot::USUAL};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    document::{Document, OfKind},
    resources::tagged,
};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, Path, Query, Tagged},
    problem::Refusal,
    state::App,
};

/// Since when requests are counted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitQuery {
    /// Seconds back from now, 3600 at most; 300 where nothing is said.
    #[serde(default)]
    seconds: Option<u64>,
}

/// The branches of a split, and how they did at the gateway of this process.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SplitConduct {
    /// Seconds that the counts are of.
    seconds: u64,
    /// As the split lists them; what they leave, `(usual)`, at the end.
    branches: Vec<BranchConduct>,
}

#[derive(Serialize, JsonSchema)]
struct BranchConduct {
    /// Its share as configured, percent.
    weight: f64,
    count: BranchCount,
    /// Errors of all requests, percent.
    error_percent: f64,
}

pub(crate) async fn conduct<K: OfKind>(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<SplitQuery>,
) -> Result<Json<SplitConduct>, Refusal> {
    let stored = app.control.get(&app.workspace, K::KIND, &id)?;
    let split = match &stored.resource {
        Resource::Api(api) => api.split.as_deref(),
        Resource::Route(route) => route.split.as_deref(),
        _ => None,
    };
    let branches = split.map(|split| split.branches.as_slice()).unwrap_or_default();
    let seconds = query.seconds.unwrap_or(300).clamp(10, 3600);
    let from = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let counts = app.analytics.branches(&format!("{}/{id}", K::KIND), from.saturating_sub(seconds * 1000));
    let left = 100.0 - branches.iter().map(|branch| branch.weight).sum::<f64>();
    let weights = branches.iter().map(|branch| (branch.name.as_str(), branch.weight));
    let of = |(name, weight): (&str, f64)| {
        let none = || BranchCount { branch: name.to_owned(), ..BranchCount::default() };
        let count = counts.iter().find(|count| count.branch == name).cloned().unwrap_or_else(none);
        let error_percent = count.errors as f64 * 100.0 / count.requests.max(1) as f64;
        BranchConduct { weight, count, error_percent }
    };
    let branches = weights.chain([(USUAL, left)]).map(of).collect();
    Ok(Json(SplitConduct { seconds, branches }))
}

/// What becomes of a branch of a split.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitChange {
    /// The branch, such as `canary`.
    branch: String,
    action: SplitAction,
    /// With `weight`: its new share, percent.
    #[serde(default)]
    weight: Option<f64>,
}

/// What is done with a branch.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum SplitAction {
    /// Its upstream becomes the usual one, and the split ends.
    Promote,
    /// It gets no requests any more, and is removed.
    Abort,
    /// It gets the share `weight` says.
    Weight,
}

pub(crate) async fn change<K: OfKind>(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Body(change): Body<SplitChange>,
) -> Result<Tagged<Document<K>>, Refusal> {
    let step = match (change.action, change.weight) {
        (SplitAction::Promote, None) => SplitStep::Promote,
        (SplitAction::Abort, None) => SplitStep::Abort,
        (SplitAction::Weight, Some(weight)) => SplitStep::Weight(weight),
        (SplitAction::Weight, None) | (_, Some(_)) => {
            let message = "is given with the action `weight`, and with no other";
            let finding = Finding::error("invalid-split", message).in_field("weight");
            return Err(Refusal::invalid("the change is not complete", vec![finding]));
        }
    };
    let of = (K::KIND, id.as_str());
    let stored = app.control.step_split(&caller.actor, &app.workspace, of, &change.branch, step).await?;
    Ok(tagged(stored))
}
