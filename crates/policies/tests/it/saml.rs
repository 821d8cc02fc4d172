//! Signing in by a provider of SAML, good and hostile, through a whole gateway.

use std::{
    collections::BTreeMap,
    io::Read as _,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Response;
use policies::CATALOG;
use saml::text_of_instant;
use testkit::{
    Gateway, Setup, Upstream,
    saml::{Answer, Key, Logout, message},
};

use crate::browser::{Browser, encoded, form};

const IDP: &str = "http://idp";
const US: &str = "https://api.example.com/orders";
const ACS: &str = "http://gateway.test/orders/.saml/acs";

static KEY: LazyLock<Key> = LazyLock::new(Key::rsa);

fn ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// What the gateway asked for when it sent a browser off.
struct Asked {
    id: String,
    relay: String,
    text: String,
}

impl Asked {
    fn read(location: &str) -> Asked {
        let (endpoint, query) = location.split_once('?').unwrap();
        assert_eq!(endpoint, "http://idp/sso");
        let asked = form(query);
        let packed = STANDARD.decode(&asked["SAMLRequest"]).unwrap();
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
        let id = text.split_once(" ID=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        assert!(text.contains(&format!("AssertionConsumerServiceURL=\"{ACS}\"")), "{text}");
        assert!(text.contains(&format!("<saml:Issuer>{US}</saml:Issuer>")), "{text}");
        Asked { id, relay: asked["RelayState"].clone(), text }
    }

    fn answer(&self) -> Answer {
        let now = ms();
        let (from, until) = (text_of_instant(now - 1000), text_of_instant(now + 300_000));
        let mut answer = Answer::new((&from, &until), IDP, US, ACS, &self.id);
        // No two of a provider have one id.
        answer.id = format!("_of{}", self.id);
        answer
    }
}

fn posted(relay: &str, message: &str) -> String {
    format!("RelayState={}&SAMLResponse={}", encoded(relay), encoded(message))
}

async fn hear(browser: &mut Browser, gateway: &Gateway, relay: &str, message: &str) -> testkit::Reply {
    browser.post(gateway, "/orders/.saml/acs", &posted(relay, message)).await
}

const POLICY: &str = "saml-auth: { idp_metadata: 'http://idp/metadata', entity_id: 'https://api.example.com/orders', session_secret: 'at-least-32-characters-of-a-secret'";

fn idp(more: &'static str, away: &Arc<AtomicBool>) -> Upstream {
    let away = Arc::clone(away);
    Upstream::script(move |_| match away.load(Relaxed) {
        true => Response::builder().status(500).body(Bytes::new()).unwrap(),
        false => Response::builder()
            .header("content-type", "application/samlmetadata+xml")
            .body(
                KEY.metadata(IDP, "")
                    .replace("<IDPSSODescriptor ", &format!("<IDPSSODescriptor {more} "))
                    .into(),
            )
            .unwrap(),
    })
}

fn gateway(more: &str) -> Gateway {
    gateway_with(more, "", &Arc::default())
}

fn gateway_with(more: &str, metadata: &'static str, away: &Arc<AtomicBool>) -> Gateway {
    Setup::new(CATALOG)
        .upstream("idp", idp(metadata, away))
        .plan("one", "rate-limit: { limit: 1, window: 1h, per: consumer }")
        .consumer("ada", "ada-key-0123456789", "")
        .contract("orders@v1", "/orders", &format!("{POLICY}{more} }}"), &[("list", "GET", "/all", "")])
        .start()
}

async fn begun(browser: &mut Browser, gateway: &Gateway, target: &str) -> Asked {
    Asked::read(&browser.get(gateway, target).await.is(302).value("location").unwrap())
}

async fn signed_in(gateway: &Gateway, change: impl FnOnce(&mut Answer)) -> Browser {
    let mut browser = Browser::default();
    let asked = begun(&mut browser, gateway, "/orders/all").await;
    let mut answer = asked.answer();
    change(&mut answer);
    hear(&mut browser, gateway, &asked.relay, &answer.signed_by(&KEY)).await.is(302);
    browser
}

fn caller(gateway: &Gateway) -> Option<String> {
    gateway.events().pop().unwrap().caller.map(|caller| caller.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_comes_back_to_the_page_they_wanted_and_signs_out() {
    let gateway = gateway(", forward_claims: { x-user: sub, x-mail: mail }, groups_claim: groups");
    let mut browser = Browser::default();
    let asked = begun(&mut browser, &gateway, "/orders/all?page=2").await;
    assert!(!asked.text.contains("ForceAuthn"));
    let heard = hear(&mut browser, &gateway, &asked.relay, &asked.answer().signed_by(&KEY)).await.is(302);
    assert_eq!(heard.value("location").as_deref(), Some("http://gateway.test/orders/all?page=2"));
    assert_eq!(browser.cookies.len(), 1, "the cookie of the attempt is gone");
    let reply = browser.get(&gateway, "/orders/all?page=2").await.is(200);
    assert_eq!(reply.received("x-user").as_deref(), Some("grace"));
    assert_eq!(reply.received("x-mail").as_deref(), Some("grace@example.com"));
    assert_eq!(reply.received("cookie"), None, "the session is the gateway's own");
    assert_eq!(caller(&gateway).as_deref(), Some("external/grace@http://idp"));
    assert!(!browser.cookies.values().next().unwrap().contains("grace"));

    let out = browser.get(&gateway, "/orders/.saml/logout").await.is(302).value("location").unwrap();
    let (endpoint, query) = out.split_once('?').unwrap();
    assert_eq!(endpoint, "http://idp/logout");
    let packed = STANDARD.decode(&form(query)["SAMLRequest"]).unwrap();
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    assert!(text.contains(">grace</saml:NameID><samlp:SessionIndex>s1</samlp:SessionIndex>"), "{text}");
    assert!(browser.cookies.is_empty());
    let page = browser.get(&gateway, "/orders/.saml/signed-out?SAMLResponse=anything").await.is(200);
    assert!(!String::from_utf8_lossy(&page.body).contains("anything"));
    browser.get(&gateway, "/orders/.saml/signed-out?SAMLRequest=anything").await.is(400);
    browser.get(&gateway, "/orders/all").await.is(302);
}

const SIGNED_OUT: &str = "http://gateway.test/orders/.saml/signed-out";

/// What the provider says of somebody who signed out there.
fn logout(id: &str, sessions: &[&'static str]) -> Logout {
    let at = text_of_instant(ms() - 1000);
    Logout { id: id.into(), sessions: sessions.to_vec(), ..Logout::new(&at, IDP, SIGNED_OUT, "grace") }
}

/// Says it by the address of some browser; where that goes on to.
async fn says(gateway: &Gateway, logout: &Logout) -> String {
    let query = KEY.query(&logout.text(), Some("r1"));
    let target = format!("/orders/.saml/signed-out?{query}");
    Browser::default().get(gateway, &target).await.is(302).value("location").unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_provider_ends_one_session_or_all_of_somebody_at_every_gateway() {
    let gateway = gateway("");
    let with = async |session: &str| {
        let statements = format!(
            "<saml:AuthnStatement AuthnInstant=\"{}\" SessionIndex=\"{session}\"></saml:AuthnStatement>",
            text_of_instant(ms())
        );
        let mut browser = signed_in(&gateway, |answer| answer.statements = statements).await;
        browser.get(&gateway, "/orders/all").await.is(200);
        browser
    };
    let (mut home, mut work) = (with("home").await, with("work").await);
    gateway.advance(Duration::from_secs(1)).await;
    let to = says(&gateway, &logout("_1", &["home", "other"])).await;
    assert!(to.starts_with("http://idp/logout?SAMLResponse=") && to.ends_with("&RelayState=r1"), "{to}");
    home.get(&gateway, "/orders/all").await.is(302);
    work.get(&gateway, "/orders/all").await.is(200);
    // A session of the same name is another one of somebody else.
    says(&gateway, &Logout { subject: "ada".into(), ..logout("_2", &["work"]) }).await;
    says(&gateway, &Logout { subject: "ada".into(), ..logout("_3", &[]) }).await;
    work.get(&gateway, "/orders/all").await.is(200);
    let form = format!("SAMLRequest={}", encoded(&message(&KEY.signed(&logout("_4", &[]).text()))));
    work.clone().post(&gateway, "/orders/.saml/signed-out", &form).await.is(302);
    work.get(&gateway, "/orders/all").await.is(302);
    // Who signs in again is in again.
    gateway.advance(Duration::from_secs(1)).await;
    with("again").await;
    // Another configuration of the same gateway remembers it.
    gateway.publish(|snapshot| snapshot.number += 1).unwrap();
    home.get(&gateway, "/orders/all").await.is(302);
    assert_eq!(gateway.sign_outs().len(), 5, "other gateways are told");
}

#[tokio::test(start_paused = true)]
async fn what_the_provider_did_not_sign_ends_nothing_and_nothing_is_taken_twice() {
    let gateway = gateway("");
    let mut browser = signed_in(&gateway, |_| ()).await;
    gateway.advance(Duration::from_secs(1)).await;
    let good = logout("_1", &[]);
    let query = |key: &Key, logout: &Logout| key.query(&logout.text(), None);
    let elsewhere =
        Logout { destination: "http://gateway.test/others/.saml/signed-out".into(), ..good.clone() };
    let old = Logout { at: text_of_instant(ms() - 400_000), ..good.clone() };
    for wrong in [
        query(&Key::rsa(), &good),
        query(&KEY, &elsewhere),
        query(&KEY, &old),
        query(&KEY, &Logout { issuer: "http://other".into(), ..good.clone() }),
        query(&KEY, &good).split_once("&SigAlg").unwrap().0.to_owned(),
        format!("{}&RelayState=other", query(&KEY, &good)),
        "SAMLRequest=AAAA".to_owned(),
    ] {
        let refused = browser.clone().get(&gateway, &format!("/orders/.saml/signed-out?{wrong}")).await;
        let refused = refused.is(400).problem("bad-request");
        assert!(!String::from_utf8_lossy(&refused.body).contains("signed "), "the reason is for operators");
    }
    let forms = [
        format!("SAMLRequest={}", encoded(&message(&good.text()))),
        format!("SAMLRequest={}", encoded(&message(&KEY.signed(&good.text()).replace("grace", "ada")))),
        "SAMLRequest=a&SAMLRequest=b".to_owned(),
    ];
    for form in &forms {
        browser.clone().post(&gateway, "/orders/.saml/signed-out", form).await.is(400);
    }
    browser.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(gateway.sign_outs(), []);
    says(&gateway, &good).await;
    let target = format!("/orders/.saml/signed-out?{}", query(&KEY, &good));
    browser.get(&gateway, &target).await.is(400);
    gateway.call(http::Method::PUT, "/orders/.saml/signed-out").await.is(405);
}

#[tokio::test(start_paused = true)]
async fn an_attribute_names_a_consumer_and_a_plan() {
    let gateway = gateway(", consumer_claim: uid, plan_claim: plan, unregistered: refuse");
    let mut browser =
        signed_in(&gateway, |answer| answer.attributes = vec![("uid", vec!["ada"]), ("plan", vec!["one"])])
            .await;
    browser.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(caller(&gateway).as_deref(), Some("consumer/ada"));
    browser.get(&gateway, "/orders/all").await.is(429);
    let mut browser = signed_in(&gateway, |answer| answer.attributes = vec![("uid", vec!["eve"])]).await;
    browser.get(&gateway, "/orders/all").await.is(403);
}

#[tokio::test(start_paused = true)]
async fn only_browsers_that_want_a_page_are_sent_to_sign_in() {
    let gateway = gateway("");
    for call in [
        gateway.get("/orders/all"),
        gateway.get("/orders/all").with("accept", "application/json"),
        gateway.get("/orders/all").with("accept", "text/html").with("sec-fetch-mode", "cors"),
        gateway.get("/orders/all").with("cookie", "pailou_saml_00000000=AAAA"),
    ] {
        call.await.is(401).header("www-authenticate", "SAML realm=\"pailou\"");
    }
    gateway.get("/orders/.saml/acs").await.is(405);
    gateway.post("/orders/.saml/login").await.is(405);
    gateway.get("/orders/.saml/other").await.is(404);
    let refusing = self::gateway(", unauthenticated: refuse");
    refusing.get("/orders/all").with("accept", "text/html").await.is(401);
    refusing.get("/orders/.saml/login").with("accept", "text/html").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_this_browser_did_not_ask_for_is_refused() {
    let gateway = gateway("");
    let (mut ada, mut eve) = (Browser::default(), Browser::default());
    let of_ada = begun(&mut ada, &gateway, "/orders/all").await;
    let of_eve = begun(&mut eve, &gateway, "/orders/all").await;
    let good = of_ada.answer().signed_by(&KEY);
    // Eve's answer in Ada's browser would have Ada work as Eve.
    hear(&mut ada.clone(), &gateway, &of_eve.relay, &of_eve.answer().signed_by(&KEY))
        .await
        .is(400)
        .problem("bad-request");
    hear(&mut ada.clone(), &gateway, &of_ada.relay, &of_eve.answer().signed_by(&KEY)).await.is(400);
    hear(&mut Browser::default(), &gateway, &of_ada.relay, &good).await.is(400);
    hear(&mut ada.clone(), &gateway, "other", &good).await.is(400);
    let form = posted(&of_ada.relay, &good);
    for wrong in [
        String::new(),
        format!("SAMLResponse={}", encoded(&good)),
        format!("RelayState={}", of_ada.relay),
        format!("{form}&RelayState=other"),
        format!("{form}&SAMLResponse=other"),
        format!("{form}{}", "x".repeat(1 << 20)),
    ] {
        ada.clone().post(&gateway, "/orders/.saml/acs", &wrong).await.is(400);
    }
    let json = gateway.post("/orders/.saml/acs").with("content-type", "application/json").body("{}");
    json.await.is(400);
    gateway.advance(Duration::from_secs(601)).await;
    hear(&mut ada.clone(), &gateway, &of_ada.relay, &good).await.is(400);
    assert!(gateway.events().iter().all(|event| event.caller.is_none()));
}

#[tokio::test(start_paused = true)]
async fn what_the_provider_did_not_sign_for_us_here_and_now_lets_nobody_in() {
    let gateway = gateway("");
    let mut browser = Browser::default();
    let asked = begun(&mut browser, &gateway, "/orders/all").await;
    let good = asked.answer();
    let assertion = good.assertion();
    let with = |change: &dyn Fn(&mut Answer)| {
        let mut answer = good.clone();
        change(&mut answer);
        answer.signed_by(&KEY)
    };
    let signed = KEY.signed(&assertion);
    let evil = assertion.replace(&good.id, "_evil").replace(">grace<", ">admin<");
    for wrong in [
        message(&good.around(&assertion)),
        good.signed_by(&Key::rsa()),
        message(&good.around(&signed.replace(">grace<", ">admin<"))),
        message(&good.around(&format!("{evil}{signed}"))),
        message(&good.around(&format!("{signed}{evil}"))),
        message(&good.around(&evil.replace("</saml:Assertion>", &format!("{signed}</saml:Assertion>")))),
        with(&|answer| answer.audience = "https://api.example.com/others".into()),
        with(&|answer| answer.recipient = "http://gateway.test/others/.saml/acs".into()),
        with(&|answer| answer.destination = "http://evil.test/".into()),
        with(&|answer| answer.request = "_other".into()),
        with(&|answer| answer.issuer = "http://other".into()),
        with(&|answer| answer.until = text_of_instant(ms() - 60_000)),
        message("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        "A".repeat(360_000),
    ] {
        let refused =
            hear(&mut browser.clone(), &gateway, &asked.relay, &wrong).await.is(400).problem("bad-request");
        let told = String::from_utf8_lossy(&refused.body).into_owned();
        assert!(told.contains("begin again") && !told.contains("signed"), "{told}");
    }
    let denied = with(&|answer| answer.status = "urn:oasis:names:tc:SAML:2.0:status:Responder");
    hear(&mut browser.clone(), &gateway, &asked.relay, &denied).await.is(403).problem("forbidden");
    // Once, and not again: not even in the browser that began.
    let first = browser.clone();
    hear(&mut browser, &gateway, &asked.relay, &good.signed_by(&KEY)).await.is(302);
    hear(&mut first.clone(), &gateway, &asked.relay, &good.signed_by(&KEY)).await.is(400);
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_with_its_time_or_that_of_the_provider() {
    let gateway = gateway(", session: 1h");
    let mut browser = signed_in(&gateway, |_| ()).await;
    let until = text_of_instant(ms() + 600_000);
    let mut short = signed_in(&gateway, |answer| {
        answer.statements = answer
            .statements
            .replace(" SessionIndex", &format!(" SessionIndex=\"s1\" SessionNotOnOrAfter=\"{until}\" x"));
    })
    .await;
    short.get(&gateway, "/orders/all").await.is(200);
    gateway.advance(Duration::from_secs(605)).await;
    short.get(&gateway, "/orders/all").await.is(302);
    browser.get(&gateway, "/orders/all").await.is(200);
    gateway.advance(Duration::from_secs(3000)).await;
    browser.get(&gateway, "/orders/all").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_of_its_policy_and_cannot_be_made_up() {
    let gateway = gateway("");
    let mut browser = signed_in(&gateway, |_| ()).await;
    browser.get(&gateway, "/orders/all").await.is(200);
    let (name, value) = browser.cookies.clone().into_iter().next().unwrap();
    for wrong in [format!("{value}A"), value[1..].to_owned(), String::new(), "AAAA".to_owned()] {
        let mut other = Browser { cookies: BTreeMap::from([(name.clone(), wrong)]) };
        other.get(&gateway, "/orders/all").await.is(302);
    }
    let other =
        self::gateway(", acs_url: 'http://gateway.test/orders/in/acs'").get("/orders/.saml/acs").await;
    assert_eq!(other.status, 404);
    let other = Setup::new(CATALOG)
        .upstream("idp", idp("", &Arc::default()))
        .contract(
            "orders@v1",
            "/orders",
            &format!("{} }}", POLICY.replace("at-least", "as-least")),
            &[("list", "GET", "/all", "")],
        )
        .start();
    browser.get(&other, "/orders/all").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_led_to_another_host() {
    let gateway = gateway("");
    for target in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\r\nset-cookie: a",
    ] {
        let escaped: String = target.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let mut browser = Browser::default();
        let asked = begun(&mut browser, &gateway, &format!("/orders/.saml/login?return={escaped}")).await;
        let heard = hear(&mut browser, &gateway, &asked.relay, &asked.answer().signed_by(&KEY)).await.is(302);
        assert_eq!(heard.value("location").as_deref(), Some("http://gateway.test/orders/"), "{target}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_signed_and_the_metadata_says_by_what() {
    let key = Key::rsa();
    let yaml = |text: &str| serde_json::to_string(text).unwrap();
    let more = format!(
        ", key: {}, certificate: {}, force: true",
        yaml(key.private_pem()),
        yaml(&key.certificate_pem())
    );
    let gateway = gateway_with(&more, "WantAuthnRequestsSigned=\"true\"", &Arc::default());
    let sent =
        gateway.get("/orders/all").with("accept", "text/html").await.is(302).value("location").unwrap();
    assert!(sent.contains("&SigAlg=http%3A") && sent.contains("&Signature="), "{sent}");
    assert!(Asked::read(&sent).text.contains("ForceAuthn=\"true\""));
    let reply = gateway.get("/orders/.saml/metadata").await.is(200);
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    assert_eq!(reply.value("content-type").as_deref(), Some("application/samlmetadata+xml"));
    assert_eq!(text.matches(&key.certificate()).count(), 2, "it signs and opens");
    for part in [ACS, US, "http://gateway.test/orders/.saml/signed-out", "AuthnRequestsSigned=\"true\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("PRIVATE"));
    let without = gateway_with("", "WantAuthnRequestsSigned=\"true\"", &Arc::default());
    without.get("/orders/all").with("accept", "text/html").await.is(503).problem("identity-unavailable");
}

#[tokio::test(start_paused = true)]
async fn what_was_known_of_a_provider_stays_good_while_it_does_not_answer() {
    let away = Arc::new(AtomicBool::new(true));
    let gateway = gateway_with("", "", &away);
    gateway.get("/orders/all").with("accept", "text/html").await.is(503).problem("identity-unavailable");
    away.store(false, Relaxed);
    gateway.advance(Duration::from_secs(11)).await;
    gateway.get("/orders/all").with("accept", "text/html").await.is(302);
    away.store(true, Relaxed);
    gateway.advance(Duration::from_secs(3600)).await;
    gateway.get("/orders/all").with("accept", "text/html").await.is(302);
}

#[tokio::test(start_paused = true)]
async fn over_tls_the_cookie_of_an_attempt_comes_with_the_form_of_the_provider_and_no_other_does() {
    let gateway = gateway(", acs_url: 'https://api.example.com/orders/.saml/acs'");
    let sent = gateway.get("/orders/all").with("accept", "text/html").await.is(302);
    let set = sent.value("set-cookie").unwrap();
    assert!(set.starts_with("__Secure-pailou_saml_") && set.ends_with("; SameSite=None; Secure"), "{set}");
    assert!(set.contains("; HttpOnly"), "{set}");
}
