//! What one caller may do, in which workspace.

use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use model::Name;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::permission::{Permission, Permissions, Reach};

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

/// What one caller may do. The one place that says it: the endpoints' gate and every change of a document ask here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// `None` is everything everywhere: the administrator's token, and this program itself.
    grants: Option<Vec<(Scope, Permissions)>>,
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

    pub(crate) fn of(grants: Vec<(Scope, Permissions)>, owner: Option<Arc<str>>) -> Authority {
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
                .filter(|(held, _)| *held == Scope::Every || held == scope)
                .fold(Permissions::default(), |all, (_, permissions)| all.and(*permissions)),
        };
        self.within.as_ref().map_or(own, |other| own.within(other.at(scope)))
    }

    /// How far a permission of theirs goes in a workspace.
    pub fn reach(&self, permission: Permission, workspace: &Name) -> Reach {
        self.at(&Scope::One(workspace.clone())).reach(permission)
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

    fn of(words: &[&str]) -> Permissions {
        Permissions::read(words).unwrap()
    }

    #[test]
    fn a_role_in_one_workspace_says_nothing_of_another() {
        let (here, there): (Name, Name) = ("here".parse().unwrap(), "there".parse().unwrap());
        let read = Permission::read(Area::Apis);
        let authority = Authority::of(vec![(Scope::One(here.clone()), of(&["apis:read"]))], None);
        assert_eq!(authority.reach(read, &here), Reach::Everything);
        assert_eq!(authority.reach(read, &there), Reach::Nothing);
        assert_eq!(authority.at(&Scope::Every), Permissions::default());
        let everywhere = Authority::of(vec![(Scope::Every, of(&["apis:read"]))], None);
        assert_eq!(everywhere.reach(read, &there), Reach::Everything);
    }

    #[test]
    fn a_bound_takes_away_and_never_adds() {
        let bound = Authority::of(vec![(Scope::Every, of(&["apis:read", "apis:write:own"]))], None);
        let asked = Authority::of(vec![(Scope::Every, of(&["apis:write", "audit:read"]))], None);
        let both = asked.within(Arc::new(bound)).at(&Scope::Every);
        assert_eq!(both.words(), ["apis:write:own"]);
    }

    #[test]
    fn who_has_no_address_owns_nothing() {
        let nobody = Authority::of(Vec::new(), None);
        assert!(!nobody.owns(None) && !nobody.owns(Some("")));
        let ana = Authority::of(Vec::new(), Some("ana@example.com".into()));
        assert!(ana.owns(Some("Ana@Example.com")) && !ana.owns(None) && !ana.owns(Some("bea@example.com")));
    }
}
