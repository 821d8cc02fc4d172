//! A mock of GraphQL that is asked over a WebSocket: the frames of it, and who does not keep to them.

use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Setup};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const SCHEMA: &str = "type Query { order(id: ID!): Order }
type Subscription { changed(id: ID!): Order! }
type Order { id: ID! note: String }";

/// The example of RFC 6455, §1.3.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn gateway(policies: &str) -> Gateway {
    Setup::new(CATALOG).openapi("shop", "/", "broken", SCHEMA, policies).start()
}

/// A connection, and the head of the answer in lower case but for what is told by its case.
async fn open(gw: &Gateway, fields: &str) -> (DuplexStream, String) {
    let mut stream = gw.connect();
    let head = format!("GET /graphql HTTP/1.1\r\nhost: a\r\nsec-websocket-version: 13\r\n{fields}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

fn upgrade(more: &str) -> String {
    format!("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: {KEY}\r\n{more}")
}

async fn talk(gw: &Gateway) -> DuplexStream {
    let (stream, head) = open(gw, &upgrade("sec-websocket-protocol: other, graphql-transport-ws\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let fields = head.replace("Sec-WebSocket-Accept", "sec-websocket-accept");
    assert!(fields.contains(ACCEPT), "{head}");
    assert!(head.contains("sec-websocket-protocol: graphql-transport-ws"), "{head}");
    stream
}

/// A frame of a client.
fn frame(first: u8, content: &[u8]) -> Vec<u8> {
    let mask = [7, 1, 250, 9];
    let mut out = vec![first];
    match content.len() {
        short @ 0..=125 => out.push(0x80 | short as u8),
        middle => {
            out.push(0x80 | 126);
            out.extend((middle as u16).to_be_bytes());
        }
    }
    out.extend(mask);
    out.extend(content.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

fn text(message: &Value) -> Vec<u8> {
    frame(0x81, message.to_string().as_bytes())
}

/// The next frame of the mock: its first byte and what is in it.
async fn next(stream: &mut DuplexStream) -> (u8, Vec<u8>) {
    let (first, length) = (stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap());
    let length = match length {
        126 => usize::from(stream.read_u16().await.unwrap()),
        short => usize::from(short),
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.unwrap();
    (first, content)
}

async fn message(stream: &mut DuplexStream) -> Value {
    let (first, content) = next(stream).await;
    assert_eq!(first, 0x81, "{}", String::from_utf8_lossy(&content));
    serde_json::from_slice(&content).unwrap()
}

/// The status that a connection ends with, after which nothing comes.
async fn status(stream: &mut DuplexStream) -> u16 {
    let (first, content) = next(stream).await;
    assert_eq!(first, 0x88);
    stream.write_all(&frame(0x88, &content[..2])).await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    u16::from_be_bytes([content[0], content[1]])
}

#[tokio::test(start_paused = true)]
async fn a_subscription_is_told_its_events_and_their_end() {
    let gw = gateway("- mock: {}");
    let mut stream = talk(&gw).await;
    // In pieces, with a ping between those of one message.
    let init = json!({ "type": "connection_init" }).to_string();
    for byte in frame(0x01, &init.as_bytes()[..9]) {
        stream.write_all(&[byte]).await.unwrap();
    }
    stream.write_all(&frame(0x89, b"here?")).await.unwrap();
    stream.write_all(&frame(0x80, &init.as_bytes()[9..])).await.unwrap();
    assert_eq!(next(&mut stream).await, (0x8a, b"here?".to_vec()));
    assert_eq!(message(&mut stream).await, json!({ "type": "connection_ack" }));
    let query = "subscription ($id: ID!) { changed(id: $id) { id note } }";
    let payload = json!({ "query": query, "variables": { "id": "7" } });
    stream.write_all(&text(&json!({ "id": "1", "type": "subscribe", "payload": payload }))).await.unwrap();
    for note in ["note", "note 2", "note 3"] {
        let data = json!({ "changed": { "id": "7", "note": note } });
        let event = json!({ "id": "1", "type": "next", "payload": { "data": data } });
        assert_eq!(message(&mut stream).await, event);
    }
    assert_eq!(message(&mut stream).await, json!({ "id": "1", "type": "complete" }));
    stream.write_all(&frame(0x88, &1000_u16.to_be_bytes())).await.unwrap();
    assert_eq!(status(&mut stream).await, 1000);
    drop(stream);
    tokio::task::yield_now().await;
    let events = gw.events();
    let [event] = &events[..] else { panic!("there is one exchange") };
    assert_eq!((event.status, event.problem), (101, None));
    assert!(event.bytes_in > 100 && event.bytes_out > 100, "{} {}", event.bytes_in, event.bytes_out);
}

#[tokio::test(start_paused = true)]
async fn who_breaks_the_rules_of_frames_is_told_which() {
    let gw = gateway("- mock: {}");
    let mut unmasked = text(&json!({ "type": "ping" }));
    unmasked[1] &= 0x7f;
    let huge = [[0x81, 0xff].as_slice(), &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    for (bytes, expected) in [
        (unmasked, 1002),
        (frame(0xc1, b"{}"), 1002),
        (frame(0x80, b"{}"), 1002),
        (frame(0x83, b""), 1002),
        (frame(0x09, b""), 1002),
        (frame(0x88, b"x"), 1002),
        ([frame(0x01, b"{"), frame(0x81, b"}")].concat(), 1002),
        (frame(0x82, b"{}"), 1003),
        (frame(0x81, &[0xff]), 1007),
        (huge, 1009),
        (frame(0x81, b"[]"), 4400),
        (text(&json!({ "id": "1", "type": "subscribe", "payload": { "query": "{ x }" } })), 4401),
    ] {
        let mut stream = talk(&gw).await;
        stream.write_all(&bytes).await.unwrap();
        assert_eq!(status(&mut stream).await, expected, "{bytes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_begin_is_not_waited_for() {
    let gw = gateway("- mock: {}");
    let began = tokio::time::Instant::now();
    assert_eq!(status(&mut talk(&gw).await).await, 4408);
    assert_eq!(began.elapsed().as_secs(), 3);
    let mut stream = talk(&gw).await;
    stream.write_all(&text(&json!({ "type": "connection_init" }))).await.unwrap();
    message(&mut stream).await;
    assert_eq!(status(&mut stream).await, 1001);
    assert_eq!(began.elapsed().as_secs(), 603);
}

#[tokio::test(start_paused = true)]
async fn another_subprotocol_is_not_spoken_and_without_an_upgrade_there_is_none() {
    let gw = gateway("- mock: {}");
    let (mut stream, head) = open(&gw, &upgrade("sec-websocket-protocol: graphql-ws\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 101 ") && !head.contains("sec-websocket-protocol"), "{head}");
    assert_eq!(status(&mut stream).await, 4406);
    let (_, head) = open(&gw, &format!("sec-websocket-key: {KEY}\r\n")).await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
    let (_, head) = open(&gw, &upgrade("").replace(KEY, "short")).await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
}
