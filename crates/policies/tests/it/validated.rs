//! Messages held against a contract: parameters in every style, bodies of every type, and what becomes of faults.

use http::Method;
use policies::CATALOG;
use serde_json::{Value, json};
use testkit::{Gateway, Setup, Upstream};

const CONTRACT: &str = include_str!("validated.yaml");

fn gateway(policies: &str) -> Gateway {
    let service = Upstream::script(|request: http::Request<bytes::Bytes>| {
        let (status, kind) = match request.headers().get("x-status") {
            Some(status) => (status.to_str().unwrap().parse().unwrap(), "application/json"),
            None => (200, "application/json"),
        };
        let body = request.headers().get("x-answer").map_or("{}", |body| body.to_str().unwrap());
        let kind = request.headers().get("x-kind").map_or(kind, |kind| kind.to_str().unwrap());
        http::Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(bytes::Bytes::from(body.to_owned()))
            .unwrap()
    });
    Setup::new(CATALOG)
        .upstream("service", service)
        .openapi("all", "/base", "service", CONTRACT, policies)
        .start()
}

/// `in name pointer: detail` of every fault, or nothing.
async fn faults(gateway: &Gateway, target: &str, headers: &[(&str, &str)]) -> Vec<String> {
    let mut call = gateway.get(&format!("/base{target}"));
    for (name, value) in headers {
        call = call.with(name, value);
    }
    told(&call.await.body)
}

fn told(body: &[u8]) -> Vec<String> {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return vec![String::from_utf8_lossy(body).into()];
    };
    let word = |error: &Value, field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let one = |error: &Value| {
        format!(
            "{} {}{}: {}",
            word(error, "in"),
            word(error, "name"),
            word(error, "pointer"),
            word(error, "detail")
        )
    };
    body["errors"].as_array().into_iter().flatten().map(one).collect()
}

#[tokio::test(start_paused = true)]
async fn parameters_are_read_in_every_style() {
    let gateway = gateway("- validate: {}");
    for (target, expected) in [
        ("/simple/1,2,3", ""),
        ("/simple/1,x", "path ids/1: must be an integer"),
        ("/label/.a.b", ""),
        ("/label/.a.toolong", "path tags/1: must have at most 3 characters"),
        ("/matrix/;p=1;p=2", ""),
        ("/matrix/;p=1;p=x", "path p/1: must be an integer"),
        ("/object/R,100,G,200", ""),
        ("/object/R,100,G,x", "path rgb/G: must be an integer"),
        ("/query?form=1&form=2", ""),
        ("/query?form=1&form=b", "query form/1: must be an integer"),
        ("/query?csv=1,2", ""),
        ("/query?csv=1,b", "query csv/1: must be an integer"),
        ("/query?csv=1,2,3,4", "query csv: must have at most 3 items"),
        ("/query?space=1%202", ""),
        ("/query?space=1%20b", "query space/1: must be an integer"),
        ("/query?pipe=1%7C2|3", ""),
        ("/query?pipe=1|b", "query pipe/1: must be an integer"),
        ("/query?deep[a]=1&deep[b][c]=x", ""),
        ("/query?deep[a]=x", "query deep/a: must be an integer"),
        ("/query?width=1&height=2", ""),
        ("/query?width=a", "query size/width: must be an integer"),
        ("/query?flag=true", ""),
        ("/query?flag=yes", "query flag: must be a boolean"),
        ("/query?json=%7B%22a%22%3A1%7D", ""),
        ("/query?json=%7B%22a%22%3A%22x%22%7D", "query json/a: must be an integer"),
        ("/query?json=%7B", "query json: cannot be read as JSON: the text ends before the value does"),
        ("/query?when=2024-02-30", "query when: must be of the format `date`"),
        ("/query?empty=", ""),
        ("/query?mode=c", "query mode: must be one of `a`, `b`"),
    ] {
        assert_eq!(faults(&gateway, target, &[]).await.join("; "), expected, "{target}");
    }
    let headers = [("x-ids", "1, 2"), ("cookie", "session=abc; other=1")];
    assert_eq!(faults(&gateway, "/heads", &headers).await, Vec::<String>::new());
    let headers = [("x-ids", "1, b"), ("cookie", "session=toolong")];
    let expected = ["header X-Ids/1: must be an integer", "cookie session: must have at most 3 characters"];
    assert_eq!(faults(&gateway, "/heads", &headers).await, expected);
    assert_eq!(
        faults(&gateway, "/heads", &[]).await,
        ["header X-Ids: is missing", "cookie session: is missing"]
    );
}

async fn posted(gateway: &Gateway, kind: &str, body: &str) -> (u16, Vec<String>) {
    let call = gateway.call(Method::POST, "/base/bodies").with("content-type", kind).body(body.to_owned());
    let reply = call.await;
    (reply.status.as_u16(), told(&reply.body))
}

#[tokio::test(start_paused = true)]
async fn bodies_of_every_type_are_held_against_their_schema() {
    let gateway = gateway("- validate: {}");
    let form = "application/x-www-form-urlencoded";
    let multi = "multipart/form-data; boundary=xx";
    let part = |name: &str, rest: &str, body: &str| {
        format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"{rest}\r\n\r\n{body}\r\n")
    };
    let parts = |all: &[String]| format!("{}--xx--\r\n", all.concat());
    let xml = |inner: &str| format!("<?xml version='1.0'?><pet id='7'>{inner}</pet>");
    for (kind, body, status, expected) in [
        ("application/json", r#"{"name":"a","pet":{"kind":"Cat","claws":3}}"#.to_owned(), 200, ""),
        (
            "application/vnd.x+json",
            r#"{"name":"a"}"#.to_owned(),
            415,
            "header content-type: must be application/json or application/x-www-form-urlencoded or multipart/form-data or application/xml or text/plain or image/*",
        ),
        (
            "application/json",
            r#"{"name":"a","pet":{"kind":"Cat","claws":"x"}}"#.to_owned(),
            422,
            "body /pet/claws: must be an integer",
        ),
        (
            "application/json",
            r#"{"name":"a","pet":{"kind":"Cow"}}"#.to_owned(),
            422,
            "body /pet/kind: must be one of `dog`, `Cat`, `Dog`",
        ),
        ("application/json", r#"{"name":null,"secret":"x"}"#.to_owned(), 200, ""),
        (
            "application/json",
            r#"{"a/b~c":1}"#.to_owned(),
            422,
            "body /a~1b~0c: must be a string; body /name: is missing",
        ),
        ("application/json; charset=utf-8", "[1]".to_owned(), 422, "body : must be an object"),
        (
            "application/json",
            "{".to_owned(),
            400,
            "body : cannot be read as JSON: the text ends before the value does (line 1, column 1)",
        ),
        (form, "name=a&n=7&list=1&list=2&deep[x]=1".to_owned(), 200, ""),
        (
            form,
            "name=a&n=x&list=1&list=b&deep[x]=y".to_owned(),
            422,
            "body /n: must be an integer; body /list/1: must be an integer; body /deep/x: must be an integer",
        ),
        (
            multi,
            parts(&[part("name", "", "a"), part("n", "", "7"), part("file", "; filename=\"f\"", "bytes")]),
            200,
            "",
        ),
        (multi, parts(&[part("name", "", "a"), part("n", "", "x")]), 422, "body /n: must be an integer"),
        ("multipart/form-data", String::from("x"), 400, "body : has no `boundary` in its `Content-Type`"),
        (
            "application/xml",
            xml("<name>Rex</name><tag>a</tag><tag>b</tag><toys><toy>1</toy></toys>"),
            200,
            "",
        ),
        (
            "application/xml",
            xml("<name>Rex</name><toys><toy>x</toy></toys>"),
            422,
            "body /toys/0: must be an integer",
        ),
        ("application/xml", xml(""), 422, "body /name: is missing"),
        (
            "application/xml",
            "<!DOCTYPE a><a/>".to_owned(),
            400,
            "body : cannot be read as XML: document types are not read",
        ),
        ("text/plain", "abc".to_owned(), 200, ""),
        ("text/plain", "abcdef".to_owned(), 422, "body : must have at most 5 characters"),
        ("image/png", "anything".to_owned(), 200, ""),
    ] {
        let (found, told) = posted(&gateway, kind, &body).await;
        assert_eq!((found, told.join("; ").as_str()), (status, expected), "{kind} {body}");
    }
    let empty = gateway.call(Method::POST, "/base/bodies").await;
    assert_eq!((empty.status.as_u16(), told(&empty.body)), (400, vec!["body : is missing".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn compressed_bodies_are_unfolded_to_be_looked_at_and_go_on_as_they_came() {
    use std::io::Write;
    let gateway = gateway("- validate: {}");
    for (body, status) in [(r#"{"name":"a"}"#, 200), (r#"{"name":7}"#, 422)] {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(body.as_bytes()).unwrap();
        let call = gateway.call(Method::POST, "/base/bodies").with("content-type", "application/json");
        let reply = call.with("content-encoding", "gzip").body(encoder.finish().unwrap()).await;
        assert_eq!(reply.status.as_u16(), status);
    }
}

#[tokio::test(start_paused = true)]
async fn responses_are_blocked_before_anything_is_sent() {
    let gateway = gateway("- validate: { request: off, response: block }");
    for (answer, status, kind, expected) in [
        (r#"{"id":7}"#, "200", "application/json", 200),
        (r#"{"id":"x"}"#, "200", "application/json", 502),
        (r#"{"id":7,"secret":"x"}"#, "200", "application/json", 502),
        ("{", "200", "application/json", 502),
        ("<a/>", "200", "text/html", 502),
        ("{}", "418", "application/json", 502),
        ("{}", "503", "application/json", 503),
        (r#"{"title":"x"}"#, "404", "application/json", 404),
        (r#"{"title":1}"#, "404", "application/json", 502),
    ] {
        let call = gateway.get("/base/answers").with("x-answer", answer).with("x-status", status);
        let reply = call.with("x-kind", kind).await;
        assert_eq!(reply.status.as_u16(), expected, "{answer} {status} {kind}");
        if expected == 502 {
            let problem: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!(problem["type"], "urn:pailou:problem:response-invalid");
        } else {
            assert_eq!(reply.body, answer.as_bytes());
        }
    }
    let last = gateway.events().pop().unwrap();
    assert!(last.breach.response, "{last:?}");
    assert_eq!(last.problem, Some("response-invalid"));
    let cause = last.detail.unwrap().cause.unwrap();
    assert_eq!(&*cause, "validate: response: body /title must be a string");
}

#[tokio::test(start_paused = true)]
async fn what_is_reported_passes_and_is_noted_without_its_values() {
    let gateway = gateway("- validate: { request: report, response: report }");
    let reply = gateway.get("/base/query?form=verysecret").await;
    assert_eq!(reply.status.as_u16(), 200);
    let event = gateway.events().pop().unwrap();
    assert!(event.breach.request && !event.breach.response);
    let cause = event.detail.unwrap().cause.unwrap();
    assert_eq!(&*cause, "validate: request: query `form` /0 must be an integer");
    let reply = gateway.get("/base/answers").with("x-answer", r#"{"id":"verysecret"}"#).await;
    assert_eq!((reply.status.as_u16(), &*reply.body), (200, r#"{"id":"verysecret"}"#.as_bytes()));
    let event = gateway.events().pop().unwrap();
    assert!(!event.breach.request && event.breach.response);
    assert_eq!(&*event.detail.unwrap().cause.unwrap(), "validate: response: body /id must be an integer");
}

#[tokio::test(start_paused = true)]
async fn large_bodies_are_refused_or_pass_unseen() {
    let body = json!({ "name": "a".repeat(3_000) }).to_string();
    for (policies, status) in
        [("- validate: { max_body: 1KiB }", 413), ("- validate: { request: report, max_body: 1KiB }", 200)]
    {
        let gateway = gateway(policies);
        assert_eq!(posted(&gateway, "application/json", &body).await.0, status, "{policies}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateway_wide_policy_holds_for_apis_with_a_contract_alone() {
    let gateway = Setup::new(CATALOG)
        .openapi("all", "/base", "echo", CONTRACT, "")
        .api("plain", "/plain", "echo", "")
        .for_all("- validate: {}")
        .start();
    assert_eq!(gateway.get("/base/query?form=x").await.status.as_u16(), 400);
    assert_eq!(gateway.get("/plain/query?form=x").await.status.as_u16(), 200);
}
