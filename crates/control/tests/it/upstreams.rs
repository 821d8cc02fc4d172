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
