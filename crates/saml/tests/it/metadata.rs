//! What is read of providers, what they are told, and how they are asked.

use std::io::Read as _;

use saml::{AuthnRequest, Certificate, OwnKeys, Party, Provider, SigningKey, Whom, instant, logout_request};
use testkit::saml::Key;

use crate::{IDP, KEY, US};

#[test]
fn a_provider_says_where_it_is_asked_and_by_which_keys_it_signs() {
    let (provider, left_out) =
        Provider::read(&KEY.metadata(IDP, " validUntil=\"2027-01-01T00:00:00Z\""), None).unwrap();
    assert_eq!((&*provider.entity_id, provider.sign_in), (IDP, format!("{IDP}/sso")));
    assert_eq!((provider.sign_out, provider.keys.len()), (Some(format!("{IDP}/logout")), 1));
    assert_eq!(provider.signed_out, Some(format!("{IDP}/logout")));
    let apart = KEY
        .metadata(IDP, "")
        .replace("/logout\"", "/logout\" ResponseLocation=\"https://idp.example.com/done\"");
    let (apart, _) = Provider::read(&apart, None).unwrap();
    assert_eq!(apart.sign_out, Some(format!("{IDP}/logout")));
    assert_eq!(apart.signed_out.as_deref(), Some("https://idp.example.com/done"));
    assert!(left_out.is_empty() && !provider.wants_signed);
    let until = instant("2027-01-01T00:00:00Z").unwrap();
    let (provider, _) =
        Provider::read(&KEY.metadata(IDP, " validUntil=\"2027-01-01T00:00:00Z\""), Some(IDP)).unwrap();
    assert!(provider.holds(until - 1).is_ok() && provider.holds(until).is_err());
}

#[test]
fn one_of_several_providers_is_named() {
    let of = |id: &str| KEY.metadata(id, "").split_once("?>").unwrap().1.to_owned();
    let both = format!(
        "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{}{}</EntitiesDescriptor>",
        of("https://a"),
        of("https://b")
    );
    assert!(Provider::read(&both, None).unwrap_err().contains("several"));
    assert_eq!(Provider::read(&both, Some("https://b")).unwrap().0.entity_id, "https://b");
    assert!(
        Provider::read(&both, Some("https://c")).unwrap_err().contains("no identity provider `https://c`")
    );
}

#[test]
fn what_cannot_be_used_says_why() {
    let good = KEY.metadata(IDP, "");
    for (text, expected) in [
        (good.replace("IDPSSODescriptor", "SPSSODescriptor"), "no identity provider"),
        (good.replace("SAML:2.0:protocol", "SAML:1.1:protocol"), "no identity provider"),
        (good.replace("HTTP-Redirect", "SOAP"), "no address"),
        (good.replace(&format!("{IDP}/sso"), "javascript:alert(1)"), "no address"),
        (good.replace("use=\"signing\"", "use=\"encryption\""), "no key"),
        (good.replace(&KEY.certificate(), "AAAA"), "no X.509"),
        (good.replace(&format!("entityID=\"{IDP}\""), "entityID=\"\""), "entityID"),
        (KEY.metadata(IDP, " validUntil=\"later\""), "validUntil"),
        ("<!DOCTYPE a><a/>".to_owned(), "document type"),
        ("{}".to_owned(), "well-formed"),
    ] {
        let refused = Provider::read(&text, None).unwrap_err();
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    // A key that is of no use beside one that is.
    let begin = "<KeyDescriptor use=\"signing\">";
    let more = format!(
        "{begin}<KeyInfo xmlns=\"{}\"><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo></KeyDescriptor>{begin}",
        testkit::saml::DS
    );
    let (provider, left_out) = Provider::read(&good.replace(begin, &more), None).unwrap();
    assert_eq!((provider.keys.len(), left_out.len()), (1, 1));
}

#[test]
fn a_request_goes_in_an_address_and_is_signed_as_it_stands() {
    for key in [Key::rsa(), Key::p256()] {
        let signs = SigningKey::read(key.private_pem()).unwrap();
        let certificate = Certificate::read(&key.certificate_pem()).unwrap();
        assert!(signs.fits(&certificate) && !signs.fits(&Certificate::read(&KEY.certificate()).unwrap()));
        let request = AuthnRequest {
            id: "_asked",
            entity_id: "https://api.example.com/a&b<c>\"",
            destination: "https://idp.example.com/sso?tenant=1",
            answers: "https://api.example.com/.saml/answer",
            now: instant("2026-12-01T00:00:00Z").unwrap(),
            again: true,
        };
        let location = request.location("state-1", Some(&signs));
        let (to, query) = location.split_once("&SAMLRequest=").unwrap();
        assert_eq!(to, "https://idp.example.com/sso?tenant=1");
        let (signed, signature) = query.split_once("&Signature=").unwrap();
        assert!(signed.contains("&RelayState=state-1&SigAlg=http%3A"));
        assert!(!signature.is_empty());
        let text = unpacked(signed.split_once('&').unwrap().0);
        for part in [
            "ID=\"_asked\"",
            "IssueInstant=\"2026-12-01T00:00:00Z\"",
            "ForceAuthn=\"true\"",
            "a&amp;b&lt;c&gt;&quot;",
            "bindings:HTTP-POST",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!format!("{signs:?}").contains("key:"));
    }
    for wrong in [
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----",
    ] {
        assert!(SigningKey::read(wrong).is_err() && saml::DecryptionKey::read(wrong).is_err());
    }
    assert!(saml::DecryptionKey::read(Key::p256().private_pem()).is_err());
}

#[test]
fn who_signs_out_is_named_as_the_provider_named_them() {
    let whom = Whom { subject: "g<r>ace".into(), session: Some("s\"1".into()), ..Whom::default() };
    let to = logout_request(&whom, ("_out", US, "https://idp.example.com/out"), 0, ("back", None));
    let text = unpacked(to.split_once("?SAMLRequest=").unwrap().1.split_once('&').unwrap().0);
    assert!(
        text.contains(
            "<saml:NameID>g&lt;r&gt;ace</saml:NameID><samlp:SessionIndex>s&quot;1</samlp:SessionIndex>"
        ),
        "{text}"
    );
}

#[test]
fn a_provider_is_told_where_answers_go_and_by_which_keys() {
    let keys = OwnKeys::read(Some(KEY.private_pem()), Some(&KEY.certificate_pem())).unwrap();
    let answers =
        ["https://api.example.com/.saml/answer".to_owned(), "https://api.example.com/other".to_owned()];
    let signed_out = "https://api.example.com/.saml/signed-out";
    let party =
        Party { entity_id: "https://api.example.com/?a=1&b=2", answers: &answers, signed_out, keys: &keys };
    let text = party.metadata();
    assert!(
        text.contains("entityID=\"https://api.example.com/?a=1&amp;b=2\"")
            && text.contains("AuthnRequestsSigned=\"true\"")
    );
    assert_eq!(text.matches(&KEY.certificate()).count(), 2);
    assert_eq!(text.matches("<md:SingleLogoutService").count(), 2);
    assert!(text.contains("/.saml/answer\" index=\"0\" isDefault=\"true\"/>"), "{text}");
    assert!(text.contains("/other\" index=\"1\"/>"), "{text}");
    let bare = Party { keys: &OwnKeys::default(), ..party }.metadata();
    assert!(!bare.contains("KeyDescriptor") && bare.contains("AuthnRequestsSigned=\"false\""));
}

#[test]
fn a_key_is_used_for_what_it_can_and_goes_with_its_certificate_alone() {
    let curve = Key::p256();
    let keys = OwnKeys::read(Some(curve.private_pem()), Some(&curve.certificate_pem())).unwrap();
    assert!(keys.signs.is_some() && keys.opens.is_none());
    let fields = |key: Option<&str>, certificate: Option<&str>| {
        OwnKeys::read(key, certificate).map(drop).map_err(|(field, _)| field)
    };
    assert_eq!(fields(None, None), Ok(()));
    assert_eq!(fields(Some("x"), None), Err("key"));
    assert_eq!(fields(None, Some(&curve.certificate_pem())), Err("key"));
    assert_eq!(fields(Some(curve.private_pem()), Some("x")), Err("certificate"));
    assert_eq!(fields(Some(curve.private_pem()), Some(&KEY.certificate_pem())), Err("certificate"));
}

pub(crate) fn unpacked(parameter: &str) -> String {
    let text = parameter.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let packed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    let mut out = String::new();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_string(&mut out).unwrap();
    out
}
