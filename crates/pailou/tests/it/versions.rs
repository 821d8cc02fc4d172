//! Versions of an API at one path: what names them, what is refused, and what answers say.

use serde_json::{Value, json};

use crate::{
    kit::{Answer, Running, admin, echo, folder, get, serve},
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

/// An API whose versions say which they are to their upstreams, so that an answer tells who gave it.
fn publish(platform: &Running, name: &str, versions: &[(&str, Value)]) {
    let upstream = echo();
    for (version, names) in versions {
        let api = json!({
            "kind": "api", "name": name, "version": version, "listen": { "path": format!("/{name}"), "version": names },
            "upstream": { "endpoints": [format!("http://{upstream}")] },
            "policies": [{ "headers": { "request": { "set": { "x-answered-by": version } } } }],
        });
        admin(platform, "PUT", &format!("/api/v1/apis/{name}@{version}"), Some(&api)).is(201);
    }
}

/// Which version answered.
fn answered_by(answer: Answer) -> String {
    answer.is(200).json()["headers"]["x-answered-by"].as_str().unwrap().to_owned()
}

#[test]
fn calls_go_to_the_version_that_their_header_query_media_type_or_day_names() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let call = |target: &str, headers: &[(&str, &str)]| get(&platform.http(target), headers);
    let named = json!({ "header": "api-version", "query": "version", "default": true });
    let other = json!({ "header": "api-version", "query": "version" });
    publish(&platform, "orders", &[("v1", named), ("v2", other)]);
    assert_eq!(answered_by(call("/orders/a", &[])), "v1");
    assert_eq!(answered_by(call("/orders/a", &[("api-version", "v2")])), "v2");
    assert_eq!(answered_by(call("/orders/a?version=v2", &[])), "v2");
    assert_eq!(answered_by(call("/orders/a?version=v1", &[("api-version", "v1")])), "v1");
    call("/orders/a?version=v1", &[("api-version", "v2")]).is(400).problem("unknown-version");
    call("/orders/a", &[("api-version", "v3")]).is(400).problem("unknown-version");

    let media =
        |default: bool| json!({ "media_type": "application/vnd.shop.{version}+json", "default": default });
    publish(&platform, "items", &[("v1", media(true)), ("v2", media(false))]);
    let accept = |value: &str| call("/items/a", &[("accept", value)]);
    assert_eq!(answered_by(accept("*/*")), "v1");
    assert_eq!(answered_by(accept("application/vnd.shop.v2+json")), "v2");
    let both = "application/vnd.shop.v1+json;q=0.5, application/vnd.shop.v2+json";
    assert_eq!(answered_by(accept(both)), "v2");
    assert_eq!(answered_by(call("/items/a", &[("content-type", "application/vnd.shop.v2+json")])), "v2");
    accept("application/vnd.shop.v9+json").is(400).problem("unknown-version");

    let dated = |default: bool| json!({ "header": "bills-version", "dates": true, "default": default });
    publish(&platform, "bills", &[("2025-06-01", dated(true)), ("2026-03-10", dated(false))]);
    let on = |day: &str| call("/bills/a", &[("bills-version", day)]);
    assert_eq!(answered_by(on("2025-06-01")), "2025-06-01");
    assert_eq!(answered_by(on("2026-03-09")), "2025-06-01");
    assert_eq!(answered_by(on("2026-03-10")), "2026-03-10");
    assert_eq!(answered_by(on("2027-01-01")), "2026-03-10");
    assert_eq!(answered_by(call("/bills/a", &[])), "2025-06-01");
    on("2024-01-01").is(400).problem("unknown-version");
    on("tomorrow").is(400).problem("unknown-version");
}
