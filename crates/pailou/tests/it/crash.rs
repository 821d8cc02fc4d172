//! What was acknowledged survives `kill -9`.

use serde_json::json;

use crate::kit::{Said, admin, cli, serve};

#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    for round in 0..8 {
        let platform = serve(data.path(), &[]);
        for name in &acknowledged {
            admin(&platform, "GET", &format!("/api/v1/consumers/{name}"), None).is(200);
        }
        let verdict = admin(&platform, "POST", "/api/v1/audit/verify", None).is(200).json();
        assert_eq!(verdict["intact"], true, "{verdict}");
        for n in 0..=round {
            let name = format!("c{round}-{n}");
            admin(&platform, "POST", "/api/v1/consumers", Some(&json!({ "kind": "consumer", "name": name })))
                .is(201);
            acknowledged.push(name);
        }
        platform.kill();
    }
    let platform = serve(data.path(), &[]);
    let exported = cli(&platform, &["export"]).succeeds();
    for name in acknowledged {
        assert!(exported.contains(&format!("name: {name}")), "{name} is gone");
    }
}
