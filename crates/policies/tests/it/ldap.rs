//! Callers that a directory knows, through a whole gateway.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use policies::CATALOG;
use testkit::{Call, Gateway, Setup};

use crate::directory::{Manner, PEOPLE, directory};

const FOUND: &str = "ldap-auth: { url: 'ldap://localhost:3890', user: { base: 'ou=people,dc=example,dc=com', \
                     filter: '(|(uid={username})(mail={username}))' }, attributes: [mail], forward_claims: { x-user: sub, x-mail: mail, x-dn: dn, \
                     x-groups: groups }, BIND GROUPS cache: 60s }";

fn gateway(policy: &str, manner: Manner) -> Gateway {
    let setup = Setup::new(CATALOG).upstream("localhost", directory(PEOPLE, manner));
    setup.api("orders", "/", "echo", policy).consumer("ada", "ada-key-0123456789", "").start()
}

fn found(bind: &str, groups: &str) -> String {
    FOUND.replace("BIND", bind).replace("GROUPS", groups)
}

fn get<'a>(gateway: &'a Gateway, name: &str, password: &str) -> Call<'a> {
    let pair = STANDARD.encode(format!("{name}:{password}"));
    gateway.get("/").with("authorization", &format!("Basic {pair}"))
}

fn caller(gateway: &Gateway) -> Option<String> {
    gateway.events().pop().unwrap().caller.map(|caller| caller.to_string())
}

#[tokio::test(start_paused = true)]
async fn a_name_however_it_is_written_is_one_caller() {
    let gateway = gateway(&found("", ""), Manner::Well);
    for name in ["ada", "ADA", "ada@example.com", "Ada@Example.com"] {
        let reply = get(&gateway, name, "analytical engine").await.is(200);
        assert_eq!(reply.received("x-user").as_deref(), Some("ada"));
        assert_eq!(reply.received("x-mail").as_deref(), Some("ada@example.com"));
        assert_eq!(reply.received("x-dn").as_deref(), Some("uid=ada,ou=people,dc=example,dc=com"));
        assert_eq!(reply.received("authorization"), None);
        assert_eq!(caller(&gateway).as_deref(), Some("consumer/ada"));
    }
    get(&gateway, "charles", "difference engine").await.is(200);
    assert_eq!(caller(&gateway).as_deref(), Some("external/charles"));
}

#[tokio::test(start_paused = true)]
async fn who_is_not_known_is_told_the_same_whatever_is_wrong() {
    for policy in [
        found("", ""),
        found("bind: { dn: 'cn=gateway,dc=example,dc=com', password: 'gateway password' },", ""),
        "ldap-auth: { url: 'ldap://localhost', user_dn: 'uid={username},ou=people,dc=example,dc=com' }"
            .to_owned(),
    ] {
        let gateway = gateway(&policy, Manner::Well);
        let mut told = Vec::new();
        for (name, password) in [
            ("ada", "difference engine"),
            ("nobody", "analytical engine"),
            ("ada", ""),
            ("", "analytical engine"),
            ("*", "analytical engine"),
            ("ada)(uid=*", "analytical engine"),
            ("ada,ou=people,dc=example,dc=com", "analytical engine"),
            ("twin@example.com", "same password"),
            ("cn=gateway,dc=example,dc=com", "gateway password"),
        ] {
            let reply = get(&gateway, name, password).await.is(401);
            told.push((reply.json()["detail"].clone(), reply.value("www-authenticate").unwrap().to_owned()));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{told:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn groups_are_an_attribute_of_the_caller_or_entries_that_name_it() {
    for (groups, who, password, told) in [
        ("", "ada", "analytical engine", None),
        (
            "groups: { attribute: memberOf, base: 'ou=groups,dc=example,dc=com' },",
            "ada",
            "analytical engine",
            Some("writers"),
        ),
        (
            "groups: { attribute: memberOf },",
            "ada",
            "analytical engine",
            Some("cn=writers,ou=groups,dc=example,dc=com,cn=admins,ou=elsewhere,dc=example,dc=com"),
        ),
        (
            "groups: { base: 'ou=groups,dc=example,dc=com', filter: '(member={dn})' },",
            "charles",
            "difference engine",
            Some("readers"),
        ),
    ] {
        let gateway = gateway(&found("", groups), Manner::Well);
        let reply = get(&gateway, who, password).await.is(200);
        assert_eq!(reply.received("x-groups").filter(|text| !text.is_empty()).as_deref(), told, "{groups}");
    }
    let policies = format!(
        "{}\nacl: {{ allow: [writers] }}",
        found("", "groups: { attribute: memberOf, base: 'ou=groups,dc=example,dc=com' },")
    );
    let policies: String = policies.lines().map(|line| format!("- {line}\n")).collect();
    let gateway = gateway(&policies, Manner::Well);
    get(&gateway, "charles", "difference engine").await.is(403);
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_wants_to_know_who_searches_is_told() {
    let gateway_as = |password: &str| {
        let bind = format!("bind: {{ dn: 'cn=gateway,dc=example,dc=com', password: '{password}' }},");
        gateway(
            &found(&bind, "groups: { base: 'ou=groups,dc=example,dc=com', filter: '(member={dn})' },"),
            Manner::Strict,
        )
    };
    get(&gateway_as("gateway password"), "charles", "difference engine").await.is(200);
    get(&gateway_as("wrong"), "charles", "difference engine").await.is(503);
    get(&gateway(&found("", ""), Manner::Strict), "charles", "difference engine").await.is(503);
}

#[tokio::test(start_paused = true)]
async fn what_fits_is_remembered_for_a_while_and_outlives_the_directory_so_long() {
    let gateway = gateway(&found("", ""), Manner::Well);
    get(&gateway, "ada", "analytical engine").await.is(200);
    // Asked again it would count as an attempt: sixty are allowed in a minute.
    for _ in 0..100 {
        get(&gateway, "ada", "analytical engine").await.is(200);
    }
    for n in 0..59 {
        get(&gateway, "ada", &format!("guess {n}")).await.is(401);
    }
    get(&gateway, "ada", "guess").await.is(429);
    get(&gateway, "ada", "analytical engine").await.is(200);
    gateway.advance(std::time::Duration::from_secs(61)).await;
    get(&gateway, "ada", "analytical engine").await.is(200);
}

#[tokio::test(start_paused = true)]
async fn a_directory_that_does_not_answer_as_one_lets_nobody_in() {
    for manner in [
        Manner::Hangs,
        Manner::Closes,
        Manner::SpeaksNonsense,
        Manner::NeverEnds,
        Manner::AnswersSomethingElse,
        Manner::IsBusy,
    ] {
        let gateway = gateway(
            "ldap-auth: { url: 'ldap://localhost', user_dn: 'uid={username},ou=people,dc=example,dc=com', timeout: 2s }",
            manner,
        );
        let reply = get(&gateway, "ada", "analytical engine").await.is(503);
        assert_eq!(reply.json()["type"], "urn:pailou:problem:identity-unavailable", "{manner:?}");
        assert!(!reply.json().to_string().contains("localhost"), "the cause is for operators");
    }
}
