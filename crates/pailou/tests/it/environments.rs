//! Promotion from one workspace to the next, who is named where a change breaks somebody, and what operators ask of all.

use std::fs;

use serde_json::{Value, json};

use crate::{
    kit::{admin, cli, folder, get, request, serve, until},
    walk::walk,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("environments.md", &platform) > 9);
}

const CONTRACT: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
paths:
  /orders:
    get:
      operationId: list
      parameters: [{ name: x, in: query, schema: { type: string } }]
      responses: { '200': { description: ok, content: { application/json: { example: { total: 1 } } } } }
";

#[test]
fn of_three_who_call_the_two_are_named_who_send_what_goes_and_an_agreed_break_says_why() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let files = folder(&[]);
    let at = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let api = "kind: api\nname: orders\ncontract: ./c.yaml\nlisten: { path: /orders }\ncompatibility: { breaking: refuse }\npolicies: [{ key-auth: {} }, { mock: {} }, { observe: { sample: 100 } }]\n";
    fs::write(at("api.yaml"), api).unwrap();
    fs::write(at("c.yaml"), CONTRACT).unwrap();
    let mut consumers = String::new();
    for name in ["ada", "bea", "cleo"] {
        consumers.push_str(&format!(
            "---\nkind: consumer\nname: {name}\ncredentials: [{{ key: key-of-{name}-long-enough }}]\n"
        ));
    }
    fs::write(at("consumers.yaml"), consumers).unwrap();
    let folder_name = files.path().to_str().unwrap();
    let applied = cli(&platform, &["apply", "-f", folder_name]);
    assert!(applied.status.success(), "{applied:?}");
    for (name, target) in [("ada", "?x=1"), ("bea", "?x=2"), ("cleo", "")] {
        let key = format!("key-of-{name}-long-enough");
        get(&platform.http(&format!("/orders/orders{target}")), &[("x-api-key", &key)]).is(200);
    }
    until("the calls are counted", || {
        let uses: Value = admin(&platform, "GET", "/api/v1/apis/orders/uses", None).is(200).json();
        let operation = &uses["operations"]["GET /orders"];
        operation["callers"].as_object().is_some_and(|all| all.len() == 3) && operation["sampled"] == 3
    });
    let harder =
        CONTRACT.replace("{ name: x, in: query, schema", "{ name: x, in: query, required: true, schema");
    fs::write(at("c.yaml"), harder.replace("type: string", "type: integer")).unwrap();
    let told = |args: &[&str]| {
        let out = cli(&platform, args);
        let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        (out.status.success(), text)
    };
    let (well, said) = told(&["apply", "-f", folder_name]);
    assert!(
        !well && said.contains("used by consumer/ada (1 calls, in 1 of those looked into), consumer/bea"),
        "{said}"
    );
    assert!(!said.contains("cleo"), "{said}");
    fs::write(at("old.yaml.txt"), CONTRACT).unwrap();
    let token = crate::kit::TOKEN;
    let (_, said) = told(&["diff", &at("old.yaml.txt"), &at("c.yaml"), "--api", "orders", "--token", token]);
    assert!(said.contains("used by consumer/ada") && !said.contains("cleo"), "{said}");

    fs::write(
        at("agreed.txt"),
        "request-parameter-became-required\nrequest-parameter-type-changed # Both know.\n",
    )
    .unwrap();
    let agreed = at("agreed.txt");
    let (well, said) = told(&["apply", "-f", folder_name, "--suppress", &agreed]);
    assert!(!well && said.contains("agreed:1:1") && said.contains("why this break is accepted"), "{said}");
    let rules: Value = {
        let plan = cli(&platform, &["plan", "-f", folder_name, "--output", "json"]);
        serde_json::from_slice(&plan.stdout).unwrap()
    };
    let breaking = rules["contracts"][0]["changes"].as_array().unwrap().iter();
    let lines: Vec<String> = breaking
        .filter(|change| change["level"] == "breaking")
        .map(|change| format!("{} # Both know, and send it.", change["rule"].as_str().unwrap()))
        .collect();
    fs::write(&agreed, lines.join("\n")).unwrap();
    let (well, said) = told(&["apply", "-f", folder_name, "--suppress", &agreed]);
    assert!(well, "{said}");
    let audit: Value = admin(&platform, "GET", "/api/v1/audit?action=agree", None).is(200).json();
    assert!(audit["items"][0]["after"][0].as_str().unwrap().contains("Both know, and send it."), "{audit}");
}

#[test]
fn what_operators_ask_of_all_no_tenant_lets_itself_do_without() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    admin(&platform, "PUT", "/api/v1/workspaces/acme", Some(&json!({ "name": "acme" }))).is(201);
    let standard =
        json!({ "name": "owned", "applies_to": { "workspaces": ["*"] }, "require": { "owner": true } });
    admin(&platform, "PUT", "/api/v1/standards/owned", Some(&standard)).is(201);
    let bearer = format!("Bearer {}", crate::kit::TOKEN);
    let acme = |method: &str, path: &str, body: &Value| {
        let headers = [("authorization", &*bearer), ("pailou-workspace", "acme")];
        request(method, &platform.admin(path), &headers, Some(body))
    };
    let api = json!({ "name": "orders", "listen": { "path": "/acme/orders" }, "upstream": { "endpoints": ["http://127.0.0.1:9"] } });
    assert!(acme("PUT", "/api/v1/apis/orders", &api).is(422).text.contains("`owned`"));
    assert!(acme("PUT", "/api/v1/standards/owned", &standard).is(422).text.contains("operators-only"));
    let mut waiver = json!({ "name": "w", "standard": "owned", "api": "orders", "reason": "New.", "expires_at": "2999-01-01T00:00:00Z" });
    acme("PUT", "/api/v1/waivers/w", &waiver);
    acme("PUT", "/api/v1/apis/orders", &api).is(422);
    waiver["workspace"] = "acme".into();
    admin(&platform, "PUT", "/api/v1/waivers/w", Some(&waiver)).is(201);
    acme("PUT", "/api/v1/apis/orders", &api).is(201);
}
