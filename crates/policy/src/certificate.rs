//! The certificate that the client of a connection has shown.

use std::{
    any::Any,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};

use crate::x509::Described;

/// What is remembered on a connection, by whom it is for.
const MOST_KEPT: usize = 16;

/// The certificate that the client of a connection has shown, and whose key it has.
pub struct ClientCertificate {
    /// In DER, the client's own first.
    chain: Box<[Box<[u8]>]>,
    is_verified: bool,
    thumbprint: [u8; 32],
    described: OnceLock<Option<Box<Described>>>,
    kept: Mutex<Vec<Entry>>,
}

struct Entry {
    of: u64,
    what: Arc<dyn Any + Send + Sync>,
}

impl ClientCertificate {
    /// A chain in DER, the client's own certificate first; `is_verified` where it leads to an authority that the gateway trusts for
    /// all of its clients. `None` where it is empty.
    pub fn new<C: Into<Box<[u8]>>>(
        chain: impl IntoIterator<Item = C>,
        is_verified: bool,
    ) -> Option<ClientCertificate> {
        let chain: Box<[Box<[u8]>]> = chain.into_iter().map(Into::into).collect();
        let own = digest(&SHA256, chain.first()?);
        Some(ClientCertificate {
            thumbprint: own.as_ref().try_into().expect("SHA-256 has 32 bytes"),
            chain,
            is_verified,
            described: OnceLock::new(),
            kept: Mutex::default(),
        })
    }

    /// In DER, the client's own first.
    pub fn chain(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.chain.iter().map(|certificate| &**certificate)
    }

    /// Whether it leads to an authority that the gateway trusts for all of its clients. What is not verified may say whatever it likes.
    pub fn is_verified(&self) -> bool {
        self.is_verified
    }

    /// SHA-256 of the client's own certificate (`x5t#S256`, RFC 8705 §3.1).
    pub fn thumbprint(&self) -> &[u8; 32] {
        &self.thumbprint
    }

    /// What the client's own certificate says of itself; `None` where it cannot be read.
    pub fn described(&self) -> Option<&Described> {
        let read = || Described::read(&self.chain[0]).map(Box::new);
        self.described.get_or_init(read).as_deref()
    }

    /// Something that was found out about it, which stays as long as the connection while `holds` says so. `of` tells who keeps it,
    /// and stands for one type.
    pub fn kept<T: Send + Sync + 'static>(
        &self,
        of: u64,
        holds: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|entry| entry.of == of) {
            if let Ok(found) = Arc::clone(&kept[at].what).downcast::<T>()
                && holds(&found)
            {
                return found;
            }
            kept.remove(at);
        }
        if kept.len() == MOST_KEPT {
            kept.remove(0);
        }
        let made = Arc::new(make());
        kept.push(Entry { of, what: Arc::clone(&made) as Arc<dyn Any + Send + Sync> });
        made
    }
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let subject = self.described().map(|described| &*described.subject);
        f.debug_struct("ClientCertificate").field("subject", &subject).finish_non_exhaustive()
    }
}
