//! Tests of rules: the guide's page, and policies of every language by the gateway's own chain.

use std::fs;

use serde_json::Value;

use crate::{
    kit::{Said, folder, pailou, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_page_about_tests_of_rules_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert_eq!(walk("rule-tests.md", &platform), 2);
}

const RULES: &str = r#"
kind: plan
name: free
policies: [{ rate-limit: { limit: 1, window: 1h } }]
---
{ kind: product, name: shop, apis: [orders], plans: [free] }
---
{ kind: app, name: till, credentials: [{ key: key-of-the-till-1 }] }
---
{ kind: app, name: kiosk, credentials: [{ key: key-of-the-kiosk-1 }] }
---
{ kind: subscription, name: till-shop, app: till, product: shop, plan: free }
---
kind: consumer
name: ada
groups: [staff]
credentials: [{ key: key-of-ada-1 }]
---
kind: api
name: orders
contract: orders.openapi.yaml
listen: { path: /orders }
upstream: { endpoints: ["http://127.0.0.1:1"] }
policies:
  - key-auth: {}
  - authorize:
      when: 'request.method == "POST"'
      cedar: |
        @id("own") permit (principal, action, resource) when { context.method == "GET" };
        @id("staff") permit (principal in Group::"staff", action, resource);
        @id("night") forbid (principal, action, resource) when { context.headers has "x-night" };
      headers: [x-night]
"#;

fn tested(files: &[(&str, &str)], more: &[&str]) -> std::process::Output {
    let dir = folder(files);
    let args = ["policy", "test", "-f", dir.path().to_str().unwrap()];
    pailou(&[&args[..], more].concat()).output().unwrap()
}

const CONTRACT: &str = r#"
openapi: 3.1.0
info: { title: Orders, version: "1" }
components: { securitySchemes: { login: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://idp.example.com/t", scopes: { "orders:write": w } } } } } }
paths:
  /orders:
    get: { operationId: listOrders, responses: { "200": { description: ok } } }
    post: { operationId: createOrder, security: [{ login: ["orders:write"] }], responses: { "201": { description: made } } }
"#;

const TESTS: &str = r#"
kind: rule-test
name: orders
tests:
  - { name: anybody reads, as: { claims: { sub: eve } }, request: { path: /orders/orders }, expect: allowed }
  - { name: staff write with the scope, as: { consumer: ada, scopes: ["orders:write"] }, request: { method: POST, path: /orders/orders, body: {} }, expect: allowed }
  - { name: and not without it, as: { consumer: ada }, request: { method: POST, path: /orders/orders, body: {} }, expect: { refused: contract-security, status: 403 } }
  - { name: others do not write, as: { claims: { sub: eve }, scopes: ["orders:write"] }, request: { method: POST, path: /orders/orders, body: {} }, expect: { refused: authorize, because: no policy permits } }
  - { name: nobody writes at night, as: { consumer: ada, scopes: ["orders:write"] }, request: { method: POST, path: /orders/orders, body: {}, headers: { x-night: "1" } }, expect: { refused: authorize, because: night } }
  - { name: a key is looked at where nobody says who calls, request: { path: /orders/orders, headers: { x-api-key: key-of-ada-1 } }, expect: allowed }
  - { name: a wrong one is refused, request: { path: /orders/orders, headers: { x-api-key: key-of-nobody-1 } }, expect: { refused: key-auth, status: 401 } }
  - { name: an app with a subscription calls, as: { app: till }, request: { path: /orders/orders }, expect: allowed }
  - { name: and again since each test is by itself, as: { app: till }, request: { path: /orders/orders }, expect: allowed }
  - { name: one without does not, as: { app: kiosk }, request: { path: /orders/orders }, expect: { problem: subscription-required } }
  - { name: what is not there is no rule's, as: { consumer: ada }, request: { path: /stock }, expect: { status: 404, problem: not-found } }
"#;

#[test]
fn rules_are_judged_by_the_policies_that_a_gateway_runs() {
    // `when` of the rule beside `cedar` is none: a policy is in one language.
    let rules = RULES.replace("      when: 'request.method == \"POST\"'\n", "");
    let files = [("rules.yaml", &*rules), ("orders.openapi.yaml", CONTRACT), ("sub/orders.test.yaml", TESTS)];
    let said = tested(&files, &[]).succeeds();
    assert!(said.ends_with("11 tests passed.\n"), "{said}");
    let said: Value =
        serde_json::from_str(&tested(&files, &["--output", "json", "--only", "at night"]).succeeds())
            .unwrap();
    assert_eq!((&said["passed"], &said["tests"][0]["outcome"]["policy"]), (&1.into(), &"authorize".into()));
    assert_eq!(said["tests"][0]["outcome"]["place"], "api/orders#1");

    // A rule that changes is found.
    let open = rules.replace("context.method == \"GET\"", "true");
    let files = [("rules.yaml", &*open), ("orders.openapi.yaml", CONTRACT), ("orders.test.yaml", TESTS)];
    let output = tested(&files, &["--output", "junit"]);
    assert_eq!(output.status.code(), Some(1));
    let said = output.fails();
    assert!(said.contains("tests=\"11\" failures=\"1\""), "{said}");
    assert!(said.contains("expected to be refused, and was allowed (200)"), "{said}");
}

#[test]
fn what_is_no_test_is_told_with_its_place_and_no_folder_is_without_tests_by_mistake() {
    let api =
        "kind: api\nname: open\nlisten: { path: /open }\nupstream: { endpoints: [\"http://127.0.0.1:1\"] }\n";
    let output = tested(&[("api.yaml", api)], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.fails().contains("there are no tests"));
    let wrong =
        "kind: rule-test\nname: a\ntests:\n  - { name: b, request: { path: /open }, expect: alowed }\n";
    let output = tested(&[("api.yaml", api), ("a.test.yaml", wrong)], &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = output.fails();
    assert!(said.contains("a.test.yaml:4") && said.contains("tests[0].expect"), "{said}");
    // Who is said to call where nobody asks who does would be a test of nothing.
    let nobody = "kind: rule-test\nname: a\ntests:\n  - { name: b, as: { consumer: ada }, request: { path: /open }, expect: allowed }\n";
    let said = tested(&[("api.yaml", api), ("a.test.yaml", nobody)], &[]).fails();
    assert!(said.contains("no policy there asks"), "{said}");
    let dir = folder(&[("api.yaml", api), ("a.test.yaml", wrong)]);
    let said = pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().fails();
    assert!(said.contains("a.test.yaml:4"), "{said}");
    fs::write(dir.path().join("a.test.yaml"), nobody).unwrap();
    pailou(&["validate", "-f", dir.path().to_str().unwrap()]).output().unwrap().succeeds();
}
