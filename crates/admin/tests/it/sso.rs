//! Signing in by an identity provider, as a browser does: from the button to the session, and what of it leaves the browser.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};

use crate::{
    idp::{CLIENT, ISSUER, Idp, SECRET},
    platform::{Answer, Platform},
};

fn idp() -> Arc<Idp> {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let idp = Idp::new(move || i64::try_from(now()).unwrap());
    idp.person(json!({ "sub": "1", "email": "ana@example.com", "email_verified": true, "name": "Ana", "groups": ["admins"] }));
    idp
}

async fn platform(idp: &Arc<Idp>) -> Platform {
    let platform =
        Platform::with_providers(Arc::clone(idp) as Arc<dyn control::ProviderClient>, |options| options)
            .await;
    platform.put("/api/v1/secrets/corp").admin().json(&json!({ "value": SECRET })).send().await.is(200);
    let document = json!({
        "kind": "identity-provider", "name": "corp", "title": "Example Corp", "issuer": ISSUER, "client_id": CLIENT,
        "client_secret": "secret://corp",
        "console": { "create": true, "roles": [{ "group": "admins", "role": "admin", "workspace": "*" }] },
        "portal": {},
    });
    platform.post("/api/v1/identity-providers").admin().json(&document).send().await.is(201);
    platform
}

/// The cookies that an answer sets, each as `name=value`, with what it says of them.
pub(crate) fn cookies(answer: &Answer) -> Vec<(String, String)> {
    let all = answer.headers.get_all("set-cookie").into_iter();
    let split = |text: &str| {
        let (pair, about) = text.split_once(';').unwrap();
        (pair.to_owned(), about.trim().to_owned())
    };
    all.map(|value| split(value.to_str().unwrap())).collect()
}

fn query(pairs: &HashMap<String, String>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

#[tokio::test]
async fn a_browser_goes_from_the_button_to_the_provider_and_comes_back_signed_in() {
    let idp = idp();
    let platform = platform(&idp).await;
    for (api, pages, back) in
        [("/api/v1", "/console", "sso/corp"), ("/portal/api/v1", "/portal", "sso/default/corp")]
    {
        let help = platform.get(&format!("{api}/sign-in")).send().await.is(200).json();
        assert_eq!(help["providers"], json!([{ "name": "corp", "title": "Example Corp" }]));
        let begun =
            platform.post(&format!("{api}/sso/corp")).json(&json!({ "next": "/apis" })).send().await.is(200);
        let [(attempt, about)] = &cookies(&begun)[..] else { panic!("one cookie") };
        assert_eq!(*about, format!("Path={api}; Max-Age=600; HttpOnly; SameSite=Lax"));
        let location = begun.json()["location"].as_str().unwrap().to_owned();
        assert!(
            location.contains(&format!(
                "redirect_uri=http%3A%2F%2F127.0.0.1%3A9080{}%2F",
                api.replace('/', "%2F")
            )),
            "{location}"
        );
        let mut said = idp.authorize(&location);
        // Providers say more than they must.
        said.insert("session_state".to_owned(), "x".to_owned());
        let callback = format!("{api}/{back}/callback?{}", query(&said));
        let navigate = || {
            platform
                .get(&callback)
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-mode", "navigate")
        };
        let strange = navigate().send().await.is(303);
        assert!(
            strange.header("location").ends_with(&format!("{pages}/sign-in?problem=again&provider=corp"))
        );
        let done = navigate().header("cookie", attempt).send().await.is(303);
        assert_eq!(done.header("location"), format!("http://127.0.0.1:9080{pages}/apis"));
        let set = cookies(&done);
        assert!(set[0].0.ends_with("_attempt=") && set[0].1.contains("Max-Age=0"), "{set:?}");
        assert!(set[1].1.contains("HttpOnly; SameSite=Strict"), "{set:?}");
        let session =
            platform.get(&format!("{api}/session")).header("cookie", &set[1].0).send().await.is(200).json();
        assert_eq!(session["user"]["email"], "ana@example.com");
        let own = platform
            .get(&format!("{api}/session/identities"))
            .header("cookie", &set[1].0)
            .send()
            .await
            .is(200)
            .json();
        assert_eq!(own["items"][0]["provider"], "corp");
        navigate().header("cookie", attempt).send().await.is(303);
        let csrf = session["csrf"].as_str().unwrap();
        let out = platform
            .delete(&format!("{api}/session"))
            .header("cookie", &set[1].0)
            .header("x-csrf-token", csrf);
        let out = out.send().await.is(200).json();
        let there = out["location"].as_str().unwrap();
        assert!(
            there.starts_with(&format!("{ISSUER}/logout?")) && there.contains("127.0.0.1%3A9080"),
            "{there}"
        );
        platform.get(&format!("{api}/session")).header("cookie", &set[1].0).send().await.is(401);
    }
    let audit = platform.get("/api/v1/audit?limit=100").admin().send().await.is(200).json();
    let by =
        |record: &Value| record["action"] == "sign-in" && record["after"]["by"] == "identity-provider/corp";
    assert_eq!(audit["items"].as_array().unwrap().iter().filter(|record| by(record)).count(), 2);
    let answers = platform.answers();
    for secret in [SECRET, "the-access-token", "s3cret"] {
        assert!(!answers.contains(secret), "{secret} was answered");
    }
}

#[tokio::test]
async fn an_answer_that_could_be_read_two_ways_is_not_read() {
    let idp = idp();
    let platform = platform(&idp).await;
    let begun = platform.post("/api/v1/sso/corp").json(&json!({})).send().await.is(200);
    let attempt = cookies(&begun)[0].0.clone();
    let said = idp.authorize(begun.json()["location"].as_str().unwrap());
    let twice = format!("/api/v1/sso/corp/callback?{}&state=other", query(&said));
    platform.get(&twice).header("cookie", &attempt).send().await.is(400);
    platform.get("/api/v1/sso/corp/callback").send().await.is(400);
    platform.post("/api/v1/sso/nobody").json(&json!({})).send().await.is(404);
    let cross = platform.post("/api/v1/sso/corp").header("sec-fetch-site", "cross-site").json(&json!({}));
    cross.send().await.is(403);
    let odd = platform.get("/api/v1/sso/%0d%0ax/callback?state=x").send().await.is(303);
    assert!(odd.header("location").ends_with("problem=again&provider=x"));
}

#[tokio::test]
async fn with_https_the_cookie_of_an_attempt_is_bound_to_the_host() {
    let idp = idp();
    let at = |options: admin::Options| admin::Options {
        public_url: Some("https://apis.example.com".parse().unwrap()),
        ..options
    };
    let platform = Platform::with_providers(Arc::clone(&idp) as Arc<dyn control::ProviderClient>, at).await;
    let document = json!({
        "kind": "identity-provider", "name": "corp", "issuer": ISSUER, "client_id": CLIENT, "console": { "only": true },
    });
    platform.post("/api/v1/identity-providers").admin().json(&document).send().await.is(201);
    let begun = platform.post("/api/v1/sso/corp").json(&json!({})).send().await.is(200);
    let (pair, about) = cookies(&begun).remove(0);
    assert!(pair.starts_with("__Host-pailou_session_attempt="));
    assert_eq!(about, "Path=/; Secure; Max-Age=600; HttpOnly; SameSite=Lax");
    let help = platform.get("/api/v1/sign-in").send().await.is(200).json();
    assert_eq!(help["passwords"], false);
    let check = platform.post("/api/v1/identity-providers/corp/check").admin().send().await.is(200).json();
    assert_eq!(check["redirect_uris"], json!(["https://apis.example.com/api/v1/sso/corp/callback"]));
    assert_eq!(check["ready"], true);
}

#[tokio::test]
async fn a_provider_signs_people_out_behind_the_browsers_back_by_a_form() {
    let idp = idp();
    let platform = platform(&idp).await;
    let begun = platform.post("/api/v1/sso/corp").json(&json!({})).send().await.is(200);
    let attempt = cookies(&begun)[0].0.clone();
    let said = idp.authorize(begun.json()["location"].as_str().unwrap());
    let callback = format!("/api/v1/sso/corp/callback?{}", query(&said));
    let session =
        cookies(&platform.get(&callback).header("cookie", &attempt).send().await.is(303)).remove(1).0;
    platform.get("/api/v1/session").header("cookie", &session).send().await.is(200);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({
        "iss": ISSUER, "aud": CLIENT, "iat": now, "jti": "j", "sid": "sid-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let token = idp.key().sign("logout+jwt", claims.as_object().unwrap());
    let place = "/api/v1/sso/corp/backchannel-logout";
    let form = |body: String| platform.post(place).body("application/x-www-form-urlencoded", body);
    platform.post(place).json(&json!({ "logout_token": token })).send().await.is(415);
    form("logout_token=a&logout_token=b".to_owned()).send().await.is(400);
    let refused = form("logout_token=eyJ.e30.AA".to_owned()).send().await.is(400).json();
    assert_eq!(refused["error"], "invalid_request");
    form(format!("logout_token={token}&more=x")).send().await.is(200);
    form(format!("logout_token={token}")).send().await.is(400);
    platform.get("/api/v1/session").header("cookie", &session).send().await.is(401);
}
