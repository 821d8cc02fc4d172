//! Upstreams that fail, under a clock that stands still.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Response, StatusCode};
use model::standing::{BreakerState, Out};
use testkit::{Setup, Upstream};

use crate::words::CATALOGUE;

/// An upstream that answers 503 while it is told to, and how often it was asked.
fn moody() -> (Upstream, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let (bad, asked) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let (is_bad, count) = (Arc::clone(&bad), Arc::clone(&asked));
    let upstream = Upstream::script(move |_| {
        count.fetch_add(1, SeqCst);
        let mut answer = Response::new(Bytes::from_static(b"{}"));
        if is_bad.load(SeqCst) {
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        answer
    });
    (upstream, bad, asked)
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_refuses_at_once_and_closes_after_trials_that_go_well() {
    let (upstream, bad, asked) = moody();
    let gw = Setup::new(CATALOGUE)
        .upstream("moody", upstream)
        .api("orders", "/", "moody", "")
        .served_by(
            "orders",
            "{ endpoints: [http://moody], circuit_breaker: { upstream: { consecutive_failures: 3, open_for: 30s, half_open_requests: 2 } } }",
        )
        .start();
    for _ in 0..3 {
        gw.get("/").await.is(503);
    }
    assert_eq!(asked.load(SeqCst), 3);
    gw.get("/").await.problem("no-upstream").header("retry-after", "30");
    gw.advance(Duration::from_secs(10)).await;
    gw.get("/").await.problem("no-upstream").header("retry-after", "20");
    assert_eq!(asked.load(SeqCst), 3, "it is left alone");
    assert_eq!(gw.upstreams()[0].breaker, Some(BreakerState::Open));

    gw.advance(Duration::from_secs(20)).await;
    gw.get("/").await.is(503).header("content-length", "2");
    assert_eq!(asked.load(SeqCst), 4, "one trial, which fails");
    gw.get("/").await.problem("no-upstream").header("retry-after", "30");

    bad.store(false, SeqCst);
    gw.advance(Duration::from_secs(30)).await;
    for _ in 0..5 {
        gw.get("/").await.is(200);
    }
    let standing = gw.upstreams().remove(0);
    assert_eq!((standing.breaker, standing.broken), (Some(BreakerState::Closed), 3));
    let history: Vec<_> = standing.history.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(history.len(), 3, "{history:?}");
    assert!(history[0].contains("opened: 3 failures") && history[2].contains("closed"), "{history:?}");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_its_own_deadline_and_all_of_them_one_together() {
    let spec = |more: &str| {
        format!(
            "{{ endpoints: [http://slow, http://echo], timeouts: {{ total: 3s }}, retries: {{ on: [timeout], per_try_timeout: 1s{more} }} }}"
        )
    };
    let start = |yaml: &str| {
        Setup::new(CATALOGUE)
            .upstream("slow", Upstream::Slow(Duration::from_secs(60)))
            .api("orders", "/", "echo", "")
            .served_by("orders", yaml)
            .start()
    };
    let gw = start(&spec(""));
    let began = tokio::time::Instant::now();
    gw.get("/").await.is(200);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(1) && took < Duration::from_millis(1100), "{took:?}");

    let gw = start(&spec(", attempts: 9").replace("http://echo", "http://slow/b"));
    let began = tokio::time::Instant::now();
    gw.get("/").await.problem("upstream-timeout");
    let took = began.elapsed();
    assert!(took <= Duration::from_secs(3) && took > Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_answers_badly_is_out_for_a_while_and_says_why() {
    let (upstream, bad, asked) = moody();
    let gw = Setup::new(CATALOGUE)
        .upstream("moody", upstream)
        .api("orders", "/", "echo", "")
        .served_by(
            "orders",
            "{ endpoints: [http://moody, http://echo], health_checks: { passive: { consecutive_failures: 2, eject_for: 30s } } }",
        )
        .start();
    for _ in 0..20 {
        gw.get("/").await;
    }
    assert_eq!(asked.load(SeqCst), 2);
    let [moody, echo] = &gw.upstreams()[0].endpoints[..] else { panic!("there are two") };
    assert_eq!((moody.takes_requests, moody.out, echo.takes_requests), (false, Some(Out::Ejected), true));
    assert!(moody.out_for_ms.is_some_and(|ms| (29_000..=30_000).contains(&ms)), "{moody:?}");
    assert!(moody.history[0].what.contains("2 failures one after the other, the last with status 503"));
    bad.store(false, SeqCst);
    gw.advance(Duration::from_secs(30)).await;
    for _ in 0..20 {
        gw.get("/").await.is(200);
    }
    assert_eq!(asked.load(SeqCst), 12);
}
