//! The TLS side of listeners: what a gateway's `tls` comes to.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock},
};

use model::{AskedCertificate, CipherSuite, ClientAuth, Finding, GatewayTls, TlsVersion};
use policy::ClientCertificate;
use rustls::{
    ServerConfig, ServerConnection, SupportedCipherSuite, SupportedProtocolVersion,
    crypto::{CryptoProvider, aws_lc_rs::cipher_suite as suites},
    pki_types::CertificateDer,
    server::{ClientHello, ProducesTickets, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{Certificates, Fallback, asking::Asking, provider, read_pem, self_signed};
use crate::{Pem, StartError, worker::lock};

/// What TLS configurations are made with; outlives snapshots.
pub(crate) struct Terms {
    given: Option<Arc<CertifiedKey>>,
    made: OnceLock<Option<Arc<CertifiedKey>>>,
    /// Keys of session tickets, shared by all workers. They outlive configurations, so that clients resume after a change.
    tickets: Arc<dyn ProducesTickets>,
    /// Those of sessions in which clients were asked for a certificate, and what was asked: once that is something else, nobody goes on
    /// with what was accepted before.
    asked: Mutex<Vec<Tickets>>,
}

/// What the certificate of the command line is called.
const GIVEN: &str = "(given)";
/// What one is called that was made here, and nobody trusts.
const MADE: &str = "(made)";

/// Whether clients are asked for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Where `client_auth` says so.
    AsConfigured,
    /// Policies look at certificates, too.
    ForPolicies,
    /// As the listener says itself.
    By(AskedCertificate),
}

impl Asked {
    pub(crate) fn of(for_policies: bool) -> Asked {
        if for_policies { Asked::ForPolicies } else { Asked::AsConfigured }
    }
}

/// What was asked of clients, and the keys of tickets for their sessions.
struct Tickets {
    auth: Option<Box<ClientAuth>>,
    by: Option<AskedCertificate>,
    keys: Arc<dyn ProducesTickets>,
}

/// What is spoken on TLS listeners.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) fallback: Fallback,
    asking: Option<Arc<Asking>>,
}

impl Server {
    /// What the client of a connection has shown.
    ///
    /// # Errors
    /// It must not go on.
    pub(crate) fn shown(&self, session: &ServerConnection) -> io::Result<Option<Arc<ClientCertificate>>> {
        self.asking.as_ref().map_or(Ok(None), |asking| asking.shown(session))
    }

    /// The same of a connection of QUIC.
    ///
    /// # Errors
    /// See there.
    pub(crate) fn shown_over_quic(
        &self,
        quic: &quinn::Connection,
    ) -> io::Result<Option<Arc<ClientCertificate>>> {
        let Some(asking) = &self.asking else { return Ok(None) };
        let chain =
            quic.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
        // Whether the session was resumed is not told.
        asking.shown_by(&chain.unwrap_or_default(), true)
    }
}

impl Terms {
    /// # Errors
    /// A fallback certificate that is not usable, or no random source.
    pub(crate) fn new(fallback: Option<&Pem>) -> Result<Terms, StartError> {
        let given = fallback.map(|pem| read_pem(pem).map(Arc::new)).transpose();
        let tickets = rustls::crypto::aws_lc_rs::Ticketer::new();
        Ok(Terms {
            given: given.map_err(StartError::Certificate)?,
            made: OnceLock::new(),
            asked: Mutex::default(),
            tickets: tickets.map_err(|error| StartError::Certificate(error.to_string()))?,
        })
    }

    /// The configuration of TLS listeners; `None` with a finding where there can be none.
    pub(crate) fn server(
        &self,
        tls: &GatewayTls,
        asked: Asked,
        certificates: &Arc<Certificates>,
        place: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<Arc<Server>> {
        let mut fault = |field: &str, message: String| {
            let finding = Finding::error("invalid-tls", message).in_resource(place);
            findings.push(finding.in_field(format!("tls.{field}")));
        };
        let faults = tls.faults();
        if !faults.is_empty() {
            faults.into_iter().for_each(|(field, message)| fault(&field, message));
            return None;
        }
        let named = tls.default_certificate.as_ref().filter(|name| !certificates.awaits(name.as_str()));
        let mut name = GIVEN;
        let key = match named {
            Some(name) => {
                let named = certificates.named(name.as_str());
                if named.is_none() {
                    fault(
                        "default_certificate",
                        format!("there is no certificate `{name}` that can be used"),
                    );
                }
                Arc::clone(named?)
            }
            None => match self.given.as_ref().or(certificates.first()) {
                Some(key) => Arc::clone(key),
                None => {
                    name = MADE;
                    self.made()?
                }
            },
        };
        let fallback = Fallback { key, name };
        let resolver = ByName { certificates: Arc::clone(certificates), fallback: Arc::clone(&fallback.key) };
        let builder =
            ServerConfig::builder_with_provider(speaking(tls)).with_protocol_versions(&versions(tls));
        let builder = builder.map_err(|error| fault("ciphers", error.to_string())).ok()?;
        let auth = tls.client_auth.as_deref();
        let by = match asked {
            Asked::By(mode) => Some(mode),
            _ => None,
        };
        let asks = match asked {
            Asked::AsConfigured => auth.is_some(),
            Asked::ForPolicies => true,
            Asked::By(mode) => mode != AskedCertificate::Never,
        };
        let asking = asks.then(|| Asking::read(auth, by)).transpose();
        let asking = asking.map_err(|(field, message)| fault(&format!("client_auth.{field}"), message));
        let asking = asking.ok()?.map(Arc::new);
        let builder = match &asking {
            Some(asking) => builder.with_client_cert_verifier(Arc::clone(asking) as _),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(resolver));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // In the order of the list where somebody gave one.
        config.ignore_client_order = !tls.ciphers.is_empty();
        if tls.session_tickets {
            config.ticketer = match &asking {
                Some(_) => self
                    .tickets_of(tls, by)
                    .map_err(|error| fault("session_tickets", error.to_string()))
                    .ok()?,
                None => Arc::clone(&self.tickets),
            };
        } else {
            config.send_tls13_tickets = 0;
            config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
        }
        if cfg!(feature = "fips") && !config.fips() {
            fault("ciphers", "what would be spoken is not approved by FIPS 140-3".to_owned());
            return None;
        }
        Some(Arc::new(Server { config: Arc::new(config), fallback, asking }))
    }

    /// The keys of tickets for sessions in which this was asked of clients.
    fn tickets_of(
        &self,
        tls: &GatewayTls,
        by: Option<AskedCertificate>,
    ) -> Result<Arc<dyn ProducesTickets>, rustls::Error> {
        let mut asked = lock(&self.asked);
        asked.retain(|known| known.auth == tls.client_auth);
        if let Some(known) = asked.iter().find(|known| known.by == by) {
            return Ok(Arc::clone(&known.keys));
        }
        let keys = rustls::crypto::aws_lc_rs::Ticketer::new()?;
        asked.push(Tickets { auth: tls.client_auth.clone(), by, keys: Arc::clone(&keys) });
        Ok(keys)
    }

    /// A certificate nobody trusts, made once.
    fn made(&self) -> Option<Arc<CertifiedKey>> {
        let make = || {
            let made = self_signed().map_err(|error| error.to_string()).and_then(|pem| read_pem(&pem));
            made.map(Arc::new)
                .map_err(|error| tracing::error!(%error, "no certificate could be made for TLS listeners"))
                .ok()
        };
        self.made.get_or_init(make).clone()
    }
}

pub(super) fn speaking(tls: &GatewayTls) -> Arc<CryptoProvider> {
    let mut provider = Arc::unwrap_or_clone(provider());
    if !tls.ciphers.is_empty() {
        provider.cipher_suites = tls.suites().map(suite).collect();
    }
    Arc::new(provider)
}

/// The versions that have a cipher suite.
fn versions(tls: &GatewayTls) -> Vec<&'static SupportedProtocolVersion> {
    let has = |version| tls.suites().any(|suite| suite.version() == version);
    let all = [(TlsVersion::V13, &TLS13), (TlsVersion::V12, &TLS12)];
    all.into_iter().filter(|(version, _)| has(*version)).map(|(_, version)| version).collect()
}

fn suite(suite: CipherSuite) -> SupportedCipherSuite {
    match suite {
        CipherSuite::Aes256Gcm => suites::TLS13_AES_256_GCM_SHA384,
        CipherSuite::Aes128Gcm => suites::TLS13_AES_128_GCM_SHA256,
        CipherSuite::ChaCha20 => suites::TLS13_CHACHA20_POLY1305_SHA256,
        CipherSuite::EcdsaAes256Gcm => suites::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::EcdsaAes128Gcm => suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::EcdsaChaCha20 => suites::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite::RsaAes256Gcm => suites::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::RsaAes128Gcm => suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::RsaChaCha20 => suites::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    }
}

/// Chooses a certificate by the name a client asks for.
#[derive(Debug)]
struct ByName {
    certificates: Arc<Certificates>,
    fallback: Arc<CertifiedKey>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let found =
            hello.server_name().and_then(|name| self.certificates.find(name, hello.signature_schemes()));
        Some(found.unwrap_or_else(|| Arc::clone(&self.fallback)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_with_the_fips_module_speaks_what_is_approved_and_others_speak_more() {
        let terms = Terms::new(None).unwrap();
        let server = |ciphers: &[CipherSuite]| {
            let tls = GatewayTls { ciphers: ciphers.to_vec(), ..GatewayTls::default() };
            let mut findings = Vec::new();
            let made =
                terms.server(&tls, Asked::ForPolicies, &Arc::default(), "gateway/default", &mut findings);
            (made.map(|made| made.config.fips()), findings.len())
        };
        if cfg!(feature = "fips") {
            assert!(aws_lc_rs::try_fips_mode().is_ok(), "AWS-LC {}", aws_lc_rs::awslc_version());
            assert_eq!(server(&[]), (Some(true), 0));
            assert_eq!(server(&[CipherSuite::Aes256Gcm]), (Some(true), 0));
            assert_eq!(server(&[CipherSuite::Aes256Gcm, CipherSuite::ChaCha20]), (None, 1));
        } else {
            assert_eq!(server(&[CipherSuite::ChaCha20]), (Some(false), 0));
        }
    }
}
