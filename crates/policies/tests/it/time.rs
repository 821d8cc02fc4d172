//! Deadlines of an exchange, through a whole gateway.

use std::time::Duration;

use policies::CATALOG;
use testkit::{Gateway, Setup, Upstream};

const SECOND: Duration = Duration::from_secs(1);

fn in_front_of(upstream: Upstream, policies: &str) -> Gateway {
    Setup::new(CATALOG).upstream("u", upstream).api("a", "/", "u", policies).start()
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_goes_on_past_the_whole_breaks_off() {
    let pieces: Vec<_> = (0..10).map(|_| (SECOND, "piece")).collect();
    let gw = in_front_of(Upstream::stream("text/plain", &pieces), "timeouts: { whole: 3500ms }");
    let (_, pieces) = gw.get("/").pieces().await.unwrap();
    let (at, last) = pieces.last().unwrap();
    assert!(last.is_err() && at.as_millis() == 3500, "{pieces:?}");
    assert_eq!(pieces.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_pauses_longer_than_said_breaks_off() {
    let pieces = [(SECOND, "one"), (SECOND * 3, "two")];
    let gw = in_front_of(Upstream::stream("text/plain", &pieces), "timeouts: { read: 2s }");
    let (_, pieces) = gw.get("/").pieces().await.unwrap();
    assert!(pieces.len() == 2 && pieces[1].1.is_err() && pieces[1].0 == SECOND * 3, "{pieces:?}");
}

#[tokio::test(start_paused = true)]
async fn the_upstreams_deadlines_can_be_made_shorter_and_longer() {
    let slow = || Upstream::Slow(SECOND * 100);
    in_front_of(slow(), "").get("/").await.is(504);
    in_front_of(slow(), "timeouts: { total: 2m, read: 2m }").get("/").await.is(200);
    let began = tokio::time::Instant::now();
    in_front_of(slow(), "timeouts: { total: 2s }").get("/").await.is(504).problem("upstream-timeout");
    assert_eq!(began.elapsed(), SECOND * 2);
    in_front_of(slow(), "timeouts: { whole: 3s }").get("/").await.is(504);
    assert_eq!(began.elapsed(), SECOND * 5);
}
