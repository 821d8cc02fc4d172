//! What a gateway is started with.

use std::{fmt, io, net::SocketAddr, path::PathBuf};

use model::Finding;

use crate::listen::Inherited;

/// What a gateway is started with; everything else comes with the snapshot.
#[derive(Debug, Default)]
pub struct Config {
    /// Where cleartext HTTP/1.1 and HTTP/2 (prior knowledge) is accepted. Port 0 takes a free one.
    pub http: Option<SocketAddr>,
    /// Where TLS is accepted (HTTP/2 and HTTP/1.1 by ALPN).
    pub https: Option<SocketAddr>,
    /// Sockets that are listened on already, used by the listeners of these names: `http`, `https`, and those of the gateway resource.
    pub inherited: Vec<Inherited>,
    /// Worker threads; 0 means one for every core.
    pub workers: usize,
    /// Where the gateway is; endpoints of the same zone go first.
    pub zone: Option<String>,
    /// DNS servers asked for names in place of those of the system.
    pub resolver: Vec<SocketAddr>,
    /// The certificate for clients that name no host a certificate is configured for; a self-signed one is made where absent.
    pub fallback_certificate: Option<Pem>,
    /// A folder for stored responses, which nothing else is in; they are in memory alone without it.
    pub stored_responses: Option<PathBuf>,
    /// What paths of files are relative to that policies read where they run; the folder of the process where it is empty.
    pub folder: PathBuf,
}

/// A certificate chain and its private key, both PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    pub chain: String,
    pub key: String,
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pem").finish_non_exhaustive()
    }
}

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("cannot start a worker thread")]
    Worker(#[source] io::Error),
    #[error("cannot store responses in {}", folder.display())]
    Store { folder: PathBuf, source: io::Error },
    #[error("the fallback certificate is not usable: {0}")]
    Certificate(String),
    /// The snapshot cannot be run.
    #[error("the configuration cannot be run: {}", first(.0))]
    Snapshot(Vec<Finding>),
}

fn first(findings: &[Finding]) -> String {
    findings.first().map_or_else(|| "no reason given".to_owned(), Finding::to_string)
}
