//! Roles: those that are built in, and those an organization makes.

use model::{Finding, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{PeopleChange, PersonKind, PersonRow};

use super::{
    Account, Membership,
    authority::{Grant, Scope},
    permission::{Area, Permission, Permissions, Reach, Verb},
};
use crate::{Actor, Control, Error};

/// The role that may do everything.
pub(crate) const ADMIN_ROLE: &str = "admin";
/// Roles an organization can make.
const MOST: usize = 100;

/// What a custom role is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Such as `apis:read`, `apis:write`, or `apis:write:own` for what one owns alone.
    pub permissions: Vec<String>,
}

/// A role and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoleView {
    pub name: String,
    pub description: String,
    /// Whether it is there from the start and stays as it is.
    pub built_in: bool,
    pub permissions: Vec<String>,
}

/// Name, what it is for, and what it may read and write.
struct BuiltIn {
    name: &'static str,
    description: &'static str,
    reads: &'static [Area],
    writes: &'static [Area],
    own: &'static [Area],
}

use Area::{
    Analytics, Apis, Apps, Audit, Blocks, Cache, Calls, Configuration, Consumers, Emergencies, Forensics,
    Gateways, Keys, People, Products, Reviews, Routes, Secrets, Splits, Standards, System, Tokens,
    Workspaces,
};

/// What everybody sees who is let in at all.
const SEEN: &[Area] = &[
    Apis,
    Splits,
    Routes,
    Consumers,
    Products,
    Apps,
    Gateways,
    Cache,
    Blocks,
    Standards,
    Reviews,
    Emergencies,
    Configuration,
    Analytics,
    System,
];

const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        name: "viewer",
        description: "Sees what is configured and how traffic is; no calls, secrets, people or audit log.",
        reads: &[],
        writes: &[],
        own: &[],
    },
    BuiltIn {
        name: "developer",
        description: "Makes and changes APIs, routes and upstreams.",
        reads: &[Calls, Secrets, Tokens],
        writes: &[Apis, Splits, Routes, Cache, Reviews, Configuration, Tokens],
        own: &[],
    },
    BuiltIn {
        name: "api-owner",
        description: "Makes APIs, and changes those whose `owner` they are.",
        reads: &[Calls, Tokens],
        writes: &[Reviews, Configuration, Tokens],
        own: &[Apis, Splits],
    },
    BuiltIn {
        name: "operator",
        description: "Runs gateways: listeners, certificates, upstreams, rollouts, stored responses, callers.",
        reads: &[Calls, Secrets, Audit, Tokens, Workspaces],
        writes: &[
            Splits,
            Routes,
            Consumers,
            Keys,
            Products,
            Apps,
            Gateways,
            Cache,
            Blocks,
            Emergencies,
            Secrets,
            Configuration,
            Tokens,
            Workspaces,
            System,
        ],
        own: &[],
    },
    BuiltIn {
        name: "security",
        description: "Watches and stops: the audit log, calls, blocks, keys, secrets; sees people and tokens.",
        reads: &[Calls, Secrets, Audit, Forensics, People, Tokens],
        writes: &[Consumers, Keys, Blocks, Secrets, Standards, Reviews, Tokens],
        own: &[],
    },
    BuiltIn {
        name: ADMIN_ROLE,
        description: "Everything, people included.",
        reads: Area::ALL,
        writes: Area::ALL,
        own: &[],
    },
];

impl BuiltIn {
    fn permissions(&self) -> Permissions {
        let mut all = Permissions::default();
        for area in SEEN.iter().chain(self.reads) {
            all.insert(Permission::read(*area), Reach::Everything);
        }
        for area in self.writes {
            all.insert(Permission::write(*area), Reach::Everything);
        }
        for area in self.own {
            all.insert(Permission { area: *area, verb: Verb::Write }, Reach::Own);
        }
        all
    }

    fn view(&self) -> RoleView {
        RoleView {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            built_in: true,
            permissions: self.permissions().words(),
        }
    }
}

/// Every role there is, with what it may do.
pub(crate) struct Roles(Vec<PersonRow>);

impl Roles {
    /// What a role may do; nothing where there is none of the name.
    pub(crate) fn permissions(&self, name: &str) -> Permissions {
        self.find(name).unwrap_or_default()
    }

    /// What somebody holds by a role.
    pub(crate) fn grant(&self, held: &Membership) -> Grant {
        let permissions = self.permissions(held.role.as_str());
        Grant { scope: held.workspace.clone(), permissions, only: held.only.clone() }
    }

    /// What it gives at most.
    pub(crate) fn most(&self, held: &Membership) -> Permissions {
        self.grant(held).most()
    }

    pub(crate) fn find(&self, name: &str) -> Option<Permissions> {
        if let Some(built_in) = BUILT_IN.iter().find(|role| role.name == name) {
            return Some(built_in.permissions());
        }
        let row = self.0.iter().find(|row| row.id == name)?;
        // A word that a newer build wrote gives nothing here.
        let words = form_of(row).permissions;
        let known = words.iter().filter_map(|word| Permissions::read(&[word]).ok());
        Some(known.fold(Permissions::default(), Permissions::and))
    }

    fn views(&self) -> Vec<RoleView> {
        let custom = self.0.iter().map(|row| {
            let RoleForm { description, permissions } = form_of(row);
            RoleView { name: row.id.clone(), description, built_in: false, permissions }
        });
        BUILT_IN.iter().map(BuiltIn::view).chain(custom).collect()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        BUILT_IN.iter().map(|role| role.name).chain(self.0.iter().map(|row| &*row.id))
    }

    /// # Errors
    /// What to say of a name that no role has.
    pub(crate) fn check(&self, name: &str) -> Result<Permissions, String> {
        self.find(name).ok_or_else(|| {
            let near = crate::nearest::suggestion(name, self.names());
            format!("there is no role `{name}`{near}")
        })
    }
}

fn form_of(row: &PersonRow) -> RoleForm {
    serde_json::from_value(row.document.clone())
        .unwrap_or(RoleForm { description: String::new(), permissions: Vec::new() })
}

impl Control {
    pub(crate) async fn known_roles(&self) -> Result<Roles, Error> {
        Ok(Roles(self.inner.store.people(PersonKind::Role).await.map_err(Error::Store)?))
    }

    /// Every role, those built in first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn roles(&self) -> Result<Vec<RoleView>, Error> {
        Ok(self.known_roles().await?.views())
    }

    /// Makes a role of one's own, or changes it: for all who have it, at once.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] for one that is built in; [`Error::Forbidden`] where it may, or might, more than who asks.
    pub async fn put_role(&self, actor: &Actor, name: &Name, form: RoleForm) -> Result<RoleView, Error> {
        let _changing = self.inner.people.changing.lock().await;
        let roles = self.known_roles().await?;
        self.may_change_role(actor, &roles, name)?;
        let permissions = Permissions::read(&form.permissions).map_err(|(at, reason)| {
            let finding = Finding::error("invalid-role", reason).in_field(format!("permissions[{at}]"));
            Error::Invalid(vec![finding])
        })?;
        if form.description.chars().count() > 500 {
            let finding = Finding::error("invalid-role", "a description has at most 500 characters");
            return Err(Error::Invalid(vec![finding.in_field("description")]));
        }
        super::no_more_than(actor, &Scope::Every, &permissions, &format!("role `{name}`"))?;
        let before = roles.0.iter().find(|row| row.id == name.as_str());
        if before.is_none() && roles.0.len() >= MOST {
            let detail = format!("there are {MOST} roles already; delete one first");
            return Err(Error::Conflict { detail });
        }
        let form = RoleForm { permissions: permissions.words(), ..form };
        let document = json!({ "description": form.description, "permissions": form.permissions });
        let action = if before.is_some() { "update" } else { "create" };
        let known = before.map(|row| row.document.clone());
        let row = PersonRow {
            kind: PersonKind::Role,
            id: name.to_string(),
            version: before.map_or(0, |row| row.version) + 1,
            document: document.clone(),
        };
        let entry = self.entry(actor, action, ("role", name.as_str()), known, Some(document));
        self.change_people(PeopleChange { puts: vec![row], entry: Some(entry), ..PeopleChange::default() })
            .await?;
        let RoleForm { description, permissions } = form;
        Ok(RoleView { name: name.to_string(), description, built_in: false, permissions })
    }

    /// Deletes a role that nobody has.
    ///
    /// # Errors
    /// [`Error::Missing`]; [`Error::Conflict`] for one that is built in, or that somebody has; [`Error::Forbidden`].
    pub async fn delete_role(&self, actor: &Actor, name: &Name) -> Result<(), Error> {
        let _changing = self.inner.people.changing.lock().await;
        let roles = self.known_roles().await?;
        self.may_change_role(actor, &roles, name)?;
        let Some(row) = roles.0.iter().find(|row| row.id == name.as_str()) else {
            return Err(Error::Missing { what: format!("role `{name}`") });
        };
        let members = self.accounts(PersonKind::Member).await?;
        let of_member = |(email, account): &(PersonRow, Account)| {
            account.memberships.iter().any(|held| held.role == *name).then(|| email.id.clone())
        };
        let of_tokens = self.tokens_with_role(name).await?;
        let of_providers = self.providers_with_role(name);
        let holders = members.iter().filter_map(of_member).chain(of_tokens).chain(of_providers);
        let holders: Vec<String> = holders.take(5).collect();
        if !holders.is_empty() {
            let detail = format!("role `{name}` is that of {}; take it from them first", holders.join(", "));
            return Err(Error::Conflict { detail });
        }
        let entry =
            self.entry(actor, "delete", ("role", name.as_str()), Some(row.document.clone()), None::<Value>);
        self.change_people(PeopleChange {
            removed: vec![(PersonKind::Role, row.id.clone(), row.version)],
            entry: Some(entry),
            ..PeopleChange::default()
        })
        .await
    }

    /// Roles hold in every workspace, so that only who changes people everywhere changes them, and none that may more than they.
    fn may_change_role(&self, actor: &Actor, roles: &Roles, name: &Name) -> Result<(), Error> {
        if BUILT_IN.iter().any(|role| role.name == name.as_str()) {
            let detail = format!("role `{name}` is built in; make one of another name");
            return Err(Error::Conflict { detail });
        }
        super::may_change_people(actor, &Scope::Every)?;
        super::no_more_than(
            actor,
            &Scope::Every,
            &roles.permissions(name.as_str()),
            &format!("role `{name}`"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_that_are_built_in_have_names_and_nothing_that_cannot_be() {
        let roles = Roles(Vec::new());
        for role in BUILT_IN {
            assert!(role.name.parse::<Name>().is_ok());
            let permissions = roles.find(role.name).unwrap();
            assert_eq!(Permissions::read(&permissions.words()).unwrap(), permissions);
            assert!(permissions.beyond(&roles.permissions(ADMIN_ROLE)).is_empty());
        }
        assert_eq!(roles.permissions(ADMIN_ROLE), Permissions::every());
        assert_eq!(
            roles.check("operater").unwrap_err(),
            "there is no role `operater`; did you mean `operator`?"
        );
    }
}
