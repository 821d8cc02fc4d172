//! Chooses the endpoint of an attempt.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
};

use http::{HeaderValue, Uri, uri::Scheme};
use model::{Balance, Timeouts, Upstream};

use crate::random::Random;

/// Turns of one round at most; weights are scaled down to fit.
const ROUND_BOUND: u64 = 4096;

/// An upstream in its running form.
pub(crate) struct Balancer {
    endpoints: Box<[Arc<Endpoint>]>,
    /// Endpoints by their turns, each as often as its weight, spread evenly; also what chance draws from.
    round: Box<[u16]>,
    turn: AtomicUsize,
    balance: Balance,
    pub(crate) timeouts: Timeouts,
    pub(crate) preserve_host: bool,
}

/// One address of an upstream.
pub(crate) struct Endpoint {
    /// As written.
    pub(crate) url: Arc<str>,
    pub(crate) site: Arc<Site>,
    /// The value of `Host`.
    pub(crate) host: HeaderValue,
    /// Put before the path; no slash at its end.
    pub(crate) prefix: Box<str>,
    weight: u32,
    in_flight: AtomicU32,
}

/// Where connections go; endpoints with the same one share connections.
#[derive(Debug, PartialEq, Eq, Hash, Clone)]
pub(crate) struct Site {
    pub(crate) tls: bool,
    /// A name or an address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// One number for one site, whatever snapshot it is in.
    pub(crate) id: u64,
}

/// An endpoint in use; counts as in flight until dropped.
pub(crate) struct Chosen {
    endpoint: Arc<Endpoint>,
    counted: bool,
}

impl Balancer {
    /// # Errors
    /// What is wrong with an endpoint: its place in the list and why.
    pub(crate) fn build(
        upstream: &Upstream,
        timeouts: Timeouts,
        mut site_id: impl FnMut(bool, &str, u16) -> Arc<Site>,
    ) -> Result<Balancer, (usize, String)> {
        let mut endpoints = Vec::with_capacity(upstream.endpoints.len());
        for (index, endpoint) in upstream.endpoints.iter().enumerate() {
            let read = read_url(&endpoint.url).map_err(|message| (index, message))?;
            let port = read.port.unwrap_or(if read.tls { 443 } else { 80 });
            endpoints.push(Arc::new(Endpoint {
                url: endpoint.url.as_str().into(),
                site: site_id(read.tls, &read.host, port),
                host: read.authority,
                prefix: read.prefix,
                weight: endpoint.weight,
                in_flight: AtomicU32::new(0),
            }));
        }
        if endpoints.len() > usize::from(u16::MAX) {
            return Err((usize::from(u16::MAX), "an upstream may have 65535 endpoints".to_owned()));
        }
        let weights: Vec<u32> = endpoints.iter().map(|endpoint| endpoint.weight).collect();
        Ok(Balancer {
            round: round(&weights).into(),
            endpoints: endpoints.into(),
            turn: AtomicUsize::new(0),
            balance: upstream.balance,
            timeouts,
            preserve_host: upstream.preserve_host,
        })
    }

    /// Chooses an endpoint, another than `not` where there is one.
    pub(crate) fn choose(&self, random: &mut Random, not: Option<&Arc<Endpoint>>) -> Option<Chosen> {
        if let [only] = &*self.round {
            return Some(Chosen {
                endpoint: Arc::clone(&self.endpoints[usize::from(*only)]),
                counted: false,
            });
        }
        if self.round.is_empty() {
            return None;
        }
        let draw =
            |random: &mut Random| &self.endpoints[usize::from(self.round[random.below(self.round.len())])];
        // A second attempt takes no turn: it would shift all turns after it, always to the same endpoint.
        let another = not.and_then(|not| {
            let start = random.below(self.endpoints.len());
            let mut all = self.endpoints[start..].iter().chain(&self.endpoints[..start]);
            all.find(|other| other.weight > 0 && other.site.id != not.site.id)
        });
        let endpoint = match self.balance {
            _ if another.is_some() => another?,
            Balance::RoundRobin => {
                let turn = self.turn.fetch_add(1, Relaxed) % self.round.len();
                &self.endpoints[usize::from(self.round[turn])]
            }
            Balance::LeastRequest => {
                let (one, mut other) = (draw(random), draw(random));
                for _ in 0..4 {
                    if !Arc::ptr_eq(one, other) {
                        break;
                    }
                    other = draw(random);
                }
                // Fewer in flight for its weight; compared without dividing.
                let load = |a: &Endpoint, b: &Endpoint| {
                    (u64::from(a.in_flight.load(Relaxed)) + 1) * u64::from(b.weight.max(1))
                };
                if load(one, other) <= load(other, one) { one } else { other }
            }
        };
        let counted = self.balance == Balance::LeastRequest;
        if counted {
            endpoint.in_flight.fetch_add(1, Relaxed);
        }
        Some(Chosen { endpoint: Arc::clone(endpoint), counted })
    }

    /// Whether another endpoint could be tried.
    pub(crate) fn has_several(&self) -> bool {
        self.endpoints.iter().filter(|endpoint| endpoint.weight > 0).count() > 1
    }
}

impl std::ops::Deref for Chosen {
    type Target = Arc<Endpoint>;

    fn deref(&self) -> &Arc<Endpoint> {
        &self.endpoint
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        if self.counted {
            self.endpoint.in_flight.fetch_sub(1, Relaxed);
        }
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

/// One round of turns by weight, spread evenly (smooth weighted round robin).
fn round(weights: &[u32]) -> Vec<u16> {
    let divisor = weights.iter().copied().fold(0, gcd).max(1);
    let sum: u64 = weights.iter().map(|weight| u64::from(weight / divisor)).sum();
    let scale = sum.div_ceil(ROUND_BOUND).max(1);
    let weights: Vec<i64> = weights
        .iter()
        .map(|weight| if *weight == 0 { 0 } else { (u64::from(weight / divisor) / scale).max(1) as i64 })
        .collect();
    let total: i64 = weights.iter().sum();
    let mut credit = vec![0_i64; weights.len()];
    let mut turns = Vec::with_capacity(usize::try_from(total).unwrap_or_default());
    for _ in 0..total {
        for (credit, weight) in credit.iter_mut().zip(&weights) {
            *credit += weight;
        }
        // The first of equals, so that equal endpoints take turns in their order.
        let mut best = 0;
        for at in 1..credit.len() {
            if credit[at] > credit[best] {
                best = at;
            }
        }
        credit[best] -= total;
        turns.push(best as u16);
    }
    turns
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_spread_evenly_by_weight() {
        assert_eq!(round(&[1, 1, 1]), [0, 1, 2]);
        assert_eq!(round(&[5, 1, 1]), [0, 0, 1, 0, 2, 0, 0]);
        assert_eq!(round(&[10, 0, 10]), [0, 2]);
        assert_eq!(round(&[0, 0]), [] as [u16; 0]);
        let long = round(&[u32::MAX, 1]);
        assert!(long.len() <= ROUND_BOUND as usize + 2 && long.contains(&1));
    }

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

    #[test]
    fn of_two_the_one_with_fewer_requests_in_flight_is_taken() {
        let endpoints =
            ["http://a", "http://b"].map(|url| model::Endpoint { url: url.to_owned(), weight: 1 });
        let upstream = Upstream {
            name: None,
            endpoints: endpoints.into(),
            balance: Balance::LeastRequest,
            timeouts: Timeouts::default(),
            preserve_host: false,
        };
        let site = |tls, host: &str, port| {
            Arc::new(Site { tls, host: host.to_owned(), port, id: u64::from(host.as_bytes()[0]) })
        };
        let balancer = Balancer::build(&upstream, upstream.timeouts, site).unwrap();
        let mut random = Random::new();
        let held: Vec<_> = (0..1000).map(|_| balancer.choose(&mut random, None).unwrap()).collect();
        let first = held.iter().filter(|chosen| &*chosen.url == "http://a").count();
        assert!((450..=550).contains(&first), "{first} of 1000");
        drop(held);
        assert!(balancer.endpoints.iter().all(|endpoint| endpoint.in_flight.load(Relaxed) == 0));
    }
}
