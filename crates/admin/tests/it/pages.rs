//! What is not an endpoint: unknown paths and methods, headers of every answer, the pages, the probes.

use http::Method;

use crate::platform::Platform;

#[tokio::test]
async fn an_unknown_path_of_an_api_is_a_problem_and_not_a_page() {
    let platform = Platform::start().await;
    for path in [
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/apis/a/b/c/d",
        "/portal/api/v1/nothing",
        "/portal/api/v1",
        "/nothing",
    ] {
        platform.get(path).admin().send().await.is(404).problem("not-found");
    }
}

#[tokio::test]
async fn a_method_a_path_does_not_have_is_answered_with_those_it_has() {
    let platform = Platform::start().await;
    let answer = platform.call(Method::PATCH, "/api/v1/apis").admin().send().await.is(405);
    let allowed = answer.header("allow").to_owned();
    for method in ["GET", "HEAD", "POST"] {
        assert!(allowed.split(',').any(|one| one.trim() == method), "{allowed}");
    }
    answer.problem("method-not-allowed");
    platform.post("/api/v1/openapi.json").send().await.is(405).problem("method-not-allowed");
    platform.call(Method::HEAD, "/api/v1/openapi.json").send().await.is(200);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_safe() {
    let platform = Platform::start().await;
    for path in
        ["/api/v1/system", "/api/v1/openapi.json", "/console/", "/portal/apis/x", "/livez", "/nothing"]
    {
        let answer = platform.get(path).send().await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
    }
    let answer = platform.get("/api/v1/system").admin().send().await.is(200);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_name_that_was_rebound_to_this_address_is_not_answered() {
    let platform = Platform::start().await;
    let evil = platform.get("/api/v1/openapi.json").header("host", "evil.example:9080").send().await.is(403);
    evil.problem("forbidden");
    for ours in ["localhost:9080", "127.0.0.1:9080", "[::1]:9080"] {
        platform.get("/livez").header("host", ours).send().await.is(200);
    }
    let configured = Platform::with(None, |mut options| {
        options.hosts = vec!["admin.example.com".into()];
        options
    })
    .await;
    configured.get("/livez").header("host", "admin.example.com").send().await.is(200);
}

#[tokio::test]
async fn a_page_without_a_build_says_how_to_build_it_and_with_one_is_the_app() {
    let platform = Platform::start().await;
    for base in ["/console", "/portal"] {
        let answer = platform.get(base).send().await.is(308);
        assert_eq!(answer.header("location"), format!("{base}/"));
        for path in ["/", "/apis/orders@v1", "/problems/not-found"] {
            let answer = platform.get(&format!("{base}{path}")).send().await;
            assert!(answer.header("content-type").starts_with("text/html"));
            let says_how = answer.status == 404 && answer.text.contains("cargo xtask ui");
            let is_app = answer.status == 200
                && answer.text.contains("<script")
                && answer.header("cache-control") == "no-cache";
            assert!(says_how || is_app, "{base}{path}: {}", answer.text);
        }
        platform.get(&format!("{base}/assets/nothing-1a2b.js")).send().await.is(404).problem("not-found");
    }
    let answer = platform.get("/").send().await.is(307);
    assert_eq!(answer.header("location"), "/portal/");
}

#[tokio::test]
async fn a_built_file_is_kept_for_good_and_sent_in_its_smallest_form() {
    let platform = Platform::start().await;
    let page = platform.get("/console/").send().await;
    let Some(at) = page.text.find("/console/assets/") else {
        eprintln!("SKIPPED: the console is not built (cargo xtask ui)");
        return;
    };
    let path: String = page.text[at..].chars().take_while(|c| *c != '"').collect();
    let plain = platform.get(&path).send().await.is(200);
    assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(plain.header("vary"), "accept-encoding");
    let small = platform.get(&path).header("accept-encoding", "gzip, br").send().await.is(200);
    assert_eq!(small.header("content-encoding"), "br");
    assert_eq!(small.header("content-type"), plain.header("content-type"));
    assert!(small.text.len() < plain.text.len() && small.header("etag") != plain.header("etag"));
    let zipped = platform.get(&path).header("accept-encoding", "gzip, br;q=0").send().await.is(200);
    assert_eq!(zipped.header("content-encoding"), "gzip");
    platform.get(&path).header("if-none-match", plain.header("etag")).send().await.is(304);
    // Nothing outside the build is a file, and nothing in the page would need a weaker policy.
    for outside in ["/console/../Cargo.toml", "/console/assets/../../../Cargo.toml", "/console/.env"] {
        assert!(!platform.get(outside).send().await.text.contains("[package]"));
    }
    assert!(!page.text.contains("<style") && !page.text.contains("style=") && !page.text.contains("onload="));
    assert!(page.text.split("<script").skip(1).all(|script| script.contains("src=")), "{}", page.text);
}

#[tokio::test]
async fn probes_and_metrics_need_no_sign_in() {
    let platform = Platform::start().await;
    platform.get("/livez").send().await.is(200);
    platform.get("/readyz").send().await.is(200);
    platform.ready.store(false, std::sync::atomic::Ordering::Relaxed);
    platform.get("/readyz").send().await.is(503).problem("overloaded");
    platform.get("/livez").send().await.is(200);
    let metrics = platform.get("/metrics").send().await.is(200);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    assert!(
        metrics.text.contains("pailou_endpoint_up{upstream=\"upstream/orders\",endpoint=\"http://a\"} 1")
    );
}

#[tokio::test]
async fn how_upstreams_stand_is_told_to_who_is_signed_in() {
    let platform = Platform::start().await;
    platform.get("/api/v1/gateway/upstreams").send().await.is(401);
    let asked = platform.get("/api/v1/gateway/upstreams?upstream=api/orders@v1").admin();
    let found = asked.send().await.is(200).json();
    assert_eq!(found["items"][0]["upstream"], "api/orders@v1");
    assert_eq!(found["items"][0]["endpoints"][0]["takes_requests"], true);
}

#[tokio::test]
async fn the_system_page_says_what_runs() {
    let platform = Platform::start().await;
    let system = platform.get("/api/v1/system").admin().send().await.is(200).json();
    assert_eq!(system["gateway"]["workers"], 2);
    assert_eq!(system["role"], "all");
    let kinds = system["store"]["resources"].as_array().unwrap();
    assert_eq!(kinds.len(), model::Kind::ALL.len());
}
