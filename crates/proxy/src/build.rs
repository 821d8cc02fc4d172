//! Makes tables of snapshots; builds only what changed since the one before.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Weak},
};

use ipnet::IpNet;
use model::{
    ByteSize, Finding, Gateway, Snapshot, Span, Timeouts,
    event::Target,
    snapshot::{Answers, Service},
};
use policy::Catalogue;

use crate::{
    LocalCounters,
    balance::{Balancer, Site},
    callers::Callers,
    chain::{CallerRules, Chain, Rule, RuleBuilder},
    router::{Router, Templates, path::literal_key, segments},
    table::{Bounds, Operation, Serving, Table},
    tls::Certificates,
};

/// Policies a catalogue may have: one bit each.
const CATALOGUE_BOUND: usize = 128;

/// Makes tables, each from the snapshot and what was made of the one before.
pub(crate) struct Builder {
    catalogue: Catalogue,
    counters: LocalCounters,
    sites: HashMap<(bool, String, u16), Weak<Site>>,
    next_site: u64,
    before: Option<Before>,
}

/// The snapshot in force and what was made of it.
struct Before {
    snapshot: Arc<Snapshot>,
    table: Arc<Table>,
    services: HashMap<Arc<str>, Arc<Serving>>,
    wide: Arc<[Arc<Rule>]>,
}

impl Builder {
    pub(crate) fn new(catalogue: Catalogue) -> Builder {
        Builder {
            catalogue,
            counters: LocalCounters::default(),
            sites: HashMap::new(),
            next_site: 0,
            before: None,
        }
    }

    /// Makes the table of a snapshot.
    ///
    /// # Errors
    /// Everything that cannot be run. The builder stays as it was.
    pub(crate) fn build(&mut self, snapshot: Arc<Snapshot>) -> Result<Arc<Table>, Vec<Finding>> {
        let before = self.before.take();
        let built = self.build_from(before.as_ref(), &snapshot);
        match built {
            Ok((table, services, wide)) => {
                self.before = Some(Before { snapshot, table: Arc::clone(&table), services, wide });
                Ok(table)
            }
            Err(findings) => {
                self.before = before;
                Err(findings)
            }
        }
    }

    #[expect(
        clippy::type_complexity,
        reason = "the parts of `Before` but for the snapshot, named where they are taken apart"
    )]
    fn build_from(
        &mut self,
        before: Option<&Before>,
        snapshot: &Snapshot,
    ) -> Result<(Arc<Table>, HashMap<Arc<str>, Arc<Serving>>, Arc<[Arc<Rule>]>), Vec<Finding>> {
        let Builder { catalogue, counters, sites, next_site, .. } = self;
        let mut rules = RuleBuilder { catalogue: *catalogue, counters, findings: Vec::new() };
        if catalogue.0.len() > CATALOGUE_BOUND {
            let message = format!("a catalogue may have {CATALOGUE_BOUND} policies");
            rules.findings.push(Finding::error("too-many-policies", message));
        }
        let gateway = &*snapshot.gateway;
        let place = format!("gateway/{}", gateway.name);
        let same_gateway = before.filter(|before| {
            before.snapshot.gateway.policies == gateway.policies
                && before.snapshot.gateway.name == gateway.name
                && before.snapshot.gateway.timeouts.upstream == gateway.timeouts.upstream
        });
        let wide: Arc<[Arc<Rule>]> = match same_gateway {
            Some(before) => Arc::clone(&before.wide),
            None => rules.level(&gateway.policies, &place, "").into(),
        };

        if sites.len() > 1024 && sites.len().is_power_of_two() {
            sites.retain(|_, site| site.strong_count() > 0);
        }
        let mut site = |tls: bool, host: &str, port: u16| -> Arc<Site> {
            let known = sites.entry((tls, host.to_owned(), port)).or_default();
            known.upgrade().unwrap_or_else(|| {
                *next_site += 1;
                let site = Arc::new(Site { tls, host: host.to_owned(), port, id: *next_site });
                *known = Arc::downgrade(&site);
                site
            })
        };
        let mut services = HashMap::with_capacity(snapshot.services.len());
        let mut changed = before.is_none_or(|before| before.services.len() != snapshot.services.len());
        for (key, service) in &snapshot.services {
            let known = same_gateway.and_then(|before| before.services.get(key));
            let serving = match known.filter(|serving| Arc::ptr_eq(&serving.service, service)) {
                Some(serving) => Arc::clone(serving),
                None => {
                    changed = true;
                    match serve(service, gateway, &wide, &mut rules, &mut site) {
                        Some(serving) => Arc::new(serving),
                        None => continue,
                    }
                }
            };
            services.insert(Arc::clone(key), serving);
        }
        let router = match before.filter(|_| !changed) {
            Some(before) => Arc::clone(&before.table.router),
            // In the snapshot's order, so that which of two equals wins is always the same.
            None => Arc::new(Router::build(snapshot.services.keys().filter_map(|key| services.get(key)))),
        };

        let plans = match before.filter(|before| before.snapshot.plans == snapshot.plans) {
            Some(before) => Arc::clone(&before.table.plans),
            None => {
                let build = |(name, plan): (&Arc<str>, &Arc<model::snapshot::PlanRules>)| {
                    let built = rules.for_callers(&plan.policies, &format!("plan/{name}"));
                    (Arc::clone(name), Arc::new(built))
                };
                Arc::new(snapshot.plans.iter().map(build).collect())
            }
        };
        let (callers, caller_rules) = callers(before, snapshot, &mut rules);
        let certificates = match before.filter(|before| before.snapshot.certificates == snapshot.certificates)
        {
            Some(before) => Arc::clone(&before.table.certificates),
            None => Arc::new(Certificates::read(snapshot.certificates.values(), &mut rules.findings)),
        };
        let trusted = trusted(gateway, &place, &mut rules.findings);
        if !rules.findings.is_empty() {
            return Err(rules.findings);
        }
        let table = Table {
            number: snapshot.number,
            bounds: bounds(gateway),
            trusted,
            router,
            callers,
            plans,
            caller_rules,
            certificates,
        };
        Ok((Arc::new(table), services, wide))
    }
}

/// Makes the running form of a service; `None` where it cannot run, and a finding says why.
fn serve(
    service: &Arc<Service>,
    gateway: &Gateway,
    wide: &[Arc<Rule>],
    rules: &mut RuleBuilder<'_>,
    site: &mut impl FnMut(bool, &str, u16) -> Arc<Site>,
) -> Option<Serving> {
    let base: String = segments(&service.listen.path).flat_map(|segment| ["/", segment]).collect();
    let base = literal_key(&base);
    let own = rules.level(&service.policies, &service.key, "");
    let whole = Arc::new(Chain::compose(&[wide, &own]));
    let operation = |id: &Arc<str>, path: &str, chain: Arc<Chain>| Operation {
        target: Arc::new(Target {
            workspace: service.workspace.shared(),
            service: Arc::clone(&service.key),
            operation: Arc::clone(id),
            path: format!("{base}{path}").into(),
        }),
        chain,
    };
    let none: Arc<str> = "".into();
    let rest = if base.is_empty() { "/" } else { "" };
    let mut templates = Templates::new();
    let routes = match &service.answers {
        Answers::Everything => &[][..],
        Answers::Contract(routes) => routes,
        Answers::Route(route) => std::slice::from_ref(route),
    };
    let mut operations = Vec::with_capacity(routes.len().max(1));
    for (index, route) in routes.iter().enumerate() {
        templates.insert(&route.path, &route.methods, index);
        let chain = if route.policies.is_empty() {
            Arc::clone(&whole)
        } else {
            let place = format!("{}/{}", service.key, route.id);
            let narrow = rules.level(&route.policies, &place, "");
            Arc::new(Chain::compose(&[wide, &own, &narrow]))
        };
        operations.push(operation(&route.id, &route.path, chain));
    }
    let templates = match service.answers {
        Answers::Everything => {
            operations.push(operation(&none, rest, Arc::clone(&whole)));
            None
        }
        _ => Some(templates),
    };
    let mut timeouts = service.upstream.timeouts;
    if let Some(total) = gateway.timeouts.upstream
        && timeouts.total == Timeouts::default().total
    {
        timeouts.total = total;
    }
    let upstream = Balancer::build(&service.upstream, timeouts, site).map_err(|(index, message)| {
        let field = format!("upstream.endpoints[{index}]");
        rules
            .findings
            .push(Finding::error("invalid-endpoint", message).in_resource(&*service.key).in_field(field));
    });
    Some(Serving {
        strip: if service.listen.strip_path { segments(&base).count() } else { 0 },
        missing: operation(&none, rest, whole),
        operations: operations.into(),
        templates,
        upstream: upstream.ok()?,
        service: Arc::clone(service),
        base,
    })
}

type RulesByCaller = Arc<HashMap<Arc<str>, Arc<CallerRules>>>;

fn callers(
    before: Option<&Before>,
    snapshot: &Snapshot,
    rules: &mut RuleBuilder<'_>,
) -> (Arc<Callers>, RulesByCaller) {
    let nobody = Default::default();
    let (known, index, known_rules) = match before {
        Some(before) => {
            (&before.snapshot.callers, (*before.table.callers).clone(), Some(&before.table.caller_rules))
        }
        None => (&nobody, Callers::default(), None),
    };
    let index = index.changed(known, &snapshot.callers);
    let mut by_caller = HashMap::new();
    for (key, caller) in snapshot.callers.iter().filter(|(_, caller)| !caller.policies.is_empty()) {
        let same = known.get(key).is_some_and(|other| Arc::ptr_eq(other, caller));
        let built = match known_rules.and_then(|rules| rules.get(key)).filter(|_| same) {
            Some(built) => Arc::clone(built),
            None => Arc::new(rules.for_callers(&caller.policies, key)),
        };
        by_caller.insert(Arc::clone(key), built);
    }
    (Arc::new(index), Arc::new(by_caller))
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
    use policy::CallerIndex;
    use serde_json::json;

    use super::*;
    use crate::router::Found;

    fn service(name: &str, hosts: &[&str], path: &str, answers: Answers) -> Arc<Service> {
        let upstream: Upstream = serde_json::from_value(json!({ "endpoints": ["http://a:1"] })).unwrap();
        Arc::new(Service {
            key: name.into(),
            api: None,
            workspace: "default".parse().unwrap(),
            listen: serde_json::from_value(json!({ "path": path, "hosts": hosts })).unwrap(),
            answers,
            upstream: Arc::new(upstream),
            policies: Vec::new(),
        })
    }

    fn route(method: &str, path: &str) -> model::snapshot::OperationRoute {
        model::snapshot::OperationRoute {
            id: path.into(),
            methods: Some(method.to_owned()).filter(|method| !method.is_empty()).into_iter().collect(),
            path: path.to_owned(),
            policies: Vec::new(),
        }
    }

    fn snapshot(services: impl IntoIterator<Item = Arc<Service>>) -> Snapshot {
        let services = services.into_iter().map(|service| (Arc::clone(&service.key), service)).collect();
        Snapshot { services, ..Snapshot::default() }
    }

    fn found(table: &Table, host: &str, method: &str, path: &str) -> String {
        match table.router.find(host, path, &method.parse().unwrap()) {
            Found::Operation { serving, .. } => serving.service.key.to_string(),
            Found::OtherMethods { serving, leaf } => format!("{} 405 {}", serving.service.key, leaf.allow()),
            Found::NoOperation { serving } => format!("{} 404", serving.service.key),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn the_more_exact_host_then_the_longer_base_then_the_explicit_route_wins() {
        let everything = || Answers::Everything;
        let table = Builder::new(Catalogue::EMPTY)
            .build(Arc::new(snapshot([
                service("any", &[], "/", everything()),
                service("any-orders", &[], "/orders", Answers::Contract(vec![route("GET", "/{id}")])),
                service("exact", &["Api.example.com"], "/orders/v1", everything()),
                service("wild", &["*.example.com"], "/orders", everything()),
                service("wilder", &["*.eu.example.com"], "/orders", everything()),
                service("route", &[], "/orders", Answers::Route(route("POST", "/{id}/cancel"))),
                service("route-deep", &[], "/orders/special", Answers::Route(route("", ""))),
            ])))
            .unwrap();
        for (host, method, path, key) in [
            ("api.example.com", "GET", "/orders/v1/x", "exact"),
            ("api.example.com", "GET", "/orders/v2", "wild"),
            ("a.eu.example.com", "GET", "/orders", "wilder"),
            ("api.example.com", "GET", "/other", "any"),
            ("example.com", "GET", "/orders/7", "any-orders"),
            ("example.com", "PUT", "/orders/7", "any-orders 405 GET, HEAD"),
            ("example.com", "GET", "/orders/7/x", "any-orders 404"),
            ("example.com", "POST", "/orders/7/cancel", "route"),
            ("example.com", "GET", "/orders/7/cancel", "any-orders 404"),
            ("example.com", "GET", "/orders/special", "route-deep"),
            ("example.com", "GET", "/ordersx", "any"),
        ] {
            assert_eq!(found(&table, host, method, path), key, "{method} {host}{path}");
        }
    }

    #[test]
    fn only_what_changed_is_built_anew() {
        let mut builder = Builder::new(Catalogue::EMPTY);
        let number = |n: usize| service(&format!("s{n}"), &[], &format!("/base-{n}/v1"), Answers::Everything);
        let mut first = snapshot((0..20_000).map(number));
        let before = builder.build(Arc::new(first.clone())).unwrap();
        assert_eq!(found(&before, "a", "GET", "/base-19999/v1/x"), "s19999");
        assert_eq!(found(&before, "a", "GET", "/base-20000/v1/x"), "nothing");

        let hash = model::KeyHash([7; 32]);
        let caller = Caller {
            key: "app/shop".into(),
            name: "shop".into(),
            workspace: "default".parse().unwrap(),
            groups: Vec::new(),
            keys: vec![CallerKey { hash, expires_at: None }],
            access: Access::Any,
            policies: Vec::new(),
        };
        first.callers.insert(Arc::clone(&caller.key), Arc::new(caller));
        let called = builder.build(Arc::new(first.clone())).unwrap();
        assert!(Arc::ptr_eq(&before.router, &called.router), "a new key leaves the routes alone");
        assert!(called.callers.by_key(&hash).is_some() && before.callers.by_key(&hash).is_none());

        first.services.insert("s5".into(), service("s5", &[], "/moved", Answers::Everything));
        let moved = builder.build(Arc::new(first)).unwrap();
        assert_eq!(found(&moved, "a", "GET", "/moved"), "s5");
        assert_eq!(found(&moved, "a", "GET", "/base-5/v1"), "nothing");
        let serving = |table: &Table| match table.router.find("a", "/base-6/v1", &http::Method::GET) {
            Found::Operation { serving, .. } => Arc::clone(serving),
            _ => panic!("it is there"),
        };
        assert!(
            Arc::ptr_eq(&serving(&before), &serving(&moved)),
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
