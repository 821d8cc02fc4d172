//! Snapshots as a gateway gets them from a control plane elsewhere, or reads them from its disk.

use std::sync::Arc;

use fuzz::fuzz_from;
use model::Snapshot;
use testkit::Setup;

use crate::gateway::Rig;

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "\"key\":",
    "\"path\":\"/a/{b}\"",
    "\"policies\":[]",
    "\"policy\":\"cors\"",
    "\"config\":{}",
    "\"endpoints\":[\"http://a\"]",
    "\"http://[::1]:0\"",
    "\"{a}\"",
    "\"/{+rest}\"",
    "\"**\"",
    "\"10s\"",
    "\"1MiB\"",
    "\"everything\"",
    "\\u0000",
    "1e999",
    "\"methods\":[\"GET\"]",
    "\"trusted_proxies\":[\"::/0\"]",
    "\"hosts\":[\"*.a\"]",
];

#[test]
fn a_snapshot_is_refused_or_put_in_force_and_serves() {
    let setup = Setup::new(policies::CATALOG)
        .api("open", "/open", "service", "- cors: {}")
        .contract(
            "orders",
            "/orders",
            "- key-auth: {}",
            &[("get", "GET", "/{id}", "- rate-limit: { limit: 5, window: 1s }")],
        )
        .plan("free", "")
        .consumer("ada", "ada-key-0123456789", "")
        .app("shop", "shop-key-0123456789", "free", &["orders"]);
    let whole = serde_json::to_vec(&setup.snapshot).unwrap();
    let rig = Rig::with(Setup::new(policies::CATALOG));
    fuzz_from("snapshots", WORDS, vec![whole], |input| {
        let snapshot: Snapshot = match serde_json::from_slice(input) {
            Ok(snapshot) => snapshot,
            Err(error) => {
                return (
                    error.classify() as u8,
                    vec![error.to_string().split(" at line").next().unwrap().to_owned()],
                );
            }
        };
        let again = serde_json::from_slice(&serde_json::to_vec(&snapshot).unwrap());
        assert_eq!(again.ok().as_ref(), Some(&snapshot), "written and read again");
        match rig.publish(Arc::new(snapshot)) {
            Err(findings) => {
                assert!(!findings.is_empty(), "a refusal says why");
                (10, findings.into_iter().map(|finding| finding.rule).collect())
            }
            Ok(()) => {
                let asked =
                    b"GET /open/x HTTP/1.1\r\nHost: a\r\n\r\nGET /orders/1?a=b HTTP/1.1\r\nHost: a\r\n\r\n";
                let (bytes, _) = rig.run([&asked[..]].into_iter());
                (11, vec![String::from_utf8_lossy(&bytes[..bytes.len().min(12)]).into_owned()])
            }
        }
    });
}
