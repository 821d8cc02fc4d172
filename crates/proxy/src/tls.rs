//! TLS toward clients: certificates by the name the client asks for.

use std::{collections::HashMap, io::BufReader, sync::Arc};

use arc_swap::ArcSwap;
use model::{Finding, snapshot::CertificateFiles};
use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use crate::{Pem, StartError, table::Table};

/// The certificates of a snapshot by host name.
#[derive(Debug, Default)]
pub(crate) struct Certificates {
    exact: HashMap<Box<str>, Arc<CertifiedKey>>,
    /// By what follows the asterisk and its dot; one label stands in for it (RFC 9525 §6.3).
    wildcard: HashMap<Box<str>, Arc<CertifiedKey>>,
}

impl Certificates {
    pub(crate) fn read<'a>(
        files: impl Iterator<Item = &'a Arc<CertificateFiles>>,
        findings: &mut Vec<Finding>,
    ) -> Certificates {
        let mut certificates = Certificates::default();
        for files in files {
            let pem = Pem { chain: files.chain.clone(), key: files.key.clone() };
            let place = format!("certificate/{}", files.certificate.name);
            match read_pem(&pem) {
                Ok(key) => certificates.add(&files.certificate.hosts, Arc::new(key)),
                Err(message) => {
                    findings.push(Finding::error("invalid-certificate", message).in_resource(place));
                }
            }
        }
        certificates
    }

    fn add(&mut self, hosts: &[String], key: Arc<CertifiedKey>) {
        let named;
        let hosts = if hosts.is_empty() {
            named = key.end_entity_cert().map(names).unwrap_or_default();
            &named
        } else {
            hosts
        };
        for host in hosts {
            let host = host.to_ascii_lowercase();
            match host.strip_prefix("*.") {
                Some(parent) => self.wildcard.entry(parent.into()).or_insert_with(|| Arc::clone(&key)),
                None => self.exact.entry(host.into()).or_insert_with(|| Arc::clone(&key)),
            };
        }
    }

    fn find(&self, host: &str) -> Option<Arc<CertifiedKey>> {
        let host = host.to_ascii_lowercase();
        let found = self.exact.get(&*host).or_else(|| {
            let (label, parent) = host.split_once('.')?;
            self.wildcard.get(parent).filter(|_| !label.is_empty())
        });
        found.cloned()
    }
}

/// The TLS side of a listener; follows the table in force.
///
/// # Errors
/// A fallback certificate that is not usable.
pub(crate) fn server_config(
    fallback: Option<&Pem>,
    table: Arc<ArcSwap<Table>>,
) -> Result<Arc<ServerConfig>, StartError> {
    let made;
    let pem = match fallback {
        Some(pem) => pem,
        None => {
            made = self_signed().map_err(|error| StartError::Certificate(error.to_string()))?;
            &made
        }
    };
    let fallback = Arc::new(read_pem(pem).map_err(StartError::Certificate)?);
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| StartError::Certificate(error.to_string()))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName { table, fallback }));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Makes a certificate nobody trusts, for `localhost`, so that TLS works before one is configured.
///
/// # Errors
/// The random source or the crypto library refused.
pub fn self_signed() -> Result<Pem, rcgen::Error> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names)?;
    Ok(Pem { chain: made.cert.pem(), key: made.signing_key.serialize_pem() })
}

struct ByName {
    table: Arc<ArcSwap<Table>>,
    fallback: Arc<CertifiedKey>,
}

impl std::fmt::Debug for ByName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByName").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let found = hello.server_name().and_then(|name| self.table.load().certificates.find(name));
        Some(found.unwrap_or_else(|| Arc::clone(&self.fallback)))
    }
}

fn read_pem(pem: &Pem) -> Result<CertifiedKey, String> {
    let chain: Vec<_> = CertificateDer::pem_reader_iter(BufReader::new(pem.chain.as_bytes()))
        .collect::<Result<_, _>>()
        .map_err(|_| "the certificate is not PEM".to_owned())?;
    if chain.is_empty() {
        return Err("the PEM file has no certificate".to_owned());
    }
    let key = PrivateKeyDer::from_pem_reader(BufReader::new(pem.key.as_bytes()))
        .map_err(|_| "the private key is not PEM".to_owned())?;
    CertifiedKey::from_der(chain, key, &provider())
        .map_err(|error| format!("the certificate is not usable: {error}"))
}

/// The DNS names a certificate names itself: its subjectAltName extension (RFC 5280 §4.2.1.6).
fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let parsed = webpki::EndEntityCert::try_from(certificate);
    parsed.map(|certificate| certificate.valid_dns_names().map(str::to_owned).collect()).unwrap_or_default()
}
