//! Passkeys of who is signed in, signing in with one, and showing that it is still them.

use axum::extract::State;
use control::{
    Actor, Confirmation, ConfirmationWays, CreationOptions, Origin, PasskeyMade, PasskeyView, PersonKind,
    RelyingParty, RequestOptions,
};
use policy::problems::{CONFLICT, RATE_LIMITED};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    auth::Caller,
    endpoint::{Body, Created, Json, NoContent, Path, Within},
    guard::ClientAddress,
    problem::Refusal,
    second_factor::{account_kind, still_signed_in},
    sso::{Of, Side},
    state::{App, Shared},
};

/// A passkey that was added.
#[derive(Serialize, JsonSchema)]
pub(crate) struct PasskeyAdded {
    passkey: PasskeyView,
    /// With the first second factor of an account: each takes the place of one code; shown this once.
    recovery_codes: Vec<String>,
}

/// Other recovery codes, shown this once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RenewedCodes {
    /// Each takes the place of one code; those before count no more.
    recovery_codes: Vec<String>,
}

/// Who asks for passkeys, where the address that browsers use allows any.
pub(crate) fn party(app: &Shared) -> Option<RelyingParty> {
    RelyingParty::at(&Url::parse(&app.base_url()).ok()?)
}

fn needed_party(app: &Shared) -> Result<RelyingParty, Refusal> {
    party(app).ok_or_else(|| {
        let detail = "browsers take passkeys at https addresses with a host name, and at `localhost`: set `--portal-url` to one";
        Refusal::new(CONFLICT, detail)
    })
}

/// Which session somebody is in.
fn session_of(caller: &Caller) -> Result<[u8; 32], Refusal> {
    caller.session.ok_or_else(|| Refusal::new(CONFLICT, "this is for people in a session; a token has none"))
}

pub(crate) async fn options(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<CreationOptions>, Refusal> {
    let kind = account_kind(&caller)?;
    let (session, party) = (session_of(&caller)?, needed_party(&app)?);
    Ok(Json(app.control.passkey_options(&caller.actor, kind, session, &party).await?))
}

pub(crate) async fn add(
    State(app): State<App>,
    caller: Caller,
    Body(made): Body<PasskeyMade>,
) -> Result<Created<PasskeyAdded>, Refusal> {
    let kind = account_kind(&caller)?;
    let (session, party) = (session_of(&caller)?, needed_party(&app)?);
    let (passkey, recovery_codes) =
        app.control.add_passkey(&caller.actor, kind, session, &party, made).await?;
    Ok(Created { body: PasskeyAdded { passkey, recovery_codes }, location: None, etag: None })
}

/// What to call a passkey.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeyName {
    /// 1 to 100 characters.
    name: String,
}

pub(crate) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(passkey): Path<String>,
    Body(PasskeyName { name }): Body<PasskeyName>,
) -> Result<Json<PasskeyView>, Refusal> {
    let kind = account_kind(&caller)?;
    session_of(&caller)?;
    Ok(Json(app.control.rename_passkey(&caller.actor, kind, &passkey, &name).await?))
}

pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(passkey): Path<String>,
) -> Result<NoContent, Refusal> {
    let kind = account_kind(&caller)?;
    app.control.remove_passkey(&caller.actor, kind, session_of(&caller)?, &passkey).await?;
    Ok(NoContent)
}

pub(crate) async fn remove_from_member(
    State(app): State<App>,
    caller: Caller,
    Path((email, passkey)): Path<(String, String)>,
) -> Result<NoContent, Refusal> {
    app.control.remove_member_passkey(&caller.actor, &email, &passkey).await?;
    Ok(NoContent)
}

pub(crate) async fn renew_recovery_codes(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<RenewedCodes>, Refusal> {
    let kind = account_kind(&caller)?;
    let recovery_codes = app.control.renew_recovery_codes(&caller.actor, kind).await?;
    Ok(Json(RenewedCodes { recovery_codes }))
}

pub(crate) async fn confirmation(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<ConfirmationWays>, Refusal> {
    let (session, party) = (session_of(&caller)?, party(&app));
    let ways = app.control.confirmation_ways(&caller.actor, caller.kind, session, party.as_ref()).await?;
    Ok(Json(ways))
}

pub(crate) async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Body(shown): Body<Confirmation>,
) -> Result<NoContent, Refusal> {
    let (session, party) = (session_of(&caller)?, party(&app));
    let done = app.control.confirm(&caller.actor, caller.kind, session, party.as_ref(), shown).await;
    done.map(|()| NoContent).map_err(still_signed_in)
}

impl<S: Side> Of<S> {
    /// By which a browser signs in with a passkey.
    pub(crate) async fn challenge(
        app: Within,
        ClientAddress(address): ClientAddress,
    ) -> Result<Json<RequestOptions>, Refusal> {
        let party = needed_party(&app)?;
        app.challenges.take(address).map_err(|seconds| {
            Refusal::new(RATE_LIMITED, "too many challenges for one address; repeat later")
                .retry_after(seconds)
        })?;
        let origin = if S::KIND == PersonKind::Member { Origin::Console } else { Origin::Portal };
        let actor = Actor::new("unknown", origin).from_address(address);
        let actor = match S::KIND {
            PersonKind::Developer => actor.in_workspace(&app.workspace),
            _ => actor,
        };
        Ok(Json(app.control.sign_in_challenge(&actor, S::KIND, &party)))
    }
}
