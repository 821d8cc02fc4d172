//! The call log: filters, pages, retention, budget.

use analytics::{Analytics, Call, CallQuery, Options, Retention, Time as At};
use http::Method;
use model::{
    ExchangeEvent, Recorder,
    event::{CacheUse, Detail, Fault, Spoken},
};

use crate::kit::{Random, START, Time, detail, event, target};

fn log(sink: &mut dyn model::EventSink, event: ExchangeEvent, detail: Box<Detail>) {
    sink.record(ExchangeEvent { detail: Some(detail), ..event });
}

async fn ids(analytics: &Analytics, query: CallQuery) -> Vec<String> {
    let (mut ids, mut query) = (Vec::new(), query);
    loop {
        let page = analytics.calls("default", &query).await.unwrap();
        assert!(page.items.len() <= query.limit.unwrap_or(50) as usize);
        ids.extend(page.items.into_iter().map(|call| call.id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn pages_hold_every_call_once_and_the_newest_first_also_while_calls_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let (time, mut random) = (Time::new(), Random(7));
    let analytics = time.open(folder.path()).await;
    let mut sink = analytics.sink();
    let mut all: Vec<(u64, u64)> = Vec::new();
    for id in 1..=500 {
        let at = START - random.below(50);
        all.push((at, id));
        log(&mut *sink, event(at), detail("/orders"));
        if random.below(40) == 0 {
            analytics.flush().await;
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    let expected: Vec<String> = all.iter().map(|(_, id)| id.to_string()).collect();
    assert_eq!(ids(&analytics, CallQuery { limit: Some(37), ..CallQuery::default() }).await, expected);

    // Between two pages everything is written: the second goes on where the first ended.
    let first = CallQuery { limit: Some(100), ..CallQuery::default() };
    let page = analytics.calls("default", &first).await.unwrap();
    analytics.flush().await;
    let rest = ids(&analytics, CallQuery { after: page.next, ..first }).await;
    let found: Vec<String> = page.items.into_iter().map(|call| call.id).chain(rest).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn filters_find_the_same_in_memory_and_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let analytics = time.open(folder.path()).await;
    let mut sink = analytics.sink();
    log(&mut *sink, event(START), detail("/orders/1"));
    log(
        &mut *sink,
        ExchangeEvent {
            target: Some(target("api/pets", "listPets")),
            method: Method::POST,
            status: 429,
            problem: Some("rate-limited"),
            fault: Fault::Downstream,
            cache: Some(CacheUse::Hit),
            protocol: Spoken::Http3,
            ..event(START + 1)
        },
        detail("/pets/100%"),
    );
    log(
        &mut *sink,
        ExchangeEvent {
            target: None,
            caller: Some("app/shop".into()),
            plan: Some("gold".into()),
            subscription: Some("shop-gold".into()),
            status: 502,
            fault: Fault::Upstream,
            duration_us: 2_000_000,
            ..event(START + 2)
        },
        Box::new(Detail {
            cause: Some("Connection Refused".into()),
            client: "::ffff:198.51.100.9".parse().unwrap(),
            ..*detail("/x")
        }),
    );
    let text = |text: &str| Some(text.to_owned());
    let all = CallQuery::default;
    let cases = [
        (all(), "321"),
        (CallQuery { api: text("orders@v1"), ..all() }, "1"),
        (CallQuery { api: text("pets"), operation: text("listPets"), ..all() }, "2"),
        (CallQuery { caller: text("consumer/ada"), ..all() }, "21"),
        (CallQuery { caller: text("consumer/ada"), api: text("pets"), ..all() }, "2"),
        (CallQuery { plan: text("gold"), ..all() }, "3"),
        (CallQuery { subscription: text("shop-gold"), ..all() }, "3"),
        (CallQuery { status: text("4xx"), ..all() }, "2"),
        (CallQuery { status: text("502"), ..all() }, "3"),
        (CallQuery { method: text("post"), ..all() }, "2"),
        (CallQuery { fault: Some(Fault::None), ..all() }, "1"),
        (CallQuery { problem: text("rate-limited"), ..all() }, "2"),
        (CallQuery { cache: Some(CacheUse::Hit), ..all() }, "2"),
        (CallQuery { cache: Some(CacheUse::Miss), ..all() }, ""),
        (CallQuery { protocol: Some(Spoken::Http3), ..all() }, "2"),
        (CallQuery { protocol: Some(Spoken::Http11), ..all() }, "31"),
        (CallQuery { min_ms: Some(2_000), ..all() }, "3"),
        (CallQuery { min_ms: Some(2_001), ..all() }, ""),
        (CallQuery { q: text("connection refused"), ..all() }, "3"),
        (CallQuery { q: text("100%"), ..all() }, "2"),
        (CallQuery { q: text("%"), ..all() }, "2"),
        (CallQuery { q: text("_"), ..all() }, ""),
        (CallQuery { q: text("192.0.2"), ..all() }, "21"),
        (CallQuery { client: text("192.0.2.7"), ..all() }, "21"),
        (CallQuery { client: text("198.51.100.9"), ..all() }, "3"),
        (CallQuery { client: text("::ffff:198.51.100.9"), ..all() }, "3"),
        (CallQuery { client: text("192.0.2.7"), caller: text("app/shop"), ..all() }, ""),
        (CallQuery { client: text("192.0.2.7"), api: text("pets"), ..all() }, "2"),
        (CallQuery { from: Some(At(START + 1)), to: Some(At(START + 2)), ..all() }, "2"),
        (CallQuery { q: text("' OR 1=1 --"), ..all() }, ""),
    ];
    for (query, expected) in &cases {
        assert_eq!(ids(&analytics, query.clone()).await.concat(), *expected, "in memory: {query:?}");
    }
    let shown = analytics.call("default", "3").await.unwrap().unwrap();
    analytics.flush().await;
    assert_eq!(analytics.call("default", "3").await.unwrap().unwrap(), shown);
    assert_eq!(shown.cause.as_deref(), Some("Connection Refused"));
    assert_eq!((shown.duration_ms, shown.upstream_ms, shown.gateway_ms), (2_000.0, 8.0, 1_992.0));
    for (query, expected) in &cases {
        assert_eq!(ids(&analytics, query.clone()).await.concat(), *expected, "in the database: {query:?}");
    }
    assert!(analytics.calls("elsewhere", &all()).await.unwrap().items.is_empty());
    assert_eq!(analytics.call("elsewhere", "3").await.unwrap(), None::<Call>);
    assert_eq!(analytics.call("default", "nonsense").await.unwrap(), None);
    for bad in [
        CallQuery { after: text("x"), ..all() },
        CallQuery { limit: Some(0), ..all() },
        CallQuery { status: text("fine"), ..all() },
        CallQuery { q: text(&"x".repeat(201)), ..all() },
    ] {
        assert!(analytics.calls("default", &bad).await.is_err(), "{bad:?}");
    }
}

#[tokio::test]
async fn old_calls_go_by_age_and_by_number_and_ids_are_never_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let path = folder.path().join("analytics.db");
    let retention = Retention { max_calls: 30, ..Retention::default() };
    let options = Options { retention, ..time.options() };
    let analytics = Analytics::open(Some(&path), options.clone()).await.unwrap();
    let mut sink = analytics.sink();
    for _ in 0..50 {
        log(&mut *sink, event(time.now()), detail("/orders"));
    }
    analytics.flush().await;
    time.pass(120_000);
    analytics.flush().await;
    let kept = ids(&analytics, CallQuery::default()).await;
    assert_eq!((kept.len(), &*kept[0], &*kept[29]), (30, "50", "21"));
    assert_eq!(analytics.status().calls_kept, 30);

    time.pass(8 * 86_400_000);
    analytics.flush().await;
    assert!(ids(&analytics, CallQuery::default()).await.is_empty());
    assert_eq!(analytics.status().calls_kept, 0);
    analytics.shutdown().await;
    drop(analytics);
    let analytics = Analytics::open(Some(&path), options).await.unwrap();
    log(&mut *analytics.sink(), event(time.now()), detail("/orders"));
    assert_eq!(ids(&analytics, CallQuery::default()).await, ["51"]);
}

#[tokio::test]
async fn beyond_the_budget_calls_count_but_are_not_logged() {
    let time = Time::new();
    let analytics = Analytics::open(None, Options { calls_per_second: 10, ..time.options() }).await.unwrap();
    let mut sink = analytics.sink();
    for _ in 0..25 {
        let detail = sink.wants_detail(time.now()).then(|| detail("/orders"));
        sink.record(ExchangeEvent { detail, ..event(time.now()) });
    }
    let status = analytics.status();
    assert_eq!((status.recorded, status.logged, status.not_logged), (25, 10, 15));
    assert_eq!(ids(&analytics, CallQuery::default()).await.len(), 10);
}
