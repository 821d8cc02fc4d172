//! What a gateway tells about itself.

use crate::{listen::Listening, tls::CertificateStatus};

/// What a gateway tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The number of the snapshot in force.
    pub snapshot: u64,
    pub workers: usize,
    /// Client connections open now.
    pub connections: u64,
    /// Client connections accepted since the start.
    pub accepted: u64,
    /// Client connections shed because the bound was reached.
    pub shed: u64,
    /// Where it listens.
    pub listeners: Vec<Listening>,
    /// The certificates in force, by name.
    pub certificates: Vec<CertificateStatus>,
    /// Whether the gateway is draining.
    pub draining: bool,
}
