//! WebSocket on streams of HTTP/2 (RFC 8441), toward services that speak it over HTTP/1.1.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use model::event::Fault;
use tokio::{io::AsyncReadExt, time::timeout};

use crate::{
    http2::{DATA, END_STREAM, End, H2, HEADERS, RST_STREAM, SETTINGS, frame, read_status},
    kit::{Started, pass, snapshot, start, to},
    origin::Origin,
};

pub(crate) const SOCKET: [(&str, &str); 6] = [
    (":method", "CONNECT"),
    (":protocol", "websocket"),
    (":scheme", "http"),
    (":path", "/chat"),
    (":authority", "a"),
    ("sec-websocket-version", "13"),
];

/// An upstream that changes to WebSocket, and then sends back what comes; its answer to the challenge as given, or the right one.
pub(crate) async fn upstream(accept: Option<&'static str>) -> Origin {
    Origin::start(move |mut conn| async move {
        let Some(seen) = conn.request().await else { return };
        let key = seen.head.split("\r\n").find_map(|line| line.strip_prefix("sec-websocket-key: "));
        let right = match key {
            // Heads are seen in lower case here, so that the key is taken from what came.
            Some(_) => conn.raw_field("sec-websocket-key").map(|key| answer(&key)),
            None => None,
        };
        let accept = accept.map(str::to_owned).or(right).unwrap_or_default();
        conn.write(format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: chat\r\n\r\n"
        ))
        .await;
        let mut buf = vec![0; 64 << 10];
        while let Ok(count @ 1..) = conn.stream.read(&mut buf).await {
            conn.write(&buf[..count]).await;
        }
    })
    .await
}

/// What a key is answered with (RFC 6455 §4.2.2).
pub(crate) fn answer(key: &str) -> String {
    let text = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut bits: Vec<u8> =
        hash.as_ref().iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.resize(bits.len().next_multiple_of(6), 0);
    let digit = |six: &[u8]| digits[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))];
    let text: String = bits.chunks(6).map(digit).collect();
    format!("{text}=")
}

fn gateway(origin: &Origin) -> Started {
    start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]))
}

/// Reads what comes on a stream, so many bytes.
pub(crate) async fn read(h2: &mut H2, stream: u32, length: usize) -> Vec<u8> {
    let mut got = Vec::new();
    while got.len() < length {
        let (kind, _, of, payload) = h2.next().await.expect("more comes");
        assert!(kind != RST_STREAM, "{payload:?}");
        if (kind, of) == (DATA, stream) {
            got.extend_from_slice(&payload);
        }
    }
    got
}

#[tokio::test]
async fn a_stream_becomes_a_websocket_and_ends_with_its_event() {
    let origin = upstream(None).await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    let (kind, _, _, settings) = h2.next().await.unwrap();
    assert!(
        kind == SETTINGS && settings.chunks(6).any(|setting| setting == [0, 8, 0, 0, 0, 1]),
        "{settings:?}"
    );
    h2.request(1, 0, &SOCKET).await;
    let head = loop {
        let (kind, flags, _, payload) = h2.next().await.unwrap();
        if kind == HEADERS {
            assert_eq!(flags & END_STREAM, 0);
            break payload;
        }
    };
    assert_eq!(read_status(&head), 200);
    let text = String::from_utf8_lossy(&head);
    assert!(text.contains("sec-websocket-protocol") && text.contains("chat"), "{text}");
    assert!(!text.contains("sec-websocket-accept") && !text.contains("upgrade"), "of the other hop: {text}");
    for message in [&b"hello"[..], &[7; 10_000]] {
        h2.send(&frame(DATA, 0, 1, message)).await;
        assert_eq!(read(&mut h2, 1, message.len()).await, message);
    }
    let seen = origin.log.seen().remove(0);
    assert_eq!(seen.line(), "GET /chat");
    assert_eq!((seen.field("connection"), seen.field("upgrade")), (Some("upgrade"), Some("websocket")));
    assert_eq!(seen.field("sec-websocket-version"), Some("13"));
    h2.send(&frame(DATA, END_STREAM, 1, b"bye")).await;
    assert_eq!(read(&mut h2, 1, 3).await, b"bye");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.fault), (101, Fault::None));
    assert_eq!((event.bytes_in, event.bytes_out), (10_008, 10_008));
}

#[tokio::test]
async fn a_service_that_does_not_speak_websocket_is_not_taken_for_one_that_does() {
    let origin = upstream(Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")).await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &SOCKET).await;
    assert_eq!(h2.end(1).await, End::Reset(2));
    let origin = Origin::answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &SOCKET).await;
    assert_eq!(h2.end(1).await, End::Status(403));
    let other: Vec<_> =
        SOCKET.iter().map(|(n, v)| (*n, if *n == ":protocol" { "connect-udp" } else { *v })).collect();
    h2.request(3, 0, &other).await;
    assert_eq!(h2.end(3).await, End::Status(501), "no other tunnels are opened");
}

#[tokio::test]
async fn a_client_that_resets_its_websocket_ends_that_of_the_service() {
    let origin = upstream(None).await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &SOCKET).await;
    h2.send(&frame(DATA, 0, 1, b"hello")).await;
    assert_eq!(read(&mut h2, 1, 5).await, b"hello");
    h2.send(&frame(RST_STREAM, 0, 1, &8_u32.to_be_bytes())).await;
    origin.log.until(|log| log.ended() == 1).await;
}

#[tokio::test]
async fn a_thousand_idle_websockets_live_through_changes_of_the_configuration() {
    let origin = upstream(None).await;
    let started = gateway(&origin);
    let mut connections = Vec::new();
    for _ in 0..10 {
        let mut h2 = H2::connect(&started).await;
        for number in 0..100 {
            h2.request(number * 2 + 1, 0, &SOCKET).await;
        }
        let mut open = 0;
        while open < 100 {
            let (kind, _, _, payload) = h2.next().await.unwrap();
            if kind == HEADERS {
                let _ = payload;
                open += 1;
            }
        }
        connections.push(h2);
    }
    for number in 2..102 {
        let mut next = snapshot(vec![
            pass("a", "/", to(&[origin.url()])),
            pass(&format!("b{number}"), &format!("/b{number}"), to(&[origin.url()])),
        ]);
        next.number = number;
        started.gateway.publish(Arc::new(next)).unwrap();
    }
    for h2 in &mut connections {
        for number in 0..100 {
            h2.send(&frame(DATA, 0, number * 2 + 1, b"ping")).await;
        }
        let mut got = 0;
        while got < 400 {
            let (kind, _, _, payload) = timeout(Duration::from_secs(20), h2.next()).await.unwrap().unwrap();
            match kind {
                DATA => got += payload.len(),
                RST_STREAM => panic!("a socket was cut"),
                _ => {}
            }
        }
    }
    assert_eq!(started.events.0.lock().unwrap().len(), 0, "none has ended");
}
