//! Bundles of what is known of a caller: whole, of one workspace, without secrets, and written down.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use model::{
    ExchangeEvent, Recorder,
    event::{Detail, Fault, Target},
};
use serde_json::{Value, json};

use crate::platform::{Platform, Session};

const KEY: &str = "planted-key-of-ada-1";
const DAY: u64 = 24 * 60 * 60 * 1000;

fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap()
}

fn called(workspace: &str, caller: &str, client: &str, status: u16, at: u64) -> ExchangeEvent {
    let target = Target {
        key: "route/r".into(),
        workspace: workspace.into(),
        service: "route/r".into(),
        operation: "list".into(),
        path: "/r".into(),
    };
    let detail = Detail {
        request_id: format!("call-of-{caller}-in-{workspace}").into(),
        trace_id: "0123456789abcdef0123456789abcdef".into(),
        path: "/r".into(),
        host: "localhost:8080".into(),
        client: client.parse().unwrap(),
        user_agent: None,
        endpoint: None,
        cause: None,
    };
    ExchangeEvent {
        at,
        target: Some(Arc::new(target)),
        caller: Some(caller.into()),
        subscription: None,
        plan: None,
        method: http::Method::GET,
        protocol: Default::default(),
        status,
        problem: None,
        fault: Fault::None,
        duration_us: 1500,
        upstream_us: 1000,
        bytes_in: 1,
        bytes_out: 100,
        attempts: 1,
        hedges: 0,
        branch: None,
        cache: None,
        breach: Default::default(),
        observed: None,
        detail: Some(Box::new(detail)),
    }
}

async fn platform() -> Platform {
    let platform = Platform::start().await;
    platform.post("/api/v1/workspaces").admin().json(&json!({ "name": "acme" })).send().await.is(201);
    for (workspace, key) in [("default", KEY), ("acme", "planted-key-of-acme")] {
        let ada = json!({ "kind": "consumer", "name": "ada", "credentials": [{ "key": key }, { "username": format!("ada-{workspace}"), "password": "planted-pass-word" }] });
        let made = platform.post("/api/v1/consumers").admin().header("pailou-workspace", workspace);
        made.json(&ada).send().await.is(201);
    }
    let changed =
        json!({ "kind": "consumer", "name": "ada", "title": "Ada", "credentials": [{ "key": KEY }] });
    platform.put("/api/v1/consumers/ada").admin().json(&changed).send().await.is(200);
    for blocked in [json!({ "consumer": "ada", "reason": "stolen" }), json!({ "address": "203.0.113.0/24" })]
    {
        platform.post("/api/v1/blocks").admin().json(&blocked).send().await.is(200);
    }
    let mut sink = platform.analytics.sink();
    for (workspace, caller, client, status) in [
        ("default", "consumer/ada", "203.0.113.7", 200),
        ("default", "consumer/ada", "203.0.113.7", 200),
        ("default", "consumer/ada", "198.51.100.1", 403),
        ("default", "consumer/bob", "203.0.113.7", 200),
        ("acme", "consumer/ada", "203.0.113.7", 200),
    ] {
        sink.record(called(workspace, caller, client, status, now()));
    }
    platform
}

/// Lines of a bundle, whose manifest is right.
fn lines(text: &str) -> Vec<(String, Value)> {
    let all: Vec<(String, Value)> = text
        .lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            (line["section"].as_str().unwrap().to_owned(), line["value"].take())
        })
        .collect();
    let hex = |bytes: &[u8]| -> String {
        digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let (section, manifest) = all.last().unwrap();
    assert_eq!(section, "manifest");
    let before = text.trim_end().rfind('\n').unwrap() + 1;
    assert_eq!(manifest["sha256"], hex(&text.as_bytes()[..before]));
    assert_eq!(manifest["lines"], all.len() as u64 - 1);
    let calls: String = text
        .lines()
        .filter(|line| line.starts_with(r#"{"section":"call""#))
        .map(|line| format!("{line}\n"))
        .collect();
    if !calls.is_empty() {
        assert_eq!(manifest["sections"]["call"]["sha256"], hex(calls.as_bytes()));
    }
    all
}

fn of<'a>(lines: &'a [(String, Value)], section: &str) -> Vec<&'a Value> {
    lines.iter().filter(|(name, _)| name == section).map(|(_, value)| value).collect()
}

async fn gathered(
    platform: &Platform,
    session: &Session,
    workspace: &'static str,
    form: Value,
) -> Vec<(String, Value)> {
    let asked = platform.post("/api/v1/forensics").signed_in(session).header("pailou-workspace", workspace);
    let answer = asked.json(&form).send().await.is(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    for secret in [KEY, "planted-key-of-acme", "planted-pass-word", "$argon2id$"] {
        assert!(!answer.text.contains(secret), "{secret} is told: {}", answer.text);
    }
    lines(&answer.text)
}

#[tokio::test]
async fn a_bundle_holds_what_is_known_of_a_caller_in_its_window_and_nothing_of_others() {
    let platform = platform().await;
    let sue = platform.member("sue@example.com", "*", "security").await;
    let bundle = gathered(&platform, &sue, "default", json!({ "consumer": "ada" })).await;
    let head = &bundle[0].1;
    assert_eq!(
        (&head["format"], &head["subject"]["caller"]),
        (&json!("pailou-forensics/1"), &json!("consumer/ada"))
    );
    assert_eq!(of(&bundle, "document")[0]["document"]["title"], "Ada");
    let states: Vec<_> =
        of(&bundle, "revision").iter().map(|one| one["revision"].as_u64().unwrap()).collect();
    assert_eq!(states, [2, 1]);
    assert_eq!(of(&bundle, "key").len(), 1);
    assert_eq!(of(&bundle, "block").len(), 1);
    let audit: Vec<_> =
        of(&bundle, "audit").iter().map(|one| one["action"].as_str().unwrap().to_owned()).collect();
    for action in ["create", "update", "block"] {
        assert!(audit.iter().any(|one| one == action), "{action}: {audit:?}");
    }
    let blocks = of(&bundle, "audit").iter().filter(|one| one["kind"] == "block").count();
    assert_eq!(blocks, 1, "{audit:?}");
    let mut counts: Vec<_> = of(&bundle, "count")
        .iter()
        .map(|one| (one["status"].as_u64().unwrap(), one["calls"].as_u64().unwrap()))
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [(200, 2), (403, 1)]);
    let calls = of(&bundle, "call");
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call["request_id"] == "call-of-consumer/ada-in-default"));

    // The same by the key; by the address, whoever called from there.
    let by_key = gathered(&platform, &sue, "default", json!({ "key": KEY })).await;
    assert_eq!(of(&by_key, "call").len(), 3);
    let by_address = gathered(&platform, &sue, "default", json!({ "address": "203.0.113.7" })).await;
    assert_eq!(of(&by_address, "call").len(), 3);
    assert_eq!(of(&by_address, "block").len(), 1);
    let there = gathered(&platform, &sue, "acme", json!({ "consumer": "ada" })).await;
    assert_eq!(of(&there, "call").len(), 1);
    assert_eq!((of(&there, "revision").len(), of(&there, "block").len()), (1, 0));

    // Another window holds nothing but what was in force at its beginning.
    let until = jiff::Timestamp::from_millisecond(i64::try_from(now() - 2 * DAY).unwrap()).unwrap();
    let before =
        gathered(&platform, &sue, "default", json!({ "consumer": "ada", "days": 1, "until": until })).await;
    assert_eq!(
        (of(&before, "call").len(), of(&before, "audit").len(), of(&before, "revision").len()),
        (0, 0, 0)
    );
    // Of whom nothing is known, it says so.
    let unknown = gathered(&platform, &sue, "default", json!({ "consumer": "adda" })).await;
    assert_eq!(unknown[0].1["subject"]["note"], "there is no consumer `adda` now");
}

#[tokio::test]
async fn who_gathers_is_written_down_with_the_hash_of_what_was_told() {
    let platform = platform().await;
    let sue = platform.member("sue@example.com", "*", "security").await;
    let bundle = gathered(&platform, &sue, "default", json!({ "consumer": "ada", "days": 7 })).await;
    let records =
        platform.get("/api/v1/audit?actor=sue@example.com").signed_in(&sue).send().await.is(200).json();
    let find = |action: &str| {
        records["items"].as_array().unwrap().iter().find(|one| one["action"] == action).unwrap().clone()
    };
    assert_eq!(
        (&find("gather-evidence")["kind"], &find("gather-evidence")["id"]),
        (&json!("consumer"), &json!("ada"))
    );
    assert_eq!(find("gathered-evidence")["after"]["sha256"], bundle.last().unwrap().1["sha256"]);
    // A browser that was left open is not enough.
    platform.later(11 * 60);
    let asked = platform.post("/api/v1/forensics").signed_in(&sue).json(&json!({ "consumer": "ada" }));
    asked.send().await.is(403).problem("confirmation-needed");
}

#[tokio::test]
async fn the_audit_log_is_taken_away_whole_by_who_confirmed_and_that_is_written_down() {
    let platform = platform().await;
    let sue = platform.member("sue@example.com", "*", "security").await;
    let export = || platform.get("/api/v1/audit/export").signed_in(&sue);
    let numbers = |text: &str| -> Vec<u64> {
        text.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["number"].as_u64().unwrap())
            .collect()
    };
    let text = export().send().await.is(200).text;
    let all = numbers(&text);
    assert!(all.len() > 10 && all.is_sorted(), "{all:?}");
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["action"], &last["actor"]), (&json!("export-audit"), &json!("sue@example.com")));
    let from = platform.get(&format!("/api/v1/audit/export?since={}&kind=consumer", all[3])).signed_in(&sue);
    let some = numbers(&from.send().await.is(200).text);
    assert!(some.iter().all(|number| *number > all[3]) && some.len() < all.len(), "{some:?}");
    // The same as messages of syslog, of which each is a line.
    let syslog = platform.get("/api/v1/audit/export?format=syslog&kind=consumer").signed_in(&sue);
    let syslog = syslog.send().await.is(200).text;
    assert!(
        syslog.lines().count() > 0 && syslog.lines().all(|line| line.starts_with("<109>1 2")),
        "{syslog}"
    );
    for wrong in ["format=csv", "limit=10"] {
        platform.get(&format!("/api/v1/audit/export?{wrong}")).signed_in(&sue).send().await.is(400);
    }
    // Another workspace's records are not among it.
    assert!(!text.contains("ada-acme"));
    let there = platform.get("/api/v1/audit/export").signed_in(&sue).header("pailou-workspace", "acme");
    assert!(there.send().await.is(200).text.contains(r#""id":"ada""#));
    platform.later(11 * 60);
    export().send().await.is(403).problem("confirmation-needed");
    let program = platform.token("siem", "*", "security").await;
    let by_program =
        platform.get("/api/v1/audit/export").header("authorization", &format!("Bearer {program}"));
    by_program.send().await.is(200);
}

#[tokio::test]
async fn what_no_bundle_can_be_about_is_refused_with_its_field() {
    let platform = platform().await;
    for (form, field) in [
        (json!({}), None),
        (json!({ "consumer": "ada", "app": "till" }), None),
        (json!({ "address": "203.0.113.0/24" }), Some("address")),
        (json!({ "address": "here" }), Some("address")),
        (json!({ "consumer": "ada", "days": 0 }), Some("days")),
        (json!({ "consumer": "ada", "days": 367 }), Some("days")),
        (json!({ "consumer": "ada", "until": "tomorrow" }), Some("until")),
    ] {
        let answer = platform.post("/api/v1/forensics").admin().json(&form).send().await.is(422).json();
        assert_eq!(answer["findings"][0]["field"].as_str(), field, "{answer}");
    }
    platform
        .post("/api/v1/forensics")
        .admin()
        .json(&json!({ "key": "nobody-has-this" }))
        .send()
        .await
        .is(404);
    // Another workspace's key is nobody's.
    platform
        .post("/api/v1/forensics")
        .admin()
        .json(&json!({ "key": "planted-key-of-acme" }))
        .send()
        .await
        .is(404);
    let calls = platform.get("/api/v1/calls?client=203.0.113.7").admin().send().await.is(200).json();
    assert_eq!(calls["items"].as_array().unwrap().len(), 3);
    platform.get("/api/v1/calls?client=here").admin().send().await.is(400);
}
