//! The guide's way from an authorization server elsewhere to a call with its token, with a second platform as that server.

use serde_json::{Value, json};

use crate::{
    kit::{Running, Said, admin, cli, echo, folder, request, serve},
    walk::{text_of, walk_text},
};

/// What a developer of a portal registers clients with.
fn initial_token(platform: &Running) -> String {
    let account = json!({ "email": "ada@example.com", "password": "a long enough password", "name": "Ada" });
    let made = request("POST", &platform.admin("/portal/api/v1/account"), &[], Some(&account)).is(201);
    let cookie = made.header("set-cookie").split(';').next().unwrap().to_owned();
    let csrf = made.json()["csrf"].as_str().unwrap().to_owned();
    let headers = [("cookie", &*cookie), ("x-csrf-token", &*csrf)];
    let told =
        request("POST", &platform.admin("/portal/api/v1/registration-tokens"), &headers, Some(&json!({})));
    told.is(201).json()["token"].as_str().unwrap().to_owned()
}

fn apps(platform: &Running) -> Vec<Value> {
    admin(platform, "GET", "/api/v1/apps", None).is(200).json()["items"].as_array().unwrap().clone()
}

#[test]
fn the_guide_registers_an_app_elsewhere_and_a_gateway_takes_its_tokens() {
    let (here, there) = (folder(&[]), folder(&[]));
    let (platform, server) = (serve(here.path(), &[]), serve(there.path(), &[]));
    let issuer = server.admin("/oauth/default");
    let token = initial_token(&server);
    let page = text_of("client-registration.md")
        .replace("https://idp.example.com", &issuer)
        .replace("https://api.example.com", &server.http(""))
        .replace("http://127.0.0.1:9001", &format!("http://{}", echo()));
    assert!(walk_text(&page, &platform, &[("initial-token.txt", &token)]) > 8);
    assert!(apps(&server).is_empty(), "what was registered is deleted there");

    // What the page says of calls, with what a developer sees.
    let made = cli(&platform, &["oauth", "client", "my-app", "--output", "json"]).succeeds();
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(apps(&server).len(), 1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = || async {
        let call = reqwest::Client::new().post(format!("{issuer}/token"));
        let call = call.basic_auth(made["client_id"].as_str().unwrap(), made["client_secret"].as_str());
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer = call.body("grant_type=client_credentials").send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, body) = runtime.block_on(ask());
    assert_eq!(status, 200, "{body}");
    let given: Value = serde_json::from_str(&body).unwrap();
    let bearer = format!("Bearer {}", given["access_token"].as_str().unwrap());
    let call = || request("GET", &platform.http("/orders/v1/orders"), &[("authorization", &bearer)], None);
    call().is(200);
    let suspended = json!({ "approve": false });
    admin(&platform, "POST", "/api/v1/subscriptions/my-app-shop/decision", Some(&suspended)).is(200);
    call().is(403).problem("subscription-required");
    cli(&platform, &["oauth", "remove-client", "my-app"]).succeeds();
    call().is(401);
    assert_eq!(runtime.block_on(ask()).0, 401, "the server knows it no more");
    // Nothing that was sealed stands anywhere in the open.
    let said = platform.said();
    for planted in [&*token, made["client_secret"].as_str().unwrap()] {
        assert!(!said.contains(planted));
        for file in std::fs::read_dir(here.path()).unwrap().map(|file| file.unwrap().path()) {
            let Ok(bytes) = std::fs::read(&file) else { continue };
            assert!(
                !bytes.windows(planted.len()).any(|part| part == planted.as_bytes()),
                "{}",
                file.display()
            );
        }
    }
}
