//! Passkeys: added in a session, used alone and beside a password, taken away; and everything that is not the passkey that was asked for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    authenticator::{Authenticator, PRESENT, SightBytes, VERIFIED},
    platform::{Answer, PASSWORD, Platform, Session},
};

const PARTY: &str = "localhost";
const ORIGIN: &str = "http://localhost:9080";

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn challenge_of(options: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(options["challenge"].as_str().unwrap()).unwrap()
}

/// Adds a passkey, as a browser does; the answer to it.
async fn add(platform: &Platform, base: &str, session: &Session, device: &mut Authenticator) -> Answer {
    let ask = platform.post(&format!("{base}/session/passkeys/options")).signed_in(session);
    let options = ask.send().await.is(200).json();
    assert_eq!((options["rp"]["id"].as_str(), options["attestation"].as_str()), (Some(PARTY), Some("none")));
    device.user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
    let made = device.make(&challenge_of(&options));
    let form = json!({
        "name": "My key", "client_data": text(&made.client_data), "attestation": text(&made.attestation), "transports": ["usb", "internal"],
    });
    platform.post(&format!("{base}/session/passkeys")).signed_in(session).json(&form).send().await
}

fn shown(device: &Authenticator, sight: &SightBytes) -> Value {
    json!({
        "id": text(&device.id), "client_data": text(&sight.client_data),
        "authenticator_data": text(&sight.authenticator_data), "signature": text(&sight.signature),
        "user_handle": text(&device.user),
    })
}

/// A challenge for who is not signed in.
async fn challenge(platform: &Platform, base: &str) -> Vec<u8> {
    let options = platform.post(&format!("{base}/passkey-challenge")).send().await.is(200).json();
    assert_eq!(options["userVerification"], "required");
    assert_eq!(options["allowCredentials"], json!([]), "nobody learns which passkeys there are");
    challenge_of(&options)
}

async fn enter(platform: &Platform, base: &str, passkey: &Value) -> Answer {
    platform.post(&format!("{base}/session")).json(&json!({ "passkey": passkey })).send().await
}

#[tokio::test]
async fn a_passkey_signs_in_alone_to_console_and_portal_and_is_listed_with_its_last_use() {
    let platform = Platform::start().await;
    let member = platform.member("ana@example.com", "default", "viewer").await;
    let developer = platform.developer("dev@example.com").await;
    for (base, email, session) in
        [("/api/v1", "ana@example.com", member), ("/portal/api/v1", "dev@example.com", developer)]
    {
        let devices = [
            Authenticator::es256(PARTY, ORIGIN),
            Authenticator::eddsa(PARTY, ORIGIN),
            Authenticator::rs256(PARTY, ORIGIN),
        ];
        for (at, mut device) in devices.into_iter().enumerate() {
            let added = add(&platform, base, &session, &mut device).await.is(201).json();
            // With the first second factor come the codes for when it is gone.
            let codes = added["recovery_codes"].as_array().unwrap().len();
            assert_eq!(codes, if at == 0 { 10 } else { 0 });
            assert_eq!(added["passkey"].get("last_used_at"), None);
            let sight = device.sign(&challenge(&platform, base).await);
            let entered = enter(&platform, base, &shown(&device, &sight)).await.is(200);
            assert_eq!(entered.json()["user"]["email"], email);
            let mine = entered.session();
            let stands = platform.get(&format!("{base}/session/second-factor")).signed_in(&mine);
            let stands = stands.send().await.is(200).json();
            assert_eq!((&stands["on"], &stands["codes"]), (&json!(true), &json!(false)));
            assert_eq!(stands["passkeys"].as_array().unwrap().len(), at + 1);
            assert!(stands["passkeys"][at]["last_used_at"].is_string(), "{stands}");
            // The same answer a second time is worth nothing.
            enter(&platform, base, &shown(&device, &sight)).await.is(401).problem("unauthenticated");
        }
    }
    let log = platform.get("/api/v1/audit?action=sign-in&limit=1000").admin().send().await.is(200);
    assert_eq!(log.text.matches(r#""by":"passkey""#).count(), 6, "{}", log.text);
    let log = platform.get("/api/v1/audit?action=add-passkey").admin().send().await.is(200).json();
    assert_eq!(log["items"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_passkey_is_given_another_name_by_its_owner_alone() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let bea = platform.member("bea@example.com", "*", "admin").await;
    let dev = platform.developer("dev@example.com").await;
    for (base, session) in [("/api/v1", &ana), ("/portal/api/v1", &dev)] {
        let mut device = Authenticator::es256(PARTY, ORIGIN);
        let added = add(&platform, base, session, &mut device).await.is(201).json();
        let path = format!("{base}/session/passkeys/{}", added["passkey"]["id"].as_str().unwrap());
        let rename = |name: &str| platform.put(&path).signed_in(session).json(&json!({ "name": name }));
        assert_eq!(rename(" Blue key ").send().await.is(200).json()["name"], "Blue key");
        for wrong in ["", "  ", "two\nlines", &"x".repeat(101)] {
            let refused = rename(wrong).send().await.is(422).json();
            assert_eq!(refused["findings"][0]["field"], "name");
        }
        let listed = platform.get(&format!("{base}/session/second-factor")).signed_in(session).send().await;
        assert_eq!(listed.is(200).json()["passkeys"][0]["name"], "Blue key");
        // It signs in as before.
        let sight = device.sign(&challenge(&platform, base).await);
        enter(&platform, base, &shown(&device, &sight)).await.is(200);
        if base == "/api/v1" {
            let other = platform.put(&path).signed_in(&bea).json(&json!({ "name": "Mine" }));
            other.send().await.is(404);
            platform.put(&path).admin().json(&json!({ "name": "Mine" })).send().await.is(409);
        }
    }
    let log = platform.get("/api/v1/audit?action=rename-passkey").admin().send().await.is(200).json();
    let (before, after) = (&log["items"][0]["before"], &log["items"][0]["after"]);
    assert_eq!((&before["name"], &after["name"]), (&json!("My key"), &json!("Blue key")));
}

#[tokio::test]
async fn nobody_signs_in_by_what_is_not_the_passkey_that_was_asked() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    let bea = platform.member("bea@example.com", "*", "admin").await;
    let base = "/api/v1";
    let (mut hers, mut other) = (Authenticator::es256(PARTY, ORIGIN), Authenticator::es256(PARTY, ORIGIN));
    add(&platform, base, &ana, &mut hers).await.is(201);
    add(&platform, base, &bea, &mut other).await.is(201);
    type Change = fn(&mut Authenticator);
    let changes: [(Change, &str); 7] = [
        (|device| device.origin = "https://evil.example.com".to_owned(), "origin"),
        (|device| device.origin = "http://localhost:9081".to_owned(), "origin"),
        (|device| device.cross_origin = true, "origin"),
        (|device| device.party = "example.com".to_owned(), "relying party"),
        (|device| device.flags = VERIFIED, "presence"),
        (|device| device.flags = PRESENT, "user verification"),
        (|device| device.kind = Some("webauthn.create"), "type"),
    ];
    for (change, reason) in changes {
        let (party, origin) = (hers.party.clone(), hers.origin.clone());
        change(&mut hers);
        let sight = hers.sign(&challenge(&platform, base).await);
        enter(&platform, base, &shown(&hers, &sight)).await.is(401).problem("unauthenticated");
        let log = platform.get("/api/v1/audit?action=sign-in-failed&limit=1").admin().send().await.json();
        assert_eq!(log["items"][0]["after"]["reason"], reason, "{log}");
        (hers.party, hers.origin, hers.cross_origin, hers.kind) = (party, origin, false, None);
        hers.flags = PRESENT | VERIFIED;
    }
    // Ten wrong ones close the way for a while, and do not hide what is looked at.
    platform.later(16 * 60);
    // A challenge nobody opened, one for the portal, and one of another's second factor.
    let sight = hers.sign(&[7; 32]);
    enter(&platform, base, &shown(&hers, &sight)).await.is(401);
    let sight = hers.sign(&challenge(&platform, "/portal/api/v1").await);
    enter(&platform, base, &shown(&hers, &sight)).await.is(401);
    // Another's passkey under her id, hers under another's, and hers said to be another's.
    let sight = other.sign(&challenge(&platform, base).await);
    let mut forged = shown(&other, &sight);
    forged["id"] = text(&hers.id).into();
    enter(&platform, base, &forged).await.is(401);
    let sight = hers.sign(&challenge(&platform, base).await);
    let mut forged = shown(&hers, &sight);
    forged["user_handle"] = text(&other.user).into();
    enter(&platform, base, &forged).await.is(401);
    let sight = hers.sign(&challenge(&platform, base).await);
    let mut forged = shown(&hers, &sight);
    let mut signature = sight.signature.clone();
    *signature.last_mut().unwrap() ^= 1;
    forged["signature"] = text(&signature).into();
    enter(&platform, base, &forged).await.is(401);
    platform.later(16 * 60);
    for bad in ["", "*", "=", "AAAA", &"A".repeat(9000)] {
        for part in ["id", "client_data", "authenticator_data", "signature", "user_handle"] {
            let sight = hers.sign(&[1; 32]);
            let mut forged = shown(&hers, &sight);
            forged[part] = bad.into();
            let answer = enter(&platform, base, &forged).await;
            assert!([401, 429].contains(&answer.status), "{part}: {}", answer.text);
        }
    }
    // It is still hers, once the window of wrong attempts is over.
    platform.later(16 * 60);
    let sight = hers.sign(&challenge(&platform, base).await);
    enter(&platform, base, &shown(&hers, &sight)).await.is(200);
}

#[tokio::test]
async fn a_copy_is_told_by_its_count_and_a_challenge_is_over_after_five_minutes() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    let base = "/api/v1";
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    add(&platform, base, &ana, &mut device).await.is(201);
    let sight = device.sign(&challenge(&platform, base).await);
    enter(&platform, base, &shown(&device, &sight)).await.is(200);
    device.count -= 1;
    let sight = device.sign(&challenge(&platform, base).await);
    enter(&platform, base, &shown(&device, &sight)).await.is(401);
    let log = platform.get("/api/v1/audit?action=sign-in-failed&limit=1").admin().send().await.json();
    assert_eq!(log["items"][0]["after"]["reason"], "sign count");
    assert_eq!(log["items"][0]["id"], "ana@example.com");
    let late = challenge(&platform, base).await;
    platform.later(5 * 60);
    let sight = device.sign(&late);
    enter(&platform, base, &shown(&device, &sight)).await.is(401);
    let sight = device.sign(&challenge(&platform, base).await);
    enter(&platform, base, &shown(&device, &sight)).await.is(200);
}

#[tokio::test]
async fn a_password_is_not_enough_beside_a_passkey_and_a_recovery_code_is() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    let base = "/api/v1";
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    // A key without PIN: it is had, and proves nothing of who has it.
    device.flags = PRESENT;
    let added = add(&platform, base, &ana, &mut device).await.is(201).json();
    let code = added["recovery_codes"][0].as_str().unwrap().to_owned();
    let sign_in = |more: Value| {
        let mut form = json!({ "email": "ana@example.com", "password": PASSWORD });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        platform.post("/api/v1/session").json(&form)
    };
    let needed = sign_in(json!({})).send().await.is(401).problem("unauthenticated").json();
    assert_eq!((&needed["code_needed"], &needed["codes"]), (&json!(true), &json!(false)));
    assert_eq!(needed["passkey"]["allowCredentials"][0]["id"], text(&device.id));
    // With a wrong password nobody learns which passkeys there are.
    let wrong = sign_in(json!({ "password": "a guess" })).send().await.is(401).json();
    assert_eq!(wrong.get("passkey"), None);
    let sight = device.sign(&challenge_of(&needed["passkey"]));
    // Without the password it is no sign-in, and the challenge of one is not good for the other.
    enter(&platform, base, &shown(&device, &sight)).await.is(401);
    let needed = sign_in(json!({})).send().await.is(401).json();
    let sight = device.sign(&challenge_of(&needed["passkey"]));
    sign_in(json!({ "passkey": shown(&device, &sight) })).send().await.is(200);
    sign_in(json!({ "passkey": shown(&device, &sight) })).send().await.is(401);
    sign_in(json!({ "code": code })).send().await.is(200);
    sign_in(json!({ "code": code })).send().await.is(401);
}

#[tokio::test]
async fn a_passkey_belongs_to_one_account_and_opens_no_other_workspace() {
    let platform = Platform::start().await;
    let workspace = json!({ "kind": "workspace", "name": "acme" });
    platform.post("/api/v1/workspaces").admin().json(&workspace).send().await.is(201);
    let ana = platform.member("ana@example.com", "default", "viewer").await;
    let dev = platform.developer("dev@example.com").await;
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    add(&platform, "/portal/api/v1", &dev, &mut device).await.is(201);
    add(&platform, "/portal/api/v1", &dev, &mut device).await.is(409);
    add(&platform, "/api/v1", &ana, &mut device).await.is(409);
    device.user = dev_user(&platform, &dev).await;
    // The portal of another workspace, and the console.
    let options = platform.post("/portal/api/v1/passkey-challenge").header("pailou-workspace", "acme");
    let sight = device.sign(&challenge_of(&options.send().await.is(200).json()));
    let there = platform.post("/portal/api/v1/session").header("pailou-workspace", "acme");
    there.json(&json!({ "passkey": shown(&device, &sight) })).send().await.is(401);
    let sight = device.sign(&challenge(&platform, "/api/v1").await);
    enter(&platform, "/api/v1", &shown(&device, &sight)).await.is(401);
    let sight = device.sign(&challenge(&platform, "/portal/api/v1").await);
    enter(&platform, "/portal/api/v1", &shown(&device, &sight)).await.is(200);
    // What was drawn in one session is not added in another.
    let options = platform.post("/api/v1/session/passkeys/options").signed_in(&ana);
    let options = options.send().await.is(200).json();
    let again = platform.sign_in("ana@example.com").await;
    let made = Authenticator::es256(PARTY, ORIGIN).make(&challenge_of(&options));
    let form = json!({ "name": "x", "client_data": text(&made.client_data), "attestation": text(&made.attestation) });
    platform.post("/api/v1/session/passkeys").signed_in(&again).json(&form).send().await.is(422);
    platform.post("/api/v1/session/passkeys").signed_in(&ana).json(&form).send().await.is(422);
}

async fn dev_user(platform: &Platform, session: &Session) -> Vec<u8> {
    let options = platform.post("/portal/api/v1/session/passkeys/options").signed_in(session);
    URL_SAFE_NO_PAD.decode(options.send().await.is(200).json()["user"]["id"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_lost_passkey_is_taken_off_by_its_owner_or_by_who_may_as_much() {
    let platform = Platform::start().await;
    let boss = platform.member("boss@example.com", "*", "admin").await;
    let clerk = json!({ "permissions": ["people:read", "people:write"] });
    platform.put("/api/v1/roles/clerk").admin().json(&clerk).send().await.is(200);
    let eve = platform.member("eve@example.com", "*", "clerk").await;
    let base = "/api/v1";
    let (mut first, mut second) = (Authenticator::es256(PARTY, ORIGIN), Authenticator::eddsa(PARTY, ORIGIN));
    add(&platform, base, &boss, &mut first).await.is(201);
    let id = add(&platform, base, &boss, &mut second).await.is(201).json()["passkey"]["id"].clone();
    let sight = second.sign(&challenge(&platform, base).await);
    let thief = enter(&platform, base, &shown(&second, &sight)).await.is(200).session();
    // Its owner's other sessions end with it; the one it is done in stays.
    let id = id.as_str().unwrap();
    let gone = platform.delete(&format!("{base}/session/passkeys/{id}")).signed_in(&boss);
    gone.send().await.is(204);
    platform.delete(&format!("{base}/session/passkeys/{id}")).signed_in(&boss).send().await.is(404);
    platform.get("/api/v1/session").signed_in(&thief).send().await.is(401);
    platform.get("/api/v1/session").signed_in(&boss).send().await.is(200);
    let sight = second.sign(&challenge(&platform, base).await);
    enter(&platform, base, &shown(&second, &sight)).await.is(401);
    let listed = platform.get("/api/v1/members/boss@example.com").admin().send().await.is(200).json();
    let left = listed["passkeys"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/members/boss@example.com/passkeys/{left}");
    platform.delete(&path).signed_in(&eve).send().await.is(403);
    platform.delete(&path).admin().send().await.is(204);
    platform.delete(&path).admin().send().await.is(404);
    platform.get("/api/v1/session").signed_in(&boss).send().await.is(401);
    // The last one is gone, and what it asked for with it.
    let again = platform.sign_in("boss@example.com").await;
    add(&platform, base, &again, &mut first).await.is(201);
    // Whatever was there goes with who lost it.
    platform.delete("/api/v1/members/boss@example.com/second-factor").admin().send().await.is(204);
    let again = platform.sign_in("boss@example.com").await;
    add(&platform, base, &again, &mut first).await.is(201);
    platform.delete("/api/v1/members/boss@example.com").admin().send().await.is(409);
    platform.member("next@example.com", "*", "admin").await;
    platform.delete("/api/v1/members/boss@example.com").admin().send().await.is(204);
    let new = platform.member("boss@example.com", "default", "viewer").await;
    add(&platform, base, &new, &mut first).await.is(201);
}

#[tokio::test]
async fn where_browsers_would_refuse_passkeys_are_not_offered() {
    for (url, offered) in [("http://192.0.2.7:9080", false), ("https://apis.example.com", true)] {
        let platform = Platform::with(None, |mut options| {
            options.public_url = Some(url.parse().unwrap());
            options.hosts.push("localhost".to_owned());
            options
        })
        .await;
        for base in ["/api/v1", "/portal/api/v1"] {
            let help = platform.get(&format!("{base}/sign-in")).send().await.is(200).json();
            assert_eq!(help["passkeys"], offered);
            let challenge = platform.post(&format!("{base}/passkey-challenge")).send().await;
            assert_eq!(challenge.status, if offered { 200 } else { 409 });
            if offered {
                assert_eq!(challenge.json()["rpId"], "apis.example.com");
            }
        }
    }
}

/// A call of the guide: method, path, body, and the status it is answered.
fn calls(page: &str) -> Vec<(String, String, Option<Value>, u16)> {
    let blocks = page.split("\n```http\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0);
    blocks
        .map(|block| {
            let lines: Vec<&str> = block.lines().collect();
            let (method, path) = lines[0].split_once(' ').unwrap();
            let body = (lines.len() == 3).then(|| serde_json::from_str(lines[1]).unwrap());
            (method.to_owned(), path.to_owned(), body, lines.last().unwrap().parse().unwrap())
        })
        .collect()
}

/// Puts values in the places of `…`, by the name of the field; every field must be one that the browser has.
fn fill(body: &mut Value, values: &Value) {
    let Some(fields) = body.as_object_mut() else { return };
    for (name, field) in fields.iter_mut() {
        if *field == json!("…") {
            *field = values.get(name).unwrap_or_else(|| panic!("the guide sends `{name}`")).clone();
        }
        fill(field, values);
    }
}

#[tokio::test]
async fn the_calls_of_the_guide_do_what_it_says_and_its_table_is_whole() {
    let page = include_str!("../../../../docs/guide/passkeys.md");
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let mut device = Authenticator::es256(PARTY, ORIGIN);
    let mut options = Value::Null;
    let all = calls(page);
    assert_eq!(all.len(), 8);
    for (method, path, body, status) in all {
        let call = platform.call(method.parse().unwrap(), &path).signed_in(&ana);
        let call = match body {
            None => call,
            Some(mut body) => {
                let mut values = json!({ "password": PASSWORD });
                if body.get("attestation").is_some() {
                    device.user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
                    let made = device.make(&challenge_of(&options));
                    values["client_data"] = text(&made.client_data).into();
                    values["attestation"] = text(&made.attestation).into();
                } else if body.get("passkey").is_some() {
                    let sight = device.sign(&challenge_of(&options));
                    values
                        .as_object_mut()
                        .unwrap()
                        .extend(shown(&device, &sight).as_object().unwrap().clone());
                }
                fill(&mut body, &values);
                call.json(&body)
            }
        };
        let answer = call.send().await.is(status);
        if !answer.text.is_empty() {
            let said = answer.json();
            options = if said["passkey"]["challenge"].is_string() { said["passkey"].clone() } else { said };
        }
    }
    // Each operation that asks for a confirmation is in the table, and nothing else is.
    let table = page.split_once("| Operation |").unwrap().1.split_once("\n\n").unwrap().0;
    let first_cells = table.lines().skip(2).map(|line| line.split('|').nth(1).unwrap());
    let mut told: Vec<&str> = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    told.sort_unstable();
    assert_eq!(told, crate::confirmation::DANGEROUS);
}
