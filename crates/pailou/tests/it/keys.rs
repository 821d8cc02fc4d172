//! Keys of callers: when each was last used, at the gateway of the process and at those of others.

use serde_json::{Value, json};

use crate::kit::{Running, Said, admin, cli, echo, folder, get, serve, until};

/// The keys of a consumer as the admin API tells them.
fn keys(platform: &Running, consumer: &str) -> Vec<Value> {
    let told = admin(platform, "GET", &format!("/api/v1/consumers/{consumer}/keys"), None).is(200).json();
    told["items"].as_array().unwrap().clone()
}

fn set_up(platform: &Running, upstream: &str) {
    for (name, all) in [("ada", &["key-of-ada-1", "key-of-ada-2"][..]), ("bob", &["key-of-bob-1"])] {
        let credentials: Vec<Value> = all.iter().map(|key| json!({ "key": key })).collect();
        let consumer = json!({ "kind": "consumer", "name": name, "credentials": credentials });
        admin(platform, "POST", "/api/v1/consumers", Some(&consumer)).is(201);
    }
    let route = json!({
        "kind": "route", "name": "r", "match": { "path": "/" }, "upstream": { "endpoints": [format!("http://{upstream}")] },
        "policies": [{ "key-auth": {} }],
    });
    admin(platform, "POST", "/api/v1/routes", Some(&route)).is(201);
}

fn call(gateway: &Running, key: &str) -> u16 {
    get(&gateway.http("/"), &[("x-api-key", key)]).status.as_u16()
}

#[test]
fn the_last_use_of_a_key_is_told_by_api_and_command_line_and_outlives_a_restart() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    set_up(&platform, &echo().to_string());
    assert!(keys(&platform, "ada").iter().all(|key| key["last_used_at"].is_null()));
    let said = cli(&platform, &["keys", "consumer", "ada"]).succeeds();
    assert_eq!(said.matches("not used yet").count(), 2, "{said}");
    assert_eq!((call(&platform, "key-of-ada-1"), call(&platform, "key-of-nobody")), (200, 401));
    until("the use to be written down", || keys(&platform, "ada")[0]["last_used_at"].is_string());
    let used = keys(&platform, "ada");
    let at = used[0]["last_used_at"].as_str().unwrap();
    assert!(at.ends_with('Z') && at.len() == 20 && used[1]["last_used_at"].is_null(), "{used:?}");
    let said = cli(&platform, &["keys", "consumer", "ada"]).succeeds();
    assert!(said.contains(&format!("last used {at}")) && said.contains("not used yet"), "{said}");
    assert!(!said.contains("key-of-ada"), "no key is told: {said}");
    assert!(keys(&platform, "bob")[0]["last_used_at"].is_null());
    // What was used just before a stop is not lost, and a change of the consumer makes nobody forget.
    assert_eq!(call(&platform, "key-of-bob-1"), 200);
    assert_eq!(platform.interrupt(), Some(0));
    let platform = serve(data.path(), &[]);
    assert!(keys(&platform, "bob")[0]["last_used_at"].is_string());
    assert_eq!(keys(&platform, "ada")[0]["last_used_at"].as_str(), Some(at));
    // Who is gone takes it along: the same key of another consumer was not used.
    let hash = used[0]["key_hash"].as_str().unwrap();
    admin(&platform, "DELETE", &format!("/api/v1/consumers/ada/keys/{hash}"), None).is(204);
    let eve = json!({ "kind": "consumer", "name": "eve", "credentials": [{ "key": "key-of-ada-1" }] });
    admin(&platform, "POST", "/api/v1/consumers", Some(&eve)).is(201);
    assert!(keys(&platform, "eve")[0]["last_used_at"].is_null());
    admin(&platform, "GET", "/api/v1/consumers/nobody/keys", None).is(404);
    let wrong = cli(&platform, &["keys", "app", "nobody"]).fails();
    assert!(wrong.contains("nobody"), "{wrong}");
}

#[test]
fn gateways_of_other_processes_tell_of_uses_and_nobody_else_may() {
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    set_up(&control, &echo().to_string());
    let (address, data) = (control.admin(""), own.path().to_str().unwrap());
    let args = ["serve", "--role", "gateway", "--control", &address, "--data", data];
    let more = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
    let gateway = Running::start(&[&args[..], &more].concat(), "gateway at http:");
    until("the route", || call(&gateway, "key-of-ada-2") == 200);
    until("the use to be told", || keys(&control, "ada")[1]["last_used_at"].is_string());
    assert!(keys(&control, "ada")[0]["last_used_at"].is_null());
    let told = json!({ "uses": [{ "workspace": "default", "key_hash": keys(&control, "bob")[0]["key_hash"], "used_at": 1 }] });
    admin(&control, "POST", "/api/v1/snapshot/key-uses", Some(&told)).is(401);
    assert!(keys(&control, "bob")[0]["last_used_at"].is_null());
}
