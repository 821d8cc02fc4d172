//! Whom a change breaks, who is told of it, and who is left behind.

use std::sync::{Arc, Mutex};

use control::{Letter, LifeStep, NotKnown, NoticeOf, Options, Post, Posted, Usage, Used, Uses};
use model::LifeState;
use serde_json::{Value, json};

use crate::{APPLY, Plane, admin, bundle, open_with, ws};

#[derive(Default)]
struct Mailbox(Mutex<Vec<Letter>>);

impl Post for Mailbox {
    fn send(&self, letter: Letter) -> Posted<'_> {
        self.0.lock().unwrap().push(letter);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Two apps of which one sends a parameter.
struct Known;

impl Usage for Known {
    fn uses<'a>(&'a self, _: &'a str, api: &'a str, _: u64, operations: Vec<(String, String)>) -> Used<'a> {
        assert_eq!((api, operations.len()), ("orders", 1));
        let operation = json!({
            "callers": { "app/till": 30, "app/shop": 41 },
            "sampled": 9,
            "parts": { "query page": { "app/till": { "count": 4, "first": 1, "last": 2 } } },
        });
        let uses = json!({ "since": 1, "operations": { operations[0].1.clone(): operation } });
        Box::pin(std::future::ready(Ok(serde_json::from_value::<Uses>(uses).unwrap())))
    }
}

/// Calls were counted, and cannot be read.
struct Unreadable;

impl Usage for Unreadable {
    fn uses<'a>(&'a self, _: &'a str, _: &'a str, _: u64, _: Vec<(String, String)>) -> Used<'a> {
        Box::pin(std::future::ready(Err(NotKnown)))
    }
}

const CONTRACT: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get:
      operationId: list
      parameters: [{ name: page, in: query, schema: { type: integer } }, { name: size, in: query, schema: { type: integer } }]
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, required: [total], properties: { total: { type: integer } } } } } } }
";

fn document(life: &Value) -> String {
    let api = json!({ "kind": "api", "name": "orders", "contract": "./c.yaml", "listen": { "path": "/orders" },
        "upstream": { "endpoints": ["http://127.0.0.1:9001"] }, "lifecycle": life });
    api.to_string()
}

const SHOP: &str = "kind: plan
name: gold
---
kind: product
name: shop
apis: [orders]
plans: [gold]
---
kind: app
name: till
owner: bea@example.com
---
kind: app
name: kiosk
owner: bea@example.com
---
kind: app
name: other
owner: eve@example.com
---
kind: subscription
name: till-shop
app: till
product: shop
plan: gold
---
kind: subscription
name: kiosk-shop
app: kiosk
product: shop
plan: gold
---
kind: subscription
name: other-shop
app: other
product: shop
plan: gold
state: rejected
";

async fn plane() -> (Plane, Arc<Mailbox>) {
    let mut plane = Plane::new().await;
    let mailbox = Arc::new(Mailbox::default());
    let options = Options { post: Some(mailbox.clone()), usage: Some(Arc::new(Known)), ..Options::default() };
    plane.control = open_with(&plane.store, &plane.clock, options).await;
    let files = bundle(&[("shop.yaml", SHOP), ("orders.yaml", &document(&json!({}))), ("c.yaml", CONTRACT)]);
    plane.control.apply(&admin(), &ws(), files, APPLY).await.unwrap();
    (plane, mailbox)
}

#[tokio::test]
async fn a_break_names_those_who_use_what_goes_and_nobody_else() {
    let (plane, _) = plane().await;
    let harder = CONTRACT
        .replace(
            "{ name: page, in: query, schema: { type: integer } }",
            "{ name: page, in: query, required: true, schema: { type: integer } }",
        )
        .replace(
            "{ name: size, in: query, schema: { type: integer } }",
            "{ name: size, in: query, required: true, schema: { type: integer } }",
        )
        .replace("required: [total], ", "");
    let files = bundle(&[("orders.yaml", &document(&json!({}))), ("c.yaml", &harder)]);
    let plan = plane.control.plan(&ws(), files, APPLY).await.unwrap();
    let users = |at: &str| {
        let change =
            plan.contracts[0].changes.iter().find(|change| change.at == at && change.level == "breaking");
        let used_by = change.unwrap_or_else(|| panic!("{at}: {:?}", plan.contracts)).used_by.clone();
        used_by.map(|used| {
            used.callers.into_iter().map(|one| (one.caller, one.calls, one.parts)).collect::<Vec<_>>()
        })
    };
    assert_eq!(users("query page"), Some(vec![("app/till".to_owned(), 30, Some(4))]));
    assert_eq!(users("query size"), None, "nobody sends it");
    let said = plan.findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("\n");
    assert!(said.contains("used by app/till (30 calls, in 4 of those looked into)"), "{said}");
}

#[tokio::test]
async fn those_whose_apps_use_an_api_are_told_of_its_end_by_letter_and_in_the_portal() {
    let (plane, mailbox) = plane().await;
    let ending = LifeStep {
        sunset_at: Some("2027-06-30T00:00:00Z".to_owned()),
        successor: Some("https://example.com/v2".to_owned()),
        ..LifeStep::to(LifeState::Deprecated)
    };
    plane.control.move_api(&admin(), &ws(), "orders", ending, None).await.unwrap();
    tokio::task::yield_now().await;
    {
        let letters = mailbox.0.lock().unwrap();
        assert_eq!(letters.len(), 1, "one letter for both apps, and none for whom a person refused");
        assert_eq!(letters[0].to, "bea@example.com");
        assert!(letters[0].subject.contains("Orders is deprecated, and will stop answering on 2027-06-30"));
        assert!(
            letters[0].text.contains("kiosk, till") && letters[0].text.contains("https://example.com/v2")
        );
    }
    let notices = plane.control.notices_of(&ws(), "Bea@example.com").await.unwrap();
    assert_eq!((notices.len(), notices[0].of, notices[0].apps.len()), (1, NoticeOf::Deprecated, 2));
    assert_eq!(plane.control.notices_of(&ws(), "eve@example.com").await.unwrap(), []);
    let life = plane.control.life(&ws(), "orders").await.unwrap();
    assert!(
        life.history.iter().any(|event| event.what == "told"
            && event.reason.as_deref().unwrap_or_default().contains("kiosk, till"))
    );

    plane
        .control
        .move_api(&admin(), &ws(), "orders", LifeStep::to(LifeState::Published), None)
        .await
        .unwrap();
    let notices = plane.control.notices_of(&ws(), "bea@example.com").await.unwrap();
    assert_eq!(
        (notices.len(), notices[0].of),
        (1, NoticeOf::Kept),
        "what holds no more is not told any more"
    );
    let gone = CONTRACT.replace("/orders:", "/other:");
    let files = bundle(&[("orders.yaml", &document(&json!({}))), ("c.yaml", &gone)]);
    plane.control.apply(&admin(), &ws(), files, APPLY).await.unwrap();
    let notices = plane.control.notices_of(&ws(), "bea@example.com").await.unwrap();
    assert_eq!(notices[0].of, NoticeOf::Breaking);
    assert!(notices[0].changes[0].starts_with("GET /orders"), "{:?}", notices[0].changes);
}

#[tokio::test]
async fn an_api_is_retired_when_its_day_has_come_and_nobody_calls_it_any_more() {
    let (plane, _) = plane().await;
    let standard = |name: &str, state: &str, require: Value| json!({ "kind": "standard", "name": name, "applies_to": { "states": [state] }, "require": require });
    let told = json!({ "deprecation": { "notice": "30d", "successor": true } });
    plane.put(standard("told", "deprecated", told)).await.unwrap();
    let step = |to, sunset: Option<&str>, successor: Option<&str>| LifeStep {
        sunset_at: sunset.map(str::to_owned),
        successor: successor.map(str::to_owned),
        ..LifeStep::to(to)
    };
    // The clock stands at 2027-01-15.
    let soon = step(LifeState::Deprecated, Some("2027-02-01T00:00:00Z"), None);
    let refused = plane.control.move_api(&admin(), &ws(), "orders", soon, None).await.unwrap_err();
    let said =
        refused.findings().iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("\n");
    assert!(said.contains("30d after `deprecated_at`") && said.contains("`successor`"), "{said}");
    let well = step(LifeState::Deprecated, Some("2027-03-01T00:00:00Z"), Some("/v2"));
    plane.control.move_api(&admin(), &ws(), "orders", well, None).await.unwrap();

    let quiet = json!({ "retirement": { "after_sunset": true, "quiet_days": 14 } });
    plane.put(standard("quiet", "retired", quiet)).await.unwrap();
    let (admin, ws) = (admin(), ws());
    let retire = || plane.control.move_api(&admin, &ws, "orders", LifeStep::to(LifeState::Retired), None);
    let refused = retire().await.unwrap_err();
    let said =
        refused.findings().iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("\n");
    assert!(
        said.contains("has not come") && said.contains("app/shop (41 calls), app/till (30 calls)"),
        "{said}"
    );
    plane.pass_minutes(60 * 24 * 60);
    let refused = retire().await.unwrap_err();
    assert!(
        !refused.to_string().contains("has not come") && refused.to_string().contains("still called"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_api_is_not_retired_while_nobody_can_tell_whether_it_is_called() {
    let mut plane = Plane::new().await;
    let options = Options { usage: Some(Arc::new(Unreadable)), ..Options::default() };
    plane.control = open_with(&plane.store, &plane.clock, options).await;
    let life = json!({ "state": "deprecated", "deprecated_at": "2026-06-30T00:00:00Z" });
    let files = bundle(&[("orders.yaml", &document(&life)), ("c.yaml", CONTRACT)]);
    plane.control.apply(&admin(), &ws(), files, APPLY).await.unwrap();
    let quiet = json!({ "kind": "standard", "name": "quiet", "applies_to": { "states": ["retired"] },
        "require": { "retirement": { "quiet_days": 14 } } });
    plane.put(quiet).await.unwrap();
    let retired =
        plane.control.move_api(&admin(), &ws(), "orders", LifeStep::to(LifeState::Retired), None).await;
    let said =
        retired.unwrap_err().findings().iter().map(|finding| finding.message.clone()).collect::<String>();
    assert!(said.contains("cannot be told, because the counted calls cannot be read"), "{said}");
}
