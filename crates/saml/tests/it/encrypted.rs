//! Assertions that are encrypted to us, and those that somebody else made so.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PrivateDecryptingKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use saml::{DecryptionKey, Refusal};
use testkit::saml::{ASSERTION, Answer, DS, Key, message};

use crate::{KEY, NOW, answer, heard_at};

const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// Encrypted to the public half of a key, as it stands in a message.
fn sealed(text: &str, to: &Key) -> String {
    let pem: String = to.private_pem().lines().filter(|line| !line.starts_with('-')).collect();
    let key = PrivateDecryptingKey::from_pkcs8(&STANDARD.decode(pem).unwrap()).unwrap().public_key();
    let key = OaepPublicEncryptingKey::new(key).unwrap();
    let mut wrapped = vec![0; key.ciphertext_size()];
    let secret = [7; 32];
    key.encrypt(&OAEP_SHA1_MGF1SHA1, &secret, &mut wrapped, None).unwrap();
    let seal = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &secret).unwrap());
    let mut content = text.as_bytes().to_vec();
    let nonce = [9; 12];
    seal.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut content).unwrap();
    let content = STANDARD.encode([&nonce[..], &content].concat());
    format!(
        "<saml:EncryptedAssertion xmlns:saml=\"{ASSERTION}\"><xenc:EncryptedData xmlns:xenc=\"{XENC}\" Type=\"{XENC}Element\"><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"></xenc:EncryptionMethod><ds:KeyInfo xmlns:ds=\"{DS}\"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"{XENC}rsa-oaep-mgf1p\"></xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>",
        STANDARD.encode(&wrapped),
    )
}

fn subject(answer: &Answer, inner: &str, key: Option<&DecryptionKey>) -> Result<String, Refusal> {
    heard_at(&message(&answer.around(inner)), NOW, key).map(|said| said.subject)
}

#[test]
fn an_assertion_is_opened_and_then_held_to_all_that_others_are() {
    let (own, other) = (Key::rsa(), Key::rsa());
    let key = DecryptionKey::read(own.private_pem()).unwrap();
    let answer = answer();
    let signed = KEY.signed(&answer.assertion());
    assert_eq!(subject(&answer, &sealed(&signed, &own), Some(&key)).unwrap(), "grace");
    // Prefixes mean what they meant where it stands.
    let bare = signed.replacen(&format!(" xmlns:saml=\"{ASSERTION}\""), "", 1);
    assert_eq!(subject(&answer, &sealed(&bare, &own), Some(&key)).unwrap(), "grace");
    let whole = KEY.signed(&answer.around(&sealed(&answer.assertion(), &own)));
    assert_eq!(heard_at(&message(&whole), NOW, Some(&key)).unwrap().subject, "grace");

    let mut evil = answer.clone();
    evil.subject = "admin".into();
    for inner in [
        // Anybody can encrypt to us.
        sealed(&evil.assertion(), &own),
        sealed(&other.signed(&evil.assertion()), &own),
        sealed(&signed.replace("grace", "admin"), &own),
        sealed(&format!("{}{signed}", evil.assertion()), &own),
        sealed(&format!("</opened><opened>{signed}"), &own),
        sealed("<!DOCTYPE a><a/>", &own),
        sealed("grace", &own),
        sealed(&signed, &other),
        sealed(&signed, &own).replace("aes256-gcm", "aes128-gcm"),
        sealed(&signed, &own)
            .replace("http://www.w3.org/2009/xmlenc11#aes256-gcm", &format!("{XENC}aes256-cbc")),
        sealed(&signed, &own).replace("rsa-oaep-mgf1p", "rsa-1_5"),
        sealed(&signed, &own).replace(
            "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>",
            "AAAA</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>",
        ),
        format!("{}{signed}", sealed(&signed, &own)),
    ] {
        assert!(subject(&answer, &inner, Some(&key)).is_err());
    }
    assert!(subject(&answer, &sealed(&signed, &own), None).is_err());
}
