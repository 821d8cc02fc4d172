//! Names: endpoints found by DNS, and names that lead elsewhere after a while.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use hickory_resolver::proto::{
    op::{Message, OpCode, ResponseCode},
    rr::{RData, Record, RecordType, rdata::SRV},
};
use proxy::Config;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
};

use crate::{
    kit::{Started, pass, snapshot, start, start_with, upstream},
    origin::Origin,
};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// What a DNS server says to a question.
#[derive(Clone)]
enum Says {
    Records(u32, Vec<RData>),
    Failure(ResponseCode),
    Nothing,
    /// The same, but whole over TCP only.
    Long(u32, Vec<RData>),
}

/// A DNS server.
struct Dns {
    addr: SocketAddr,
    zone: Arc<Mutex<HashMap<(String, RecordType), Says>>>,
    asked: Arc<Mutex<Vec<(String, RecordType, bool)>>>,
}

impl Dns {
    async fn start() -> Dns {
        // The same port in both protocols; another process may have it in one.
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()).await {
                break (udp, tcp);
            }
        };
        let addr = udp.local_addr().unwrap();
        let dns = Dns { addr, zone: Arc::default(), asked: Arc::default() };
        let (zone, asked) = (Arc::clone(&dns.zone), Arc::clone(&dns.asked));
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = udp.recv_from(&mut buffer).await {
                if let Some(answer) = answer(&buffer[..length], &zone, &asked, false) {
                    udp.send_to(&answer, from).await.unwrap();
                }
            }
        });
        let (zone, asked) = (Arc::clone(&dns.zone), Arc::clone(&dns.asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = tcp.accept().await {
                let (zone, asked) = (Arc::clone(&zone), Arc::clone(&asked));
                tokio::spawn(async move { while over_tcp(&mut stream, &zone, &asked).await.is_some() {} });
            }
        });
        dns
    }

    fn say(&self, name: &str, kind: RecordType, says: Says) {
        self.zone.lock().unwrap().insert((name.to_owned(), kind), says);
    }

    fn address(&self, name: &str, ttl: u32, addresses: &[&str]) {
        let data = addresses.iter().map(|address| address.parse::<IpAddr>().unwrap().into()).collect();
        self.say(name, RecordType::A, Says::Records(ttl, data));
    }

    fn asked(&self, kind: RecordType) -> usize {
        self.asked.lock().unwrap().iter().filter(|(_, of, _)| *of == kind).count()
    }
}

type Zone = Mutex<HashMap<(String, RecordType), Says>>;
type Asked = Mutex<Vec<(String, RecordType, bool)>>;

async fn over_tcp(stream: &mut TcpStream, zone: &Zone, asked: &Asked) -> Option<()> {
    let length = stream.read_u16().await.ok()?;
    let mut question = vec![0; length.into()];
    stream.read_exact(&mut question).await.ok()?;
    let answer = answer(&question, zone, asked, true)?;
    stream.write_u16(answer.len().try_into().unwrap()).await.ok()?;
    stream.write_all(&answer).await.ok()
}

fn answer(question: &[u8], zone: &Zone, asked: &Asked, over_tcp: bool) -> Option<Vec<u8>> {
    let question = Message::from_vec(question).unwrap();
    let query = question.queries.first().unwrap().clone();
    let name = query.name().to_utf8().to_lowercase();
    let name = name.trim_end_matches('.').to_owned();
    asked.lock().unwrap().push((name.clone(), query.query_type(), over_tcp));
    let zone = zone.lock().unwrap();
    let says = zone.get(&(name.clone(), query.query_type())).cloned();
    let is_known = zone.keys().any(|(known, _)| *known == name);
    let mut answer = Message::response(question.metadata.id, OpCode::Query);
    answer.add_query(query.clone());
    match says {
        Some(Says::Nothing) => return None,
        Some(Says::Failure(code)) => answer.metadata.response_code = code,
        Some(Says::Long(..)) if !over_tcp => answer.metadata.truncation = true,
        Some(Says::Records(ttl, data) | Says::Long(ttl, data)) => {
            let records = data.into_iter().map(|data| Record::from_rdata(query.name().clone(), ttl, data));
            answer.add_answers(records);
        }
        None if is_known => {}
        None => answer.metadata.response_code = ResponseCode::NXDomain,
    }
    Some(answer.to_vec().unwrap())
}

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> RData {
    RData::SRV(SRV::new(priority, weight, port, target.parse().unwrap()))
}

fn gateway(spec: Value) -> Started {
    start(snapshot(vec![pass("a", "/", upstream(spec))]))
}

/// The endpoints there are, without their scheme.
fn found(started: &Started) -> Vec<String> {
    let standing = started.gateway.upstreams(None, 9).remove(0);
    let urls = standing.endpoints.into_iter();
    urls.map(|endpoint| endpoint.url.trim_start_matches("http://").to_owned()).collect()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        while !holds().await {
            beat.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn addresses_are_endpoints_as_long_as_the_answer_lives_and_the_name_is_the_host() {
    let (dns, origin) = (Dns::start().await, Origin::ok().await);
    let port = origin.addr.port();
    dns.address("orders.test", 0, &["127.0.0.1"]);
    let started = gateway(json!({ "discovery": { "dns": {
        "name": "orders.test", "port": port, "resolver": [dns.addr], "min_ttl": "100ms",
    } } }));
    assert_eq!(started.send(GET).await.status, 200, "the first request waits until endpoints are found");
    assert_eq!(origin.log.seen()[0].field("host"), Some(format!("orders.test:{port}").as_str()));
    dns.address("orders.test", 3600, &["127.0.0.3", "127.0.0.2"]);
    let both = [format!("127.0.0.2:{port}"), format!("127.0.0.3:{port}")];
    until("the new addresses are seen", async || found(&started) == both).await;
    let asked = dns.asked(RecordType::A);
    dns.address("orders.test", 0, &["127.0.0.1"]);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(
        (dns.asked(RecordType::A), found(&started)),
        (asked, both.into()),
        "an answer is used as long as it lives"
    );
}

#[tokio::test]
async fn what_was_found_stays_whatever_the_server_says_instead() {
    let (dns, origin) = (Dns::start().await, Origin::ok().await);
    dns.address("orders.test", 0, &["127.0.0.1"]);
    let started = gateway(json!({ "discovery": { "dns": {
        "name": "orders.test", "port": origin.addr.port(), "resolver": [dns.addr], "min_ttl": "100ms", "max_ttl": "100ms",
    } } }));
    assert_eq!(started.send(GET).await.status, 200);
    for says in [
        Says::Failure(ResponseCode::ServFail),
        Says::Failure(ResponseCode::NXDomain),
        Says::Records(0, Vec::new()),
        Says::Nothing,
    ] {
        dns.say("orders.test", RecordType::A, says);
        let asked = dns.asked(RecordType::A);
        until("it is asked again", async || dns.asked(RecordType::A) > asked + 1).await;
        assert_eq!(found(&started), [origin.addr.to_string()]);
        assert_eq!(started.send(GET).await.status, 200);
    }
    dns.address("orders.test", 0, &["127.0.0.9"]);
    let new = format!("127.0.0.9:{}", origin.addr.port());
    until("it is found again", async || found(&started) == [new.as_str()]).await;
}

#[tokio::test]
async fn an_answer_too_long_for_udp_is_asked_for_over_tcp() {
    let dns = Dns::start().await;
    let addresses: Vec<RData> =
        (0..1000_u32).map(|at| RData::from(IpAddr::from((0x7f01_0000 + at).to_be_bytes()))).collect();
    dns.say("many.test", RecordType::A, Says::Long(60, addresses));
    let started = gateway(json!({ "discovery": { "dns": {
        "name": "many.test", "port": 9001, "resolver": [dns.addr],
    } } }));
    until("all are found", async || found(&started).len() == 1000).await;
    assert!(dns.asked.lock().unwrap().iter().any(|(_, _, over_tcp)| *over_tcp));
}

#[tokio::test]
async fn services_tell_ports_weights_and_who_comes_first() {
    let dns = Dns::start().await;
    let (first, second, last) = (Origin::ok().await, Origin::ok().await, Origin::ok().await);
    let service = |priority, weight, origin: &Origin, host| srv(priority, weight, origin.addr.port(), host);
    let name = "_http._tcp.orders.test";
    let records = vec![
        service(20, 0, &last, "c.test."),
        service(10, 3, &first, "a.test."),
        service(10, 1, &second, "b.test."),
        srv(10, 1, 9999, "nowhere.test."),
    ];
    dns.say(name, RecordType::SRV, Says::Records(60, records));
    for host in ["a.test", "b.test", "c.test"] {
        dns.address(host, 0, &["127.0.0.1"]);
    }
    let started = gateway(json!({
        "discovery": { "dns": { "name": name, "type": "srv", "resolver": [dns.addr], "min_ttl": "100ms" } },
        "health_checks": { "passive": { "consecutive_failures": 1, "codes": [500] }, "panic_percent": 0 },
    }));
    for _ in 0..8 {
        assert_eq!(started.send(GET).await.status, 200);
    }
    let counts = |origins: [&Origin; 3]| origins.map(|origin| origin.log.seen().len());
    assert_eq!(counts([&first, &second, &last]), [6, 2, 0]);
    let host = format!("a.test:{}", first.addr.port());
    assert_eq!(first.log.seen()[0].field("host"), Some(host.as_str()));
    // Those that come first are gone: one whose address refuses connections, and one that is not told any more.
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let records = vec![service(20, 0, &last, "c.test."), srv(10, 1, gone, "a.test.")];
    dns.say(name, RecordType::SRV, Says::Records(0, records));
    until("the services are found", async || found(&started).len() == 2).await;
    for _ in 0..4 {
        assert_eq!(started.send(GET).await.status, 200, "the next priority, once none of the first is well");
    }
    assert_eq!(counts([&first, &second, &last])[2], 4);
}

#[tokio::test]
async fn a_name_among_the_endpoints_is_followed_and_connections_to_what_it_was_end() {
    let dns = Dns::start().await;
    let ok = Origin::ok().await;
    // Two addresses with the same port.
    let port = ok.addr.port();
    let other = TcpListener::bind(("127.0.0.2", port)).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {
                    stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").await.unwrap();
                }
            });
        }
    });
    dns.address("orders.test", 0, &["127.0.0.1"]);
    let spec = json!({ "endpoints": [format!("http://orders.test:{port}")] });
    let config = Config { resolver: vec![dns.addr], ..Config::default() };
    let started = start_with(snapshot(vec![pass("a", "/", upstream(spec))]), config);
    for _ in 0..3 {
        assert_eq!(started.send(GET).await.status, 200);
    }
    assert_eq!(ok.log.opened(), 1, "one connection serves them all");
    dns.address("orders.test", 0, &["127.0.0.2"]);
    until("requests go where the name leads now", async || started.send(GET).await.status == 201).await;
    ok.log.until(|log| log.ended() == 1).await;
    dns.say("orders.test", RecordType::A, Says::Nothing);
    let asked = dns.asked(RecordType::A);
    until("it is asked again", async || {
        assert_eq!(started.send(GET).await.status, 201);
        dns.asked(RecordType::A) > asked
    })
    .await;
    assert_eq!(started.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.status, 201);
}

#[tokio::test]
async fn the_hosts_file_counts_before_any_server_and_a_name_that_is_nowhere_is_refused() {
    let (dns, origin) = (Dns::start().await, Origin::ok().await);
    dns.address("localhost", 60, &["127.0.0.77"]);
    let endpoint = format!("http://localhost:{}", origin.addr.port());
    let services = vec![
        pass("a", "/", upstream(json!({ "endpoints": [endpoint] }))),
        pass("b", "/b", upstream(json!({ "endpoints": ["http://nowhere.test"] }))),
    ];
    let started = start_with(snapshot(services), Config { resolver: vec![dns.addr], ..Config::default() });
    assert_eq!(started.send(GET).await.status, 200);
    let answer = started.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!((answer.status, &*answer.problem()), (502, "upstream-unreachable"));
}

#[tokio::test]
async fn no_name_and_no_address_leads_to_what_the_machine_finds_about_itself() {
    let (dns, origin) = (Dns::start().await, Origin::ok().await);
    dns.address("rebound.test", 3600, &["169.254.169.254"]);
    let found_by_dns = json!({ "discovery": { "dns": {
        "name": "rebound.test", "port": origin.addr.port(), "resolver": [dns.addr],
    } } });
    let written = json!({ "endpoints": ["http://[::ffff:169.254.169.254]/latest/meta-data"] });
    for upstream in [found_by_dns, written] {
        let started = gateway(upstream);
        let began = tokio::time::Instant::now();
        assert_eq!(started.send(GET).await.status, 502);
        assert!(began.elapsed() < Duration::from_secs(2), "nothing is waited for");
    }
    // Where a name leads somewhere else as well, it leads there.
    dns.address("both.test", 3600, &["169.254.169.254", "127.0.0.1"]);
    let started = gateway(json!({ "discovery": { "dns": {
        "name": "both.test", "port": origin.addr.port(), "resolver": [dns.addr],
    } }, "retries": { "attempts": 2 } }));
    for _ in 0..4 {
        assert_eq!(started.send(GET).await.status, 200);
    }
}
