//! Second factors, forgotten passwords and letters.

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::platform::{PASSWORD, Platform, Session, link_in};

/// The step of time that codes are of now.
fn step() -> i64 {
    Timestamp::now().as_second() / 30
}

/// The code of an authenticator app that is `late` steps behind.
fn code(seed: &str, late: i64) -> String {
    let key =
        hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &BASE32_NOPAD.decode(seed.as_bytes()).unwrap());
    let step = u64::try_from(step() - late).unwrap();
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let bytes: [u8; 4] = tag.as_ref()[at..at + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 1_000_000)
}

/// Turns a second factor on by the code before the present one; its seed, and the recovery codes.
async fn with_factor(platform: &Platform, base: &str, session: &Session) -> (String, Vec<String>) {
    let draw = platform.post(&format!("{base}/session/second-factor/seed")).signed_in(session);
    let drawn = draw.json(&json!({})).send().await.is(200).json();
    let seed = drawn["secret"].as_str().unwrap().to_owned();
    assert!(
        drawn["qr"]["size"].as_u64().unwrap() > 20 && drawn["qr"]["path"].as_str().unwrap().starts_with('M')
    );
    assert!(drawn["uri"].as_str().unwrap().starts_with("otpauth://totp/Pailou:"), "{drawn}");
    let on = |password: &str, code: &str| {
        let form = json!({ "password": password, "secret": seed, "code": code });
        platform.put(&format!("{base}/session/second-factor")).signed_in(session).json(&form)
    };
    on("not the password", &code(&seed, 1)).send().await.is(422);
    on(PASSWORD, "000000x").send().await.is(422);
    // A step may end while the password is hashed.
    let answer = loop {
        let (now, answer) = (step(), on(PASSWORD, &code(&seed, 1)).send().await);
        if answer.status == 200 || step() == now {
            break answer;
        }
    };
    let codes = answer.is(200).json()["recovery_codes"].clone();
    on(PASSWORD, &code(&seed, 0)).send().await.is(409);
    (seed.clone(), serde_json::from_value(codes).unwrap())
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_code_is_taken_twice() {
    let platform = Platform::start().await;
    let member = platform.member("ana@example.com", "default", "viewer").await;
    let developer = platform.developer("dev@example.com").await;
    for (base, email, session) in
        [("/api/v1", "ana@example.com", member), ("/portal/api/v1", "dev@example.com", developer)]
    {
        let (seed, recovery) = with_factor(&platform, base, &session).await;
        assert_eq!(recovery.len(), 10);
        let sign_in = |more: Value| {
            let mut form = json!({ "email": email, "password": PASSWORD });
            form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            platform.post(&format!("{base}/session")).json(&form)
        };
        let needed = sign_in(json!({})).send().await.is(401).problem("unauthenticated").json();
        assert_eq!(needed["code_needed"], true);
        // With a wrong password nobody learns that there is a second factor.
        let wrong = sign_in(json!({ "password": "a guess" })).send().await.is(401).json();
        assert_eq!(wrong.get("code_needed"), None);
        let present = code(&seed, 0);
        sign_in(json!({ "code": code(&seed, 1) })).send().await.is(401);
        let again = sign_in(json!({ "code": present })).send().await.is(200).session();
        sign_in(json!({ "code": present })).send().await.is(401);
        sign_in(json!({ "code": recovery[0].replace('-', "").to_uppercase() })).send().await.is(200);
        sign_in(json!({ "code": recovery[0] })).send().await.is(401);
        let stands = platform.get(&format!("{base}/session/second-factor")).signed_in(&again);
        assert_eq!(
            stands.send().await.is(200).json(),
            json!({ "on": true, "codes": true, "passkeys": [], "recovery_codes": 9 })
        );
        let off = |code: &str| {
            let form = json!({ "password": PASSWORD, "code": code });
            platform.post(&format!("{base}/session/second-factor/off")).signed_in(&again).json(&form)
        };
        off("123456x").send().await.is(422);
        off(&recovery[1]).send().await.is(204);
        platform.get(&format!("{base}/session")).signed_in(&again).send().await.is(401);
        sign_in(json!({})).send().await.is(200);
        assert!(!platform.answers().contains(PASSWORD));
    }
}

#[tokio::test]
async fn codes_are_not_found_by_trying_though_the_password_is_known() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    with_factor(&platform, "/api/v1", &ana).await;
    let guess = |code: Option<&str>| {
        let form = json!({ "email": "ana@example.com", "password": PASSWORD, "code": code });
        platform.post("/api/v1/session").json(&form)
    };
    for n in 0..10 {
        guess(Some(&format!("00000{n}"))).send().await.is(401);
        // A right password in between gives no more tries.
        guess(None).send().await.is(401);
    }
    guess(Some("000000")).send().await.is(429);
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_off_by_who_may_as_much() {
    let platform = Platform::start().await;
    let boss = platform.member("boss@example.com", "*", "admin").await;
    let clerk = json!({ "permissions": ["people:read", "people:write"] });
    platform.put("/api/v1/roles/clerk").admin().json(&clerk).send().await.is(200);
    let eve = platform.member("eve@example.com", "*", "clerk").await;
    with_factor(&platform, "/api/v1", &boss).await;
    let reset =
        |who: &Session| platform.delete("/api/v1/members/boss@example.com/second-factor").signed_in(who);
    reset(&eve).send().await.is(403);
    let listed = platform.get("/api/v1/members/boss@example.com").admin().send().await.is(200).json();
    assert_eq!(listed["second_factor"], true);
    platform.delete("/api/v1/members/boss@example.com/second-factor").admin().send().await.is(204);
    platform.get("/api/v1/session").signed_in(&boss).send().await.is(401);
    platform.sign_in("boss@example.com").await;
}

#[tokio::test]
async fn a_seed_outlives_another_key_of_secrets() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    let (seed, _) = with_factor(&platform, "/api/v1", &ana).await;
    platform.post("/api/v1/secret-key/rotate").admin().json(&json!({})).send().await.is(200);
    let listed = platform.get("/api/v1/secrets").admin().send().await.is(200).json();
    assert_eq!(listed["total"], 0);
    let form = json!({ "email": "ana@example.com", "password": PASSWORD, "code": code(&seed, 0) });
    platform.post("/api/v1/session").json(&form).send().await.is(200);
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_a_letter_and_nobody_learns_who_has_an_account() {
    let platform = Platform::with_post().await;
    let invite = json!({ "email": "ana@example.com", "name": "Ana", "roles": [{ "workspace": "default", "role": "viewer" }] });
    let invited = platform.post("/api/v1/members").admin().json(&invite).send().await.is(201).json();
    assert_eq!(invited.get("link"), None, "only whom it is for has it");
    let letter = platform.letters.nth(1).await;
    assert_eq!(letter.to, "ana@example.com");
    let set = |secret: &str, password: &str| {
        platform.post("/api/v1/password").json(&json!({ "link": secret, "password": password }))
    };
    set(&link_in(&letter), PASSWORD).send().await.is(200);
    let ana = platform.sign_in("ana@example.com").await;
    let forgot = |email: &str| platform.post("/api/v1/password/forgotten").json(&json!({ "email": email }));
    let (known, unknown) =
        (forgot("Ana@example.com").send().await.is(204), forgot("eve@example.com").send().await.is(204));
    assert_eq!(known.text, unknown.text);
    let letter = platform.letters.nth(2).await;
    assert!(letter.text.contains("/console/set-password#"), "{}", letter.text);
    set(&link_in(&letter), "another password").send().await.is(200);
    platform.get("/api/v1/session").signed_in(&ana).send().await.is(401);
    set(&link_in(&letter), "a third password").send().await.is(401);
    for _ in 0..9 {
        forgot("ana@example.com").send().await;
    }
    forgot("ana@example.com").send().await.is(429);
    let silent = Platform::start().await;
    silent.post("/api/v1/password/forgotten").json(&json!({ "email": "a@b.c" })).send().await.is(409);
    assert_eq!(
        silent.get("/api/v1/sign-in").send().await.is(200).json(),
        json!({ "letters": false, "passwords": true, "passkeys": true, "password_length": 8, "providers": [] })
    );
}

#[tokio::test]
async fn a_sign_up_says_the_same_whether_the_address_is_taken_and_is_confirmed_by_who_has_both_letter_and_password()
 {
    let platform = Platform::with_post().await;
    let sign_up = |email: &str, password: &str| {
        let form = json!({ "email": email, "password": password, "name": "Bea" });
        platform.post("/portal/api/v1/account").json(&form)
    };
    let sign_in = |password: &str| {
        platform
            .post("/portal/api/v1/session")
            .json(&json!({ "email": "bea@example.com", "password": password }))
    };
    let confirm = |secret: &str, password: &str| {
        let form = json!({ "link": secret, "email": "bea@example.com", "password": password });
        platform.post("/portal/api/v1/account/confirm").json(&form)
    };
    let first = sign_up("bea@example.com", PASSWORD).send().await.is(201);
    assert_eq!(first.json(), json!({ "confirm_email": true }));
    let letter = platform.letters.nth(1).await;
    sign_in(PASSWORD).send().await.is(401);
    // Somebody else's password under her address, in between: her link is over, and theirs is worth nothing to them.
    sign_up("bea@example.com", "planted by another").send().await.is(201);
    let second = platform.letters.nth(2).await;
    confirm(&link_in(&letter), PASSWORD).send().await.is(401);
    confirm(&link_in(&second), PASSWORD).send().await.is(401);
    sign_in("planted by another").send().await.is(401);
    sign_up("bea@example.com", PASSWORD).send().await.is(201);
    let third = platform.letters.nth(3).await;
    let bea = confirm(&link_in(&third), PASSWORD).send().await.is(200).session();
    platform.get("/portal/api/v1/apps").signed_in(&bea).send().await.is(200);
    confirm(&link_in(&third), PASSWORD).send().await.is(401);
    sign_in(PASSWORD).send().await.is(200);
    let taken = sign_up("bea@example.com", "a third password").send().await.is(201);
    assert_eq!(taken.text, first.text);
    let told = platform.letters.nth(4).await;
    assert_eq!(told.subject, "You have an account already");
    sign_in(PASSWORD).send().await.is(200);
    sign_in("a third password").send().await.is(401);
    assert_eq!(platform.letters.count(), 4);
}
