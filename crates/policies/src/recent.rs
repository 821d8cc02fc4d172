//! A bounded memory of what was found out lately, by keyed hashes.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{hmac, rand};

/// Parts, each behind a lock of its own.
const PARTS: usize = 16;

/// What nobody without the key can make two texts have in common, or say which text it is of.
pub(crate) type Mark = [u8; 32];

/// A bounded memory by [`Mark`]. Of what does not fit, what was not asked for lately goes first.
pub(crate) struct Recent<V> {
    key: hmac::Key,
    parts: [Mutex<Part<V>>; PARTS],
    /// Entries of each half of a part.
    most: usize,
}

/// When the young half is full it becomes the old one, and what was old is forgotten.
struct Part<V> {
    young: HashMap<Mark, V>,
    old: HashMap<Mark, V>,
}

impl<V: Clone> Recent<V> {
    /// A memory of so many entries at most.
    pub(crate) fn new(most: usize) -> Recent<V> {
        let mut key = [0; 32];
        rand::fill(&mut key).expect("the operating system has random bytes");
        let part = || Mutex::new(Part { young: HashMap::new(), old: HashMap::new() });
        Recent {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            parts: std::array::from_fn(|_| part()),
            most: (most / PARTS / 2).max(1),
        }
    }

    /// The mark of some texts; no two lists of texts have one in common by concatenation.
    pub(crate) fn mark(&self, texts: &[&[u8]]) -> Mark {
        let mut context = hmac::Context::with_key(&self.key);
        for text in texts {
            context.update(&(text.len() as u64).to_le_bytes());
            context.update(text);
        }
        let mut mark = [0; 32];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }

    pub(crate) fn get(&self, mark: &Mark) -> Option<V> {
        let mut part = self.part(mark);
        if let Some(found) = part.young.get(mark) {
            return Some(found.clone());
        }
        let found = part.old.remove(mark)?;
        part.put(*mark, found.clone(), self.most);
        Some(found)
    }

    pub(crate) fn put(&self, mark: Mark, value: V) {
        self.part(&mark).put(mark, value, self.most);
    }

    fn part(&self, mark: &Mark) -> MutexGuard<'_, Part<V>> {
        self.parts[usize::from(mark[0]) % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> Part<V> {
    fn put(&mut self, mark: Mark, value: V, most: usize) {
        if self.young.len() >= most && !self.young.contains_key(&mark) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(mark, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_remembers_what_is_asked_for_and_no_more_than_it_may() {
        let recent = Recent::new(320);
        let kept = recent.mark(&[b"kept"]);
        recent.put(kept, 0);
        for n in 1..10_000_u32 {
            recent.put(recent.mark(&[&n.to_le_bytes()]), n);
            assert_eq!(recent.get(&kept), Some(0), "what is asked for stays");
        }
        let count = |part: &Mutex<Part<u32>>| {
            let part = part.lock().unwrap();
            part.young.len() + part.old.len()
        };
        let all: usize = recent.parts.iter().map(count).sum();
        assert!((100..=320).contains(&all), "{all}");
    }

    #[test]
    fn marks_tell_texts_apart_and_differ_from_memory_to_memory() {
        let (one, other) = (Recent::<()>::new(1), Recent::<()>::new(1));
        assert_ne!(one.mark(&[b"ab", b"c"]), one.mark(&[b"a", b"bc"]));
        assert_eq!(one.mark(&[b"ab", b"c"]), one.mark(&[b"ab", b"c"]));
        assert_ne!(one.mark(&[b"ab"]), other.mark(&[b"ab"]));
    }
}
