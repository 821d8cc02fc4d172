//! Endpoints that fail or have too much to do: retries, budgets, bounds, ejection.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet};

use crate::{
    kit::{Started, pass, snapshot, start, upstream},
    origin::{Conn, Origin},
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy";
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn gateway(spec: Value) -> Started {
    start(snapshot(vec![pass("a", "/", upstream(spec))]))
}

/// Answers `first` to so many requests, then `OK`.
async fn after(count: usize, first: &'static [u8]) -> Origin {
    let left = Arc::new(AtomicUsize::new(count));
    Origin::start(move |mut conn: Conn| {
        let left = Arc::clone(&left);
        async move {
            while conn.request().await.is_some() {
                let fails = left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
                if fails && first.is_empty() {
                    return;
                }
                conn.write(if fails { first } else { OK }).await;
            }
        }
    })
    .await
}

/// An upstream that can be killed: it then resets its connections and accepts no more.
struct Mortal(String, JoinSet<()>);

impl Mortal {
    async fn start() -> Mortal {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                connections.spawn(async move {
                    use tokio::io::{AsyncReadExt, AsyncWriteExt};
                    let mut buf = [0; 4096];
                    while matches!(stream.read(&mut buf).await, Ok(1..)) {
                        tokio::task::yield_now().await;
                        if stream.write_all(OK).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Mortal(url, tasks)
    }
}

#[tokio::test]
async fn one_of_three_endpoints_killed_under_load_costs_no_idempotent_request() {
    let mut origins = Vec::new();
    for _ in 0..3 {
        origins.push(Mortal::start().await);
    }
    let urls: Vec<_> = origins.iter().map(|origin| origin.0.clone()).collect();
    let started = Arc::new(gateway(json!({
        "endpoints": urls,
        "retries": { "budget": { "percent": 100 } },
        "health_checks": { "passive": { "consecutive_failures": 3 } },
    })));
    let done = Arc::new(Semaphore::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..8 {
        let (started, done) = (Arc::clone(&started), Arc::clone(&done));
        clients.spawn(async move {
            let mut wire = started.connect().await;
            for _ in 0..150 {
                wire.send(GET).await;
                let answer = wire.response().await;
                assert_eq!((answer.status, &*answer.body), (200, "ok"));
                done.add_permits(1);
            }
        });
    }
    done.acquire_many(300).await.unwrap().forget();
    let Mortal(dead, mut tasks) = origins.pop().unwrap();
    tasks.shutdown().await;
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    let events = started.events.wait_for(1200).await;
    let of_dead =
        |event: &&model::ExchangeEvent| event.detail.as_ref().unwrap().endpoint.as_deref() == Some(&*dead);
    assert!(events.iter().take(250).any(|event| of_dead(&event)), "it took part before");
    assert_eq!(events.iter().rev().take(100).filter(of_dead).count(), 0, "and does not any more");
    let late: u32 = events.iter().rev().take(100).map(|event| u32::from(event.attempts)).sum();
    assert_eq!(late, 100, "it is ejected and costs no attempts");
}

#[tokio::test]
async fn an_answer_that_says_try_again_is_tried_again_and_the_last_one_passed_on() {
    let origin = after(2, BUSY).await;
    let started = gateway(json!({ "endpoints": [origin.url()], "retries": { "attempts": 2 } }));
    assert_eq!(started.send(GET).await.status, 200);
    assert_eq!(started.events.wait_for(1).await[0].attempts, 3);

    let origin = after(9, BUSY).await;
    let started = gateway(json!({ "endpoints": [origin.url()], "retries": { "attempts": 2 } }));
    let answer = started.send(GET).await;
    assert_eq!((answer.status, &*answer.body, origin.log.seen().len()), (503, "busy", 3));
}

#[tokio::test]
async fn a_post_that_was_sent_is_never_repeated_unless_it_says_that_it_may_be() {
    let post = |key: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{key}Content-Length: 5\r\n\r\nhello");
    for first in [BUSY, b""] {
        let origin = after(1, first).await;
        let started = gateway(json!({
            "endpoints": [origin.url()],
            "retries": { "idempotency_key": "Idempotency-Key" },
        }));
        let answer = started.send(&post("")).await;
        assert_eq!(answer.status, if first.is_empty() { 502 } else { 503 });
        assert_eq!(origin.log.seen().len(), 1, "it was sent once");

        let origin = after(1, first).await;
        let started = gateway(json!({
            "endpoints": [origin.url()],
            "retries": { "idempotency_key": "Idempotency-Key" },
        }));
        assert_eq!(started.send(&post("Idempotency-Key: 7\r\n")).await.status, 200);
        let bodies: Vec<_> = origin.log.seen().into_iter().map(|seen| seen.body).collect();
        assert_eq!(bodies, ["hello", "hello"]);
    }
    let origin = after(1, BUSY).await;
    let started = gateway(json!({ "endpoints": [origin.url()], "retries": { "methods": ["POST"] } }));
    assert_eq!(started.send(&post("")).await.status, 200, "where the user says so");
}

#[tokio::test]
async fn a_post_goes_elsewhere_where_no_connection_could_be_made() {
    let origin = after(0, BUSY).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let started = gateway(json!({ "endpoints": [format!("http://{free}"), origin.url()], "retries": {} }));
    for _ in 0..4 {
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(started.send(post).await.status, 200);
    }
    assert!(origin.log.seen().iter().all(|seen| seen.body == "hello"));
    assert_eq!(origin.log.seen().len(), 4);
}

#[tokio::test]
async fn a_body_is_sent_again_whole_and_one_over_the_bound_not_at_all() {
    for (length, attempts) in [(1000, 2), (5000, 1)] {
        let origin = after(1, BUSY).await;
        let started = gateway(json!({ "endpoints": [origin.url()], "retries": { "replay": "4KiB" } }));
        let body = "x".repeat(length);
        for framing in [true, false] {
            let message = match framing {
                true => format!("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}"),
                false => format!(
                    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
                ),
            };
            let answer = started.send(&message).await;
            let expected = if framing && attempts == 1 { 503 } else { 200 };
            assert_eq!(answer.status, expected, "{length} {framing}");
        }
        let seen = origin.log.seen();
        assert_eq!(seen.len(), attempts + 1);
        assert!(seen.iter().all(|seen| seen.body == body));
    }
}

#[tokio::test]
async fn retries_stay_within_their_budget_while_everything_fails() {
    let origin = after(usize::MAX, BUSY).await;
    let started = gateway(json!({
        "endpoints": [origin.url()],
        "retries": {
            "attempts": 3, "backoff": { "base": "1ms", "max": "1ms" },
            "budget": { "percent": 10, "min_per_second": 0 },
        },
    }));
    let mut wire = started.connect().await;
    for _ in 0..200 {
        wire.send(GET).await;
        assert_eq!(wire.response().await.status, 503);
    }
    assert_eq!(origin.log.seen().len(), 200 + 20, "a tenth is sent again");
}

#[tokio::test]
async fn what_is_over_the_bound_waits_in_a_line_of_bounded_length() {
    let go = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&go);
    let origin = Origin::start(move |mut conn: Conn| {
        let held = Arc::clone(&held);
        async move {
            while conn.request().await.is_some() {
                held.acquire().await.unwrap().forget();
                conn.write(OK).await;
            }
        }
    })
    .await;
    for limits in [
        json!({ "max_requests": 1, "max_pending": 1, "pending_timeout": "9s" }),
        json!({ "endpoint": { "max_requests": 1 }, "max_pending": 1, "pending_timeout": "9s" }),
        json!({ "max_connections": 1, "max_pending": 1, "pending_timeout": "9s" }),
        json!({ "endpoint": { "max_connections": 1 }, "max_pending": 1, "pending_timeout": "9s" }),
    ] {
        let started = gateway(json!({ "endpoints": [origin.url()], "limits": limits }));
        origin.log.clear();
        let mut first = started.connect().await;
        first.send(GET).await;
        origin.log.until(|log| log.seen().len() == 1).await;
        // One of these waits, the other is refused; which one is which depends on who comes first.
        let (mut second, mut third) = (started.connect().await, started.connect().await);
        second.send(GET).await;
        third.send(GET).await;
        let (refused, mut waits) = tokio::select! {
            answer = second.response() => (answer, third),
            answer = third.response() => (answer, second),
        };
        assert_eq!((refused.status, &*refused.problem()), (503, "overloaded"), "{limits}");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(origin.log.seen().len(), 1, "{limits}");
        go.add_permits(2);
        assert_eq!((first.response().await.status, waits.response().await.status), (200, 200), "{limits}");
        origin.log.until(|log| log.seen().len() == 2).await;
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_for_a_request_that_may_open_no_other() {
    let origins = [after(0, OK).await, after(0, OK).await];
    let urls: Vec<_> = origins.iter().map(Origin::url).collect();
    let started = gateway(json!({
        "endpoints": urls,
        "limits": { "max_connections": 1, "pending_timeout": "9s" },
    }));
    let mut wire = started.connect().await;
    for _ in 0..6 {
        wire.send(GET).await;
        assert_eq!(wire.response().await.status, 200);
    }
    assert_eq!(origins.iter().map(|origin| origin.log.seen().len()).sum::<usize>(), 6);
}
