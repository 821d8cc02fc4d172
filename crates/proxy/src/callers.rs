//! Finds callers by the hashes of their keys.
//!
//! 1024 shards by the first bits of the hash, shared between snapshots: a changed caller costs its shards, not all callers.

use std::{collections::HashMap, sync::Arc};

use model::{KeyHash, SharedMap, shared_map::Difference, snapshot::Caller};
use policy::CallerIndex;

use crate::hashed::HashedAlready;

const SHARDS: usize = 1024;

type Shard = HashMap<KeyHash, (Arc<Caller>, Option<u64>), HashedAlready>;

/// All callers of a snapshot.
#[derive(Clone)]
pub(crate) struct Callers {
    shards: Box<[Arc<Shard>]>,
    /// By the names of their logins.
    usernames: SharedMap<Arc<Caller>>,
    /// By [`Caller::custom_id`].
    custom_ids: SharedMap<Arc<Caller>>,
    /// Consumers by name.
    consumers: SharedMap<Arc<Caller>>,
}

impl Default for Callers {
    fn default() -> Callers {
        let empty = Arc::<Shard>::default();
        Callers {
            shards: vec![empty; SHARDS].into(),
            usernames: SharedMap::new(),
            custom_ids: SharedMap::new(),
            consumers: SharedMap::new(),
        }
    }
}

impl CallerIndex for Callers {
    fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        self.shards[shard(hash)].get(hash).cloned()
    }

    fn by_username(&self, username: &str) -> Option<Arc<Caller>> {
        self.usernames.get(username).cloned()
    }

    fn by_subject(&self, subject: &str) -> Option<Arc<Caller>> {
        self.custom_ids.get(subject).or_else(|| self.consumers.get(subject)).cloned()
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
            if let Some(caller) = before {
                for login in &caller.logins {
                    callers.usernames.remove(&login.username);
                }
                if let Some(id) = &caller.custom_id {
                    callers.custom_ids.remove(id);
                }
                if is_consumer(caller) {
                    callers.consumers.remove(&caller.name);
                }
            }
        }
        for (_, _, after) in changes {
            let Some(caller) = after else { continue };
            for key in &caller.keys {
                callers.shard(&key.hash).insert(key.hash, (Arc::clone(caller), key.expires_at));
            }
            for login in &caller.logins {
                callers.usernames.insert(Arc::clone(&login.username), Arc::clone(caller));
            }
            if let Some(id) = &caller.custom_id {
                callers.custom_ids.insert(Arc::clone(id), Arc::clone(caller));
            }
            if is_consumer(caller) {
                callers.consumers.insert(Arc::clone(&caller.name), Arc::clone(caller));
            }
        }
        callers
    }

    fn shard(&mut self, hash: &KeyHash) -> &mut Shard {
        Arc::make_mut(&mut self.shards[shard(hash)])
    }
}

fn is_consumer(caller: &Caller) -> bool {
    caller.key.starts_with("consumer/")
}

fn shard(KeyHash(hash): &KeyHash) -> usize {
    usize::from(u16::from_le_bytes([hash[0], hash[1]])) % SHARDS
}

#[cfg(test)]
mod tests {
    use model::snapshot::{Access, CallerKey, Login};

    use super::*;

    fn hash(n: u32) -> KeyHash {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &n.to_be_bytes());
        KeyHash(digest.as_ref().try_into().unwrap())
    }

    fn caller(name: &str, keys: &[u32]) -> (Arc<str>, Arc<Caller>) {
        let key = |n: &u32| {
            let (hash, expires_at) = (hash(*n), Some(u64::from(*n)));
            CallerKey { hash, expires_at, scopes: Default::default() }
        };
        let keys = keys.iter().map(key).collect();
        let caller = Caller {
            key: format!("consumer/{name}").into(),
            name: name.into(),
            workspace: "default".parse().unwrap(),
            custom_id: None,
            groups: Vec::new(),
            keys,
            logins: Vec::new(),
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
    fn a_caller_is_found_by_its_username_its_custom_id_and_a_consumer_by_its_name() {
        let login = |name: &str| Login {
            username: name.into(),
            password_hash: "$".into(),
            expires_at: None,
            scopes: Default::default(),
        };
        let with = |name: &str, logins: &[&str], id: Option<&str>| {
            let (key, caller) = caller(name, &[]);
            let logins = logins.iter().map(|name| login(name)).collect();
            (key, Arc::new(Caller { logins, custom_id: id.map(Arc::from), ..(*caller).clone() }))
        };
        let before = SharedMap::from_iter([with("ada", &["lovelace"], Some("bob")), with("bob", &[], None)]);
        let first = changed(&Callers::default(), &SharedMap::new(), &before);
        let name = |found: Option<Arc<Caller>>| found.map(|caller| caller.name.to_string());
        assert_eq!(name(first.by_username("lovelace")).as_deref(), Some("ada"));
        assert_eq!(name(first.by_username("ada")), None);
        assert_eq!(name(first.by_subject("ada")).as_deref(), Some("ada"));
        assert_eq!(name(first.by_subject("bob")).as_deref(), Some("ada"), "a custom id comes before a name");

        let mut after = before.clone();
        after.extend([with("ada", &["countess"], None)]);
        let second = changed(&first, &before, &after);
        assert_eq!(name(second.by_username("lovelace")), None);
        assert_eq!(name(second.by_username("countess")).as_deref(), Some("ada"));
        assert_eq!(name(second.by_subject("bob")).as_deref(), Some("bob"));
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
