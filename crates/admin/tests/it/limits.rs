//! What the gateway tells of limits, as the API passes it on.

use crate::platform::Platform;

#[tokio::test]
async fn a_call_is_described_by_the_query_and_explained_by_the_gateway() {
    let platform = Platform::start().await;
    let path = "/api/v1/limits/explain?api=orders@v1&operation=list&consumer=ada&method=post&target=/a?b=1&headers=x-tenant:%20acme";
    let explained = platform.get(path).admin().send().await.is(200).json();
    assert_eq!(explained["service"], "api/orders@v1");
    assert_eq!(explained["caller"], "consumer/ada");
    assert_eq!(explained["operation"], "list");
    assert_eq!(explained["plan"], "POST /a?b=1 Some(\"acme\")");
    platform.get("/api/v1/limits/explain?route=none").admin().send().await.is(404).problem("not-found");
    platform.get("/api/v1/limits/explain?api=orders@v1").send().await.is(401);
}

#[tokio::test]
async fn a_call_that_cannot_be_is_refused_with_its_reason() {
    let platform = Platform::start().await;
    for (query, complaint) in [
        ("", "either `api` or `route`"),
        ("api=a&route=b", "either `api` or `route`"),
        ("api=a&consumer=b&app=c", "either `consumer` or `app`"),
        ("api=a&ip=here", "ip"),
        ("api=a&method=A%20B", "`method`"),
        ("api=a&target=a%20b", "`target`"),
        ("api=a&headers=nothing", "`headers`"),
        ("api=a&who=b", "who"),
    ] {
        let answer = platform.get(&format!("/api/v1/limits/explain?{query}")).admin().send().await.is(400);
        let problem = answer.problem("bad-request").json();
        assert!(problem["detail"].as_str().unwrap().contains(complaint), "{query}: {problem}");
    }
}
