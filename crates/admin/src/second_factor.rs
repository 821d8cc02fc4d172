//! The second factor of who is signed in, in the console or the portal, and what people ask for who cannot sign in.

use axum::extract::State;
use control::{Actor, FactorNeeded, Origin, PersonKind, SecondFactorView, Seed, Who};
use policy::problems::CONFLICT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    auth::Caller,
    endpoint::{Body, Json, NoContent, Path, Within},
    guard::ClientAddress,
    problem::Refusal,
    state::App,
};

/// What turns a second factor on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorForm {
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
    /// The seed that was drawn.
    #[schemars(extend("writeOnly" = true))]
    secret: String,
    /// A code of it.
    code: String,
}

/// What turns it off.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactorOff {
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
    /// A code, or one of the recovery codes.
    code: String,
}

/// Shown this once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RecoveryCodes {
    /// Each takes the place of one code.
    recovery_codes: Vec<String>,
}

/// Who forgot a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    email: String,
}

/// Whose account it is, where it has a password.
pub(crate) fn account_kind(caller: &Caller) -> Result<PersonKind, Refusal> {
    match caller.kind {
        Who::Member => Ok(PersonKind::Member),
        Who::Developer => Ok(PersonKind::Developer),
        Who::Admin | Who::Token => {
            Err(Refusal::new(CONFLICT, "only an account with a password has a second factor"))
        }
    }
}

pub(crate) async fn read(State(app): State<App>, caller: Caller) -> Result<Json<SecondFactorView>, Refusal> {
    Ok(Json(app.control.second_factor(&caller.actor, account_kind(&caller)?).await?))
}

pub(crate) async fn draw(State(app): State<App>, caller: Caller) -> Result<Json<Seed>, Refusal> {
    account_kind(&caller)?;
    Ok(Json(app.control.draw_seed("Pailou", &caller.actor.name)))
}

pub(crate) async fn turn_on(
    State(app): State<App>,
    caller: Caller,
    Body(FactorForm { password, secret, code }): Body<FactorForm>,
) -> Result<Json<RecoveryCodes>, Refusal> {
    let kind = account_kind(&caller)?;
    let codes = app.control.set_second_factor(&caller.actor, kind, &password, &secret, &code).await;
    let codes = codes.map_err(still_signed_in)?;
    Ok(Json(RecoveryCodes { recovery_codes: codes }))
}

pub(crate) async fn turn_off(
    State(app): State<App>,
    caller: Caller,
    Body(FactorOff { password, code }): Body<FactorOff>,
) -> Result<NoContent, Refusal> {
    let kind = account_kind(&caller)?;
    let done = app.control.drop_second_factor(&caller.actor, kind, &password, &code).await;
    done.map(|()| NoContent).map_err(still_signed_in)
}

/// Who is signed in and mistypes their password stays so: 401 would say that they are not.
pub(crate) fn still_signed_in(error: control::Error) -> Refusal {
    match error {
        control::Error::Unauthenticated { .. } => {
            let finding = model::Finding::error("not-proved", error.to_string());
            Refusal::invalid(error.to_string(), vec![finding])
        }
        control::Error::FactorNeeded(needed) => {
            let said = control::Error::FactorNeeded(needed.clone()).to_string();
            let finding = model::Finding::error("not-proved", said.clone());
            asks_for_factor(Refusal::invalid(said, vec![finding]), &needed)
        }
        error => error.into(),
    }
}

/// Says what is needed beside the password, and how a browser uses a passkey.
pub(crate) fn asks_for_factor(refusal: Refusal, needed: &FactorNeeded) -> Refusal {
    let refusal = refusal.with("code_needed", true.into()).with("codes", needed.codes.into());
    match &needed.passkey {
        Some(options) => refusal.with("passkey", serde_json::to_value(options).unwrap_or_default()),
        None => refusal,
    }
}

pub(crate) async fn reset(
    State(app): State<App>,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<NoContent, Refusal> {
    app.control.reset_second_factor(&caller.actor, &email).await?;
    Ok(NoContent)
}

pub(crate) async fn member_forgot(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    Body(Forgotten { email }): Body<Forgotten>,
) -> Result<NoContent, Refusal> {
    let actor = Actor::new("unknown", Origin::Console).from_address(address);
    let page = format!("{}/console/set-password", app.base_url());
    app.control.forgot_password(&actor, PersonKind::Member, &email, &page).await?;
    Ok(NoContent)
}

pub(crate) async fn developer_forgot(
    app: Within,
    ClientAddress(address): ClientAddress,
    Body(Forgotten { email }): Body<Forgotten>,
) -> Result<NoContent, Refusal> {
    let actor = Actor::new("unknown", Origin::Portal).from_address(address).in_workspace(&app.workspace);
    let page = format!("{}/set-password", app.portal_url());
    app.control.forgot_password(&actor, PersonKind::Developer, &email, &page).await?;
    Ok(NoContent)
}
