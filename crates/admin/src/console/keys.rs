//! Keys of consumers and apps, and decisions on subscriptions.

use control::{IssuedKey, KeyView, PasswordView};
use model::{KeyHash, Kind, Subscription};
use policy::problems;
use schemars::JsonSchema;
use serde::Deserialize;

use super::document::Document;
use crate::{
    auth::Caller,
    endpoint::{Body, Created, Json, List, NoContent, Path, Tagged, Within},
    problem::Refusal,
};

/// What to know of a new key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyForm {
    /// When it stops working (RFC 3339); never, where absent.
    #[serde(default)]
    expires_at: Option<String>,
    /// What it is good for, where an API or policy asks for scopes.
    #[serde(default)]
    scopes: Vec<String>,
}

/// What a person decided on a subscription.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    approve: bool,
    /// What to tell the developer.
    #[serde(default)]
    reason: Option<String>,
    /// When an approved subscription ends (RFC 3339); as its plan says, where absent.
    #[serde(default)]
    expires_at: Option<String>,
}

pub(crate) async fn of_consumer(app: Within, Path(id): Path<String>) -> Result<Json<List<KeyView>>, Refusal> {
    Ok(Json(List::whole(app.control.keys_of(&app.workspace, Kind::Consumer, &id).await?)))
}

pub(crate) async fn of_app(app: Within, Path(id): Path<String>) -> Result<Json<List<KeyView>>, Refusal> {
    Ok(Json(List::whole(app.control.keys_of(&app.workspace, Kind::App, &id).await?)))
}

pub(crate) async fn passwords_of_consumer(
    app: Within,
    Path(id): Path<String>,
) -> Result<Json<List<PasswordView>>, Refusal> {
    Ok(Json(List::whole(app.control.passwords_of(&app.workspace, Kind::Consumer, &id).await?)))
}

pub(crate) async fn passwords_of_app(
    app: Within,
    Path(id): Path<String>,
) -> Result<Json<List<PasswordView>>, Refusal> {
    Ok(Json(List::whole(app.control.passwords_of(&app.workspace, Kind::App, &id).await?)))
}

pub(crate) async fn issue_to_consumer(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(form): Body<KeyForm>,
) -> Result<Created<IssuedKey>, Refusal> {
    issue(app, caller, Kind::Consumer, &id, form).await
}

pub(crate) async fn issue_to_app(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(form): Body<KeyForm>,
) -> Result<Created<IssuedKey>, Refusal> {
    issue(app, caller, Kind::App, &id, form).await
}

pub(crate) async fn revoke_of_consumer(
    app: Within,
    caller: Caller,
    Path((id, hash)): Path<(String, String)>,
) -> Result<NoContent, Refusal> {
    revoke(app, caller, Kind::Consumer, &id, &hash).await
}

pub(crate) async fn revoke_of_app(
    app: Within,
    caller: Caller,
    Path((id, hash)): Path<(String, String)>,
) -> Result<NoContent, Refusal> {
    revoke(app, caller, Kind::App, &id, &hash).await
}

pub(crate) async fn decide(
    app: Within,
    caller: Caller,
    Path(id): Path<String>,
    Body(decision): Body<Decision>,
) -> Result<Tagged<Document<Subscription>>, Refusal> {
    let Decision { approve, reason, expires_at } = decision;
    let stored = app.control.decide(&caller.actor, &app.workspace, &id, approve, reason, expires_at).await?;
    Ok(Tagged { etag: stored.revision.to_string(), body: Document::new(stored.resource) })
}

async fn issue(
    app: Within,
    caller: Caller,
    kind: Kind,
    id: &str,
    form: KeyForm,
) -> Result<Created<IssuedKey>, Refusal> {
    let KeyForm { expires_at, scopes } = form;
    let key = app.control.issue_key(&caller.actor, &app.workspace, kind, id, expires_at, scopes).await?;
    Ok(Created { body: key, location: None, etag: None })
}

async fn revoke(app: Within, caller: Caller, kind: Kind, id: &str, hash: &str) -> Result<NoContent, Refusal> {
    app.control.revoke_key(&caller.actor, &app.workspace, kind, id, &key_hash(hash)?).await?;
    Ok(NoContent)
}

/// The hash that names a key in a path.
pub(crate) fn key_hash(text: &str) -> Result<KeyHash, Refusal> {
    text.parse().map_err(|reason: String| Refusal::new(problems::BAD_REQUEST, reason))
}
