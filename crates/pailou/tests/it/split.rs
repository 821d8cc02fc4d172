//! `pailou split`: a rollout from the command line.

use serde_json::json;

use crate::kit::{admin, cli, echo, serve};

#[test]
fn a_branch_is_weighed_and_promoted_from_the_command_line() {
    let data = tempfile::tempdir().unwrap();
    let platform = serve(data.path(), &[]);
    let upstream = json!({ "endpoints": [format!("http://{}", echo())] });
    let api = json!({
        "name": "orders", "version": "v1", "listen": { "path": "/orders" }, "upstream": upstream,
        "split": { "branches": [{ "name": "canary", "upstream": upstream, "weight": 5 }] },
    });
    admin(&platform, "POST", "/api/v1/apis", Some(&api)).is(201);
    let split = |args: &[&str]| {
        let output = cli(&platform, &[&["split"], args].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    };
    let (fine, said) = split(&["weight", "--api", "orders@v1", "canary", "25"]);
    assert!(fine && said.contains("orders@v1: 75%") && said.contains("canary: 25%"), "{said}");
    let (fine, said) = split(&["abort", "--api", "orders@v1", "none"]);
    assert!(!fine && said.contains("has no branch `none`"), "{said}");
    let (fine, said) = split(&["promote", "--api", "orders@v1", "canary"]);
    assert!(fine && said.contains("orders@v1: 100%") && !said.contains("canary"), "{said}");
}
