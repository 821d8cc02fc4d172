//! Answers equal those of adding up every event by hand.

use std::{collections::BTreeMap, sync::Arc};

use analytics::{Analytics, By, Time as At, TopQuery, Totals, TrafficQuery, UsageQuery};
use model::{
    ExchangeEvent, Recorder, Span,
    event::{EventSink, Fault, Target},
};

use crate::kit::{Random, START, Time, event, target};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Everything that was recorded, with the time it counts at.
#[derive(Default)]
struct Ledger(Vec<(u64, ExchangeEvent)>);

struct Cast {
    targets: Vec<Option<Arc<Target>>>,
    callers: Vec<Option<Arc<str>>>,
    outcomes: Vec<(u16, Option<&'static str>, Fault)>,
}

impl Cast {
    fn new() -> Cast {
        Cast {
            targets: vec![
                Some(target("api/orders@v1", "getOrder")),
                Some(target("api/orders@v1", "listOrders")),
                Some(target("api/pets", "")),
                Some(target("route/health", "health")),
                None,
            ],
            callers: vec![
                None,
                Some("consumer/ada".into()),
                Some("app/shop".into()),
                Some("app/till".into()),
            ],
            outcomes: vec![
                (200, None, Fault::None),
                (201, None, Fault::None),
                (404, None, Fault::Downstream),
                (429, Some("rate-limited"), Fault::Downstream),
                (503, None, Fault::Upstream),
                (502, Some("upstream-unreachable"), Fault::Upstream),
                (500, Some("internal"), Fault::Gateway),
            ],
        }
    }

    fn event(&self, now: u64, random: &mut Random) -> ExchangeEvent {
        let (status, problem, fault) = random.one_of(&self.outcomes);
        let caller = random.one_of(&self.callers);
        let is_app = caller.as_deref().is_some_and(|caller| caller.starts_with("app/"));
        let duration_us = (1u64 << random.below(22)) as u32 + random.below(1_000) as u32;
        ExchangeEvent {
            target: random.one_of(&self.targets),
            subscription: is_app.then(|| format!("{}-gold", caller.as_deref().unwrap()).into()),
            plan: is_app.then(|| "gold".into()),
            caller,
            status,
            problem,
            fault,
            duration_us,
            upstream_us: duration_us / (1 + random.below(4) as u32),
            bytes_in: random.below(1_000),
            bytes_out: random.below(100_000),
            ..event(now - u64::from(duration_us) / 1_000)
        }
    }
}

/// Records a burst, in two workers.
fn burst(ledger: &mut Ledger, cast: &Cast, sinks: &mut [Box<dyn EventSink>], now: u64, random: &mut Random) {
    for _ in 0..random.below(60) {
        let event = cast.event(now, random);
        ledger.0.push((event.at + u64::from(event.duration_us) / 1_000, event.clone()));
        let sink = random.below(sinks.len() as u64) as usize;
        sinks[sink].record(event);
    }
}

fn sinks(analytics: &Analytics) -> Vec<Box<dyn EventSink>> {
    (0..2).map(|_| analytics.sink()).collect()
}

#[tokio::test]
async fn answers_are_exact_over_flushes_rollups_and_restarts() {
    for seed in [1, 0xfeed_beef] {
        let folder = tempfile::tempdir().unwrap();
        let (time, cast) = (Time::new(), Cast::new());
        let (mut ledger, mut random) = (Ledger::default(), Random(seed));
        let mut analytics = time.open(folder.path()).await;
        let mut workers = sinks(&analytics);
        for round in 0..250 {
            burst(&mut ledger, &cast, &mut workers, time.now(), &mut random);
            match random.below(10) {
                0..=2 => analytics.flush().await,
                3..=5 => analytics.collect(),
                6 if round % 5 == 0 => {
                    analytics.shutdown().await;
                    drop(analytics);
                    analytics = time.open(folder.path()).await;
                    workers = sinks(&analytics);
                }
                _ => {}
            }
            let scale = random.one_of(&[SECOND, 10 * SECOND, 10 * SECOND, MINUTE, MINUTE, 10 * MINUTE, HOUR]);
            time.pass(random.below(scale) + 1);
            if round == 120 {
                time.pass(2 * DAY);
            }
            if round % 25 == 24 {
                check_traffic(&analytics, &ledger, time.now(), &mut random).await;
                check_top(&analytics, &ledger, time.now(), &mut random).await;
                check_usage(&analytics, &ledger, time.now(), &mut random).await;
            }
        }
        assert!(ledger.0.len() > 3_000 && time.now() - START > 2 * DAY);
        assert_eq!(analytics.status().recorded, ledger.0.len() as u64);
        assert_eq!(analytics.status().not_logged, ledger.0.len() as u64);
        assert_eq!(analytics.status().error, None);
    }
}

async fn check_traffic(analytics: &Analytics, ledger: &Ledger, now: u64, random: &mut Random) {
    for _ in 0..6 {
        let length = random.one_of(&[MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, DAY, 3 * DAY, 30 * DAY]);
        let from = now - random.below(length) - 1;
        let query = TrafficQuery {
            from: Some(At(from)),
            to: random.one_of(&[None, Some(At(from + (now - from) / 2 + 1))]),
            step: random.one_of(&[None, None, Some(Span::secs(1_800)), Some(Span::secs(86_400))]),
            api: random.one_of(&[None, None, Some("orders@v1".to_owned()), Some("route/health".to_owned())]),
            caller: random.one_of(&[None, None, Some("app/shop".to_owned())]),
            status: random.one_of(&[None, None, Some("4xx".to_owned()), Some("503".to_owned())]),
            fault: random.one_of(&[None, None, None, Some(Fault::Upstream)]),
            ..TrafficQuery::default()
        };
        let found = analytics.traffic("default", &query).await.unwrap();
        assert!(found.from <= from && found.to >= query.to.map_or(now, |to| to.0));
        assert_eq!(found.points.len() as u64, (found.to - found.from) / found.step_ms);
        let matching = |event: &ExchangeEvent| {
            let service = event.target.as_ref().map_or("", |target| &target.service);
            query.api.as_deref().is_none_or(|api| service == api || service == format!("api/{api}"))
                && query.caller.is_none_or_eq(event.caller.as_deref())
                && query.fault.is_none_or(|fault| fault == event.fault)
                && match query.status.as_deref() {
                    None => true,
                    Some("4xx") => event.status / 100 == 4,
                    Some(status) => event.status.to_string() == status,
                }
        };
        let mut by_point = vec![Vec::new(); found.points.len()];
        let mut all = Vec::new();
        for (at, event) in ledger.0.iter().filter(|(at, _)| (found.from..found.to).contains(at)) {
            if matching(event) {
                by_point[((at - found.from) / found.step_ms) as usize].push(event);
                all.push(event);
            }
        }
        for (idx, (point, events)) in found.points.iter().zip(&by_point).enumerate() {
            assert_eq!(point.at, found.from + idx as u64 * found.step_ms);
            check_totals(&point.totals, events, &query);
        }
        check_totals(&found.totals, &all, &query);
    }
}

trait IsNoneOrEq {
    fn is_none_or_eq(&self, found: Option<&str>) -> bool;
}

impl IsNoneOrEq for Option<String> {
    fn is_none_or_eq(&self, found: Option<&str>) -> bool {
        self.is_none() || self.as_deref() == found
    }
}

fn check_totals(found: &Totals, events: &[&ExchangeEvent], query: &TrafficQuery) {
    let count = |fault| events.iter().filter(|event| event.fault == fault).count() as u64;
    assert_eq!(found.requests, events.len() as u64, "{query:?}");
    assert_eq!(found.by_fault.none, count(Fault::None));
    assert_eq!(found.by_fault.downstream, count(Fault::Downstream));
    assert_eq!(found.by_fault.upstream, count(Fault::Upstream));
    assert_eq!(found.by_fault.gateway, count(Fault::Gateway));
    assert_eq!(found.errors, events.len() as u64 - count(Fault::None));
    assert_eq!(found.bytes_in, events.iter().map(|event| event.bytes_in).sum::<u64>());
    assert_eq!(found.bytes_out, events.iter().map(|event| event.bytes_out).sum::<u64>());
    let durations = sorted(events.iter().map(|event| event.duration_us));
    let gateway = sorted(events.iter().map(|event| event.duration_us - event.upstream_us));
    for (found, values, q) in [
        (found.p50_ms, &durations, 0.5),
        (found.p95_ms, &durations, 0.95),
        (found.p99_ms, &durations, 0.99),
        (found.gateway_p50_ms, &gateway, 0.5),
        (found.gateway_p95_ms, &gateway, 0.95),
        (found.gateway_p99_ms, &gateway, 0.99),
    ] {
        let Some(last) = values.len().checked_sub(1) else {
            assert_eq!(found, None);
            continue;
        };
        let exact = f64::from(values[(q * last as f64) as usize]) / 1_000.0;
        let found = found.unwrap();
        assert!((found - exact).abs() <= exact * 0.01, "p{q}: {found} instead of {exact}");
    }
}

fn sorted(values: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut values: Vec<u32> = values.collect();
    values.sort_unstable();
    values
}

async fn check_top(analytics: &Analytics, ledger: &Ledger, now: u64, random: &mut Random) {
    let ago = random.one_of(&[10 * MINUTE, 5 * HOUR, 4 * DAY]);
    for by in [By::Api, By::Operation, By::Caller, By::Status, By::Problem, By::Fault, By::Plan] {
        let query = TopQuery { by, from: Some(At(now - ago)), ..TopQuery::default() };
        let found = analytics.top("default", &query).await.unwrap();
        // The interval a top list is answered for is the one of a chart.
        let chart = TrafficQuery { from: query.from, ..TrafficQuery::default() };
        let chart = analytics.traffic("default", &chart).await.unwrap();
        let mut counts: BTreeMap<(Option<String>, String), (u64, u64)> = BTreeMap::new();
        for (_, event) in ledger.0.iter().filter(|(at, _)| (chart.from..chart.to).contains(at)) {
            let service = event.target.as_ref().map_or("", |target| &*target.service);
            let api = service.strip_prefix("api/").unwrap_or(service).to_owned();
            let key = match by {
                By::Api => api.clone(),
                By::Operation => event.target.as_ref().map_or("", |target| &*target.operation).to_owned(),
                By::Caller => event.caller.as_deref().unwrap_or("").to_owned(),
                By::Status => event.status.to_string(),
                By::Problem => event.problem.unwrap_or("").to_owned(),
                By::Fault => event.fault.as_str().to_owned(),
                _ => event.plan.as_deref().unwrap_or("").to_owned(),
            };
            let count = counts.entry(((by == By::Operation).then_some(api), key)).or_default();
            count.0 += 1;
            count.1 += u64::from(event.fault != Fault::None);
        }
        assert!(found.is_sorted_by_key(|row| std::cmp::Reverse(row.requests)));
        let found: BTreeMap<_, _> =
            found.into_iter().map(|row| ((row.api, row.key), (row.requests, row.errors))).collect();
        assert_eq!(found, counts, "{by:?}");
    }
}

async fn check_usage(analytics: &Analytics, ledger: &Ledger, now: u64, random: &mut Random) {
    for caller in ["app/shop", "consumer/ada"] {
        let query = UsageQuery {
            from: Some(At(now - random.one_of(&[MINUTE, 3 * HOUR, 2 * DAY, 10 * DAY]))),
            caller: Some(caller.to_owned()),
            ..UsageQuery::default()
        };
        let found = analytics.usage("default", &query).await.unwrap();
        let of = |from: u64, to: u64| {
            let all = ledger.0.iter().filter(move |(at, event)| {
                (from.max(found.from)..to.min(found.to)).contains(at)
                    && event.caller.as_deref() == Some(caller)
            });
            all.fold((0, 0, 0, 0), |(calls, refused, failed, bytes), (_, event)| {
                (
                    calls + 1,
                    refused + u64::from(event.problem.is_some()),
                    failed + u64::from(matches!(event.fault, Fault::Upstream | Fault::Gateway)),
                    bytes + event.bytes_out,
                )
            })
        };
        for point in &found.points {
            let exact = of(point.at, point.at + found.step_ms);
            assert_eq!((point.calls, point.refused, point.failed, point.bytes_out), exact, "{query:?}");
        }
        let exact = of(0, u64::MAX);
        assert_eq!((found.calls, found.refused, found.failed, found.bytes_out), exact);
        assert_eq!(found.rows.iter().map(|row| row.calls).sum::<u64>(), found.calls);
    }
}

#[tokio::test]
async fn a_call_is_in_the_answers_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let analytics = time.open(folder.path()).await;
    analytics.sink().record(event(time.now()));
    assert_eq!(analytics.traffic("default", &TrafficQuery::default()).await.unwrap().totals.requests, 1);
    assert_eq!(analytics.usage("default", &UsageQuery::default()).await.unwrap().calls, 1);
    assert_eq!(analytics.traffic("elsewhere", &TrafficQuery::default()).await.unwrap().totals.requests, 0);
}

#[tokio::test]
async fn what_was_flushed_survives_an_end_without_goodbye() {
    let folder = tempfile::tempdir().unwrap();
    let time = Time::new();
    let analytics = time.open(folder.path()).await;
    let mut sink = analytics.sink();
    for _ in 0..100 {
        sink.record(event(time.now()));
    }
    analytics.flush().await;
    sink.record(event(time.now()));
    analytics.collect();
    // Copied as it lies on the disk, with its log: what a process killed now would leave behind.
    let left = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|end| end != "db-shm") {
            std::fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
        }
    }
    let analytics = time.open(left.path()).await;
    assert_eq!(analytics.traffic("default", &TrafficQuery::default()).await.unwrap().totals.requests, 100);
    assert_eq!(analytics.usage("default", &UsageQuery::default()).await.unwrap().calls, 100);
    assert_eq!(analytics.status().recorded, 100);
}
