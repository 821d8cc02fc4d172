//! Where APIs are in their lives, and what passed by what standards ask.

use control::{EmergencyView, LifeStep, LifeView, TestReport, Uses};
use model::{Api, Finding, LifeState};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{document::Document, resources::tagged};
use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, Pages, Path, Query, Tagged, Within},
    problem::Refusal,
};

/// What is done in an emergency: one of both, `to` or `revision`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmergencyAsked {
    /// Why what standards ask is passed by; it is kept and listed.
    reason: String,
    /// The state the API comes to.
    #[serde(default)]
    to: Option<LifeState>,
    /// The revision it goes back to.
    #[serde(default)]
    revision: Option<u64>,
}

/// Which revision an API goes back to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    revision: u64,
}

/// What was recorded.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Recorded {
    number: u64,
}

pub(crate) async fn read(app: Within, Path(id): Path<String>) -> Result<Json<LifeView>, Refusal> {
    Ok(Json(app.control.life(&app.workspace, &id).await?))
}

pub(crate) async fn step(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(step): Body<LifeStep>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    Ok(tagged(app.control.move_api(&caller.actor, &app.workspace, &id, step, None).await?))
}

pub(crate) async fn roll_back(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(to): Body<Rollback>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    Ok(tagged(app.control.roll_back(&caller.actor, &app.workspace, &id, to.revision, None).await?))
}

pub(crate) async fn emergency(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(asked): Body<EmergencyAsked>,
) -> Result<Tagged<Document<Api>>, Refusal> {
    let (actor, ws, reason) = (&caller.actor, &app.workspace, Some(&*asked.reason));
    match (asked.to, asked.revision) {
        (Some(to), None) => {
            let step = LifeStep::to(to);
            Ok(tagged(app.control.move_api(actor, ws, &id, step, reason).await?))
        }
        (None, Some(revision)) => Ok(tagged(app.control.roll_back(actor, ws, &id, revision, reason).await?)),
        _ => {
            let message = "say either the state the API comes to, or the `revision` it goes back to";
            let finding = Finding::error("invalid-emergency", message).in_field("to");
            Err(Refusal::invalid("the change is not complete", vec![finding]))
        }
    }
}

pub(crate) async fn uses(app: Within, Path(id): Path<String>) -> Result<Json<Uses>, Refusal> {
    Ok(Json(app.control.uses(&app.workspace, &id).await?))
}

pub(crate) async fn record_test(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(report): Body<TestReport>,
) -> Result<Json<Recorded>, Refusal> {
    let number = app.control.record_test(&caller.actor, &app.workspace, &id, report).await?;
    Ok(Json(Recorded { number }))
}

pub(crate) async fn emergencies(
    app: Within,
    Query(pages): Query<Pages>,
) -> Result<Json<List<EmergencyView>>, Refusal> {
    let limit = pages.limit()?;
    let items = app.control.emergencies(&app.workspace, pages.before()?, limit).await?;
    Ok(Json(List::by_number(items, limit, |one| one.number)))
}
