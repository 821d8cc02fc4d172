//! Subscriptions that wait for a decision, and what webhooks are told.

use control::{DecisionOutcome, DecisionsAsked, DeliveryView, WaitingView};

use crate::{
    auth::Caller,
    endpoint::{Body, Json, List, Path, Within},
    problem::Refusal,
};

pub(crate) async fn waiting(app: Within) -> Result<Json<List<WaitingView>>, Refusal> {
    Ok(Json(List::whole(app.control.waiting(&app.workspace)?)))
}

pub(crate) async fn decide(
    app: Within,
    caller: Caller,
    Body(asked): Body<DecisionsAsked>,
) -> Result<Json<List<DecisionOutcome>>, Refusal> {
    let outcomes = app.control.decide_all(&caller.actor, &app.workspace, asked).await?;
    Ok(Json(List::whole(outcomes)))
}

pub(crate) async fn deliveries(
    app: Within,
    Path(id): Path<String>,
) -> Result<Json<List<DeliveryView>>, Refusal> {
    Ok(Json(List::whole(app.control.deliveries_of(&app.workspace, &id).await?)))
}
