//! The schema of a policy as forms and manuals want it.

use schemars::{
    JsonSchema, Schema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::Value;

/// The JSON schema (draft 2020-12) of a configuration: titled by the policy, paragraphs without line breaks, and an optional
/// field simply not required. Leaving it out says the same as `null`, so that no form has to offer both.
pub(crate) fn of_policy<P: JsonSchema>(name: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<P>();
    RecursiveTransform(|schema: &mut Schema| {
        join_lines(schema);
        drop_null(schema);
    })
    .transform(&mut schema);
    unwrap(&mut schema);
    schema.insert("title".to_owned(), name.into());
    schema
}

/// A configuration that is a type of the model has that type's fields, where its schema alone would name the type.
fn unwrap(schema: &mut Schema) {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
    let Some(named) = named.map(str::to_owned) else { return };
    let whole = schema.ensure_object();
    let Some(Value::Object(of)) =
        whole.get_mut("$defs").and_then(|defs| defs.as_object_mut()?.remove(&named))
    else {
        return;
    };
    whole.remove("$ref");
    for (key, value) in of {
        // Its own manual stands.
        whole.entry(key).or_insert(value);
    }
}

/// Doc comments are wrapped for the reader of the source; paragraphs are separated by an empty line.
fn join_lines(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        let paragraphs: Vec<_> = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
        *text = paragraphs.join("\n\n");
    }
}

fn drop_null(schema: &mut Schema) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|of| of != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            schema.insert("type".to_owned(), only);
        }
    }
    let is_null = |variant: &Value| variant.get("type").is_some_and(|of| of == "null");
    if let Some(Value::Array(variants)) = schema.get_mut("anyOf")
        && variants.iter().any(is_null)
    {
        variants.retain(|variant| !is_null(variant));
        if let [Value::Object(only)] = variants.as_mut_slice() {
            let only = std::mem::take(only);
            schema.remove("anyOf");
            for (key, value) in only {
                schema.ensure_object().entry(key).or_insert(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens
    /// the manual.
    ///
    /// And goes on.
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Sample {
        /// A number
        /// of things.
        #[serde(default)]
        count: Option<u32>,
        /// A length.
        #[serde(default)]
        span: Option<model::Span>,
    }

    /// Its own manual.
    #[derive(JsonSchema)]
    #[serde(transparent)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Wrapped(Sample);

    #[test]
    fn a_policy_that_wraps_a_type_has_its_fields() {
        let schema = of_policy::<Wrapped>("wrapped");
        assert!(schema.get("$ref").is_none(), "{schema:?}");
        assert_eq!(schema.get("description").unwrap(), "Its own manual.");
        assert!(schema.get("properties").unwrap()["count"].is_object(), "{schema:?}");
    }

    #[test]
    fn an_optional_field_is_not_required_and_has_one_type() {
        let schema = of_policy::<Sample>("sample");
        assert_eq!(schema.get("title").unwrap(), "sample");
        assert_eq!(schema.get("description").unwrap(), "Opens the manual.\n\nAnd goes on.");
        let count = schema.pointer("/properties/count").unwrap();
        assert_eq!(count["type"], "integer");
        assert_eq!(count["description"], "A number of things.");
        assert!(count.get("default").is_none());
        let span = schema.pointer("/properties/span").unwrap();
        assert_eq!(span["$ref"], "#/$defs/Span");
        assert_eq!(span["description"], "A length.");
        assert!(schema.get("required").is_none());
    }
}
