//! Secrets at rest: sealed by data keys (AES-256-GCM), which are sealed by a master key that is not in the database.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::digest;

const KEY: usize = 32;

/// The master keys: the first seals, and all of them open.
#[derive(Clone)]
pub struct MasterKeys(Vec<MasterKey>);

#[derive(Clone)]
struct MasterKey {
    /// Tells keys apart, and says nothing of them.
    id: String,
    bytes: [u8; KEY],
}

impl MasterKeys {
    /// Reads keys of 32 bytes in Base64, separated by commas or lines: the one in use, then those before it.
    ///
    /// # Errors
    /// Which of them is none.
    pub fn read(text: &str) -> Result<MasterKeys, String> {
        let words = text.split([',', '\n', '\r', ' ']).map(str::trim).filter(|word| !word.is_empty());
        let keys: Vec<MasterKey> = words
            .enumerate()
            .map(|(at, word)| {
                let bytes = STANDARD.decode(word).ok().and_then(|bytes| bytes.try_into().ok());
                let bytes: [u8; KEY] = bytes.ok_or_else(|| {
                    format!("master key {}: this is not 32 bytes in Base64; make one by `openssl rand -base64 32`", at + 1)
                })?;
                let id = digest::hex(&digest::sha256(&[b"pailou master key", &bytes[..]].concat())[..8]);
                Ok(MasterKey { id, bytes })
            })
            .collect::<Result<_, String>>()?;
        if keys.is_empty() {
            return Err("there is no master key in it".to_owned());
        }
        Ok(MasterKeys(keys))
    }

    /// A fresh one, as text.
    pub fn make() -> String {
        STANDARD.encode(digest::random::<KEY>())
    }

    /// The name of the key that seals.
    pub(crate) fn current(&self) -> &str {
        &self.0[0].id
    }

    /// A fresh data key, and how it is kept.
    pub(crate) fn make_data_key(&self) -> (DataKey, String) {
        let key = DataKey::make();
        let kept = self.wrap(&key);
        (key, kept)
    }

    /// How a data key is kept.
    pub(crate) fn wrap(&self, key: &DataKey) -> String {
        seal(&self.0[0].bytes, &place("data key", &[&key.id]), &key.bytes)
    }

    /// A data key that was kept.
    pub(crate) fn unwrap(&self, id: &str, master: &str, kept: &str) -> Option<DataKey> {
        let master = self.0.iter().find(|key| key.id == master)?;
        let bytes = open(&master.bytes, &place("data key", &[id]), kept)?;
        Some(DataKey { id: id.to_owned(), bytes: bytes.try_into().ok()? })
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} master keys", self.0.len())
    }
}

/// What seals secrets.
#[derive(Clone)]
pub(crate) struct DataKey {
    pub(crate) id: String,
    bytes: [u8; KEY],
}

impl DataKey {
    /// A fresh one that is kept nowhere.
    pub(crate) fn make() -> DataKey {
        DataKey { id: digest::hex(&digest::random::<8>()), bytes: digest::random() }
    }

    /// Seals a secret. What is sealed for one name and version opens for no other.
    pub(crate) fn seal(&self, name: &str, version: u64, value: &str) -> String {
        seal(&self.bytes, &place("secret", &[name, &version.to_string()]), value.as_bytes())
    }

    pub(crate) fn open(&self, name: &str, version: u64, sealed: &str) -> Option<String> {
        let value = open(&self.bytes, &place("secret", &[name, &version.to_string()]), sealed)?;
        String::from_utf8(value).ok()
    }
}

/// What a sealed text is bound to; no two lists of words give the same.
fn place(what: &str, words: &[&str]) -> Vec<u8> {
    let mut place = format!("pailou 1 {what}").into_bytes();
    for word in words {
        place.extend((word.len() as u64).to_be_bytes());
        place.extend(word.as_bytes());
    }
    place
}

/// Nonce, ciphertext and tag in Base64.
fn seal(key: &[u8; KEY], place: &[u8], value: &[u8]) -> String {
    let nonce: [u8; NONCE_LEN] = digest::random();
    let mut sealed = value.to_vec();
    let nonce_used = Nonce::assume_unique_for_key(nonce);
    cipher(key)
        .seal_in_place_append_tag(nonce_used, Aad::from(place), &mut sealed)
        .expect("AES-GCM seals less than 64 GiB");
    STANDARD.encode([&nonce[..], &sealed].concat())
}

fn open(key: &[u8; KEY], place: &[u8], sealed: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(sealed).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let mut sealed = sealed.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    cipher(key).open_in_place(nonce, Aad::from(place), &mut sealed).ok().map(|value| value.to_vec())
}

fn cipher(key: &[u8; KEY]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("AES-256 has keys of 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_at_its_place_alone() {
        let masters = MasterKeys::read(&MasterKeys::make()).unwrap();
        let (key, kept) = masters.make_data_key();
        let sealed = key.seal("idp", 1, "s3cret");
        assert!(!sealed.contains("s3cret") && sealed != key.seal("idp", 1, "s3cret"));
        assert_eq!(key.open("idp", 1, &sealed).as_deref(), Some("s3cret"));
        assert_eq!(key.open("idp", 2, &sealed), None);
        assert_eq!(key.open("other", 1, &sealed), None);
        let mut bytes = STANDARD.decode(&sealed).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(key.open("idp", 1, &STANDARD.encode(&bytes)), None, "byte {at}");
            bytes[at] ^= 1;
        }
        assert_eq!(key.open("idp", 1, ""), None);

        let again = masters.unwrap(&key.id, masters.current(), &kept).unwrap();
        assert_eq!(again.open("idp", 1, &sealed).as_deref(), Some("s3cret"));
        assert!(masters.unwrap("other", masters.current(), &kept).is_none());
        let others = MasterKeys::read(&MasterKeys::make()).unwrap();
        assert!(others.unwrap(&key.id, masters.current(), &kept).is_none());
    }

    #[test]
    fn a_key_that_was_in_use_before_still_opens() {
        let (old, new) = (MasterKeys::make(), MasterKeys::make());
        let masters = MasterKeys::read(&old).unwrap();
        let (key, kept) = masters.make_data_key();
        let both = MasterKeys::read(&format!("{new}\n{old}\n")).unwrap();
        assert_ne!(both.current(), masters.current());
        let opened = both.unwrap(&key.id, masters.current(), &kept).unwrap();
        let wrapped = both.wrap(&opened);
        assert!(MasterKeys::read(&new).unwrap().unwrap(&key.id, both.current(), &wrapped).is_some());
        for wrong in ["", "short", "!!", &STANDARD.encode([0; 31])] {
            assert!(MasterKeys::read(wrong).is_err(), "{wrong}");
        }
        assert!(!format!("{both:?}").contains(&new));
    }
}
