//! Workspaces: what is in one is nothing to another.

use std::sync::Arc;

use control::{AuditQuery, Beside, Error, Expect, ListQuery, MasterKeys, Options};
use model::{Kind, Name, Resource, snapshot::Service};
use serde_json::{Value, json};

use crate::{APPLY, CONTRACT, ORDERS, PRUNE, Plane, SHOP, admin, bundle, open_with, ws};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

impl Plane {
    async fn put_in(&self, ws: &str, document: Value) -> Result<control::Stored, Error> {
        let resource = Resource::from_value(document).unwrap();
        self.control.put(&admin(), &name(ws), resource, Expect::Any).await
    }

    /// What is wrong with a document: rules and messages.
    async fn wrong_in(&self, ws: &str, document: Value) -> String {
        match self.put_in(ws, document).await.unwrap_err() {
            Error::Invalid(findings) => {
                findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            }
            error => error.to_string(),
        }
    }

    async fn with_tenants() -> Plane {
        let plane = Plane::new().await;
        for name in ["acme", "bolt"] {
            plane.put(json!({ "kind": "workspace", "name": name })).await.unwrap();
        }
        plane
    }
}

fn route(name: &str, hosts: &[&str], path: &str) -> Value {
    let matched = json!({ "hosts": hosts, "path": path });
    json!({ "kind": "route", "name": name, "match": matched, "upstream": { "endpoints": ["http://127.0.0.1:9"] } })
}

/// Everything of a shop, at a host of its own.
fn shop_at(host: &str) -> control::Bundle {
    let orders = ORDERS
        .replace("listen: { path: /orders/v1 }", &format!("listen: {{ hosts: [{host}], path: /orders/v1 }}"));
    let shop = SHOP.replace("match: { path: /health,", &format!("match: {{ hosts: [{host}], path: /health,"));
    // The gateway is for operators.
    let shop = shop.split("---\nkind: gateway").next().unwrap().to_owned();
    bundle(&[("apis/orders.yaml", &orders), ("apis/orders.openapi.yaml", CONTRACT), ("shop.yaml", &shop)])
}

#[tokio::test]
async fn two_workspaces_may_have_the_same_in_every_respect_and_know_nothing_of_each_other() {
    let plane = Plane::with_tenants().await;
    for ws in ["acme", "bolt"] {
        let applied = plane
            .control
            .apply(&admin(), &name(ws), shop_at(&format!("{ws}.example.com")), APPLY)
            .await
            .unwrap();
        assert!(applied.changes.iter().all(|change| change.action == control::Action::Create), "{ws}");
        let again = plane
            .control
            .apply(&admin(), &name(ws), shop_at(&format!("{ws}.example.com")), PRUNE)
            .await
            .unwrap();
        assert!(again.changes.iter().all(|change| change.action == control::Action::Unchanged), "{ws}");
    }
    let snapshot = plane.snapshot();
    let keys: Vec<String> = snapshot.services.keys().map(ToString::to_string).collect();
    let expected = ["acme:api/orders@v1", "acme:route/health", "bolt:api/orders@v1", "bolt:route/health"];
    assert_eq!(
        {
            let mut keys = keys;
            keys.sort();
            keys
        },
        expected
    );
    let service = |key: &str| -> Arc<Service> { Arc::clone(snapshot.services.get(key).unwrap()) };
    assert_eq!(service("acme:api/orders@v1").workspace, name("acme"));
    assert_eq!(&*service("acme:api/orders@v1").name(), "api/orders@v1");
    assert_eq!(service("bolt:api/orders@v1").api.as_deref(), Some("orders@v1"));
    for ws in ["acme", "bolt"] {
        let ada = snapshot.callers.get(&format!("{ws}:consumer/ada")).unwrap();
        assert_eq!((&*ada.key, &ada.workspace, ada.keys.len()), ("consumer/ada", &name(ws), 1));
        assert_eq!(snapshot.plans[&*format!("{ws}:gold")].workspace, name(ws));
    }
    // Nothing of it is in `default`, and what was changed in one stays in the other.
    let all = |ws: &str, kind| plane.control.list(&name(ws), kind, &ListQuery::default()).unwrap().total;
    assert_eq!((all("default", Kind::Api), all("default", Kind::Consumer)), (0, 0));
    let ada = plane.control.get(&name("acme"), Kind::Consumer, "ada").unwrap();
    plane
        .control
        .delete(&admin(), &name("acme"), Kind::Consumer, "ada", Expect::Revision(ada.revision))
        .await
        .unwrap();
    assert_eq!((all("acme", Kind::Consumer), all("bolt", Kind::Consumer)), (0, 1));
    assert!(plane.snapshot().callers.get("acme:consumer/ada").is_none());
    assert!(plane.snapshot().callers.get("bolt:consumer/ada").is_some());
    // The log of one holds nothing of the other.
    let query = || AuditQuery { limit: 1000, ..AuditQuery::default() };
    let (acme, bolt) = (
        plane.control.audit(&name("acme"), query()).await.unwrap(),
        plane.control.audit(&name("bolt"), query()).await.unwrap(),
    );
    assert_eq!((acme.len(), bolt.len()), (10, 9));
    assert!(bolt.iter().all(|record| record.action == "create"));
    // It is the same after a restart.
    let again = plane.reopened().await;
    assert_eq!(again.unresolved(), []);
    let services =
        |snapshot: &model::Snapshot| -> Vec<Arc<str>> { snapshot.services.keys().cloned().collect() };
    assert_eq!(services(&again.snapshots().borrow()), services(&plane.snapshot()));
    assert_eq!(again.snapshots().borrow().callers, plane.snapshot().callers);
    let export = again.export(&name("acme")).await.unwrap();
    assert!(export.files.iter().all(|file| !file.text.contains("bolt.example.com")));
}

#[tokio::test]
async fn a_host_or_path_of_one_workspace_is_taken_for_others_and_nobody_hears_whose_it_is() {
    let plane = Plane::with_tenants().await;
    plane.put_in("acme", route("shop", &[], "/shop/*")).await.unwrap();
    plane.put_in("acme", route("all", &["acme.example.com", "*.acme.example.com"], "/*")).await.unwrap();
    for (hosts, path) in [
        (&[][..], "/shop/*"),
        (&[], "/shop/{id}"),
        (&[], "/shop/deep/inside"),
        (&[], "/*"),
        (&["bolt.example.com"], "/shop/x"),
        (&["acme.example.com"], "/other"),
        (&["eu.acme.example.com"], "/other"),
        (&["*.example.com"], "/other"),
        (&[], "/other"),
    ] {
        let wrong = plane.wrong_in("bolt", route("mine", hosts, path)).await;
        assert!(wrong.contains("[taken]"), "{hosts:?} {path}: {wrong}");
        assert!(!wrong.contains("acme") || hosts.iter().any(|host| host.contains("acme")), "{wrong}");
        assert!(!wrong.contains("route/shop") && !wrong.contains("route/all"), "{wrong}");
    }
    plane.put_in("bolt", route("mine", &["bolt.example.com"], "/shopping")).await.unwrap();
    // A regular expression that could come between is none either.
    let mut regex = route("regex", &[], "/x");
    regex["match"] = json!({ "path_regex": "/sh.*" });
    assert!(plane.wrong_in("bolt", regex).await.contains("[taken]"));
    // Given up, it can be had.
    for id in ["shop", "all"] {
        plane.control.delete(&admin(), &name("acme"), Kind::Route, id, Expect::Any).await.unwrap();
    }
    plane.put_in("bolt", route("all", &["acme.example.com"], "/*")).await.unwrap();
    // Within a workspace the more specific goes first, as ever.
    plane.put_in("bolt", route("some", &["acme.example.com"], "/some")).await.unwrap();
}

#[tokio::test]
async fn what_operators_have_is_out_of_reach_of_other_workspaces() {
    let plane = Plane::with_tenants().await;
    for document in [
        json!({ "kind": "gateway", "name": "default" }),
        json!({ "kind": "certificate", "name": "c", "hosts": ["a.com"], "cert_file": "c.pem", "key_file": "k.pem" }),
        json!({ "kind": "workspace", "name": "carp" }),
    ] {
        assert!(plane.wrong_in("acme", document.clone()).await.contains("[for-operators]"), "{document}");
    }
    let api = |policies: Value, upstream: Value| json!({ "kind": "api", "name": "a", "listen": { "path": "/a" }, "policies": policies, "upstream": upstream });
    let plain = || json!({ "endpoints": ["https://127.0.0.1:9"] });
    let passwd = "/etc/passwd";
    let secret = |reference: &str| json!([{ "headers": { "request": { "set": { "x": reference } } } }]);
    for document in [
        api(json!([{ "jwt-auth": { "jwks": passwd, "algorithms": ["ES256"] } }]), plain()),
        api(json!([{ "mtls-auth": { "ca_file": passwd } }]), plain()),
        api(json!([{ "ip-restriction": { "database": passwd } }]), plain()),
        api(json!([{ "upstream-auth": { "gcp": { "audience": "a" } } }]), plain()),
        api(json!([{ "upstream-auth": { "azure": { "resource": "a" } } }]), plain()),
        api(json!([]), json!({ "endpoints": ["https://127.0.0.1:9"], "tls": { "ca_file": passwd } })),
        api(json!([]), json!({ "discovery": { "file": { "path": passwd } } })),
        api(secret("secret://file//etc/passwd"), plain()),
        api(secret("secret://env/HOME"), plain()),
        api(secret("secret://vault/kv/a#b"), plain()),
    ] {
        let wrong = plane.wrong_in("acme", document.clone()).await;
        assert!(wrong.contains("[for-operators]"), "{document}: {wrong}");
        assert!(!wrong.contains("root:") && !wrong.contains("PEM"), "nothing is read: {wrong}");
    }
}

#[tokio::test]
async fn a_contract_is_found_by_its_hash_where_the_workspace_has_or_had_it_and_nowhere_else() {
    let plane = Plane::with_tenants().await;
    plane.control.apply(&admin(), &name("acme"), shop_at("acme.example.com"), APPLY).await.unwrap();
    let Resource::Api(api) = plane.control.get(&name("acme"), Kind::Api, "orders@v1").unwrap().resource
    else {
        panic!()
    };
    let document = |hosts: &[&str]| {
        let mut document = Resource::Api(api.clone()).to_value();
        document["upstream"] = json!({ "endpoints": ["http://127.0.0.1:9"] });
        document["listen"]["hosts"] = json!(hosts);
        document
    };
    let wrong = plane.wrong_in("bolt", document(&["bolt.example.com"])).await;
    let mut never = document(&["bolt.example.com"]);
    never["contract"] = format!("sha256:{}", "0".repeat(64)).into();
    let unknown = plane.wrong_in("bolt", never).await;
    let without_hash = |text: &str| text.split("sha256:").next().unwrap().to_owned();
    assert_eq!(without_hash(&wrong), without_hash(&unknown), "somebody's document looks like nobody's");
    plane.put_in("acme", document(&["acme.example.com"])).await.unwrap();
}

#[tokio::test]
async fn secrets_of_one_name_are_two_secrets_in_two_workspaces() {
    let plane = Plane::new().await;
    let masters = MasterKeys::read(&MasterKeys::make()).unwrap();
    let control =
        open_with(&plane.store, &plane.clock, Options { masters: Some(masters), ..Options::default() }).await;
    let plane = Plane { control, ..plane };
    for ws in ["acme", "bolt"] {
        plane.put(json!({ "kind": "workspace", "name": ws })).await.unwrap();
        let value = format!("the-secret-of-{ws}");
        plane.control.set_secret(&admin(), &name(ws), &name("idp"), &value, false).await.unwrap();
        let policies = json!([{ "headers": { "request": { "set": { "x-idp": "secret://idp" } } } }]);
        let mut document = route("r", &[&format!("{ws}.example.com")], "/*");
        document["policies"] = policies;
        plane.put_in(ws, document).await.unwrap();
    }
    let told = |ws: &str| {
        plane.snapshot().secrets.of_workspace(&name(ws)).get("secret://idp").unwrap().reveal().to_owned()
    };
    assert_eq!((told("acme"), told("bolt")), ("the-secret-of-acme".into(), "the-secret-of-bolt".into()));
    assert_eq!(plane.control.secrets(&ws()).unwrap(), []);
    plane.control.set_secret(&admin(), &name("acme"), &name("idp"), "another", true).await.unwrap();
    assert_eq!((told("acme"), told("bolt")), ("another".into(), "the-secret-of-bolt".into()));
    let named = plane.control.secret_references(&name("bolt")).unwrap();
    assert_eq!(
        (named.len(), &*named[0].reference, &named[0].used_by[..]),
        (1, "secret://idp", &["route/r".to_owned()][..])
    );
    // `default` has none of that name.
    let mut document = route("r", &["default.example.com"], "/*");
    document["policies"] = json!([{ "headers": { "request": { "set": { "x-idp": "secret://idp" } } } }]);
    assert!(plane.wrong_in("default", document).await.contains("there is no secret `idp`"));
    assert!(matches!(
        plane.control.rotate_data_key(&admin(), &name("acme")).await,
        Err(Error::Missing { .. })
    ));
}

#[tokio::test]
async fn a_workspace_is_deleted_when_it_is_empty_and_its_name_is_not_given_again() {
    let plane = Plane::with_tenants().await;
    plane.put_in("acme", route("shop", &[], "/shop")).await.unwrap();
    let (operator, default) = (admin(), ws());
    let delete =
        |id: &'static str| plane.control.delete(&operator, &default, Kind::Workspace, id, Expect::Any);
    let refused = delete("acme").await.unwrap_err().to_string();
    assert!(refused.contains("not empty") && refused.contains("route/shop"), "{refused}");
    plane.control.delete(&admin(), &name("acme"), Kind::Route, "shop", Expect::Any).await.unwrap();
    delete("acme").await.unwrap();
    for unknown in ["acme", "never"] {
        let error = plane.put_in(unknown, route("shop", &[], "/shop")).await.unwrap_err();
        assert_eq!(error.to_string(), format!("there is no workspace `{unknown}`"));
        assert!(plane.control.list(&name(unknown), Kind::Api, &ListQuery::default()).is_err());
        assert!(plane.control.export(&name(unknown)).await.is_err());
        assert!(plane.control.audit(&name(unknown), AuditQuery::default()).await.is_err());
    }
    let again = plane.wrong_in("default", json!({ "kind": "workspace", "name": "acme" })).await;
    assert!(again.contains("[name-was-used]"), "{again}");
    assert_eq!(plane.control.workspaces(), [name("bolt"), ws()]);
    // What is said of `default` can be said and unsaid; the workspace stays.
    plane.put(json!({ "kind": "workspace", "name": "default", "title": "Operators" })).await.unwrap();
    plane.put(json!({ "kind": "consumer", "name": "ada" })).await.unwrap();
    delete("default").await.unwrap();
    plane.put(json!({ "kind": "workspace", "name": "default", "title": "Again" })).await.unwrap();
}

#[tokio::test]
async fn a_workspace_has_no_more_than_its_limits_say() {
    let plane = Plane::with_tenants().await;
    let limits = json!({ "apis": 1, "consumers": 2, "keys": 2 });
    plane.put(json!({ "kind": "workspace", "name": "acme", "limits": limits })).await.unwrap();
    plane.put_in("acme", route("one", &[], "/one")).await.unwrap();
    let wrong = plane.wrong_in("acme", route("two", &[], "/two")).await;
    assert!(wrong.contains("1 APIs and routes") && wrong.contains("[workspace-limit]"), "{wrong}");
    plane.put_in("bolt", route("two", &[], "/two")).await.unwrap();
    let consumer = |name: &str, keys: &[&str]| {
        let keys: Vec<Value> = keys.iter().map(|key| json!({ "key": key })).collect();
        json!({ "kind": "consumer", "name": name, "credentials": keys })
    };
    plane.put_in("acme", consumer("ada", &["key-of-ada-1", "key-of-ada-2"])).await.unwrap();
    assert!(plane.wrong_in("acme", consumer("bob", &["key-of-bob-1"])).await.contains("2 credentials"));
    plane.put_in("acme", consumer("bob", &[])).await.unwrap();
    let issued =
        plane.control.issue_key(&admin(), &name("acme"), Kind::Consumer, "bob", None, Vec::new()).await;
    assert!(matches!(issued, Err(Error::Invalid(_))));
    assert!(plane.wrong_in("acme", consumer("cal", &[])).await.contains("2 consumers and apps"));
    // What is there already may be changed where less is allowed, and taken away.
    plane
        .put(json!({ "kind": "workspace", "name": "acme", "limits": { "keys": 1, "consumers": 0 } }))
        .await
        .unwrap();
    plane.put_in("acme", json!({ "kind": "consumer", "name": "bob", "title": "Bob" })).await.unwrap();
    plane.put_in("acme", consumer("ada", &["key-of-ada-1"])).await.unwrap();
    let wrong = plane
        .wrong_in(
            "default",
            json!({ "kind": "workspace", "name": "acme", "limits": { "requests_per_second": 0 } }),
        )
        .await;
    assert!(wrong.contains("limits.requests_per_second"), "{wrong}");
}

#[tokio::test]
async fn a_broken_resource_of_one_workspace_leaves_out_nothing_of_another() {
    let plane = Plane::with_tenants().await;
    for ws in ["acme", "bolt"] {
        plane.put_in(ws, route("shop", &[&format!("{ws}.example.com")], "/*")).await.unwrap();
    }
    // Written by another version, or by hand.
    let document = json!({ "kind": "route", "name": "shop", "match": { "path": "/x" }, "upstream": "gone" });
    let write = store::Write {
        kind: Kind::Route,
        id: "shop".into(),
        expected: store::Expected::Revision(1),
        document: Some(document),
        origin: control::Origin::Api,
        action: "update",
        before: None,
        after: None,
    };
    let after = plane.snapshot().number;
    let (workspace, actor, address) = (name("acme"), "admin".to_owned(), None);
    plane
        .store
        .commit(store::Commit {
            workspace,
            at: 1,
            actor,
            address,
            after,
            writes: vec![write],
            contracts: vec![],
        })
        .await
        .unwrap();
    let again = plane.reopened().await;
    assert_eq!(again.unresolved_of(&name("acme")).len(), 1);
    assert_eq!(again.unresolved_of(&name("bolt")), []);
    let keys: Vec<String> = again.snapshots().borrow().services.keys().map(ToString::to_string).collect();
    assert_eq!(keys, ["bolt:route/shop"]);
}

#[tokio::test]
async fn developers_of_two_workspaces_share_an_address_and_nothing_else() {
    let plane = Plane::with_tenants().await;
    let (acme, bolt) = (name("acme"), name("bolt"));
    let visitor = || control::Actor::new("visitor", control::Origin::Portal);
    let mine = plane
        .control
        .sign_up(&visitor().in_workspace(&acme), "bea@example.com", "password-at-acme", "Bea")
        .await
        .unwrap();
    plane
        .control
        .sign_up(&visitor().in_workspace(&bolt), "bea@example.com", "password-at-bolt", "B.")
        .await
        .unwrap();
    assert_eq!((&mine.session.workspace, &*mine.session.who.name), (&acme, "bea@example.com"));
    assert!(
        plane
            .control
            .sign_in(&visitor().in_workspace(&bolt), "bea@example.com", "password-at-acme", Beside::default())
            .await
            .is_err()
    );
    assert!(
        plane
            .control
            .sign_in(
                &visitor().in_workspace(&ws()),
                "acme:bea@example.com",
                "password-at-acme",
                Beside::default()
            )
            .await
            .is_err()
    );
    assert!(
        plane
            .control
            .sign_up(&visitor().in_workspace(&ws()), "acme:eve@example.com", "password-at-acme", "E")
            .await
            .is_err()
    );
    let session = plane.control.session(&mine.secret).await.unwrap().unwrap();
    assert_eq!((session.workspace, session.display_name.as_str()), (acme.clone(), "Bea"));
    let form = control::AppForm { title: Some("Till".into()), ..Default::default() };
    plane.control.create_app(&session.who, &acme, "bea@example.com", form).await.unwrap();
    assert_eq!(plane.control.apps_of(&acme, "bea@example.com").len(), 1);
    assert_eq!(plane.control.apps_of(&bolt, "bea@example.com").len(), 0);
    let seen = plane.control.audit(&bolt, AuditQuery::default()).await.unwrap();
    assert!(seen.iter().all(|record| !record.id.contains("till") && record.action != "create"), "{seen:?}");
}
