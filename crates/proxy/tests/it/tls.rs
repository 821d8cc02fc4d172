//! TLS toward clients: which certificate, which version, and what happens while both change.

use std::sync::Arc;

use model::{CipherSuite, GatewayTls, Snapshot, TlsVersion, snapshot::CertificateFiles};
use proxy::Config;
use rustls::{
    CipherSuite as Suite, ClientConfig, HandshakeKind, RootCertStore, SupportedCipherSuite,
    SupportedProtocolVersion,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::kit::{Origin, Script, Started, pass, snapshot, start_with, to};

/// A certificate of its own for some names, as a snapshot has it.
pub(crate) struct Made {
    pub(crate) files: Arc<CertificateFiles>,
    pub(crate) der: CertificateDer<'static>,
}

pub(crate) fn made(name: &str, names: &[&str], hosts: &[&str]) -> Made {
    made_with(name, names, hosts, &rcgen::KeyPair::generate().unwrap())
}

fn made_with(name: &str, names: &[&str], hosts: &[&str], key: &rcgen::KeyPair) -> Made {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let params = rcgen::CertificateParams::new(names).unwrap();
    let certificate = params.self_signed(key).unwrap();
    let resource =
        serde_json::json!({ "name": name, "cert_file": "c.pem", "key_file": "k.pem", "hosts": hosts });
    let files = CertificateFiles {
        certificate: serde_json::from_value(resource).unwrap(),
        chain: certificate.pem(),
        key: key.serialize_pem(),
        ocsp: None,
    };
    Made { files: Arc::new(files), der: certificate.der().clone() }
}

pub(crate) fn with<'a>(mut snapshot: Snapshot, all: impl IntoIterator<Item = &'a Made>) -> Snapshot {
    for made in all {
        let name = made.files.certificate.name.shared();
        snapshot.certificates.insert(name, Arc::clone(&made.files));
    }
    snapshot
}

pub(crate) fn speaking(mut snapshot: Snapshot, tls: GatewayTls) -> Snapshot {
    Arc::make_mut(&mut snapshot.gateway).tls = tls;
    snapshot
}

/// A client that trusts some certificates.
pub(crate) fn client<'a>(
    trusted: impl IntoIterator<Item = &'a Made>,
    versions: &[&'static SupportedProtocolVersion],
    suites: Option<&dyn Fn(&SupportedCipherSuite) -> bool>,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    for made in trusted {
        roots.add(made.der.clone()).unwrap();
    }
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    if let Some(suites) = suites {
        provider.cipher_suites.retain(suites);
    }
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

pub(crate) async fn connect(
    started: &Started,
    config: &Arc<ClientConfig>,
    name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    connect_at(started.gateway.https_addr().unwrap(), config, name).await
}

pub(crate) async fn connect_at(
    address: std::net::SocketAddr,
    config: &Arc<ClientConfig>,
    name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::clone(config)).connect(name, stream).await
}

/// Sends a request on a connection and reads its answer; the status.
async fn ask(stream: &mut TlsStream<TcpStream>) -> u16 {
    stream.write_all(b"GET /a/x HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut read = Vec::new();
    let mut buf = [0; 4096];
    loop {
        let count = stream.read(&mut buf).await.unwrap();
        assert!(count > 0, "the connection ends: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buf[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        // The origin answers with the head it was sent, which ends with an empty line too.
        if text.matches("\r\n\r\n").count() == 2 {
            return text[9..12].parse().unwrap();
        }
    }
}

#[tokio::test]
async fn a_client_is_shown_the_certificate_for_the_name_it_asks_for() {
    let all = [
        made("b-exact", &["api.example.com"], &[]),
        made("c-wild", &["*.example.com"], &[]),
        made("d-listed", &["unused.example.org"], &["listed.example.org"]),
        made("a-first", &["first.example.net", "127.0.0.1"], &[]),
    ];
    let default = |name: Option<&str>| GatewayTls {
        default_certificate: name.map(|name| name.parse().unwrap()),
        ..GatewayTls::default()
    };
    let config = Config::default();
    let started = start_with(with(snapshot(Vec::new()), &all), Config::default());
    let named = start_with(speaking(with(snapshot(Vec::new()), &all), default(Some("c-wild"))), config);
    for (started, name, expected) in [
        (&started, "api.example.com", 0),
        (&started, "API.Example.com", 0),
        (&started, "other.example.com", 1),
        (&started, "two.labels.example.com", 3),
        (&started, "listed.example.org", 2),
        (&started, "unused.example.org", 3),
        // No name at all.
        (&started, "127.0.0.1", 3),
        (&named, "127.0.0.1", 1),
        (&named, "unknown.example", 1),
        (&named, "api.example.com", 0),
    ] {
        // The client accepts what it is shown by looking at it alone.
        let shown = shown(started, name).await;
        let index = all.iter().position(|made| made.der == shown);
        assert_eq!(index, Some(expected), "{name}");
    }
    let status = started.gateway.status().certificates;
    let names: Vec<_> = status.iter().map(|status| (&*status.name, status.hosts.join(" "))).collect();
    assert_eq!(
        names,
        [
            ("a-first", "first.example.net".to_owned()),
            ("b-exact", "api.example.com".to_owned()),
            ("c-wild", "*.example.com".to_owned()),
            ("d-listed", "listed.example.org".to_owned()),
        ]
    );
    assert!(status.iter().all(|status| status.not_before < status.not_after));
}

/// The certificate a client is shown, whoever would trust it.
async fn shown(started: &Started, name: &str) -> CertificateDer<'static> {
    let mut config = client([], &[&TLS13], None);
    config.dangerous().set_certificate_verifier(Arc::<Anything>::default());
    let stream = connect(started, &Arc::new(config), name).await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
}

/// Trusts everything; keeps what was sent along with the certificate.
#[derive(Debug, Default)]
pub(crate) struct Anything(std::sync::Mutex<Vec<u8>>);

impl rustls::client::danger::ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        ocsp: &[u8],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::client::danger::ServerCertVerified, rustls::Error> {
        *self.0.lock().unwrap() = ocsp.to_vec();
        Ok(rustls::client::danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

#[tokio::test]
async fn what_the_authority_says_of_a_certificate_is_sent_along() {
    let plain = made("plain", &["plain.example.com"], &[]);
    let stapled = made("stapled", &["stapled.example.com"], &[]);
    let mut files = (*stapled.files).clone();
    files.ocsp = Some(vec![0x30, 3, 0x0a, 1, 0]);
    let stapled = Made { files: Arc::new(files), ..stapled };
    let started = start_with(with(snapshot(Vec::new()), [&plain, &stapled]), Config::default());
    for version in [&TLS12, &TLS13] {
        for (name, expected) in
            [("plain.example.com", &b""[..]), ("stapled.example.com", &[0x30, 3, 0x0a, 1, 0])]
        {
            let mut config = client([], &[version], None);
            let seen = Arc::<Anything>::default();
            config.dangerous().set_certificate_verifier(Arc::clone(&seen) as _);
            connect(&started, &Arc::new(config), name).await.unwrap();
            assert_eq!(*seen.0.lock().unwrap(), expected, "{name} {version:?}");
        }
    }
}

#[tokio::test]
async fn of_two_certificates_for_a_host_the_one_the_client_can_check_is_shown() {
    let rsa = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let all = [made("ecdsa", &["a.example.com"], &[]), made_with("rsa", &["a.example.com"], &[], &rsa)];
    let started = start_with(with(snapshot(Vec::new()), &all), Config::default());
    let is_rsa = |suite: &SupportedCipherSuite| format!("{:?}", suite.suite()).contains("_RSA_");
    for (suites, expected) in [(None, 0), (Some(&is_rsa as &dyn Fn(&_) -> bool), 1)] {
        let config = Arc::new(client(&all, &[&TLS12], suites));
        let stream = connect(&started, &config, "a.example.com").await.unwrap();
        assert_eq!(stream.get_ref().1.peer_certificates().unwrap()[0], all[expected].der);
    }
}

#[tokio::test]
async fn only_versions_and_suites_that_are_allowed_are_spoken() {
    let made = [made("a", &["a.example.com"], &[])];
    let tls = |min_version, ciphers: &[CipherSuite]| GatewayTls {
        min_version,
        ciphers: ciphers.to_vec(),
        ..GatewayTls::default()
    };
    let open = tls(TlsVersion::V12, &[]);
    let strict = tls(TlsVersion::V13, &[]);
    let one = tls(TlsVersion::V12, &[CipherSuite::EcdsaChaCha20, CipherSuite::ChaCha20]);
    let old = tls(TlsVersion::V12, &[CipherSuite::EcdsaAes128Gcm]);
    let started = start_with(with(snapshot(Vec::new()), &made), Config::default());
    for (tls, version, expected) in [
        (&open, &TLS12, Some(Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)),
        (&open, &TLS13, Some(Suite::TLS13_AES_256_GCM_SHA384)),
        (&strict, &TLS12, None),
        (&strict, &TLS13, Some(Suite::TLS13_AES_256_GCM_SHA384)),
        (&one, &TLS12, Some(Suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256)),
        (&one, &TLS13, Some(Suite::TLS13_CHACHA20_POLY1305_SHA256)),
        (&old, &TLS12, Some(Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)),
        (&old, &TLS13, None),
    ] {
        let next = speaking(with(snapshot(Vec::new()), &made), tls.clone());
        started.gateway.publish(Arc::new(next)).unwrap();
        let config = Arc::new(client(&made, &[version], None));
        let stream = connect(&started, &config, "a.example.com").await;
        let suite = stream.ok().map(|s| s.get_ref().1.negotiated_cipher_suite().unwrap().suite());
        assert_eq!(suite, expected, "{tls:?} {version:?}");
    }
    let none = tls(TlsVersion::V13, &[CipherSuite::EcdsaAes128Gcm]);
    let next = speaking(with(snapshot(Vec::new()), &made), none);
    let findings = started.gateway.publish(Arc::new(next)).unwrap_err();
    assert!(findings[0].to_string().contains("gateway/default: tls.ciphers"), "{findings:?}");
    let mut next = with(snapshot(Vec::new()), &made);
    Arc::make_mut(&mut next.gateway).tls.default_certificate = Some("b".parse().unwrap());
    let findings = started.gateway.publish(Arc::new(next)).unwrap_err();
    assert!(findings[0].to_string().contains("no certificate `b`"), "{findings:?}");
}

#[tokio::test]
async fn a_certificate_is_replaced_while_connections_go_on_and_a_broken_one_is_not_taken() {
    let origin = Origin::start(Script::Echo).await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let (old, new) = (made("a", &["a.example.com"], &[]), made("a", &["a.example.com"], &[]));
    let started = start_with(with(routes(), [&old]), Config::default());
    let config = Arc::new(client([&old], &[&TLS13], None));
    let mut stream = connect(&started, &config, "a.example.com").await.unwrap();
    assert_eq!(ask(&mut stream).await, 200);

    started.gateway.publish(Arc::new(with(routes(), [&new]))).unwrap();
    assert_eq!(ask(&mut stream).await, 200, "what is open goes on");
    assert_eq!(shown(&started, "a.example.com").await, new.der);

    let mut broken = (*old.files).clone();
    broken.key = new.files.key.clone();
    let broken = Made { files: Arc::new(broken), der: old.der.clone() };
    let findings = started.gateway.publish(Arc::new(with(routes(), [&broken]))).unwrap_err();
    assert!(findings[0].to_string().contains("certificate/a"), "{findings:?}");
    assert_eq!(shown(&started, "a.example.com").await, new.der);
    assert_eq!(ask(&mut stream).await, 200);
}

#[tokio::test]
async fn sessions_are_resumed_at_any_worker_and_after_a_change() {
    let origin = Origin::start(Script::Echo).await;
    let routes = || snapshot(vec![pass("a", "/a", to(&[origin.url()]))]);
    let certificate = [made("a", &["a.example.com"], &[])];
    for version in [&TLS12, &TLS13] {
        let config = Config { workers: 4, ..Config::default() };
        let started = start_with(with(routes(), &certificate), config);
        let config = Arc::new(client(&certificate, &[version], None));
        let kind = async |config: &Arc<ClientConfig>| {
            let mut stream = connect(&started, config, "a.example.com").await.unwrap();
            // Tickets come after the handshake.
            assert_eq!(ask(&mut stream).await, 200);
            stream.get_ref().1.handshake_kind().unwrap()
        };
        assert_eq!(kind(&config).await, HandshakeKind::Full);
        for _ in 0..12 {
            assert_eq!(kind(&config).await, HandshakeKind::Resumed, "{version:?}");
        }
        let other = made("b", &["b.example.com"], &[]);
        started.gateway.publish(Arc::new(with(routes(), [&certificate[0], &other]))).unwrap();
        assert_eq!(kind(&config).await, HandshakeKind::Resumed, "{version:?}");

        let tls = GatewayTls { session_tickets: false, ..GatewayTls::default() };
        started.gateway.publish(Arc::new(speaking(with(routes(), &certificate), tls))).unwrap();
        let config = Arc::new(client(&certificate, &[version], None));
        for _ in 0..3 {
            assert_eq!(kind(&config).await, HandshakeKind::Full, "{version:?}");
        }
    }
}
