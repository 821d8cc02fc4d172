//! Credentials that are nobody's, in a whole gateway: who guesses is stopped, who shares an address with somebody that does is not.

use std::time::Duration;

use model::{Span, WrongCredentials};
use policies::CATALOG;
use testkit::{Gateway, Reply, Setup};

/// Somebody's proxy, behind which many sit.
const OFFICE: &str = "198.51.100.7";

fn shop(limit: u32) -> Gateway {
    Setup::new(CATALOG)
        .api("orders@v1", "/orders", "echo", "key-auth: {}")
        .api("bills@v1", "/bills", "echo", "authenticate: { any_of: [{ basic-auth: {} }, { key-auth: {} }] }")
        .consumer("ada", "key-of-ada-1", "")
        .consumer("bob", "key-of-bob-1", "")
        .login("ada", "lovelace", "analytical engine")
        .with_gateway(|gateway| {
            gateway.wrong_credentials = WrongCredentials { limit, window: Span::secs(60) };
        })
        .start()
}

async fn ask(gateway: &Gateway, from: &str, key: &str) -> Reply {
    gateway.get("/orders").with("x-api-key", key).from(from).await
}

async fn guess(gateway: &Gateway, from: &str, times: u32) {
    for n in 0..times {
        ask(gateway, from, &format!("guess-{n}")).await.is(401).problem("unauthenticated");
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_guesses_is_told_to_wait_whether_the_next_guess_is_right_or_wrong() {
    let gateway = shop(3);
    guess(&gateway, OFFICE, 3).await;
    let wrong = ask(&gateway, OFFICE, "one more").await.is(429).problem("rate-limited");
    let wrong = (wrong.value("retry-after"), wrong.json()["detail"].clone());
    // A key that is right tells no more than one that is wrong.
    let right = ask(&gateway, OFFICE, "key-of-bob-1").await.is(429).problem("rate-limited");
    assert_eq!((right.value("retry-after"), right.json()["detail"].clone()), wrong);
    assert_eq!(wrong.0.as_deref(), Some("20"));
    ask(&gateway, "198.51.100.8", "one more").await.is(401);
    // What comes without credentials is no guess, and is told what to send.
    gateway.get("/orders").from(OFFICE).await.is(401).header("www-authenticate", "ApiKey realm=\"pailou\"");
    gateway.advance(Duration::from_secs(20)).await;
    ask(&gateway, OFFICE, "key-of-bob-1").await.is(200);
    let event = gateway.events().into_iter().find(|event| event.status == 429).unwrap();
    assert_eq!(event.problem, Some("rate-limited"));
}

#[tokio::test(start_paused = true)]
async fn callers_known_at_an_address_go_on_while_somebody_beside_them_guesses() {
    let gateway = shop(3);
    ask(&gateway, OFFICE, "key-of-ada-1").await.is(200);
    guess(&gateway, OFFICE, 3).await;
    for n in 0..50 {
        ask(&gateway, OFFICE, &format!("more-{n}")).await.is(429);
        ask(&gateway, OFFICE, "key-of-ada-1").await.is(200);
    }
    ask(&gateway, OFFICE, "key-of-bob-1").await.is(429);
    // A change of the configuration makes nobody forget.
    gateway.publish(|snapshot| snapshot.number += 1).unwrap();
    ask(&gateway, OFFICE, "key-of-ada-1").await.is(200);
    ask(&gateway, OFFICE, "key-of-bob-1").await.is(429);
}

#[tokio::test(start_paused = true)]
async fn guesses_count_together_whatever_is_guessed_and_within_one_network_of_ipv6() {
    let gateway = shop(3);
    let basic = "Basic bG92ZWxhY2U6Z3Vlc3Mx";
    gateway.get("/bills").with("authorization", basic).from("2001:db8::1").await.is(401);
    let both = gateway.get("/bills").with("authorization", basic).with("x-api-key", "guess");
    both.from("2001:db8::2").await.is(401);
    ask(&gateway, "2001:db8::3", "guess").await.is(401);
    ask(&gateway, "2001:db8::4", "guess").await.is(429);
    ask(&gateway, "2001:db8:0:1::1", "guess").await.is(401);
}

#[tokio::test(start_paused = true)]
async fn no_bound_is_no_bound() {
    let gateway = shop(0);
    guess(&gateway, OFFICE, 200).await;
    ask(&gateway, OFFICE, "key-of-bob-1").await.is(200);
}
