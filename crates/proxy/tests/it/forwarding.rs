//! What reaches the upstream, and what comes back.

use std::sync::atomic::Ordering::SeqCst;

use crate::kit::{Origin, Script, pass, snapshot, start, to};

#[tokio::test]
async fn a_request_goes_through_and_its_connections_are_used_again() {
    let origin = Origin::start(Script::Echo).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url() + "/base"]))]));

    let mut wire = started.connect().await;
    for _ in 0..3 {
        wire.send("GET /a/x?y=1 HTTP/1.1\r\nHost: Example.com\r\nConnection: x-drop\r\nX-Drop: 1\r\nX-Keep: 2\r\n\r\n").await;
        let response = wire.response().await;
        assert_eq!(response.status, 200, "{response:?}");
        assert!(response.body.starts_with("GET /base/x?y=1 HTTP/1.1\r\n"), "{}", response.body);
        let sent = response.body.to_lowercase();
        assert!(sent.contains("x-keep: 2") && !sent.contains("x-drop"), "{sent}");
        assert!(sent.contains(&format!("host: {}", origin.addr)), "{sent}");
        assert!(sent.contains("x-forwarded-host: example.com") && sent.contains("via: 1.1 pailou"), "{sent}");
        assert!(sent.contains("forwarded: for=127.0.0.1;host=example.com;proto=http"), "{sent}");
        assert_eq!(response.header("x-hop"), None);
        assert_eq!(response.header("keep-alive"), None);
        assert_eq!(response.header("date"), Some("Sat, 01 Jan 2000 00:00:00 GMT"));
        let id = response.header("x-request-id").unwrap();
        assert!(sent.contains(id), "{sent}");
    }
    assert_eq!(origin.connections.load(SeqCst), 1, "one upstream connection carries all three");

    let events = started.events.wait_for(3).await;
    assert!(events.iter().all(|event| event.status == 200 && event.attempts == 1 && event.bytes_out > 0));
    assert_eq!(&*events[0].target.as_ref().unwrap().service, "api/a");
    let detail = events[0].detail.as_ref().unwrap();
    assert_eq!((&*detail.path, &*detail.host), ("/a/x", "example.com"));
}
