//! A developer's account and session.

use control::Actor;
use http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;
use store::Origin;

use crate::{
    auth::{Audience, Caller},
    console::session::{Headers, SessionView, signed_in_view},
    endpoint::{Body, Created, Json, NoContent, Within},
    guard::ClientAddress,
    problem::Refusal,
};

/// Who wants an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    email: String,
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
    /// What to call them.
    name: String,
}

/// What proves a developer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    email: String,
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

pub(crate) async fn sign_up(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(SignUp { email, password, name }): Body<SignUp>,
) -> Result<(HeaderMap, Created<SessionView>), Refusal> {
    let actor = Actor::new(email.as_str(), Origin::Portal).from_address(address).in_workspace(&app.workspace);
    let signed_in = app.control.sign_up(&actor, &email, &password, &name).await?;
    let (cookie, body) = signed_in_view(&app, Audience::Portal, signed_in);
    Ok((cookie, Created { body, location: None, etag: None }))
}

pub(crate) async fn sign_in(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(SignIn { email, password }): Body<SignIn>,
) -> Result<(HeaderMap, Json<SessionView>), Refusal> {
    let actor = Actor::new(email.as_str(), Origin::Portal).from_address(address).in_workspace(&app.workspace);
    let signed_in = app.control.sign_in(&actor, &email, &password).await?;
    let (cookie, body) = signed_in_view(&app, Audience::Portal, signed_in);
    Ok((cookie, Json(body)))
}

pub(crate) async fn current(app: Within, caller: Caller) -> Json<SessionView> {
    Json(SessionView::of(&app, caller))
}

pub(crate) async fn sign_out(
    app: Within,
    headers: Headers,
    caller: Caller,
) -> Result<(HeaderMap, NoContent), Refusal> {
    crate::console::session::sign_out(&app, Audience::Portal, &headers, &caller).await
}
