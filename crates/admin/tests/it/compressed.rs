//! Answers are compressed where the client asks for it and it gains something.

use crate::platform::Platform;

#[tokio::test]
async fn a_large_answer_is_compressed_for_those_who_ask_and_a_small_one_never() {
    let platform = Platform::start().await;
    let document = "/api/v1/openapi.json";
    let plain = platform.get(document).send().await.is(200);
    assert!(plain.headers.get("content-encoding").is_none());
    assert!(plain.header("vary").contains("accept-encoding"));

    let zipped = platform.get(document).header("accept-encoding", "gzip, br").send().await.is(200);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(zipped.text.len() * 3 < plain.text.len());

    let proof = serde_json::json!({ "token": crate::platform::ADMIN_TOKEN });
    let session = platform.post("/api/v1/session").json(&proof).header("accept-encoding", "gzip");
    assert!(session.send().await.is(200).headers.get("content-encoding").is_none());
}
