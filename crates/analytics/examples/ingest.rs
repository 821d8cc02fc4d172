//! Measures what an event costs: a worker to record it, the collector to count it; and what writing and asking take.
//!
//! `cargo run --release -p analytics --example ingest`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part of the product")]

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use analytics::{Analytics, CallQuery, Clock, Options, TrafficQuery};
use http::Method;
use model::{
    EventSink, ExchangeEvent, Recorder,
    event::{Detail, Fault, Target},
};
use tokio::time::Instant;

const START: u64 = 1_700_000_000_000;
const ROUND: usize = 10_000;
const ROUNDS: usize = 100;
const LOGGED_ROUNDS: usize = 10;

/// Time spent, and on how many events.
#[derive(Default)]
struct Spent(Duration, usize);

impl Spent {
    fn on<T>(&mut self, events: usize, act: impl FnOnce() -> T) -> T {
        let begun = on_cpu();
        let done = act();
        self.0 += on_cpu().saturating_sub(begun);
        self.1 += events;
        done
    }

    fn per_event(&self) -> f64 {
        self.0.as_nanos() as f64 / self.1 as f64
    }
}

/// The time this thread has spent on a CPU: what else runs on the machine does not count.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

struct Cast {
    targets: Vec<Arc<Target>>,
    callers: Vec<Arc<str>>,
    n: u64,
}

impl Cast {
    fn event(&mut self, at: u64) -> ExchangeEvent {
        self.n = self.n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = (self.n >> 33) as usize;
        let duration_us = 300 + (random % 4_000) as u32 + (1 << (random % 16));
        let is_refused = random.is_multiple_of(50);
        ExchangeEvent {
            at,
            target: Some(Arc::clone(&self.targets[random % self.targets.len()])),
            caller: Some(Arc::clone(&self.callers[(random >> 8) % self.callers.len()])),
            subscription: None,
            plan: None,
            method: Method::GET,
            protocol: Default::default(),
            status: if is_refused { 429 } else { 200 },
            problem: is_refused.then_some("rate-limited"),
            fault: if is_refused { Fault::Downstream } else { Fault::None },
            duration_us,
            upstream_us: duration_us - 200,
            bytes_in: 0,
            bytes_out: 1_024,
            attempts: 1,
            hedges: 0,
            branch: None,
            cache: None,
            breach: Default::default(),
            observed: None,
            detail: None,
        }
    }
}

fn detail(n: usize) -> Box<Detail> {
    Box::new(Detail {
        request_id: format!("0198c0de-0000-7000-8000-{n:012x}").into(),
        trace_id: format!("{n:032x}").into(),
        path: format!("/orders/v1/orders/{n}").into(),
        host: "api.example.com".into(),
        client: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64)".into()),
        endpoint: Some("http://127.0.0.1:9001".into()),
        cause: None,
    })
}

fn record(sink: &mut dyn EventSink, events: Vec<ExchangeEvent>) {
    for event in events {
        sink.record(event);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let now = Arc::new(AtomicU64::new(START));
    let clock = Clock::new({
        let now = Arc::clone(&now);
        move || now.load(Relaxed)
    });
    let options = Options { clock, collect_every: None, ..Options::default() };
    let analytics = Analytics::open(Some(&folder.path().join("analytics.db")), options).await.unwrap();
    for (operations, callers) in [(10, 10), (100, 20), (1_000, 5)] {
        let mut cast = Cast {
            targets: (0..operations)
                .map(|n| {
                    Arc::new(Target {
                        key: "api/orders@v1".into(),
                        workspace: "default".into(),
                        service: "api/orders@v1".into(),
                        operation: format!("operation{n}").into(),
                        path: "/orders/v1/orders/{id}".into(),
                    })
                })
                .collect(),
            callers: (0..callers).map(|n| format!("consumer/c{n}").into()).collect(),
            n: 7,
        };
        let mut sink = analytics.sink();
        let (mut recorded, mut collected) = (Spent::default(), Spent::default());
        let (mut flushed, mut flushes) = (Duration::ZERO, 0);
        for round in 0..ROUNDS {
            let events: Vec<_> = (0..ROUND).map(|_| cast.event(now.load(Relaxed))).collect();
            recorded.on(ROUND, || record(&mut *sink, events));
            collected.on(ROUND, || analytics.collect());
            now.fetch_add(100, Relaxed);
            if round % 10 == 9 {
                let begun = Instant::now();
                analytics.flush().await;
                flushed += begun.elapsed();
                flushes += 1;
            }
        }
        println!(
            "{operations} operations × {callers} callers: record {:.0} ns, collect {:.0} ns an event, flush {:.1} ms a second of traffic",
            recorded.per_event(),
            collected.per_event(),
            flushed.as_secs_f64() * 1e3 / f64::from(flushes),
        );
        if operations == 100 {
            let mut logged = Spent::default();
            let begun = Instant::now();
            for round in 0..LOGGED_ROUNDS {
                for n in 0..ROUND {
                    let detail = Some(detail(round * ROUND + n));
                    sink.record(ExchangeEvent { detail, ..cast.event(now.load(Relaxed)) });
                }
                logged.on(ROUND, || analytics.collect());
                analytics.flush().await;
                now.fetch_add(1_000, Relaxed);
            }
            let each = begun.elapsed().as_nanos() as f64 / (ROUND * LOGGED_ROUNDS) as f64;
            println!("logged: collect {:.0} ns, with writing {each:.0} ns a call", logged.per_event());
        }
    }
    let begun = Instant::now();
    let traffic = analytics.traffic("default", &TrafficQuery::default()).await.unwrap();
    println!("traffic of 15 minutes: {:.1} ms, {} requests", ms(begun), traffic.totals.requests);
    for q in ["orders/99999", "nowhere to be found"] {
        let query = CallQuery { q: Some(q.to_owned()), ..CallQuery::default() };
        let begun = Instant::now();
        let page = analytics.calls("default", &query).await.unwrap();
        println!("search for `{q}`: {:.1} ms, {} found, next {:?}", ms(begun), page.items.len(), page.next);
    }
    println!("{:?}", analytics.status());
    analytics.shutdown().await;
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3
}
