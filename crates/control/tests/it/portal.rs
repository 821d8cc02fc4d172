//! A developer's way: an app, a subscription, a key.

use control::{Actor, AppForm, Error, Origin, Wish};
use model::{Kind, SubscriptionState, snapshot::Access};
use serde_json::json;

use crate::{APPLY, Plane, admin, shop, ws};

const BEA: &str = "bea@example.com";

fn bea() -> Actor {
    Actor::new(BEA, Origin::Portal)
}

fn form(title: &str) -> AppForm {
    AppForm { title: Some(title.into()), ..AppForm::default() }
}

fn wish(plan: &str, reason: Option<String>) -> Wish {
    Wish { product: "shop".to_owned(), plan: plan.to_owned(), reason, terms: None }
}

async fn plane() -> Plane {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    plane
}

fn rights(plane: &Plane, app: &str) -> usize {
    match &plane.snapshot().callers[&*format!("app/{app}")].access {
        Access::Subscribed(rights) => rights.len(),
        Access::Any => panic!("an app may call what it has subscribed to only"),
    }
}

#[tokio::test]
async fn a_developer_gets_from_an_app_to_a_key_that_is_entitled() {
    let plane = plane().await;
    let control = &plane.control;
    let app = control.create_app(&bea(), &ws(), BEA, form("My Shop")).await.unwrap().app;
    assert_eq!(app.name.as_str(), "my-shop");
    let subscribe = async |plan| control.subscribe(&bea(), &ws(), BEA, "my-shop", wish(plan, None)).await;
    let subscription = subscribe("gold").await.unwrap();
    assert_eq!((subscription.state, rights(&plane, "my-shop")), (SubscriptionState::Active, 1));
    let key = control.issue_app_key(&bea(), &ws(), BEA, "my-shop", None).await.unwrap();
    assert_eq!(plane.snapshot().callers["app/my-shop"].keys[0].hash, key.key_hash);
    assert!(matches!(subscribe("tin").await, Err(Error::Conflict { .. })));
    control.unsubscribe(&bea(), &ws(), BEA, "my-shop", subscription.name.as_str()).await.unwrap();
    assert_eq!(rights(&plane, "my-shop"), 0);
    subscribe("gold").await.unwrap();
    control.delete_app(&bea(), &ws(), BEA, "my-shop").await.unwrap();
    assert!(!plane.snapshot().callers.contains_key("app/my-shop"));
}

#[tokio::test]
async fn a_plan_that_asks_for_approval_waits_for_a_person() {
    let plane = plane().await;
    plane.control.create_app(&bea(), &ws(), BEA, form("one")).await.unwrap();
    let pending =
        plane.control.subscribe(&bea(), &ws(), BEA, "one", wish("tin", Some("please".into()))).await.unwrap();
    assert_eq!((pending.state, rights(&plane, "one")), (SubscriptionState::Pending, 0));
    let decide = async |approve| {
        let stored =
            plane.control.decide(&admin(), &ws(), pending.name.as_str(), approve, None, None).await.unwrap();
        (stored.resource.to_value()["state"].as_str().unwrap().to_owned(), rights(&plane, "one"))
    };
    assert_eq!(decide(true).await, ("active".to_owned(), 1));
    assert_eq!(decide(false).await, ("suspended".to_owned(), 0));
    assert_eq!(decide(true).await, ("active".to_owned(), 1));
}

#[tokio::test]
async fn the_app_of_somebody_else_is_as_if_it_did_not_exist() {
    let plane = plane().await;
    plane.control.create_app(&bea(), &ws(), BEA, form("mine")).await.unwrap();
    let (eve, name) = (Actor::new("eve@example.com", Origin::Portal), "eve@example.com");
    assert!(plane.control.apps_of(&ws(), name).is_empty());
    let not_found =
        |result: Result<(), Error>| matches!(result, Err(Error::NotFound { kind: Kind::App, .. }));
    assert!(not_found(plane.control.app_of(&ws(), name, "mine").map(drop)));
    assert!(not_found(plane.control.delete_app(&eve, &ws(), name, "mine").await));
    assert!(not_found(plane.control.issue_app_key(&eve, &ws(), name, "mine", None).await.map(drop)));
    assert!(not_found(plane.control.update_app(&eve, &ws(), name, "mine", form("x")).await.map(drop)));
    assert!(not_found(
        plane.control.subscribe(&eve, &ws(), name, "mine", wish("gold", None)).await.map(drop)
    ));
    let hers = plane.control.create_app(&eve, &ws(), name, form("mine")).await.unwrap();
    assert!(hers.app.name.as_str().starts_with("mine-"), "{}", hers.app.name);
}

#[tokio::test]
async fn what_is_private_is_not_in_the_portal() {
    let plane = plane().await;
    assert_eq!(plane.control.portal_products(&ws())[0].apis, ["orders@v1"]);
    let apis = plane.control.portal_apis(&ws());
    assert_eq!(
        (apis.len(), apis[0].contract.as_ref().unwrap().operations.len(), apis[0].products.len()),
        (1, 3, 1)
    );
    plane
        .put(json!({ "kind": "product", "name": "shop", "apis": ["orders"], "plans": ["gold"], "visibility": "private" }))
        .await
        .unwrap();
    assert!(plane.control.portal_products(&ws()).is_empty());
    plane.control.create_app(&bea(), &ws(), BEA, form("one")).await.unwrap();
    let refused = plane.control.subscribe(&bea(), &ws(), BEA, "one", wish("gold", None)).await;
    assert!(matches!(refused, Err(Error::NotFound { kind: Kind::Product, .. })));
}

#[tokio::test]
async fn a_new_version_of_an_api_is_covered_by_subscriptions_to_all_versions() {
    let plane = plane().await;
    plane
        .put(json!({ "kind": "api", "name": "orders", "version": "v2", "listen": { "path": "/orders/v2" }, "upstream": "pool" }))
        .await
        .unwrap();
    let Access::Subscribed(rights) = &plane.snapshot().callers["app/till"].access.clone() else { panic!() };
    let apis: Vec<_> = rights[0].apis.iter().map(|id| id.to_string()).collect();
    assert_eq!(apis, ["orders@v1", "orders@v2"]);
}
