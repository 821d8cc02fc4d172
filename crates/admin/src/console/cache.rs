//! Stored responses: how full their room is, and forgetting them.

use std::sync::Arc;

use cache::{Purge, resource, tenants_tag};
use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    endpoint::{Body, Json, Query, Within},
    problem::Refusal,
    state::{PurgeNews, StoredResponses},
};

/// Which stored responses are forgotten: exactly one of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurgeForm {
    /// Those of a URL, such as `https://api.example.com/orders?page=2`, as clients ask for it; of every caller and every variant.
    #[serde(default)]
    url: Option<String>,
    /// Those whose `Surrogate-Key` or `Cache-Tag` names this.
    #[serde(default)]
    tag: Option<String>,
    /// All of them.
    #[serde(default)]
    all: bool,
}

/// What was forgotten.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Purged {
    /// How many keys had something stored at the gateway of this process. Those of other processes forget within a second or two.
    forgotten: u64,
}

/// Since when.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurgesQuery {
    /// The `mark` of the answer before.
    #[serde(default)]
    after: Option<String>,
}

pub(crate) async fn news(app: Within, Query(query): Query<PurgesQuery>) -> Json<PurgeNews> {
    Json(app.gateway.purged_since(query.after.as_deref()))
}

pub(crate) async fn usage(app: Within) -> Result<Json<StoredResponses>, Refusal> {
    app.operators()?;
    Ok(Json(app.gateway.status().responses))
}

pub(crate) async fn purge(app: Within, Body(form): Body<PurgeForm>) -> Result<Json<Purged>, Refusal> {
    let bad = |why: &'static str| Refusal::new(problems::BAD_REQUEST, why);
    let resource = match (&form.url, &form.tag, form.all) {
        (Some(url), None, false) => resource(url).ok_or_else(|| bad("`url`: write `https://host/path`"))?,
        (None, Some(tag), false) if !tag.is_empty() && !tag.contains(char::is_control) => String::new(),
        (None, None, true) => String::new(),
        _ => return Err(bad("say one of `url`, `tag` and `all`")),
    };
    let tenant = if app.workspace.is_default_workspace() { "" } else { app.workspace.as_str() };
    let resource = if resource.is_empty() { resource } else { app.key(&resource) };
    // What a tenant has stored has the empty tag in common.
    let tag = match (&form.tag, tenant) {
        (None, "") => None,
        (None, _) if !resource.is_empty() => None,
        (tag, tenant) => Some(tenants_tag(tenant, tag.as_deref().unwrap_or_default())),
    };
    let gateway = Arc::clone(&app.gateway);
    // Files are deleted before it is said that they are.
    let purging = tokio::task::spawn_blocking(move || match &tag {
        Some(tag) => gateway.purge(Purge::Tag(tag)),
        None if resource.is_empty() => gateway.purge(Purge::All),
        None => gateway.purge(Purge::Url(&resource)),
    });
    let forgotten = purging
        .await
        .map_err(|error| Refusal::internal(&error))?
        .map_err(|why| Refusal::internal(&std::io::Error::other(why)))?;
    tracing::info!(url = form.url, tag = form.tag, all = form.all, forgotten, "stored responses were purged");
    Ok(Json(Purged { forgotten }))
}
