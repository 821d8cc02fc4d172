//! `pailou limits explain`: of a running platform.

use serde_json::Value;

use crate::kit::{Said, cli, echo, folder, get, serve};

#[test]
fn what_is_left_of_a_limit_is_told_with_where_it_comes_from() {
    let api = format!(
        "kind: api
name: orders
version: v1
listen: {{ path: /orders }}
upstream: {{ endpoints: [http://{}] }}
policies:
  - rate-limit: {{ limit: 10, window: 1h, algorithm: sliding-window, per: ip }}
  - concurrency-limit: {{ limit: 3, per: api }}
",
        echo()
    );
    let dir = folder(&[("api.yaml", &api)]);
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &["--resources", dir.path().to_str().unwrap()]);
    for _ in 0..4 {
        get(&platform.http("/orders"), &[]).is(200);
    }
    let call = ["limits", "explain", "--api", "orders@v1", "--ip", "127.0.0.1"];
    let said = cli(&platform, &call).succeeds();
    assert!(
        said.contains("rate-limit `default` from api api/orders@v1: 10 in 3600 s per ip (sliding-window)"),
        "{said}"
    );
    assert!(said.contains("4 used, 6 left, whole again in "), "{said}");
    assert!(said.contains("concurrency-limit `concurrency` from api api/orders@v1: 3 per api"), "{said}");

    let json = cli(&platform, &[&call[..], &["--output", "json"]].concat()).succeeds();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["service"], "api/orders@v1");
    assert_eq!(json["limits"][0]["state"]["remaining"], 6);

    let said = cli(&platform, &["limits", "explain", "--api", "none@v1"]).fails();
    assert!(said.contains("there is no `api/none@v1`"), "{said}");
    cli(&platform, &["limits", "explain"]).fails();
}
