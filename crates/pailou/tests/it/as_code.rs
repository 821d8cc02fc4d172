//! `validate`, `plan`, `apply`, `export` and `import` against a whole platform.

use crate::kit::{Said, admin, cli, echo, folder, get, pailou, serve};

fn shop(upstream: &str, limit: u32) -> String {
    format!(
        "kind: api
name: shop
listen: {{ path: /shop }}
upstream: {{ endpoints: [http://{upstream}] }}
policies: [{{ key-auth: {{}} }}, {{ rate-limit: {{ limit: {limit}, window: 1m }} }}]
---
kind: consumer
name: ada
credentials: [{{ key: ada-secret-key }}]
---
kind: plan
name: free
policies: [{{ rate-limit: {{ limit: 5, window: 1m }} }}]
---
kind: product
name: shop
apis: [shop]
plans: [free]
"
    )
}

#[test]
fn a_folder_is_planned_applied_once_and_exported_to_an_equal_platform() {
    let upstream = echo().to_string();
    let (data, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let platform = serve(data.path(), &[]);
    let dir = folder(&[("shop.yaml", &shop(&upstream, 100))]);
    let files = dir.path().to_str().unwrap();

    let plan = cli(&platform, &["plan", "-f", files]).succeeds();
    assert!(plan.contains("+ api/shop") && plan.contains("4 to create"), "{plan}");
    get(&platform.http("/shop/x"), &[]).is(404);

    let applied = cli(&platform, &["apply", "-f", files]).succeeds();
    assert!(applied.contains("4 created"), "{applied}");
    get(&platform.http("/shop/x"), &[]).is(401);
    get(&platform.http("/shop/x"), &[("x-api-key", "ada-secret-key")]).is(200);
    let again = cli(&platform, &["apply", "-f", files]).succeeds();
    assert!(again.contains("4 unchanged"), "{again}");

    let changed = folder(&[("shop.yaml", &shop(&upstream, 200))]);
    let plan = cli(&platform, &["plan", "-f", changed.path().to_str().unwrap()]).succeeds();
    assert!(plan.contains("100 -> 200") && plan.contains("1 to update"), "{plan}");

    let copy = empty.path().join("copy");
    cli(&platform, &["export", "-f", copy.to_str().unwrap()]).succeeds();
    let second_data = tempfile::tempdir().unwrap();
    let second = serve(second_data.path(), &[]);
    cli(&second, &["apply", "-f", copy.to_str().unwrap()]).succeeds();
    get(&second.http("/shop/x"), &[("x-api-key", "ada-secret-key")]).is(200);
    let exports = [&platform, &second].map(|it| admin(it, "GET", "/api/v1/export", None).is(200).text);
    assert_eq!(exports[0], exports[1]);
    assert!(!exports[0].contains("ada-secret-key"), "a key is never exported");
}

#[test]
fn every_finding_of_a_folder_is_told_at_once_and_nothing_is_applied() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let dir = folder(&[
        (
            "a.yaml",
            "kind: api\nname: a\nlisten: { path: /a }\nupstream: nowhere\npolicies:\n  - rate-limit: { limit: 0, window: 1m }\n",
        ),
        ("b.yaml", "kind: apii\nname: b\n"),
        (
            "c.yaml",
            "kind: api\nname: good\nlisten: { path: /good }\nupstream: { endpoints: [http://127.0.0.1:9] }\n",
        ),
        ("d.yaml", "kind: consumer\nname: [\n"),
    ]);
    let files = dir.path().to_str().unwrap();
    for said in [
        pailou(&["validate", "-f", files]).output().unwrap().fails(),
        cli(&platform, &["apply", "-f", files]).fails(),
    ] {
        for expected in ["a.yaml:4:", "nowhere", "a.yaml:6:", "limit", "b.yaml:1:", "apii", "d.yaml:"] {
            assert!(said.contains(expected), "`{expected}` is missing in:\n{said}");
        }
    }
    admin(&platform, "GET", "/api/v1/apis/good", None).is(404);

    let json = pailou(&["validate", "-f", files, "--output", "json"]).output().unwrap();
    assert!(!json.status.success());
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(report["findings"].as_array().unwrap().len() >= 4, "{report}");
}

#[test]
fn a_folder_given_to_serve_is_applied_and_followed() {
    let upstream = echo().to_string();
    let data = tempfile::tempdir().unwrap();
    let dir = folder(&[("shop.yaml", &shop(&upstream, 100))]);
    let platform = serve(data.path(), &["--resources", dir.path().to_str().unwrap()]);
    get(&platform.http("/shop/x"), &[("x-api-key", "ada-secret-key")]).is(200);
    std::fs::write(dir.path().join("shop.yaml"), shop(&upstream, 100).replace("path: /shop", "path: /store"))
        .unwrap();
    crate::kit::until("the moved API", || {
        get(&platform.http("/store/x"), &[("x-api-key", "ada-secret-key")]).status == 200
    });
    get(&platform.http("/shop/x"), &[]).is(404);
    get(
        &platform.https.as_ref().map(|base| format!("{base}/store/x")).unwrap(),
        &[("x-api-key", "ada-secret-key")],
    )
    .is(200);
}

#[test]
fn without_a_token_or_a_server_a_command_says_what_to_do() {
    let said = pailou(&["export", "--url", "http://127.0.0.1:9"]).output().unwrap().fails();
    assert!(said.contains("PAILOU_TOKEN"), "{said}");
    let said = pailou(&["export", "--url", "http://127.0.0.1:9", "--token", "x"]).output().unwrap().fails();
    assert!(said.contains("127.0.0.1:9") && said.contains("does not answer"), "{said}");
}
