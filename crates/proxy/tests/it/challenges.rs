//! Challenges of authorities that are asked for certificates (RFC 8555 §8.3, RFC 8737).

use std::sync::Arc;

use model::{ChallengeType, OpenChallenge, snapshot::CertificateFiles};
use policy::x509::Described;
use rustls::{
    ClientConfig,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_rustls::TlsConnector;

use crate::{
    kit::{Started, pass, snapshot, start, upstream},
    origin::Origin,
    tls::speaking,
};

fn open(challenge: ChallengeType) -> OpenChallenge {
    OpenChallenge {
        host: "Shop.example.com".to_owned(),
        challenge,
        token: "a-token".to_owned(),
        key_authorization: "a-token.a-thumbprint".to_owned(),
    }
}

fn is_open(path: &str) -> String {
    format!("GET /.well-known/acme-challenge/{path} HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
}

#[tokio::test]
async fn a_token_is_answered_ahead_of_routes_while_its_challenge_is_open_and_other_paths_are_not() {
    let origin = Origin::ok().await;
    let started = start(snapshot(vec![pass("a", "/", upstream(json!({ "endpoints": [origin.url()] })))]));
    let body = async |path: &str| started.send(&is_open(path)).await.body;
    assert_eq!(body("a-token").await, "ok", "it is a path like any other");
    started.gateway.answer(&[open(ChallengeType::Http01)]);
    let answer = started.send(&is_open("a-token")).await;
    assert_eq!((answer.status, &*answer.body), (200, "a-token.a-thumbprint"));
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    for other in ["other", "", "a-token/x", "A-TOKEN"] {
        assert_eq!(body(other).await, "ok", "{other}");
    }
    let posted = "POST /.well-known/acme-challenge/a-token HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(started.send(posted).await.body, "ok");
    started.gateway.answer(&[]);
    assert_eq!(body("a-token").await, "ok");
    assert_eq!(origin.log.seen().len(), 7);
}

/// Trusts whatever it is shown: what an authority looks at is not whom it is from.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// The certificate that a client with these protocols is shown, and what was agreed on; `None` where the handshake fails. Authorities say
/// nothing after it: whether the gateway closes is the third.
async fn shown(
    started: &Started,
    host: &str,
    protocols: &[&str],
) -> Option<(Vec<u8>, Option<Vec<u8>>, bool)> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody));
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(started.gateway.https_addr().unwrap()).await.unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    let session = stream.get_ref().1;
    let certificate = session.peer_certificates().unwrap()[0].to_vec();
    let agreed = session.alpn_protocol().map(<[u8]>::to_vec);
    let closes =
        agreed.as_deref() == Some(b"acme-tls/1") && matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_));
    Some((certificate, agreed, closes))
}

#[tokio::test]
async fn a_handshake_that_is_a_challenge_is_shown_its_certificate_and_others_are_as_ever() {
    // Whoever asks all clients for a certificate need not have authorities show one.
    let tls = serde_json::from_value(json!({ "client_auth": { "mode": "require" } })).unwrap();
    let strict = start(speaking(snapshot(Vec::new()), tls));
    let usual = start(snapshot(Vec::new()));
    for started in [&usual, &strict] {
        assert_eq!(shown(started, "shop.example.com", &["acme-tls/1"]).await, None, "none is open");
        started.gateway.answer(&[open(ChallengeType::TlsAlpn01)]);
        let (certificate, agreed, closes) =
            shown(started, "shop.example.com", &["acme-tls/1"]).await.unwrap();
        assert_eq!((agreed.as_deref(), closes), (Some(&b"acme-tls/1"[..]), true));
        assert_eq!(Described::read(&certificate).unwrap().dns, ["shop.example.com"]);
        // id-pe-acmeIdentifier, critical, with the SHA-256 of the key authorization (RFC 8737 §3).
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"a-token.a-thumbprint");
        let extension = [
            &[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 1, 0x1f, 0x01, 1, 0xff, 0x04, 34, 0x04, 32][..],
            digest.as_ref(),
        ]
        .concat();
        assert!(certificate.windows(extension.len()).any(|part| part == extension));
        for (host, protocols) in
            [("other.example.com", &["acme-tls/1"][..]), ("shop.example.com", &["acme-tls/1", "x"])]
        {
            assert_eq!(shown(started, host, protocols).await, None, "{host} {protocols:?}");
        }
    }
    let (certificate, agreed, _) = shown(&usual, "shop.example.com", &["h2", "acme-tls/1"]).await.unwrap();
    assert_eq!(agreed.as_deref(), Some(&b"h2"[..]));
    assert_ne!(Described::read(&certificate).unwrap().dns, ["shop.example.com"]);
    usual.gateway.answer(&[]);
    assert_eq!(shown(&usual, "shop.example.com", &["acme-tls/1"]).await, None);
}

#[tokio::test]
async fn a_certificate_that_is_awaited_does_not_keep_a_gateway_from_serving() {
    let mut awaiting = snapshot(Vec::new());
    let document = json!({ "name": "site", "hosts": ["shop.example.com"], "acme": { "terms_agreed": true } });
    let files = CertificateFiles::awaited(serde_json::from_value(document).unwrap());
    awaiting.certificates.insert("site".into(), Arc::new(files));
    let tls = serde_json::from_value(json!({ "default_certificate": "site" })).unwrap();
    let started = start(speaking(awaiting, tls));
    assert!(shown(&started, "shop.example.com", &["http/1.1"]).await.is_some());
    let served = started.gateway.status().certificates;
    assert!(served.len() == 1 && served[0].is_default && &*served[0].name != "site", "{served:?}");
}
