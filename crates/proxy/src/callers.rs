//! Finds callers by the hashes of their keys.
//!
//! 1024 shards by the first bits of the hash, shared between snapshots: a changed caller costs its shards, not all callers.

use std::{collections::HashMap, sync::Arc};

use model::{KeyHash, shared_map::Difference, snapshot::Caller};
use policy::CallerIndex;

use crate::hashed::HashedAlready;

const SHARDS: usize = 1024;

type Shard = HashMap<KeyHash, (Arc<Caller>, Option<u64>), HashedAlready>;

/// All callers of a snapshot.
#[derive(Clone)]
pub(crate) struct Callers {
    shards: Box<[Arc<Shard>]>,
}

impl Default for Callers {
    fn default() -> Callers {
        let empty = Arc::<Shard>::default();
        Callers { shards: vec![empty; SHARDS].into() }
    }
}

impl CallerIndex for Callers {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        self.shards[shard(hash)].get(hash).cloned()
    }
}

impl Callers {
    /// The index after some callers changed.
    pub(crate) fn changed(&self, changes: &[Difference<'_, Arc<Caller>>]) -> Callers {
        let mut callers = self.clone();
        for (_, before, _) in changes {
            for key in before.iter().flat_map(|caller| &caller.keys) {
                callers.shard(&key.hash).remove(&key.hash);
            }
        }
        for (_, _, after) in changes {
            let Some(caller) = after else { continue };
            for key in &caller.keys {
                callers.shard(&key.hash).insert(key.hash, (Arc::clone(caller), key.expires_at));
            }
        }
        callers
    }

    fn shard(&mut self, hash: &KeyHash) -> &mut Shard {
        Arc::make_mut(&mut self.shards[shard(hash)])
    }
}

fn shard(KeyHash(hash): &KeyHash) -> usize {
    usize::from(u16::from_le_bytes([hash[0], hash[1]])) % SHARDS
}

#[cfg(test)]
mod tests {
    use model::{
        SharedMap,
        snapshot::{Access, CallerKey},
    };

    use super::*;

    fn hash(n: u32) -> KeyHash {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &n.to_be_bytes());
        KeyHash(digest.as_ref().try_into().unwrap())
    }

    fn caller(name: &str, keys: &[u32]) -> (Arc<str>, Arc<Caller>) {
        let keys =
            keys.iter().map(|n| CallerKey { hash: hash(*n), expires_at: Some(u64::from(*n)) }).collect();
        let caller = Caller {
            key: format!("consumer/{name}").into(),
            name: name.into(),
            workspace: "default".parse().unwrap(),
            groups: Vec::new(),
            keys,
            access: Access::Any,
            policies: Vec::new(),
        };
        (Arc::clone(&caller.key), Arc::new(caller))
    }

    fn changed(index: &Callers, before: &SharedMap<Arc<Caller>>, after: &SharedMap<Arc<Caller>>) -> Callers {
        index.changed(&after.changes(before, Arc::ptr_eq))
    }

    #[test]
    fn a_changed_caller_loses_old_keys_and_gains_new_ones_and_no_other_shard_is_copied() {
        let before = SharedMap::from_iter([caller("ada", &[1, 2]), caller("bob", &[3])]);
        let first = changed(&Callers::default(), &SharedMap::new(), &before);
        assert_eq!(first.by_key(&hash(3)).unwrap().1, Some(3));

        let mut after = before.clone();
        after.extend([caller("ada", &[2, 4])]);
        let second = changed(&first, &before, &after);
        assert!(second.by_key(&hash(1)).is_none());
        assert_eq!(&*second.by_key(&hash(4)).unwrap().0.name, "ada");
        assert!(first.by_key(&hash(1)).is_some(), "the index before stays as it was");
        let copied = first.shards.iter().zip(&second.shards).filter(|(a, b)| !Arc::ptr_eq(a, b)).count();
        assert!(copied <= 3);
    }

    #[test]
    fn a_hundred_thousand_keys_are_found() {
        let all: SharedMap<_> = (0..1000_u32)
            .map(|n| caller(&format!("c{n}"), &(n * 100..n * 100 + 100).collect::<Vec<_>>()))
            .collect();
        let callers = changed(&Callers::default(), &SharedMap::new(), &all);
        for n in (0..100_000).step_by(997) {
            assert_eq!(&*callers.by_key(&hash(n)).unwrap().0.name, format!("c{}", n / 100));
        }
        assert!(callers.by_key(&hash(100_000)).is_none());
    }
}
