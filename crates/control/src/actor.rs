//! Who changes something, and what they may.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Origin;

/// Who changes something, which way and from where. The audit log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `admin`, or the e-mail address of a developer.
    pub name: String,
    pub origin: Origin,
    /// The network address, where the change came over the network.
    pub address: Option<IpAddr>,
}

impl Actor {
    pub fn new(name: impl Into<String>, origin: Origin) -> Actor {
        Actor { name: name.into(), origin, address: None }
    }

    #[must_use]
    pub fn from_address(mut self, address: IpAddr) -> Actor {
        self.address = Some(address);
        self
    }
}

/// What a signed-in person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything in the console.
    Admin,
    /// Their own apps in the portal.
    Developer,
}
