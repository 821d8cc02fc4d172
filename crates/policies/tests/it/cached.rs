//! Answers that are kept and used again, through a whole gateway.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use policies::CATALOG;
use testkit::{Gateway, Reply, Setup, Upstream};

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// An upstream that counts its answers, and remembers what it was asked.
#[derive(Clone, Default)]
struct Origin(Arc<Mutex<Vec<Request<Bytes>>>>);

impl Origin {
    /// Answers with the number of the answer as the body, and these fields.
    fn says(&self, fields: &[(&str, &str)]) -> Upstream {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.answers(move |_, n| {
            let mut response = Response::builder();
            for (name, value) in &fields {
                response = response.header(name, value);
            }
            response.body(format!("answer {n}").into()).unwrap()
        })
    }

    fn answers(
        &self,
        answer: impl Fn(&Request<Bytes>, usize) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Upstream {
        let seen = Arc::clone(&self.0);
        Upstream::script(move |request| {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            answer(&request, seen.len())
        })
    }

    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// A field of the last request; empty where it was not there.
    fn last(&self, name: &str) -> String {
        let seen = self.0.lock().unwrap();
        let value = seen.last().unwrap().headers().get(name);
        value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }
}

fn start(upstream: Upstream, policies: &str) -> Gateway {
    Setup::new(CATALOG).upstream("origin", upstream).api("orders", "/", "origin", policies).start()
}

#[track_caller]
fn body(reply: &Reply, expected: &str) {
    assert_eq!(String::from_utf8_lossy(&reply.body), expected);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_used_again_while_it_is_fresh_and_tells_its_age() {
    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=60")]), "cache: {}");
    let first = gw.get("/x").await.is(200).header("cache-status", "Pailou; fwd=uri-miss; stored; ttl=60");
    body(&first.without("age"), "answer 1");
    gw.advance(seconds(10)).await;
    let again = gw.get("/x").await.is(200).header("age", "10").header("cache-status", "Pailou; hit; ttl=50");
    body(&again.header("content-length", "8"), "answer 1");
    body(&gw.get("/x?a=b").await.is(200), "answer 2");
    let head = gw.call(Method::HEAD, "/x").await.is(200).header("content-length", "8");
    body(&head, "");
    gw.advance(seconds(50)).await;
    body(&gw.get("/x").await.header("cache-status", "Pailou; fwd=stale; stored; ttl=60"), "answer 3");
    gw.post("/x").await.is(200);
    let uses: Vec<_> = gw.events().iter().map(|event| event.cache.unwrap().as_str()).collect();
    assert_eq!(uses, ["miss", "hit", "miss", "hit", "miss", "bypass"]);
}

#[tokio::test(start_paused = true)]
async fn what_the_upstream_says_nothing_about_is_not_kept() {
    for fields in
        [&[][..], &[("cache-control", "no-store, max-age=60")], &[("cache-control", "private, max-age=60")]]
    {
        let origin = Origin::default();
        let gw = start(origin.says(fields), "cache: {}");
        body(&gw.get("/x").await.header("cache-status", "Pailou; fwd=uri-miss"), "answer 1");
        body(&gw.get("/x").await, "answer 2");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stale_answer_is_asked_about_and_a_304_makes_it_fresh_again() {
    let origin = Origin::default();
    let upstream = origin.answers(|request, n| {
        let response = Response::builder()
            .header("cache-control", "max-age=10")
            .header("etag", "\"v1\"")
            .header("x-n", n);
        if request.headers().contains_key("if-none-match") {
            return response.status(304).body(Bytes::new()).unwrap();
        }
        response.body("content".into()).unwrap()
    });
    let gw = start(upstream, "cache: {}");
    gw.get("/x").await.is(200);
    gw.advance(seconds(10)).await;
    let renewed = gw.get("/x").with("range", "bytes=0-2").await.is(206);
    body(&renewed.header("x-n", "2").header("content-range", "bytes 0-2/7"), "con");
    assert_eq!((origin.last("if-none-match"), origin.last("range")), ("\"v1\"".into(), String::new()));
    let hit = gw.get("/x").await.is(200).header("cache-status", "Pailou; hit; ttl=10").header("x-n", "2");
    body(&hit, "content");
    gw.advance(seconds(10)).await;
    let known = gw.get("/x").with("if-none-match", "\"v1\"").await.is(304);
    body(&known.header("cache-status", "Pailou; fwd=stale; fwd-status=304; stored; ttl=10"), "");
    assert_eq!(origin.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_304_about_something_else_renews_nothing_and_reaches_no_client_that_did_not_ask_for_one() {
    let origin = Origin::default();
    let upstream = origin.answers(|request, n| {
        let response =
            Response::builder().header("cache-control", "max-age=10").header("etag", format!("\"v{n}\""));
        if request.headers().contains_key("if-none-match") {
            return response.status(304).body(Bytes::new()).unwrap();
        }
        response.body("content".into()).unwrap()
    });
    let gw = start(upstream, "cache: {}");
    gw.get("/x").await.is(200);
    gw.advance(seconds(10)).await;
    for _ in 0..2 {
        let answer = gw.get("/x").await.is(200).header("etag", "\"v1\"");
        body(&answer.header("cache-status", "Pailou; fwd=stale; fwd-status=304"), "content");
    }
}

#[tokio::test(start_paused = true)]
async fn clients_that_have_it_get_a_304_and_parts_are_cut_from_the_whole() {
    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=60"), ("etag", "\"a\"")]), "cache: {}");
    let part = gw.get("/x").with("range", "bytes=0-2").await.is(200);
    body(&part, "answer 1");
    let known = gw.get("/x").with("if-none-match", "\"z\", W/\"a\"").await.is(304);
    body(&known.header("etag", "\"a\"").without("content-length"), "");
    let part = gw.get("/x").with("range", "bytes=-1").with("if-range", "\"a\"").await.is(206);
    body(&part.header("content-length", "1"), "1");
    body(&gw.get("/x").with("range", "bytes=-1").with("if-range", "\"b\"").await.is(200), "answer 1");
    let beyond = gw.get("/x").with("range", "bytes=99-").await.is(416);
    body(&beyond.header("content-range", "bytes */8"), "");
    assert_eq!(origin.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_part_of_an_answer_is_never_kept_as_the_whole() {
    let origin = Origin::default();
    let upstream = origin.answers(|request, _| {
        let response = Response::builder().header("cache-control", "max-age=60");
        if request.headers().contains_key("range") {
            return response.status(206).header("content-range", "bytes 0-0/7").body("c".into()).unwrap();
        }
        response.body("content".into()).unwrap()
    });
    let gw = start(upstream, "cache: {}");
    body(&gw.get("/x").with("range", "bytes=0-0").await.is(206), "c");
    body(&gw.get("/x").await.is(200), "content");
    body(&gw.get("/x").with("range", "bytes=0-0").await.is(206), "c");
    assert_eq!(origin.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn callers_get_answers_of_their_own_unless_they_are_shared() {
    for (cache, count) in [("cache: {}", 2), ("cache: { key: { caller: false } }", 1)] {
        let origin = Origin::default();
        let policies = format!("[key-auth: {{}}, {cache}]");
        let gw = Setup::new(CATALOG)
            .upstream("origin", origin.says(&[("cache-control", "max-age=60")]))
            .api("orders", "/", "origin", &policies)
            .consumer("ann", "ann-key", "")
            .consumer("bob", "bob-key", "")
            .start();
        for key in ["ann-key", "bob-key", "ann-key", "bob-key"] {
            gw.get("/x").with("x-api-key", key).await.is(200);
        }
        gw.get("/x").await.is(401);
        assert_eq!(origin.count(), count, "{cache}");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_to_requests_with_authorization_are_kept_only_where_that_is_allowed() {
    for (control, policy, count) in [
        ("max-age=60", "cache: {}", 3),
        ("max-age=60, public", "cache: {}", 1),
        ("s-maxage=60", "cache: {}", 1),
        ("max-age=60", "cache: { key: { authorization: true } }", 2),
    ] {
        let origin = Origin::default();
        let gw = start(origin.says(&[("cache-control", control)]), policy);
        for token in ["a", "b", "a"] {
            gw.get("/x").with("authorization", token).await.is(200);
        }
        assert_eq!(origin.count(), count, "{control} {policy}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_varies_is_used_for_requests_that_say_the_same() {
    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=60"), ("vary", "accept-language")]), "cache: {}");
    body(&gw.get("/x").with("accept-language", "en, de").await, "answer 1");
    let other = gw.get("/x").with("accept-language", "fr").await;
    body(&other.header("cache-status", "Pailou; fwd=vary-miss; stored; ttl=60"), "answer 2");
    body(&gw.get("/x").with("accept-language", "DE,en").await, "answer 1");
    body(&gw.get("/x").await, "answer 3");
}

#[tokio::test(start_paused = true)]
async fn what_changes_a_resource_makes_what_is_kept_of_it_forgotten() {
    let origin = Origin::default();
    let upstream = origin.answers(|request, n| {
        let response = Response::builder().header("cache-control", "max-age=60");
        let status = if request.uri().path() == "/fails" { 500 } else { 200 };
        let response = response.status(status).header("content-location", "/y");
        response.body(format!("answer {n}").into()).unwrap()
    });
    let gw =
        Setup::new(CATALOG).upstream("origin", upstream).api("a", "/shop", "origin", "cache: {}").start();
    for target in ["/shop/x", "/shop/y", "/shop/z"] {
        gw.get(target).await.is(200);
    }
    gw.post("/shop/fails").await.is(500);
    body(&gw.get("/shop/y").await, "answer 2");
    gw.delete("/shop/x").await.is(200).header("cache-status", "Pailou; fwd=method");
    body(&gw.get("/shop/x").await, "answer 6");
    body(&gw.get("/shop/y").await, "answer 7");
    body(&gw.get("/shop/z").await, "answer 3");
}

#[tokio::test(start_paused = true)]
async fn of_many_requests_for_one_thing_one_goes_to_the_upstream() {
    let origin = Origin::default();
    let slow = Upstream::Stream(
        Response::builder().header("cache-control", "max-age=60").body(()).unwrap(),
        [(seconds(1), Bytes::from("slow ")), (seconds(1), Bytes::from("answer"))].into(),
    );
    let gw = Setup::new(CATALOG)
        .upstream("slow", slow)
        .upstream("origin", origin.says(&[("cache-control", "no-store")]))
        .api("slow", "/slow", "slow", "cache: {}")
        .api("other", "/other", "origin", "cache: {}")
        .start();
    let (first, second, third) = tokio::join!(gw.get("/slow"), gw.get("/slow"), gw.get("/slow"));
    body(&first.header("cache-status", "Pailou; fwd=uri-miss; stored; ttl=60"), "slow answer");
    body(&second.header("cache-status", "Pailou; hit; ttl=58; collapsed"), "slow answer");
    body(&third, "slow answer");
    // Nobody waits for what will not be kept.
    let (first, second) = tokio::join!(gw.get("/other"), gw.get("/other"));
    let mut both = [first.body, second.body];
    both.sort();
    assert_eq!(both, ["answer 1", "answer 2"]);
}

#[tokio::test(start_paused = true)]
async fn who_has_waited_long_enough_goes_to_the_upstream() {
    let slow = Upstream::Stream(
        Response::builder().header("cache-control", "max-age=60").body(()).unwrap(),
        [(seconds(9), Bytes::from("slow"))].into(),
    );
    let gw = start(slow, "cache: { wait: 2s }");
    let began = tokio::time::Instant::now();
    let (first, second) = tokio::join!(gw.get("/x"), gw.get("/x"));
    body(&first, "slow");
    body(&second.header("cache-status", "Pailou; fwd=uri-miss; stored; ttl=60"), "slow");
    assert_eq!(began.elapsed().as_secs(), 11);
}

#[tokio::test(start_paused = true)]
async fn a_stale_answer_is_used_while_a_new_one_is_fetched() {
    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=10, stale-while-revalidate=20")]), "cache: {}");
    gw.get("/x").await.is(200);
    gw.advance(seconds(15)).await;
    let stale = gw.get("/x").await.is(200).header("cache-status", "Pailou; hit; ttl=-5");
    body(&stale.header("age", "15"), "answer 1");
    // It is fetched beside the exchange.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(origin.count(), 2);
    body(&gw.get("/x").await.header("cache-status", "Pailou; hit; ttl=10"), "answer 2");
    gw.advance(seconds(30)).await;
    body(&gw.get("/x").await, "answer 3");
}

#[tokio::test(start_paused = true)]
async fn a_stale_answer_stands_in_where_the_upstream_fails() {
    let origin = Origin::default();
    let upstream = origin.answers(|_, n| {
        let status = if n == 1 { 200 } else { 503 };
        let response =
            Response::builder().status(status).header("cache-control", "max-age=10, stale-if-error=20");
        response.body(format!("answer {n}").into()).unwrap()
    });
    let gw = start(upstream, "cache: {}");
    gw.get("/x").await.is(200);
    gw.advance(seconds(15)).await;
    let stale = gw.get("/x").await.is(200).header("cache-status", "Pailou; fwd=stale; fwd-status=503");
    body(&stale.header("age", "15"), "answer 1");
    gw.advance(seconds(15)).await;
    body(&gw.get("/x").await.is(503), "answer 3");

    let gw = Setup::new(CATALOG)
        .upstream("origin", Origin::default().says(&[("cache-control", "max-age=10")]))
        .api("orders", "/", "origin", "cache: { stale_if_error: 1m }")
        .start();
    gw.get("/x").await.is(200);
    gw.advance(seconds(15)).await;
    // The upstream is gone: the service leads nowhere now.
    gw.publish(|snapshot| {
        let key: Arc<str> = "api/orders".into();
        let mut service = (**snapshot.services.get(&key).unwrap()).clone();
        service.upstream =
            Arc::new(serde_json::from_value(serde_json::json!({ "endpoints": ["http://gone"] })).unwrap());
        snapshot.services.insert(key, Arc::new(service));
    })
    .unwrap();
    let stale = gw.get("/x").await.is(200).header("cache-status", "Pailou; fwd=stale; fwd-status=502");
    body(&stale, "answer 1");
    let events = gw.events();
    let last = events.last().unwrap();
    assert_eq!(last.cache, Some(model::event::CacheUse::Miss));
    assert_eq!((last.status, last.problem), (200, None));
    assert_eq!(last.fault, model::event::Fault::Upstream);
}

#[tokio::test(start_paused = true)]
async fn clients_say_what_they_will_take_where_they_are_heard() {
    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=60")]), "cache: {}");
    gw.get("/x").with("cache-control", "only-if-cached").await.is(504).problem("not-stored");
    gw.get("/x").await;
    gw.get("/x").with("cache-control", "only-if-cached").await.is(200);
    let anew = gw.get("/x").with("cache-control", "no-cache").await;
    body(&anew.header("cache-status", "Pailou; fwd=request; stored; ttl=60"), "answer 2");
    body(&gw.get("/x").await, "answer 2");
    body(
        &gw.get("/x").with("cache-control", "no-store").await.header("cache-status", "Pailou; fwd=bypass"),
        "answer 3",
    );
    body(&gw.get("/x").await, "answer 2");

    let origin = Origin::default();
    let gw = start(origin.says(&[("cache-control", "max-age=60")]), "cache: { client_directives: false }");
    gw.get("/x").await;
    body(&gw.get("/x").with("cache-control", "no-cache, no-store").await, "answer 1");
}

#[tokio::test(start_paused = true)]
async fn what_keeps_answers_apart_can_be_said() {
    let origin = Origin::default();
    let policy = "cache: { ttl: 1m, key: { query: { without: ['utm_*'], sort: true }, headers: [x-tenant], cookies: [lang] } }";
    let gw = start(origin.says(&[]), policy);
    body(&gw.get("/x?b=1&utm_source=a&a=2").await, "answer 1");
    assert_eq!(origin.0.lock().unwrap()[0].uri(), "/x?b=1&utm_source=a&a=2");
    body(&gw.get("/x?a=2&b=1").await, "answer 1");
    body(&gw.get("/x?a=2&b=1").with("x-tenant", "one").await, "answer 2");
    body(&gw.get("/x?a=2&b=1").with("cookie", "z=1; lang=de").await, "answer 3");
    body(&gw.get("/x?a=2&b=1").with("cookie", "lang=de; y=1").await, "answer 3");
}

#[tokio::test(start_paused = true)]
async fn filters_that_change_answers_change_kept_ones_too() {
    let origin = Origin::default();
    let policies =
        "[cache: { ttl: 1m }, response-transform: { headers: { set: { x-seen: '${request.path}' } } }]";
    let gw = start(origin.says(&[("x-seen", "no")]), policies);
    gw.get("/x").await.header("x-seen", "/x");
    gw.get("/x").await.header("x-seen", "/x");
    assert_eq!(origin.count(), 1);
}
