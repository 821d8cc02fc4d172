//! Members that a directory puts here and takes away (SCIM 2.0, RFC 7643 and 7644), in one workspace.
//!
//! Of an account that has roles elsewhere only what is of the workspace is seen and changed. Groups are the roles there are.

use model::{Finding, Name};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{AuditEntry, PeopleChange, PersonKind, PersonRow};

use super::{
    Account, Membership,
    accounts::{Wrong, first, next, word},
    authority::Scope,
    may_change_people,
    members::{MOST, MOST_ROLES, may_give},
    passkeys::Passkey,
};
use crate::{Actor, Control, Error, resources::timestamp, sso::identities_of_member};

/// The longest id that a directory has for somebody, characters.
const LONGEST_ID: usize = 256;

/// What a directory says of somebody in a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provisioned {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    family: Option<String>,
    /// Whether their roles in the workspace count.
    pub(super) active: bool,
    /// When they were put there, milliseconds since 1970.
    since: u64,
}

/// Somebody as a directory sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionedUser {
    pub email: String,
    pub name: String,
    pub given: Option<String>,
    pub family: Option<String>,
    pub external_id: Option<String>,
    pub active: bool,
    /// Roles in the workspace, whether they count now or not.
    pub roles: Vec<String>,
    /// When they came to the workspace, RFC 3339.
    pub created_at: String,
}

/// What a directory says of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionForm {
    pub email: String,
    pub name: String,
    pub given: Option<String>,
    pub family: Option<String>,
    pub external_id: Option<String>,
    pub active: bool,
}

/// A role with those who have it in the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionedGroup {
    pub name: String,
    pub members: Vec<String>,
}

impl Account {
    /// Whether a role counts: not where a directory has put its member out.
    pub(crate) fn counts(&self, held: &Membership) -> bool {
        match &held.workspace {
            Scope::One(ws) => self.provisioned.get(ws).is_none_or(|provisioned| provisioned.active),
            Scope::Every => true,
        }
    }

    /// Whether directories have put them out wherever they were, so that nothing of the account signs in.
    pub(crate) fn is_suspended(&self) -> bool {
        let is_out = !self.provisioned.is_empty() && self.provisioned.values().all(|one| !one.active);
        is_out && !self.memberships.iter().any(|held| self.counts(held))
    }

    fn is_of(&self, ws: &Name) -> bool {
        self.provisioned.contains_key(ws) || self.memberships.iter().any(|held| is_in(held, ws))
    }
}

impl Control {
    /// Those of a workspace, by e-mail address.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn provisioned(&self, ws: &Name) -> Result<Vec<ProvisionedUser>, Error> {
        let all = self.accounts(PersonKind::Member).await?;
        Ok(all.iter().filter(|(_, account)| account.is_of(ws)).map(|(row, one)| user(row, one, ws)).collect())
    }

    /// # Errors
    /// [`Error::Missing`] for who is not of the workspace, wherever else they are.
    pub async fn provisioned_user(&self, ws: &Name, email: &str) -> Result<ProvisionedUser, Error> {
        let (row, account) = self.of_workspace(ws, email).await?;
        Ok(user(&row, &account, ws))
    }

    /// Puts somebody into a workspace, without roles yet.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] for who is there already, or one too many; [`Error::Forbidden`].
    pub async fn provision(
        &self,
        actor: &Actor,
        ws: &Name,
        form: ProvisionForm,
    ) -> Result<ProvisionedUser, Error> {
        may_change_people(actor, &Scope::One(ws.clone()))?;
        let form = checked(form)?;
        let email = form.email.clone();
        let _changing = self.inner.people.changing.lock().await;
        let row = match self.account(PersonKind::Member, &email).await? {
            Some((_, account)) if account.is_of(ws) => {
                return Err(Error::Conflict { detail: format!("`{email}` is here already") });
            }
            Some((row, mut account)) => {
                account.provisioned.insert(ws.clone(), of_form(form, self.now()));
                next(&row, &account)
            }
            None => {
                if self.accounts(PersonKind::Member).await?.len() >= MOST {
                    return Err(Error::Conflict { detail: format!("there are {MOST} members already") });
                }
                let mut account = Account::new(form.name.clone(), None, self.now());
                account.provisioned.insert(ws.clone(), of_form(form, self.now()));
                first(PersonKind::Member, &email, &account)
            }
        };
        let (row, account) = super::accounts::read(row)?;
        let entry = self.entry_of_directory(actor, ws, "provision", &email, None, Some(&account));
        self.put_people(vec![row.clone()], Vec::new(), entry).await?;
        Ok(user(&row, &account, ws))
    }

    /// Takes what a directory says of somebody now. Who is put out is signed out at once, and what they made tokens for ends.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Invalid`]; [`Error::Forbidden`] for who may more there than who asks.
    pub async fn provision_again(
        &self,
        actor: &Actor,
        ws: &Name,
        email: &str,
        form: ProvisionForm,
    ) -> Result<ProvisionedUser, Error> {
        let form = checked(form)?;
        let _changing = self.inner.people.changing.lock().await;
        let (row, account) = self.of_workspace(ws, email).await?;
        if form.email != row.id {
            let message = "`userName` is the e-mail address they sign in with, and stays: remove them and put the new address";
            let finding = Finding::error("mutability", message);
            return Err(Error::Invalid(vec![finding.in_field("userName")]));
        }
        self.may_change_here(actor, ws, &account).await?;
        let mut changed = account.clone();
        let was_active = account.provisioned.get(ws).is_none_or(|one| one.active);
        let is_elsewhere = account.memberships.iter().any(|held| !is_in(held, ws))
            || account.provisioned.keys().any(|other| other != ws);
        if !is_elsewhere {
            changed.name.clone_from(&form.name);
        }
        let since = account.provisioned.get(ws).map_or(account.created_at, |one| one.since);
        let is_put_out = was_active && !form.active;
        changed.provisioned.insert(ws.clone(), of_form(form, since));
        // Who has roles elsewhere goes on there; what they had here is gone with the next request.
        let ends = is_put_out && self.all_roles(&changed).is_empty();
        let entry = self.entry_of_directory(actor, ws, "provision", &row.id, Some(&account), Some(&changed));
        let row = next(&row, &changed);
        let ended = if ends { vec![row.id.clone()] } else { Vec::new() };
        self.put_people(vec![row.clone()], ended, entry).await?;
        Ok(user(&row, &changed, ws))
    }

    /// Takes somebody out of a workspace with all roles there; who is nowhere else is no member any more.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`] for who may more there than who asks.
    pub async fn unprovision(&self, actor: &Actor, ws: &Name, email: &str) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let (row, account) = self.of_workspace(ws, email).await?;
        self.may_change_here(actor, ws, &account).await?;
        let mut left = account.clone();
        left.memberships.retain(|held| !is_in(held, ws));
        left.provisioned.remove(ws);
        let entry = self.entry_of_directory(actor, ws, "unprovision", &row.id, Some(&account), None);
        let is_gone = left.provisioned.is_empty() && self.all_roles(&left).is_empty();
        if !is_gone {
            // Elsewhere they go on; what they had here is gone with the next request.
            return self.put_people(vec![next(&row, &left)], Vec::new(), entry).await;
        }
        let mut removed = self.tokens_made_by(&row.id).await?;
        removed.push((PersonKind::Member, row.id.clone(), row.version));
        removed.extend(identities_of_member(&account));
        removed.extend(account.second_factor.iter().flat_map(|factor| &factor.passkeys).map(Passkey::mark));
        let ended = vec![(word(PersonKind::Member).to_owned(), row.id.clone())];
        let change = PeopleChange { removed, ended, entry: Some(entry), ..PeopleChange::default() };
        self.change_people(change).await?;
        match account.second_factor {
            Some(_) => {
                self.forget_own_secret(&super::second_factor::place(PersonKind::Member, &row.id)).await
            }
            None => Ok(()),
        }
    }

    /// The roles there are, each with those who have it in a workspace.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn provisioned_groups(&self, ws: &Name) -> Result<Vec<ProvisionedGroup>, Error> {
        let users = self.provisioned(ws).await?;
        let roles = self.roles().await?.into_iter();
        let group = |role: super::RoleView| {
            let has = |user: &&ProvisionedUser| user.roles.contains(&role.name);
            let members = users.iter().filter(has).map(|user| user.email.clone()).collect();
            ProvisionedGroup { name: role.name, members }
        };
        Ok(roles.map(group).collect())
    }

    /// Gives a role in a workspace to some, and takes it from others; all at once or not at all.
    ///
    /// # Errors
    /// [`Error::Missing`] for a role there is not, or somebody who is not of the workspace; [`Error::Forbidden`] for a role that may
    /// more than who asks.
    pub async fn provision_group(
        &self,
        actor: &Actor,
        ws: &Name,
        role: &str,
        (add, remove): (&[String], &[String]),
    ) -> Result<(), Error> {
        let missing = || Error::Missing { what: format!("group `{role}`") };
        let name: Name = role.parse().map_err(|_| missing())?;
        let _changing = self.inner.people.changing.lock().await;
        let roles = self.known_roles().await?;
        roles.find(role).ok_or_else(missing)?;
        let held = Membership { workspace: Scope::One(ws.clone()), role: name, only: None };
        may_give(actor, &roles, &held)?;
        let mut puts = Vec::new();
        let both = add.iter().map(|email| (email, true)).chain(remove.iter().map(|email| (email, false)));
        for (email, gives) in both {
            let (row, mut account) = self.of_workspace(ws, email).await?;
            if account.memberships.contains(&held) == gives {
                continue;
            }
            match gives {
                true if account.memberships.len() >= MOST_ROLES => {
                    let detail = format!("`{email}` has {MOST_ROLES} roles already");
                    return Err(Error::Conflict { detail });
                }
                true => account.memberships.push(held.clone()),
                false => {
                    account.memberships.retain(|one| *one != held);
                    // Who was let in by hand goes on being of the workspace, so that the directory finds them.
                    let (name, since) = (account.name.clone(), account.created_at);
                    account.provisioned.entry(ws.clone()).or_insert_with(|| Provisioned {
                        external_id: None,
                        name,
                        given: None,
                        family: None,
                        active: true,
                        since,
                    });
                }
            }
            account.memberships.sort();
            puts.push(next(&row, &account));
        }
        if puts.is_empty() {
            return Ok(());
        }
        let actor = actor.in_workspace(ws);
        let after = json!({ "given": add, "taken": remove });
        let entry = self.entry(&actor, "provision-group", ("role", role), None, Some(after));
        self.put_people(puts, Vec::new(), entry).await
    }

    async fn of_workspace(&self, ws: &Name, email: &str) -> Result<(PersonRow, Account), Error> {
        let email = email.trim().to_lowercase();
        let found = self.account(PersonKind::Member, &email).await?.filter(|(_, account)| account.is_of(ws));
        found.ok_or_else(|| Error::Missing { what: format!("member `{email}`") })
    }

    /// # Errors
    /// [`Error::Forbidden`] where they may anything in the workspace that `actor` may not.
    async fn may_change_here(&self, actor: &Actor, ws: &Name, account: &Account) -> Result<(), Error> {
        may_change_people(actor, &Scope::One(ws.clone()))?;
        let roles = self.known_roles().await?;
        let mut here = account.memberships.iter().filter(|held| is_in(held, ws));
        here.try_for_each(|held| may_give(actor, &roles, held))
    }

    async fn put_people(
        &self,
        puts: Vec<PersonRow>,
        ended: Vec<String>,
        entry: AuditEntry,
    ) -> Result<(), Error> {
        let ended = ended.into_iter().map(|email| (word(PersonKind::Member).to_owned(), email)).collect();
        self.change_people(PeopleChange { puts, ended, entry: Some(entry), ..PeopleChange::default() }).await
    }

    fn entry_of_directory(
        &self,
        actor: &Actor,
        ws: &Name,
        action: &'static str,
        email: &str,
        before: Option<&Account>,
        after: Option<&Account>,
    ) -> AuditEntry {
        let said = |account: &Account| -> Value {
            let roles: Vec<_> = account.memberships.iter().filter(|held| is_in(held, ws)).collect();
            let said = account.provisioned.get(ws);
            json!({
                "name": said.map_or(&account.name, |one| &one.name), "roles": roles,
                "active": said.is_none_or(|one| one.active),
            })
        };
        let actor = actor.in_workspace(ws);
        self.entry(&actor, action, ("member", email), before.map(said), after.map(said))
    }
}

fn is_in(held: &Membership, ws: &Name) -> bool {
    matches!(&held.workspace, Scope::One(name) if name == ws)
}

fn checked(form: ProvisionForm) -> Result<ProvisionForm, Error> {
    let mut wrong = Wrong::default();
    let email = wrong.email(&form.email);
    let name = wrong.name(&form.name);
    let parts = [
        ("name.givenName", &form.given),
        ("name.familyName", &form.family),
        ("externalId", &form.external_id),
    ];
    for (field, part) in parts {
        let is_long = |text: &String| text.chars().count() > LONGEST_ID || text.chars().any(char::is_control);
        if part.as_ref().is_some_and(is_long) {
            let message = format!("has at most {LONGEST_ID} characters");
            wrong.0.push(Finding::error("invalid-account", message).in_field(field));
        }
    }
    wrong.done()?;
    Ok(ProvisionForm { email, name, ..form })
}

fn of_form(form: ProvisionForm, since: u64) -> Provisioned {
    let ProvisionForm { name, given, family, external_id, active, .. } = form;
    Provisioned { external_id, name, given, family, active, since }
}

fn user(row: &PersonRow, account: &Account, ws: &Name) -> ProvisionedUser {
    let said = account.provisioned.get(ws);
    let here = account.memberships.iter().filter(|held| is_in(held, ws));
    ProvisionedUser {
        email: row.id.clone(),
        name: said.map_or(&account.name, |one| &one.name).clone(),
        given: said.and_then(|one| one.given.clone()),
        family: said.and_then(|one| one.family.clone()),
        external_id: said.and_then(|one| one.external_id.clone()),
        active: said.is_none_or(|one| one.active),
        roles: here.map(|held| held.role.to_string()).collect(),
        created_at: timestamp(said.map_or(account.created_at, |one| one.since)).to_string(),
    }
}
