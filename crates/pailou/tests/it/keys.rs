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

/// What the admin API tells of the passwords of a consumer.
fn passwords(platform: &Running, consumer: &str) -> Vec<Value> {
    let path = format!("/api/v1/consumers/{consumer}/passwords");
    admin(platform, "GET", &path, None).is(200).json()["items"].as_array().unwrap().clone()
}

#[test]
fn the_last_use_of_a_password_is_told_as_that_of_a_key_and_another_password_was_not_used() {
    let data = folder(&[]);
    let platform = serve(data.path(), &[]);
    let consumer = |password: &str| {
        json!({ "kind": "consumer", "name": "erp", "credentials": [
            { "username": "erp", "password": password }, { "username": "spare", "password": "another password" },
        ] })
    };
    admin(&platform, "POST", "/api/v1/consumers", Some(&consumer("analytical engine"))).is(201);
    let route = json!({
        "kind": "route", "name": "r", "match": { "path": "/" }, "upstream": { "endpoints": [format!("http://{}", echo())] },
        "policies": [{ "basic-auth": {} }],
    });
    admin(&platform, "POST", "/api/v1/routes", Some(&route)).is(201);
    let said = cli(&platform, &["keys", "consumer", "erp"]).succeeds();
    assert_eq!(said.matches("password  not used yet").count(), 2, "{said}");
    // `erp:analytical engine`, and a guess, which is no use.
    let call = |basic: &str| get(&platform.http("/"), &[("authorization", basic)]).status.as_u16();
    assert_eq!((call("Basic ZXJwOmFuYWx5dGljYWwgZW5naW5l"), call("Basic c3BhcmU6Z3Vlc3M=")), (200, 401));
    until("the use to be written down", || passwords(&platform, "erp")[0]["last_used_at"].is_string());
    let used = passwords(&platform, "erp");
    assert!(used[0]["username"] == "erp" && used[1]["last_used_at"].is_null(), "{used:?}");
    let told = used[0].as_object().unwrap();
    assert!(!told.values().any(|value| value.to_string().contains("argon2")), "no hash is told: {told:?}");
    let said = cli(&platform, &["keys", "consumer", "erp"]).succeeds();
    let at = used[0]["last_used_at"].as_str().unwrap();
    assert!(
        said.contains(&format!("erp  password  last used {at}"))
            && said.contains("spare  password  not used yet"),
        "{said}"
    );
    let json = cli(&platform, &["keys", "consumer", "erp", "--output", "json"]).succeeds();
    assert!(json.contains("passwords"), "{json}");
    // Another change of the consumer forgets nothing; another password is another one.
    let mut titled = consumer("analytical engine");
    titled["title"] = json!("ERP");
    admin(&platform, "PUT", "/api/v1/consumers/erp", Some(&titled)).is(200);
    assert_eq!(passwords(&platform, "erp")[0]["last_used_at"].as_str(), Some(at));
    admin(&platform, "PUT", "/api/v1/consumers/erp", Some(&consumer("difference engine"))).is(200);
    assert!(passwords(&platform, "erp")[0]["last_used_at"].is_null());
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
