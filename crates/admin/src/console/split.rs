//! A split in the course of a rollout.

use analytics::BranchCount;
use control::{Area, Permission, RolloutStanding, SplitStep};
use model::{Finding, Kind, Resource, Split, UpstreamSource, snapshot::USUAL};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    document::{Document, OfKind},
    resources::tagged,
};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, Path, Query, Tagged, Within},
    problem::Refusal,
};

/// Since when requests are counted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitQuery {
    /// Seconds back from now, 3600 at most; 300 where nothing is said.
    #[serde(default)]
    seconds: Option<u64>,
}

/// The branches of a split, and how they did at all gateways.
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
    /// How it stands, where it is rolled out by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<RolloutStanding>,
}

/// Every split.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Splits {
    /// Seconds that the counts are of.
    seconds: u64,
    /// APIs first, 1000 at most.
    items: Vec<SplitView>,
}

/// The split of an API or route.
#[derive(Serialize, JsonSchema)]
struct SplitView {
    /// `api` or `route`.
    kind: Kind,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Where requests go that no branch takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<UpstreamSource>,
    split: Split,
    /// As the split lists them; what they leave, `(usual)`, at the end.
    branches: Vec<BranchConduct>,
}

/// Splits of one answer at most.
const MOST: usize = 1000;

pub(crate) async fn list(
    app: Within,
    caller: Caller,
    Query(query): Query<SplitQuery>,
) -> Result<Json<Splits>, Refusal> {
    let seconds = query.reach();
    let view = |resource: &Resource| {
        let (kind, id) = (resource.kind(), resource.id());
        let (title, upstream, split) = match resource {
            Resource::Api(api) => (api.title.clone(), api.upstream.clone(), api.split.as_deref()?),
            Resource::Route(route) => (None, Some(route.upstream.clone()), route.split.as_deref()?),
            _ => return None,
        };
        let branches = branches(&app, (kind, &id), split, seconds);
        Some(SplitView { kind, id, title, upstream, split: split.clone(), branches })
    };
    let mut items = app.control.divided(&app.workspace, usize::MAX)?;
    let permission = Permission::read(Area::Splits);
    items.retain(|resource| app.shows(&caller, permission, (resource.kind(), &resource.id())));
    let items = items.iter().take(MOST).filter_map(|resource| view(resource)).collect();
    Ok(Json(Splits { seconds, items }))
}

pub(crate) async fn conduct<K: OfKind>(
    app: Within,
    Path(id): Path<String>,
    Query(query): Query<SplitQuery>,
) -> Result<Json<SplitConduct>, Refusal> {
    let stored = app.control.get(&app.workspace, K::KIND, &id)?;
    let split = match &stored.resource {
        Resource::Api(api) => api.split.as_deref(),
        Resource::Route(route) => route.split.as_deref(),
        _ => None,
    };
    let seconds = query.reach();
    let branches = branches(&app, (K::KIND, &id), split.unwrap_or(&Split::default()), seconds);
    Ok(Json(SplitConduct { seconds, branches }))
}

impl SplitQuery {
    fn reach(&self) -> u64 {
        self.seconds.unwrap_or(300).clamp(10, 3600)
    }
}

/// How the branches of a split did in so many seconds.
fn branches(app: &Within, (kind, id): (Kind, &str), split: &Split, seconds: u64) -> Vec<BranchConduct> {
    let from = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let counts =
        app.analytics.branches(&app.key(&format!("{kind}/{id}")), from.saturating_sub(seconds * 1000));
    let left = 100.0 - split.branches.iter().map(|branch| branch.weight).sum::<f64>();
    let of = |name: &str, weight: f64, rollout: Option<RolloutStanding>| {
        let none = || BranchCount { branch: name.to_owned(), ..BranchCount::default() };
        let count = counts.iter().find(|count| count.branch == name).cloned().unwrap_or_else(none);
        let error_percent = count.errors as f64 * 100.0 / count.requests.max(1) as f64;
        BranchConduct { weight, count, error_percent, rollout }
    };
    let listed = split.branches.iter().map(|branch| {
        of(branch.name.as_str(), branch.weight, app.control.rollout(&app.workspace, kind, id, &branch.name))
    });
    listed.chain([of(USUAL, left, None)]).collect()
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
    app: Within,
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
