//! Assertions that are encrypted (XML Encryption 1.1): AES-GCM by a key that RSA-OAEP carries. CBC and RSA 1.5 are not accepted: whoever can ask
//! often could open what is encrypted by them.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rsa::{
        OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
        OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey,
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use roxmltree::Node;

use crate::{
    Why,
    algorithm::shown,
    request::private,
    xml::{LARGEST, at_most_one, attribute, is, one, text},
};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// Keys that one assertion is encrypted to.
const MOST_KEYS: usize = 4;
/// A failure that does not say which step it was.
const NOT_OPENED: &str = "it is not encrypted to the key of `decryption_key`, or was changed";

/// A private key that opens what was encrypted to its public half.
pub struct DecryptionKey(OaepPrivateDecryptingKey);

impl DecryptionKey {
    /// Reads a private key, PKCS #8 in PEM: RSA of 2048 bits or more.
    ///
    /// # Errors
    /// Why it cannot be used, without a word of it.
    pub fn read(pem: &str) -> Result<DecryptionKey, &'static str> {
        const WRONG: &str =
            "is no private key of RSA (2048 bits or more) as PKCS #8 in PEM (`BEGIN PRIVATE KEY`)";
        let key = PrivateDecryptingKey::from_pkcs8(&private(pem).ok_or(WRONG)?).map_err(|_| WRONG)?;
        let key = OaepPrivateDecryptingKey::new(key).ok().filter(|key| key.key_size_bits() >= 2048);
        key.map(DecryptionKey).ok_or(WRONG)
    }
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DecryptionKey").finish_non_exhaustive()
    }
}

/// What stands in an `EncryptedAssertion`: a text of one element, with the namespaces that were in scope around it.
///
/// # Errors
/// Why it cannot be opened.
pub(crate) fn opened(node: Node<'_, '_>, key: Option<&DecryptionKey>) -> Result<String, Why> {
    let key = key.ok_or("it is encrypted, and there is no `decryption_key`")?;
    let content = one(node, XENC, "EncryptedData")?;
    let method = one(content, XENC, "EncryptionMethod")?;
    let suite = match attribute(method, "Algorithm").unwrap_or_default() {
        "http://www.w3.org/2009/xmlenc11#aes128-gcm" => &AES_128_GCM,
        "http://www.w3.org/2009/xmlenc11#aes192-gcm" => &AES_192_GCM,
        "http://www.w3.org/2009/xmlenc11#aes256-gcm" => &AES_256_GCM,
        other => return Err(format!("it is encrypted by `{}`, which is not accepted", shown(other)).into()),
    };
    let sealed = value(content)?;
    let keys: Vec<Node<'_, '_>> =
        node.descendants().filter(|inner| is(*inner, XENC, "EncryptedKey")).take(MOST_KEYS + 1).collect();
    if keys.is_empty() || keys.len() > MOST_KEYS {
        return Err("it is encrypted to no key, or to too many".into());
    }
    for carried in keys {
        let way = carried_by(carried)?;
        let mut room = vec![0; key.0.min_output_size()];
        let carried = value(carried)?;
        let Ok(secret) = key.0.decrypt(way, &carried, &mut room, None) else { continue };
        let Some(text) = open(suite, secret, &sealed) else { continue };
        return Ok(around(node, &text));
    }
    Err(NOT_OPENED.into())
}

/// How a key is carried.
fn carried_by(carried: Node<'_, '_>) -> Result<&'static OaepAlgorithm, Why> {
    let method = one(carried, XENC, "EncryptionMethod")?;
    let algorithm = attribute(method, "Algorithm").unwrap_or_default();
    let digest = at_most_one(method, DS, "DigestMethod")?.and_then(|node| attribute(node, "Algorithm"));
    let mask = at_most_one(method, XENC11, "MGF")?.and_then(|node| attribute(node, "Algorithm"));
    if at_most_one(method, XENC, "OAEPparams")?.is_some() {
        return Err("its key is carried with parameters, which are not accepted".into());
    }
    // SHA-1 stands here for a mask, and not for what cannot be forged: OAEP asks no more of it.
    const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
    match (algorithm, digest.unwrap_or(SHA1), mask) {
        ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", SHA1, None) => Ok(&OAEP_SHA1_MGF1SHA1),
        (
            "http://www.w3.org/2009/xmlenc11#rsa-oaep",
            SHA1,
            None | Some("http://www.w3.org/2009/xmlenc11#mgf1sha1"),
        ) => Ok(&OAEP_SHA1_MGF1SHA1),
        (
            "http://www.w3.org/2009/xmlenc11#rsa-oaep",
            "http://www.w3.org/2001/04/xmlenc#sha256",
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha256"),
        ) => Ok(&OAEP_SHA256_MGF1SHA256),
        (
            "http://www.w3.org/2009/xmlenc11#rsa-oaep",
            "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha384"),
        ) => Ok(&OAEP_SHA384_MGF1SHA384),
        (
            "http://www.w3.org/2009/xmlenc11#rsa-oaep",
            "http://www.w3.org/2001/04/xmlenc#sha512",
            Some("http://www.w3.org/2009/xmlenc11#mgf1sha512"),
        ) => Ok(&OAEP_SHA512_MGF1SHA512),
        (other, _, _) => {
            let other = shown(other);
            Err(format!("its key is carried by `{other}` with a digest or mask that is not accepted").into())
        }
    }
}

fn open(suite: &'static aws_lc_rs::aead::Algorithm, secret: &[u8], sealed: &[u8]) -> Option<String> {
    let key = LessSafeKey::new(UnboundKey::new(suite, secret).ok()?);
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut sealed = sealed.to_vec();
    let text = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::empty(), &mut sealed).ok()?;
    String::from_utf8(text.to_vec()).ok()
}

fn value(node: Node<'_, '_>) -> Result<Vec<u8>, Why> {
    let mut text = text(one(one(node, XENC, "CipherData")?, XENC, "CipherValue")?)?;
    text.retain(|c| !c.is_ascii_whitespace());
    let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() <= LARGEST);
    bytes.ok_or_else(|| NOT_OPENED.into())
}

/// What was opened, where prefixes mean what they meant in the document (XML Encryption §4.3.3).
fn around(node: Node<'_, '_>, text: &str) -> String {
    let declared = node.namespaces().map(|namespace| {
        let name = namespace.name().map_or_else(String::new, |name| format!(":{name}"));
        format!(" xmlns{name}=\"{}\"", crate::xml::escaped(namespace.uri()))
    });
    format!("<opened{}>{text}</opened>", declared.collect::<String>())
}
