//! Signing in by a CAS server, good and hostile, through a whole gateway.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use policies::CATALOG;
use testkit::{Gateway, Setup, Upstream};

use crate::browser::{Browser, encoded, form};

/// A server at `http://cas/cas`, as strict as one must be.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What tickets are for; each is good once.
    tickets: BTreeMap<String, String>,
    /// What it answers in place of the truth.
    says: Option<(u16, String)>,
    asked: Vec<String>,
}

impl Server {
    fn upstream(&self) -> Upstream {
        let server = self.clone();
        Upstream::script(move |request| server.0.lock().unwrap().answer(&request))
    }

    /// The person says who they are: where the server sends the browser that came to `location`.
    fn signs_in(&self, location: &str) -> String {
        let service =
            location.strip_prefix("http://cas/cas/login?service=").unwrap().split('&').next().unwrap();
        let service = crate::browser::decoded(service);
        let mut state = self.0.lock().unwrap();
        let ticket = format!("ST-{}-aA5Yuvrxzpv8Tau1cYQ7", state.tickets.len());
        let back = format!("{service}&ticket={ticket}");
        state.tickets.insert(ticket, service);
        back.strip_prefix("http://gateway.test").unwrap().to_owned()
    }

    fn says(&self, status: u16, text: &str) {
        self.0.lock().unwrap().says = Some((status, text.to_owned()));
    }
}

impl State {
    fn answer(&mut self, request: &Request<Bytes>) -> Response<Bytes> {
        self.asked.push(request.uri().to_string());
        let reply = |status: u16, text: String| Response::builder().status(status).body(text.into()).unwrap();
        if let Some((status, text)) = self.says.clone() {
            return reply(status, text);
        }
        assert_eq!(request.uri().path(), "/cas/p3/serviceValidate");
        let sent = form(request.uri().query().unwrap());
        let said = match self.tickets.remove(&sent["ticket"]) {
            Some(service) if service == sent["service"] => good("grace"),
            _ => {
                "<cas:authenticationFailure code=\"INVALID_TICKET\">no</cas:authenticationFailure>".to_owned()
            }
        };
        reply(200, around(&said))
    }
}

fn good(user: &str) -> String {
    format!(
        "<cas:authenticationSuccess><cas:user>{user}</cas:user><cas:attributes><cas:mail>grace@example.com</cas:mail><cas:memberOf>staff</cas:memberOf><cas:memberOf>admins</cas:memberOf></cas:attributes></cas:authenticationSuccess>"
    )
}

fn around(said: &str) -> String {
    format!("<cas:serviceResponse xmlns:cas=\"http://www.yale.edu/tp/cas\">{said}</cas:serviceResponse>")
}

const POLICY: &str =
    "cas-auth: { server: 'http://cas/cas/', session_secret: 'at-least-32-characters-of-a-secret'";

fn gateway(server: &Server, more: &str) -> Gateway {
    Setup::new(CATALOG)
        .upstream("cas", server.upstream())
        .consumer("ada", "ada-key-0123456789", "")
        .contract("orders@v1", "/orders", &format!("{POLICY}{more} }}"), &[("list", "GET", "/all", "")])
        .start()
}

async fn begun(browser: &mut Browser, gateway: &Gateway, server: &Server, target: &str) -> String {
    let sent = browser.get(gateway, target).await.is(302).value("location").unwrap();
    server.signs_in(&sent)
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_comes_back_to_the_page_they_wanted_and_signs_out() {
    let server = Server::default();
    let gateway = gateway(&server, ", forward_claims: { x-user: sub, x-groups: memberOf }, renew: true");
    let mut browser = Browser::default();
    let sent = browser.get(&gateway, "/orders/all?page=2").await.is(302).value("location").unwrap();
    assert!(sent.ends_with("&renew=true"), "{sent}");
    let heard = browser.get(&gateway, &server.signs_in(&sent)).await.is(302);
    assert_eq!(heard.value("location").as_deref(), Some("http://gateway.test/orders/all?page=2"));
    assert!(server.0.lock().unwrap().asked[0].ends_with("&renew=true"));
    assert_eq!(browser.cookies.len(), 1, "the cookie of the attempt is gone");
    let reply = browser.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(reply.received("x-user").as_deref(), Some("grace"));
    assert_eq!(reply.received("x-groups").as_deref(), Some("staff,admins"));
    assert_eq!(reply.received("cookie"), None, "the session is the gateway's own");
    let caller = gateway.events().pop().unwrap().caller.map(|caller| caller.to_string());
    assert_eq!(caller.as_deref(), Some("external/grace@http://cas/cas"));

    let out = browser.get(&gateway, "/orders/.cas/logout").await.is(302).value("location").unwrap();
    assert_eq!(
        out,
        format!("http://cas/cas/logout?service={}", encoded("http://gateway.test/orders/.cas/signed-out"))
    );
    assert!(browser.cookies.is_empty());
    browser.get(&gateway, "/orders/.cas/signed-out").await.is(200);
    browser.get(&gateway, "/orders/all").await.is(302);
}

/// What the server says of a ticket whose session ended there.
fn ended(ticket: &str) -> String {
    let message = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"LR-1\" Version=\"2.0\" IssueInstant=\"2026-12-01T00:00:00Z\"><saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">@NOT_USED@</saml:NameID><samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    );
    format!("logoutRequest={}", encoded(&message))
}

#[tokio::test(start_paused = true)]
async fn the_server_ends_the_session_of_a_ticket_from_its_own_address_alone() {
    let server = Server::default();
    let gateway = gateway(&server, ", logout_from: [10.0.0.0/8]");
    let (mut ada, mut eve) = (Browser::default(), Browser::default());
    let of_ada = begun(&mut ada, &gateway, &server, "/orders/all").await;
    let of_eve = begun(&mut eve, &gateway, &server, "/orders/all").await;
    ada.get(&gateway, &of_ada).await.is(302);
    eve.get(&gateway, &of_eve).await.is(302);
    gateway.advance(Duration::from_secs(1)).await;
    let (place, ticket) = of_ada.split_once("&ticket=").unwrap();
    let says = async |from: &str, form: String| {
        let call = gateway.post(place).from(from).with("content-type", "application/x-www-form-urlencoded");
        call.body(form).await
    };
    says("192.0.2.1", ended(ticket)).await.is(405);
    for wrong in [
        String::new(),
        "logoutRequest=x".to_owned(),
        ended("x"),
        format!("{0}&{0}", ended(ticket)),
        ended(ticket).replace("LogoutRequest", "Other"),
        format!("logoutRequest={}", encoded("<!DOCTYPE a><a/>")),
    ] {
        says("10.0.0.7", wrong).await.is(400).problem("bad-request");
    }
    says("10.0.0.7", ended("ST-7-aA5Yuvrxzpv8Tau1cYQ7")).await.is(200);
    ada.get(&gateway, "/orders/all").await.is(200);
    says("10.0.0.7", ended(ticket)).await.is(200);
    ada.get(&gateway, "/orders/all").await.is(302);
    eve.get(&gateway, "/orders/all").await.is(200);
    assert_eq!(gateway.sign_outs().len(), 2, "other gateways are told");
}

#[tokio::test(start_paused = true)]
async fn only_browsers_that_want_a_page_are_sent_to_sign_in() {
    let server = Server::default();
    let gateway = gateway(&server, "");
    for call in [
        gateway.get("/orders/all"),
        gateway.get("/orders/all").with("accept", "text/html").with("sec-fetch-mode", "cors"),
        gateway.get("/orders/all").with("cookie", "pailou_cas_00000000=AAAA"),
    ] {
        call.await.is(401).header("www-authenticate", "CAS realm=\"pailou\"");
    }
    gateway.post("/orders/.cas/callback").await.is(405);
    let refusing = self::gateway(&server, ", unauthenticated: refuse");
    refusing.get("/orders/all").with("accept", "text/html").await.is(401);
    refusing.get("/orders/.cas/login").await.is(302);
    assert!(server.0.lock().unwrap().asked.is_empty(), "no call asks the server anything");
}

#[tokio::test(start_paused = true)]
async fn a_ticket_is_of_the_browser_that_asked_for_it_and_good_once() {
    let server = Server::default();
    let gateway = gateway(&server, "");
    let (mut ada, mut eve) = (Browser::default(), Browser::default());
    let of_ada = begun(&mut ada, &gateway, &server, "/orders/all").await;
    let of_eve = begun(&mut eve, &gateway, &server, "/orders/all").await;
    // Eve's ticket in Ada's browser would have Ada work as Eve.
    ada.clone().get(&gateway, &of_eve).await.is(400).problem("bad-request");
    Browser::default().get(&gateway, &of_ada).await.is(400);
    let (before, ticket) = of_ada.split_once("&ticket=").unwrap();
    for wrong in [
        before.to_owned(),
        format!("{before}&ticket="),
        format!("{before}&ticket=PT-0-aA5Yuvrxzpv8Tau1cYQ7"),
        format!("{before}&ticket=ST-0%26service%3Dx"),
        format!("{of_ada}&ticket=ST-1"),
        format!("{of_ada}&state=x"),
        format!("{}x&ticket={ticket}", before),
        format!("/orders/.cas/callback?ticket={ticket}"),
    ] {
        ada.clone().get(&gateway, &wrong).await.is(400);
    }
    assert!(server.0.lock().unwrap().asked.is_empty(), "nothing of that was asked about");
    // The ticket of Eve with the attempt of Ada: the server knows what it was for.
    let (_, of_other) = of_eve.split_once("&ticket=").unwrap();
    ada.clone().get(&gateway, &format!("{before}&ticket={of_other}")).await.is(400);
    let first = ada.clone();
    ada.get(&gateway, &of_ada).await.is(302);
    first.clone().get(&gateway, &of_ada).await.is(400);
    gateway.advance(Duration::from_secs(601)).await;
    let mut late = first;
    late.get(&gateway, &of_ada).await.is(400);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_good_answer_lets_nobody_in() {
    let server = Server::default();
    let gateway = gateway(&server, "");
    let mut browser = Browser::default();
    let back = begun(&mut browser, &gateway, &server, "/orders/all").await;
    for (status, says, expected) in [
        (
            200,
            around("<cas:authenticationFailure code=\"INVALID_SERVICE\">x</cas:authenticationFailure>"),
            400,
        ),
        (500, around(&good("ada")), 503),
        (302, around(&good("ada")), 503),
        (200, format!("<!DOCTYPE a [<!ENTITY b 'ada'>]>{}", around(&good("&b;"))), 503),
        (200, good("ada").replace("cas:", ""), 503),
        (200, around(&format!("{}{}", good("ada"), good("eve"))), 503),
        (200, around(&good(" ")), 503),
        (200, "yes\nada\n".to_owned(), 503),
        (200, "x".repeat(300 << 10), 503),
        (200, String::new(), 503),
    ] {
        server.says(status, &says);
        let refused = browser.clone().get(&gateway, &back).await.is(expected);
        assert!(!String::from_utf8_lossy(&refused.body).contains("INVALID"), "the reason is for operators");
    }
    assert!(gateway.events().iter().all(|event| event.caller.is_none()));
}

#[tokio::test(start_paused = true)]
async fn an_attribute_names_a_consumer_and_a_session_ends_with_its_time() {
    let server = Server::default();
    let gateway = gateway(&server, ", consumer_claim: uid, unregistered: refuse, session: 1h");
    let mut browser = Browser::default();
    let back = begun(&mut browser, &gateway, &server, "/orders/all").await;
    server.says(
        200,
        &around(
            &good("grace")
                .replace("cas:mail>grace@example.com", "cas:uid>ada")
                .replace("/cas:mail", "/cas:uid"),
        ),
    );
    browser.get(&gateway, &back).await.is(302);
    browser.get(&gateway, "/orders/all").await.is(200);
    let caller = gateway.events().pop().unwrap().caller.map(|caller| caller.to_string());
    assert_eq!(caller.as_deref(), Some("consumer/ada"));
    gateway.advance(Duration::from_secs(3605)).await;
    browser.get(&gateway, "/orders/all").await.is(302);
}
