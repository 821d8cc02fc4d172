//! Keys that were used lately, until somebody takes the list away.

use std::{collections::HashMap, sync::Mutex};

use model::{KeyHash, KeyUse, Name, snapshot::Caller};

use crate::worker::lock;

/// Keys that are held at most. Beyond, uses are not noted until the list is taken.
const MOST: usize = 100_000;

/// When keys were used that nobody was told of yet. A key comes here once a minute at most, so that workers seldom meet.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashMap<(Name, KeyHash), u64>>);

impl KeyUses {
    pub(crate) fn note(&self, caller: &Caller, key: KeyHash, at: u64) {
        let mut uses = lock(&self.0);
        if uses.len() < MOST {
            uses.insert((caller.workspace.clone(), key), at);
        }
    }

    /// Takes what there is.
    pub(crate) fn take(&self) -> Vec<KeyUse> {
        let taken = std::mem::take(&mut *lock(&self.0));
        let used = |((workspace, key_hash), used_at)| KeyUse { workspace, key_hash, used_at };
        taken.into_iter().map(used).collect()
    }
}
