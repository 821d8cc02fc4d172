//! Pact files: what is read, and what is held against answers.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use serde_json::{Value, json};
use trial::{Answer, pact::Pact};

fn pact(expected: Value, rules: Value) -> Pact {
    let file = json!({
        "consumer": { "name": "web" },
        "provider": { "name": "orders" },
        "interactions": [{
            "type": "Synchronous/HTTP",
            "description": "one",
            "request": { "method": "get", "path": "/a" },
            "response": { "status": 200, "body": { "contentType": "application/json", "content": expected }, "matchingRules": { "body": rules } },
        }],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    Pact::parse(&file.to_string()).unwrap()
}

fn mismatches(expected: Value, rules: Value, actual: Value) -> Vec<String> {
    let answer = Answer { status: 200, body: actual.to_string().into_bytes(), ..Answer::default() };
    pact(expected, rules).interactions[0].mismatches(&answer)
}

fn rule(rule: Value) -> Value {
    json!({ "combine": "AND", "matchers": [rule] })
}

#[test]
fn bodies_are_held_against_examples_and_rules() {
    let at = |path: &str, one: Value| json!({ path: rule(one) });
    for (expected, rules, actual, place) in [
        // Without rules: what is there is the same, and more may be.
        (json!({ "a": 1 }), json!({}), json!({ "a": 1, "b": 2 }), None),
        (json!({ "a": 1 }), json!({}), json!({ "a": 2 }), Some("$.a")),
        (json!({ "a": 1 }), json!({}), json!({}), Some("$.a: is missing")),
        (json!([1, 2]), json!({}), json!([1]), Some("$: has 1 items")),
        (json!({ "a": null }), json!({}), json!({ "a": 1 }), Some("$.a")),
        // type, which holds for all within.
        (json!({ "a": { "b": 1 } }), at("$.a", json!({ "match": "type" })), json!({ "a": { "b": 9 } }), None),
        (
            json!({ "a": { "b": 1 } }),
            at("$.a", json!({ "match": "type" })),
            json!({ "a": { "b": "x" } }),
            Some("$.a.b"),
        ),
        (
            json!({ "a": [1] }),
            at("$.a", json!({ "match": "type", "min": 2 })),
            json!({ "a": [1, 2, 3] }),
            None,
        ),
        (
            json!({ "a": [1] }),
            at("$.a", json!({ "match": "type", "min": 2 })),
            json!({ "a": [1] }),
            Some("2 are the fewest"),
        ),
        (
            json!({ "a": [1] }),
            at("$.a", json!({ "match": "type", "max": 2 })),
            json!({ "a": [1, 2, 3] }),
            Some("2 are the most"),
        ),
        (
            json!({ "a": [{ "b": 1 }] }),
            at("$.a", json!({ "match": "type" })),
            json!({ "a": [{ "b": 2 }, { "b": "x" }] }),
            Some("$.a[1].b"),
        ),
        // The path that fits best counts.
        (
            json!({ "a": { "b": 1 } }),
            json!({ "$": rule(json!({ "match": "type" })), "$.a.b": rule(json!({ "match": "equality" })) }),
            json!({ "a": { "b": 2 } }),
            Some("$.a.b"),
        ),
        (
            json!([{ "id": "x1" }]),
            json!({ "$": rule(json!({ "match": "type" })), "$[*].id": rule(json!({ "match": "regex", "regex": "^x\\d+$" })) }),
            json!([{ "id": "x7" }, { "id": "y" }]),
            Some("$[1].id"),
        ),
        (
            json!({ "n": 1 }),
            at("$.n", json!({ "match": "integer" })),
            json!({ "n": 1.5 }),
            Some("no whole number"),
        ),
        (json!({ "n": 1.5 }), at("$.n", json!({ "match": "decimal" })), json!({ "n": 2 }), Some("decimals")),
        (json!({ "n": 1 }), at("$.n", json!({ "match": "number" })), json!({ "n": 2.5 }), None),
        (json!({ "n": 1 }), at("$.n", json!({ "match": "number" })), json!({ "n": "x" }), Some("no number")),
        (
            json!({ "s": "abc" }),
            at("$.s", json!({ "match": "include", "value": "b" })),
            json!({ "s": "xbx" }),
            None,
        ),
        (
            json!({ "s": "abc" }),
            at("$.s", json!({ "match": "include", "value": "b" })),
            json!({ "s": "x" }),
            Some("`b`"),
        ),
        (
            json!({ "d": "2026-01-01" }),
            at("$.d", json!({ "match": "date", "format": "yyyy-MM-dd" })),
            json!({ "d": "2026-12-31" }),
            None,
        ),
        (
            json!({ "d": "2026-01-01" }),
            at("$.d", json!({ "match": "date", "format": "yyyy-MM-dd" })),
            json!({ "d": "31.12.2026" }),
            Some("yyyy-MM-dd"),
        ),
        (json!({ "b": true }), at("$.b", json!({ "match": "boolean" })), json!({ "b": false }), None),
        (json!({ "x": null }), at("$.x", json!({ "match": "null" })), json!({ "x": 1 }), Some("not null")),
        (
            json!({ "s": "a" }),
            at("$.s", json!({ "match": "notEmpty" })),
            json!({ "s": "" }),
            Some("is empty"),
        ),
        (
            json!({ "v": "1.0.0" }),
            at("$.v", json!({ "match": "semver" })),
            json!({ "v": "1.0" }),
            Some("semantic"),
        ),
        (
            json!({ "m": { "k1": 1 } }),
            at("$.m", json!({ "match": "eachKey", "rules": [{ "match": "regex", "regex": "^k\\d+$" }] })),
            json!({ "m": { "k2": 1, "other": 1 } }),
            Some("$.m.other"),
        ),
        (
            json!({ "m": { "k1": 1 } }),
            at("$.m", json!({ "match": "eachValue", "rules": [{ "match": "integer" }] })),
            json!({ "m": { "z": 3 } }),
            None,
        ),
        (
            json!({ "m": { "k1": 1 } }),
            at("$.m", json!({ "match": "eachValue", "rules": [{ "match": "integer" }] })),
            json!({ "m": { "z": "x" } }),
            Some("$.m.z"),
        ),
        (
            json!({ "m": { "k1": 1 } }),
            at("$.m", json!({ "match": "values" })),
            json!({ "m": { "other": 1 } }),
            None,
        ),
        (
            json!([1, "a"]),
            at("$", json!({ "match": "arrayContains", "variants": [{ "index": 1 }] })),
            json!([5, 6, "a"]),
            None,
        ),
        (
            json!([1, "a"]),
            at("$", json!({ "match": "arrayContains", "variants": [{ "index": 1 }] })),
            json!([5, 6]),
            Some("number 2"),
        ),
        (
            json!({ "a": 1 }),
            json!({ "$.a": { "combine": "OR", "matchers": [{ "match": "null" }, { "match": "integer" }] } }),
            json!({ "a": null }),
            None,
        ),
        (
            json!({ "a": 1 }),
            json!({ "$.a": { "combine": "OR", "matchers": [{ "match": "null" }, { "match": "integer" }] } }),
            json!({ "a": "x" }),
            Some("$.a"),
        ),
    ] {
        let found = mismatches(expected.clone(), rules.clone(), actual.clone());
        let asked = format!("{expected} by {rules} and {actual}: {found:?}");
        match place {
            None => assert!(found.is_empty(), "{asked}"),
            Some(place) => assert!(found.iter().any(|one| one.contains(place)), "{asked}"),
        }
    }
}

#[test]
fn files_of_versions_2_and_3_are_read_and_messages_are_told() {
    let file = |interaction: Value| {
        let all = json!({ "consumer": { "name": "c" }, "provider": { "name": "p" }, "interactions": [interaction] });
        Pact::parse(&all.to_string()).unwrap()
    };
    let two = file(json!({
        "description": "a list", "providerState": "there are some",
        "request": { "method": "GET", "path": "/a", "query": "x=1&y=a%20b", "headers": { "Accept": "application/json" } },
        "response": { "status": 200, "headers": { "Content-Type": "application/json" }, "body": { "items": [{ "id": 1 }] },
            "matchingRules": { "$.body.items": { "match": "type", "min": 1 }, "$.body.items[*].*": { "match": "type" }, "$.headers.Content-Type": { "match": "regex", "regex": "json" } } },
    }));
    let one = &two.interactions[0];
    assert_eq!(one.query, [("x".to_owned(), "1".to_owned()), ("y".to_owned(), "a b".to_owned())]);
    assert_eq!(one.states[0].name, "there are some");
    let answer = |body: &str, kind: &str| Answer {
        status: 200,
        headers: vec![("content-type".into(), kind.into())],
        body: body.as_bytes().to_vec(),
        cut: false,
    };
    assert_eq!(
        one.mismatches(&answer(r#"{"items":[{"id":7},{"id":8}]}"#, "application/json; charset=utf-8")),
        Vec::<String>::new()
    );
    assert_eq!(one.mismatches(&answer(r#"{"items":[]}"#, "text/html")).len(), 2);
    let three = file(json!({
        "description": "made", "providerStates": [{ "name": "s", "params": { "id": 5 } }],
        "request": { "method": "POST", "path": "/a", "body": { "n": 1 }, "query": { "t": ["1", "2"] },
            "generators": { "path": { "type": "ProviderState", "expression": "/a/${id}" } } },
        "response": { "status": 201, "matchingRules": { "status": { "combine": "AND", "matchers": [{ "match": "statusCode", "status": "success" }] } } },
    }));
    let one = &three.interactions[0];
    assert_eq!((one.query.len(), one.body.as_deref()), (2, Some(&b"{\"n\":1}"[..])));
    assert_eq!(one.states[0].params["id"], 5);
    assert_eq!(one.from_state, [("path".to_owned(), String::new(), "/a/${id}".to_owned())]);
    assert!(one.mismatches(&Answer { status: 204, ..Answer::default() }).is_empty());
    assert_eq!(one.mismatches(&Answer { status: 404, ..Answer::default() }).len(), 1);
    let message = file(json!({ "type": "Asynchronous/Messages", "description": "told", "contents": {} }));
    assert_eq!((message.interactions.len(), message.messages), (0, vec!["told".to_owned()]));
}

#[test]
fn what_is_no_pact_is_told() {
    for (text, part) in [
        ("{", "is no JSON"),
        ("{}", "no `interactions`"),
        (
            r#"{"interactions":[{"description":"d","request":{"method":"GET","path":"a"},"response":{}}]}"#,
            "interactions[0] (`d`): request.path",
        ),
        (
            r#"{"interactions":[{"description":"d","request":{"method":"GET","path":"/a"},"response":{"matchingRules":{"body":{"$.a":{"matchers":[{"match":"magic"}]}}}}}]}"#,
            "`magic`",
        ),
        (
            r#"{"interactions":[{"description":"d","request":{"method":"GET","path":"/a"},"response":{"matchingRules":{"body":{"a[":{"matchers":[]}}}}}]}"#,
            "no path",
        ),
    ] {
        let why = Pact::parse(text).unwrap_err();
        assert!(why.contains(part), "{why}");
    }
}
