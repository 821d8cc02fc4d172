//! What is counted, logged and recorded of a tenant: answers of these are no documents, and hold nothing that somebody planted by themselves.

use serde_json::Value;

use super::{Tenant, Tenants, comparable};
use crate::kit::until;

#[test]
fn what_is_counted_logged_and_recorded_of_one_tenant_is_told_to_no_other() {
    let tenants = Tenants::start();
    // What is counted of each is another number, so that a sum of both is that of neither.
    let expected = [6_u64, 8];
    for (at, expected) in expected.iter().enumerate() {
        let Tenant { name, mark, .. } = &tenants.both[at];
        let key = format!("key-of-ada-at-{name}");
        let host = format!("{name}.example.com");
        let call = |path: &str| {
            let request = tenants.http.get(tenants.platform.http(path)).header("host", &host);
            tenants.call(request.header("x-api-key", &key)).status
        };
        assert_eq!(call(&format!("/orders/v1/{mark}")), 404);
        // Two were made as it was furnished.
        for _ in 3..*expected {
            assert_eq!(call("/orders/v1/orders"), 200);
        }
    }
    let read = |at: usize, path: &str| {
        let said = tenants.admin(tenants.both[at].name, "GET", path, None);
        assert_eq!(said.status, 200, "{path}: {}", said.text);
        said.text
    };
    let counted = |at: usize| {
        let traffic: Value = serde_json::from_str(&read(at, "/analytics/traffic")).unwrap();
        traffic["totals"]["requests"].as_u64()
    };
    until("the calls of each are counted", || [counted(0), counted(1)] == expected.map(Some));
    until("they are logged", || {
        [0, 1].iter().all(|at| read(*at, "/calls?limit=500").contains(&tenants.both[*at].mark))
    });
    let mut ids = Vec::new();
    for (at, expected) in expected.iter().enumerate() {
        let (own, other) = (&tenants.both[at], &tenants.both[1 - at]);
        let named = |name: &str| {
            [format!("only-of-{name}"), format!("planted-by-{name}"), format!("{name}.example.com")]
        };
        let calls: Value = serde_json::from_str(&read(at, "/calls?limit=500")).unwrap();
        let items = calls["items"].as_array().unwrap();
        assert_eq!(items.len() as u64, *expected, "{}", own.name);
        ids.push(items.iter().map(|call| call["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        // Numbers hold nothing of whom they are of: they are those of this tenant alone.
        let sum = |path: &str, field: &str| -> u64 {
            let answer: Value = serde_json::from_str(&read(at, path)).unwrap();
            let rows = answer["items"].as_array().or(answer["rows"].as_array()).unwrap();
            rows.iter().map(|row| row[field].as_u64().unwrap()).sum()
        };
        for by in ["api", "caller"] {
            let sum = sum(&format!("/analytics/top?by={by}"), "requests");
            assert!((1..=*expected).contains(&sum), "{sum} of {expected} by {by} of {}", own.name);
        }
        let sum = sum("/analytics/usage", "calls");
        assert!((1..=*expected).contains(&sum), "{sum} of {expected} used by {}", own.name);
        for path in [
            "/calls?limit=500",
            "/calls?limit=500&q=orders",
            "/analytics/traffic",
            "/analytics/top?by=api",
            "/analytics/top?by=caller",
            "/analytics/top?by=operation",
            "/analytics/usage",
            "/audit?limit=1000",
            "/audit?limit=1000&kind=api",
            "/audit?limit=1000&actor=admin",
            "/export",
            "/apis?limit=1000",
        ] {
            let text = read(at, path);
            for name in named(other.name) {
                assert!(!text.contains(&name), "{path} of {} tells `{name}`: {text}", own.name);
            }
        }
    }
    // A call is found by its id, and by nobody else's.
    for at in [0, 1] {
        let (own, other) = (&ids[at][0], &ids[1 - at][0]);
        let name = tenants.both[at].name;
        assert_eq!(tenants.admin(name, "GET", &format!("/calls/{own}"), None).status, 200);
        let nobodys = "no-id-of-anything";
        let told = [other.as_str(), nobodys].map(|id| {
            let said = tenants.admin(name, "GET", &format!("/calls/{id}"), None);
            let quoted = |id: &str| format!("`{id}`");
            comparable(&said, &[(quoted(id), "NAME".to_owned())])
        });
        assert_eq!(told[0].0, 404);
        assert_eq!(told[0], told[1], "what is there is told from what is not");
    }
}
