use contract::Contract;
use serde_json::json;

const ORDERS: &str = include_str!("../../../pailou/sample/orders.openapi.yaml");

pub(crate) fn orders() -> Contract {
    Contract::parse(ORDERS, "orders.openapi.yaml").unwrap_or_else(|findings| panic!("{findings:#?}"))
}

#[test]
fn the_sample_contract_is_without_findings() {
    let contract = orders();
    assert_eq!(contract.findings, []);
    let ids: Vec<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    let expected =
        ["listOrders", "createOrder", "getOrder", "updateOrder", "deleteOrder", "listItems", "getHealth"];
    assert_eq!(ids, expected);
    let health = contract.operation("getHealth").unwrap();
    assert_eq!(health.security_schemes["apiKey"]["name"], "x-api-key");
    assert_eq!(health.responses[0].content[0].example, Some(json!({ "status": "ok" })));
}

#[test]
fn its_examples_are_whole() {
    let page = orders().operation("getOrder").unwrap();
    assert_eq!(page.parameters[0].example, "ord_1001");
    let order = page.responses[0].content[0].example.clone().unwrap();
    let found = (&order["id"], &order["status"], &order["items"][0]["product"]);
    assert_eq!(found, (&json!("ord_1001"), &json!("open"), &json!("green-tea")));
    let used: Vec<&str> = page.schemas.keys().map(String::as_str).collect();
    assert_eq!(used, ["Currency", "Item", "Order", "OrderStatus", "Problem"]);
}
