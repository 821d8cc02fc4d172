//! What a developer's own app called.

use analytics::{By, Call, CallQuery, TopQuery, TopRow, Traffic, TrafficQuery, query::Time};
use model::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Json, List, Path, Query, Within},
    problem::Refusal,
};

/// Which time.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Interval {
    /// Fifteen minutes before `to` if absent.
    from: Option<Time>,
    /// Now if absent.
    to: Option<Time>,
    /// The length of a point; chosen by the interval if absent.
    step: Option<Span>,
}

/// Which calls.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Which {
    /// As far back as the log reaches if absent.
    from: Option<Time>,
    /// Now if absent.
    to: Option<Time>,
    /// The id of an API.
    api: Option<String>,
    operation: Option<String>,
    /// A status (`404`) or a class (`4xx`).
    status: Option<String>,
    method: Option<String>,
    problem: Option<String>,
    /// At least this long.
    min_ms: Option<u64>,
    /// Text in the path, or in the request or trace id.
    q: Option<String>,
    /// Where the part before ended: its `next`.
    after: Option<String>,
    /// 1 to 500; 50 if absent.
    limit: Option<u32>,
}

/// What an app called, over time and by operation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AppUsage {
    traffic: Traffic,
    /// The most called first.
    operations: Vec<TopRow>,
}

/// A call as its caller may see it: nothing of what lies behind the gateway.
#[derive(Serialize, JsonSchema)]
pub(crate) struct AppCall {
    id: String,
    /// When the request arrived, milliseconds since 1970.
    at: u64,
    request_id: String,
    trace_id: String,
    method: String,
    /// Without its query: queries may carry secrets.
    path: String,
    host: String,
    /// The API's id.
    api: Option<String>,
    operation: Option<String>,
    plan: Option<String>,
    status: u16,
    /// The code of the gateway's refusal.
    problem: Option<String>,
    duration_ms: f64,
    bytes_in: u64,
    bytes_out: u64,
}

pub(crate) async fn usage(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Query(Interval { from, to, step }): Query<Interval>,
) -> Result<Json<AppUsage>, Refusal> {
    let who = Some(own_app(&app, &caller, &name)?);
    let workspace = app.workspace.as_str();
    let traffic = TrafficQuery { from, to, step, caller: who.clone(), ..Default::default() };
    let top = TopQuery { by: By::Operation, from, to, caller: who, limit: Some(50), ..Default::default() };
    Ok(Json(AppUsage {
        traffic: app.analytics.traffic(workspace, &traffic).await?,
        operations: app.analytics.top(workspace, &top).await?,
    }))
}

pub(crate) async fn calls(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<List<AppCall>>, Refusal> {
    let who = Some(own_app(&app, &caller, &name)?);
    let Which { from, to, api, operation, status, method, problem, min_ms, q, after, limit } = which;
    let query = CallQuery {
        from,
        to,
        api,
        operation,
        caller: who,
        status,
        method,
        problem,
        min_ms,
        q,
        after,
        limit,
        ..Default::default()
    };
    let page = app.analytics.calls(app.workspace.as_str(), &query).await?;
    Ok(Json(List {
        items: page.items.into_iter().map(AppCall::from).collect(),
        next: page.next,
        total: None,
    }))
}

/// The caller key of an app, where it is one's own.
fn own_app(app: &Within, caller: &Caller, name: &str) -> Result<String, Refusal> {
    let own = app.control.app_of(&app.workspace, &caller.actor.name, name)?;
    Ok(format!("app/{}", own.app.name))
}

impl From<Call> for AppCall {
    fn from(call: Call) -> AppCall {
        AppCall {
            id: call.id,
            at: call.at,
            request_id: call.request_id,
            trace_id: call.trace_id,
            method: call.method,
            path: call.path,
            host: call.host,
            api: call.api,
            operation: call.operation,
            plan: call.plan,
            status: call.status,
            problem: call.problem,
            duration_ms: call.duration_ms,
            bytes_in: call.bytes_in,
            bytes_out: call.bytes_out,
        }
    }
}
