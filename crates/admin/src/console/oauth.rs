//! Apps as OAuth clients, and the keys that tokens are signed with.

use control::{ClientForm, IssuedClient, RegistrationView};
use model::{Kind, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Body, Created, Json, List, NoContent, Path, Within},
    portal::clients::{self, ClientView, RotateForm},
    problem::Refusal,
};

/// What becomes of the tokens of the key before.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningKeyForm {
    /// Whether every token that was signed is good no more: for a key that somebody else may have.
    #[serde(default)]
    discard: bool,
}

/// The keys after it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SigningKeys {
    issuer: String,
    /// Ids of the keys that are published; the first signs.
    keys: Vec<String>,
}

pub(crate) async fn read(app: Within, Path(name): Path<String>) -> Result<Json<ClientView>, Refusal> {
    let missing = || Refusal::not_found("the app has no OAuth client");
    let Resource::App(found) = app.control.get(&app.workspace, Kind::App, &name)?.resource else {
        return Err(missing());
    };
    let client = found.client.as_ref().ok_or_else(missing)?;
    clients::view(&app, &found.name, client).await.map(Json)
}

pub(crate) async fn put(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Body(form): Body<ClientForm>,
) -> Result<Json<IssuedClient>, Refusal> {
    Ok(Json(app.control.put_client(&caller.actor, &app.workspace, None, &name, form).await?))
}

pub(crate) async fn rotate(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
    Body(form): Body<RotateForm>,
) -> Result<Created<IssuedClient>, Refusal> {
    let ws = &app.workspace;
    let body = app.control.rotate_client_secret(&caller.actor, ws, None, &name, form.keep_previous).await?;
    Ok(Created { body, location: None, etag: None })
}

pub(crate) async fn remove(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.remove_client(&caller.actor, &app.workspace, None, &name).await?;
    Ok(NoContent)
}

pub(crate) async fn rotate_signing_key(
    app: Within,
    caller: Caller,
    Body(form): Body<SigningKeyForm>,
) -> Result<Json<SigningKeys>, Refusal> {
    let published = app.control.rotate_signing_key(&caller.actor, &app.workspace, form.discard).await?;
    let keys = published["keys"].as_array().into_iter().flatten();
    Ok(Json(SigningKeys {
        issuer: app.control.oauth_issuer(&app.workspace)?,
        keys: keys.filter_map(|key| key["kid"].as_str().map(str::to_owned)).collect(),
    }))
}

pub(crate) async fn registrations(
    app: Within,
    Path(id): Path<String>,
) -> Result<Json<List<RegistrationView>>, Refusal> {
    Ok(Json(List::whole(app.control.registrations_at(&app.workspace, &id).await?)))
}

/// What a client at an authorization server is after something was tried there.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RetryOutcome {
    /// Whether it is deleted there, so that there is nothing left of it.
    gone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration: Option<RegistrationView>,
}

pub(crate) async fn retry_registration(
    app: Within,
    Path((id, number)): Path<(String, u64)>,
) -> Result<Json<RetryOutcome>, Refusal> {
    let registration = app.control.retry_registration(&app.workspace, &id, number).await?;
    Ok(Json(RetryOutcome { gone: registration.is_none(), registration }))
}
