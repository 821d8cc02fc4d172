//! Bodies that filters read, replace and change on their way.

use std::time::Duration;

use http::{Method, Response};
use model::event::Fault;
use testkit::{Setup, Upstream, gateway};

use crate::words::CATALOGUE;

const SECOND: Duration = Duration::from_secs(1);

fn streaming(policies: &str) -> testkit::Gateway {
    let stream = Upstream::stream("text/plain", &[(SECOND, "one"), (SECOND, "two"), (SECOND, "three")]);
    Setup::new(CATALOGUE).upstream("stream", stream).api("a", "/", "stream", policies).start()
}

#[tokio::test(start_paused = true)]
async fn a_request_is_read_and_goes_on_whole() {
    let gw = gateway(CATALOGUE, "bodies: { read: 5B }");
    let reply = gw.post("/").body("four5").await.is(200);
    assert_eq!(reply.json()["body"], "four5");
    assert_eq!(reply.received("content-length").as_deref(), Some("5"));
    assert_eq!(gw.events()[0].bytes_in, 5);
    gw.post("/").body("four56").await.is(413).problem("content-too-large");
    assert_eq!(gw.get("/").await.is(200).json()["body"], "");
}

#[tokio::test(start_paused = true)]
async fn a_request_is_replaced_and_its_length_follows() {
    for policies in ["bodies: { send: 'another body' }", "bodies: { read: 1MiB, send: 'another body' }"] {
        let gw = gateway(CATALOGUE, policies);
        let reply = gw.post("/").body("short").await.is(200);
        assert_eq!(reply.json()["body"], "another body");
        assert_eq!(reply.received("content-length").as_deref(), Some("12"));
        assert_eq!(reply.received("transfer-encoding"), None);
    }
    let gw = gateway(CATALOGUE, "bodies: { send: '' }");
    let reply = gw.post("/").body("short").await.is(200);
    assert_eq!((reply.json()["body"].as_str(), reply.received("transfer-encoding")), (Some(""), None));
}

#[tokio::test(start_paused = true)]
async fn a_response_is_replaced_and_its_length_follows() {
    let gw = gateway(CATALOGUE, "bodies: { replace: 'ours' }");
    let reply = gw.get("/").await.is(200).header("content-length", "4");
    assert_eq!(reply.body, "ours");
    // The connection to the upstream can be used again or not; the next call is answered all the same.
    assert_eq!(gw.get("/").await.is(200).body, "ours");
    assert_eq!(gw.events()[0].bytes_out, 4);
    assert_eq!(gw.call(Method::HEAD, "/").await.is(200).body, "");
    assert_eq!(streaming("bodies: { replace: 'ours' }").get("/").await.is(200).body, "ours");
}

#[tokio::test(start_paused = true)]
async fn a_response_is_changed_piece_by_piece_as_it_comes() {
    let gw = streaming("bodies: { before: '-' }");
    let (head, pieces) = gw.get("/").pieces().await.unwrap();
    assert!(!head.headers.contains_key("content-length"));
    let seen: Vec<_> = pieces.into_iter().map(|(at, piece)| (at.as_secs(), piece.unwrap())).collect();
    let texts: Vec<_> = seen.iter().map(|(_, piece)| std::str::from_utf8(piece).unwrap()).collect();
    assert_eq!(texts.concat(), "-one-two-three[3]");
    let first = seen.iter().find(|(_, piece)| piece == "one").unwrap();
    assert_eq!(first.0, 1, "nothing is held back: {seen:?}");
    assert_eq!(gw.events()[0].bytes_out, 17);
}

#[tokio::test(start_paused = true)]
async fn the_filter_nearest_to_the_upstream_changes_the_response_first() {
    let gw = gateway(CATALOGUE, "[bodies: { before: a }, bodies: { before: b }, bodies: { replace: x }]");
    // The last replaces; then the second changes, and the first what that made of it.
    assert_eq!(gw.get("/").await.is(200).body, "abaxa[1][3]");
    let gw = gateway(CATALOGUE, "[bodies: { replace: x }, bodies: { before: b }]");
    assert_eq!(gw.get("/").await.is(200).body, "x");
}

#[tokio::test(start_paused = true)]
async fn what_the_gateway_answers_itself_is_changed_too() {
    let gw = gateway(CATALOGUE, "[bodies: { before: '-' }, bodies: { answer: mine }]");
    let reply = gw.get("/").await.is(200);
    assert_eq!(reply.body, "-mine[1]");
    assert_eq!(reply.value("content-length").as_deref(), Some("8"));
}

#[tokio::test(start_paused = true)]
async fn an_observer_leaves_the_length_as_it_is() {
    let gw = gateway(CATALOGUE, "bodies: { observe: true }");
    let reply = gw.get("/").await.is(200);
    let length = reply.body.len().to_string();
    assert_eq!(reply.value("content-length"), Some(length));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_body_gets_none() {
    for (status, method) in [(204, Method::GET), (304, Method::GET), (200, Method::HEAD)] {
        let upstream = Upstream::script(move |_| {
            Response::builder().status(status).header("etag", "\"a\"").body(Default::default()).unwrap()
        });
        for policies in ["bodies: { before: '-' }", "bodies: { observe: true }"] {
            let gw =
                Setup::new(CATALOGUE).upstream("u", upstream.clone()).api("a", "/", "u", policies).start();
            let reply = gw.call(method.clone(), "/").await.is(status);
            assert_eq!(
                (reply.body.len(), reply.value("transfer-encoding")),
                (0, None),
                "{status} {policies}"
            );
        }
        let gw = Setup::new(CATALOGUE)
            .upstream("u", upstream)
            .api("a", "/", "u", "bodies: { replace: text }")
            .start();
        let reply = gw.call(method, "/").await.is(status);
        assert_eq!(reply.body.len(), 0, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_breaks_off_breaks_the_response_off() {
    let gw = streaming("bodies: { break_at: 1 }");
    let (_, pieces) = gw.get("/").pieces().await.unwrap();
    assert_eq!(pieces[0].1.as_ref().unwrap(), "one");
    assert!(pieces.last().unwrap().1.is_err(), "{pieces:?}");
    let event = &gw.events()[0];
    assert_eq!((event.status, event.fault), (200, Fault::Gateway));
    assert!(event.detail.as_ref().unwrap().cause.is_some());

    let gw = gateway(CATALOGUE, "[bodies: { break_at: 0 }, bodies: { answer: mine }]");
    if let Ok((_, pieces)) = gw.get("/").pieces().await {
        assert!(pieces.last().is_some_and(|(_, piece)| piece.is_err()), "it looks whole: {pieces:?}");
    }
    let event = &gw.events()[0];
    assert_eq!(event.fault, Fault::Gateway);
    assert!(event.detail.as_ref().unwrap().cause.is_some());
}
