//! Purging stored responses by the API.

use serde_json::json;

use crate::platform::Platform;

#[tokio::test]
async fn stored_responses_are_forgotten_by_url_by_tag_or_all() {
    let platform = Platform::start().await;
    for (form, forgotten) in [
        (json!({ "url": "https://Shop.test:443/orders?page=2" }), 1),
        (json!({ "tag": "shoes" }), 2),
        (json!({ "all": true }), 3),
    ] {
        let answer = platform.post("/api/v1/cache/purge").admin().json(&form).send().await.is(200);
        assert_eq!(answer.json()["forgotten"], forgotten);
    }
    platform.post("/api/v1/cache/purge").json(&json!({ "all": true })).send().await.is(401);
    let usage = platform.get("/api/v1/cache").admin().send().await.is(200).json();
    assert_eq!((&usage["keys"], &usage["memory"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn a_purge_of_nothing_or_of_several_things_is_refused() {
    let platform = Platform::start().await;
    for form in [
        json!({}),
        json!({ "all": false }),
        json!({ "tag": "" }),
        json!({ "tag": "a", "all": true }),
        json!({ "url": "/orders" }),
    ] {
        let answer = platform.post("/api/v1/cache/purge").admin().json(&form).send().await;
        answer.is(400).problem("bad-request");
    }
}
