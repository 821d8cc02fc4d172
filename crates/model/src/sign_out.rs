//! Sessions that identity providers ended, as gateways tell each other by way of the control plane.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::KeyHash;

/// Sessions that ended before their time. Who it was, nobody learns from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    /// A hash of the provider, the client and the session, or the person.
    pub mark: KeyHash,
    /// Those end that began before this; milliseconds since 1970.
    pub before: u64,
    /// When none of them would last any more, so that this can be forgotten; milliseconds since 1970.
    pub until: u64,
}
