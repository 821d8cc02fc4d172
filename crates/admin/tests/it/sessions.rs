//! Signing in, and what a browser must bring to change something.

use control::{Actor, Origin};
use serde_json::json;

use crate::platform::{ADMIN_TOKEN, PASSWORD, Platform};

#[tokio::test]
async fn a_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let platform = Platform::start().await;
    let answer = platform.post("/api/v1/session").json(&json!({ "token": ADMIN_TOKEN })).send().await.is(200);
    let cookie = answer.header("set-cookie");
    for part in ["pailou_session=", "; HttpOnly", "; SameSite=Strict", "; Path=/api/v1", "; Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let body = answer.json();
    assert_eq!(body["user"]["kind"], "admin");
    let secret = &answer.session().cookie["pailou_session=".len()..];
    assert!(secret.len() >= 32 && !answer.text.contains(secret), "the body does not repeat the secret");
}

#[tokio::test]
async fn with_https_the_cookie_is_bound_to_the_host() {
    let platform = Platform::with(None, |mut options| {
        options.public_url = Some("https://admin.example.com".parse().unwrap());
        options
    })
    .await;
    let call = platform.post("/api/v1/session").json(&json!({ "token": ADMIN_TOKEN }));
    let answer = call.header("host", "admin.example.com").send().await.is(200);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-pailou_session=") && cookie.contains("; Path=/; Secure;"), "{cookie}");
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    let session = answer.session();
    platform.get("/api/v1/session").header("cookie", &session.cookie).send().await.is(200);
    let plain = session.cookie.replace("__Host-", "");
    platform.get("/api/v1/session").header("cookie", &plain).send().await.is(401).problem("unauthenticated");
}

#[tokio::test]
async fn a_change_with_a_cookie_needs_the_sessions_token() {
    let platform = Platform::start().await;
    let session = platform.administrator().await;
    let consumer = json!({ "name": "ada" });
    let create = || platform.post("/api/v1/consumers").header("cookie", &session.cookie).json(&consumer);
    create().send().await.is(403).problem("forbidden");
    create().header("x-csrf-token", "").send().await.is(403);
    create().header("x-csrf-token", &format!("{}x", session.csrf)).send().await.is(403);
    platform.get("/api/v1/consumers/ada").admin().send().await.is(404);
    create().header("x-csrf-token", &session.csrf).send().await.is(201);
    platform.get("/api/v1/consumers").header("cookie", &session.cookie).send().await.is(200);
}

#[tokio::test]
async fn a_change_from_a_page_of_another_site_is_refused() {
    let platform = Platform::start().await;
    let session = platform.administrator().await;
    let delete = || platform.delete("/api/v1/consumers/ada").signed_in(&session);
    delete().header("origin", "http://evil.example").send().await.is(403).problem("forbidden");
    delete().header("origin", "null").send().await.is(403);
    delete().header("sec-fetch-site", "cross-site").send().await.is(403);
    delete().header("sec-fetch-site", "same-site").send().await.is(403);
    delete().header("origin", "http://localhost:9080").send().await.is(404);
    delete().header("sec-fetch-site", "same-origin").send().await.is(404);
    let sign_in = platform.post("/api/v1/session").json(&json!({ "token": ADMIN_TOKEN }));
    sign_in.header("sec-fetch-site", "cross-site").send().await.is(403);
}

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let platform = Platform::start().await;
    let secret = platform.control.create_sign_in_link(&Actor::new("admin", Origin::Console)).await.unwrap();
    let redeem = || platform.post("/api/v1/session").json(&json!({ "link": secret }));
    let session = redeem().send().await.is(200).session();
    redeem().send().await.is(401).problem("unauthenticated");
    let who = platform.get("/api/v1/session").header("cookie", &session.cookie).send().await.is(200).json();
    assert_eq!(who["user"]["kind"], "admin");
    assert_eq!(who["csrf"], session.csrf);
    assert!(!platform.answers().contains(&secret));
}

#[tokio::test]
async fn of_many_redemptions_of_a_link_at_once_one_succeeds() {
    let platform = Platform::start().await;
    let secret = platform.control.create_sign_in_link(&Actor::new("admin", Origin::Console)).await.unwrap();
    let calls: Vec<_> = (0..8)
        .map(|_| tokio::spawn(platform.post("/api/v1/session").json(&json!({ "link": secret })).send()))
        .collect();
    let mut succeeded = 0;
    for call in calls {
        succeeded += u32::from(call.await.unwrap().status == 200);
    }
    assert_eq!(succeeded, 1);
}

#[tokio::test]
async fn a_signed_out_session_is_over() {
    let platform = Platform::start().await;
    let session = platform.administrator().await;
    let answer = platform.delete("/api/v1/session").signed_in(&session).send().await.is(200);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    platform.get("/api/v1/session").header("cookie", &session.cookie).send().await.is(401);
}

#[tokio::test]
async fn a_wrong_token_or_password_says_nothing_of_what_is_right() {
    let platform = Platform::start().await;
    platform.developer("ada@example.com").await;
    let wrong = platform.post("/api/v1/session").json(&json!({ "token": "planted-admin-token-31415927" }));
    wrong.send().await.is(401).problem("unauthenticated");
    let sign_in = |email: &str, password: &str| {
        platform.post("/portal/api/v1/session").json(&json!({ "email": email, "password": password }))
    };
    let known = sign_in("ada@example.com", "not the password").send().await.is(401).json();
    let unknown = sign_in("bob@example.com", "not the password").send().await.is(401).json();
    assert_eq!(known["detail"], unknown["detail"]);
    let session = sign_in("ada@example.com", PASSWORD).send().await.is(200).session();
    let who = platform.get("/portal/api/v1/session").signed_in(&session).send().await.is(200).json();
    assert_eq!(who["user"]["email"], "ada@example.com");
    assert_eq!(who["user"]["kind"], "developer");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let platform = Platform::start().await;
    platform.developer("ada@example.com").await;
    let guess = || {
        platform
            .post("/portal/api/v1/session")
            .json(&json!({ "email": "ada@example.com", "password": "a guess" }))
    };
    for _ in 0..50 {
        let answer = guess().send().await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
            answer.problem("rate-limited");
            return;
        }
        assert_eq!(answer.status, 401);
    }
    panic!("fifty guesses were all answered");
}

#[tokio::test]
async fn an_administrator_is_nobody_in_the_portal() {
    let platform = Platform::start().await;
    platform.get("/portal/api/v1/apps").admin().send().await.is(401);
    let session = platform.administrator().await;
    let secret = session.cookie.split_once('=').unwrap().1;
    let call = platform.get("/portal/api/v1/apps").header("cookie", &format!("pailou_portal={secret}"));
    call.send().await.is(403).problem("forbidden");
}
