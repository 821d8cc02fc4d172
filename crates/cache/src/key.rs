//! What a stored response is found by.

use std::hash::{BuildHasher, Hasher, RandomState};

/// What a stored response is found by: the resource asked for, and who or what its responses are kept apart for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Of the resource alone, by which it is purged.
    pub url: u64,
    /// Of everything.
    pub id: u64,
    pub text: Box<str>,
}

/// Hashes keys, with a secret of its own so that nobody can choose keys that meet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(RandomState);

impl Keys {
    /// The key of a text whose first so many bytes are the resource, `//host/path?query`.
    pub(crate) fn key(&self, text: String, url: usize) -> Key {
        let id = self.0.hash_one(&*text);
        Key { url: self.url(&text[..url]), id, text: text.into_boxed_str() }
    }

    pub(crate) fn url(&self, url: &str) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(url.as_bytes());
        hasher.finish()
    }
}
