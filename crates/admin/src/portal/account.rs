//! A developer's account and session.

use control::{Actor, Beside, PasskeyShown, PersonKind};
use http::HeaderMap;
use policy::problems::INVALID;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Origin;

use crate::{
    auth::{Audience, Caller},
    console::session::{self, Headers, SessionView, SignedOut, User, signed_in_view},
    endpoint::{Body, Created, Json, Within},
    guard::ClientAddress,
    passkeys::party,
    problem::Refusal,
    sso,
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

/// What proves a developer: e-mail address and password, or a passkey.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: Option<String>,
    /// Of the authenticator app, or a recovery code, where they have a second factor: `code_needed` of the refusal says so.
    #[serde(default)]
    code: Option<String>,
    /// A passkey: in place of everything else, or beside the password where `passkey` of the refusal asks for one.
    #[serde(default)]
    passkey: Option<PasskeyShown>,
}

/// Who confirms the address they signed up with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    /// The secret of the link: what stands after `#`.
    link: String,
    email: String,
    /// The one they chose.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

/// What came of a sign-up.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SignedUp {
    /// Whether a letter was sent, and nobody is signed in before the link in it was followed.
    confirm_email: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
    /// For the header `x-csrf-token` of every unsafe request.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf: Option<String>,
}

pub(crate) async fn sign_up(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(SignUp { email, password, name }): Body<SignUp>,
) -> Result<(HeaderMap, Created<SignedUp>), Refusal> {
    let actor = Actor::new(email.as_str(), Origin::Portal).from_address(address).in_workspace(&app.workspace);
    if app.control.has_post() {
        let [page, sign_in] = ["confirm", "sign-in"].map(|page| format!("{}/{page}", app.portal_url()));
        app.control.sign_up_by_letter(&actor, (&email, &password, &name), &page, &sign_in).await?;
        let body = SignedUp { confirm_email: true, user: None, csrf: None };
        return Ok((HeaderMap::new(), Created { body, location: None, etag: None }));
    }
    let signed_in = app.control.sign_up(&actor, &email, &password, &name).await?;
    let (cookie, SessionView { user, csrf, .. }) = signed_in_view(&app, Audience::Portal, signed_in);
    let body = SignedUp { confirm_email: false, user: Some(user), csrf };
    Ok((cookie, Created { body, location: None, etag: None }))
}

pub(crate) async fn confirm(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(Confirmation { link, email, password }): Body<Confirmation>,
) -> Result<(HeaderMap, Json<SessionView>), Refusal> {
    let actor = Actor::new(email.as_str(), Origin::Portal).from_address(address).in_workspace(&app.workspace);
    let signed_in = app.control.confirm_email(&actor, &link, &email, &password).await?;
    let (cookie, body) = signed_in_view(&app, Audience::Portal, signed_in);
    Ok((cookie, Json(body)))
}

pub(crate) async fn sign_in(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(SignIn { email, password, code, passkey }): Body<SignIn>,
) -> Result<(HeaderMap, Json<SessionView>), Refusal> {
    let name = email.as_deref().unwrap_or("unknown");
    let actor = Actor::new(name, Origin::Portal).from_address(address).in_workspace(&app.workspace);
    let party = party(&app);
    let signed_in = match (email, password, code, passkey) {
        (Some(email), Some(password), code, passkey) => {
            let beside = Beside { code: code.as_deref(), passkey: passkey.as_ref(), party: party.as_ref() };
            app.control.sign_in(&actor, &email, &password, beside).await?
        }
        (None, None, None, Some(passkey)) if let Some(party) = &party => {
            app.control.sign_in_by_passkey(&actor, PersonKind::Developer, party, &passkey).await?
        }
        _ => return Err(Refusal::new(INVALID, "give `email` and `password`, or `passkey`")),
    };
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
) -> Result<(HeaderMap, Json<SignedOut>), Refusal> {
    session::sign_out::<sso::Portal>(&app, &headers, &caller).await
}
