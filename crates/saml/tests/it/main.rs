//! Answers of a provider, and everything that only looks like one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod encrypted;
mod hostile;
mod logout;
mod metadata;

use std::sync::LazyLock;

use saml::{Assertion, DecryptionKey, Expected, Provider, Refusal, instant, response};
use testkit::saml::{Answer, Key, message};

const IDP: &str = "https://idp.example.com/saml";
const US: &str = "https://api.example.com/orders";
const ANSWERS: &str = "https://api.example.com/orders/.saml/answer";
const REQUEST: &str = "_asked";
const FROM: &str = "2026-12-01T00:00:00Z";
const NOW: &str = "2026-12-01T00:01:00Z";
const UNTIL: &str = "2026-12-01T00:05:00Z";

static KEY: LazyLock<Key> = LazyLock::new(Key::rsa);

fn answer() -> Answer {
    Answer::new((FROM, UNTIL), IDP, US, ANSWERS, REQUEST)
}

fn provider(key: &Key) -> Provider {
    Provider::read(&key.metadata(IDP, ""), None).unwrap().0
}

fn heard_at(message: &str, now: &str, key: Option<&DecryptionKey>) -> Result<Assertion, Refusal> {
    let provider = provider(&KEY);
    let now = instant(now).unwrap();
    let expected = Expected {
        provider: &provider,
        entity_id: US,
        answers: ANSWERS,
        request: REQUEST,
        now,
        skew: 30_000,
        key,
    };
    response(message, &expected)
}

fn heard(text: &str) -> Result<Assertion, Refusal> {
    heard_at(&message(text), NOW, None)
}

/// Why an answer is refused.
fn why(text: &str) -> String {
    match heard(text) {
        Ok(assertion) => panic!("`{}` was let in", assertion.subject),
        Err(Refusal::Wrong(why)) => why.into_owned(),
        Err(Refusal::Denied(status)) => format!("denied: {status}"),
    }
}

#[test]
fn what_a_provider_signed_is_believed_whichever_of_both_it_signed() {
    let answer = answer();
    let assertion = answer.assertion();
    let of_both = KEY.signed(&answer.around(&KEY.signed(&assertion)));
    for text in [answer.around(&KEY.signed(&assertion)), KEY.signed(&answer.around(&assertion)), of_both] {
        let said = heard(&text).unwrap();
        assert_eq!((&*said.id, &*said.subject), ("_a1", "grace"));
        assert_eq!(said.session_index.as_deref(), Some("s1"));
        assert_eq!(said.signed_in_at, instant(FROM));
        assert_eq!(said.until, instant(UNTIL).unwrap() + 30_000);
        let groups = said.attributes.iter().find(|one| one.name == "groups").unwrap();
        assert_eq!(groups.values, ["staff", "admins"]);
    }
}

#[test]
fn a_signature_holds_whatever_the_document_around_it_looks_like() {
    let answer = answer();
    let text = answer.around(&KEY.signed(&answer.assertion()));
    let elsewhere = text.replace("<samlp:Status>", "<!-- a -->\n  <samlp:Status>").replace(
        "<samlp:Response ",
        "<?xml version='1.0' encoding=\"UTF-8\"?>\n<samlp:Response xmlns:xs='urn:x' xmlns='urn:y'\n ",
    );
    // The same element, written in another way.
    let otherwise = text
        .replace(
            "<saml:AttributeValue>staff</saml:AttributeValue>",
            "<saml:AttributeValue ><![CDATA[st]]>&#97;ff</saml:AttributeValue\n>",
        )
        .replace(
            &format!("Version=\"2.0\"><saml:Issuer>{IDP}"),
            &format!("Version='2.0' ><saml:Issuer>{IDP}<!-- x -->"),
        );
    for text in [elsewhere, otherwise] {
        assert_eq!(heard(&text).unwrap().attributes[1].values, ["staff", "admins"]);
    }
}

#[test]
fn keys_of_curves_sign_as_well() {
    let key = Key::p256();
    let provider = provider(&key);
    let answer = answer();
    let expected = Expected {
        provider: &provider,
        entity_id: US,
        answers: ANSWERS,
        request: REQUEST,
        now: instant(NOW).unwrap(),
        skew: 0,
        key: None,
    };
    assert_eq!(response(&answer.signed_by(&key), &expected).unwrap().subject, "grace");
    // The key of another kind that a provider has makes no difference, and another's of the same kind does.
    assert!(response(&answer.signed_by(&KEY), &expected).is_err());
    assert!(response(&answer.signed_by(&Key::p256()), &expected).is_err());
}

#[test]
fn a_provider_that_signs_nobody_in_says_why() {
    let mut answer = answer();
    answer.status = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    assert_eq!(why(&KEY.signed(&answer.around(""))), format!("denied: {}", answer.status));
    let exact = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"></samlp:StatusCode></samlp:StatusCode>";
    let text = answer.around("").replacen("</samlp:StatusCode>", exact, 1);
    assert_eq!(why(&text), "denied: urn:oasis:names:tc:SAML:2.0:status:AuthnFailed");
}

#[test]
fn an_answer_is_good_from_one_time_to_another_with_some_tolerance() {
    let text = answer().signed_by(&KEY);
    for (now, good) in [
        ("2026-11-30T23:59:29Z", false),
        ("2026-11-30T23:59:30Z", true),
        ("2026-12-01T00:05:29Z", true),
        ("2026-12-01T00:05:30Z", false),
        ("2027-12-01T00:00:00Z", false),
    ] {
        assert_eq!(heard_at(&text, now, None).is_ok(), good, "{now}");
    }
}
