//! What the contract of an API had some time ago.

use std::collections::BTreeSet;

use model::Span;

use crate::{APPLY, CONTRACT, ORDERS, Plane, SHOP, admin, bundle, shop, ws};

const HOUR: Span = Span::secs(3_600);

async fn had(plane: &Plane) -> Option<BTreeSet<String>> {
    plane.control.operations_then(&ws(), "orders@v1", HOUR).await.unwrap().had
}

fn names(names: &[&str]) -> Option<BTreeSet<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

#[tokio::test]
async fn an_operation_is_as_old_as_the_contract_that_has_it_since() {
    let plane = Plane::new().await;
    let apply = async |files: &[(&str, &str)]| {
        plane.control.apply(&admin(), &ws(), bundle(files), APPLY).await.unwrap();
    };
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    // There was no such API an hour ago.
    plane.pass_minutes(59);
    assert_eq!(had(&plane).await, names(&[]));
    plane.pass_minutes(1);
    assert_eq!(had(&plane).await, None);
    let more = CONTRACT.replace(
        "    post:",
        "    delete: { operationId: clear, responses: { '204': { description: gone } } }\n    post:",
    );
    apply(&[("apis/orders.yaml", ORDERS), ("apis/orders.openapi.yaml", &more), ("shop.yaml", SHOP)]).await;
    plane.pass_minutes(30);
    assert_eq!(had(&plane).await, names(&["listOrders", "createOrder", "getOrder"]));
    // What changes beside the contract changes nothing of that.
    let policies = ORDERS.replace("limit: 100", "limit: 99");
    apply(&[("apis/orders.yaml", &policies), ("apis/orders.openapi.yaml", &more), ("shop.yaml", SHOP)]).await;
    assert_eq!(had(&plane).await, names(&["listOrders", "createOrder", "getOrder"]));
    plane.pass_minutes(31);
    assert_eq!(had(&plane).await, None);
    assert!(plane.control.operations_then(&ws(), "gone", HOUR).await.is_err());
}
