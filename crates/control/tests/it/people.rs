//! Sign-up, sign-in, sessions and links.

use control::{Actor, AuditQuery, Beside, Error, Expect, MemberForm, Membership, Origin, Through, Who};
use serde_json::json;

use crate::{Plane, admin, ws};

const PASSWORD: &str = "correct horse battery staple";

fn visitor() -> Actor {
    Actor::new("", Origin::Portal).from_address("192.0.2.7".parse().unwrap())
}

#[tokio::test]
async fn a_developer_signs_up_and_in_and_out() {
    let plane = Plane::new().await;
    let new = plane.control.sign_up(&visitor(), " Bea@Example.com ", PASSWORD, "Bea").await.unwrap();
    assert_eq!((new.session.who.name.as_str(), new.session.kind), ("bea@example.com", Who::Developer));
    let signed_in =
        plane.control.sign_in(&visitor(), "bea@example.com", PASSWORD, Beside::default()).await.unwrap();
    assert_ne!(signed_in.secret, new.secret);
    let session = plane.control.session(&signed_in.secret).await.unwrap().unwrap();
    assert_eq!((session.display_name.as_str(), session.csrf), ("Bea", signed_in.session.csrf));
    plane.control.sign_out(&visitor(), &signed_in.secret, "").await.unwrap();
    assert_eq!(plane.control.session(&signed_in.secret).await.unwrap(), None);
    assert!(plane.control.session(&new.secret).await.unwrap().is_some());
    let taken = plane.control.sign_up(&visitor(), "bea@example.com", PASSWORD, "Eve").await;
    assert!(matches!(taken, Err(Error::Conflict { .. })));
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_one_answer_until_there_are_too_many() {
    let plane = Plane::new().await;
    plane.control.sign_up(&visitor(), "bea@example.com", PASSWORD, "Bea").await.unwrap();
    let wrong = plane
        .control
        .sign_in(&visitor(), "bea@example.com", "wrong password", Beside::default())
        .await
        .unwrap_err();
    let unknown =
        plane.control.sign_in(&visitor(), "eve@example.com", PASSWORD, Beside::default()).await.unwrap_err();
    assert!(matches!(wrong, Error::Unauthenticated { .. }));
    assert_eq!(wrong.to_string(), unknown.to_string());
    for _ in 0..9 {
        plane
            .control
            .sign_in(&visitor(), "bea@example.com", "wrong password", Beside::default())
            .await
            .unwrap_err();
    }
    let closed =
        plane.control.sign_in(&visitor(), "bea@example.com", PASSWORD, Beside::default()).await.unwrap_err();
    assert!(matches!(closed, Error::TooMany { .. }), "{closed:?}");
    plane.pass_minutes(16);
    plane.control.sign_in(&visitor(), "bea@example.com", PASSWORD, Beside::default()).await.unwrap();
}

#[tokio::test]
async fn what_is_no_account_is_refused_field_by_field() {
    let plane = Plane::new().await;
    let refused = plane.control.sign_up(&visitor(), "nobody", "short", " ").await.unwrap_err();
    let fields: Vec<_> = refused.findings().iter().filter_map(|finding| finding.field.as_deref()).collect();
    assert_eq!(fields, ["email", "password", "name"]);
}

#[tokio::test]
async fn a_session_ends_when_unused_and_after_a_week_in_any_case() {
    let plane = Plane::new().await;
    let unused = plane.control.sign_up(&visitor(), "a@example.com", PASSWORD, "A").await.unwrap();
    let used = plane.control.sign_up(&visitor(), "b@example.com", PASSWORD, "B").await.unwrap();
    let mut hours = 0;
    while plane.control.session(&used.secret).await.unwrap().is_some() {
        plane.pass_minutes(60);
        hours += 1;
        assert!(hours <= 24 * 7, "a session that is used lasts for ever");
    }
    assert_eq!(hours, 24 * 7);
    assert_eq!(plane.control.session(&unused.secret).await.unwrap(), None);

    let idle = plane.control.sign_in(&visitor(), "a@example.com", PASSWORD, Beside::default()).await.unwrap();
    plane.pass_minutes(12 * 60);
    assert_eq!(plane.control.session(&idle.secret).await.unwrap(), None);
}

#[tokio::test]
async fn a_sign_in_link_works_once_and_for_a_quarter_of_an_hour() {
    let plane = Plane::new().await;
    let link = plane.control.create_sign_in_link(&admin()).await.unwrap();
    let signed_in = plane.control.redeem_link(&visitor(), &link).await.unwrap();
    assert_eq!(signed_in.session.kind, Who::Admin);
    assert!(matches!(plane.control.redeem_link(&visitor(), &link).await, Err(Error::Unauthenticated { .. })));
    let late = plane.control.create_sign_in_link(&admin()).await.unwrap();
    plane.pass_minutes(15);
    assert!(matches!(plane.control.redeem_link(&visitor(), &late).await, Err(Error::Unauthenticated { .. })));
}

#[tokio::test]
async fn the_admin_token_is_made_once_kept_as_a_hash_and_replaced_at_once() {
    let plane = Plane::new().await;
    assert!(!plane.control.check_admin_token(""));
    let first = plane.control.ensure_admin_token().await.unwrap().unwrap();
    assert_eq!(plane.control.ensure_admin_token().await.unwrap(), None);
    assert!(plane.reopened().await.check_admin_token(&first), "it outlives a restart");
    let kept = plane.store.setting("admin-token".into()).await.unwrap().unwrap();
    assert!(!kept.contains(&first));
    plane.control.set_admin_token(&admin(), "chosen-by-hand").await.unwrap();
    assert!(plane.control.check_admin_token("chosen-by-hand") && !plane.control.check_admin_token(&first));
    let signed_in = plane.control.sign_in_token(&visitor(), "chosen-by-hand").await.unwrap();
    assert_eq!(signed_in.session.kind, Who::Admin);
    assert!(matches!(
        plane.control.sign_in_token(&visitor(), &first).await,
        Err(Error::Unauthenticated { .. })
    ));
}

#[tokio::test]
async fn every_sign_in_that_succeeds_or_fails_is_in_the_audit_log_with_whence_and_how() {
    let plane = Plane::new().await;
    plane.control.sign_up(&visitor(), "bea@example.com", PASSWORD, "Bea").await.unwrap();
    plane.control.set_admin_token(&admin(), "the-admin-token").await.unwrap();
    let signed_in =
        plane.control.sign_in(&visitor(), "bea@example.com", PASSWORD, Beside::default()).await.unwrap();
    plane
        .control
        .sign_in(&visitor(), "bea@example.com", "planted-wrong-password", Beside::default())
        .await
        .unwrap_err();
    plane
        .control
        .sign_in(&visitor(), "planted-password@nowhere", PASSWORD, Beside::default())
        .await
        .unwrap_err();
    plane.control.sign_in_token(&visitor(), "planted-wrong-token").await.unwrap_err();
    plane.control.redeem_link(&visitor(), "planted-wrong-link").await.unwrap_err();
    plane.control.sign_out(&signed_in.session.who.clone(), &signed_in.secret, "").await.unwrap();
    for (way, accepted) in [
        (Through::Api, Some("admin")),
        (Through::Api, Some("admin")),
        (Through::Cli, Some("admin")),
        (Through::Api, None),
    ] {
        plane.control.saw_token(&visitor(), way, accepted).await;
    }
    let query = AuditQuery { kind: Some("session".into()), after: Some(0), ..AuditQuery::default() };
    let records = plane.control.audit(&ws(), query).await.unwrap();
    let told: Vec<_> = records
        .iter()
        .map(|record| {
            let known = record.after.clone().unwrap_or_default();
            format!(
                "{} {} {} {}",
                record.actor,
                record.action,
                record.id,
                known["through"].as_str().unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "bea@example.com sign-in bea@example.com portal",
            "unknown sign-in-failed bea@example.com portal",
            "unknown sign-in-failed unknown portal",
            "unknown sign-in-failed unknown console",
            "unknown sign-in-failed unknown console",
            "bea@example.com sign-out bea@example.com -",
            "admin sign-in admin api",
            "admin sign-in admin cli",
            "unknown sign-in-failed unknown api",
        ]
    );
    assert_eq!(records[0].address.as_deref(), Some("192.0.2.7"));
    assert!(!format!("{records:?}").contains("planted"));
}

#[tokio::test]
async fn guessing_beyond_the_bound_is_written_once_a_minute() {
    let plane = Plane::new().await;
    for _ in 0..30 {
        plane.control.sign_in_token(&visitor(), "guess").await.unwrap_err();
    }
    let query = || AuditQuery { action: Some("sign-in-failed".into()), ..AuditQuery::default() };
    assert_eq!(
        plane.control.audit(&ws(), query()).await.unwrap().len(),
        11,
        "ten tries, and that there are too many"
    );
    plane.pass_minutes(2);
    plane.control.sign_in_token(&visitor(), "guess").await.unwrap_err();
    let newest = plane.control.audit(&ws(), query()).await.unwrap().remove(0);
    assert_eq!(newest.after.unwrap()["attempts"], 20);
}

#[tokio::test]
async fn a_standard_is_held_against_no_workspace_whose_apis_its_author_does_not_see() {
    let plane = Plane::new().await;
    plane.put(json!({ "kind": "workspace", "name": "acme" })).await.unwrap();
    let acme: model::Name = "acme".parse().unwrap();
    let roles =
        vec![Membership { workspace: "acme".parse().unwrap(), role: "admin".parse().unwrap(), only: None }];
    let form = MemberForm { email: "ana@example.com".to_owned(), name: "Ana".to_owned(), roles };
    let invited = plane.control.invite(&admin(), form).await.unwrap();
    plane.control.set_password(&visitor(), &invited.secret, PASSWORD).await.unwrap();
    let ana = plane
        .control
        .sign_in_member(&visitor(), "ana@example.com", PASSWORD, Beside::default())
        .await
        .unwrap();
    let standard = |from: &str| {
        let document = json!({ "kind": "standard", "name": "gate", "require": { "promoted_from": from } });
        model::Resource::from_value(document).unwrap()
    };
    let mut told = Vec::new();
    for from in ["default", "nowhere"] {
        let put = plane.control.put(&ana.session.who, &acme, standard(from), Expect::Any).await;
        let Err(Error::Forbidden { detail }) = put else { panic!("{from}: {put:?}") };
        told.push(detail.replace(from, "WORKSPACE"));
    }
    assert_eq!(told[0], told[1], "what is there is refused as what is not");
    plane.control.put(&admin(), &acme, standard("default"), Expect::Any).await.unwrap();
}

#[tokio::test]
async fn promoting_needs_the_right_to_change_the_api_there_also_where_that_is_where_it_is() {
    let plane = Plane::new().await;
    for name in ["acme", "bolt"] {
        plane.put(json!({ "kind": "workspace", "name": name })).await.unwrap();
    }
    let (acme, bolt): (model::Name, model::Name) = ("acme".parse().unwrap(), "bolt".parse().unwrap());
    let document = json!({ "kind": "api", "name": "orders", "version": "v1", "listen": { "hosts": ["acme.example.com"], "path": "/orders" },
                           "upstream": { "endpoints": ["http://127.0.0.1:9"] } });
    let api = || model::Resource::from_value(document.clone()).unwrap();
    plane.control.put(&admin(), &acme, api(), Expect::Any).await.unwrap();
    let who = async |email: &str, roles: &[(&str, &str)]| {
        let held = |(workspace, role): &(&str, &str)| Membership {
            workspace: workspace.parse().unwrap(),
            role: role.parse().unwrap(),
            only: None,
        };
        let form = MemberForm {
            email: email.to_owned(),
            name: "Somebody".to_owned(),
            roles: roles.iter().map(held).collect(),
        };
        let invited = plane.control.invite(&admin(), form).await.unwrap();
        plane.control.set_password(&visitor(), &invited.secret, PASSWORD).await.unwrap();
        plane
            .control
            .sign_in_member(&visitor(), email, PASSWORD, Beside::default())
            .await
            .unwrap()
            .session
            .who
    };
    let promote = async |who: &control::Actor, to: &model::Name| {
        let host = json!({ "to": to, "listen": { "hosts": ["bolt.example.com"], "path": "/orders" } });
        let asked: control::PromotionAsked = serde_json::from_value(host).unwrap();
        match plane.control.promote(who, &acme, "orders@v1", asked).await {
            Ok(_) => "done",
            Err(Error::Forbidden { .. }) => "forbidden",
            Err(Error::Missing { .. } | Error::NotFound { .. }) => "not there",
            Err(Error::Conflict { .. }) => "conflict",
            Err(error) => panic!("{error:?}"),
        }
    };
    let viewer = who("vera@example.com", &[("acme", "viewer"), ("bolt", "viewer")]).await;
    let here = who("hana@example.com", &[("acme", "admin")]).await;
    let both = who("bo@example.com", &[("acme", "admin"), ("bolt", "admin")]).await;
    assert_eq!([promote(&viewer, &acme).await, promote(&viewer, &bolt).await], ["forbidden", "forbidden"]);
    assert_eq!([promote(&here, &acme).await, promote(&here, &bolt).await], ["conflict", "not there"]);
    assert!(plane.control.get(&bolt, model::Kind::Api, "orders@v1").is_err());
    assert_eq!([promote(&both, &acme).await, promote(&both, &bolt).await], ["conflict", "done"]);
}
