//! Where requests go.

use model::routing::{Candidate, Explanation, Outcome, Question};
use policy::problems;

use crate::{
    endpoint::{Body, Json, Within},
    problem::Refusal,
};

/// The request is in the body, because what it holds is secret at times and must stand in no URL.
pub(crate) async fn explain(
    app: Within,
    Body(question): Body<Question>,
) -> Result<Json<Explanation>, Refusal> {
    // Looks at every route there is.
    let asked = app.clone();
    let explained = tokio::task::spawn_blocking(move || asked.gateway.explain(&question)).await;
    let explained = explained.map_err(|error| {
        tracing::error!(%error, "explaining a route failed");
        Refusal::new(problems::INTERNAL, "the route could not be explained")
    })?;
    explained
        .map(|explained| Json(as_seen(&app, explained)))
        .map_err(|reason| Refusal::new(problems::BAD_REQUEST, reason))
}

/// What of an explanation is about the workspace of who asks: whatever belongs to another is as if it were not there.
fn as_seen(app: &Within, mut explained: Explanation) -> Explanation {
    let own = |candidate: &mut Candidate| {
        let own = app.own(&candidate.service).map(str::to_owned);
        own.map(|own| candidate.service = own).is_some()
    };
    if explained.winner.as_mut().is_some_and(|winner| !own(winner)) {
        (explained.winner, explained.outcome) = (None, Outcome::NotFound);
        explained.allow.clear();
    }
    explained.lost.retain_mut(|lost| own(&mut lost.candidate));
    explained
}
