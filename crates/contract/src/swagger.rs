//! Swagger 2.0 in the words of OpenAPI 3.

use serde_json::{Map, Value, json};

/// The fields of a parameter that say what it is, rather than what its values are.
const NOT_SCHEMA: [&str; 9] = [
    "name",
    "in",
    "required",
    "description",
    "collectionFormat",
    "schema",
    "allowEmptyValue",
    "example",
    "examples",
];

/// A parameter or header whose type stands beside its name, with a `schema` of its own.
pub(crate) fn with_schema(mut fields: Map<String, Value>) -> Map<String, Value> {
    if fields.contains_key("schema") || fields.contains_key("content") {
        return fields;
    }
    let mut schema = Map::new();
    for (name, value) in &fields {
        if !NOT_SCHEMA.contains(&name.as_str()) && (!name.starts_with("x-") || name == "x-nullable") {
            schema.insert(name.clone(), value.clone());
        }
    }
    let (style, explode) = match fields.get("collectionFormat").and_then(Value::as_str) {
        Some("multi") => ("form", true),
        Some("ssv" | "tsv") => ("spaceDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ if matches!(fields.get("in").and_then(Value::as_str), Some("path" | "header")) => ("simple", false),
        _ => ("form", false),
    };
    fields.insert("style".into(), style.into());
    fields.insert("explode".into(), explode.into());
    fields.insert("schema".into(), schema.into());
    fields
}

/// The request body that `body` and `formData` parameters describe.
pub(crate) fn request_body(parameters: &[Map<String, Value>], consumes: &[String]) -> Option<Value> {
    let is_in =
        |fields: &Map<String, Value>, place: &str| fields.get("in").is_some_and(|value| value == place);
    if let Some(body) = parameters.iter().find(|fields| is_in(fields, "body")) {
        let types = if consumes.is_empty() { &["application/json".to_owned()][..] } else { consumes };
        return Some(json!({
            "required": body.get("required") == Some(&Value::Bool(true)),
            "description": body.get("description"),
            "content": content(types, body.get("schema").cloned().unwrap_or_default(), None),
        }));
    }
    let fields: Vec<&Map<String, Value>> =
        parameters.iter().filter(|fields| is_in(fields, "formData")).collect();
    if fields.is_empty() {
        return None;
    }
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut has_file = false;
    for field in fields {
        let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
        has_file |= field.get("type").is_some_and(|kind| kind == "file");
        if field.get("required") == Some(&Value::Bool(true)) {
            required.push(Value::from(name));
        }
        let mut schema = with_schema(field.clone()).remove("schema").unwrap_or_default();
        if let (Some(description), Some(schema)) = (field.get("description"), schema.as_object_mut()) {
            schema.insert("description".into(), description.clone());
        }
        properties.insert(name.to_owned(), schema);
    }
    let of_forms = |kind: &&String| {
        kind.starts_with("multipart/form-data") || kind.starts_with("application/x-www-form")
    };
    let mut types: Vec<String> = consumes.iter().filter(of_forms).cloned().collect();
    if types.is_empty() {
        types.push(
            if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" }.to_owned(),
        );
    }
    let any_required = !required.is_empty();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    Some(json!({ "required": any_required, "content": content(&types, schema, None) }))
}

/// A response with its schema under every media type it comes in.
pub(crate) fn response(mut fields: Map<String, Value>, produces: &[String]) -> Map<String, Value> {
    let examples = fields.remove("examples");
    let Some(schema) = fields.remove("schema") else { return fields };
    let types = if produces.is_empty() { &["application/json".to_owned()][..] } else { produces };
    fields.insert("content".into(), content(types, schema, examples.as_ref()));
    fields
}

fn content(types: &[String], schema: Value, examples: Option<&Value>) -> Value {
    let media = types.iter().map(|kind| {
        let mut media = Map::new();
        media.insert("schema".into(), schema.clone());
        if let Some(example) = examples.and_then(|examples| examples.get(kind)) {
            media.insert("example".into(), example.clone());
        }
        (kind.clone(), Value::Object(media))
    });
    Value::Object(media.collect())
}
