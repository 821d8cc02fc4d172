//! Opens connections to upstreams.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::Protocol;
use tokio::{net::TcpStream, time::Instant};

use crate::{balance::Site, tls::Toward, wire::Wire};

/// How long an answer of the resolver is used.
const NAMES_LIVE: Duration = Duration::from_secs(5);
/// Names remembered at most.
const NAMES_BOUND: usize = 4096;

/// Reaches upstreams that are not on a network, for tests within one process.
pub trait Reach: Send + Sync {
    /// Opens a stream to `host:port`.
    fn reach(&self, host: &str, port: u16) -> Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>>;
}

/// Opens connections to upstreams.
pub(crate) enum Connector {
    Network(Network),
    Within(Arc<dyn Reach>),
}

/// Sockets, with names resolved by the system.
#[derive(Default)]
pub(crate) struct Network {
    names: Mutex<HashMap<(String, u16), Resolved>>,
}

#[derive(Clone)]
struct Resolved {
    addresses: Arc<[SocketAddr]>,
    until: Instant,
}

impl Connector {
    /// A connection on which HTTP/1.1 is spoken, or, where `may_be_http2`, what the site and its protocol lead to.
    pub(crate) async fn connect(&self, site: &Arc<Site>, may_be_http2: bool) -> io::Result<Wire> {
        match self {
            Connector::Network(network) => {
                let offer: &[&[u8]] = match site.protocol {
                    Protocol::Http2 => &[b"h2"],
                    Protocol::Auto if may_be_http2 => &[b"h2", b"http/1.1"],
                    Protocol::Auto | Protocol::Http1 => &[b"http/1.1"],
                };
                network.connect(site, offer).await
            }
            Connector::Within(reach) => reach.reach(&site.host, site.port).await,
        }
    }
}

impl Network {
    async fn connect(&self, site: &Arc<Site>, offer: &[&[u8]]) -> io::Result<Wire> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no addresses");
        for address in self.addresses(site).await?.iter() {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return if site.tls { secure(site, stream, offer).await } else { Ok(Wire::Tcp(stream)) };
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn addresses(&self, site: &Arc<Site>) -> io::Result<Arc<[SocketAddr]>> {
        if let Ok(address) = site.host.parse::<IpAddr>() {
            return Ok(Arc::new([SocketAddr::new(address, site.port)]));
        }
        let name = (site.host.clone(), site.port);
        let now = Instant::now();
        let known = self.names.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some(known) = &known
            && known.until > now
        {
            return Ok(Arc::clone(&known.addresses));
        }
        let looked_up = tokio::net::lookup_host((site.host.as_str(), site.port)).await;
        let addresses: Arc<[SocketAddr]> = match (looked_up, known) {
            (Ok(found), _) => found.collect(),
            // What was true a moment ago is better than nothing while the resolver is away.
            (Err(_), Some(known)) => known.addresses,
            (Err(error), None) => return Err(error),
        };
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES_BOUND {
            names.clear();
        }
        names.insert(name, Resolved { addresses: Arc::clone(&addresses), until: now + NAMES_LIVE });
        Ok(addresses)
    }
}

async fn secure(site: &Site, stream: TcpStream, offer: &[&[u8]]) -> io::Result<Wire> {
    let stream = match &site.toward {
        Some(toward) => toward.secure(&site.host, stream, offer).await?,
        None => Toward::usual()?.secure(&site.host, stream, offer).await?,
    };
    Ok(Wire::Client(Box::new(stream)))
}
