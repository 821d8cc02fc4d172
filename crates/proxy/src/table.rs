//! A snapshot in its running form.

use std::{collections::BTreeMap, net::IpAddr, ops::ControlFlow, sync::Arc, time::Duration};

use ipnet::IpNet;
use model::{AskedCertificate, SharedMap, TokenIssuer, TokenServer, event::Target, snapshot::Service};

use crate::{
    balance::Balancer,
    chain::Chain,
    guesses::Guesses,
    router::{Asked, Bucket, Matching, Router, Templates, Version},
    split::Split,
    tenants::Tenant,
    tls::{Certificates, Server},
};

/// Everything one request is decided by. Immutable; a request uses one from beginning to end.
pub(crate) struct Table {
    pub(crate) number: u64,
    pub(crate) bounds: Bounds,
    pub(crate) trusted: Box<[IpNet]>,
    pub(crate) router: Router,
    /// Every service, by its key.
    pub(crate) services: SharedMap<Arc<Serving>>,
    /// By the number of the workspace; see [`Serving::tenant`].
    pub(crate) tenants: Box<[Tenant]>,
    /// Who may guess how often; nothing where anybody may.
    pub(crate) guesses: Option<Arc<Guesses>>,
    /// How often what is blocked has changed up to here.
    pub(crate) blocks: u64,
    /// Who issues tokens, by workspace.
    pub(crate) issuers: BTreeMap<Arc<str>, Arc<TokenIssuer>>,
    /// Authorization servers elsewhere whose tokens are taken, by workspace.
    pub(crate) servers: BTreeMap<Arc<str>, Vec<Arc<TokenServer>>>,
    /// Where developers ask for what their apps may not call yet.
    pub(crate) portal: Option<Arc<str>>,
    pub(crate) certificates: Arc<Certificates>,
    /// What TLS listeners speak, where there may be some.
    pub(crate) tls: Option<Arc<Server>>,
    /// Services whose policies look at the certificates of clients.
    pub(crate) asking: usize,
    /// What connections of QUIC begin with, where HTTP/3 is spoken.
    pub(crate) quic: Option<Arc<quinn::ServerConfig>>,
    /// The same of listeners that say themselves whether clients are asked for a certificate.
    pub(crate) asked: BTreeMap<AskedCertificate, Speaking>,
}

/// What listeners speak that say themselves whether clients are asked for a certificate.
#[derive(Clone)]
pub(crate) struct Speaking {
    pub(crate) tls: Arc<Server>,
    pub(crate) quic: Option<Arc<quinn::ServerConfig>>,
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
    /// The number of its workspace.
    pub(crate) tenant: usize,
    /// The base path of an API as routing compares it.
    pub(crate) base: String,
    /// What tells it from other versions at its path.
    pub(crate) version: Option<Box<Version>>,
    /// Operations of an API by template; `None` answers everything with the first.
    pub(crate) templates: Option<Templates<usize>>,
    /// The matches of an explicit route, each with the operation of its number.
    pub(crate) matches: Box<[Matching]>,
    pub(crate) operations: Box<[Operation]>,
    /// What a path without an operation is judged and recorded by.
    pub(crate) missing: Operation,
    pub(crate) upstream: Arc<Balancer>,
    /// Where some of the requests go instead.
    pub(crate) split: Option<Box<Split>>,
}

/// An operation in its running form.
pub(crate) struct Operation {
    pub(crate) target: Arc<Target>,
    pub(crate) chain: Arc<Chain>,
    /// Segments taken off before the request goes upstream.
    pub(crate) strip: usize,
}

impl Serving {
    /// Whether a policy looks at the certificates of clients.
    pub(crate) fn asks_for_certificate(&self) -> bool {
        let mut chains = self.operations.iter().chain([&self.missing]).map(|operation| &operation.chain);
        chains.any(|chain| chain.asks_for_certificate)
    }

    /// Which operation of an API takes a request, by the path below the base.
    ///
    /// # Errors
    /// What has the path and does not take the request; nothing where nothing has the path.
    pub(crate) fn operation<'a>(
        &'a self,
        rest: &str,
        asked: &Asked<'_>,
    ) -> Result<usize, Vec<&'a Bucket<usize>>> {
        let Some(templates) = &self.templates else { return Ok(0) };
        let mut passed = Vec::new();
        let found = templates.walk(rest, &mut |bucket| match bucket.pick(asked) {
            Some(entry) => ControlFlow::Break(entry.target),
            None => {
                passed.push(bucket);
                ControlFlow::Continue(())
            }
        });
        match found {
            ControlFlow::Break(operation) => Ok(operation),
            ControlFlow::Continue(()) => Err(passed),
        }
    }
}

impl Table {
    /// What a listener speaks over TLS.
    pub(crate) fn tls_of(&self, asked: Option<AskedCertificate>) -> Option<&Arc<Server>> {
        match asked {
            None => self.tls.as_ref(),
            Some(asked) => self.asked.get(&asked).map(|speaking| &speaking.tls),
        }
    }

    /// What the connections of QUIC of a listener begin with.
    pub(crate) fn quic_of(&self, asked: Option<AskedCertificate>) -> Option<&Arc<quinn::ServerConfig>> {
        match asked {
            None => self.quic.as_ref(),
            Some(asked) => self.asked.get(&asked)?.quic.as_ref(),
        }
    }

    /// Whether what a proxy at this address says about its client is believed.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}
