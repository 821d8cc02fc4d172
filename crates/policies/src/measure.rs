//! What telling callers apart, and answering by a contract, costs: `cargo test --release -p policies --lib measure -- --ignored --nocapture`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measure takes the real time and says it"
)]

use std::{
    fs,
    hint::black_box,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Instant,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use policy::Filter;
use serde_json::json;

use crate::testing::*;

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Microseconds for each of some requests.
pub(crate) fn each(filter: &dyn Filter, mut requests: Vec<policy::Request>) -> f64 {
    let start = Instant::now();
    for req in &mut requests {
        assert!(decide(filter, req).is_ok());
    }
    let took = start.elapsed();
    // What they are made of goes outside of the time.
    took.as_secs_f64() * 1e6 / black_box(requests).len() as f64
}

#[test]
#[ignore = "a measure"]
fn what_tokens_and_rules_cost() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let file = tempfile::NamedTempFile::new().unwrap();
    let set = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "k", "x": b64(x), "y": b64(y) }] });
    fs::write(file.path(), set.to_string()).unwrap();
    let head = b64(json!({ "alg": "ES256", "kid": "k" }).to_string());
    let token = |n: usize| {
        let claims = json!({ "sub": "ada", "iss": "https://idp.example", "aud": "orders", "exp": 4_102_444_800_u64, "scope": "orders:read", "n": n });
        let text = format!("{head}.{}", b64(claims.to_string()));
        let signature = pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        format!("Bearer {text}.{}", b64(signature))
    };
    let request = |token: &str| RequestBuilder::get("/orders/1").header("authorization", token).build();
    let config = format!(
        "{{ jwks: '{}', algorithms: [ES256], issuer: 'https://idp.example', audience: orders }}",
        file.path().display()
    );
    let filter = build("jwt-auth", &config);
    let fresh = each(&*filter, (0..2000).map(|n| request(&token(n))).collect());
    let one = token(0);
    let seen = each(&*filter, (0..20_000).map(|_| request(&one)).collect());

    let rule = build(
        "authorize",
        "{ when: 'claims.sub == \"ada\" && request.method == \"GET\" && request.path.startsWith(\"/orders\")' }",
    );
    let identified: Vec<_> = (0..20_000)
        .map(|_| {
            let mut req = request(&one);
            assert!(decide(&*filter, &mut req).is_ok());
            req
        })
        .collect();
    let ruled = each(&*rule, identified);
    println!(
        "jwt-auth, ES256: {fresh:.2} µs for a new token, {seen:.2} µs for one seen before; a rule in CEL: {ruled:.2} µs"
    );
}

#[test]
#[ignore = "a measure"]
fn what_a_key_costs() {
    let known =
        (0..1000).fold(RequestBuilder::get("/"), |made, n| made.consumer("ada", &format!("ada-key-{n:010}")));
    let world = known.build().world;
    let request = |n: usize| {
        let made = RequestBuilder::get("/orders/1").header("x-api-key", &format!("ada-key-{:010}", n % 1000));
        policy::Request { world: std::sync::Arc::clone(&world), ..made.build() }
    };
    let filter = build("key-auth", "{}");
    let first = each(&*filter, (0..1000).map(request).collect());
    let again = each(&*filter, (0..20_000).map(request).collect());
    println!("key-auth: {first:.2} µs for a key that comes first, {again:.2} µs for one that came before");
}

#[test]
#[ignore = "a measure"]
fn what_a_token_of_the_authorization_server_costs() {
    let key = jose::SigningKey::make().0;
    let issuer = model::TokenIssuer {
        issuer: "https://id.example/oauth/default".into(),
        audience: "https://api.example".into(),
        keys: json!({ "keys": [key.public()] }).to_string().into(),
        revoked: std::sync::Arc::new(model::Revoked {
            ids: (0..10_000).map(|n| (format!("r{n}").into(), u64::MAX)).collect(),
            ..Default::default()
        }),
    };
    let token = |n: usize| {
        let claims = json!({
            "iss": "https://id.example/oauth/default", "aud": "https://api.example", "sub": "ada", "client_id": "c", "jti": format!("g.{n}"),
            "iat": 1_600_000_000, "exp": 4_102_444_800_u64, "scope": "orders:read",
        });
        format!("Bearer {}", key.sign("at+jwt", claims.as_object().unwrap()))
    };
    let caller = caller("app", "shop", model::snapshot::Access::Any);
    let caller = model::snapshot::Caller { client: Some("c".into()), ..(*caller).clone() };
    let request = |token: &str| {
        let made = RequestBuilder::get("/orders/1").header("authorization", token);
        made.known(caller.clone()).token_issuer(issuer.clone()).build()
    };
    let filter = build("oauth2", "{}");
    let fresh = each(&*filter, (0..2000).map(|n| request(&token(n))).collect());
    let one = token(0);
    let seen = each(&*filter, (0..5_000).map(|_| request(&one)).collect());
    println!(
        "oauth2, ES256, 10,000 tokens revoked: {fresh:.2} µs for a new token, {seen:.2} µs for one seen before"
    );
}

#[test]
#[ignore = "a measure"]
fn what_a_mock_costs() {
    let text = include_str!("../tests/it/mocked.yaml");
    let contract = contract::Contract::parse(text, "mocked.yaml").unwrap();
    let document = std::sync::Arc::new(contract.document("measure"));
    let each = |config: &str, method: &str, path: &str, operation: &str, body: &'static str| {
        let filter = try_build_with("mock", &yaml(config), Some(&document)).unwrap();
        let requests: Vec<_> = (0..20_000)
            .map(|_| {
                let made = RequestBuilder::of(method, path).operation(operation);
                match body {
                    "" => made.build(),
                    body => made.header("content-type", "application/json").body(body).build(),
                }
            })
            .collect();
        let start = Instant::now();
        for mut req in requests {
            assert!(matches!(decide(&*filter, &mut req), Err(policy::Reply::Answer(_))));
        }
        start.elapsed().as_secs_f64() * 1e6 / 20_000.0
    };
    let example = each("{}", "GET", "/examples", "examples", "");
    let value = each("{}", "GET", "/values?at=1", "values", "");
    let dynamic = each("{ dynamic: true }", "GET", "/values?at=1", "values", "");
    let post = each("{}", "POST", "/things", "createThing", "{\"name\":\"a\"}");
    println!(
        "mock, held against the contract: {example:.2} µs for an example, {value:.2} µs for a value made before, {dynamic:.2} µs for one made anew, {post:.2} µs for a POST"
    );
}

#[test]
#[ignore = "a measure"]
fn what_a_million_networks_cost() {
    let mut random = Random(7);
    // Of each block the first half may be denied, and clients are of the other one.
    let v4: Vec<_> = (0..500_000).map(|_| Ipv4Addr::from_bits(random.next() as u32 & 0xffff_ff00)).collect();
    let v6: Vec<_> = (0..500_000)
        .map(|_| Ipv6Addr::from_bits(0x2000 << 112 | u128::from(random.next() >> 8) << 64))
        .collect();
    let networks = v4.iter().map(|a| format!("{a}/28")).chain(v6.iter().map(|a| format!("{a}/65")));
    let filter = try_build("ip-restriction", &json!({ "deny": networks.collect::<Vec<_>>() })).unwrap();
    let of = |clients: Vec<IpAddr>| {
        let request = |client: IpAddr| RequestBuilder::get("/orders/1").client(&client.to_string()).build();
        each(&*filter, clients.into_iter().map(request).collect())
    };
    let near = |n: usize| v4[n * 7919 % v4.len()].to_bits() | 0x80;
    let four = of((0..20_000).map(|n| Ipv4Addr::from_bits(near(n)).into()).collect());
    let near = |n: usize| v6[n * 7919 % v6.len()].to_bits() | 1 << 63;
    let six = of((0..20_000).map(|n| Ipv6Addr::from_bits(near(n)).into()).collect());
    let one = build("ip-restriction", "{ deny: [198.51.100.0/28] }");
    let one = each(&*one, (0..20_000).map(|_| RequestBuilder::get("/orders/1").build()).collect());
    println!(
        "ip-restriction, 1,000,000 networks: {four:.2} µs for an IPv4 address, {six:.2} µs for an IPv6 one, each another; {one:.2} µs with one network"
    );
}

#[cfg(feature = "cedar")]
#[test]
#[ignore = "a measure"]
fn what_policies_in_cedar_cost() {
    let rule = |n: usize| {
        format!(
            "permit (principal == Consumer::\"ada\", action, resource in Api::\"orders@v{n}\") \
             when {{ context.method == \"GET\" && context.path like \"/orders*\" }};"
        )
    };
    let of = |count: usize| {
        let text: String = (1..=count).map(rule).collect();
        let filter = try_build("authorize", &json!({ "cedar": text })).unwrap();
        each(&*filter, (0..5_000).map(|_| RequestBuilder::get("/orders/1").identity("ada").build()).collect())
    };
    println!("a decision in Cedar: {:.2} µs with one policy, {:.2} µs with 100", of(1), of(100));
}
