//! Accounts: of members, who run the console, and of developers, who use the portal. What is kept, and passwords.

use std::{collections::BTreeMap, sync::Arc};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use model::{Finding, Name, scoped, unscoped};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::{AuditEntry, PeopleChange, PersonKind, PersonRow};

use super::{
    authority::{Only, Scope},
    challenges::For,
    provisioned::Provisioned,
    second_factor::{Beside, SecondFactor},
};
use crate::{Actor, Control, Error, digest, sign_ins::Through, sso::Identity};

/// The least characters of a password.
pub const PASSWORD_LENGTH: usize = 8;

/// An account as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: String,
    /// Argon2id, as a PHC string; there is none until it was set by a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) created_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_sign_in_at: Option<u64>,
    /// Of a member.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) memberships: Vec<Membership>,
    /// Whether it is yet to be shown that the address is theirs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unconfirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) second_factor: Option<SecondFactor>,
    /// Who they are at providers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) identities: Vec<Identity>,
    /// What directories say of them, by workspace.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) provisioned: BTreeMap<Name, Provisioned>,
}

impl Account {
    pub(crate) fn new(name: String, password: Option<String>, created_at: u64) -> Account {
        Account {
            name,
            password,
            created_at,
            last_sign_in_at: None,
            memberships: Vec::new(),
            unconfirmed: false,
            second_factor: None,
            identities: Vec::new(),
            provisioned: BTreeMap::new(),
        }
    }
}

/// A role of a member, and where it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    pub workspace: Scope,
    pub role: Name,
    /// For some APIs alone: others can be read as the role says, and nothing else can be changed. For everything, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// What an account is kept under: members by their address; developers, who belong to the portal of a workspace, within it.
pub(crate) fn id_of(kind: PersonKind, workspace: &Name, email: &str) -> Arc<str> {
    match kind {
        PersonKind::Developer => scoped(workspace, email),
        PersonKind::Member
        | PersonKind::Role
        | PersonKind::Token
        | PersonKind::Identity
        | PersonKind::Passkey => email.into(),
    }
}

/// The word for sessions, links and the audit log.
pub(crate) fn word(kind: PersonKind) -> &'static str {
    kind.as_str()
}

impl Control {
    pub(crate) async fn account(
        &self,
        kind: PersonKind,
        email: &str,
    ) -> Result<Option<(PersonRow, Account)>, Error> {
        let row = self.inner.store.person(kind, email.to_owned()).await.map_err(Error::Store)?;
        row.map(read).transpose()
    }

    pub(crate) async fn accounts(&self, kind: PersonKind) -> Result<Vec<(PersonRow, Account)>, Error> {
        let rows = self.inner.store.people(kind).await.map_err(Error::Store)?;
        rows.into_iter().map(read).collect()
    }

    pub(crate) async fn change_people(&self, change: PeopleChange) -> Result<(), Error> {
        self.inner.store.change_people(change).await.map_err(|error| match error {
            store::Error::Stale { what } => {
                tracing::warn!(what, "people were changed elsewhere");
                Error::Conflict {
                    detail: "this was changed elsewhere at the same moment; repeat it".to_owned(),
                }
            }
            error => Error::Store(error),
        })
    }

    pub(crate) fn entry(
        &self,
        actor: &Actor,
        action: &'static str,
        (kind, id): (&str, &str),
        before: Option<serde_json::Value>,
        after: Option<serde_json::Value>,
    ) -> AuditEntry {
        AuditEntry {
            workspace: actor.workspace.clone(),
            at: self.now(),
            actor: actor.name.clone(),
            address: actor.address.map(|address| address.to_string()),
            action,
            kind: kind.to_owned(),
            id: id.to_owned(),
            before,
            after,
        }
    }

    /// Who signs in with an address, a password and, where they have a second factor, that; a developer to the portal of the workspace
    /// `actor` is in. The answer to what is wrong is the same, and takes as long, whatever it is.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`]; [`Error::FactorNeeded`] where the password is right and nothing came beside it; [`Error::TooMany`].
    pub(crate) async fn prove(
        &self,
        actor: &Actor,
        kind: PersonKind,
        email: &str,
        password: &str,
        beside: Beside<'_>,
    ) -> Result<PersonRow, Error> {
        let (row, account) = self.prove_password(actor, kind, email, password).await?;
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        let (_, email) = unscoped(&row.id);
        if account.unconfirmed || account.is_suspended() {
            self.failed(actor, email, through, "password").await?;
            return Err(wrong_password());
        }
        let by = match account.second_factor {
            Some(_) => {
                let what = For::Beside { kind, account: row.id.clone() };
                self.check_beside(actor, kind, &row.id, beside, what).await?
            }
            None => "password",
        };
        self.signed_in(actor, email, through, by).await?;
        self.note_sign_in(kind, &row.id).await;
        Ok(row)
    }

    /// Whose an address and a password are.
    pub(crate) async fn prove_password(
        &self,
        actor: &Actor,
        kind: PersonKind,
        email: &str,
        password: &str,
    ) -> Result<(PersonRow, Account), Error> {
        let through = if kind == PersonKind::Member { Through::Console } else { Through::Portal };
        let email = email.trim().to_lowercase();
        // No address has a colon, which stands behind a workspace.
        if email.len() > 254 || password.len() > 1024 || email.contains(':') {
            return Err(wrong_password());
        }
        let id = id_of(kind, &actor.workspace, &email);
        let counted = format!("{} {id}", word(kind));
        self.attempt(actor, &counted, through).await?;
        let found = self.account(kind, &id).await?;
        let hash = found.as_ref().and_then(|(_, account)| account.password.clone());
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.inner.people.nobody.clone());
        let right = self.verified(password.to_owned(), hash).await? && known;
        let Some(found) = found.filter(|_| right) else {
            // What is no account may be a password in the wrong field.
            let whom = if known { &email } else { "unknown" };
            self.failed(actor, whom, through, "password").await?;
            return Err(wrong_password());
        };
        self.inner.people.throttle.succeeded(&counted, actor.address);
        Ok(found)
    }

    /// Makes an account, or replaces one whose address was never confirmed; links for that one end.
    pub(crate) async fn put_unconfirmed(
        &self,
        actor: &Actor,
        email: &str,
        account: Account,
    ) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let account = Account { unconfirmed: true, ..account };
        let put = match self.account(PersonKind::Developer, email).await? {
            // Confirmed in this moment: it stays.
            Some((_, known)) if !known.unconfirmed => return Ok(()),
            Some((row, _)) => next(&row, &account),
            None => first(PersonKind::Developer, email, &account),
        };
        let entry = self.entry_of_account(actor, "sign-up", PersonKind::Developer, email);
        self.change_people(PeopleChange {
            puts: vec![put],
            ended: vec![(word(PersonKind::Developer).to_owned(), email.to_owned())],
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await
    }

    /// Keeps when somebody signed in last; nobody is kept out where that fails.
    pub(crate) async fn note_sign_in(&self, kind: PersonKind, email: &str) {
        let change = |account: &mut Account| {
            account.last_sign_in_at = Some(self.now());
            Ok(PeopleChange::default())
        };
        let kept = self.change_account(kind, email, change).await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the time of a sign-in was not kept");
        }
    }

    /// What somebody did to their own account, in the log of the workspace it belongs to.
    pub(crate) fn entry_of_account(
        &self,
        actor: &Actor,
        action: &'static str,
        kind: PersonKind,
        id: &str,
    ) -> AuditEntry {
        let (workspace, email) = unscoped(id);
        let workspace = workspace.parse().unwrap_or_else(|_| actor.workspace.clone());
        let actor = actor.named(email).in_workspace(&workspace);
        self.entry(&actor, action, (word(kind), email), None, None)
    }

    /// Puts another hash in the place of a password; sessions and links of the account end.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub(crate) async fn replace_password(
        &self,
        actor: &Actor,
        kind: PersonKind,
        email: &str,
        password: String,
    ) -> Result<(), Error> {
        let entry = self.entry_of_account(actor, "set-password", kind, email);
        let change = |account: &mut Account| {
            account.password = Some(password);
            // Who has a link sent to the address has the address.
            account.unconfirmed = false;
            let ended = vec![(word(kind).to_owned(), email.to_owned())];
            Ok(PeopleChange { ended, entry: Some(entry), ..PeopleChange::default() })
        };
        self.change_account(kind, email, change).await
    }

    /// Changes one account; `change` says what happens beside it.
    ///
    /// # Errors
    /// [`Error::Missing`]; what `change` says, and nothing is changed then.
    pub(crate) async fn change_account(
        &self,
        kind: PersonKind,
        email: &str,
        change: impl FnOnce(&mut Account) -> Result<PeopleChange, Error> + Send,
    ) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let found = self.account(kind, email).await?;
        let (row, mut account) =
            found.ok_or_else(|| Error::Missing { what: format!("{} `{email}`", word(kind)) })?;
        let mut beside = change(&mut account)?;
        beside.puts.push(next(&row, &account));
        self.change_people(beside).await
    }

    pub(crate) async fn hashed(&self, password: String) -> Result<String, Error> {
        let turn =
            Arc::clone(&self.inner.people.hashing).acquire_owned().await.map_err(|_| Error::Internal)?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hash_password(&password)
        });
        hashed.await.map_err(|_| Error::Internal)?
    }

    async fn verified(&self, password: String, hash: String) -> Result<bool, Error> {
        let turn =
            Arc::clone(&self.inner.people.hashing).acquire_owned().await.map_err(|_| Error::Internal)?;
        let verified = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
        });
        verified.await.map_err(|_| Error::Internal)
    }
}

pub(super) fn read(row: PersonRow) -> Result<(PersonRow, Account), Error> {
    match serde_json::from_value(row.document.clone()) {
        Ok(account) => Ok((row, account)),
        Err(error) => {
            tracing::error!(kind = word(row.kind), id = row.id, %error, "a stored account cannot be read");
            Err(Error::Internal)
        }
    }
}

/// The row with which an account takes the place of this one.
pub(crate) fn next(row: &PersonRow, account: &Account) -> PersonRow {
    PersonRow { version: row.version + 1, ..first(row.kind, &row.id, account) }
}

pub(crate) fn first(kind: PersonKind, email: &str, account: &Account) -> PersonRow {
    let document = serde_json::to_value(account).expect("an account is JSON");
    PersonRow { kind, id: email.to_owned(), version: 1, document }
}

/// Argon2id with 19 MiB, two passes, one lane (OWASP's first choice), as a PHC string.
fn hash_password(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Error::Internal
    })
}

/// The hash of a password nobody has.
pub(crate) fn nobody() -> Result<String, Error> {
    hash_password(&digest::token().0)
}

fn wrong_password() -> Error {
    Error::Unauthenticated { detail: "e-mail address or password is wrong".to_owned() }
}

/// What is wrong with what somebody says of themselves, field by field.
#[derive(Default)]
pub(crate) struct Wrong(pub(crate) Vec<Finding>);

impl Wrong {
    fn say(&mut self, field: &str, message: &str) {
        self.0.push(Finding::error("invalid-account", message).in_field(field));
    }

    /// The address in lower case.
    pub(crate) fn email(&mut self, email: &str) -> String {
        let email = email.trim().to_lowercase();
        let parts = email.split_once('@');
        let plain = !email
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | ':' | '"'));
        let is_address = parts
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
        if !plain || !is_address || email.len() > 254 {
            self.say("email", "this is no e-mail address, such as `bea@example.com`");
        }
        email
    }

    pub(crate) fn password(&mut self, password: &str) {
        if password.chars().count() < PASSWORD_LENGTH || password.len() > 1024 {
            let message =
                format!("a password has at least {PASSWORD_LENGTH} characters, and at most 1024 bytes");
            self.say("password", &message);
        }
    }

    pub(crate) fn name(&mut self, name: &str) -> String {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            self.say("name", "a name has 1 to 100 characters");
        }
        name.to_owned()
    }

    pub(crate) fn done(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
