//! Upstreams that stream, die, lie and hang.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use model::{Protocol, Upstream, event::Fault};
use serde_json::json;

use crate::{
    http2::{DATA, END_HEADERS, END_STREAM, H2, HEADERS, block, frame},
    http2_upstream::by_hand,
    kit::{Origin, Script, pass, snapshot, start, to, upstream},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn every_piece_of_a_stream_arrives_before_the_next_is_sent() {
    let origin = Origin::start(Script::Pieces(vec![
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"9\r\ndata: 1\n\n\r\n",
        b"9\r\ndata: 2\n\n\r\n",
        b"0\r\n\r\n",
    ]))
    .await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    wire.send(GET).await;
    origin.go.add_permits(1);
    let head = wire.piece().await;
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.contains("transfer-encoding: chunked"), "{head}");
    for expected in ["9\r\ndata: 1\n\n\r\n", "9\r\ndata: 2\n\n\r\n", "0\r\n\r\n"] {
        origin.go.add_permits(1);
        assert_eq!(wire.piece().await, expected);
    }
    assert_eq!(started.events.wait_for(1).await[0].bytes_out, 18);
}

#[tokio::test]
async fn every_event_reaches_clients_in_http2_before_the_next_is_sent_from_services_of_both_versions() {
    let one = Origin::start(Script::Pieces(vec![
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        b"data: 1\n\n",
        b"data: 2\n\n",
    ]))
    .await;
    let go = Arc::new(tokio::sync::Semaphore::new(0));
    let gate = Arc::clone(&go);
    let (two, _) = by_hand(move |_, mut server| {
        let go = Arc::clone(&gate);
        async move {
            while let Some(stream) = server.request().await {
                let head = block(&[(":status", "200"), ("content-type", "text/event-stream")]);
                let pieces = [
                    frame(HEADERS, END_HEADERS, stream, &head),
                    frame(DATA, 0, stream, b"data: 1\n\n"),
                    frame(DATA, END_STREAM, stream, b"data: 2\n\n"),
                ];
                for piece in pieces {
                    go.acquire().await.unwrap().forget();
                    server.send(&[piece]).await;
                }
            }
        }
    })
    .await;
    let two = Upstream { protocol: Protocol::Http2, ..to(&[two]) };
    let started = start(snapshot(vec![pass("a", "/one", to(&[one.url()])), pass("b", "/two", two)]));
    let mut h2 = H2::connect(&started).await;
    for (stream, path, go) in [(1, "/one", &one.go), (3, "/two", &go)] {
        let fields = [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")];
        h2.request(stream, END_STREAM, &fields).await;
        for (kind, expected) in [(HEADERS, &b""[..]), (DATA, b"data: 1\n\n"), (DATA, b"data: 2\n\n")] {
            go.add_permits(1);
            let payload = loop {
                let (of, _, on, payload) = h2.next().await.unwrap();
                if (of, on) == (kind, stream) {
                    break payload;
                }
            };
            assert!(kind == HEADERS || payload == expected, "{path}: {payload:?}");
        }
    }
    // The same over HTTP/1.1 from a service in HTTP/2.
    let mut wire = started.connect().await;
    wire.send(&GET.replace("GET /", "GET /two")).await;
    go.add_permits(1);
    let head = wire.piece().await;
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.ends_with("\r\n\r\n"), "{head}");
    go.add_permits(1);
    assert_eq!(wire.piece().await, "9\r\ndata: 1\n\n\r\n");
    go.add_permits(1);
    let mut last = String::new();
    while !last.ends_with("\r\n0\r\n\r\n") {
        last.push_str(&wire.piece().await);
    }
    assert_eq!(last, "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_poll_that_is_answered_late_is_answered_at_once_when_it_is_and_another_follows() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews";
    let origin = Origin::start(Script::Pieces(vec![answer])).await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    for _ in 0..2 {
        wire.send(GET).await;
        // Others are served meanwhile.
        assert_eq!(started.send("GET /\r\n\r\n").await.status, 400);
        origin.go.add_permits(1);
        let response = wire.response().await;
        assert_eq!((response.status, &*response.body), (200, "news"));
    }
}

#[tokio::test]
async fn a_client_that_leaves_takes_the_upstream_request_with_it() {
    let origin =
        Origin::start(Script::Pieces(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"def"])).await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut early = started.connect().await;
    early.send(GET).await;
    drop(early);
    origin.gone.acquire().await.unwrap().forget();

    let mut late = started.connect().await;
    late.send(GET).await;
    origin.go.add_permits(1);
    assert!(late.piece().await.contains("200 OK"));
    drop(late);
    origin.gone.acquire().await.unwrap().forget();

    let events = started.events.wait_for(2).await;
    assert_eq!((events[0].status, events[0].fault), (499, Fault::Downstream));
    assert_eq!((events[1].status, events[1].fault), (200, Fault::Downstream));
}

#[tokio::test]
async fn a_response_that_is_not_http_or_breaks_off_is_the_upstreams_fault() {
    for pieces in
        [&b"nonsense\r\n\r\n"[..], b"", b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
    {
        let origin = Origin::start(Script::Pieces(vec![pieces])).await;
        origin.go.add_permits(8);
        let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
        let response = started.send(GET).await;
        assert_eq!((response.status, &*response.problem()), (502, "upstream-invalid"), "{pieces:?}");
        let event = &started.events.wait_for(1).await[0];
        assert_eq!((event.fault, event.problem), (Fault::Upstream, Some("upstream-invalid")));
        assert!(event.detail.as_ref().unwrap().cause.is_some());
    }
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_not_passed_off_as_whole() {
    let origin =
        Origin::start(Script::Pieces(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])).await;
    origin.go.add_permits(1);
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    wire.send(GET).await;
    let all = wire.rest().await;
    assert!(all.contains("content-length: 9") && all.ends_with("\r\n\r\nabc"), "{all}");
    let event = &started.events.wait_for(1).await[0];
    assert_eq!((event.status, event.fault, event.bytes_out), (200, Fault::Upstream, 3));
}

#[tokio::test]
async fn an_upstream_that_hangs_is_given_up_and_one_that_is_gone_is_said_to_be() {
    let origin = Origin::start(Script::Silent).await;
    let gone = Origin::start(Script::Silent).await.addr;
    let slow = upstream(json!({ "endpoints": [origin.url()], "timeouts": { "read": "100ms" } }));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_ne!(free, gone);
    let started = start(snapshot(vec![
        pass("slow", "/slow", slow),
        pass("gone", "/gone", to(&[format!("http://{free}")])),
    ]));
    let response = started.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!((response.status, &*response.problem()), (504, "upstream-timeout"));
    origin.gone.acquire().await.unwrap().forget();
    let response = started.send("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!((response.status, &*response.problem()), (502, "upstream-unreachable"));
}

#[tokio::test]
async fn another_endpoint_takes_over_from_one_that_cannot_be_connected_to() {
    let origin = Origin::start(Script::Echo).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let started = start(snapshot(vec![pass("a", "/", to(&[format!("http://{free}"), origin.url()]))]));
    for _ in 0..4 {
        assert_eq!(started.send(GET).await.status, 200);
    }
    let events = started.events.wait_for(4).await;
    assert_eq!(
        events.iter().map(|event| event.attempts).sum::<u8>(),
        6,
        "every other request needs a second attempt"
    );
}

#[tokio::test]
async fn a_connection_the_upstream_closes_between_requests_costs_no_request() {
    let origin = Origin::start(Script::Pieces(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"])).await;
    origin.go.add_permits(1000);
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    for _ in 0..100 {
        wire.send(GET).await;
        let response = wire.response().await;
        assert_eq!((response.status, &*response.body), (200, "ok"));
    }
    assert_eq!(origin.connections.load(SeqCst), 100);
}

#[tokio::test]
async fn heads_without_content_keep_their_fields_and_the_connection() {
    let origin = Origin::start(Script::Echo).await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push_str(&wire.piece().await);
    }
    assert!(head.contains("content-length: "), "{head}");
    wire.send(GET).await;
    assert_eq!(wire.response().await.status, 200);
    assert_eq!(origin.connections.load(SeqCst), 1);
}

#[tokio::test]
async fn a_change_of_protocols_becomes_a_tunnel() {
    let origin = Origin::start(Script::Pieces(vec![
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nhello",
        b"more",
    ]))
    .await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: y\r\n\r\n").await;
    origin.go.add_permits(2);
    let all = wire.rest().await;
    assert!(all.starts_with("HTTP/1.1 101 ") && all.to_lowercase().contains("upgrade: websocket"), "{all}");
    assert!(all.ends_with("\r\n\r\nhellomore"), "{all}");
    drop(wire);
    let event = &started.events.wait_for(1).await[0];
    assert_eq!((event.status, event.bytes_out), (101, 9));
}

#[tokio::test]
async fn a_key_stays_with_its_endpoint_while_others_come_and_go() {
    let origins = [Origin::start(Script::Echo).await, Origin::start(Script::Echo).await];
    let third = Origin::start(Script::Echo).await;
    let spec = |urls: Vec<String>| {
        upstream(json!({
            "name": "orders", "endpoints": urls, "balance": "consistent-hash",
            "hash_on": [{ "header": "x-user" }, { "cookie": "session" }],
        }))
    };
    let two: Vec<_> = origins.iter().map(Origin::url).collect();
    let three = [&two[..], &[third.url()]].concat();
    let started = start(snapshot(vec![pass("a", "/", spec(two))]));
    let mut asked = 0;
    let mut ask = async |key: usize| {
        let field = if key.is_multiple_of(2) { "X-User: u" } else { "Cookie: a=b; session=u" };
        let answer = started.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{field}{key}\r\n\r\n")).await;
        assert_eq!(answer.status, 200);
        asked += 1;
        let event = started.events.wait_for(asked).await.pop().unwrap();
        event.detail.unwrap().endpoint.unwrap()
    };
    let mut before = Vec::new();
    for key in 0..40 {
        before.push(ask(key).await);
    }
    assert!(before.iter().any(|url| *url != before[0]), "the keys are spread");
    for (key, before) in before.iter().enumerate() {
        assert_eq!(ask(key).await, *before);
    }
    started.gateway.publish(Arc::new(snapshot(vec![pass("a", "/", spec(three))]))).unwrap();
    let mut moved = 0;
    for (key, before) in before.iter().enumerate() {
        let now = ask(key).await;
        if now != *before {
            moved += 1;
            assert_eq!(*now, *third.url(), "a key moves to the new endpoint only");
        }
    }
    assert!((1..40 / 3 + 12).contains(&moved), "{moved}");
}

#[tokio::test]
async fn services_that_name_one_upstream_share_its_turns() {
    let origins = [Origin::start(Script::Echo).await, Origin::start(Script::Echo).await];
    let urls: Vec<_> = origins.iter().map(Origin::url).collect();
    let shared = || upstream(json!({ "name": "orders", "endpoints": urls }));
    let started = start(snapshot(vec![pass("a", "/a", shared()), pass("b", "/b", shared())]));
    for _ in 0..3 {
        for path in ["a", "b"] {
            started.send(&format!("GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        }
    }
    let events = started.events.wait_for(6).await;
    let endpoints: Vec<_> =
        events.iter().map(|e| e.detail.as_ref().unwrap().endpoint.clone().unwrap()).collect();
    assert!(endpoints.windows(2).all(|pair| pair[0] != pair[1]), "{endpoints:?}");
}
