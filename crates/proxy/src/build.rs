//! Makes tables of snapshots; builds only what changed since the one before.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, Weak},
};

use ipnet::IpNet;
use model::{
    AskedCertificate, ByteSize, Finding, Gateway, Name, PolicyUse, Protocol, SharedMap, Snapshot, Span,
    Timeouts, TokenServer, Upstream,
    event::Target,
    snapshot::{Answers, Service},
    standing::UpstreamStanding,
};
use policy::{Catalogue, SignOuts, Time};

use crate::{
    LocalCounters,
    balance::{Balancer, Site},
    callers::Callers,
    chain::{Chain, Rule, RuleBuilder},
    guesses::Guesses,
    h3,
    router::{Conditions, Entry, Matching, Templates, Version, base_key, methods, segments},
    split::Split,
    table::{Bounds, Operation, Serving, Speaking, Table},
    tenants::{Known, Making, Numbers, Secrets},
    tls::{Asked, Certificates, Server, Terms, Toward},
    upstreams::Upstreams,
};

/// Policies a catalogue may have: one bit each.
const CATALOGUE_BOUND: usize = 128;

/// What tells sites apart: where they are, and how TLS is spoken with them.
type SiteKey = (bool, String, u16, Protocol, Option<usize>);

/// Makes tables, each from the snapshot and what was made of the one before.
pub(crate) struct Builder {
    catalogue: Catalogue,
    counters: LocalCounters,
    pub(crate) responses: Arc<cache::Store>,
    /// What paths of policies are relative to.
    folder: PathBuf,
    /// What TLS listeners are made with; there are none where it is missing.
    terms: Option<Terms>,
    sites: HashMap<SiteKey, Weak<Site>>,
    next_site: u64,
    upstreams: Upstreams,
    numbers: Numbers,
    /// Shared by all workspaces without callers.
    nobody: Arc<Callers>,
    before: Option<Before>,
}

/// The snapshot in force and what was made of it.
struct Before {
    snapshot: Arc<Snapshot>,
    table: Arc<Table>,
    wide: Wide,
}

/// The rules of the gateway as a whole, made anew for each workspace: what one remembers of its callers is of no use in another.
/// What they count, they count together.
type Wide = BTreeMap<Name, Arc<[Arc<Rule>]>>;

/// A table, and the rules of the gateway as a whole.
type Built = (Arc<Table>, Wide);

/// Authorization servers elsewhere, by the workspaces that take their tokens.
fn servers(snapshot: &Snapshot) -> BTreeMap<Arc<str>, Vec<Arc<TokenServer>>> {
    let mut by_workspace: BTreeMap<Arc<str>, Vec<Arc<TokenServer>>> = BTreeMap::new();
    for server in snapshot.servers.values() {
        by_workspace.entry(server.workspace.shared()).or_default().push(Arc::clone(server));
    }
    by_workspace
}

impl Builder {
    pub(crate) fn new(catalogue: Catalogue) -> Builder {
        Builder {
            catalogue,
            counters: LocalCounters::default(),
            responses: Arc::default(),
            folder: PathBuf::new(),
            terms: None,
            sites: HashMap::new(),
            next_site: 0,
            upstreams: Upstreams::default(),
            numbers: Numbers::default(),
            nobody: Arc::default(),
            before: None,
        }
    }

    /// Sessions that ended before their time, as policies see them.
    pub(crate) fn sign_outs(&self) -> Arc<SignOuts> {
        SignOuts::of(&self.counters)
    }

    /// A builder whose tables have what TLS listeners need.
    pub(crate) fn with_tls(self, terms: Terms) -> Builder {
        Builder { terms: Some(terms), ..self }
    }

    /// A builder for a gateway in a zone.
    pub(crate) fn in_zone(self, zone: Option<&str>) -> Builder {
        Builder { upstreams: self.upstreams.in_zone(zone), ..self }
    }

    /// A builder whose policies name files by paths from a folder.
    pub(crate) fn in_folder(self, folder: PathBuf) -> Builder {
        Builder { folder, ..self }
    }

    /// Upstreams that came into force with the last table.
    pub(crate) fn fresh(&mut self) -> Vec<Arc<Balancer>> {
        self.upstreams.fresh()
    }

    /// Makes the table of a snapshot.
    ///
    /// # Errors
    /// Everything that cannot be run. The builder stays as it was.
    pub(crate) fn build(&mut self, snapshot: Arc<Snapshot>) -> Result<Arc<Table>, Vec<Finding>> {
        let before = self.before.take();
        let built = self.build_from(before.as_ref(), &snapshot);
        match built {
            Ok((table, wide)) => {
                self.upstreams.commit();
                self.before = Some(Before { snapshot, table: Arc::clone(&table), wide });
                Ok(table)
            }
            Err(findings) => {
                self.before = before;
                Err(findings)
            }
        }
    }

    /// How the upstreams stand; see [`Upstreams::standing`].
    pub(crate) fn standing(&self, key: Option<&str>, at: Time, most: usize) -> Vec<UpstreamStanding> {
        self.upstreams.standing(key, at, most)
    }

    /// The snapshot in force, and what was made of it.
    pub(crate) fn in_force(&self) -> Option<(&Snapshot, &Table)> {
        self.before.as_ref().map(|before| (&*before.snapshot, &*before.table))
    }

    fn build_from(&mut self, before: Option<&Before>, snapshot: &Snapshot) -> Result<Built, Vec<Finding>> {
        let Builder {
            catalogue,
            counters,
            responses,
            folder,
            terms,
            sites,
            next_site,
            upstreams,
            numbers,
            nobody,
            ..
        } = self;
        upstreams.begin();
        let secrets = Secrets::of(snapshot);
        let mut rules = RuleBuilder {
            catalogue: *catalogue,
            counters,
            responses,
            contract: None,
            secrets: &snapshot.secrets,
            folder,
            findings: Vec::new(),
        };
        let same_secrets = before.is_none_or(|before| before.snapshot.secrets == snapshot.secrets);
        if catalogue.0.len() > CATALOGUE_BOUND {
            let message = format!("a catalogue may have {CATALOGUE_BOUND} policies");
            rules.findings.push(Finding::error("too-many-policies", message));
        }
        let gateway = &*snapshot.gateway;
        responses.resize(cache::Bounds { memory: gateway.cache.memory.0, disk: gateway.cache.disk.0 });
        let place = format!("gateway/{}", gateway.name);
        let same_gateway = before.filter(|before| {
            before.snapshot.gateway.policies == gateway.policies
                && (same_secrets || !name_secrets(&gateway.policies))
                && before.snapshot.gateway.name == gateway.name
                && before.snapshot.gateway.timeouts.upstream == gateway.timeouts.upstream
        });
        let mut wide: Wide = match same_gateway {
            Some(before) => before.wide.clone(),
            None => Wide::new(),
        };
        // What is wrong with them is told where nothing is served, too.
        wide.entry(Name::default_workspace())
            .or_insert_with(|| rules.level(&gateway.policies, &place, "").into());

        if sites.len() > 1024 && sites.len().is_power_of_two() {
            sites.retain(|_, site| site.strong_count() > 0);
        }
        let mut site = |tls: bool,
                        host: &str,
                        port: u16,
                        protocol: Protocol,
                        toward: Option<&Arc<Toward>>|
         -> Arc<Site> {
            // A site holds what its key points at, so that nothing else can lie there while it lives.
            let key = (tls, host.to_owned(), port, protocol, toward.map(|toward| Arc::as_ptr(toward).addr()));
            let known = sites.entry(key).or_default();
            known.upgrade().unwrap_or_else(|| {
                *next_site += 1;
                let site = Arc::new(Site {
                    tls,
                    host: host.to_owned(),
                    port,
                    id: *next_site,
                    protocol,
                    toward: toward.cloned(),
                    metadata: false,
                });
                *known = Arc::downgrade(&site);
                site
            })
        };
        // Where the gateway's own policies changed, everything is made anew; else what changed is, and the rest is shared.
        let (mut services, mut router, mut asking) = same_gateway
            .map(|before| (before.table.services.clone(), before.table.router.clone(), before.table.asking))
            .unwrap_or_default();
        let none = SharedMap::new();
        let known = same_gateway.map_or(&none, |before| &before.snapshot.services);
        let changes = snapshot.services.changes(known, Arc::ptr_eq);
        let mut due: Vec<_> = changes.into_iter().map(|(key, _, service)| (key, service)).collect();
        if !same_secrets {
            let names = |(key, service): &(&Arc<str>, &Arc<Service>)| {
                known.get(key).is_some_and(|known| Arc::ptr_eq(known, service)) && names_secrets(service)
            };
            due.extend(snapshot.services.iter().filter(names).map(|(key, service)| (key, Some(service))));
        }
        for (key, service) in due {
            if let Some(gone) = services.remove(key) {
                router.remove(&gone);
                asking -= usize::from(gone.asks_for_certificate());
            }
            let Some(service) = service else { continue };
            let tenant = numbers.of(&service.workspace);
            let of_workspace = wide
                .entry(service.workspace.clone())
                .or_insert_with(|| rules.level(&gateway.policies, &place, "").into());
            rules.secrets = secrets.of_workspace(&service.workspace);
            let made = serve((service, tenant), gateway, of_workspace, &mut rules, upstreams, &mut site);
            rules.secrets = &snapshot.secrets;
            if let Some(serving) = made {
                let serving = Arc::new(serving);
                router.insert(&serving);
                asking += usize::from(serving.asks_for_certificate());
                services.insert(Arc::clone(key), serving);
            }
        }

        rules.contract = None;
        let known = before.map(|before| Known { snapshot: &before.snapshot, tenants: &before.table.tenants });
        let making = Making::from(known.as_ref(), numbers, nobody);
        let tenants = making.make(known.as_ref(), snapshot, (&secrets, same_secrets), &mut rules);
        let certificates = match before.filter(|before| before.snapshot.certificates == snapshot.certificates)
        {
            Some(before) => Arc::clone(&before.table.certificates),
            None => {
                let known = before.map(|before| &*before.table.certificates);
                Arc::new(Certificates::read(&snapshot.certificates, known, &mut rules.findings))
            }
        };
        let modes: BTreeSet<AskedCertificate> =
            gateway.listeners.iter().filter_map(|listener| listener.client_certificate).collect();
        let same_tls = before.filter(|before| {
            before.snapshot.gateway.tls == gateway.tls
                && before.table.asked.keys().eq(&modes)
                && (before.table.asking > 0) == (asking > 0)
                && Arc::ptr_eq(&before.table.certificates, &certificates)
        });
        let idle = gateway.timeouts.idle.0;
        let quic = |tls: &Arc<Server>| gateway.tls.http3.then(|| h3::config(&tls.config, idle)).flatten();
        let (tls, asked) = match (terms, same_tls) {
            (None, _) => (None, BTreeMap::new()),
            (Some(_), Some(before)) => {
                let asked = before.table.asked.iter();
                let asked = asked.map(|(mode, Speaking { tls, .. })| {
                    (*mode, Speaking { tls: Arc::clone(tls), quic: quic(tls) })
                });
                (before.table.tls.clone(), asked.collect())
            }
            (Some(terms), None) => {
                let tls = terms.server(
                    &gateway.tls,
                    Asked::of(asking > 0),
                    &certificates,
                    &place,
                    &mut rules.findings,
                );
                let mut asked = BTreeMap::new();
                for mode in modes.into_iter().filter(|_| tls.is_some()) {
                    let of_mode = Asked::By(mode);
                    let made =
                        terms.server(&gateway.tls, of_mode, &certificates, &place, &mut rules.findings);
                    asked.extend(made.map(|tls| (mode, Speaking { quic: quic(&tls), tls })));
                }
                (tls, asked)
            }
        };
        let quic = tls.as_ref().and_then(quic);
        let trusted = trusted(gateway, &place, &mut rules.findings);
        if !rules.findings.is_empty() {
            return Err(rules.findings);
        }
        let same_guesses =
            before.filter(|before| before.snapshot.gateway.wrong_credentials == gateway.wrong_credentials);
        let guesses = match same_guesses {
            Some(before) => before.table.guesses.clone(),
            None => Guesses::new(gateway.wrong_credentials, counters),
        };
        let blocks = before
            .map_or(0, |before| before.table.blocks + u64::from(before.snapshot.blocks != snapshot.blocks));
        let table = Table {
            number: snapshot.number,
            bounds: bounds(gateway),
            trusted,
            router,
            services,
            tenants,
            guesses,
            blocks,
            issuers: snapshot.issuers.clone(),
            servers: servers(snapshot),
            portal: snapshot.portal.clone(),
            certificates,
            tls,
            asking,
            quic,
            asked,
        };
        Ok((Arc::new(table), wide))
    }
}

/// Makes the running form of a service; `None` where it cannot run, and a finding says why.
fn serve(
    (service, tenant): (&Arc<Service>, usize),
    gateway: &Gateway,
    wide: &[Arc<Rule>],
    rules: &mut RuleBuilder<'_>,
    upstreams: &mut Upstreams,
    site: &mut impl FnMut(bool, &str, u16, Protocol, Option<&Arc<Toward>>) -> Arc<Site>,
) -> Option<Serving> {
    let base = base_key(&service.listen.path);
    rules.contract.clone_from(&service.contract);
    let anew = rules.with_contract(wide, &gateway.policies);
    let wide = anew.as_deref().unwrap_or(wide);
    let own = rules.level(&service.policies, &service.key, "");
    let whole = Arc::new(Chain::compose(&[wide, &own]));
    let name = service.name();
    let operation = |id: &Arc<str>, base: &str, path: String, chain: Arc<Chain>| Operation {
        target: Arc::new(Target {
            workspace: service.workspace.shared(),
            key: Arc::clone(&service.key),
            service: Arc::clone(&name),
            operation: Arc::clone(id),
            path: path.into(),
        }),
        chain,
        strip: if service.listen.strip_path { segments(base).count() } else { 0 },
    };
    let none: Arc<str> = "".into();
    let everything = if base.is_empty() { "/" } else { &base };
    let mut templates = None;
    let mut matches = Vec::new();
    let mut operations = Vec::new();
    match &service.answers {
        Answers::Everything => {
            operations.push(operation(&none, &base, everything.to_owned(), Arc::clone(&whole)))
        }
        Answers::Contract(routes) => {
            let templates = templates.insert(Templates::default());
            for (index, route) in routes.iter().enumerate() {
                let methods = methods(&route.methods);
                let conditions = route.soap_action.as_deref().map(Conditions::soap_action).map(Arc::new);
                templates.insert(&route.path, Entry { methods, conditions, target: index });
                let chain = if route.policies.is_empty() {
                    Arc::clone(&whole)
                } else {
                    let place = format!("{}/{}", service.key, route.id);
                    let narrow = rules.level(&route.policies, &place, "");
                    Arc::new(Chain::compose(&[wide, &own, &narrow]))
                };
                operations.push(operation(&route.id, &base, format!("{base}{}", route.path), chain));
            }
        }
        Answers::Route(all) => {
            let name: Arc<str> = name.split_once('/').map_or("", |(_, name)| name).into();
            for (index, matched) in all.iter().enumerate() {
                let matching = Matching::read(matched).map_err(|(field, message)| {
                    let field = match index.checked_sub(1) {
                        None => format!("match.{field}"),
                        Some(index) => format!("also_match[{index}].{field}"),
                    };
                    let finding = Finding::error("invalid-match", message).in_resource(&*service.key);
                    rules.findings.push(finding.in_field(field));
                });
                let matching = matching.ok()?;
                let path = match &matched.path_regex {
                    Some(regex) => regex.clone(),
                    None => format!("{}{}", matching.base, matched.split().1),
                };
                operations.push(operation(&name, &matching.base, path, Arc::clone(&whole)));
                matches.push(matching);
            }
        }
    }
    let mut told = |field: String, message: String| {
        let finding = Finding::error("invalid-upstream", message).in_resource(&*service.key);
        rules.findings.push(finding.in_field(field));
    };
    let of_usual = timeouts(&service.upstream, gateway);
    let upstream = upstreams
        .get(&service.key, &service.upstream, of_usual, site)
        .map_err(|(field, message)| told(format!("upstream.{field}"), message));
    let split = service.split.as_deref().map(|split| {
        Split::build(split, |branch| {
            let key = format!("{}/{}", service.key, branch.name).into();
            upstreams.get(&key, &branch.upstream, timeouts(&branch.upstream, gateway), site)
        })
    });
    let split = split.transpose().map_err(|(field, message)| told(field, message)).ok()?;
    let version = Version::read(service).map_err(|(field, message)| {
        let finding = Finding::error("invalid-version", message).in_resource(&*service.key);
        rules.findings.push(finding.in_field(format!("listen.version.{field}")));
    });
    Some(Serving {
        missing: operation(&none, &base, everything.to_owned(), whole),
        operations: operations.into(),
        templates,
        matches: matches.into(),
        upstream: upstream.ok()?,
        split: split.map(Box::new),
        version: version.ok()?.map(Box::new),
        service: Arc::clone(service),
        tenant,
        base,
    })
}

/// Whether a secret that changes changes these.
fn name_secrets(policies: &[PolicyUse]) -> bool {
    policies.iter().any(|policy| !model::secret_references(&policy.config).is_empty())
}

fn names_secrets(service: &Service) -> bool {
    let operations = match &service.answers {
        Answers::Contract(operations) => &operations[..],
        Answers::Everything | Answers::Route(_) => &[],
    };
    name_secrets(&service.policies) || operations.iter().any(|one| name_secrets(&one.policies))
}

/// The gateway's own bound holds where the upstream says nothing.
fn timeouts(upstream: &Upstream, gateway: &Gateway) -> Timeouts {
    let timeouts = upstream.timeouts;
    match gateway.timeouts.upstream {
        Some(total) if timeouts.total == Timeouts::default().total => Timeouts { total, ..timeouts },
        _ => timeouts,
    }
}

fn trusted(gateway: &Gateway, place: &str, findings: &mut Vec<Finding>) -> Box<[IpNet]> {
    let mut networks = Vec::with_capacity(gateway.trusted_proxies.len());
    for (index, text) in gateway.trusted_proxies.iter().enumerate() {
        match text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)) {
            Ok(network) => networks.push(network),
            Err(_) => {
                let message = format!("`{text}` is neither an address nor a network, such as `10.0.0.0/8`");
                let finding = Finding::error("invalid-network", message);
                findings.push(finding.in_resource(place).in_field(format!("trusted_proxies[{index}]")));
            }
        }
    }
    networks.into()
}

fn bounds(gateway: &Gateway) -> Bounds {
    let (timeouts, limits) = (&gateway.timeouts, &gateway.limits);
    // Nobody wants a deadline of nothing: it would refuse every request.
    let span = |Span(span): Span| span.max(std::time::Duration::from_millis(1));
    let ByteSize(body) = limits.body;
    Bounds {
        header_timeout: span(timeouts.header),
        body_timeout: span(timeouts.body),
        idle_timeout: span(timeouts.idle),
        // hyper's read buffer is 8 KiB at least.
        head: limits.headers.as_usize().clamp(8 << 10, 1 << 20),
        body,
        connections: u64::from(limits.connections),
    }
}

#[cfg(test)]
mod tests {
    use model::{
        Upstream,
        snapshot::{Access, Caller, CallerKey},
    };
    use serde_json::json;

    use super::*;
    use crate::router::{Asked, Found};

    fn service(name: &str, hosts: &[&str], path: &str, answers: Answers) -> Arc<Service> {
        let upstream: Upstream = serde_json::from_value(json!({ "endpoints": ["http://a:1"] })).unwrap();
        Arc::new(Service {
            key: name.into(),
            api: None,
            workspace: "default".parse().unwrap(),
            listen: serde_json::from_value(json!({ "path": path, "hosts": hosts })).unwrap(),
            answers,
            upstream: Arc::new(upstream),
            split: None,
            policies: Vec::new(),
            contract: None,
        })
    }

    fn snapshot(services: impl IntoIterator<Item = Arc<Service>>) -> Snapshot {
        let services = services.into_iter().map(|service| (Arc::clone(&service.key), service)).collect();
        Snapshot { services, ..Snapshot::default() }
    }

    fn serving(table: &Table, path: &str) -> Option<Arc<Serving>> {
        let head = http::Request::get(path).body(()).unwrap().into_parts().0.into();
        let asked = Asked { host: "a", path, head: &head, client: IpAddr::from([127, 0, 0, 1]) };
        match table.router.find(&asked) {
            Found::Operation { serving, .. } => Some(Arc::clone(serving)),
            _ => None,
        }
    }

    fn found(table: &Table, path: &str) -> String {
        serving(table, path).map_or("nothing".to_owned(), |serving| serving.service.key.to_string())
    }

    #[test]
    fn only_what_changed_is_built_anew() {
        let mut builder = Builder::new(Catalogue::EMPTY);
        let number = |n: usize| service(&format!("s{n}"), &[], &format!("/base-{n}/v1"), Answers::Everything);
        let mut first = snapshot((0..20_000).map(number));
        let before = builder.build(Arc::new(first.clone())).unwrap();
        assert_eq!(found(&before, "/base-19999/v1/x"), "s19999");
        assert_eq!(found(&before, "/base-20000/v1/x"), "nothing");

        let hash = model::KeyHash([7; 32]);
        let caller = Caller {
            key: "app/shop".into(),
            name: "shop".into(),
            workspace: "default".parse().unwrap(),
            custom_id: None,
            groups: Box::default(),
            keys: Box::new([CallerKey { hash, expires_at: None, scopes: Default::default() }]),
            logins: Box::default(),
            client: None,
            access: Access::Any,
            policies: Box::default(),
        };
        first.callers.insert(Arc::clone(&caller.key), Arc::new(caller));
        let lone = Arc::strong_count(&before.services["s7"]);
        let called = builder.build(Arc::new(first.clone())).unwrap();
        let known = |table: &Table| table.tenants[0].callers.by_key(&hash).is_some();
        assert_eq!(Arc::strong_count(&before.services["s7"]), lone, "a new key leaves the routes alone");
        assert!(known(&called) && !known(&before));

        first.services.insert("s5".into(), service("s5", &[], "/moved", Answers::Everything));
        let moved = builder.build(Arc::new(first)).unwrap();
        assert_eq!(found(&moved, "/moved"), "s5");
        assert_eq!(found(&moved, "/base-5/v1"), "nothing");
        assert!(
            Arc::ptr_eq(&serving(&before, "/base-6/v1").unwrap(), &serving(&moved, "/base-6/v1").unwrap()),
            "a service that did not change is used again"
        );
    }

    #[test]
    fn what_cannot_run_is_said_all_at_once() {
        let broken = Service {
            upstream: Arc::new(serde_json::from_value(json!({ "endpoints": ["http://a", "b:1"] })).unwrap()),
            ..(*service("broken", &[], "/", Answers::Everything)).clone()
        };
        let mut snapshot = snapshot([Arc::new(broken)]);
        Arc::make_mut(&mut snapshot.gateway).trusted_proxies =
            vec!["10.0.0.0/8".to_owned(), "ten".to_owned()];
        let mut builder = Builder::new(Catalogue::EMPTY);
        let Err(findings) = builder.build(Arc::new(snapshot)) else { panic!("it cannot run") };
        let texts: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(texts[0].contains("broken: upstream.endpoints[1]"), "{texts:#?}");
        assert!(texts[1].contains("gateway/default: trusted_proxies[1]"), "{texts:#?}");
    }
}
