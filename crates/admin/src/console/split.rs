//! A split in the course of a rollout.

use axum::extract::State;
use control::SplitStep;
use model::Finding;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    document::{Document, OfKind},
    resources::tagged,
};
use crate::{
    auth::Caller,
    endpoint::{Body, Path, Tagged},
    problem::Refusal,
    state::App,
};

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
