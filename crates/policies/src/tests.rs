//! What holds for every policy of the catalogue.

use serde_json::{Map, Value};

use crate::{CATALOG, testing::*};

/// Every object of a schema that has fields, with its name.
fn objects(schema: &Value) -> Vec<(String, &Map<String, Value>)> {
    let mut found = Vec::new();
    let mut open = vec![("the policy".to_owned(), schema)];
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    found.push((name.clone(), properties));
                }
                open.extend(fields.iter().map(|(key, value)| (format!("{name}/{key}"), value)));
            }
            Value::Array(items) => open.extend(items.iter().map(|item| (name.clone(), item))),
            _ => {}
        }
    }
    found
}

#[test]
fn every_example_builds() {
    for policy in CATALOG.0 {
        build(policy.name(), policy.example());
    }
}

#[test]
fn every_policy_and_every_field_is_documented() {
    for policy in CATALOG.0 {
        let schema = policy.schema().to_value();
        let sentence = |value: &Value| {
            value.get("description").and_then(Value::as_str).is_some_and(|text| text.ends_with('.'))
        };
        assert!(sentence(&schema), "{} has no manual", policy.name());
        for (object, properties) in objects(&schema) {
            for (field, of) in properties {
                // A choice such as `{ header: … }` is documented as a choice.
                let choice = object.contains("oneOf");
                assert!(choice || sentence(of), "{}: `{field}` of {object} has no sentence", policy.name());
            }
        }
        for choice in schema.pointer("/$defs").into_iter().flat_map(choices) {
            assert!(sentence(choice), "{}: a choice has no sentence: {choice}", policy.name());
        }
    }
}

fn choices(definitions: &Value) -> Vec<&Value> {
    let every = definitions.as_object().into_iter().flat_map(Map::values);
    every.filter_map(|definition| definition.get("oneOf")?.as_array()).flatten().collect()
}

#[test]
fn an_unknown_field_is_refused_naming_it() {
    for policy in CATALOG.0 {
        let mut config = yaml(policy.example());
        config.as_object_mut().unwrap().insert("no_such_field".into(), Value::Bool(true));
        let invalid = try_build(policy.name(), &config).err().expect("an unknown field is refused");
        assert_eq!(invalid.field, "no_such_field");
        assert!(invalid.message.contains("unknown field"), "{}", invalid.message);
    }
}

#[test]
fn what_is_no_mapping_is_refused() {
    for policy in CATALOG.0 {
        for config in ["null", "true", "7", "text", "[1]", "[[]]"] {
            let config = yaml(config);
            assert!(try_build(policy.name(), &config).is_err(), "{}: {config}", policy.name());
        }
    }
}

#[test]
fn names_are_in_kebab_case_and_stand_once_in_the_list() {
    for (at, policy) in CATALOG.0.iter().enumerate() {
        assert!(policy.name().parse::<model::Name>().is_ok(), "{}", policy.name());
        assert_eq!(CATALOG.position(policy.name()), Some(at));
    }
    assert!(CATALOG.find("rate-limits").err().unwrap().message.contains("`rate-limit`"));
}

/// Headers that filters read, and values that someone may send in them.
const NAMES: [&str; 10] = [
    "origin",
    "x-api-key",
    "apikey",
    "x-tenant",
    "vary",
    "host",
    "cookie",
    "access-control-request-method",
    "access-control-request-headers",
    "x-forwarded-for",
];
const VALUES: [&[u8]; 12] = [
    b"",
    b" ",
    b"*",
    b"null",
    b"https://*.example.org",
    b"\xff\xfe\x80",
    b"\xf0\x9f\x92\xa9",
    b"a,b,,c, ,",
    b"%00%ff%",
    b"://",
    b"-9223372036854775808",
    b"GET\tPUT",
];
const TARGETS: [&str; 8] = [
    "/",
    "/?",
    "/?apikey",
    "/?apikey=%",
    "/?&&&=&apikey==&%61pikey=%ff",
    "http://[::1]:9/a?x-api-key=a#b",
    "*",
    "/%00?%",
];

fn nasty_request(random: &mut Random) -> RequestBuilder {
    let pick = |random: &mut Random, n: usize| random.below(n as u64) as usize;
    let method = ["GET", "OPTIONS", "HEAD", "PATCH", "X-ODD"][pick(random, 5)];
    let mut req = RequestBuilder::of(method, TARGETS[pick(random, TARGETS.len())]);
    let long = vec![b'a'; 9000];
    for _ in 0..random.below(6) {
        let value = if random.below(12) == 0 { &long } else { VALUES[pick(random, VALUES.len())] };
        req = req.header_bytes(NAMES[pick(random, NAMES.len())], value);
    }
    let client = ["0.0.0.0", "::", "::ffff:255.255.255.255", "2001:db8::1"][pick(random, 4)];
    let req = req.client(client).service(["api/a", "route/b", "", "api/"][pick(random, 4)]);
    if random.below(2) == 0 { req.identity("ada") } else { req }
}

fn configurations() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = CATALOG.0.iter().map(|policy| (policy.name(), policy.example())).collect();
    all.extend([
        ("key-auth", "{ query: [apikey, x-api-key] }"),
        ("rate-limit", "{ limit: 3, window: 1s, per: { header: x-tenant } }"),
        ("rate-limit", "{ limit: 3, window: 1s, per: operation }"),
        ("cors", "{ origins: ['*'] }"),
        ("cors", "{ origins: ['https://*.example.org'], credentials: true }"),
        ("headers", "{ response: { remove: [vary, origin], add: { vary: x } } }"),
    ]);
    all
}

#[test]
fn no_request_makes_a_filter_panic_and_two_builds_behave_alike() {
    for (name, config) in configurations() {
        let (first, second) = (build(name, config), build(name, config));
        let outcomes = |filter: &dyn policy::Filter| {
            let mut random = Random(3);
            let outcome = |_| {
                let mut req = nasty_request(&mut random).build();
                let flow = decide(filter, &mut req);
                let mut res = response(&[("vary", "a"), ("access-control-allow-origin", "b")]);
                res.receive(std::mem::take(&mut req.on_reply));
                filter.on_response(&mut res);
                format!("{flow:?} {res:?} {:?}", req.head)
            };
            (0..1000).map(outcome).collect::<Vec<_>>()
        };
        assert!(outcomes(&*first) == outcomes(&*second), "{name}: {config}");
    }
}
