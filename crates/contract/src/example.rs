//! Values made from schemas, to start from.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::schema::SCHEMAS;

/// Whether a value is sent or received: what is read-only is not sent, what is write-only not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

/// Finds a normalized schema by name.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<Rc<Value>>;

const MOST_DEPTH: usize = 8;
const MOST_VALUES: usize = 250;
/// Mappings with more properties than this show the required ones only.
const MANY_PROPERTIES: usize = 15;

/// A value the schema accepts, as far as that can be had cheaply: the author's examples, defaults and choices first, then one by
/// type and format. Bounded in depth and size.
pub(crate) fn generate(schema: &Value, direction: Direction, lookup: Lookup<'_>) -> Value {
    Generator { lookup, direction, left: MOST_VALUES, open: Vec::new() }.value(schema, 0)
}

struct Generator<'a> {
    lookup: Lookup<'a>,
    direction: Direction,
    left: usize,
    /// Names of the schemas being expanded.
    open: Vec<String>,
}

impl Generator<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let Value::Object(fields) = schema else { return Value::Null };
        if let Some(value) = authored(fields) {
            return value;
        }
        if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS))
        {
            return self.referred(&crate::source::unescape(name), depth);
        }
        if self.left == 0 || depth > MOST_DEPTH {
            return Value::Null;
        }
        self.left -= 1;
        if let Some(parts) = fields.get("allOf").and_then(Value::as_array) {
            return self.merged(fields, parts, depth);
        }
        for choice in ["oneOf", "anyOf"] {
            let options = fields.get(choice).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if let Some(option) = options.iter().find(|option| option["type"] != "null") {
                return match fields.contains_key("properties") {
                    true => self.merged(fields, std::slice::from_ref(option), depth),
                    false => self.value(option, depth + 1),
                };
            }
        }
        self.by_type(fields, depth)
    }

    fn referred(&mut self, name: &str, depth: usize) -> Value {
        if self.left == 0 || self.open.iter().any(|open| open == name) {
            return Value::Null;
        }
        self.left -= 1;
        let Some(schema) = (self.lookup)(name) else { return Value::Null };
        self.open.push(name.to_owned());
        let value = self.value(&schema, depth + 1);
        self.open.pop();
        value
    }

    /// All parts together, where they are mappings; else the first that says something.
    fn merged(&mut self, fields: &Map<String, Value>, parts: &[Value], depth: usize) -> Value {
        let mut all = Map::new();
        let mut other = Value::Null;
        for part in parts {
            match self.value(part, depth + 1) {
                Value::Object(more) => all.extend(more),
                value if other.is_null() => other = value,
                _ => {}
            }
        }
        if fields.contains_key("properties") {
            all.extend(self.properties(fields, depth));
        }
        if all.is_empty() && !other.is_null() { other } else { Value::Object(all) }
    }

    fn by_type(&mut self, fields: &Map<String, Value>, depth: usize) -> Value {
        let kind = match fields.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
            }
            _ if fields.contains_key("properties") || fields.contains_key("additionalProperties") => "object",
            _ if fields.contains_key("items") => "array",
            _ if fields.contains_key("format") || fields.contains_key("pattern") => "string",
            _ => "",
        };
        match kind {
            "object" => Value::Object(self.properties(fields, depth)),
            "array" => {
                let item = fields.get("items").or_else(|| fields.get("prefixItems")?.get(0));
                let value = item.map(|item| self.value(item, depth + 1)).unwrap_or_default();
                let least = fields.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 3);
                match value {
                    Value::Null => json!([]),
                    value => Value::Array(vec![value; usize::try_from(least).unwrap_or(1)]),
                }
            }
            "string" => string(fields).into(),
            "integer" => integer(fields).into(),
            "number" => number(fields),
            "boolean" => true.into(),
            _ => Value::Null,
        }
    }

    fn properties(&mut self, fields: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let hidden = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let mut values = Map::new();
        let Some(properties) =
            fields.get("properties").and_then(Value::as_object).filter(|all| !all.is_empty())
        else {
            if let Some(value @ Value::Object(_)) = fields.get("additionalProperties") {
                values.insert("key".to_owned(), self.value(value, depth + 1));
            }
            return values;
        };
        let required =
            fields.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_required = |name: &str| required.iter().any(|required| required == name);
        let mut optional_left = match (properties.len(), required.is_empty()) {
            (..=MANY_PROPERTIES, _) => MANY_PROPERTIES,
            (_, true) => 6,
            (_, false) => 0,
        };
        for (name, schema) in properties {
            if schema[hidden] == true || schema["deprecated"] == true && !is_required(name) {
                continue;
            }
            if !is_required(name) {
                if optional_left == 0 || self.left == 0 {
                    continue;
                }
                optional_left -= 1;
            }
            let value = self.value(schema, depth + 1);
            // What was cut off (a recursion, a limit) is better left out than wrong.
            if !value.is_null() || is_required(name) {
                values.insert(name.clone(), value);
            }
        }
        values
    }
}

/// The author's word, if it is not too long.
fn authored(fields: &Map<String, Value>) -> Option<Value> {
    let examples = fields.get("examples");
    let first = match examples {
        Some(Value::Array(values)) => values.first(),
        Some(Value::Object(named)) => named.values().next(),
        _ => None,
    };
    let choice = fields.get("enum").and_then(|choices| choices.get(0));
    let value = first.or_else(|| fields.get("const")).or_else(|| fields.get("default")).or(choice)?;
    (crate::schema::size(value) <= 4096).then(|| value.clone())
}

fn string(fields: &Map<String, Value>) -> String {
    let format = fields.get("format").and_then(Value::as_str).unwrap_or_default();
    let text = schema::formats::example(format).unwrap_or("string");
    let bound =
        |field: &str| fields.get(field).and_then(Value::as_u64).and_then(|value| usize::try_from(value).ok());
    let mut text = text.to_owned();
    if format.is_empty() {
        let least = bound("minLength").unwrap_or(0).min(64);
        while text.len() < least {
            text.push('x');
        }
        text.truncate(bound("maxLength").unwrap_or(usize::MAX));
    }
    text
}

fn integer(fields: &Map<String, Value>) -> i64 {
    let bound = |field: &str| {
        fields.get(field).and_then(|value| value.as_i64().or_else(|| Some(value.as_f64()? as i64)))
    };
    let least = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|value| value.saturating_add(1)));
    let most = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|value| value.saturating_sub(1)));
    let mut value = least.unwrap_or(1).max(1);
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0) {
        value = value.saturating_add(step - 1) / step * step;
    }
    value.min(most.unwrap_or(i64::MAX)).max(least.unwrap_or(i64::MIN))
}

fn number(fields: &Map<String, Value>) -> Value {
    let bound = |field: &str| fields.get(field).and_then(Value::as_f64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    let mut value = least.unwrap_or(1.0).max(1.0);
    if let Some(above) = bound("exclusiveMinimum").filter(|above| *above >= value) {
        value = above + 1.0;
    }
    value = value.min(most.unwrap_or(f64::MAX)).max(least.unwrap_or(f64::MIN));
    if let Some(below) = bound("exclusiveMaximum").filter(|below| *below <= value) {
        value = bound("exclusiveMinimum").or(least).map_or(below - 1.0, |least| (least + below) / 2.0);
    }
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: Value) -> Value {
        generate(&schema, Direction::Request, &|_| None)
    }

    #[test]
    fn the_authors_word_comes_first() {
        assert_eq!(of(json!({ "type": "string", "examples": ["a"], "default": "b", "enum": ["c"] })), "a");
        assert_eq!(of(json!({ "type": "string", "default": "b", "enum": ["c"] })), "b");
        assert_eq!(of(json!({ "enum": ["c", "d"] })), "c");
        assert_eq!(of(json!({ "const": 7 })), 7);
    }

    #[test]
    fn values_fit_their_type_and_bounds() {
        assert_eq!(of(json!({ "type": ["null", "integer"], "minimum": 10, "multipleOf": 4 })), 12);
        assert_eq!(of(json!({ "type": "integer", "maximum": -5 })), -5);
        assert_eq!(of(json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 })), 0.5);
        assert_eq!(of(json!({ "type": "string", "maxLength": 3 })), "str");
        assert_eq!(of(json!({ "type": "string", "minLength": 8 })), "stringxx");
        assert_eq!(
            of(json!({ "type": "array", "items": { "type": "boolean" }, "minItems": 2 })),
            json!([true, true])
        );
        assert_eq!(of(json!({ "type": "string", "format": "date" })), "2026-01-15");
    }

    #[test]
    fn mappings_leave_out_what_is_not_sent() {
        let schema = json!({ "type": "object", "required": ["id", "name"], "properties": {
            "id": { "type": "string", "readOnly": true }, "name": { "type": "string" }, "old": { "type": "string", "deprecated": true },
            "secret": { "type": "string", "writeOnly": true } } });
        assert_eq!(of(schema.clone()), json!({ "name": "string", "secret": "string" }));
        let received = generate(&schema, Direction::Response, &|_| None);
        assert_eq!(received, json!({ "id": "string", "name": "string" }));
    }

    #[test]
    fn compositions_are_merged_and_choices_taken() {
        let schema = json!({ "allOf": [{ "properties": { "a": { "type": "integer" } } }, { "properties": { "b": { "type": "boolean" } } }],
            "properties": { "c": { "oneOf": [{ "type": "null" }, { "type": "string" }] } } });
        assert_eq!(of(schema), json!({ "a": 1, "b": true, "c": "string" }));
    }

    #[test]
    fn recursion_ends() {
        let node = Rc::new(json!({ "type": "object", "properties": { "name": { "type": "string" },
            "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } } } }));
        let lookup = |_: &str| Some(Rc::clone(&node));
        let value = generate(&json!({ "$ref": "#/components/schemas/Node" }), Direction::Request, &lookup);
        assert_eq!(value, json!({ "name": "string", "children": [] }));
    }

    #[test]
    fn wide_and_deep_schemas_stay_small() {
        let mut schema = json!({ "type": "string" });
        for _ in 0..60 {
            schema = json!({ "type": "object", "properties": { "a": schema.clone(), "b": { "type": "integer" } } });
        }
        let wide: Map<String, Value> = (0..1000).map(|at| (format!("p{at}"), schema.clone())).collect();
        assert!(crate::schema::size(&of(json!({ "properties": wide }))) < 10_000);
    }
}
