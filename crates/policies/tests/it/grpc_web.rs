//! gRPC-Web through a whole gateway, byte by byte: each message as it comes, and what gRPC says in trailers as the last frame.

use std::{sync::Arc, time::Duration};

use model::{EventSink, ExchangeEvent, Recorder, Snapshot, snapshot::Service};
use policies::CATALOG;
use proxy::{Config, Gateway};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(10);

struct Nobody;

impl Recorder for Nobody {
    fn sink(&self) -> Box<dyn EventSink> {
        Box::new(Nobody)
    }
}

impl EventSink for Nobody {
    fn record(&mut self, _: ExchangeEvent) {}

    fn wants_detail(&mut self, _: u64) -> bool {
        false
    }
}

/// A gateway with the policy, and beside it others that look at bodies, before this service.
fn gateway_before(service: &TcpListener) -> Gateway {
    let url = format!("http://{}", service.local_addr().unwrap());
    let service = Service {
        key: "api/shop".into(),
        api: Some("shop".into()),
        workspace: "default".parse().unwrap(),
        listen: serde_json::from_value(json!({ "path": "/" })).unwrap(),
        answers: model::snapshot::Answers::Everything,
        upstream: Arc::new(serde_json::from_value(json!({ "endpoints": [url] })).unwrap()),
        split: None,
        policies: testkit::policies("- response-size-limit: { max: 1MiB }\n- grpc-web: {}\n- cache: {}\n"),
        contract: None,
    };
    let services = [(service.key.clone(), Arc::new(service))].into_iter().collect();
    let snapshot = Snapshot { number: 1, services, ..Snapshot::default() };
    let config = Config { http: Some("127.0.0.1:0".parse().unwrap()), workers: 1, ..Config::default() };
    Gateway::start(config, CATALOG, Arc::new(snapshot), Arc::new(Nobody)).unwrap()
}

/// Reads until what came ends with this.
async fn until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut came = Vec::new();
    while !came.ends_with(end) {
        let mut buf = [0; 4096];
        let read = timeout(PATIENCE, stream.read(&mut buf)).await;
        let count = read.unwrap_or_else(|_| panic!("after {} nothing comes", came.escape_ascii())).unwrap();
        assert!(count > 0, "it broke off after {}", came.escape_ascii());
        came.extend_from_slice(&buf[..count]);
    }
    came
}

async fn call(gateway: &Gateway, content_type: &str, body: &str) -> TcpStream {
    let mut client = TcpStream::connect(gateway.http_addr().unwrap()).await.unwrap();
    let head = format!(
        "POST /shop.Orders/List HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.write_all(head.as_bytes()).await.unwrap();
    client
}

#[tokio::test]
async fn each_message_is_passed_on_at_once_and_trailers_end_the_content() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = gateway_before(&listener);
    for (kind, pieces) in [
        (
            "grpc-web+proto",
            [&b"\0\0\0\0\x01a"[..], b"\0\0\0\0\x01b", b"\x80\0\0\0\x18grpc-status:0\r\nx-sum:7\r\n"],
        ),
        ("grpc-web-text+proto", [b"AAAAAAFh", b"AAAAAAFi", b"gAAAABhncnBjLXN0YXR1czowDQp4LXN1bTo3DQo="]),
    ] {
        let is_text = kind.contains("text");
        let asked = if is_text { "AAAAAAA=" } else { "\0\0\0\0\0" };
        let mut client = call(&gateway, &format!("application/{kind}"), asked).await;
        let (mut service, _) = listener.accept().await.unwrap();
        // In base64 the length is not known before it is read.
        let end: &[u8] = if is_text { b"5\r\n\0\0\0\0\0\r\n0\r\n\r\n" } else { b"\r\n\r\n\0\0\0\0\0" };
        let head = String::from_utf8_lossy(&until(&mut service, end).await).into_owned();
        assert!(head.contains("content-type: application/grpc+proto\r\n"), "{head}");

        let head =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/grpc+proto\r\nTransfer-Encoding: chunked\r\n\r\n";
        service.write_all(&[&head[..], b"6\r\n\0\0\0\0\x01a\r\n"].concat()).await.unwrap();
        let first = until(&mut client, &[pieces[0], b"\r\n"].concat()).await;
        let head = String::from_utf8_lossy(&first).into_owned();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains(&format!("content-type: application/{kind}\r\n")), "{head}");
        service.write_all(b"6\r\n\0\0\0\0\x01b\r\n").await.unwrap();
        until(&mut client, &[pieces[1], b"\r\n"].concat()).await;
        service.write_all(b"0\r\nGrpc-Status: 0\r\nX-Sum: 7\r\n\r\n").await.unwrap();
        until(&mut client, &[pieces[2], b"\r\n0\r\n\r\n"].concat()).await;
    }
}

#[tokio::test]
async fn what_only_sees_a_body_lets_its_trailers_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = gateway_before(&listener);
    let mut client = call(&gateway, "application/json", "{}").await;
    let (mut service, _) = listener.accept().await.unwrap();
    until(&mut service, b"{}").await;
    let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n";
    service.write_all(answer.as_bytes()).await.unwrap();
    until(&mut client, b"1\r\na\r\n0\r\nx-sum: 7\r\n\r\n").await;
}

#[tokio::test]
async fn a_call_that_is_not_base64_is_refused_in_base64() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateway = gateway_before(&listener);
    let mut client = call(&gateway, "application/grpc-web-text", "AAAA*AAA").await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap();
    let mut body = vec![0; length];
    client.read_exact(&mut body).await.unwrap();
    assert!(
        head.contains("content-type: application/grpc-web-text\r\n") && !head.contains("grpc-status"),
        "{head}"
    );
    let mut reader = policy::grpc_web::TextReader::default();
    let plain = reader.push(&body).unwrap();
    assert!(
        plain.starts_with(b"\x80") && plain.escape_ascii().to_string().contains("grpc-status:3"),
        "{plain:?}"
    );
}
