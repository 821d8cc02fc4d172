//! Who changes something, and what they may.

use std::{net::IpAddr, sync::Arc};

use model::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Origin;

use crate::{Authority, Error};

/// Who changes something, which way and from where. The audit log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `admin`, the e-mail address of a member or developer, or `token/` and the name of a service token.
    pub name: String,
    pub origin: Origin,
    /// Whose audit log keeps what they do beside changing documents: the workspace of a developer, `default` for others.
    pub workspace: Name,
    /// The network address, where the change came over the network.
    pub address: Option<IpAddr>,
    /// What they may do; documents are changed within it.
    pub authority: Arc<Authority>,
    /// Whether a person in a session showed lately that it is them; programs, which have no session, need not.
    pub is_confirmed: bool,
}

impl Actor {
    /// One who may do everything, such as this program itself; [`Actor::with`] is for everybody else.
    pub fn new(name: impl Into<String>, origin: Origin) -> Actor {
        Actor {
            name: name.into(),
            origin,
            workspace: Name::default_workspace(),
            address: None,
            authority: Arc::new(Authority::full()),
            is_confirmed: true,
        }
    }

    /// Goes on where a session was confirmed lately.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`].
    pub(crate) fn needs_confirmation(&self) -> Result<(), Error> {
        if self.is_confirmed { Ok(()) } else { Err(Error::Unconfirmed) }
    }

    #[must_use]
    pub fn with(mut self, authority: Arc<Authority>) -> Actor {
        self.authority = authority;
        self
    }

    #[must_use]
    pub fn in_workspace(&self, workspace: &Name) -> Actor {
        Actor { workspace: workspace.clone(), ..self.clone() }
    }

    #[must_use]
    pub fn from_address(mut self, address: IpAddr) -> Actor {
        self.address = Some(address);
        self
    }

    /// The same, from the same place, by another name.
    pub(crate) fn named(&self, name: &str) -> Actor {
        Actor { name: name.to_owned(), ..self.clone() }
    }
}

/// What somebody is who is recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Has the administrator's token, or a link of it: everything in the console.
    Admin,
    /// Of the console, as far as their roles go.
    Member,
    /// A service token, as far as it goes.
    Token,
    /// Their own apps in the portal.
    Developer,
}
