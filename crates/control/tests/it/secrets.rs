//! Secrets: kept sealed, named by documents, told to gateways alone.

use std::sync::{Arc, Mutex};

use control::{AuditQuery, Control, Error, MasterKeys, Options, SecretPlace, SecretSource, Told};
use model::{Name, Resource};
use serde_json::{Map, Value, json};
use store::{MemoryStore, Store};

use crate::{admin, open_with, ws};

struct Plane {
    store: Arc<dyn Store>,
    clock: Arc<std::sync::atomic::AtomicI64>,
    masters: String,
    vault: Arc<Vault>,
    control: Control,
}

/// A vault that says what it is told to.
#[derive(Default)]
struct Vault(Mutex<Option<Map<String, Value>>>);

impl SecretSource for Vault {
    fn fetch<'a>(&'a self, mount: &'a str, path: &'a str) -> Told<'a> {
        assert_eq!((mount, path), ("kv", "apps/orders"));
        let told = self.0.lock().unwrap().clone().ok_or_else(|| "the vault is away".to_owned());
        Box::pin(std::future::ready(told))
    }
}

impl Vault {
    fn says(&self, value: Option<&str>) {
        *self.0.lock().unwrap() = value.map(|value| Map::from_iter([("token".to_owned(), value.into())]));
    }
}

impl Plane {
    async fn new() -> Plane {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let clock = Arc::new(1_800_000_000_000.into());
        let (masters, vault) = (MasterKeys::make(), Arc::<Vault>::default());
        let control = control(&store, &clock, &masters, &vault).await;
        Plane { store, clock, masters, vault, control }
    }

    async fn reopened(&self, masters: &str) -> Control {
        control(&self.store, &self.clock, masters, &self.vault).await
    }

    async fn set(&self, name: &str, value: &str) {
        self.control.set_secret(&admin(), &ws(), &name.parse().unwrap(), value, false).await.unwrap();
    }

    async fn put(&self, reference: &str) -> Result<(), Error> {
        put(&self.control, reference).await
    }
}

async fn put(control: &Control, reference: &str) -> Result<(), Error> {
    let policy = json!({ "headers": { "request": { "set": { "authorization": reference } } } });
    let route = json!({
        "kind": "route", "name": "r", "match": { "path": "/" },
        "upstream": { "endpoints": ["http://127.0.0.1:9"] }, "policies": [policy],
    });
    let resource = Resource::from_value(route).unwrap();
    control.put(&admin(), &ws(), resource, control::Expect::Any).await.map(drop)
}

async fn control(
    store: &Arc<dyn Store>,
    clock: &Arc<std::sync::atomic::AtomicI64>,
    masters: &str,
    vault: &Arc<Vault>,
) -> Control {
    let vault = Some(Arc::clone(vault) as Arc<dyn SecretSource>);
    let masters = Some(MasterKeys::read(masters).unwrap());
    open_with(store, clock, Options { masters, vault, ..Options::default() }).await
}

fn value(control: &Control, reference: &str) -> Option<String> {
    let snapshot = Arc::clone(&control.snapshots().borrow());
    snapshot.secrets.get(reference).map(|secret| secret.reveal().to_owned())
}

const IDP: &str = "secret://idp";
const VAULT: &str = "secret://vault/kv/apps/orders#token";

#[tokio::test]
async fn a_secret_that_is_named_reaches_the_snapshot_and_is_seen_nowhere_else() {
    let plane = Plane::new().await;
    let missing = plane.put(IDP).await.unwrap_err().to_string();
    assert!(missing.contains("pailou secret set idp"), "{missing}");
    plane.set("idp", "planted-one").await;
    plane.put(&format!("Bearer ${{{IDP}}}")).await.unwrap();
    assert_eq!(value(&plane.control, IDP).as_deref(), Some("planted-one"));
    let before = plane.control.snapshots().borrow().clone();
    plane.set("idp", "planted-two").await;
    let after = plane.control.snapshots().borrow().clone();
    assert_eq!(value(&plane.control, IDP).as_deref(), Some("planted-two"));
    assert_eq!((after.number, after.reading > before.reading), (before.number, true));
    assert!(Arc::ptr_eq(&after.services["route/r"], &before.services["route/r"]));

    let again = plane.reopened(&plane.masters).await;
    assert_eq!(value(&again, IDP).as_deref(), Some("planted-two"));
    let audit = plane.control.audit(&ws(), AuditQuery::default()).await.unwrap();
    let views = plane.control.secrets(&ws()).unwrap();
    assert_eq!((views[0].version, &views[0].used_by[0][..]), (2, "route/r"));
    let named = plane.control.secret_references(&ws()).unwrap();
    assert_eq!((&named[0].reference[..], &named[0].used_by[0][..]), (IDP, "route/r"));
    assert_eq!((named.len(), named[0].place, named[0].in_force), (1, SecretPlace::Store, true));
    let export = plane.control.export(&ws()).await.unwrap();
    let sealed = plane.store.sealed().await.unwrap();
    let seen = format!(
        "{audit:?} {views:?} {named:?} {export:?} {sealed:?} {after:?} {:?}",
        plane.store.load().await
    );
    assert!(!seen.contains("planted"), "{seen}");
    assert!(seen.contains("rotate-secret") && seen.contains("create-secret"));
}

#[tokio::test]
async fn a_message_about_what_a_secret_says_does_not_quote_it() {
    let plane = Plane::new().await;
    plane.set("idp", "planted \"value\"\n").await;
    let policy =
        json!({ "oauth2-introspection": { "endpoint": IDP, "client_id": "a", "client_secret": "b" } });
    let limit = json!({ "rate-limit": { "limit": 1, "window": IDP } });
    for policy in [policy, limit] {
        let gateway = json!({ "kind": "gateway", "name": "default", "policies": [policy] });
        let resource = Resource::from_value(gateway).unwrap();
        let wrong = plane.control.put(&admin(), &ws(), resource, control::Expect::Any).await.unwrap_err();
        assert!(!wrong.to_string().contains("planted") && wrong.to_string().contains(IDP), "{wrong}");
    }
}

#[tokio::test]
async fn a_secret_that_is_named_cannot_be_deleted_and_values_are_bounded() {
    let plane = Plane::new().await;
    plane.set("idp", "v").await;
    plane.put(IDP).await.unwrap();
    let name: Name = "idp".parse().unwrap();
    let kept = plane.control.delete_secret(&admin(), &ws(), &name).await.unwrap_err();
    assert!(kept.to_string().contains("route/r"), "{kept}");
    for wrong in [String::new(), "x".repeat((64 << 10) + 1)] {
        plane.control.set_secret(&admin(), &ws(), &name, &wrong, false).await.unwrap_err();
    }
    let other: Name = "other".parse().unwrap();
    let unknown = plane.control.set_secret(&admin(), &ws(), &other, "v", true).await.unwrap_err();
    assert!(matches!(unknown, Error::Missing { .. }));
    plane.control.delete(&admin(), &ws(), model::Kind::Route, "r", control::Expect::Any).await.unwrap();
    assert_eq!(value(&plane.control, IDP), None, "what nothing names is not told");
    plane.control.delete_secret(&admin(), &ws(), &name).await.unwrap();
    assert!(plane.store.sealed().await.unwrap().secrets.is_empty());
}

#[tokio::test]
async fn both_kinds_of_key_are_rotated() {
    let plane = Plane::new().await;
    plane.set("idp", "planted").await;
    plane.put(IDP).await.unwrap();
    let before = plane.store.sealed().await.unwrap();
    assert_eq!(plane.control.rotate_data_key(&admin(), &ws()).await.unwrap(), 1);
    let after = plane.store.sealed().await.unwrap();
    assert!(after.keys.len() == 1 && after.keys[0].id != before.keys[0].id);
    assert!(after.secrets[0].sealed != before.secrets[0].sealed);

    // A new master key, the old one beside it once.
    let fresh = MasterKeys::make();
    let both = plane.reopened(&format!("{fresh},{}", plane.masters)).await;
    assert_eq!(value(&both, IDP).as_deref(), Some("planted"));
    let alone = plane.reopened(&fresh).await;
    assert_eq!(value(&alone, IDP).as_deref(), Some("planted"));
    // With the wrong one the configuration stands, and the secret is missing.
    let wrong = plane.reopened(&plane.masters).await;
    assert_eq!(value(&wrong, IDP), None);
    assert!(wrong.snapshots().borrow().services.contains_key("route/r"));
}

#[tokio::test]
async fn what_a_vault_told_last_stays_while_it_is_away_and_outlives_a_restart() {
    let plane = Plane::new().await;
    let away = plane.put(VAULT).await.unwrap_err().to_string();
    assert!(away.contains("the vault is away"), "{away}");
    plane.vault.says(Some("planted-one"));
    plane.put(VAULT).await.unwrap();
    assert_eq!(value(&plane.control, VAULT).as_deref(), Some("planted-one"));
    assert!(!plane.control.read_secrets().await.unwrap());
    plane.vault.says(Some("planted-two"));
    assert!(plane.control.read_secrets().await.unwrap());
    assert_eq!(value(&plane.control, VAULT).as_deref(), Some("planted-two"));
    plane.vault.says(None);
    assert!(!plane.control.read_secrets().await.unwrap());
    let named = plane.control.secret_references(&ws()).unwrap().remove(0);
    assert_eq!((named.place, named.in_force), (SecretPlace::Vault, true));
    assert!(named.trouble.unwrap().contains("the vault is away"));
    let again = plane.reopened(&plane.masters).await;
    assert_eq!(value(&again, VAULT).as_deref(), Some("planted-two"));
    plane.vault.says(Some("planted-three"));
    assert!(again.read_secrets().await.unwrap());
    assert_eq!(value(&again, VAULT).as_deref(), Some("planted-three"));
    assert!(plane.control.secrets(&ws()).unwrap().is_empty(), "copies are not listed");
    let sealed = format!("{:?}", plane.store.sealed().await.unwrap());
    assert!(!sealed.contains("planted"));
}

#[tokio::test]
async fn environment_and_files_are_read_and_what_configures_pailou_is_not() {
    let plane = Plane::new().await;
    // Something every process has.
    plane.put("secret://env/PATH").await.unwrap();
    assert_eq!(value(&plane.control, "secret://env/PATH"), std::env::var("PATH").ok());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    let reference = format!("secret://file/{}", file.display());
    assert!(plane.put(&reference).await.is_err());
    std::fs::write(&file, "planted-one\n").unwrap();
    plane.put(&reference).await.unwrap();
    assert_eq!(value(&plane.control, &reference).as_deref(), Some("planted-one"));
    std::fs::write(&file, "planted-two\r\n").unwrap();
    assert!(plane.control.read_secrets().await.unwrap());
    assert_eq!(value(&plane.control, &reference).as_deref(), Some("planted-two"));
    for wrong in ["secret://env/PAILOU_MASTER_KEY", "secret://file/../x", "secret://nowhere/x"] {
        assert!(plane.put(wrong).await.is_err(), "{wrong}");
    }
}
