//! What mends findings changes what it says and nothing else.

use lint::{Fix, Report, mend};

/// Checks a text by every rule for what it is.
fn check(text: &str) -> Report {
    match text.starts_with("asyncapi:") {
        true => {
            let rules = crate::ruleset("extends: [[spectral:asyncapi, all]]\n");
            lint::lint(text, "a.yaml", &rules, &|_| Err("nothing else is read".to_owned()))
        }
        false => crate::check(text),
    }
}

fn fixes<'r>(report: &'r Report, code: &'r str) -> Vec<&'r Fix> {
    report.diagnostics.iter().filter(|one| one.code == code).filter_map(|one| one.fix.as_deref()).collect()
}

/// Mends what a rule finds; what there is then has no such finding any more.
fn mended(text: &str, code: &str) -> String {
    let report = check(text);
    let found = fixes(&report, code);
    assert!(!found.is_empty(), "nothing mends {code}: {:?}", report.diagnostics);
    let (after, made) = mend(text, found.iter().copied());
    assert_eq!(made, found.len());
    let left = check(&after);
    let left: Vec<_> =
        left.diagnostics.iter().filter(|one| one.code == code || one.code == "parser").collect();
    assert!(left.is_empty(), "{left:?}\n{after}");
    after
}

fn unmended(text: &str, code: &str) {
    let report = check(text);
    assert!(report.diagnostics.iter().any(|one| one.code == code), "{:?}", report.diagnostics);
    assert_eq!(fixes(&report, code), Vec::<&Fix>::new());
}

const HEAD: &str = "openapi: 3.1.0\ninfo: { title: A, version: '1' }\n";

#[test]
fn operations_get_names_of_their_methods_and_paths_that_nobody_has() {
    let text = HEAD.to_owned()
        + "paths:
  # Orders.
  /orders/{order-id}/lines: # as they were placed
    get: # all
      # First of all:
      summary: 'Lines'   # quoted
      responses: {}
    put: { responses: {} }
    post: {}
  /orders:
    get: { operationId: getOrdersByOrderIdLines, responses: {} }
  /:
    head:
        responses: {}
";
    let expected = text
        .replace("      summary:", "      operationId: getOrdersByOrderIdLines2\n      summary:")
        .replace("put: { responses", "put: { operationId: putOrdersByOrderIdLines, responses")
        .replace("post: {}", "post: { operationId: postOrdersByOrderIdLines }")
        .replace("        responses: {}", "        operationId: headRoot\n        responses: {}");
    assert_eq!(mended(&text, "operation-operationId"), expected);
}

#[test]
fn in_json_it_is_json_as_that_is_laid_out() {
    let pretty = "{\r\n  \"openapi\": \"3.1.0\",\r\n  \"paths\": {\r\n    \"/a/\": {\r\n      \"get\": {\r\n        \"responses\": {},\r\n        \"tags\": [\"x y\"]\r\n      }\r\n    }\r\n  }\r\n}\r\n";
    let named = mended(pretty, "operation-operationId");
    assert_eq!(
        named,
        pretty
            .replace("        \"responses\"", "        \"operationId\": \"getA\",\r\n        \"responses\"")
    );
    let tagged = mended(pretty, "operation-tag-defined");
    assert_eq!(tagged, pretty.replace("  \"paths\"", "  \"tags\": [{ \"name\": \"x y\" }],\r\n  \"paths\""));
    assert_eq!(mended(pretty, "path-keys-no-trailing-slash"), pretty.replace("/a/", "/a"));
    let short = r#"{"openapi":"3.1.0","paths":{"/é":{"get":{"responses":{}},"put":{}}}}"#;
    let expected = r#"{"openapi":"3.1.0","paths":{"/é":{"get":{"operationId": "get", "responses":{}},"put":{ "operationId": "put" }}}}"#;
    assert_eq!(mended(short, "operation-operationId"), expected);
}

#[test]
fn slashes_at_the_end_go_where_nothing_else_is_meant_by_that() {
    let text = HEAD.to_owned()
        + "servers:
  - url: https://api.example.com/ # production
  - { url: 'https://test.example.com/v1//' }
paths:
  '/orders/': { get: { operationId: a } } # quoted
  /sales/:
    get: { operationId: b }
";
    let paths = mended(&text, "path-keys-no-trailing-slash");
    assert_eq!(paths, text.replace("'/orders/'", "'/orders'").replace("/sales/:", "/sales:"));
    let servers = mended(&text, "oas3-server-trailing-slash");
    assert_eq!(servers, text.replace("com/ #", "com #").replace("v1//'", "v1'"));
    unmended(&(HEAD.to_owned() + "paths:\n  /a/: {}\n  /a: {}\n"), "path-keys-no-trailing-slash");
    unmended(&(HEAD.to_owned() + "paths: { /a/: {}, /a//: {} }\n"), "path-keys-no-trailing-slash");
    unmended(&(HEAD.to_owned() + "paths: { '/{a}/': {}, '/{b}': {} }\n"), "path-keys-no-trailing-slash");
    let swagger = "swagger: '2.0'\nhost: \"api.example.com/\"\npaths: {}\n";
    assert_eq!(mended(swagger, "oas2-host-trailing-slash"), swagger.replace("com/", "com"));
}

#[test]
fn tags_of_operations_are_declared_beside_those_that_are() {
    let operations = "paths:\n  /a: { get: { operationId: a, tags: [x, 'yes', \"a: b\"] }, put: { operationId: b, tags: [x] } }\n";
    let none = format!("{HEAD}# Everything there is.\n# More of it.\n{operations}");
    let list = "tags:\n  - name: x\n  - name: \"yes\"\n  - name: \"a: b\"\n";
    assert_eq!(
        mended(&none, "operation-tag-defined"),
        format!("{HEAD}{list}# Everything there is.\n# More of it.\n{operations}")
    );
    let some = format!("{HEAD}tags:\n- name: other\n  description: |\n    Of all.\n\n# Then.\n{operations}");
    let after = mended(&some, "operation-tag-defined");
    let expected =
        some.replace("    Of all.\n\n", "    Of all.\n\n- name: x\n- name: \"yes\"\n- name: \"a: b\"\n");
    assert_eq!(after, expected);
    let flow = format!("{HEAD}tags: [{{ name: other }}] # few\n{operations}");
    let expected = flow.replace("other }", "other }, { name: x }, { name: \"yes\" }, { name: \"a: b\" }");
    assert_eq!(mended(&flow, "operation-tag-defined"), expected);
    let empty = format!("{HEAD}tags: []\n{operations}");
    assert_eq!(
        mended(&empty, "operation-tag-defined"),
        empty.replace("[]\n", "[{ name: x }, { name: \"yes\" }, { name: \"a: b\" }]\n")
    );
}

#[test]
fn parameters_of_paths_say_that_they_are_required() {
    let text = HEAD.to_owned()
        + "paths:
  /{a}/{b}/{c}:
    parameters:
      - name: a # first
        in: path
        schema: { type: string }
    get:
      operationId: get
      parameters: [{ in: path, name: b, schema: { type: string } }, { in: path, required: false, name: c, schema: { type: string } }]
";
    let expected = text
        .replace("- name: a", "- required: true\n        name: a")
        .replace("[{ in", "[{ required: true, in")
        .replace("required: false", "required: true");
    assert_eq!(mended(&text, "path-params"), expected);
    // What stands elsewhere may be used elsewhere.
    let shared = HEAD.to_owned()
        + "paths: { '/{a}': { parameters: [{ $ref: '#/components/parameters/a' }] } }\ncomponents: { parameters: { a: { name: a, in: path, schema: {} } } }\n";
    let report = check(&shared);
    assert!(fixes(&report, "path-params").len() <= 1);
}

#[test]
fn values_stand_once() {
    let schema = |of: &str| {
        format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n    A:\n      type: string\n      enum:{of}\n")
    };
    let block = schema(
        "\n        # All.\n        - a\n        - b # the second\n        - a\n        - 'b'\n        # End.",
    );
    assert_eq!(
        mended(&block, "duplicated-entry-in-enum"),
        schema("\n        # All.\n        - a\n        - b # the second\n        # End.")
    );
    let flow = schema(" [a, b, a , \"b\", c]");
    assert_eq!(mended(&flow, "duplicated-entry-in-enum"), schema(" [a, b, c]"));
    // What is said beside it would go.
    unmended(&schema("\n        - a\n        - a # another"), "duplicated-entry-in-enum");
}

#[test]
fn what_says_nothing_new_goes() {
    let text = HEAD.to_owned()
        + "tags:
  # First.
  - name: a # of all
    description: One.
  - name: b
  - name: a
    description: One.
  - { name: a }
paths:
  /a:
    get:
      operationId: a
      parameters: [{ name: x, in: query, schema: { type: string } }, { name: y, in: query }, { name: x, in: query, schema: { type: string } } ]
";
    let tags = mended(&text, "openapi-tags-uniqueness");
    assert_eq!(tags, text.replace("  - name: a\n    description: One.\n  - { name: a }\n", ""));
    let parameters = mended(&text, "operation-parameters");
    let twice = ", { name: x, in: query, schema: { type: string } } ]";
    assert_eq!(parameters, text.replace(twice, " ]"));
    // Of two that differ nobody knows which is meant, and what is said beside a field would go.
    for second in ["{ name: a, description: Two. }", "\n      name: a # why\n      description: One."] {
        let text = format!("{HEAD}tags:\n  - {{ name: a, description: One. }}\n  - {second}\npaths: {{}}\n");
        unmended(&text, "openapi-tags-uniqueness");
    }
    let json = r#"{"openapi":"3.1.0","tags":[{"name":"a","externalDocs":{"url":"u"}},{"name":"a","externalDocs":{"url":"u"}}],"paths":{}}"#;
    let once = r#"{"openapi":"3.1.0","tags":[{"name":"a","externalDocs":{"url":"u"}}],"paths":{}}"#;
    assert_eq!(mended(json, "openapi-tags-uniqueness"), once);
}

const LIGHTS: &str = "asyncapi: 2.6.0
info: { title: Lights, version: '1' }
servers:
  main: { url: 'mqtt://broker.test/', protocol: mqtt } # ours
tags:
  - name: light
  - name: light
channels:
  # On and off.
  light/{light-id}/on/:
    parameters: { light-id: { schema: { type: string } } }
    publish:
      message:
        headers: # few
          properties: { at: { type: string } }
        payload: { type: object }
    subscribe: { message: { payload: { type: object } } }
  other: { subscribe: { operationId: publishLightByLightIdOn } }
";

#[test]
fn documents_of_asyncapi_are_mended_as_those_of_openapi() {
    for (code, from, to) in [
        ("asyncapi-server-no-trailing-slash", "broker.test/'", "broker.test'"),
        ("asyncapi-channel-no-trailing-slash", "light/{light-id}/on/:", "light/{light-id}/on:"),
        ("asyncapi-tags-uniqueness", "  - name: light\n  - name: light\n", "  - name: light\n"),
        (
            "asyncapi-headers-schema-type-object",
            "          properties: { at",
            "          type: object\n          properties: { at",
        ),
    ] {
        assert_eq!(mended(LIGHTS, code), LIGHTS.replace(from, to), "{code}");
    }
    let named = LIGHTS
        .replace("      message:\n", "      operationId: publishLightByLightIdOn2\n      message:\n")
        .replace("subscribe: { message", "subscribe: { operationId: subscribeLightByLightIdOn, message");
    assert_eq!(mended(LIGHTS, "asyncapi-operation-operationId"), named);
    let third = "asyncapi: 3.0.0
info: { title: Lights, version: '1', tags: [{ name: a }, { name: a }] }
servers: { main: { host: 'broker.test/', protocol: mqtt } }
channels:
  on: { address: light/on/, messages: { m: { headers: {} } } }
";
    for (code, from, to) in [
        ("asyncapi-3-server-no-trailing-slash", "test/'", "test'"),
        ("asyncapi-3-channel-no-trailing-slash", "on/,", "on,"),
        ("asyncapi-3-tags-uniqueness", ", { name: a }]", "]"),
        ("asyncapi-3-headers-schema-type-object", "headers: {}", "headers: { type: object }"),
    ] {
        assert_eq!(mended(third, code), third.replace(from, to), "{code}");
    }
    let same = third.to_owned() + "  off: { address: light/on }\n";
    unmended(&same, "asyncapi-3-channel-no-trailing-slash");
    let wrong = third.replace("headers: {}", "headers: { type: string }");
    unmended(&wrong, "asyncapi-3-headers-schema-type-object");
    // A trait may name the operation.
    let alone = "asyncapi: 2.6.0\nchannels:\n  a: { subscribe: { traits: [{ operationId: x }] } }\n";
    unmended(alone, "asyncapi-operation-operationId");
}

#[test]
fn what_is_referred_to_by_its_name_keeps_it() {
    let text =
        HEAD.to_owned() + "paths:\n  /a/: { get: { operationId: a } }\n  /b: { $ref: '#/paths/~1a~1' }\n";
    unmended(&text, "path-keys-no-trailing-slash");
    let channel = LIGHTS.to_owned() + "  again: { $ref: '#/channels/light~1%7Blight-id%7D~1on~1' }\n";
    unmended(&channel, "asyncapi-channel-no-trailing-slash");
}

#[test]
fn what_means_several_things_by_an_anchor_is_left_alone() {
    let text = HEAD.to_owned() + "paths:\n  /a: { get: &one { responses: {} } }\n  /b: { get: *one }\n";
    unmended(&text, "operation-operationId");
    let emphasis =
        HEAD.to_owned() + "paths:\n  /a: { get: { description: ' *all* & more', responses: {} } }\n";
    mended(&emphasis, "operation-operationId");
}

#[test]
fn what_openapi_3_2_calls_otherwise_is_called_so() {
    let text = "openapi: 3.2.0\ninfo: { title: A, version: '1' }\npaths: {}\ncomponents:\n  schemas:\n    A: { type: string, xml: { name: a, attribute: true } }\n";
    assert_eq!(
        mended(text, "oas3_2-no-deprecated-xml-attribute"),
        text.replace("attribute: true", "nodeType: attribute")
    );
}

#[test]
fn of_two_that_are_about_one_piece_one_is_made() {
    let text = HEAD.to_owned() + "servers: [{ url: 'https://a.example.com/' }]\npaths: {}\n";
    let report = check(&text);
    let found = fixes(&report, "oas3-server-trailing-slash");
    let mut other = found[0].clone();
    other.edits[0].insert = "/v1".to_owned();
    let (after, made) = mend(&text, [found[0], &other, found[0]]);
    assert_eq!((after, made), (text.replace("com/", "com"), 2));
    // Places that the text does not have.
    other.edits[0].range.end.line = 1000;
    assert_eq!(mend(&text, [&other]), (text.clone(), 0));
}
