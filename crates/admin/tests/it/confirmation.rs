//! What a browser left open must not be enough for: dangerous acts ask who is signed in to show that it is still them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};

use crate::{
    authenticator::{Authenticator, PRESENT, VERIFIED},
    platform::{ADMIN_TOKEN, Answer, PASSWORD, Platform, Session},
};

/// Written out: not taken from the code that is tested.
pub(crate) const DANGEROUS: [&str; 25] = [
    "addPasskey",
    "createIdentityProvider",
    "createMemberLink",
    "createToken",
    "deleteBlock",
    "deleteIdentityProvider",
    "deleteWorkspace",
    "drawPasskey",
    "exportAudit",
    "gatherEvidence",
    "inviteMember",
    "passBy",
    "passByReview",
    "putIdentityProvider",
    "putRole",
    "removeMember",
    "removeMemberPasskey",
    "removePasskey",
    "renewRecoveryCodes",
    "resetDeveloperSecondFactor",
    "resetMemberSecondFactor",
    "rotateSecretKey",
    "rotateSigningKey",
    "setMemberRoles",
    "unblock",
];

const TOKEN: &str = "/api/v1/tokens";

fn token(name: &str) -> Value {
    json!({ "name": name, "permissions": ["apis:read"] })
}

async fn confirm(platform: &Platform, session: &Session, form: &Value) -> Answer {
    platform.post("/api/v1/session/confirmation").signed_in(session).json(form).send().await
}

#[tokio::test]
async fn dangerous_acts_wait_for_a_confirmation_and_programs_do_not() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let dev = platform.developer("dev@example.com").await;
    let program = platform.token("ci", "*", "admin").await;
    platform.later(10 * 60);
    let mut found = Vec::new();
    for (prefix, session) in [("/api/v1", &ana), ("/portal/api/v1", &dev)] {
        let document = platform.get(&format!("{prefix}/openapi.json")).send().await.is(200).json();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                if operation["x-confirmation"] != true {
                    continue;
                }
                found.push(id.to_owned());
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let path = path.replace(['{', '}'], "");
                let call = platform.call(method.clone(), &path).signed_in(session);
                let refused = call.body("application/json", "").send().await;
                refused.is(403).problem("confirmation-needed");
                if prefix == "/api/v1" {
                    let call =
                        platform.call(method, &path).header("authorization", &format!("Bearer {program}"));
                    let answer = call.body("application/json", "").send().await;
                    assert!(!answer.text.contains("confirmation-needed"), "{id}: {}", answer.text);
                }
            }
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, DANGEROUS);
}

#[tokio::test]
async fn a_password_confirms_for_ten_minutes_in_that_session_alone() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let make = |name: &str, session: &Session| platform.post(TOKEN).signed_in(session).json(&token(name));
    let ways = |session: &Session| platform.get("/api/v1/session/confirmation").signed_in(session);
    // Who has just signed in has shown who they are.
    make("a", &ana).send().await.is(201);
    assert_eq!(ways(&ana).send().await.is(200).json()["confirmed"], true);
    platform.later(10 * 60);
    make("b", &ana).send().await.is(403).problem("confirmation-needed");
    let asked = ways(&ana).send().await.is(200).json();
    let wanted = json!({ "confirmed": false, "password": true, "second_factor": false, "codes": false, "token": false });
    assert_eq!(asked, wanted);
    let other = platform.sign_in("ana@example.com").await;
    platform.later(10 * 60);
    confirm(&platform, &ana, &json!({})).await.is(422);
    confirm(&platform, &ana, &json!({ "password": "a guess" })).await.is(422);
    confirm(&platform, &ana, &json!({ "token": ADMIN_TOKEN })).await.is(422);
    make("b", &ana).send().await.is(403);
    confirm(&platform, &ana, &json!({ "password": PASSWORD })).await.is(204);
    make("b", &ana).send().await.is(201);
    make("c", &other).send().await.is(403);
    platform.later(9 * 60);
    make("c", &ana).send().await.is(201);
    platform.later(60);
    make("d", &ana).send().await.is(403);
    let log = platform.get("/api/v1/audit?action=confirm").admin().send().await.is(200).json();
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&log["items"][0]["actor"], &log["items"][0]["after"]["by"]),
        (&json!("ana@example.com"), &json!("password"))
    );
    for n in 0..10 {
        confirm(&platform, &ana, &json!({ "password": format!("guess {n}") })).await.is(422);
    }
    confirm(&platform, &ana, &json!({ "password": PASSWORD })).await.is(429);
}

#[tokio::test]
async fn who_has_a_second_factor_confirms_with_it_or_with_a_passkey_alone() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    let mut device = Authenticator::es256("localhost", "http://localhost:9080");
    let challenge = |options: &Value| URL_SAFE_NO_PAD.decode(options["challenge"].as_str().unwrap()).unwrap();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let options = platform.post("/api/v1/session/passkeys/options").signed_in(&ana).send().await.is(200);
    let made = device.make(&challenge(&options.json()));
    let form = json!({ "name": "Key", "client_data": text(&made.client_data), "attestation": text(&made.attestation) });
    let added = platform.post("/api/v1/session/passkeys").signed_in(&ana).json(&form);
    let codes = added.send().await.is(201).json()["recovery_codes"].clone();
    platform.later(10 * 60);
    let needed = confirm(&platform, &ana, &json!({ "password": PASSWORD })).await.is(422).json();
    assert_eq!((&needed["code_needed"], &needed["codes"]), (&json!(true), &json!(false)));
    let sight = |device: &mut Authenticator, options: &Value| {
        let sight = device.sign(&challenge(options));
        json!({
            "id": text(&device.id), "client_data": text(&sight.client_data),
            "authenticator_data": text(&sight.authenticator_data), "signature": text(&sight.signature),
        })
    };
    let ways = async || {
        let ways = platform.get("/api/v1/session/confirmation").signed_in(&ana).send().await.is(200).json();
        assert_eq!((&ways["second_factor"], &ways["confirmed"]), (&json!(true), &json!(false)));
        ways["passkey"].clone()
    };
    // Having the key is one factor, which needs the password beside it.
    device.flags = PRESENT;
    let shown = sight(&mut device, &ways().await);
    confirm(&platform, &ana, &json!({ "passkey": shown })).await.is(422);
    let shown = sight(&mut device, &ways().await);
    confirm(&platform, &ana, &json!({ "passkey": shown, "password": PASSWORD })).await.is(204);
    platform.later(10 * 60);
    device.flags = PRESENT | VERIFIED;
    // A challenge for signing in is none for this.
    let sign_in = platform.post("/api/v1/passkey-challenge").send().await.is(200).json();
    let shown = sight(&mut device, &sign_in);
    confirm(&platform, &ana, &json!({ "passkey": shown })).await.is(422);
    let shown = sight(&mut device, &ways().await);
    confirm(&platform, &ana, &json!({ "passkey": shown })).await.is(204);
    platform.later(10 * 60);
    confirm(&platform, &ana, &json!({ "password": PASSWORD, "code": codes[0] })).await.is(204);
    platform.post(TOKEN).signed_in(&ana).json(&token("a")).send().await.is(201);
}

#[tokio::test]
async fn the_administrator_confirms_with_the_token_and_a_program_with_nothing() {
    let platform = Platform::start().await;
    let boss = platform.administrator().await;
    let make = |name: &str| platform.post(TOKEN).signed_in(&boss).json(&token(name));
    make("a").send().await.is(201);
    platform.later(10 * 60);
    make("b").send().await.is(403).problem("confirmation-needed");
    let ways = platform.get("/api/v1/session/confirmation").signed_in(&boss).send().await.is(200).json();
    assert_eq!((&ways["token"], &ways["password"]), (&json!(true), &json!(false)));
    confirm(&platform, &boss, &json!({ "token": "a-guess-31415926" })).await.is(422);
    confirm(&platform, &boss, &json!({ "token": ADMIN_TOKEN })).await.is(204);
    make("b").send().await.is(201);
    platform.get("/api/v1/session/confirmation").admin().send().await.is(409);
    platform.post("/api/v1/session/confirmation").admin().json(&json!({})).send().await.is(409);
}

#[tokio::test]
async fn a_folder_is_no_way_around() {
    let platform = Platform::start().await;
    let ana = platform.member("ana@example.com", "*", "admin").await;
    platform.later(10 * 60);
    let provider = "kind: identity-provider\nname: corp\nissuer: https://idp.example.com\nclient_id: pailou\nclient_secret: secret://corp\nportal: {}\n";
    let route = "kind: route\nname: hello\nmatch: { path: /hello }\nrespond: { status: 200 }\n";
    let apply = |files: &[(&str, &str)]| {
        let files: Vec<Value> =
            files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
        platform.post("/api/v1/apply").signed_in(&ana).json(&json!({ "files": files }))
    };
    let refused = apply(&[("corp.yaml", provider)]).send().await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    refused.problem("confirmation-needed");
    let answer = apply(&[("hello.yaml", route)]).send().await;
    assert!(!answer.text.contains("confirmation-needed"), "{}", answer.text);
    confirm(&platform, &ana, &json!({ "password": PASSWORD })).await.is(204);
    let answer = apply(&[("corp.yaml", provider)]).send().await;
    assert!(!answer.text.contains("confirmation-needed"), "{}", answer.text);
}
