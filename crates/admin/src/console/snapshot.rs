//! What gateways of other processes run: the snapshot, whole.

use std::sync::{Arc, Weak};

use analytics::Told;
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderName, StatusCode, header};
use model::{KeyUse, SignOut, Snapshot, snapshot::BlocksTold};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use crate::{
    endpoint::{Answer, Body, If, NoContent, Sketch},
    problem::Refusal,
    state::App,
};

/// How far purges have come.
const PURGES: HeaderName = HeaderName::from_static("pailou-purges");

/// The latest snapshot as text, for as long as somebody is being sent it, so that many gateways ask for it once.
#[derive(Default)]
pub(crate) struct Deliveries(Mutex<(Weak<Snapshot>, Weak<Vec<u8>>)>);

/// The snapshot, or that the gateway has it already.
pub(crate) enum Delivery {
    Fresh { body: Arc<Vec<u8>>, etag: String, purges: String },
    Same { etag: String, purges: String },
}

pub(crate) async fn get(State(app): State<App>, condition: If) -> Result<Delivery, Refusal> {
    let snapshot = Arc::clone(&app.control.snapshots().borrow());
    // A store that was set back numbers anew.
    let etag = format!("{}-{}-{}", snapshot.number, snapshot.reading, app.started_at.as_millisecond());
    let purges = app.gateway.purge_mark();
    if condition.has(&etag) {
        return Ok(Delivery::Same { etag, purges });
    }
    let body = app.deliveries.of(&snapshot).await?;
    Ok(Delivery::Fresh { body, etag, purges })
}

pub(crate) async fn blocks(State(app): State<App>, condition: If) -> Result<Delivery, Refusal> {
    let snapshot = Arc::clone(&app.control.snapshots().borrow());
    let (posted, challenges) = app.gateway.challenges();
    let (ended, sign_outs) = app.control.sign_outs();
    let etag = format!("{}-{posted}-{ended}-{}", snapshot.number, app.started_at.as_millisecond());
    let purges = app.gateway.purge_mark();
    if condition.has(&etag) {
        return Ok(Delivery::Same { etag, purges });
    }
    let told = BlocksTold { number: snapshot.number, blocks: snapshot.blocks.clone(), challenges, sign_outs };
    let body = serde_json::to_vec(&told).map_err(|error| Refusal::internal(&error))?;
    Ok(Delivery::Fresh { body: Arc::new(body), etag, purges })
}

/// When keys were used.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyUses {
    uses: Vec<KeyUse>,
}

pub(crate) async fn note_key_uses(
    State(app): State<App>,
    Body(KeyUses { uses }): Body<KeyUses>,
) -> Result<NoContent, Refusal> {
    app.control.note_key_uses(uses).await?;
    Ok(NoContent)
}

/// Sessions that identity providers ended by way of a gateway.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOuts {
    sign_outs: Vec<SignOut>,
}

pub(crate) async fn note_sign_outs(
    State(app): State<App>,
    Body(SignOuts { sign_outs }): Body<SignOuts>,
) -> Result<NoContent, Refusal> {
    app.control.note_sign_outs(sign_outs).await?;
    Ok(NoContent)
}

pub(crate) async fn hear_calls(State(app): State<App>, Body(told): Body<Told>) -> NoContent {
    app.analytics.hear(told);
    NoContent
}

impl Deliveries {
    async fn of(&self, snapshot: &Arc<Snapshot>) -> Result<Arc<Vec<u8>>, Refusal> {
        let mut latest = self.0.lock().await;
        if std::ptr::eq(latest.0.as_ptr(), Arc::as_ptr(snapshot))
            && let Some(body) = latest.1.upgrade()
        {
            return Ok(body);
        }
        let written = Arc::clone(snapshot);
        let body = tokio::task::spawn_blocking(move || serde_json::to_vec(&written.for_gateways())).await;
        let body = body.map_err(|error| Refusal::internal(&error))?;
        let body = Arc::new(body.map_err(|error| Refusal::internal(&error))?);
        *latest = (Arc::downgrade(snapshot), Arc::downgrade(&body));
        Ok(body)
    }
}

/// Shared bytes.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl IntoResponse for Delivery {
    fn into_response(self) -> Response {
        let tag = |etag: &str| (header::ETAG, format!("\"{etag}\""));
        match self {
            Delivery::Fresh { body, etag, purges } => {
                let json = (header::CONTENT_TYPE, "application/json".to_owned());
                ([json, tag(&etag), (PURGES, purges)], Bytes::from_owner(Shared(body))).into_response()
            }
            Delivery::Same { etag, purges } => {
                (StatusCode::NOT_MODIFIED, [tag(&etag), (PURGES, purges)]).into_response()
            }
        }
    }
}

impl Answer for Delivery {
    fn describe(sketch: &mut Sketch) {
        sketch.answers(200, "application/json", |_| {
            let schema = json!({
                "type": "object",
                "description": "For gateways of the same version; what it holds is not promised.",
            });
            schema.try_into().expect("an object is a schema")
        });
        sketch.answer_header("ETag", "The state answered.");
        sketch.answer_header(
            "Pailou-Purges",
            "How far purges of stored responses have come, as `GET /purges` tells them.",
        );
        sketch.header("if-none-match", "Answers 304 where the state is still this `ETag`.");
        sketch.answers_empty(304, "Not changed since.");
    }
}
