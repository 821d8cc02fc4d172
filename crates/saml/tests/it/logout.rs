//! Signing out that a provider began, and everything that only looks like it.

use saml::{Came, LogoutAsked, LogoutExpected, SigningKey, instant, logout_asked, logout_response};
use testkit::saml::{Key, Logout, message, put};

use crate::{FROM, IDP, KEY, NOW, US, provider};

const PLACE: &str = "https://api.example.com/orders/.saml/signed-out";

fn logout() -> Logout {
    Logout { sessions: vec!["s1", "s2"], ..Logout::new(FROM, IDP, PLACE, "grace") }
}

fn heard(came: Came<'_>, now: &str) -> Result<LogoutAsked, String> {
    let provider = provider(&KEY);
    let expected = LogoutExpected {
        provider: &provider,
        at: PLACE,
        now: instant(now).unwrap(),
        skew: 30_000,
        key: None,
    };
    logout_asked(came, &expected).map_err(|why| why.into_owned())
}

fn by_query(key: &Key, text: &str) -> Result<LogoutAsked, String> {
    heard(Came::Query(&key.query(text, Some("r&1"))), NOW)
}

fn by_form(text: &str) -> Result<LogoutAsked, String> {
    heard(Came::Form(&message(text), Some("r&1")), NOW)
}

#[test]
fn who_signs_out_at_the_provider_is_named_whichever_way_it_comes() {
    let expected = LogoutAsked {
        id: "_out_grace".into(),
        until: instant("2026-12-01T00:05:30Z").unwrap(),
        subject: "grace".into(),
        sessions: vec!["s1".into(), "s2".into()],
        relay: Some("r&1".into()),
    };
    let text = logout().text();
    assert_eq!(by_query(&KEY, &text).unwrap(), expected);
    assert_eq!(by_form(&KEY.signed(&text)).unwrap(), expected);
    // Other parameters are not looked at, and their order is not asked about.
    let query = format!("tenant=1&{}&x", KEY.query(&text, Some("r&1")));
    assert_eq!(heard(Came::Query(&query), NOW).unwrap(), expected);
    let query = KEY.query(&text, None);
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    let query = format!("Signature={signature}&{signed}");
    assert_eq!(heard(Came::Query(&query), NOW).unwrap().relay, None);
}

#[test]
fn what_the_provider_did_not_sign_for_us_now_signs_nobody_out() {
    let text = logout().text();
    let other = Key::rsa();
    for why in [
        by_query(&other, &text),
        by_form(&other.signed(&text)),
        by_form(&text),
        by_form(&KEY.signed(&text).replace("grace", "admin")),
        heard(Came::Query(KEY.query(&text, None).split_once("&SigAlg").unwrap().0), NOW),
        heard(Came::Query(&KEY.query(&text, None).replace("SigAlg=", "Sigalg=")), NOW),
        heard(Came::Query(&format!("{}&RelayState=x", KEY.query(&text, None))), NOW),
        heard(Came::Query(&format!("{}&SAMLRequest=x", KEY.query(&text, None))), NOW),
        heard(Came::Query(&format!("SAMLEncoding=x&{}", KEY.query(&text, None))), NOW),
        heard(Came::Query(&KEY.query(&text, None).replace("rsa%2Dsha256", "rsa%2Dsha1")), NOW),
        heard(Came::Query(""), NOW),
        heard(Came::Form("*", None), NOW),
        // Later than it is good, and earlier than it was made.
        heard(Came::Query(&KEY.query(&text, None)), "2026-12-01T00:05:30Z"),
        heard(Came::Query(&KEY.query(&text, None)), "2026-11-30T23:59:29Z"),
    ] {
        assert!(why.is_err(), "{why:?}");
    }
    let wrong: [&dyn Fn(&mut Logout); 8] = [
        &|logout| logout.issuer = "https://other.example.com".into(),
        &|logout| logout.destination = "https://other.example.com".into(),
        &|logout| logout.subject = String::new(),
        &|logout| logout.id = String::new(),
        &|logout| logout.at = "yesterday".into(),
        &|logout| logout.more = format!(" NotOnOrAfter=\"{FROM}\""),
        &|logout| logout.more = " NotOnOrAfter=\"never\"".into(),
        &|logout| logout.sessions = vec!["s"; 101],
    ];
    for (at, change) in wrong.iter().enumerate() {
        let mut changed = logout();
        change(&mut changed);
        assert!(by_query(&KEY, &changed.text()).is_err(), "{at}");
        assert!(by_form(&KEY.signed(&changed.text())).is_err(), "{at}");
    }
    let past = Logout { more: format!(" NotOnOrAfter=\"{FROM}\""), ..logout() };
    let query = KEY.query(&past.text(), None);
    assert!(heard(Came::Query(&query), "2026-12-01T00:00:29Z").is_ok());
    assert!(heard(Came::Query(&query), "2026-12-01T00:00:30Z").is_err());
}

#[test]
fn nobody_wraps_another_request_around_one_that_was_signed() {
    let good = KEY.signed(&logout().text());
    let evil = Logout { id: "_evil".into(), subject: "admin".into(), ..logout() }.text();
    let signature = good.split_once("</saml:Issuer>").unwrap().1.split_once("<saml:NameID").unwrap().0;
    for text in [
        put(&evil, signature),
        evil.replace("</samlp:LogoutRequest>", &format!("{good}</samlp:LogoutRequest>")),
        put(&evil.replace("_evil", "_out_grace"), signature),
        good.replace("</ds:Signature>", &format!("<ds:Object>{evil}</ds:Object></ds:Signature>")),
        format!("<!DOCTYPE a>{good}"),
    ] {
        assert!(by_form(&text).is_err(), "{text}");
    }
}

#[test]
fn the_provider_is_told_that_it_is_done_by_which_of_its_requests() {
    let asked = by_query(&KEY, &logout().text()).unwrap();
    let own = Key::rsa();
    let key = SigningKey::read(own.private_pem()).unwrap();
    let ids = ("_done", US, "https://idp.example.com/out?x=1");
    let to = logout_response(&asked, ids, 0, Some(&key));
    assert!(to.starts_with("https://idp.example.com/out?x=1&SAMLResponse="), "{to}");
    assert!(to.contains("&RelayState=r%261&SigAlg=") && to.contains("&Signature="), "{to}");
    let text =
        crate::metadata::unpacked(to.split_once("SAMLResponse=").unwrap().1.split_once('&').unwrap().0);
    assert!(text.contains("InResponseTo=\"_out_grace\"") && text.contains("status:Success"), "{text}");
}
