//! Finds callers by the hashes of their keys.
//!
//! 1024 shards by the first bits of the hash, shared between snapshots: a changed caller costs its shards, not all callers.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use hashbrown::HashTable;
use model::{
    KeyHash, Name, SharedMap, scoped,
    shared_map::Difference,
    snapshot::{Caller, CallerKey},
};

const SHARDS: usize = 1024;

/// All callers of a snapshot.
#[derive(Clone)]
pub(crate) struct Callers {
    shards: Box<[Arc<HashTable<Held>>]>,
    /// By the names of their logins.
    usernames: SharedMap<Named>,
    /// By [`Caller::custom_id`].
    custom_ids: SharedMap<Arc<Caller>>,
    /// By [`Caller::client`].
    clients: SharedMap<Arc<Caller>>,
    /// By [`Caller::key`], scoped: the snapshot's own.
    all: SharedMap<Arc<Caller>>,
    /// What the scoped keys of consumers begin with: `consumer/`, `acme:consumer/`.
    consumer: Box<str>,
}

/// Whose a name of a login is.
#[derive(Clone)]
struct Named {
    caller: Arc<Caller>,
    /// As for keys.
    noted: Arc<AtomicU32>,
}

/// A key of a caller. There may be a million: the hash itself stands with the caller alone.
struct Held {
    caller: Arc<Caller>,
    /// Which of the caller's keys it is.
    at: u32,
    /// When it was last noted as used, minutes since 1970; see [`Callers::used`].
    noted: AtomicU32,
}

impl Clone for Held {
    fn clone(&self) -> Held {
        let noted = AtomicU32::new(self.noted.load(Relaxed));
        Held { caller: Arc::clone(&self.caller), at: self.at, noted }
    }
}

impl Held {
    fn key(&self) -> &CallerKey {
        &self.caller.keys[self.at as usize]
    }
}

impl Default for Callers {
    fn default() -> Callers {
        let empty = Arc::<HashTable<Held>>::default();
        Callers {
            shards: vec![empty; SHARDS].into(),
            usernames: SharedMap::new(),
            custom_ids: SharedMap::new(),
            clients: SharedMap::new(),
            all: SharedMap::new(),
            consumer: "consumer/".into(),
        }
    }
}

impl Callers {
    pub(crate) fn by_key(&self, hash: &KeyHash) -> Option<(Arc<Caller>, Option<u64>)> {
        let held = self.shards[shard(hash)].find(place(hash), |held| held.key().hash == *hash)?;
        Some((Arc::clone(&held.caller), held.key().expires_at))
    }

    /// Whether the use of a key at this time, milliseconds since 1970, is worth noting: it is once a minute.
    pub(crate) fn used(&self, hash: &KeyHash, at: u64) -> bool {
        let held = self.shards[shard(hash)].find(place(hash), |held| held.key().hash == *hash);
        held.is_some_and(|held| is_worth_noting(&held.noted, at))
    }

    /// The same of the password of a name.
    pub(crate) fn used_password(&self, username: &str, at: u64) -> bool {
        self.usernames.get(username).is_some_and(|named| is_worth_noting(&named.noted, at))
    }

    pub(crate) fn by_username(&self, username: &str) -> Option<Arc<Caller>> {
        Some(Arc::clone(&self.usernames.get(username)?.caller))
    }

    pub(crate) fn by_subject(&self, subject: &str) -> Option<Arc<Caller>> {
        let consumer = || self.all.get(&format!("{}{subject}", self.consumer));
        self.custom_ids.get(subject).or_else(consumer).cloned()
    }

    pub(crate) fn by_client(&self, client: &str) -> Option<Arc<Caller>> {
        self.clients.get(client).cloned()
    }
}

impl Callers {
    /// Nobody, in a workspace.
    pub(crate) fn of(workspace: &Name) -> Callers {
        Callers { consumer: (&*scoped(workspace, "consumer/")).into(), ..Callers::default() }
    }

    /// The index after some callers of its workspace changed; `all` is what those of all are now.
    pub(crate) fn changed(
        &self,
        changes: &[Difference<'_, Arc<Caller>>],
        all: &SharedMap<Arc<Caller>>,
    ) -> Callers {
        let mut callers = Callers { all: all.clone(), ..self.clone() };
        for (_, before, _) in changes {
            let Some(caller) = before else { continue };
            for CallerKey { hash, .. } in &caller.keys {
                let shard = Arc::make_mut(&mut callers.shards[shard(hash)]);
                if let Ok(held) = shard.find_entry(place(hash), |held| held.key().hash == *hash) {
                    held.remove();
                }
            }
            for login in &caller.logins {
                callers.usernames.remove(&login.username);
            }
            if let Some(id) = &caller.custom_id {
                callers.custom_ids.remove(id);
            }
            if let Some(id) = &caller.client {
                callers.clients.remove(id);
            }
        }
        for (_, _, after) in changes {
            let Some(caller) = after else { continue };
            for (at, CallerKey { hash, .. }) in (0..).zip(&caller.keys) {
                let held = Held { caller: Arc::clone(caller), at, noted: AtomicU32::new(0) };
                let shard = Arc::make_mut(&mut callers.shards[shard(hash)]);
                let same = |held: &Held| held.key().hash == *hash;
                shard.entry(place(hash), same, |held| place(&held.key().hash)).insert(held);
            }
            for login in &caller.logins {
                let named = Named { caller: Arc::clone(caller), noted: Arc::default() };
                callers.usernames.insert(Arc::clone(&login.username), named);
            }
            if let Some(id) = &caller.custom_id {
                callers.custom_ids.insert(Arc::clone(id), Arc::clone(caller));
            }
            if let Some(id) = &caller.client {
                callers.clients.insert(Arc::clone(id), Arc::clone(caller));
            }
        }
        callers
    }
}

fn is_worth_noting(noted: &AtomicU32, at: u64) -> bool {
    let minute = u32::try_from(at / 60_000).unwrap_or(u32::MAX);
    // Of several workers one notes it.
    noted.load(Relaxed) < minute && noted.fetch_max(minute, Relaxed) < minute
}

fn shard(KeyHash(hash): &KeyHash) -> usize {
    usize::from(u16::from_le_bytes([hash[0], hash[1]])) % SHARDS
}

/// Where a key lies in its shard. Keys are hashes nobody can choose: eight bytes of one will do.
fn place(KeyHash(hash): &KeyHash) -> u64 {
    let [_, _, bytes @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *hash;
    u64::from_le_bytes(bytes)
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
            groups: Box::default(),
            keys,
            logins: Box::default(),
            client: None,
            access: Access::Any,
            policies: Box::default(),
        };
        (Arc::clone(&caller.key), Arc::new(caller))
    }

    fn changed(index: &Callers, before: &SharedMap<Arc<Caller>>, after: &SharedMap<Arc<Caller>>) -> Callers {
        index.changed(&after.changes(before, Arc::ptr_eq), after)
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
    fn a_use_is_noted_once_a_minute_and_a_change_of_others_makes_no_difference() {
        const MINUTE: u64 = 60_000;
        let before = SharedMap::from_iter([caller("ada", &[1, 2])]);
        let first = changed(&Callers::default(), &SharedMap::new(), &before);
        let start = 30_000_000 * MINUTE;
        assert!(first.used(&hash(1), start) && !first.used(&hash(1), start + MINUTE - 1));
        assert!(first.used(&hash(2), start), "each key by itself");
        assert!(!first.used(&hash(9), start), "nobody's");
        let mut after = before.clone();
        after.extend((10..60).map(|n| caller(&format!("c{n}"), &[n])));
        let second = changed(&first, &before, &after);
        assert!(!second.used(&hash(1), start + 1) && second.used(&hash(1), start + MINUTE));
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
