//! Stored responses of a running platform: used again, told of, and purged.

use crate::kit::{Said, cli, echo, folder, get, serve};

#[test]
fn what_is_stored_is_forgotten_when_it_is_purged_whichever_worker_answers() {
    let api = format!(
        "kind: api
name: orders
version: v1
listen: {{ path: /orders }}
upstream: {{ endpoints: [http://{}] }}
policies: [cache: {{ ttl: 1h }}]
",
        echo()
    );
    let dir = folder(&[("api.yaml", &api)]);
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &["--resources", dir.path().to_str().unwrap()]);
    let url = platform.http("/orders/7?page=2");
    let status = || get(&url, &[]).is(200).header("cache-status").to_owned();
    assert!(status().contains("uri-miss"));
    // Every connection may be taken by another worker.
    for _ in 0..8 {
        assert!(status().contains("hit"));
    }
    let said = cli(&platform, &["cache", "purge", "--url", &url]).succeeds();
    assert_eq!(said.trim(), "1 stored response was forgotten.");
    assert!(status().contains("uri-miss") && status().contains("hit"));
    assert!(cli(&platform, &["cache", "purge", "--tag", "none"]).succeeds().starts_with("0 "));
    assert!(cli(&platform, &["cache", "purge", "--all"]).succeeds().starts_with("1 "));
    assert!(status().contains("uri-miss"));
    cli(&platform, &["cache", "purge"]).fails();
    cli(&platform, &["cache", "purge", "--all", "--tag", "x"]).fails();
    let metrics = get(&platform.admin("/metrics"), &[]).is(200).text;
    assert!(metrics.contains("pailou_cache_requests_total{outcome=\"miss\"} 3"), "{metrics}");
    assert!(metrics.contains("pailou_cache_keys{tier=\"memory\"} 1"), "{metrics}");
}

#[test]
fn what_is_stored_outlives_a_restart() {
    let api = format!(
        "kind: api
name: orders
version: v1
listen: {{ path: /orders }}
upstream: {{ endpoints: [http://{}] }}
policies: [cache: {{ ttl: 1h }}]
",
        echo()
    );
    let dir = folder(&[("api.yaml", &api)]);
    let data = tempfile::tempdir().unwrap();
    let serve = || serve(data.path(), &["--resources", dir.path().to_str().unwrap()]);
    let host = [("host", "api.test")];
    let platform = serve();
    let stored = get(&platform.http("/orders/7"), &host).is(200);
    assert!(stored.header("cache-status").contains("stored"));
    // A purge of something else waits for what is to be written.
    cli(&platform, &["cache", "purge", "--tag", "none"]).succeeds();
    platform.interrupt();
    let platform = serve();
    // The list of what is there is made beside the start.
    cli(&platform, &["cache", "purge", "--tag", "none"]).succeeds();
    let again = get(&platform.http("/orders/7"), &host).is(200);
    assert!(again.header("cache-status").contains("hit"), "{}", again.header("cache-status"));
    assert_eq!(again.text, stored.text);
    cli(&platform, &["cache", "purge", "--url", "http://api.test/orders/7"]).succeeds();
    platform.interrupt();
    let platform = serve();
    cli(&platform, &["cache", "purge", "--tag", "none"]).succeeds();
    let purged = get(&platform.http("/orders/7"), &host).is(200);
    assert!(purged.header("cache-status").contains("uri-miss"));
}
