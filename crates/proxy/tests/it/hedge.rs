//! Requests sent twice for whichever answer comes first, and what answers say of when to ask again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    kit::{Started, pass, snapshot, start, upstream},
    origin::{Conn, Origin},
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn gateway(spec: Value) -> Started {
    start(snapshot(vec![pass("a", "/", upstream(spec))]))
}

/// Reads and never answers.
async fn silent() -> Origin {
    Origin::start(|mut conn: Conn| async move { while conn.request().await.is_some() {} }).await
}

/// Answers these one after the other, the last for ever.
async fn saying(answers: &'static [&'static str]) -> Origin {
    let at = Arc::new(AtomicUsize::new(0));
    Origin::start(move |mut conn: Conn| {
        let at = Arc::clone(&at);
        async move {
            while conn.request().await.is_some() {
                let at = at.fetch_add(1, SeqCst).min(answers.len() - 1);
                conn.write(answers[at]).await;
            }
        }
    })
    .await
}

fn counts(started: &Started) -> (u64, u64) {
    let standing = started.gateway.upstreams(None, 1).remove(0);
    (standing.hedges, standing.hedges_won)
}

#[tokio::test]
async fn a_request_whose_answer_is_slow_is_sent_elsewhere_and_the_slow_one_broken_off() {
    let (slow, quick) = (silent().await, Origin::ok().await);
    let started = gateway(json!({
        "endpoints": [slow.url(), quick.url()],
        "hedge": { "after": "50ms" },
    }));
    for _ in 0..2 {
        assert_eq!(started.send(GET).await.status, 200);
    }
    assert_eq!(
        (slow.log.seen().len(), quick.log.seen().len()),
        (1, 2),
        "one of two went to the slow one first"
    );
    slow.log.until(|log| log.ended() == 1).await;
    assert_eq!(counts(&started), (1, 1));
    let mut attempts: Vec<_> =
        started.events.wait_for(2).await.iter().map(|event| (event.attempts, event.hedges)).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [(1, 0), (2, 1)]);
}

#[tokio::test]
async fn what_is_not_safe_is_sent_once_unless_its_method_is_listed_and_its_body_whole() {
    let (slow, quick) = (silent().await, Origin::ok().await);
    let spec = |methods: Value| {
        json!({
            "endpoints": [slow.url(), quick.url()],
            "timeouts": { "read": "300ms" },
            "hedge": { "after": "20ms", "methods": methods },
        })
    };
    let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
    let started = gateway(spec(json!(["GET"])));
    let mut statuses = [started.send(post).await.status, started.send(post).await.status];
    statuses.sort_unstable();
    assert_eq!((statuses, counts(&started)), ([200, 504], (0, 0)));
    slow.log.clear();
    quick.log.clear();
    let started = gateway(spec(json!(["POST"])));
    for _ in 0..2 {
        assert_eq!(started.send(post).await.status, 200);
    }
    assert_eq!(counts(&started), (1, 1));
    let bodies = |origin: &Origin| origin.log.seen().into_iter().map(|seen| seen.body).collect::<Vec<_>>();
    assert_eq!((bodies(&slow), bodies(&quick)), (vec!["hello".to_owned()], vec!["hello".to_owned(); 2]));
    // What is larger than is remembered, or has not come yet, is sent once.
    let large = "x".repeat(70_000);
    let post = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n{large}");
    let mut statuses = [started.send(&post).await.status, started.send(&post).await.status];
    statuses.sort_unstable();
    assert_eq!((statuses, counts(&started)), ([200, 504], (1, 1)));
}

#[tokio::test]
async fn the_budget_of_retries_bounds_what_is_sent_twice_and_a_failure_waits_for_the_other_answer() {
    let (slow, quick) = (silent().await, Origin::ok().await);
    let started = gateway(json!({
        "endpoints": [slow.url(), quick.url()],
        "timeouts": { "read": "200ms" },
        "retries": { "attempts": 0, "budget": { "percent": 0, "min_per_second": 0 } },
        "hedge": { "after": "20ms" },
    }));
    let mut statuses = [started.send(GET).await.status, started.send(GET).await.status];
    statuses.sort_unstable();
    assert_eq!((statuses, counts(&started)), ([200, 504], (0, 0)));
    // Whoever answers first answers with something to be tried again: the other one's answer counts.
    let busy = saying(&["HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"]).await;
    let late = Origin::start(|mut conn: Conn| async move {
        while conn.request().await.is_some() {
            tokio::time::sleep(Duration::from_millis(120)).await;
            conn.write(OK).await;
        }
    })
    .await;
    let started = gateway(json!({
        "endpoints": [late.url(), busy.url()],
        "retries": { "attempts": 0 },
        "hedge": { "after": "20ms" },
    }));
    let mut statuses = [started.send(GET).await.status, started.send(GET).await.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503], "the one that began at the busy endpoint had no other");
}

#[tokio::test]
async fn a_call_of_grpc_is_sent_again_after_the_statuses_that_are_listed() {
    const UNAVAILABLE: &str =
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 14\r\nContent-Length: 0\r\n\r\n";
    const DONE: &str =
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 0\r\nContent-Length: 0\r\n\r\n";
    const NEVER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 14\r\n\
        Grpc-Retry-Pushback-Ms: -1\r\nContent-Length: 0\r\n\r\n";
    let call = |kind: &str| {
        format!("POST /s.S/M HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 5\r\n\r\nhello")
    };
    let spec = |origin: &Origin, codes: Value| json!({ "endpoints": [origin.url()], "retries": { "grpc_codes": codes, "backoff": { "base": "1ms" } } });
    for (codes, kind, answers, sent) in [
        (json!(["unavailable"]), "application/grpc", &[UNAVAILABLE, DONE], 2),
        (json!(["aborted"]), "application/grpc", &[UNAVAILABLE, DONE], 1),
        (json!(["unavailable"]), "text/plain", &[UNAVAILABLE, DONE], 1),
        (json!(["unavailable"]), "application/grpc", &[NEVER, DONE], 1),
    ] {
        let origin = saying(answers).await;
        let started = gateway(spec(&origin, codes));
        let answer = started.send(&call(kind)).await;
        assert_eq!(answer.header("grpc-status"), Some(if sent == 2 { "0" } else { "14" }));
        let bodies: Vec<_> = origin.log.seen().into_iter().map(|seen| seen.body).collect();
        assert_eq!(bodies, vec!["hello"; sent]);
    }
}

#[tokio::test]
async fn the_same_endpoint_is_left_alone_as_long_as_it_asks_and_not_asked_again_where_that_is_too_long() {
    const SOON: &str = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
    const LATER: &str = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n";
    const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let origin = saying(&[SOON, FINE]).await;
    let started = gateway(json!({ "endpoints": [origin.url()], "retries": {} }));
    let began = tokio::time::Instant::now();
    assert_eq!(started.send(GET).await.status, 200);
    assert!(began.elapsed() >= Duration::from_secs(1));
    let origin = saying(&[LATER, FINE]).await;
    let started = gateway(json!({ "endpoints": [origin.url()], "retries": {} }));
    let answer = started.send(GET).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("120")));
    assert_eq!(origin.log.seen().len(), 1);
    let (origin, other) = (saying(&[LATER]).await, Origin::ok().await);
    let started = gateway(json!({ "endpoints": [origin.url(), other.url()], "retries": {} }));
    for _ in 0..2 {
        assert_eq!(started.send(GET).await.status, 200, "another endpoint has not asked for anything");
    }
}
