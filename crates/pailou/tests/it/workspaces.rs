//! Workspaces by the command line and at a gateway.

use std::fs;

use serde_json::json;

use crate::kit::{Running, Said, TOKEN, echo, folder, pailou, request, serve, until};

fn start() -> (tempfile::TempDir, Running) {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    (data, platform)
}

/// Words of a command line, those in quotes together.
fn words(command: &str) -> Vec<&str> {
    let mut args = Vec::new();
    for (number, part) in command.split('"').enumerate() {
        match number % 2 {
            0 => args.extend(part.split_whitespace()),
            _ => args.push(part),
        }
    }
    args
}

#[test]
fn the_guide_does_what_it_shows() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/workspaces.md");
    let page = fs::read_to_string(page).unwrap();
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        page.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
    };
    let (_data, platform) = start();
    let yaml = blocks("yaml");
    let files = folder(&[("workspaces.yaml", &yaml[0]), ("acme/orders.yaml", &yaml[1])]);
    let run = |args: &[&str]| {
        let mut command = pailou(args);
        command.current_dir(files.path()).env("PAILOU_URL", platform.admin("")).env("PAILOU_TOKEN", TOKEN);
        command.output().unwrap()
    };
    let mut shown = 0;
    for block in blocks("console") {
        for example in block.split("$ pailou ").skip(1) {
            let (command, expected) = example.split_once('\n').unwrap();
            let output = run(&words(command));
            let said = if output.status.success() { output.succeeds() } else { output.fails() };
            for line in expected.lines().filter(|line| !line.is_empty()) {
                assert!(said.contains(line), "{command}: `{line}` is not in:\n{said}");
            }
            shown += 1;
        }
    }
    assert_eq!(shown, 5);
    run(&["apply", "-f", "workspaces.yaml"]).succeeds();
    run(&["workspace", "update", "acme", "--title", "Acme AG"]).succeeds();
    assert!(run(&["workspace", "list"]).succeeds().contains("acme  Acme AG"));
    run(&["workspace", "delete", "bolt"]).succeeds();
    assert!(run(&["workspace", "delete", "acme"]).fails().contains("not empty: it still has route/orders"));
    assert!(run(&["export", "--workspace", "bolt"]).fails().contains("there is no workspace `bolt`"));
    assert!(!run(&["export"]).succeeds().contains("acme.example.com"));
    assert!(run(&["export", "--workspace", "acme"]).succeeds().contains("acme.example.com"));
}

#[test]
fn a_gateway_of_its_own_carries_all_workspaces_and_keeps_their_callers_apart() {
    let (_data, platform) = start();
    let upstream = echo();
    let call = |method: &str, workspace: &str, path: &str, body| {
        let headers =
            [("authorization", format!("Bearer {TOKEN}")), ("pailou-workspace", workspace.to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        request(method, &platform.admin(&format!("/api/v1{path}")), &headers, Some(&body))
    };
    for ws in ["acme", "bolt"] {
        call("POST", "default", "/workspaces", json!({ "kind": "workspace", "name": ws })).is(201);
        let route = json!({
            "kind": "route", "name": "orders", "match": { "hosts": [format!("{ws}.example.com")], "path": "/*" },
            "upstream": { "endpoints": [format!("http://{upstream}")] },
            "policies": [{ "authenticate": { "any_of": [{ "key-auth": {} }, { "basic-auth": {} }] } }, { "rate-limit": { "limit": 2, "window": "1h", "per": "consumer" } }],
        });
        call("POST", ws, "/routes", route).is(201);
        let credentials = json!([
            { "key": "a-key-that-both-chose" },
            { "key": format!("a-key-of-{ws}-alone") },
            { "username": "ada", "password": format!("password-at-{ws}") },
        ]);
        call(
            "POST",
            ws,
            "/consumers",
            json!({ "kind": "consumer", "name": "ada", "credentials": credentials }),
        )
        .is(201);
    }
    let own = tempfile::tempdir().unwrap();
    let gateway = Running::start(
        &[
            "serve",
            "--role",
            "gateway",
            "--data",
            own.path().to_str().unwrap(),
            "--http",
            "127.0.0.1:0",
            "--https",
            "off",
            "--admin",
            "127.0.0.1:0",
            "--control",
            &platform.admin(""),
        ],
        "gateway at http:",
    );
    let ask = |at: &Running, ws: &str, name: &str, value: &str| {
        request("GET", &at.http("/x"), &[("host", &format!("{ws}.example.com")), (name, value)], None)
    };
    // `ada:password-at-acme`, and that at bolt.
    let basic = |ws: &str| match ws {
        "acme" => "Basic YWRhOnBhc3N3b3JkLWF0LWFjbWU=".to_owned(),
        _ => "Basic YWRhOnBhc3N3b3JkLWF0LWJvbHQ=".to_owned(),
    };
    for at in [&platform, &gateway] {
        // What one tenant's consumer uses up is not the other's, under the same name and by the same key.
        for ws in ["acme", "bolt"] {
            ask(at, ws, "x-api-key", "a-key-that-both-chose").is(200);
            ask(at, ws, "authorization", &basic(ws)).is(200);
        }
        for (ws, other) in [("acme", "bolt"), ("bolt", "acme")] {
            ask(at, ws, "x-api-key", &format!("a-key-of-{other}-alone")).is(401);
            ask(at, ws, "authorization", &basic(other)).is(401);
        }
        assert_eq!(ask(at, "bolt", "x-api-key", "a-key-of-bolt-alone").status, 429);
    }
    // One tenant's callers come more often than it may have, and the other does not notice.
    let capped = json!({ "kind": "workspace", "name": "acme", "limits": { "requests_per_second": 3 } });
    call("PUT", "default", "/workspaces/acme", capped).is(200);
    let answers = |status: u16| ask(&gateway, "acme", "x-api-key", "nobody").status.as_u16() == status;
    until("too many come for acme", || answers(429));
    until("acme is served again", || answers(401));
    let statuses: Vec<u16> =
        (0..20).map(|_| ask(&gateway, "bolt", "x-api-key", "nobody").status.as_u16()).collect();
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
}
