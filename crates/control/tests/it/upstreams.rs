//! What is said about upstreams that cannot run, or do not do what they seem to.

use std::time::Duration;

use control::{AuditQuery, Conduct, Error, Files, Rollouts, SplitStep, check};
use model::{Kind, Resource};
use serde_json::json;

use crate::{Plane, admin, bundle, ws};

/// Rule and field of every finding about an upstream with these fields.
fn shown(fields: &str) -> Vec<String> {
    let text = format!("kind: upstream\nname: pool\n{fields}\n");
    let findings = match check(&bundle(&[("pool.yaml", &text)]), &Files::default(), policies::CATALOG, None) {
        Ok(checked) => checked.findings,
        Err(findings) => findings,
    };
    findings.iter().map(|f| format!("{} {}", f.rule, f.field.clone().unwrap_or_default())).collect()
}

const ENDPOINTS: &str = "endpoints: [http://a:1, http://b:1]";

#[test]
fn consistent_hashing_says_by_what_and_nothing_else_does() {
    for (fields, expected) in [
        ("balance: consistent-hash\nhash_on: [ip, consumer, { header: x-user }, { cookie: s }]", None),
        ("balance: consistent-hash", Some("missing-hash-on hash_on")),
        ("balance: random\nhash_on: [ip]", Some("unused-hash-on hash_on")),
        (
            "balance: consistent-hash\nhash_on: [ip, { header: 'x user' }]",
            Some("invalid-hash-on hash_on[1].header"),
        ),
        ("balance: consistent-hash\nhash_on: [{ cookie: '' }]", Some("invalid-hash-on hash_on[0].cookie")),
        ("balance: consistent-hash\nhash_on: [consumer, { own_cookie: {} }]", None),
        (
            "balance: consistent-hash\nhash_on: [{ own_cookie: { path: '/a; b' } }]",
            Some("invalid-hash-on hash_on[0].own_cookie.path"),
        ),
    ] {
        let found = shown(&format!("{ENDPOINTS}\n{fields}"));
        assert_eq!(found, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{fields}");
    }
}

#[test]
fn an_endpoint_that_gateways_do_not_connect_to_is_told_as_it_is_applied() {
    for (endpoint, is_nearby) in [
        ("http://169.254.169.254/latest", true),
        ("http://[fd00:ec2::254]", true),
        ("http://[::ffff:a9fe:a9fe]:80", true),
        ("http://100.100.100.200", true),
        ("http://10.0.0.1", false),
        ("http://169.254.example.com", false),
    ] {
        let found = shown(&format!("endpoints: [\"{endpoint}\"]"));
        let expected: &[&str] = if is_nearby { &["link-local endpoints[0]"] } else { &[] };
        assert_eq!(found, expected, "{endpoint}");
    }
    let dns = "discovery: { dns: { name: a.test, resolver: ['10.0.0.2:53', '169.254.169.253:53'] } }";
    assert_eq!(shown(dns), ["link-local discovery.dns.resolver[1]"]);
    let text = "kind: gateway\nname: default\nallowed_link_local: [169.254.10.0/24, fe80::1, nowhere]\n";
    let files = bundle(&[("gateway.yaml", text)]);
    let findings = check(&files, &Files::default(), policies::CATALOG, None).err().unwrap();
    let fields: Vec<_> = findings.iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["allowed_link_local[2]"]);
}

#[test]
fn what_no_upstream_can_do_is_said_with_its_field() {
    for (fields, expected) in [
        ("retries: {}", ""),
        ("retries: { attempts: 11 }", "invalid-upstream retries.attempts"),
        ("retries: { codes: [503, 99] }", "invalid-upstream retries.codes[1]"),
        ("retries: { methods: [get] }", "invalid-upstream retries.methods[0]"),
        ("retries: { backoff: { base: 2s, max: 1s } }", "invalid-upstream retries.backoff.max"),
        ("retries: { budget: { percent: 101 } }", "invalid-upstream retries.budget.percent"),
        ("retries: { replay: 1GiB }", "invalid-upstream retries.replay"),
        ("retries: { idempotency_key: 'a b' }", "invalid-upstream retries.idempotency_key"),
        ("retries: { grpc_codes: [unavailable], retry_after: 61s }", "invalid-upstream retries.retry_after"),
        ("hedge: { after: 50ms }", ""),
        ("hedge: { after: p95, most: 2, methods: [GET] }", ""),
        ("hedge: { after: p100 }", "invalid-upstream hedge.after"),
        ("hedge: { after: soon }", "invalid-field hedge.after"),
        ("hedge: { after: 0s }", "invalid-upstream hedge.after"),
        ("hedge: { after: 1s, most: 4 }", "invalid-upstream hedge.most"),
        ("hedge: { after: 1s, methods: [get] }", "invalid-upstream hedge.methods[0]"),
        ("discovery: { dns: { name: _http._tcp.a.test, type: srv, resolver: ['127.0.0.1:53'] } }", ""),
        ("discovery: { dns: { name: 'a b' } }", "invalid-discovery discovery.dns.name"),
        ("discovery: { dns: { name: a.test, type: srv, port: 80 } }", "invalid-discovery discovery.dns.port"),
        (
            "discovery: { dns: { name: a.test, min_ttl: 5s, max_ttl: 1s } }",
            "invalid-discovery discovery.dns.max_ttl",
        ),
        (
            "discovery: { dns: { name: a.test, resolver: [localhost] } }",
            "invalid-field discovery.dns.resolver[0]",
        ),
        ("limits: { max_requests: 0 }", "invalid-upstream limits.max_requests"),
        ("limits: { endpoint: { max_connections: 0 } }", "invalid-upstream limits.endpoint.max_connections"),
        ("health_checks: { panic_percent: 200 }", "invalid-upstream health_checks.panic_percent"),
        (
            "health_checks: { passive: { consecutive_failures: 0 } }",
            "invalid-upstream health_checks.passive.consecutive_failures",
        ),
        (
            "circuit_breaker: { endpoint: { error_percent: 0 } }",
            "invalid-upstream circuit_breaker.endpoint.error_percent",
        ),
        (
            "circuit_breaker: { upstream: { open_for: 0s } }",
            "invalid-upstream circuit_breaker.upstream.open_for",
        ),
    ] {
        let found = shown(&format!("{ENDPOINTS}\n{fields}"));
        assert_eq!(found.join(", "), expected, "{fields}");
    }
    let found = shown(&format!("{ENDPOINTS}\nretries: {{ attempt: 3 }}"));
    assert_eq!(found, ["invalid-field retries.attempt"], "unknown fields are errors");
}

/// A route with two branches.
fn divided() -> serde_json::Value {
    json!({
        "kind": "route", "name": "shop", "match": { "path": "/shop/*" },
        "upstream": { "endpoints": ["http://a:1"] },
        "split": {
            "sticky": ["consumer"],
            "branches": [
                { "name": "canary", "upstream": "next", "weight": 5 },
                { "name": "beta", "upstream": { "endpoints": ["http://c:1"] }, "match": [{ "groups": ["beta"] }] },
            ],
        },
    })
}

#[tokio::test]
async fn a_branch_is_weighed_promoted_and_aborted_by_one_call() {
    let plane = Plane::new().await;
    plane.put(json!({ "kind": "upstream", "name": "next", "endpoints": ["http://b:1"] })).await.unwrap();
    plane.put(divided()).await.unwrap();
    let shown = || {
        let service = plane.snapshot().services["route/shop"].clone();
        let of = |upstream: &model::Upstream| upstream.endpoints[0].url.clone();
        let branches = service.split.iter().flat_map(|split| &split.branches);
        let branches: Vec<_> =
            branches.map(|b| format!("{} {} {}", b.name, b.weight, of(&b.upstream))).collect();
        (of(&service.upstream), branches)
    };
    assert_eq!(
        shown(),
        ("http://a:1".into(), vec!["canary 5 http://b:1".into(), "beta 0 http://c:1".into()])
    );
    let step = async |branch: &str, step: SplitStep| {
        plane.control.step_split(&admin(), &ws(), (Kind::Route, "shop"), branch, step).await
    };
    step("canary", SplitStep::Weight(25.0)).await.unwrap();
    assert_eq!(shown().1[0], "canary 25 http://b:1");
    assert!(matches!(step("canary", SplitStep::Weight(101.0)).await, Err(Error::Invalid(_))));
    assert!(matches!(step("none", SplitStep::Promote).await, Err(Error::Conflict { .. })));
    step("beta", SplitStep::Abort).await.unwrap();
    assert_eq!(shown().1, ["canary 25 http://b:1"]);
    let stored = step("canary", SplitStep::Promote).await.unwrap();
    assert_eq!(shown(), ("http://b:1".into(), Vec::new()));
    let Resource::Route(route) = stored.resource else { panic!("it is a route") };
    assert!(route.split.is_none());
    assert!(matches!(step("canary", SplitStep::Abort).await, Err(Error::Conflict { .. })));

    plane.put(divided()).await.unwrap();
    plane.put(json!({ "kind": "upstream", "name": "next", "endpoints": ["http://d:1"] })).await.unwrap();
    assert_eq!(shown().1[0], "canary 5 http://d:1", "a branch follows its upstream");
    let gone = plane.control.delete(&admin(), &ws(), Kind::Upstream, "next", control::Expect::Any).await;
    assert!(matches!(gone, Err(Error::Conflict { .. })), "and holds it");
}

#[tokio::test]
async fn a_branch_is_rolled_out_step_by_step_and_promoted_or_aborted_by_how_it_does() {
    for (fails, expected) in [
        (0, [(10, "canary 50"), (19, "canary 50"), (21, "promoted")].as_slice()),
        (3, &[(10, "canary 50"), (11, "aborted")]),
    ] {
        let plane = Plane::new().await;
        plane.put(json!({ "kind": "upstream", "name": "next", "endpoints": ["http://b:1"] })).await.unwrap();
        let mut route = divided();
        route["split"]["branches"] = json!([{
            "name": "canary", "upstream": "next",
            "rollout": { "steps": [5, 50], "every": "10m", "min_requests": 100 },
        }]);
        plane.put(route).await.unwrap();
        let shown = || {
            let service = plane.snapshot().services["route/shop"].clone();
            match &service.split {
                Some(split) => format!("{} {}", split.branches[0].name, split.branches[0].weight),
                None if service.upstream.endpoints[0].url == "http://b:1" => "promoted".to_owned(),
                None => "aborted".to_owned(),
            }
        };
        let mut rollouts = Rollouts::default();
        let mut look = async |minute: u64, errors: u64| {
            let conduct = move |service: &str, branch: &str, _| {
                assert_eq!(service, "route/shop");
                let errors = if branch == "canary" { errors } else { 0 };
                Conduct { requests: 100, errors, p99_ms: None }
            };
            rollouts.look(&plane.control, Duration::from_secs(minute * 60), conduct).await.unwrap();
        };
        look(0, 0).await;
        assert_eq!(shown(), "canary 5", "it begins at once");
        look(0, 0).await;
        look(9, 0).await;
        assert_eq!(shown(), "canary 5");
        let standing = || plane.control.rollout(&ws(), Kind::Route, "shop", &"canary".parse().unwrap());
        assert_eq!(standing().unwrap().says, "the next step is due in 60s");
        for (minute, expected) in expected {
            look(*minute, if *minute > 10 { fails } else { 0 }).await;
            assert_eq!(shown(), *expected, "{fails} fail, minute {minute}");
        }
        // Nobody looks at it any more.
        look(99, 0).await;
        assert_eq!(standing(), None);
        let query = AuditQuery { limit: 1, ..AuditQuery::default() };
        let last = plane.control.audit(&ws(), query).await.unwrap().remove(0);
        assert!(
            last.actor.starts_with(if fails > 0 { "rollout (aborted: 3.00% of 100" } else { "rollout" }),
            "{last:?}"
        );
    }
}

#[test]
fn what_no_split_can_be_is_said_with_its_field() {
    let found = |split: &str| {
        let text = format!(
            "kind: route\nname: shop\nmatch: {{ path: / }}\nupstream: {{ endpoints: [http://a:1] }}\nsplit: {split}\n"
        );
        match check(&bundle(&[("shop.yaml", &text)]), &Files::default(), policies::CATALOG, None) {
            Ok(checked) => checked.findings,
            Err(findings) => findings,
        }
        .iter()
        .map(|f| format!("{} {}", f.rule, f.field.clone().unwrap_or_default()))
        .collect::<Vec<_>>()
        .join(", ")
    };
    let to = "upstream: { endpoints: [http://b:1] }";
    for (split, expected) in [
        (format!("{{ branches: [{{ name: a, {to}, weight: 12.5 }}] }}"), ""),
        ("{ branches: [] }".to_owned(), "invalid-split split.branches"),
        (
            format!("{{ branches: [{{ name: a, {to}, weight: 101 }}] }}"),
            "invalid-split split.branches, invalid-split split.branches[0].weight",
        ),
        (
            format!("{{ branches: [{{ name: a, {to}, weight: 60 }}, {{ name: b, {to}, weight: 41 }}] }}"),
            "invalid-split split.branches",
        ),
        (
            format!("{{ branches: [{{ name: a, {to} }}, {{ name: a, {to} }}] }}"),
            "invalid-split split.branches[1].name",
        ),
        (
            format!("{{ branches: [{{ name: a, {to}, match: [{{}}] }}] }}"),
            "invalid-split split.branches[0].match[0]",
        ),
        (
            format!("{{ branches: [{{ name: a, {to}, match: [{{ headers: {{ 'a b': x }} }}] }}] }}"),
            "invalid-header split.branches[0].match[0].headers.a b",
        ),
        (
            "{ branches: [{ name: a, upstream: none }] }".to_owned(),
            "dangling-reference split.branches[0].upstream",
        ),
        (
            "{ branches: [{ name: a, upstream: { endpoints: [b] } }] }".to_owned(),
            "invalid-endpoint split.branches[0].upstream.endpoints[0]",
        ),
        (
            format!("{{ sticky: [{{ cookie: 'a b' }}], branches: [{{ name: a, {to} }}] }}"),
            "invalid-split split.sticky[0].cookie",
        ),
    ] {
        assert_eq!(found(&split), expected, "{split}");
    }
}

#[test]
fn endpoints_are_listed_or_found() {
    for (fields, expected) in [
        ("discovery: { file: { path: /etc/orders.yaml } }", ""),
        ("discovery: { dns: { name: orders.internal, port: 9001 } }", ""),
        ("discovery: {}", "invalid-discovery discovery"),
        ("discovery: { file: { path: '' } }", "invalid-discovery discovery.file.path"),
        ("discovery: { dns: { name: 'a b', port: 1 } }", "invalid-discovery discovery.dns.name"),
        (
            "discovery: { dns: { name: a.b, port: 1, scheme: https } }",
            "invalid-discovery discovery.dns.scheme",
        ),
        (
            "discovery: { dns: { name: a.b, port: 1, min_ttl: 10ms } }",
            "invalid-discovery discovery.dns.min_ttl",
        ),
    ] {
        assert_eq!(shown(fields).join(", "), expected, "{fields}");
    }
}
