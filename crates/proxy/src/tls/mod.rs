//! TLS toward clients and upstreams.

mod asking;
mod certificates;
mod challenge;
mod client;
mod server;

use std::{io::BufReader, sync::Arc};

pub use certificates::CertificateStatus;
pub(crate) use certificates::{Certificates, Fallback};
pub(crate) use challenge::Challenges;
pub(crate) use client::{AllToward, Toward};
use rustls::{
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
pub(crate) use server::{Asked, Server, Terms};

use crate::Pem;

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

/// A certificate with its key.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read_pem(pem: &Pem) -> Result<CertifiedKey, String> {
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
