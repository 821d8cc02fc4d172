//! Bodies that are compressed on their way, through a whole gateway.

use std::{io::Read, time::Duration};

use http::Method;
use policies::CATALOG;
use testkit::{Setup, Upstream, gateway};

const SECOND: Duration = Duration::from_secs(1);

fn gunzip(body: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(body).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test(start_paused = true)]
async fn an_event_of_a_stream_does_not_wait_for_the_next_one() {
    for coding in ["gzip", "br", "zstd"] {
        let events = [(SECOND, "data: one\n\n"), (SECOND, "data: two\n\n"), (SECOND, "data: three\n\n")];
        let stream = Upstream::stream("text/event-stream", &events);
        let gw = Setup::new(CATALOG).upstream("s", stream).api("a", "/", "s", "compression: {}").start();
        let (head, pieces) = gw.get("/").with("accept-encoding", coding).pieces().await.unwrap();
        assert_eq!(head.headers["content-encoding"], coding);
        let seconds: Vec<_> = pieces.iter().map(|(at, _)| at.as_secs()).collect();
        for second in 1..=3 {
            assert!(seconds.contains(&second), "{coding}: {seconds:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_client_reads_is_what_the_upstream_said() {
    let gw = gateway(CATALOG, "compression: { min_size: 1B }");
    let long = "x".repeat(5000);
    let reply = gw
        .post("/")
        .with("accept-encoding", "gzip")
        .body(long.clone())
        .await
        .is(200)
        .header("content-encoding", "gzip");
    assert!(reply.body.len() < 1000);
    assert!(gunzip(&reply.body).contains(&long));
    let reply = gw
        .call(Method::HEAD, "/")
        .with("accept-encoding", "gzip")
        .await
        .is(200)
        .header("content-encoding", "gzip");
    assert!(reply.body.is_empty());
    // A refusal is compressed as well, once it is large enough.
    let gw = gateway(CATALOG, "[compression: { min_size: 1B }, key-auth: {}]");
    let reply = gw.get("/").with("accept-encoding", "gzip").await.is(401).header("content-encoding", "gzip");
    assert!(gunzip(&reply.body).contains("urn:pailou:problem:unauthenticated"));
    // Whatever is listed first, what is compressed is what the others made of it.
    let policies = "[key-auth: {}, error-page: { body: { template: 'no ${response.status}' } }, compression: { min_size: 1B }]";
    let reply = gateway(CATALOG, policies).get("/").with("accept-encoding", "gzip").await.is(401);
    assert_eq!(gunzip(&reply.header("content-encoding", "gzip").body), "no 401");
}

#[tokio::test(start_paused = true)]
async fn a_compressed_request_reaches_the_upstream_in_its_plain_form() {
    let mut encoder = flate2::read::GzEncoder::new(&b"{ \"order\": 7 }"[..], flate2::Compression::fast());
    let mut coded = Vec::new();
    encoder.read_to_end(&mut coded).unwrap();
    let gw = gateway(CATALOG, "decompression: {}");
    let reply = gw.post("/").with("content-encoding", "gzip").body(coded.clone()).await.is(200);
    assert_eq!(reply.json()["body"], "{ \"order\": 7 }");
    assert_eq!(reply.received("content-length").as_deref(), Some("14"));
    assert_eq!(reply.received("content-encoding"), None);
    coded.truncate(10);
    gw.post("/").with("content-encoding", "gzip").body(coded).await.is(400).problem("bad-request");
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_no_coding_breaks_off_rather_than_being_wrong() {
    let upstream = Upstream::script(|_| {
        let response =
            http::Response::builder().header("content-encoding", "gzip").header("content-type", "text/plain");
        response.body("this is not gzip".into()).unwrap()
    });
    let policies = "decompression: { responses: true }";
    let gw = Setup::new(CATALOG).upstream("u", upstream).api("a", "/", "u", policies).start();
    let broken = match gw.get("/").pieces().await {
        Ok((_, pieces)) => pieces.last().is_some_and(|(_, piece)| piece.is_err()),
        Err(_) => true,
    };
    assert!(broken);
}
