//! Gateways of their own and what they tell.

use serde_json::{Value, json};

use crate::kit::Said as _;
use crate::kit::{Running, admin, cli, echo, folder, get, serve, until};

fn gateway(control: &str, data: &std::path::Path) -> Running {
    let args = ["serve", "--role", "gateway", "--control", control, "--data", data.to_str().unwrap()];
    let more = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
    Running::start(&[&args[..], &more].concat(), "gateway at http:")
}

/// Requests as the control plane has counted them.
fn counted(control: &Running) -> u64 {
    let traffic = admin(control, "GET", "/api/v1/analytics/traffic", None).is(200).json();
    traffic["totals"]["requests"].as_u64().unwrap()
}

#[test]
fn what_a_gateway_on_its_own_counts_is_in_console_and_call_log_and_a_control_plane_that_was_away_misses_nothing()
 {
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    let route = json!({ "name": "shop", "match": { "path": "/shop/*" }, "upstream": { "endpoints": [format!("http://{}", echo())] } });
    admin(&control, "PUT", "/api/v1/routes/shop", Some(&route)).is(201);
    let address = control.admin("");
    let edge = gateway(&address, own.path());
    until("the route", || get(&edge.http("/shop/zero"), &[]).status == 200);
    for _ in 0..3 {
        get(&edge.http("/shop/one"), &[]).is(200);
    }
    until("the calls to be told", || counted(&control) >= 4);
    let calls = admin(&control, "GET", "/api/v1/calls", None).is(200).json();
    let paths: Vec<_> =
        calls["items"].as_array().unwrap().iter().filter(|call| call["path"] == "/shop/one").collect();
    assert_eq!(paths.len(), 3, "{calls}");
    assert_eq!((&paths[0]["status"], &paths[0]["method"]), (&200.into(), &"GET".into()));
    let said = cli(&control, &["status"]).succeeds();
    assert!(
        said.contains("role control") && said.contains("Gateway ") && said.contains("told of "),
        "{said}"
    );
    let drift = admin(&control, "GET", "/api/v1/routes/shop/draft", None);
    assert!(drift.status == 200 || drift.status == 409, "{}", drift.text);

    let before = counted(&control);
    let admin_address = address.trim_start_matches("http://");
    assert_eq!(control.interrupt(), Some(0));
    for _ in 0..5 {
        get(&edge.http("/shop/two"), &[]).is(200);
    }
    let args =
        ["serve", "--role", "control", "--data", stored.path().to_str().unwrap(), "--admin", admin_address];
    let control = Running::start(&args, "console at");
    until("the calls of the outage", || counted(&control) >= before + 5);
    // What was counted last is told at a stop.
    get(&edge.http("/shop/three"), &[]).is(200);
    assert_eq!(edge.interrupt(), Some(0));
    assert_eq!(counted(&control), before + 6);
    let token = json!({ "gateway": { "id": "x", "name": "x", "version": "x", "snapshot": 0 }, "number": 1, "rows": [], "meters": [], "branches": [], "calls": [], "seen": [], "counts": [0, 0, 0, 0, 0, 0, 0] });
    admin(&control, "POST", "/api/v1/snapshot/calls", Some(&token)).is(401);
}

#[test]
fn a_control_plane_without_a_gateway_rolls_branches_out_by_what_gateways_tell() {
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let route = json!({
        "name": "shop", "match": { "path": "/shop" }, "upstream": { "endpoints": [format!("http://{}", echo())] },
        "split": { "branches": [{
            "name": "canary", "upstream": { "endpoints": [format!("http://{nobody}")] },
            "match": [{ "headers": { "x-canary": "1" } }],
            "rollout": { "steps": [0.001, 100], "every": "1h", "min_requests": 5 },
        }] },
    });
    admin(&control, "PUT", "/api/v1/routes/shop", Some(&route)).is(201);
    let edge = gateway(&control.admin(""), own.path());
    let shown = || -> Value {
        serde_json::from_str(
            &cli(&control, &["split", "show", "--route", "shop", "--output", "json"]).succeeds(),
        )
        .unwrap()
    };
    until("the first step", || shown().to_string().contains("0.001"));
    until("the route", || get(&edge.http("/shop"), &[]).status == 200);
    for _ in 0..6 {
        get(&edge.http("/shop"), &[("x-canary", "1")]).is(502);
    }
    until("what the branch did", || {
        shown()["branches"][0]["count"]["errors"] == 6
            || shown()["branches"].as_array().is_some_and(|all| all.len() < 2)
    });
    control.says("a rollout is aborted");
    until("the usual upstream", || get(&edge.http("/shop"), &[("x-canary", "1")]).status == 200);
}
