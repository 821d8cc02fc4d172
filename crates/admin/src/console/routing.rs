//! Where requests go.

use axum::extract::State;
use model::routing::{Explanation, Question};
use policy::problems;

use crate::{
    endpoint::{Body, Json},
    problem::Refusal,
    state::App,
};

/// The request is in the body, because what it holds is secret at times and must stand in no URL.
pub(crate) async fn explain(
    State(app): State<App>,
    Body(question): Body<Question>,
) -> Result<Json<Explanation>, Refusal> {
    // Looks at every route there is.
    let explained = tokio::task::spawn_blocking(move || app.gateway.explain(&question)).await;
    let explained = explained.map_err(|error| {
        tracing::error!(%error, "explaining a route failed");
        Refusal::new(problems::INTERNAL, "the route could not be explained")
    })?;
    explained.map(Json).map_err(|reason| Refusal::new(problems::BAD_REQUEST, reason))
}
