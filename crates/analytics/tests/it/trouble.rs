//! Full rings, too many combinations, no database, a bad one.

use std::sync::Arc;

use analytics::{Analytics, By, Options, TopQuery, TrafficQuery, UsageQuery};
use model::{ExchangeEvent, Recorder, event::Fault};

use crate::kit::{Time, detail, event, target};

async fn requests(analytics: &Analytics) -> u64 {
    analytics.traffic("default", &TrafficQuery::default()).await.unwrap().totals.requests
}

#[tokio::test]
async fn a_full_ring_drops_and_counts_and_never_waits() {
    let time = Time::new();
    let analytics = Analytics::open(None, Options { ring: 100, ..time.options() }).await.unwrap();
    let mut sink = analytics.sink();
    for _ in 0..130 {
        sink.record(event(time.now()));
    }
    let status = analytics.status();
    assert_eq!((status.recorded, status.dropped), (100, 30));
    assert_eq!(requests(&analytics).await, 100);
    sink.record(event(time.now()));
    drop(sink);
    assert_eq!(analytics.status().recorded, 101, "what a worker left behind is counted");
}

#[tokio::test]
async fn what_goes_beyond_the_cardinality_counts_as_other_and_meters_stay_exact() {
    let time = Time::new();
    for options in [
        Options { rows_per_interval: 5, ..time.options() },
        Options { max_series: 5, ..time.options() },
        Options { max_metric_series: 3, ..time.options() },
    ] {
        let analytics = Analytics::open(None, options.clone()).await.unwrap();
        let mut sink = analytics.sink();
        for n in 0..40 {
            let (caller, operation) = (format!("app/{n}"), format!("op{n}"));
            sink.record(ExchangeEvent {
                target: Some(target("api/orders", &operation)),
                caller: Some(caller.as_str().into()),
                fault: if n % 2 == 0 { Fault::None } else { Fault::Downstream },
                ..event(time.now())
            });
        }
        let found = analytics.traffic("default", &TrafficQuery::default()).await.unwrap();
        assert_eq!((found.totals.requests, found.totals.errors), (40, 20));
        if options.max_metric_series > 3 {
            let top = TopQuery { by: By::Caller, ..TopQuery::default() };
            let rows = analytics.top("default", &top).await.unwrap();
            assert_eq!((rows.len(), &*rows[0].key, rows[0].requests), (6, "(other)", 35));
        } else {
            let text = analytics.metrics_text();
            let series = text.lines().filter(|line| line.starts_with("pailou_requests_total{"));
            assert_eq!(series.count(), 5, "three, and what is beyond by fault");
        }
        let one = UsageQuery { caller: Some("app/39".into()), ..UsageQuery::default() };
        assert_eq!(analytics.usage("default", &one).await.unwrap().calls, 1);
    }
}

#[tokio::test]
async fn without_a_database_memory_reaches_back_for_minutes() {
    let time = Time::new();
    let analytics = Analytics::open(None, time.options()).await.unwrap();
    let mut sink = analytics.sink();
    sink.record(event(time.now()));
    time.pass(5 * 60_000);
    analytics.flush().await;
    sink.record(event(time.now()));
    assert_eq!(requests(&analytics).await, 2);
    time.pass(28 * 60_000);
    analytics.flush().await;
    let hour =
        TrafficQuery { from: Some(analytics::Time(time.now() - 3_600_000)), ..TrafficQuery::default() };
    assert_eq!(analytics.traffic("default", &hour).await.unwrap().totals.requests, 1);
    assert_eq!(analytics.usage("default", &UsageQuery::default()).await.unwrap().calls, 2);
    assert!(!analytics.status().durable && analytics.status().error.is_none());
}

#[tokio::test]
async fn a_damaged_file_is_left_alone_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analytics.db");
    std::fs::write(&path, "no database at all, but long enough to be looked at as one".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let time = Time::new();
    let analytics = Analytics::open(Some(&path), time.options()).await.unwrap();
    analytics.sink().record(event(time.now()));
    analytics.flush().await;
    assert_eq!(requests(&analytics).await, 1);
    assert!(!analytics.status().durable && analytics.status().error.is_some());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// Makes every write to the rollups fail until it is undone, as a full disk would.
async fn break_writes(path: &std::path::Path, broken: bool) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let sql = match broken {
        true => {
            "CREATE TRIGGER full BEFORE INSERT ON counts BEGIN SELECT raise(FAIL, 'database or disk is full'); END"
        }
        false => "DROP TRIGGER full",
    };
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn while_nothing_can_be_written_answers_go_on_and_then_everything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analytics.db");
    let time = Time::new();
    let analytics = time.open(folder.path()).await;
    let mut sink = analytics.sink();
    sink.record(event(time.now()));
    analytics.flush().await;
    break_writes(&path, true).await;
    for _ in 0..5 {
        sink.record(ExchangeEvent { detail: Some(detail("/orders")), ..event(time.now()) });
        analytics.flush().await;
        time.pass(50_000);
    }
    assert!(analytics.status().error.is_some());
    assert_eq!(requests(&analytics).await, 6);
    assert_eq!(analytics.calls("default", &Default::default()).await.unwrap().items.len(), 5);
    break_writes(&path, false).await;
    analytics.flush().await;
    assert_eq!(analytics.status().error, None);
    analytics.shutdown().await;
    drop(analytics);
    let analytics = time.open(folder.path()).await;
    assert_eq!(requests(&analytics).await, 6);
    assert_eq!(analytics.usage("default", &UsageQuery::default()).await.unwrap().calls, 6);
    assert_eq!(analytics.calls("default", &Default::default()).await.unwrap().items.len(), 5);
    let status = analytics.status();
    assert_eq!((status.recorded, status.lost, status.lost_calls), (6, 0, 0));
}

#[tokio::test]
async fn what_memory_cannot_hold_while_nothing_is_written_is_counted_as_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analytics.db");
    let time = Time::new();
    let options = Options { max_open_rows: 3, calls_per_second: 1, ..time.options() };
    let analytics = Analytics::open(Some(&path), options).await.unwrap();
    break_writes(&path, true).await;
    let mut sink = analytics.sink();
    for _ in 0..10 {
        sink.record(event(time.now()));
        analytics.flush().await;
        time.pass(10_000);
    }
    assert_eq!(requests(&analytics).await, 3);
    assert_eq!(analytics.status().lost, 7);
    assert_eq!(analytics.usage("default", &UsageQuery::default()).await.unwrap().calls, 10);
}

#[tokio::test]
async fn metrics_are_prometheus_text_with_cumulative_buckets() {
    let time = Time::new();
    let analytics = Analytics::open(None, time.options()).await.unwrap();
    let mut sink = analytics.sink();
    let shared = Arc::new(event(time.now()));
    for duration_us in [400, 500, 600, 40_000_000] {
        sink.record(ExchangeEvent { duration_us, ..(*shared).clone() });
    }
    let text = analytics.metrics_text();
    for line in [
        "# TYPE pailou_requests_total counter",
        "pailou_requests_total{service=\"api/orders@v1\",operation=\"getOrder\",status_class=\"2xx\",fault=\"none\"} 4",
        "pailou_request_duration_seconds_bucket{service=\"api/orders@v1\",le=\"0.0005\"} 2",
        "pailou_request_duration_seconds_bucket{service=\"api/orders@v1\",le=\"30.0\"} 3",
        "pailou_request_duration_seconds_bucket{service=\"api/orders@v1\",le=\"+Inf\"} 4",
        "pailou_request_duration_seconds_sum{service=\"api/orders@v1\"} 40.0015",
        "pailou_upstream_duration_seconds_count{service=\"api/orders@v1\"} 4",
        "pailou_response_bytes_total{service=\"api/orders@v1\"} 4000",
        "pailou_events_dropped_total 0",
        "pailou_calls_not_logged_total 4",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\nnot in\n{text}");
    }
    assert!(text.contains("process_resident_memory_bytes ") && text.contains("process_open_fds "));
    assert!(
        text.lines().all(|line| line.starts_with('#')
            || line.rsplit_once(' ').is_some_and(|(_, n)| n.parse::<f64>().is_ok()))
    );
}

#[tokio::test]
async fn the_collector_writes_by_itself_and_shutdown_writes_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("analytics.db");
    let analytics = Analytics::open(Some(&path), Options::default()).await.unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    let mut sink = analytics.sink();
    sink.record(event(now));
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
    while analytics.status().flushed_at.is_none() {
        ticks.tick().await;
    }
    sink.record(event(now));
    analytics.shutdown().await;
    drop(analytics);
    let analytics = Analytics::open(Some(&path), Options::default()).await.unwrap();
    assert_eq!(analytics.status().recorded, 2);
}
