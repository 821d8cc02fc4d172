//! Traffic, usage and the call log.

use analytics::{Call, CallQuery, Status, TopQuery, TopRow, Traffic, TrafficQuery, Usage, UsageQuery};

use control::Area;

use crate::{
    auth::Caller,
    endpoint::{Json, List, Path, Query, Within},
    problem::Refusal,
};

pub(crate) async fn traffic(
    app: Within,
    caller: Caller,
    Query(query): Query<TrafficQuery>,
) -> Result<Json<Traffic>, Refusal> {
    app.traffic_of(&caller, Area::Analytics, query.api.as_deref())?;
    Ok(Json(app.analytics.traffic(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn top(
    app: Within,
    caller: Caller,
    Query(query): Query<TopQuery>,
) -> Result<Json<List<TopRow>>, Refusal> {
    app.traffic_of(&caller, Area::Analytics, query.api.as_deref())?;
    Ok(Json(List::whole(app.analytics.top(app.workspace.as_str(), &query).await?)))
}

pub(crate) async fn usage(
    app: Within,
    caller: Caller,
    Query(query): Query<UsageQuery>,
) -> Result<Json<Usage>, Refusal> {
    app.traffic_of(&caller, Area::Analytics, query.api.as_deref())?;
    Ok(Json(app.analytics.usage(app.workspace.as_str(), &query).await?))
}

pub(crate) async fn status(app: Within) -> Result<Json<Status>, Refusal> {
    app.operators()?;
    Ok(Json(app.analytics.status()))
}

pub(crate) async fn calls(
    app: Within,
    caller: Caller,
    Query(query): Query<CallQuery>,
) -> Result<Json<List<Call>>, Refusal> {
    app.traffic_of(&caller, Area::Calls, query.api.as_deref())?;
    let page = app.analytics.calls(app.workspace.as_str(), &query).await?;
    Ok(Json(List { items: page.items, next: page.next, total: None }))
}

pub(crate) async fn call(app: Within, caller: Caller, Path(id): Path<String>) -> Result<Json<Call>, Refusal> {
    let call = app.analytics.call(app.workspace.as_str(), &id).await?;
    let call = call.ok_or_else(|| Refusal::not_found(format!("there is no call `{id}` in the log")))?;
    app.traffic_of(&caller, Area::Calls, Some(call.api.as_deref().unwrap_or_default()))?;
    Ok(Json(call))
}
