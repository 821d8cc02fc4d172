//! Endpoints that are found in a file that changes.

use std::{fs, sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    kit::{Started, pass, snapshot, start, upstream},
    origin::Origin,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn gateway(spec: Value) -> Started {
    start(snapshot(vec![pass("a", "/", upstream(spec))]))
}

/// The endpoints there are.
fn urls(started: &Started) -> Vec<String> {
    let standing = started.gateway.upstreams(None, 9).remove(0);
    standing.endpoints.into_iter().map(|endpoint| endpoint.url).collect()
}

async fn until(started: &Started, expected: &[String]) {
    let waiting = async {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        while urls(started) != expected {
            beat.tick().await;
        }
    };
    let patience = Duration::from_secs(10);
    tokio::time::timeout(patience, waiting).await.unwrap_or_else(|_| panic!("{:?}", urls(started)));
}

#[tokio::test]
async fn endpoints_follow_a_file_and_stay_while_it_says_nothing_of_use() {
    let (one, two) = (Origin::ok().await, Origin::ok().await);
    let path = std::env::temp_dir().join(format!("pailou-endpoints-{}.yaml", one.addr.port()));
    // Whole at once, as whoever writes it should.
    let write = |text: &str| {
        let part = path.with_extension("part");
        fs::write(&part, text).unwrap();
        fs::rename(&part, &path).unwrap();
    };
    write(&format!("- {}\n", one.url()));
    let spec = |weight: u32| {
        json!({
            "discovery": { "file": { "path": path, "interval": "100ms" } },
            "retries": { "attempts": weight },
        })
    };
    let started = gateway(spec(1));
    assert_eq!(started.send(GET).await.status, 200, "the first request waits until endpoints are found");
    write(&format!("- {{ url: \"{}\", weight: 3 }}\n- {}\n", two.url(), one.url()));
    until(&started, &[two.url(), one.url()]).await;
    write("- { url: ");
    started.gateway.publish(Arc::new(snapshot(vec![pass("a", "/", upstream(spec(2)))]))).unwrap();
    assert_eq!(urls(&started), [two.url(), one.url()], "a change keeps what was found");
    fs::remove_file(&path).unwrap();
    let mut beat = tokio::time::interval(Duration::from_millis(150));
    for _ in 0..3 {
        beat.tick().await;
        assert_eq!(started.send(GET).await.status, 200);
    }
    assert_eq!(urls(&started), [two.url(), one.url()], "what was found last stays");
    write(&format!("[\"{}\"]", two.url()));
    until(&started, &[two.url()]).await;
    two.log.clear();
    assert_eq!(started.send(GET).await.status, 200);
    assert_eq!(two.log.seen().len(), 1);
    fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn an_upstream_of_which_nothing_was_ever_found_is_refused() {
    let started = gateway(json!({ "discovery": { "file": { "path": "/nowhere/at/all.yaml" } } }));
    let answer = started.send(GET).await;
    assert_eq!((answer.status, &*answer.problem()), (503, "no-upstream"));
}
