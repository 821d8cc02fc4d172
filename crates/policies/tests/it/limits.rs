//! Limits in a whole gateway: what is under way, and what is told of limits.

use std::time::Duration;

use policies::CATALOG;
use policy::LimitsQuestion;
use testkit::{Setup, Upstream};

fn question(caller: Option<&str>, service: &str, operation: Option<&str>) -> LimitsQuestion {
    LimitsQuestion {
        caller: caller.map(str::to_owned),
        service: service.to_owned(),
        operation: operation.map(str::to_owned),
        client: "203.0.113.7".parse().unwrap(),
        method: http::Method::GET,
        uri: "/".parse().unwrap(),
        headers: http::HeaderMap::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_under_way_until_it_is_answered_or_its_client_goes_away() {
    let gateway = Setup::new(CATALOG)
        .upstream("slow", Upstream::Slow(Duration::from_secs(10)))
        .api("orders", "/", "slow", "concurrency-limit: { limit: 1, per: api }")
        .start();
    let used = || {
        let explained = gateway.explain_limits(&question(None, "api/orders", None)).unwrap();
        explained.limits[0].state.used
    };

    let first = gateway.get("/").into_future();
    let second = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(used(), 1);
        gateway.get("/").await.is(429).problem("concurrency-limited");
    };
    let (first, ()) = tokio::join!(first, second);
    first.is(200);
    assert_eq!(used(), 0);

    // A client that does not wait for its answer.
    let gone = tokio::time::timeout(Duration::from_secs(2), gateway.get("/").into_future()).await;
    assert!(gone.is_err());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(used(), 0);
    gateway.get("/").await.is(200);
}

#[tokio::test(start_paused = true)]
async fn calls_wait_in_a_line_of_bounded_length_until_others_have_ended() {
    let gateway = Setup::new(CATALOG)
        .upstream("slow", Upstream::Slow(Duration::from_secs(10)))
        .api(
            "orders",
            "/",
            "slow",
            "concurrency-limit: { limit: 1, per: api, queue: { most: 1, wait: 15s } }",
        )
        .start();
    let at = async |second: u64| {
        tokio::time::sleep(Duration::from_secs(second)).await;
        let answer = gateway.get("/").await;
        (answer.status.as_u16(), tokio::time::Instant::now())
    };
    let began = tokio::time::Instant::now();
    // The second waits for the first, the third finds the line full, the fourth waits for the second.
    let answers = tokio::join!(at(0), at(1), at(2), at(11));
    let of = |(status, when): (u16, tokio::time::Instant)| (status, (when - began).as_secs());
    assert_eq!(
        [of(answers.0), of(answers.1), of(answers.2), of(answers.3)],
        [(200, 10), (200, 20), (429, 2), (200, 30)]
    );
    let answers = tokio::join!(at(0), at(1), at(12));
    assert_eq!([answers.0.0, answers.1.0, answers.2.0], [200, 200, 200]);
    let slow = Setup::new(CATALOG)
        .upstream("slow", Upstream::Slow(Duration::from_secs(10)))
        .api("orders", "/", "slow", "concurrency-limit: { limit: 1, per: api, queue: { most: 5, wait: 2s } }")
        .start();
    let (first, second) = tokio::join!(slow.get("/").into_future(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let began = tokio::time::Instant::now();
        slow.get("/").await.is(429).problem("concurrency-limited");
        began.elapsed().as_secs()
    });
    first.is(200);
    assert_eq!(second, 2, "it has waited in vain");
}

#[tokio::test(start_paused = true)]
async fn every_limit_of_a_call_is_told_with_the_level_it_comes_from() {
    let gateway = Setup::new(CATALOG)
        .for_all("[concurrency-limit: { limit: 50 }, rate-limit: { limit: 1000, window: 1m }]")
        .contract(
            "orders",
            "/orders",
            "[key-auth: { }, rate-limit: { limit: 100, window: 1m }]",
            &[
                ("list", "GET", "/a", ""),
                ("get", "GET", "/b", "rate-limit: { limit: 5, window: 1m, per: operation }"),
            ],
        )
        .plan("gold", "rate-limit: { limits: [{ limit: 7, window: 1s }, { limit: 70, window: 1m }] }")
        .app("shop", "shop-key-0123456789", "gold", &["orders"])
        .consumer(
            "ada",
            "ada-key-0123456789",
            "{ rate-limit: { limit: 9, window: 1m }, when: \"request.method == 'PUT'\" }",
        )
        .start();
    let tell = |caller: Option<&str>, operation: Option<&str>| {
        let explained = gateway.explain_limits(&question(caller, "api/orders", operation)).unwrap();
        let limits = explained.limits.iter().map(|limit| {
            format!("{} {} {}/{}", limit.level, limit.at, limit.state.remaining, limit.state.limit)
        });
        let idle = explained.not_in_force.iter().map(|idle| format!("{} {}", idle.level, idle.why));
        (limits.collect::<Vec<_>>(), idle.collect::<Vec<_>>(), explained.plan)
    };

    gateway.get("/orders/a").with("x-api-key", "shop-key-0123456789").await.is(200);
    let (limits, idle, plan) = tell(Some("app/shop"), Some("list"));
    assert_eq!(plan.as_deref(), Some("gold"));
    assert_eq!(limits, ["gateway gateway/default 50/50", "plan plan/gold 6/7", "plan plan/gold 69/70"]);
    assert_eq!(idle, ["gateway replaced by that of api/orders", "api replaced by that of plan/gold"]);

    let (limits, idle, _) = tell(None, Some("get"));
    assert_eq!(limits, ["gateway gateway/default 50/50", "operation api/orders/get 5/5"]);
    assert_eq!(idle.len(), 2, "{idle:?}");

    let (limits, idle, _) = tell(Some("consumer/ada"), None);
    assert_eq!(limits, ["gateway gateway/default 50/50"]);
    assert!(idle.contains(&"consumer `when` is false: request.method == 'PUT'".to_owned()), "{idle:?}");

    for (caller, service, operation, complaint) in [
        (None, "api/none", None, "there is no `api/none`"),
        (None, "api/orders", Some("none"), "no operation `none`"),
        (Some("consumer/bob"), "api/orders", None, "there is no `consumer/bob`"),
    ] {
        let error = gateway.explain_limits(&question(caller, service, operation)).unwrap_err();
        assert!(error.contains(complaint), "{error}");
    }
}
