//! Members: who runs the console, let in by somebody who may, each with roles in workspaces.

use std::sync::Arc;

use jiff::Timestamp;
use model::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Link, PeopleChange, PersonKind, PersonRow};

use super::{
    Account, Membership,
    accounts::{Wrong, first, next, word},
    authority::{Authority, Only, Scope},
    may_change_people, no_more_than,
    passkeys::{Passkey, PasskeyView},
    permission::{Area, Permission, Permissions, Reach},
    roles::{ADMIN_ROLE, Roles},
    second_factor::{Beside, SecondFactor},
};
use crate::{
    Actor, Control, Error, IdentityView, SignedIn, Who,
    began::Began,
    digest,
    resources::timestamp,
    sign_ins::Through,
    sso::{identities_of_member, identity_views},
};

const HOUR: u64 = 60 * 60 * 1000;
/// For who is invited to set a password.
const INVITATION: u64 = 7 * 24 * HOUR;
/// For who is a member already.
const RESET: u64 = 24 * HOUR;
/// Members at most, and roles of one.
pub(super) const MOST: usize = 10_000;
pub(super) const MOST_ROLES: usize = 100;
/// What a link is good for.
pub(crate) const SET_PASSWORD: &str = "set-password";

/// Who is to become a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberForm {
    pub email: String,
    /// What to call them.
    pub name: String,
    /// What they may do, and where.
    pub roles: Vec<Membership>,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberView {
    pub email: String,
    pub name: String,
    /// Those that who asks may know of.
    pub roles: Vec<Membership>,
    /// Roles they have by their groups, as the documents of identity providers say.
    #[serde(default)]
    pub roles_by_groups: Vec<Membership>,
    /// The identity providers they come by.
    #[serde(default)]
    pub identities: Vec<IdentityView>,
    /// `invited` until they have set a password or came by an identity provider, then `active`; `suspended` where a directory has put them
    /// out.
    pub state: String,
    /// Whether something is asked for beside the password.
    pub second_factor: bool,
    #[serde(default)]
    pub passkeys: Vec<PasskeyView>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339; absent where they never did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<String>,
}

/// A member who is to set a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    pub member: MemberView,
    /// Of the link; stored nowhere.
    pub secret: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited").field("member", &self.member).finish_non_exhaustive()
    }
}

/// Something a member may do, and by what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EffectivePermission {
    /// Such as `apis:write`.
    pub permission: String,
    pub workspace: Scope,
    /// Whether it is for what they own alone.
    pub own: bool,
    /// Of which APIs, where it is for some alone: `orders`, `billing@v2`, `what pay@example.com owns`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The roles that give it.
    pub roles: Vec<String>,
}

impl Control {
    /// The members of the workspaces whose people `actor` sees.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn members(&self, actor: &Actor) -> Result<Vec<MemberView>, Error> {
        let all = self.accounts(PersonKind::Member).await?;
        Ok(all.iter().filter_map(|(row, account)| self.seen(actor, row, account)).collect())
    }

    /// # Errors
    /// [`Error::Missing`].
    pub async fn member(&self, actor: &Actor, email: &str) -> Result<MemberView, Error> {
        let (row, account) = self.member_row(email).await?;
        self.seen(actor, &row, &account).ok_or_else(|| unknown(email))
    }

    /// What a member may do, with the roles that give it.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub async fn effective(&self, actor: &Actor, email: &str) -> Result<Vec<EffectivePermission>, Error> {
        let member = self.member(actor, email).await?;
        let roles = self.known_roles().await?;
        let mut all_held: Vec<&Membership> = member.roles.iter().chain(&member.roles_by_groups).collect();
        all_held.sort();
        all_held.dedup();
        let mut scopes: Vec<&Scope> = all_held.iter().map(|held| &held.workspace).collect();
        scopes.sort();
        scopes.dedup();
        let mut all = Vec::new();
        for scope in scopes {
            for permission in Permission::all() {
                let here = all_held.iter().filter(|held| held.workspace == *scope);
                let giving = here.map(|held| (held, roles.most(held).reach(permission)));
                let giving: Vec<_> = giving.filter(|(_, reach)| *reach != Reach::Nothing).collect();
                let Some(reach) = giving.iter().map(|(_, reach)| *reach).max() else { continue };
                let limited = |held: &Membership| held.only.is_some() && permission.can_be_own();
                let owns = giving.iter().any(|(held, reach)| *reach == Reach::Own && !limited(held));
                let for_some =
                    giving.iter().filter_map(|(held, _)| held.only.as_ref().filter(|_| limited(held)));
                let only = if reach == Reach::Own { for_some.map(Only::said).collect() } else { Vec::new() };
                all.push(EffectivePermission {
                    permission: permission.to_string(),
                    workspace: scope.clone(),
                    own: owns && reach == Reach::Own,
                    only,
                    roles: giving.into_iter().map(|(held, _)| held.role.to_string()).collect(),
                });
            }
        }
        Ok(all)
    }

    /// Lets somebody in, who sets a password by a link within 7 days.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] where they are a member; [`Error::Forbidden`] for a role that may more than who invites.
    pub async fn invite(&self, actor: &Actor, form: MemberForm) -> Result<Invited, Error> {
        let mut wrong = Wrong::default();
        let email = wrong.email(&form.email);
        let name = wrong.name(&form.name);
        wrong.done()?;
        let _changing = self.inner.people.changing.lock().await;
        let roles = self.known_roles().await?;
        let memberships = self.acceptable_roles(&roles, form.roles, false)?;
        for held in &memberships {
            may_give(actor, &roles, held)?;
        }
        if self.account(PersonKind::Member, &email).await?.is_some() {
            return Err(Error::Conflict { detail: format!("`{email}` is a member already") });
        }
        if self.accounts(PersonKind::Member).await?.len() >= MOST {
            return Err(Error::Conflict { detail: format!("there are {MOST} members already") });
        }
        let account = Account { memberships, ..Account::new(name, None, self.now()) };
        let row = first(PersonKind::Member, &email, &account);
        let after = Some(written(&account));
        let entry = self.entry(actor, "invite", ("member", &email), None, after);
        self.change_people(PeopleChange {
            puts: vec![row.clone()],
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await?;
        self.password_link(actor, &row, &account, INVITATION).await
    }

    /// A new link by which a member sets a password, within 24 hours, or 7 days where they never had one.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`] for a member who may more than who asks: it would be a way to become them.
    pub async fn member_link(&self, actor: &Actor, email: &str) -> Result<Invited, Error> {
        let (row, account) = self.member_row(email).await?;
        self.seen(actor, &row, &account).ok_or_else(|| unknown(email))?;
        self.may_change(actor, &account).await?;
        let lasts = if account.password.is_some() { RESET } else { INVITATION };
        let entry = self.entry(actor, "create-password-link", ("member", &row.id), None, None);
        self.inner.store.record(entry).await.map_err(Error::Store)?;
        self.password_link(actor, &row, &account, lasts).await
    }

    /// Gives a member other roles, in force at once.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`]; [`Error::Forbidden`] for a role, given or taken, that may more than who asks;
    /// [`Error::Conflict`] where no administrator would be left.
    pub async fn set_member_roles(
        &self,
        actor: &Actor,
        email: &str,
        asked: Vec<Membership>,
    ) -> Result<MemberView, Error> {
        let _changing = self.inner.people.changing.lock().await;
        let (row, account) = self.member_row(email).await?;
        self.seen(actor, &row, &account).ok_or_else(|| unknown(email))?;
        let roles = self.known_roles().await?;
        // Roles in workspaces they do not see stay as they are.
        let hidden = account.memberships.iter().filter(|held| !sees(actor, &held.workspace)).cloned();
        let all = hidden.chain(asked).collect();
        // Who comes by a provider may have all of their roles by groups.
        let asked = self.acceptable_roles(&roles, all, !account.identities.is_empty())?;
        let taken = account.memberships.iter().filter(|held| !asked.contains(held));
        let given = asked.iter().filter(|held| !account.memberships.contains(held));
        for held in taken.chain(given) {
            may_give(actor, &roles, held)?;
        }
        let changed = Account { memberships: asked, ..account.clone() };
        if is_admin(&account) && !is_admin(&changed) {
            self.not_the_last_admin(&row.id).await?;
        }
        let (before, after) = (written(&account), written(&changed));
        let entry = self.entry(actor, "set-roles", ("member", &row.id), Some(before), Some(after));
        let next = next(&row, &changed);
        let view = self.seen(actor, &next, &changed);
        self.change_people(PeopleChange { puts: vec![next], entry: Some(entry), ..PeopleChange::default() })
            .await?;
        Ok(view.unwrap_or_else(|| member_view(&row, &changed, Vec::new(), Vec::new())))
    }

    /// Removes a member. Their sessions end, and the service tokens they made open nothing any more.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Forbidden`] for one who may more than who asks; [`Error::Conflict`] for the last administrator.
    pub async fn remove_member(&self, actor: &Actor, email: &str) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let (row, account) = self.member_row(email).await?;
        self.seen(actor, &row, &account).ok_or_else(|| unknown(email))?;
        self.may_change(actor, &account).await?;
        if is_admin(&account) {
            self.not_the_last_admin(&row.id).await?;
        }
        let mut removed = self.tokens_made_by(&row.id).await?;
        removed.push((PersonKind::Member, row.id.clone(), row.version));
        removed.extend(identities_of_member(&account));
        removed.extend(account.second_factor.iter().flat_map(|factor| &factor.passkeys).map(Passkey::mark));
        let before = Some(written(&account));
        let entry = self.entry(actor, "remove", ("member", &row.id), before, None);
        self.change_people(PeopleChange {
            removed,
            ended: vec![(word(PersonKind::Member).to_owned(), row.id.clone())],
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await?;
        match account.second_factor {
            Some(_) => {
                self.forget_own_secret(&super::second_factor::place(PersonKind::Member, &row.id)).await
            }
            None => Ok(()),
        }
    }

    /// Sets the password that a link is for. Sessions and other links of the account end. Who it was: kind and e-mail address.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the password, which leaves the link as it is; [`Error::Unauthenticated`] for a link that is unknown, used
    /// or too old; [`Error::TooMany`].
    pub async fn set_password(
        &self,
        actor: &Actor,
        secret: &str,
        password: &str,
    ) -> Result<(PersonKind, String), Error> {
        let mut wrong = Wrong::default();
        wrong.password(password);
        wrong.done()?;
        let counted = format!("link from {:?}", actor.address);
        self.attempt(actor, &counted, Through::Console).await?;
        let password = self.hashed(password.to_owned()).await?;
        let hash = digest::sha256(secret.as_bytes());
        let link = self.inner.store.take_link(hash, SET_PASSWORD.to_owned()).await.map_err(Error::Store)?;
        let over = || Error::Unauthenticated {
            detail: "this link was used already or is too old; ask for a new one".to_owned(),
        };
        let link = link.filter(|link| link.expires_at > self.now()).ok_or_else(over)?;
        let kinds = [PersonKind::Member, PersonKind::Developer];
        let kind = kinds.into_iter().find(|kind| word(*kind) == link.role).ok_or_else(over)?;
        self.replace_password(actor, kind, &link.subject, password).await?;
        self.inner.people.throttle.succeeded(&counted, actor.address);
        Ok((kind, model::unscoped(&link.subject).1.to_owned()))
    }

    /// Signs a member in by e-mail address and password. `actor` says from where; its name does not count.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], the same for an unknown address and a wrong password; [`Error::FactorNeeded`]; [`Error::TooMany`].
    pub async fn sign_in_member(
        &self,
        actor: &Actor,
        email: &str,
        password: &str,
        beside: Beside<'_>,
    ) -> Result<SignedIn, Error> {
        self.takes_passwords(PersonKind::Member, &actor.workspace)?;
        let row = self.prove(actor, PersonKind::Member, email, password, beside).await?;
        self.begin_session(actor, Who::Member, &row.id, Began::confirmed("password", self.now())).await
    }

    /// Gives a member another password; all of their sessions end, and a new one begins.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Unauthenticated`] where the present one is not right; [`Error::TooMany`].
    pub async fn change_own_password(
        &self,
        actor: &Actor,
        current: &str,
        password: &str,
    ) -> Result<SignedIn, Error> {
        let mut wrong = Wrong::default();
        wrong.password(password);
        wrong.done()?;
        let (row, _) = self.prove_password(actor, PersonKind::Member, &actor.name, current).await?;
        let password = self.hashed(password.to_owned()).await?;
        self.replace_password(actor, row.kind, &row.id, password).await?;
        self.begin_session(actor, Who::Member, &row.id, Began::confirmed("password", self.now())).await
    }

    /// What a member may do now; `None` where they are none.
    pub(crate) async fn authority_of(&self, email: &str) -> Result<Option<(Account, Authority)>, Error> {
        let Some((row, account)) = self.account(PersonKind::Member, email).await? else { return Ok(None) };
        let roles = self.known_roles().await?;
        let grants = self.all_roles(&account).into_iter();
        let grants = grants.map(|held| roles.grant(&held));
        let authority = Authority::of(grants.collect(), Some(Arc::from(row.id)));
        Ok(Some((account, authority)))
    }

    async fn member_row(&self, email: &str) -> Result<(PersonRow, Account), Error> {
        let email = email.trim().to_lowercase();
        self.account(PersonKind::Member, &email).await?.ok_or_else(|| unknown(&email))
    }

    /// # Errors
    /// [`Error::Forbidden`] where a member may anything that `actor` may not.
    pub(crate) async fn may_change(&self, actor: &Actor, account: &Account) -> Result<(), Error> {
        let roles = self.known_roles().await?;
        let by_groups = self.roles_by_groups(account).into_iter().map(|(held, _)| held);
        // What does not count now may tomorrow.
        let mut all = account.memberships.iter().cloned().chain(by_groups);
        all.try_for_each(|held| may_give(actor, &roles, &held))
    }

    async fn password_link(
        &self,
        actor: &Actor,
        row: &PersonRow,
        account: &Account,
        lasts: u64,
    ) -> Result<Invited, Error> {
        let (secret, token_hash) = digest::token();
        let expires_at = self.now() + lasts;
        let link = Link {
            token_hash,
            role: word(row.kind).to_owned(),
            subject: row.id.clone(),
            purpose: SET_PASSWORD.to_owned(),
            expires_at,
        };
        self.inner.store.add_link(link).await.map_err(Error::Store)?;
        let member = self
            .seen(actor, row, account)
            .unwrap_or_else(|| member_view(row, account, Vec::new(), Vec::new()));
        Ok(Invited { member, secret, expires_at: timestamp(expires_at) })
    }

    fn acceptable_roles(
        &self,
        roles: &Roles,
        mut asked: Vec<Membership>,
        may_be_none: bool,
    ) -> Result<Vec<Membership>, Error> {
        let mut findings = Vec::new();
        if (asked.is_empty() && !may_be_none) || asked.len() > MOST_ROLES {
            let message = format!("a member has 1 to {MOST_ROLES} roles");
            findings.push(Finding::error("invalid-member", message).in_field("roles"));
        }
        for (at, held) in asked.iter().enumerate() {
            if let Err(reason) = roles.check(held.role.as_str()) {
                findings.push(Finding::error("invalid-member", reason).in_field(format!("roles[{at}].role")));
            }
            if let Some(reason) = held.only.as_ref().and_then(Only::fault) {
                findings.push(Finding::error("invalid-member", reason).in_field(format!("roles[{at}].only")));
            }
            if let Scope::One(name) = &held.workspace
                && let Err(error) = self.check_workspace(name)
            {
                let finding = Finding::error("invalid-member", error.to_string());
                findings.push(finding.in_field(format!("roles[{at}].workspace")));
            }
        }
        if !findings.is_empty() {
            return Err(Error::Invalid(findings));
        }
        asked.sort();
        asked.dedup();
        Ok(asked)
    }

    /// A member as far as `actor` sees them: their roles everywhere, and those in workspaces whose people they see.
    pub(super) fn seen(&self, actor: &Actor, row: &PersonRow, account: &Account) -> Option<MemberView> {
        let is_seen = |held: &Membership| sees(actor, &held.workspace);
        let roles: Vec<Membership> =
            account.memberships.iter().filter(|held| is_seen(held)).cloned().collect();
        let mut by_groups: Vec<Membership> =
            self.roles_by_groups(account).into_iter().map(|(held, _)| held).filter(is_seen).collect();
        by_groups.sort();
        by_groups.dedup();
        // Who has no role any more is seen by those who see everybody.
        let has_none = account.memberships.is_empty() && by_groups.is_empty() && sees_all(actor);
        // Who is put into a workspace is seen there before they have a role.
        let is_put = account.provisioned.keys().any(|ws| sees(actor, &Scope::One(ws.clone())));
        let is_known = !roles.is_empty() || !by_groups.is_empty() || has_none || is_put;
        is_known.then(|| member_view(row, account, roles, by_groups))
    }

    async fn not_the_last_admin(&self, email: &str) -> Result<(), Error> {
        let others = self.accounts(PersonKind::Member).await?;
        if others.iter().any(|(row, account)| row.id != email && is_admin(account)) {
            return Ok(());
        }
        let detail = format!(
            "`{email}` is the last administrator; give another active member the role `{ADMIN_ROLE}` in workspace `*` first"
        );
        Err(Error::Conflict { detail })
    }
}

/// Whether they can sign in, and do everything then.
fn is_admin(account: &Account) -> bool {
    let everywhere = |held: &Membership| {
        held.workspace == Scope::Every && held.role.as_str() == ADMIN_ROLE && held.only.is_none()
    };
    has_way_in(account) && account.memberships.iter().any(everywhere)
}

pub(super) fn may_give(actor: &Actor, roles: &Roles, held: &Membership) -> Result<(), Error> {
    may_change_people(actor, &held.workspace)?;
    let permissions: Permissions = roles.permissions(held.role.as_str());
    no_more_than(actor, &held.workspace, &permissions, &format!("role `{}`", held.role))
}

fn sees(actor: &Actor, scope: &Scope) -> bool {
    let read = Permission::read(Area::People);
    *scope == Scope::Every || actor.authority.at(scope).reach(read) == Reach::Everything
}

fn sees_all(actor: &Actor) -> bool {
    actor.authority.at(&Scope::Every).reach(Permission::read(Area::People)) == Reach::Everything
}

fn has_way_in(account: &Account) -> bool {
    account.password.is_some() || !account.identities.is_empty()
}

fn member_view(
    row: &PersonRow,
    account: &Account,
    roles: Vec<Membership>,
    roles_by_groups: Vec<Membership>,
) -> MemberView {
    let state = match has_way_in(account) {
        _ if account.is_suspended() => "suspended",
        true => "active",
        false => "invited",
    };
    MemberView {
        email: row.id.clone(),
        name: account.name.clone(),
        roles,
        roles_by_groups,
        identities: identity_views(account),
        state: state.to_owned(),
        second_factor: account.second_factor.is_some(),
        passkeys: account.second_factor.as_ref().map_or_else(Vec::new, SecondFactor::passkey_views),
        created_at: timestamp(account.created_at).to_string(),
        last_sign_in_at: account.last_sign_in_at.map(|at| timestamp(at).to_string()),
    }
}

/// What the audit log keeps of a member.
fn written(account: &Account) -> Value {
    json!({ "name": account.name, "roles": account.memberships })
}

fn unknown(email: &str) -> Error {
    Error::Missing { what: format!("member `{email}`") }
}
