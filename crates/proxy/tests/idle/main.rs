//! What ten thousand connections cost on which nothing happens. A process of its own: it counts all that the process holds, and
//! opens nearly all the files it may.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]
#![allow(dead_code, reason = "what tests begin with is made for all of them")]

#[path = "../it/kit.rs"]
mod kit;
#[path = "../it/origin.rs"]
mod origin;

use std::{
    io::{Read, Write},
    sync::Arc,
};

use kit::{pass, snapshot, to};
use model::event::NoRecorder;
use origin::Origin;
use policy::Catalogue;
use proxy::{Config, Gateway};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// What a connection with nothing on it may hold of the gateway's memory, bytes: most of it is its task, which has room for an
/// exchange so that none is made for every request.
const IDLE_CONNECTION: usize = 10 << 10;

#[tokio::test]
async fn idle_connections_hold_less_than_ten_kilobytes_each() {
    let Some(before) = resident() else {
        // Only Linux says how much a process holds.
        return;
    };
    let origin = Origin::ok().await;
    let config = Config { http: Some("127.0.0.1:0".parse().unwrap()), workers: 1, ..Config::default() };
    let snapshot = Arc::new(snapshot(vec![pass("a", "/", to(&[origin.url()]))]));
    let gateway = Gateway::start(config, Catalogue::EMPTY, snapshot, Arc::new(NoRecorder)).unwrap();
    let address = gateway.http_addr().unwrap();
    let count = files_allowed().saturating_sub(400).min(20_000) / 2;
    let opening = tokio::task::spawn_blocking(move || {
        let mut answer = [0; 1024];
        let mut open = |_| {
            // Plain blocking sockets, which hold nothing of this process.
            let mut wire = std::net::TcpStream::connect(address).unwrap();
            wire.write_all(GET.as_bytes()).unwrap();
            assert!(wire.read(&mut answer).unwrap() > 0, "an idle connection was in use before");
            wire
        };
        (0..count).map(&mut open).collect::<Vec<_>>()
    });
    let open = opening.await.unwrap();
    assert_eq!(gateway.status().connections, count as u64);
    let each = resident().unwrap().saturating_sub(before) / count;
    assert!(each < IDLE_CONNECTION, "{count} connections hold {each} bytes each");
    drop(open);
}

/// What this process holds, bytes.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}

/// Files this process may open.
fn files_allowed() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(1024)
}
