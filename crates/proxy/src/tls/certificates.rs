//! The certificates of a snapshot, by the name a client asks for.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use model::{Finding, snapshot::CertificateFiles};
use policy::x509::Described;
use rustls::{SignatureScheme, pki_types::CertificateDer, sign::CertifiedKey};

use super::read_pem;
use crate::Pem;

/// The certificates of a snapshot by host name.
#[derive(Debug, Default)]
pub(crate) struct Certificates {
    named: BTreeMap<Arc<str>, Named>,
    /// Those that an authority has not given yet.
    awaited: BTreeSet<Arc<str>>,
    exact: ByHost,
    /// By what follows the asterisk and its dot; one label stands in for it (RFC 9525 §6.3).
    wildcard: ByHost,
}

/// Several for one host differ in what they can sign with.
type ByHost = HashMap<Box<str>, Vec<Arc<CertifiedKey>>>;

/// A certificate, and the files it was read from.
#[derive(Debug)]
struct Named {
    files: Arc<CertificateFiles>,
    key: Arc<CertifiedKey>,
    status: CertificateStatus,
}

/// A certificate as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateStatus {
    pub name: Arc<str>,
    /// Host names it is served for.
    pub hosts: Vec<String>,
    /// Seconds since 1970 from when on it is valid, and until when.
    pub not_before: i64,
    pub not_after: i64,
}

impl Certificates {
    /// Reads all of a snapshot; what is the same as before by pointer is taken over.
    pub(crate) fn read(
        all: &BTreeMap<Arc<str>, Arc<CertificateFiles>>,
        before: Option<&Certificates>,
        findings: &mut Vec<Finding>,
    ) -> Certificates {
        let mut certificates = Certificates::default();
        for (name, files) in all {
            if files.is_awaited() {
                certificates.awaited.insert(Arc::clone(name));
                continue;
            }
            let known = before.and_then(|before| before.named.get(name));
            let key = match known.filter(|known| Arc::ptr_eq(&known.files, files)) {
                Some(known) => Ok(Arc::clone(&known.key)),
                None => {
                    let pem = Pem { chain: files.chain.clone(), key: files.key.clone() };
                    read_pem(&pem).map(|key| Arc::new(CertifiedKey { ocsp: files.ocsp.clone(), ..key }))
                }
            };
            match key {
                Ok(key) => certificates.add(files, key),
                Err(message) => {
                    let place = format!("certificate/{}", files.certificate.name);
                    findings.push(Finding::error("invalid-certificate", message).in_resource(place));
                }
            }
        }
        certificates
    }

    fn add(&mut self, files: &Arc<CertificateFiles>, key: Arc<CertifiedKey>) {
        let hosts = if files.certificate.hosts.is_empty() {
            key.end_entity_cert().map(names).unwrap_or_default()
        } else {
            files.certificate.hosts.clone()
        };
        for host in &hosts {
            let host = host.to_ascii_lowercase();
            let same = match host.strip_prefix("*.") {
                Some(parent) => self.wildcard.entry(parent.into()),
                None => self.exact.entry(host.into()),
            };
            same.or_default().push(Arc::clone(&key));
        }
        let described = key.end_entity_cert().ok().and_then(|certificate| Described::read(certificate));
        let (not_before, not_after) =
            described.map_or((0, 0), |described| (described.not_before, described.not_after));
        let name = files.certificate.name.shared();
        let status = CertificateStatus { name: Arc::clone(&name), hosts, not_before, not_after };
        self.named.insert(name, Named { files: Arc::clone(files), key, status });
    }

    /// The one for a host, among several the first that can sign as the client asks.
    pub(crate) fn find(&self, host: &str, schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let host = host.to_ascii_lowercase();
        let found = self.exact.get(&*host).or_else(|| {
            let (label, parent) = host.split_once('.')?;
            self.wildcard.get(parent).filter(|_| !label.is_empty())
        })?;
        let fits = found.iter().find(|key| key.key.choose_scheme(schemes).is_some());
        fits.or(found.first()).cloned()
    }

    /// The one with a name.
    pub(crate) fn named(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        self.named.get(name).map(|named| &named.key)
    }

    /// Whether there will be one with a name.
    pub(crate) fn awaits(&self, name: &str) -> bool {
        self.awaited.contains(name)
    }

    /// The first by name.
    pub(crate) fn first(&self) -> Option<&Arc<CertifiedKey>> {
        self.named.values().next().map(|named| &named.key)
    }

    pub(crate) fn status(&self) -> Vec<CertificateStatus> {
        self.named.values().map(|named| named.status.clone()).collect()
    }
}

/// The DNS names a certificate names itself: its subjectAltName extension (RFC 5280 §4.2.1.6).
fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let parsed = webpki::EndEntityCert::try_from(certificate);
    parsed.map(|certificate| certificate.valid_dns_names().map(str::to_owned).collect()).unwrap_or_default()
}
