//! What names lead to: by the hosts file, by DNS, and by whatever else the system asks.

use std::{
    collections::HashMap,
    error::Error,
    fs,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use hickory_resolver::{
    Hosts, TokioResolver,
    config::{
        ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
    },
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        op::Query,
        rr::{Name, RData, Record, RecordType},
    },
    system_conf::read_system_conf,
};

use crate::worker::lock;

/// How long what says nothing of it is held true: the hosts file, and what the system says.
const USUAL: Duration = Duration::from_secs(5);
/// How long one question waits for its answer before it is asked again, of servers that were named.
const PATIENCE: Duration = Duration::from_secs(1);
/// Sets of servers remembered at most.
const SETS: usize = 256;

/// Asks what names lead to.
#[derive(Default)]
pub(crate) struct Names {
    /// Whom to ask; nobody where it is the system's affair.
    servers: Box<[SocketAddr]>,
    system: Mutex<Option<System>>,
    named: Mutex<HashMap<Box<[SocketAddr]>, Arc<TokioResolver>>>,
    hosts: Mutex<Option<(Stamp, Arc<Hosts>)>>,
}

/// What something is for a time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lives<T> {
    pub(crate) what: T,
    pub(crate) ttl: Duration,
}

/// One of the services of a name (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Service {
    pub(crate) priority: u16,
    pub(crate) weight: u16,
    pub(crate) port: u16,
    /// Without a dot at its end.
    pub(crate) host: String,
}

/// Why a name leads nowhere.
#[derive(Debug)]
pub(crate) enum NoName {
    /// It is known that there is nothing.
    Nothing(String),
    /// It is not known.
    Away(String),
}

/// The resolver that the system's own file describes, as long as the file is as it was.
struct System {
    of: Stamp,
    resolver: Arc<TokioResolver>,
}

/// When a file was written, and how long it is.
type Stamp = Option<(SystemTime, u64)>;

impl Names {
    /// Asks these servers, or, where there are none, whom the system asks.
    pub(crate) fn of(servers: &[SocketAddr]) -> Names {
        Names { servers: servers.into(), ..Names::default() }
    }

    /// The addresses of a name, by these servers where there are any.
    pub(crate) async fn addresses(
        &self,
        name: &str,
        servers: &[SocketAddr],
    ) -> Result<Lives<Vec<IpAddr>>, NoName> {
        if let Some(found) = self.in_hosts(name) {
            return Ok(Lives { what: found, ttl: USUAL });
        }
        let servers = if servers.is_empty() { &self.servers } else { servers };
        let Some(resolver) = self.resolver(servers) else { return by_the_system(name).await };
        match resolver.lookup_ip(name).await {
            Ok(found) => {
                let what: Vec<_> = found.iter().collect();
                let ttl = ttl(found.as_lookup().answers());
                if what.is_empty() { Err(nothing(name)) } else { Ok(Lives { what, ttl }) }
            }
            Err(error) => match why(name, &error) {
                // There are names that DNS knows nothing of.
                NoName::Nothing(_) if servers.is_empty() => by_the_system(name).await,
                other => Err(other),
            },
        }
    }

    /// The services of a name, those that come first at the beginning.
    pub(crate) async fn services(
        &self,
        name: &str,
        servers: &[SocketAddr],
    ) -> Result<Lives<Vec<Service>>, NoName> {
        let servers = if servers.is_empty() { &self.servers } else { servers };
        let Some(resolver) = self.resolver(servers) else {
            return Err(NoName::Away("the system names no DNS server".to_owned()));
        };
        let found = resolver.lookup(name, RecordType::SRV).await.map_err(|error| why(name, &error))?;
        let service = |record: &Record| match &record.data {
            // "." says that there is no such service.
            RData::SRV(srv) if !srv.target.is_root() => Some(Service {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                host: srv.target.to_utf8().trim_end_matches('.').to_owned(),
            }),
            _ => None,
        };
        let mut what: Vec<_> = found.answers().iter().filter_map(service).collect();
        what.sort_unstable();
        if what.is_empty() { Err(nothing(name)) } else { Ok(Lives { what, ttl: ttl(found.answers()) }) }
    }

    fn in_hosts(&self, name: &str) -> Option<Vec<IpAddr>> {
        let hosts = {
            let mut known = lock(&self.hosts);
            let stamp = stamp("/etc/hosts");
            match &*known {
                Some((of, hosts)) if *of == stamp => Arc::clone(hosts),
                _ => {
                    let hosts = Arc::new(Hosts::from_system().unwrap_or_default());
                    *known = Some((stamp, Arc::clone(&hosts)));
                    hosts
                }
            }
        };
        let name: Name = name.to_ascii_lowercase().parse().ok()?;
        let of = |kind| {
            let found = hosts.lookup_static_host(&Query::query(name.clone(), kind))?;
            Some(found.answers().iter().filter_map(|record| record.data.ip_addr()).collect::<Vec<_>>())
        };
        let mut found = of(RecordType::A).unwrap_or_default();
        found.extend(of(RecordType::AAAA).unwrap_or_default());
        found.dedup();
        (!found.is_empty()).then_some(found)
    }

    /// Nothing where the system names nobody to ask.
    fn resolver(&self, servers: &[SocketAddr]) -> Option<Arc<TokioResolver>> {
        if servers.is_empty() {
            return self.of_the_system();
        }
        let mut named = lock(&self.named);
        if let Some(known) = named.get(servers) {
            return Some(Arc::clone(known));
        }
        let both = |server: &SocketAddr| {
            let mut ways = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            ways.iter_mut().for_each(|way| way.port = server.port());
            NameServerConfig::new(server.ip(), true, ways)
        };
        let config = ResolverConfig::from_name_servers(servers.iter().map(both).collect());
        let mut options = ResolverOpts::default();
        options.timeout = PATIENCE;
        let resolver = Arc::new(build(config, options)?);
        if named.len() >= SETS {
            named.clear();
        }
        named.insert(servers.into(), Arc::clone(&resolver));
        Some(resolver)
    }

    fn of_the_system(&self) -> Option<Arc<TokioResolver>> {
        let mut system = lock(&self.system);
        let stamp = stamp("/etc/resolv.conf");
        if let Some(known) = &*system
            && known.of == stamp
        {
            return Some(Arc::clone(&known.resolver));
        }
        let (config, options) = read_system_conf().ok()?;
        let resolver = Arc::new(build(config, options)?);
        *system = Some(System { of: stamp, resolver: Arc::clone(&resolver) });
        Some(resolver)
    }
}

fn build(config: ResolverConfig, mut options: ResolverOpts) -> Option<TokioResolver> {
    // Whoever asks remembers the answer, and has looked at the hosts file.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options;
    builder.build().ok()
}

async fn by_the_system(name: &str) -> Result<Lives<Vec<IpAddr>>, NoName> {
    let found = tokio::net::lookup_host((name, 0)).await;
    let found = found.map_err(|error| NoName::Away(format!("`{name}`: {error}")))?;
    let mut what: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    what.dedup();
    if what.is_empty() { Err(nothing(name)) } else { Ok(Lives { what, ttl: USUAL }) }
}

fn ttl(records: &[Record]) -> Duration {
    let least = records.iter().map(|record| record.ttl).min();
    Duration::from_secs(least.unwrap_or_default().into())
}

fn nothing(name: &str) -> NoName {
    NoName::Nothing(format!("DNS knows nothing of the kind for `{name}`"))
}

fn why(name: &str, error: &NetError) -> NoName {
    if error.is_nx_domain() {
        return NoName::Nothing(format!("the name `{name}` does not exist"));
    }
    match error {
        NetError::Dns(DnsError::NoRecordsFound(_)) => nothing(name),
        NetError::Dns(DnsError::ResponseCode(code)) => {
            NoName::Away(format!("`{name}`: the DNS server says: {code}"))
        }
        NetError::Timeout => NoName::Away(format!("`{name}`: no DNS server answers in time")),
        other => {
            let mut text = format!("`{name}`: {other}");
            let mut source = other.source();
            while let Some(error) = source {
                text = format!("{text}: {error}");
                source = error.source();
            }
            NoName::Away(text)
        }
    }
}

fn stamp(path: &str) -> Stamp {
    let known = fs::metadata(path).ok()?;
    Some((known.modified().ok()?, known.len()))
}

impl NoName {
    pub(crate) fn into_text(self) -> String {
        match self {
            NoName::Nothing(text) | NoName::Away(text) => text,
        }
    }
}
