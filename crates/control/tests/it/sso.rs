//! Signing in by an identity provider: who is let in, with which rights and for how long; and every token that is not one.

use std::sync::{Arc, atomic::Ordering};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use control::{
    Actor, AuditQuery, Beside, Error, MasterKeys, MemberForm, Membership, Options, Origin, Permission,
    PersonKind, ProviderClient, Reach, SignedIn, SsoAnswer, SsoAsked, SsoBegun, SsoDone, SsoRefused, Verb,
    Who,
};
use jose::SigningKey;
use serde_json::{Map, Value, json};

use crate::{
    Plane, admin,
    idp::{CLIENT, ISSUER, Idp, SECRET},
    open_with, ws,
};

const PASSWORD: &str = "correct horse battery staple";
const CALLBACK: &str = "http://localhost:9080/api/v1/sso/corp/callback";

fn browser() -> Actor {
    Actor::new("unknown", Origin::Console).from_address("192.0.2.7".parse().unwrap())
}

fn ana() -> Value {
    json!({ "sub": "1-ana", "email": "Ana@example.com", "email_verified": true, "name": "Ana Lima", "groups": ["admins"] })
}

fn corp(more: Value) -> Value {
    let mut document = json!({
        "kind": "identity-provider", "name": "corp", "issuer": ISSUER, "client_id": CLIENT, "client_secret": "secret://corp",
        "console": {
            "create": true,
            "roles": [
                { "group": "admins", "role": "admin", "workspace": "*" },
                { "group": "readers", "role": "viewer" },
            ],
        },
        "portal": {},
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// A control plane with a provider.
async fn plane(more: Value) -> (Plane, Arc<Idp>) {
    let mut plane = Plane::new().await;
    let clock = Arc::clone(&plane.clock);
    let idp = Idp::new(move || clock.load(Ordering::SeqCst) / 1000);
    let options = Options {
        masters: Some(MasterKeys::read(&MasterKeys::make()).unwrap()),
        providers: Some(Arc::clone(&idp) as Arc<dyn ProviderClient>),
        ..Options::default()
    };
    plane.control = open_with(&plane.store, &plane.clock, options).await;
    plane.control.set_secret(&admin(), &ws(), &"corp".parse().unwrap(), SECRET, false).await.unwrap();
    plane.put(corp(more)).await.unwrap();
    idp.person(ana());
    (plane, idp)
}

async fn begin(plane: &Plane, kind: PersonKind, connect: Option<(&Actor, &str)>) -> SsoBegun {
    let asked = SsoAsked {
        provider: "corp".to_owned(),
        redirect_uri: CALLBACK.to_owned(),
        back: Some("/apis".to_owned()),
        connect: connect.map(|(_, secret)| secret.to_owned()),
        again: false,
    };
    let actor = connect.map_or_else(browser, |(actor, _)| actor.clone());
    plane.control.begin_sso(&actor, kind, asked).await.unwrap()
}

fn answer_of(idp: &Idp, begun: &SsoBegun) -> SsoAnswer {
    let mut answer = idp.authorize(&begun.location);
    SsoAnswer {
        state: answer.remove("state").unwrap(),
        code: answer.remove("code"),
        issuer: answer.remove("iss"),
        error: None,
        saml: None,
    }
}

async fn finish(
    plane: &Plane,
    kind: PersonKind,
    answer: SsoAnswer,
    kept: &str,
) -> Result<SsoDone, SsoRefused> {
    plane.control.finish_sso(&browser(), kind, "corp", (answer, Some(kept))).await
}

/// Signs in from beginning to end.
async fn enter(plane: &Plane, idp: &Idp, kind: PersonKind) -> Result<SignedIn, SsoRefused> {
    let begun = begin(plane, kind, None).await;
    let answer = answer_of(idp, &begun);
    match finish(plane, kind, answer, &begun.attempt).await? {
        SsoDone::SignedIn(signed_in, back) => {
            assert_eq!(back, "/apis");
            Ok(*signed_in)
        }
        SsoDone::Connected(_) => panic!("nothing was to be connected"),
    }
}

async fn member(plane: &Plane, idp: &Idp) -> Result<SignedIn, SsoRefused> {
    enter(plane, idp, PersonKind::Member).await
}

/// Invites somebody who sets a password.
async fn invited(plane: &Plane, email: &str, role: &str) -> SignedIn {
    let roles =
        vec![Membership { workspace: "default".parse().unwrap(), role: role.parse().unwrap(), only: None }];
    let form = MemberForm { email: email.to_owned(), name: "Ana".to_owned(), roles };
    let invited = plane.control.invite(&admin(), form).await.unwrap();
    plane.control.set_password(&browser(), &invited.secret, PASSWORD).await.unwrap();
    plane.control.sign_in_member(&browser(), email, PASSWORD, Beside::default()).await.unwrap()
}

async fn may(plane: &Plane, signed_in: &SignedIn, permission: &str) -> bool {
    let session = plane.control.session(&signed_in.secret).await.unwrap();
    let permission = Permission::all().find(|known| known.to_string() == permission).unwrap();
    assert_eq!(
        permission.verb,
        if permission.to_string().ends_with("write") { Verb::Write } else { Verb::Read }
    );
    session.is_some_and(|session| session.who.authority.reach(permission, &ws()) == Reach::Everything)
}

/// The newest records of the audit log: actor, action, whom, after.
async fn log(plane: &Plane, most: u32) -> Vec<(String, String, String, Value)> {
    let query = AuditQuery { limit: most, ..AuditQuery::default() };
    let records = plane.control.audit(&ws(), query).await.unwrap();
    records.into_iter().map(|r| (r.actor, r.action, r.id, r.after.unwrap_or_default())).collect()
}

#[tokio::test]
async fn who_comes_by_a_provider_is_a_member_with_the_roles_of_their_groups() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = member(&plane, &idp).await.unwrap();
    assert_eq!(
        (signed_in.session.who.name.as_str(), signed_in.session.kind),
        ("ana@example.com", Who::Member)
    );
    assert_eq!(signed_in.session.display_name, "Ana Lima");
    assert!(may(&plane, &signed_in, "people:write").await);
    let view = plane.control.member(&admin(), "ana@example.com").await.unwrap();
    assert!(view.roles.is_empty() && view.state == "active");
    assert_eq!(view.roles_by_groups.len(), 1);
    assert_eq!(view.identities[0].provider.as_str(), "corp");
    let log = log(&plane, 2).await;
    let (actor, action, whom, after) = &log[0];
    assert_eq!(
        (actor.as_str(), action.as_str(), whom.as_str()),
        ("ana@example.com", "sign-in", "ana@example.com")
    );
    assert_eq!(*after, json!({ "through": "console", "by": "identity-provider/corp" }));
    assert_eq!((log[1].0.as_str(), log[1].1.as_str()), ("identity-provider/corp", "create"));
}

#[tokio::test]
async fn a_group_that_is_taken_away_takes_its_rights_with_the_next_sign_in() {
    let (plane, idp) = plane(json!({})).await;
    let first = member(&plane, &idp).await.unwrap();
    idp.person(json!({ "sub": "1-ana", "groups": ["readers"] }));
    let second = member(&plane, &idp).await.unwrap();
    for session in [&first, &second] {
        assert!(!may(&plane, session, "people:write").await && may(&plane, session, "apis:read").await);
    }
    assert!(log(&plane, 3).await.iter().any(|(_, action, ..)| action == "set-roles"));
    idp.person(json!({ "sub": "1-ana", "groups": ["others"] }));
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::NoRole);
    for session in [first, second] {
        assert!(plane.control.session(&session.secret).await.unwrap().is_none(), "what was open is over");
    }
}

#[tokio::test]
async fn what_the_document_says_of_groups_holds_at_once_and_for_as_long_as_it_says() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = member(&plane, &idp).await.unwrap();
    let roles = json!([{ "group": "admins", "role": "viewer" }]);
    plane
        .put(corp(json!({ "console": { "create": true, "roles": roles, "roles_last": "2h" } })))
        .await
        .unwrap();
    assert!(!may(&plane, &signed_in, "people:write").await && may(&plane, &signed_in, "apis:read").await);
    plane.pass_minutes(119);
    assert!(may(&plane, &signed_in, "apis:read").await);
    plane.pass_minutes(1);
    assert!(!may(&plane, &signed_in, "apis:read").await, "nobody has heard of their groups for two hours");
}

#[tokio::test]
async fn a_session_ends_when_the_document_says_and_with_it() {
    let (plane, idp) = plane(json!({ "portal": { "session": "1h" } })).await;
    let signed_in = enter(&plane, &idp, PersonKind::Developer).await.unwrap();
    plane.pass_minutes(59);
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_some());
    plane.pass_minutes(1);
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_none());
    let signed_in = enter(&plane, &idp, PersonKind::Developer).await.unwrap();
    plane.put(corp(json!({ "portal": null }))).await.unwrap();
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_with_a_password_is_not_taken_over() {
    let (plane, idp) = plane(json!({})).await;
    let own = invited(&plane, "ana@example.com", "viewer").await;
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Exists);
    let (actor, action, whom, after) = log(&plane, 1).await.remove(0);
    assert_eq!(
        (actor.as_str(), action.as_str(), whom.as_str()),
        ("unknown", "sign-in-failed", "ana@example.com")
    );
    assert_eq!(after["reason"], "exists");

    // Its owner connects the provider, and comes by it from then on.
    let who = own.session.who.clone();
    let begun = begin(&plane, PersonKind::Member, Some((&who, &own.secret))).await;
    let answer = answer_of(&idp, &begun);
    let done = finish(&plane, PersonKind::Member, answer, &begun.attempt).await.unwrap();
    assert!(matches!(done, SsoDone::Connected(back) if back == "/apis"));
    let signed_in = member(&plane, &idp).await.unwrap();
    assert!(may(&plane, &signed_in, "people:write").await);
    assert_eq!(plane.control.identities(&who, PersonKind::Member).await.unwrap().len(), 1);

    // And takes the connection away again; what began there ends.
    plane.control.disconnect(&who, PersonKind::Member, &"corp".parse().unwrap()).await.unwrap();
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_none());
    assert!(!may(&plane, &own, "people:write").await && may(&plane, &own, "apis:read").await);
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Exists);
}

#[tokio::test]
async fn an_attempt_to_connect_ends_with_the_session_it_began_in() {
    let (plane, idp) = plane(json!({})).await;
    let own = invited(&plane, "ana@example.com", "viewer").await;
    let who = own.session.who.clone();
    let begun = begin(&plane, PersonKind::Member, Some((&who, &own.secret))).await;
    plane.control.sign_out(&who, &own.secret, "https://x").await.unwrap();
    let answer = answer_of(&idp, &begun);
    assert_eq!(
        finish(&plane, PersonKind::Member, answer, &begun.attempt).await.unwrap_err(),
        SsoRefused::Again
    );
    assert!(plane.control.identities(&who, PersonKind::Member).await.unwrap().is_empty());
}

#[tokio::test]
async fn one_person_of_a_provider_has_one_account() {
    let (plane, idp) = plane(json!({})).await;
    member(&plane, &idp).await.unwrap();
    let bea = invited(&plane, "bea@example.com", "viewer").await;
    let who = bea.session.who.clone();
    let begun = begin(&plane, PersonKind::Member, Some((&who, &bea.secret))).await;
    let answer = answer_of(&idp, &begun);
    assert_eq!(
        finish(&plane, PersonKind::Member, answer, &begun.attempt).await.unwrap_err(),
        SsoRefused::Taken
    );
    // Nothing but the provider signs in to the first one.
    let who = Actor::new("ana@example.com", Origin::Console);
    let refused = plane.control.disconnect(&who, PersonKind::Member, &"corp".parse().unwrap()).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    // Who is removed is known by nothing any more, and comes anew.
    plane.control.remove_member(&admin(), "ana@example.com").await.unwrap();
    member(&plane, &idp).await.unwrap();
}

#[tokio::test]
async fn an_account_is_connected_by_its_address_where_the_document_says_so_or_nobody_has_it_yet() {
    let (plane, idp) = plane(json!({ "existing_accounts": "link", "email_domains": ["example.com"] })).await;
    invited(&plane, "ana@example.com", "viewer").await;
    member(&plane, &idp).await.unwrap();
    assert!(
        log(&plane, 2)
            .await
            .iter()
            .any(|(actor, action, ..)| actor == "identity-provider/corp" && action == "connect")
    );

    // An address that was given to somebody else is not the person who had it.
    idp.person(
        json!({ "sub": "9-eve", "email": "ana@example.com", "email_verified": true, "groups": ["admins"] }),
    );
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Exists);

    let (plane, idp) = self::plane(json!({ "console": {} })).await;
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::NoAccount);
    let roles = vec![Membership {
        workspace: "default".parse().unwrap(),
        role: "viewer".parse().unwrap(),
        only: None,
    }];
    let form = MemberForm { email: "ana@example.com".to_owned(), name: "Ana".to_owned(), roles };
    plane.control.invite(&admin(), form).await.unwrap();
    let signed_in = member(&plane, &idp).await.unwrap();
    assert!(may(&plane, &signed_in, "apis:read").await && !may(&plane, &signed_in, "people:write").await);
}

#[tokio::test]
async fn only_addresses_that_are_verified_and_of_the_domains_are_let_in() {
    let (plane, idp) = plane(json!({ "email_domains": ["example.com"] })).await;
    for (claims, refused) in [
        (json!({ "email": "ana@example.com" }), SsoRefused::NoEmail),
        (json!({ "email": "ana@example.com", "email_verified": false }), SsoRefused::NoEmail),
        (json!({}), SsoRefused::NoEmail),
        (json!({ "email": "ana@evil.test", "email_verified": true }), SsoRefused::Domain),
        (json!({ "email": "ana@evil.test,x@example.com", "email_verified": true }), SsoRefused::NoEmail),
        (json!({ "email": "acme:ana@example.com", "email_verified": true }), SsoRefused::NoEmail),
        (json!({ "email": "ana@example.com@evil.test", "email_verified": true }), SsoRefused::Domain),
    ] {
        let mut person = json!({ "sub": "1-ana", "groups": ["admins"] });
        person.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        idp.person(person.clone());
        assert_eq!(member(&plane, &idp).await.unwrap_err(), refused, "{person}");
    }
    assert!(plane.control.members(&admin()).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_id_token_does_not_say_is_asked_of_the_userinfo_endpoint_and_of_nobody_else() {
    let (plane, idp) = plane(json!({})).await;
    idp.person(json!({ "sub": "1-ana" }));
    idp.userinfo(
        json!({ "sub": "2-eve", "email": "ana@example.com", "email_verified": true, "groups": ["admins"] }),
    );
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "it speaks of somebody else");
    idp.userinfo(json!({ "sub": "1-ana", "email": "ana@example.com", "email_verified": true, "groups": ["admins"], "iss": "https://evil" }));
    member(&plane, &idp).await.unwrap();
}

#[tokio::test]
async fn developers_come_to_the_portal_of_a_workspace_and_to_no_other() {
    let (plane, idp) = plane(json!({ "portal": { "groups": ["partners"] } })).await;
    assert_eq!(enter(&plane, &idp, PersonKind::Developer).await.unwrap_err(), SsoRefused::NoRole);
    let mut person = ana();
    person["groups"] = json!(["partners"]);
    idp.person(person);
    // One who signed up with the address and never showed that it is theirs has nothing.
    let signed_in = enter(&plane, &idp, PersonKind::Developer).await.unwrap();
    assert_eq!((signed_in.session.kind, signed_in.session.workspace), (Who::Developer, ws()));
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::NoRole, "a developer is no member");
    let acme = browser().in_workspace(&"acme".parse().unwrap());
    let asked = SsoAsked {
        provider: "corp".into(),
        redirect_uri: CALLBACK.into(),
        back: None,
        connect: None,
        again: false,
    };
    assert!(matches!(
        plane.control.begin_sso(&acme, PersonKind::Developer, asked).await,
        Err(Error::NotFound { .. })
    ));
}

#[tokio::test]
async fn passwords_are_refused_where_providers_alone_sign_in_and_the_administrators_token_is_not() {
    let (plane, idp) = plane(json!({})).await;
    let by_password = invited(&plane, "bea@example.com", "admin").await;
    let developer = plane.control.sign_up(&browser(), "dev@example.com", PASSWORD, "Dev").await.unwrap();
    plane.control.set_admin_token(&admin(), "an-admin-token-of-this-test").await.unwrap();
    let roles = json!([{ "group": "admins", "role": "admin", "workspace": "*" }]);
    let console = json!({ "create": true, "roles": roles, "only": true });
    plane.put(corp(json!({ "console": console, "portal": { "only": true } }))).await.unwrap();
    for over in [&by_password, &developer] {
        assert!(plane.control.session(&over.secret).await.unwrap().is_none());
    }
    let refused = plane
        .control
        .sign_in_member(&browser(), "bea@example.com", PASSWORD, Beside::default())
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Forbidden { .. }), "{refused:?}");
    for refused in [
        plane.control.sign_in(&browser(), "dev@example.com", PASSWORD, Beside::default()).await.unwrap_err(),
        plane.control.sign_up(&browser(), "new@example.com", PASSWORD, "New").await.unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Forbidden { .. }), "{refused:?}");
    }
    let ways = plane.control.sign_in_ways(PersonKind::Member, &ws());
    assert!(!ways.passwords && ways.providers.len() == 1);
    let signed_in = member(&plane, &idp).await.unwrap();
    assert!(may(&plane, &signed_in, "people:write").await);
    idp.is_down(true);
    let token = plane.control.sign_in_token(&browser(), "an-admin-token-of-this-test").await.unwrap();
    assert!(
        plane.control.session(&token.secret).await.unwrap().is_some(),
        "the way in when no provider answers"
    );
}

#[tokio::test]
async fn an_answer_is_taken_once_from_the_browser_that_began_for_what_it_began_and_in_time() {
    let (plane, idp) = plane(json!({})).await;
    let again = |done: Result<SsoDone, SsoRefused>| assert_eq!(done.unwrap_err(), SsoRefused::Again);
    let begun = begin(&plane, PersonKind::Member, None).await;
    let other = begin(&plane, PersonKind::Member, None).await;
    let answer = answer_of(&idp, &begun);
    let finish = |answer: SsoAnswer, kept: Option<&str>| {
        let kept = kept.map(str::to_owned);
        let plane = &plane;
        async move {
            plane.control.finish_sso(&browser(), PersonKind::Member, "corp", (answer, kept.as_deref())).await
        }
    };
    again(finish(answer.clone(), None).await);
    again(finish(answer.clone(), Some(&other.attempt)).await);
    again(finish(answer.clone(), Some("AAAA")).await);
    let cut = &begun.attempt[..begun.attempt.len() - 4];
    again(finish(answer.clone(), Some(cut)).await);
    again(finish(SsoAnswer { state: "x".into(), ..answer.clone() }, Some(&begun.attempt)).await);
    for (kind, name) in [(PersonKind::Developer, "corp"), (PersonKind::Member, "other")] {
        let both = (answer.clone(), Some(begun.attempt.as_str()));
        again(plane.control.finish_sso(&browser(), kind, name, both).await);
    }
    assert!(finish(answer.clone(), Some(&begun.attempt)).await.is_ok());
    again(finish(answer, Some(&begun.attempt)).await);

    let late = begin(&plane, PersonKind::Member, None).await;
    let answer = answer_of(&idp, &late);
    plane.pass_minutes(10);
    again(finish(answer, Some(&late.attempt)).await);

    let denied = begin(&plane, PersonKind::Member, None).await;
    let mut answer = answer_of(&idp, &denied);
    answer.code = None;
    answer.error = Some("access_denied".to_owned());
    assert_eq!(finish(answer, Some(&denied.attempt)).await.unwrap_err(), SsoRefused::Denied);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_taken_for_its() {
    let (plane, idp) = plane(json!({})).await;
    for issuer in [None, Some("https://evil.example"), Some("")] {
        let begun = begin(&plane, PersonKind::Member, None).await;
        let answer = SsoAnswer { issuer: issuer.map(str::to_owned), ..answer_of(&idp, &begun) };
        let refused = finish(&plane, PersonKind::Member, answer, &begun.attempt).await.unwrap_err();
        assert_eq!(refused, SsoRefused::Provider, "{issuer:?}");
    }
    assert_eq!(idp.calls("/token"), 0, "no code is given away");
}

#[tokio::test]
async fn a_token_that_is_not_of_this_sign_in_lets_nobody_in() {
    let (plane, idp) = plane(json!({})).await;
    let key = idp.key();
    let stranger = Arc::new(SigningKey::make().0);
    let with = |name: &'static str, value: Value| {
        let key = Arc::clone(&key);
        move |claims: &Map<String, Value>| {
            let mut claims = claims.clone();
            claims.insert(name.to_owned(), value.clone());
            key.sign("JWT", &claims)
        }
    };
    let now = plane.clock.load(Ordering::SeqCst) / 1000;
    for (name, value) in [
        ("nonce", json!("of another attempt")),
        ("nonce", json!(null)),
        ("aud", json!("another-client")),
        ("aud", json!([CLIENT, "another-client"])),
        ("aud", json!(null)),
        ("azp", json!("another-client")),
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{ISSUER}/"))),
        ("exp", json!(now - 61)),
        ("exp", json!("soon")),
        ("exp", json!(null)),
        ("iat", json!(now + 3600)),
        ("nbf", json!(now + 3600)),
        ("sub", json!("")),
        ("sub", json!(null)),
        ("sub", json!(7)),
    ] {
        idp.forge(with(name, value.clone()));
        assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "{name}: {value}");
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = move |claims: &Map<String, Value>| {
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(&Value::Object(claims.clone())))
    };
    idp.forge(unsigned);
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "alg none");
    let strange = Arc::clone(&stranger);
    idp.forge(move |claims| strange.sign("JWT", claims));
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "a key of nobody");
    let kid = key.kid().to_owned();
    idp.forge(move |claims| stranger.sign_with(&json!({ "alg": "ES256", "kid": kid }), claims));
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "a known id with another key");
    let access = Arc::clone(&key);
    idp.forge(move |claims| access.sign("logout+jwt", claims));
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider, "a token for another use");
    idp.forge(|_| "no token".to_owned());
    assert_eq!(member(&plane, &idp).await.unwrap_err(), SsoRefused::Provider);
    idp.forge_nothing();
    plane.pass_minutes(16);
    assert!(member(&plane, &idp).await.is_ok(), "and the right one does");
}

#[tokio::test]
async fn keys_are_asked_for_anew_when_they_turn_and_not_for_every_token() {
    let (plane, idp) = plane(json!({})).await;
    member(&plane, &idp).await.unwrap();
    member(&plane, &idp).await.unwrap();
    assert_eq!((idp.calls("/keys"), idp.calls("/.well-known/openid-configuration")), (1, 1));
    idp.rotate();
    plane.pass_minutes(1);
    member(&plane, &idp).await.unwrap();
    assert_eq!(idp.calls("/keys"), 1);
    // A key of nobody is looked for once in ten seconds, whoever sends it.
    let stranger = Arc::new(SigningKey::make().0);
    plane.pass_minutes(1);
    idp.forge(move |claims| stranger.sign("JWT", claims));
    for _ in 0..3 {
        member(&plane, &idp).await.unwrap_err();
    }
    assert_eq!(idp.calls("/keys"), 1);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_told_as_that_and_speaks_for_itself_alone() {
    let (plane, idp) = plane(json!({})).await;
    idp.is_down(true);
    let asked = || SsoAsked {
        provider: "corp".into(),
        redirect_uri: CALLBACK.into(),
        back: None,
        connect: None,
        again: false,
    };
    let refused = plane.control.begin_sso(&browser(), PersonKind::Member, asked()).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })));
    idp.is_down(false);
    plane.pass_minutes(1);
    for (name, value) in [
        ("issuer", json!("https://evil.example")),
        ("token_endpoint", json!("http://idp.example.com/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
    ] {
        idp.says(name, value);
        let refused = plane.control.begin_sso(&browser(), PersonKind::Member, asked()).await;
        assert!(matches!(refused, Err(Error::Conflict { .. })), "{name}");
        idp.says("issuer", json!(ISSUER));
        idp.says("token_endpoint", json!(format!("{ISSUER}/token")));
        plane.pass_minutes(1);
    }
}

#[tokio::test]
async fn signing_out_leads_to_the_provider_where_it_has_a_place_for_it() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = member(&plane, &idp).await.unwrap();
    let who = signed_in.session.who.clone();
    let to = plane.control.sign_out(&who, &signed_in.secret, "https://here/sign-in").await.unwrap().unwrap();
    assert!(to.starts_with(&format!("{ISSUER}/logout?id_token_hint=ey")), "{to}");
    assert!(
        to.contains("client_id=pailou")
            && to.ends_with("post_logout_redirect_uri=https%3A%2F%2Fhere%2Fsign-in")
    );
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_none());
    plane.put(corp(json!({ "sign_out": false }))).await.unwrap();
    let signed_in = member(&plane, &idp).await.unwrap();
    assert_eq!(plane.control.sign_out(&who, &signed_in.secret, "https://here").await.unwrap(), None);
}

#[tokio::test]
async fn a_provider_for_members_is_written_by_who_may_everything_and_names_what_there_is() {
    let (plane, _) = plane(json!({})).await;
    let refused = plane
        .put(corp(json!({ "console": { "roles": [
        { "group": "a", "role": "viewer", "workspace": "nowhere" },
        { "group": "a", "role": "veiwer" },
    ] } })))
        .await
        .unwrap_err();
    let fields: Vec<_> = refused.findings().iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["console.roles[0].workspace", "console.roles[1].role"], "{refused:?}");
    assert!(refused.findings()[1].message.contains("did you mean `viewer`"));

    plane.put(json!({ "kind": "workspace", "name": "acme" })).await.unwrap();
    let acme = "acme".parse().unwrap();
    let resource = model::Resource::from_value(corp(json!({ "client_secret": null }))).unwrap();
    let refused = plane.control.put(&admin(), &acme, resource, control::Expect::Any).await.unwrap_err();
    assert_eq!(refused.findings()[0].field.as_deref(), Some("console"));

    // One who may change people in `default` alone chooses nobody's provider.
    let own = invited(&plane, "ana@example.com", "admin").await;
    let resource = model::Resource::from_value(corp(json!({ "client_id": "mine" }))).unwrap();
    let refused =
        plane.control.put(&own.session.who, &ws(), resource, control::Expect::Any).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Forbidden { detail } if detail.contains("lets members in")),
        "{refused:?}"
    );
    let resource = model::Resource::from_value(corp(json!({ "name": "partners", "console": null }))).unwrap();
    plane.control.put(&own.session.who, &ws(), resource, control::Expect::Any).await.unwrap();

    // A member with more rights by groups than who asks is not reached by a link for a password.
    let role = "audit-role".parse().unwrap();
    let form = control::RoleForm { description: String::new(), permissions: vec!["audit:read".to_owned()] };
    plane.control.put_role(&admin(), &role, form).await.unwrap();
    plane
        .put(corp(json!({ "console": { "roles": [{ "group": "a", "role": "audit-role" }] } })))
        .await
        .unwrap();
    let refused = plane.control.delete_role(&admin(), &role).await.unwrap_err();
    assert!(refused.to_string().contains("identity-provider/corp"), "{refused}");
}

#[tokio::test]
async fn a_member_by_groups_is_not_changed_by_who_may_less() {
    let (plane, idp) = plane(json!({})).await;
    member(&plane, &idp).await.unwrap();
    let bea = invited(&plane, "bea@example.com", "admin").await;
    let who = &bea.session.who;
    assert!(matches!(plane.control.member_link(who, "ana@example.com").await, Err(Error::Forbidden { .. })));
    assert!(matches!(
        plane.control.remove_member(who, "ana@example.com").await,
        Err(Error::Forbidden { .. })
    ));
}

/// A logout token of the provider.
fn logout_token(plane: &Plane, idp: &Idp, more: Value) -> String {
    let now = plane.clock.load(Ordering::SeqCst) / 1000;
    let mut claims = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "j1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    idp.key().sign("logout+jwt", claims.as_object().unwrap())
}

#[tokio::test]
async fn who_signs_out_at_the_provider_is_signed_out_of_that_session_or_of_all_that_began_there() {
    let (plane, idp) = plane(json!({ "existing_accounts": "link", "email_domains": ["example.com"] })).await;
    let by_password = invited(&plane, "ana@example.com", "viewer").await;
    let sessions = [
        member(&plane, &idp).await.unwrap(),
        member(&plane, &idp).await.unwrap(),
        member(&plane, &idp).await.unwrap(),
    ];
    let portal = enter(&plane, &idp, PersonKind::Developer).await.unwrap();
    let is_open =
        async |signed_in: &SignedIn| plane.control.session(&signed_in.secret).await.unwrap().is_some();
    let out = async |more: Value| {
        let token = logout_token(&plane, &idp, more);
        plane.control.sign_out_by_provider(&browser(), PersonKind::Member, "corp", &token).await
    };
    assert_eq!(out(json!({ "sid": "sid-2", "sub": "another" })).await.unwrap(), 0, "of somebody else");
    assert_eq!(out(json!({ "sid": "sid-2", "jti": "j2" })).await.unwrap(), 1);
    assert_eq!(
        [is_open(&sessions[0]).await, is_open(&sessions[1]).await, is_open(&sessions[2]).await],
        [true, false, true]
    );
    let again = out(json!({ "sid": "sid-2", "jti": "j2" })).await;
    assert!(
        matches!(&again, Err(Error::Unauthenticated { detail }) if detail.contains("before")),
        "{again:?}"
    );
    assert_eq!(out(json!({ "sub": "1-ana", "jti": "j3" })).await.unwrap(), 2);
    assert_eq!([is_open(&sessions[0]).await, is_open(&sessions[2]).await], [false, false]);
    assert!(is_open(&by_password).await && is_open(&portal).await, "what did not begin there goes on");
    let (actor, action, whom, after) = log(&plane, 1).await.remove(0);
    assert_eq!(
        (actor.as_str(), action.as_str(), whom.as_str()),
        ("identity-provider/corp", "sign-out", "ana@example.com")
    );
    assert_eq!(after["sessions"], 2);

    let token = logout_token(&plane, &idp, json!({ "sub": "1-ana", "jti": "j4" }));
    let done = plane.control.sign_out_by_provider(&browser(), PersonKind::Developer, "corp", &token).await;
    assert_eq!(done.unwrap(), 1);
    assert!(!is_open(&portal).await);
}

#[tokio::test]
async fn a_token_that_is_no_logout_token_of_the_provider_signs_nobody_out() {
    let (plane, idp) = plane(json!({})).await;
    let signed_in = member(&plane, &idp).await.unwrap();
    let stranger = SigningKey::make().0;
    let claims = json!({ "iss": ISSUER, "aud": CLIENT, "iat": 1_800_000_000, "jti": "x", "sub": "1-ana", "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
    let claims = claims.as_object().unwrap();
    let other = |name: &str, value: Value| logout_token(&plane, &idp, json!({ "sub": "1-ana", name: value }));
    for token in [
        stranger.sign("logout+jwt", claims),
        idp.key().sign("at+jwt", claims),
        other("aud", json!("another")),
        other("iss", json!("https://evil.example")),
        other("iat", json!(1_799_999_000)),
        other("nonce", json!("n")),
        other("events", json!({})),
        "no token".to_owned(),
        String::new(),
    ] {
        let refused =
            plane.control.sign_out_by_provider(&browser(), PersonKind::Member, "corp", &token).await;
        assert!(matches!(refused, Err(Error::Unauthenticated { .. })), "{token}: {refused:?}");
    }
    assert!(plane.control.session(&signed_in.secret).await.unwrap().is_some());
}
