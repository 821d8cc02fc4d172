//! Control plane and gateway in processes of their own.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::kit::{
    GATEWAY_TOKEN, Running, Said, admin, cli, echo, folder, get, pailou, request, serve, until,
};

/// A gateway on a free port that takes its configuration from a control plane.
fn start(data: &Path, control: &str, ready: &str) -> Running {
    let data = data.to_str().unwrap();
    let args = ["serve", "--role", "gateway", "--control", control, "--data", data];
    let addresses = ["--http", "127.0.0.1:0", "--https", "off", "--admin", "127.0.0.1:0"];
    Running::start(&[&args[..], &addresses].concat(), ready)
}

/// A control plane at an address it had before.
fn control_again(data: &Path, url: &str) -> Running {
    let (data, address) = (data.to_str().unwrap(), url.trim_start_matches("http://"));
    Running::start(&["serve", "--role", "control", "--data", data, "--admin", address], "console at")
}

fn route(upstream: &str, path: &str) -> Value {
    json!({ "kind": "route", "name": "r", "match": { "path": path }, "upstream": { "endpoints": [format!("http://{upstream}")] } })
}

fn put(control: &Running, route: &Value) {
    let answer = admin(control, "PUT", "/api/v1/routes/r", Some(route));
    assert!(answer.status.is_success(), "{}", answer.text);
}

#[test]
fn a_gateway_follows_its_control_plane_and_starts_without_it() {
    let upstream = echo().to_string();
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    let address = control.admin("");
    put(&control, &route(&upstream, "/one"));

    let gateway = start(own.path(), &address, "gateway at http:");
    get(&gateway.http("/one"), &[]).is(200);
    put(&control, &route(&upstream, "/two"));
    until("the change", || get(&gateway.http("/two"), &[]).status == 200);
    get(&gateway.http("/one"), &[]).is(404);

    // With the control plane gone, it goes on, and starts again from what it kept.
    control.kill();
    gateway.says("the control plane does not answer");
    get(&gateway.http("/two"), &[]).is(200);
    assert_eq!(gateway.interrupt(), Some(0));
    let gateway = start(own.path(), &address, "gateway at http:");
    get(&gateway.http("/two"), &[]).is(200);
    gateway.says("the control plane does not answer");

    let control = control_again(stored.path(), &address);
    gateway.says("answers again");
    put(&control, &route(&upstream, "/three"));
    until("the change after the outage", || get(&gateway.http("/three"), &[]).status == 200);
    drop((control, gateway));

    // A damaged copy is told and not run: the one before it is.
    let newest = own.path().join("snapshot");
    let text = fs::read_to_string(&newest).unwrap().replace("/three", "/third");
    fs::write(&newest, text).unwrap();
    let gateway = start(own.path(), &address, "gateway at http:");
    get(&gateway.http("/two"), &[]).is(200);
    get(&gateway.http("/third"), &[]).is(404);
}

#[test]
fn a_gateway_without_a_copy_waits_for_its_control_plane() {
    let upstream = echo().to_string();
    let (stored, own) = (folder(&[]), folder(&[]));
    let control = serve(stored.path(), &["--role", "control"]);
    put(&control, &route(&upstream, "/one"));
    let address = control.admin("");
    control.kill();
    let mut gateway = start(own.path(), &address, "the control plane does not answer");
    let _control = control_again(stored.path(), &address);
    let said = gateway.says("gateway at http:");
    gateway.http = said.split_whitespace().last().map(str::to_owned);
    get(&gateway.http("/one"), &[]).is(200);
}

#[test]
fn only_a_gateway_with_the_right_token_is_told_anything() {
    let stored = folder(&[]);
    let control = serve(stored.path(), &["--role", "control"]);
    let url = control.admin("/api/v1/snapshot");
    get(&url, &[]).is(401).problem("unauthenticated");
    admin(&control, "GET", "/api/v1/snapshot", None).is(401).problem("unauthenticated");
    let token = format!("Bearer {GATEWAY_TOKEN}");
    let told = get(&url, &[("authorization", &token)]).is(200);
    assert!(told.json()["number"].is_u64());
    let etag = told.header("etag").to_owned();
    request("GET", &url, &[("authorization", &token), ("if-none-match", &etag)], None).is(304);
    // It opens nothing else.
    get(&control.admin("/api/v1/system"), &[("authorization", &token)]).is(401);

    let own = folder(&[]);
    let data = own.path().to_str().unwrap();
    let address = control.admin("");
    let args = [
        "serve",
        "--role",
        "gateway",
        "--data",
        data,
        "--http",
        "127.0.0.1:0",
        "--https",
        "off",
        "--admin",
        "127.0.0.1:0",
    ];
    let with = |more: &[&str], token: &str| {
        pailou(&[&args[..], more].concat()).env("PAILOU_GATEWAY_TOKEN", token).output().unwrap().fails()
    };
    for (more, token, complaint) in [
        (&["--control", address.as_str()][..], "another-secret-of-gateways", "refuses the token"),
        (&["--control", &address], "", "set PAILOU_GATEWAY_TOKEN"),
        (&["--control", &address], "short", "16 to 256"),
        (&["--control", "control.example.com"], GATEWAY_TOKEN, "is no address for --control"),
        (&[], GATEWAY_TOKEN, "--control URL"),
        (&["--control", &address, "--resources", data], GATEWAY_TOKEN, "belongs to the control plane"),
    ] {
        let said = with(more, token);
        assert!(said.contains(complaint), "{more:?} {token}: {said}");
    }
    assert!(!own.path().join("snapshot").exists());
}

#[test]
fn what_is_purged_at_the_control_plane_is_forgotten_by_every_gateway_also_by_one_that_was_away() {
    let upstream = echo().to_string();
    let (stored, owns) = (folder(&[]), [folder(&[]), folder(&[])]);
    let control = serve(stored.path(), &["--role", "control"]);
    let address = control.admin("");
    let mut cached = route(&upstream, "/kept/*");
    cached["policies"] = json!([{ "cache": { "ttl": "1h" } }]);
    put(&control, &cached);
    let mut gateways = owns.each_ref().map(|own| Some(start(own.path(), &address, "gateway at http:")));
    let status = |gateway: &Option<Running>| {
        let url = gateway.as_ref().unwrap().http("/kept/a");
        get(&url, &[("host", "api.test")]).is(200).header("cache-status").to_owned()
    };
    for gateway in &gateways {
        // What was stored before it knew how far purges had come is forgotten once.
        gateway.as_ref().unwrap().says("stored responses were purged");
        assert!(status(gateway).contains("uri-miss") && status(gateway).contains("hit"));
    }
    cli(&control, &["cache", "purge", "--url", "http://api.test/kept/a"]).succeeds();
    for gateway in &gateways {
        until("the purge", || status(gateway).contains("uri-miss"));
        assert!(status(gateway).contains("hit"));
    }
    cli(&control, &["cache", "purge", "--tag", "none"]).succeeds();
    gateways[0].as_ref().unwrap().says("stored responses were purged");
    // One that was away learns of it when it is back; another is not touched by a restart of the control plane.
    assert_eq!(gateways[0].take().unwrap().interrupt(), Some(0));
    cli(&control, &["cache", "purge", "--url", "http://api.test/kept/a"]).succeeds();
    until("the purge", || status(&gateways[1]).contains("uri-miss"));
    control.kill();
    let control = control_again(stored.path(), &address);
    gateways[0] = Some(start(owns[0].path(), &address, "gateway at http:"));
    gateways[0].as_ref().unwrap().says("stored responses were purged");
    assert!(status(&gateways[0]).contains("uri-miss"));
    let other = json!({ "name": "other", "match": { "path": "/other" }, "upstream": { "endpoints": [format!("http://{upstream}")] } });
    assert!(admin(&control, "PUT", "/api/v1/routes/other", Some(&other)).status.is_success());
    until("the change", || get(&gateways[1].as_ref().unwrap().http("/other"), &[]).status == 200);
    assert!(status(&gateways[1]).contains("hit"));
}
