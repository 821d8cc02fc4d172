//! Sets of keys (RFC 7517), with those left out that cannot be trusted.

use std::collections::HashMap;

use aws_lc_rs::{
    constant_time, hmac,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
        RsaPublicKeyComponents,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::{Algorithm, algorithm::Family, json};

/// Keys of one set at most.
const MOST_KEYS: usize = 100;
/// Keys that are tried for a token that names none.
const MOST_TRIED: usize = 8;
/// Members that only private keys have.
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// Keys that are trusted.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Key>,
    /// Why keys of the set were left out.
    pub left_out: Vec<String>,
}

#[derive(Debug)]
struct Key {
    kid: Option<Box<str>>,
    /// The only algorithm it is for, where it says one.
    algorithm: Option<Algorithm>,
    material: Material,
}

enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// With the name of the curve.
    Ec(&'static str, ParsedPublicKey),
    Ed25519(ParsedPublicKey),
    Secret(Vec<u8>),
}

impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Material::Rsa(_) => "Rsa",
            Material::Ec(curve, _) => curve,
            Material::Ed25519(_) => "Ed25519",
            Material::Secret(_) => "Secret",
        })
    }
}

impl KeySet {
    /// Reads a set. Keys that are not for verifying signatures, are too weak, or have their id twice are left out.
    ///
    /// # Errors
    /// What is no set, or has no key that can be used.
    pub fn read(bytes: &[u8]) -> Result<KeySet, String> {
        let mut set = json::object(bytes).ok_or("this is not a JSON object without repeated members")?;
        let Some(Value::Array(entries)) = set.remove("keys") else {
            return Err("a key set has a list `keys` (RFC 7517 §5)".to_owned());
        };
        if entries.len() > MOST_KEYS {
            return Err(format!("a key set may have {MOST_KEYS} keys, this one has {}", entries.len()));
        }
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for id in entries.iter().filter_map(|entry| entry.get("kid")?.as_str()) {
            *ids.entry(id).or_default() += 1;
        }
        let (mut keys, mut left_out) = (Vec::new(), Vec::new());
        for (at, entry) in entries.iter().enumerate() {
            let twice = entry.get("kid").and_then(Value::as_str).is_some_and(|id| ids[id] > 1);
            let read = match entry {
                _ if twice => {
                    Err("its `kid` stands twice in the set, so that it is not clear which is meant"
                        .to_owned())
                }
                Value::Object(members) => Key::read(members),
                _ => Err("it is no object".to_owned()),
            };
            match read {
                Ok(key) => keys.push(key),
                Err(why) => left_out.push(format!("key {at}: {why}")),
            }
        }
        if keys.is_empty() {
            return Err(match left_out.is_empty() {
                true => "the set has no keys".to_owned(),
                false => format!("the set has no key that can be used: {}", left_out.join("; ")),
            });
        }
        Ok(KeySet { keys, left_out })
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is a key with this id.
    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid.as_deref() == Some(kid))
    }

    /// Whether a signature is that of a key of this set, by an algorithm that fits the key. Where the id of the key is said, of that key.
    pub fn verifies(&self, kid: Option<&str>, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let named = self.keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        let fitting = named.filter(|key| key.algorithm.is_none_or(|only| only == algorithm));
        let fitting = fitting.filter(|key| key.material.fits(algorithm));
        fitting.take(MOST_TRIED).any(|key| key.material.verifies(algorithm, signed, signature))
    }
}

impl Key {
    fn read(members: &Map<String, Value>) -> Result<Key, String> {
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(format!("its `{name}` is no text")),
        };
        let bytes = |name: &str| {
            let text = text(name)?.ok_or_else(|| format!("it has no `{name}`"))?;
            URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("its `{name}` is not base64url"))
        };
        if text("use")?.is_some_and(|for_what| for_what != "sig") {
            return Err("it is not for signatures".to_owned());
        }
        if let Some(operations) = members.get("key_ops") {
            let verifies = operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
            if !verifies {
                return Err("it is not for verifying".to_owned());
            }
        }
        let algorithm = match text("alg")? {
            None => None,
            Some(name) => {
                let known = Algorithm::named(name);
                Some(known.ok_or_else(|| format!("it is for `{name}`, which is not known here"))?)
            }
        };
        let kty = text("kty")?.unwrap_or_default();
        if kty != "oct" && PRIVATE.iter().any(|name| members.contains_key(*name)) {
            return Err("it is a private key, which others must not see; publish the public half".to_owned());
        }
        let material = match (kty, text("crv")?) {
            ("RSA", _) => rsa(bytes("n")?, bytes("e")?)?,
            ("EC", Some(curve)) => ec(curve, &bytes("x")?, &bytes("y")?)?,
            ("OKP", Some("Ed25519")) => {
                let key = ParsedPublicKey::new(&ED25519, bytes("x")?);
                Material::Ed25519(key.map_err(|_| "it is no point of Ed25519".to_owned())?)
            }
            ("oct", _) => Material::Secret(bytes("k")?),
            _ => return Err(format!("its type `{kty}` or its curve is not known here")),
        };
        if let Some(only) = algorithm
            && !material.fits(only)
        {
            return Err("its `alg` does not fit its type, or it is too short for it".to_owned());
        }
        if let Material::Secret(secret) = &material
            && secret.len() < 32
        {
            return Err("a secret of HMAC has at least 32 bytes (RFC 7518 §3.2)".to_owned());
        }
        Ok(Key { kid: text("kid")?.map(Box::from), algorithm, material })
    }
}

fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<Material, String> {
    let trimmed = |bytes: Vec<u8>| {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes[zeros..].to_vec()
    };
    let (n, e) = (trimmed(n), trimmed(e));
    let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
    if !(2048..=8192).contains(&bits) {
        return Err(format!("an RSA key has 2048 to 8192 bits, this one has {bits}"));
    }
    let odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
    if !odd(&n) || !odd(&e) || e == [1] || e.len() > 4 {
        return Err("its modulus or exponent cannot be one of RSA".to_owned());
    }
    Ok(Material::Rsa(RsaPublicKeyComponents { n, e }))
}

fn ec(curve: &str, x: &[u8], y: &[u8]) -> Result<Material, String> {
    let (name, length, algorithm) = match curve {
        "P-256" => ("P-256", 32, &ECDSA_P256_SHA256_FIXED),
        "P-384" => ("P-384", 48, &ECDSA_P384_SHA384_FIXED),
        "P-521" => ("P-521", 66, &ECDSA_P521_SHA512_FIXED),
        _ => return Err(format!("its curve `{curve}` is not known here")),
    };
    if x.len() != length || y.len() != length {
        return Err(format!("the coordinates of a point of {name} have {length} bytes"));
    }
    // Uncompressed (SEC 1 §2.3.3). Whether it is on the curve is checked by reading it.
    let point = [&[4], x, y].concat();
    let key = ParsedPublicKey::new(algorithm, &point).map_err(|_| format!("it is no point of {name}"))?;
    Ok(Material::Ec(name, key))
}

impl Material {
    fn fits(&self, algorithm: Algorithm) -> bool {
        match (self, algorithm.family()) {
            (Material::Rsa(_), Family::Rsa(_)) | (Material::Ed25519(_), Family::Ed25519) => true,
            (Material::Ec(curve, _), Family::Ec(needed)) => *curve == needed,
            // As long as the hash at least (RFC 7518 §3.2).
            (Material::Secret(secret), Family::Hmac(hash)) => {
                secret.len() >= hash.digest_algorithm().output_len()
            }
            _ => false,
        }
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        match (self, algorithm.family()) {
            (Material::Rsa(key), Family::Rsa(parameters)) => {
                key.verify(parameters, signed, signature).is_ok()
            }
            (Material::Ec(curve, key), Family::Ec(needed)) => {
                *curve == needed && key.verify_sig(signed, signature).is_ok()
            }
            (Material::Ed25519(key), Family::Ed25519) => key.verify_sig(signed, signature).is_ok(),
            (Material::Secret(secret), Family::Hmac(hash)) => {
                let tag = hmac::sign(&hmac::Key::new(hash, secret), signed);
                constant_time::verify_slices_are_equal(tag.as_ref(), signature).is_ok()
            }
            _ => false,
        }
    }
}
