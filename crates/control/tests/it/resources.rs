//! One resource at a time.

use std::sync::Arc;

use control::{AuditQuery, AuditVerdict, Error, Expect, ListQuery};
use model::{Kind, Resource};
use serde_json::json;

use crate::{APPLY, Plane, admin, bundle, shop, ws};

fn consumer(name: &str, key: &str) -> serde_json::Value {
    json!({ "kind": "consumer", "name": name, "credentials": [{ "key": key }] })
}

#[tokio::test]
async fn a_change_is_in_the_snapshot_before_the_call_returns() {
    let plane = Plane::new().await;
    let stored = plane.put(consumer("ada", "correct-horse")).await.unwrap();
    assert_eq!(stored.revision, 1);
    let snapshot = plane.snapshot();
    assert_eq!((snapshot.number, snapshot.callers["consumer/ada"].keys.len()), (1, 1));
    plane.control.delete(&admin(), &ws(), Kind::Consumer, "ada", Expect::Any).await.unwrap();
    assert!(plane.snapshot().callers.is_empty());
}

#[tokio::test]
async fn what_is_put_again_unchanged_keeps_its_revision() {
    let plane = Plane::new().await;
    plane.put(consumer("ada", "correct-horse")).await.unwrap();
    assert_eq!(plane.put(consumer("ada", "correct-horse")).await.unwrap().revision, 1);
    assert_eq!(plane.put(consumer("ada", "another-horse")).await.unwrap().revision, 2);
    assert_eq!(plane.snapshot().number, 2);
}

#[tokio::test]
async fn preconditions_are_held() {
    let plane = Plane::new().await;
    let put = async |expect| {
        let plan =
            Resource::from_value(json!({ "kind": "plan", "name": "gold", "title": format!("{expect:?}") }));
        plane.control.put(&admin(), &ws(), plan.unwrap(), expect).await
    };
    assert!(matches!(put(Expect::Revision(1)).await, Err(Error::Changed { .. })));
    put(Expect::Absent).await.unwrap();
    assert!(matches!(put(Expect::Absent).await, Err(Error::Conflict { .. })));
    assert_eq!(put(Expect::Revision(1)).await.unwrap().revision, 2);
    assert!(matches!(put(Expect::Revision(1)).await, Err(Error::Changed { .. })));
    let gone = plane.control.delete(&admin(), &ws(), Kind::Plan, "gold", Expect::Revision(1)).await;
    assert!(matches!(gone, Err(Error::Changed { .. })));
}

#[tokio::test]
async fn what_is_still_referred_to_is_not_deleted() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    let before = plane.snapshot();
    for (kind, id, referrer) in [
        (Kind::Upstream, "pool", "api/orders@v1, route/health"),
        (Kind::Plan, "gold", "product/shop, subscription/till-shop"),
        (Kind::Api, "orders@v1", "product/shop"),
        (Kind::App, "till", "subscription/till-shop"),
    ] {
        let refused = plane.control.delete(&admin(), &ws(), kind, id, Expect::Any).await.unwrap_err();
        let said = refused.to_string();
        assert!(matches!(refused, Error::Conflict { .. }) && said.ends_with(referrer), "{said}");
    }
    assert!(Arc::ptr_eq(&before, &plane.snapshot()), "a refused change changes nothing");
}

#[tokio::test]
async fn a_bad_change_is_refused_whole_and_the_old_configuration_stays() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    let before = plane.snapshot();
    let bad = bundle(&[(
        "a.yaml",
        "kind: plan\nname: new\n---\nkind: product\nname: p\napis: [none]\nplans: [new]\n",
    )]);
    let refused = plane.control.apply(&admin(), &ws(), bad, APPLY).await.unwrap_err();
    assert_eq!(refused.findings().len(), 1, "{refused:?}");
    assert!(Arc::ptr_eq(&before, &plane.snapshot()));
    assert!(matches!(plane.control.get(&ws(), Kind::Plan, "new"), Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn no_key_is_ever_given_back_or_logged() {
    let plane = Plane::new().await;
    let stored = plane.put(consumer("ada", "s3cret-s3cret")).await.unwrap();
    let audit = plane.control.audit(&ws(), AuditQuery::default()).await.unwrap();
    let revisions = plane.control.revisions(&ws(), Kind::Consumer, "ada", None, 0).await.unwrap();
    let all = format!("{stored:?} {audit:?} {revisions:?} {:?}", plane.snapshot());
    assert!(!all.contains("s3cret"), "{all}");
    let hash = stored.resource.to_value()["credentials"][0]["key_hash"].as_str().unwrap().to_owned();
    assert!(!format!("{audit:?}").contains(&hash), "the audit log names the hash of a key");
    assert_eq!(stored.resource.to_value()["credentials"][0]["hint"], "s3cr");
}

#[tokio::test]
async fn a_key_works_when_it_is_issued_and_no_more_when_it_is_revoked() {
    let plane = Plane::new().await;
    plane.put(json!({ "kind": "consumer", "name": "ada" })).await.unwrap();
    let issued =
        plane.control.issue_key(&admin(), &ws(), Kind::Consumer, "ada", None, Vec::new()).await.unwrap();
    assert!(issued.key.starts_with("plk_") && issued.key.len() == 42 && issued.key.starts_with(&issued.hint));
    assert_eq!(plane.snapshot().callers["consumer/ada"].keys[0].hash, issued.key_hash);
    plane.control.revoke_key(&admin(), &ws(), Kind::Consumer, "ada", &issued.key_hash).await.unwrap();
    assert!(plane.snapshot().callers["consumer/ada"].keys.is_empty());
    let again = plane.control.revoke_key(&admin(), &ws(), Kind::Consumer, "ada", &issued.key_hash).await;
    assert!(matches!(again, Err(Error::Missing { .. })));
    let past = Some("2001-01-01T00:00:00Z".to_owned());
    let refused = plane.control.issue_key(&admin(), &ws(), Kind::Consumer, "ada", past, Vec::new()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn lists_are_paged_and_searched() {
    let plane = Plane::new().await;
    for n in 0..25 {
        plane
            .put(json!({ "kind": "plan", "name": format!("p{n:02}"), "title": format!("Tier {}", n % 5) }))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let query = ListQuery { limit: 10, after, search: None };
        let page = plane.control.list(&ws(), Kind::Plan, &query).unwrap();
        assert_eq!(page.total, 25);
        seen.extend(page.items.iter().map(|stored| stored.resource.id()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    let query = ListQuery { search: Some("TIER 3".into()), ..ListQuery::default() };
    let found = plane.control.list(&ws(), Kind::Plan, &query).unwrap();
    assert_eq!((found.total, found.items.len(), found.next), (5, 5, None));
}

#[tokio::test]
async fn everything_is_as_it_was_after_a_restart() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    plane.put(consumer("eve", "eve-has-a-key")).await.unwrap();
    let again = plane.reopened().await;
    assert_eq!(*again.snapshots().borrow(), plane.snapshot());
    assert_eq!(again.contract(&ws(), "orders@v1").await.unwrap().operations.len(), 3);
    assert!(matches!(again.verify_audit(&ws()).await.unwrap(), AuditVerdict::Intact { records: 11 }));
}

#[tokio::test]
async fn of_a_hundred_thousand_consumers_a_change_makes_one_anew() {
    let plane = Plane::new().await;
    let mut text = String::new();
    for n in 0..100_000 {
        text.push_str(&format!(
            "---\nkind: consumer\nname: c{n}\ncredentials: [ {{ key: key-number-{n} }} ]\n"
        ));
    }
    let many = bundle(&[("consumers.yaml", &text)]);
    plane.control.apply(&admin(), &ws(), many, APPLY).await.unwrap();
    let before = plane.snapshot();
    assert_eq!(before.callers.len(), 100_000);
    plane.put(consumer("c5", "a-new-key-for-it")).await.unwrap();
    let after = plane.snapshot();
    let anew: Vec<_> =
        after.callers.iter().filter(|(key, caller)| !Arc::ptr_eq(caller, &before.callers[*key])).collect();
    assert_eq!(anew.len(), 1);
    assert_eq!(&**anew[0].0, "consumer/c5");
    // Keys stay one caller's alone, and a key that was given up is free.
    assert!(matches!(plane.put(consumer("new", "key-number-6")).await, Err(Error::Invalid(_))));
    plane.put(consumer("new", "key-number-5")).await.unwrap();
}

#[tokio::test]
async fn files_of_certificates_are_read_again_and_broken_ones_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = || {
        let made = rcgen::generate_simple_self_signed(["a.example.com".to_owned()]).unwrap();
        std::fs::write(path("a.pem"), made.cert.pem()).unwrap();
        std::fs::write(path("a.key"), made.signing_key.serialize_pem()).unwrap();
        made.cert.pem()
    };
    let first = write();
    let plane = Plane::new().await;
    let document =
        json!({ "kind": "certificate", "name": "a", "cert_file": path("a.pem"), "key_file": path("a.key") });
    plane.put(document.clone()).await.unwrap();
    let chain = || plane.snapshot().certificates["a"].chain.clone();
    assert_eq!(chain(), first);
    assert_eq!(plane.control.files().len(), 2);
    assert!(!plane.control.read_files().await.unwrap(), "nothing is new");

    let second = write();
    let before = plane.snapshot();
    assert!(plane.control.read_files().await.unwrap());
    assert_eq!(chain(), second);
    let after = plane.snapshot();
    assert_eq!((after.number, after.reading), (before.number, before.reading + 1));

    std::fs::write(path("a.key"), "nothing").unwrap();
    assert!(!plane.control.read_files().await.unwrap());
    assert_eq!(chain(), second, "what was read before stays");
    let unresolved = plane.control.unresolved();
    assert!(unresolved[0].to_string().contains("what was read before stays in force"), "{unresolved:?}");
    plane.put(json!({ "kind": "consumer", "name": "other" })).await.unwrap();
    assert_eq!(chain(), second, "nor does another change touch it");
    let other = json!({ "kind": "certificate", "name": "a", "cert_file": path("a.pem"), "key_file": path("a.key"), "hosts": ["b.example.com"] });
    assert!(plane.put(other).await.is_err(), "what changes must be good");

    // What its authority says of it is a file of its own.
    write();
    std::fs::write(path("a.ocsp"), [0x30, 3, 0x0a, 1, 0]).unwrap();
    let mut stapled = document.clone();
    stapled["ocsp_file"] = path("a.ocsp").into();
    plane.put(stapled).await.unwrap();
    assert_eq!(
        (plane.control.files().len(), plane.snapshot().certificates["a"].ocsp.as_ref().unwrap().len()),
        (3, 5)
    );
    for wrong in [&b"nothing"[..], &[0x30, 3, 0x0a, 1, 6], &[0x30, 4, 0x0a, 1, 0]] {
        std::fs::write(path("a.ocsp"), wrong).unwrap();
        plane.control.read_files().await.unwrap();
        assert_eq!(plane.snapshot().certificates["a"].ocsp.as_ref().unwrap().len(), 5);
        assert!(plane.control.unresolved()[0].to_string().contains("ocsp_file"), "{wrong:?}");
    }
    plane.put(document.clone()).await.unwrap();
    plane.control.read_files().await.unwrap();
    assert_eq!(
        (plane.snapshot().certificates["a"].ocsp.clone(), plane.control.unresolved()),
        (None, Vec::new())
    );

    let third = write();
    assert!(plane.control.read_files().await.unwrap());
    assert_eq!((chain(), plane.control.unresolved()), (third, Vec::new()));
    let named = json!({ "kind": "gateway", "name": "default", "tls": { "default_certificate": "b" } });
    let refused = plane.put(named).await.unwrap_err();
    assert!(refused.findings()[0].to_string().contains("tls.default_certificate"), "{refused:?}");
}

#[tokio::test]
async fn files_of_upstreams_are_filled_in_read_again_and_kept_while_broken() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = || {
        let made = rcgen::generate_simple_self_signed(["inside".to_owned()]).unwrap();
        std::fs::write(path("ca.pem"), made.cert.pem()).unwrap();
        std::fs::write(path("own.key"), made.signing_key.serialize_pem()).unwrap();
        made.cert.pem()
    };
    let first = write();
    let tls = json!({ "ca_file": path("ca.pem"), "cert_file": path("ca.pem"), "key_file": path("own.key") });
    let upstream = json!({ "endpoints": ["https://a"], "tls": tls });
    let api = |name: &str, upstream: serde_json::Value| json!({ "kind": "api", "name": name, "listen": { "path": format!("/{name}") }, "upstream": upstream });
    let mut named = upstream.clone();
    named["kind"] = "upstream".into();
    named["name"] = "shared".into();
    let plane = Plane::new().await;
    plane.put(named).await.unwrap();
    for name in ["one", "two"] {
        plane.put(api(name, json!("shared"))).await.unwrap();
    }
    plane.put(api("inline", upstream)).await.unwrap();
    let read = |control: &control::Control, name: &str| {
        let snapshot = control.snapshots().borrow().clone();
        let upstream = &snapshot.services[&*format!("api/{name}")].upstream;
        upstream.tls.clone().unwrap().read.unwrap().roots.unwrap()
    };
    let all = |control: &control::Control| ["one", "two", "inline"].map(|name| read(control, name));
    assert_eq!(all(&plane.control), [first.as_str(); 3]);
    assert_eq!(plane.control.files().len(), 6);
    let stored = plane.control.get(&ws(), Kind::Upstream, "shared").unwrap();
    assert_eq!(stored.resource.to_value()["tls"].get("read"), None, "documents stay as they are");

    let second = write();
    assert!(plane.control.read_files().await.unwrap());
    assert_eq!(all(&plane.control), [second.as_str(); 3]);
    assert!(!plane.control.read_files().await.unwrap());

    std::fs::write(path("ca.pem"), "nothing").unwrap();
    assert!(!plane.control.read_files().await.unwrap());
    assert_eq!(all(&plane.control), [second.as_str(); 3]);
    let told: Vec<_> = plane.control.unresolved().iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains("upstream/shared: tls.ca_file")), "{told:#?}");
    assert!(told.iter().any(|told| told.contains("api/inline: upstream.tls.ca_file")), "{told:#?}");
    // A new API of the shared upstream is given what is in force; one that says something new must be right.
    plane.put(api("three", json!("shared"))).await.unwrap();
    assert_eq!(read(&plane.control, "three"), second);
    let other = json!({ "endpoints": ["https://b"], "tls": { "ca_file": path("ca.pem") } });
    let refused = plane.put(api("other", other)).await.unwrap_err();
    assert!(refused.findings()[0].to_string().contains("upstream.tls.ca_file"), "{refused:?}");

    // After a restart nothing is known of before: it is left out, and comes back with its files.
    let again = plane.reopened().await;
    assert!(again.snapshots().borrow().services.is_empty());
    let third = write();
    assert!(again.read_files().await.unwrap());
    assert_eq!(all(&again), [third.as_str(); 3]);
    assert_eq!(again.unresolved(), []);
}

#[test]
fn tls_of_an_upstream_that_cannot_be_meant_is_refused_or_warned_of() {
    let found = |endpoint: &str, tls: serde_json::Value| {
        let document = json!({ "kind": "upstream", "name": "a", "endpoints": [endpoint], "tls": tls });
        let files = control::Files::default();
        match control::check(&bundle(&[("a.yaml", &document.to_string())]), &files, policies::CATALOG, None) {
            Ok(checked) => checked.findings,
            Err(findings) => findings,
        }
    };
    for (endpoint, tls, expected) in [
        ("https://a", json!({ "cert_file": "a.pem" }), "tls.key_file"),
        ("https://a", json!({ "key_file": "a.key" }), "tls.cert_file"),
        ("https://a", json!({ "server_name": "no name" }), "tls.server_name"),
        ("https://a", json!({ "verify": false }), "tls.verify"),
        ("https://a", json!({ "read": {} }), "tls.read"),
        ("https://a", json!({ "ca_file": "none.pem" }), "cannot read `none.pem`"),
        ("http://a", json!({}), "no endpoint is `https://`"),
    ] {
        let found: Vec<_> = found(endpoint, tls).iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|found| found.contains(expected)), "{expected}: {found:#?}");
    }
}

#[tokio::test]
async fn a_password_is_kept_as_a_hash_and_the_same_document_again_changes_nothing() {
    let plane = Plane::new().await;
    let consumer = |password: &str| {
        json!({ "kind": "consumer", "name": "erp", "custom_id": "erp-7", "credentials":
            [{ "username": "erp", "password": password, "scopes": ["orders:read"] }] })
    };
    let first = plane.put(consumer("correct horse")).await.unwrap();
    let text = first.resource.to_value().to_string();
    assert!(!text.contains("correct horse") && text.contains("$argon2id$"), "{text}");
    let login = &plane.snapshot().callers["consumer/erp"].logins[0];
    assert_eq!((&*login.username, &*login.scopes[0]), ("erp", "orders:read"));
    assert_eq!(plane.put(consumer("correct horse")).await.unwrap().revision, first.revision);
    assert!(plane.put(consumer("another horse")).await.unwrap().revision > first.revision);

    let other = json!({ "kind": "consumer", "name": "other", "custom_id": "erp-7", "credentials": [{ "username": "erp", "password": "12345678" }] });
    let text = format!("{:?}", plane.put(other).await.unwrap_err());
    for field in ["credentials[0].username", "custom_id"] {
        assert!(text.contains(field) && text.contains("every caller needs its own"), "{text}");
    }
    for (credential, complaint) in [
        (json!({ "username": "a:b", "password": "12345678" }), ".username"),
        (json!({ "username": "a", "password": "short" }), ".password"),
        (json!({ "username": "a" }), "needs a `password`"),
        (json!({ "password": "12345678" }), ".username"),
        (json!({ "username": "a", "password_hash": "$1$md5" }), ".password_hash"),
        (json!({ "username": "a", "password": "12345678", "key": "12345678" }), "either a key or a username"),
        (json!({ "key": "12345678", "scopes": ["a b"] }), ".scopes[0]"),
    ] {
        let wrong = json!({ "kind": "consumer", "name": "wrong", "credentials": [credential] });
        let text = format!("{:?}", plane.put(wrong).await.unwrap_err());
        assert!(text.contains(complaint), "{text}");
    }
}
