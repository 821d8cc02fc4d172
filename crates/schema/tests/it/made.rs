//! Values made of schemas: the schemas accept them, whatever they ask for.

use std::{collections::HashMap, sync::Arc};

use schema::{Dialect, Direction, Json, Making, Reading, Schemas, Value};
use serde_json::json;

fn schemas(dialect: Dialect, schema: Json) -> Schemas {
    let reading = Reading { dialect, formats: true, discriminators: true };
    let documents = HashMap::from([(String::new(), schema)]);
    Schemas::new(reading, Arc::new(documents)).keeping_examples()
}

fn made(dialect: Dialect, schema: Json, making: Making) -> Option<Json> {
    let schemas = schemas(dialect, schema);
    let id = schemas.at("").unwrap();
    let made = schemas.make(id, making)?;
    let outcome = schemas.check(id, &Value::from(&made), making.direction, 5);
    assert!(outcome.faults.is_empty(), "{made}: {:?}", outcome.faults);
    Some(made)
}

#[track_caller]
fn plain(schema: Json) -> Json {
    let said = schema.to_string();
    made(Dialect::Draft2020, schema, Making::default())
        .unwrap_or_else(|| panic!("nothing was made of {said}"))
}

#[test]
fn the_author_comes_first_where_the_schema_agrees() {
    assert_eq!(
        plain(json!({ "type": "string", "examples": ["a"], "default": "b", "enum": ["a", "b", "c"] })),
        "a"
    );
    assert_eq!(plain(json!({ "type": "string", "default": "b" })), "b");
    assert_eq!(plain(json!({ "type": "integer", "examples": ["seven"], "example": 7 })), 7);
    assert_eq!(plain(json!({ "enum": ["z", "a"] })), "z");
    assert_eq!(plain(json!({ "const": { "a": [1] } })), json!({ "a": [1] }));
    assert_eq!(plain(json!({ "type": "integer", "example": "x", "minimum": 3 })), 3);
}

#[test]
fn values_are_as_asked_for() {
    for schema in [
        json!({ "type": "integer", "minimum": 10, "multipleOf": 4 }),
        json!({ "type": "integer", "exclusiveMinimum": -7, "exclusiveMaximum": -5 }),
        json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.01 }),
        json!({ "type": "number", "minimum": 0.25, "multipleOf": 0.1, "maximum": 0.4 }),
        json!({ "type": "integer", "format": "int32", "minimum": 2_147_483_647 }),
        json!({ "type": "string", "minLength": 300, "maxLength": 300 }),
        json!({ "type": "string", "maxLength": 2, "pattern": "^[A-Z]" }),
        json!({ "type": "string", "pattern": "^(?!abc)[a-z]{3,5}$" }),
        json!({ "type": "string", "pattern": "^\\d{3}-[^a-z]+(foo|bar)?$", "minLength": 20 }),
        json!({ "type": "string", "pattern": "^\\p{Lu}\\w*$" }),
        json!({ "type": "string", "format": "email", "minLength": 40 }),
        json!({ "type": "string", "format": "uri", "pattern": "^https://" }),
        json!({ "type": "array", "items": { "type": "integer", "maximum": 3, "minimum": 1 }, "minItems": 3, "uniqueItems": true }),
        json!({ "type": "array", "items": { "enum": ["a", "b"] }, "minItems": 2, "uniqueItems": true }),
        json!({ "type": "array", "contains": { "const": 7 }, "minContains": 2, "items": { "type": "integer" }, "minItems": 4 }),
        json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "null" }], "items": false }),
        json!({ "type": "object", "minProperties": 4, "additionalProperties": { "type": "boolean" } }),
        json!({ "type": "object", "minProperties": 2, "maxProperties": 2, "propertyNames": { "pattern": "^x-[a-z]+$" } }),
        json!({ "type": "object", "patternProperties": { "^a\\d$": { "type": "integer" } }, "additionalProperties": false, "minProperties": 2 }),
        json!({ "required": ["unheard-of"], "properties": { "a": { "type": "string" } } }),
        json!({ "properties": { "a": {}, "b": {}, "c": {} }, "maxProperties": 1, "required": ["c"] }),
        json!({ "properties": { "a": { "type": "string" } }, "required": ["a"], "dependentRequired": { "a": ["b"] } }),
        json!({ "type": "object", "properties": { "a": { "type": "integer" }, "b": {} }, "dependentSchemas": { "a": { "required": ["c"] } } }),
        json!({ "allOf": [{ "type": "integer", "minimum": 5 }, { "maximum": 5 }] }),
        json!({ "allOf": [{ "properties": { "a": { "minimum": 3 } } }, { "properties": { "a": { "type": "integer", "maximum": 3 } }, "required": ["a"] }] }),
        json!({ "oneOf": [{ "type": "integer" }, { "type": "number", "minimum": 100 }] }),
        json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "properties": { "a": { "type": "string" }, "b": { "type": "string" } } }),
        json!({ "anyOf": [false, { "type": "string", "not": { "const": "string" } }] }),
        json!({ "not": { "type": ["string", "object"] } }),
        json!({ "type": "object", "properties": { "kind": { "enum": ["b", "a"] } }, "required": ["kind"],
            "if": { "properties": { "kind": { "const": "a" } } }, "then": { "required": ["of_a"] }, "else": { "required": ["of_b"] } }),
        json!({ "allOf": [{ "properties": { "a": { "type": "string" } } }], "properties": { "b": {} }, "unevaluatedProperties": false }),
        json!({ "type": ["null", "string"], "enum": [null] }),
        json!({}),
        json!(true),
    ] {
        let said = schema.to_string();
        for seed in [None, Some(1), Some(2), Some(77)] {
            let making = Making { direction: None, seed };
            let one = made(Dialect::Draft2020, schema.clone(), making);
            let one = one.unwrap_or_else(|| panic!("nothing was made of {said} by {seed:?}"));
            assert_eq!(
                Some(one),
                made(Dialect::Draft2020, schema.clone(), making),
                "{said}: a seed says all"
            );
        }
    }
}

#[test]
fn values_vary_by_the_seed() {
    let schema = json!({ "type": "object", "required": ["a", "b"], "properties": {
        "a": { "type": "string", "format": "uuid" }, "b": { "type": "integer" }, "c": { "type": "array", "items": { "type": "string" } } } });
    let of = |seed| {
        made(Dialect::Draft2020, schema.clone(), Making { direction: None, seed: Some(seed) }).unwrap()
    };
    let all: std::collections::HashSet<String> = (0..50).map(|seed| of(seed).to_string()).collect();
    assert_eq!(all.len(), 50);
}

#[test]
fn what_nothing_fits_ends_with_nothing() {
    for schema in [
        json!(false),
        json!({ "type": "integer", "minimum": 2, "maximum": 1 }),
        json!({ "allOf": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "type": "object", "required": ["a"], "properties": { "a": false } }),
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "$ref": "#" } } }),
        json!({ "type": "array", "items": { "const": 1 }, "minItems": 2, "uniqueItems": true }),
        json!({ "type": "string", "minLength": 3_000_000_000_u64 }),
        json!({ "type": "array", "minItems": 3_000_000_000_u64 }),
        json!({ "type": "object", "minProperties": 3_000_000_000_u64 }),
        json!({ "type": "string", "pattern": "^a{50000}$" }),
    ] {
        assert_eq!(made(Dialect::Draft2020, schema.clone(), Making::default()), None, "{schema}");
    }
}

#[test]
fn schemas_within_themselves_end() {
    let tree = json!({ "type": "object", "required": ["name", "children"], "properties": {
        "name": { "type": "string" }, "parent": { "$ref": "#" },
        "children": { "type": "array", "items": { "$ref": "#" } } } });
    assert_eq!(plain(tree), json!({ "name": "string", "children": [] }));
    let choice = json!({ "oneOf": [{ "type": "object", "required": ["of"], "properties": { "of": { "$ref": "#" } } }, { "type": "integer" }] });
    plain(choice);
    let all = json!({ "$defs": { "a": { "allOf": [{ "$ref": "#/$defs/b" }, { "required": ["x"] }] }, "b": { "anyOf": [{ "$ref": "#/$defs/a" }, { "type": "object" }] } },
        "$ref": "#/$defs/a" });
    plain(all);
}

#[test]
fn what_is_wide_and_deep_stays_small() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..60 {
        schema =
            json!({ "type": "object", "properties": { "a": schema.clone(), "b": { "type": "integer" } } });
    }
    let wide: serde_json::Map<String, Json> = (0..200).map(|at| (format!("p{at}"), schema.clone())).collect();
    assert!(plain(json!({ "type": "object", "properties": wide })).to_string().len() < 20_000);
    // Two to the power of forty combinations.
    let choice = json!({ "oneOf": [{ "properties": { "a": { "const": 1 } }, "required": ["a"] }, { "properties": { "a": { "const": 2 } }, "required": ["a"] }] });
    let many: Vec<Json> = (0..40).map(|_| choice.clone()).collect();
    assert_eq!(plain(json!({ "allOf": many }))["a"], 1);
    let fan = json!({ "$defs": { "x": { "oneOf": (0..30).map(|at| json!({ "type": "object", "required": ["k"],
        "properties": { "k": { "const": at }, "next": { "$ref": "#/$defs/x" }, "other": { "$ref": "#/$defs/x" } } })).collect::<Vec<_>>() } }, "$ref": "#/$defs/x" });
    assert!(plain(fan).to_string().len() < 20_000);
}

#[test]
fn a_value_goes_one_way() {
    let schema = json!({ "type": "object", "required": ["id", "name", "secret"], "properties": {
        "id": { "type": "string", "readOnly": true }, "name": { "type": "string" }, "secret": { "type": "string", "writeOnly": true } } });
    let of = |direction| {
        made(Dialect::OpenApi30, schema.clone(), Making { direction: Some(direction), seed: None })
    };
    assert_eq!(of(Direction::Request), Some(json!({ "name": "string", "secret": "string" })));
    assert_eq!(of(Direction::Response), Some(json!({ "id": "string", "name": "string" })));
}

#[test]
fn openapi_is_read_its_way() {
    let of = |schema| made(Dialect::OpenApi30, schema, Making::default()).unwrap();
    assert_eq!(of(json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 1 })), 1);
    assert_eq!(of(json!({ "type": "string", "nullable": true })), "string");
    assert_eq!(of(json!({ "type": "object", "nullable": true, "example": { "a": 1 } })), json!({ "a": 1 }));
    let pets = json!({ "components": { "schemas": {
        "Cat": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" }, "lives": { "type": "integer" } } },
        "Dog": { "type": "object", "required": ["kind", "bark"], "properties": { "kind": { "type": "string" }, "bark": { "type": "boolean" } } } } },
        "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
        "discriminator": { "propertyName": "kind", "mapping": { "dog": "#/components/schemas/Dog" } } });
    assert_eq!(of(pets), json!({ "kind": "Cat", "lives": 1 }));
}

#[test]
fn edges_differ_in_one_place_and_are_what_they_are_said_to_be() {
    let schema = json!({
        "type": "object",
        "required": ["name", "count"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "minLength": 2, "maxLength": 9 },
            "count": { "type": "integer", "minimum": 0, "exclusiveMaximum": 10 },
            "state": { "enum": ["open", "closed"] },
            "code": { "type": "string", "pattern": "^[A-Z]{3}$" },
            "day": { "type": "string", "format": "date" },
            "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 3, "uniqueItems": true },
            "pet": { "oneOf": [{ "$ref": "#/$defs/cat" }, { "type": "null" }] },
        },
        "$defs": { "cat": { "type": "object", "required": ["lives"], "properties": { "lives": { "type": "integer", "maximum": 9 } } } },
    });
    let schemas = schemas(Dialect::Draft2020, schema);
    let id = schemas.at("").unwrap();
    let base = schemas.make(id, Making::default()).unwrap();
    let edges = schemas.edges(id, &base, None, 7, 200);
    let has = |pointer: &str, keyword: &str, valid: bool| {
        edges.iter().any(|e| e.pointer == pointer && e.keyword == keyword && e.valid == valid)
    };
    for (pointer, keyword) in [
        ("/name", "minLength"),
        ("/name", "maxLength"),
        ("/count", "minimum"),
        ("/count", "maximum"),
        ("/state", "enum"),
        ("/day", "format"),
        ("/tags", "maxItems"),
        ("/pet/lives", "maximum"),
    ] {
        assert!(has(pointer, keyword, true), "{keyword} of {pointer} is met: {edges:#?}");
        assert!(has(pointer, keyword, false), "{keyword} of {pointer} is not: {edges:#?}");
    }
    for (pointer, keyword) in [
        ("/name", "required"),
        ("", "additionalProperties"),
        ("/code", "pattern"),
        ("/tags", "uniqueItems"),
        ("/pet/lives", "required"),
        ("/name", "type"),
    ] {
        assert!(has(pointer, keyword, false), "{keyword} of {pointer} is broken: {edges:#?}");
    }
    assert!(has("/state", "properties", true) && has("/pet", "type", true));
    for edge in &edges {
        assert_eq!(schemas.check(id, &Value::from(&edge.value), None, 1).is_valid(), edge.valid, "{edge:?}");
    }
    assert_eq!(edges, schemas.edges(id, &base, None, 7, 200));
    assert_eq!(schemas.edges(id, &base, None, 7, 10).len(), 10);
}
