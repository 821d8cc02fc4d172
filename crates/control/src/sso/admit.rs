//! Whose account somebody has who came by a provider: one that knows them, one that is made, or none.

use model::{ExistingAccounts, IdentityProvider};
use serde_json::{Value, json};
use store::{AuditEntry, PeopleChange, PersonKind, PersonRow};

use super::{Identity, SsoRefused, mark_of, rights::roles_of};
use crate::{
    Actor, Control, Error, Membership,
    people::{
        Account,
        accounts::{Wrong, first, id_of, next, word},
    },
};

/// Members at most.
const MOST: usize = 10_000;

/// Who somebody is, as a provider says.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) subject: String,
    /// One that counts; lower case.
    pub(super) email: Option<String>,
    pub(super) name: String,
    pub(super) groups: Vec<String>,
}

/// An account that somebody comes to, and how.
enum Found {
    /// It is connected with who they are at the provider.
    Known(PersonRow, Account),
    /// It has their address, and nobody has signed in to it yet, or the document says that the address is enough.
    ByAddress(PersonRow, Account),
    /// There is none, or one whose address was never confirmed, and one is made under this id.
    New(String, Option<PersonRow>),
}

impl Control {
    /// The account of who came by a provider. What they may by their groups is kept anew.
    pub(super) async fn admit(
        &self,
        actor: &Actor,
        kind: PersonKind,
        provider: &IdentityProvider,
        person: &Person,
    ) -> Result<String, SsoRefused> {
        if !provider.email_domains.is_empty() {
            let email = person.email.as_ref().ok_or(SsoRefused::NoEmail)?;
            if !provider.has_domain(email) {
                return Err(SsoRefused::Domain);
            }
        }
        let _changing = self.inner.people.changing.lock().await;
        let found = self.find(actor, kind, provider, person).await?;
        let mut roles = roles_of(provider, &person.groups);
        let by_hand: Vec<&Membership> = match &found {
            Found::Known(_, account) | Found::ByAddress(_, account) => {
                // A directory that put them out is believed, whatever the groups say.
                roles.retain(|held| account.counts(held));
                account.memberships.iter().filter(|held| account.counts(held)).collect()
            }
            Found::New(..) => Vec::new(),
        };
        let may_enter = match (kind, &provider.portal) {
            (PersonKind::Member, _) => !roles.is_empty() || !by_hand.is_empty(),
            (_, Some(portal)) => {
                portal.groups.is_empty() || portal.groups.iter().any(|group| person.groups.contains(group))
            }
            (_, None) => false,
        };
        if !may_enter {
            self.forget_groups(&found, provider, person).await?;
            return Err(SsoRefused::NoRole);
        }
        let is_new = matches!(found, Found::New(..));
        let change = self.change_of(actor, (kind, provider, person), found, &roles)?;
        if is_new && kind == PersonKind::Member && self.accounts(kind).await?.len() >= MOST {
            return Err(Error::Conflict { detail: format!("there are {MOST} members already") }.into());
        }
        let id = change.puts[0].id.clone();
        self.change_people(change).await?;
        Ok(id)
    }

    async fn find(
        &self,
        actor: &Actor,
        kind: PersonKind,
        provider: &IdentityProvider,
        person: &Person,
    ) -> Result<Found, SsoRefused> {
        if let Some(id) = self.connected(actor, kind, &provider.issuer, &person.subject).await?
            && let Some((row, account)) = self.account(kind, &id).await?
        {
            return Ok(Found::Known(row, account));
        }
        let mut wrong = Wrong::default();
        let email = wrong.email(person.email.as_deref().ok_or(SsoRefused::NoEmail)?);
        wrong.done().map_err(|_| SsoRefused::NoEmail)?;
        let id = id_of(kind, &actor.workspace, &email);
        // Who signed up and never showed that the address is theirs has nothing.
        let found = self.account(kind, &id).await?;
        let unconfirmed = found.as_ref().filter(|(_, account)| account.unconfirmed);
        let unconfirmed = unconfirmed.map(|(row, _)| row.clone());
        let Some((row, account)) = found.filter(|_| unconfirmed.is_none()) else {
            let creates = match (kind, &provider.console, &provider.portal) {
                (PersonKind::Member, Some(console), _) => console.create,
                (PersonKind::Developer, _, Some(portal)) => portal.create,
                _ => false,
            };
            return if creates {
                Ok(Found::New(id.to_string(), unconfirmed))
            } else {
                Err(SsoRefused::NoAccount)
            };
        };
        let is_untouched = account.password.is_none() && account.identities.is_empty();
        // An address that the provider gave to somebody else since is not the person who had it.
        let was_another = account.identities.iter().any(|known| known.issuer == provider.issuer);
        let is_enough = provider.existing_accounts == ExistingAccounts::Link && !was_another;
        match is_untouched || is_enough {
            true => Ok(Found::ByAddress(row, account)),
            false => Err(SsoRefused::Exists),
        }
    }

    /// The account that somebody at a provider has here.
    pub(super) async fn connected(
        &self,
        actor: &Actor,
        kind: PersonKind,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<String>, Error> {
        let mark = mark_of(&place(kind, actor), issuer, subject);
        let row = self.inner.store.person(PersonKind::Identity, mark).await.map_err(Error::Store)?;
        Ok(row.and_then(|row| Some(row.document.get("account")?.as_str()?.to_owned())))
    }

    /// Roles by groups that are not so any more go, even where nobody is let in.
    async fn forget_groups(
        &self,
        found: &Found,
        provider: &IdentityProvider,
        person: &Person,
    ) -> Result<(), SsoRefused> {
        let Found::Known(row, account) = found else { return Ok(()) };
        let account = with_identity(account, provider, person, self.now());
        let ended = vec![(word(row.kind).to_owned(), row.id.clone())];
        let change = PeopleChange { puts: vec![next(row, &account)], ended, ..PeopleChange::default() };
        Ok(self.change_people(change).await?)
    }

    fn change_of(
        &self,
        actor: &Actor,
        (kind, provider, person): (PersonKind, &IdentityProvider, &Person),
        found: Found,
        roles: &[Membership],
    ) -> Result<PeopleChange, SsoRefused> {
        let now = self.now();
        let by = actor.named(&format!("identity-provider/{}", provider.name));
        let entry =
            |action: &'static str, id: &str, before: Option<Value>, after: Option<Value>| -> AuditEntry {
                let (_, email) = model::unscoped(id);
                self.entry(&by, action, (word(kind), email), before, after)
            };
        match found {
            Found::Known(row, account) => {
                let before = self.all_roles(&account);
                let account = with_identity(&account, provider, person, now);
                let after = if kind == PersonKind::Member { self.all_roles(&account) } else { Vec::new() };
                let changed = kind == PersonKind::Member && before != after;
                let entry = changed.then(|| {
                    let roles = |roles: &[Membership]| Some(json!({ "roles": roles }));
                    entry("set-roles", &row.id, roles(&before), roles(&after))
                });
                Ok(PeopleChange { puts: vec![next(&row, &account)], entry, ..PeopleChange::default() })
            }
            Found::ByAddress(row, account) => {
                let account = with_identity(&account, provider, person, now);
                let after = Some(json!({ "provider": provider.name }));
                let entry = entry("connect", &row.id, None, after);
                let identity = identity_row(kind, actor, provider, person, &row.id);
                Ok(PeopleChange {
                    puts: vec![next(&row, &account), identity],
                    entry: Some(entry),
                    ..PeopleChange::default()
                })
            }
            Found::New(id, unconfirmed) => {
                let name = if person.name.trim().is_empty() { model::unscoped(&id).1 } else { &person.name };
                let account = Account::new(name.trim().to_owned(), None, now);
                let account = with_identity(&account, provider, person, now);
                let after = Some(json!({ "name": account.name, "roles": roles, "provider": provider.name }));
                let identity = identity_row(kind, actor, provider, person, &id);
                let row = unconfirmed.map_or_else(|| first(kind, &id, &account), |row| next(&row, &account));
                Ok(PeopleChange {
                    puts: vec![row, identity],
                    ended: vec![(word(kind).to_owned(), id.clone())],
                    entry: Some(entry("create", &id, None, after)),
                    ..PeopleChange::default()
                })
            }
        }
    }
}

/// What an identity is of: the kind of account, with the workspace of a developer.
pub(super) fn place(kind: PersonKind, actor: &Actor) -> String {
    match kind {
        PersonKind::Developer => format!("{} {}", word(kind), actor.workspace),
        _ => word(kind).to_owned(),
    }
}

/// Whose account an identity has, for the store.
pub(super) fn identity_row(
    kind: PersonKind,
    actor: &Actor,
    provider: &IdentityProvider,
    person: &Person,
    account: &str,
) -> PersonRow {
    PersonRow {
        kind: PersonKind::Identity,
        id: mark_of(&place(kind, actor), &provider.issuer, &person.subject),
        version: 1,
        document: json!({ "account": account }),
    }
}

/// An account with what a provider says now.
pub(super) fn with_identity(
    account: &Account,
    provider: &IdentityProvider,
    person: &Person,
    now: u64,
) -> Account {
    let mut account = account.clone();
    let is = |known: &Identity| known.issuer == provider.issuer && known.subject == person.subject;
    account.identities.retain(|known| !is(known));
    account.identities.push(Identity {
        provider: provider.name.clone(),
        issuer: provider.issuer.clone(),
        subject: person.subject.clone(),
        groups: person.groups.clone(),
        seen_at: now,
    });
    account
}
