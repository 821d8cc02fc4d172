//! Folders at once: plan, apply, prune, export.

use control::{Action, Bundle, Error, ImportRequest, Level, PlanOptions};
use model::Kind;
use serde_json::json;

use crate::{APPLY, CONTRACT, ORDERS, PRUNE, Plane, SHOP, admin, bundle, shop, ws};

fn all(plane: &Plane) -> Vec<(Kind, serde_json::Value)> {
    let query = control::ListQuery { limit: 1000, ..Default::default() };
    let of = |kind: &Kind| plane.control.list(&ws(), *kind, &query).unwrap().items;
    Kind::ALL.iter().flat_map(|kind| of(kind).into_iter().map(|s| (*kind, s.resource.to_value()))).collect()
}

async fn actions(plane: &Plane, bundle: Bundle, options: PlanOptions) -> Vec<(Action, String)> {
    let plan = plane.control.plan(&ws(), bundle, options).await.unwrap();
    assert_eq!(plan.findings, []);
    plan.changes.into_iter().filter(|c| c.action != Action::Unchanged).map(|c| (c.action, c.id)).collect()
}

#[tokio::test]
async fn a_plan_shows_what_apply_then_does_and_the_second_time_nothing() {
    let plane = Plane::new().await;
    let plan = plane.control.plan(&ws(), shop(), APPLY).await.unwrap();
    assert_eq!(plan.changes.iter().filter(|c| c.action == Action::Create).count(), 10);
    assert!(all(&plane).is_empty(), "a plan changes nothing");
    let applied = plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    assert_eq!((applied.snapshot, &applied.changes), (1, &plan.changes));
    assert_eq!(actions(&plane, shop(), APPLY).await, []);
    assert_eq!(plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap().snapshot, 1);
}

#[tokio::test]
async fn a_difference_names_field_before_and_after() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    let changed = SHOP.replace("limit: 1000", "limit: 2000");
    let changed =
        bundle(&[("orders.yaml", ORDERS), ("orders.openapi.yaml", CONTRACT), ("shop.yaml", &changed)]);
    let plan = plane.control.plan(&ws(), changed, APPLY).await.unwrap();
    let [change] = &plan.changes.iter().filter(|c| c.action != Action::Unchanged).collect::<Vec<_>>()[..]
    else {
        panic!("{plan:?}")
    };
    assert_eq!((change.action, change.kind, change.id.as_str()), (Action::Update, Kind::Plan, "gold"));
    let [field] = &change.diff[..] else { panic!("{:?}", change.diff) };
    assert_eq!(field.path, "policies[0].rate-limit.limit");
    assert_eq!((&field.before, &field.after), (&Some(json!(1000)), &Some(json!(2000))));
}

#[tokio::test]
async fn pruning_removes_what_came_the_same_way_and_nothing_else() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    plane.put(json!({ "kind": "consumer", "name": "by-hand" })).await.unwrap();
    let fewer =
        SHOP.split("---\n").filter(|text| !text.contains("name: ada")).collect::<Vec<_>>().join("---\n");
    let fewer = bundle(&[("orders.yaml", ORDERS), ("orders.openapi.yaml", CONTRACT), ("shop.yaml", &fewer)]);
    assert_eq!(actions(&plane, fewer.clone(), APPLY).await, []);
    assert_eq!(actions(&plane, fewer.clone(), PRUNE).await, [(Action::Delete, "ada".to_owned())]);
    plane.control.apply(&admin(), &ws(), fewer, PRUNE).await.unwrap();
    let mut keys: Vec<_> = plane.snapshot().callers.keys().map(ToString::to_string).collect();
    keys.sort();
    assert_eq!(keys, ["app/till", "consumer/by-hand"]);
}

#[tokio::test]
async fn pruning_everything_that_refers_to_each_other_is_one_step() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    plane.control.apply(&admin(), &ws(), Bundle::default(), PRUNE).await.unwrap();
    assert!(all(&plane).is_empty());
    let snapshot = plane.snapshot();
    assert!(snapshot.services.is_empty() && snapshot.callers.is_empty() && snapshot.plans.is_empty());
}

#[tokio::test]
async fn an_export_applied_to_an_empty_instance_gives_the_same_instance() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    for title in [
        "no",
        "1e3",
        "0x1F",
        " leading",
        "a: b",
        "- x",
        "null",
        "tab\there",
        "two\nlines\n",
        "'",
        "ü 注文 🎉",
        "~",
        "2030-01-01",
        "#",
    ] {
        let name = format!("t{}", all(&plane).len());
        plane.put(json!({ "kind": "plan", "name": name, "title": title, "description": format!("{title}\n\n# x\n") })).await.unwrap();
    }
    plane.control.issue_key(&admin(), &ws(), Kind::App, "till", None, Vec::new()).await.unwrap();
    plane
        .control
        .issue_key(&admin(), &ws(), Kind::Consumer, "ada", Some("2040-01-01T00:00:00Z".into()), Vec::new())
        .await
        .unwrap();

    let exported = plane.control.export(&ws()).await.unwrap();
    assert!(exported.files.iter().any(|f| f.path.starts_with("contracts/") && f.text == CONTRACT));
    let other = Plane::new().await;
    other.control.apply(&admin(), &ws(), exported.clone(), APPLY).await.unwrap();
    assert_eq!(all(&other), all(&plane));
    let (mut there, mut here) = ((*other.snapshot()).clone(), (*plane.snapshot()).clone());
    (there.number, here.number) = (0, 0);
    assert_eq!(there, here);
    assert_eq!(other.control.export(&ws()).await.unwrap(), exported);
    assert_eq!(actions(&plane, exported, APPLY).await, []);
}

#[tokio::test]
async fn keys_issued_here_outlive_an_apply_that_does_not_speak_of_keys() {
    let plane = Plane::new().await;
    let ada = bundle(&[("a.yaml", "kind: consumer\nname: ada\n")]);
    plane.control.apply(&admin(), &ws(), ada.clone(), APPLY).await.unwrap();
    let issued =
        plane.control.issue_key(&admin(), &ws(), Kind::Consumer, "ada", None, Vec::new()).await.unwrap();
    plane.control.apply(&admin(), &ws(), ada, PRUNE).await.unwrap();
    assert_eq!(plane.snapshot().callers["consumer/ada"].keys[0].hash, issued.key_hash);
    let listed =
        bundle(&[("a.yaml", "kind: consumer\nname: ada\ncredentials: [ { key: written-in-a-file } ]\n")]);
    plane.control.apply(&admin(), &ws(), listed, APPLY).await.unwrap();
    assert_ne!(plane.snapshot().callers["consumer/ada"].keys[0].hash, issued.key_hash);
}

#[tokio::test]
async fn a_contract_alone_becomes_an_api() {
    let plane = Plane::new().await;
    let request = ImportRequest {
        text: CONTRACT.into(),
        name: None,
        version: Some("v2".into()),
        upstream: "http://127.0.0.1:9001".into(),
        path: None,
        hosts: Vec::new(),
        policies: Vec::new(),
        dry_run: true,
        ..ImportRequest::default()
    };
    let dry = plane.control.import(&admin(), &ws(), request.clone()).await.unwrap();
    assert_eq!((dry.revision, dry.operations, dry.resource.id()), (0, 3, "orders@v2".to_owned()));
    assert!(all(&plane).is_empty());
    let request = ImportRequest { dry_run: false, ..request };
    let made = plane.control.import(&admin(), &ws(), request.clone()).await.unwrap();
    assert_eq!(made.revision, 1);
    assert_eq!(plane.snapshot().services["api/orders@v2"].listen.path, "/orders/v2");
    assert_eq!(&*plane.control.contract_text(&ws(), "orders@v2").await.unwrap(), CONTRACT);
    let again = plane.control.import(&admin(), &ws(), request.clone()).await;
    assert!(matches!(again, Err(Error::Conflict { .. })));
    let nonsense = ImportRequest { text: "hello".into(), name: Some("x".into()), ..request };
    let refused = plane.control.import(&admin(), &ws(), nonsense).await.unwrap_err();
    assert!(!refused.findings().is_empty());
}

#[tokio::test]
async fn a_narrower_policy_replaces_a_wider_one_of_its_name() {
    let plane = Plane::new().await;
    plane.control.apply(&admin(), &ws(), shop(), APPLY).await.unwrap();
    let operations = plane.control.effective_policies(&ws(), "orders@v1").unwrap();
    let of = |id: &str| -> Vec<(String, Level)> {
        let operation = operations.iter().find(|operation| operation.id == id).unwrap();
        operation.policies.iter().map(|policy| (policy.policy.clone(), policy.from)).collect()
    };
    let named = |policies: &[(&str, Level)]| -> Vec<(String, Level)> {
        policies.iter().map(|(policy, from)| ((*policy).to_owned(), *from)).collect()
    };
    let common = [("cors", Level::Gateway), ("key-auth", Level::Api)];
    assert_eq!(of("listOrders"), named(&[common[0], common[1], ("rate-limit", Level::Api)]));
    assert_eq!(of("getOrder"), named(&[common[0], common[1], ("rate-limit", Level::Operation)]));
}
