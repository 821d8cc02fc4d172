//! This process.

use analytics::{GatewaySeen, Status};
use model::{Finding, Kind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    endpoint::{Json, Within},
    problem::Refusal,
    state::{GatewayStatus, ObtainedStatus},
};

/// This process, its gateway and its store.
#[derive(Serialize, JsonSchema)]
pub(crate) struct System {
    version: String,
    /// `all` or `control`.
    role: String,
    /// Whether its cryptography is that of a FIPS 140-3 module.
    fips: bool,
    /// RFC 3339.
    started_at: String,
    /// In another workspace than `default` without what all have in common: certificates, connections, stored responses.
    gateway: GatewayStatus,
    /// Gateways of other processes that told something within an hour; none in another workspace than `default`.
    gateways: Vec<GatewaySeen>,
    /// Certificates that authorities are asked for by ACME.
    acme: Vec<ObtainedStatus>,
    /// Absent in another workspace than `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    analytics: Option<Status>,
    store: StoreStatus,
    /// How callers reach the gateway.
    gateway_url: String,
}

/// What is configured.
#[derive(Serialize, JsonSchema)]
pub(crate) struct StoreStatus {
    /// The number of the latest snapshot; the gateway's follows it.
    snapshot: u64,
    /// How many resources there are of each kind.
    resources: Vec<KindCount>,
    /// Stored resources that could not be resolved, and why; they are not in effect. Where files they name were good before and
    /// are not now, what those said stays in effect.
    unresolved: Vec<Finding>,
}

/// How many resources there are of a kind.
#[derive(Serialize, JsonSchema)]
struct KindCount {
    kind: Kind,
    count: u64,
}

pub(crate) async fn system(app: Within) -> Result<Json<System>, Refusal> {
    let one = control::ListQuery { limit: 1, ..Default::default() };
    let count =
        |kind: Kind| Ok(KindCount { kind, count: app.control.list(&app.workspace, kind, &one)?.total });
    let resources = Kind::ALL.iter().map(|kind| count(*kind)).collect::<Result<_, control::Error>>()?;
    let (is_operator, status) = (app.operators().is_ok(), app.gateway.status());
    Ok(Json(System {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        role: app.options.role.clone(),
        fips: aws_lc_rs::try_fips_mode().is_ok(),
        started_at: app.started_at.to_string(),
        gateway: if is_operator { status } else { of_all_gateways(status) },
        gateways: if is_operator { app.analytics.gateways() } else { Vec::new() },
        acme: if is_operator { app.gateway.obtained() } else { Vec::new() },
        analytics: is_operator.then(|| app.analytics.status()),
        store: StoreStatus {
            snapshot: app.control.snapshots().borrow().number,
            resources,
            unresolved: app.control.unresolved_of(&app.workspace),
        },
        gateway_url: app.options.gateway_url.as_str().trim_end_matches('/').to_owned(),
    }))
}

/// What is told of the gateway to a tenant.
fn of_all_gateways(status: GatewayStatus) -> GatewayStatus {
    let GatewayStatus { ready, snapshot, listeners, draining, .. } = status;
    GatewayStatus { ready, snapshot, listeners, draining, ..GatewayStatus::default() }
}
