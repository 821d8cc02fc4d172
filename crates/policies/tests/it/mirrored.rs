//! Copies of requests, through a whole gateway.

use std::sync::{Arc, Mutex};

use policies::CATALOG;
use testkit::{Setup, Upstream};

#[tokio::test(start_paused = true)]
async fn the_other_service_gets_what_the_upstream_gets_and_the_client_never_waits_for_it() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let next = Upstream::script(move |request| {
        let host = request.headers()["host"].to_str().unwrap();
        let body = String::from_utf8_lossy(request.body());
        log.lock().unwrap().push(format!("{} {} {host} {body}", request.method(), request.uri()));
        http::Response::builder().status(500).body("never seen".into()).unwrap()
    });
    let policies = "[mirror: { to: 'http://next/copy' }, rewrite: { path: '/v2${request.path}' }]";
    let gw = Setup::new(CATALOG).upstream("next", next).api("a", "/shop", "echo", policies).start();
    let reply = gw.post("/shop/orders?a=b").body("hello").await.is(200);
    assert_eq!(reply.json()["target"], "/v2/orders?a=b");
    gw.get("/shop/x").await.is(200);
    // Copies go on beside the exchange.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, ["GET /copy/v2/x next ", "POST /copy/v2/orders?a=b next hello"]);
}

#[tokio::test(start_paused = true)]
async fn another_service_that_hangs_or_is_not_there_changes_nothing() {
    for next in [Upstream::Absent, Upstream::Broken, Upstream::Slow(std::time::Duration::from_secs(3600))] {
        let setup = Setup::new(CATALOG).upstream("next", next);
        let gw = setup.api("a", "/", "echo", "mirror: { to: 'http://next', concurrency: 1 }").start();
        let began = tokio::time::Instant::now();
        for _ in 0..3 {
            gw.post("/").body("x").await.is(200);
        }
        assert!(began.elapsed().as_secs() < 1);
    }
}
