//! Tokens that another library (`jwcrypto` for Python) signed or not, and encrypted in all manners: which are let in.

use policies::CATALOG;
use serde::Deserialize;
use serde_json::json;
use testkit::{Gateway, Setup, Upstream};

#[derive(Deserialize)]
struct Vectors {
    keys: Vec<String>,
    /// A token that is not encrypted.
    signed: String,
    /// Each with what it is.
    accepted: Vec<(String, String)>,
    refused: Vec<(String, String)>,
    shared: Shared,
}

/// The same for keys that are shared, each with the key that the gateway has.
#[derive(Deserialize)]
struct Shared {
    accepted: Vec<(String, String, String)>,
    refused: Vec<(String, String, String)>,
}

const SET: &str = r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "page", "use": "sig", "alg": "ES256", "x": "UlMBLmgQFjvwAFLG1A9vnhPjxccvJnvX3i4aWR5PBjY", "y": "8OU2kJqlV683Se0AzkMkPqMJyA_52NHFn46AXHFiM7Y"}]}"#;

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("encrypted.json")).unwrap()
}

fn gateway(decrypt: serde_json::Value) -> Gateway {
    let keys = Upstream::script(|_| http::Response::builder().body(SET.into()).unwrap());
    let config = json!({ "jwt-auth": { "jwks": "http://idp/jwks.json", "audience": "orders", "decrypt": decrypt, "hide_credentials": true } });
    let config = config.to_string();
    let setup = Setup::new(CATALOG).upstream("idp", keys).api("orders", "/", "echo", &config);
    setup.consumer("ada", "ada-key-0123456789", "").start()
}

#[tokio::test(start_paused = true)]
async fn encrypted_tokens_are_let_in_by_what_is_in_them_and_by_nothing_less() {
    let vectors = vectors();
    let gateway = gateway(json!({ "keys": vectors.keys }));
    let ask = async |token: &str| gateway.get("/").with("authorization", &format!("Bearer {token}")).await;
    for (what, token) in &vectors.accepted {
        for _ in 0..2 {
            let reply = ask(token).await;
            assert_eq!(reply.status, 200, "{what}");
            assert_eq!(reply.received("authorization"), None, "{what}");
        }
        assert_eq!(gateway.events().pop().unwrap().caller.unwrap().to_string(), "consumer/ada", "{what}");
    }
    for (what, token) in &vectors.refused {
        let reply = ask(token).await;
        assert_eq!(reply.status, 401, "{what}");
        let told = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(!told.contains("key") && !told.contains("encrypted"), "{what}: {told}");
    }
    ask(&vectors.signed).await.is(200);
}

#[tokio::test(start_paused = true)]
async fn where_encryption_is_required_a_token_that_is_only_signed_is_refused() {
    let vectors = vectors();
    let required = gateway(json!({ "keys": vectors.keys, "required": true }));
    let one = gateway(json!({ "keys": [vectors.keys[1]] }));
    let none = gateway(json!(null));
    let (_, rsa) = vectors.accepted.last().unwrap();
    for (gateway, token, status) in [
        (&required, &vectors.signed, 401),
        (&required, rsa, 200),
        (&one, rsa, 401),
        (&one, &vectors.accepted[0].1, 200),
        (&none, &vectors.accepted[0].1, 401),
        (&none, &vectors.signed, 200),
    ] {
        gateway.get("/").with("authorization", &format!("Bearer {token}")).await.is(status);
    }
}

#[tokio::test(start_paused = true)]
async fn who_shares_a_key_encrypts_by_it_or_wraps_with_it_and_what_is_inside_is_signed_all_the_same() {
    let vectors = vectors();
    for (all, status) in [(&vectors.shared.accepted, 200), (&vectors.shared.refused, 401)] {
        for (what, key, token) in all {
            let gateway = gateway(json!({ "keys": [vectors.keys[1], key], "required": true }));
            let ask =
                async |token: &str| gateway.get("/").with("authorization", &format!("Bearer {token}")).await;
            let reply = ask(token).await;
            assert_eq!(reply.status, status, "{what}");
            let told = String::from_utf8_lossy(&reply.body).into_owned();
            assert!(status == 200 || !told.contains("encrypted"), "{what}: {told}");
            ask(&vectors.accepted[0].1).await.is(200);
            ask(&vectors.signed).await.is(401);
        }
    }
    assert_eq!(vectors.shared.accepted.len(), 15, "each manner with each encryption");
}

#[test]
fn what_is_no_key_is_refused_without_a_word_of_it() {
    for (keys, field) in [
        (json!([]), "decrypt.keys"),
        (json!(["secret text"]), "decrypt.keys[0]"),
        (json!([r#"{"kty":"oct","alg":"dir","k":"secret text"}"#]), "decrypt.keys[0]"),
        (json!([r#"{"kty":"oct","k":"c2VjcmV0IHRleHQgc2VjcmV0"}"#]), "decrypt.keys[0]"),
        (json!(vec![vectors().keys[0].clone(); 5]), "decrypt.keys"),
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), SET).unwrap();
        let config = json!({ "jwks": file.path(), "decrypt": { "keys": keys } });
        let invalid = crate::tokens::build(&config).unwrap_err();
        assert_eq!(invalid.field, field);
        assert!(!invalid.message.contains("secret text"));
    }
}
