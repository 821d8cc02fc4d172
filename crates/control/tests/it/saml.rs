//! Signing in to console and portal by a provider of SAML: who is let in, and every answer that is not one.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use control::{
    Actor, Error, LogoutCame, MasterKeys, Options, Origin, PersonKind, ProviderAnswer, ProviderAnswered,
    ProviderCall, ProviderClient, SignedIn, SsoAnswer, SsoAsked, SsoBegun, SsoDone, SsoRefused,
};
use saml::text_of_instant;
use serde_json::{Value, json};
use testkit::saml::{Answer, Key, Logout, message};

use crate::{Plane, open_with, ws};

const IDP: &str = "https://idp.example.com/saml";
const US: &str = "https://apis.example.com";
const ACS: &str = "http://localhost:9080/api/v1/sso/corp/callback";

/// A provider that is asked for its metadata alone.
struct Idp {
    key: Key,
    more: Mutex<&'static str>,
    away: AtomicBool,
    asked: Mutex<Vec<String>>,
}

impl ProviderClient for Idp {
    fn call(&self, call: ProviderCall) -> ProviderAnswered<'_> {
        Box::pin(async move {
            self.asked.lock().unwrap().push(call.url.to_string());
            if self.away.load(SeqCst) {
                return Err("it does not answer".to_owned());
            }
            let metadata = self.key.metadata(IDP, "");
            let more = format!("<IDPSSODescriptor {} ", self.more.lock().unwrap());
            Ok(ProviderAnswer {
                status: 200,
                body: metadata.replace("<IDPSSODescriptor ", &more).into_bytes(),
            })
        })
    }
}

fn corp(more: Value) -> Value {
    let mut document = json!({
        "kind": "identity-provider", "name": "corp", "issuer": IDP, "client_id": US,
        "saml": { "metadata": "https://idp.example.com/metadata?x=y" },
        "email_domains": ["example.com"], "trust_emails": true,
        "console": {
            "create": true,
            "roles": [{ "group": "admins", "role": "admin", "workspace": "*" }, { "group": "staff", "role": "viewer" }],
        },
        "portal": {},
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

async fn plane(more: Value) -> (Plane, Arc<Idp>) {
    let mut plane = Plane::new().await;
    let idp = Arc::new(Idp {
        key: Key::p256(),
        more: Mutex::default(),
        away: AtomicBool::default(),
        asked: Mutex::default(),
    });
    let options = Options {
        masters: Some(MasterKeys::read(&MasterKeys::make()).unwrap()),
        providers: Some(Arc::clone(&idp) as Arc<dyn ProviderClient>),
        ..Options::default()
    };
    plane.control = open_with(&plane.store, &plane.clock, options).await;
    plane.put(corp(more)).await.unwrap();
    (plane, idp)
}

fn browser() -> Actor {
    Actor::new("unknown", Origin::Console).from_address("192.0.2.7".parse().unwrap())
}

async fn begin(plane: &Plane, kind: PersonKind, again: bool) -> SsoBegun {
    let asked = SsoAsked {
        provider: "corp".to_owned(),
        redirect_uri: ACS.to_owned(),
        back: Some("/apis".to_owned()),
        connect: None,
        again,
    };
    plane.control.begin_sso(&browser(), kind, asked).await.unwrap()
}

/// What ties an answer to a browser.
fn state_of(begun: &SsoBegun) -> String {
    assert!(begun.by_form && begun.location.starts_with("https://idp.example.com/saml/sso?SAMLRequest="));
    begun.location.split_once("&RelayState=").unwrap().1.to_owned()
}

/// What the provider answers to who began.
fn answer(plane: &Plane, state: &str) -> Answer {
    let now = u64::try_from(plane.clock.load(SeqCst)).unwrap();
    let (from, until) = (text_of_instant(now), text_of_instant(now + 300_000));
    let mut answer = Answer::new((&from, &until), IDP, US, ACS, &format!("_{state}"));
    answer.id = format!("_of_{state}");
    answer.subject = "1-ana".into();
    answer.attributes = vec![
        ("mail", vec!["Ana@example.com"]),
        ("displayName", vec!["Ana Lima"]),
        ("groups", vec!["admins", "staff"]),
    ];
    answer
}

async fn finish(
    plane: &Plane,
    kind: PersonKind,
    (state, saml): (&str, String),
    kept: &str,
) -> Result<SignedIn, SsoRefused> {
    let answer = SsoAnswer { state: state.to_owned(), saml: Some(saml), ..SsoAnswer::default() };
    match plane.control.finish_sso(&browser(), kind, "corp", (answer, Some(kept))).await? {
        SsoDone::SignedIn(signed_in, back) => {
            assert_eq!(back, "/apis");
            Ok(*signed_in)
        }
        SsoDone::Connected(_) => panic!("nothing was to be connected"),
    }
}

/// Signs in with an answer of which something else is said.
async fn enter(
    plane: &Plane,
    idp: &Idp,
    kind: PersonKind,
    change: impl FnOnce(&mut Answer),
) -> Result<SignedIn, SsoRefused> {
    let begun = begin(plane, kind, false).await;
    let state = state_of(&begun);
    let mut answer = answer(plane, &state);
    change(&mut answer);
    finish(plane, kind, (&state, answer.signed_by(&idp.key)), &begun.attempt).await
}

#[tokio::test]
async fn who_comes_by_saml_is_a_member_with_the_roles_of_their_groups_or_a_developer() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = enter(&plane, &idp, PersonKind::Member, |_| ()).await.unwrap();
    assert_eq!(signed_in.session.who.name.as_str(), "ana@example.com");
    assert_eq!(signed_in.session.display_name, "Ana Lima");
    let view = plane.control.member(&crate::admin(), "ana@example.com").await.unwrap();
    assert_eq!((view.roles_by_groups.len(), view.identities[0].provider.as_str()), (2, "corp"));
    let developer = enter(&plane, &idp, PersonKind::Developer, |_| ()).await.unwrap();
    assert_eq!(developer.session.who.name.as_str(), "ana@example.com");
    // They are the same whatever becomes of their address, and lose what their groups lose.
    let later = enter(&plane, &idp, PersonKind::Member, |answer| {
        answer.attributes = vec![("mail", vec!["lima@example.com"]), ("groups", vec!["staff"])];
    });
    assert_eq!(later.await.unwrap().session.who.name.as_str(), "ana@example.com");
    let nobody =
        enter(&plane, &idp, PersonKind::Member, |answer| answer.attributes = vec![("groups", vec!["x"])]);
    assert_eq!(nobody.await.unwrap_err(), SsoRefused::NoEmail);
    let nobody = enter(&plane, &idp, PersonKind::Member, |answer| {
        answer.attributes = vec![("mail", vec!["lima@example.com"]), ("groups", vec!["x"])];
    });
    assert_eq!(nobody.await.unwrap_err(), SsoRefused::NoRole);
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_none(), "what was open is over");
}

#[tokio::test]
async fn attributes_are_found_by_the_names_that_the_document_says() {
    let (plane, idp) = plane(json!({
        "saml": { "metadata": "https://idp.example.com/metadata", "email_attribute": "urn:oid:0.9.2342.19200300.100.1.3", "name_attribute": "cn" },
        "groups_claim": "http://schemas.example.com/claims/groups",
    }))
    .await;
    let signed_in = enter(&plane, &idp, PersonKind::Member, |answer| {
        answer.attributes = vec![
            ("urn:oid:0.9.2342.19200300.100.1.3", vec!["ana@example.com"]),
            ("cn", vec!["Ana"]),
            ("http://schemas.example.com/claims/groups", vec!["staff"]),
            ("sub", vec!["somebody else"]),
            ("email_verified", vec!["true"]),
        ];
    });
    let signed_in = signed_in.await.unwrap();
    assert_eq!(
        (signed_in.session.who.name.as_str(), &*signed_in.session.display_name),
        ("ana@example.com", "Ana")
    );
}

#[tokio::test]
async fn what_the_provider_did_not_sign_for_us_here_and_now_lets_nobody_in() {
    let (plane, idp) = plane(json!({})).await;
    let kind = PersonKind::Member;
    for change in [
        &(|answer: &mut Answer| answer.audience = "https://other.example.com".into()) as &dyn Fn(&mut Answer),
        &|answer| answer.recipient = "https://evil.test/".into(),
        &|answer| answer.destination = "https://evil.test/".into(),
        &|answer| answer.request = "_other".into(),
        &|answer| answer.issuer = "https://other.example.com".into(),
        &|answer| answer.until = "2001-01-01T00:00:00Z".into(),
        &|answer| answer.statements = String::new(),
        &|answer| answer.subject = String::new(),
    ] {
        let refused = enter(&plane, &idp, kind, change).await;
        assert_eq!(refused.unwrap_err(), SsoRefused::Provider);
    }
    let denied =
        enter(&plane, &idp, kind, |answer| answer.status = "urn:oasis:names:tc:SAML:2.0:status:Responder");
    assert_eq!(denied.await.unwrap_err(), SsoRefused::Denied);
    let begun = begin(&plane, kind, false).await;
    let state = state_of(&begun);
    let good = answer(&plane, &state);
    let signed = idp.key.signed(&good.assertion());
    let evil = good.assertion().replace(&good.id, "_evil").replace("1-ana", "2-eve");
    // Each is an attempt of its own: one that was answered is over.
    for text in [
        good.around(&good.assertion()),
        good.around(&signed.replace("1-ana", "2-eve")),
        good.around(&format!("{evil}{signed}")),
        Key::p256().signed(&good.around(&good.assertion())),
    ] {
        let begun = begin(&plane, kind, false).await;
        let other = state_of(&begun);
        let text = text.replace(&state, &other);
        assert_eq!(
            finish(&plane, kind, (&other, message(&text)), &begun.attempt).await.unwrap_err(),
            SsoRefused::Provider
        );
    }
    let transient =
        idp.key.signed(&good.assertion().replace("nameid-format:persistent", "nameid-format:transient"));
    let refused = finish(&plane, kind, (&state, message(&good.around(&transient))), &begun.attempt).await;
    assert_eq!(refused.unwrap_err(), SsoRefused::Provider);
    assert!(
        plane.control.member(&crate::admin(), "ana@example.com").await.is_err(),
        "nobody was made a member"
    );
}

#[tokio::test]
async fn an_answer_is_of_the_browser_that_began_and_taken_once() {
    let (plane, idp) = plane(json!({})).await;
    let kind = PersonKind::Member;
    let (one, other) = (begin(&plane, kind, false).await, begin(&plane, kind, false).await);
    let (state, strange) = (state_of(&one), state_of(&other));
    let good = answer(&plane, &state).signed_by(&idp.key);
    for (state, kept) in [(&*state, &*other.attempt), (&strange, &one.attempt), ("", &one.attempt)] {
        assert_eq!(finish(&plane, kind, (state, good.clone()), kept).await.unwrap_err(), SsoRefused::Again);
    }
    let developer = finish(&plane, PersonKind::Developer, (&state, good.clone()), &one.attempt).await;
    assert_eq!(developer.unwrap_err(), SsoRefused::Again);
    // The answer to one attempt is none to another.
    assert_eq!(
        finish(&plane, kind, (&strange, good.clone()), &other.attempt).await.unwrap_err(),
        SsoRefused::Provider
    );
    finish(&plane, kind, (&state, good.clone()), &one.attempt).await.unwrap();
    assert_eq!(finish(&plane, kind, (&state, good), &one.attempt).await.unwrap_err(), SsoRefused::Again);
    let without = SsoAnswer { state: state.clone(), code: Some("code".to_owned()), ..SsoAnswer::default() };
    let third = begin(&plane, kind, false).await;
    let answer = SsoAnswer { state: state_of(&third), ..without };
    let refused = plane.control.finish_sso(&browser(), kind, "corp", (answer, Some(&third.attempt))).await;
    assert_eq!(refused.unwrap_err(), SsoRefused::Again, "a code is no answer of SAML");
}

#[tokio::test]
async fn who_is_asked_to_sign_in_anew_has() {
    let (plane, idp) = plane(json!({})).await;
    let kind = PersonKind::Member;
    for (ago, good) in [(0, true), (3_600_000, false)] {
        let begun = begin(&plane, kind, true).await;
        let state = state_of(&begun);
        let mut answer = answer(&plane, &state);
        let at = u64::try_from(plane.clock.load(SeqCst)).unwrap() - ago;
        answer.statements =
            format!("<saml:AuthnStatement AuthnInstant=\"{}\"></saml:AuthnStatement>", text_of_instant(at));
        let done = finish(&plane, kind, (&state, answer.signed_by(&idp.key)), &begun.attempt).await;
        assert_eq!(done.is_ok(), good);
    }
}

#[tokio::test]
async fn a_provider_says_how_it_stands_and_what_it_said_counts_while_it_does_not_answer() {
    let (plane, idp) = plane(json!({})).await;
    let check =
        async || plane.control.check_provider(&ws(), "corp", ("c", "p"), "https://apis.example.com").await;
    let found = check().await.unwrap();
    assert!(found.ready && found.keys == 1 && found.post_logout_redirect_uris.is_empty(), "{found:?}");
    assert_eq!(
        found.redirect_uris,
        [
            "https://apis.example.com/api/v1/sso/corp/callback",
            "https://apis.example.com/portal/api/v1/sso/default/corp/callback",
        ]
    );
    assert_eq!(*idp.asked.lock().unwrap(), ["https://idp.example.com/metadata?x=y"]);
    idp.away.store(true, SeqCst);
    plane.pass_minutes(60);
    enter(&plane, &idp, PersonKind::Member, |_| ()).await.unwrap();
    plane.pass_minutes(24 * 60);
    let asked = SsoAsked {
        provider: "corp".to_owned(),
        redirect_uri: ACS.to_owned(),
        back: None,
        connect: None,
        again: false,
    };
    assert!(plane.control.begin_sso(&browser(), PersonKind::Member, asked).await.is_err());
    assert!(!check().await.unwrap().ready);
    idp.away.store(false, SeqCst);
    *idp.more.lock().unwrap() = "WantAuthnRequestsSigned=\"true\"";
    let found = check().await.unwrap();
    assert!(found.trouble.unwrap().contains("to be signed"));
    plane.put(corp(json!({ "issuer": "https://another.example.com" }))).await.unwrap();
    assert!(check().await.unwrap().trouble.unwrap().contains("no identity provider `https://another"));
}

const BASE: &str = "https://apis.example.com";
const SIGNED_OUT: &str = "https://apis.example.com/api/v1/sso/corp/logout";

/// What the provider says of somebody who signed out there.
fn logout(plane: &Plane, id: &str, sessions: &[&'static str]) -> Logout {
    let at = text_of_instant(u64::try_from(plane.clock.load(SeqCst)).unwrap());
    Logout { id: id.into(), sessions: sessions.to_vec(), ..Logout::new(&at, IDP, SIGNED_OUT, "1-ana") }
}

async fn says(plane: &Plane, came: LogoutCame<'_>) -> Result<(usize, Option<String>), Error> {
    plane.control.sign_out_by_saml(&browser(), (PersonKind::Member, "corp"), came, BASE).await
}

async fn is_in(plane: &Plane, signed_in: &SignedIn) -> bool {
    plane.control.session(&signed_in.secret).await.unwrap().is_some()
}

#[tokio::test]
async fn a_provider_ends_one_session_or_all_of_somebody_on_both_sides() {
    let (plane, idp) = plane(json!({})).await;
    let with = async |kind: PersonKind, session: &str| {
        let at = text_of_instant(u64::try_from(plane.clock.load(SeqCst)).unwrap());
        let statements = format!(
            "<saml:AuthnStatement AuthnInstant=\"{at}\" SessionIndex=\"{session}\"></saml:AuthnStatement>"
        );
        enter(&plane, &idp, kind, |answer| answer.statements = statements).await.unwrap()
    };
    let home = with(PersonKind::Member, "home").await;
    let work = with(PersonKind::Member, "work").await;
    let portal = with(PersonKind::Developer, "portal").await;
    let query = |logout: &Logout| idp.key.query(&logout.text(), Some("r1"));
    let of_another = Logout { subject: "2-eve".into(), ..logout(&plane, "_1", &["home"]) };
    assert_eq!(says(&plane, LogoutCame::Query(&query(&of_another))).await.unwrap().0, 0);
    assert!(is_in(&plane, &home).await);
    let (count, to) =
        says(&plane, LogoutCame::Query(&query(&logout(&plane, "_2", &["home", "x"])))).await.unwrap();
    let to = to.unwrap();
    assert!(to.starts_with("https://idp.example.com/saml/logout?SAMLResponse="), "{to}");
    assert_eq!((count, to.ends_with("&RelayState=r1")), (1, true));
    assert!(!is_in(&plane, &home).await && is_in(&plane, &work).await && is_in(&plane, &portal).await);
    let form = message(&idp.key.signed(&logout(&plane, "_3", &[]).text()));
    assert_eq!(says(&plane, LogoutCame::Form(&form, None)).await.unwrap().0, 2);
    assert!(!is_in(&plane, &work).await && !is_in(&plane, &portal).await);
    let audit = plane.control.audit(&ws(), store::AuditQuery::default()).await.unwrap();
    let out =
        audit.iter().filter(|record| record.action == "sign-out" && record.actor == "identity-provider/corp");
    assert_eq!(out.count(), 2);
}

#[tokio::test]
async fn what_the_provider_did_not_sign_for_us_ends_nothing_and_nothing_is_taken_twice() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = enter(&plane, &idp, PersonKind::Member, |_| ()).await.unwrap();
    let good = logout(&plane, "_1", &[]);
    let query = |key: &Key, logout: &Logout| key.query(&logout.text(), None);
    for wrong in [
        query(&Key::p256(), &good),
        query(&idp.key, &Logout { destination: format!("{BASE}/other"), ..good.clone() }),
        query(&idp.key, &Logout { issuer: "https://other.example.com".into(), ..good.clone() }),
        query(&idp.key, &Logout { at: "2001-01-01T00:00:00Z".into(), ..good.clone() }),
        query(&idp.key, &good).split_once("&SigAlg").unwrap().0.to_owned(),
        String::new(),
    ] {
        let refused = says(&plane, LogoutCame::Query(&wrong)).await;
        assert!(matches!(refused, Err(Error::Unauthenticated { .. })), "{refused:?}");
    }
    for text in [good.text(), idp.key.signed(&good.text()).replace("1-ana", "2-eve")] {
        assert!(says(&plane, LogoutCame::Form(&message(&text), None)).await.is_err());
    }
    assert!(is_in(&plane, &signed_in).await);
    assert_eq!(says(&plane, LogoutCame::Query(&query(&idp.key, &good))).await.unwrap().0, 1);
    assert!(says(&plane, LogoutCame::Query(&query(&idp.key, &good))).await.is_err(), "it was shown before");
    let of_portal = plane
        .control
        .sign_out_by_saml(&browser(), (PersonKind::Member, "nobody"), LogoutCame::Query(""), BASE)
        .await;
    assert!(matches!(of_portal, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn with_a_key_requests_are_signed_assertions_opened_and_the_provider_is_told_by_what() {
    let own = Key::rsa();
    let (plane, idp) = plane(json!({})).await;
    let secret = &"saml".parse().unwrap();
    plane.control.set_secret(&crate::admin(), &ws(), secret, own.private_pem(), false).await.unwrap();
    let saml = json!({
        "metadata": "https://idp.example.com/metadata", "key": "secret://saml", "certificate": own.certificate_pem(),
    });
    plane.put(corp(json!({ "saml": saml }))).await.unwrap();
    *idp.more.lock().unwrap() = "WantAuthnRequestsSigned=\"true\"";
    let check = plane.control.check_provider(&ws(), "corp", ("c", "p"), BASE).await.unwrap();
    assert!(check.ready && check.signs_out, "{check:?}");
    assert_eq!(check.single_logout_uri.as_deref(), Some(SIGNED_OUT));
    assert_eq!(check.metadata_uri.as_deref(), Some("https://apis.example.com/api/v1/sso/corp/metadata"));
    for kind in [PersonKind::Member, PersonKind::Developer] {
        let text = plane.control.saml_metadata(&ws(), kind, "corp", BASE).unwrap();
        assert_eq!(text.matches(&own.certificate()).count(), 2, "it signs and opens");
        for part in [US, SIGNED_OUT, "/api/v1/sso/corp/callback", "/portal/api/v1/sso/default/corp/callback"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("PRIVATE"));
    }
    let begun = begin(&plane, PersonKind::Member, false).await;
    assert!(begun.location.contains("&SigAlg=http%3A") && begun.location.contains("&Signature="));
    let state = begun.location.split_once("&RelayState=").unwrap().1.split_once('&').unwrap().0.to_owned();
    let good = answer(&plane, &state);
    let sealed = own.sealed(&idp.key.signed(&good.assertion()));
    let signed_in =
        finish(&plane, PersonKind::Member, (&state, message(&good.around(&sealed))), &begun.attempt)
            .await
            .unwrap();
    // Signing out goes there, too, in the session that the provider named.
    let there = plane
        .control
        .sign_out(&signed_in.session.who, &signed_in.secret, "https://x")
        .await
        .unwrap()
        .unwrap();
    assert!(there.starts_with("https://idp.example.com/saml/logout?SAMLRequest="), "{there}");
    assert!(there.contains("&RelayState=member&SigAlg="), "{there}");

    let wrong = json!({ "metadata": "https://idp.example.com/m", "key": "secret://saml", "certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" });
    let refused = plane.put(corp(json!({ "saml": wrong }))).await.unwrap_err();
    assert!(format!("{refused:?}").contains("saml.certificate"), "{refused:?}");
    let other = json!({ "metadata": "https://idp.example.com/metadata", "key": "secret://saml", "certificate": Key::rsa().certificate_pem() });
    plane.put(corp(json!({ "saml": other }))).await.unwrap();
    let check = plane.control.check_provider(&ws(), "corp", ("c", "p"), BASE).await.unwrap();
    assert!(check.trouble.unwrap().contains("`saml.certificate` is of another key"));
    assert!(plane.control.saml_metadata(&ws(), PersonKind::Member, "corp", BASE).is_err());
}
