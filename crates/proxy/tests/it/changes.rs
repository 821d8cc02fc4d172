//! Changes of the configuration while everything is in use: no request fails, no stream ends, listeners come and go, and nothing old is
//! answered after a change was acknowledged.

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::Duration,
};

use model::{Listener, Protocol, Snapshot, Upstream, event::Fault, snapshot::Service};
use proxy::Config;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    http2::{DATA, H2, HEADERS, POST, frame, read_status, with},
    http2_upstream::echo,
    kit::{Started, Wire, pass, snapshot, start_with, to},
    origin::{Conn, Origin},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// How much there is of everything.
struct Scale {
    changes: u64,
    /// From one change to the next.
    pause: Duration,
    /// Other routes.
    routes: usize,
    clients: usize,
    sockets: usize,
    streams: usize,
}

/// A service whose answers say which version of its route led to it, which speaks WebSocket at `/ws`, and which sends events at
/// `/events`.
async fn service() -> Origin {
    Origin::start(|mut conn| async move {
        while let Some(seen) = conn.request().await {
            match seen.line().split(' ').nth(1).unwrap().trim_end_matches('/') {
                "/ws" => return socket(conn).await,
                "/events" => return events(conn).await,
                path => {
                    let version = path.trim_start_matches("/v").split('/').next().unwrap();
                    let length = version.len();
                    conn.write(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{version}")).await;
                }
            }
        }
    })
    .await
}

async fn socket(mut conn: Conn) {
    conn.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n").await;
    let mut buf = vec![0; 256];
    while let Ok(count @ 1..) = conn.stream.read(&mut buf).await {
        conn.write(&buf[..count]).await;
    }
}

async fn events(mut conn: Conn) {
    conn.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await;
    for number in 0.. {
        let event = format!("data: {number:08}\n\n");
        if conn.stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// What is the same for everybody who uses the gateway.
#[derive(Clone)]
struct Load {
    started: Arc<Started>,
    stop: Arc<AtomicBool>,
    /// The change that was acknowledged last.
    acknowledged: Arc<AtomicU64>,
    counted: Arc<AtomicU64>,
}

impl Load {
    fn goes_on(&self) -> bool {
        !self.stop.load(SeqCst)
    }

    /// Asks again and again on one connection; how long each answer took.
    fn client(&self) -> JoinHandle<Vec<Duration>> {
        let load = self.clone();
        tokio::spawn(async move {
            let mut wire = load.started.connect().await;
            wire.0.set_nodelay(true).unwrap();
            let mut took = Vec::new();
            while load.goes_on() {
                let least = load.acknowledged.load(SeqCst);
                let began = Instant::now();
                wire.send("GET /changing/x HTTP/1.1\r\nHost: a\r\n\r\n").await;
                let response = wire.response().await;
                took.push(began.elapsed());
                assert_eq!(response.status, 200, "{response:?}");
                let version: u64 = response.body.parse().unwrap();
                assert!(version >= least, "version {version} was answered after {least} was acknowledged");
                load.counted.fetch_add(1, Relaxed);
                // Fewer than it can take, so that what a change adds is seen.
                sleep(Duration::from_millis(2)).await;
            }
            took
        })
    }

    /// A WebSocket on which bytes go and come back; how often they did.
    fn socket(&self, pause: Duration) -> JoinHandle<u64> {
        let load = self.clone();
        tokio::spawn(async move {
            let mut wire = TcpStream::connect(load.started.gateway.http_addr().unwrap()).await.unwrap();
            let hello = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
            wire.write_all(hello.as_bytes()).await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(wire.read_u8().await.unwrap());
            }
            assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", head.escape_ascii());
            let mut count = 0_u64;
            while load.goes_on() || count < 2 {
                wire.write_all(&count.to_be_bytes()).await.unwrap();
                let back = timeout(PATIENCE, wire.read_u64()).await.expect("it comes back");
                assert_eq!(back.unwrap(), count);
                count += 1;
                sleep(pause).await;
            }
            count
        })
    }

    /// A stream of HTTP/2, both ways, as a call of gRPC holds one.
    fn stream(&self) -> JoinHandle<u64> {
        let load = self.clone();
        tokio::spawn(async move {
            let mut h2 = H2::connect(&load.started).await;
            let fields: Vec<_> = with(&POST, &[("content-type", "application/grpc"), ("te", "trailers")])
                .into_iter()
                .map(|(name, value)| (name, if name == ":path" { "/echo" } else { value }))
                .collect();
            h2.request(1, 0, &fields).await;
            let mut count = 0_u64;
            while load.goes_on() || count < 2 {
                assert!(h2.send(&frame(DATA, 0, 1, &count.to_be_bytes())).await, "the connection is open");
                let mut back = Vec::new();
                while back.len() < 8 {
                    let (kind, flags, of, payload) = h2.next().await.expect("the stream goes on");
                    match (kind, of) {
                        (HEADERS, 1) => assert_eq!((read_status(&payload), flags & 1), (200, 0)),
                        (DATA, 1) => back.extend_from_slice(&payload),
                        (kind, of) => assert!(of == 0 && kind != 7, "{kind} on {of}"),
                    }
                }
                assert_eq!(back, count.to_be_bytes());
                count += 1;
                sleep(Duration::from_millis(10)).await;
            }
            count
        })
    }

    /// A stream of events, none of which is missing.
    fn events(&self) -> JoinHandle<u64> {
        let load = self.clone();
        tokio::spawn(async move {
            let mut wire = load.started.connect().await;
            wire.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n").await;
            let (mut text, mut count) = (String::new(), 0_u64);
            while load.goes_on() || count < 2 {
                let piece = wire.piece().await;
                assert!(!piece.is_empty(), "the events go on");
                text.push_str(&piece);
                while let Some(at) = text.find(&format!("data: {count:08}\n\n")) {
                    text.drain(..at + 16);
                    count += 1;
                }
                assert!(text.len() < 4096, "event {count} is missing in {text}");
            }
            count
        })
    }
}

/// The same snapshot with the next version of a route; every tenth change adds or removes a listener.
fn changed(last: &Snapshot, origin: &Origin) -> Snapshot {
    let mut next = last.clone();
    next.number += 1;
    let changing = pass("changing", "/changing", to(&[format!("{}/v{}", origin.url(), next.number)]));
    next.services.insert(changing.key.clone(), changing);
    if next.number.is_multiple_of(10) {
        let extra = || -> Listener {
            serde_json::from_value(serde_json::json!({ "name": "extra", "address": "127.0.0.1:0" })).unwrap()
        };
        let gateway = Arc::make_mut(&mut next.gateway);
        gateway.listeners = next.number.is_multiple_of(20).then(extra).into_iter().collect();
    }
    next
}

fn percentile(took: &mut [Duration], of: f64) -> Duration {
    took.sort_unstable();
    took[((took.len() - 1) as f64 * of) as usize]
}

/// Changes the configuration of a gateway in full use, and tells what it saw.
async fn change(scale: Scale) -> String {
    let origin = service().await;
    let (url, _) = echo().await;
    let http2 = Upstream { protocol: Protocol::Http2, ..to(&[url]) };
    let mut services: Vec<Arc<Service>> = (0..scale.routes)
        .map(|number| pass(&format!("r{number}"), &format!("/r{number}"), to(&[origin.url()])))
        .collect();
    services.push(pass("ws", "/ws", to(&[format!("{}/ws", origin.url())])));
    services.push(pass("events", "/events", to(&[format!("{}/events", origin.url())])));
    services.push(pass("echo", "/echo", http2));
    services.push(pass("changing", "/changing", to(&[origin.url() + "/v1"])));
    let mut snapshot = snapshot(services);
    Arc::make_mut(&mut snapshot.gateway).limits.connections = 50_000;
    let started = Arc::new(start_with(snapshot.clone(), Config { workers: 2, ..Config::default() }));
    let load = Load {
        started: Arc::clone(&started),
        stop: Arc::default(),
        acknowledged: Arc::new(AtomicU64::new(1)),
        counted: Arc::default(),
    };

    // Whoever has many sockets lets most of them rest.
    let pause = Duration::from_millis(10).max(Duration::from_millis(scale.sockets as u64));
    let before = resident();
    let mut sockets = Vec::new();
    for _ in 0..scale.sockets {
        sockets.push(load.socket(pause));
        if sockets.len() % 100 == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    }
    while started.gateway.status().connections < scale.sockets as u64 {
        assert!(sockets.iter().all(|socket| !socket.is_finished()), "no socket ends");
        sleep(Duration::from_millis(10)).await;
    }
    let held = resident().saturating_sub(before);
    let streams: Vec<_> = (0..scale.streams).map(|_| load.stream()).collect();
    let events: Vec<_> = (0..scale.streams).map(|_| load.events()).collect();

    // First without changes, for as long.
    let all = scale.pause * u32::try_from(scale.changes).unwrap();
    let quiet = Load { stop: Arc::default(), ..load.clone() };
    let clients: Vec<_> = (0..scale.clients).map(|_| quiet.client()).collect();
    sleep(all.min(Duration::from_secs(15))).await;
    quiet.stop.store(true, SeqCst);
    let mut without = Vec::new();
    for client in clients {
        without.extend(client.await.unwrap());
    }

    let clients: Vec<_> = (0..scale.clients).map(|_| load.client()).collect();
    let (mut publishing, mut by_extra) = (Vec::new(), 0);
    let begin = Instant::now();
    for number in 0..scale.changes {
        snapshot = changed(&snapshot, &origin);
        let next = Arc::new(snapshot.clone());
        let began = Instant::now();
        let publisher = Arc::clone(&started);
        tokio::task::spawn_blocking(move || publisher.gateway.publish(next)).await.unwrap().unwrap();
        publishing.push(began.elapsed());
        load.acknowledged.store(snapshot.number, SeqCst);
        // On a connection of its own, and where there is one by the listener that is new.
        let address = started.gateway.address("extra");
        assert_eq!(address.is_some(), snapshot.number % 20 < 10 && snapshot.number >= 20);
        by_extra += u64::from(address.is_some());
        let mut wire = match address {
            Some(address) => Wire::over(TcpStream::connect(address).await.unwrap()),
            None => started.connect().await,
        };
        wire.send("GET /changing/x HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert_eq!(wire.response().await.body, snapshot.number.to_string(), "nothing old is answered");
        sleep((begin + scale.pause * u32::try_from(number + 1).unwrap()) - Instant::now()).await;
    }
    load.stop.store(true, SeqCst);
    let took = begin.elapsed();
    let mut with = Vec::new();
    for client in clients {
        with.extend(client.await.unwrap());
    }
    let mut passed = [0; 3];
    for (sum, tasks) in passed.iter_mut().zip([sockets, streams, events]) {
        for task in tasks {
            *sum += task.await.unwrap();
        }
    }
    let recorded = started.events.0.lock().unwrap();
    let failed = recorded.iter().filter(|event| event.status >= 400 || event.fault != Fault::None);
    // Streams that their clients have left by now are none of those.
    let failed = failed.filter(|event| event.fault != Fault::Downstream).count();
    assert_eq!(failed, 0);
    let [of_sockets, of_streams, of_events] = passed;
    format!(
        "{} changes of {} routes in {took:.1?}, {by_extra} of them with one more listener; a change took {:.1?} (p50), {:.1?} (p99)\n\
         {} requests, none failed: p50 {:.2?}, p99 {:.2?}; without changes p50 {:.2?}, p99 {:.2?}\n\
         {} WebSockets with {of_sockets} messages, {} KiB each of this process, both ends of all connections included; {} streams of \
         HTTP/2 with {of_streams} and as many of events with {of_events}: none ended",
        scale.changes,
        scale.routes,
        percentile(&mut publishing, 0.5),
        percentile(&mut publishing, 0.99),
        load.counted.load(SeqCst),
        percentile(&mut with, 0.5),
        percentile(&mut with, 0.99),
        percentile(&mut without, 0.5),
        percentile(&mut without, 0.99),
        scale.sockets,
        held / 1024 / scale.sockets.max(1),
        scale.streams,
    )
}

/// What this process holds, bytes; 0 where the system does not say.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_fail_no_request_and_end_no_stream() {
    let pause = Duration::from_millis(10);
    let scale = Scale { changes: 100, pause, routes: 200, clients: 4, sockets: 10, streams: 4 };
    change(scale).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes two minutes; see docs/benchmarks.md"]
#[expect(clippy::print_stdout, reason = "it is run for what it says")]
async fn a_thousand_changes_of_ten_thousand_routes() {
    let pause = Duration::from_millis(50);
    let scale = Scale { changes: 1000, pause, routes: 10_000, clients: 8, sockets: 100, streams: 20 };
    println!("{}", change(scale).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "opens as many files as it may, 40,000 at most; see docs/benchmarks.md"]
#[expect(clippy::print_stdout, reason = "it is run for what it says")]
async fn ten_thousand_sockets_survive_a_hundred_changes() {
    let pause = Duration::from_millis(100);
    // Both ends of two connections each.
    let sockets = (files_allowed().saturating_sub(800) / 4).min(10_000);
    let scale = Scale { changes: 100, pause, routes: 100, clients: 4, sockets, streams: 4 };
    println!("{}", change(scale).await);
}

/// Files this process may open.
fn files_allowed() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(1024)
}
