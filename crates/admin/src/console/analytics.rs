//! Traffic, usage and the call log.

use analytics::{Call, CallQuery, Status, TopQuery, TopRow, Traffic, TrafficQuery, Usage, UsageQuery};

use crate::{
    endpoint::{Json, List, Path, Query, Within},
    problem::Refusal,
};

pub(crate) async fn traffic(
    app: Within,
    Query(query): Query<TrafficQuery>,
) -> Result<Json<Traffic>, Refusal> {
    Ok(Json(app.analytics.traffic(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn top(app: Within, Query(query): Query<TopQuery>) -> Result<Json<List<TopRow>>, Refusal> {
    Ok(Json(List::whole(app.analytics.top(app.workspace.as_str(), &query).await?)))
}

pub(crate) async fn usage(app: Within, Query(query): Query<UsageQuery>) -> Result<Json<Usage>, Refusal> {
    Ok(Json(app.analytics.usage(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn status(app: Within) -> Result<Json<Status>, Refusal> {
    app.operators()?;
    Ok(Json(app.analytics.status()))
}

pub(crate) async fn calls(app: Within, Query(query): Query<CallQuery>) -> Result<Json<List<Call>>, Refusal> {
    let page = app.analytics.calls(app.workspace.as_str(), &query).await?;
    Ok(Json(List { items: page.items, next: page.next, total: None }))
}

pub(crate) async fn call(app: Within, Path(id): Path<String>) -> Result<Json<Call>, Refusal> {
    let call = app.analytics.call(app.workspace.as_str(), &id).await?;
    call.map(Json).ok_or_else(|| Refusal::not_found(format!("there is no call `{id}` in the log")))
}
