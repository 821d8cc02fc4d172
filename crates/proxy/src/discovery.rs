//! Finds endpoints: in files, and by DNS.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::SocketAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use model::{Discovery, DnsDiscovery, DnsRecords, FileDiscovery, tree};
use tokio::{
    io::AsyncReadExt,
    time::{Instant, sleep_until, timeout},
};

use crate::{
    background::Background,
    balance::Balancer,
    connect::Connector,
    names::{Lives, Names, NoName},
};

/// Endpoints found by one source at most.
const MOST: usize = 4096;
/// The largest file, bytes.
const LARGEST: u64 = 1 << 20;
/// How long a source may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// When DNS is asked again where it had no answer, within the bounds.
const AGAIN: Duration = Duration::from_secs(2);
/// Names looked up at one time for one source.
const AT_ONCE: usize = 16;

/// An endpoint that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) endpoint: model::Endpoint,
    /// The `Host` of requests, where it is not the endpoint's own.
    pub(crate) host: Option<String>,
    /// Those with a lower number come first.
    pub(crate) priority: u16,
}

/// What one source said last.
#[derive(Default)]
struct Source {
    found: Vec<Found>,
    next: Option<Instant>,
    is_away: bool,
}

/// Finds the endpoints of an upstream for as long as it runs.
pub(crate) async fn follow(upstream: Weak<Balancer>, background: Arc<Background>) {
    let (mut file, mut dns) = (Source::default(), Source::default());
    let mut told = None;
    loop {
        let Some(running) = upstream.upgrade() else { return };
        let Some(Discovery { file: in_file, dns: by_name }) = running.spec.discovery.as_deref() else {
            return;
        };
        let whom = running.spec.name.as_ref().map(model::Name::as_str).unwrap_or_default();
        if let Some(rules) = in_file.as_ref().filter(|_| file.is_due()) {
            file.take(whom, in_a_file(rules).await, |_| rules.interval.0);
        }
        if let Some(rules) = by_name.as_ref().filter(|_| dns.is_due()) {
            let (least, most) = (rules.min_ttl.0, rules.max_ttl.0.max(rules.min_ttl.0));
            let span = |ttl: Option<Duration>| ttl.unwrap_or(AGAIN).clamp(least, most);
            let found = match may_ask(rules, &background.connector) {
                Ok(()) => by_dns(rules, &background.names).await,
                Err(why) => Err(why),
            };
            dns.take(whom, found, span);
        }
        let found = [file.found.as_slice(), &dns.found].concat();
        // Before anything was found, what was known from before stays.
        let is_news = told.as_ref() != Some(&found) && !(told.is_none() && found.is_empty());
        let Some(at) = background.time() else { return };
        if is_news {
            running.found(&found, at);
            told = Some(found);
        }
        running.has_looked();
        drop(running);
        match file.next.into_iter().chain(dns.next).min() {
            Some(next) => sleep_until(next).await,
            None => return,
        }
    }
}

impl Source {
    fn is_due(&self) -> bool {
        self.next.is_none_or(|next| next <= Instant::now())
    }

    /// `span`: in how long it is looked at again, by how long this holds; nothing where there is no answer.
    fn take(
        &mut self,
        whom: &str,
        result: Result<Lives<Vec<Found>>, String>,
        span: impl FnOnce(Option<Duration>) -> Duration,
    ) {
        self.next = Some(Instant::now() + span(result.as_ref().ok().map(|found| found.ttl)));
        match result {
            Ok(Lives { what: mut found, .. }) => {
                if found.len() > MOST {
                    tracing::error!(
                        upstream = whom,
                        "more than {MOST} endpoints were found; the rest is left out"
                    );
                    found.truncate(MOST);
                }
                if self.is_away {
                    tracing::info!(upstream = whom, "endpoints are found again");
                }
                self.found = found;
                self.is_away = false;
            }
            Err(why) => {
                if !self.is_away {
                    tracing::error!(
                        upstream = whom,
                        "no endpoints can be found, what was known stays: {why}"
                    );
                }
                self.is_away = true;
            }
        }
    }
}

async fn in_a_file(rules: &FileDiscovery) -> Result<Lives<Vec<Found>>, String> {
    let path = &rules.path;
    let wrong = |error: std::io::Error| format!("{path}: {error}");
    let read = async {
        let mut text = String::new();
        let file = tokio::fs::File::open(path).await?;
        file.take(LARGEST + 1).read_to_string(&mut text).await?;
        Ok(text)
    };
    let text = timeout(PATIENCE, read).await.map_err(|_| format!("{path}: it cannot be read in time"))?;
    let text = text.map_err(wrong)?;
    if text.len() as u64 > LARGEST {
        return Err(format!("{path}: it is larger than {}", model::ByteSize(LARGEST)));
    }
    // Whoever writes it may be in the midst of it.
    let mut documents =
        tree::parse(&text, path, tree::TreeLimits::default()).map_err(|finding| finding.to_string())?;
    let value = documents.pop().map(|document| document.to_value()).unwrap_or_default();
    let endpoints: Vec<model::Endpoint> =
        serde_path_to_error::deserialize(value).map_err(|error| format!("{path}: {error}"))?;
    let found = endpoints.into_iter().map(|endpoint| Found { endpoint, host: None, priority: 0 });
    Ok(Lives { what: found.collect(), ttl: rules.interval.0 })
}

/// Whether the servers that a document names may be asked. Those of operators and of the system may, wherever they are: clouds have theirs nearby.
fn may_ask(rules: &DnsDiscovery, connector: &Connector) -> Result<(), String> {
    for server in &rules.resolver {
        let checked = connector.check(server.ip());
        checked.map_err(|error| format!("the DNS server {server} is not asked: {error}"))?;
    }
    Ok(())
}

/// What DNS says of a name, and for how long.
async fn by_dns(rules: &DnsDiscovery, names: &Names) -> Result<Lives<Vec<Found>>, String> {
    let asked = async {
        match rules.records {
            DnsRecords::Address => by_addresses(rules, names).await,
            DnsRecords::Srv => by_services(rules, names).await,
        }
    };
    let found = timeout(PATIENCE, asked).await;
    let found = found.map_err(|_| format!("`{}` was not looked up in time", rules.name))?;
    found.map_err(NoName::into_text)
}

async fn by_addresses(rules: &DnsDiscovery, names: &Names) -> Result<Lives<Vec<Found>>, NoName> {
    let DnsDiscovery { name, port, scheme, resolver, .. } = rules;
    let Lives { what, ttl } = names.addresses(name, resolver).await?;
    let port = port.unwrap_or(scheme.port());
    let host = format!("{}:{port}", name.trim_end_matches('.'));
    let addresses: BTreeSet<_> = what.into_iter().map(|address| SocketAddr::new(address, port)).collect();
    let found = |address| Found {
        endpoint: model::Endpoint::at(format!("{}://{address}", scheme.as_str())),
        host: Some(host.clone()),
        priority: 0,
    };
    Ok(Lives { what: addresses.into_iter().map(found).collect(), ttl })
}

/// The addresses of all services. One that leads nowhere is left out; where it is not known whether one does, nothing is.
async fn by_services(rules: &DnsDiscovery, names: &Names) -> Result<Lives<Vec<Found>>, NoName> {
    let DnsDiscovery { name, scheme, resolver, .. } = rules;
    let Lives { what: services, mut ttl } = names.services(name, resolver).await?;
    let mut targets: Vec<String> = services.iter().map(|service| service.host.clone()).collect();
    targets.sort_unstable();
    targets.dedup();
    let asked = stream::iter(targets).map(|target: String| async move {
        // What stands in an answer is whole: no search list is needed.
        let answer = names.addresses(&format!("{target}."), resolver).await;
        (target, answer)
    });
    let answers: Vec<_> = asked.buffer_unordered(AT_ONCE).collect().await;
    let mut addresses = HashMap::new();
    for (target, answer) in answers {
        match answer {
            Ok(found) => {
                ttl = ttl.min(found.ttl);
                addresses.insert(target, found.what);
            }
            Err(NoName::Nothing(why)) => tracing::debug!("a service is left out: {why}"),
            Err(away) => return Err(away),
        }
    }
    let mut found = BTreeMap::new();
    for service in &services {
        for address in addresses.get(&service.host).into_iter().flatten() {
            let address = SocketAddr::new(*address, service.port);
            // One that is told twice counts where it comes first.
            found.entry(address).or_insert_with(|| Found {
                // Weight 0 is a small chance where others have more (RFC 2782), and not none.
                endpoint: model::Endpoint {
                    weight: u32::from(service.weight.max(1)),
                    ..model::Endpoint::at(format!("{}://{address}", scheme.as_str()))
                },
                host: Some(format!("{}:{}", service.host, service.port)),
                priority: service.priority,
            });
        }
    }
    if found.is_empty() {
        return Err(NoName::Nothing(format!("no service of `{name}` has an address")));
    }
    Ok(Lives { what: found.into_values().collect(), ttl })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connect::Network, nearby::Nearby};

    #[test]
    fn a_dns_server_nearby_is_asked_only_where_operators_name_it() {
        let nearby = Arc::<Nearby>::default();
        let connector = Connector::Network(Network::new(&Arc::default(), &nearby));
        let asks = |servers: &[&str]| {
            let rules = serde_json::json!({ "name": "orders.internal", "resolver": servers });
            may_ask(&serde_json::from_value(rules).unwrap(), &connector)
        };
        asks(&[]).unwrap();
        asks(&["10.0.0.2:53", "[fd12::1]:53"]).unwrap();
        for server in ["169.254.169.254:80", "[::ffff:169.254.169.253]:53", "[fe80::1]:53"] {
            let why = asks(&["10.0.0.2:53", server]).unwrap_err();
            assert!(why.starts_with(&format!("the DNS server {server} is not asked: ")), "{why}");
            assert!(why.contains("`allowed_link_local`"), "{why}");
        }
        let allowed_link_local = vec!["169.254.169.253".to_owned()];
        nearby.put(&model::Gateway { allowed_link_local, ..model::Gateway::default() });
        asks(&["169.254.169.253:53"]).unwrap();
        assert!(asks(&["169.254.169.254:53"]).is_err());
    }
}
