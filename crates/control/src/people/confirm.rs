//! Showing in a session that it is still who began it: what dangerous acts ask for, so that a browser left open does not do them.

use model::Name;
use passkey::RelyingParty;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{PersonKind, SessionRow};

use super::{
    Account,
    accounts::id_of,
    challenges::For,
    passkeys::{PasskeyShown, RequestOptions},
    second_factor::{Beside, SecondFactor, missing},
};
use crate::{Actor, Control, Error, Who, began::Began, digest, resources::timestamp, sign_ins::Through};

/// How long it counts, milliseconds.
const LASTS: u64 = 10 * 60 * 1000;

/// What shows that it is still them: a passkey that asked who they are, or the password and, where there is one, the second factor; of
/// the administrator the token.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Confirmation {
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    pub password: Option<String>,
    /// Of the authenticator app, or a recovery code.
    pub code: Option<String>,
    pub passkey: Option<PasskeyShown>,
    /// The admin token.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    pub token: Option<String>,
}

/// How who is signed in can show that it is still them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfirmationWays {
    /// Whether they did lately, so that nothing is asked.
    pub confirmed: bool,
    /// Until then; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// By their password.
    pub password: bool,
    /// Whether the password needs a second factor beside it.
    pub second_factor: bool,
    /// Whether an authenticator app makes codes; a recovery code does in any case.
    pub codes: bool,
    /// For `navigator.credentials.get`, where they have a passkey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passkey: Option<RequestOptions>,
    /// By the admin token.
    pub token: bool,
    /// By signing in anew at this identity provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Name>,
}

impl Control {
    /// Whether who began a session showed lately that it is them.
    pub(crate) fn is_confirmed(&self, row: &SessionRow) -> bool {
        Began::of(row).confirmed_at.is_some_and(|at| self.now() < at.saturating_add(LASTS))
    }

    /// How who is signed in can show that it is them.
    ///
    /// # Errors
    /// [`Error::Missing`] where they are gone.
    pub async fn confirmation_ways(
        &self,
        actor: &Actor,
        who: Who,
        session: [u8; 32],
        party: Option<&RelyingParty>,
    ) -> Result<ConfirmationWays, Error> {
        let began = self.session_row(session).await?.map(|row| Began::of(&row)).unwrap_or_default();
        let until = began.confirmed_at.map(|at| at.saturating_add(LASTS)).filter(|until| *until > self.now());
        let none = ConfirmationWays {
            confirmed: until.is_some(),
            until: until.map(|until| timestamp(until).to_string()),
            password: false,
            second_factor: false,
            codes: false,
            passkey: None,
            token: who == Who::Admin,
            provider: began.provider,
        };
        let Some(kind) = kind_of(who) else { return Ok(none) };
        let (account, is_local) = self.local(actor, kind).await?;
        let factor = account.second_factor.as_ref();
        let known = factor.map_or_else(Vec::new, SecondFactor::descriptors);
        let party = party.filter(|_| is_local && !known.is_empty());
        Ok(ConfirmationWays {
            password: is_local && account.password.is_some(),
            second_factor: factor.is_some(),
            codes: factor.is_some_and(|factor| factor.codes),
            passkey: party.map(|party| self.request(For::Confirming { session }, party, known, false)),
            ..none
        })
    }

    /// Takes what shows that it is still who began a session. It counts for ten minutes, in that session alone.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it shows nothing; [`Error::FactorNeeded`]; [`Error::TooMany`]; [`Error::Conflict`] where nothing can.
    pub async fn confirm(
        &self,
        actor: &Actor,
        who: Who,
        session: [u8; 32],
        party: Option<&RelyingParty>,
        shown: Confirmation,
    ) -> Result<(), Error> {
        let by = match (who, kind_of(who)) {
            (_, Some(kind)) => self.confirm_person(actor, kind, session, party, &shown).await?,
            (Who::Admin, None) => self.confirm_administrator(actor, &shown).await?,
            (_, None) => {
                let detail = "a program confirms nothing: what it may, it may".to_owned();
                return Err(Error::Conflict { detail });
            }
        };
        // It may have ended meanwhile.
        let Some(row) = self.session_row(session).await? else {
            return Err(Error::Unauthenticated { detail: "the session is over; sign in again".to_owned() });
        };
        let began = Began { confirmed_at: Some(self.now()), ..Began::of(&row) };
        let about = serde_json::to_value(&began).map_err(|_| Error::Internal)?;
        self.inner.store.describe_session(session, about).await.map_err(Error::Store)?;
        let known = json!({ "by": by });
        self.remember_with(actor, &actor.name, "confirm", ("session", &actor.name), Some(known)).await
    }

    async fn confirm_person(
        &self,
        actor: &Actor,
        kind: PersonKind,
        session: [u8; 32],
        party: Option<&RelyingParty>,
        shown: &Confirmation,
    ) -> Result<&'static str, Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        self.takes_passwords(kind, &actor.workspace)?;
        let what = For::Confirming { session };
        let Some(password) = &shown.password else {
            return match (&shown.passkey, party) {
                (Some(passkey), Some(party)) => {
                    self.check_passkey(actor, kind, &id, party, passkey, (&what, true)).await?;
                    Ok("passkey")
                }
                _ => Err(nothing_shown()),
            };
        };
        let (_, account) = self.prove_password(actor, kind, &actor.name, password).await?;
        if account.second_factor.is_none() {
            return Ok("password");
        }
        let beside = Beside { code: shown.code.as_deref(), passkey: shown.passkey.as_ref(), party };
        self.check_beside(actor, kind, &id, beside, what).await
    }

    async fn confirm_administrator(
        &self,
        actor: &Actor,
        shown: &Confirmation,
    ) -> Result<&'static str, Error> {
        let Some(token) = &shown.token else { return Err(nothing_shown()) };
        let counted = format!("token from {:?}", actor.address);
        self.attempt(actor, &counted, Through::Console).await?;
        if !self.check_admin_token(token) {
            self.failed(actor, "unknown", Through::Console, "token").await?;
            return Err(Error::Unauthenticated { detail: "this is not the admin token".to_owned() });
        }
        self.inner.people.throttle.succeeded(&counted, actor.address);
        Ok("token")
    }

    /// The account of who is signed in, and whether what it holds is taken here.
    async fn local(&self, actor: &Actor, kind: PersonKind) -> Result<(Account, bool), Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let (_, account) = self.account(kind, &id).await?.ok_or_else(|| missing(kind, &actor.name))?;
        Ok((account, !self.by_providers_alone(kind, &actor.workspace)))
    }

    async fn session_row(&self, session: [u8; 32]) -> Result<Option<SessionRow>, Error> {
        let row = self.inner.store.session(session).await.map_err(Error::Store)?;
        Ok(row.filter(|row| digest::equal(&row.token_hash, &session)))
    }
}

fn kind_of(who: Who) -> Option<PersonKind> {
    match who {
        Who::Member => Some(PersonKind::Member),
        Who::Developer => Some(PersonKind::Developer),
        Who::Admin | Who::Token => None,
    }
}

fn nothing_shown() -> Error {
    let detail = "nothing came that shows who it is: `GET /session/confirmation` says what does".to_owned();
    Error::Unauthenticated { detail }
}
