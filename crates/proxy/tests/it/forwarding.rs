//! What reaches the upstream, and what comes back.

use std::sync::atomic::Ordering::SeqCst;

use model::{Protocol, Upstream};

use crate::{
    http2::{DATA, END_STREAM, H2, HEADERS},
    http2_upstream::echo,
    kit::{Origin, Script, pass, snapshot, start, to},
};

#[tokio::test]
async fn a_request_goes_through_and_its_connections_are_used_again() {
    let origin = Origin::start(Script::Echo).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url() + "/base"]))]));

    let mut wire = started.connect().await;
    for _ in 0..3 {
        wire.send("GET /a/x?y=1 HTTP/1.1\r\nHost: Example.com\r\nConnection: x-drop\r\nX-Drop: 1\r\nX-Keep: 2\r\n\r\n").await;
        let response = wire.response().await;
        assert_eq!(response.status, 200, "{response:?}");
        assert!(response.body.starts_with("GET /base/x?y=1 HTTP/1.1\r\n"), "{}", response.body);
        let sent = response.body.to_lowercase();
        assert!(sent.contains("x-keep: 2") && !sent.contains("x-drop"), "{sent}");
        assert!(sent.contains(&format!("host: {}", origin.addr)), "{sent}");
        assert!(sent.contains("x-forwarded-host: example.com") && sent.contains("via: 1.1 pailou"), "{sent}");
        assert!(sent.contains("forwarded: for=127.0.0.1;host=example.com;proto=http"), "{sent}");
        assert_eq!(response.header("x-hop"), None);
        assert_eq!(response.header("keep-alive"), None);
        assert_eq!(response.header("date"), Some("Sat, 01 Jan 2000 00:00:00 GMT"));
        let id = response.header("x-request-id").unwrap();
        assert!(sent.contains(id), "{sent}");
    }
    assert_eq!(origin.connections.load(SeqCst), 1, "one upstream connection carries all three");

    assert_eq!(started.send("GET /a HTTP/1.0\r\nHost: a\r\n\r\n").await.status, 200);
    let mut h2 = H2::connect(&started).await;
    h2.request(
        1,
        END_STREAM,
        &[(":method", "GET"), (":scheme", "http"), (":path", "/a"), (":authority", "a")],
    )
    .await;
    let events = started.events.wait_for(5).await;
    let protocols: Vec<_> = events.iter().map(|event| event.protocol.as_str()).collect();
    assert_eq!(protocols, ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2"]);
    assert!(events.iter().all(|event| event.status == 200 && event.attempts == 1 && event.bytes_out > 0));
    assert_eq!(&*events[0].target.as_ref().unwrap().service, "api/a");
    let detail = events[0].detail.as_ref().unwrap();
    assert_eq!((&*detail.path, &*detail.host), ("/a/x", "example.com"));
}

#[tokio::test]
async fn that_a_client_takes_trailers_is_told_upstream_and_nothing_else_of_te() {
    let origin = Origin::start(Script::Echo).await;
    let (http2, _) = echo().await;
    let http2 = Upstream { protocol: Protocol::Http2, ..to(&[http2]) };
    let started = start(snapshot(vec![pass("a", "/one", to(&[origin.url()])), pass("b", "/two", http2)]));
    let said = async |version: &str, te: &str| {
        let mut both = Vec::new();
        for path in ["/one", "/two"] {
            let mut wire = started.connect().await;
            wire.send(&format!("GET {path} HTTP/{version}\r\nHost: a\r\n{te}\r\n")).await;
            let said = if path == "/one" { wire.response().await.body } else { wire.piece().await };
            both.push(said.to_ascii_lowercase());
        }
        (both[0].contains("\r\nte: trailers\r\nconnection: te\r\n"), both[1].contains("te=trailers"), both)
    };
    for te in [
        "TE: trailers\r\nConnection: TE\r\n",
        "TE: deflate;q=0.5, Trailers\r\nConnection: keep-alive, te\r\n",
        // Not as it should be said, and clear all the same.
        "TE: trailers\r\n",
    ] {
        let (one, two, both) = said("1.1", te).await;
        assert!(one && two, "{te:?}: {both:?}");
        assert!(!both.concat().contains("deflate"), "{te:?}: {both:?}");
    }
    for (version, te) in [("1.1", ""), ("1.1", "TE: gzip\r\nConnection: TE\r\n"), ("1.0", "TE: trailers\r\n")]
    {
        let both = said(version, te).await.2;
        for said in both {
            assert!(
                !said.contains("\r\nte: ") && !said.contains("; te=") && !said.contains("connection: te"),
                "{said}"
            );
        }
    }
    let mut h2 = H2::connect(&started).await;
    for (stream, path) in [(1, "/one"), (3, "/two")] {
        let fields = [
            (":method", "GET"),
            (":scheme", "http"),
            (":path", path),
            (":authority", "a"),
            ("te", "trailers"),
        ];
        h2.request(stream, END_STREAM, &fields).await;
        let mut said = String::new();
        loop {
            let (kind, flags, of, payload) = h2.next().await.unwrap();
            if matches!(kind, HEADERS | DATA) && of == stream {
                said.push_str(&String::from_utf8_lossy(&payload));
            }
            if of == stream && flags & END_STREAM != 0 {
                break;
            }
        }
        assert!(
            said.contains("te: trailers\r\nconnection: te\r\n") || said.contains("te=trailers"),
            "{path}: {said}"
        );
    }
}
