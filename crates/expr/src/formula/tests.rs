use head::{Headers, RequestHead};
use http::{HeaderValue, Request};
use serde_json::json;

use super::*;
use crate::CallerFacts;

fn head() -> RequestHead {
    let request =
        Request::post("/shop/orders/a%2Fb/lines/7?page=2&q=a%20b+c").header("x-a", "1").header("x-a", "2");
    request.body(()).unwrap().into_parts().0.into()
}

fn with_view<T>(body: Option<Value>, ask: impl FnOnce(&View<'_>) -> T) -> T {
    let head = head();
    let groups = ["staff".to_owned()];
    let facts = Facts {
        head: &head,
        client: "10.0.0.7".parse().unwrap(),
        origin: Some(crate::Provenance { country: Some(*b"DE"), asn: Some(64500) }),
        api: "orders@v1",
        operation: "getLine",
        caller: Some(CallerFacts { name: "ada", groups: &groups, ..Default::default() }),
    };
    let request_body = json!({ "name": "Ada", "tags": ["x", "y"], "lines": [{ "n": 2, "price": 1.5 }, { "n": 3, "price": 2 }] });
    let mut headers = Headers::new();
    headers.insert("etag", HeaderValue::from_static("\"v\""));
    let response = ResponseView { status: 201, headers: &headers, body: body.as_ref() };
    ask(&View {
        facts,
        template: "/shop/orders/{id}/lines/{line}",
        request_body: Some(&request_body),
        response: Some(response),
    })
}

fn value(text: &str) -> Result<Value, Stop> {
    let formula = Formula::parse(text, Side::Response).unwrap_or_else(|e| panic!("{text}: {e}"));
    with_view(Some(json!({ "id": 7 })), |view| formula.value(view))
}

#[test]
fn everything_of_request_and_response_can_be_asked_for() {
    for (text, expected) in [
        ("request.method", json!("POST")),
        ("request.path", json!("/shop/orders/a%2Fb/lines/7")),
        ("request.headers['X-A']", json!("1, 2")),
        ("request.headers", json!({ "x-a": "1, 2" })),
        ("request.query.q", json!("a b c")),
        ("request.query", json!({ "page": "2", "q": "a b c" })),
        ("request.params.id", json!("a/b")),
        ("request.params", json!({ "id": "a/b", "line": "7" })),
        ("request.body.lines[1].n", json!(3)),
        ("response.status", json!(201)),
        ("response.headers.etag", json!("\"v\"")),
        ("response.body.id", json!(7)),
        ("client.country + ' ' + client.asn", json!("DE AS64500")),
        ("client.ip + ' ' + api + ' ' + operation", json!("10.0.0.7 orders@v1 getLine")),
        ("[caller.name] + caller.groups", json!(["ada", "staff"])),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
}

#[test]
fn every_operator_and_function_does_what_it_says() {
    for (text, expected) in [
        ("1 + 2 * 3 - 4 / 2 % 3", json!(5)),
        ("1 + 0.5", json!(1.5)),
        ("-(3)", json!(-3)),
        ("9223372036854775807 + 1", json!(9_223_372_036_854_775_808_u64)),
        ("1 == 1.0 && {'a': [1]} == {'a': [1.0]} && 'a' != 'b'", json!(true)),
        ("1 < 2 && 2.5 >= 2 && 'a' <= 'b' && !(2 > 3)", json!(true)),
        ("'x' in request.body.tags && 'name' in request.body && !(9 in [1])", json!(true)),
        ("true ? {'a': 1, 'b': [2, null]} : 0", json!({ "a": 1, "b": [2, null] })),
        ("has(request.body.name) && !has(request.body.none.deeper)", json!(true)),
        ("request.body.none == 1 || true", json!(true)),
        ("!(request.body.none == 1 && false)", json!(true)),
        ("size('äb') + size([1]) + size({'a': 1})", json!(4)),
        ("request.body.lines.map(l, l.n * l.price)", json!([3.0, 6])),
        ("request.body.lines.filter(l, l.n > 2).map(l, l.n)", json!([3])),
        ("request.body.lines.exists(l, l.n == 3) && request.body.lines.all(l, l.n > 1)", json!(true)),
        (
            "request.body.lines.map(l, request.body.tags.map(t, t + string(l.n)))",
            json!([["x2", "y2"], ["x3", "y3"]]),
        ),
        ("request.body.map(k, k)", json!(["name", "tags", "lines"])),
        ("'a-b'.split('-').join('+') + ' x '.trim() + 'aXa'.replace('a', 'b')", json!("a+bxbXb")),
        (
            "'abcd'.substring(1, 3) + 'abcd'.substring(3) + 'aB'.lowerAscii() + 'aB'.upperAscii()",
            json!("bcdabAB"),
        ),
        ("int('7') + int(7.9) + int(double('1e2'))", json!(114)),
        ("bool('true') && 'abc'.matches('^a.c$') && 'abc'.contains('b')", json!(true)),
        ("'{\"a\": [1]}'.parseJson().a[0]", json!(1)),
        ("{'a': 1}.toJson()", json!("{\"a\":1}")),
        ("'a b/c'.urlEncode() + 'a%20b'.urlDecode()", json!("a%20b%2Fca b")),
        ("{'a': 1, 'b': 2}.merge({'b': 3, 'c': 4}).without(['a'])", json!({ "b": 3, "c": 4 })),
        ("{'a': 1}.keys()", json!(["a"])),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_not_there_or_does_not_fit_is_no_value() {
    for text in
        ["request.body.none", "request.body.lines[9]", "request.query.none", "request.headers.none", "'a'.b"]
    {
        assert_eq!(value(text), Err(Stop::Missing), "{text}");
    }
    for text in [
        "1 / 0",
        "1 % 0",
        "'a' + 1",
        "'a' < 1",
        "!1",
        "int('x')",
        "'abc'.substring(2, 1)",
        "1.5 % 2.0",
        "'{'.parseJson()",
    ] {
        assert_eq!(value(text), Err(Stop::Unfit), "{text}");
    }
}

#[test]
fn a_formula_cannot_be_made_to_cost_much() {
    let list = (0..250).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let long = "a".repeat(100);
    for text in [
        format!("[{list}].map(a, [{list}].map(b, [{list}].map(c, a)))"),
        format!("'{long}'{}", format!(".replace('a', '{long}')").repeat(4)),
    ] {
        assert_eq!(value(&text), Err(Stop::TooMuch));
    }
    let too_long = format!("'{}'", "a".repeat(LONGEST));
    assert!(Formula::parse(&too_long, Side::Request).unwrap_err().contains("bytes long"));
    let big = json!((0..3000).collect::<Vec<_>>());
    let formula = Formula::parse("response.body.map(a, response.body.map(b, b))", Side::Response).unwrap();
    assert_eq!(with_view(Some(big), |view| formula.value(view)), Err(Stop::TooMuch));
}

#[test]
fn a_mistake_is_named_when_the_formula_is_read() {
    for (text, complaint) in [
        ("", "column"),
        ("user", "`user` is not known"),
        ("request.bod", "`request.bod` is not known"),
        ("request", "`request` alone"),
        ("response.status", "no `response` yet"),
        ("request.headers['a b']", "no name of a header"),
        ("'a'.matches('(')", "is no pattern"),
        ("'a'.matches(request.path)", "must be a text in quotes"),
        ("now()", "`now` with these arguments is not known"),
        ("has(1)", "`has` asks for a member"),
        ("[1].map(1, 2)", "begins with a name"),
        ("b'x'", "no bytes"),
    ] {
        let error = Formula::parse(text, Side::Request).expect_err(text);
        assert!(error.contains(complaint), "{text}: {error}");
    }
    assert!(Formula::parse(&"(".repeat(3000), Side::Request).is_err());
    assert!(Formula::parse(&"[[1].map(a, ".repeat(60), Side::Request).is_err());
}

#[test]
fn a_formula_says_what_it_needs() {
    let needs = |text| Formula::parse(text, Side::Response).unwrap().needs();
    assert_eq!(needs("response.status > 400"), Needs::default());
    assert!(needs("request.path").request && !needs("request.path").request_body);
    assert!(needs("[1].map(a, request.body.x)").request_body);
    assert!(needs("has(response.body.a)").response_body);
}

#[test]
fn texts_are_filled() {
    let filled = |text: &str| {
        let template = Template::parse(text, Side::Response).unwrap_or_else(|e| panic!("{text}: {e}"));
        with_view(None, |view| template.fill(view, 1000))
    };
    assert_eq!(filled("plain").unwrap(), "plain");
    assert_eq!(filled("Hello ${ caller.name }: ${ {'a': '}'}['a'] }$${x}").unwrap(), "Hello ada: }${x}");
    assert_eq!(filled("${request.body.none}"), Err(Stop::Missing));
    assert_eq!(filled("a${request.body.none}b${request.body.tags}").unwrap(), "ab[\"x\",\"y\"]");
    assert_eq!(filled(&"${request.path}".repeat(60)), Err(Stop::TooMuch));
    assert!(Template::parse("a ${b", Side::Request).unwrap_err().contains("no `}`"));
    assert_eq!(Template::parse("a$${b}", Side::Request).unwrap().plain(), Some("a${b}"));
}

#[test]
fn what_is_put_into_a_url_stays_in_its_place() {
    let filled = |text: &str| {
        let template = Template::parse(text, Side::Request).unwrap();
        with_view(None, |view| template.fill_url(view, 1000)).unwrap()
    };
    assert_eq!(filled("/v2${request.path}"), "/v2/shop/orders/a%2Fb/lines/7");
    assert_eq!(filled("/v2${request.path.replace('/shop', '')}"), "/v2/orders/a%2Fb/lines/7");
    assert_eq!(filled("/o/${request.params.id}?q=${request.query.q}"), "/o/a%2Fb?q=a%20b%20c");
    assert_eq!(filled("/o/${'../x?y#z&%'}"), "/o/..%2Fx%3Fy%23z%26%25");
    assert_eq!(filled("/o?back=${request.path}"), "/o?back=%2Fshop%2Forders%2Fa%252Fb%2Flines%2F7");
}
