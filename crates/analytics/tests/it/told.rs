//! What gateways of other processes counted, told to a control plane.

use analytics::{Analytics, Options, Teller, Told, TrafficQuery, UsageQuery};
use model::{Recorder as _, event::Fault};

use crate::kit::{START, Time, detail, event, target};

fn teller(name: &str) -> Teller {
    Teller { id: format!("id-of-{name}"), name: name.into(), version: "1.2.3".into(), snapshot: 7 }
}

/// As it travels.
fn sent(told: &Told) -> Told {
    serde_json::from_str(&serde_json::to_string(told).unwrap()).unwrap()
}

/// Everything that is counted, to be compared.
async fn known(analytics: &Analytics) -> (String, String, String, String) {
    let traffic = analytics.traffic("default", &TrafficQuery::default()).await.unwrap();
    let usage = analytics.usage("default", &UsageQuery::default()).await.unwrap();
    let calls = analytics.calls("default", &Default::default()).await.unwrap();
    let mut calls: Vec<_> = calls
        .items
        .iter()
        .map(|call| (call.path.clone(), call.status, call.problem.clone(), call.at))
        .collect();
    calls.sort();
    let branches = analytics.branches("api/orders@v1", 0);
    (
        serde_json::to_string(&traffic).unwrap(),
        serde_json::to_string(&usage).unwrap(),
        format!("{calls:?}"),
        format!("{branches:?}"),
    )
}

#[tokio::test]
async fn what_gateways_tell_counts_as_if_it_had_been_counted_here() {
    let time = Time::new();
    let control = Analytics::open(None, time.options()).await.unwrap();
    let alone = Analytics::open(None, time.options()).await.unwrap();
    let telling = || Options { tells: true, ..time.options() };
    let gateways =
        [Analytics::open(None, telling()).await.unwrap(), Analytics::open(None, telling()).await.unwrap()];
    let mut sinks = gateways.each_ref().map(Analytics::sink);
    let mut own = alone.sink();
    let at = time.now();
    for number in 0..3_000_u64 {
        let mut one = event(at - number % 7 * 1_000);
        one.caller = Some(format!("consumer/c{}", number % 50).as_str().into());
        one.target = Some(target(if number % 3 == 0 { "api/orders@v1" } else { "api/users" }, "op"));
        one.duration_us = 1_000 + number as u32;
        one.branch = (number % 5 == 0).then(|| "canary".into());
        if number % 10 == 0 {
            (one.status, one.problem, one.fault) = (429, Some("rate-limited"), Fault::Downstream);
        }
        if number < 30 {
            one.detail = Some(detail(&format!("/orders/{number}")));
        }
        own.record(one.clone());
        sinks[number as usize % 2].record(one);
        if number % 1_000 == 0 {
            alone.collect();
        }
    }
    let mut portions = 0;
    for (gateway, name) in gateways.iter().zip(["edge-1", "edge-2"]) {
        while let Some(told) = gateway.to_tell(&teller(name)) {
            control.hear(sent(&told));
            // As when the acknowledgement was lost.
            control.hear(sent(&told));
            portions += 1;
        }
        assert!(gateway.to_tell(&teller(name)).is_none());
    }
    assert!(portions >= 2, "{portions}");
    assert_eq!(known(&control).await, known(&alone).await);
    let told: u64 = control.gateways().iter().map(|gateway| gateway.requests).sum();
    assert_eq!((told, control.status().recorded, control.status().logged), (3_000, 3_000, 30));
    let names: Vec<_> =
        control.gateways().into_iter().map(|gateway| (gateway.name, gateway.snapshot)).collect();
    assert_eq!(names, [("edge-1".to_owned(), 7), ("edge-2".to_owned(), 7)]);
    // One that has nothing to tell is heard of all the same, and one that is silent for long is not known any more.
    time.pass(10_000);
    let told = gateways[0].to_tell(&teller("edge-1")).unwrap();
    control.hear(sent(&told));
    assert_eq!(control.gateways()[0].seen_at, START + 10_000);
    time.pass(3_600_000);
    assert_eq!(control.gateways(), []);
}

#[tokio::test]
async fn what_is_told_late_counts_in_what_is_still_open_and_outlives_a_restart() {
    let time = Time::new();
    let folder = tempfile::tempdir().unwrap();
    let control = time.open(folder.path()).await;
    let gateway = Analytics::open(None, Options { tells: true, ..time.options() }).await.unwrap();
    let mut sink = gateway.sink();
    (0..5).for_each(|_| sink.record(event(time.now())));
    let late = gateway.to_tell(&teller("edge")).unwrap();
    time.pass(2 * 3_600_000);
    control.flush().await;
    control.hear(sent(&late));
    control.flush().await;
    drop(control);
    let control = time.open(folder.path()).await;
    let usage = control.usage("default", &UsageQuery::default()).await.unwrap();
    let calls: u64 = usage.rows.iter().map(|row| row.calls).sum();
    assert_eq!(calls, 5);
    let query = TrafficQuery { from: Some(analytics::Time(time.now() - 900_000)), ..TrafficQuery::default() };
    assert_eq!(control.traffic("default", &query).await.unwrap().totals.requests, 5);
}

#[test]
fn what_is_no_portion_is_refused() {
    for text in [r#"{"rows":[{"at":1}]}"#, r#"{"gateway":{"id":"x"}}"#, "[]", r#"{"number":-1}"#] {
        assert!(serde_json::from_str::<Told>(text).is_err(), "{text}");
    }
}
