//! Bodies over a limit, through a whole gateway.

use std::time::Duration;

use policies::CATALOG;
use testkit::{Setup, Upstream};

#[tokio::test(start_paused = true)]
async fn a_streamed_response_over_the_limit_breaks_off_at_the_client() {
    let pieces = [(Duration::from_secs(1), "0123456789"), (Duration::from_secs(1), "0123456789")];
    for (max, whole) in [("19B", false), ("20B", true)] {
        let upstream = Upstream::stream("text/plain", &pieces);
        let policies = format!("response-size-limit: {{ max: {max} }}");
        let gw = Setup::new(CATALOG).upstream("s", upstream).api("a", "/", "s", &policies).start();
        let (head, pieces) = gw.get("/").pieces().await.unwrap();
        assert_eq!(head.status, 200);
        assert_eq!(pieces[0].1.as_ref().unwrap(), "0123456789");
        assert_eq!(pieces.iter().all(|(_, piece)| piece.is_ok()), whole, "{max}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_replaced_by_a_refusal_is_a_refusal_in_every_way() {
    let policies = "[response-size-limit: { max: 10B }, key-auth: {}]";
    let setup = || Setup::new(CATALOG).consumer("ada", "ada-key-0123456789", "");
    let gw = setup().api("a", "/", "echo", policies).start();
    let reply = gw.get("/").with("x-api-key", "ada-key-0123456789").await.is(502);
    let id = reply.headers["x-request-id"].to_str().unwrap();
    assert_eq!(reply.json()["instance"], format!("urn:pailou:request:{id}"));
    reply.problem("response-too-large");
    let events = gw.events();
    assert_eq!((events[0].problem, events[0].status), (Some("response-too-large"), 502));
    assert_eq!(events[0].fault, model::event::Fault::Upstream);
    // Pages of errors know it for one, and the last word is theirs.
    let policies = "[response-size-limit: { max: 10B }, error-page: { status: 500, body: { template: '${response.body.title}' } }]";
    let reply = setup().api("a", "/", "echo", policies).start().get("/").await.is(500);
    assert_eq!(reply.body, "Response too large");
}
