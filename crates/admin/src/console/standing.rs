//! How upstreams stand at the gateway of this process.

use model::standing::UpstreamStanding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::endpoint::{Json, Query, Within};

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

pub(crate) async fn list(app: Within, Query(query): Query<StandingQuery>) -> Json<Standings> {
    let key = query.upstream.map(|upstream| app.key(&upstream));
    // Those of others count for nothing.
    let all = app.gateway.upstreams(key.as_deref(), usize::MAX);
    let items = all.into_iter().filter_map(|standing| {
        let upstream = app.own(&standing.upstream)?.to_owned();
        Some(UpstreamStanding { upstream, ..standing })
    });
    Json(Standings { items: items.take(MOST).collect() })
}
