//! Signing in by a provider of SAML, as a browser does: sent off, back with a form, signed out here and there; and what a hostile page or provider brings.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use control::{ProviderAnswer, ProviderAnswered, ProviderCall, ProviderClient};
use saml::text_of_instant;
use serde_json::{Value, json};
use testkit::saml::{Answer as Said, Key, Logout, encoded, message};

use crate::{
    platform::{Answer, Platform},
    sso::cookies,
};

const IDP: &str = "https://idp.example.com/saml";
const US: &str = "https://apis.example.com";
const HERE: &str = "http://127.0.0.1:9080";
const FORM: &str = "application/x-www-form-urlencoded";

/// A provider that is asked for its metadata alone.
struct Idp(Key);

impl ProviderClient for Idp {
    fn call(&self, _: ProviderCall) -> ProviderAnswered<'_> {
        Box::pin(async { Ok(ProviderAnswer { status: 200, body: self.0.metadata(IDP, "").into_bytes() }) })
    }
}

fn now() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

async fn platform(
    change: impl FnOnce(admin::Options) -> admin::Options,
    more: &Value,
) -> (Platform, Arc<Idp>, Key) {
    let (idp, own) = (Arc::new(Idp(Key::p256())), Key::rsa());
    let platform = Platform::with_providers(Arc::clone(&idp) as Arc<dyn ProviderClient>, change).await;
    let key = json!({ "value": own.private_pem() });
    platform.put("/api/v1/secrets/saml").admin().json(&key).send().await.is(200);
    let mut document = json!({
        "kind": "identity-provider", "name": "corp", "title": "Example Corp", "issuer": IDP, "client_id": US,
        "saml": { "metadata": "https://idp.example.com/metadata", "key": "secret://saml", "certificate": own.certificate_pem() },
        "email_domains": ["example.com"], "trust_emails": true,
        "console": { "create": true, "roles": [{ "group": "admins", "role": "admin", "workspace": "*" }, { "group": "readers", "role": "viewer" }] },
        "portal": {},
    });
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    platform.post("/api/v1/identity-providers").admin().json(&document).send().await.is(201);
    (platform, idp, own)
}

/// An attempt to sign in: the cookie of the browser, and what ties the answer to it.
struct Begun {
    cookie: String,
    state: String,
    callback: String,
}

async fn begin(platform: &Platform, api: &str, callback: &str) -> Begun {
    let begun =
        platform.post(&format!("{api}/sso/corp")).json(&json!({ "next": "/apis" })).send().await.is(200);
    let location = begun.json()["location"].as_str().unwrap().to_owned();
    assert!(location.starts_with("https://idp.example.com/saml/sso?SAMLRequest="), "{location}");
    let state = location.split_once("&RelayState=").unwrap().1.split_once("&SigAlg=").unwrap().0;
    Begun {
        cookie: cookies(&begun)[0].0.clone(),
        state: state.to_owned(),
        callback: format!("{api}/sso/{callback}/callback"),
    }
}

/// What the provider answers to an attempt.
fn answer(begun: &Begun) -> Said {
    let (from, until) = (text_of_instant(now() - 1000), text_of_instant(now() + 300_000));
    let recipient = format!("{HERE}{}", begun.callback);
    let mut said = Said::new((&from, &until), IDP, US, &recipient, &format!("_{}", begun.state));
    said.id = format!("_of_{}", begun.state);
    said.subject = "1-ana".into();
    said.attributes =
        vec![("mail", vec!["ana@example.com"]), ("displayName", vec!["Ana"]), ("groups", vec!["admins"])];
    said
}

/// The form that a page of the provider has the browser send.
async fn posted(platform: &Platform, begun: &Begun, cookie: Option<&str>, saml: &str) -> Answer {
    let form = format!("RelayState={}&SAMLResponse={}", encoded(&begun.state), encoded(saml));
    let call = platform.post(&begun.callback).body(FORM, form);
    let call = call.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let call = call.header("origin", "https://idp.example.com");
    match cookie {
        Some(cookie) => call.header("cookie", cookie).send().await,
        None => call.send().await,
    }
}

async fn signed_in(
    platform: &Platform,
    idp: &Idp,
    (api, callback): (&str, &str),
    groups: &'static str,
) -> String {
    let begun = begin(platform, api, callback).await;
    let mut said = answer(&begun);
    said.attributes[2].1 = vec![groups];
    let done = posted(platform, &begun, Some(&begun.cookie), &said.signed_by(&idp.0)).await.is(303);
    assert!(done.header("location").ends_with("/apis"), "{}", done.header("location"));
    cookies(&done)[1].0.clone()
}

const CONSOLE: (&str, &str) = ("/api/v1", "corp");
const PORTAL: (&str, &str) = ("/portal/api/v1", "default/corp");

#[tokio::test]
async fn a_browser_comes_back_with_a_form_and_its_session_works_until_it_signs_out_here_and_there() {
    let (platform, idp, _) = platform(|options| options, &json!({})).await;
    for ((api, callback), pages, side) in [(CONSOLE, "/console", "member"), (PORTAL, "/portal", "developer")]
    {
        let begun = begin(&platform, api, callback).await;
        let done =
            posted(&platform, &begun, Some(&begun.cookie), &answer(&begun).signed_by(&idp.0)).await.is(303);
        assert_eq!(done.header("location"), format!("{HERE}{pages}/apis"));
        let set = cookies(&done);
        assert!(set[0].0.ends_with("_attempt=") && set[0].1.contains("Max-Age=0"), "{set:?}");
        assert!(set[1].1.contains("HttpOnly; SameSite=Strict"), "{set:?}");
        let session = &set[1].0;
        let known =
            platform.get(&format!("{api}/session")).header("cookie", session).send().await.is(200).json();
        assert_eq!(
            (known["user"]["email"].as_str(), known["user"]["name"].as_str()),
            (Some("ana@example.com"), Some("Ana"))
        );
        if side == "member" {
            platform.get("/api/v1/apis").header("cookie", session).send().await.is(200);
        }
        let out = platform.delete(&format!("{api}/session")).header("cookie", session);
        let out = out.header("x-csrf-token", known["csrf"].as_str().unwrap()).send().await.is(200).json();
        let there = out["location"].as_str().unwrap();
        assert!(there.starts_with("https://idp.example.com/saml/logout?SAMLRequest="), "{there}");
        assert!(there.contains(&format!("&RelayState={side}&SigAlg=")), "{there}");
        platform.get(&format!("{api}/session")).header("cookie", session).send().await.is(401);
        // It comes back to one place for both sides, and goes on to where it was.
        let back = format!("/api/v1/sso/corp/logout?SAMLResponse=x&RelayState={side}");
        let back = platform.get(&back).header("sec-fetch-site", "cross-site").send().await.is(303);
        assert_eq!(back.header("location"), format!("{HERE}{pages}/sign-in"));
    }
}

#[tokio::test]
async fn roles_come_of_groups_and_where_it_is_the_only_way_passwords_are_none() {
    let only = json!({ "console": { "create": true, "only": true, "roles": [{ "group": "readers", "role": "viewer" }] } });
    let (platform, idp, _) = platform(|options| options, &only).await;
    let help = platform.get("/api/v1/sign-in").send().await.is(200).json();
    assert_eq!(help["passwords"], false);
    assert_eq!(help["providers"], json!([{ "name": "corp", "title": "Example Corp" }]));
    let session = signed_in(&platform, &idp, CONSOLE, "readers").await;
    platform.get("/api/v1/apis").header("cookie", &session).send().await.is(200);
    platform.get("/api/v1/members").header("cookie", &session).send().await.is(403);
    let begun = begin(&platform, "/api/v1", "corp").await;
    let mut said = answer(&begun);
    said.attributes = vec![("mail", vec!["ana@example.com"]), ("groups", vec!["others"])];
    let refused = posted(&platform, &begun, Some(&begun.cookie), &said.signed_by(&idp.0)).await.is(303);
    assert!(refused.header("location").contains("problem=no-role"), "{}", refused.header("location"));
    platform.get("/api/v1/apis").header("cookie", &session).send().await.is(401);
}

#[tokio::test]
async fn what_is_no_answer_of_the_provider_to_this_browser_lets_nobody_in() {
    let (platform, idp, _) = platform(|options| options, &json!({})).await;
    let stranger = Key::p256();
    type Make<'a> = &'a dyn Fn(&Said) -> String;
    let with = |change: &'static dyn Fn(&mut Said)| {
        move |said: &Said| {
            let mut said = said.clone();
            change(&mut said);
            said
        }
    };
    let audience = with(&|said| said.audience = "https://other.example.com".into());
    let request = with(&|said| said.request = "_other".into());
    let recipient = with(&|said| said.recipient = "https://other.example.com/acs".into());
    let issuer = with(&|said| said.issuer = "https://other.example.com".into());
    let expired = with(&|said| said.until = text_of_instant(now() - 120_000));
    let evil = |said: &Said| said.assertion().replace(&said.id, "_evil").replace("1-ana", "2-eve");
    let hostile: [(&str, Make<'_>); 12] = [
        ("unsigned", &|said| message(&said.around(&said.assertion()))),
        ("another's key", &|said| said.signed_by(&stranger)),
        ("changed", &|said| {
            message(&said.around(&idp.0.signed(&said.assertion()).replace("1-ana", "2-eve")))
        }),
        ("wrapped before", &|said| {
            message(&said.around(&format!("{}{}", evil(said), idp.0.signed(&said.assertion()))))
        }),
        ("wrapped around", &|said| {
            let signed = idp.0.signed(&said.assertion());
            message(
                &said.around(&evil(said).replace("</saml:Assertion>", &format!("{signed}</saml:Assertion>"))),
            )
        }),
        ("audience", &|said| audience(said).signed_by(&idp.0)),
        ("another request", &|said| request(said).signed_by(&idp.0)),
        ("recipient", &|said| recipient(said).signed_by(&idp.0)),
        ("another provider", &|said| issuer(said).signed_by(&idp.0)),
        ("expired", &|said| expired(said).signed_by(&idp.0)),
        ("no XML", &|_| "AAAA".to_owned()),
        ("entities", &|_| message("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
    ];
    for (what, make) in hostile {
        let begun = begin(&platform, "/api/v1", "corp").await;
        let refused = posted(&platform, &begun, Some(&begun.cookie), &make(&answer(&begun))).await.is(303);
        let to = refused.header("location").to_owned();
        assert!(to.ends_with("/console/sign-in?problem=provider&provider=corp"), "{what}: {to}");
        assert_eq!(cookies(&refused).len(), 1, "{what}: no session");
    }
    platform.get("/api/v1/members/ana@example.com").admin().send().await.is(404);
    // A good one: without the browser, in another one, and a second time.
    let (begun, other) =
        (begin(&platform, "/api/v1", "corp").await, begin(&platform, "/api/v1", "corp").await);
    let good = answer(&begun).signed_by(&idp.0);
    for (cookie, expected) in [
        (None, "problem=again"),
        (Some(&other.cookie), "problem=again"),
        (Some(&begun.cookie), "/console/apis"),
        (Some(&begun.cookie), "problem=again"),
    ] {
        let done = posted(&platform, &begun, cookie.map(String::as_str), &good).await.is(303);
        assert!(done.header("location").contains(expected), "{expected}: {}", done.header("location"));
    }
    // What was meant for the console is nothing to the portal.
    let strange = Begun { callback: "/portal/api/v1/sso/default/corp/callback".to_owned(), ..other };
    let done =
        posted(&platform, &strange, Some(&strange.cookie), &answer(&strange).signed_by(&idp.0)).await.is(303);
    assert!(done.header("location").contains("problem=again"), "{}", done.header("location"));
    for form in ["", "SAMLResponse=AAAA", "RelayState=a", "RelayState=a&SAMLResponse=b&SAMLResponse=c"] {
        platform.post("/api/v1/sso/corp/callback").body(FORM, form.to_owned()).send().await.is(400);
    }
    platform.post("/api/v1/sso/corp/callback").json(&json!({})).send().await.is(415);
    let large = format!("RelayState=a&SAMLResponse={}", "A".repeat(2 << 20));
    platform.post("/api/v1/sso/corp/callback").body(FORM, large).send().await.is(400);
    // Everything else that pages of other sites have browsers send stays refused.
    let cross = platform.post("/api/v1/sso/corp").header("sec-fetch-site", "cross-site").json(&json!({}));
    cross.send().await.is(403);
}

#[tokio::test]
async fn a_provider_signs_people_out_by_an_address_or_a_form_on_both_sides() {
    let (platform, idp, _) = platform(|options| options, &json!({})).await;
    let is_in = async |(api, _): (&str, &str), session: &str| {
        platform.get(&format!("{api}/session")).header("cookie", session).send().await.status == 200
    };
    let place = "/api/v1/sso/corp/logout";
    let logout = |id: &str| Logout {
        id: id.to_owned(),
        ..Logout::new(&text_of_instant(now()), IDP, &format!("{HERE}{place}"), "1-ana")
    };
    let (console, portal) = (
        signed_in(&platform, &idp, CONSOLE, "admins").await,
        signed_in(&platform, &idp, PORTAL, "admins").await,
    );
    let good = idp.0.query(&logout("_1").text(), Some("r&1"));
    let stranger = Key::p256().query(&logout("_1").text(), None);
    for wrong in [
        stranger,
        good.replace("RelayState=", "RelayState=x"),
        "SAMLRequest=AAAA".to_owned(),
        format!("{good}&SAMLRequest=AAAA"),
    ] {
        platform.get(&format!("{place}?{wrong}")).send().await.is(400);
    }
    assert!(is_in(CONSOLE, &console).await && is_in(PORTAL, &portal).await);
    let done =
        platform.get(&format!("{place}?{good}")).header("sec-fetch-site", "cross-site").send().await.is(303);
    let to = done.header("location").to_owned();
    assert!(
        to.starts_with("https://idp.example.com/saml/logout?SAMLResponse=")
            && to.contains("&RelayState=r%261&SigAlg="),
        "{to}"
    );
    assert!(!is_in(CONSOLE, &console).await && !is_in(PORTAL, &portal).await);
    platform.get(&format!("{place}?{good}")).send().await.is(400);
    let console = signed_in(&platform, &idp, CONSOLE, "admins").await;
    let form = format!("SAMLRequest={}", encoded(&message(&idp.0.signed(&logout("_2").text()))));
    let call = platform.post(place).body(FORM, form).header("sec-fetch-site", "cross-site");
    call.send().await.is(303);
    assert!(!is_in(CONSOLE, &console).await);
    platform.get(&format!("/api/v1/sso/nobody/logout?{good}")).send().await.is(404);
}

#[tokio::test]
async fn the_administrator_of_a_provider_finds_what_it_is_to_know_and_over_tls_the_cookie_comes_with_the_form()
 {
    let at = |options: admin::Options| admin::Options {
        public_url: Some("https://apis.example.com".parse().unwrap()),
        ..options
    };
    let (platform, _, own) = platform(at, &json!({})).await;
    for place in ["/api/v1/sso/corp/metadata", "/portal/api/v1/sso/default/corp/metadata"] {
        let found = platform.get(place).send().await.is(200);
        assert_eq!(found.header("content-type"), "application/samlmetadata+xml");
        let text = found.text.clone();
        for part in [
            "entityID=\"https://apis.example.com\"",
            "Location=\"https://apis.example.com/api/v1/sso/corp/callback\" index=\"0\"",
            "Location=\"https://apis.example.com/portal/api/v1/sso/default/corp/callback\" index=\"1\"",
            "Location=\"https://apis.example.com/api/v1/sso/corp/logout\"",
            &own.certificate(),
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
    platform.get("/api/v1/sso/nobody/metadata").send().await.is(404);
    let check = platform.post("/api/v1/identity-providers/corp/check").admin().send().await.is(200).json();
    assert_eq!((&check["ready"], &check["signs_out"]), (&json!(true), &json!(true)), "{check}");
    assert_eq!(check["metadata_uri"], "https://apis.example.com/api/v1/sso/corp/metadata");
    assert_eq!(check["single_logout_uri"], "https://apis.example.com/api/v1/sso/corp/logout");
    let begun = platform.post("/api/v1/sso/corp").json(&json!({})).send().await.is(200);
    let (pair, about) = cookies(&begun).remove(0);
    assert!(pair.starts_with("__Host-pailou_session_attempt="));
    assert_eq!(about, "Path=/; Secure; Max-Age=600; HttpOnly; SameSite=None");
    assert!(!platform.answers().contains("PRIVATE KEY"), "the key was answered");
}
