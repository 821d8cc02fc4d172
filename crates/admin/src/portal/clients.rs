//! A developer's apps as OAuth clients.

use control::{ClientForm, InitialToken, IssuedClient};
use model::{ClientGrant, Name, OAuthClient};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Body, Created, Json, NoContent, Path, Within},
    problem::Refusal,
};

/// An app as a client of the authorization server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Client")]
pub(crate) struct ClientView {
    client_id: String,
    /// Where everything about the server is told (RFC 8414).
    issuer: String,
    /// Absent while a server elsewhere does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_endpoint: Option<String>,
    /// Absent while a server elsewhere does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_endpoint: Option<String>,
    /// What the authorization server is called that it is registered with; absent for the built-in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    grants: Vec<ClientGrant>,
    redirect_uris: Vec<String>,
    public: bool,
    dpop: bool,
    /// Whether it proves itself with keys of its own.
    has_keys: bool,
    secrets: Vec<SecretView>,
    /// What it may ask for: what the contracts name of the APIs it is subscribed to.
    scopes: Vec<String>,
    /// When it last got a token (RFC 3339), or up to a minute before; absent where it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
}

/// A secret as it is shown after its first time.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientSecret")]
struct SecretView {
    /// The first characters.
    hint: Option<String>,
    /// RFC 3339.
    created_at: Option<String>,
    /// When it stops working (RFC 3339); never, where absent.
    expires_at: Option<String>,
}

/// How the secret before goes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateForm {
    /// Whether the secret before works for another day.
    #[serde(default)]
    pub(crate) keep_previous: bool,
}

pub(crate) async fn read(
    app: Within,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<ClientView>, Refusal> {
    let found = app.control.app_of(&app.workspace, &caller.actor.name, &name)?;
    let client = found.app.client.clone().ok_or_else(|| Refusal::not_found("the app has no OAuth client"))?;
    view(&app, &found.app.name, &client).await.map(Json)
}

pub(crate) async fn put(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
    Body(form): Body<ClientForm>,
) -> Result<Json<IssuedClient>, Refusal> {
    Ok(Json(app.control.put_client(&actor, &app.workspace, Some(&actor.name), &name, form).await?))
}

pub(crate) async fn rotate(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
    Body(form): Body<RotateForm>,
) -> Result<Created<IssuedClient>, Refusal> {
    let (ws, owner) = (&app.workspace, Some(&*actor.name));
    let body = app.control.rotate_client_secret(&actor, ws, owner, &name, form.keep_previous).await?;
    Ok(Created { body, location: None, etag: None })
}

pub(crate) async fn remove(
    app: Within,
    Caller { actor, .. }: Caller,
    Path(name): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.remove_client(&actor, &app.workspace, Some(&actor.name), &name).await?;
    Ok(NoContent)
}

pub(crate) async fn registration_token(
    app: Within,
    Caller { actor, .. }: Caller,
) -> Result<Created<InitialToken>, Refusal> {
    let body = app.control.create_initial_token(&actor, &app.workspace, &actor.name).await?;
    Ok(Created { body, location: None, etag: None })
}

pub(crate) async fn view(app: &Within, name: &Name, client: &OAuthClient) -> Result<ClientView, Refusal> {
    let place = app.control.place_of_client(&app.workspace, name.as_str(), client).await?;
    let secret = |secret: &model::ClientSecret| SecretView {
        hint: secret.hint.clone(),
        created_at: secret.created_at.clone(),
        expires_at: secret.expires_at.clone(),
    };
    Ok(ClientView {
        client_id: client.id.clone(),
        token_endpoint: place.token_endpoint,
        authorization_endpoint: place.authorization_endpoint,
        issuer: place.issuer,
        server: place.server,
        grants: client.grants.clone(),
        redirect_uris: client.redirect_uris.clone(),
        public: client.public,
        dpop: client.dpop,
        has_keys: client.jwks.is_some(),
        secrets: client.secrets.iter().map(secret).collect(),
        scopes: app.control.scopes_there(&app.workspace, name, client),
        last_used_at: match client.server {
            // Who asked a server elsewhere is known there.
            Some(_) => None,
            None => app.control.client_last_used(&app.workspace, &client.id).await?,
        },
    })
}
