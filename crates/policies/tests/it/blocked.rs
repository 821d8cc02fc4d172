//! Blocks in a whole gateway.

use std::{sync::Arc, time::Duration};

use model::{Blocked, Snapshot, snapshot::BlockRule};
use policies::CATALOG;
use testkit::{Gateway, Setup, key_hash};

fn shop() -> Gateway {
    Setup::new(CATALOG)
        .api("orders@v1", "/orders", "echo", "key-auth: {}")
        .api("bills@v1", "/bills", "echo", "")
        .plan("gold", "")
        .consumer("ada", "key-of-ada-1", "")
        .consumer("bob", "key-of-bob-1", "")
        .app("till", "key-of-till-1", "gold", &["orders@v1"])
        .start()
}

fn block(gateway: &Gateway, blocked: Blocked, ends: Option<u64>) {
    let rule = Arc::new(BlockRule { workspace: model::Name::default_workspace(), blocked, ends });
    gateway.publish(|snapshot: &mut Snapshot| drop(snapshot.blocks.insert("b".into(), rule))).unwrap();
}

fn unblock(gateway: &Gateway) {
    gateway.publish(|snapshot| snapshot.blocks.clear()).unwrap();
}

async fn status(gateway: &Gateway, path: &str, key: &str) -> u16 {
    let reply = gateway.get(path).with("x-api-key", key).await;
    if reply.status == 403 {
        reply.problem("blocked");
        return 403;
    }
    reply.status.as_u16()
}

#[tokio::test(start_paused = true)]
async fn what_is_blocked_is_refused_everything_else_is_not_and_it_is_let_in_again() {
    let gateway = shop();
    let calls = [
        ("/orders", "key-of-ada-1"),
        ("/orders", "key-of-bob-1"),
        ("/orders", "key-of-till-1"),
        ("/bills", "none"),
        ("/nowhere", "none"),
    ];
    let usual = [200, 200, 200, 200, 404];
    for (blocked, expected) in [
        (Blocked::Consumer("ada".into()), [403, 200, 200, 200, 404]),
        (Blocked::App("till".into()), [200, 200, 403, 200, 404]),
        (Blocked::App("ada".into()), usual),
        (Blocked::Consumer("till".into()), usual),
        (Blocked::Key(key_hash("key-of-bob-1")), [200, 403, 200, 200, 404]),
        (Blocked::Api("orders".into()), [403, 403, 403, 200, 404]),
        (Blocked::Api("bills@v1".into()), [200, 200, 200, 403, 404]),
        (Blocked::Api("bills@v2".into()), usual),
        (Blocked::Address("203.0.113.0/28".parse().unwrap()), [403; 5]),
        (Blocked::Address("203.0.113.8".parse::<std::net::IpAddr>().unwrap().into()), usual),
    ] {
        block(&gateway, blocked.clone(), None);
        for ((path, key), expected) in calls.iter().zip(expected) {
            assert_eq!(status(&gateway, path, key).await, expected, "{blocked:?}: {path} {key}");
        }
        unblock(&gateway);
    }
    for ((path, key), expected) in calls.iter().zip(usual) {
        assert_eq!(status(&gateway, path, key).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_block_ends_by_itself_and_says_no_reason_to_the_client_but_its_name_to_operators() {
    let gateway = shop();
    gateway.get("/orders").with("x-api-key", "key-of-ada-1").await.is(200);
    let now = gateway.events()[0].at;
    block(&gateway, Blocked::Consumer("ada".into()), Some(now + 60_000));
    let reply = gateway.get("/orders").with("x-api-key", "key-of-ada-1").await.is(403);
    assert!(!reply.json().to_string().contains("block/"), "{}", reply.json());
    let event = gateway.events().pop().unwrap();
    assert_eq!(event.detail.unwrap().cause.as_deref(), Some("block/b"));
    assert_eq!(event.caller.as_deref(), Some("consumer/ada"));
    gateway.advance(Duration::from_secs(59)).await;
    assert_eq!(status(&gateway, "/orders", "key-of-ada-1").await, 403);
    // A wrong key is no more welcome than before.
    assert_eq!(status(&gateway, "/orders", "guess").await, 401);
    gateway.advance(Duration::from_secs(2)).await;
    assert_eq!(status(&gateway, "/orders", "key-of-ada-1").await, 200);
}
