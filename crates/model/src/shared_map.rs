//! A map by text whose copies share what is the same.
//!
//! A hash trie of 32 ways: copying one is copying a pointer, a change copies the few nodes on the way to its key, and what differs
//! between two is found without looking at what they share. Its order is that of hashes: the same for the same keys, whatever way
//! they came in.

use std::{fmt, ops::Index, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

/// Bits of the hash that one level looks at.
const BITS: u32 = 5;

/// A map by text whose copies share what is the same.
pub struct SharedMap<V> {
    root: Option<Arc<Node<V>>>,
    length: usize,
}

/// A difference between two maps: the key, the value before and the one after.
pub type Difference<'a, V> = (&'a Arc<str>, Option<&'a V>, Option<&'a V>);

/// At most 32 slots by five bits of the hash. Below the last bits, any number of them in the order of their keys.
struct Node<V> {
    bitmap: u32,
    slots: Vec<Slot<V>>,
}

enum Slot<V> {
    Entry(Entry<V>),
    Node(Arc<Node<V>>),
}

#[derive(Clone)]
struct Entry<V> {
    hash: u64,
    key: Arc<str>,
    value: V,
}

impl<V> SharedMap<V> {
    pub const fn new() -> SharedMap<V> {
        SharedMap { root: None, length: 0 }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        let mut node = self.root.as_deref()?;
        let hash = hash(key);
        let mut shift = 0;
        while shift < u64::BITS {
            let bit = bit(hash, shift);
            if node.bitmap & bit == 0 {
                return None;
            }
            match &node.slots[node.place(bit)] {
                Slot::Entry(entry) => return (*entry.key == *key).then_some(&entry.value),
                Slot::Node(below) => node = below,
            }
            shift += BITS;
        }
        node.entries().find(|entry| *entry.key == *key).map(|entry| &entry.value)
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Every entry, in the order of the keys' hashes.
    pub fn iter(&self) -> Iter<'_, V> {
        Iter { stack: self.root.iter().map(|root| root.slots.iter()).collect(), left: self.length }
    }

    pub fn keys(&self) -> impl Iterator<Item = &Arc<str>> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// What differs from the map before. `same` says whether two values are; what both maps share is not looked at.
    pub fn changes<'a>(
        &'a self,
        before: &'a SharedMap<V>,
        same: impl Fn(&V, &V) -> bool,
    ) -> Vec<Difference<'a, V>> {
        let mut found = Vec::new();
        match (&before.root, &self.root) {
            (None, None) => {}
            (Some(before), Some(after)) => differ(before, after, 0, &same, &mut found),
            (before, after) => {
                before.iter().for_each(|node| node.all(&mut |e| found.push((&e.key, Some(&e.value), None))));
                after.iter().for_each(|node| node.all(&mut |e| found.push((&e.key, None, Some(&e.value)))));
            }
        }
        found
    }
}

impl<V: Clone> SharedMap<V> {
    /// Sets a value; the one before.
    pub fn insert(&mut self, key: Arc<str>, value: V) -> Option<V> {
        let entry = Entry { hash: hash(&key), key, value };
        let root = self.root.get_or_insert_with(|| Arc::new(Node::default()));
        let before = Node::insert(root, entry, 0);
        self.length += usize::from(before.is_none());
        before
    }

    pub fn remove(&mut self, key: &str) -> Option<V> {
        // Looked for first, so that nothing is copied for what is not there.
        self.get(key)?;
        let root = self.root.as_mut()?;
        let removed = Node::remove(root, hash(key), key, 0);
        self.length -= 1;
        if self.length == 0 {
            self.root = None;
        }
        Some(removed)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.get(key)?;
        let mut node = Arc::make_mut(self.root.as_mut()?);
        let hash = hash(key);
        let mut shift = 0;
        while shift < u64::BITS {
            let place = node.place(bit(hash, shift));
            match &mut node.slots[place] {
                Slot::Entry(entry) => return Some(&mut entry.value),
                Slot::Node(below) => node = Arc::make_mut(below),
            }
            shift += BITS;
        }
        node.slots.iter_mut().find_map(|slot| match slot {
            Slot::Entry(entry) if *entry.key == *key => Some(&mut entry.value),
            _ => None,
        })
    }

    /// Every value, to be changed; copies everything that is shared.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        let mut all = Vec::with_capacity(self.length);
        if let Some(root) = &mut self.root {
            Node::all_mut(root, &mut all);
        }
        all.into_iter()
    }
}

/// What differs between two nodes at the same place.
fn differ<'a, V>(
    before: &'a Arc<Node<V>>,
    after: &'a Arc<Node<V>>,
    shift: u32,
    same: &impl Fn(&V, &V) -> bool,
    found: &mut Vec<Difference<'a, V>>,
) {
    if Arc::ptr_eq(before, after) {
        return;
    }
    if shift >= u64::BITS {
        return differ_in_entries(before.entries(), after.entries(), same, found);
    }
    let mut bits = before.bitmap | after.bitmap;
    while bits != 0 {
        let bit = bits & bits.wrapping_neg();
        bits ^= bit;
        match (before.slot(bit), after.slot(bit)) {
            (Some(Slot::Node(before)), Some(Slot::Node(after))) => {
                differ(before, after, shift + BITS, same, found);
            }
            (before, after) => {
                // At most one of the two is more than one entry, and what it was or became is one.
                let (mut was, mut is) = (Vec::new(), Vec::new());
                before.into_iter().for_each(|slot| slot.all(&mut |entry| was.push(entry)));
                after.into_iter().for_each(|slot| slot.all(&mut |entry| is.push(entry)));
                differ_in_entries(was.into_iter(), is.into_iter(), same, found);
            }
        }
    }
}

fn differ_in_entries<'a, V: 'a>(
    before: impl Iterator<Item = &'a Entry<V>> + Clone,
    after: impl Iterator<Item = &'a Entry<V>> + Clone,
    same: &impl Fn(&V, &V) -> bool,
    found: &mut Vec<Difference<'a, V>>,
) {
    for was in before.clone() {
        match after.clone().find(|is| is.key == was.key) {
            Some(is) if same(&was.value, &is.value) => {}
            is => found.push((&was.key, Some(&was.value), is.map(|is| &is.value))),
        }
    }
    for is in after.filter(|is| !before.clone().any(|was| was.key == is.key)) {
        found.push((&is.key, None, Some(&is.value)));
    }
}

impl<V> Node<V> {
    fn place(&self, bit: u32) -> usize {
        (self.bitmap & (bit - 1)).count_ones() as usize
    }

    fn slot(&self, bit: u32) -> Option<&Slot<V>> {
        (self.bitmap & bit != 0).then(|| &self.slots[self.place(bit)])
    }

    /// The entries that stand in this node itself.
    fn entries(&self) -> impl Iterator<Item = &Entry<V>> + Clone {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Entry(entry) => Some(entry),
            Slot::Node(_) => None,
        })
    }

    fn all<'a>(&'a self, visit: &mut impl FnMut(&'a Entry<V>)) {
        for slot in &self.slots {
            slot.all(visit);
        }
    }
}

impl<V> Slot<V> {
    fn all<'a>(&'a self, visit: &mut impl FnMut(&'a Entry<V>)) {
        match self {
            Slot::Entry(entry) => visit(entry),
            Slot::Node(node) => {
                for slot in &node.slots {
                    slot.all(visit);
                }
            }
        }
    }
}

impl<V: Clone> Node<V> {
    fn insert(node: &mut Arc<Node<V>>, entry: Entry<V>, shift: u32) -> Option<V> {
        let node = Arc::make_mut(node);
        if shift >= u64::BITS {
            return node.insert_by_key(entry);
        }
        let bit = bit(entry.hash, shift);
        let place = node.place(bit);
        if node.bitmap & bit == 0 {
            node.bitmap |= bit;
            node.slots.reserve_exact(1);
            node.slots.insert(place, Slot::Entry(entry));
            return None;
        }
        match &mut node.slots[place] {
            Slot::Node(below) => Node::insert(below, entry, shift + BITS),
            Slot::Entry(present) if present.key == entry.key => {
                present.key = entry.key;
                Some(std::mem::replace(&mut present.value, entry.value))
            }
            slot => {
                let mut below = Arc::new(Node::default());
                let empty = Slot::Node(Arc::clone(&below));
                if let Slot::Entry(present) = std::mem::replace(slot, empty) {
                    Node::insert(&mut below, present, shift + BITS);
                }
                Node::insert(&mut below, entry, shift + BITS);
                *slot = Slot::Node(below);
                None
            }
        }
    }

    fn insert_by_key(&mut self, entry: Entry<V>) -> Option<V> {
        let key = |slot: &Slot<V>| match slot {
            Slot::Entry(entry) => Arc::clone(&entry.key),
            Slot::Node(_) => "".into(),
        };
        match self.slots.binary_search_by(|slot| key(slot).cmp(&entry.key)) {
            Ok(place) => match std::mem::replace(&mut self.slots[place], Slot::Entry(entry)) {
                Slot::Entry(before) => Some(before.value),
                Slot::Node(_) => None,
            },
            Err(place) => {
                self.slots.insert(place, Slot::Entry(entry));
                None
            }
        }
    }

    /// Removes what is there.
    fn remove(node: &mut Arc<Node<V>>, hash: u64, key: &str, shift: u32) -> V {
        let node = Arc::make_mut(node);
        if shift >= u64::BITS {
            let place = node.entries().position(|entry| *entry.key == *key);
            return match node.slots.remove(place.expect("the key was found before")) {
                Slot::Entry(entry) => entry.value,
                Slot::Node(_) => unreachable!("there is no node below the last bits"),
            };
        }
        let bit = bit(hash, shift);
        let place = node.place(bit);
        if let Slot::Node(below) = &mut node.slots[place] {
            let removed = Node::remove(below, hash, key, shift + BITS);
            // A node of one entry is that entry, so that the same keys are the same trie.
            if let [Slot::Entry(last)] = &below.slots[..] {
                node.slots[place] = Slot::Entry(last.clone());
            }
            return removed;
        }
        node.bitmap &= !bit;
        match node.slots.remove(place) {
            Slot::Entry(entry) => entry.value,
            Slot::Node(_) => unreachable!("it was looked at above"),
        }
    }

    fn all_mut<'a>(node: &'a mut Arc<Node<V>>, all: &mut Vec<&'a mut V>) {
        for slot in &mut Arc::make_mut(node).slots {
            match slot {
                Slot::Entry(entry) => all.push(&mut entry.value),
                Slot::Node(below) => Node::all_mut(below, all),
            }
        }
    }
}

fn bit(hash: u64, shift: u32) -> u32 {
    1 << ((hash >> shift) & 31)
}

/// Keys are what administrators write, so that nothing is to be feared of chosen ones: two of one hash share a list.
fn hash(key: &str) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let (words, rest) = key.as_bytes().as_chunks::<8>();
    let mut tail = [0; 8];
    tail[..rest.len()].copy_from_slice(rest);
    let mut hash = key.len() as u64;
    for word in words.iter().chain([&tail]) {
        hash = (hash.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
        hash ^= hash >> 29;
    }
    hash = hash.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash ^ (hash >> 32)
}

/// The entries of a map.
pub struct Iter<'a, V> {
    stack: Vec<std::slice::Iter<'a, Slot<V>>>,
    left: usize,
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a Arc<str>, &'a V);

    fn next(&mut self) -> Option<(&'a Arc<str>, &'a V)> {
        loop {
            match self.stack.last_mut()?.next() {
                None => drop(self.stack.pop()),
                Some(Slot::Node(node)) => self.stack.push(node.slots.iter()),
                Some(Slot::Entry(entry)) => {
                    self.left -= 1;
                    return Some((&entry.key, &entry.value));
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a, V> IntoIterator for &'a SharedMap<V> {
    type Item = (&'a Arc<str>, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

impl<V> Index<&str> for SharedMap<V> {
    type Output = V;

    /// # Panics
    /// Where the key is not there.
    fn index(&self, key: &str) -> &V {
        self.get(key).unwrap_or_else(|| panic!("there is no `{key}`"))
    }
}

impl<V: Clone> Extend<(Arc<str>, V)> for SharedMap<V> {
    fn extend<T: IntoIterator<Item = (Arc<str>, V)>>(&mut self, entries: T) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<V: Clone> FromIterator<(Arc<str>, V)> for SharedMap<V> {
    fn from_iter<T: IntoIterator<Item = (Arc<str>, V)>>(entries: T) -> SharedMap<V> {
        let mut map = SharedMap::new();
        map.extend(entries);
        map
    }
}

impl<V: PartialEq> PartialEq for SharedMap<V> {
    fn eq(&self, other: &SharedMap<V>) -> bool {
        self.length == other.length && self.changes(other, V::eq).is_empty()
    }
}

impl<V: fmt::Debug> fmt::Debug for SharedMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<V> Clone for SharedMap<V> {
    fn clone(&self) -> SharedMap<V> {
        SharedMap { root: self.root.clone(), length: self.length }
    }
}

impl<V> Default for SharedMap<V> {
    fn default() -> SharedMap<V> {
        SharedMap::new()
    }
}

impl<V> Default for Node<V> {
    fn default() -> Node<V> {
        Node { bitmap: 0, slots: Vec::new() }
    }
}

impl<V: Clone> Clone for Node<V> {
    fn clone(&self) -> Node<V> {
        Node { bitmap: self.bitmap, slots: self.slots.clone() }
    }
}

impl<V: Clone> Clone for Slot<V> {
    fn clone(&self) -> Slot<V> {
        match self {
            Slot::Entry(entry) => Slot::Entry(entry.clone()),
            Slot::Node(node) => Slot::Node(Arc::clone(node)),
        }
    }
}

impl<V: Serialize> Serialize for SharedMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de> + Clone> Deserialize<'de> for SharedMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SharedMap<V>, D::Error> {
        struct Entries<V>(std::marker::PhantomData<V>);

        impl<'de, V: Deserialize<'de> + Clone> Visitor<'de> for Entries<V> {
            type Value = SharedMap<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<SharedMap<V>, A::Error> {
                let mut map = SharedMap::new();
                while let Some((key, value)) = entries.next_entry::<Arc<str>, V>()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn map(keys: impl IntoIterator<Item = usize>) -> SharedMap<usize> {
        keys.into_iter().map(|n| (Arc::from(format!("key-{n}")), n)).collect()
    }

    /// Nodes of one map that another does not share.
    fn own(map: &SharedMap<usize>, other: &SharedMap<usize>) -> usize {
        fn all(node: &Arc<Node<usize>>, into: &mut std::collections::HashSet<*const Node<usize>>) {
            into.insert(Arc::as_ptr(node));
            for slot in &node.slots {
                if let Slot::Node(below) = slot {
                    all(below, into);
                }
            }
        }
        let nodes = |map: &SharedMap<usize>| {
            let mut found = Default::default();
            map.root.iter().for_each(|root| all(root, &mut found));
            found
        };
        nodes(map).difference(&nodes(other)).count()
    }

    #[test]
    fn it_holds_what_a_btree_map_holds() {
        let (mut shared, mut plain) = (SharedMap::new(), BTreeMap::new());
        let mut random = 1_u64;
        for step in 0..20_000_usize {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let key = format!("k{}", (random >> 40) % 700);
            if random >> 63 == 0 {
                assert_eq!(shared.insert(key.as_str().into(), step), plain.insert(key, step));
            } else {
                assert_eq!(shared.remove(&key), plain.remove(&key));
            }
            assert_eq!(shared.len(), plain.len());
        }
        let sorted: BTreeMap<String, usize> = shared.iter().map(|(k, v)| (k.to_string(), *v)).collect();
        assert_eq!(sorted, plain);
        for (key, value) in &plain {
            assert_eq!(shared.get(key), Some(value));
            *shared.get_mut(key).unwrap() += 1;
        }
        assert!(plain.iter().all(|(key, value)| shared[key.as_str()] == value + 1));
        shared.values_mut().for_each(|value| *value = 7);
        assert!(shared.values().all(|value| *value == 7));
        assert!(plain.keys().all(|key| shared.remove(key).is_some()));
        assert!(shared.is_empty() && shared.iter().next().is_none() && shared.root.is_none());
    }

    #[test]
    fn a_change_copies_the_way_to_its_key_however_many_there_are() {
        for count in [10, 1000, 100_000] {
            let before = map(0..count);
            let mut after = before.clone();
            assert_eq!(own(&after, &before), 0);
            after.insert("key-5".into(), 0);
            assert!((1..=6).contains(&own(&after, &before)), "{}", own(&after, &before));
            after.remove("key-6");
            assert!(own(&after, &before) <= 12);
            assert_eq!(before["key-5"], 5, "the one before stays as it was");
        }
    }

    #[test]
    fn differences_are_found_without_looking_at_what_is_shared() {
        let before = map(0..10_000);
        let mut after = before.clone();
        after.insert("key-1".into(), 0);
        after.insert("key-10000".into(), 10_000);
        after.remove("key-2");
        let looked = std::cell::Cell::new(0);
        let mut changes = after.changes(&before, |a, b| {
            looked.set(looked.get() + 1);
            a == b
        });
        changes.sort();
        assert_eq!(
            changes,
            [
                (&Arc::from("key-1"), Some(&1), Some(&0)),
                (&Arc::from("key-10000"), None, Some(&10_000)),
                (&Arc::from("key-2"), Some(&2), None)
            ]
        );
        assert!(looked.get() < 300, "{}", looked.get());
        assert_eq!(map(0..3).changes(&SharedMap::new(), usize::eq).len(), 3);
        assert_eq!(SharedMap::new().changes(&map(0..3), usize::eq).len(), 3);
    }

    #[test]
    fn the_same_keys_are_equal_whatever_way_they_came_in() {
        let mut other = map((0..500).rev());
        other.extend(&mut (500..600).map(|n| (Arc::from(format!("key-{n}")), n)));
        assert!((500..600).all(|n| other.remove(&format!("key-{n}")).is_some()));
        assert_eq!(other, map(0..500));
        assert!(other.keys().eq(map(0..500).keys()));
        let text = serde_json::to_string(&other).unwrap();
        assert_eq!(serde_json::from_str::<SharedMap<usize>>(&text).unwrap(), other);
        assert_ne!(other, map(0..501));
    }

    #[test]
    fn keys_of_one_hash_share_a_list() {
        let mut root = Arc::new(Node::default());
        for key in ["b", "a", "c"] {
            let entry = Entry { hash: 42, key: key.into(), value: key };
            assert!(Node::insert(&mut root, entry, 0).is_none());
        }
        let again = Entry { hash: 42, key: "b".into(), value: "again" };
        assert_eq!(Node::insert(&mut root, again, 0), Some("b"));
        let mut keys = Vec::new();
        root.all(&mut |entry| keys.push(entry.value));
        assert_eq!(keys, ["a", "again", "c"]);
        assert_eq!(Node::remove(&mut root, 42, "a", 0), "a");
        assert_eq!(Node::remove(&mut root, 42, "b", 0), "again");
        assert!(matches!(&root.slots[..], [Slot::Entry(last)] if last.value == "c"));
    }
}
