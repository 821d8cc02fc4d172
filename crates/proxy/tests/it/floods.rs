//! Peers in HTTP/2 that send much that costs them little: they are told to calm down and left, and others are served meanwhile.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, timeout},
};

use crate::{
    http2::{
        CONTINUATION, DATA, END_HEADERS, END_STREAM, End, GET, GOAWAY, H2, HEADERS, PING, POST, SETTINGS,
        WINDOW_UPDATE, block, frame,
    },
    http2_upstream::{by_hand, gateway_of, ok},
    kit::{Started, pass, snapshot, start, to},
    origin::Origin,
};

const PRIORITY: u8 = 2;
const ENHANCE_YOUR_CALM: u32 = 11;
const PATIENCE: Duration = Duration::from_secs(20);

fn gateway(origin: &Origin) -> Started {
    start(snapshot(vec![pass("a", "/", to(&[origin.url()]))]))
}

/// The code a connection ends with, for a client that reads all it is sent.
async fn farewell(h2: H2, flood: Vec<u8>) -> Option<u32> {
    let (mut read, mut write) = h2.0.into_split();
    let writing = tokio::spawn(async move {
        // The gateway may have closed it by then.
        let _ = write.write_all(&flood).await;
        write
    });
    let mut came = Vec::new();
    timeout(PATIENCE, read.read_to_end(&mut came)).await.expect("the connection ends").ok();
    writing.abort();
    let (mut rest, mut last) = (&*came, None);
    while rest.len() >= 9 {
        let length = u32::from_be_bytes([0, rest[0], rest[1], rest[2]]) as usize;
        if rest[3] == GOAWAY {
            last = Some(u32::from_be_bytes(rest[13..17].try_into().unwrap()));
        }
        rest = rest.get(9 + length..).unwrap_or_default();
    }
    last
}

#[tokio::test]
async fn a_client_that_floods_is_told_to_calm_down_even_if_it_reads_its_answers() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let open = frame(HEADERS, END_HEADERS, 1, &block(&POST));
    for (name, one) in [
        ("PING", frame(PING, 0, 0, b"12345678")),
        ("SETTINGS", frame(SETTINGS, 0, 0, b"")),
        ("SETTINGS that change something", frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0x10, 0])),
        ("PRIORITY", frame(PRIORITY, 0, 3, &[0, 0, 0, 0, 1])),
        ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, &1_u32.to_be_bytes())),
        ("a kind nobody knows", frame(0x42, 0, 0, b"")),
        ("DATA of nothing", frame(DATA, 0, 1, b"")),
        ("DATA of padding", frame(DATA, 8, 1, b"\x01\0")),
    ] {
        let h2 = H2::connect(&started).await;
        let flood = [open.clone(), one.repeat(12_000)].concat();
        let last = farewell(h2, flood).await;
        assert_eq!(last, Some(ENHANCE_YOUR_CALM), "{name}");
        let mut other = H2::connect(&started).await;
        other.request(1, END_STREAM, &GET).await;
        assert_eq!(other.end(1).await, End::Status(200), "others are served after {name}");
    }
}

/// A field of nearly 4 KiB that is put into the table, and as many references to it as a frame holds: 60 MiB of fields in 20 KiB.
fn bomb(before: &[u8]) -> Vec<u8> {
    let value = vec![b'x'; 4000];
    let mut fields = before.to_vec();
    fields.extend(b"\x40\x01y\x7f");
    let mut length = value.len() - 127;
    while length >= 128 {
        fields.push((length % 128) as u8 | 128);
        length /= 128;
    }
    fields.push(length as u8);
    fields.extend(value);
    fields.extend(vec![0xbe; 16_384 - fields.len()]);
    fields
}

#[tokio::test]
async fn fields_that_refer_to_a_large_one_again_and_again_are_counted_as_they_are_read() {
    let origin = Origin::ok().await;
    let started = gateway(&origin);
    let began = Instant::now();
    for number in 1..=20 {
        let mut h2 = H2::connect(&started).await;
        h2.send(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &bomb(&block(&GET)))).await;
        assert_eq!(h2.end(1).await, End::Status(431));
        h2.request(3, END_STREAM, &GET).await;
        assert_eq!(h2.end(3).await, End::Status(200), "the connection goes on");
        assert_eq!(origin.log.seen().len(), number);
    }
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_service_that_floods_is_left_and_its_next_connection_is_used() {
    const ASKED: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let head = frame(HEADERS, END_HEADERS, 1, &block(&[(":status", "200")]));
    let floods = [
        ("PING", vec![frame(PING, 0, 0, b"12345678"); 12_000]),
        ("SETTINGS", vec![frame(SETTINGS, 0, 0, b""); 12_000]),
        ("a kind nobody knows", vec![frame(0x42, 0, 0, b""); 12_000]),
        (
            "CONTINUATION",
            [
                vec![frame(HEADERS, 0, 1, &block(&[(":status", "200")]))],
                vec![frame(CONTINUATION, 0, 1, b""); 200],
            ]
            .concat(),
        ),
        (
            "fields that refer to a large one",
            vec![frame(HEADERS, END_HEADERS | END_STREAM, 1, &bomb(b"\x88"))],
        ),
        ("DATA of nothing", [vec![head], vec![frame(DATA, 0, 1, b""); 12_000]].concat()),
    ];
    for (name, flood) in floods {
        let flood = Arc::new(flood);
        let (url, _) = by_hand(move |number, mut server| {
            let flood = Arc::clone(&flood);
            async move {
                let mut is_first = number == 0;
                while let Some(stream) = server.request().await {
                    if std::mem::take(&mut is_first) {
                        server.send(&flood).await;
                    } else {
                        server.send(&ok(stream)).await;
                    }
                }
            }
        })
        .await;
        let started = gateway_of(&url);
        let mut wire = started.connect().await;
        wire.send(&ASKED.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).await;
        let said = wire.rest().await;
        // Where the head was passed on already, the answer is broken off.
        let is_broken_off = said.starts_with("HTTP/1.1 200 ") && !said.ends_with("0\r\n\r\n");
        assert!(said.starts_with("HTTP/1.1 502 ") || is_broken_off, "{name}: {said}");
        assert_eq!(started.send(ASKED).await.status, 200, "after {name}");
    }
}
