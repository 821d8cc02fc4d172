//! Schemas of values that were seen.

use serde_json::{Map, Value, json};

/// Deeper values are anything.
const MOST_DEPTH: usize = 24;
/// Properties of one object.
const MOST_PROPERTIES: usize = 500;
/// Items of a list that are looked at.
const MOST_ITEMS: usize = 50;

/// A schema that all values have; that every object has a property makes it required.
pub(crate) fn schema<'v>(values: impl IntoIterator<Item = &'v Value>) -> Value {
    of(&values.into_iter().collect::<Vec<_>>(), 0)
}

fn of(values: &[&Value], depth: usize) -> Value {
    if values.is_empty() || depth > MOST_DEPTH {
        return json!({});
    }
    let mut types: Vec<&str> = Vec::new();
    for value in values {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    if types.contains(&"number") {
        types.retain(|kind| *kind != "integer");
    }
    // That a value was nothing each time says nothing of what it is otherwise.
    if types == ["null"] {
        return json!({});
    }
    let mut schema = Map::new();
    schema.insert("type".into(), if let [one] = types.as_slice() { json!(one) } else { json!(types) });
    if types.contains(&"object") {
        let objects: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
        let mut names: Vec<&String> = Vec::new();
        for name in objects.iter().flat_map(|object| object.keys()) {
            if names.len() < MOST_PROPERTIES && !names.contains(&name) {
                names.push(name);
            }
        }
        let property = |name: &String| {
            let seen: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
            (name.clone(), of(&seen, depth + 1))
        };
        let required: Vec<&String> = names
            .iter()
            .copied()
            .filter(|name| objects.iter().all(|object| object.contains_key(*name)))
            .collect();
        schema.insert("properties".into(), Value::Object(names.iter().map(|name| property(name)).collect()));
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
    }
    if types.contains(&"array") {
        let items: Vec<&Value> = values
            .iter()
            .filter_map(|value| value.as_array())
            .flat_map(|list| list.iter().take(MOST_ITEMS))
            .collect();
        schema.insert("items".into(), of(&items, depth + 1));
    }
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_objects_have_is_required_and_types_are_joined() {
        let values = [json!({ "a": 1, "b": [1, 2.5], "c": null }), json!({ "a": "x", "b": [] })];
        assert_eq!(
            schema(&values),
            json!({
                "type": "object",
                "properties": {
                    "a": { "type": ["integer", "string"] },
                    "b": { "type": "array", "items": { "type": "number" } },
                    "c": {},
                },
                "required": ["a", "b"],
            })
        );
    }
}
