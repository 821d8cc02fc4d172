//! Reviews by the command line and the admin API.

use std::{fs, process::Output};

use serde_json::{Value, json};

use crate::{
    kit::{Running, admin, cli, folder, pailou, request, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("reviews.md", &platform) > 20);
}

const OPENAPI: &str = "openapi: 3.1.0\ninfo: { title: Orders, version: '1' }\npaths: { /orders: { get: { operationId: list, responses: { '200': { description: All. } } } } }\n";

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_test_of_the_command_line_is_what_a_standard_asks_for() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let files = folder(&[]);
    let at = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("orders.openapi.yaml"), OPENAPI).unwrap();
    let api = "kind: api\nname: orders\ncontract: ./orders.openapi.yaml\nlisten: { path: /orders }\npolicies: [{ mock: {} }]\nlifecycle: { state: draft }\n";
    fs::write(at("api.yaml"), api).unwrap();
    assert!(cli(&platform, &["apply", "-f", files.path().to_str().unwrap()]).status.success());
    let standard = json!({ "name": "tested", "require": { "tests": {} } });
    admin(&platform, "PUT", "/api/v1/standards/tested", Some(&standard)).is(201);
    let publish = || cli(&platform, &["api", "move", "orders", "published"]);
    let refused = publish();
    assert!(!refused.status.success() && told(&refused).contains("no test of this contract"), "{refused:?}");

    let test = |url: &str| {
        let mut command = pailou(&["test", &at("orders.openapi.yaml"), "--url", url, "--record", "orders"]);
        command.env("PAILOU_URL", platform.admin("")).env("PAILOU_TOKEN", crate::kit::TOKEN).output().unwrap()
    };
    test(&platform.http("/elsewhere"));
    assert!(told(&publish()).contains("cases failed"), "what failed is recorded, too");
    let passed = test(&platform.http("/orders"));
    assert!(passed.status.success(), "{passed:?}");
    assert!(publish().status.success());
    let life: Value = admin(&platform, "GET", "/api/v1/apis/orders/life", None).is(200).json();
    assert_eq!((&life["state"], &life["tests"]["passed"]), (&json!("published"), &json!(true)), "{life}");
}

fn act(platform: &Running, token: &str, path: &str, body: &Value) -> (u16, String) {
    let bearer = format!("Bearer {token}");
    let answer = request("POST", &platform.admin(path), &[("authorization", &bearer)], Some(body));
    (answer.status.as_u16(), answer.text)
}

#[test]
fn who_passes_by_standards_has_the_permission_for_that_and_needs_no_other() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let standard = json!({ "name": "owned", "require": { "owner": true, "review": {} } });
    admin(&platform, "PUT", "/api/v1/standards/owned", Some(&standard)).is(201);
    let api = json!({ "name": "orders", "listen": { "path": "/orders" }, "upstream": { "endpoints": ["http://127.0.0.1:9"] },
        "lifecycle": { "state": "draft" } });
    admin(&platform, "PUT", "/api/v1/apis/orders", Some(&api)).is(201);
    let token = |permission: &str| {
        let form = json!({ "name": permission.split(':').next().unwrap(), "permissions": [permission] });
        let made: Value = admin(&platform, "POST", "/api/v1/tokens", Some(&form)).json();
        made["secret"].as_str().unwrap().to_owned()
    };
    let (writer, operator) = (token("apis:write"), token("emergencies:write"));
    let why = json!({ "to": "published", "reason": "Callers wait." });
    let (status, said) = act(&platform, &writer, "/api/v1/apis/orders/emergency", &why);
    assert!(status == 403 && said.contains("emergencies:write"), "{status} {said}");
    let (status, said) = act(&platform, &operator, "/api/v1/apis/orders/life", &json!({ "to": "published" }));
    assert!(status == 403 && said.contains("apis:write"), "{status} {said}");
    let (status, said) = act(&platform, &operator, "/api/v1/apis/orders/emergency", &why);
    assert_eq!(status, 200, "{said}");
    let listed: Value = admin(&platform, "GET", "/api/v1/emergencies", None).is(200).json();
    assert_eq!(listed["items"][0]["by"], "token/emergencies", "{listed}");
    assert_eq!(listed["items"][0]["passed"].as_array().unwrap().len(), 2, "{listed}");
}
