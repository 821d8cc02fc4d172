//! The pages of the manual run: every exchange on them is made with a gateway, and answered as the page says.

use std::{fs, path::PathBuf};

use policies::CATALOG;
use testkit::{Gateway, Setup, Upstream, policies};

use crate::page::{Answer, Exchange, scenarios};

#[tokio::test(start_paused = true)]
async fn every_policy_has_a_page_that_runs() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies");
    for policy in CATALOG.0 {
        let name = format!("{}.md", policy.name());
        let text =
            fs::read_to_string(folder.join(&name)).unwrap_or_else(|e| panic!("docs/policies/{name}: {e}"));
        let scenarios = scenarios(&name, &text);
        let mut used = scenarios.iter().flat_map(|scenario| policies(&scenario.policies));
        assert!(used.any(|used| used.policy == policy.name()), "{name} does not use {}", policy.name());
        for scenario in scenarios {
            assert!(
                !scenario.exchanges.is_empty(),
                "{}: a configuration that nothing is asked of",
                scenario.at
            );
            let gateway = gateway_of_the_pages(&scenario.policies);
            for exchange in &scenario.exchanges {
                exchange.check(&ask(&gateway, exchange).await);
            }
        }
    }
}

/// The key of the identity provider that every page knows, the public half. Nobody has the other one any more.
const PROVIDER_KEY: &str = r#"{"kty": "EC", "crv": "P-256", "kid": "page", "use": "sig", "alg": "ES256", "x": "UlMBLmgQFjvwAFLG1A9vnhPjxccvJnvX3i4aWR5PBjY", "y": "8OU2kJqlV683Se0AzkMkPqMJyA_52NHFn46AXHFiM7Y"}"#;

/// An API in front of an upstream that answers with what it got, and the two callers that every page knows.
fn gateway_of_the_pages(policies: &str) -> Gateway {
    let keys = format!(r#"{{ "keys": [{PROVIDER_KEY}] }}"#);
    let provider = Upstream::script(move |request| provider(&request, &keys));
    Setup::new(CATALOG)
        .upstream("idp", provider)
        .api("orders", "/", "echo", policies)
        .consumer("ada", "ada-key-0123456789", "")
        .login("ada", "lovelace", "analytical engine")
        .app("shop", "shop-key-0123456789", "free", &[])
        .start()
}

/// An identity provider with keys at `/jwks.json`, that knows the token `opaque-token-of-ada` at `/introspect` and the session `s1` at `/check`.
fn provider(request: &http::Request<bytes::Bytes>, keys: &str) -> http::Response<bytes::Bytes> {
    let asked = String::from_utf8_lossy(request.body());
    let session = request.headers().get("x-session").is_some_and(|session| session == "s1");
    let reply = http::Response::builder();
    let reply = match request.uri().path() {
        "/introspect" if asked.contains("token=opaque%2Dtoken%2Dof%2Dada&") => {
            reply.body(r#"{"active":true,"sub":"ada","scope":"orders:read"}"#.into())
        }
        "/introspect" => reply.body(r#"{"active":false}"#.into()),
        "/check" if session => reply.status(204).header("x-user", "ada").body("".into()),
        "/check" => reply.status(401).header("www-authenticate", "Session").body("sign in first".into()),
        _ => reply.body(keys.to_owned().into()),
    };
    reply.unwrap()
}

async fn ask(gateway: &Gateway, exchange: &Exchange) -> Answer {
    let mut call = gateway.call(exchange.method.clone(), &exchange.target).from("127.0.0.1");
    for (name, value) in &exchange.headers {
        call = call.with(name.as_str(), value.to_str().unwrap());
    }
    if !exchange.content.is_empty() {
        call = call.body(exchange.content.clone());
    }
    let reply = call.await;
    Answer { status: reply.status, headers: reply.headers, body: reply.body.to_vec() }
}
