//! What is seen of APIs and routes, held against their contracts.

use std::sync::Arc;

use contract::{Contract, conform::Conformance};
use control::{Area, Permission, Then};
use drift::{Drift, Proposal, Rest, ServiceSeen, Span, Use};
use model::{Kind, Name};
use policy::problems::NOT_FOUND;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    auth::Caller,
    endpoint::{Json, List, Path, Within},
    problem::Refusal,
};

/// APIs of one answer at most.
const MOST: usize = 1_000;

/// How far an API and its contract differ, at a glance.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DriftSummary {
    /// The id of the API.
    api: String,
    /// Whether it has a contract.
    contract: bool,
    /// Operations of the contract.
    operations: usize,
    /// Those that nobody called for as long as the control plane was told to wait (`--zombie-after`).
    zombies: usize,
    /// Those that nobody called yet in a time that is shorter.
    unseen: usize,
    /// Operations that are called and not in the contract.
    shadows: usize,
    /// Since when it is watched, milliseconds since 1970; nothing where there was no call yet.
    since: Option<u64>,
}

/// What is known of one API.
struct Known {
    contract: Option<Arc<Contract>>,
    seen: Option<ServiceSeen>,
    base: String,
    zombie_after: model::Span,
    then: Then,
}

fn rest<'a>(app: &Within, then: &'a Then) -> Rest<'a> {
    Rest { now: then.now, zombie_after: app.options.zombie_after, had: then.had.as_ref() }
}

pub(crate) async fn list(app: Within, caller: Caller) -> Result<Json<List<DriftSummary>>, Refusal> {
    let snapshot = app.control.snapshots().borrow().clone();
    let mut items = Vec::new();
    for service in snapshot.services.values() {
        let Some(api) = service.api.as_deref().filter(|_| service.workspace == app.workspace) else {
            continue;
        };
        if items.len() >= MOST {
            break;
        }
        if !app.shows(&caller, Permission::read(Area::Apis), (Kind::Api, api)) {
            continue;
        }
        let summary = app.control.contract_summary(&app.workspace, api)?;
        let seen = app.analytics.seen(service.workspace.as_str(), &format!("api/{api}"));
        let operations = summary.as_ref().map_or(0, |summary| summary.operations.len());
        let then = app.control.operations_then(&app.workspace, api, app.options.zombie_after).await?;
        let rest = rest(&app, &then);
        let since = seen.as_ref().map(|seen| seen.since);
        let uses = summary.iter().flat_map(|summary| &summary.operations).map(|operation| {
            let known = seen.as_ref().and_then(|seen| seen.operations.get(operation.id.as_str()));
            rest.of(&operation.id, known.map_or_else(Span::default, |known| known.calls), since)
        });
        let uses: Vec<Use> = uses.collect();
        let count = |of: Use| uses.iter().filter(|one| **one == of).count();
        let shadows = seen
            .as_ref()
            .map_or(0, |seen| drift::report(Some(seen), None, &service.listen.path, rest).shadow.len());
        items.push(DriftSummary {
            api: api.to_owned(),
            contract: summary.is_some(),
            operations,
            zombies: count(Use::Zombie),
            unseen: count(Use::Unseen),
            shadows,
            since,
        });
    }
    Ok(Json(List::whole(items)))
}

pub(crate) async fn of_api(app: Within, Path(id): Path<String>) -> Result<Json<Drift>, Refusal> {
    let known = known(&app, &id).await?;
    let drift = tokio::task::spawn_blocking(move || held(&known)).await;
    drift.map(Json).map_err(|error| Refusal::internal(&error))
}

pub(crate) async fn proposal(app: Within, Path(id): Path<String>) -> Result<Json<Proposal>, Refusal> {
    let known = known(&app, &id).await?;
    let missing = || Refusal::new(NOT_FOUND, "the API has no contract; `draft` makes one of what was seen");
    let Some(contract) = known.contract.clone() else { return Err(missing()) };
    let text = app.control.contract_text(&app.workspace, &id).await?;
    let made = tokio::task::spawn_blocking(move || drift::propose(&text, &contract, &held(&known))).await;
    let made = made.map_err(|error| Refusal::internal(&error))?;
    made.map(Json).ok_or_else(missing)
}

pub(crate) async fn draft_of_api(app: Within, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let known = known(&app, &id).await?;
    drafted(known.seen, id, known.base).await
}

pub(crate) async fn draft_of_route(app: Within, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    app.control.get(&app.workspace, Kind::Route, &id)?;
    let seen = app.analytics.seen(app.workspace.as_str(), &format!("route/{id}"));
    drafted(seen, id, String::new()).await
}

async fn drafted(seen: Option<ServiceSeen>, title: String, base: String) -> Result<Json<Value>, Refusal> {
    let draft = tokio::task::spawn_blocking(move || drift::draft(&seen?, &title, &base)).await;
    let draft = draft.map_err(|error| Refusal::internal(&error))?;
    let nothing =
        "nothing was seen yet that a contract could be made of: every path has to be called three times";
    draft.map(Json).ok_or_else(|| Refusal::new(NOT_FOUND, nothing))
}

fn held(known: &Known) -> Drift {
    let conformance = known.contract.as_ref().map(|contract| Conformance::new(&contract.document("")));
    let contract = known.contract.as_deref().zip(conformance.as_ref());
    let rest = Rest { now: known.then.now, zombie_after: known.zombie_after, had: known.then.had.as_ref() };
    drift::report(known.seen.as_ref(), contract, &known.base, rest)
}

async fn known(app: &Within, id: &str) -> Result<Known, Refusal> {
    app.control.get(&app.workspace, Kind::Api, id)?;
    let has_contract = app.control.contract_summary(&app.workspace, id)?.is_some();
    let contract = match has_contract {
        true => Some(app.control.contract(&app.workspace, id).await?),
        false => None,
    };
    let zombie_after = app.options.zombie_after;
    let then = app.control.operations_then(&app.workspace, id, zombie_after).await?;
    Ok(Known { contract, seen: seen(app, &app.workspace, id), base: base(app, id), zombie_after, then })
}

fn seen(app: &Within, workspace: &Name, id: &str) -> Option<ServiceSeen> {
    app.analytics.seen(workspace.as_str(), &format!("api/{id}"))
}

/// Where the API answers.
fn base(app: &Within, id: &str) -> String {
    let snapshot = app.control.snapshots().borrow().clone();
    let service = snapshot
        .services
        .values()
        .find(|service| service.workspace == app.workspace && service.api.as_deref() == Some(id));
    service.map_or_else(String::new, |service| service.listen.path.clone())
}
