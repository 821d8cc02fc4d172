//! What every store must do, run against each of them.

use std::sync::Arc;

use model::{KeyHash, Kind, Name};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    AuditEntry, AuditQuery, AuditVerdict, Commit, DataKeyRow, Error, Expected, Grant, GrantChange,
    GrantQuery, Key, KeyUseRow, Link, MemoryStore, Origin, Paper, PaperChange, PaperQuery, PeopleChange,
    PersonKind, PersonRow, SealChange, SecretRow, SessionQuery, SessionRow, SqliteStore, Store, Write,
};

/// A store, and the folder it needs as long as it lives.
type Made = (Arc<dyn Store>, Option<TempDir>);

async fn sqlite() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("control.db")).await.unwrap();
    (Arc::new(store), Some(folder))
}

async fn memory() -> Made {
    (Arc::new(MemoryStore::default()), None)
}

macro_rules! every_store {
    ($($rule:ident)+) => {
        mod in_sqlite { $( #[tokio::test] async fn $rule() { super::$rule(super::sqlite().await).await } )+ }
        mod in_memory { $( #[tokio::test] async fn $rule() { super::$rule(super::memory().await).await } )+ }
    };
}

every_store! {
    a_commit_is_read_back_with_its_revisions
    a_commit_that_expects_something_else_changes_nothing
    a_deleted_resource_goes_on_counting_when_it_is_made_again
    a_contract_is_kept_once
    every_change_is_a_record_of_an_intact_chain
    the_audit_log_is_read_from_the_newest_and_filtered
    what_is_sealed_is_replaced_and_removed_and_written_down_together
    people_are_replaced_by_the_next_version_and_by_no_other
    who_is_removed_loses_sessions_and_links_or_nothing_happens
    a_session_is_found_by_its_token_until_it_is_removed
    a_link_is_taken_once
    what_expired_is_removed
    the_last_use_of_a_key_is_the_latest_that_was_told_and_goes_with_it
    a_grant_is_spent_once_changed_where_it_is_as_known_and_ends_with_its_family
    papers_are_found_by_what_is_said_and_replaced_by_the_next_version_alone
    a_setting_is_replaced
    a_large_commit_is_one_commit
    random_commits_answer_as_the_model_does
}

fn ws() -> Name {
    "default".parse().unwrap()
}

fn key(kind: Kind, id: &str) -> Key {
    Key { workspace: ws(), kind, id: id.into() }
}

fn write(kind: Kind, id: &str, expected: Expected, document: Option<Value>) -> Write {
    let before = matches!(expected, Expected::Revision(_)).then(|| json!({ "was": true }));
    let after = document.clone();
    Write { kind, id: id.into(), expected, document, origin: Origin::Api, action: "change", before, after }
}

fn commit(after: u64, writes: Vec<Write>) -> Commit {
    Commit {
        workspace: ws(),
        at: 1_000 + after,
        actor: "ada".into(),
        address: Some("127.0.0.1".into()),
        after,
        writes,
        contracts: Vec::new(),
    }
}

async fn a_commit_is_read_back_with_its_revisions((store, _folder): Made) {
    let first = vec![
        write(Kind::Plan, "gold", Expected::Absent, Some(json!({ "kind": "plan", "name": "gold" }))),
        write(Kind::Api, "orders@v1", Expected::Absent, Some(json!({ "z": 1, "a": [2.5, null] }))),
    ];
    let done = store.commit(commit(0, first)).await.unwrap();
    assert_eq!((done.snapshot, done.revisions), (1, vec![1, 1]));
    let second = vec![write(Kind::Plan, "gold", Expected::Revision(1), Some(json!({ "n": 2 })))];
    let done = store.commit(commit(1, second)).await.unwrap();
    assert_eq!((done.snapshot, done.revisions), (2, vec![2]));

    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.snapshot, 2);
    let [api, plan] = &loaded.rows[..] else { panic!("{:?}", loaded.rows) };
    assert_eq!(api.document.to_string(), r#"{"z":1,"a":[2.5,null]}"#, "the order of fields is kept");
    assert_eq!((plan.revision, plan.created_at, plan.updated_at), (2, 1_000, 1_001));

    let history = store.revisions(key(Kind::Plan, "gold"), None, 10).await.unwrap();
    assert_eq!(history.iter().map(|r| (r.revision, r.snapshot)).collect::<Vec<_>>(), [(2, 2), (1, 1)]);
    let earlier = store.revisions(key(Kind::Plan, "gold"), Some(2), 10).await.unwrap();
    assert_eq!(earlier, history[1..]);
}

async fn a_commit_that_expects_something_else_changes_nothing((store, _folder): Made) {
    let gold = |expected| write(Kind::Plan, "gold", expected, Some(json!({})));
    store.commit(commit(0, vec![gold(Expected::Absent)])).await.unwrap();
    let before = store.load().await.unwrap();
    for refused in [
        commit(1, vec![write(Kind::Plan, "new", Expected::Absent, Some(json!({}))), gold(Expected::Absent)]),
        commit(1, vec![gold(Expected::Revision(7))]),
        commit(1, vec![write(Kind::Plan, "none", Expected::Revision(1), None)]),
        commit(0, vec![gold(Expected::Revision(1))]),
        commit(1, vec![gold(Expected::Revision(1)), gold(Expected::Revision(1))]),
    ] {
        assert!(matches!(store.commit(refused).await, Err(Error::Stale { .. })));
    }
    assert_eq!(store.load().await.unwrap(), before);
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 1 });
}

async fn a_deleted_resource_goes_on_counting_when_it_is_made_again((store, _folder): Made) {
    let plan = |expected, document| vec![write(Kind::Plan, "gold", expected, document)];
    store.commit(commit(0, plan(Expected::Absent, Some(json!({}))))).await.unwrap();
    let gone = store.commit(commit(1, plan(Expected::Revision(1), None))).await.unwrap();
    assert_eq!(gone.revisions, [2]);
    assert_eq!(store.load().await.unwrap().rows, []);
    let again = store.commit(commit(2, plan(Expected::Absent, Some(json!({}))))).await.unwrap();
    assert_eq!(again.revisions, [3]);
    assert_eq!(store.load().await.unwrap().rows[0].created_at, 1_002);
    let history = store.revisions(key(Kind::Plan, "gold"), None, 10).await.unwrap();
    assert_eq!(history.iter().map(|r| r.document.is_some()).collect::<Vec<_>>(), [true, false, true]);
}

async fn a_contract_is_kept_once((store, _folder): Made) {
    for after in 0..2 {
        let mut commit = commit(after, Vec::new());
        commit.contracts = vec![("abc".into(), "openapi: 3.1.0".into())];
        store.commit(commit).await.unwrap();
    }
    assert_eq!(store.contract("abc".into()).await.unwrap().as_deref(), Some("openapi: 3.1.0"));
    assert_eq!(store.contract("def".into()).await.unwrap(), None);
}

fn sign_up(id: &str) -> AuditEntry {
    AuditEntry {
        workspace: ws(),
        at: 5,
        actor: "bea".into(),
        address: None,
        action: "sign-up",
        kind: "developer".into(),
        id: id.into(),
        before: None,
        after: Some(json!({ "through": "portal" })),
    }
}

async fn every_change_is_a_record_of_an_intact_chain((store, _folder): Made) {
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 0 });
    let two = vec![
        write(Kind::Plan, "gold", Expected::Absent, Some(json!({}))),
        write(Kind::Plan, "tin", Expected::Absent, Some(json!({}))),
    ];
    store.commit(commit(0, two)).await.unwrap();
    store.record(sign_up("bea@example.com")).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 3 });
}

async fn the_audit_log_is_read_from_the_newest_and_filtered((store, _folder): Made) {
    store
        .commit(commit(0, vec![write(Kind::Plan, "gold", Expected::Absent, Some(json!({})))]))
        .await
        .unwrap();
    store.record(sign_up("bea@example.com")).await.unwrap();
    store.commit(commit(1, vec![write(Kind::Plan, "gold", Expected::Revision(1), None)])).await.unwrap();
    let numbers = async |query| {
        store.audit(query).await.unwrap().iter().map(|record| record.number).collect::<Vec<_>>()
    };
    let all = AuditQuery { limit: 10, ..AuditQuery::default() };
    assert_eq!(numbers(all.clone()).await, [3, 2, 1]);
    assert_eq!(numbers(AuditQuery { limit: 1, ..all.clone() }).await, [3]);
    assert_eq!(numbers(AuditQuery { before: Some(3), ..all.clone() }).await, [2, 1]);
    assert_eq!(numbers(AuditQuery { kind: Some("plan".into()), ..all.clone() }).await, [3, 1]);
    assert_eq!(numbers(AuditQuery { actor: Some("bea".into()), ..all.clone() }).await, [2]);
    assert_eq!(numbers(AuditQuery { action: Some("sign-up".into()), ..all.clone() }).await, [2]);
    assert_eq!(numbers(AuditQuery { address: Some("192.0.2.1".into()), ..all.clone() }).await, [0; 0]);
    assert_eq!(numbers(AuditQuery { after: Some(1), ..all.clone() }).await, [2, 3], "the oldest first");
    assert_eq!(numbers(AuditQuery { after: Some(0), limit: 2, ..all.clone() }).await, [1, 2]);
    let at = store.audit(all.clone()).await.unwrap()[1].at;
    assert!(numbers(AuditQuery { since: Some(at), ..all.clone() }).await.contains(&2));
    assert!(!numbers(AuditQuery { until: Some(at), ..all.clone() }).await.contains(&2));
    let none = AuditQuery { id: Some("gold".into()), kind: Some("api".into()), ..all.clone() };
    assert!(numbers(none).await.is_empty());
    let newest = store.audit(all).await.unwrap().remove(0);
    assert_eq!((newest.before, newest.after, newest.revision), (Some(json!({ "was": true })), None, Some(2)));
}

async fn what_is_sealed_is_replaced_and_removed_and_written_down_together((store, _folder): Made) {
    let key = |id: &str, master: &str| DataKeyRow {
        id: id.into(),
        master: master.into(),
        sealed: format!("{id} by {master}"),
        created_at: 1,
    };
    let secret = |name: &str, version: u64, data_key: &str| SecretRow {
        name: name.into(),
        version,
        data_key: data_key.into(),
        sealed: format!("{name} {version}"),
        created_at: 1,
        updated_at: version,
    };
    let made = SealChange {
        keys: vec![key("k1", "m1")],
        secrets: vec![secret("b", 1, "k1"), secret("a", 1, "k1")],
        entry: Some(sign_up("a")),
        ..SealChange::default()
    };
    store.seal(made).await.unwrap();
    let changed = SealChange {
        keys: vec![key("k1", "m2"), key("k2", "m2")],
        secrets: vec![secret("a", 2, "k2")],
        removed: vec!["b".into()],
        ..SealChange::default()
    };
    store.seal(changed).await.unwrap();
    let sealed = store.sealed().await.unwrap();
    assert_eq!(sealed.keys, [key("k1", "m2"), key("k2", "m2")]);
    assert_eq!(sealed.secrets, [secret("a", 2, "k2")]);
    store.seal(SealChange { removed_keys: vec!["k1".into()], ..SealChange::default() }).await.unwrap();
    assert_eq!(store.sealed().await.unwrap().keys, [key("k2", "m2")]);
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 1 });
}

fn person(id: &str, version: u64) -> PersonRow {
    PersonRow { kind: PersonKind::Member, id: id.into(), version, document: json!({ "version": version }) }
}

async fn people_are_replaced_by_the_next_version_and_by_no_other((store, _folder): Made) {
    let put =
        |row: PersonRow| store.change_people(PeopleChange { puts: vec![row], ..PeopleChange::default() });
    put(person("bea", 1)).await.unwrap();
    assert!(matches!(put(person("bea", 1)).await, Err(Error::Stale { .. })));
    assert!(matches!(put(person("bea", 3)).await, Err(Error::Stale { .. })));
    put(person("bea", 2)).await.unwrap();
    put(person("ada", 1)).await.unwrap();
    let all = store.people(PersonKind::Member).await.unwrap();
    assert_eq!(all, [person("ada", 1), person("bea", 2)]);
    assert_eq!(store.person(PersonKind::Developer, "bea".into()).await.unwrap(), None);
    assert_eq!(store.person(PersonKind::Member, "bea".into()).await.unwrap(), Some(person("bea", 2)));
}

async fn who_is_removed_loses_sessions_and_links_or_nothing_happens((store, _folder): Made) {
    let puts = vec![person("ada", 1), person("bea", 1)];
    store.change_people(PeopleChange { puts, ..PeopleChange::default() }).await.unwrap();
    let of_bea = |byte| SessionRow { role: "member".into(), subject: "bea".into(), ..session(byte, 100) };
    store.add_session(of_bea(1)).await.unwrap();
    store.add_session(session(2, 100)).await.unwrap();
    let link = Link { role: "member".into(), subject: "bea".into(), ..link(100) };
    store.add_link(link).await.unwrap();
    let change = |version, entry| PeopleChange {
        removed: vec![(PersonKind::Member, "bea".into(), version)],
        ended: vec![("member".into(), "bea".into())],
        entry: Some(entry),
        ..PeopleChange::default()
    };
    assert!(matches!(store.change_people(change(2, sign_up("bea"))).await, Err(Error::Stale { .. })));
    assert!(store.session([1; 32]).await.unwrap().is_some());
    store.change_people(change(1, sign_up("bea"))).await.unwrap();
    assert_eq!(store.people(PersonKind::Member).await.unwrap(), [person("ada", 1)]);
    assert!(store.session([1; 32]).await.unwrap().is_none());
    assert!(store.session([2; 32]).await.unwrap().is_some());
    assert_eq!(store.take_link([3; 32], "sign-in".into()).await.unwrap(), None);
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 1 });
}

fn link(expires_at: u64) -> Link {
    Link {
        token_hash: [3; 32],
        role: "admin".into(),
        subject: "admin".into(),
        purpose: "sign-in".into(),
        expires_at,
    }
}

fn session(byte: u8, expires_at: u64) -> SessionRow {
    SessionRow {
        token_hash: [byte; 32],
        role: "admin".into(),
        subject: "ada".into(),
        about: json!({ "by": "password" }),
        mark: (byte > 1).then(|| "elsewhere".to_owned()),
        created_at: 1,
        expires_at,
    }
}

async fn a_session_is_found_by_its_token_until_it_is_removed((store, _folder): Made) {
    store.add_session(session(1, 100)).await.unwrap();
    store.extend_session([1; 32], 200).await.unwrap();
    assert_eq!(store.session([1; 32]).await.unwrap(), Some(session(1, 200)));
    assert_eq!(store.session([2; 32]).await.unwrap(), None);
    store.add_session(session(2, 100)).await.unwrap();
    store.describe_session([2; 32], json!({ "by": "provider" })).await.unwrap();
    let changed = SessionRow { about: json!({ "by": "provider" }), ..session(2, 100) };
    let of = |subject: &str| SessionQuery::Of { role: "admin".into(), subject: subject.into() };
    assert_eq!(store.sessions(of("ada")).await.unwrap(), [session(1, 200), changed.clone()]);
    assert_eq!(store.sessions(of("bea")).await.unwrap(), []);
    assert_eq!(store.sessions(SessionQuery::Marked("elsewhere".into())).await.unwrap(), [changed]);
    store.remove_session([2; 32]).await.unwrap();
    store.remove_session([1; 32]).await.unwrap();
    assert_eq!(store.session([1; 32]).await.unwrap(), None);
}

async fn a_link_is_taken_once((store, _folder): Made) {
    store.add_link(link(100)).await.unwrap();
    let take = |purpose: &str| store.take_link([3; 32], purpose.into());
    assert_eq!(take("set-password").await.unwrap(), None);
    assert_eq!(take("sign-in").await.unwrap(), Some(link(100)));
    assert_eq!(take("sign-in").await.unwrap(), None);
}

fn grant(kind: &str, hash: u8, family: &str) -> Grant {
    Grant {
        workspace: ws(),
        kind: kind.to_owned(),
        hash: [hash; 32],
        client: "c1".to_owned(),
        subject: Some("ada@example.com".to_owned()),
        family: Some(family.to_owned()),
        document: json!({ "scopes": ["a"] }),
        created_at: u64::from(hash),
        expires_at: 100,
        used_at: None,
    }
}

async fn a_grant_is_spent_once_changed_where_it_is_as_known_and_ends_with_its_family((store, _folder): Made) {
    let granted = vec![grant("code", 1, "f"), grant("grant", 2, "f"), grant("grant", 3, "g")];
    let change = GrantChange { granted, ..GrantChange::default() };
    assert_eq!(store.change_grants(change).await.unwrap(), 0);
    let code = GrantQuery { hash: Some([1; 32]), ..GrantQuery::of(&ws(), "code") };
    assert_eq!(store.spend_grant(code.clone(), 7).await.unwrap(), Some(grant("code", 1, "f")));
    assert_eq!(store.spend_grant(code.clone(), 8).await.unwrap().unwrap().used_at, Some(7));
    let other = Name::from_title("other").unwrap();
    let elsewhere = GrantQuery { workspace: Some(other), ..code.clone() };
    assert_eq!(store.spend_grant(elsewhere, 8).await.unwrap(), None);

    let after = Grant { document: json!({ "n": 2 }), subject: None, ..grant("grant", 2, "f") };
    let with = |hash| GrantChange { granted: vec![grant("beside", hash, "f")], ..GrantChange::default() };
    assert!(store.swap_grant(grant("grant", 2, "f"), after.clone(), with(5)).await.unwrap());
    assert!(!store.swap_grant(grant("grant", 2, "f"), after.clone(), with(6)).await.unwrap());
    // What goes with it is made where it is, and nowhere else.
    let beside = store.grants(GrantQuery::of(&ws(), "beside"), 9).await.unwrap();
    assert_eq!(beside, [grant("beside", 5, "f")]);
    store
        .change_grants(GrantChange { ended: vec![GrantQuery::of(&ws(), "beside")], ..GrantChange::default() })
        .await
        .unwrap();
    let all = GrantQuery { client: Some("c1".to_owned()), ..GrantQuery::of(&ws(), "grant") };
    assert_eq!(store.grants(all.clone(), 9).await.unwrap(), [grant("grant", 3, "g"), after]);
    assert_eq!(store.grants(all.clone(), 1).await.unwrap().len(), 1);

    let family = GrantQuery { family: Some("f".to_owned()), ..GrantQuery::default() };
    let change = GrantChange { ended: vec![family, GrantQuery::default()], ..GrantChange::default() };
    assert_eq!(store.change_grants(change).await.unwrap(), 2);
    assert_eq!(store.grants(all.clone(), 9).await.unwrap().len(), 1);
    assert_eq!(store.grants(GrantQuery::default(), 9).await.unwrap(), []);
    let again = Grant { document: json!(1), ..grant("grant", 3, "h") };
    let change = GrantChange { granted: vec![again.clone()], ..GrantChange::default() };
    store.change_grants(change).await.unwrap();
    assert_eq!(store.grants(all.clone(), 9).await.unwrap(), [again]);
    assert_eq!(store.remove_expired(100).await.unwrap(), 1);
}

async fn the_last_use_of_a_key_is_the_latest_that_was_told_and_goes_with_it((store, _folder): Made) {
    let used = |workspace: Name, key: u8, used_at| KeyUseRow { workspace, key: KeyHash([key; 32]), used_at };
    let other = Name::from_title("other").unwrap();
    let keys = |all: &[u8]| all.iter().map(|key| KeyHash([*key; 32])).collect::<Vec<_>>();
    store
        .note_key_uses(vec![used(ws(), 1, 10), used(ws(), 2, 20), used(other.clone(), 1, 30)])
        .await
        .unwrap();
    store.note_key_uses(vec![used(ws(), 1, 15), used(ws(), 2, 5)]).await.unwrap();
    store.note_key_uses(Vec::new()).await.unwrap();
    let found = store.key_uses(ws(), keys(&[3, 2, 1])).await.unwrap();
    assert_eq!(found, [used(ws(), 1, 15), used(ws(), 2, 20)]);
    assert_eq!(store.key_uses(ws(), Vec::new()).await.unwrap(), []);
    let many: Vec<KeyHash> = (0..1500_u16).map(|n| KeyHash([n.to_le_bytes()[0]; 32])).collect();
    assert_eq!(store.key_uses(ws(), many[..300].to_vec()).await.unwrap().len(), 2);
    store.forget_key_uses(ws(), keys(&[1, 9])).await.unwrap();
    assert_eq!(store.key_uses(ws(), keys(&[1, 2])).await.unwrap(), [used(ws(), 2, 20)]);
    assert_eq!(store.key_uses(other.clone(), keys(&[1])).await.unwrap(), [used(other, 1, 30)]);
}

async fn what_expired_is_removed((store, _folder): Made) {
    store.add_session(session(1, 100)).await.unwrap();
    store.add_session(session(2, 101)).await.unwrap();
    store.add_link(link(99)).await.unwrap();
    assert_eq!(store.remove_expired(100).await.unwrap(), 2);
    assert!(store.session([2; 32]).await.unwrap().is_some());
}

async fn papers_are_found_by_what_is_said_and_replaced_by_the_next_version_alone((store, _folder): Made) {
    let paper = |number: u64, version: u64, subject: &str, state: &str| Paper {
        workspace: ws(),
        kind: "review".to_owned(),
        number,
        version,
        subject: subject.to_owned(),
        state: state.to_owned(),
        document: json!({ "n": number, "v": version }),
        at: 5,
    };
    let put = |puts: Vec<Paper>| store.change_papers(PaperChange { puts, ..PaperChange::default() });
    let (one, two) = (paper(1, 1, "orders", "open"), paper(2, 1, "bills", "open"));
    put(vec![one.clone(), two.clone()]).await.unwrap();
    let all = PaperQuery::of(&ws(), "review");
    assert_eq!(store.papers(all.clone(), 9).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(store.papers(all.clone(), 1).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(store.papers(all.clone().about("orders"), 9).await.unwrap(), std::slice::from_ref(&one));
    let older = PaperQuery { before: Some(2), ..all.clone() };
    assert_eq!(store.papers(older, 9).await.unwrap(), std::slice::from_ref(&one));
    assert_eq!(store.papers(PaperQuery::of(&ws(), "report"), 9).await.unwrap(), []);

    let three = paper(3, 1, "orders", "open");
    for stale in [paper(1, 1, "orders", "closed"), paper(1, 3, "orders", "closed"), paper(4, 2, "x", "open")]
    {
        let refused = put(vec![three.clone(), stale]).await.unwrap_err();
        assert!(matches!(refused, Error::Stale { .. }), "{refused}");
    }
    assert_eq!(store.papers(all.clone(), 9).await.unwrap().len(), 2, "all of a change is made, or nothing");
    let closed = paper(1, 2, "orders", "closed");
    put(vec![closed.clone(), three.clone()]).await.unwrap();
    assert_eq!(store.papers(all.clone().in_state("open"), 9).await.unwrap(), [three, two]);
    assert_eq!(store.papers(all.clone().number(1), 9).await.unwrap(), [closed]);
    let removed = vec![all.clone().about("orders")];
    store.change_papers(PaperChange { removed, ..PaperChange::default() }).await.unwrap();
    assert_eq!(store.papers(all, 9).await.unwrap().len(), 1);
}

async fn a_setting_is_replaced((store, _folder): Made) {
    assert_eq!(store.setting("a".into()).await.unwrap(), None);
    store.set_setting("a".into(), "1".into()).await.unwrap();
    store.set_setting("a".into(), "2".into()).await.unwrap();
    assert_eq!(store.setting("a".into()).await.unwrap().as_deref(), Some("2"));
}

async fn a_large_commit_is_one_commit((store, _folder): Made) {
    let many = |expected: Expected, document: fn(usize) -> Option<Value>| {
        (0..1_300).map(|n| write(Kind::Consumer, &format!("c{n}"), expected, document(n))).collect::<Vec<_>>()
    };
    let made = store.commit(commit(0, many(Expected::Absent, |n| Some(json!({ "n": n }))))).await.unwrap();
    assert_eq!((made.snapshot, made.revisions.len()), (1, 1_300));
    let mixed = many(Expected::Revision(1), |n| (n % 2 == 0).then(|| json!({ "n": n, "again": true })));
    store.commit(commit(1, mixed)).await.unwrap();
    let loaded = store.load().await.unwrap();
    assert_eq!((loaded.snapshot, loaded.rows.len()), (2, 650));
    assert!(loaded.rows.iter().all(|row| row.revision == 2 && row.document["again"] == true));
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 2_600 });
}

/// Marsaglia's xorshift: chance that can be repeated.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

async fn random_commits_answer_as_the_model_does((store, _folder): Made) {
    let model = MemoryStore::default();
    let mut chance = Chance(0x5eed_0001);
    for step in 0..300 {
        let after = model.load().await.unwrap().snapshot.saturating_sub(u64::from(chance.below(12) == 0));
        let mut writes = Vec::new();
        for _ in 0..chance.below(5) {
            let kind = Kind::ALL[chance.below(3) as usize];
            let id = format!("r{}", chance.below(6));
            let expected = match chance.below(2) {
                0 => Expected::Absent,
                _ => Expected::Revision(1 + chance.below(4)),
            };
            // Mostly what is true, so that most commits go through.
            let rows = model.load().await.unwrap().rows;
            let is = rows.iter().find(|row| row.key == key(kind, &id)).map(|row| row.revision);
            let expected = match chance.below(10) {
                0 => expected,
                _ => is.map_or(Expected::Absent, Expected::Revision),
            };
            let document = (chance.below(4) > 0).then(|| json!({ "step": step, "id": id }));
            writes.push(write(kind, &id, expected, document));
        }
        let commit = commit(after, writes);
        match (model.commit(commit.clone()).await, store.commit(commit).await) {
            (Ok(expected), Ok(is)) => assert_eq!(is, expected, "step {step}"),
            (Err(Error::Stale { .. }), Err(Error::Stale { .. })) => {}
            (expected, is) => panic!("step {step}: the model says {expected:?}, the store {is:?}"),
        }
    }
    assert_eq!(store.load().await.unwrap(), model.load().await.unwrap());
    let all = AuditQuery { limit: 10_000, ..AuditQuery::default() };
    assert_eq!(store.audit(all.clone()).await.unwrap(), model.audit(all).await.unwrap());
    for (kind, id) in (0..18).map(|n| (Kind::ALL[n / 6], format!("r{}", n % 6))) {
        let asked = key(kind, &id);
        let is = store.revisions(asked.clone(), None, 1_000).await.unwrap();
        let expected = model.revisions(asked, None, 1_000).await.unwrap();
        assert_eq!(is, expected, "{kind}/{id}");
    }
    assert!(matches!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { .. }));
}
