//! Snapshots swapped and gateways drained under load; TLS and HTTP/2.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use model::snapshot::Answers;
use proxy::{Config, Gateway, StartError};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::net::TcpStream;

use crate::kit::{Origin, Script, operation, pass, service, snapshot, start, start_with, to};

const GET: &str = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_snapshots_under_load_fail_no_request() {
    let origin = Origin::start(Script::Echo).await;
    let make = |number: u64| {
        let mut next = snapshot(vec![
            pass("a", "/a", to(&[origin.url() + &format!("/n{number}")])),
            service("c", "/c", Answers::Contract(vec![operation("x", "GET", "/x")]), to(&[origin.url()])),
        ]);
        next.number = number;
        next
    };
    let started = Arc::new(start_with(make(1), Config { workers: 2, ..Config::default() }));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (started, stop) = (Arc::clone(&started), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut wire = started.connect().await;
                let mut count = 0_u64;
                while !stop.load(SeqCst) || count < 20 {
                    wire.send(GET).await;
                    let response = wire.response().await;
                    assert_eq!(response.status, 200, "{response:?}");
                    assert!(response.body.starts_with("GET /n"), "{}", response.body);
                    count += 1;
                }
                count
            })
        })
        .collect();
    for number in 2..=101 {
        started.gateway.publish(Arc::new(make(number))).unwrap();
        tokio::task::yield_now().await;
    }
    stop.store(true, SeqCst);
    for client in clients {
        assert!(client.await.unwrap() >= 20);
    }
    assert_eq!(started.gateway.status().snapshot, 101);
    assert!(started.send(GET).await.body.starts_with("GET /n101/ "));
}

#[tokio::test]
async fn draining_lets_an_exchange_finish_and_takes_no_more() {
    let origin =
        Origin::start(Script::Pieces(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", b"def"])).await;
    let started = Arc::new(start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))])));
    let mut idle = started.connect().await;
    let mut busy = started.connect().await;
    busy.send(GET).await;
    origin.go.add_permits(1);
    assert!(busy.piece().await.contains("200 OK"));
    let draining = tokio::spawn({
        let started = Arc::clone(&started);
        async move { started.gateway.drain(Duration::from_secs(30)).await }
    });
    assert_eq!(idle.rest().await, "", "an idle connection is closed");
    assert!(started.gateway.status().draining);
    origin.go.add_permits(1);
    assert!(
        busy.rest().await.ends_with("def"),
        "the exchange under way finishes, then its connection closes"
    );
    draining.await.unwrap();
    assert!(TcpStream::connect(started.gateway.http_addr().unwrap()).await.is_err(), "nothing is accepted");
}

#[tokio::test]
async fn what_does_not_end_by_the_deadline_is_closed() {
    let origin = Origin::start(Script::Silent).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let mut busy = started.connect().await;
    busy.send(GET).await;
    while origin.connections.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    started.gateway.drain(Duration::from_millis(50)).await;
    assert_eq!(busy.rest().await, "");
    origin.gone.acquire().await.unwrap().forget();
}

#[tokio::test]
async fn an_address_in_use_is_said_to_be() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let config = Config { http: Some(taken.local_addr().unwrap()), workers: 1, ..Config::default() };
    let started =
        Gateway::start(config, policy::Catalogue::EMPTY, Arc::default(), Arc::new(model::event::NoRecorder));
    assert!(matches!(started, Err(StartError::Listen { .. })));
}

#[tokio::test]
async fn http2_is_spoken_in_the_clear_with_prior_knowledge() {
    let origin = Origin::start(Script::Echo).await;
    let started = start(snapshot(vec![pass("a", "/a", to(&[origin.url()]))]));
    let stream = TcpStream::connect(started.gateway.http_addr().unwrap()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let requests = (0..20).map(|n| {
        let request = Request::get(format!("http://example.com/a/{n}")).body(Empty::<Bytes>::new()).unwrap();
        sender.send_request(request)
    });
    for (n, response) in requests.collect::<Vec<_>>().into_iter().enumerate() {
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        let body =
            String::from_utf8(response.collect().await.unwrap().to_bytes().to_vec()).unwrap().to_lowercase();
        assert!(body.starts_with(&format!("get /{n} http/1.1\r\n")), "{body}");
        assert!(body.contains("x-forwarded-host: example.com") && body.contains("via: 2 pailou"), "{body}");
    }
    let missing = Request::get("http://example.com/none").body(Empty::<Bytes>::new()).unwrap();
    let missing = sender.send_request(missing).await.unwrap();
    assert_eq!((missing.status().as_u16(), missing.version()), (404, http::Version::HTTP_2));
}

#[tokio::test]
async fn tls_offers_both_protocols_and_a_certificate_for_the_name() {
    let origin = Origin::start(Script::Echo).await;
    let mut snapshot = snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let made = rcgen::generate_simple_self_signed(["*.example.com".to_owned()]).unwrap();
    let certificate = serde_json::json!({ "name": "wild", "cert_file": "c.pem", "key_file": "k.pem" });
    let files = model::snapshot::CertificateFiles {
        certificate: serde_json::from_value(certificate).unwrap(),
        chain: made.cert.pem(),
        key: made.signing_key.serialize_pem(),
        ocsp: None,
    };
    snapshot.certificates.insert("wild".into(), Arc::new(files));
    let fallback = proxy::self_signed().unwrap();
    let started =
        start_with(snapshot, Config { fallback_certificate: Some(fallback.clone()), ..Config::default() });

    let wild = made.cert.der().clone();
    let local = CertificateDer::from_pem_slice(fallback.chain.as_bytes()).unwrap();
    for (name, trusted, alpn) in [
        ("api.example.com", &wild, &b"h2"[..]),
        ("localhost", &local, b"h2"),
        ("api.example.com", &wild, b"http/1.1"),
    ] {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(trusted.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        let stream = TcpStream::connect(started.gateway.https_addr().unwrap()).await.unwrap();
        let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(alpn));
        let request = Request::get("https://example.com/a").header("host", "example.com");
        let request = request.body(Empty::<Bytes>::new()).unwrap();
        let response = if alpn == b"h2" {
            let (mut sender, connection) =
                http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        assert_eq!(response.status(), 200);
        let body = String::from_utf8(response.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        assert!(body.contains("x-forwarded-proto: https"), "{body}");
    }
}
