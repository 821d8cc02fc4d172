//! What identity providers of SAML and servers of CAS say: nobody is let in by what was not signed as it stands, and nothing panics.

use fuzz::fuzz_from;
use saml::{
    Came, Expected, LogoutAsked, LogoutExpected, Provider, Refusal, cas, instant, logout_asked, response,
};
use testkit::saml::{Answer, Key, Logout, message};

const IDP: &str = "https://idp.example.com";
const US: &str = "https://api.example.com";
const ANSWERS: &str = "https://api.example.com/.saml/acs";

const WORDS: &[&str] = &[
    "<saml:Assertion ID=\"_a1\">",
    "</saml:Assertion>",
    "<saml:NameID>admin</saml:NameID>",
    "<!-- x -->",
    "<![CDATA[",
    "]]>",
    "&#x41;",
    "&amp;",
    " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
    " xmlns=\"\"",
    " ID=\"_a1\"",
    " URI=\"#_a1\"",
    "<ds:Object>",
    "<ds:Reference URI=\"#_ra1\">",
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "<ec:InclusiveNamespaces PrefixList=\"saml #default\"/>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<?xml version=\"1.0\"?>",
    "2026-12-01T00:00:00Z",
    "grace",
    "\r\n",
    "\u{9}",
    "\u{fffe}",
];

#[test]
fn nobody_is_let_in_by_what_was_not_signed_as_it_stands() {
    let key = Key::p256();
    let (provider, _) = Provider::read(&key.metadata(IDP, ""), None).unwrap();
    let expected = Expected {
        provider: &provider,
        entity_id: US,
        answers: ANSWERS,
        request: "_asked",
        now: instant("2026-12-01T00:01:00Z").unwrap(),
        skew: 0,
        key: None,
    };
    let answer = Answer::new(("2026-12-01T00:00:00Z", "2026-12-01T00:05:00Z"), IDP, US, ANSWERS, "_asked");
    let assertion = answer.assertion();
    let inputs: Vec<String> = vec![
        answer.around(&key.signed(&assertion)),
        key.signed(&answer.around(&assertion)),
        key.signed(&answer.around(&key.signed(&assertion))),
        answer.around(&assertion),
        key.signed(&assertion),
    ];
    let good = response(&message(&inputs[0]), &expected).unwrap();
    let inputs = inputs.into_iter().map(String::into_bytes).collect();
    fuzz_from("saml-answers", WORDS, inputs, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        match response(&message(&text), &expected) {
            Ok(said) => {
                // Whatever else became of the message, what is believed is what was signed.
                assert_eq!(said, good);
                String::new()
            }
            Err(Refusal::Wrong(why)) => why.into_owned(),
            Err(Refusal::Denied(status)) => status,
        }
    });
}

#[test]
fn nobody_is_signed_out_by_what_was_not_signed_as_it_stands() {
    let key = Key::p256();
    let (provider, _) = Provider::read(&key.metadata(IDP, ""), None).unwrap();
    let now = instant("2026-12-01T00:01:00Z").unwrap();
    let expected = LogoutExpected { provider: &provider, at: ANSWERS, now, skew: 0, key: None };
    let text = Logout::new("2026-12-01T00:00:00Z", IDP, ANSWERS, "grace").text();
    let good = logout_asked(Came::Query(&key.query(&text, None)), &expected).unwrap();
    let queries = vec![key.query(&text, None).into_bytes(), key.query(&text, Some("r")).into_bytes()];
    let words =
        &["SAMLRequest=", "&RelayState=", "&SigAlg=", "&Signature=", "SAMLEncoding", "%3D", "%2B", "+", "&"];
    fuzz_from("saml-logout-queries", words, queries, |bytes| {
        match logout_asked(Came::Query(&String::from_utf8_lossy(bytes)), &expected) {
            Ok(asked) => {
                assert_eq!(LogoutAsked { relay: None, ..asked }, good);
                String::new()
            }
            Err(why) => why.into_owned(),
        }
    });
    let forms = vec![key.signed(&text).into_bytes(), text.into_bytes()];
    fuzz_from("saml-logout-forms", WORDS, forms, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let _ = cas::ended(&text);
        match logout_asked(Came::Form(&message(&text), None), &expected) {
            Ok(asked) => {
                assert_eq!(asked, good);
                String::new()
            }
            Err(why) => why.into_owned(),
        }
    });
}

#[test]
fn whatever_providers_and_servers_say_of_themselves_and_others_nothing_panics() {
    let key = Key::p256();
    let inputs = vec![
        key.metadata(IDP, " validUntil=\"2026-12-01T00:00:00Z\"").into_bytes(),
        b"<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\"><cas:authenticationSuccess><cas:user>ada</cas:user><cas:attributes><cas:mail>a</cas:mail></cas:attributes></cas:authenticationSuccess></cas:serviceResponse>".to_vec(),
        b"<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\"><cas:authenticationFailure code=\"INVALID_TICKET\"/></cas:serviceResponse>".to_vec(),
    ];
    fuzz_from("saml-metadata", WORDS, inputs, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let provider = Provider::read(&text, None);
        if let Ok((provider, _)) = &provider {
            assert!(!provider.keys.is_empty() && provider.sign_in.starts_with("http"));
        }
        let said = cas::validated(&text);
        if let Ok(cas::Validated::Person(person)) = &said {
            assert!(!person.user.is_empty());
        }
        let refused = provider.err().unwrap_or_default();
        (refused, said.err().unwrap_or_default(), instant(&text).is_some())
    });
}
