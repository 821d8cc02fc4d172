//! Tokens that are encrypted, in their compact form (RFC 7516 §7.1), and the private and shared keys that open them.
//!
//! What is inside is a signed token: only a signature says who made it, as anybody can encrypt to a public key, and all who share a key can
//! with that.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521, UnparsedPublicKey},
    cipher::{self, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    hmac,
    iv::FixedLength,
    key_wrap::{self, AesKek, KeyWrap as _},
    rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value};

use super::{LONGEST, Why, json, token::member};

/// A failure that does not say which step it was.
const NOT_OPENED: &str = "it is not encrypted to a key of `decrypt`, or was changed";

/// A private key that opens what was encrypted to its public half, or one that is shared with who encrypts.
pub struct DecryptionKey(Private);

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    Ec(&'static Curve, agreement::PrivateKey),
    Shared(Use, Vec<u8>),
}

/// The one thing that a shared key is used for (RFC 7517 §4.4): a key that both wraps and encrypts would say more of itself than either.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Content itself, in one encryption where that is said.
    Direct(Option<&'static str>),
    /// Wrapping keys of content.
    Wrap,
}

struct Curve {
    name: &'static str,
    algorithm: &'static agreement::Algorithm,
    /// Of a coordinate, bytes.
    length: usize,
}

static CURVES: [Curve; 3] = [
    Curve { name: "P-256", algorithm: &ECDH_P256, length: 32 },
    Curve { name: "P-384", algorithm: &ECDH_P384, length: 48 },
    Curve { name: "P-521", algorithm: &ECDH_P521, length: 66 },
];

/// How the key of the content reaches its reader (RFC 7518 §4). `RSA1_5` is not among them: whoever can ask often could open it (RFC 8725 §3.2).
#[derive(Clone, Copy)]
enum Management {
    RsaOaep256,
    /// The agreed key itself, or one that it wraps, of so many bytes.
    EcdhEs(Option<usize>),
    /// The shared key is the content's (RFC 7518 §4.5).
    Direct,
    /// A shared key of so many bytes wraps the content's (RFC 7518 §4.4).
    Wrap(usize),
}

/// How the content is encrypted (RFC 7518 §5).
#[derive(Clone, Copy)]
enum Content {
    Gcm(&'static aws_lc_rs::aead::Algorithm),
    Cbc(&'static cipher::Algorithm, hmac::Algorithm),
}

/// Whether a text has the five parts of an encrypted token.
pub fn is_encrypted(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().filter(|byte| *byte == b'.').count() == 4
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DecryptionKey").finish_non_exhaustive()
    }
}

impl DecryptionKey {
    /// Reads a private key, PKCS #8 in PEM: RSA of 2048 bits or more, or of the curves P-256, P-384 and P-521. Or a shared key, as a JSON Web
    /// Key with `kty: oct`, which says by its `alg` what it is for: `A128KW`, `A256KW`, `dir`, or, for `dir` in one encryption alone, its name.
    ///
    /// # Errors
    /// Why it cannot be used, without a word of it.
    pub fn read(text: &str) -> Result<DecryptionKey, &'static str> {
        if text.trim_start().starts_with('{') {
            return shared(text);
        }
        let pem = text;
        let wrong = "is no private key of RSA (2048 bits or more), P-256, P-384 or P-521 as PKCS #8 in PEM (`BEGIN PRIVATE KEY`), nor a shared key as a JSON Web Key";
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").ok_or(wrong)?;
        let (text, _) = rest.split_once("-----END PRIVATE KEY-----").ok_or(wrong)?;
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let der = STANDARD.decode(text).map_err(|_| wrong)?;
        if let Ok(key) = PrivateDecryptingKey::from_pkcs8(&der) {
            let key = OaepPrivateDecryptingKey::new(key).ok().filter(|key| key.key_size_bits() >= 2048);
            return key.map(|key| DecryptionKey(Private::Rsa(key))).ok_or(wrong);
        }
        let read = |curve: &'static Curve| {
            let key = agreement::PrivateKey::from_private_key_der(curve.algorithm, &der).ok()?;
            Some(DecryptionKey(Private::Ec(curve, key)))
        };
        CURVES.iter().find_map(read).ok_or(wrong)
    }

    /// The key that the content is encrypted with.
    fn content_key(
        &self,
        how: Management,
        header: &Map<String, Value>,
        wrapped: &[u8],
        content: Content,
    ) -> Option<Vec<u8>> {
        match (&self.0, how) {
            (Private::Rsa(key), Management::RsaOaep256) => {
                let mut room = vec![0; key.min_output_size()];
                let key = key.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut room, None).ok()?;
                Some(key.to_vec())
            }
            (Private::Ec(curve, key), Management::EcdhEs(wraps)) => {
                let point = ephemeral(header, curve)?;
                let party = |name: &str| match header.get(name) {
                    None => Some(Vec::new()),
                    Some(text) => URL_SAFE_NO_PAD.decode(text.as_str()?).ok(),
                };
                let (from, to) = (party("apu")?, party("apv")?);
                let (named_by, length) = match wraps {
                    None => ("enc", content.key_length()),
                    Some(length) => ("alg", length),
                };
                let name = header.get(named_by)?.as_str()?;
                let peer = UnparsedPublicKey::new(curve.algorithm, point);
                let agreed =
                    agreement::agree(key, peer, (), |secret| Ok(derived(secret, name, &from, &to, length)))
                        .ok()?;
                match wraps {
                    None => wrapped.is_empty().then_some(agreed),
                    Some(_) => unwrapped(&agreed, wrapped),
                }
            }
            (Private::Shared(Use::Direct(only), key), Management::Direct) => {
                let fits = only.is_none_or(|only| header.get("enc").and_then(Value::as_str) == Some(only));
                (fits && wrapped.is_empty()).then(|| key.clone())
            }
            (Private::Shared(Use::Wrap, key), Management::Wrap(length)) if key.len() == length => {
                unwrapped(key, wrapped)
            }
            _ => None,
        }
    }
}

/// Reads a shared key (RFC 7518 §6.4).
fn shared(text: &str) -> Result<DecryptionKey, &'static str> {
    let key = json::object(text.as_bytes()).ok_or("is no JSON Web Key without repeated members")?;
    let member = |name: &str| key.get(name).and_then(Value::as_str);
    if member("kty") != Some("oct") {
        return Err("is a JSON Web Key that is not shared (`kty: oct`); give private keys as PKCS #8 in PEM");
    }
    if member("use").is_some_and(|used| used != "enc") {
        return Err("is a shared key that is not for encryption (`use`)");
    }
    let k = member("k").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let k = k.ok_or("is a shared key without itself (`k`, as base64url)")?;
    let (used, lengths): (Use, &[usize]) = match member("alg") {
        Some("A128KW") => (Use::Wrap, &[16]),
        Some("A256KW") => (Use::Wrap, &[32]),
        Some("dir") => (Use::Direct(None), &[16, 24, 32, 64]),
        Some(name) => {
            let (name, content) = CONTENTS
                .iter()
                .find(|(known, _)| *known == name)
                .ok_or("is a shared key for something else (`alg`)")?;
            (Use::Direct(Some(name)), std::slice::from_ref(content))
        }
        None => {
            return Err(
                "is a shared key that does not say what it is for: `alg` is `A128KW`, `A256KW` or `dir`",
            );
        }
    };
    if !lengths.contains(&k.len()) {
        return Err("is a shared key that is longer or shorter than its `alg` has it");
    }
    // What somebody has typed in place of one.
    if k.iter().all(|byte| *byte == k[0]) {
        return Err("is a shared key of one byte repeated, which anybody guesses");
    }
    Ok(DecryptionKey(Private::Shared(used, k)))
}

/// Opens an encrypted token by one of some keys, and gives what is in it.
///
/// # Errors
/// Why it is no such token, is encrypted in a way that is not accepted, or to another key.
pub fn opened(text: &str, keys: &[DecryptionKey]) -> Result<String, Why> {
    if text.len() > LONGEST {
        return Err(format!("a token may be {LONGEST} bytes long").into());
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [head, wrapped, iv, sealed, tag] = parts[..] else {
        return Err("this is not an encrypted token of five parts".into());
    };
    let decoded =
        |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Why::from("a part of it is not base64url"));
    let header = json::object(&decoded(head)?);
    let header = header.ok_or("the header is not base64url of a JSON object without repeated members")?;
    // Compressed content says by its length what is in it, and may be of any size.
    for refused in ["crit", "b64", "zip"] {
        if header.contains_key(refused) {
            return Err(format!("its header has `{refused}`, which is not accepted").into());
        }
    }
    if member(&header, "cty")?.is_some_and(|cty| !cty.eq_ignore_ascii_case("jwt")) {
        return Err("its `cty` says that no token is in it".into());
    }
    let how = Management::named(member(&header, "alg")?.unwrap_or_default());
    let how = how.ok_or("its key is encrypted in a way that is not accepted (`alg`)")?;
    let content = Content::named(member(&header, "enc")?.unwrap_or_default());
    let content = content.ok_or("its content is encrypted in a way that is not accepted (`enc`)")?;
    let (wrapped, iv, sealed, tag) = (decoded(wrapped)?, decoded(iv)?, decoded(sealed)?, decoded(tag)?);
    let open = |key: &DecryptionKey| {
        let key = key
            .content_key(how, &header, &wrapped, content)
            .filter(|key| key.len() == content.key_length())?;
        content.open(&key, head.as_bytes(), &iv, &sealed, &tag)
    };
    let bytes = keys.iter().find_map(open).ok_or(NOT_OPENED)?;
    String::from_utf8(bytes).map_err(|_| "what is in it is no token".into())
}

/// How content may be encrypted, with how many bytes a key has.
const CONTENTS: [(&str, usize); 5] =
    [("A128GCM", 16), ("A192GCM", 24), ("A256GCM", 32), ("A128CBC-HS256", 32), ("A256CBC-HS512", 64)];

impl Management {
    fn named(name: &str) -> Option<Management> {
        Some(match name {
            "RSA-OAEP-256" => Management::RsaOaep256,
            "ECDH-ES" => Management::EcdhEs(None),
            "ECDH-ES+A128KW" => Management::EcdhEs(Some(16)),
            "ECDH-ES+A256KW" => Management::EcdhEs(Some(32)),
            "A128KW" => Management::Wrap(16),
            "A256KW" => Management::Wrap(32),
            "dir" => Management::Direct,
            _ => return None,
        })
    }
}

impl Content {
    fn named(name: &str) -> Option<Content> {
        Some(match name {
            "A128GCM" => Content::Gcm(&AES_128_GCM),
            "A192GCM" => Content::Gcm(&AES_192_GCM),
            "A256GCM" => Content::Gcm(&AES_256_GCM),
            "A128CBC-HS256" => Content::Cbc(&cipher::AES_128, hmac::HMAC_SHA256),
            "A256CBC-HS512" => Content::Cbc(&cipher::AES_256, hmac::HMAC_SHA512),
            _ => return None,
        })
    }

    /// Bytes of its key.
    fn key_length(self) -> usize {
        match self {
            Content::Gcm(algorithm) => algorithm.key_len(),
            Content::Cbc(_, hash) => hash.digest_algorithm().output_len(),
        }
    }

    fn open(self, key: &[u8], head: &[u8], iv: &[u8], sealed: &[u8], tag: &[u8]) -> Option<Vec<u8>> {
        match self {
            Content::Gcm(algorithm) => {
                let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
                let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
                // The tag has its whole length: a shorter one could be guessed.
                let mut room = (tag.len() == algorithm.tag_len()).then(|| [sealed, tag].concat())?;
                let opened = key.open_in_place(nonce, Aad::from(head), &mut room).ok()?.len();
                room.truncate(opened);
                Some(room)
            }
            Content::Cbc(algorithm, hash) => {
                let (mac, key) = key.split_at(key.len() / 2);
                let bits = (head.len() as u64 * 8).to_be_bytes();
                let expected = hmac::sign(&hmac::Key::new(hash, mac), &[head, iv, sealed, &bits].concat());
                verify_slices_are_equal(&expected.as_ref()[..mac.len()], tag).ok()?;
                let key =
                    PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
                let iv = DecryptionContext::Iv128(FixedLength::from(<[u8; 16]>::try_from(iv).ok()?));
                let mut room = sealed.to_vec();
                let opened = key.decrypt(&mut room, iv).ok()?.len();
                room.truncate(opened);
                Some(room)
            }
        }
    }
}

/// The sender's key, a point of the same curve; whether it is on it is checked by reading it.
fn ephemeral(header: &Map<String, Value>, curve: &Curve) -> Option<Vec<u8>> {
    let key = header.get("epk")?.as_object()?;
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    if text("kty") != Some("EC") || text("crv") != Some(curve.name) || key.contains_key("d") {
        return None;
    }
    let coordinate =
        |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok().filter(|bytes| bytes.len() == curve.length);
    Some([vec![4], coordinate("x")?, coordinate("y")?].concat())
}

/// A key of an agreed secret (RFC 7518 §4.6.2: Concat KDF with SHA-256).
fn derived(secret: &[u8], name: &str, from: &[u8], to: &[u8], length: usize) -> Vec<u8> {
    let mut rest = Vec::new();
    for part in [name.as_bytes(), from, to] {
        rest.extend((part.len() as u32).to_be_bytes());
        rest.extend(part);
    }
    rest.extend((length as u32 * 8).to_be_bytes());
    let round = |n: u32| digest(&SHA256, &[&n.to_be_bytes(), secret, &rest].concat());
    let mut key: Vec<u8> =
        (1..=length.div_ceil(32) as u32).flat_map(|n| round(n).as_ref().to_vec()).collect();
    key.truncate(length);
    key
}

/// A key out of its wrapping (RFC 3394).
fn unwrapped(kek: &[u8], wrapped: &[u8]) -> Option<Vec<u8>> {
    let cipher = if kek.len() == 16 { &key_wrap::AES_128 } else { &key_wrap::AES_256 };
    let mut room = vec![0; wrapped.len()];
    let key = AesKek::new(cipher, kek).ok()?.unwrap(wrapped, &mut room).ok()?;
    Some(key.to_vec())
}

#[cfg(test)]
mod tests;
