//! What is our own: the key that requests are signed with and assertions are opened by, and its certificate.

use crate::{Certificate, DecryptionKey, SigningKey};

/// A private key with its certificate, or nothing.
#[derive(Debug, Default)]
pub struct OwnKeys {
    /// What requests are signed with.
    pub signs: Option<SigningKey>,
    /// What encrypted assertions are opened by: the same key, where it is of RSA.
    pub opens: Option<DecryptionKey>,
    /// What a provider is told of it.
    pub certificate: Option<Certificate>,
}

impl OwnKeys {
    /// Reads a key, PKCS #8 in PEM, and its certificate in PEM.
    ///
    /// # Errors
    /// Which of both, `key` or `certificate`, cannot be used, and why.
    pub fn read(
        key: Option<&str>,
        certificate: Option<&str>,
    ) -> Result<OwnKeys, (&'static str, &'static str)> {
        let signs = key.map(SigningKey::read).transpose().map_err(|why| ("key", why))?;
        // A key of a curve signs alone.
        let opens = key.and_then(|text| DecryptionKey::read(text).ok());
        let certificate =
            certificate.map(Certificate::read).transpose().map_err(|why| ("certificate", why))?;
        match (&signs, &certificate) {
            (None, Some(_)) => Err(("key", "is what the certificate needs")),
            (Some(key), Some(certificate)) if !key.fits(certificate) => {
                Err(("certificate", "is of another key"))
            }
            _ => Ok(OwnKeys { signs, opens, certificate }),
        }
    }
}
