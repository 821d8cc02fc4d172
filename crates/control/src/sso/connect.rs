//! Accounts that are connected with providers by those whose accounts they are.

use model::{IdentityProvider, Name, unscoped};
use serde_json::json;
use store::{PeopleChange, PersonKind, SessionQuery};

use super::{
    Identity, IdentityView, SsoRefused,
    admit::{Person, identity_row, place, with_identity},
    mark_of,
};
use crate::{
    Actor, Control, Error,
    began::Began,
    people::{
        Account,
        accounts::{id_of, next, word},
    },
    resources::timestamp,
};

impl Control {
    /// Connects an account with who its owner is at a provider.
    pub(super) async fn connect(
        &self,
        actor: &Actor,
        kind: PersonKind,
        id: &str,
        provider: &IdentityProvider,
        person: Person,
    ) -> Result<(), SsoRefused> {
        let _changing = self.inner.people.changing.lock().await;
        let (row, account) = self.account(kind, id).await?.ok_or(SsoRefused::NoAccount)?;
        let known = self.connected(actor, kind, &provider.issuer, &person.subject).await?;
        if known.as_ref().is_some_and(|known| known != id) {
            return Err(SsoRefused::Taken);
        }
        // One identity of a provider is enough, and keeps a second person out of the account.
        if account
            .identities
            .iter()
            .any(|known| known.provider == provider.name && known.subject != person.subject)
        {
            return Err(SsoRefused::Taken);
        }
        let changed = with_identity(&account, provider, &person, self.now());
        let mut puts = vec![next(&row, &changed)];
        if known.is_none() {
            puts.push(identity_row(kind, actor, provider, &person, id));
        }
        let after = Some(json!({ "provider": provider.name }));
        let email = unscoped(id).1;
        let entry = self.entry(&actor.named(email), "connect", (word(kind), email), None, after);
        Ok(self.change_people(PeopleChange { puts, entry: Some(entry), ..PeopleChange::default() }).await?)
    }

    /// The providers that the account of `actor` is connected with.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn identities(&self, actor: &Actor, kind: PersonKind) -> Result<Vec<IdentityView>, Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let found = self.account(kind, &id).await?;
        let (_, account) =
            found.ok_or_else(|| Error::Missing { what: format!("{} `{}`", word(kind), actor.name) })?;
        Ok(identity_views(&account))
    }

    /// Takes the connection of the account of `actor` with a provider away; sessions that began there end.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] where nothing else would sign in to the account.
    pub async fn disconnect(&self, actor: &Actor, kind: PersonKind, provider: &Name) -> Result<(), Error> {
        let id = id_of(kind, &actor.workspace, &actor.name);
        let _changing = self.inner.people.changing.lock().await;
        let found = self.account(kind, &id).await?;
        let (row, account) =
            found.ok_or_else(|| Error::Missing { what: format!("{} `{id}`", word(kind)) })?;
        let (gone, kept): (Vec<Identity>, Vec<Identity>) =
            account.identities.iter().cloned().partition(|known| known.provider == *provider);
        if gone.is_empty() {
            return Err(Error::Missing { what: format!("connection with `{provider}`") });
        }
        if kept.is_empty() && account.password.is_none() {
            let detail = format!("nothing but `{provider}` signs in to this account; set a password first");
            return Err(Error::Conflict { detail });
        }
        let changed = Account { identities: kept, ..account.clone() };
        let place = place(kind, actor);
        let removed = gone
            .iter()
            .map(|known| (PersonKind::Identity, mark_of(&place, &known.issuer, &known.subject), 1));
        let before = Some(json!({ "provider": provider }));
        let entry = self.entry(actor, "disconnect", (word(kind), &actor.name), before, None);
        self.change_people(PeopleChange {
            puts: vec![next(&row, &changed)],
            removed: removed.collect(),
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await?;
        let query = SessionQuery::Of { role: word(kind).to_owned(), subject: row.id.clone() };
        for session in self.inner.store.sessions(query).await.map_err(Error::Store)? {
            if Began::of(&session).provider.as_ref() == Some(provider) {
                self.inner.store.remove_session(session.token_hash).await.map_err(Error::Store)?;
            }
        }
        Ok(())
    }
}

/// What is kept of whose account identities of a member have; to be removed with it.
pub(crate) fn identities_of_member(account: &Account) -> impl Iterator<Item = (PersonKind, String, u64)> {
    let mark = |known: &Identity| mark_of(word(PersonKind::Member), &known.issuer, &known.subject);
    account.identities.iter().map(move |known| (PersonKind::Identity, mark(known), 1))
}

pub(crate) fn identity_views(account: &Account) -> Vec<IdentityView> {
    let view = |known: &Identity| IdentityView {
        provider: known.provider.clone(),
        last_sign_in_at: timestamp(known.seen_at).to_string(),
    };
    account.identities.iter().map(view).collect()
}
