//! Input that is meant to hurt: everything ends, in bounded time, and says what it left out.

use std::{fmt::Write, time::Instant};

use crate::{check, ruleset, said};

const HEAD: &str = "openapi: 3.0.0\ninfo: { title: T, version: '1' }\npaths: {}\n";

/// Generous, for slow machines and builds without optimization; what is not bounded takes hours.
fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    result
}

#[test]
fn references_that_multiply_are_looked_at_once() {
    let mut text = format!("{HEAD}components:\n  schemas:\n");
    for level in 0..60 {
        let next = level + 1;
        let _ = writeln!(
            text,
            "    S{level}: {{ type: object, example: {{}}, properties: {{ a: {{ $ref: '#/components/schemas/S{next}' }}, b: {{ $ref: '#/components/schemas/S{next}' }} }} }}"
        );
    }
    text += "    S60: { type: object }\n";
    let report = quickly(|| check(&text));
    assert!(said(&report, "oas3-valid-schema-example").is_empty());
}

#[test]
fn a_union_that_multiplies_is_given_up_and_said_to_be() {
    let mut text = format!("{HEAD}components:\n  schemas:\n");
    for level in 0..40 {
        let next = level + 1;
        let _ = writeln!(
            text,
            "    S{level}: {{ allOf: [{{ $ref: '#/components/schemas/S{next}' }}, {{ $ref: '#/components/schemas/S{next}' }}] }}"
        );
    }
    text += "    S40: { type: string }\n    Top: { type: string, allOf: [{ $ref: '#/components/schemas/S0' }], example: x }\n";
    assert!(quickly(|| check(&text)).incomplete);
}

#[test]
fn references_in_circles_and_deep_ones_end() {
    let mut text = format!(
        "{HEAD}components:\n  schemas:\n    A: {{ $ref: '#/components/schemas/B' }}\n    B: {{ $ref: '#/components/schemas/A' }}\n    C: {{ $ref: '#' }}\n    D: {{ allOf: [{{ $ref: '#/components/schemas/D' }}], example: 1, type: string }}\n"
    );
    for level in 0..3000 {
        let _ = writeln!(
            text,
            "    L{level}: {{ type: object, properties: {{ n: {{ $ref: '#/components/schemas/L{}' }} }} }}",
            level + 1
        );
    }
    text += "    L3000: { type: string, enum: [a, a] }\n";
    let report = quickly(|| {
        std::thread::Builder::new().stack_size(64 << 20).spawn(move || check(&text)).unwrap().join().unwrap()
    });
    assert_eq!(said(&report, "duplicated-entry-in-enum").len(), 1);
}

#[test]
fn aliases_that_multiply_are_refused_with_their_place() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let one = format!("*a{}", level - 1);
        let _ = writeln!(text, "a{level}: &a{level} [{}]", vec![one; 10].join(", "));
    }
    let report = quickly(|| check(&text));
    let [one] = report.diagnostics.as_slice() else { panic!("{report:?}") };
    assert_eq!(one.code, "parser");
    assert!(one.message.contains("aliases") && one.range.start.line > 0, "{one:?}");
}

#[test]
fn patterns_that_explode_end() {
    let bomb = "a".repeat(40) + "!";
    let text = format!(
        "{HEAD}components:\n  schemas:\n    A: {{ type: string, pattern: '^(a+)+$', example: '{bomb}' }}\n    B: {{ type: string, pattern: '^(?:(a+)\\1?)+$', example: '{bomb}' }}\n    C: {{ type: string, pattern: '^((a{{1,1000}}){{1,1000}}){{1,1000}}$', example: '{bomb}' }}\n"
    );
    let report = quickly(|| check(&text));
    let found = said(&report, "oas3-valid-schema-example");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("must match pattern"), "{found:?}");
}

#[test]
fn rules_with_patterns_that_explode_end() {
    let rules = "rules:\n  bomb: { given: '$..[?(@property.match(/^(?:(a+)\\1?)+$/))]', then: { function: pattern, functionOptions: { match: '^(?:(a+)\\1?)+$' } } }\n";
    let text = format!("{}!: x\n", "a".repeat(60));
    let report = quickly(|| lint::lint(text, "a.yaml", &ruleset(rules), &|_| Err(String::new())));
    assert!(report.diagnostics.is_empty());
}

#[test]
fn server_variables_that_multiply_end() {
    let values = (0..30).map(|value| format!("v{value}")).collect::<Vec<_>>().join(", ");
    let names: Vec<String> = (0..12).map(|name| format!("n{name}")).collect();
    let url: String = names.iter().map(|name| format!("/{{{name}}}")).collect();
    let variables = names.iter().map(|name| format!("{name}: {{ enum: [{values}], default: v0 }}"));
    let variables = variables.collect::<Vec<_>>().join(", ");
    let text = format!("{HEAD}servers: [{{ url: 'https://x{url}', variables: {{ {variables} }} }}]\n");
    assert!(said(&quickly(|| check(&text)), "oas3-server-variables").is_empty());
}

#[test]
fn nesting_beyond_the_limit_is_refused_with_its_place() {
    let text = "[".repeat(10_000);
    let report = quickly(|| check(&text));
    assert_eq!(report.diagnostics[0].code, "parser");
    assert!(report.diagnostics[0].message.contains("nested deeper"), "{report:?}");
}

#[test]
fn whatever_stands_where_something_else_should_nothing_breaks() {
    // Each field of a document in turn is each kind of value.
    let values = [
        "null",
        "true",
        "3",
        "text",
        "[]",
        "[null, 3, []]",
        "{}",
        "{ a: 3 }",
        "{ $ref: '#/nowhere' }",
        "{ $ref: 3 }",
    ];
    for version in ["openapi: 3.0.0", "openapi: 3.1.0", "openapi: 3.2.0", "swagger: '2.0'"] {
        for value in values {
            let text = format!(
                "{version}\ninfo: {value}\nservers: {value}\ntags: {value}\nsecurity: {value}\ndefinitions: {value}\nx: {value}\n\
                 paths:\n  /a/{{id}}: {value}\n  /b: {{ get: {value}, parameters: {value} }}\n  /c: {{ get: {{ parameters: {value}, responses: {value}, tags: {value}, security: {value}, servers: {value}, requestBody: {value}, callbacks: {value} }} }}\n  \
                 /d: {{ post: {{ parameters: [{value}, {{ name: {value}, in: path, schema: {value}, example: {value}, examples: {value} }}], responses: {{ '200': {{ description: x, content: {{ a/b: {{ schema: {value}, example: {value}, examples: {{ a: {value}, b: {{ value: {value} }} }} }} }} }} }} }} }}\n\
                 components: {{ schemas: {{ A: {value}, B: {{ type: {value}, enum: {value}, properties: {value}, required: {value}, items: {value}, allOf: {value}, default: {value}, pattern: {value}, minimum: {value} }} }}, examples: {value}, securitySchemes: {{ s: {value} }} }}\n"
            );
            quickly(|| check(&text));
            quickly(|| check(value));
        }
    }
}
