//! What somebody may do: areas of the product, each read or written.

use std::fmt;

macro_rules! areas {
    ($( $area:ident = $word:literal, $said:literal; )+) => {
        /// A part of the product that is read and written by a permission of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Area { $( #[doc = $said] $area, )+ }

        impl Area {
            pub const ALL: &[Area] = &[ $( Area::$area, )+ ];

            pub fn as_str(self) -> &'static str {
                match self { $( Area::$area => $word, )+ }
            }

            /// What belongs to it, for people.
            pub fn said(self) -> &'static str {
                match self { $( Area::$area => $said, )+ }
            }
        }
    };
}

areas! {
    Apis = "apis", "APIs, their contracts, policies and lifecycle.";
    Splits = "splits", "Shares of traffic between branches of an API or route.";
    Routes = "routes", "Explicit routes and upstreams.";
    Consumers = "consumers", "Consumers.";
    Keys = "keys", "Keys and passwords of consumers and apps.";
    Products = "products", "Products and plans.";
    Apps = "apps", "Apps and subscriptions of developers.";
    Gateways = "gateways", "Settings of gateways, and certificates.";
    Cache = "cache", "Stored responses.";
    Blocks = "blocks", "What is blocked in an emergency.";
    Standards = "standards", "What is asked of APIs, and what is let pass for a while.";
    Reviews = "reviews", "Reviews of APIs: remarks and approvals.";
    Emergencies = "emergencies", "Passing by what standards ask; reading is who did, and why.";
    Secrets = "secrets", "The store of secrets; reading is their names, and naming them in documents.";
    Configuration = "configuration", "Everything documents hold, as a folder: read whole, or applied.";
    Analytics = "analytics", "Traffic, usage, and how upstreams stand.";
    Calls = "calls", "Logged calls, with addresses of clients.";
    Audit = "audit", "Who did what.";
    Forensics = "forensics", "Bundles of all that is known of a caller, with its calls and addresses.";
    People = "people", "Members and roles.";
    Tokens = "tokens", "Service tokens.";
    Workspaces = "workspaces", "Workspaces: tenants, and how much they may have.";
    System = "system", "The process, its gateways and its store.";
}

/// Whether something is looked at or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Read,
    Write,
}

/// The right to read or to write an area, such as `apis:write`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    pub area: Area,
    pub verb: Verb,
}

impl Permission {
    pub const fn read(area: Area) -> Permission {
        Permission { area, verb: Verb::Read }
    }

    pub const fn write(area: Area) -> Permission {
        Permission { area, verb: Verb::Write }
    }

    /// All of them, by area.
    pub fn all() -> impl Iterator<Item = Permission> {
        Area::ALL.iter().flat_map(|area| [Permission::read(*area), Permission::write(*area)])
    }

    /// Whether it can be had for what one owns alone.
    pub fn can_be_own(self) -> bool {
        match self.verb {
            Verb::Write => matches!(self.area, Area::Apis | Area::Splits),
            Verb::Read => matches!(
                self.area,
                Area::Apis
                    | Area::Splits
                    | Area::Reviews
                    | Area::Secrets
                    | Area::Configuration
                    | Area::Analytics
                    | Area::Calls
            ),
        }
    }

    fn bit(self) -> u64 {
        1 << (self.area as u32 * 2 + self.verb as u32)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.verb == Verb::Read { "read" } else { "write" };
        write!(f, "{}:{verb}", self.area.as_str())
    }
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Nothing,
    /// A part: APIs whose `owner` is one's e-mail address, or those that a role is for.
    Own,
    Everything,
}

/// Permissions with their reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    everything: u64,
    own: u64,
}

impl Permissions {
    pub fn every() -> Permissions {
        let mut all = Permissions::default();
        Permission::all().for_each(|permission| all.insert(permission, Reach::Everything));
        all
    }

    pub(crate) fn insert(&mut self, permission: Permission, reach: Reach) {
        match reach {
            Reach::Nothing => {}
            Reach::Own => self.own |= permission.bit(),
            Reach::Everything => self.everything |= permission.bit(),
        }
    }

    pub fn reach(&self, permission: Permission) -> Reach {
        if self.everything & permission.bit() != 0 {
            Reach::Everything
        } else if self.own & permission.bit() != 0 {
            Reach::Own
        } else {
            Reach::Nothing
        }
    }

    pub fn is_none(&self) -> bool {
        *self == Permissions::default()
    }

    /// What is left of them where they are for some things alone: reading and changing those, and what is judged document by document.
    pub(crate) fn for_some(self) -> Permissions {
        let mut some = Permissions::default();
        for permission in Permission::all() {
            let judged = matches!(permission.area, Area::Configuration | Area::Tokens);
            let most = match permission {
                one if one.can_be_own() => Reach::Own,
                _ if judged => Reach::Everything,
                _ => Reach::Nothing,
            };
            some.insert(permission, self.reach(permission).min(most));
        }
        some
    }

    /// What either has.
    #[must_use]
    pub fn and(self, other: Permissions) -> Permissions {
        Permissions { everything: self.everything | other.everything, own: self.own | other.own }
    }

    /// What both have.
    #[must_use]
    pub fn within(self, other: Permissions) -> Permissions {
        let mut shared = Permissions::default();
        for permission in Permission::all() {
            shared.insert(permission, self.reach(permission).min(other.reach(permission)));
        }
        shared
    }

    /// Those that `self` has and `other` has not, or not so far.
    pub fn beyond(&self, other: &Permissions) -> Vec<String> {
        let beyond = |permission: &Permission| self.reach(*permission) > other.reach(*permission);
        Permission::all().filter(beyond).map(|permission| permission.to_string()).collect()
    }

    /// As roles write them: `apis:read`, `apis:write:own`.
    pub fn words(&self) -> Vec<String> {
        let word = |permission: Permission| match self.reach(permission) {
            Reach::Nothing => None,
            Reach::Own => Some(format!("{permission}:own")),
            Reach::Everything => Some(permission.to_string()),
        };
        Permission::all().filter_map(word).collect()
    }

    /// Reads what [`Permissions::words`] writes.
    ///
    /// # Errors
    /// Which word is none, by its position.
    pub fn read<T: AsRef<str>>(words: &[T]) -> Result<Permissions, (usize, String)> {
        let mut read = Permissions::default();
        for (at, word) in words.iter().enumerate() {
            let (permission, reach) = one(word.as_ref()).map_err(|reason| (at, reason))?;
            read.insert(permission, reach);
        }
        Ok(read)
    }
}

fn one(word: &str) -> Result<(Permission, Reach), String> {
    let (name, reach) = match word.strip_suffix(":own") {
        Some(name) => (name, Reach::Own),
        None => (word, Reach::Everything),
    };
    let Some(permission) = Permission::all().find(|known| known.to_string() == name) else {
        let known: Vec<String> = Permission::all().map(|known| known.to_string()).collect();
        let near = crate::nearest::suggestion(name, known.iter().map(String::as_str));
        return Err(format!("`{word}` is no permission{near}"));
    };
    if reach == Reach::Own && !permission.can_be_own() {
        let can: Vec<String> = Permission::all()
            .filter(|known| known.can_be_own())
            .map(|known| format!("`{known}:own`"))
            .collect();
        let can = can.join(", ");
        return Err(format!("`{permission}` cannot be had for what one owns alone; these can: {can}"));
    }
    Ok((permission, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_read_as_they_are_written() {
        let words = ["apis:read", "apis:write:own", "audit:read"];
        let read = Permissions::read(&words).unwrap();
        assert_eq!(read.words(), words);
        assert_eq!(read.reach(Permission::write(Area::Apis)), Reach::Own);
        let every = Permissions::every();
        assert_eq!(Permissions::read(&every.words()).unwrap(), every);
        assert_eq!(read.beyond(&every), Vec::<String>::new());
        assert_eq!(every.within(read), read);
    }

    #[test]
    fn what_is_no_permission_is_told_with_what_was_meant() {
        let (at, reason) = Permissions::read(&["apis:read", "api:read"]).unwrap_err();
        assert_eq!((at, reason.as_str()), (1, "`api:read` is no permission; did you mean `apis:read`?"));
        assert!(Permissions::read(&["people:write:own"]).is_err());
        assert!(Permissions::read(&["", "*"]).is_err());
    }
}
