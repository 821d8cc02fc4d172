//! Schemas of every dialect in one shape: JSON Schema as OpenAPI 3.1 uses it.

use serde_json::{Map, Value, json};

use crate::{
    Dialect,
    source::{escape, local_pointer, unescape},
};

/// Where references of a page point.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// Rewrites a schema and everything in it, and adds the names of the schemas it refers to.
pub(crate) fn normalize(schema: &mut Value, dialect: Dialect, names: &mut Vec<String>) {
    let Value::Object(fields) = schema else { return };
    if let Some(Value::String(reference)) = fields.get("$ref") {
        match name_of(reference) {
            Some(name) => {
                fields["$ref"] = format!("{SCHEMAS}{}", escape(&name)).into();
                names.push(name);
            }
            None => {
                let note = format!("Defined in another document: {reference}");
                fields.remove("$ref");
                fields.entry("description").or_insert(note.into());
            }
        }
    }
    if dialect <= Dialect::OpenApi30 {
        modernize(fields);
    }
    if let Some(example) = fields.remove("example") {
        fields.entry("examples").or_insert_with(|| Value::Array(vec![example]));
    }
    each_child(fields, &mut |child| normalize(child, dialect, names));
    if dialect <= Dialect::OpenApi30 {
        make_nullable(fields);
    }
}

/// The name a reference of a document has on a page: that of the schema, or the pointer where it leads elsewhere.
fn name_of(reference: &str) -> Option<String> {
    let pointer = local_pointer(reference)?;
    for root in ["/components/schemas/", "/definitions/"] {
        if let Some(name) = pointer.strip_prefix(root).filter(|name| !name.contains('/')) {
            return Some(unescape(name));
        }
    }
    Some(pointer.trim_start_matches('/').to_owned())
}

/// Pointers at which a schema of this name may stand.
pub(crate) fn pointers_of(name: &str) -> [String; 3] {
    let escaped = escape(name);
    [format!("/components/schemas/{escaped}"), format!("/definitions/{escaped}"), format!("/{name}")]
}

/// The keywords that mean something else in 3.0 and 2.0.
fn modernize(fields: &mut Map<String, Value>) {
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        match fields.get(flag) {
            Some(Value::Bool(true)) => match fields.remove(bound) {
                Some(value) => fields[flag] = value,
                None => drop(fields.remove(flag)),
            },
            Some(Value::Bool(false)) => drop(fields.remove(flag)),
            _ => {}
        }
    }
    if fields.get("type").is_some_and(|kind| kind == "file") {
        fields.insert("type".into(), "string".into());
        fields.insert("format".into(), "binary".into());
    }
    if let Some(Value::String(property)) = fields.get("discriminator") {
        fields["discriminator"] = json!({ "propertyName": property });
    }
}

/// `nullable` as a type beside the others.
fn make_nullable(fields: &mut Map<String, Value>) {
    let flags = [fields.remove("nullable"), fields.remove("x-nullable")];
    if !flags.contains(&Some(Value::Bool(true))) {
        return;
    }
    if let Some(Value::Array(values)) = fields.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    let is_composed = fields.contains_key("$ref") || fields.contains_key("allOf");
    match fields.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push("null".into()),
        Some(kind) => *kind = json!([kind.take(), "null"]),
        None if is_composed => {
            let mut wrapped = Map::new();
            for kept in ["title", "description", "deprecated", "default", "examples", "readOnly", "writeOnly"]
            {
                if let Some(value) = fields.remove(kept) {
                    wrapped.insert(kept.into(), value);
                }
            }
            let inner = std::mem::take(fields);
            wrapped.insert("anyOf".into(), json!([inner, { "type": "null" }]));
            *fields = wrapped;
        }
        None => {
            for choice in ["oneOf", "anyOf"] {
                if let Some(Value::Array(options)) = fields.get_mut(choice) {
                    options.push(json!({ "type": "null" }));
                    return;
                }
            }
        }
    }
}

/// Calls with every schema directly inside a schema.
pub(crate) fn each_child(fields: &mut Map<String, Value>, with: &mut dyn FnMut(&mut Value)) {
    for (keyword, value) in fields.iter_mut() {
        match keyword.as_str() {
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                value.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(&mut *with);
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                value.as_array_mut().into_iter().flatten().for_each(&mut *with)
            }
            "items" => match value {
                Value::Array(items) => items.iter_mut().for_each(&mut *with),
                item => with(item),
            },
            "not"
            | "if"
            | "then"
            | "else"
            | "additionalProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "contains"
            | "propertyNames"
            | "contentSchema"
            | "additionalItems" => with(value),
            _ => {}
        }
    }
}

/// Cuts a schema below a number of levels.
pub(crate) fn prune(schema: &mut Value, levels: usize) {
    let Value::Object(fields) = schema else { return };
    if levels > 0 {
        return each_child(fields, &mut |child| prune(child, levels - 1));
    }
    let has_children = ["properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties"];
    if has_children.iter().any(|keyword| fields.get(*keyword).is_some_and(|value| !value.is_boolean())) {
        let mut cut = Map::new();
        for kept in ["title", "type", "format"] {
            if let Some(value) = fields.remove(kept) {
                cut.insert(kept.into(), value);
            }
        }
        cut.insert("x-truncated".into(), true.into());
        *fields = cut;
    }
}

/// The length of a value as JSON text.
pub(crate) fn size(value: &Value) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("counting bytes cannot fail");
    count.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(mut schema: Value, dialect: Dialect) -> (Value, Vec<String>) {
        let mut names = Vec::new();
        normalize(&mut schema, dialect, &mut names);
        (schema, names)
    }

    #[test]
    fn nullable_becomes_a_type() {
        for (old, new) in [
            (json!({ "type": "string", "nullable": true }), json!({ "type": ["string", "null"] })),
            (json!({ "type": "string", "nullable": false }), json!({ "type": "string" })),
            (
                json!({ "type": "string", "enum": ["a"], "nullable": true }),
                json!({ "type": ["string", "null"], "enum": ["a", null] }),
            ),
            (
                json!({ "$ref": "#/components/schemas/A", "nullable": true, "description": "d" }),
                json!({ "description": "d", "anyOf": [{ "$ref": "#/components/schemas/A" }, { "type": "null" }] }),
            ),
            (
                json!({ "oneOf": [{ "type": "string" }], "nullable": true }),
                json!({ "oneOf": [{ "type": "string" }, { "type": "null" }] }),
            ),
        ] {
            assert_eq!(normalized(old, Dialect::OpenApi30).0, new);
        }
    }

    #[test]
    fn what_older_dialects_mean_is_said_in_todays_words() {
        let old = json!({ "properties": {
            "n": { "minimum": 1, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": false, "example": 4 },
            "f": { "type": "file" }, "example": { "type": "string", "x-nullable": true },
            "r": { "$ref": "#/definitions/A~1B" },
        } });
        let (new, names) = normalized(old, Dialect::Swagger20);
        assert_eq!(
            new,
            json!({ "properties": {
                "n": { "exclusiveMinimum": 1, "maximum": 9, "examples": [4] },
                "f": { "type": "string", "format": "binary" }, "example": { "type": ["string", "null"] },
                "r": { "$ref": "#/components/schemas/A~1B" },
            } })
        );
        assert_eq!(names, ["A/B"]);
    }

    #[test]
    fn references_elsewhere_keep_their_pointer_as_a_name() {
        let (new, names) =
            normalized(json!({ "items": { "$ref": "#/paths/~1a/get/x" } }), Dialect::OpenApi31);
        assert_eq!(new["items"]["$ref"], "#/components/schemas/paths~1~01a~1get~1x");
        assert_eq!(names, ["paths/~1a/get/x"]);
        assert_eq!(pointers_of(&names[0])[2], "/paths/~1a/get/x");
        let (new, names) = normalized(json!({ "$ref": "other.yaml#/A" }), Dialect::OpenApi31);
        assert_eq!((new["$ref"].is_null(), names.len()), (true, 0));
    }
}
