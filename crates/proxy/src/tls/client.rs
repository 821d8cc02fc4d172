//! TLS toward upstreams: what an upstream's `tls` comes to.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, OnceLock, Weak},
};

use model::{TlsVersion, UpstreamPems, UpstreamTls};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme, SupportedProtocolVersion,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    version::{TLS12, TLS13},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::provider;

/// How TLS connections to some upstreams are made. Shared by all workers, and with it the sessions that can be resumed.
#[derive(Debug)]
pub(crate) struct Toward {
    config: Arc<ClientConfig>,
    /// Asked for instead of the host.
    name: Option<ServerName<'static>>,
}

/// A field, and what is wrong with it.
type Fault = (&'static str, String);

/// Every [`Toward`] in use, so that upstreams that say the same share their connections.
#[derive(Default)]
pub(crate) struct AllToward(HashMap<UpstreamTls, Weak<Toward>>);

impl AllToward {
    /// # Errors
    /// The field that cannot be used, and why.
    pub(crate) fn get(&mut self, tls: &UpstreamTls) -> Result<Arc<Toward>, Fault> {
        if let Some(known) = self.0.get(tls).and_then(Weak::upgrade) {
            return Ok(known);
        }
        self.0.retain(|_, toward| toward.strong_count() > 0);
        let toward = Arc::new(Toward::read(tls)?);
        self.0.insert(tls.clone(), Arc::downgrade(&toward));
        Ok(toward)
    }
}

impl Toward {
    /// # Errors
    /// The field that cannot be used, and why.
    pub(crate) fn read(tls: &UpstreamTls) -> Result<Toward, Fault> {
        let none = UpstreamPems::default();
        let pems = tls.read.as_deref().unwrap_or(&none);
        let name = tls.server_name.clone().map(ServerName::try_from).transpose();
        let name = name.map_err(|_| ("server_name", "is neither a DNS name nor an address".to_owned()))?;
        let verifier = match (tls.verify, &pems.roots) {
            (false, _) => Arc::new(Unchecked(provider().signature_verification_algorithms)) as _,
            (true, None) => system().map_err(|message| ("ca_file", message))?,
            (true, Some(pem)) => checked(roots(pem)?).map_err(|message| ("ca_file", message))?,
        };
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(versions(tls.min_version))
            .map_err(|error| ("min_version", error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let config = match (&pems.chain, &pems.key) {
            (Some(chain), Some(key)) => {
                let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain.as_bytes()).collect();
                let chain = chain.map_err(|_| ("cert_file", "is not PEM".to_owned()))?;
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes());
                let key = key.map_err(|_| ("key_file", "is not PEM".to_owned()))?;
                let shown = builder.with_client_auth_cert(chain, key);
                shown.map_err(|error| ("cert_file", format!("cannot be used: {error}")))?
            }
            _ => builder.with_no_client_auth(),
        };
        if cfg!(feature = "fips") && !config.fips() {
            return Err(("min_version", "what would be spoken is not approved by FIPS 140-3".to_owned()));
        }
        Ok(Toward { config: Arc::new(config), name })
    }

    /// How upstreams without settings of their own are reached: with what the system trusts.
    pub(crate) fn usual() -> io::Result<Arc<Toward>> {
        static USUAL: OnceLock<Result<Arc<Toward>, String>> = OnceLock::new();
        let make = || Toward::read(&UpstreamTls::default()).map(Arc::new).map_err(|(_, message)| message);
        USUAL.get_or_init(make).clone().map_err(io::Error::other)
    }

    /// Makes a connection one of TLS, to a host by its name or address; `offer` is what may be spoken on it (ALPN).
    pub(crate) async fn secure(
        &self,
        host: &str,
        stream: TcpStream,
        offer: &[&[u8]],
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => ServerName::try_from(host.to_owned()).map_err(io::Error::other)?,
        };
        let offer = offer.iter().map(|name| name.to_vec()).collect();
        TlsConnector::from(Arc::clone(&self.config)).with_alpn(offer).connect(name, stream).await
    }
}

fn versions(least: TlsVersion) -> &'static [&'static SupportedProtocolVersion] {
    static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    match least {
        TlsVersion::V12 => &BOTH,
        TlsVersion::V13 => &BOTH[..1],
    }
}

/// Certificates that are trusted, as a `ca_file` lists them.
pub(super) fn roots(pem: &str) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| ("ca_file", "is not PEM".to_owned()))?;
        let added = roots.add(certificate);
        added.map_err(|error| ("ca_file", format!("a certificate in it cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(("ca_file", "holds no certificate in PEM".to_owned()));
    }
    Ok(roots)
}

/// What the system trusts, read once.
fn system() -> Result<Arc<dyn ServerCertVerifier>, String> {
    static SYSTEM: OnceLock<Result<Arc<dyn ServerCertVerifier>, String>> = OnceLock::new();
    let read = || {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(
                "the system has no root certificates to check an upstream's certificate against".to_owned()
            );
        }
        checked(roots)
    };
    SYSTEM.get_or_init(read).clone()
}

fn checked(roots: RootCertStore) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    built.map(|verifier| verifier as Arc<dyn ServerCertVerifier>).map_err(|error| error.to_string())
}

/// Takes whatever certificate is shown; who shows it must have its key all the same.
#[derive(Debug)]
struct Unchecked(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Unchecked {
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
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
