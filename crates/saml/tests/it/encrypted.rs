//! Assertions that are encrypted to us, and those that somebody else made so.

use saml::{DecryptionKey, Refusal};
use testkit::saml::{ASSERTION, Answer, Key, XENC, message};

use crate::{KEY, NOW, answer, heard_at};

fn sealed(text: &str, to: &Key) -> String {
    to.sealed(text)
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
