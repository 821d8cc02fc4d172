//! Developers: people of the portal, who make their own accounts.

use model::scoped;
use store::{PeopleChange, PersonKind};

use super::{
    Account,
    accounts::{Wrong, first},
};
use crate::{Actor, Control, Error, SignedIn, Who, began::Began};

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
        self.begin_session(actor, Who::Developer, &id, Began::by("password")).await
    }

    /// Signs a developer of the workspace `actor` is in in. `actor` says from where; its name does not count.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same for an unknown address and a wrong password; [`Error::CodeNeeded`]; [`Error::TooMany`].
    pub async fn sign_in(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        code: Option<&str>,
    ) -> Result<SignedIn, Error> {
        self.check_workspace(&actor.workspace)?;
        self.takes_passwords(PersonKind::Developer, &actor.workspace)?;
        let row = self.prove(actor, PersonKind::Developer, email, password, code).await?;
        self.begin_session(actor, Who::Developer, &row.id, Began::by("password")).await
    }
}
