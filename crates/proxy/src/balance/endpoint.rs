//! One address of an upstream, and how it stands now.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
};

use http::{HeaderValue, Uri, uri::Scheme};
use model::Protocol;

use super::ewma::Ewma;
use crate::{
    health::{Absence, Heeds, Standing},
    tls::Toward,
};

/// One address of an upstream. It outlives changes of the configuration that leave the address, and so does what is known of it.
pub(crate) struct Endpoint {
    /// As written.
    pub(crate) url: Arc<str>,
    pub(crate) site: Arc<Site>,
    /// The value of `Host`.
    pub(crate) host: HeaderValue,
    /// Put before the path; no slash at its end.
    pub(crate) prefix: Box<str>,
    /// Requests under way, where somebody asks for the number.
    pub(crate) in_flight: AtomicU32,
    /// Connections open, where they are bounded.
    pub(crate) connections: AtomicU32,
    /// How fast it answered lately, where somebody asks.
    pub(crate) ewma: Ewma,
    standing: OnceLock<Box<Standing>>,
    /// Since when it takes part, milliseconds: 0 from the beginning, [`NEW`] from when it is first looked at.
    since: AtomicU64,
    /// Whether it was out.
    cold: AtomicBool,
}

/// Takes part from when it is first looked at.
const NEW: u64 = u64::MAX;
/// Steps in which an endpoint gets its whole share.
pub(super) const WARM: u32 = 20;
/// The step it begins with.
const COLD: u32 = 2;

/// Where connections go; endpoints with the same one share connections.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) tls: bool,
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// One number for one site, whatever snapshot it is in.
    pub(crate) id: u64,
    /// What is spoken with it.
    pub(crate) protocol: Protocol,
    /// How TLS is spoken with it, where its upstream says so.
    pub(crate) toward: Option<Arc<Toward>>,
    /// Whether it is the metadata service of this machine, which operators have the gateway ask for its own identity.
    pub(crate) metadata: bool,
}

impl Endpoint {
    /// # Errors
    /// Why nothing can be sent to this URL.
    pub(crate) fn read(
        url: &str,
        site: &mut impl FnMut(bool, &str, u16) -> Arc<Site>,
    ) -> Result<Endpoint, String> {
        let read = read_url(url)?;
        let port = read.port.unwrap_or(if read.tls { 443 } else { 80 });
        Ok(Endpoint {
            url: url.into(),
            site: site(read.tls, &read.host, port),
            host: read.authority,
            prefix: read.prefix,
            in_flight: AtomicU32::new(0),
            connections: AtomicU32::new(0),
            ewma: Ewma::default(),
            standing: OnceLock::new(),
            since: AtomicU64::new(0),
            cold: AtomicBool::new(false),
        })
    }

    /// What is held against it.
    pub(crate) fn standing(&self) -> &Standing {
        self.standing.get_or_init(Box::default)
    }

    /// What is held against it, where anybody has looked.
    pub(crate) fn known_standing(&self) -> Option<&Standing> {
        self.standing.get().map(|standing| &**standing)
    }

    /// Whether it takes no requests.
    pub(crate) fn absence(&self, now: u64, heeds: Heeds) -> Option<Absence> {
        self.standing.get()?.absence(now, heeds)
    }

    /// It has joined others that were there before.
    pub(crate) fn joins(self) -> Endpoint {
        self.since.store(NEW, Relaxed);
        self
    }

    /// It is out.
    pub(crate) fn cools(&self) {
        self.cold.store(true, Relaxed);
    }

    /// How much of its share it gets, in twentieths, and when it gets more.
    pub(crate) fn warmth(&self, now: u64, slow_start: u64, is_out: bool) -> (u32, u64) {
        let since = self.since.load(Relaxed);
        if since == NEW || (!is_out && self.cold.swap(false, Relaxed)) {
            self.since.store(now, Relaxed);
            return (COLD, now + slow_start.div_ceil(u64::from(WARM - COLD)));
        }
        if since == 0 {
            return (WARM, u64::MAX);
        }
        let steps = u64::from(WARM - COLD);
        let done = now.saturating_sub(since).saturating_mul(steps) / slow_start;
        if done >= steps {
            return (WARM, u64::MAX);
        }
        (COLD + done as u32, since + ((done + 1) * slow_start).div_ceil(steps))
    }
}

struct ReadUrl {
    tls: bool,
    host: String,
    port: Option<u16>,
    authority: HeaderValue,
    prefix: Box<str>,
}

fn read_url(url: &str) -> Result<ReadUrl, String> {
    let complaint = |why: &str| format!("`{url}` is not an endpoint: {why}; write `http://host:port`");
    let uri: Uri = url.parse().map_err(|_| complaint("it is no URL"))?;
    let tls = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => false,
        Some(scheme) if *scheme == Scheme::HTTPS => true,
        _ => return Err(complaint("it does not begin with `http://` or `https://`")),
    };
    let authority = uri.authority().ok_or_else(|| complaint("it has no host"))?;
    if authority.as_str().contains('@') {
        return Err(complaint("it has a user in it"));
    }
    if uri.query().is_some() {
        return Err(complaint("it has a query"));
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    if host.is_empty() {
        return Err(complaint("it has no host"));
    }
    let port = match authority.as_str()[authority.host().len()..].strip_prefix(':') {
        Some(port) => match port.parse() {
            Ok(0) | Err(_) => return Err(complaint("its port is not between 1 and 65535")),
            Ok(port) => Some(port),
        },
        None => None,
    };
    let header = HeaderValue::from_str(authority.as_str())
        .map_err(|_| complaint("its host has characters no host has"))?;
    Ok(ReadUrl { tls, host, port, authority: header, prefix: uri.path().trim_end_matches('/').into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_cannot_be_reached_is_refused_when_read() {
        for url in [
            "orders:80",
            "ftp://a",
            "http://",
            "http://u:p@a",
            "http://a?x=1",
            "http://a:0",
            "http://a:99999",
            "/x",
        ] {
            assert!(read_url(url).is_err(), "{url}");
        }
        let read = read_url("http://Orders.internal:9001/base/").unwrap();
        assert_eq!((&*read.host, read.port, &*read.prefix), ("orders.internal", Some(9001), "/base"));
        assert_eq!(read_url("http://[::1]:80").unwrap().host, "::1");
    }
}
