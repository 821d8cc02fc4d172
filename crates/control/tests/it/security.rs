//! What a contract's `security` asks for, in the snapshot and in findings.

use control::{Checked, Files, ImportRequest, check};
use model::{PolicyUse, Resource, snapshot::Answers};
use serde_json::{Value, json};

use crate::{Plane, admin, bundle, ws};

const CONTRACT: &str = "openapi: 3.1.0
info: { title: Orders, version: '1' }
security: [{ key: [] }]
paths:
  /orders:
    get:
      operationId: list
      responses: { '200': { description: ok } }
    post:
      operationId: create
      security: [{ oauth: ['orders:write'] }, { key: [], basic: [] }]
      responses: { '200': { description: ok } }
  /open:
    get:
      operationId: open
      security: []
      responses: { '200': { description: ok } }
  /either:
    get:
      operationId: either
      security: [{}, { key: [] }]
      responses: { '200': { description: ok } }
  /odd:
    get:
      operationId: odd
      security: [{ nowhere: [] }]
      responses: { '200': { description: ok } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: x-api-key }
    basic: { $ref: '#/components/securitySchemes/password' }
    password: { type: http, scheme: Basic }
    oauth: { type: oauth2, flows: {} }
";

fn checked(policies: &str) -> Checked {
    let api = format!(
        "kind: api\nname: orders\ncontract: ./orders.openapi.yaml\nlisten: {{ path: /o }}\n\
         upstream: {{ endpoints: [http://127.0.0.1:9] }}\n{policies}\n"
    );
    let files = bundle(&[("orders.yaml", &api), ("orders.openapi.yaml", CONTRACT)]);
    check(&files, &Files::default(), policies::CATALOG, None).unwrap()
}

/// What stands before an operation, by the name of the policy.
fn before(checked: &Checked, operation: &str) -> Vec<(String, Value)> {
    let Answers::Contract(operations) = &checked.snapshot.services["api/orders"].answers else { panic!() };
    let found = operations.iter().find(|found| &*found.id == operation).unwrap();
    found.policies.iter().map(|used| (used.policy.clone(), used.config.clone())).collect()
}

#[test]
fn what_the_contract_asks_for_stands_before_its_operations() {
    let checked = checked("policies: [{ key-auth: {} }, { basic-auth: {} }]");
    let asked = |any_of: Value| vec![("contract-security".to_owned(), json!({ "any_of": any_of }))];
    let key = json!([{ "schemes": ["api-key"], "scopes": [] }]);
    assert_eq!(before(&checked, "list"), asked(key));
    let create = json!([
        { "schemes": ["oauth2"], "scopes": ["orders:write"] },
        { "schemes": ["basic", "api-key"], "scopes": [] },
    ]);
    assert_eq!(before(&checked, "create"), asked(create));
    assert_eq!(before(&checked, "odd"), asked(json!([{ "schemes": ["other"], "scopes": [] }])));
    for open in ["open", "either"] {
        assert_eq!(before(&checked, open), []);
    }
    assert!(
        checked.findings.iter().all(|finding| finding.rule != "security-not-met"),
        "{:?}",
        checked.findings
    );
}

#[test]
fn operations_that_no_policy_lets_anybody_into_are_warned_of() {
    let warnings = |policies: &str| -> Vec<String> {
        let found = checked(policies).findings;
        found.iter().filter(|f| f.rule == "security-not-met").map(|f| f.message.clone()).collect()
    };
    let all = warnings("");
    assert_eq!(all.len(), 3, "{all:#?}");
    assert!(all.iter().any(|text| text.contains("api-key at `list`")), "{all:#?}");
    let some = warnings("policies: [{ authenticate: { any_of: [{ key-auth: {} }] } }]");
    assert!(some.len() == 1 && some[0].contains("oauth2 or basic with api-key at `create`"), "{some:#?}");
    let own = "operations: { list: { policies: [{ key-auth: {} }] } }";
    assert!(warnings(own).iter().all(|text| !text.contains("`list`")));
    assert_eq!(warnings("policies: [{ contract-security: { enforce: false } }]"), Vec::<String>::new());
}

#[test]
fn what_is_written_takes_the_place_of_what_the_contract_says() {
    let open = checked("policies: [{ contract-security: { enforce: false } }]");
    assert_eq!(before(&open, "list"), []);
    let one = checked("operations: { list: { policies: [{ contract-security: { enforce: false } }] } }");
    assert_eq!(before(&one, "list"), [("contract-security".to_owned(), json!({ "enforce": false }))]);
    assert_eq!(before(&one, "odd").len(), 1);
}

#[tokio::test]
async fn an_imported_contract_whose_security_nothing_meets_leaves_it_to_the_service_and_says_so() {
    let plane = Plane::new().await;
    let request = |name: &str, policies: Vec<PolicyUse>| ImportRequest {
        text: CONTRACT.into(),
        name: Some(name.into()),
        version: None,
        upstream: "http://127.0.0.1:9001".into(),
        path: None,
        hosts: Vec::new(),
        policies,
        dry_run: false,
        ..ImportRequest::default()
    };
    let left = plane.control.import(&admin(), &ws(), request("left", Vec::new())).await.unwrap();
    assert_eq!(left.findings.len(), 1, "{:?}", left.findings);
    assert!(left.findings[0].message.contains("left to the service"));
    let Resource::Api(api) = &left.resource else { panic!() };
    assert_eq!(api.policies[0].policy, "contract-security");
    assert_eq!(api.policies[0].config, json!({ "enforce": false }));

    let keys = vec![PolicyUse::new("key-auth", json!({}))];
    let some = plane.control.import(&admin(), &ws(), request("some", keys)).await.unwrap();
    let Resource::Api(api) = &some.resource else { panic!() };
    assert_eq!(api.policies.len(), 1, "what is met stays enforced");
    let lifted: Vec<_> = api.operations.iter().map(|(id, of)| (id.as_str(), of.policies.len())).collect();
    assert_eq!(lifted, [("create", 1)]);

    let any = json!({ "any_of": [{ "key-auth": {} }, { "basic-auth": {} }] });
    let met = vec![PolicyUse::new("authenticate", any)];
    let met = plane.control.import(&admin(), &ws(), request("met", met)).await.unwrap();
    let Resource::Api(api) = &met.resource else { panic!() };
    assert_eq!(api.policies.len(), 1, "{:?}", met.findings);
}

#[tokio::test]
async fn a_new_api_is_imported_as_a_draft_with_its_owner_where_that_is_said() {
    let plane = Plane::new().await;
    let request = ImportRequest {
        text: CONTRACT.into(),
        name: Some("begun".into()),
        upstream: "http://127.0.0.1:9001".into(),
        owner: Some("ada@example.com".into()),
        state: Some(model::LifeState::Draft),
        ..ImportRequest::default()
    };
    let begun = plane.control.import(&admin(), &ws(), request).await.unwrap();
    let Resource::Api(api) = &begun.resource else { panic!() };
    assert_eq!(api.owner.as_deref(), Some("ada@example.com"));
    assert!(!api.is_shown(), "{api:?}");
}
