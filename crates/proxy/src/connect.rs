//! Opens connections to upstreams.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use model::Protocol;
use rustls::AlertDescription;
use tokio::net::TcpStream;

use crate::{
    balance::Site,
    followed::{AllFollowed, Origin},
    names::Names,
    nearby::Nearby,
    tls::Toward,
    wire::Wire,
};

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

/// Sockets, toward names that are followed.
pub(crate) struct Network {
    names: AllFollowed,
    nearby: Arc<Nearby>,
}

/// A connection, and what led to it where that may lead elsewhere one day.
pub(crate) struct Reached {
    pub(crate) wire: Wire,
    pub(crate) origin: Option<Origin>,
}

impl Connector {
    /// A connection on which HTTP/1.1 is spoken, or, where `may_be_http2`, what the site and its protocol lead to.
    pub(crate) async fn connect(&self, site: &Arc<Site>, may_be_http2: bool) -> io::Result<Reached> {
        match self {
            Connector::Network(network) => {
                let offer: &[&[u8]] = match site.protocol {
                    Protocol::Http2 => &[b"h2"],
                    Protocol::Auto if may_be_http2 => &[b"h2", b"http/1.1"],
                    Protocol::Auto | Protocol::Http1 => &[b"http/1.1"],
                };
                match network.connect(site, offer).await {
                    // A site that speaks nothing else may take WebSocket in it.
                    Err(error) if site.protocol == Protocol::Auto && speaks_no_http1(&error) => {
                        network.connect(site, &[b"h2"]).await
                    }
                    reached => reached,
                }
            }
            Connector::Within(reach) => {
                let wire = reach.reach(&site.host, site.port).await?;
                Ok(Reached { wire, origin: None })
            }
        }
    }

    /// Whether an address that a document names may be spoken to.
    ///
    /// # Errors
    /// It is nearby, and operators do not name it.
    pub(crate) fn check(&self, address: IpAddr) -> io::Result<()> {
        match self {
            Connector::Network(network) => network.nearby.check(address),
            Connector::Within(_) => Ok(()),
        }
    }

    /// Whom to ask what names lead to.
    pub(crate) fn names(&self) -> Arc<Names> {
        match self {
            Connector::Network(network) => Arc::clone(network.names.names()),
            Connector::Within(_) => Arc::default(),
        }
    }
}

impl Network {
    pub(crate) fn new(names: &Arc<Names>, nearby: &Arc<Nearby>) -> Network {
        Network { names: AllFollowed::new(Arc::clone(names)), nearby: Arc::clone(nearby) }
    }

    async fn connect(&self, site: &Arc<Site>, offer: &[&[u8]]) -> io::Result<Reached> {
        if let Ok(address) = site.host.parse::<IpAddr>() {
            let wire = self.open(site, address, offer).await?;
            return Ok(Reached { wire, origin: None });
        }
        let followed = self.names.get(&site.host);
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no addresses");
        for address in followed.addresses().await? {
            match self.open(site, address, offer).await {
                Ok(wire) => return Ok(Reached { wire, origin: Some(followed.origin(address)) }),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn open(&self, site: &Arc<Site>, address: IpAddr, offer: &[&[u8]]) -> io::Result<Wire> {
        // Once for a connection, by the address it goes to: whatever name led there.
        if !site.metadata {
            self.nearby.check(address)?;
        }
        open(site, address, offer).await
    }
}

/// Whether the other side speaks none of the protocols it was offered (RFC 7301 §3.2).
fn speaks_no_http1(error: &io::Error) -> bool {
    let said = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    matches!(said, Some(rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol)))
}

async fn open(site: &Arc<Site>, address: IpAddr, offer: &[&[u8]]) -> io::Result<Wire> {
    let stream = TcpStream::connect(SocketAddr::new(address, site.port)).await?;
    stream.set_nodelay(true)?;
    if site.tls { secure(site, stream, offer).await } else { Ok(Wire::Tcp(stream)) }
}

async fn secure(site: &Site, stream: TcpStream, offer: &[&[u8]]) -> io::Result<Wire> {
    let stream = match &site.toward {
        Some(toward) => toward.secure(&site.host, stream, offer).await?,
        None => Toward::usual()?.secure(&site.host, stream, offer).await?,
    };
    Ok(Wire::Client(Box::new(stream)))
}

#[cfg(test)]
mod tests {
    use model::Gateway;
    use tokio::net::TcpListener;

    use super::*;

    fn site(host: &str, port: u16, metadata: bool) -> Arc<Site> {
        let host = host.to_owned();
        let protocol = Protocol::Http1;
        Arc::new(Site { tls: false, host, port, id: 0, protocol, toward: None, metadata })
    }

    #[tokio::test]
    async fn what_is_nearby_is_told_apart_before_anything_is_sent_and_reached_where_it_is_meant() {
        let nearby = Arc::<Nearby>::default();
        let network = Network::new(&Arc::default(), &nearby);
        for host in ["169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"] {
            let error = network.connect(&site(host, 80, false), &[]).await.err().unwrap();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{host}");
            assert!(error.to_string().contains("allowed_link_local"), "{error}");
        }
        // This machine stands for what would be there, so that nobody else is asked.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(network.connect(&site("127.0.0.1", port, false), &[]).await.is_ok());
        // What is allowed, and what operators mean, is tried: it fails as the network has it, or not at all.
        nearby.put(&Gateway { allowed_link_local: vec!["169.254.0.0/16".to_owned()], ..Gateway::default() });
        for (host, metadata) in [("169.254.77.77", false), ("fd00:ec2::254", true)] {
            let there = site(host, 9, metadata);
            let tried = network.connect(&there, &[]);
            let tried = tokio::time::timeout(std::time::Duration::from_millis(100), tried).await;
            let refused = matches!(tried, Ok(Err(error)) if error.kind() == io::ErrorKind::PermissionDenied);
            assert!(!refused, "{host}");
        }
    }
}
