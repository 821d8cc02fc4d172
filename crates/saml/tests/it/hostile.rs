//! Answers that somebody made of others, or for others.

use testkit::saml::{Answer, DS, ENVELOPED, EXCLUSIVE, Key, Manner, message, put};

use crate::{FROM, IDP, KEY, NOW, UNTIL, answer, heard, heard_at, why};

/// A good answer of which something else is said, signed as it stands.
fn with(change: impl FnOnce(&mut Answer)) -> String {
    let mut answer = answer();
    change(&mut answer);
    answer.around(&KEY.signed(&answer.assertion()))
}

/// What somebody wants to be believed, who has the signed assertion of `grace`.
fn evil() -> String {
    let mut evil = answer();
    evil.id = "_evil".into();
    evil.subject = "admin".into();
    evil.assertion()
}

#[test]
fn what_is_not_signed_by_the_provider_is_not_believed() {
    let answer = answer();
    let assertion = answer.assertion();
    assert!(why(&answer.around(&assertion)).contains("signed"));
    let other = Key::rsa();
    assert!(why(&answer.around(&other.signed(&assertion))).contains("no key"));
    // A message that brings the key it is to be verified with: the one of `KeyInfo` is that of another.
    assert!(why(&other.signed(&answer.around(&assertion))).contains("no key"));
    // One signature that is good does not make up for one that is not.
    assert!(why(&KEY.signed(&answer.around(&other.signed(&assertion)))).contains("no key"));
    assert!(why(&other.signed(&answer.around(&KEY.signed(&assertion)))).contains("no key"));
    let signed = KEY.signed(&assertion);
    for (from, to) in [
        ("grace", "admin"),
        ("</saml:NameID>", ".evil</saml:NameID>"),
        ("staff", "roots"),
        ("<saml:OneTimeUse>", ""),
        ("Version=\"2.0\"", "Version=\"2.0\" a=\"b\""),
        ("<saml:AttributeStatement>", "<saml:AttributeStatement> "),
    ] {
        let changed = signed.replacen(from, to, 1);
        assert!(changed == signed || why(&answer.around(&changed)).contains("changed"), "{from}");
    }
    for broken in [
        signed.replacen("<ds:SignatureValue>", "<ds:SignatureValue>AAAA", 1),
        signed.replacen("<ds:SignatureValue>", "<ds:SignatureValue>*", 1),
        signed.replacen("<ds:DigestValue>", "<ds:DigestValue><!-- x -->AAAA", 1),
    ] {
        assert!(!why(&answer.around(&broken)).is_empty());
    }
    let no_value = signed.split("<ds:SignatureValue>").next().unwrap().to_owned()
        + signed.split("</ds:SignatureValue>").nth(1).unwrap();
    assert!(why(&answer.around(&no_value)).contains("SignatureValue"));
}

/// In the manner of Somorovsky et al., "On Breaking SAML" (2012): XSW1 and 2 wrap a signed response, XSW3 to 8 a signed assertion.
#[test]
fn nobody_wraps_another_assertion_around_one_that_was_signed() {
    let answer = answer();
    let assertion = answer.assertion();
    let evil = evil();
    let whole = answer.around(&assertion);
    let signature = KEY.signature(&whole, &Manner::default());
    let of_assertion = KEY.signature(&assertion, &Manner::default());
    let signed = put(&assertion, &of_assertion);
    let hidden = |what: &str| format!("<ds:Object xmlns:ds=\"{DS}\">{what}</ds:Object>");
    let with_object = |what: &str| {
        let end = "</ds:Signature>";
        of_assertion.replace(end, &format!("{}{end}", hidden(what)))
    };
    let evil_whole = answer.around(&evil).replace("ID=\"_r_a1\"", "ID=\"_evil_r\"");
    let same_id = evil.replace("_evil", "_a1");
    let variants = [
        // 1: the signature around the response that it is of.
        put(
            &evil_whole,
            &signature.replace("</ds:Signature>", &format!("{}</ds:Signature>", hidden(&whole))),
        ),
        // 2: the response that it is of beside the signature.
        put(&evil_whole, &format!("{whole}{signature}")),
        // 3: the evil assertion before the good one.
        answer.around(&format!("{evil}{signed}")),
        answer.around(&format!("{signed}{evil}")),
        // 4: the evil one around the good one.
        answer.around(&evil.replace("</saml:Assertion>", &format!("{signed}</saml:Assertion>"))),
        // 5: the signature in the evil one, the good one behind it without.
        answer.around(&format!("{}{assertion}", put(&evil, &of_assertion))),
        // 6: the same, with the good one in the signature.
        answer.around(&put(&evil, &with_object(&assertion))),
        // 7: the good one among extensions.
        answer.around(&format!("<samlp:Extensions>{signed}</samlp:Extensions>{evil}")),
        // 8: the good one in an object of the evil one's signature.
        answer.around(&put(&evil, &with_object(&signed))),
        // The same id twice, in all of these.
        answer.around(&format!("{same_id}{signed}")),
        answer.around(&put(&same_id, &with_object(&assertion))),
        answer.around(&format!("<samlp:Extensions>{signed}</samlp:Extensions>{same_id}")),
        // The signature of another element, moved into the evil one.
        answer.around(&put(&same_id, &of_assertion)),
        answer.around(&put(&evil, &of_assertion)),
        // The good one behind a name that is no assertion's, and the other way round.
        answer.around(&format!(
            "<saml:Advice xmlns:saml=\"{}\">{signed}</saml:Advice>{evil}",
            testkit::saml::ASSERTION
        )),
        answer.around(&format!("<x>{signed}</x>")),
        // Two signatures, of which one is good.
        answer.around(&put(&put(&same_id, &of_assertion), &of_assertion)),
        answer.around(&put(&signed, &of_assertion)),
    ];
    for (at, text) in variants.iter().enumerate() {
        let refused = heard(text);
        assert!(refused.is_err(), "{at}: {:?}", refused.map(|said| said.subject));
    }
}

#[test]
fn a_signature_is_of_one_form_and_over_what_it_stands_in() {
    let answer = answer();
    let assertion = answer.assertion();
    let in_manner = |change: &dyn Fn(&mut Manner)| {
        let mut manner = Manner::default();
        change(&mut manner);
        answer.around(&put(&assertion, &KEY.signature(&assertion, &manner)))
    };
    assert!(heard(&in_manner(&|_| {})).is_ok());
    for (algorithm, expected) in [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "not accepted"),
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "not accepted"),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "not accepted"),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "not accepted"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "not accepted"),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "no key"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "no key"),
        ("none", "not accepted"),
        ("", "not accepted"),
    ] {
        assert!(
            why(&in_manner(&|manner| manner.algorithm = Some(algorithm))).contains(expected),
            "{algorithm}"
        );
    }
    for digest in ["http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmldsig-more#md5", ""]
    {
        assert!(why(&in_manner(&|manner| manner.digest = digest)).contains("not accepted"), "{digest}");
    }
    for form in [
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
    ] {
        assert!(why(&in_manner(&|manner| manner.form = form)).contains("not accepted"), "{form}");
        assert!(
            why(&in_manner(&|manner| manner.transforms = vec![ENVELOPED, form])).contains("not accepted"),
            "{form}"
        );
        assert!(
            why(&in_manner(&|manner| manner.transforms = vec![form, ENVELOPED])).contains("transforms"),
            "{form}"
        );
    }
    for transforms in [
        vec![],
        vec![ENVELOPED],
        vec![EXCLUSIVE],
        vec![EXCLUSIVE, ENVELOPED],
        vec![ENVELOPED, EXCLUSIVE, EXCLUSIVE],
        vec!["http://www.w3.org/TR/1999/REC-xpath-19991116", EXCLUSIVE],
    ] {
        assert!(why(&in_manner(&|manner| manner.transforms = transforms.clone())).contains("transforms"));
    }
    for reference in
        ["", "#", "#_other", "_a1", "#xpointer(/)", "#xpointer(id('_a1'))", "https://evil.test/#_a1"]
    {
        let text = in_manner(&|manner| manner.reference = Some(reference.to_owned()));
        assert!(why(&text).contains("another element"), "{reference}");
    }
    let beside =
        in_manner(&|manner| manner.beside = format!("<ds:Manifest xmlns:ds=\"{DS}\"></ds:Manifest>"));
    assert!(why(&beside).contains("does not belong"));
    // Two references, of which the second is of something else.
    let one = KEY.signature(&assertion, &Manner::default());
    let (before, rest) = one.split_once("<ds:Reference").unwrap();
    let (reference, after) = rest.split_once("</ds:Reference>").unwrap();
    let two = format!(
        "{before}<ds:Reference{reference}</ds:Reference><ds:Reference{reference}</ds:Reference>{after}"
    );
    assert!(!why(&answer.around(&put(&assertion, &two))).is_empty());
    let (before, rest) = one.split_once("<ds:SignedInfo>").unwrap();
    let two = format!("{before}<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>{rest}");
    assert!(why(&answer.around(&put(&assertion, &two))).contains("several"));
}

#[test]
fn a_comment_does_not_take_away_what_stands_behind_it() {
    let mut answer = answer();
    answer.subject = "admin@example.com.evil.test".into();
    let text = answer.around(&KEY.signed(&answer.assertion()));
    let cut = text.replace("admin@example.com", "admin@example.com<!-- -->");
    assert_ne!(text, cut);
    assert_eq!(heard(&cut).unwrap().subject, "admin@example.com.evil.test");
    for (inner, whole) in [("admin<![CDATA[.evil]]>", "admin.evil"), ("admin&#46;evil", "admin.evil")] {
        let text = text.replace("admin@example.com.evil.test", inner);
        assert!(heard(&text).is_err(), "{whole}");
    }
    let element = text.replace("admin@example.com", "admin@example.com<x></x>");
    assert!(heard(&element).is_err());
}

#[test]
fn an_answer_is_for_us_here_and_now_and_to_what_we_asked() {
    for (text, expected) in [
        (with(|answer| answer.issuer = "https://other.example.com".into()), "another provider"),
        (with(|answer| answer.audience = "https://api.example.com/other".into()), "another audience"),
        (with(|answer| answer.audience = format!("{}/x", crate::US)), "another audience"),
        (with(|answer| answer.recipient = "https://evil.test/".into()), "another recipient"),
        (with(|answer| answer.destination = "https://evil.test/".into()), "elsewhere"),
        (with(|answer| answer.request = "_other".into()), "another request"),
        (with(|answer| answer.request = String::new()), "another request"),
        (with(|answer| answer.until = "2026-12-01T00:00:10Z".into()), "expired"),
        (with(|answer| answer.not_before = "2026-12-01T00:02:00Z".into()), "not good yet"),
        (with(|answer| answer.until = "2026-12-31T00:00:00Z".into()), "longer than a day"),
        (with(|answer| answer.until = "soon".into()), "no point in time"),
        (with(|answer| answer.subject = " ".into()), "no name"),
        (with(|answer| answer.statements = String::new()), "signed in"),
        (with(|answer| answer.conditions = "<saml:Condition></saml:Condition>".into()), "not understood"),
        (
            with(|answer| {
                answer.conditions =
                    "<saml:AudienceRestriction><saml:Audience>https://other</saml:Audience></saml:AudienceRestriction>".into();
            }),
            "another audience",
        ),
        (
            with(|answer| {
                answer.statements = format!(
                    "<saml:AuthnStatement AuthnInstant=\"{FROM}\" SessionNotOnOrAfter=\"{FROM}\"></saml:AuthnStatement>"
                );
            }),
            "has ended",
        ),
    ] {
        let refused = why(&text);
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    let changed = |from: &str, to: &str| {
        let assertion = answer().assertion();
        assert!(assertion.contains(from), "{from}");
        answer().around(&KEY.signed(&assertion.replace(from, to)))
    };
    let until = format!("NotOnOrAfter=\"{UNTIL}\"");
    for (from, to, expected) in [
        ("cm:bearer", "cm:holder-of-key", "confirms"),
        ("<saml:AudienceRestriction>", "<saml:ProxyRestriction>", "well-formed"),
        (" Version=\"2.0\"", " Version=\"1.1\"", "SAML 2.0"),
        (
            &*format!("<saml:Issuer>{IDP}</saml:Issuer>"),
            &*format!("<saml:Issuer>{IDP}</saml:Issuer><saml:Issuer>x</saml:Issuer>"),
            "several",
        ),
        (&*format!("InResponseTo=\"_asked\" {until} "), "InResponseTo=\"_asked\" ", "until when"),
        ("InResponseTo=\"_asked\" ", "", "another request, or none"),
        ("<saml:NameID ", "<saml:EncryptedID></saml:EncryptedID><saml:NameID x=\"y\" ", ""),
    ] {
        let refused = heard(&changed(from, to));
        let refused = match refused {
            Err(saml::Refusal::Wrong(why)) => why.into_owned(),
            Ok(_) if expected.is_empty() => continue,
            other => panic!("{from}: {other:?}"),
        };
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    let no_audience = answer().assertion();
    let (before, rest) = no_audience.split_once("<saml:AudienceRestriction>").unwrap();
    let (_, after) = rest.split_once("</saml:AudienceRestriction>").unwrap();
    assert!(why(&answer().around(&KEY.signed(&format!("{before}{after}")))).contains("for whom it is"));
    // A signed message without a destination can be carried anywhere.
    let nowhere =
        answer().around(&answer().assertion()).replace(&format!(" Destination=\"{}\"", crate::ANSWERS), "");
    assert!(why(&KEY.signed(&nowhere)).contains("elsewhere"));
}

#[test]
fn what_is_no_answer_is_refused_whatever_it_is() {
    let good = answer().around(&KEY.signed(&answer().assertion()));
    let bomb = format!(
        "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>{}",
        good.replace("grace", "&b;")
    );
    let outside =
        format!("<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}", good.replace("grace", "&a;"));
    for (text, expected) in [
        (bomb, "document type"),
        (outside, "document type"),
        (good.replace("grace", "&a;"), "well-formed"),
        (format!("<?xml-stylesheet href='x'?>{good}"), "processing instruction"),
        (
            format!(
                "{}{}{}",
                &good[..good.len() - 17],
                "<x>".repeat(100) + &"</x>".repeat(100),
                "</samlp:Response>"
            ),
            "too deep",
        ),
        (format!("{good}{}", " ".repeat(300 << 10)), "too long"),
        (good.replace("samlp:Response", "samlp:ArtifactResponse"), "no `Response`"),
        (good.replace(testkit::saml::PROTOCOL, "urn:oasis:names:tc:SAML:1.0:protocol"), "no `Response`"),
        (good[..good.len() / 2].to_owned(), "well-formed"),
        (answer().assertion(), "no `Response`"),
        (answer().around(""), "no assertion"),
        (String::new(), "well-formed"),
    ] {
        let refused = why(&text);
        assert!(refused.contains(expected), "{expected}: {refused}");
    }
    for wrong in ["*", "PHg+", "/////w==", &"A".repeat(1 << 20), &message(&good)[1..]] {
        assert!(heard_at(wrong, NOW, None).is_err());
    }
}
