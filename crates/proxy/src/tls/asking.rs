//! Asks clients for a certificate: what a gateway's `client_auth` comes to.

use std::{io, sync::Arc};

use model::{AskedCertificate, ClientAuth, ClientAuthMode};
use policy::{ClientCertificate, Trust, Untrusted};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, HandshakeKind, ServerConnection,
    SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};

use super::provider;

/// What is asked of clients.
#[derive(Debug)]
pub(crate) struct Asking {
    /// What must vouch for them; where absent, policies look for themselves.
    trust: Option<Trust>,
    hints: Vec<DistinguishedName>,
    is_required: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Asking {
    /// What `client_auth` says; where there is none, that any certificate is welcome. A listener that says `by` itself whether there must be one
    /// is followed in that.
    ///
    /// # Errors
    /// A field of it that cannot be used, and why.
    pub(crate) fn read(
        auth: Option<&ClientAuth>,
        by: Option<AskedCertificate>,
    ) -> Result<Asking, (&'static str, String)> {
        let pems = auth.and_then(|auth| auth.read.as_deref());
        let authorities = pems.and_then(|pems| pems.authorities.as_deref());
        if authorities.is_none() && auth.is_some_and(|auth| auth.ca_file.is_some()) {
            return Err(("ca_file", "was not read".to_owned()));
        }
        let trust = authorities
            .map(|authorities| Trust::read(authorities, pems.and_then(|pems| pems.revoked.as_deref())))
            .transpose()?;
        let names = trust.iter().flat_map(Trust::names);
        Ok(Asking {
            hints: names.map(|name| DistinguishedName::in_sequence(name)).collect(),
            trust,
            is_required: match by {
                Some(mode) => mode == AskedCertificate::Require,
                None => auth.is_some_and(|auth| auth.mode == ClientAuthMode::Require),
            },
            algorithms: provider().signature_verification_algorithms,
        })
    }

    /// What the client of a connection has shown.
    ///
    /// # Errors
    /// It resumed a session, and would not be let in by a whole handshake now.
    pub(crate) fn shown(&self, session: &ServerConnection) -> io::Result<Option<Arc<ClientCertificate>>> {
        let is_resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
        self.shown_by(session.peer_certificates().unwrap_or_default(), is_resumed)
    }

    /// As [`Asking::shown`], by the chain of certificates; where it may be that the session was resumed.
    ///
    /// # Errors
    /// See there.
    pub(crate) fn shown_by(
        &self,
        chain: &[CertificateDer<'_>],
        may_be_resumed: bool,
    ) -> io::Result<Option<Arc<ClientCertificate>>> {
        let chain = chain.iter().map(|certificate| certificate.as_ref());
        let Some(shown) = ClientCertificate::new(chain, self.trust.is_some()) else {
            let refused = io::Error::other("the client has no certificate");
            return if self.is_required { Err(refused) } else { Ok(None) };
        };
        if let Some(trust) = &self.trust
            && may_be_resumed
        {
            let now = UnixTime::now().as_secs();
            trust.accepts(&shown, now).map_err(|why| {
                io::Error::other(format!(
                    "the certificate of a session that was resumed is not accepted any more: {why}"
                ))
            })?;
        }
        Ok(Some(Arc::new(shown)))
    }
}

impl ClientCertVerifier for Asking {
    fn client_auth_mandatory(&self) -> bool {
        self.is_required
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if let Some(trust) = &self.trust {
            let chain = std::iter::once(own).chain(between).map(|certificate| certificate.as_ref());
            trust.verify(chain, now.as_secs()).map_err(told)?;
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// As clients are told, by an alert.
fn told(why: Untrusted) -> rustls::Error {
    let error = match why {
        Untrusted::Expired => CertificateError::Expired,
        Untrusted::NotYetValid => CertificateError::NotValidYet,
        Untrusted::UnknownIssuer => CertificateError::UnknownIssuer,
        Untrusted::WrongPurpose => CertificateError::InvalidPurpose,
        Untrusted::Revoked => CertificateError::Revoked,
        Untrusted::UnknownStatus => CertificateError::UnknownRevocationStatus,
        Untrusted::TooLong | Untrusted::Other(_) => CertificateError::BadEncoding,
    };
    error.into()
}
