//! How upstreams stand at the gateway of this process.

use axum::extract::State;
use model::standing::UpstreamStanding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Json, Query},
    state::App,
};

/// Upstreams of one answer at most.
const MOST: usize = 1000;

/// Which upstreams.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandingQuery {
    /// Only this one: `upstream/orders`, or `api/orders@v1` for one that is written inside an API.
    #[serde(default)]
    upstream: Option<String>,
}

/// How upstreams stand.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Standings {
    /// By name, 1000 at most. None where this process has no gateway.
    items: Vec<UpstreamStanding>,
}

pub(crate) async fn list(State(app): State<App>, Query(query): Query<StandingQuery>) -> Json<Standings> {
    Json(Standings { items: app.gateway.upstreams(query.upstream.as_deref(), MOST) })
}
