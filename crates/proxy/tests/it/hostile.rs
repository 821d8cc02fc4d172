//! Requests that are malformed, ambiguous or too large: what is answered, and whether the connection goes on.

use model::{ByteSize, Span};

use crate::kit::{Origin, Script, Started, pass, snapshot, start, to};

async fn strict() -> (Started, Origin) {
    let origin = Origin::start(Script::Echo).await;
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    let gateway = std::sync::Arc::make_mut(&mut snapshot.gateway);
    gateway.limits.headers = ByteSize::kib(16);
    gateway.limits.body = ByteSize::kib(64);
    gateway.timeouts.body = Span::millis(200);
    gateway.timeouts.header = Span::millis(300);
    gateway.timeouts.idle = Span::millis(400);
    (start(snapshot), origin)
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_refused_and_its_connection_closed() {
    let (started, origin) = strict().await;
    let large = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n", "x".repeat(20 << 10));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Many: 1\r\n".repeat(120));
    let table: &[(&str, u16, &str, &str)] = &[
        (
            "both lengths",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "both lengths, the other way round",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        ),
        (
            "different lengths",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        ),
        (
            "a list of lengths",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd",
        ),
        (
            "a signed length",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
        ),
        ("a negative length", 400, "bad-request", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
        (
            "an unknown coding",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "a coding after chunked",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        ),
        (
            "two codings",
            501,
            "not-implemented",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "chunked twice",
            501,
            "not-implemented",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "a coding in HTTP/1.0",
            400,
            "bad-request",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "a space before the colon",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        ),
        ("a folded line", 400, "bad-request", "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n folded\r\n\r\n"),
        ("two hosts", 400, "bad-request", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("the same host twice", 400, "bad-request", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        ("no host", 400, "bad-request", "GET / HTTP/1.1\r\n\r\n"),
        ("a host with a path", 400, "bad-request", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a host with a user", 400, "bad-request", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        ("a target of another host", 400, "bad-request", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a dot segment", 400, "bad-request", "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an encoded dot segment", 400, "bad-request", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a broken escape", 400, "bad-request", "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("an encoded zero", 400, "bad-request", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a zero in a value", 400, "bad-request", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \0\r\n\r\n"),
        ("no version", 400, "bad-request", "GET /\r\nHost: a\r\n\r\n"),
        ("not HTTP", 400, "bad-request", "\x16\x03\x01 hello there\r\n\r\n"),
        (
            "a line that drops Content-Length",
            400,
            "bad-request",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: content-length\r\n\r\nabc",
        ),
        ("a tunnel", 501, "not-implemented", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
        ("the whole server", 501, "not-implemented", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a head too large", 431, "headers-too-large", &large),
        ("too many fields", 431, "headers-too-large", &many),
        (
            "a body announced too large",
            413,
            "content-too-large",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n",
        ),
        (
            "a length beyond all bounds",
            413,
            "content-too-large",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
        ),
    ];
    for (name, status, problem, bytes) in table {
        let mut wire = started.connect().await;
        wire.send(bytes).await;
        let response = wire.response().await;
        assert_eq!((response.status, &*response.problem()), (*status, *problem), "{name}: {response:?}");
        let stays = *name == "the whole server" || response.header("connection") != Some("close");
        if !stays {
            assert_eq!(wire.rest().await, "", "{name}");
        }
        assert!(response.header("x-request-id").is_some(), "{name}");
    }
    assert_eq!(
        origin.connections.load(std::sync::atomic::Ordering::SeqCst),
        0,
        "nothing reached the upstream"
    );
}

#[tokio::test]
async fn a_body_that_outgrows_its_bound_or_stops_is_given_up() {
    let (started, _origin) = strict().await;
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    for _ in 0..5 {
        wire.send(&chunk).await;
    }
    assert_eq!(wire.response().await.problem(), "content-too-large");

    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc").await;
    let response = wire.response().await;
    assert_eq!((response.status, &*response.problem()), (408, "request-timeout"));

    let mut wire = started.connect().await;
    wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").await;
    let response = wire.response().await;
    assert_eq!((response.status, &*response.problem()), (400, "bad-request"), "{response:?}");
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed_and_one_that_never_ends_its_head_is_told_so() {
    let (started, _origin) = strict().await;
    assert_eq!(started.connect().await.rest().await, "", "not a byte");
    let mut slow = started.connect().await;
    slow.send("GET / HTTP/1.1\r\nHost: a\r\nX-").await;
    let response = slow.response().await;
    assert_eq!((response.status, &*response.problem()), (408, "request-timeout"), "half a head");
    assert_eq!(slow.rest().await, "");
    let mut idle = started.connect().await;
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(idle.response().await.status, 200);
    assert_eq!(idle.rest().await, "", "idle");
}

#[tokio::test]
async fn past_the_bound_connections_are_shed_with_503() {
    let origin = Origin::start(Script::Echo).await;
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    std::sync::Arc::make_mut(&mut snapshot.gateway).limits.connections = 1;
    let started = start(snapshot);
    let mut first = started.connect().await;
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(first.response().await.status, 200);
    let shed = started.connect().await.rest().await;
    assert!(shed.starts_with("HTTP/1.1 503 ") && shed.contains("urn:pailou:problem:overloaded"), "{shed}");
    assert_eq!(started.gateway.status().shed, 1);
    first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(first.response().await.status, 200);
}
