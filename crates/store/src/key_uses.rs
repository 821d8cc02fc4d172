//! When keys were last used, as gateways tell it.

use model::{KeyHash, Name};

/// When a key was last used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyUseRow {
    pub workspace: Name,
    pub key: KeyHash,
    /// Milliseconds since 1970.
    pub used_at: u64,
}
