//! Answers the challenges of authorities that are asked for certificates: http-01 (RFC 8555 §8.3) and tls-alpn-01 (RFC 8737).

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use arc_swap::ArcSwap;
use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use head::Headers;
use http::{HeaderValue, Method, StatusCode, header};
use model::{ChallengeType, GatewayTls, OpenChallenge};
use policy::Reply;
use rcgen::{CertificateParams, CustomExtension, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::PrivatePkcs8KeyDer,
    server::{Acceptor, ClientHello},
    sign::{CertifiedKey, SingleCertAndKey},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

use super::server::speaking;

/// Where authorities ask for tokens.
const PATH: &str = "/.well-known/acme-challenge/";
/// What is spoken in handshakes that are challenges (RFC 8737 §6.2).
const ALPN: &[u8] = b"acme-tls/1";

/// The challenges that are open, for all workers. While there are none, this is one flag to look at.
#[derive(Default)]
pub(crate) struct Challenges {
    are_open: AtomicBool,
    open: ArcSwap<Open>,
}

#[derive(Default)]
struct Open {
    told: Vec<OpenChallenge>,
    /// Key authorizations by token.
    tokens: HashMap<String, Bytes>,
    /// By host, in lower case.
    handshakes: HashMap<String, Arc<ServerConfig>>,
}

impl Challenges {
    /// Answers these from now on, and no others.
    pub(crate) fn put(&self, told: &[OpenChallenge]) {
        let before = self.open.load();
        if before.told == told {
            return;
        }
        let mut open = Open { told: told.to_vec(), ..Open::default() };
        for challenge in told {
            match challenge.challenge {
                ChallengeType::Http01 => {
                    let answer = Bytes::from(challenge.key_authorization.clone());
                    open.tokens.insert(challenge.token.clone(), answer);
                }
                ChallengeType::TlsAlpn01 => {
                    let host = challenge.host.to_ascii_lowercase();
                    match handshake(&host, &challenge.key_authorization) {
                        Ok(config) => drop(open.handshakes.insert(host, config)),
                        Err(error) => {
                            tracing::error!(host, %error, "no certificate could be made to answer a challenge");
                        }
                    }
                }
            }
        }
        let are_open = !told.is_empty();
        self.open.store(Arc::new(open));
        self.are_open.store(are_open, Relaxed);
    }

    pub(crate) fn are_open(&self) -> bool {
        self.are_open.load(Relaxed)
    }

    /// The answer to a request, where it is that of an authority.
    pub(crate) fn reply(&self, method: &Method, path: &str) -> Option<Reply> {
        let token = path.strip_prefix(PATH).filter(|_| method == Method::GET || method == Method::HEAD)?;
        let answer = self.open.load().tokens.get(token)?.clone();
        let mut headers = Headers::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(Reply::answer(StatusCode::OK, headers, answer))
    }

    /// Shakes hands with whoever comes: with clients as usual, and with authorities as they want it, which ends the connection.
    ///
    /// # Errors
    /// A handshake that fails, and one that was a challenge.
    pub(crate) async fn shake_hands(
        &self,
        stream: TcpStream,
        usual: &Arc<ServerConfig>,
    ) -> io::Result<TlsStream<TcpStream>> {
        let started = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let Some(config) = self.asked_for(&started.client_hello()) else {
            return started.into_stream(Arc::clone(usual)).await;
        };
        let mut stream = started.into_stream(config).await?;
        stream.shutdown().await?;
        Err(io::Error::other("a challenge was answered, after which nothing is said"))
    }

    /// What a handshake is answered with, where it is a challenge.
    fn asked_for(&self, hello: &ClientHello<'_>) -> Option<Arc<ServerConfig>> {
        let mut offered = hello.alpn()?;
        if offered.next() != Some(ALPN) || offered.next().is_some() {
            return None;
        }
        self.open.load().handshakes.get(&hello.server_name()?.to_ascii_lowercase()).cloned()
    }
}

/// The certificate that answers a challenge, and how it is shown (RFC 8737 §3).
fn handshake(host: &str, key_authorization: &str) -> Result<Arc<ServerConfig>, String> {
    let make = || {
        let mut params = CertificateParams::new([host.to_owned()])?;
        let digest = digest(&SHA256, key_authorization.as_bytes());
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest.as_ref())];
        let key = KeyPair::generate()?;
        Ok::<_, rcgen::Error>((params.self_signed(&key)?.der().clone(), key.serialize_der()))
    };
    let (certificate, key) = make().map_err(|error| error.to_string())?;
    let provider = speaking(&GatewayTls::default());
    let key = provider.key_provider.load_private_key(PrivatePkcs8KeyDer::from(key).into());
    let key = key.map_err(|error| error.to_string())?;
    // Not checked against each other: what checks them refuses a critical extension that it does not know.
    let resolver = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
