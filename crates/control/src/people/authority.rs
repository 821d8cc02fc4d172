//! What one caller may do, in which workspace.

use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use model::Name;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::permission::{Permission, Permissions, Reach};

/// APIs and owners that one role is for.
const MOST_NAMED: usize = 100;

/// Where a role holds: in one workspace, or in every one there is and will be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Every,
    One(Name),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Every => f.write_str("*"),
            Scope::One(name) => fmt::Display::fmt(name, f),
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Scope, String> {
        match text {
            "*" => Ok(Scope::Every),
            name => name.parse().map(Scope::One).map_err(|error: model::InvalidName| error.to_string()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scope, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Scope {
    fn schema_name() -> Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "The name of a workspace, or `*` for every one.", "examples": ["*", "default"] })
    }
}

/// Which APIs a role is held for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// `orders` for every version, `orders@v1` for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apis: Vec<String>,
    /// APIs whose `owner` is one of these, such as the address of a team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
}

impl Only {
    /// For people: `orders, billing@v1, what pay@example.com owns`.
    pub fn said(&self) -> String {
        let owned = self.owners.iter().map(|owner| format!("what {owner} owns"));
        self.apis.iter().cloned().chain(owned).collect::<Vec<_>>().join(", ")
    }

    /// What is wrong with it, where something is.
    pub(crate) fn fault(&self) -> Option<String> {
        let count = self.apis.len() + self.owners.len();
        if !(1..=MOST_NAMED).contains(&count) {
            return Some(format!("names 1 to {MOST_NAMED} APIs and owners; leave it out for all"));
        }
        let wrong = self.apis.iter().find(|api| {
            let (name, version) = api.split_once('@').unwrap_or((api, "v1"));
            name.parse::<Name>().is_err() || version.is_empty() || version.len() > 64
        });
        if let Some(api) = wrong {
            return Some(format!("`{api}` is no API such as `orders` or `orders@v1`"));
        }
        let wrong = self.owners.iter().any(|owner| owner.trim().is_empty() || owner.len() > 254);
        wrong.then(|| "an owner is what APIs say as their `owner`, of 254 bytes at most".to_owned())
    }

    fn covers(&self, thing: &Thing<'_>) -> bool {
        let is = |api: &String| {
            let (name, version) =
                api.split_once('@').map_or((&**api, None), |(name, version)| (name, Some(version)));
            let id = thing.api.as_deref().unwrap_or_default();
            let (its, of) = id.split_once('@').map_or((id, None), |(its, of)| (its, Some(of)));
            its == name && (version.is_none() || version == of)
        };
        let owner = thing.owner.map(str::trim).filter(|owner| !owner.is_empty());
        let owns = |one: &String| owner.is_some_and(|owner| owner.eq_ignore_ascii_case(one.trim()));
        self.apis.iter().any(is) || self.owners.iter().any(owns)
    }
}

/// A role that is held: where, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) scope: Scope,
    pub(crate) permissions: Permissions,
    /// Nothing but this, where it is said.
    pub(crate) only: Option<Only>,
}

impl Grant {
    /// All that it gives, whatever it is for.
    #[cfg(test)]
    pub(crate) fn whole(scope: Scope, permissions: Permissions) -> Grant {
        Grant { scope, permissions, only: None }
    }

    /// What it gives at most.
    pub(crate) fn most(&self) -> Permissions {
        if self.only.is_some() { self.permissions.for_some() } else { self.permissions }
    }

    fn holds_at(&self, scope: &Scope) -> bool {
        self.scope == Scope::Every || self.scope == *scope
    }
}

/// Something that may be changed, by what says who may.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thing<'a> {
    /// The API that it is, or is about: `orders@v1`.
    pub(crate) api: Option<Cow<'a, str>>,
    pub(crate) owner: Option<&'a str>,
}

/// What one caller may do. The one place that says it: the endpoints' gate and every change of a document ask here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// `None` is everything everywhere: the administrator's token, and this program itself.
    grants: Option<Vec<Grant>>,
    /// Whose what they own is; lower case.
    owner: Option<Arc<str>>,
    /// Never more than this one may.
    within: Option<Arc<Authority>>,
}

impl Authority {
    /// Everything, everywhere.
    pub fn full() -> Authority {
        Authority { grants: None, owner: None, within: None }
    }

    pub(crate) fn of(grants: Vec<Grant>, owner: Option<Arc<str>>) -> Authority {
        Authority { grants: Some(grants), owner, within: None }
    }

    #[must_use]
    pub(crate) fn within(self, other: Arc<Authority>) -> Authority {
        Authority { within: Some(other), ..self }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.grants.is_none() && self.within.is_none()
    }

    /// Everything they may do at a scope. What holds in every workspace holds in each; never the other way round.
    pub fn at(&self, scope: &Scope) -> Permissions {
        let own = match &self.grants {
            None => Permissions::every(),
            Some(grants) => grants
                .iter()
                .filter(|grant| grant.holds_at(scope))
                .fold(Permissions::default(), |all, grant| all.and(grant.most())),
        };
        self.within.as_ref().map_or(own, |other| own.within(other.at(scope)))
    }

    /// How far a permission of theirs goes in a workspace.
    pub fn reach(&self, permission: Permission, workspace: &Name) -> Reach {
        self.at(&Scope::One(workspace.clone())).reach(permission)
    }

    /// Whether they may do something with one thing of a workspace.
    pub(crate) fn allows(&self, permission: Permission, workspace: &Name, thing: &Thing<'_>) -> bool {
        let scope = Scope::One(workspace.clone());
        let gives = |grant: &Grant| {
            let fits = grant.only.as_ref().is_none_or(|only| {
                // What is no API is none of those that it is for.
                grant.most().reach(permission) == Reach::Everything || only.covers(thing)
            });
            match grant.permissions.reach(permission) {
                _ if grant.most().reach(permission) == Reach::Nothing => false,
                Reach::Everything => fits,
                Reach::Own => fits && self.owns(thing.owner),
                Reach::Nothing => false,
            }
        };
        let own = self
            .grants
            .as_ref()
            .is_none_or(|grants| grants.iter().filter(|grant| grant.holds_at(&scope)).any(gives));
        own && self.within.as_ref().is_none_or(|other| other.allows(permission, workspace, thing))
    }

    /// Whether any role of theirs is for some APIs alone.
    pub fn is_for_some(&self) -> bool {
        self.grants.iter().flatten().any(|grant| grant.only.is_some())
            || self.within.as_ref().is_some_and(|other| other.is_for_some())
    }

    /// Whether this is the `owner` of something of theirs.
    pub(crate) fn owns(&self, owner: Option<&str>) -> bool {
        let is = |mine: &Arc<str>| owner.is_some_and(|owner| owner.trim().eq_ignore_ascii_case(mine));
        self.owner.as_ref().is_some_and(is)
    }

    pub(crate) fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Area;

    fn held(scope: Scope, permissions: Permissions) -> Grant {
        Grant::whole(scope, permissions)
    }

    fn of(words: &[&str]) -> Permissions {
        Permissions::read(words).unwrap()
    }

    #[test]
    fn a_role_in_one_workspace_says_nothing_of_another() {
        let (here, there): (Name, Name) = ("here".parse().unwrap(), "there".parse().unwrap());
        let read = Permission::read(Area::Apis);
        let authority = Authority::of(vec![held(Scope::One(here.clone()), of(&["apis:read"]))], None);
        assert_eq!(authority.reach(read, &here), Reach::Everything);
        assert_eq!(authority.reach(read, &there), Reach::Nothing);
        assert_eq!(authority.at(&Scope::Every), Permissions::default());
        let everywhere = Authority::of(vec![held(Scope::Every, of(&["apis:read"]))], None);
        assert_eq!(everywhere.reach(read, &there), Reach::Everything);
    }

    #[test]
    fn a_bound_takes_away_and_never_adds() {
        let bound = Authority::of(vec![held(Scope::Every, of(&["apis:read", "apis:write:own"]))], None);
        let asked = Authority::of(vec![held(Scope::Every, of(&["apis:write", "audit:read"]))], None);
        let both = asked.within(Arc::new(bound)).at(&Scope::Every);
        assert_eq!(both.words(), ["apis:write:own"]);
    }

    #[test]
    fn a_role_for_some_apis_changes_those_and_nothing_that_is_none() {
        let here: Name = "here".parse().unwrap();
        let only = |apis: &[&str], owners: &[&str]| {
            let own = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
            Some(Only { apis: own(apis), owners: own(owners) })
        };
        let role = of(&[
            "apis:read",
            "apis:write",
            "splits:write",
            "routes:write",
            "calls:read",
            "configuration:write",
            "reviews:write",
        ]);
        let grant = Grant {
            scope: Scope::One(here.clone()),
            permissions: role,
            only: only(&["orders", "billing@v2"], &["pay@example.com"]),
        };
        let some = Authority::of(vec![grant.clone()], Some("ana@example.com".into()));
        assert_eq!(
            some.at(&Scope::One(here.clone())).words(),
            ["apis:read:own", "apis:write:own", "splits:write:own", "configuration:write", "calls:read:own"]
        );
        let may = |who: &Authority, area: Area, api: Option<&str>, owner: Option<&str>| {
            who.allows(Permission::write(area), &here, &Thing { api: api.map(Cow::from), owner })
        };
        for (api, owner, expected) in [
            (Some("orders@v1"), None, true),
            (Some("orders@v7"), Some("bob@example.com"), true),
            (Some("billing@v2"), None, true),
            (Some("billing@v1"), None, false),
            (Some("order@v1"), None, false),
            (Some("stock@v1"), Some("Pay@Example.com"), true),
            // It is not for what is theirs by the way.
            (Some("stock@v1"), Some("ana@example.com"), false),
            (Some("stock@v1"), Some(""), false),
            (None, None, false),
        ] {
            assert_eq!(may(&some, Area::Apis, api, owner), expected, "{api:?} {owner:?}");
        }
        assert!(!may(&some, Area::Routes, Some("orders@v1"), None));
        let sees = |api: &str| {
            some.allows(
                Permission::read(Area::Apis),
                &here,
                &Thing { api: Some(api.to_owned().into()), owner: None },
            )
        };
        assert!(sees("orders@v1") && !sees("stock@v1"));
        assert!(may(&some, Area::Configuration, None, None));
        assert!(!some.allows(
            Permission::write(Area::Apis),
            &"there".parse().unwrap(),
            &Thing { api: Some("orders@v1".into()), owner: None }
        ));
        // Another role that is whole gives what it gives, and a bound takes away.
        let owner = Grant::whole(Scope::Every, of(&["apis:write:own"]));
        let both = Authority::of(vec![grant, owner.clone()], Some("ana@example.com".into()));
        assert!(may(&both, Area::Apis, Some("stock@v1"), Some("ana@example.com")));
        let whole =
            Authority::of(vec![Grant::whole(Scope::Every, of(&["apis:write", "routes:write"]))], None);
        let bound = whole.within(Arc::new(some));
        assert!(
            may(&bound, Area::Apis, Some("orders@v1"), None)
                && !may(&bound, Area::Apis, Some("stock@v1"), None)
        );
        assert!(!may(&bound, Area::Routes, None, None));
        // Of what somebody owns, a limit leaves a part.
        let part = Grant { only: only(&["orders"], &[]), ..owner };
        let part = Authority::of(vec![part], Some("ana@example.com".into()));
        assert!(may(&part, Area::Apis, Some("orders@v1"), Some("ana@example.com")));
        assert!(!may(&part, Area::Apis, Some("orders@v1"), Some("bob@example.com")));
        assert!(!may(&part, Area::Apis, Some("stock@v1"), Some("ana@example.com")));
    }

    #[test]
    fn who_has_no_address_owns_nothing() {
        let nobody = Authority::of(Vec::new(), None);
        assert!(!nobody.owns(None) && !nobody.owns(Some("")));
        let ana = Authority::of(Vec::new(), Some("ana@example.com".into()));
        assert!(ana.owns(Some("Ana@Example.com")) && !ana.owns(None) && !ana.owns(Some("bea@example.com")));
    }
}
