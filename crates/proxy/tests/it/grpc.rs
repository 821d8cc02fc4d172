//! gRPC through a gateway: calls of every kind, and refusals that its clients understand.

use std::time::Duration;

use model::{Protocol, Span, Upstream};

use crate::{
    http2::{DATA, END_STREAM, H2, HEADERS, POST, RST_STREAM, with},
    http2_upstream::{echo, gateway_of},
    kit::{Started, pass, snapshot, start, to},
};

const GRPC: [(&str, &str); 2] = [("content-type", "application/grpc+proto"), ("te", "trailers")];

/// The head of an answer as text, its pieces of content, and whether its head was all of it.
async fn answer(h2: &mut H2, stream: u32) -> (String, Vec<Vec<u8>>, bool) {
    let (mut head, mut pieces, mut is_first) = (String::new(), Vec::new(), true);
    loop {
        let (kind, flags, of, payload) = h2.next().await.expect("an answer");
        if of != stream {
            continue;
        }
        match kind {
            HEADERS => head.push_str(&String::from_utf8_lossy(&payload)),
            DATA => pieces.push(payload),
            RST_STREAM => return (head, pieces, false),
            _ => continue,
        }
        if flags & END_STREAM != 0 {
            return (head, pieces, is_first);
        }
        is_first = false;
    }
}

fn unreachable() -> Started {
    let upstream = Upstream { protocol: Protocol::Http2, ..to(&["http://127.0.0.1:9".to_owned()]) };
    start(snapshot(vec![pass("a", "/here", upstream)]))
}

#[tokio::test]
async fn refusals_of_calls_are_heads_alone_with_a_status_of_grpc() {
    let started = unreachable();
    let mut h2 = H2::connect(&started).await;
    let at = |path: &'static str| {
        let fields: Vec<_> = with(&POST, &GRPC);
        fields
            .into_iter()
            .map(|(name, value)| (name, if name == ":path" { path } else { value }))
            .collect::<Vec<_>>()
    };
    for (stream, path, status) in [(1, "/elsewhere/Call", "12"), (3, "/here/Call", "14")] {
        h2.request(stream, END_STREAM, &at(path)).await;
        let (head, pieces, is_alone) = answer(&mut h2, stream).await;
        assert!(is_alone && pieces.is_empty(), "{head:?} {pieces:?}");
        assert!(head.starts_with('\u{fffd}') || head.as_bytes()[0] == 0x88, "200: {head:?}");
        assert!(head.contains("application/grpc+proto"), "{head:?}");
        let at = head.find("grpc-status").unwrap() + "grpc-status".len() + 1;
        assert_eq!(&head[at..at + 2], status, "{head:?}");
        assert!(head.contains("grpc-message") && !head.contains("problem+json"), "{head:?}");
    }
    let events = started.events.wait_for(2).await;
    assert_eq!(
        events.iter().map(|event| event.problem.unwrap()).collect::<Vec<_>>(),
        ["not-found", "upstream-unreachable"]
    );
}

#[tokio::test]
async fn a_call_waits_no_longer_than_its_client() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let started = gateway_of(&url);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, END_STREAM, &with(&with(&POST, &GRPC), &[("grpc-timeout", "50m")])).await;
    let (head, _, is_alone) = answer(&mut h2, 1).await;
    let at = head.find("grpc-status").expect("a status of gRPC") + "grpc-status".len() + 1;
    assert!(is_alone && &head[at..=at] == "4", "{head:?}");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!(event.problem, Some("upstream-timeout"));
    assert!(Duration::from_micros(event.duration_us.into()) < Duration::from_secs(10), "{event:?}");
    drop(silent);
}

#[tokio::test]
async fn messages_go_both_ways_as_they_come() {
    let (url, _) = echo().await;
    let upstream = Upstream {
        protocol: Protocol::Http2,
        timeouts: model::Timeouts { read: Span::millis(5000), ..Default::default() },
        ..to(&[url])
    };
    let started = start(snapshot(vec![pass("a", "/", upstream)]));
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &with(&POST, &GRPC)).await;
    // Each answer is read before the next message is sent: nothing is held back for more.
    for message in [&b"\0\0\0\0\x01a"[..], b"\0\0\0\0\x02bc", b"\0\0\0\0\0"] {
        h2.send(&crate::http2::frame(DATA, 0, 1, message)).await;
        let mut got = Vec::new();
        while got.len() < message.len() {
            let (kind, _, stream, payload) = h2.next().await.unwrap();
            if (kind, stream) == (DATA, 1) {
                got.extend_from_slice(&payload);
            }
        }
        assert_eq!(got, message);
    }
    h2.request(1, END_STREAM, &[("grpc-status", "0"), ("grpc-message", "fine")]).await;
    let (trailers, pieces, _) = answer(&mut h2, 1).await;
    assert!(
        trailers.contains("grpc-status") && trailers.contains("fine") && trailers.contains("x-seen"),
        "{trailers:?}"
    );
    assert!(pieces.is_empty());
}
