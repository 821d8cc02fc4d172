//! The secret that gateways of other processes show.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{Digest, SHA256, digest},
};

/// The secret that gateways of other processes show, as a hash.
#[derive(Clone)]
pub struct GatewayToken(Digest);

impl GatewayToken {
    pub fn new(secret: &str) -> GatewayToken {
        GatewayToken(digest(&SHA256, secret.as_bytes()))
    }

    /// Compared in constant time.
    pub(crate) fn is(&self, secret: &str) -> bool {
        verify_slices_are_equal(self.0.as_ref(), digest(&SHA256, secret.as_bytes()).as_ref()).is_ok()
    }
}

impl fmt::Debug for GatewayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GatewayToken")
    }
}
