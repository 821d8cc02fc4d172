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

#[tokio::test(start_paused = true)]
async fn an_endpoint_whose_checks_fail_is_out_until_they_go_well_again() {
    let (upstream, bad, asked) = moody();
    bad.store(false, SeqCst);
    let gw = Setup::new(CATALOGUE)
        .upstream("moody", upstream)
        .api("orders", "/", "echo", "")
        .served_by(
            "orders",
            "{ endpoints: [http://moody, http://echo], health_checks: { active: { path: /health, interval: 5s, failures: 2, successes: 3 } } }",
        )
        .start();
    let takes = || gw.upstreams()[0].endpoints[0].takes_requests;
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(takes() && asked.load(SeqCst) >= 2, "it is asked, and well");
    bad.store(true, SeqCst);
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(!takes());
    let before = asked.load(SeqCst);
    for _ in 0..10 {
        gw.get("/").await.is(200);
    }
    assert_eq!(asked.load(SeqCst), before, "no request goes there");
    let endpoint = gw.upstreams().remove(0).endpoints.remove(0);
    assert_eq!((endpoint.out, endpoint.out_for_ms), (Some(Out::Unhealthy), None));
    assert!(
        endpoint.history[0].what.contains("2 checks in a row failed, the last because the answer was 503")
    );

    bad.store(false, SeqCst);
    tokio::time::sleep(Duration::from_secs(16)).await;
    assert!(takes(), "{:?}", gw.upstreams()[0].endpoints[0]);
    // A change of something else neither forgets nor doubles the checks.
    gw.publish(|snapshot| snapshot.number += 1).unwrap();
    let before = asked.load(SeqCst);
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert!((10..=12).contains(&(asked.load(SeqCst) - before)), "{}", asked.load(SeqCst) - before);
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_cannot_be_connected_to_fails_its_checks() {
    let gw = Setup::new(CATALOGUE)
        .upstream("absent", Upstream::Absent)
        .api("orders", "/", "echo", "")
        .served_by(
            "orders",
            "{ endpoints: [http://absent, http://echo], health_checks: { active: { type: tcp, interval: 1s, failures: 1 } } }",
        )
        .start();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let [absent, echo] = &gw.upstreams()[0].endpoints[..] else { panic!("there are two") };
    assert_eq!((absent.takes_requests, echo.takes_requests), (false, true));
}

#[tokio::test(start_paused = true)]
async fn a_canary_gets_those_it_asks_for_and_its_share_of_the_others() {
    let named = |name: &'static str| {
        Upstream::script(move |_| Response::builder().header("x-branch", name).body(Bytes::new()).unwrap())
    };
    let start = |weight: f64| {
        let split = serde_json::json!({
            "sticky": [{ "cookie": "session" }, "consumer"],
            "branches": [{
                "name": "canary", "weight": weight, "upstream": { "endpoints": ["http://canary"] },
                "matches": [{ "headers": { "x-canary": "1" } }, { "consumers": ["ada"] }, { "groups": ["beta"] }],
            }],
        });
        let mut setup = Setup::new(CATALOGUE)
            .upstream("usual", named("usual"))
            .upstream("canary", named("canary"))
            .api("orders", "/", "usual", "name: {}")
            .consumer("ada", "ada-key", "")
            .consumer("bob", "bob-key", "");
        let service = setup.snapshot.services.get("api/orders").unwrap();
        let mut service = (**service).clone();
        service.split = Some(Arc::new(serde_json::from_value(split).unwrap()));
        setup.snapshot.services.insert("api/orders".into(), Arc::new(service));
        setup.start()
    };
    let gw = start(0.0);
    gw.get("/").with("x-key", "bob-key").await.is(200).header("x-branch", "usual");
    gw.get("/").with("x-key", "bob-key").with("x-canary", "1").await.header("x-branch", "canary");
    gw.get("/").with("x-key", "ada-key").await.header("x-branch", "canary");

    let mut at_canary: Vec<bool> = vec![false; 60];
    for weight in [5.0, 30.0, 70.0] {
        let gw = start(weight);
        for (session, was) in at_canary.iter_mut().enumerate() {
            let ask = async || {
                let asked =
                    gw.get("/").with("x-key", "bob-key").with("cookie", &format!("session=s{session}"));
                let reply = asked.await.is(200);
                reply.headers["x-branch"] == "canary"
            };
            let now = ask().await;
            assert_eq!(ask().await, now, "it is sticky");
            assert!(now || !*was, "who was at the canary stays there");
            *was = now;
        }
    }
    let count = at_canary.iter().filter(|at| **at).count();
    assert!((25..58).contains(&count), "{count} of 60");
}
