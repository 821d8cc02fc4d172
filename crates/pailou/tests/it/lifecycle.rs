//! The life of an API: what its answers say, what may follow what, what the portal shows.

use std::fs;

use serde_json::Value;

use crate::kit::{Running, admin, cli, echo, get, serve};

const OPENAPI: &str = "openapi: 3.1.0\ninfo: { title: Orders, version: '1' }\npaths: { /orders: { get: { operationId: list, responses: { '200': { description: All. } } } } }\n";

fn apply(platform: &Running, folder: &tempfile::TempDir, lifecycle: &str) -> (bool, String) {
    let api = format!(
        "kind: api\nname: orders\ncontract: ./orders.yaml\nlisten: {{ path: /orders }}\nupstream: {{ endpoints: [\"http://{}\"] }}\n{lifecycle}\n",
        echo()
    );
    fs::write(folder.path().join("orders.yaml"), OPENAPI).unwrap();
    fs::write(folder.path().join("api.yaml"), api).unwrap();
    let out = cli(platform, &["apply", "-f", folder.path().to_str().unwrap()]);
    (
        out.status.success(),
        String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr),
    )
}

#[test]
fn an_api_says_where_it_is_in_its_life_and_moves_on_step_by_step() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let shown = || -> Vec<Value> {
        let list = get(&platform.admin("/portal/api/v1/apis"), &[]).is(200).json();
        list["items"].as_array().unwrap().clone()
    };
    let ending = |state: &str| {
        format!(
            "lifecycle: {{ state: {state}, deprecated_at: 2026-06-30T00:00:00Z, sunset_at: 2026-12-31T00:00:00Z, successor: /v2, docs: 'https://example.com/move' }}"
        )
    };
    let (well, said) = apply(&platform, &folder, "lifecycle: { state: draft }");
    assert!(well, "{said}");
    assert!(get(&platform.http("/orders/orders"), &[]).is(200).headers.get("deprecation").is_none());
    assert_eq!(shown().len(), 0);

    let (well, said) = apply(&platform, &folder, &ending("deprecated"));
    assert!(
        !well
            && said.contains(
                "lifecycle.state: an api that is draft does not become deprecated, but review or prerelease or published"
            ),
        "{said}"
    );
    let (well, said) = apply(&platform, &folder, "");
    assert!(well, "{said}");
    assert_eq!(shown()[0]["lifecycle"], Value::Null);
    let (well, said) = apply(&platform, &folder, &ending("retired"));
    assert!(!well && said.contains("transition-not-allowed"), "{said}");

    let (well, said) = apply(&platform, &folder, "lifecycle: { state: deprecated }");
    assert!(!well && said.contains("deprecated_at"), "{said}");
    let (well, said) = apply(&platform, &folder, &ending("deprecated"));
    assert!(well, "{said}");
    for path in ["/orders/orders", "/orders/none"] {
        let answer = get(&platform.http(path), &[]);
        assert_eq!(answer.header("deprecation"), "@1782777600", "{path}");
        assert_eq!(answer.header("sunset"), "Thu, 31 Dec 2026 00:00:00 GMT");
        let links: Vec<_> =
            answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
        let expected = [
            "</v2>; rel=\"successor-version\"",
            "<https://example.com/move>; rel=\"deprecation\"",
            "<https://example.com/move>; rel=\"sunset\"",
        ];
        assert_eq!(links, expected);
    }
    assert_eq!(shown()[0]["lifecycle"]["state"], "deprecated");

    let (well, said) = apply(&platform, &folder, &ending("retired"));
    assert!(well, "{said}");
    let gone = get(&platform.http("/orders/orders"), &[]).is(410).problem("retired");
    assert_eq!(gone.header("sunset"), "Thu, 31 Dec 2026 00:00:00 GMT");
    // The same by the console's way.
    let stored = admin(&platform, "GET", "/api/v1/apis/orders", None).is(200).json();
    let mut document = stored.get("document").unwrap_or(&stored).clone();
    document["lifecycle"] = serde_json::json!({ "state": "published" });
    let refused = admin(&platform, "PUT", "/api/v1/apis/orders", Some(&document)).is(422);
    assert!(refused.text.contains("transition-not-allowed"), "{}", refused.text);
    let (well, said) = apply(&platform, &folder, &ending("deprecated"));
    assert!(well, "{said}");
    get(&platform.http("/orders/orders"), &[]).is(200);
}
