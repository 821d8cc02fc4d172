//! A gateway with one configuration of a page, and an upstream that answers with what it got.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{
    KeyHash, Listen, PolicyUse, Snapshot, Upstream,
    event::NoRecorder,
    snapshot::{Access, Answers, Caller, CallerKey, Service},
};
use policies::CATALOG;
use proxy::{Config, Gateway};
use serde_json::{Map, Value, json};

use crate::page::{Answer, Exchange};

pub(crate) struct Site {
    gateway: Gateway,
}

impl Site {
    pub(crate) fn start(policies: &[PolicyUse], upstream: SocketAddr) -> Site {
        let listen = Listen { hosts: Vec::new(), path: "/".into(), strip_path: true };
        let upstream: Upstream =
            serde_json::from_value(json!({ "endpoints": [format!("http://{upstream}")] })).unwrap();
        let service = Service {
            key: "api/orders".into(),
            api: Some("orders".into()),
            workspace: "default".parse().unwrap(),
            listen,
            answers: Answers::Everything,
            upstream: Arc::new(upstream),
            policies: policies.to_vec(),
        };
        let callers =
            [caller("consumer/ada", Access::Any), caller("app/shop", Access::Subscribed(Vec::new()))];
        let snapshot = Snapshot {
            number: 1,
            services: BTreeMap::from([(Arc::clone(&service.key), Arc::new(service))]),
            callers: callers.into_iter().map(|caller| (Arc::clone(&caller.key), Arc::new(caller))).collect(),
            ..Snapshot::default()
        };
        let config = Config { http: Some(([127, 0, 0, 1], 0).into()), workers: 1, ..Config::default() };
        let gateway = Gateway::start(config, CATALOG, Arc::new(snapshot), Arc::new(NoRecorder)).unwrap();
        Site { gateway }
    }

    pub(crate) fn answer(&self, exchange: &Exchange) -> Answer {
        let mut stream = TcpStream::connect(self.gateway.http_addr().unwrap()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut text = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n",
            exchange.method, exchange.target
        );
        for (name, value) in &exchange.headers {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        text.push_str("\r\n");
        stream.write_all(text.as_bytes()).unwrap();
        let mut reader = BufReader::new(stream);
        let (status, headers) = head(&mut reader);
        let mut body = Vec::new();
        match headers.get("content-length") {
            Some(length) => {
                body.resize(length.to_str().unwrap().parse().unwrap(), 0);
                reader.read_exact(&mut body).unwrap();
            }
            None => {
                assert!(!headers.contains_key("transfer-encoding"), "the upstream says how long its body is")
            }
        }
        Answer { status: status.split(' ').nth(1).unwrap().parse().unwrap(), headers, body }
    }
}

/// A caller whose key is its name and `-key-0123456789`; every page knows them.
fn caller(key: &str, access: Access) -> Caller {
    let name = key.split('/').nth(1).unwrap();
    let secret = format!("{name}-key-0123456789");
    let hash = KeyHash(digest(&SHA256, secret.as_bytes()).as_ref().try_into().unwrap());
    Caller {
        key: key.into(),
        name: name.into(),
        workspace: "default".parse().unwrap(),
        groups: Vec::new(),
        keys: vec![CallerKey { hash, expires_at: None }],
        access,
        policies: Vec::new(),
    }
}

/// Starts an upstream that answers every request with its target and headers, as JSON.
pub(crate) fn upstream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (line, headers) = head(&mut reader);
            let fields: Map<_, _> =
                headers.iter().map(|(n, v)| (n.to_string(), Value::from(v.to_str().unwrap()))).collect();
            let body = json!({ "target": line.split(' ').nth(1), "headers": fields }).to_string();
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            reader.into_inner().write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

/// The first line and the headers of a message.
fn head(reader: &mut impl BufRead) -> (String, HeaderMap) {
    let mut lines = reader.lines().map(Result::unwrap).take_while(|line| !line.is_empty());
    let first = lines.next().expect("a message begins");
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value.trim()).unwrap())
    });
    (first, headers.collect())
}
