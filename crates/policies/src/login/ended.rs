//! Sessions that whoever knows people has ended: how such sessions are found, at this gateway and at others.

use aws_lc_rs::digest::{Context, SHA256};
use model::KeyHash;

/// What finds a session, or all of somebody, by what the provider calls it or them. It is the same at every gateway, so that one tells
/// another; it tells nobody who it is.
pub(crate) fn mark(parts: &[&str]) -> KeyHash {
    let mut hash = Context::new(&SHA256);
    for part in ["pailou sign-out"].iter().chain(parts) {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut mark = [0; 32];
    mark.copy_from_slice(hash.finish().as_ref());
    KeyHash(mark)
}
