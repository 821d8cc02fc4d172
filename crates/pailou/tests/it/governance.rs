//! Standards: what does not meet them is not published, waivers let it pass for a while, scorecards tell.

use std::fs;

use serde_json::{Value, json};

use crate::{
    kit::{Running, Said, admin, cli, echo, folder, serve},
    walk::walk,
};

#[test]
fn the_commands_of_the_guide_say_what_it_shows() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("governance.md", &platform) > 4);
}

fn standard(require: Value) -> Value {
    json!({ "kind": "standard", "name": "public", "require": require })
}

fn api(more: Value) -> Value {
    let mut api = json!({
        "kind": "api",
        "name": "orders",
        "listen": { "path": "/orders" },
        "upstream": { "endpoints": [format!("http://{}", echo())] },
    });
    api.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api
}

fn put(platform: &Running, kind: &str, name: &str, document: &Value) -> (u16, String) {
    let answer = admin(platform, "PUT", &format!("/api/v1/{kind}/{name}"), Some(document));
    (answer.status.as_u16(), answer.text)
}

fn contract(info: &str, method: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": serde_json::from_str::<Value>(&format!("{{ \"title\": \"Orders\", \"version\": \"1\"{info} }}")).unwrap(),
        "paths": { "/orders": { method: { "operationId": "list", "responses": { "200": { "description": "All." } } } } },
    })
}

#[test]
fn what_a_standard_asks_for_is_there_or_the_change_is_refused() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let plain = json!({ "contract": contract("", "get") });
    let limit = json!([{ "rate-limit": { "limit": 1, "window": "1m" } }]);
    let when = json!([{ "rate-limit": { "limit": 1, "window": "1m" }, "when": "request.method == 'GET'" }]);
    let rule = json!({ "given": "$.info", "severity": "warn", "then": { "field": "contact", "function": "truthy" } });
    let lint = json!({ "lint": { "ruleset": { "rules": { "contact": rule } }, "fail_on": "warn" } });
    for (require, without, with) in [
        (json!({ "owner": true }), json!({ "owner": " " }), json!({ "owner": "team" })),
        (json!({ "description": true }), json!({ "title": "x" }), json!({ "description": "Orders." })),
        (
            json!({ "description": true }),
            json!({ "contract": contract(", \"summary\": \"x\"", "get") }),
            json!({ "contract": contract(", \"description\": \"Orders.\"", "get") }),
        ),
        (json!({ "contract": true }), json!({}), plain.clone()),
        (json!({ "policies": ["rate-limit"] }), json!({}), json!({ "policies": limit })),
        (json!({ "policies": ["rate-limit"] }), json!({ "policies": when }), json!({ "policies": limit })),
        (
            json!({ "policies": [["key-auth", "rate-limit"]] }),
            json!({ "policies": when }),
            json!({ "policies": limit }),
        ),
        (
            lint,
            json!({ "contract": contract("", "get"), "title": "x" }),
            json!({ "contract": contract(", \"contact\": { \"name\": \"Ada\" }", "get") }),
        ),
        (
            json!({ "no_breaking_changes": true }),
            json!({ "contract": contract("", "put") }),
            json!({ "contract": contract(", \"description\": \"Better.\"", "get") }),
        ),
    ] {
        // What is there was made before anything was asked.
        assert_eq!(put(&platform, "apis", "orders", &api(plain.clone())).0, 201);
        assert_eq!(put(&platform, "standards", "public", &standard(require.clone())).0, 201);
        let (status, said) = put(&platform, "apis", "orders", &api(without));
        assert!(
            status == 422 && said.contains("standard-not-met") && said.contains("`public`"),
            "{require}: {said}"
        );
        let (status, said) = put(&platform, "apis", "orders", &api(with));
        assert_eq!(status, 200, "{require}: {said}");
        let cards = admin(&platform, "GET", "/api/v1/scorecards?api=orders", None).is(200).json();
        assert_eq!(cards["items"][0]["score"], 100, "{cards}");
        admin(&platform, "DELETE", "/api/v1/standards/public", None).is(204);
        admin(&platform, "DELETE", "/api/v1/apis/orders", None).is(204);
    }
}

#[test]
fn who_takes_away_what_all_rely_on_is_stopped_and_waivers_end() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let limit = json!([{ "rate-limit": { "limit": 1, "window": "1m" } }]);
    let gateway = |policies: &Value| json!({ "kind": "gateway", "name": "default", "policies": policies });
    assert_eq!(put(&platform, "gateways", "default", &gateway(&limit)).0, 201);
    assert_eq!(put(&platform, "apis", "orders", &api(json!({}))).0, 201);
    let both = standard(json!({ "policies": ["rate-limit"], "owner": true }));
    assert_eq!(put(&platform, "standards", "public", &both).0, 201);
    let (status, said) = put(&platform, "gateways", "default", &gateway(&json!([])));
    assert!(status == 422 && said.contains("rate-limit") && !said.contains("`owner`"), "{said}");

    let waiver = |until: &str| {
        json!({ "kind": "waiver", "name": "old", "standard": "public", "api": "orders", "requirements": ["owner"],
            "reason": "being handed over", "expires_at": until })
    };
    let changed = api(json!({ "title": "Orders" }));
    assert_eq!(put(&platform, "apis", "orders", &changed).0, 422);
    assert_eq!(put(&platform, "waivers", "old", &waiver("2020-01-01T00:00:00Z")).0, 201);
    assert_eq!(put(&platform, "apis", "orders", &changed).0, 422, "one that has ended lets nothing pass");
    assert_eq!(put(&platform, "waivers", "old", &waiver("2999-01-01T00:00:00Z")).0, 200);
    assert_eq!(put(&platform, "apis", "orders", &changed).0, 200);
    let cards = admin(&platform, "GET", "/api/v1/scorecards", None).is(200).json();
    let owner = &cards["items"][0]["requirements"][0];
    assert_eq!(
        (&owner["met"], &owner["waiver"], &cards["items"][0]["score"]),
        (&json!(false), &json!("old"), &json!(50))
    );
    admin(&platform, "DELETE", "/api/v1/standards/public", None).is(409);

    // Told only, and drafts are nobody's business yet.
    let mut told = standard(json!({ "owner": true, "contract": true }));
    told["enforcement"] = "warn".into();
    assert_eq!(put(&platform, "standards", "public", &told).0, 200);
    let resources = folder(&[]);
    fs::write(resources.path().join("api.json"), api(json!({ "title": "Again" })).to_string()).unwrap();
    let said = cli(&platform, &["apply", "-f", resources.path().to_str().unwrap()]).succeeds();
    assert!(said.contains("the standard `public` asks for `contract`"), "{said}");
    told["enforcement"] = "refuse".into();
    assert_eq!(put(&platform, "standards", "public", &told).0, 200);
    let mut draft = api(json!({ "lifecycle": { "state": "draft" } }));
    draft["name"] = "new".into();
    draft["listen"]["path"] = "/new".into();
    assert_eq!(put(&platform, "apis", "new", &draft).0, 201);
    draft["lifecycle"]["state"] = "published".into();
    let (status, said) = put(&platform, "apis", "new", &draft);
    assert!(status == 422 && said.contains("`owner`") && said.contains("`contract`"), "{said}");
}

#[test]
fn what_cannot_be_asked_is_told_with_its_field() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let about_none = json!({ "kind": "standard", "name": "public", "applies_to": { "states": [] }, "require": { "owner": true } });
    for (document, field) in [
        (standard(json!({})), "require"),
        (standard(json!({ "policies": ["rate-limits"] })), "require.policies[0]"),
        (standard(json!({ "policies": [[]] })), "policies"),
        (standard(json!({ "lint": { "ruleset": "spectral:none" } })), "require.lint.ruleset"),
        (standard(json!({ "lint": { "ruleset": { "rules": 1 } } })), "require.lint.ruleset"),
        (about_none, "applies_to.states"),
    ] {
        let (status, said) = put(&platform, "standards", "public", &document);
        assert!(status == 422 && said.contains(field), "{document}: {said}");
    }
    let waiver = json!({ "kind": "waiver", "name": "w", "standard": "none", "api": "orders", "reason": "", "expires_at": "soon" });
    let (status, said) = put(&platform, "waivers", "w", &waiver);
    assert!(status == 422, "{said}");
    for field in ["reason", "expires_at", "standard"] {
        assert!(said.contains(field), "{field}: {said}");
    }
}
