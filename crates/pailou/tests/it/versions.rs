//! Versions of an API at one path: what names them, what is refused, and what answers say.

use serde_json::{Value, json};

use crate::{
    kit::{admin, folder, get, serve},
    walk::walk,
};

#[test]
fn the_page_says_what_happens() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    assert!(walk("versions.md", &platform) >= 5);
    // What is refused is told as the page shows it.
    let page = include_str!("../../../../docs/guide/versions.md");
    let block = page.split("\n```http\n").nth(1).unwrap().split("\n```").next().unwrap();
    let mut parts = block.splitn(3, "\n\n");
    let (asked, head) = (parts.next().unwrap(), parts.next().unwrap());
    let shown: Value = serde_json::from_str(parts.next().unwrap()).unwrap();
    let (line, header) = asked.split_once('\n').unwrap();
    let (name, value) = header.split_once(": ").unwrap();
    let target = line.strip_prefix("GET ").unwrap();
    let answer = get(&platform.http(target), &[(name, value)]).is(400);
    let told = answer.json();
    for (member, value) in shown.as_object().unwrap() {
        assert_eq!(&told[member], value, "{told}");
    }
    assert_eq!(answer.headers["vary"], head.split_once("vary: ").unwrap().1);
    // The portal says how a version is named.
    let reference = get(&platform.admin("/portal/api/v1/apis/orders@v2/operations/list"), &[]).is(200).json();
    let parameter = &reference["parameters"][0];
    assert_eq!((&parameter["name"], &parameter["schema"]["const"]), (&json!("api-version"), &json!("v2")));
    let samples = reference["samples"].as_array().unwrap();
    assert!(
        samples.iter().all(|sample| sample["code"].as_str().unwrap().contains("api-version")),
        "{samples:?}"
    );
}

#[test]
fn versions_at_one_path_that_cannot_be_told_apart_are_refused() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let put = |id: &str, version: Value| {
        let (name, of) = id.split_once('@').unwrap();
        let api = json!({
            "kind": "api", "name": name, "version": of, "listen": { "path": "/shop", "version": version },
            "upstream": { "endpoints": ["http://127.0.0.1:9"] },
        });
        admin(&platform, "PUT", &format!("/api/v1/apis/{id}"), Some(&api))
    };
    put("orders@v1", json!({ "header": "api-version", "default": true })).is(201);
    for (id, version, told) in [
        ("orders@v2", json!(null), "`listen.version` says how requests tell versions"),
        ("bills@v2", json!({ "header": "api-version" }), "is no version of this API"),
        ("orders@v2", json!({ "query": "version" }), "says otherwise where requests name their version"),
        ("orders@v2", json!({ "header": "api-version", "value": "v1" }), "for the same version `v1`"),
        (
            "orders@v2",
            json!({ "header": "api-version", "default": true }),
            "for requests that say no version",
        ),
        ("orders@v2", json!({}), "says by `header`, `query` or `media_type`"),
    ] {
        let refused = put(id, version).is(422).text;
        assert!(refused.contains(told), "{refused}");
    }
    put("orders@v2", json!({ "header": "api-version" })).is(201);
}
