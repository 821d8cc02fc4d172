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

/// What clients get that name no host, or one that no certificate is for.
#[derive(Clone, Debug)]
pub(crate) struct Fallback {
    pub(crate) key: Arc<CertifiedKey>,
    /// What it is called where it is that of no resource.
    pub(crate) name: &'static str,
}

/// A certificate as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateStatus {
    pub name: Arc<str>,
    /// Host names it is served for.
    pub hosts: Vec<String>,
    /// As RFC 4514 writes them: `CN=ada,O=Example`.
    pub subject: String,
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// Seconds since 1970 from when on it is valid, and until when.
    pub not_before: i64,
    pub not_after: i64,
    /// Certificates that are sent: its own, and those that lead to its authority.
    pub chain: usize,
    /// Whether an answer of its authority's OCSP service is sent along.
    pub stapled: bool,
    /// Whether clients get it that name no host, or one that no certificate is for.
    pub is_default: bool,
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
        let name = files.certificate.name.shared();
        let status = CertificateStatus::of(Arc::clone(&name), &key, hosts);
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

    /// How they are served, with the one for clients that none is for; that stands at the end where it is none of them, by a name no
    /// resource has.
    pub(crate) fn status(&self, fallback: Option<&Fallback>) -> Vec<CertificateStatus> {
        let status = |named: &Named| {
            let is_default = fallback.is_some_and(|fallback| Arc::ptr_eq(&fallback.key, &named.key));
            CertificateStatus { is_default, ..named.status.clone() }
        };
        let mut all: Vec<_> = self.named.values().map(status).collect();
        if let Some(fallback) = fallback.filter(|_| !all.iter().any(|status| status.is_default)) {
            let hosts = fallback.key.end_entity_cert().map(names).unwrap_or_default();
            let status = CertificateStatus::of(fallback.name.into(), &fallback.key, hosts);
            all.push(CertificateStatus { is_default: true, ..status });
        }
        all
    }
}

impl CertificateStatus {
    fn of(name: Arc<str>, key: &CertifiedKey, hosts: Vec<String>) -> CertificateStatus {
        let described = key.end_entity_cert().ok().and_then(|certificate| Described::read(certificate));
        let described = described.unwrap_or_default();
        CertificateStatus {
            name,
            hosts,
            subject: described.subject,
            issuer: described.issuer,
            serial: described.serial,
            not_before: described.not_before,
            not_after: described.not_after,
            chain: key.cert.len(),
            stapled: key.ocsp.is_some(),
            is_default: false,
        }
    }
}

/// The DNS names a certificate names itself: its subjectAltName extension (RFC 5280 §4.2.1.6).
fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let parsed = webpki::EndEntityCert::try_from(certificate);
    parsed.map(|certificate| certificate.valid_dns_names().map(str::to_owned).collect()).unwrap_or_default()
}
