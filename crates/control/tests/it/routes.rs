//! Matches of routes: what cannot be asked, what clashes, and what is never reached.

use std::sync::Arc;

use control::{Error, Files, check};
use model::{Finding, Severity};
use serde_json::json;

use crate::{APPLY, Plane, admin, bundle, ws};

/// Routes, each `name: match`, or `api NAME: listen`, one in a file of its own.
fn files(resources: &[&str]) -> Vec<(String, String)> {
    let file = |text: &&str| {
        let (name, what) = text.split_once(": ").unwrap();
        let upstream = "upstream: { endpoints: [http://127.0.0.1:9] }";
        let text = match name.strip_prefix("api ") {
            Some(name) => format!("kind: api\nname: {name}\nlisten: {what}\n{upstream}\n"),
            None => format!("kind: route\nname: {name}\nmatch: {what}\n{upstream}\n"),
        };
        (format!("{}.yaml", name.trim_start_matches("api ")), text)
    };
    resources.iter().map(file).collect()
}

fn findings(resources: &[&str]) -> Vec<Finding> {
    let files = files(resources);
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    match check(&bundle(&files), &Files::default(), policies::CATALOG, None) {
        Ok(checked) => checked.findings,
        Err(findings) => findings,
    }
}

/// `severity rule resource field` of every finding.
fn shown(resources: &[&str]) -> Vec<String> {
    let show = |finding: &Finding| {
        let severity = if finding.severity == Severity::Error { "error" } else { "warning" };
        let or = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{severity} {} {} {}", finding.rule, or(&finding.resource), or(&finding.field))
    };
    findings(resources).iter().map(show).collect()
}

#[test]
fn what_a_match_cannot_ask_is_said_with_its_field() {
    for (matched, field, complaint) in [
        ("{ hosts: [a] }", "match", "needs a `path`"),
        ("{ path: /a, path_regex: /a }", "match.path_regex", "either a `path` or a `path_regex`"),
        ("{ path: /a* }", "match.path", "the whole last segment"),
        ("{ path_regex: '/a(' }", "match.path_regex", "is no pattern"),
        ("{ path_regex: '/(a{1000}){1000}' }", "match.path_regex", "is no pattern"),
        ("{ path_regex: 'users/[0-9]+' }", "match.path_regex", "a path begins with `/`"),
        ("{ path: /a, methods: [get] }", "match.methods[0]", "upper case"),
        ("{ path: /a, methods: [GET, GET] }", "match.methods[1]", "twice"),
        ("{ path: /a, headers: { 'x y': '1' } }", "match.headers.x y", "no name of a header"),
        ("{ path: /a, headers: { Host: a } }", "match.headers.Host", "under `hosts`"),
        ("{ path: /a, headers: { Upgrade: websocket } }", "match.headers.Upgrade", "about the connection"),
        ("{ path: /a, headers: { X-A: '1', x-a: '2' } }", "match.headers.x-a", "twice"),
        ("{ path: /a, headers: { x-a: { regex: '[' } } }", "match.headers.x-a.regex", "is no pattern"),
        ("{ path: /a, query: { q: { regex: '[' } } }", "match.query.q.regex", "is no pattern"),
        ("{ path: /a, cookies: { 'a b': '1' } }", "match.cookies.a b", "no name of a cookie"),
        ("{ path: /a, when: caller.name == 'ada' }", "match.when", "not known yet"),
        ("{ path: /a, when: request.metod == 'GET' }", "match.when", "`request.metod`"),
        ("{ path: /a, header: { x: y } }", "match.header", "unknown field"),
        ("{ path: /a, headers: { x: [y] } }", "match.headers.x", "a text, `{ regex: … }`"),
        ("{ path: /a }\nalso_match: [{ path: /b }, { path: c }]", "also_match[1].path", "begins with `/`"),
    ] {
        let found = findings(&[&format!("r: {matched}")]);
        assert_eq!(found.len(), 1, "{matched}: {found:?}");
        assert_eq!(found[0].field.as_deref(), Some(field), "{matched}: {}", found[0]);
        assert!(found[0].message.contains(complaint), "{matched}: {}", found[0]);
        assert!(found[0].place.is_some());
    }
}

#[test]
fn two_that_match_the_same_requests_are_an_error() {
    for pair in [
        ["a: { path: '/x/{id}' }", "b: { path: '/x/{name}' }"],
        ["a: { path: /x, methods: [GET, PUT] }", "b: { path: /x, methods: [PUT] }"],
        ["a: { path_regex: '/x/[0-9]' }", "b: { path_regex: '/x/[0-9]' }"],
        ["a: { path: /x, headers: { X-A: '1' } }", "b: { path: /x, headers: { x-a: '1' } }"],
        ["a: { path: /x, when: 'true' }", "b: { path: /x, when: 'true' }"],
        ["a: { path: /y }\nalso_match: [{ path: /x }]", "b: { path: /x }"],
        ["a: { hosts: [a.test, b.test], path: /x }", "b: { hosts: [b.test], path: /x }"],
    ] {
        assert_eq!(shown(&pair), ["error conflict route/b match"], "{pair:?}");
    }
    let found = findings(&["a: { path: /x }", "b: { path: /x }"]);
    assert_eq!(found[0].message, "route/a (a.yaml:1) matches the same requests at any host");
    assert_eq!(found[0].place.as_ref().map(|place| (&*place.file, place.line)), Some(("b.yaml", 3)));
    assert_eq!(shown(&["api a: { path: /x }", "api b: { path: /x }"]), ["error conflict api/b listen"]);
}

#[test]
fn two_that_differ_are_fine() {
    for pair in [
        ["a: { path: /x }", "b: { path: /x, methods: [GET] }"],
        ["a: { path: /x, methods: [POST] }", "b: { path: /x, methods: [GET] }"],
        ["a: { path: /x }", "b: { path: /x, headers: { x-a: '1' } }"],
        ["a: { path: /x, headers: { x-a: '1' } }", "b: { path: /x, headers: { x-a: '2' } }"],
        ["a: { path: /x, headers: { x-a: '1' } }", "b: { path: /x, headers: { x-a: { present: false } } }"],
        ["a: { path: /x, headers: { x-a: '1' } }", "b: { path: /x, headers: { x-a: { present: true } } }"],
        ["a: { path: /x, headers: { x-a: '1' } }", "b: { path: /x, headers: { x-a: { regex: '[2-9]' } } }"],
        ["a: { path: /x, when: client.ip == '1.1.1.1' }", "b: { path: /x, when: client.ip == '1.1.1.2' }"],
        ["a: { hosts: [a.test], path: /x }", "b: { path: /x }"],
        ["a: { path: '/x/{id}' }", "b: { path: '/x/v{id}' }"],
        ["a: { path: /x }", "api b: { path: /x }"],
        ["a: { hosts: [a.test], path: '/x/*' }", "api b: { path: /x }"],
    ] {
        assert_eq!(shown(&pair), [""; 0], "{pair:?}");
    }
}

#[test]
fn what_only_its_name_tells_apart_is_ambiguous() {
    let found = findings(&["a: { path: /x, headers: { x-a: '1' } }", "b: { path: /x, query: { q: '1' } }"]);
    assert_eq!(
        found[0].to_string(),
        "b.yaml:3:1: warning: route/b: match: route/a (a.yaml:1) matches some of the same requests at any host, and neither asks for \
         more; route/a takes them, because its name comes first [ambiguous]"
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn what_is_never_reached_is_told() {
    for (resources, expected) in [
        (&["a: { path: '/x/*' }", "api b: { path: /x }"][..], "warning unreachable api/b listen"),
        (&["a: { path_regex: '/x/.*' }", "api b: { path: /x }"], "warning unreachable api/b listen"),
        (&["a: { path_regex: '^/x/.*$' }", "b: { path: '/x/{id}' }"], "warning unreachable route/b match"),
        (&["a: { path: /x }\nalso_match: [{ path: /x }]"], "warning unreachable route/a also_match[0]"),
    ] {
        assert_eq!(shown(resources), [expected], "{resources:?}");
    }
    let found = findings(&["a: { path: '/*' }", "api b: { path: / }"]);
    assert!(found[0].message.contains("so that nothing is left to this one"), "{}", found[0]);
    for resources in [
        ["a: { path: '/x/*', methods: [GET] }", "api b: { path: /x }"],
        ["a: { path: '/x/*', when: 'true' }", "api b: { path: /x }"],
        ["a: { path_regex: '/x/.*' }", "b: { path: /x/y }"],
    ] {
        assert_eq!(shown(&resources), [""; 0], "{resources:?}");
    }
}

#[test]
fn what_a_regular_expression_leaves_without_requests_is_proven() {
    for (resources, expected) in [
        (["a: { path_regex: '/u/[^/]+' }", "b: { path: '/u/{id}' }"], "warning unreachable route/b match"),
        (
            [
                "a: { path_regex: '/u/.*', methods: [GET, PUT] }",
                "b: { path: '/u/{id}.json', methods: [GET] }",
            ],
            "warning unreachable route/b match",
        ),
        (
            ["a: { path_regex: '/u/.*', methods: [GET] }", "b: { path: '/u/{id}', methods: [HEAD] }"],
            "warning unreachable route/b match",
        ),
        (
            [
                "a: { path_regex: '/u/.+', headers: { X: '1' } }",
                "b: { path: '/u/{id}', headers: { x: '1' }, query: { q: '1' } }",
            ],
            "warning unreachable route/b match",
        ),
        // The longer text goes first, though it takes more.
        (
            ["a: { path_regex: '/u/[0-9]+' }", "b: { path_regex: '/u/[a-z0-9]+' }"],
            "warning unreachable route/b match",
        ),
        (
            ["a: { path_regex: '/u/[a-z0-9]+' }", "b: { path_regex: '/u/[0-9]+' }"],
            "warning unreachable route/b match",
        ),
        (
            ["a: { path_regex: '/u/[a-m]+' }", "b: { path_regex: '/u/[k-z]+' }"],
            "warning ambiguous route/b match",
        ),
        (
            [
                "api z: { path: / }",
                "a: { path_regex: '/u/.*' }\nalso_match: [{ path_regex: '/u/y.+' }, { path_regex: '/u/x.' }]",
            ],
            "warning unreachable route/a also_match[1]",
        ),
    ] {
        assert_eq!(shown(&resources), [expected], "{resources:?}");
    }
    for resources in [
        ["a: { path_regex: '/u/[0-9]+' }", "b: { path: '/u/{id}' }"],
        ["a: { path_regex: '/u/[^/]+' }", "b: { path: '/u/*' }"],
        ["a: { path_regex: '/u/.*', methods: [GET] }", "b: { path: '/u/{id}' }"],
        ["a: { path_regex: '/u/.*', methods: [GET] }", "b: { path: '/u/{id}', methods: [GET, PUT] }"],
        ["a: { path_regex: '/u/.*', headers: { x: '1' } }", "b: { path: '/u/{id}', headers: { x: '2' } }"],
        ["a: { path_regex: '/u/.*', hosts: [a.test] }", "b: { path: '/u/{id}' }"],
        ["a: { path_regex: '/u/[0-9]{1,9}' }", "b: { path_regex: '/u/.*' }"],
        ["a: { path_regex: '/u/[0-9]+' }", "b: { path_regex: '/u/[a-z]+' }"],
        ["a: { path_regex: '/u/[a-m]+', methods: [GET] }", "b: { path_regex: '/u/[k-z]+', methods: [PUT] }"],
        [
            "a: { path_regex: '/u/[a-m]+', headers: { x: '1' } }",
            "b: { path_regex: '/u/[k-z]+', headers: { x: '2' } }",
        ],
    ] {
        assert_eq!(shown(&resources), [""; 0], "{resources:?}");
    }
    let found = findings(&["a: { path_regex: '/u/[a-m]+' }", "b: { path_regex: '/u/[k-z]+' }"]);
    assert!(
        found[0]
            .message
            .contains("route/a (a.yaml:1) matches some of the same paths, such as `/u/k`; that one"),
        "{}",
        found[0]
    );
}

#[tokio::test]
async fn a_regular_expression_tells_what_it_takes_from_those_that_are_there() {
    let plane = Plane::new().await;
    let route = |name: &str, matched: &str| {
        format!(
            "kind: route\nname: {name}\nmatch: {matched}\nupstream: {{ endpoints: [http://127.0.0.1:9] }}\n"
        )
    };
    for number in 0..5 {
        let text = route(&format!("t{number}"), &format!("{{ path: '/u/{number}/{{id}}.x/{{b}}' }}"));
        plane.control.apply(&admin(), &ws(), bundle(&[("t.yaml", &text)]), APPLY).await.unwrap();
    }
    let there = route("there", "{ path: '/u/{a}/{b}' }");
    plane.control.apply(&admin(), &ws(), bundle(&[("t.yaml", &there)]), APPLY).await.unwrap();
    let narrow = route("narrow", "{ path_regex: '/u/[0-9]+/.*' }");
    let done = plane.control.apply(&admin(), &ws(), bundle(&[("n.yaml", &narrow)]), APPLY).await.unwrap();
    assert_eq!(done.findings, []);
    let wide = route(
        "wide",
        "{ path_regex: '/u/[^/]+/[a-z0-9./-]*' }\nalso_match: [{ path_regex: '/u/[!-~]*/[!-~]*' }]",
    );
    let done = plane.control.apply(&admin(), &ws(), bundle(&[("w.yaml", &wide)]), APPLY).await.unwrap();
    let said: Vec<_> = done.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(
        said.iter().any(|said| said
            .contains("this matches every path of route/there and goes before what has parameters")),
        "{said:?}"
    );
    assert!(said.iter().any(|said| said.contains("route/narrow is never reached")), "{said:?}");
}

#[test]
fn matches_that_would_be_tried_one_after_the_other_are_bounded() {
    let at = |number: usize| format!("r{number}: {{ path: /x, headers: {{ x-a: '{number}' }} }}");
    let many: Vec<String> = (0..128).map(at).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(shown(&many), [""; 0]);
    let one_more = at(128);
    let more: Vec<&str> = many.iter().copied().chain([one_more.as_str()]).collect();
    let found = shown(&more);
    assert!(found.contains(&"error too-many-matches route/r128 match".to_owned()), "{found:?}");

    let regex = |number: usize| format!("r{number}: {{ path_regex: '/x/[a]{number}' }}");
    let many: Vec<String> = (0..129).map(regex).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(shown(&many)[0].starts_with("error too-many-matches route/r"));
}

#[tokio::test]
async fn a_change_is_held_against_what_is_there_and_tells_of_itself_alone() {
    let plane = Plane::new().await;
    let route = |name: &str, matched: serde_json::Value| json!({ "kind": "route", "name": name, "match": matched, "upstream": { "endpoints": ["http://127.0.0.1:9"] } });
    plane.put(route("z", json!({ "path": "/x/{id}" }))).await.unwrap();
    let Err(Error::Invalid(found)) = plane.put(route("a", json!({ "path": "/x/{name}" }))).await else {
        panic!()
    };
    assert_eq!((found.len(), found[0].resource.as_deref()), (1, Some("route/a")));
    plane.put(route("a", json!({ "path": "/x/{name}", "methods": ["GET"] }))).await.unwrap();
    // Moved away, its place is free.
    plane.put(route("z", json!({ "path": "/y" }))).await.unwrap();
    plane.put(route("b", json!({ "path": "/x/{n}" }))).await.unwrap();
    assert!(plane.put(route("c", json!({ "path": "/x/{n}" }))).await.is_err());
    plane.control.delete(&admin(), &ws(), model::Kind::Route, "b", control::Expect::Any).await.unwrap();
    plane.put(route("c", json!({ "path": "/x/{n}" }))).await.unwrap();
    // What stays wrong is told when it is touched again only.
    let other = bundle(&[("d.yaml", "kind: consumer\nname: d\n")]);
    assert!(plane.control.apply(&admin(), &ws(), other, APPLY).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn of_many_routes_a_change_makes_one_anew_and_shares_the_rest() {
    let plane = Plane::new().await;
    let route = |n: usize, path: &str| {
        format!(
            "---\nkind: route\nname: r{n}\nmatch: {{ path: '{path}' }}\nupstream: {{ endpoints: [http://127.0.0.1:9] }}\n"
        )
    };
    let text: String = (0..20_000).map(|n| route(n, &format!("/r{n}/{{id}}"))).collect();
    plane.control.apply(&admin(), &ws(), bundle(&[("routes.yaml", &text)]), APPLY).await.unwrap();
    let before = plane.snapshot();
    let one = bundle(&[("one.yaml", &route(5, "/moved"))]);
    plane.control.apply(&admin(), &ws(), one, APPLY).await.unwrap();
    let after = plane.snapshot();
    let looked = std::cell::Cell::new(0);
    let changes = after.services.changes(&before.services, |a, b| {
        looked.set(looked.get() + 1);
        Arc::ptr_eq(a, b)
    });
    let keys: Vec<_> = changes.iter().map(|(key, ..)| &***key).collect();
    assert_eq!(keys, ["route/r5"]);
    assert!(looked.get() < 200, "{} of 20,000 services are not shared", looked.get());
    assert!(after.callers.changes(&before.callers, Arc::ptr_eq).is_empty());
}
