//! Real documents become running APIs; what a store on disk does is what the control plane shows.

use std::{path::PathBuf, sync::Arc};

use control::{Control, Error, Expect, ImportRequest, Options};
use model::snapshot::Answers;
use model::{Kind, Resource};
use serde_json::json;
use store::{SqliteStore, Store};

use crate::{APPLY, Plane, admin, bundle, shop, ws};

fn document(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs");
    let folder = std::env::var_os("PAILOU_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        eprintln!(
            "SKIPPED: {name} is not in {}; set PAILOU_SPECS to the folder of real documents",
            folder.display()
        );
    }
    text
}

async fn import(name: &str, least: usize) {
    let Some(text) = document(name) else { return };
    let plane = Plane::new().await;
    let request = ImportRequest {
        text,
        name: Some("real".into()),
        version: None,
        upstream: "http://127.0.0.1:9001".into(),
        path: None,
        hosts: Vec::new(),
        policies: Vec::new(),
        dry_run: false,
        ..ImportRequest::default()
    };
    let imported = plane.control.import(&admin(), &ws(), request).await.unwrap();
    assert!(imported.operations >= least, "{} operations", imported.operations);
    let snapshot = plane.snapshot();
    let Answers::Contract(operations) = &snapshot.services["api/real"].answers else { panic!() };
    assert_eq!(operations.len(), imported.operations);
}

#[tokio::test]
async fn github_becomes_an_api() {
    import("github.json", 900).await;
}

#[tokio::test]
async fn stripe_becomes_an_api() {
    import("stripe.json", 400).await;
}

#[tokio::test]
async fn kubernetes_becomes_an_api() {
    import("kubernetes.json", 800).await;
}

#[tokio::test]
async fn digitalocean_becomes_an_api() {
    import("digitalocean.yaml", 300).await;
}

#[tokio::test]
async fn what_was_applied_is_served_again_from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let open = async || {
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(&folder.path().join("control.db")).await.unwrap());
        Control::open(store, policies::CATALOG, Options::default()).await.unwrap()
    };
    let control = open().await;
    control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    let plan = bundle(&[("p.yaml", "kind: plan\nname: later\n")]);
    assert_eq!(control.apply(&admin(), &ws(), plan, APPLY).await.unwrap().snapshot, 2);
    let before = Arc::clone(&control.snapshots().borrow());
    drop(control);
    let again = open().await;
    assert_eq!(*again.snapshots().borrow(), before);
    assert_eq!(again.unresolved(), []);
}

fn plan(name: &str) -> Resource {
    Resource::from_value(json!({ "kind": "plan", "name": name, "description": "x".repeat(100_000) })).unwrap()
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("control.db")).await.unwrap());
    let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
    let control = Control::open(shared, policies::CATALOG, Options::default()).await.unwrap();
    for polls in 0..12 {
        let actor = admin();
        let workspace = ws();
        let put = control.put(&actor, &workspace, plan(&format!("p{polls}")), Expect::Any);
        let mut put = Box::pin(put);
        for _ in 0..polls {
            // Each turn lets the change come a little further.
            let once =
                std::future::poll_fn(|cx| std::task::Poll::Ready(put.as_mut().poll(cx).is_ready())).await;
            if once {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    control.put(&admin(), &ws(), plan("last"), Expect::Absent).await.unwrap();
    let stored = store.load().await.unwrap();
    let shown = control.list(&ws(), Kind::Plan, &control::ListQuery::default()).unwrap();
    assert_eq!(shown.total, stored.rows.len() as u64);
    assert_eq!(control.snapshots().borrow().number, stored.snapshot);
    assert_eq!(control.snapshots().borrow().plans.len(), stored.rows.len());
}

#[tokio::test]
async fn a_full_disk_refuses_the_change_and_the_old_configuration_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("control.db")).await.unwrap());
    let shared: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
    let control = Control::open(shared, policies::CATALOG, Options::default()).await.unwrap();
    control.put(&admin(), &ws(), plan("before"), Expect::Absent).await.unwrap();
    let mut transaction = store.database().begin().await.unwrap();
    // SQLite answers a file at this bound as it answers a full disk.
    sqlx::raw_sql("PRAGMA max_page_count = 1").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let before = Arc::clone(&control.snapshots().borrow());
    let refused = control.put(&admin(), &ws(), plan("after"), Expect::Absent).await.unwrap_err();
    assert!(matches!(refused, Error::Store(store::Error::Full { .. })), "{refused:?}");
    assert!(refused.to_string().contains("no space is left"), "{refused}");
    assert_eq!(*control.snapshots().borrow(), before);

    // The connection was made anew after the failure, and the bound with it: there is space again.
    control.put(&admin(), &ws(), plan("after"), Expect::Absent).await.unwrap();
    assert_eq!(control.snapshots().borrow().plans.len(), 2);
}
