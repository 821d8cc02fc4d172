//! What becomes of calls when a subscription ends, in a whole gateway.

use std::{sync::Arc, time::Duration};

use model::snapshot::Access;
use policies::CATALOG;
use testkit::{Gateway, Setup};

fn ends_at(gateway: &Gateway, at: Option<u64>) {
    let change = |snapshot: &mut model::Snapshot| {
        let mut caller = (**snapshot.callers.get("app/till").unwrap()).clone();
        let Access::Subscribed(all) = &caller.access else { panic!() };
        let mut all = all.to_vec();
        all[0].ends = at;
        caller.access = Access::Subscribed(all.into());
        snapshot.callers.insert("app/till".into(), Arc::new(caller));
    };
    gateway.publish(change).unwrap();
}

#[tokio::test(start_paused = true)]
async fn calls_are_refused_from_the_moment_on_and_told_why() {
    let gateway = Setup::new(CATALOG)
        .api("orders@v1", "/orders", "echo", "key-auth: {}")
        .api("bills@v1", "/bills", "echo", "key-auth: {}")
        .plan("gold", "")
        .app("till", "key-of-till-1", "gold", &["orders@v1"])
        .start();
    let call = |path: &'static str| gateway.get(path).with("x-api-key", "key-of-till-1");
    call("/orders").await.is(200);
    let now = gateway.events()[0].at;
    ends_at(&gateway, Some(now + 60_000));
    call("/orders").await.is(200);
    gateway.advance(Duration::from_secs(59)).await;
    call("/orders").await.is(200);
    gateway.advance(Duration::from_secs(1)).await;
    let refused = call("/orders").await.is(403).problem("subscription-expired").json();
    assert_eq!(refused["product"], "product");
    assert!(refused["detail"].as_str().unwrap().contains("renew it in the portal"), "{refused}");
    // What was never subscribed to is another matter.
    call("/bills").await.is(403).problem("subscription-required");
    ends_at(&gateway, None);
    call("/orders").await.is(200);
}
