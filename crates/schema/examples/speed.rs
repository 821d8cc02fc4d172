//! How long holding a JSON body against its schema takes: `cargo run --release -p schema --example speed`.
#![allow(clippy::print_stdout, reason = "it is read by people")]

use std::{collections::HashMap, hint::black_box, sync::Arc, time::Instant};

use schema::{Dialect, Direction, Reading, Schemas, read};
use serde_json::{Value, json};

fn order(lines: usize) -> Value {
    let line = |at: usize| json!({ "sku": format!("SKU-{at:06}"), "count": at + 1, "price": 12.5, "note": "with a ribbon" });
    json!({
        "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "customer": { "name": "Ada Lovelace", "email": "ada@example.com", "since": "2024-01-15" },
        "placed": "2026-01-15T09:30:00Z",
        "status": "open",
        "lines": (0..lines).map(line).collect::<Vec<_>>(),
        "total": 125.5,
    })
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn main() {
    let schema = json!({
        "type": "object",
        "required": ["id", "customer", "lines", "total"],
        "additionalProperties": false,
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "customer": { "$ref": "#/$defs/Customer" },
            "placed": { "type": "string", "format": "date-time" },
            "status": { "enum": ["open", "paid", "sent"] },
            "lines": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/Line" } },
            "total": { "type": "number", "minimum": 0 },
        },
        "$defs": {
            "Customer": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "minLength": 1, "maxLength": 100 },
                "email": { "type": "string", "format": "email" },
                "since": { "type": "string", "format": "date" } } },
            "Line": { "type": "object", "required": ["sku", "count"], "additionalProperties": false, "properties": {
                "sku": { "type": "string", "pattern": "^SKU-[0-9]{6}$" },
                "count": { "type": "integer", "minimum": 1, "maximum": 1000 },
                "price": { "type": "number", "exclusiveMinimum": 0 },
                "note": { "type": "string", "maxLength": 200 } } },
        },
    });
    let reading = Reading { dialect: Dialect::Draft2020, formats: true, discriminators: true };
    let schemas = Schemas::new(reading, Arc::new(HashMap::from([(String::new(), schema)])));
    let id = schemas.at("").expect("the schema is there");
    for lines in [10, 140] {
        let text = order(lines).to_string();
        let rounds = 50_000_000 / text.len();
        let start = Instant::now();
        for _ in 0..rounds {
            let value = read(black_box(text.as_bytes())).expect("it is JSON");
            assert!(schemas.check(id, &value, Some(Direction::Request), 20).is_valid());
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / rounds as f64;
        println!("{:>6} bytes: {each:.1} µs", text.len());
    }
}
