//! Developers: people of the portal, who make their own accounts.

use model::{Name, scoped, unscoped};
use schemars::JsonSchema;
use serde::Serialize;
use store::{PeopleChange, PersonKind};

use super::{
    Account,
    accounts::{Wrong, first, id_of},
    second_factor::{Beside, missing},
};
use crate::{
    Actor, Control, Error, IdentityView, SignedIn, Who, began::Began, resources::timestamp,
    sso::identity_views,
};

impl Control {
    /// Makes a developer's account for the portal of the workspace `actor` is in, and signs in. `actor` says from where, too.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address or password that cannot be accepted; [`Error::Conflict`] for an address that has an account;
    /// [`Error::TooMany`].
    pub async fn sign_up(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<SignedIn, Error> {
        self.check_workspace(&actor.workspace)?;
        self.takes_passwords(PersonKind::Developer, &actor.workspace)?;
        let mut wrong = Wrong::default();
        let email = wrong.email(email);
        wrong.password(password);
        let name = wrong.name(name);
        wrong.done()?;
        let id = scoped(&actor.workspace, &email);
        self.inner.people.throttle.attempt(&format!("sign-up {id}"), actor.address, self.now())?;
        let taken = || {
            let detail = "there is already an account with this e-mail address; sign in".to_owned();
            Error::Conflict { detail }
        };
        let password = Some(self.hashed(password.to_owned()).await?);
        if self.account(PersonKind::Developer, &id).await?.is_some() {
            return Err(taken());
        }
        let account = Account::new(name, password, self.now());
        let entry = self.entry(&actor.named(&email), "sign-up", ("developer", &email), None, None);
        let change = PeopleChange {
            puts: vec![first(PersonKind::Developer, &id, &account)],
            entry: Some(entry),
            ..PeopleChange::default()
        };
        self.inner.store.change_people(change).await.map_err(|error| match error {
            store::Error::Stale { .. } => taken(),
            error => Error::Store(error),
        })?;
        self.begin_session(actor, Who::Developer, &id, Began::confirmed("password", self.now())).await
    }

    /// Signs a developer of the workspace `actor` is in in. `actor` says from where; its name does not count.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same for an unknown address and a wrong password; [`Error::FactorNeeded`]; [`Error::TooMany`].
    pub async fn sign_in(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        beside: Beside<'_>,
    ) -> Result<SignedIn, Error> {
        self.check_workspace(&actor.workspace)?;
        self.takes_passwords(PersonKind::Developer, &actor.workspace)?;
        let row = self.prove(actor, PersonKind::Developer, email, password, beside).await?;
        self.begin_session(actor, Who::Developer, &row.id, Began::confirmed("password", self.now())).await
    }
}

/// A developer of a workspace's portal, for those who look after apps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeveloperView {
    pub email: String,
    pub name: String,
    /// `unconfirmed` until they showed that the address is theirs, where letters are sent; then `active`.
    pub state: String,
    /// Whether something is asked for beside the password.
    pub second_factor: bool,
    pub passkeys: usize,
    /// The identity providers they come by.
    pub identities: Vec<IdentityView>,
    /// How many apps they have.
    pub apps: usize,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; absent where they never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
}

impl Control {
    /// The developers of a workspace's portal, by e-mail address.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn developers(&self, ws: &Name) -> Result<Vec<DeveloperView>, Error> {
        let all = self.accounts(PersonKind::Developer).await?;
        let here = all.iter().filter(|(row, _)| unscoped(&row.id).0 == ws.as_str());
        Ok(here.map(|(row, account)| self.developer_view(ws, unscoped(&row.id).1, account)).collect())
    }

    /// Takes the second factor from a developer who lost it, passkeys and all; their sessions end.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn reset_developer_factor(&self, actor: &Actor, ws: &Name, email: &str) -> Result<(), Error> {
        let email = email.trim().to_lowercase();
        let kind = PersonKind::Developer;
        let id = id_of(kind, ws, &email);
        // No address has a colon, which stands behind a workspace.
        if email.contains(':') || self.account(kind, &id).await?.is_none() {
            return Err(missing(kind, &email));
        }
        let actor = actor.in_workspace(ws);
        let entry = self.entry(&actor, "drop-second-factor", ("developer", &email), None, None);
        self.forget_second_factor(entry, kind, &id, true).await
    }

    fn developer_view(&self, ws: &Name, email: &str, account: &Account) -> DeveloperView {
        let factor = account.second_factor.as_ref();
        DeveloperView {
            email: email.to_owned(),
            name: account.name.clone(),
            state: if account.unconfirmed { "unconfirmed" } else { "active" }.to_owned(),
            second_factor: factor.is_some(),
            passkeys: factor.map_or(0, |factor| factor.passkeys.len()),
            identities: identity_views(account),
            apps: self.apps_of(ws, email).len(),
            created_at: timestamp(account.created_at).to_string(),
            last_sign_in_at: account.last_sign_in_at.map(|at| timestamp(at).to_string()),
        }
    }
}
