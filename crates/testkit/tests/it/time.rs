//! Deadlines, with the clock paused.

use std::time::Duration;

use model::event::Fault;
use testkit::{Setup, Upstream, gateway};

use crate::words::CATALOGUE;

#[tokio::test(start_paused = true)]
async fn a_window_begins_again_after_its_time() {
    let gw = gateway(CATALOGUE, "count: { limit: 1 }");
    gw.get("/").await.is(200);
    gw.get("/").await.is(429);
    gw.advance(Duration::from_secs(59)).await;
    gw.get("/").await.is(429);
    gw.advance(Duration::from_secs(1)).await;
    gw.get("/").await.is(200);
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_is_too_slow_is_given_up_at_the_deadline() {
    let gw = Setup::new(CATALOGUE)
        .upstream("slow", Upstream::Slow(Duration::from_secs(31)))
        .upstream("fair", Upstream::Slow(Duration::from_secs(29)))
        .api("slow", "/slow", "slow", "")
        .api("fair", "/fair", "fair", "")
        .start();
    gw.get("/fair").await.is(200);
    gw.get("/slow").await.is(504).problem("upstream-timeout");
    let event = &gw.events()[1];
    assert_eq!((event.fault, event.upstream_us / 1000, event.attempts), (Fault::Upstream, 30_000, 1));
    let cause = event.detail.as_ref().unwrap().cause.as_deref().unwrap();
    assert_eq!(cause, "http://slow did not answer in time");
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_is_broken_or_absent_is_the_upstreams_fault() {
    let gw = Setup::new(CATALOGUE)
        .upstream("absent", Upstream::Absent)
        .api("broken", "/broken", "broken", "")
        .api("absent", "/absent", "absent", "")
        .start();
    gw.get("/broken").await.is(502).problem("upstream-invalid");
    gw.get("/absent").await.is(502).problem("upstream-unreachable");
    assert!(gw.events().iter().all(|event| event.fault == Fault::Upstream && event.status == 502));
}

#[tokio::test(start_paused = true)]
async fn what_the_client_says_of_itself_counts_only_behind_a_trusted_proxy() {
    let api = |setup: Setup| setup.api("a", "/", "echo", "");
    let gw = api(Setup::new(CATALOGUE)).start();
    let spoofed =
        gw.get("/").with("x-forwarded-for", "198.51.100.1").with("x-forwarded-proto", "https").await;
    assert_eq!(spoofed.received("x-forwarded-for").as_deref(), Some("203.0.113.7"));
    assert_eq!(spoofed.received("x-forwarded-proto").as_deref(), Some("http"));
    assert_eq!(gw.events()[0].detail.as_ref().unwrap().client.to_string(), "203.0.113.7");

    let gw = api(Setup::new(CATALOGUE))
        .with_gateway(|gateway| {
            gateway.trusted_proxies = vec!["203.0.113.0/24".to_owned(), "10.0.0.1".to_owned()]
        })
        .start();
    let told = gw
        .get("/")
        .with("x-forwarded-for", "6.6.6.6, 198.51.100.1, 10.0.0.1")
        .with("x-forwarded-proto", "https")
        .await;
    assert_eq!(
        told.received("x-forwarded-for").as_deref(),
        Some("6.6.6.6, 198.51.100.1, 10.0.0.1, 203.0.113.7")
    );
    assert_eq!(told.received("x-forwarded-proto").as_deref(), Some("https"));
    assert_eq!(gw.events()[0].detail.as_ref().unwrap().client.to_string(), "198.51.100.1");
}
