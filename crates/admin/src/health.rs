//! Whether this process is alive and ready, and its metrics. Not signed in, for probes and scrapers.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use control::AuditQuery;
use http::header;

use crate::{problem::Refusal, state::App};

/// Upstreams that have metrics of their own.
const UPSTREAMS: usize = 1000;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/livez", get(live)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn live() -> &'static str {
    "alive\n"
}

/// The store answers and the gateway has its configuration.
async fn ready(State(app): State<App>) -> Result<&'static str, Refusal> {
    let newest = AuditQuery { limit: 1, ..AuditQuery::default() };
    app.control.audit(&model::Name::default_workspace(), newest).await.map_err(|error| {
        tracing::warn!(%error, "not ready: the store does not answer");
        Refusal::overloaded("the store does not answer")
    })?;
    if !app.gateway.status().ready {
        return Err(Refusal::overloaded("the gateway has no configuration yet"));
    }
    Ok("ready\n")
}

/// Prometheus text (exposition format 0.0.4).
async fn metrics(State(app): State<App>) -> Response {
    let upstreams = analytics::upstream_metrics(&app.gateway.upstreams(None, UPSTREAMS));
    let obtained = crate::ObtainedStatus::metrics_text(&app.gateway.obtained());
    let text = app.analytics.metrics_text() + &app.gateway.status().metrics_text() + &obtained + &upstreams;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
