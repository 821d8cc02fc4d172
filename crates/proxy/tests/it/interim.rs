//! Interim responses (1xx): clients have them before the final one, whatever both sides speak.

use std::sync::Arc;

use model::{Protocol, Upstream};
use tokio::sync::Semaphore;

use crate::{
    http2::{END_HEADERS, END_STREAM, GET, H2, HEADERS, block, frame, read_status},
    http2_upstream::by_hand,
    http3,
    kit::{Started, pass, snapshot, start, to, upstream},
    origin::Origin,
};

const EARLY: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\
    HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-Own: 1\r\n\r\n";
const FINAL: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A gateway before a service that says something, and after a permit its answer: below `/one` in HTTP/1.1, below `/two` in HTTP/2.
async fn gateway() -> (Started, Arc<Semaphore>) {
    let go = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&go);
    let one = Origin::start(move |mut conn| {
        let go = Arc::clone(&gate);
        async move {
            while conn.request().await.is_some() {
                conn.write(EARLY).await;
                go.acquire().await.unwrap().forget();
                conn.write(FINAL).await;
            }
        }
    })
    .await;
    let gate = Arc::clone(&go);
    let (two, _) = by_hand(move |_, mut server| {
        let go = Arc::clone(&gate);
        async move {
            while let Some(stream) = server.request().await {
                let fields = [(":status", "103"), ("link", "</a.css>; rel=preload"), ("x-own", "1")];
                let head = |fields: &[_]| frame(HEADERS, END_HEADERS, stream, &block(fields));
                server.send(&[head(&[(":status", "100")]), head(&[(":status", "102")]), head(&fields)]).await;
                go.acquire().await.unwrap().forget();
                let last = block(&[(":status", "200"), ("content-length", "0")]);
                server.send(&[frame(HEADERS, END_HEADERS | END_STREAM, stream, &last)]).await;
            }
        }
    })
    .await;
    let two = Upstream { protocol: Protocol::Http2, ..to(&[two]) };
    (start(snapshot(vec![pass("a", "/one", to(&[one.url()])), pass("b", "/two", two)])), go)
}

#[tokio::test]
async fn clients_in_http1_1_have_them_in_order_before_the_answer_is_there() {
    let (started, go) = gateway().await;
    for path in ["/one", "/two"] {
        let mut wire = started.connect().await;
        for _ in 0..2 {
            wire.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
            let first = wire.response().await;
            assert_eq!((first.status, first.head.lines().count()), (102, 2), "{path}: {first:?}");
            let second = wire.response().await;
            assert_eq!(second.status, 103, "{path}: {second:?}");
            assert_eq!(second.header("link"), Some("</a.css>; rel=preload"));
            assert_eq!((second.header("x-own"), second.header("x-hop")), (Some("1"), None));
            assert_eq!((second.header("connection"), second.header("date")), (None, None));
            go.add_permits(1);
            let last = wire.response().await;
            assert_eq!(last.status, 200, "{path}: {last:?}");
        }
    }
    let events = started.events.wait_for(4).await;
    assert!(events.iter().all(|event| event.status == 200 && event.attempts == 1), "one event each");
}

#[tokio::test]
async fn clients_in_http1_0_have_none() {
    let (started, go) = gateway().await;
    go.add_permits(2);
    for path in ["/one", "/two"] {
        let response = started.send(&format!("GET {path} HTTP/1.0\r\nHost: a\r\n\r\n")).await;
        assert_eq!(response.status, 200, "{path}: {response:?}");
    }
}

#[tokio::test]
async fn clients_in_http2_have_them_as_heads_that_end_nothing() {
    let (started, go) = gateway().await;
    let mut h2 = H2::connect(&started).await;
    for (stream, path) in [(1, "/one"), (3, "/two")] {
        let fields: Vec<_> = GET.iter().map(|(n, v)| (*n, if *n == ":path" { path } else { *v })).collect();
        h2.request(stream, END_STREAM, &fields).await;
        for expected in [102, 103, 200] {
            let (flags, head) = loop {
                let (kind, flags, of, payload) = h2.next().await.unwrap();
                if (kind, of) == (HEADERS, stream) {
                    break (flags, payload);
                }
            };
            assert_eq!(read_status(&head), expected, "{path}");
            let text = String::from_utf8_lossy(&head);
            match expected {
                102 => assert_eq!(flags & END_STREAM, 0),
                103 => {
                    assert_eq!(flags & END_STREAM, 0);
                    assert!(text.contains("</a.css>; rel=preload") && text.contains("x-own"), "{text}");
                    assert!(!text.contains("x-hop"), "{text}");
                    go.add_permits(1);
                }
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn clients_in_http3_have_them_too() {
    let (started, go) = gateway().await;
    let (mut sender, _quic) = http3::connect(&started).await;
    for path in ["/one", "/two"] {
        let mut stream = sender.send_request(http3::get_request(path)).await.unwrap();
        stream.finish().await.unwrap();
        for expected in [102, 103, 200] {
            let head = stream.recv_response().await.unwrap();
            assert_eq!(head.status(), expected, "{path}");
            if expected == 103 {
                assert_eq!(head.headers()["link"], "</a.css>; rel=preload");
                assert!(head.headers().get("x-hop").is_none());
                go.add_permits(1);
            }
        }
    }
}

#[tokio::test]
async fn what_an_attempt_said_stays_said_where_the_request_is_sent_again() {
    let origin = Origin::start(|mut conn| async move {
        let mut count = 0;
        while conn.request().await.is_some() {
            conn.write(EARLY).await;
            let busy = &b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"[..];
            conn.write(if count == 0 { busy } else { FINAL }).await;
            count += 1;
        }
    })
    .await;
    let retries = serde_json::json!({ "endpoints": [origin.url()], "retries": { "codes": [503] } });
    let started = start(snapshot(vec![pass("a", "/", upstream(retries))]));
    let mut wire = started.connect().await;
    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    for expected in [102, 103, 102, 103, 200] {
        assert_eq!(wire.response().await.status, expected);
    }
    assert_eq!(started.events.wait_for(1).await[0].attempts, 2);
}

#[tokio::test]
async fn an_upload_that_is_asked_to_go_on_is_told_of_them_once_the_service_says_so() {
    let (started, go) = gateway().await;
    go.add_permits(1);
    let mut wire = started.connect().await;
    wire.send("POST /one HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n").await;
    assert_eq!(wire.response().await.status, 100, "the gateway's own");
    wire.send("body").await;
    for expected in [102, 103, 200] {
        assert_eq!(wire.response().await.status, expected);
    }
}

#[tokio::test]
async fn more_than_sixteen_are_no_answer() {
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let origin = Origin::start(move |mut conn| async move {
        conn.request().await;
        conn.write(early.repeat(17)).await;
        conn.rest().await;
    })
    .await;
    let started = start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let mut wire = started.connect().await;
    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    for _ in 0..16 {
        assert_eq!(wire.response().await.status, 103);
    }
    let last = wire.response().await;
    assert_eq!((last.status, &*last.problem()), (502, "upstream-invalid"));
}
