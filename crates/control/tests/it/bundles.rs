//! A folder is read and resolved with no store; everything wrong is said at once, with its place.

use std::sync::Arc;

use control::{Files, bundle::read, check, compile};
use model::{
    Finding, Severity,
    snapshot::{Access, Answers},
};

use crate::{CONTRACT, ORDERS, SHOP, bundle, shop};

fn findings(files: &[(&str, &str)]) -> Vec<Finding> {
    match check(&bundle(files), &Files::default(), policies::CATALOG, None) {
        Ok(checked) => checked.findings,
        Err(findings) => findings,
    }
}

/// `file:line`, rule, resource and field of every finding.
fn shown(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|f| {
            let place = f.place.as_ref().map(|p| format!("{}:{}", p.file, p.line)).unwrap_or_default();
            let or = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{place} {} {} {}", f.rule, or(&f.resource), or(&f.field))
        })
        .collect()
}

#[test]
fn a_good_folder_becomes_a_snapshot() {
    let checked = check(&shop(), &Files::default(), policies::CATALOG, None).unwrap();
    assert_eq!((checked.resources, checked.findings.len()), (10, 0));
    let snapshot = checked.snapshot;
    let orders = &snapshot.services["api/orders@v1"];
    let Answers::Contract(operations) = &orders.answers else { panic!("{:?}", orders.answers) };
    let ids: Vec<_> = operations
        .iter()
        .map(|o| (&*o.id, o.methods[0].as_str(), o.path.as_str(), o.policies.len()))
        .collect();
    assert!(ids.contains(&("getOrder", "GET", "/orders/{id}", 1)), "{ids:?}");
    assert!(ids.contains(&("createOrder", "POST", "/orders", 0)), "{ids:?}");
    assert_eq!(orders.upstream.endpoints[0].url, "http://127.0.0.1:9001");
    let Access::Subscribed(rights) = &snapshot.callers["app/till"].access else { panic!() };
    assert_eq!((&*rights[0].plan, &*rights[0].apis[0]), ("gold", "orders@v1"));
    assert_eq!(snapshot.callers["consumer/ada"].access, Access::Any);
    assert_eq!(snapshot.services["route/health"].listen.path, "/health");
    assert_eq!(snapshot.gateway.policies.len(), 1);
}

#[test]
fn everything_wrong_with_a_folder_is_said_at_once_with_file_line_and_field() {
    let api = "kind: api
name: orders
listen: { path: orders/, hosts: ['http://x'] }
contract: ./o.yaml
upstream: pol
policies:
  - rate-limit: { limit: 0, window: 1m }
  - rate-limi: {}
  - key-auth: {}
    when: nothing.here == 1
operations:
  getOrdr: { policies: [] }
";
    let more = "kind: upstream
name: pool
endpoints: ['ftp://a', 'http://u:p4ss@b', 'http://c?x=1']
---
kind: upstream
name: pool
endpoints: [http://127.0.0.1:1]
---
kind: plan
name: gold
policies: [ { key-auth: {} } ]
---
kind: consumer
name: ada
credentials: [ { key: the-same-key } ]
---
kind: consumer
name: eve
credentials: [ { key: the-same-key }, { key: short } ]
---
kind: apo
name: x
---
kind: plan
name: tin
colour: blue
";
    let found =
        findings(&[("api.yaml", api), ("o.yaml", CONTRACT), ("more.yaml", more), ("bad.yaml", "kind: [")]);
    let shown = shown(&found);
    for expected in [
        "api.yaml:3 invalid-path api/orders listen.path",
        "api.yaml:3 invalid-host api/orders listen.hosts[0]",
        "api.yaml:5 dangling-reference api/orders upstream",
        "api.yaml:7 invalid-policy api/orders policies[0].rate-limit",
        "api.yaml:8 unknown-policy api/orders policies[1].rate-limi",
        "api.yaml:10 invalid-condition api/orders policies[2].when",
        "more.yaml:3 invalid-endpoint upstream/pool endpoints[0]",
        "more.yaml:3 invalid-endpoint upstream/pool endpoints[1]",
        "more.yaml:3 invalid-endpoint upstream/pool endpoints[2]",
        "more.yaml:6 duplicate-name upstream/pool name",
        "more.yaml:11 policy-not-for-callers plan/gold policies[0].key-auth",
        "more.yaml:19 duplicate-key consumer/eve credentials[0]",
        "more.yaml:19 invalid-credential consumer/eve credentials[1].key",
        "more.yaml:21 unknown-kind",
        "bad.yaml:",
    ] {
        assert!(shown.iter().any(|line| line.starts_with(expected)), "{expected} is not in {shown:#?}");
    }
    let all: Vec<String> = found.iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    assert!(all.contains("did you mean `pool`?") && all.contains("did you mean `rate-limit`?"), "{all}");
    assert!(all.contains("colour"), "{all}");
    assert!(!all.contains("p4ss") && !all.contains("the-same-key"), "a secret is in a finding: {all}");
}

#[test]
fn what_is_wrong_beside_a_secret_that_cannot_be_had_is_found_all_the_same() {
    let route = "kind: route
name: r
match: { path: / }
upstream: { endpoints: ['http://127.0.0.1:9'] }
policies:
  - oidc: { issuer: 'http://127.0.0.1:9', client-id: orders, client_secret: 'secret://idp' }
  - rate_limit: { limit: 1, window: 1m }
";
    let found = findings(&[("r.yaml", route)]);
    assert_eq!(
        shown(&found),
        [
            "r.yaml:6 missing-secret route/r policies[0].oidc",
            "r.yaml:6 invalid-policy route/r policies[0].oidc.client-id",
            "r.yaml:7 unknown-policy route/r policies[1].rate_limit",
        ]
    );
    assert_eq!(found[2].message, "`rate_limit` is no policy; did you mean `rate-limit`?");
    // What a secret stands for is not judged by its reference.
    let well = route.replace("client-id", "client_id").replace("rate_limit", "rate-limit");
    assert_eq!(shown(&findings(&[("r.yaml", &well)])), ["r.yaml:6 missing-secret route/r policies[0].oidc"]);
}

#[test]
fn an_unknown_operation_is_answered_with_the_nearest_one() {
    let api = ORDERS.replace("getOrder:", "getOrdr:");
    let found = findings(&[("orders.yaml", &api), ("orders.openapi.yaml", CONTRACT), ("shop.yaml", SHOP)]);
    assert_eq!(shown(&found), ["orders.yaml:11 unknown-operation api/orders@v1 operations.getOrdr"]);
    assert!(found[0].message.contains("did you mean `getOrder`?"), "{}", found[0].message);
}

#[test]
fn a_contract_that_is_away_outside_or_missing_is_a_finding_at_its_field() {
    for (contract, rule) in [
        ("https://example.com/openapi.json", "contract-not-fetched"),
        ("../../etc/passwd", "contract-outside"),
        ("/etc/passwd", "contract-outside"),
        ("./order.openapi.yaml", "contract-missing"),
    ] {
        let api = ORDERS.replace("./orders.openapi.yaml", contract);
        let found =
            findings(&[("orders.yaml", &api), ("orders.openapi.yaml", CONTRACT), ("shop.yaml", SHOP)]);
        let errors: Vec<_> = found.into_iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(
            shown(&errors).contains(&format!("orders.yaml:4 {rule} api/orders@v1 contract")),
            "{errors:#?}"
        );
    }
}

#[test]
fn two_that_answer_at_one_place_are_named_both() {
    let pass = |name: &str, path: &str| {
        format!(
            "kind: api\nname: {name}\nlisten: {{ path: {path} }}\nupstream: {{ endpoints: [http://127.0.0.1:1] }}\n"
        )
    };
    let route = |name: &str, path: &str| {
        format!(
            "kind: route\nname: {name}\nmatch: {{ path: '{path}' }}\nupstream: {{ endpoints: [http://127.0.0.1:1] }}\n"
        )
    };
    let found = findings(&[
        ("a.yaml", &pass("a", "/x")),
        ("b.yaml", &pass("b", "/x")),
        ("c.yaml", &pass("c", "/x/y")),
    ]);
    assert_eq!(shown(&found), ["b.yaml:3 conflict api/b listen"]);
    assert!(found[0].message.contains("api/a (a.yaml:1)"), "{}", found[0].message);
    let found = findings(&[("a.yaml", &route("a", "/u/{id}")), ("b.yaml", &route("b", "/u/{name}"))]);
    assert_eq!(shown(&found), ["b.yaml:3 conflict route/b match"]);
    assert!(findings(&[("a.yaml", &route("a", "/x")), ("b.yaml", &pass("b", "/x"))]).is_empty());
}

#[test]
fn a_certificate_must_belong_to_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let one = rcgen::generate_simple_self_signed(["a.example.com".to_owned()]).unwrap();
    let two = rcgen::generate_simple_self_signed(["b.example.com".to_owned()]).unwrap();
    write("a.pem", &one.cert.pem());
    write("a.key", &one.signing_key.serialize_pem());
    write("b.key", &two.signing_key.serialize_pem());
    let files = Files::beside(folder.path().to_owned());
    let of = |cert: &str, key: &str| {
        let text = format!("kind: certificate\nname: a\ncert_file: {cert}\nkey_file: {key}\n");
        check(&bundle(&[("c.yaml", &text)]), &files, policies::CATALOG, None)
    };
    assert_eq!(of("a.pem", "a.key").unwrap().snapshot.certificates.len(), 1);
    let wrong = |cert: &str, key: &str| of(cert, key).unwrap_err()[0].to_string();
    assert!(
        wrong("a.pem", "b.key").contains("does not belong to the certificate"),
        "{}",
        wrong("a.pem", "b.key")
    );
    assert!(wrong("none.pem", "a.key").contains("cannot read `none.pem`"));
    assert!(wrong("a.key", "a.key").contains("holds no certificate"));
    assert!(wrong("a.pem", "a.pem").contains("holds no private key"));
}

#[test]
fn parts_that_did_not_change_are_the_same_by_pointer() {
    let reading = read(&shop());
    let compiled = |reading: &control::Reading, previous| {
        compile(&reading.resources, &reading.contracts, &Files::default(), policies::CATALOG, previous)
            .unwrap()
            .snapshot
    };
    let one = compiled(&reading, None);
    let changed = SHOP.replace("127.0.0.1:9001", "127.0.0.1:9002").replace("groups: [staff]", "groups: []");
    let reading =
        read(&bundle(&[("orders.yaml", ORDERS), ("orders.openapi.yaml", CONTRACT), ("shop.yaml", &changed)]));
    let two = compiled(&reading, Some(&one));
    assert_eq!(two.number, one.number + 1);
    assert!(!Arc::ptr_eq(&one.services["api/orders@v1"], &two.services["api/orders@v1"]));
    assert!(!Arc::ptr_eq(&one.callers["consumer/ada"], &two.callers["consumer/ada"]));
    assert!(Arc::ptr_eq(&one.callers["app/till"], &two.callers["app/till"]));
    assert!(Arc::ptr_eq(&one.plans["gold"], &two.plans["gold"]));
    assert!(Arc::ptr_eq(&one.gateway, &two.gateway));
}
