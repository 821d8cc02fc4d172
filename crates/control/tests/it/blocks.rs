//! Blocks: made by what they are about, lifted, and tidied away.

use std::time::Duration;

use control::{AuditQuery, BlockAsked, Error};
use model::{Blocked, Kind, Span};
use serde_json::json;

use crate::{Plane, admin, shop, ws};

fn of(consumer: &str) -> BlockAsked {
    BlockAsked {
        consumer: Some(consumer.into()),
        reason: Some("stolen laptop".into()),
        ..BlockAsked::default()
    }
}

async fn plane() -> Plane {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), crate::APPLY).await.unwrap();
    plane
}

#[tokio::test]
async fn one_call_blocks_another_makes_it_longer_and_one_lifts_it() {
    let plane = plane().await;
    let hour = BlockAsked { lasts: Some(Span::secs(3600)), ..of("ada") };
    let made = plane.control.block(&admin(), &ws(), hour).await.unwrap();
    assert!(!made.replaced && made.note.is_none());
    let rule = plane.snapshot().blocks["consumer-ada"].clone();
    assert_eq!((&rule.blocked, rule.ends), (&Blocked::Consumer("ada".into()), Some(1_800_003_600_000)));

    let longer = plane.control.block(&admin(), &ws(), of("ada")).await.unwrap();
    assert!(longer.replaced);
    assert_eq!(plane.snapshot().blocks["consumer-ada"].ends, None);
    assert_eq!(plane.reopened().await.snapshots().borrow().blocks.len(), 1, "it outlives a restart");

    // However it came in, it is lifted by what it is about.
    plane.put(json!({ "kind": "block", "name": "by-hand", "consumer": "ada" })).await.unwrap();
    assert_eq!(plane.control.unblock(&admin(), &ws(), of("ada")).await.unwrap().len(), 2);
    assert!(plane.snapshot().blocks.is_empty());
    let again = plane.control.unblock(&admin(), &ws(), of("ada")).await.unwrap_err();
    assert!(matches!(again, Error::Missing { .. }), "{again:?}");

    let query = AuditQuery { kind: Some("block".into()), after: Some(0), ..AuditQuery::default() };
    let records = plane.control.audit(&ws(), query).await.unwrap();
    let actions: Vec<_> = records.iter().map(|record| record.action.as_str()).collect();
    assert_eq!(actions, ["block", "block", "block", "unblock", "unblock"]);
    assert_eq!(records[0].after.as_ref().unwrap()["reason"], "stolen laptop");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_what_may_come_from_elsewhere_is_noted() {
    let plane = plane().await;
    let block = async |asked: BlockAsked| plane.control.block(&admin(), &ws(), asked).await;
    let none = BlockAsked::default();
    for (asked, says) in [
        (none.clone(), "one of"),
        (BlockAsked { api: Some("orders".into()), ..of("ada") }, "one of"),
        (BlockAsked { api: Some("order".into()), ..none.clone() }, "`orders`"),
        (BlockAsked { app: Some("til".parse().unwrap()), ..none.clone() }, "`till`"),
        (BlockAsked { address: Some("ten".into()), ..none.clone() }, "no address or network"),
        (BlockAsked { lasts: Some(Span(Duration::ZERO)), ..of("ada") }, "longer than"),
    ] {
        let error = block(asked.clone()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{asked:?}: {error}");
    }
    assert!(block(of("somebody@idp")).await.unwrap().note.unwrap().contains("no consumer"));
    let key = |key: &str| BlockAsked { key: Some(key.into()), ..BlockAsked::default() };
    assert!(block(key("correct-horse-battery")).await.unwrap().note.is_none());
    assert!(block(key("nobody-has-this")).await.unwrap().note.is_some());
    let all = format!("{:?}", plane.control.export(&ws()).await.unwrap());
    assert!(!all.contains("nobody-has-this"), "a key is never returned");
}

#[tokio::test]
async fn a_block_that_has_ended_is_removed_and_a_consumer_can_be_deleted_beside_one() {
    let plane = plane().await;
    let brief = BlockAsked { lasts: Some(Span::secs(60)), ..of("ada") };
    plane.control.block(&admin(), &ws(), brief).await.unwrap();
    assert_eq!(plane.control.remove_ended_blocks(&admin()).await.unwrap(), 0);
    plane.pass_minutes(1);
    assert_eq!(plane.control.remove_ended_blocks(&admin()).await.unwrap(), 1);
    assert!(plane.snapshot().blocks.is_empty());
    plane.control.block(&admin(), &ws(), of("ada")).await.unwrap();
    plane.control.delete(&admin(), &ws(), Kind::Consumer, "ada", control::Expect::Any).await.unwrap();
}
