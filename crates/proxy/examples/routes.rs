//! What routes cost: building, one change, one lookup, memory. `cargo run --release --example routes -p proxy -- 10 10000 100000`
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures and says so")]

use std::{sync::Arc, time::Instant};

use model::{
    SharedMap, Snapshot,
    event::NoRecorder,
    routing::{HeaderLine, Outcome, Question},
    snapshot::{Answers, Service},
};
use policy::Catalogue;
use proxy::{Config, Gateway};
use serde_json::json;

const CHANGES: usize = 1000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts = std::env::args().skip(1).map(|count| count.parse::<usize>());
    let counts = counts.collect::<Result<Vec<_>, _>>()?;
    for count in if counts.is_empty() { vec![10, 10_000, 100_000] } else { counts } {
        let before = resident();
        let services = (0..count).map(|n| service(n, 0)).collect::<Result<SharedMap<_>, _>>()?;
        let mut snapshot = Snapshot { services, ..Snapshot::default() };
        let config = Config { http: None, https: None, workers: 1, ..Config::default() };
        let began = Instant::now();
        let first = Arc::new(snapshot.clone());
        let gateway = Gateway::start(config, Catalogue::EMPTY, first, Arc::new(NoRecorder))?;
        let built = began.elapsed();
        let held = resident().saturating_sub(before);

        let changed =
            (0..CHANGES).map(|n| service(n * 7919 % count, n + 1)).collect::<Result<Vec<_>, _>>()?;
        let began = Instant::now();
        for (key, service) in changed {
            snapshot.number += 1;
            snapshot.services.insert(key, service);
            let published = gateway.publish(Arc::new(snapshot.clone()));
            published.map_err(|findings| format!("{findings:?}"))?;
        }
        let change = began.elapsed() / u32::try_from(CHANGES)?;

        let url = format!("http://h3.example.com/r{}/x/7/lines", count.saturating_sub(7) / 10 * 10 + 3);
        // Of a route that was changed this is asked.
        let headers = vec![HeaderLine { name: "x-revision".to_owned(), value: "1".to_owned() }];
        let question = Question { method: "GET".to_owned(), url, headers, client: None };
        let began = Instant::now();
        let explained = gateway.routes().explain(&question)?;
        let explain = began.elapsed();
        assert!(count < 20 || explained.outcome == Outcome::Routed, "{explained:?}");
        println!(
            "{count} routes: built in {built:?}, one change {change:?}, one explanation {explain:?}, {} bytes a route ({} MiB)",
            held / count as u64,
            held >> 20
        );
    }
    Ok(())
}

type Entry = (Arc<str>, Arc<Service>);

/// A route of ten hosts, each with a path of its own.
fn service(n: usize, revision: usize) -> Result<Entry, Box<dyn std::error::Error>> {
    let mut matched =
        json!({ "hosts": [format!("h{}.example.com", n % 10)], "path": format!("/r{n}/x/{{id}}/lines") });
    if revision > 0 {
        matched["headers"] = json!({ "x-revision": { "regex": format!("{revision}|.*") } });
    }
    let key: Arc<str> = format!("route/r{n}").into();
    let service = Service {
        key: Arc::clone(&key),
        api: None,
        workspace: "default".parse()?,
        listen: serde_json::from_value(json!({ "path": "/" }))?,
        answers: Answers::Route(vec![serde_json::from_value(matched)?]),
        upstream: Arc::new(serde_json::from_value(json!({ "endpoints": ["http://127.0.0.1:9001"] }))?),
        split: None,
        policies: Vec::new(),
        contract: None,
    };
    Ok((key, Arc::new(service)))
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or_default() * 4096
}
