//! Certificates of clients: when they are asked for, what is accepted, and what exchanges know of them.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderName, HeaderValue};
use model::{ClientAuth, ClientAuthMode, ClientAuthPems, GatewayTls, PolicyUse, Snapshot};
use policy::{BuildCx, Catalogue, Filter, Invalid, Policy, PolicyEntry, Request, Stage, Step};
use proxy::Config;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use rustls::{
    ClientConfig, HandshakeKind, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer},
    version::{TLS12, TLS13},
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    kit::{Origin, Script, Started, pass, snapshot, start_of, to},
    tls::{Made, connect_at, made, with},
};

/// Tells in the answer's `x-shown` what certificate the connection has.
#[derive(Deserialize, JsonSchema)]
struct Shown {}

impl Policy for Shown {
    const NAME: &'static str = "shown";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{}";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        Ok(Box::new(Shown {}))
    }
}

impl Filter for Shown {
    fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
        let text = match &req.certificate {
            None => "nothing".to_owned(),
            Some(shown) => {
                let name = shown.described().and_then(|described| described.common_name.clone());
                format!("{} {}", name.unwrap_or_default(), shown.is_verified())
            }
        };
        req.reply_with(HeaderName::from_static("x-shown"), HeaderValue::try_from(text).unwrap());
        Step::Done(Ok(()))
    }

    fn asks_for_certificate(&self) -> bool {
        true
    }
}

/// One that is in use and asks for nothing.
#[derive(Deserialize, JsonSchema)]
struct Told {}

impl Policy for Told {
    const NAME: &'static str = "told";
    const STAGE: Stage = Stage::Authenticate;
    const EXAMPLE: &'static str = "{}";

    fn build(self, _: &BuildCx<'_>) -> Result<Box<dyn Filter>, Invalid> {
        struct Quiet;

        impl Filter for Quiet {
            fn on_request<'a>(&'a self, req: &'a mut Request) -> Step<'a> {
                Shown {}.on_request(req)
            }
        }

        Ok(Box::new(Quiet))
    }
}

const CATALOGUE: Catalogue = Catalogue(&[PolicyEntry::of::<Shown>(), PolicyEntry::of::<Told>()]);

/// An authority of clients.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate that is made for something, with its key.
    fn issue(&self, name: &str, purpose: ExtendedKeyUsagePurpose) -> Own {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(7));
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        let made = params.signed_by(&key, &self.0).unwrap();
        (vec![made.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }

    fn revoking(&self, serial: u64) -> String {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from(serial),
            revocation_time: date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2100, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.0).unwrap().pem().unwrap()
    }

    fn auth(&self, mode: ClientAuthMode, revoking: Option<u64>) -> ClientAuth {
        let revoked = revoking.map(|serial| self.revoking(serial));
        ClientAuth {
            ca_file: Some("ca.pem".to_owned()),
            crl_file: revoked.is_some().then(|| "crl.pem".to_owned()),
            mode,
            read: Some(Box::new(ClientAuthPems { authorities: Some(self.0.pem()), revoked })),
        }
    }
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn client(
    server: &Made,
    own: Option<&Own>,
    version: &'static rustls::SupportedProtocolVersion,
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(server.der.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    let builder = builder.with_root_certificates(roots);
    Arc::new(match own {
        Some((chain, key)) => builder.with_client_auth_cert(chain.clone(), key.clone_key()).unwrap(),
        None => builder.with_no_client_auth(),
    })
}

/// What an exchange knows of the client's certificate, and how the session came about; `None` where the handshake failed.
async fn shown(started: &Started, config: &Arc<ClientConfig>) -> Option<(String, HandshakeKind)> {
    shown_at(started.gateway.https_addr().unwrap(), config).await
}

async fn shown_at(
    address: std::net::SocketAddr,
    config: &Arc<ClientConfig>,
) -> Option<(String, HandshakeKind)> {
    let mut stream = connect_at(address, config, "a.example.com").await.ok()?;
    // In TLS 1.3 the client is ready before the gateway has seen its certificate.
    stream.write_all(b"GET /a/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.ok()?;
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.ok()?;
    let text = String::from_utf8_lossy(&read).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("x-shown: "))?;
    Some((line.to_owned(), stream.get_ref().1.handshake_kind().unwrap()))
}

struct Kit {
    origin: Origin,
    server: Made,
}

impl Kit {
    async fn new() -> Kit {
        Kit { origin: Origin::start(Script::Echo).await, server: made("a", &["a.example.com"], &[]) }
    }

    fn snapshot(&self, policy: &str, auth: Option<ClientAuth>) -> Snapshot {
        let mut service = (*pass("a", "/a", to(&[self.origin.url()]))).clone();
        service.policies = vec![PolicyUse::new(policy, serde_json::json!({}))];
        let mut snapshot = with(snapshot(vec![Arc::new(service)]), [&self.server]);
        let tls = GatewayTls { client_auth: auth.map(Box::new), ..GatewayTls::default() };
        Arc::make_mut(&mut snapshot.gateway).tls = tls;
        snapshot
    }

    fn start(&self, policy: &str, auth: Option<ClientAuth>) -> Started {
        start_of(CATALOGUE, self.snapshot(policy, auth), Config::default())
    }
}

#[tokio::test]
async fn a_gateway_that_requires_certificates_serves_those_of_its_authority_alone() {
    let kit = Kit::new().await;
    let (ours, theirs) = (Authority::new("Clients"), Authority::new("Clients"));
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    let eve = theirs.issue("eve", ExtendedKeyUsagePurpose::ClientAuth);
    let server = ours.issue("server", ExtendedKeyUsagePurpose::ServerAuth);
    let started = kit.start("told", Some(ours.auth(ClientAuthMode::Require, None)));
    for version in [&TLS12, &TLS13] {
        let ask = async |own: Option<&Own>| {
            let known = shown(&started, &client(&kit.server, own, version)).await;
            known.map(|(known, _)| known)
        };
        assert_eq!(ask(Some(&ada)).await.as_deref(), Some("ada true"), "{version:?}");
        for (who, own) in [("nobody", None), ("eve", Some(&eve)), ("server", Some(&server))] {
            assert_eq!(ask(own).await, None, "{who} {version:?}");
        }
    }
    let optional = kit.snapshot("told", Some(ours.auth(ClientAuthMode::Request, None)));
    started.gateway.publish(Arc::new(optional)).unwrap();
    for version in [&TLS12, &TLS13] {
        let ask = async |own: Option<&Own>| {
            let known = shown(&started, &client(&kit.server, own, version)).await;
            known.map(|(known, _)| known)
        };
        assert_eq!(ask(None).await.as_deref(), Some("nothing"));
        assert_eq!(ask(Some(&ada)).await.as_deref(), Some("ada true"));
        assert_eq!(ask(Some(&eve)).await, None);
    }
}

/// A snapshot whose gateway has a listener for each of these, which is called so.
fn listening(mut snapshot: Snapshot, modes: &[&str]) -> Snapshot {
    let listener = |mode: &&str| {
        let listener = serde_json::json!({ "name": mode, "address": "127.0.0.1:0", "tls": true, "client_certificate": mode });
        serde_json::from_value(listener).unwrap()
    };
    Arc::make_mut(&mut snapshot.gateway).listeners = modes.iter().map(listener).collect();
    snapshot
}

#[tokio::test]
async fn a_listener_says_itself_whether_clients_are_asked() {
    let kit = Kit::new().await;
    let ours = Authority::new("Clients");
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    let listening = |modes: &[&str], auth| listening(kit.snapshot("shown", auth), modes);
    let started = start_of(CATALOGUE, listening(&["never", "request", "require"], None), Config::default());
    for version in [&TLS12, &TLS13] {
        // One client for all listeners: a session of one that asks for nothing is of no use at another.
        let with = client(&kit.server, Some(&ada), version);
        let without = client(&kit.server, None, version);
        for (listener, of_ada, of_nobody) in [
            ("never", Some("nothing"), Some("nothing")),
            ("request", Some("ada false"), Some("nothing")),
            ("require", Some("ada false"), None),
            ("https", Some("ada false"), Some("nothing")),
        ] {
            let address = started.gateway.address(listener).unwrap();
            for _ in 0..2 {
                let ask = async |config| shown_at(address, config).await.map(|(known, _)| known);
                assert_eq!(ask(&with).await.as_deref(), of_ada, "{listener} {version:?}");
                assert_eq!(ask(&without).await.as_deref(), of_nobody, "{listener} {version:?}");
            }
        }
    }
    // What vouches for them is for the gateway to say; the listener only whether they must have one.
    let eve = Authority::new("Clients").issue("eve", ExtendedKeyUsagePurpose::ClientAuth);
    let next = listening(&["never", "request"], Some(ours.auth(ClientAuthMode::Require, None)));
    started.gateway.publish(Arc::new(next)).unwrap();
    let at = |listener| started.gateway.address(listener).unwrap();
    let (ada, eve) = (client(&kit.server, Some(&ada), &TLS13), client(&kit.server, Some(&eve), &TLS13));
    let nobody = client(&kit.server, None, &TLS13);
    let known = async |listener, config| shown_at(at(listener), config).await.map(|(known, _)| known);
    assert_eq!(known("request", &ada).await.as_deref(), Some("ada true"));
    assert_eq!(known("request", &eve).await, None);
    assert_eq!(known("request", &nobody).await.as_deref(), Some("nothing"));
    assert_eq!(known("https", &nobody).await, None);
    assert_eq!(known("never", &eve).await.as_deref(), Some("nothing"));
}

/// What an exchange over QUIC knows of the client's certificate; `None` where the handshake failed.
async fn shown_over_quic(
    started: &Started,
    config: &ClientConfig,
) -> Option<(String, quinn::Connection, quinn::Endpoint)> {
    shown_over_quic_at(started.gateway.https_addr().unwrap(), config).await
}

async fn shown_over_quic_at(
    address: SocketAddr,
    config: &ClientConfig,
) -> Option<(String, quinn::Connection, quinn::Endpoint)> {
    let mut tls = config.clone();
    tls.alpn_protocols = vec![b"h3".to_vec()];
    let mut endpoint = quinn::Endpoint::client("127.0.0.1:0".parse().unwrap()).unwrap();
    let crypto = quinn::crypto::rustls::QuicClientConfig::try_from(tls).unwrap();
    endpoint.set_default_client_config(quinn::ClientConfig::new(Arc::new(crypto)));
    let quic = endpoint.connect(address, "a.example.com").unwrap().await.ok()?;
    let text = ask_over_quic(&quic).await?;
    Some((text, quic, endpoint))
}

async fn ask_over_quic(quic: &quinn::Connection) -> Option<String> {
    let (mut driver, mut sender) = h3::client::new(h3_quinn::Connection::new(quic.clone())).await.ok()?;
    let driving = tokio::spawn(async move { driver.wait_idle().await });
    let request = http::Request::get("https://a.example.com/a/x").body(()).unwrap();
    let mut stream = sender.send_request(request).await.ok()?;
    stream.finish().await.ok()?;
    // In TLS 1.3 the client is ready before the gateway has seen its certificate.
    let response = stream.recv_response().await.ok()?;
    driving.abort();
    Some(response.headers()["x-shown"].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn over_quic_clients_show_the_same_certificates_and_the_same_are_refused() {
    let kit = Kit::new().await;
    let (ours, theirs) = (Authority::new("Clients"), Authority::new("Clients"));
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    let eve = theirs.issue("eve", ExtendedKeyUsagePurpose::ClientAuth);
    let started = kit.start("told", Some(ours.auth(ClientAuthMode::Require, None)));
    let ask = async |own: Option<&Own>| {
        let known = shown_over_quic(&started, &client(&kit.server, own, &TLS13)).await;
        known.map(|(known, ..)| known)
    };
    assert_eq!(ask(Some(&ada)).await.as_deref(), Some("ada true"));
    for (who, own) in [("nobody", None), ("eve", Some(&eve))] {
        assert_eq!(ask(own).await, None, "{who}");
    }
    let optional = kit.snapshot("told", Some(ours.auth(ClientAuthMode::Request, None)));
    started.gateway.publish(Arc::new(optional)).unwrap();
    assert_eq!(ask(None).await.as_deref(), Some("nothing"));
    assert_eq!(ask(Some(&ada)).await.as_deref(), Some("ada true"));
    assert_eq!(ask(Some(&eve)).await, None);
    // Where a policy asks, whatever is shown is told, and whoever was not asked before is now.
    started.gateway.publish(Arc::new(kit.snapshot("told", None))).unwrap();
    assert_eq!(ask(Some(&eve)).await.as_deref(), Some("nothing"), "it is not asked");
    started.gateway.publish(Arc::new(kit.snapshot("shown", None))).unwrap();
    assert_eq!(ask(Some(&eve)).await.as_deref(), Some("eve false"));
    assert_eq!(ask(None).await.as_deref(), Some("nothing"));
}

#[tokio::test]
async fn clients_are_asked_where_a_policy_looks_at_certificates_and_nowhere_else() {
    let kit = Kit::new().await;
    let anybody = Authority::new("Anybody").issue("eve", ExtendedKeyUsagePurpose::ClientAuth);
    let started = kit.start("told", None);
    let config = client(&kit.server, Some(&anybody), &TLS13);
    let known = async |config: &Arc<ClientConfig>| shown(&started, config).await.unwrap().0;
    assert_eq!(known(&config).await, "nothing", "it is not asked");
    started.gateway.publish(Arc::new(kit.snapshot("shown", None))).unwrap();
    assert_eq!(known(&config).await, "eve false", "a session of before is not resumed");
    assert_eq!(known(&client(&kit.server, None, &TLS13)).await, "nothing");
    // A policy of all services asks as well.
    let mut wide = kit.snapshot("told", None);
    Arc::make_mut(&mut wide.gateway).policies = vec![PolicyUse::new("shown", serde_json::json!({}))];
    started.gateway.publish(Arc::new(wide)).unwrap();
    assert_eq!(known(&config).await, "eve false");
    started.gateway.publish(Arc::new(kit.snapshot("told", None))).unwrap();
    assert_eq!(known(&config).await, "nothing");
}

#[tokio::test]
async fn a_session_that_is_resumed_knows_its_certificate_until_something_else_is_asked() {
    let kit = Kit::new().await;
    let ours = Authority::new("Clients");
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    for version in [&TLS12, &TLS13] {
        let started = kit.start("told", Some(ours.auth(ClientAuthMode::Require, Some(9))));
        let config = client(&kit.server, Some(&ada), version);
        let verified = |kind| Some(("ada true".to_owned(), kind));
        assert_eq!(shown(&started, &config).await, verified(HandshakeKind::Full));
        assert_eq!(shown(&started, &config).await, verified(HandshakeKind::Resumed), "{version:?}");
        // Now it is revoked, and a ticket of before does not help.
        let revoking = kit.snapshot("told", Some(ours.auth(ClientAuthMode::Require, Some(7))));
        started.gateway.publish(Arc::new(revoking)).unwrap();
        for _ in 0..2 {
            assert_eq!(shown(&started, &config).await, None, "{version:?}");
        }
    }
}

#[tokio::test]
async fn authorities_that_cannot_be_used_are_told_and_what_was_there_stays() {
    let kit = Kit::new().await;
    let ours = Authority::new("Clients");
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    let started = kit.start("told", Some(ours.auth(ClientAuthMode::Require, None)));
    let mut broken = ours.auth(ClientAuthMode::Require, None);
    broken.read = Some(Box::new(ClientAuthPems { authorities: Some("x".to_owned()), revoked: None }));
    let findings = started.gateway.publish(Arc::new(kit.snapshot("told", Some(broken)))).unwrap_err();
    assert!(findings[0].to_string().contains("gateway/default: tls.client_auth.ca_file"), "{findings:?}");
    let config = client(&kit.server, Some(&ada), &TLS13);
    assert_eq!(shown(&started, &config).await.unwrap().0, "ada true");
    assert_eq!(shown(&started, &client(&kit.server, None, &TLS13)).await, None);
}

#[tokio::test]
async fn over_quic_a_listener_says_itself_whether_clients_are_asked_too() {
    let kit = Kit::new().await;
    let ours = Authority::new("Clients");
    let ada = ours.issue("ada", ExtendedKeyUsagePurpose::ClientAuth);
    let modes = ["never", "request", "require"];
    let started = start_of(CATALOGUE, listening(kit.snapshot("shown", None), &modes), Config::default());
    let (with, without) = (client(&kit.server, Some(&ada), &TLS13), client(&kit.server, None, &TLS13));
    let known = async |listener: &str, config| {
        let address = started.gateway.address(listener).unwrap();
        shown_over_quic_at(address, config).await.map(|(known, ..)| known)
    };
    for (listener, of_ada, of_nobody) in [
        ("never", Some("nothing"), Some("nothing")),
        ("request", Some("ada false"), Some("nothing")),
        ("require", Some("ada false"), None),
        ("https", Some("ada false"), Some("nothing")),
    ] {
        assert_eq!(known(listener, &with).await.as_deref(), of_ada, "{listener}");
        assert_eq!(known(listener, &without).await.as_deref(), of_nobody, "{listener}");
    }
    // What vouches for them is for the gateway to say.
    let eve = Authority::new("Clients").issue("eve", ExtendedKeyUsagePurpose::ClientAuth);
    let eve = client(&kit.server, Some(&eve), &TLS13);
    let auth = Some(ours.auth(ClientAuthMode::Require, None));
    started.gateway.publish(Arc::new(listening(kit.snapshot("shown", auth), &modes))).unwrap();
    assert_eq!(known("request", &with).await.as_deref(), Some("ada true"));
    assert_eq!(known("request", &eve).await, None);
    assert_eq!(known("request", &without).await.as_deref(), Some("nothing"));
    assert_eq!(known("never", &eve).await.as_deref(), Some("nothing"));
}
