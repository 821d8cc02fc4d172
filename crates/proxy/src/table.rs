//! A snapshot in its running form.

use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};

use ipnet::IpNet;
use model::{event::Target, snapshot::Service};

use crate::{
    balance::Balancer,
    callers::Callers,
    chain::{CallerRules, Chain},
    router::{Router, Templates},
    tls::Certificates,
};

/// Everything one request is decided by. Immutable; a request uses one from beginning to end.
pub(crate) struct Table {
    pub(crate) number: u64,
    pub(crate) bounds: Bounds,
    pub(crate) trusted: Box<[IpNet]>,
    pub(crate) router: Arc<Router>,
    pub(crate) callers: Arc<Callers>,
    /// Rules of plans, by name.
    pub(crate) plans: Arc<HashMap<Arc<str>, Arc<CallerRules>>>,
    /// Rules of callers that have any, by key.
    pub(crate) caller_rules: Arc<HashMap<Arc<str>, Arc<CallerRules>>>,
    pub(crate) certificates: Arc<Certificates>,
}

/// Deadlines and bounds toward clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) header_timeout: Duration,
    pub(crate) body_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    /// Bytes of a request's head.
    pub(crate) head: usize,
    /// Bytes of a request's body.
    pub(crate) body: u64,
    pub(crate) connections: u64,
}

/// A service in its running form.
pub(crate) struct Serving {
    pub(crate) service: Arc<Service>,
    /// The base path as routing compares it.
    pub(crate) base: String,
    /// Segments taken off before the request goes upstream.
    pub(crate) strip: usize,
    /// Operations by template; `None` answers everything with the first.
    pub(crate) templates: Option<Templates<usize>>,
    pub(crate) operations: Box<[Operation]>,
    /// What a path without an operation is judged and recorded by.
    pub(crate) missing: Operation,
    pub(crate) upstream: Balancer,
}

/// An operation in its running form.
pub(crate) struct Operation {
    pub(crate) target: Arc<Target>,
    pub(crate) chain: Arc<Chain>,
}

impl Table {
    /// Whether what a proxy at this address says about its client is believed.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}
