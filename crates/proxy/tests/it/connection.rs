//! A client's connection in HTTP/1.1: what follows what, who waits for whom, and when it ends.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use model::{ByteSize, Span, event::Fault};
use tokio::io::AsyncWriteExt;

use crate::{
    kit::{Started, pass, snapshot, start, to},
    origin::Origin,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

fn gateway(origin: &Origin) -> Started {
    bounded(origin, Span::secs(5), ByteSize::mib(64))
}

fn bounded(origin: &Origin, body: Span, most: ByteSize) -> Started {
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    let gateway = Arc::make_mut(&mut snapshot.gateway);
    gateway.timeouts.body = body;
    gateway.limits.body = most;
    start(snapshot)
}

/// A gateway that serves only `/a`.
fn narrow(origin: &Origin) -> Started {
    start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]))
}

#[tokio::test]
async fn requests_sent_at_once_are_answered_one_by_one_in_their_order() {
    let origin = Origin::start(|mut conn| async move {
        while let Some(seen) = conn.request().await {
            let text = format!("{} {}", seen.line(), seen.body);
            let body = if seen.line().starts_with("HEAD") { "" } else { &text };
            conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", text.len())).await;
        }
    })
    .await;
    let started = gateway(&origin);
    let all = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\
               POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
               \r\nPOST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n\
               GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n\
               GET /never HTTP/1.1\r\nHost: a\r\n\r\n";
    for size in [usize::MAX, 1, 7] {
        origin.log.clear();
        let mut wire = started.connect().await;
        wire.0.set_nodelay(true).unwrap();
        for piece in all.as_bytes().chunks(size.min(all.len())) {
            // The gateway may have closed its side already when the last request comes.
            let _ = wire.0.write_all(piece).await;
            tokio::task::yield_now().await;
        }
        for expected in ["GET /1 ", "POST /2 abc", "POST /3 de", "GET /4 "] {
            let response = wire.response().await;
            assert_eq!(response.body, expected, "in pieces of {size}");
            let last = expected.starts_with("GET /4");
            assert_eq!(response.header("connection"), last.then_some("close"));
        }
        assert_eq!(wire.rest().await, "", "nothing follows a request with `Connection: close`");
        assert_eq!(origin.log.seen().len(), 4);
    }
    assert_eq!(origin.log.connections.load(SeqCst), 1);
}

#[tokio::test]
async fn a_client_that_waits_to_send_is_told_to_go_on_once_its_body_is_wanted() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for (fields, body) in
        [("Content-Length: 3", "abc"), ("Transfer-Encoding: chunked", "3\r\nabc\r\n0\r\n\r\n")]
    {
        let mut wire = started.connect().await;
        wire.send(&format!("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n{fields}\r\n\r\n")).await;
        assert_eq!(wire.piece().await, "HTTP/1.1 100 Continue\r\n\r\n");
        wire.send(body).await;
        let response = wire.response().await;
        assert_eq!((response.status, response.header("connection")), (200, None));
        wire.send(NEXT).await;
        assert_eq!(wire.response().await.status, 200, "the connection goes on");
    }
    let seen = origin.log.seen();
    assert_eq!((&*seen[0].body, seen[0].field("expect")), ("abc", None));
}

#[tokio::test]
async fn a_client_that_does_not_wait_is_not_told_to_go_on() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    wire.send(&format!(
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc{NEXT}"
    ))
    .await;
    assert_eq!((wire.response().await.status, wire.response().await.status), (200, 200));
    assert_eq!(origin.log.seen()[0].body, "abc");
    let mut old = started.connect().await;
    old.send("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").await;
    old.send("abc").await;
    assert!(old.rest().await.starts_with("HTTP/1.1 200 "), "HTTP/1.0 has no 100 (Continue)");
}

#[tokio::test]
async fn a_client_that_waits_to_send_is_refused_without_sending() {
    let origin = Origin::ok().await;
    let started = bounded(&origin, Span::secs(5), ByteSize::kib(1));
    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n").await;
    let response = wire.response().await;
    assert_eq!((&*response.problem(), response.header("connection")), ("content-too-large", Some("close")));

    let started = narrow(&origin);
    let mut wire = started.connect().await;
    wire.send("POST /none HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n").await;
    let response = wire.response().await;
    // Whether it sends the body all the same, only the client knows.
    assert_eq!((response.status, response.header("connection")), (404, Some("close")));
    assert_eq!((wire.rest().await, origin.log.seen().len()), (String::new(), 0));
}

#[tokio::test]
async fn http10_is_answered_to_the_end_of_the_connection_unless_it_asks_for_more() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let mut once = started.connect().await;
    once.send("GET / HTTP/1.0\r\n\r\n").await;
    let all = once.rest().await;
    assert!(all.starts_with("HTTP/1.1 200 OK\r\n") && all.contains("connection: close\r\n"), "{all}");
    let mut twice = started.connect().await;
    for _ in 0..2 {
        twice.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
        let response = twice.response().await;
        assert_eq!((response.status, response.header("connection")), (200, Some("keep-alive")));
    }

    let chunked = Origin::answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
    )
    .await;
    let started = gateway(&chunked);
    let mut old = started.connect().await;
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").await;
    let all = old.rest().await;
    let lower = all.to_lowercase();
    assert!(lower.contains("connection: close") && !lower.contains("transfer-encoding"), "{all}");
    assert!(all.ends_with("\r\n\r\nabc"), "{all}");
}

#[tokio::test]
async fn answers_without_content_end_with_their_head() {
    for (method, answer, kept) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", Some("content-length: 7")),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", None),
        ("HEAD", "HTTP/1.1 200 OK\r\n\r\n", None),
        ("HEAD", "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n", Some("content-length: 9")),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", None),
        (
            "PUT",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nETag: x\r\n\r\n",
            Some("content-length: 7"),
        ),
    ] {
        let origin = Origin::answering(answer.as_bytes()).await;
        let started = gateway(&origin);
        let mut wire = started.connect().await;
        for turn in 1..=3 {
            wire.send(&format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            let mut head = String::new();
            while !head.contains("\r\n\r\n") {
                head.push_str(&wire.piece().await);
            }
            assert!(
                head.ends_with("\r\n\r\n") && head.starts_with(&answer[..12]),
                "{method} {answer:?}: {head:?}"
            );
            assert_eq!(head.contains("content-length"), kept.is_some(), "{method} {answer:?}: {head:?}");
            assert!(kept.is_none_or(|line| head.contains(line)) && !head.contains("transfer-"), "{head:?}");
            assert_eq!(origin.log.seen().len(), turn);
        }
        assert_eq!(
            origin.log.connections.load(SeqCst),
            1,
            "{method} {answer:?}: the connection is used again"
        );
    }
}

#[tokio::test]
async fn refusals_of_head_requests_have_no_body() {
    let origin = Origin::ok().await;
    let started = narrow(&origin);
    let mut wire = started.connect().await;
    wire.send("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut all = String::new();
    while !all.ends_with("\r\n\r\nok") {
        all.push_str(&wire.piece().await);
    }
    let (first, second) = all.split_once("\r\n\r\n").unwrap();
    assert!(first.starts_with("HTTP/1.1 404 ") && second.starts_with("HTTP/1.1 200 "), "{all}");
}

#[tokio::test]
async fn a_body_nobody_wanted_is_read_or_ends_the_connection_but_is_never_a_request() {
    let origin = Origin::ok().await;
    let started = narrow(&origin);
    let next = "GET /a/next HTTP/1.1\r\nHost: a\r\n\r\n";
    let hidden = "GET /a/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = format!("Content-Length: {}\r\n\r\n{hidden}", hidden.len());
    let chunked = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    for body in [length, chunked] {
        let mut wire = started.connect().await;
        wire.send(&format!("POST /none HTTP/1.1\r\nHost: a\r\n{body}{next}")).await;
        let response = wire.response().await;
        assert_eq!((response.status, response.header("connection")), (404, None), "{body}");
        assert_eq!(wire.response().await.status, 200);
    }
    // A body that is not there yet may be long in coming.
    let mut wire = started.connect().await;
    wire.send("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n").await;
    let response = wire.response().await;
    assert_eq!((response.status, response.header("connection")), (404, Some("close")));
    let _ = wire.0.write_all(next.as_bytes()).await;
    assert_eq!(wire.rest().await, "");
    assert!(origin.log.seen().iter().all(|seen| seen.line() == "GET /next"), "{:?}", origin.log.seen());
    assert_eq!(origin.log.seen().len(), 2);
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_goes_on_sending() {
    let origin = Origin::ok().await;
    let started = bounded(&origin, Span::secs(5), ByteSize::kib(1));
    let megabytes = "x".repeat(4 << 20);
    for head in [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\nContent-Length: 4194304\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        let mut wire = started.connect().await;
        wire.send(head).await;
        // Whoever sends all before it reads must not be cut off before it could.
        wire.send(&megabytes).await;
        let response = wire.response().await;
        assert!(matches!(response.status, 400 | 413), "{response:?}");
        assert_eq!(wire.rest().await, "");
    }
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_was_sent_is_passed_on() {
    let upload = "x".repeat(8 << 20);
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", upload.len());
    for closes in [true, false] {
        let origin = Origin::start(move |mut conn| async move {
            conn.head().await.unwrap();
            conn.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno").await;
            if !closes {
                // It does not read, and does not go away.
                tokio::time::sleep(Duration::from_secs(20)).await;
            }
        })
        .await;
        let started = gateway(&origin);
        let mut wire = started.connect().await;
        wire.send(&head).await;
        let (mut read, mut write) = wire.0.into_split();
        let sending = tokio::spawn({
            let upload = upload.clone();
            async move {
                let _ = write.write_all(upload.as_bytes()).await;
                write
            }
        });
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nno") {
            let length = tokio::io::AsyncReadExt::read_buf(&mut read, &mut answer).await.unwrap();
            assert!(length > 0, "{closes}: {}", String::from_utf8_lossy(&answer));
        }
        assert!(answer.starts_with(b"HTTP/1.1 401 "), "{closes}: {}", String::from_utf8_lossy(&answer));
        drop(read);
        sending.abort();
    }
}

#[tokio::test]
async fn a_connection_goes_on_where_the_last_bytes_of_a_request_come_after_its_answer() {
    let origin = Origin::start(|mut conn| async move {
        conn.head().await;
        conn.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").await;
    })
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    for _ in 0..3 {
        wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
        let answer = wire.response().await;
        assert_eq!((answer.status, answer.header("connection")), (200, None), "{answer:?}");
        // Nothing but the end of the body is missing.
        wire.send("0\r\n\r\n").await;
    }
    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(wire.response().await.status, 200);
}

#[tokio::test]
async fn body_and_answer_stream_both_ways_at_once() {
    let origin = Origin::start(|mut conn| async move {
        conn.head().await.unwrap();
        conn.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        // Chunks come and go as they are: `1 CR LF x CR LF`.
        for _ in 0..3 {
            let piece = conn.exactly(6).await.unwrap();
            conn.write(piece).await;
        }
        assert_eq!(conn.exactly(5).await.unwrap(), "0\r\n\r\n");
        conn.write("0\r\nX-Sum: 3\r\n\r\n").await;
    })
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    assert!(wire.piece().await.ends_with("\r\n\r\n"), "the head comes before the body was sent");
    for piece in ["1\r\na\r\n", "1\r\nb\r\n", "1\r\nc\r\n"] {
        wire.send(piece).await;
        assert_eq!(wire.piece().await, piece);
    }
    wire.send("0\r\n\r\n").await;
    assert_eq!(wire.piece().await, "0\r\nx-sum: 3\r\n\r\n");
}

#[tokio::test]
async fn a_body_that_keeps_coming_is_not_late_and_one_that_pauses_is() {
    let origin = Origin::ok().await;
    let started = bounded(&origin, Span::millis(300), ByteSize::mib(1));
    let mut steady = started.connect().await;
    steady.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n").await;
    let mut pace = tokio::time::interval(Duration::from_millis(60));
    for _ in 0..10 {
        pace.tick().await;
        steady.send("x").await;
    }
    assert_eq!(steady.response().await.status, 200);
    let mut pausing = started.connect().await;
    pausing.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n").await;
    let response = pausing.response().await;
    assert_eq!((&*response.problem(), response.header("connection")), ("request-timeout", Some("close")));
    assert_eq!(pausing.rest().await, "");
    origin.log.until(|log| log.ended.load(SeqCst) >= 1).await;
    assert_eq!(origin.log.seen().len(), 1, "half a body is no request");
    let events = started.events.wait_for(2).await;
    assert_eq!((events[1].status, events[1].fault), (408, Fault::Downstream));
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_given_up() {
    let origin = Origin::start(|mut conn| async move {
        conn.request().await.unwrap();
        conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 64 << 20)).await;
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..64 {
            conn.write(&piece).await;
        }
    })
    .await;
    let started = bounded(&origin, Span::millis(200), ByteSize::mib(1));
    let mut wire = started.connect().await;
    wire.send(GET).await;
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.fault), (200, Fault::Downstream));
    assert!(event.bytes_out < 64 << 20);
    assert!(event.detail.unwrap().cause.unwrap().contains("stopped reading"));
    origin.log.until(|log| log.ended.load(SeqCst) == 1).await;
    assert!(wire.rest().await.len() < 64 << 20, "what was on its way, and the end");
}

#[tokio::test]
async fn a_client_that_closes_its_side_is_gone() {
    let origin = Origin::start(|mut conn| async move {
        conn.request().await.unwrap();
        assert_eq!(conn.rest().await, "", "the gateway gives the request up");
    })
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    wire.send(GET).await;
    origin.log.until(|log| log.seen().len() == 1).await;
    wire.0.shutdown().await.unwrap();
    assert_eq!(wire.rest().await, "");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.fault), (499, Fault::Downstream));
    origin.log.until(|log| log.ended.load(SeqCst) == 1).await;
}

#[tokio::test]
async fn a_client_that_closes_its_side_within_a_body_has_sent_no_request() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for body in ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"] {
        let mut wire = started.connect().await;
        wire.send(&format!("POST / HTTP/1.1\r\nHost: a\r\n{body}")).await;
        wire.0.shutdown().await.unwrap();
        let all = wire.rest().await;
        assert!(all.starts_with("HTTP/1.1 400 ") && all.contains("connection: close"), "{all}");
    }
    let events = started.events.wait_for(2).await;
    assert!(events.iter().all(|event| event.fault == Fault::Downstream));
    origin.log.until(|log| log.ended.load(SeqCst) == 2).await;
    assert_eq!(origin.log.seen().len(), 0);
}

#[tokio::test]
async fn what_happened_is_not_asked_for_again() {
    // Answers once on every connection, then closes it when the next request has come.
    let origin = Origin::start(|mut conn| async move {
        conn.request().await;
        conn.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        conn.request().await;
    })
    .await;
    let started = gateway(&origin);
    for (request, status, times) in [
        (GET, 200, 2),
        ("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 200, 2),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", 502, 1),
        ("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 502, 1),
        ("PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 502, 1),
    ] {
        assert!(matches!(started.send(GET).await.status, 200), "makes a connection that is kept");
        origin.log.clear();
        assert_eq!(started.send(request).await.status, status, "{request:?}");
        assert_eq!(origin.log.seen().len(), times, "{request:?}");
        // What the last turn kept is used up.
        if status == 200 {
            assert_eq!(started.send("POST / HTTP/1.1\r\nHost: a\r\n\r\n").await.status, 502);
        }
    }
}

#[tokio::test]
async fn an_upstream_that_closes_while_it_is_sent_to_is_one_that_broke_off() {
    let origin = Origin::start(|mut conn| async move {
        conn.head().await.unwrap();
    })
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").await;
    let response = wire.response().await;
    assert_eq!((&*response.problem(), response.header("connection")), ("upstream-invalid", Some("close")));
    assert_eq!(started.events.wait_for(1).await[0].fault, Fault::Upstream);
}

const UPGRADE: &str = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                       Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[tokio::test]
async fn after_a_change_of_protocols_bytes_pass_both_ways_as_they_are() {
    let origin = Origin::start(|mut conn| async move {
        let seen = conn.request().await.unwrap();
        assert_eq!((seen.field("connection"), seen.field("upgrade")), (Some("upgrade"), Some("websocket")));
        assert_eq!(seen.field("sec-websocket-version"), Some("13"));
        conn.write(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nfirst",
        )
        .await;
        assert_eq!(conn.exactly(16).await.unwrap(), "GET / HTTP/1.1\r\n", "what looks like HTTP is not read");
        conn.write(b"\x81\x02ok\0\r\n").await;
        assert_eq!(conn.rest().await, "bye");
        conn.write("last").await;
    })
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    wire.send(&format!("{UPGRADE}GET / HTTP/1.1\r\n")).await;
    let mut all = String::new();
    while !all.ends_with("ok\0\r\n") {
        all.push_str(&wire.piece().await);
    }
    assert!(
        all.starts_with("HTTP/1.1 101 Switching Protocols\r\n") && all.contains("\r\n\r\nfirst"),
        "{all}"
    );
    wire.send("bye").await;
    wire.0.shutdown().await.unwrap();
    assert_eq!(wire.rest().await, "last", "each side ends by itself");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.bytes_in, event.bytes_out), (101, 19, 16));
}

#[tokio::test]
async fn a_change_of_protocols_that_is_declined_is_an_answer_like_any() {
    let origin = Origin::answering(
        b"HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nno",
    )
    .await;
    let started = gateway(&origin);
    let mut wire = started.connect().await;
    for _ in 0..2 {
        wire.send(UPGRADE).await;
        let response = wire.response().await;
        assert_eq!((response.status, &*response.body, response.header("connection")), (426, "no", None));
    }
}

#[tokio::test]
async fn a_change_to_another_protocol_than_was_asked_for_is_invalid() {
    for answer in [
        &b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"[..],
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        let origin = Origin::answering(answer).await;
        let response = gateway(&origin).send(UPGRADE).await;
        assert_eq!((response.status, &*response.problem()), (502, "upstream-invalid"));
    }
}
