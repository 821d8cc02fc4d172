//! Authorities that vouch for clients: which certificates lead to one of them (RFC 5280 §6).

use std::{fmt, time::Duration};

use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, TrustAnchor, UnixTime, pem::PemObject};
use webpki::{
    ALL_VERIFICATION_ALGS, Cert, CertRevocationList, EndEntityCert, Error, ExpirationPolicy, KeyUsage,
    OwnedCertRevocationList, RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy,
    VerifiedPath, anchor_from_trusted_cert,
};

use crate::{
    ClientCertificate,
    ocsp::{self, Issued},
};

/// Authorities at most.
const MOST: usize = 1024;
/// Certificates of a client's chain at most, its own included.
const LONGEST: usize = 10;

/// Authorities, and what they have revoked.
pub struct Trust {
    anchors: Vec<TrustAnchor<'static>>,
    /// The names of the authorities in DER, without the SEQUENCE around them.
    names: Vec<Vec<u8>>,
    lists: Vec<CertRevocationList<'static>>,
}

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untrusted {
    Expired,
    NotYetValid,
    /// No authority here vouches for it.
    UnknownIssuer,
    /// It is for something else than to be a client.
    WrongPurpose,
    Revoked,
    /// No list says whether it is revoked, or the one that does is out of date.
    UnknownStatus,
    TooLong,
    Other(String),
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Untrusted::Expired => "it has expired",
            Untrusted::NotYetValid => "it is not valid yet",
            Untrusted::UnknownIssuer => "no authority that is trusted here vouches for it",
            Untrusted::WrongPurpose => "it is not made for clients (extendedKeyUsage)",
            Untrusted::Revoked => "it is revoked",
            Untrusted::UnknownStatus => "no list that is up to date says whether it is revoked",
            Untrusted::TooLong => "its chain is too long",
            Untrusted::Other(why) => why,
        })
    }
}

impl Trust {
    /// Reads certificates of authorities, and lists of what they have revoked, both PEM.
    ///
    /// # Errors
    /// What is wrong, with the field `ca_file` or `crl_file`.
    pub fn read(authorities: &str, revoked: Option<&str>) -> Result<Trust, (&'static str, String)> {
        let mut trust = Trust { anchors: Vec::new(), names: Vec::new(), lists: Vec::new() };
        for certificate in CertificateDer::pem_slice_iter(authorities.as_bytes()) {
            let certificate = certificate.map_err(|_| ("ca_file", "is not PEM".to_owned()))?;
            let anchor = anchor_from_trusted_cert(&certificate);
            let anchor = anchor
                .map_err(|error| ("ca_file", format!("a certificate in it cannot be used: {error:?}")))?;
            trust.names.push(anchor.subject.to_vec());
            trust.anchors.push(anchor.to_owned());
        }
        if trust.anchors.is_empty() {
            return Err(("ca_file", "holds no certificate in PEM".to_owned()));
        }
        if trust.anchors.len() > MOST {
            return Err(("ca_file", format!("holds more than {MOST} certificates")));
        }
        let Some(revoked) = revoked else { return Ok(trust) };
        for list in CertificateRevocationListDer::pem_slice_iter(revoked.as_bytes()) {
            let list = list.map_err(|_| ("crl_file", "is not PEM".to_owned()))?;
            let list = OwnedCertRevocationList::from_der(&list);
            let list = list.map_err(|error| {
                ("crl_file", format!("a revocation list in it cannot be used: {error:?}"))
            })?;
            trust.lists.push(list.into());
        }
        if trust.lists.is_empty() {
            let message =
                "holds no revocation list in PEM (`openssl crl -inform DER -outform PEM` makes it of DER)";
            return Err(("crl_file", message.to_owned()));
        }
        Ok(trust)
    }

    /// The names of the authorities in DER, without the SEQUENCE around them, for clients to choose a certificate by.
    pub fn names(&self) -> &[Vec<u8>] {
        &self.names
    }

    /// Whether a chain, the client's own certificate first, leads to one of the authorities at a time, seconds since 1970, and is for
    /// clients. With revocation lists, each certificate of the chain must be covered by one that is up to date.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn verify<'c>(&self, chain: impl Iterator<Item = &'c [u8]>, now: u64) -> Result<(), Untrusted> {
        self.path(chain, now, |_| ())
    }

    /// As [`Trust::accepts`]; the certificates that lead to the authority with who issued each, the client's own first.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn issued(&self, shown: &ClientCertificate, now: u64) -> Result<Vec<Issued>, Untrusted> {
        self.path(shown.chain(), now, |path| {
            let own: &Cert<'_> = path.end_entity();
            let all: Vec<&Cert<'_>> = std::iter::once(own).chain(path.intermediate_certificates()).collect();
            let above = all.iter().skip(1).map(|above| above.subject_public_key_info());
            let last = ocsp::key_of(path.anchor());
            let keys = above.chain(std::iter::once(last));
            all.iter().zip(keys).map(|(certificate, key)| Issued::new(certificate, &key)).collect()
        })
    }

    fn path<'c, T>(
        &self,
        mut chain: impl Iterator<Item = &'c [u8]>,
        now: u64,
        found: impl FnOnce(&VerifiedPath<'_>) -> T,
    ) -> Result<T, Untrusted> {
        let own = chain.next().map(CertificateDer::from).ok_or(Untrusted::UnknownIssuer)?;
        let between: Vec<CertificateDer<'_>> = chain.take(LONGEST).map(CertificateDer::from).collect();
        if between.len() >= LONGEST {
            return Err(Untrusted::TooLong);
        }
        let own = EndEntityCert::try_from(&own).map_err(|error| untrusted(&error))?;
        let lists: Vec<&CertRevocationList<'_>> = self.lists.iter().collect();
        let revocation = RevocationOptionsBuilder::new(&lists).ok().map(|options| {
            options
                .with_depth(RevocationCheckDepth::Chain)
                .with_status_policy(UnknownStatusPolicy::Deny)
                .with_expiration_policy(ExpirationPolicy::Enforce)
                .build()
        });
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        let verified = own.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &self.anchors,
            &between,
            now,
            KeyUsage::client_auth(),
            revocation,
            None,
        );
        verified.map(|path| found(&path)).map_err(|error| untrusted(&error))
    }

    /// As [`Trust::verify`], of what a client has shown.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn accepts(&self, shown: &ClientCertificate, now: u64) -> Result<(), Untrusted> {
        self.verify(shown.chain(), now)
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("authorities", &self.anchors.len())
            .field("lists", &self.lists.len())
            .finish()
    }
}

fn untrusted(error: &Error) -> Untrusted {
    match error {
        Error::CertExpired { .. } => Untrusted::Expired,
        Error::CertNotValidYet { .. } => Untrusted::NotYetValid,
        // Signed by somebody else who calls himself like an authority.
        Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => Untrusted::UnknownIssuer,
        Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => Untrusted::WrongPurpose,
        Error::CertRevoked => Untrusted::Revoked,
        Error::UnknownRevocationStatus | Error::CrlExpired { .. } => Untrusted::UnknownStatus,
        Error::MaximumPathDepthExceeded | Error::PathLenConstraintViolated => Untrusted::TooLong,
        other => Untrusted::Other(format!("it cannot be verified: {other:?}")),
    }
}
