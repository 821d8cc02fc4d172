//! TLS toward upstreams: who is trusted, who is asked for, and what the gateway shows of itself.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use model::{Snapshot, TlsVersion, UpstreamPems, UpstreamTls, event::Fault};
use proxy::Config;
use rustls::{
    HandshakeKind, RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::kit::{Started, pass, snapshot, start_with, upstream};

/// An authority of its own.
struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pem: String,
}

/// A certificate and its key, PEM.
struct Issued {
    chain: String,
    key: String,
}

impl Authority {
    fn new() -> Authority {
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Authority { issuer: rcgen::Issuer::new(params, key), pem }
    }

    fn issue(&self, name: &str) -> Issued {
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Issued { chain: certificate.pem(), key: key.serialize_pem() }
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        roots
    }
}

/// What an origin saw of a connection.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    name: Option<String>,
    kind: HandshakeKind,
    protocol: Option<String>,
    shown: bool,
}

/// A service behind TLS that answers one request a connection, or all.
struct Origin {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

struct Terms<'a> {
    certificate: &'a Issued,
    versions: &'a [&'static rustls::SupportedProtocolVersion],
    clients: Option<&'a Authority>,
    keeps: bool,
}

impl<'a> Terms<'a> {
    fn of(certificate: &'a Issued) -> Terms<'a> {
        Terms { certificate, versions: rustls::DEFAULT_VERSIONS, clients: None, keeps: true }
    }
}

impl Origin {
    async fn start(terms: Terms<'_>) -> Origin {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(terms.versions)
            .unwrap();
        let builder = match terms.clients {
            None => builder.with_no_client_auth(),
            Some(authority) => builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(authority.roots()), provider)
                    .build()
                    .unwrap(),
            ),
        };
        let chain = CertificateDer::pem_slice_iter(terms.certificate.chain.as_bytes());
        let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(terms.certificate.key.as_bytes()).unwrap();
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let origin = Origin { addr, seen: Arc::clone(&seen) };
        let keeps = terms.keeps;
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let (_, session) = stream.get_ref();
                    seen.lock().unwrap().push(Seen {
                        name: session.server_name().map(str::to_owned),
                        kind: session.handshake_kind().unwrap(),
                        protocol: session.alpn_protocol().map(|p| String::from_utf8(p.to_vec()).unwrap()),
                        shown: session.peer_certificates().is_some(),
                    });
                    let mut buf = [0; 8192];
                    let mut read = Vec::new();
                    while let Ok(count @ 1..) = stream.read(&mut buf).await {
                        read.extend_from_slice(&buf[..count]);
                        if !read.ends_with(b"\r\n\r\n") {
                            continue;
                        }
                        read.clear();
                        let field = if keeps { "" } else { "connection: close\r\n" };
                        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n{field}\r\nok");
                        if stream.write_all(answer.as_bytes()).await.is_err() || !keeps {
                            let _ = stream.shutdown().await;
                            return;
                        }
                    }
                });
            }
        });
        origin
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn tls(authority: &Authority) -> UpstreamTls {
    let read = UpstreamPems { roots: Some(authority.pem.clone()), ..UpstreamPems::default() };
    UpstreamTls { ca_file: Some("ca.pem".to_owned()), read: Some(Box::new(read)), ..UpstreamTls::default() }
}

fn showing(tls: UpstreamTls, issued: &Issued) -> UpstreamTls {
    let read = UpstreamPems {
        chain: Some(issued.chain.clone()),
        key: Some(issued.key.clone()),
        ..tls.read.map(|read| *read).unwrap_or_default()
    };
    UpstreamTls { read: Some(Box::new(read)), ..tls }
}

/// Services at `/0`, `/1` and so on that reach `localhost` at the origin's port in these ways.
fn routes(origin: &Origin, ways: &[Option<UpstreamTls>]) -> Snapshot {
    let url = format!("https://localhost:{}", origin.addr.port());
    let service = |(at, tls): (usize, &Option<UpstreamTls>)| {
        let mut to = upstream(serde_json::json!({ "endpoints": [url], "protocol": "http1" }));
        to.tls = tls.clone().map(Box::new);
        pass(&at.to_string(), &format!("/{at}"), to)
    };
    snapshot(ways.iter().enumerate().map(service).collect())
}

async fn ask(started: &Started, at: usize) -> u16 {
    started.send(&format!("GET /{at} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await.status
}

#[tokio::test]
async fn an_upstream_is_trusted_by_its_own_roots_and_its_name() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let certificate = ours.issue("localhost");
    let origin = Origin::start(Terms::of(&certificate)).await;
    let ways = [
        (Some(tls(&ours)), 200),
        (None, 502),
        (Some(tls(&theirs)), 502),
        (Some(UpstreamTls { server_name: Some("other.example.com".to_owned()), ..tls(&ours) }), 502),
        (Some(UpstreamTls { verify: false, ..UpstreamTls::default() }), 200),
    ];
    let (all, expected): (Vec<_>, Vec<_>) = ways.into_iter().unzip();
    let started = start_with(routes(&origin, &all), Config::default());
    for (at, expected) in expected.iter().enumerate() {
        assert_eq!(ask(&started, at).await, *expected, "way {at}");
    }
    let events = started.events.wait_for(5).await;
    let faults: Vec<_> = events.iter().map(|event| event.fault).collect();
    assert_eq!(faults, [Fault::None, Fault::Upstream, Fault::Upstream, Fault::Upstream, Fault::None]);
    let seen = origin.seen();
    assert!(seen.iter().all(|seen| seen.protocol.as_deref() == Some("http/1.1")), "{seen:?}");
}

#[tokio::test]
async fn a_name_of_its_own_is_asked_for_and_checked() {
    let authority = Authority::new();
    let certificate = authority.issue("inside.example.com");
    let origin = Origin::start(Terms::of(&certificate)).await;
    let named = UpstreamTls { server_name: Some("inside.example.com".to_owned()), ..tls(&authority) };
    let started = start_with(routes(&origin, &[Some(named), Some(tls(&authority))]), Config::default());
    assert_eq!((ask(&started, 0).await, ask(&started, 1).await), (200, 502));
    assert_eq!(origin.seen()[0].name.as_deref(), Some("inside.example.com"));
}

#[tokio::test]
async fn a_certificate_is_shown_to_an_upstream_that_asks_for_one() {
    let authority = Authority::new();
    let certificate = authority.issue("localhost");
    let terms = Terms { clients: Some(&authority), ..Terms::of(&certificate) };
    let origin = Origin::start(terms).await;
    let ways = [
        Some(showing(tls(&authority), &authority.issue("gateway"))),
        Some(tls(&authority)),
        Some(showing(tls(&authority), &Authority::new().issue("gateway"))),
    ];
    let started = start_with(routes(&origin, &ways), Config::default());
    let statuses = [ask(&started, 0).await, ask(&started, 1).await, ask(&started, 2).await];
    assert_eq!(statuses, [200, 502, 502]);
    assert_eq!(origin.seen().iter().map(|seen| seen.shown).collect::<Vec<_>>(), [true]);
}

#[tokio::test]
async fn connections_are_shared_by_those_who_say_the_same_and_nobody_else() {
    let authority = Authority::new();
    let certificate = authority.issue("localhost");
    let origin = Origin::start(Terms::of(&certificate)).await;
    let ways = [
        Some(tls(&authority)),
        Some(tls(&authority)),
        Some(UpstreamTls { verify: false, ..tls(&authority) }),
        Some(showing(tls(&authority), &authority.issue("gateway"))),
    ];
    let started = start_with(routes(&origin, &ways), Config::default());
    for (at, connections) in [(0, 1), (0, 1), (1, 1), (2, 2), (3, 3), (1, 3), (2, 3)] {
        assert_eq!(ask(&started, at).await, 200);
        assert_eq!(origin.seen().len(), connections, "way {at}");
    }
    // What does not change keeps its connections, and what does has new ones.
    let mut next = routes(&origin, &[Some(tls(&authority)), Some(tls(&authority))]);
    next.number = 2;
    started.gateway.publish(Arc::new(next)).unwrap();
    assert_eq!((ask(&started, 0).await, origin.seen().len()), (200, 3));
    let wrong = routes(&origin, &[Some(tls(&Authority::new()))]);
    started.gateway.publish(Arc::new(wrong)).unwrap();
    assert_eq!(ask(&started, 0).await, 502, "a connection of those who trusted others is not used");
}

#[tokio::test]
async fn sessions_with_upstreams_are_resumed() {
    let authority = Authority::new();
    let certificate = authority.issue("localhost");
    for versions in [[&TLS12], [&TLS13]] {
        let terms = Terms { versions: &versions, keeps: false, ..Terms::of(&certificate) };
        let origin = Origin::start(terms).await;
        let config = Config { workers: 2, ..Config::default() };
        let started = start_with(routes(&origin, &[Some(tls(&authority))]), config);
        for _ in 0..6 {
            assert_eq!(ask(&started, 0).await, 200);
        }
        let kinds: Vec<_> = origin.seen().iter().map(|seen| seen.kind).collect();
        assert_eq!(kinds[0], HandshakeKind::Full);
        assert!(kinds[1..].iter().all(|kind| *kind == HandshakeKind::Resumed), "{kinds:?}");
    }
}

#[tokio::test]
async fn versions_below_the_lowest_allowed_are_not_spoken() {
    let authority = Authority::new();
    let certificate = authority.issue("localhost");
    let terms = Terms { versions: &[&TLS12], ..Terms::of(&certificate) };
    let origin = Origin::start(terms).await;
    let strict = UpstreamTls { min_version: TlsVersion::V13, ..tls(&authority) };
    let started = start_with(routes(&origin, &[Some(strict), Some(tls(&authority))]), Config::default());
    assert_eq!((ask(&started, 0).await, ask(&started, 1).await), (502, 200));
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_its_field() {
    let authority = Authority::new();
    let certificate = authority.issue("localhost");
    let origin = Origin::start(Terms::of(&certificate)).await;
    let started = start_with(routes(&origin, &[Some(tls(&authority))]), Config::default());
    let read = |roots: &str| {
        Some(Box::new(UpstreamPems { roots: Some(roots.to_owned()), ..UpstreamPems::default() }))
    };
    let (one, other) = (authority.issue("gateway"), authority.issue("gateway"));
    let mixed = Issued { chain: one.chain, key: other.key };
    for (tls, field) in [
        (UpstreamTls { read: read("nothing"), ..tls(&authority) }, "tls.ca_file"),
        (UpstreamTls { server_name: Some("not a name".to_owned()), ..tls(&authority) }, "tls.server_name"),
        (showing(tls(&authority), &mixed), "tls.cert_file"),
    ] {
        let findings = started.gateway.publish(Arc::new(routes(&origin, &[Some(tls)]))).unwrap_err();
        let shown = findings[0].to_string();
        assert!(shown.contains(&format!("api/0: upstream.{field}")), "{shown}");
    }
    assert_eq!(ask(&started, 0).await, 200);
}
