//! How policies of several levels come together.

use model::event::Fault;
use testkit::{Setup, gateway, policies};

use crate::words::CATALOGUE;

#[tokio::test(start_paused = true)]
async fn a_narrower_policy_replaces_wider_ones_of_its_name_and_leaves_the_others() {
    let gw = Setup::new(CATALOGUE)
        .for_all("[mark: { word: gateway }, stamp: { word: gateway }]")
        .api("plain", "/plain", "echo", "")
        .api("own", "/own", "echo", "[mark: { word: one }, mark: { word: two }]")
        .contract(
            "ops",
            "/ops",
            "mark: { word: api }",
            &[("a", "GET", "/a", "mark: { word: operation }"), ("b", "GET", "/b", "")],
        )
        .start();
    for (path, marks) in
        [("/plain", "gateway"), ("/own/x", "one, two"), ("/ops/a", "operation"), ("/ops/b", "api")]
    {
        let reply = gw.get(path).await.is(200).header("x-stamps", "gateway");
        assert_eq!(reply.received("x-marks").as_deref(), Some(marks), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn plan_and_caller_replace_what_is_wider_once_the_caller_is_known() {
    let gw = Setup::new(CATALOGUE)
        .api("orders", "/", "echo", "[name: {}, mark: { word: api }, count: { limit: 100 }]")
        .plan("gold", "[mark: { word: plan }, count: { limit: 2 }]")
        .app("shop", "shop-key", "gold", &["orders"])
        .consumer("ada", "ada-key", "mark: { word: ada }")
        .start();
    let reply = gw.get("/").with("x-key", "ada-key").await.is(200).header("x-left", "99");
    assert_eq!(reply.received("x-marks").as_deref(), Some("ada"));
    assert_eq!(reply.received("x-key"), None);
    let reply = gw.get("/").with("x-key", "shop-key").await.is(200).header("x-left", "1");
    assert_eq!(reply.received("x-marks").as_deref(), Some("plan"));
    gw.get("/").with("x-key", "nobody").await.is(401).problem("unauthenticated");

    let events = gw.events();
    assert_eq!(events[0].caller.as_deref(), Some("consumer/ada"));
    assert_eq!(
        (events[1].plan.as_deref(), events[1].subscription.as_deref()),
        (Some("gold"), Some("shop-gold"))
    );
    assert_eq!((events[2].problem, events[2].fault), (Some("unauthenticated"), Fault::Downstream));
}

#[tokio::test(start_paused = true)]
async fn a_condition_decides_for_requests_and_responses() {
    let gw = gateway(
        CATALOGUE,
        "[{ mark: { word: odd }, when: \"'x-odd' in request.headers\" }, { stamp: { word: odd }, when: \"'x-odd' in request.headers\" }]",
    );
    let reply = gw.get("/").with("x-odd", "1").await.is(200).header("x-stamps", "odd");
    assert_eq!(reply.received("x-marks").as_deref(), Some("odd"));
    assert_eq!(gw.get("/").await.is(200).without("x-stamps").received("x-marks"), None);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_cannot_run_says_where_and_leaves_the_old_one() {
    let gw = gateway(CATALOGUE, "mark: { word: old }");
    let findings = gw
        .publish(|snapshot| {
            let service = snapshot.services.values_mut().next().unwrap();
            std::sync::Arc::make_mut(service).policies = policies(
                "[mark: { word: new, more: 1 }, unknown: {}, { mark: { word: a }, when: 'request.' }]",
            );
        })
        .unwrap_err();
    let texts: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), 3, "{texts:#?}");
    assert!(texts[0].starts_with("error: api/orders: policies[0].mark.more: unknown field"), "{texts:#?}");
    assert!(texts[1].contains("policies[1]: `unknown` is no policy"), "{texts:#?}");
    assert!(texts[2].contains("policies[2].when"), "{texts:#?}");
    assert_eq!(gw.get("/").await.is(200).received("x-marks").as_deref(), Some("old"));
}

#[tokio::test(start_paused = true)]
async fn counts_survive_a_change_around_them() {
    let gw = gateway(CATALOGUE, "count: { limit: 2 }");
    gw.get("/").await.is(200).header("x-left", "1");
    gw.publish(|snapshot| {
        let service = snapshot.services.values_mut().next().unwrap();
        std::sync::Arc::make_mut(service).policies = policies("[count: { limit: 2 }, mark: { word: new }]");
    })
    .unwrap();
    let reply = gw.get("/").await.is(200).header("x-left", "0");
    assert_eq!(reply.received("x-marks").as_deref(), Some("new"));
    gw.get("/").await.is(429).problem("rate-limited").header("x-left", "0");
}

#[tokio::test(start_paused = true)]
async fn what_a_contract_lacks_is_refused_with_what_it_has() {
    let gw = Setup::new(CATALOGUE)
        .contract(
            "orders",
            "/v1",
            "stamp: { word: here }",
            &[
                ("list", "GET", "/orders", ""),
                ("get", "GET", "/orders/{id}", ""),
                ("create", "POST", "/orders", ""),
            ],
        )
        .api("wide", "/v1/other", "echo", "")
        .start();
    gw.get("/v1/nothing").await.is(404).problem("operation-not-found").header("x-stamps", "here");
    gw.delete("/v1/orders").await.is(405).problem("method-not-allowed").header("allow", "GET, HEAD, POST");
    gw.get("/elsewhere").await.is(404).problem("not-found");
    let reply = gw.get("/v1/orders/7?x=1").await.is(200);
    assert_eq!(reply.json()["target"], "/orders/7?x=1");
    assert_eq!(gw.get("/v1/other/thing").await.is(200).json()["target"], "/thing");
    let reply = gw.get("/v1/%6frders/a%2Fb").await.is(200);
    assert_eq!(reply.json()["target"], "/orders/a%2Fb", "routed and forwarded alike");
    gw.get("/v1/orders/..").await.is(400).problem("bad-request");
    gw.get("/v1/orders/%2e%2e/x").await.is(400).problem("bad-request");

    let events = gw.events();
    assert_eq!(&*events[0].target.as_ref().unwrap().operation, "");
    assert_eq!(&*events[3].target.as_ref().unwrap().operation, "get");
    assert_eq!(&*events[3].target.as_ref().unwrap().path, "/v1/orders/{id}");
}
