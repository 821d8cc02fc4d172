//! Reviews, what standards ask for a state, and what passes by them in an emergency.

use control::{Actor, AuditQuery, Error, LifeStep, Origin, ReviewAsked, ReviewVerdict, Said, TestReport};
use model::{Kind, LifeState, Resource};
use serde_json::{Value, json};

use crate::{Plane, admin, bundle, ws};

fn someone(name: &str) -> Actor {
    Actor::new(name, Origin::Api)
}

fn standard(require: Value) -> Value {
    json!({ "kind": "standard", "name": "gates", "require": require })
}

fn api(more: Value) -> Value {
    let mut document = json!({
        "kind": "api",
        "name": "orders",
        "version": "v1",
        "contract": { "openapi": "3.1.0", "info": { "title": "Orders", "version": "1" },
            "paths": { "/orders": { "get": { "operationId": "list", "responses": { "200": { "description": "ok" } } } } } },
        "listen": { "path": "/orders" },
        "upstream": { "endpoints": ["http://127.0.0.1:9001"] },
        "lifecycle": { "state": "draft" },
    });
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    document
}

async fn ask(plane: &Plane, actor: &Actor, document: Option<Value>) -> Result<u64, Error> {
    let asked = ReviewAsked { summary: "Have a look.".to_owned(), document, files: None };
    plane.control.open_review(actor, &ws(), "orders@v1", asked).await
}

async fn approve(plane: &Plane, name: &str, number: u64) -> Result<(), Error> {
    let said = Said { text: "Fine.", verdict: Some(ReviewVerdict::Approve), ..Said::default() };
    plane.control.remark(&someone(name), &ws(), number, said).await
}

async fn publish(plane: &Plane) -> Result<(), String> {
    let step = LifeStep::to(LifeState::Published);
    let moved = plane.control.move_api(&admin(), &ws(), "orders@v1", step, None).await;
    moved.map(drop).map_err(|error| error.to_string())
}

fn state(plane: &Plane) -> LifeState {
    let Resource::Api(api) = plane.control.get(&ws(), Kind::Api, "orders@v1").unwrap().resource else {
        panic!()
    };
    api.lifecycle.map(|life| life.state).unwrap_or_default()
}

#[tokio::test]
async fn what_a_standard_asks_to_be_reviewed_is_published_once_another_has_approved_it() {
    let plane = Plane::new().await;
    plane.put(standard(json!({ "review": { "approvals": 1 } }))).await.unwrap();
    plane.put(api(json!({}))).await.unwrap();
    let refused = publish(&plane).await.unwrap_err();
    assert!(refused.contains("pailou review open orders@v1"), "{refused}");

    let number = ask(&plane, &someone("ada@example.com"), None).await.unwrap();
    let refused = publish(&plane).await.unwrap_err();
    assert!(refused.contains("0 of 1 approvals") && refused.contains("review 1"), "{refused}");
    let own = approve(&plane, "ada@example.com", number).await.unwrap_err();
    assert!(
        matches!(&own, Error::Forbidden { detail } if detail.contains("who wrote it does not approve it"))
    );
    let token = approve(&plane, "token/ci", number).await.unwrap_err();
    assert!(matches!(token, Error::Forbidden { .. }), "a program approves nothing");

    approve(&plane, "bea@example.com", number).await.unwrap();
    publish(&plane).await.unwrap();
    assert_eq!(state(&plane), LifeState::Published);
    let unapproved = plane.put(api(json!({ "lifecycle": {}, "title": "Other" }))).await.unwrap_err();
    assert!(unapproved.to_string().contains("0 of 1 approvals"), "{unapproved}");
}

#[tokio::test]
async fn an_approval_ends_with_what_it_was_of_and_an_objection_stops_all_others() {
    let plane = Plane::new().await;
    plane.put(standard(json!({ "review": { "approvals": 1 } }))).await.unwrap();
    plane.put(api(json!({}))).await.unwrap();
    let ada = someone("ada@example.com");
    let number = ask(&plane, &ada, None).await.unwrap();
    approve(&plane, "bea@example.com", number).await.unwrap();
    let other = api(json!({ "lifecycle": {}, "title": "Other", "owner": "ada" }));
    let asked = ReviewAsked { document: Some(other), ..ReviewAsked::default() };
    plane.control.update_review(&someone("cleo@example.com"), &ws(), number, asked).await.unwrap();
    let view = plane.control.review(&ws(), number).await.unwrap();
    assert_eq!((view.line.approved_by.len(), view.ready), (0, false), "the proposal is another");
    assert_eq!(view.proposals[1].changes.len(), 2, "{:?}", view.proposals[1].changes);
    let both = approve(&plane, "cleo@example.com", number).await.unwrap_err();
    assert!(matches!(both, Error::Forbidden { .. }), "who changed it is an author, too");

    approve(&plane, "bea@example.com", number).await.unwrap();
    let verdict = Some(ReviewVerdict::RequestChanges);
    let against = Said { text: "Name it better.", verdict, ..Said::default() };
    plane.control.remark(&someone("dan@example.com"), &ws(), number, against).await.unwrap();
    let refused = plane.control.apply_review(&ada, &ws(), number, None).await.unwrap_err();
    assert!(refused.to_string().contains("dan@example.com asks for changes"), "{refused}");
    approve(&plane, "dan@example.com", number).await.unwrap();
    plane.control.apply_review(&ada, &ws(), number, None).await.unwrap();
    assert_eq!(state(&plane), LifeState::Published);
    let again = plane.control.apply_review(&ada, &ws(), number, None).await.unwrap_err();
    assert!(matches!(again, Error::Conflict { .. }), "a review is applied once");
}

#[tokio::test]
async fn only_those_count_whom_a_standard_names_and_as_many_as_it_asks_for() {
    let plane = Plane::new().await;
    let by = ["bea@example.com", "Dan@Example.com"];
    plane.put(standard(json!({ "review": { "approvals": 2, "by": by } }))).await.unwrap();
    plane.put(api(json!({}))).await.unwrap();
    let number = ask(&plane, &someone("ada@example.com"), None).await.unwrap();
    for (who, is_enough) in
        [("cleo@example.com", false), ("bea@example.com", false), ("dan@example.com", true)]
    {
        approve(&plane, who, number).await.unwrap();
        assert_eq!(plane.control.review(&ws(), number).await.unwrap().ready, is_enough, "{who}");
    }
    publish(&plane).await.unwrap();
    let few = plane.put(standard(json!({ "review": { "approvals": 3, "by": by } }))).await.unwrap_err();
    assert!(few.to_string().contains("at least as many"), "{few}");
}

#[tokio::test]
async fn a_proposal_that_others_overtook_is_put_anew() {
    let plane = Plane::new().await;
    plane.put(api(json!({}))).await.unwrap();
    let ada = someone("ada@example.com");
    let number = ask(&plane, &ada, Some(api(json!({ "title": "Mine" })))).await.unwrap();
    plane.put(api(json!({ "title": "Theirs" }))).await.unwrap();
    assert!(plane.control.review(&ws(), number).await.unwrap().outdated);
    let overtaken = plane.control.apply_review(&ada, &ws(), number, None).await.unwrap_err();
    assert!(overtaken.to_string().contains("was changed since"), "{overtaken}");
    let asked = ReviewAsked { document: Some(api(json!({ "title": "Mine" }))), ..ReviewAsked::default() };
    plane.control.update_review(&ada, &ws(), number, asked).await.unwrap();
    plane.control.apply_review(&ada, &ws(), number, None).await.unwrap();
}

#[tokio::test]
async fn a_proposal_brings_its_contract_and_is_checked_before_anybody_looks_at_it() {
    let plane = Plane::new().await;
    plane.put(api(json!({}))).await.unwrap();
    let ada = someone("ada@example.com");
    let wrong = ask(&plane, &ada, Some(api(json!({ "upstream": "nowhere" })))).await.unwrap_err();
    assert!(wrong.to_string().contains("nowhere"), "{wrong}");
    let document = "kind: api\nname: orders\nversion: v1\ncontract: ./c.yaml\nlisten: { path: /orders }\nupstream: { endpoints: ['http://127.0.0.1:9001'] }\n";
    let contract = "openapi: 3.1.0\ninfo: { title: Bills, version: '2' }\npaths: {}\n";
    let files = bundle(&[("orders.yaml", document), ("c.yaml", contract)]);
    let asked = ReviewAsked { summary: "Less.".to_owned(), document: None, files: Some(files) };
    let number = plane.control.open_review(&ada, &ws(), "orders@v1", asked).await.unwrap();
    let view = plane.control.review(&ws(), number).await.unwrap();
    assert_eq!(view.contract.map(|told| told.breaking), Some(1), "the operation goes");
    plane.control.apply_review(&ada, &ws(), number, None).await.unwrap();
    let text = plane.control.contract_text(&ws(), "orders@v1").await.unwrap();
    assert_eq!(&*text, contract);
}

#[tokio::test]
async fn tests_and_recognized_callers_are_asked_for_and_each_refusal_says_how_to_mend_it() {
    let plane = Plane::new().await;
    plane
        .put(standard(json!({ "security": true, "tests": { "within": "1d" }, "owner": true })))
        .await
        .unwrap();
    plane.put(api(json!({}))).await.unwrap();
    let refused =
        plane.control.move_api(&admin(), &ws(), "orders@v1", LifeStep::to(LifeState::Published), None).await;
    let findings: Vec<String> =
        refused.unwrap_err().findings().iter().map(|finding| finding.message.clone()).collect();
    let said = |part: &str| findings.iter().any(|message| message.contains(part));
    assert!(said("say who answers for it"), "{findings:?}");
    assert!(said("nothing recognizes who calls `list`"), "{findings:?}");
    assert!(said("pailou test CONTRACT --url URL --record orders@v1"), "{findings:?}");

    let keyed = api(json!({ "owner": "ada", "policies": [{ "key-auth": {} }] }));
    plane.put(keyed).await.unwrap();
    let text = plane.control.contract_text(&ws(), "orders@v1").await.unwrap();
    let hash = sha256(&text);
    let report = |failed: u64, contract: &str| TestReport {
        contract: contract.to_owned(),
        url: "http://127.0.0.1:9001".to_owned(),
        sent: 5,
        failed,
        unsent: 0,
        operations: 1,
        called: 1,
    };
    let record = |report: TestReport| async {
        plane.control.record_test(&admin(), &ws(), "orders@v1", report).await.unwrap();
    };
    record(report(0, &"0".repeat(64))).await;
    assert!(publish(&plane).await.unwrap_err().contains("no test of this contract"), "of another contract");
    record(report(1, &hash)).await;
    assert!(publish(&plane).await.unwrap_err().contains("1 of 5 cases failed"));
    record(report(0, &hash)).await;
    plane.pass_minutes(24 * 60 + 1);
    assert!(publish(&plane).await.unwrap_err().contains("older than 1d"));
    record(report(0, &hash)).await;
    publish(&plane).await.unwrap();
    let anonymous = json!([{ "authenticate": { "any_of": [{ "key-auth": {} }], "anonymous": true } }]);
    let open = plane.put(api(json!({ "owner": "ada", "lifecycle": {}, "policies": anonymous }))).await;
    assert!(open.unwrap_err().to_string().contains("nothing recognizes"), "whoever has no key is let in");
}

fn sha256(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn an_emergency_passes_by_standards_alone_and_is_written_down_with_its_reason() {
    let plane = Plane::new().await;
    plane.put(standard(json!({ "owner": true, "review": {} }))).await.unwrap();
    plane.put(api(json!({}))).await.unwrap();
    let publish = || LifeStep::to(LifeState::Published);
    let (admin, ws) = (admin(), ws());
    let passed = |reason| plane.control.move_api(&admin, &ws, "orders@v1", publish(), Some(reason));
    let silent = passed(" ").await.unwrap_err();
    assert!(silent.to_string().contains("say something"), "{silent}");
    let retired = LifeStep::to(LifeState::Retired);
    let leap = plane.control.move_api(&admin, &ws, "orders@v1", retired, Some("now")).await.unwrap_err();
    assert!(leap.to_string().contains("does not become retired"), "{leap}");
    assert_eq!(plane.control.emergencies(&ws, None, 9).await.unwrap().len(), 0);

    passed("The old one leaks.").await.unwrap();
    let [one] = &plane.control.emergencies(&ws, None, 9).await.unwrap()[..] else { panic!() };
    assert_eq!((&*one.reason, &*one.by, one.made), ("The old one leaks.", "admin", true));
    assert_eq!(one.passed.len(), 2, "{:?}", one.passed);
    let query = AuditQuery { action: Some("emergency".to_owned()), ..AuditQuery::default() };
    let [record] = &plane.control.audit(&ws, query).await.unwrap()[..] else { panic!() };
    assert_eq!(record.after, Some(json!("The old one leaks.")));
    let life = plane.control.life(&ws, "orders@v1").await.unwrap();
    let what: Vec<&str> = life.history.iter().map(|event| &*event.what).collect();
    assert!(
        what.contains(&"emergency") && what.contains(&"published") && what.contains(&"draft"),
        "{what:?}"
    );
}

#[tokio::test]
async fn any_walk_through_the_states_goes_only_where_the_table_says() {
    let states = [
        LifeState::Draft,
        LifeState::Review,
        LifeState::Published,
        LifeState::Deprecated,
        LifeState::Retired,
    ];
    let plane = Plane::new().await;
    let mut seed = 7_u64;
    plane.put(api(json!({}))).await.unwrap();
    for _ in 0..200 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let to = states[usize::try_from(seed >> 33).unwrap() % states.len()];
        let before = state(&plane);
        let moved = plane.control.move_api(&admin(), &ws(), "orders@v1", LifeStep::to(to), None).await;
        let may = before == to || before.next().contains(&to);
        assert_eq!(moved.is_ok(), may, "{before:?} -> {to:?}: {moved:?}");
        assert_eq!(state(&plane), if may { to } else { before });
        // Reviews that are asked for on the way are not left open for ever.
        for review in plane.control.reviews(&ws(), (None, Some("open")), None, 100).await.unwrap() {
            plane.control.close_review(&admin(), &ws(), review.number, "").await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_revision_comes_back_with_one_call_and_the_state_stays() {
    let plane = Plane::new().await;
    plane.put(api(json!({ "title": "First" }))).await.unwrap();
    plane.put(api(json!({ "title": "Second", "lifecycle": {} }))).await.unwrap();
    plane.control.roll_back(&admin(), &ws(), "orders@v1", 1, None).await.unwrap();
    let Resource::Api(api) = plane.control.get(&ws(), Kind::Api, "orders@v1").unwrap().resource else {
        panic!()
    };
    assert_eq!((api.title.as_deref(), api.life_state()), (Some("First"), LifeState::Published));
    let none = plane.control.roll_back(&admin(), &ws(), "orders@v1", 9, None).await.unwrap_err();
    assert!(matches!(none, Error::Missing { .. }), "{none}");
}

#[tokio::test]
async fn what_is_said_of_a_line_keeps_the_line_and_its_words() {
    let plane = Plane::new().await;
    plane.put(api(json!({}))).await.unwrap();
    let number = ask(&plane, &admin(), None).await.unwrap();
    let contract = plane.control.review_contract(&ws(), number).await.unwrap();
    let at = contract.lines().position(|line| line.contains("operationId")).unwrap() as u32 + 1;
    let say = |text: &'static str, verdict, line| {
        let said = Said { text, verdict, line: Some(line), ..Said::default() };
        let control = plane.control.clone();
        async move { control.remark(&someone("bea@example.com"), &ws(), number, said).await }
    };
    say("Whose orders?", None, at).await.unwrap();
    let many = contract.lines().count() as u32;
    for (text, verdict, line) in
        [("Beyond.", None, many + 1), ("Before.", None, 0), ("", Some(ReviewVerdict::Approve), at)]
    {
        let refused = say(text, verdict, line).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid(_)), "{refused}");
    }
    let view = plane.control.review(&ws(), number).await.unwrap();
    let [remark] = view.remarks.as_slice() else { panic!("{:?}", view.remarks) };
    let place = remark.place.as_ref().unwrap();
    assert!(place.line == at && place.text.contains("operationId"), "{place:?}");
}

#[tokio::test]
async fn what_was_planned_for_an_end_does_not_keep_an_api_from_being_published_again() {
    let plane = Plane::new().await;
    let brownout = json!({ "from": "2900-10-01T09:00:00Z", "until": "2900-10-01T10:00:00Z" });
    let life = json!({ "state": "published" });
    plane.put(api(json!({ "lifecycle": life }))).await.unwrap();
    let ending = json!({ "to": "deprecated", "sunset_at": "2999-01-01T00:00:00Z", "brownouts": [brownout] });
    let ending: LifeStep = serde_json::from_value(ending).unwrap();
    plane.control.move_api(&admin(), &ws(), "orders@v1", ending, None).await.unwrap();
    let view = plane.control.life(&ws(), "orders@v1").await.unwrap();
    let again = view.moves.iter().find(|one| one.to == LifeState::Published).unwrap();
    assert!(again.allowed, "{:?}", again.findings);
    publish(&plane).await.unwrap();
}
