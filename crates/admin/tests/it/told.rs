//! What gateways of other processes are told, and what of it they have no use for.

use serde_json::json;

use crate::platform::{ADMIN_TOKEN, PASSWORD, Platform};

const TOKEN: &str = "a-secret-of-all-gateways";
/// One for each thing that stays with the control plane.
const KEPT: [(&str, &str); 3] = [
    ("corp", "planted-client-secret-1"),
    ("acme-hmac", "cGxhbnRlZC1obWFjLWtleQ"),
    ("unused", "planted-unused-1"),
];
/// One for each place from which a gateway reads one.
const TOLD: [(&str, &str); 3] =
    [("by-route", "planted-route-1"), ("by-plan", "planted-plan-1"), ("shared", "planted-shared-1")];

#[tokio::test]
async fn secrets_that_only_the_control_plane_uses_are_told_to_no_gateway() {
    let platform = Platform::with(None, |mut options| {
        options.gateway_token = Some(admin::GatewayToken::new(TOKEN));
        options
    })
    .await;
    for (name, value) in KEPT.iter().chain(&TOLD) {
        let set = platform.put(&format!("/api/v1/secrets/{name}")).admin();
        set.json(&json!({ "value": value })).send().await.is(200);
    }
    let provider = |name: &str, secret: &str| {
        json!({
            "kind": "identity-provider", "name": name, "issuer": format!("https://{name}.example.com"), "client_id": "pailou",
            "client_secret": format!("secret://{secret}"), "portal": {},
        })
    };
    let key = |secret: &str| json!({ "upstream-auth": { "key": { "header": "x-key", "value": format!("secret://{secret}") } } });
    let documents = [
        ("identity-providers", provider("corp", "corp")),
        ("identity-providers", provider("shared", "shared")),
        (
            "certificates",
            json!({
                "kind": "certificate", "name": "api", "hosts": ["api.example.com"],
                "acme": {
                    "directory": "https://acme.example.com/directory", "contact": ["mailto:ops@example.com"], "terms_agreed": true,
                    "eab": { "key_id": "kid", "hmac_key": "secret://acme-hmac" },
                },
            }),
        ),
        (
            "routes",
            json!({
                "kind": "route", "name": "hello", "match": { "path": "/hello" },
                "upstream": { "endpoints": ["http://127.0.0.1:9001"] }, "policies": [key("by-route")],
            }),
        ),
        (
            "routes",
            json!({
                "kind": "route", "name": "shared", "match": { "path": "/shared" },
                "upstream": { "endpoints": ["http://127.0.0.1:9001"] }, "policies": [key("shared")],
            }),
        ),
        ("plans", json!({ "kind": "plan", "name": "gold", "policies": [key("by-plan")] })),
    ];
    for (kind, document) in documents {
        platform.post(&format!("/api/v1/{kind}")).admin().json(&document).send().await.is(201);
    }
    platform.member("ana@example.com", "*", "admin").await;
    platform.developer("dev@example.com").await;
    let bearer = format!("Bearer {TOKEN}");
    let told = platform.get("/api/v1/snapshot").header("authorization", &bearer).send().await.is(200);
    for (name, value) in TOLD {
        assert!(told.text.contains(value), "a gateway needs `{name}`");
    }
    let never = KEPT.map(|(_, value)| value).into_iter().chain([
        ADMIN_TOKEN,
        PASSWORD,
        TOKEN,
        "ana@example.com",
        "dev@example.com",
        "$argon2",
        "https://corp.example.com",
    ]);
    for value in never {
        assert!(!told.text.contains(value), "`{value}` is told to gateways");
    }
}
