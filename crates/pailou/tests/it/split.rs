//! `pailou split`: a rollout from the command line.

use serde_json::{Value, json};

use crate::kit::{Said, admin, cli, echo, get, serve, until};

#[test]
fn a_branch_is_weighed_and_promoted_from_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let upstream = json!({ "endpoints": [format!("http://{}", echo())] });
    let api = json!({
        "name": "orders", "version": "v1", "listen": { "path": "/orders" }, "upstream": upstream,
        "split": { "branches": [{ "name": "canary", "upstream": upstream, "weight": 5 }] },
    });
    admin(&platform, "POST", "/api/v1/apis", Some(&api)).is(201);
    let split = |args: &[&str]| {
        let output = cli(&platform, &[&["split"], args].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    };
    let (fine, said) = split(&["weight", "--api", "orders@v1", "canary", "25"]);
    assert!(fine && said.contains("orders@v1: 75%") && said.contains("canary: 25%"), "{said}");
    let (fine, said) = split(&["abort", "--api", "orders@v1", "none"]);
    assert!(!fine && said.contains("has no branch `none`"), "{said}");
    let (fine, said) = split(&["promote", "--api", "orders@v1", "canary"]);
    assert!(fine && said.contains("orders@v1: 100%") && !said.contains("canary"), "{said}");
}

#[test]
fn how_branches_do_is_shown_and_one_that_fails_is_aborted_by_its_rollout() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    // Nobody listens there any more.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let route = json!({
        "name": "shop", "match": { "path": "/shop" }, "upstream": { "endpoints": [format!("http://{}", echo())] },
        "split": { "branches": [{
            "name": "canary", "upstream": { "endpoints": [format!("http://{nobody}")] },
            "match": [{ "headers": { "x-canary": "1" } }],
            "rollout": { "steps": [0.001, 100], "every": "1h", "min_requests": 5 },
        }] },
    });
    admin(&platform, "PUT", "/api/v1/routes/shop", Some(&route)).is(201);
    let shown = || cli(&platform, &["split", "show", "--route", "shop", "--output", "json"]).succeeds();
    until("the first step", || shown().contains("0.001"));
    for _ in 0..6 {
        get(&platform.http("/shop"), &[]).is(200);
    }
    get(&platform.http("/shop"), &[("x-canary", "1")]).is(502);
    let conduct: Value = serde_json::from_str(&shown()).unwrap();
    let of = |branch: &Value| {
        let count = &branch["count"];
        (
            count["branch"].clone(),
            count["requests"].clone(),
            count["errors"].clone(),
            branch["error_percent"].clone(),
        )
    };
    let branches: Vec<_> = conduct["branches"].as_array().unwrap().iter().map(of).collect();
    let expected = [("canary", 1, 1, 100.0), ("(usual)", 6, 0, 0.0)];
    assert_eq!(
        branches,
        expected.map(|(name, all, errors, percent)| (name.into(), all.into(), errors.into(), percent.into()))
    );
    let splits = admin(&platform, "GET", "/api/v1/splits", None).is(200).json();
    let shop = &splits["items"][0];
    assert_eq!(
        (&shop["kind"], &shop["id"], &shop["branches"].as_array().unwrap().len()),
        (&"route".into(), &"shop".into(), &2)
    );
    assert_eq!(shop["branches"][0]["count"], conduct["branches"][0]["count"]);
    assert_eq!(shop["split"]["branches"][0]["rollout"]["steps"][1], 100.0);
    until("what the rollout waits for", || {
        let splits = admin(&platform, "GET", "/api/v1/splits", None).is(200).json();
        splits["items"][0]["branches"][0]["rollout"]["says"]
            .as_str()
            .is_some_and(|says| says.contains("due in"))
    });
    let text = cli(&platform, &["split", "show", "--route", "shop"]).succeeds();
    assert!(text.contains("canary") && text.contains("100.00%"), "{text}");
    for _ in 0..4 {
        get(&platform.http("/shop"), &[("x-canary", "1")]).is(502);
    }
    platform.says("a rollout is aborted");
    until("the usual upstream", || get(&platform.http("/shop"), &[("x-canary", "1")]).status == 200);
    let audit = admin(&platform, "GET", "/api/v1/audit?limit=1", None).is(200).text;
    assert!(audit.contains("rollout (aborted: 100.00% of 5 requests failed"), "{audit}");
}
