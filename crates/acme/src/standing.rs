//! How the certificates stand that are asked for.

use std::sync::{Arc, PoisonError, RwLock};

use model::ChallengeType;

/// How a certificate stands that is asked for. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The name of the resource.
    pub certificate: Arc<str>,
    pub hosts: Vec<String>,
    pub directory: String,
    pub challenge: ChallengeType,
    /// When the one there is expires; `None` where there is none.
    pub not_after: Option<i64>,
    /// When it is asked for next.
    pub next: i64,
    /// Attempts that failed in a row.
    pub failures: u32,
    /// Why the last one did.
    pub error: Option<String>,
}

/// How all of them stand, for whoever looks. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Standings(Arc<RwLock<Vec<Standing>>>);

impl Standings {
    /// By name.
    pub fn all(&self) -> Vec<Standing> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn put(&self, all: Vec<Standing>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = all;
    }
}
