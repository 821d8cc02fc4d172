//! HTTP/2 from clients that bend it: frames written by hand.

use std::{
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};

use model::{ByteSize, Span, event::Fault};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    kit::{Started, pass, snapshot, start, to},
    origin::Origin,
};

const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

const PROTOCOL_ERROR: u32 = 1;
const ENHANCE_YOUR_CALM: u32 = 11;

/// How a stream ends for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Status(u16),
    /// The stream was reset.
    Reset(u32),
    /// The connection was.
    GoAway(u32),
    Closed,
}

/// A connection in HTTP/2 that says what it is told to.
pub(crate) struct H2(pub(crate) TcpStream);

impl H2 {
    pub(crate) async fn connect(started: &Started) -> H2 {
        H2::with_settings(started, &[]).await
    }

    pub(crate) async fn with_settings(started: &Started, settings: &[u8]) -> H2 {
        let mut stream = TcpStream::connect(started.gateway.http_addr().unwrap()).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        let mut h2 = H2(stream);
        h2.send(&frame(SETTINGS, 0, 0, settings)).await;
        h2
    }

    /// Whether it was taken: the gateway may have closed the connection.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    pub(crate) async fn request(&mut self, stream: u32, flags: u8, fields: &[(&str, &str)]) {
        self.send(&frame(HEADERS, flags | END_HEADERS, stream, &block(fields))).await;
    }

    /// The next frame: kind, flags, stream and payload.
    pub(crate) async fn next(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        let read = timeout(PATIENCE, self.0.read_exact(&mut head)).await.expect("a frame comes");
        read.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).await.ok()?;
        Some((head[3], head[4], stream, payload))
    }

    /// How a stream ends; an answer's body is read to its end.
    pub(crate) async fn end(&mut self, stream: u32) -> End {
        let mut status = None;
        while let Some((kind, flags, of, payload)) = self.next().await {
            match kind {
                GOAWAY => return End::GoAway(u32::from_be_bytes(payload[4..8].try_into().unwrap())),
                RST_STREAM if of == stream => {
                    match (status, u32::from_be_bytes(payload[..4].try_into().unwrap())) {
                        // The answer is whole, the rest of the request not wanted.
                        (Some(status), 0) => return End::Status(status),
                        (_, code) => return End::Reset(code),
                    }
                }
                HEADERS if of == stream => {
                    status.get_or_insert_with(|| read_status(&payload));
                    if flags & END_STREAM != 0 {
                        return End::Status(status.unwrap());
                    }
                }
                DATA if of == stream && flags & END_STREAM != 0 => return End::Status(status.unwrap()),
                _ => {}
            }
        }
        End::Closed
    }
}

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Fields as literals without a table (RFC 7541 §6.2.2).
pub(crate) fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            let mut length = text.len();
            if length < 127 {
                block.push(length as u8);
            } else {
                block.push(127);
                length -= 127;
                while length >= 128 {
                    block.push((length % 128) as u8 | 128);
                    length /= 128;
                }
                block.push(length as u8);
            }
            block.extend(text.as_bytes());
        }
    }
    block
}

/// The status an answer begins with: from the static table, or a literal of Huffman's digits (RFC 7541 §A, §B).
pub(crate) fn read_status(block: &[u8]) -> u16 {
    match block[0] {
        first @ 0x88..=0x8e => [200, 204, 206, 304, 400, 404, 500][usize::from(first - 0x88)],
        _ => {
            let length = usize::from(block[1] & 0x7f);
            let text = &block[2..2 + length];
            if block[1] & 0x80 == 0 {
                return std::str::from_utf8(text).unwrap().parse().unwrap();
            }
            let mut bits = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
            let mut take = |count| (0..count).fold(0, |code, _| code << 1 | u16::from(bits.next().unwrap()));
            (0..3).fold(0, |status, _| {
                let five = take(5);
                let digit = if five < 3 { five } else { (five << 1 | take(1)) - 0b01_1001 + 3 };
                status * 10 + digit
            })
        }
    }
}

pub(crate) const GET: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "a")];
pub(crate) const POST: [(&str, &str); 4] =
    [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "a")];

pub(crate) fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [base, more].concat()
}

fn gateway(origin: &Origin) -> Started {
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    let gateway = Arc::make_mut(&mut snapshot.gateway);
    gateway.limits.headers = ByteSize::kib(16);
    gateway.timeouts.body = Span::millis(300);
    start(snapshot)
}

/// The same request with one pseudo-header changed.
pub(crate) fn changed<'a>(name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    GET.iter().map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) }).collect()
}

pub(crate) fn without(name: &str) -> Vec<(&'static str, &'static str)> {
    GET.into_iter().filter(|(n, _)| *n != name).collect()
}

#[tokio::test]
async fn heads_that_would_be_two_requests_in_http1_are_reset_or_refused() {
    const RESET: End = End::Reset(PROTOCOL_ERROR);
    const REFUSED: End = End::Status(400);
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let late: Vec<_> = [("x", "y")].into_iter().chain(GET).collect();
    let table = [
        ("no method", without(":method"), RESET),
        ("no scheme", without(":scheme"), RESET),
        ("no path", without(":path"), RESET),
        ("an empty path", changed(":path", ""), RESET),
        ("two paths", with(&GET, &[(":path", "/b")]), RESET),
        ("a pseudo-header there is not", with(&GET, &[(":x", "y")]), RESET),
        ("a status", with(&GET, &[(":status", "200")]), RESET),
        ("a pseudo-header that comes late", late, RESET),
        ("a capital letter", with(&GET, &[("X-A", "b")]), RESET),
        ("Connection", with(&GET, &[("connection", "close")]), RESET),
        ("Transfer-Encoding", with(&POST, &[("transfer-encoding", "chunked")]), RESET),
        ("Keep-Alive", with(&GET, &[("keep-alive", "5")]), RESET),
        ("Proxy-Connection", with(&GET, &[("proxy-connection", "close")]), RESET),
        ("Upgrade", with(&GET, &[("upgrade", "websocket")]), RESET),
        ("TE", with(&GET, &[("te", "gzip")]), RESET),
        ("a line end in a value", with(&GET, &[("x", "y\r\nhost: evil")]), RESET),
        ("a line feed in a value", with(&GET, &[("x", "y\nhost: evil")]), RESET),
        ("a zero in a value", with(&GET, &[("x", "y\0")]), RESET),
        ("a line end in a name", with(&GET, &[("x\r\nhost", "evil")]), RESET),
        ("a colon in a name", with(&GET, &[("host: evil\r\nx", "y")]), RESET),
        ("a space in a name", with(&GET, &[("transfer-encoding ", "chunked")]), RESET),
        ("a quote in a name", with(&GET, &[("x\"y", "z")]), RESET),
        ("a line in the path", changed(":path", "/ HTTP/1.1\r\nhost: evil\r\n\r\n"), RESET),
        ("a space in the path", changed(":path", "/ b"), RESET),
        ("no slash in the path", changed(":path", "b"), RESET),
        ("another server's path", changed(":path", "http://b/"), RESET),
        ("a dot segment", changed(":path", "/../b"), REFUSED),
        ("a line in the method", changed(":method", "GET / HTTP/1.1\r\nx: y"), RESET),
        ("a space in the method", changed(":method", "GET /"), RESET),
        ("a line in the host", changed(":authority", "a\r\nx: y"), RESET),
        ("a path in the host", changed(":authority", "a/b"), RESET),
        ("a user in the host", changed(":authority", "u@a"), REFUSED),
        ("a port that is none", changed(":authority", "a:99999"), REFUSED),
        ("another scheme", changed(":scheme", "ftp"), REFUSED),
        ("a target in the scheme", changed(":scheme", "http://evil/"), RESET),
        ("another host", with(&GET, &[("host", "b")]), REFUSED),
        ("two hosts", with(&without(":authority"), &[("host", "a"), ("host", "b")]), REFUSED),
        ("no host", without(":authority"), REFUSED),
        ("a tunnel", vec![(":method", "CONNECT"), (":authority", "a:80")], End::Status(501)),
        ("a length that is none", with(&POST, &[("content-length", "+0")]), RESET),
        ("a length of nothing", with(&POST, &[("content-length", "5")]), RESET),
    ];
    for (name, fields, expected) in table {
        let mut h2 = H2::connect(&started).await;
        h2.request(1, END_STREAM, &fields).await;
        let end = h2.end(1).await;
        // Some of these end the whole connection.
        if expected == RESET && end == End::GoAway(PROTOCOL_ERROR) {
            h2 = H2::connect(&started).await;
        } else {
            assert_eq!(end, expected, "{name}");
        }
        h2.request(3, END_STREAM, &GET).await;
        assert_eq!(h2.end(3).await, End::Status(200), "{name}: the connection goes on");
        assert_eq!(origin.log.seen().len(), 1, "{name}: {:?}", origin.log.seen());
        origin.log.clear();
    }
}

#[tokio::test]
async fn a_body_is_as_long_as_its_head_says_or_is_no_request() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for (length, body, expected) in [
        ("3", "abc", End::Status(200)),
        ("0", "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n", End::Reset(PROTOCOL_ERROR)),
        ("3", "abcGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n", End::Reset(PROTOCOL_ERROR)),
        ("9", "abc", End::Reset(PROTOCOL_ERROR)),
    ] {
        origin.log.clear();
        let mut h2 = H2::connect(&started).await;
        // In one write: a request that has begun by the time its body turns out to be another may have been seen.
        let head = block(&with(&POST, &[("content-length", length)]));
        let mut both = frame(HEADERS, END_HEADERS, 1, &head);
        both.extend(frame(DATA, END_STREAM, 1, body.as_bytes()));
        h2.send(&both).await;
        assert_eq!(h2.end(1).await, expected, "{length} {body:?}");
        h2.request(3, END_STREAM, &GET).await;
        assert_eq!(h2.end(3).await, End::Status(200));
        let seen = origin.log.seen();
        let (last, before) = seen.split_last().unwrap();
        assert_eq!(last.line(), "GET /");
        let bodies: Vec<_> = before.iter().map(|seen| &*seen.body).collect();
        assert_eq!(
            bodies,
            if expected == End::Status(200) { vec!["abc"] } else { vec![] },
            "{length} {body:?}"
        );
    }
}

#[tokio::test]
async fn uploads_and_trailers_reach_the_service_as_chunks() {
    let origin = Origin::answering(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nGrpc-Status: 0\r\nConnection: x\r\n\r\n",
    )
    .await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    let fields = [("te", "trailers"), ("cookie", "a=1"), ("cookie", "b=2"), ("expect", "100-continue")];
    h2.request(1, 0, &with(&POST, &fields)).await;
    h2.send(&frame(DATA, 0, 1, b"one ")).await;
    h2.send(&frame(DATA, 0, 1, b"")).await;
    h2.send(&frame(DATA, 0, 1, b"two")).await;
    let trailers = [("x-sum", "7"), ("content-length", "30"), ("host", "b"), ("x-forwarded-for", "6.6.6.6")];
    h2.request(1, END_STREAM, &trailers).await;
    let mut frames = Vec::new();
    loop {
        let (kind, flags, stream, payload) = h2.next().await.unwrap();
        if stream == 1 && kind != WINDOW_UPDATE {
            frames.push((kind, payload));
            if flags & END_STREAM != 0 {
                break;
            }
        }
    }
    let kinds: Vec<_> = frames.iter().map(|(kind, _)| *kind).collect();
    // A client whose body was not there yet was told to go on, by a head of its own.
    let kinds = if kinds.len() == 4 { &kinds[1..] } else { &kinds[..] };
    assert_eq!(kinds, [HEADERS, DATA, HEADERS], "an answer with trailers");
    let seen = origin.log.seen().remove(0);
    assert_eq!((&*seen.body, &*seen.trailers), ("one two", "x-sum: 7\r\n"));
    assert_eq!(seen.field("transfer-encoding"), Some("chunked"));
    assert_eq!(seen.field("cookie"), Some("a=1; b=2"), "pieces of a cookie are one (RFC 9113 §8.2.3)");
    assert_eq!((seen.field("te"), seen.field("expect")), (Some("trailers"), None));
}

#[tokio::test]
async fn a_head_past_its_bound_is_refused_and_one_without_an_end_ends_the_connection() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let large = "x".repeat(15 << 10);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, END_STREAM, &with(&GET, &[("x", &large)])).await;
    assert_eq!(h2.end(1).await, End::Status(200), "within the bound");
    let mut h2 = H2::connect(&started).await;
    let too_large = block(&with(&GET, &[("x", &large), ("y", &large)]));
    h2.send(&frame(HEADERS, END_STREAM, 1, &too_large[..16 << 10])).await;
    h2.send(&frame(CONTINUATION, END_HEADERS, 1, &too_large[16 << 10..])).await;
    assert_eq!(h2.end(1).await, End::Status(431));

    let mut h2 = H2::connect(&started).await;
    h2.send(&frame(HEADERS, END_STREAM, 1, &block(&GET))).await;
    let piece = frame(CONTINUATION, 0, 1, &block(&[("x", &large)]));
    let mut sent = 0;
    while sent < 64 << 20 && h2.send(&piece).await {
        sent += piece.len();
    }
    assert!(sent < 16 << 20, "{sent} bytes of one head were taken");
    let empty = frame(CONTINUATION, 0, 1, b"");
    let mut h2 = H2::connect(&started).await;
    h2.send(&frame(HEADERS, END_STREAM, 1, &block(&GET))).await;
    let mut sent = 0;
    while sent < 1_000_000 && h2.send(&empty.repeat(1000)).await {
        sent += 1000;
    }
    assert!(sent < 1_000_000, "{sent} empty pieces of one head were taken");
    assert_eq!(origin.log.seen().len(), 1);
}

#[tokio::test]
async fn streams_that_are_reset_as_soon_as_they_are_opened_end_the_connection() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for reset in [
        // By the client (CVE-2023-44487), or by the gateway for the client's mistakes (CVE-2025-8671).
        |stream| frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()),
        |stream| frame(WINDOW_UPDATE, 0, stream, &0_u32.to_be_bytes()),
        |stream| frame(HEADERS, END_STREAM | END_HEADERS, stream, &block(&[("x", "y")])),
    ] {
        let mut h2 = H2::connect(&started).await;
        let mut sent = 0;
        for number in 0..20_000 {
            let stream = number * 2 + 1;
            let mut both = frame(HEADERS, END_HEADERS, stream, &block(&POST));
            both.extend(reset(stream));
            if !h2.send(&both).await {
                break;
            }
            sent += 1;
        }
        let mut last = None;
        while let Some((kind, _, _, payload)) = h2.next().await {
            if kind == GOAWAY {
                last = Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
            }
        }
        assert!(
            matches!(last, Some(ENHANCE_YOUR_CALM | PROTOCOL_ERROR)) || sent < 20_000,
            "{last:?} after {sent}"
        );
    }
    let mut h2 = H2::connect(&started).await;
    h2.request(1, END_STREAM, &GET).await;
    assert_eq!(h2.end(1).await, End::Status(200), "others are served");
}

#[tokio::test]
async fn floods_of_control_frames_are_not_kept_for_a_client_that_does_not_read() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    for flood in [frame(SETTINGS, 0, 0, b""), frame(PING, 0, 0, b"12345678")] {
        let mut h2 = H2::connect(&started).await;
        let many = flood.repeat(4096);
        let mut sent = 0;
        // What is not answered is not read either: the client's own buffers fill up.
        while sent < 256 << 20 {
            match timeout(Duration::from_millis(500), h2.send(&many)).await {
                Ok(true) => sent += many.len(),
                Ok(false) | Err(_) => break,
            }
        }
        assert!(sent < 256 << 20, "{sent} bytes were taken");
        let mut other = H2::connect(&started).await;
        other.request(1, END_STREAM, &GET).await;
        assert_eq!(other.end(1).await, End::Status(200), "others are served meanwhile");
    }
}

#[tokio::test]
async fn a_stream_whose_answer_is_not_taken_is_given_up() {
    let origin = Origin::start(|mut conn| async move {
        while conn.request().await.is_some() {
            conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 1 << 20)).await;
            conn.write(vec![b'x'; 1 << 20]).await;
        }
    })
    .await;
    let started = gateway(&origin);
    // SETTINGS_INITIAL_WINDOW_SIZE of nothing: not a byte of a body may come.
    let mut h2 = H2::with_settings(&started, &[0, 4, 0, 0, 0, 0]).await;
    for number in 0..10 {
        h2.request(number * 2 + 1, END_STREAM, &GET).await;
    }
    let events = started.events.wait_for(10).await;
    assert!(events.iter().all(|event| (event.status, event.fault) == (200, Fault::Downstream)), "{events:?}");
    assert!(events[0].detail.as_ref().unwrap().cause.as_ref().unwrap().contains("stopped reading"));
    origin.log.until(|log| log.ended.load(SeqCst) == 10).await;
    // The connection is not held against the client: PING is answered.
    h2.send(&frame(PING, 0, 0, b"12345678")).await;
    loop {
        let (kind, flags, ..) = h2.next().await.unwrap();
        if (kind, flags) == (PING, ACK) {
            break;
        }
    }
}

#[tokio::test]
async fn a_body_that_pauses_is_late() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let mut h2 = H2::connect(&started).await;
    h2.request(1, 0, &POST).await;
    h2.send(&frame(DATA, 0, 1, b"abc")).await;
    assert_eq!(h2.end(1).await, End::Status(408));
    assert_eq!(origin.log.seen().len(), 0, "half a body is no request");
    let event = started.events.wait_for(1).await.remove(0);
    assert_eq!((event.status, event.fault), (408, Fault::Downstream));
}
