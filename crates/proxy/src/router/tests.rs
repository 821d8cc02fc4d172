//! What wins, and that a change costs what it changes.

use std::collections::{BTreeSet, HashSet};

use http::Request;
use model::{
    Listen, Snapshot, Upstream,
    routing::{HeaderLine, Outcome, Question, Reason},
    snapshot::{OperationRoute, Service},
};
use policy::Catalogue;
use serde_json::{Value, json};

use super::*;
use crate::{Routes, build::Builder, table::Table};

/// A route of one match or several, or an API with `path` and, where it has a contract, `operations`: `["GET /{id}"]`.
fn service(key: &str, text: &Value) -> Arc<Service> {
    let upstream: Upstream = serde_json::from_value(json!({ "endpoints": ["http://a:1"] })).unwrap();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let (answers, listen) = if key.starts_with("route/") {
        let matches: Vec<RouteMatch> =
            list(text).into_iter().map(|value| serde_json::from_value(value).unwrap()).collect();
        (Answers::Route(matches), json!({}))
    } else {
        let answers = match text.get("operations") {
            None => Answers::Everything,
            Some(operations) => Answers::Contract(
                list(operations)
                    .iter()
                    .map(|operation| {
                        let (method, path) = operation.as_str().unwrap().split_once(' ').unwrap();
                        OperationRoute {
                            id: operation.as_str().unwrap().into(),
                            methods: vec![method.to_owned()],
                            path: path.to_owned(),
                            soap_action: None,
                            policies: Vec::new(),
                        }
                    })
                    .collect(),
            ),
        };
        let hosts = text.get("hosts").cloned().unwrap_or_else(|| json!([]));
        (answers, json!({ "path": text["path"], "hosts": hosts }))
    };
    Arc::new(Service {
        key: key.into(),
        api: None,
        workspace: "default".parse().unwrap(),
        listen: serde_json::from_value(listen).unwrap(),
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

fn table(services: impl IntoIterator<Item = Arc<Service>>) -> Arc<Table> {
    Builder::new(Catalogue::EMPTY).build(Arc::new(snapshot(services))).unwrap()
}

fn of(services: &[(&str, Value)]) -> Arc<Table> {
    table(services.iter().map(|(key, text)| service(key, text)))
}

/// What a request leads to. `line` is `GET host/path`, and after it headers: `GET a.example.com/x x-version=2 cookie:a=b`.
fn found(table: &Table, line: &str) -> String {
    let (head, host, path) = request(line);
    let asked = Asked { host: &host, path: &path, head: &head, client: [10, 0, 0, 1].into() };
    match table.router.find(&asked) {
        Found::Operation { serving, operation } => {
            format!("{}{}", serving.service.key, number(serving, operation))
        }
        Found::OtherMethods(others) => format!("405 {}", others.allow().join(" ")),
        Found::NoOperation { serving } => format!("404 {}", serving.service.key),
        Found::NoVersion(all) => format!("400 {}", super::refuse(all, &asked).extensions["versions"]),
        Found::Nothing => "nothing".to_owned(),
    }
}

fn number(serving: &Serving, operation: usize) -> String {
    if serving.operations.len() > 1 { format!("#{operation}") } else { String::new() }
}

fn request(line: &str) -> (RequestHead, String, String) {
    let mut words = line.split(' ');
    let method = words.next().unwrap();
    let target = words.next().unwrap();
    let (host, path) = target.split_at(target.find('/').unwrap());
    let mut request = Request::builder().method(method).uri(path);
    for header in words {
        let (name, value) = header.split_once('=').unwrap();
        request = request.header(name, value);
    }
    let head = RequestHead::from(request.body(()).unwrap().into_parts().0);
    let path = head.uri.path().to_owned();
    (head, host.to_owned(), path)
}

fn check(table: &Table, cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(found(table, line), *expected, "{line}");
    }
}

#[test]
fn the_more_exact_host_then_the_longer_base_then_the_explicit_route_wins() {
    let table = of(&[
        ("api/any", json!({ "path": "/" })),
        ("api/any-orders", json!({ "path": "/orders", "operations": ["GET /{id}"] })),
        ("api/exact", json!({ "path": "/orders/v1", "hosts": ["Api.example.com"] })),
        ("api/wild", json!({ "path": "/orders", "hosts": ["*.example.com"] })),
        ("api/wilder", json!({ "path": "/orders", "hosts": ["*.eu.example.com"] })),
        ("route/cancel", json!({ "path": "/orders/{id}/cancel", "methods": ["POST"] })),
        ("route/deep", json!({ "path": "/orders/special" })),
    ]);
    check(
        &table,
        &[
            ("GET api.example.com/orders/v1/x", "api/exact"),
            ("GET api.example.com/orders/v2", "api/wild"),
            ("GET a.eu.example.com/orders", "api/wilder"),
            ("GET api.example.com/other", "api/any"),
            ("GET example.com/orders/7", "api/any-orders"),
            ("PUT example.com/orders/7", "405 GET HEAD"),
            ("GET example.com/orders/7/x", "404 api/any-orders"),
            ("POST example.com/orders/7/cancel", "route/cancel"),
            ("GET example.com/orders/7/cancel", "405 POST"),
            ("GET example.com/orders/special", "route/deep"),
            ("GET example.com/ordersx", "api/any"),
        ],
    );
}

#[test]
fn the_more_literal_path_wins() {
    let table = of(&[
        ("route/exact", json!({ "path": "/users/me" })),
        ("route/mixed", json!({ "path": "/users/u-{id}" })),
        ("route/parameter", json!({ "path": "/users/{id}" })),
        ("route/rest", json!({ "path": "/users/*" })),
        ("route/number", json!({ "path_regex": "/users/[0-9]+" })),
        ("route/longer", json!({ "path_regex": "/users/[0-9]+/posts/.*" })),
        ("route/image", json!({ "path_regex": ".*\\.png" })),
        ("route/all", json!({ "path": "/*" })),
        ("api/users", json!({ "path": "/users" })),
    ]);
    check(
        &table,
        &[
            ("GET a/users/me", "route/exact"),
            ("GET a/users/u-7", "route/mixed"),
            ("GET a/users/ada", "route/parameter"),
            ("GET a/users/7", "route/number"),
            ("GET a/users/7/posts/1", "route/longer"),
            ("GET a/users/ada/posts", "route/rest"),
            ("GET a/users/me.png", "route/parameter"),
            ("GET a/users", "api/users"),
            ("GET a/a/b.png", "route/image"),
            ("GET a/a/b.png/c", "route/all"),
            ("GET a/", "route/all"),
        ],
    );
}

#[test]
fn with_methods_goes_before_without_and_what_asks_for_more_before_what_asks_for_less() {
    let path = "/x";
    let table = of(&[
        ("route/plain", json!({ "path": path })),
        ("route/get", json!({ "path": path, "methods": ["GET"] })),
        ("route/version", json!({ "path": path, "headers": { "x-version": "2" } })),
        ("route/any-version", json!({ "path": path, "headers": { "x-version": { "present": true } } })),
        ("route/some-version", json!({ "path": path, "headers": { "x-version": { "regex": "[2-9]" } } })),
        ("route/two", json!({ "path": path, "headers": { "x-version": "2" }, "query": { "beta": "1" } })),
        ("route/when", json!({ "path": path, "when": "request.headers['x-who'] == 'ada'" })),
        ("route/cookie", json!({ "path": path, "methods": ["POST"], "cookies": { "beta": "on" } })),
    ]);
    check(
        &table,
        &[
            ("GET a/x x-version=2", "route/get"),
            ("PUT a/x", "route/plain"),
            ("PUT a/x x-version=2", "route/version"),
            ("PUT a/x x-version=3", "route/some-version"),
            ("PUT a/x x-version=1", "route/any-version"),
            ("PUT a/x?beta=1 x-version=2", "route/two"),
            ("PUT a/x x-who=ada", "route/when"),
            ("PUT a/x x-who=ada x-version=9", "route/some-version"),
            ("POST a/x", "route/plain"),
            ("POST a/x cookie=beta=on", "route/cookie"),
            ("HEAD a/x", "route/get"),
        ],
    );
}

#[test]
fn what_does_not_hold_leaves_the_request_to_what_is_less_specific() {
    let table = of(&[
        (
            "route/canary",
            json!({ "hosts": ["shop.example.com"], "path": "/cart/{id}", "headers": { "x-canary": "1" } }),
        ),
        ("route/cart", json!({ "hosts": ["*.example.com"], "path": "/cart/*" })),
        ("api/shop", json!({ "path": "/" })),
    ]);
    check(
        &table,
        &[
            ("GET shop.example.com/cart/7 x-canary=1", "route/canary"),
            ("GET shop.example.com/cart/7", "route/cart"),
            ("GET shop.test/cart/7 x-canary=1", "api/shop"),
        ],
    );
}

#[test]
fn equals_are_told_apart_by_their_names() {
    let table = of(&[
        ("route/b", json!({ "path": "/x", "headers": { "b": "1" } })),
        ("route/a", json!({ "path": "/x", "headers": { "a": "1" } })),
        ("route/c", json!({ "path": "/x", "query": { "c": "1" } })),
    ]);
    check(&table, &[("GET a/x?c=1 a=1 b=1", "route/a"), ("GET a/x?c=1 b=1", "route/b")]);
}

#[test]
fn several_matches_lead_to_one_route() {
    let table = of(&[(
        "route/shop",
        json!([
            { "path": "/shop/*" },
            { "path": "/store/*", "methods": ["GET"] },
            { "hosts": ["shop.example.com"], "path": "/*" },
        ]),
    )]);
    check(
        &table,
        &[
            ("GET a/shop/x", "route/shop#0"),
            ("GET a/store/x", "route/shop#1"),
            ("POST a/store/x", "405 GET HEAD"),
            ("POST shop.example.com/store/x", "route/shop#2"),
            ("GET a/x", "nothing"),
        ],
    );
}

#[test]
fn a_path_with_other_methods_only_is_answered_with_all_of_them() {
    let table = of(&[
        ("route/a", json!({ "path": "/x/{id}", "methods": ["GET"] })),
        ("route/b", json!({ "path": "/x/*", "methods": ["POST", "PUT"] })),
        ("route/c", json!({ "path": "/x/*", "methods": ["PATCH"], "headers": { "x-a": "1" } })),
        ("route/d", json!({ "path": "/y", "headers": { "x-a": "1" } })),
        ("api/z", json!({ "path": "/z", "operations": ["GET /{id}"] })),
        ("route/z", json!({ "path": "/z/{id}", "methods": ["POST"] })),
    ]);
    check(
        &table,
        &[
            ("DELETE a/x/1", "405 GET HEAD POST PUT"),
            ("DELETE a/x/1 x-a=1", "405 GET HEAD PATCH POST PUT"),
            ("POST a/x/1", "route/b"),
            ("GET a/y", "nothing"),
            ("DELETE a/z/1", "405 GET HEAD POST"),
            ("GET a/z/1", "api/z"),
            // A preflight has none of the headers that the request it asks about has.
            ("OPTIONS a/x/1 access-control-request-method=PATCH", "405 GET HEAD PATCH POST PUT"),
            ("OPTIONS a/y access-control-request-method=PATCH", "405 PATCH"),
        ],
    );
}

#[test]
fn a_preflight_is_judged_by_what_it_asks_about() {
    let table = of(&[
        ("route/a", json!({ "path": "/x", "methods": ["GET"] })),
        ("route/b", json!({ "path": "/x", "methods": ["PUT"], "headers": { "x-a": "1" } })),
    ]);
    let (head, host, path) = request("OPTIONS a/x access-control-request-method=PUT");
    let asked = Asked { host: &host, path: &path, head: &head, client: [10, 0, 0, 1].into() };
    let Found::OtherMethods(others) = table.router.find(&asked) else { panic!() };
    assert_eq!(&*others.first().0.service.key, "route/b");
}

fn explain(
    table: &Arc<Table>,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
) -> model::routing::Explanation {
    let headers = headers
        .iter()
        .map(|(name, value)| HeaderLine { name: (*name).into(), value: (*value).into() })
        .collect();
    let client = Some([10, 0, 0, 1].into());
    let question = Question { method: method.into(), url: url.into(), headers, client };
    Routes(Arc::clone(table)).explain(&question).unwrap()
}

#[test]
fn an_explanation_says_why_each_of_the_others_lost() {
    let table = of(&[
        ("route/winner", json!({ "path": "/orders/{id}", "methods": ["GET"] })),
        ("route/rest", json!({ "path": "/orders/*" })),
        ("route/post", json!({ "path": "/orders/{id}", "methods": ["POST"] })),
        ("route/header", json!({ "path": "/orders/{id}", "headers": { "x-version": "2" } })),
        ("route/query", json!({ "path": "/orders/{id}", "query": { "beta": { "present": true } } })),
        ("route/cookie", json!({ "path": "/orders/{id}", "cookies": { "beta": { "regex": "on|yes" } } })),
        ("route/when", json!({ "path": "/orders/{id}", "when": "client.ip == '10.0.0.9'" })),
        ("route/elsewhere", json!({ "hosts": ["api.example.com"], "path": "/orders/{id}" })),
        ("route/typo", json!({ "path": "/order/{id}" })),
        ("route/far", json!({ "path": "/something/else/entirely" })),
        ("api/orders", json!({ "path": "/orders" })),
    ]);
    let explanation = explain(&table, "GET", "http://shop.example.com:8080/orders/7?x=1", &[]);
    assert_eq!((explanation.host.as_str(), explanation.path.as_str()), ("shop.example.com", "/orders/7"));
    assert_eq!(explanation.outcome, Outcome::Routed);
    let winner = explanation.winner.unwrap();
    assert_eq!((winner.service.as_str(), winner.takes.as_str()), ("route/winner", "GET /orders/{id}"));
    let lost: Vec<_> = explanation
        .lost
        .iter()
        .map(|one| (one.candidate.service.as_str(), one.reason, one.detail.as_str()))
        .collect();
    assert_eq!(
        lost,
        [
            ("route/rest", Reason::Outranked, "the winner's path is the more literal one"),
            ("api/orders", Reason::Outranked, "a route goes before an api at the same path"),
            ("route/when", Reason::Condition, "this does not hold: client.ip == '10.0.0.9'"),
            ("route/cookie", Reason::Cookie, "the cookie `beta` does not match `on|yes`"),
            ("route/query", Reason::Query, "the parameter `beta` is missing"),
            ("route/header", Reason::Header, "the header `x-version` is not `2`"),
            ("route/post", Reason::Method, "it takes POST, not GET"),
            ("route/elsewhere", Reason::Host, "it answers at `api.example.com`"),
            ("route/typo", Reason::Path, "`/order/{id}` is not this path"),
        ]
    );
}

#[test]
fn a_request_that_nothing_takes_is_explained_too() {
    let table = of(&[
        ("route/post", json!({ "path": "/orders", "methods": ["POST"] })),
        ("api/bills", json!({ "path": "/bills", "operations": ["GET /{id}/lines"] })),
        ("route/all", json!({ "path": "/{first}/{second}" })),
    ]);
    let wrong = explain(&table, "GET", "/orders", &[]);
    assert_eq!((wrong.outcome, wrong.allow), (Outcome::MethodNotAllowed, vec!["POST".to_owned()]));
    let missing = explain(&table, "GET", "/bills/line", &[]);
    assert_eq!(missing.outcome, Outcome::OperationNotFound);
    assert_eq!(missing.winner.unwrap().service, "api/bills");
    assert_eq!(missing.lost[0].detail, "api/bills answers for everything below `/bills`");
    assert_eq!(missing.lost[1].candidate.operation.as_deref(), Some("GET /{id}/lines"));
    let nothing = explain(&table, "GET", "/nothing/of/the/kind", &[]);
    assert_eq!((nothing.outcome, nothing.winner, nothing.lost), (Outcome::NotFound, None, vec![]));

    let routes = Routes(table);
    for (method, url, complaint) in [
        ("GET", "orders", "give a URL"),
        ("GET", "/a/../b", "`.` or `..`"),
        ("G T", "/", "no method"),
        ("OPTIONS", "*", "URL"),
    ] {
        let question = Question { method: method.into(), url: url.into(), headers: Vec::new(), client: None };
        let error = routes.explain(&question).unwrap_err();
        assert!(error.contains(complaint), "{url}: {error}");
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn matching(&mut self) -> Value {
        let mut matched = match self.below(4) {
            0 => {
                json!({ "path_regex": *self.one_of(&["/a/.*", "/[ab]/[0-9]", ".*", "/a/b", "/a/[0-9]+/c"]) })
            }
            _ => {
                json!({ "path": *self.one_of(&["/", "/a", "/a/b", "/a/{x}", "/a/v-{x}", "/a/*", "/*", "/{x}/b", "/a/{x}/c", "/{x}/*"]) })
            }
        };
        let mut maybe = |random: &mut Random, field: &str, values: &[Value]| {
            if random.below(3) == 0 {
                matched[field] = random.one_of(values).clone();
            }
        };
        maybe(self, "hosts", &[json!(["a.b.c"]), json!(["*.b.c"]), json!(["*.c", "x"]), json!(["x"])]);
        maybe(
            self,
            "methods",
            &[json!(["GET"]), json!(["POST", "PUT"]), json!(["HEAD"]), json!(["OPTIONS"])],
        );
        maybe(self, "headers", &[json!({ "h": "1" }), json!({ "h": { "present": true }, "i": "1" })]);
        maybe(self, "query", &[json!({ "q": "1" }), json!({ "q": { "regex": "[12]" } })]);
        maybe(self, "cookies", &[json!({ "c": "1" })]);
        maybe(self, "when", &[json!("request.method == 'GET'"), json!("client.ip == '10.0.0.1'")]);
        matched
    }

    fn service(&mut self, number: usize) -> Arc<Service> {
        match self.below(5) {
            0 => {
                let mut api = json!({ "path": *self.one_of(&["/", "/a", "/a/b", "/b"]) });
                if self.below(2) == 0 {
                    api["operations"] = json!(["GET /{x}", "POST /{x}", "GET /b", "GET /*"]);
                }
                if self.below(2) == 0 {
                    api["hosts"] = json!([*self.one_of(&["a.b.c", "*.b.c", "x"])]);
                }
                service(&format!("api/s{number}"), &api)
            }
            _ => {
                let matches: Vec<_> = (0..1 + self.below(3)).map(|_| self.matching()).collect();
                service(&format!("route/s{number}"), &json!(matches))
            }
        }
    }

    fn line(&mut self) -> String {
        let method = *self.one_of(&["GET", "POST", "HEAD", "PATCH", "OPTIONS"]);
        let host = *self.one_of(&["a.b.c", "z.b.c", "z.c", "x", "y"]);
        let path = *self.one_of(&["/", "/a", "/a/", "/a/b", "/a/7", "/a/v-1", "/a/7/c", "/b/b", "/c/d/e"]);
        let query = *self.one_of(&["", "?q=1", "?q=2&x"]);
        let mut line = format!("{method} {host}{path}{query}");
        for header in ["h=1", "i=1", "cookie=c=1", "access-control-request-method=GET"] {
            if self.below(3) == 0 {
                line.push_str(&format!(" {header}"));
            }
        }
        line
    }
}

#[test]
fn the_winner_of_an_explanation_is_what_is_found() {
    let mut random = Random(42);
    let mut outcomes = HashSet::new();
    for _ in 0..150 {
        let count = 1 + random.below(30);
        let table = table((0..count).map(|number| random.service(number)));
        for _ in 0..20 {
            let line = random.line();
            let (head, host, _) = request(&line);
            let headers: Vec<_> =
                head.headers.iter().map(|(name, value)| (name, value.to_str().unwrap())).collect();
            let url = format!("http://{host}{}", head.uri);
            let explanation = explain(&table, head.method.as_str(), &url, &headers);
            let winner = explanation.winner.as_ref().map(|winner| winner.service.clone()).unwrap_or_default();
            let found = found(&table, &line);
            let expected = match explanation.outcome {
                Outcome::Routed => winner.clone(),
                Outcome::MethodNotAllowed => format!("405 {}", explanation.allow.join(" ")),
                Outcome::OperationNotFound => format!("404 {winner}"),
                Outcome::VersionNotFound => unreachable!("nothing here has versions"),
                Outcome::NotFound => "nothing".to_owned(),
            };
            assert_eq!(found.split('#').next(), expected.split('#').next(), "{line}");
            outcomes.insert(format!("{:?}", explanation.outcome));
            if explanation.outcome == Outcome::Routed {
                let again = explanation.lost.iter().any(|one| {
                    Some(&one.candidate) == explanation.winner.as_ref() && one.reason != Reason::Outranked
                });
                assert!(!again, "{line}: the winner lost");
            }
        }
    }
    assert_eq!(outcomes.len(), 4, "{outcomes:?}");
}

#[test]
fn a_router_that_was_changed_is_one_that_was_made_at_once() {
    let mut random = Random(7);
    let mut builder = Builder::new(Catalogue::EMPTY);
    let mut services: std::collections::BTreeMap<usize, Arc<Service>> = Default::default();
    for step in 0..300 {
        let number = random.below(25);
        match random.below(3) {
            0 => drop(services.remove(&number)),
            _ => drop(services.insert(number, random.service(number))),
        }
        let changed = builder.build(Arc::new(snapshot(services.values().cloned()))).unwrap();
        let anew = table(services.values().cloned());
        for _ in 0..20 {
            let line = random.line();
            assert_eq!(found(&changed, &line), found(&anew, &line), "step {step}: {line}");
        }
    }
    let emptied = builder.build(Arc::new(Snapshot::default())).unwrap();
    assert!(
        emptied.router.any.is_empty()
            && emptied.router.exact.is_empty()
            && emptied.router.wildcard.is_empty()
    );
}

/// The nodes of a router's tries of base paths.
fn bases(router: &Router) -> BTreeSet<*const Base> {
    fn all(base: &Arc<Base>, into: &mut BTreeSet<*const Base>) {
        into.insert(Arc::as_ptr(base));
        base.children.values().for_each(|child| all(child, into));
    }
    let mut found = BTreeSet::new();
    let hosts = router.exact.values().chain(router.wildcard.values());
    hosts.chain([&router.any]).for_each(|base| all(base, &mut found));
    found
}

#[test]
fn a_change_makes_as_many_nodes_anew_among_many_routes_as_among_few() {
    let mut costs = Vec::new();
    for count in [10, 1000, 20_000] {
        let number = |n: usize| {
            let host = format!("h{}.example.com", n % 50);
            service(
                &format!("route/r{n}"),
                &json!({ "hosts": [host], "path": format!("/base-{n}/v1/{{id}}") }),
            )
        };
        let mut services = snapshot((0..count).map(number));
        let mut builder = Builder::new(Catalogue::EMPTY);
        let before = builder.build(Arc::new(services.clone())).unwrap();
        let moved = service("route/r5", &json!({ "hosts": ["h5.example.com"], "path": "/moved" }));
        services.services.insert("route/r5".into(), moved);
        let after = builder.build(Arc::new(services)).unwrap();
        assert_eq!(found(&after, "GET h5.example.com/moved"), "route/r5");
        assert_eq!(found(&after, "GET h5.example.com/base-5/v1/7"), "nothing");
        assert_eq!(found(&before, "GET h5.example.com/base-5/v1/7"), "route/r5");
        let last = format!("GET h{}.example.com/base-{}/v1/7", (count - 1) % 50, count - 1);
        assert_eq!(found(&after, &last), format!("route/r{}", count - 1));
        costs.push(bases(&after.router).difference(&bases(&before.router)).count());
    }
    assert!(costs.iter().all(|cost| *cost <= 3), "{costs:?}");
}

/// Versions of an API at `/orders`, each with what is said of it beside `how`.
fn versions(how: &Value, each: &[(&str, Value)]) -> Arc<Table> {
    table(each.iter().map(|(id, more)| {
        let mut version = how.clone();
        version.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let key = format!("api/{id}");
        let made = service(&key, &json!({ "path": "/orders", "operations": ["GET /{id}"] }));
        let listen = Listen {
            version: Some(Box::new(serde_json::from_value(version).unwrap())),
            ..made.listen.clone()
        };
        Arc::new(Service { api: Some((*id).into()), listen, ..(*made).clone() })
    }))
}

#[test]
fn a_version_is_named_by_a_header_or_a_parameter_and_what_names_none_goes_to_the_usual_one() {
    let how = json!({ "header": "Api-Version", "query": "v" });
    let table = versions(
        &how,
        &[("o@v1", json!({ "default": true })), ("o@v2", json!({})), ("o@v3", json!({ "value": "3.0" }))],
    );
    for (line, expected) in [
        ("GET h/orders/1", "api/o@v1"),
        ("GET h/orders/1 api-version=v2", "api/o@v2"),
        ("GET h/orders/1 api-version=3.0", "api/o@v3"),
        ("GET h/orders/1?v=v2", "api/o@v2"),
        ("GET h/orders/1?v=v2 api-version=v2", "api/o@v2"),
        // Two that differ can be read in two ways.
        ("GET h/orders/1?v=v2 api-version=v1", "400 [\"3.0\",\"v1\",\"v2\"]"),
        ("GET h/orders/1 api-version=v1 api-version=v2", "400 [\"3.0\",\"v1\",\"v2\"]"),
        ("GET h/orders/1?v=v2&v=v1", "400 [\"3.0\",\"v1\",\"v2\"]"),
        ("GET h/orders/1 api-version=v3", "400 [\"3.0\",\"v1\",\"v2\"]"),
        ("POST h/orders/1 api-version=v2", "405 GET HEAD"),
        ("GET h/orders/1/x api-version=v2", "404 api/o@v2"),
    ] {
        assert_eq!(found(&table, line), expected, "{line}");
    }
    let strict = versions(&how, &[("o@v1", json!({})), ("o@v2", json!({}))]);
    assert_eq!(found(&strict, "GET h/orders/1"), "400 [\"v1\",\"v2\"]");
    // A preflight names none, and cannot.
    let preflight = "OPTIONS h/orders/1 access-control-request-method=GET";
    assert_eq!(found(&strict, preflight), "405 GET HEAD");
}

#[test]
fn a_day_stands_for_the_nearest_version_that_is_not_after_it() {
    let how = json!({ "header": "api-version", "dates": true });
    let table = versions(&how, &[("o@2025-06-01", json!({})), ("o@2026-03-10", json!({}))]);
    for (said, expected) in [
        ("2025-06-01", "api/o@2025-06-01"),
        ("2026-03-09", "api/o@2025-06-01"),
        ("2026-03-10", "api/o@2026-03-10"),
        ("2030-01-01", "api/o@2026-03-10"),
        ("2025-05-31", "400 [\"2025-06-01\",\"2026-03-10\"]"),
        ("2026-02-30", "400 [\"2025-06-01\",\"2026-03-10\"]"),
        ("latest", "400 [\"2025-06-01\",\"2026-03-10\"]"),
    ] {
        assert_eq!(found(&table, &format!("GET h/orders/1 api-version={said}")), expected, "{said}");
    }
}

#[test]
fn a_version_is_named_by_a_media_type_that_is_wanted_most() {
    let how = json!({ "media_type": "application/vnd.shop.{version}+json" });
    let table = versions(&how, &[("o@v1", json!({ "default": true })), ("o@v2", json!({}))]);
    for (headers, expected) in [
        ("", "api/o@v1"),
        (" accept=*/*", "api/o@v1"),
        (" accept=application/vnd.shop.v2+json", "api/o@v2"),
        (" accept=application/vnd.shop.v9+json,application/vnd.shop.v2+json;q=0.5", "api/o@v2"),
        (" accept=application/vnd.shop.v1+json;q=0.5,application/vnd.shop.v2+json", "api/o@v2"),
        (" accept=application/vnd.shop.v9+json", "400 [\"v1\",\"v2\"]"),
        (" accept=text/html content-type=application/vnd.shop.v2+json", "api/o@v2"),
    ] {
        assert_eq!(found(&table, &format!("GET h/orders/1{headers}")), expected, "{headers}");
    }
}
