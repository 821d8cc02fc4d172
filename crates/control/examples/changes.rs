//! What a change costs in the control plane among many routes. `cargo run --release --example changes -p control -- 10 10000 100000`
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures and says so")]

use std::{sync::Arc, time::Instant};

use control::{Actor, Bundle, BundleFile, Control, Expect, Options, Origin, PlanOptions};
use model::{Name, Resource};
use store::SqliteStore;

const CHANGES: u32 = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts = std::env::args().skip(1).map(|count| count.parse::<usize>());
    let counts = counts.collect::<Result<Vec<_>, _>>()?;
    for count in if counts.is_empty() { vec![10, 10_000, 100_000] } else { counts } {
        let dir = tempfile::tempdir()?;
        let store = Arc::new(SqliteStore::open(&dir.path().join("pailou.db")).await?);
        let control = Control::open(store, policies::CATALOG, Options::default()).await?;
        let (actor, ws) = (Actor::new("admin", Origin::Api), "default".parse::<Name>()?);
        let text: String = (0..count).map(|n| format!("---\n{}\n", route(n, 0))).collect();
        let bundle =
            Bundle { files: vec![BundleFile { path: "routes.yaml".to_owned(), text }], agreed: None };
        let began = Instant::now();
        let options = PlanOptions { origin: Origin::Apply, prune: false, fail_on: None };
        control.apply(&actor, &ws, bundle, options).await?;
        let applied = began.elapsed();
        let began = Instant::now();
        for n in 0..CHANGES {
            let value = serde_json::from_str(&route(n as usize * 7919 % count, n as usize + 1))?;
            let resource = Resource::from_value(value).map_err(|finding| finding.to_string())?;
            control.put(&actor, &ws, resource, Expect::Any).await?;
        }
        println!("{count} routes: applied in {applied:?}, one change {:?}", began.elapsed() / CHANGES);
    }
    Ok(())
}

fn route(n: usize, revision: usize) -> String {
    format!(
        r#"{{ "kind": "route", "name": "r{n}", "match": {{ "path": "/r{n}/x/{{id}}/v{revision}" }}, "upstream": {{ "endpoints": ["http://127.0.0.1:9001"] }} }}"#
    )
}
