//! Traffic, usage and the call log.

use analytics::{Call, CallQuery, Status, TopQuery, TopRow, Traffic, TrafficQuery, Usage, UsageQuery};
use axum::extract::State;

use crate::{
    endpoint::{Json, List, Path, Query},
    problem::Refusal,
    state::App,
};

pub(crate) async fn traffic(
    State(app): State<App>,
    Query(query): Query<TrafficQuery>,
) -> Result<Json<Traffic>, Refusal> {
    Ok(Json(app.analytics.traffic(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn top(
    State(app): State<App>,
    Query(query): Query<TopQuery>,
) -> Result<Json<List<TopRow>>, Refusal> {
    Ok(Json(List::whole(app.analytics.top(app.workspace.as_str(), &query).await?)))
}

pub(crate) async fn usage(
    State(app): State<App>,
    Query(query): Query<UsageQuery>,
) -> Result<Json<Usage>, Refusal> {
    Ok(Json(app.analytics.usage(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn status(State(app): State<App>) -> Json<Status> {
    Json(app.analytics.status())
}

pub(crate) async fn calls(
    State(app): State<App>,
    Query(query): Query<CallQuery>,
) -> Result<Json<List<Call>>, Refusal> {
    let page = app.analytics.calls(app.workspace.as_str(), &query).await?;
    Ok(Json(List { items: page.items, next: page.next, total: None }))
}

pub(crate) async fn call(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Call>, Refusal> {
    let call = app.analytics.call(app.workspace.as_str(), &id).await?;
    call.map(Json).ok_or_else(|| Refusal::not_found(format!("there is no call `{id}` in the log")))
}
