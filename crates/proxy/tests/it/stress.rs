//! Many at once who mean no good, and one who does: bounded in time and memory.

use std::{sync::Arc, time::Duration};

use model::{ByteSize, Span, event::Fault};
use serde_json::json;
use tokio::{io::AsyncWriteExt, time::Instant};

use crate::{
    kit::{Started, pass, snapshot, start, to, upstream},
    origin::Origin,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
/// Far longer than anything here should take, and far shorter than what it would take unbounded.
const BOUND: Duration = Duration::from_secs(20);

fn impatient(origin: &Origin) -> Started {
    let mut snapshot = snapshot(vec![pass("a", "/", to(&[origin.url()]))]);
    let gateway = Arc::make_mut(&mut snapshot.gateway);
    gateway.timeouts.header = Span::millis(700);
    gateway.timeouts.body = Span::millis(700);
    gateway.limits.headers = ByteSize::kib(16);
    start(snapshot)
}

#[tokio::test]
async fn heads_and_bodies_that_trickle_in_end_at_their_deadline_and_hold_up_nobody() {
    let origin = Origin::ok().await;
    let started = impatient(&origin);
    let began = Instant::now();
    let mut slow = Vec::new();
    for number in 0..300 {
        let mut wire = started.connect().await;
        let bytes = match number % 3 {
            0 => "GET / HTTP/1.1\r\nHost: a\r\nX: ",
            1 => "GET / HTTP/1.1\r\n",
            _ => "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n",
        };
        wire.send(bytes).await;
        slow.push(tokio::spawn(async move {
            // Bytes keep coming within a head; a body pauses.
            while number % 3 != 2 && wire.0.write_all(b"x").await.is_ok() && began.elapsed() < BOUND {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            wire.rest().await
        }));
    }
    let mut others = 0;
    while !slow.iter().all(tokio::task::JoinHandle::is_finished) {
        let asked = Instant::now();
        assert_eq!(started.send(GET).await.status, 200);
        assert!(asked.elapsed() < Duration::from_secs(5), "who sends whole requests does not wait for them");
        others += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(began.elapsed() < BOUND && others > 3, "{others} in {:?}", began.elapsed());
    for answer in slow {
        let answer = answer.await.unwrap();
        // A client that writes on past the end may find its answer gone with the connection.
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[tokio::test]
async fn heads_made_to_be_costly_cost_no_more_than_their_bytes() {
    let origin = Origin::ok().await;
    let started = impatient(&origin);
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "%41".repeat(5000));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x:\r\n".repeat(99));
    let commas = format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: {}\r\n\r\n", "a,".repeat(7000));
    let told = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {}\r\n\r\n", "1.1.1.1,".repeat(1800));
    let dots = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a/".repeat(7000));
    let query = format!("GET /?{} HTTP/1.1\r\nHost: a\r\n\r\n", "a&".repeat(7000));
    for (name, head) in
        [("long", long), ("many", many), ("commas", commas), ("told", told), ("dots", dots), ("query", query)]
    {
        let mut wire = started.connect().await;
        let began = Instant::now();
        for _ in 0..10 {
            wire.send(&head).await;
            assert_eq!(wire.response().await.status, 200, "{name}");
        }
        assert!(began.elapsed() < BOUND, "{name}: 10 took {:?}", began.elapsed());
    }
    // A head that comes in small pieces is not read anew from its beginning for each of them.
    let mut wire = started.connect().await;
    wire.0.set_nodelay(true).unwrap();
    let began = Instant::now();
    wire.send("GET / HTTP/1.1\r\nHost: a\r\nX: ").await;
    let sent = 4000;
    for _ in 0..sent {
        if wire.0.write_all(b"y").await.is_err() {
            break;
        }
    }
    assert!(began.elapsed() < BOUND, "{sent} bytes took {:?}", began.elapsed());
}

#[tokio::test]
async fn services_that_hang_reset_and_trickle_take_down_neither_others_nor_the_gateway() {
    let hangs = Origin::start(|mut conn| async move {
        conn.request().await;
        conn.rest().await;
    })
    .await;
    let resets = Origin::start(|mut conn| async move {
        conn.head().await;
        socket2::SockRef::from(&conn.stream).set_linger(Some(Duration::ZERO)).unwrap();
    })
    .await;
    let trickles = Origin::start(|mut conn| async move {
        conn.request().await;
        conn.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").await;
        conn.write("x").await;
        conn.rest().await;
    })
    .await;
    let half = Origin::start(|mut conn| async move {
        conn.request().await;
        conn.write("HTTP/1.1 200 OK\r\nContent-Le").await;
        conn.rest().await;
    })
    .await;
    let good = Origin::ok().await;
    let service = |name: &str, path: &str, origin: &Origin| {
        let upstream = json!({ "endpoints": [origin.url()], "timeouts": { "read": "400ms" } });
        pass(name, path, self::upstream(upstream))
    };
    let mut snapshot = snapshot(vec![
        service("hangs", "/hangs", &hangs),
        service("resets", "/resets", &resets),
        service("trickles", "/trickles", &trickles),
        service("half", "/half", &half),
        service("good", "/good", &good),
    ]);
    Arc::make_mut(&mut snapshot.gateway).timeouts.body = Span::millis(700);
    let started = Arc::new(start(snapshot));
    let began = Instant::now();
    let cases = [("hangs", "504"), ("resets", "502"), ("trickles", "200"), ("half", "504"), ("good", "200")];
    let clients: Vec<_> = (0..400)
        .map(|number| {
            let started = Arc::clone(&started);
            tokio::spawn(async move {
                let (path, status) = cases[number % cases.len()];
                let mut wire = started.connect().await;
                wire.send(&format!("GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).await;
                let all = wire.rest().await;
                assert!(all.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {all}");
                if path == "trickles" {
                    assert!(all.ends_with("\r\n\r\nx"), "what came is passed on: {all}");
                }
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
    let events = started.events.wait_for(400).await;
    assert_eq!(events.iter().filter(|event| event.fault == Fault::None).count(), 80);
    assert_eq!(events.iter().filter(|event| event.fault == Fault::Upstream).count(), 320);
    for origin in [&hangs, &resets, &trickles, &half] {
        let log = &origin.log;
        let all_ended = |log: &crate::origin::Log| log.ended() == log.opened();
        log.until(all_ended).await;
    }
    while started.gateway.status().connections > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert!(began.elapsed() < BOUND, "every connection is given back");
    }
}
