//! Cookies by which the gateway knows clients again: at endpoints, and at branches of a split.

use std::{collections::BTreeMap, sync::Arc};

use model::{Snapshot, snapshot::Service};
use serde_json::{Value, json};

use crate::{
    kit::{Started, pass, snapshot, start, upstream},
    origin::Origin,
};

fn get(cookie: &str, more: &str) -> String {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: x=1; {cookie}\r\n") };
    format!("GET / HTTP/1.1\r\nHost: a\r\n{cookie}{more}\r\n")
}

/// The cookie that an answer sets.
fn given(answer: &crate::kit::Response) -> Option<String> {
    Some(answer.header("set-cookie")?.split(';').next()?.to_owned())
}

#[tokio::test]
async fn whoever_has_no_cookie_is_placed_evenly_and_stays_there_by_the_cookie_it_is_given() {
    let origins = [Origin::ok().await, Origin::ok().await];
    let started = start(snapshot(vec![pass(
        "a",
        "/",
        upstream(json!({
            "endpoints": [origins[0].url(), origins[1].url()],
            "balance": "consistent-hash",
            "hash_on": [{ "own_cookie": { "name": "at", "ttl": "1h", "path": "/shop", "same_site": "strict" } }],
        })),
    )]));
    let mut cookies = Vec::new();
    for _ in 0..40 {
        let answer = started.send(&get("", "")).await;
        let whole = answer.header("set-cookie").expect("a cookie").to_owned();
        let value = given(&answer).unwrap();
        assert_eq!(whole, format!("{value}; Path=/shop; Max-Age=3600; HttpOnly; SameSite=Strict"));
        assert_eq!(value.len(), "at=".len() + 32);
        cookies.push(value);
    }
    let counts = origins.each_ref().map(|origin| origin.log.seen().len());
    assert!(counts.iter().all(|count| *count >= 8), "{counts:?}");
    for cookie in &cookies[..10] {
        origins.iter().for_each(|origin| origin.log.clear());
        for _ in 0..3 {
            let answer = started.send(&get(cookie, "")).await;
            assert_eq!(given(&answer), None, "it has one");
        }
        let mut counts = origins.each_ref().map(|origin| origin.log.seen().len());
        counts.sort_unstable();
        assert_eq!(counts, [0, 3]);
    }
    let answer = started.send(&get("at=of-somebody-else", "")).await;
    assert!(given(&answer).is_some(), "what is no cookie of ours is replaced");
}

struct Rig {
    started: Started,
    origins: [Origin; 3],
}

impl Rig {
    fn snapshot(origins: &[Origin; 3], branches: &[(&str, usize, f64)]) -> Snapshot {
        let branches: Vec<Value> = branches
            .iter()
            .map(|(name, origin, weight)| {
                let upstream = json!({ "endpoints": [origins[*origin].url()] });
                json!({ "name": name, "upstream": upstream, "weight": weight, "matches": [] })
            })
            .collect();
        let mut service =
            Service::clone(&pass("a", "/", upstream(json!({ "endpoints": [origins[0].url()] }))));
        let rules = json!({ "sticky": [{ "own_cookie": {} }], "branches": branches });
        service.split = Some(Arc::new(serde_json::from_value(rules).unwrap()));
        snapshot(vec![Arc::new(service)])
    }

    async fn start(branches: &[(&str, usize, f64)]) -> Rig {
        let origins = [Origin::ok().await, Origin::ok().await, Origin::ok().await];
        let started = start(Rig::snapshot(&origins, branches));
        Rig { started, origins }
    }

    fn put(&self, branches: &[(&str, usize, f64)]) {
        self.started.gateway.publish(Arc::new(Rig::snapshot(&self.origins, branches))).unwrap();
    }

    /// Where each client is; takes the cookies they are given.
    async fn places(&self, clients: &mut [String]) -> Vec<usize> {
        let mut places = Vec::new();
        for cookie in clients {
            self.origins.iter().for_each(|origin| origin.log.clear());
            let answer = self.started.send(&get(cookie, "")).await;
            if let Some(new) = given(&answer) {
                *cookie = new;
            }
            places.push(self.origins.iter().position(|origin| origin.log.seen().len() == 1).unwrap());
        }
        places
    }
}

#[tokio::test]
async fn a_client_moves_to_a_branch_that_grows_and_from_one_only_when_that_ends() {
    let rig = Rig::start(&[("canary", 1, 20.0)]).await;
    let mut clients = vec![String::new(); 60];
    let mut before = rig.places(&mut clients).await;
    assert_eq!(rig.places(&mut clients).await, before);
    assert!(before.contains(&0) && before.contains(&1));
    for weight in [60.0, 10.0, 1.0, 90.0, 20.0] {
        rig.put(&[("canary", 1, weight)]);
        let now = rig.places(&mut clients).await;
        for (was, is) in before.iter().zip(&now) {
            assert!(was == is || (*was, *is) == (0, 1), "{was} {is} at {weight}");
        }
        assert!(weight < 50.0 || now != before, "{weight}: those that are new at it");
        before = now;
    }
    // Whatever another branch takes, it takes from the usual upstream.
    rig.put(&[("beta", 2, 50.0), ("canary", 1, 20.0)]);
    let now = rig.places(&mut clients).await;
    for (was, is) in before.iter().zip(&now) {
        assert!(was == is || *was == 0, "{was} {is}");
    }
    // Nothing for a branch is nothing; and one that is called the same but goes elsewhere is another.
    rig.put(&[("canary", 1, 0.0)]);
    assert!(rig.places(&mut clients).await.iter().all(|place| *place == 0));
    rig.put(&[("canary", 1, 100.0)]);
    rig.places(&mut clients).await;
    rig.put(&[("canary", 2, 0.000_1)]);
    assert!(rig.places(&mut clients).await.iter().all(|place| *place == 0), "they were at another canary");
}

#[tokio::test]
async fn events_tell_the_branch_and_a_cookie_over_tls_is_for_tls_alone() {
    let rig = Rig::start(&[("canary", 1, 50.0)]).await;
    let mut clients = vec![String::new(); 30];
    let places = rig.places(&mut clients).await;
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for event in rig.started.events.wait_for(30).await {
        *counted.entry(event.branch.unwrap().to_string()).or_default() += 1;
    }
    let usual = places.iter().filter(|place| **place == 0).count();
    assert_eq!(counted, [("(usual)".to_owned(), usual), ("canary".to_owned(), 30 - usual)].into());
    let answer = rig.started.send(&get("", "")).await;
    assert!(answer.header("set-cookie").unwrap().ends_with("; Path=/; HttpOnly; SameSite=Lax"));
}
