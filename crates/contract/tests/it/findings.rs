use contract::Contract;
use model::{Finding, Severity};

const HEAD: &str = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\n";

/// The findings of a text that is refused.
#[track_caller]
fn refused(text: &str) -> Vec<Finding> {
    let findings = Contract::parse(text, "api.yaml").map(|_| ()).expect_err("the text is accepted");
    assert!(findings.iter().any(|finding| finding.severity == Severity::Error), "{findings:#?}");
    findings
}

#[track_caller]
fn has(findings: &[Finding], rule: &str, line: u32, part: &str) {
    let fits = |finding: &&Finding| {
        finding.rule == rule
            && finding.message.contains(part)
            && finding.place.as_ref().is_some_and(|place| place.line == line)
    };
    assert!(findings.iter().find(fits).is_some(), "no {rule} in line {line} with `{part}` in {findings:#?}");
}

#[test]
fn a_document_that_is_no_openapi_says_what_it_seems_to_be() {
    for (text, part) in [
        ("", "empty"),
        ("just text", "a mapping with `openapi"),
        ("[1]", "a mapping with `openapi"),
        ("kind: api\nname: orders\n", "resource document"),
        ("paths: {}\n", "add `openapi: 3.1.0`"),
        ("a: 1\n", "neither `openapi` nor `swagger`"),
        ("openapi: 3.1.0\npaths: {}\n---\nb: 1\n", "a second one begins"),
    ] {
        let findings = refused(text);
        assert!(
            findings[0].rule == "not-openapi" && findings[0].message.contains(part),
            "{text}: {findings:?}"
        );
        assert!(findings[0].place.is_some());
    }
}

#[test]
fn a_version_that_is_not_read_is_named() {
    for text in ["openapi: 4.0.0\n", "swagger: '1.2'\n", "openapi: [3]\n"] {
        has(&refused(text), "unsupported-version", 1, "are read");
    }
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    let text = "{\n  \"openapi\": \"3.1.0\",\n  \"info\" {}\n}";
    let findings = Contract::parse(text, "api.json").map(|_| ()).expect_err("a colon is missing");
    has(&findings, "syntax", 3, "expected `:`");
    assert_eq!(findings[0].place.as_ref().map(|place| place.column), Some(10));
    has(&refused("openapi: 3.1.0\ninfo: {}\ninfo: {}\n"), "duplicate-key", 3, "twice");
}

#[test]
fn every_path_that_cannot_be_routed_is_found_at_once() {
    let text = format!(
        "{HEAD}paths:\n  orders: {{}}\n  /a/{{b: {{}}\n  /c/{{d}}/{{d}}: {{}}\n  /e:\n    get: []\n    GET: {{ responses: {{}} }}\n  /f: 7\n"
    );
    let findings = refused(&text);
    has(&findings, "invalid-path", 4, "begins with `/`");
    has(&findings, "invalid-path", 5, "without `}`");
    has(&findings, "invalid-path", 6, "stands twice");
    has(&findings, "wrong-type", 8, "a list");
    has(&findings, "unknown-method", 9, "lower case: `get`");
    has(&findings, "wrong-type", 10, "a number");
}

#[test]
fn paths_must_be_there_and_a_mapping() {
    has(&refused("openapi: 3.0.0\ninfo: { title: T, version: '1' }\n"), "missing-field", 1, "no `paths`");
    has(&refused(&format!("{HEAD}paths: [a]\n")), "wrong-type", 3, "a list");
    let contract = crate::parse(HEAD);
    assert_eq!(contract.findings[0].rule, "no-operations");
}

#[test]
fn two_operations_of_one_method_and_shape_are_an_error() {
    let text = format!(
        "{HEAD}paths:\n  /a/{{x}}:\n    get: {{ responses: {{}} }}\n  /a/{{y}}:\n    post: {{ responses: {{}} }}\n    get: {{ responses: {{}} }}\n"
    );
    has(&refused(&text), "duplicate-operation", 8, "GET /a/{y} matches the same requests as GET /a/{x}");
}

#[test]
fn operation_ids_are_made_unique() {
    let contract = crate::parse(&format!(
        "{HEAD}paths:\n  /a:\n    get: {{ operationId: x }}\n    post: {{}}\n  /b:\n    get: {{ operationId: x }}\n"
    ));
    let ids: Vec<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, ["x", "POST /a", "GET /b"]);
    has(&contract.findings, "duplicate-operation-id", 8, "GET /a");
    assert!(contract.operation("GET /b").is_some() && contract.operation("y").is_none());
}

#[test]
fn references_that_lead_nowhere_out_or_in_circles_are_warnings() {
    let contract = crate::parse(&format!(
        "{HEAD}paths:\n  /a:\n    get:\n      parameters:\n        - $ref: '#/components/parameters/gone'\n      responses:\n        '200':\n          content:\n            application/json:\n              schema: {{ $ref: 'other.yaml#/A' }}\n              example: {{ $ref: '#/this/is/only/text' }}\n        '400': {{ $ref: '#/components/responses/a' }}\ncomponents:\n  responses:\n    a: {{ $ref: '#/components/responses/b' }}\n    b: {{ $ref: '#/components/responses/a' }}\n  schemas:\n    Tree: {{ properties: {{ left: {{ $ref: '#/components/schemas/Tree' }}, $ref: {{ type: string }} }} }}\n"
    ));
    has(&contract.findings, "dangling-reference", 7, "gone");
    has(&contract.findings, "external-reference", 12, "other.yaml");
    has(&contract.findings, "circular-reference", 14, "responses/a");
    assert_eq!(contract.findings.len(), 5, "{:#?}", contract.findings);
    let page = contract.operation("GET /a").unwrap();
    assert_eq!(page.responses.len(), 2);
    assert!(contract.schema("Tree").unwrap().schemas.is_empty());
}

#[test]
fn a_path_item_elsewhere_must_come_along() {
    let text = format!(
        "{HEAD}paths:\n  /a: {{ $ref: 'a.yaml' }}\n  /b: {{ $ref: '#/components/pathItems/gone' }}\n  /c: {{ $ref: '#/paths/~1c' }}\n"
    );
    let findings = refused(&text);
    has(&findings, "unresolved-path-item", 4, "another file");
    has(&findings, "unresolved-path-item", 5, "leads nowhere");
    has(&findings, "unresolved-path-item", 6, "back to itself");
    let contract = crate::parse(&format!(
        "{HEAD}paths:\n  /b/{{id}}: {{ $ref: '#/components/pathItems/b' }}\ncomponents:\n  pathItems:\n    b:\n      parameters: [{{ name: id, in: path, required: true, schema: {{ type: integer }} }}]\n      get: {{ operationId: getB, responses: {{ '200': {{ description: fine }} }} }}\n"
    ));
    let page = contract.operation("getB").unwrap();
    assert_eq!(
        (page.path.as_str(), page.parameters[0].schema["type"].as_str()),
        ("/b/{id}", Some("integer"))
    );
}

#[test]
fn findings_of_a_rule_are_bounded() {
    let paths: String = (0..500).map(|at| format!("  /p{at}/{{x: {{}}\n")).collect();
    let findings = refused(&format!("{HEAD}paths:\n{paths}"));
    assert_eq!(
        findings.len(),
        51 + usize::from(findings.iter().any(|finding| finding.rule == "no-operations"))
    );
    assert!(findings.iter().any(|finding| finding.message.starts_with("450 more")));
}

#[test]
fn damaged_documents_never_panic() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: 1}\ntags: [{name: a}]\npaths:\n  /a/{b}.json:\n    parameters:\n      - {name: b, in: path, schema: {type: string}}\n    get:\n      tags: [a]\n      security: [{key: []}]\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}\n      responses: {200: {description: d, headers: {X: {schema: {type: integer}}}}}\ncomponents:\n  schemas:\n    S: {type: object, nullable: true, properties: {s: {$ref: '#/components/schemas/S'}}}\n  securitySchemes: {key: {type: apiKey}}\n";
    for end in 0..text.len() {
        for inserted in ["", "[", "{}", "7", "null", "\n", ": ", "'", "[]: ", "$ref: '#/paths'"] {
            let damaged =
                format!("{}{inserted}{}", &text[..end], if inserted.is_empty() { "" } else { &text[end..] });
            let Ok(contract) = Contract::parse(&damaged, "api.yaml") else { continue };
            contract.outline();
            for operation in &contract.operations {
                let page = contract.operation(&operation.id).unwrap();
                contract.samples(&page, "http://127.0.0.1", Some("x-api-key"));
            }
            contract.schema("S");
        }
    }
}
