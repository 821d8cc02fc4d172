//! What is said about upstreams that cannot run, or do not do what they seem to.

use control::{Files, check};

use crate::bundle;

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
    ] {
        let found = shown(&format!("{ENDPOINTS}\n{fields}"));
        assert_eq!(found, expected.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{fields}");
    }
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
