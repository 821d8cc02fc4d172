//! A block ends what is under way: calls that wait, responses that stream, sockets, whatever the protocol; and nothing else.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Buf;
use model::{Blocked, Name, Snapshot, event::Fault, snapshot::BlockRule};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Semaphore,
    time::timeout,
};

use crate::{
    http2::{DATA, END_STREAM, H2, HEADERS, RST_STREAM, frame, read_status},
    http2_websocket::{SOCKET, answer, read},
    http3,
    kit::{Started, Wire, pass, snapshot, start, to},
    origin::{Conn, Origin},
};

/// How long a block may take.
const SECOND: Duration = Duration::from_secs(1);
/// After how long a client that takes nothing is one that takes nothing.
const STALLED: Duration = Duration::from_millis(200);

/// A service that never answers at `/wait`, sends events without end at `/events`, bytes without end at `/flood`, and speaks WebSocket
/// elsewhere. It says how many clients take nothing any more.
async fn service() -> (Origin, Arc<Semaphore>) {
    let stalled = Arc::new(Semaphore::new(0));
    let of_all = Arc::clone(&stalled);
    let origin = Origin::start(move |conn| serve(conn, Arc::clone(&of_all))).await;
    (origin, stalled)
}

async fn serve(mut conn: Conn, stalled: Arc<Semaphore>) {
    let Some(seen) = conn.request().await else { return };
    let chunked = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    match seen.line().rsplit('/').next().unwrap() {
        "wait" => drop(conn.rest().await),
        "events" => {
            conn.write(chunked).await;
            conn.write("4\r\none\n\r\n").await;
            conn.rest().await;
        }
        "flood" => {
            conn.write(chunked).await;
            let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            while let Ok(written) = timeout(STALLED, conn.stream.write_all(piece.as_bytes())).await {
                written.unwrap();
            }
            stalled.add_permits(1);
            conn.rest().await;
        }
        _ => socket(conn).await,
    }
}

async fn socket(mut conn: Conn) {
    let key = conn.raw_field("sec-websocket-key").unwrap();
    let accept = answer(&key);
    conn.write(format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    ))
    .await;
    let mut buf = vec![0; 256];
    while let Ok(count @ 1..) = conn.stream.read(&mut buf).await {
        conn.write(&buf[..count]).await;
    }
}

fn shop(origin: &Origin) -> Snapshot {
    snapshot(vec![
        pass("orders", "/orders", to(&[origin.url()])),
        pass("bills", "/bills", to(&[origin.url()])),
    ])
}

fn publish(started: &Started, origin: &Origin, blocked: &[Blocked]) {
    let rule = |blocked: &Blocked| {
        Arc::new(BlockRule { workspace: Name::default_workspace(), blocked: blocked.clone(), ends: None })
    };
    let mut next = shop(origin);
    next.number = 2 + blocked.len() as u64;
    next.blocks =
        blocked.iter().enumerate().map(|(at, blocked)| (format!("b{at}").into(), rule(blocked))).collect();
    started.gateway.publish(Arc::new(next)).unwrap();
}

fn get(path: &str) -> [(&str, &str); 4] {
    [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")]
}

fn orders() -> Blocked {
    Blocked::Api("orders".into())
}

async fn open(started: &Started, path: &str) -> Wire {
    let mut wire = started.connect().await;
    let upgrade = match path.ends_with("ws") {
        true => {
            "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        }
        false => "",
    };
    wire.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n{upgrade}\r\n")).await;
    wire
}

#[tokio::test]
async fn in_http1_calls_streams_and_sockets_end_and_those_of_others_go_on() {
    let (origin, _) = service().await;
    let started = start(shop(&origin));
    let mut waiting = open(&started, "/orders/wait").await;
    let mut streaming = open(&started, "/orders/events").await;
    let mut talking = open(&started, "/orders/ws").await;
    let mut others = open(&started, "/bills/ws").await;
    let mut others_stream = open(&started, "/bills/events").await;
    for (wire, sign) in [
        (&mut streaming, "one\n"),
        (&mut others_stream, "one\n"),
        (&mut talking, "101"),
        (&mut others, "101"),
    ] {
        let mut came = String::new();
        while !came.contains(sign) {
            came += &wire.piece().await;
        }
    }
    origin.log.until(|log| log.seen().len() == 5).await;

    // Blocked is somebody else, first.
    publish(&started, &origin, &[Blocked::Address("192.0.2.1/32".parse().unwrap())]);
    talking.send("hello").await;
    assert_eq!(talking.piece().await, "hello");

    publish(&started, &origin, &[orders()]);
    let refused = timeout(SECOND, waiting.response()).await.expect("a call that waits is answered");
    assert_eq!((refused.status, &*refused.problem()), (403, "blocked"), "{refused:?}");
    let rest = timeout(SECOND, streaming.rest()).await.expect("a stream ends");
    assert!(!rest.contains("0\r\n\r\n"), "it does not look whole: {rest:?}");
    assert_eq!(timeout(SECOND, talking.rest()).await.expect("a socket ends"), "");
    // The service knows, too.
    origin.log.until(|log| log.ended() == 3).await;
    others.send("still here").await;
    assert_eq!(others.piece().await, "still here");
    let events = started.events.wait_for(3).await;
    for event in events {
        assert_eq!((event.problem, event.fault), (Some("blocked"), Fault::Downstream), "{event:?}");
        assert_eq!(event.detail.unwrap().cause.as_deref(), Some("block/b0"));
    }
    publish(&started, &origin, &[]);
    assert_eq!(
        open(&started, "/orders/ws").await.piece().await.split("\r\n").next(),
        Some("HTTP/1.1 101 Switching Protocols")
    );
}

#[tokio::test]
async fn a_client_that_does_not_read_and_one_that_still_sends_end_too() {
    let (origin, stalled) = service().await;
    let started = start(shop(&origin));
    let _idle = open(&started, "/orders/flood").await;
    let mut sending = started.connect().await;
    sending.send("POST /orders/wait HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc").await;
    let mut h2 = H2::connect(&started).await;
    h2.request(1, END_STREAM, &get("/orders/flood")).await;
    origin.log.until(|log| log.opened() == 3 && log.seen().len() == 2).await;
    stalled.acquire_many(2).await.unwrap().forget();
    publish(&started, &origin, &[Blocked::Address(IpAddr::from([127, 0, 0, 1]).into())]);
    let refused = timeout(SECOND, sending.response()).await.expect("a call that sends is answered");
    assert_eq!((refused.status, &*refused.problem()), (403, "blocked"));
    timeout(SECOND, origin.log.until(|log| log.ended() == 3)).await.expect("the service is let go");
    started.events.wait_for(3).await.iter().for_each(|event| assert_eq!(event.problem, Some("blocked")));
}

#[tokio::test]
async fn in_http2_streams_end_one_by_one_and_the_connection_goes_on() {
    let (origin, _) = service().await;
    let started = start(shop(&origin));
    let mut h2 = H2::connect(&started).await;
    h2.request(1, END_STREAM, &get("/orders/wait")).await;
    h2.request(3, END_STREAM, &get("/orders/events")).await;
    let mut socket = SOCKET;
    socket[3].1 = "/orders/chat";
    h2.request(5, 0, &socket).await;
    socket[3].1 = "/bills/chat";
    h2.request(7, 0, &socket).await;
    for stream in [5, 7] {
        h2.send(&frame(DATA, 0, stream, b"hello")).await;
    }
    let mut came = std::collections::BTreeMap::<u32, Vec<u8>>::new();
    while came.len() < 3 || came.values().any(|came| came.len() < 4) {
        let (kind, _, stream, payload) = h2.next().await.unwrap();
        if kind == DATA {
            came.entry(stream).or_default().extend_from_slice(&payload);
        }
    }
    origin.log.until(|log| log.seen().len() == 4).await;
    publish(&started, &origin, &[orders()]);
    let (mut refused, mut reset) = (None, Vec::new());
    let ending = async {
        while refused.is_none() || reset.len() < 2 {
            let (kind, _, stream, payload) = h2.next().await.unwrap();
            match (kind, stream) {
                (HEADERS, 1) => refused = Some(read_status(&payload)),
                (RST_STREAM, stream) if stream > 1 => reset.push(stream),
                _ => {}
            }
        }
    };
    timeout(SECOND, ending).await.expect("streams end");
    reset.sort_unstable();
    assert_eq!((refused, &*reset), (Some(403), &[3, 5][..]));
    h2.send(&frame(DATA, 0, 7, b"still here")).await;
    assert_eq!(read(&mut h2, 7, 10).await, b"still here");
    let events = started.events.wait_for(3).await;
    events.iter().for_each(|event| assert_eq!(event.problem, Some("blocked"), "{event:?}"));
}

#[tokio::test]
async fn in_http3_calls_and_streams_end_and_the_connection_goes_on() {
    let (origin, _) = service().await;
    let started = start(shop(&origin));
    let (mut sender, _quic) = http3::connect(&started).await;
    let mut waiting = sender.send_request(http3::get_request("/orders/wait")).await.unwrap();
    let mut streaming = sender.send_request(http3::get_request("/orders/events")).await.unwrap();
    waiting.finish().await.unwrap();
    streaming.finish().await.unwrap();
    assert_eq!(streaming.recv_response().await.unwrap().status(), 200);
    assert_eq!(streaming.recv_data().await.unwrap().unwrap().copy_to_bytes(4), "one\n");
    origin.log.until(|log| log.seen().len() == 2).await;
    publish(&started, &origin, &[orders()]);
    let answer = timeout(SECOND, waiting.recv_response()).await.expect("a call that waits is answered");
    assert_eq!(answer.unwrap().status(), 403);
    let ended = timeout(SECOND, streaming.recv_data()).await.expect("a stream ends");
    assert!(ended.is_err(), "it does not look whole");
    publish(&started, &origin, &[]);
    let mut again = sender.send_request(http3::get_request("/orders/events")).await.unwrap();
    again.finish().await.unwrap();
    assert_eq!(again.recv_response().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_block_that_stands_already_ends_nothing_anew() {
    let (origin, _) = service().await;
    let started = start(shop(&origin));
    publish(&started, &origin, &[Blocked::Api("bills".into())]);
    let mut talking = open(&started, "/orders/ws").await;
    assert!(talking.piece().await.contains("101"));
    // The same blocks with another number of the snapshot.
    publish(&started, &origin, &[Blocked::Api("bills".into())]);
    talking.send("hello").await;
    assert_eq!(talking.piece().await, "hello");
    let refused = started.send("GET /bills/wait HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(&*refused.problem(), "blocked");
}
