//! What breaks callers, and what does not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what is skipped is said")]
#![allow(clippy::disallowed_methods, reason = "time is measured against a bound")]

mod page;
mod real;

use diff::{Change, Level, Suppressions};

/// A document with this operation's parts, in YAML flow style, and these components.
fn document(operation: &str, schemas: &str) -> String {
    format!(
        "openapi: 3.1.0\ninfo: {{ title: T, version: '1' }}\npaths:\n  /a/{{id}}:\n    post: {operation}\ncomponents:\n  schemas: {schemas}\n"
    )
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    let all = diff::diff((old, "old.yaml"), (new, "new.yaml")).unwrap();
    all.into_iter().filter(|change| change.id != "api-version-not-raised").collect()
}

fn ids(old: &str, new: &str) -> Vec<String> {
    changes(old, new).iter().map(|change| format!("{} {}", change.level.as_str(), change.id)).collect()
}

fn body(schema: &str) -> String {
    let content = format!("{{ application/json: {{ schema: {schema} }} }}");
    document(
        &format!(
            "{{ requestBody: {{ content: {content} }}, responses: {{ '200': {{ description: ok }} }} }}"
        ),
        "{}",
    )
}

fn answer(schema: &str) -> String {
    let content = format!("{{ application/json: {{ schema: {schema} }} }}");
    document(&format!("{{ responses: {{ '200': {{ description: ok, content: {content} }} }} }}"), "{}")
}

#[test]
fn what_a_schema_accepts_breaks_in_one_direction_alone() {
    for (old, new, request, response) in [
        (
            "{ type: string }",
            "{ type: integer }",
            "breaking request-body-type-changed",
            "breaking response-body-type-changed",
        ),
        (
            "{ type: integer }",
            "{ type: number }",
            "info request-body-type-generalized",
            "breaking response-body-type-generalized",
        ),
        (
            "{ type: [string, 'null'] }",
            "{ type: string }",
            "breaking request-body-became-not-nullable",
            "info response-body-became-not-nullable",
        ),
        (
            "{ enum: [a, b] }",
            "{ enum: [a] }",
            "breaking request-body-enum-value-removed",
            "info response-body-enum-value-removed",
        ),
        (
            "{ enum: [a] }",
            "{ enum: [a, b] }",
            "info request-body-enum-value-added",
            "warning response-body-enum-value-added",
        ),
        (
            "{ maxLength: 9 }",
            "{ maxLength: 5 }",
            "breaking request-body-max-length-decreased",
            "info response-body-max-length-decreased",
        ),
        ("{ minimum: 1 }", "{}", "info request-body-min-unset", "breaking response-body-min-unset"),
        ("{}", "{ maxItems: 3 }", "breaking request-body-max-items-set", "info response-body-max-items-set"),
        (
            "{ multipleOf: 4 }",
            "{ multipleOf: 2 }",
            "info request-body-multiple-of-changed",
            "breaking response-body-multiple-of-changed",
        ),
        (
            "{ format: date }",
            "{ format: uuid }",
            "breaking request-body-format-changed",
            "breaking response-body-format-changed",
        ),
        (
            "{ pattern: a }",
            "{ pattern: b }",
            "warning request-body-pattern-changed",
            "warning response-body-pattern-changed",
        ),
        (
            "{ properties: { a: {} } }",
            "{ required: [a], properties: { a: {} } }",
            "breaking request-property-became-required",
            "info response-property-became-required",
        ),
        (
            "{ required: [a], properties: { a: {} } }",
            "{ properties: { a: {} } }",
            "info request-property-became-optional",
            "breaking response-property-became-optional",
        ),
        (
            "{ required: [a], properties: { a: {} } }",
            "{ required: [], properties: {} }",
            "warning request-property-removed",
            "breaking response-required-property-removed",
        ),
        (
            "{ properties: {} }",
            "{ required: [a], properties: { a: {} } }",
            "breaking request-new-required-property",
            "info response-required-property-added",
        ),
        (
            "{}",
            "{ additionalProperties: false }",
            "breaking request-additional-properties-refused",
            "info response-additional-properties-refused",
        ),
        (
            "{ items: { type: string } }",
            "{ items: { type: boolean } }",
            "breaking request-items-type-changed",
            "breaking response-items-type-changed",
        ),
        (
            "{ oneOf: [{ type: string }] }",
            "{ oneOf: [{ type: string }, { type: integer }] }",
            "info request-body-one-of-alternative-added",
            "breaking response-body-one-of-alternative-added",
        ),
        (
            "{ not: { type: string } }",
            "{ not: { type: integer } }",
            "warning request-body-not-changed",
            "warning response-body-not-changed",
        ),
        (
            "{ default: 1 }",
            "{ default: 2 }",
            "warning request-body-default-changed",
            "info response-body-default-changed",
        ),
    ] {
        assert_eq!(ids(&body(old), &body(new)), [request], "request {old} -> {new}");
        assert_eq!(ids(&answer(old), &answer(new)), [response], "response {old} -> {new}");
    }
}

#[test]
fn what_means_the_same_is_silent() {
    let schemas = "{ A: { type: object, required: [x], properties: { x: { $ref: '#/components/schemas/B' } } }, B: { type: string }, C: { properties: { self: { $ref: '#/components/schemas/C' }, x: { type: string } } } }";
    let with = |schema: &str, schemas: &str| {
        let content = format!("{{ application/json: {{ schema: {schema} }} }}");
        document(
            &format!(
                "{{ requestBody: {{ content: {content} }}, responses: {{ '200': {{ description: ok }} }} }}"
            ),
            schemas,
        )
    };
    let inline = "{ properties: { x: { type: string, description: text } }, type: object, required: [x] }";
    let split = "{ allOf: [{ type: object, required: [x] }, { properties: { x: { type: string } } }] }";
    let reference = "{ $ref: '#/components/schemas/A' }";
    for (old, new) in [(inline, reference), (reference, inline), (inline, split), (split, reference)] {
        assert_eq!(ids(&with(old, schemas), &with(new, schemas)), Vec::<String>::new(), "{old} -> {new}");
    }
    let recursive = "{ $ref: '#/components/schemas/C' }";
    let changed = schemas.replace("x: { type: string } }", "x: { type: integer } }");
    assert_eq!(ids(&with(recursive, schemas), &with(recursive, schemas)), Vec::<String>::new());
    assert_eq!(
        ids(&with(recursive, schemas), &with(recursive, &changed)),
        ["breaking request-property-type-changed"]
    );
}

#[test]
fn operations_parameters_and_answers_are_compared() {
    let ok = "responses: { '200': { description: ok } }";
    let op = |inner: &str| document(&format!("{{ {inner} }}"), "{}");
    for (old, new, expected) in [
        (
            op(ok),
            op(ok).replace("post:", "put:"),
            vec!["breaking endpoint-removed-without-deprecation", "info endpoint-added"],
        ),
        (
            op(&format!("deprecated: true, {ok}")),
            op(ok).replace("post:", "put:"),
            vec!["warning endpoint-removed-after-deprecation", "info endpoint-added"],
        ),
        (op(ok), op(ok).replace("{id}", "{key}"), vec![]),
        (
            op(&format!("parameters: [{{ name: q, in: query, schema: {{ type: string }} }}], {ok}")),
            op(ok),
            vec!["warning request-parameter-removed"],
        ),
        (
            op(ok),
            op(&format!("parameters: [{{ name: q, in: query, required: true }}], {ok}")),
            vec!["breaking new-required-request-parameter"],
        ),
        (
            op(&format!("parameters: [{{ name: q, in: query }}], {ok}")),
            op(&format!("parameters: [{{ name: q, in: query, required: true }}], {ok}")),
            vec!["breaking request-parameter-became-required"],
        ),
        (
            op(&format!("parameters: [{{ name: q, in: query }}], {ok}")),
            op(&format!("parameters: [{{ name: q, in: query, explode: false }}], {ok}")),
            vec!["breaking request-parameter-style-changed"],
        ),
        (
            op(ok),
            op("responses: { '201': { description: ok } }"),
            vec!["breaking response-success-status-removed", "info response-success-status-added"],
        ),
        (
            op(ok),
            op(&format!("requestBody: {{ required: true, content: {{}} }}, {ok}")),
            vec!["breaking request-body-added-required"],
        ),
        (
            op("responses: { '200': { description: ok, content: { a/b: {} } } }"),
            op("responses: { '200': { description: ok, content: { c/d: {} } } }"),
            vec!["breaking response-media-type-removed", "info response-media-type-added"],
        ),
        (
            op("responses: { '200': { description: ok, headers: { X-A: { required: true } } } }"),
            op(ok),
            vec!["breaking required-response-header-removed"],
        ),
        (op(ok), op(&format!("security: [{{ key: [] }}], {ok}")), vec!["breaking api-security-added"]),
        (
            op(&format!("security: [{{ o: [a] }}], {ok}")),
            op(&format!("security: [{{ o: [a, b] }}], {ok}")),
            vec!["breaking api-security-scope-added"],
        ),
        (
            op(&format!("security: [{{ o: [] }}, {{ k: [] }}], {ok}")),
            op(&format!("security: [{{ o: [] }}], {ok}")),
            vec!["breaking api-security-alternative-removed"],
        ),
    ] {
        assert_eq!(ids(&old, &new), expected, "{old}\n->\n{new}");
    }
}

#[test]
fn a_change_says_where_it_is_in_both_documents_and_can_be_agreed_to() {
    let found = changes(
        &answer("{ properties: { a/b: { maxLength: 1 } } }"),
        &answer("{ properties: { a/b: { maxLength: 2 } } }"),
    );
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.level, one.operation.as_str()), (Level::Breaking, "POST /a/{id}"));
    assert_eq!(one.at, "response 200 application/json /a~1b");
    let places: Vec<String> = [&one.old, &one.new].into_iter().flatten().map(ToString::to_string).collect();
    assert_eq!(places, ["old.yaml:5:112", "new.yaml:5:112"]);
    for (list, has) in [
        ("response-property-max-length-increased # agreed", true),
        ("response-property-max-length-increased POST /a/{id}", true),
        ("response-property-max-length-increased POST /a/{id} response 200 application/json /a~1b", true),
        ("response-property-max-length-increased GET /a/{id}", false),
        ("# nothing", false),
    ] {
        assert_eq!(Suppressions::read(list).unwrap().have(one), has, "{list}");
    }
    assert_eq!(Suppressions::read("ok\nNOT an id").unwrap_err(), 2);
}

#[test]
fn swagger_is_compared_too_and_what_is_no_contract_is_told() {
    let old = "{ swagger: '2.0', info: { title: T, version: '1' }, paths: { /a: { get: { parameters: [{ name: q, in: query, type: string }], responses: { 200: { description: ok, schema: { type: string } } } } } } }";
    let new = old
        .replace("in: query, type: string", "in: query, type: integer")
        .replace("schema: { type: string }", "schema: { type: boolean }");
    assert_eq!(
        ids(old, &new),
        ["breaking request-parameter-type-changed", "breaking response-body-type-changed"]
    );
    assert!(
        diff::diff(("a: 1", "x"), (old, "y")).unwrap_err().message.contains("`x` is no OpenAPI document")
    );
    assert!(diff::diff(("[", "x"), (old, "y")).is_err());
}

#[test]
fn every_report_can_hold_whatever_a_document_says() {
    let found = changes(&answer("{ enum: ['<b>|*'] }"), &answer("{ enum: [] }"));
    assert!(diff::html(&found).contains("&lt;b&gt;") && !diff::html(&found).contains("<b>"));
    assert!(diff::markdown(&found).contains("&lt;b>\\|\\*"));
    assert!(diff::text(&found).ends_with("0 breaking, 0 warnings, 1 info\n"));
    let list: serde_json::Value = serde_json::from_str(&diff::json(&found)).unwrap();
    assert_eq!(list[0]["id"], "response-body-enum-value-removed");
    assert_eq!(list[0]["old"]["file"], "old.yaml");
}

#[test]
fn more_changes_than_are_told_are_said_to_be_more() {
    let schema = |most: u32| {
        let properties: Vec<String> =
            (0..300).map(|at| format!("\"p{at}\":{{\"type\":\"string\",\"maxLength\":{most}}}")).collect();
        format!("{{\"type\":\"object\",\"properties\":{{{}}}}}", properties.join(","))
    };
    let document = |most: u32| {
        let operation = format!(
            "{{\"post\":{{\"requestBody\":{{\"content\":{{\"application/json\":{{\"schema\":{}}}}}}},\"responses\":{{\"200\":{{\"description\":\"d\"}}}}}}}}",
            schema(most)
        );
        let paths: Vec<String> = (0..200).map(|at| format!("\"/p{at}\":{operation}")).collect();
        format!(
            "{{\"openapi\":\"3.1.0\",\"info\":{{\"title\":\"t\",\"version\":\"{most}\"}},\"paths\":{{{}}}}}",
            paths.join(",")
        )
    };
    let changes = diff::diff((&document(20), "a.json"), (&document(10), "b.json")).unwrap();
    assert_eq!(changes.len(), 50_001);
    let more = changes.iter().find(|change| change.id == "more-changes").unwrap();
    assert_eq!(more.level, diff::Level::Breaking);
    assert!(diff::text(&changes).contains("more than 50000 changes"));
}
