//! How the branches of splits did lately.

use model::{Recorder as _, event::Fault};

use crate::kit;

#[tokio::test]
async fn branches_are_counted_apart_since_any_time_of_the_last_hour() {
    let now = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(10_000_000));
    let clock = {
        let now = std::sync::Arc::clone(&now);
        analytics::Clock::new(move || now.load(std::sync::atomic::Ordering::SeqCst))
    };
    let options = analytics::Options { clock, ..analytics::Options::default() };
    let analytics = analytics::Analytics::open(None, options).await.unwrap();
    let mut sink = analytics.sink();
    let mut send = |at: u64, branch: Option<&str>, fault, upstream_us| {
        let mut event = kit::event(at);
        event.branch = branch.map(Into::into);
        event.fault = fault;
        event.upstream_us = upstream_us;
        event.duration_us = upstream_us;
        sink.record(event);
    };
    for at in 0..100 {
        send(9_000_000, Some("canary"), if at < 10 { Fault::Upstream } else { Fault::None }, 20_000);
        send(9_990_000, Some("(usual)"), Fault::None, 5_000);
        send(9_990_000, None, Fault::None, 5_000);
    }
    send(9_990_000, Some("canary"), Fault::Downstream, 40_000);
    let service = &*kit::event(0).target.unwrap().service.clone();
    let known = |from| {
        let of = |count: analytics::BranchCount| {
            (count.branch, count.requests, count.errors, count.p99_ms.map(|ms| ms.round()))
        };
        analytics.branches(service, from).into_iter().map(of).collect::<Vec<_>>()
    };
    let counts = |branch: &str, requests, errors, p99| (branch.to_owned(), requests, errors, p99);
    assert_eq!(known(0), [counts("(usual)", 100, 0, Some(5.0)), counts("canary", 101, 10, Some(20.0))]);
    assert_eq!(known(9_980_000), [counts("(usual)", 100, 0, Some(5.0)), counts("canary", 1, 0, Some(40.0))]);
    assert_eq!(analytics.branches("api/other", 0), []);
    let text = analytics.metrics_text();
    for line in ["branch=\"canary\"} 101", "branch=\"canary\"} 10\n", "branch=\"(usual)\"} 100"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    now.fetch_add(2 * 3_600_000, std::sync::atomic::Ordering::SeqCst);
    assert!(!analytics.metrics_text().contains("branch="), "what is long over is forgotten");
}
