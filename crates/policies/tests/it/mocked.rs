//! Mocks: what a contract's examples and schemas come to, what stays, and what clients ask for.

use std::time::Duration;

use http::Method;
use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Setup};

const CONTRACT: &str = include_str!("mocked.yaml");

fn gateway(policies: &str) -> Gateway {
    Setup::new(CATALOG).openapi("all", "/base", "broken", CONTRACT, policies).start()
}

#[tokio::test(start_paused = true)]
async fn the_kinds_of_bodies_are_written_as_their_types_have_them() {
    let gw = gateway("- mock: {}");
    let text = |reply: &testkit::Reply| String::from_utf8(reply.body.to_vec()).unwrap();
    let xml = gw.get("/base/kinds").with("accept", "application/xml").await.is(200);
    assert_eq!(
        text(&xml),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pet id=\"1\"><name>Rex &amp; &lt;Max&gt;</name><tags><tag>string</tag></tags><photo>string</photo></pet>"
    );
    let form = gw.get("/base/kinds").with("accept", "application/x-www-form-urlencoded").await.is(200);
    assert_eq!(text(&form), "a=string&b=1&c=string");
    let events = gw.get("/base/kinds").with("accept", "text/event-stream").await.is(200);
    assert_eq!(text(&events), "data: {\"a\":1}\n\n");
    let plain = gw.get("/base/kinds").with("accept", "text/plain").await.is(200);
    assert_eq!(text(&plain), "hello");
    let lines = gw.get("/base/kinds").with("accept", "application/x-ndjson").await.is(200);
    assert_eq!(text(&lines), "{\"a\":1}\n{\"a\":2}\n");
    let parts = gw.get("/base/kinds").with("accept", "multipart/form-data").await.is(200);
    assert!(
        text(&parts).starts_with("--mock-part\r\nContent-Disposition: form-data; name=\"a\""),
        "{}",
        text(&parts)
    );
    parts.header("content-type", "multipart/form-data; boundary=mock-part");
    // JSON where nothing tells types apart, the heavier where something does.
    gw.get("/base/kinds").await.is(200).header("content-type", "application/json");
    let weighed =
        gw.get("/base/kinds").with("accept", "application/json;q=0.5, application/xml;q=0.6, */*;q=0.1");
    weighed.await.is(200).header("content-type", "application/xml");
    gw.get("/base/kinds")
        .with("accept", "image/png, application/json;q=0")
        .await
        .is(406)
        .problem("not-acceptable");
}

#[tokio::test(start_paused = true)]
async fn a_status_is_chosen_and_asked_for() {
    let gw = gateway("- mock: {}");
    for (target, prefer, status) in [
        ("/statuses/default", "", 200),
        ("/statuses/default", "code=503", 503),
        ("/statuses/range", "", 200),
        ("/statuses/range", "code=204", 204),
        ("/statuses/range", "code=404", 400),
        ("/statuses/redirect", "", 302),
        ("/statuses/redirect", "code=302", 302),
        ("/statuses/none", "", 200),
        ("/statuses/none", "code=200", 400),
        ("/statuses/several", "", 201),
        ("/statuses/several", "code=202", 202),
        ("/statuses/several", "code=\"202\"; because=\"I, myself\", wait=1", 202),
        ("/statuses/several", "nothing=known, code=x", 201),
    ] {
        let call = gw.get(&format!("/base{target}"));
        let call = if prefer.is_empty() { call } else { call.with("prefer", prefer) };
        let reply = call.await;
        assert_eq!(reply.status.as_u16(), status, "{target} {prefer}");
    }
    gw.get("/base/statuses/redirect").await.header("location", "https://example.com/");
    gw.get("/base/nowhere").await.is(404).problem("operation-not-found");
    gw.post("/base/kinds").await.is(405).header("allow", "GET, HEAD");
}

#[tokio::test(start_paused = true)]
async fn examples_are_taken_as_far_as_their_schemas_agree() {
    let gw = gateway("- mock: {}");
    assert_eq!(gw.get("/base/examples").await.is(200).header("x-mock", "example").json(), json!({ "n": 2 }));
    assert_eq!(
        gw.get("/base/examples").with("prefer", "example=wrong").await.is(200).json(),
        json!({ "n": "two" })
    );
    assert_eq!(
        gw.get("/base/examples").with("prefer", "example=referred").await.is(200).json(),
        json!({ "n": 3 })
    );
    // Nothing fits the schema: the author's word is better than none.
    assert_eq!(gw.get("/base/unfit").await.is(200).json(), json!("anything"));
    gw.get("/base/impossible").await.is(501).problem("not-implemented");
}

#[tokio::test(start_paused = true)]
async fn the_same_request_has_the_same_answer() {
    let gw = gateway("- mock: { dynamic: true }");
    let mut seen = std::collections::HashSet::new();
    for at in 0..20 {
        let one = gw.get(&format!("/base/values?at={at}")).await.is(200).header("x-mock", "schema").json();
        let again = gw.get(&format!("/base/values?at={at}")).await.is(200).json();
        assert_eq!(one, again);
        seen.insert(one.to_string());
    }
    assert!(seen.len() > 15, "{seen:?}");
    let plain = gw.get("/base/values?at=1").with("prefer", "dynamic=false").await.is(200);
    assert_eq!(plain.json()["id"], "3fa85f64-5717-4562-b3fc-2c963f66afa6");
}

#[tokio::test(start_paused = true)]
async fn credentials_must_be_there_whatever_they_say() {
    let gw = gateway("- mock: {}");
    let refused = gw.get("/base/guarded").await.is(401).problem("unauthenticated");
    assert_eq!(
        refused.json()["detail"],
        "the contract asks for `basic` or `token` with `query`, which the request does not carry"
    );
    gw.get("/base/guarded").with("authorization", "Basic").await.is(401);
    gw.get("/base/guarded").with("authorization", "Bearer x").await.is(401);
    gw.get("/base/guarded").with("authorization", "basic eDp5").await.is(200);
    gw.get("/base/guarded?api%5Fkey=1").with("authorization", "Bearer x").await.is(200);
    gateway("- mock: { security: false }").get("/base/guarded").await.is(200);
}

#[tokio::test(start_paused = true)]
async fn requests_are_held_against_the_contract_unless_they_are_not() {
    let gw = gateway("- mock: {}");
    let bad = || gw.post("/base/things").with("content-type", "application/json").body("{\"name\":7}");
    bad().await.is(422).problem("content-invalid");
    gw.post("/base/things").with("content-type", "application/json").body("{").await.is(400);
    gw.post("/base/things").with("content-type", "text/plain").body("a").await.is(415);
    let off = gateway("- mock: { validate: false }");
    off.post("/base/things").with("content-type", "application/json").body("{\"name\":7}").await.is(201);
}

#[tokio::test(start_paused = true)]
async fn what_is_created_stays_and_is_bounded() {
    let gw = gateway("- mock: { state: true, state_items: 3 }");
    let create = |name: &str| {
        let body = json!({ "name": name, "unheard": { "of": true } }).to_string();
        gw.post("/base/things").with("content-type", "application/json").body(body)
    };
    let names = |reply: testkit::Reply| -> Vec<Value> {
        reply.is(200).json().as_array().unwrap().iter().map(|thing| thing["name"].clone()).collect()
    };
    assert_eq!(names(gw.get("/base/things").await), [] as [Value; 0]);
    let first = create("one").await.is(201);
    let id = first.json()["thing_id"].as_str().unwrap().to_owned();
    first.header("location", &format!("/base/things/{id}"));
    assert_eq!(gw.get(&format!("/base/things/{id}")).await.is(200).json()["name"], "one");
    create("two").await.is(201);
    create("three").await.is(201);
    assert_eq!(names(gw.get("/base/things").await), ["one", "two", "three"]);
    create("four").await.is(201);
    assert_eq!(names(gw.get("/base/things").await), ["two", "three", "four"]);
    gw.get(&format!("/base/things/{id}")).await.is(404).problem("not-found");
    // Put where there was nothing, and again.
    let put = |name: &str| {
        let call =
            gw.call(Method::PUT, &format!("/base/things/{id}")).with("content-type", "application/json");
        call.body(json!({ "name": name }).to_string())
    };
    assert_eq!(
        put("five").await.is(200).json(),
        json!({ "thing_id": id, "name": "five", "size": 1, "unheard": {} })
    );
    put("six").await.is(200);
    assert_eq!(names(gw.get("/base/things").await), ["three", "four", "six"]);
    let patch = |body: &str| {
        let call = gw.call(Method::PATCH, &format!("/base/things/{id}"));
        call.with("content-type", "application/merge-patch+json").body(body.to_owned())
    };
    assert_eq!(patch("{\"size\":8}").await.is(200).json()["size"], 8);
    patch("{\"size\":\"much\"}").await.is(422).problem("content-invalid");
    assert_eq!(
        patch("{\"size\":null}").await.is(200).json(),
        json!({ "thing_id": id, "name": "six", "unheard": {} })
    );
    gw.delete(&format!("/base/things/{id}")).await.is(204);
    gw.delete(&format!("/base/things/{id}")).await.is(404);
    // Another collection of the same kind is another.
    gw.get("/base/owners/1/things").await.is(200);
    gw.post("/base/owners/1/things")
        .with("content-type", "application/json")
        .body("{\"name\":\"a\"}")
        .await
        .is(201);
    assert_eq!(names(gw.get("/base/owners/1/things").await), ["a"]);
    assert_eq!(names(gw.get("/base/owners/2/things").await), [] as [Value; 0]);
    // Who asks for a status leaves items alone.
    gw.get("/base/things").with("prefer", "code=200").await.is(200).header("x-mock", "schema");
    assert_eq!(names(gw.get("/base/things").await), ["three", "four"]);
    let reset = gw
        .get("/base/things")
        .with("prefer", "state=reset")
        .await
        .header("preference-applied", "state=reset");
    assert_eq!(names(reset), [] as [Value; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_item_that_is_larger_than_all_may_be_is_refused() {
    let gw = gateway("- mock: { state: true, state_bytes: 500B }");
    let create = |size: usize| {
        let body = json!({ "name": "x".repeat(size) }).to_string();
        gw.post("/base/things").with("content-type", "application/json").body(body)
    };
    create(1_000).await.is(413).problem("content-too-large");
    for _ in 0..5 {
        create(100).await.is(201);
    }
    assert_eq!(gw.get("/base/things").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn answers_take_their_time_and_fail_as_planned() {
    let gw = gateway(
        "- mock: { latency: { least: 100ms, most: 300ms }, errors: [{ status: 418, header: x-tea, delay: 5s }, { status: 503, percentage: 25 }] }",
    );
    let begun = tokio::time::Instant::now();
    let mut failed = 0;
    for at in 0..100 {
        let before = tokio::time::Instant::now();
        let reply = gw.get(&format!("/base/values?at={at}")).await;
        failed += usize::from(reply.status == 503);
        let took = before.elapsed();
        assert!(took >= Duration::from_millis(100) && took <= Duration::from_millis(302), "{took:?}");
    }
    assert!((24..=26).contains(&failed), "{failed}");
    assert!(begun.elapsed() > Duration::from_secs(12));
    let before = tokio::time::Instant::now();
    gw.get("/base/values").with("x-tea", "yes").await.is(418).header("x-mock", "error");
    assert!(before.elapsed() >= Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn swagger_is_mocked_too() {
    let contract = r##"{ "swagger": "2.0", "info": { "title": "t", "version": "1" }, "produces": ["application/json", "application/xml"],
        "paths": { "/a": { "get": { "responses": { "200": { "description": "d", "schema": { "$ref": "#/definitions/A" },
            "headers": { "x-n": { "type": "integer", "minimum": 4 } }, "examples": { "application/xml": "<A><n>9</n></A>" } } } } } },
        "definitions": { "A": { "type": "object", "required": ["n"], "properties": { "n": { "type": "integer", "minimum": 2 } } } } }"##;
    let gw = Setup::new(CATALOG).openapi("old", "/", "broken", contract, "- mock: {}").start();
    assert_eq!(gw.get("/a").await.is(200).header("x-n", "4").json(), json!({ "n": 2 }));
    let xml = gw.get("/a").with("accept", "application/xml").await.is(200).header("x-mock", "example");
    assert_eq!(&xml.body[..], b"<A><n>9</n></A>");
}

const HOOKS: &str = r#"
openapi: 3.1.0
info: { title: Hooks, version: '1' }
paths:
  /orders/{id}/watch:
    post:
      operationId: watch
      parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
      requestBody:
        content: { application/json: { schema: { type: object, properties: { url: { type: string }, more: { type: string } } } } }
      responses:
        '201':
          description: It is watched.
          content: { application/json: { schema: { type: object, required: [key], properties: { key: { const: k1 } } } } }
      callbacks:
        changed:
          '{$request.body#/url}/orders/{$request.path.id}?key={$response.body#/key}&s={$statusCode}':
            post:
              requestBody:
                content: { application/json: { schema: { $ref: '#/components/schemas/Change' } } }
              responses: { '200': { description: It was heard. } }
        ended: { $ref: '#/components/callbacks/ended' }
components:
  callbacks:
    ended:
      $request.body#/more: { delete: { responses: { '200': { description: It was heard. } } } }
  schemas:
    Change: { type: object, required: [state], properties: { state: { enum: [done] } } }
"#;

/// What a host hears of a mock that is asked to watch an order.
async fn called_back(policies: &str, body: &Value) -> Vec<String> {
    let seen: std::sync::Arc<std::sync::Mutex<Vec<String>>> = std::sync::Arc::default();
    let log = std::sync::Arc::clone(&seen);
    let hooks = testkit::Upstream::script(move |request| {
        let content_type = request.headers().get("content-type").map_or("", |of| of.to_str().unwrap());
        let body = String::from_utf8_lossy(request.body());
        let line = format!("{} {} {content_type} {body}", request.method(), request.uri());
        log.lock().unwrap().push(line);
        http::Response::builder().status(200).body("".into()).unwrap()
    });
    let setup = Setup::new(CATALOG).upstream("hooks", hooks);
    let gw = setup.openapi("all", "/base", "broken", HOOKS, policies).start();
    gw.post("/base/orders/7/watch")
        .with("content-type", "application/json")
        .body(body.to_string())
        .await
        .is(201);
    // Calls go out beside the exchange.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    seen
}

#[tokio::test(start_paused = true)]
async fn what_the_contract_promises_is_called_back_where_the_host_is_named() {
    let body = json!({ "url": "http://hooks/a", "more": "http://hooks/end" });
    let named = "- mock: { callbacks: { hosts: [hooks] } }";
    assert_eq!(
        called_back(named, &body).await,
        ["DELETE /end  ", "POST /a/orders/7?key=k1&s=201 application/json {\"state\":\"done\"}"]
    );
    let partly = json!({ "url": "http://hooks/a", "more": "http://127.0.0.1/end" });
    assert_eq!(called_back(named, &partly).await.len(), 1);
    assert_eq!(called_back(named, &json!({ "url": "http://hooks.evil.test/a" })).await, [""; 0]);
    assert_eq!(called_back("- mock: { callbacks: { hosts: ['hooks:81'] } }", &body).await, [""; 0]);
    assert_eq!(called_back("- mock: {}", &body).await, [""; 0]);
    let failing = "- mock: { callbacks: { hosts: [hooks] }, errors: [{ status: 500, header: x-never }] }";
    assert_eq!(called_back(failing, &body).await.len(), 2);
}
