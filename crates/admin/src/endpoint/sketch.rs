//! What the types of an endpoint say about it, while its part of the OpenAPI document is drawn.

use std::collections::BTreeMap;

use policy::ProblemType;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// What the types of an endpoint say about it. The generators are shared by all endpoints of a document.
pub(crate) struct Sketch {
    /// Schemas of what is read; defaults are optional there.
    pub(super) inputs: SchemaGenerator,
    /// Schemas of what is answered.
    pub(super) outputs: SchemaGenerator,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) answers: BTreeMap<u16, Value>,
    pub(super) problems: Vec<&'static ProblemType>,
}

const COMPONENTS: &str = "/components/schemas";

impl Sketch {
    pub(super) fn new() -> Sketch {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = COMPONENTS.into();
                settings.meta_schema = None;
            })
        };
        Sketch {
            inputs: settings().for_deserialize().into_generator(),
            outputs: settings().for_serialize().into_generator(),
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// Declares the query parameters: the fields of a struct.
    pub(crate) fn query<T: JsonSchema>(&mut self) {
        let schema = T::json_schema(&mut self.inputs);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let Some(Value::Object(fields)) = schema.get("properties") else { return };
        for (name, field) in fields {
            let mut field = field.clone();
            let description = field.as_object_mut().and_then(|field| field.remove("description"));
            let mut parameter = Map::new();
            parameter.insert("name".into(), name.as_str().into());
            parameter.insert("in".into(), "query".into());
            if required.contains(&name.as_str()) {
                parameter.insert("required".into(), true.into());
            }
            if let Some(description) = description {
                parameter.insert("description".into(), description);
            }
            parameter.insert("schema".into(), without_null(field));
            self.parameters.push(Value::Object(parameter));
        }
    }

    /// Declares an optional request header.
    pub(crate) fn header(&mut self, name: &str, description: &str) {
        self.parameters.push(json!({
            "name": name, "in": "header", "description": description, "schema": { "type": "string" },
        }));
    }

    /// Declares the body.
    pub(crate) fn reads(
        &mut self,
        media_types: &[&str],
        schema: impl FnOnce(&mut SchemaGenerator) -> Schema,
    ) {
        let schema = schema(&mut self.inputs);
        let content: Map<String, Value> =
            media_types.iter().map(|name| ((*name).to_owned(), json!({ "schema": schema }))).collect();
        self.body = Some(json!({ "required": true, "content": content }));
    }

    /// Declares a successful answer without a body.
    pub(crate) fn answers_empty(&mut self, status: u16, description: &str) {
        self.answers.insert(status, json!({ "description": description }));
    }

    /// Declares a successful answer.
    pub(crate) fn answers(
        &mut self,
        status: u16,
        media_type: &str,
        schema: impl FnOnce(&mut SchemaGenerator) -> Schema,
    ) {
        let schema = schema(&mut self.outputs);
        let description = match status {
            201 => "Created.",
            _ => "Success.",
        };
        self.answers.insert(
            status,
            json!({ "description": description, "content": { media_type: { "schema": schema } } }),
        );
    }

    /// Declares a header of the successful answers drawn so far.
    pub(crate) fn answer_header(&mut self, name: &str, description: &str) {
        for answer in self.answers.values_mut() {
            answer["headers"][name] = json!({ "description": description, "schema": { "type": "string" } });
        }
    }

    /// Declares a problem.
    pub(crate) fn raises(&mut self, problem: &'static ProblemType) {
        self.problems.push(problem);
    }
}

/// An absent parameter is not a null one: `["string", "null"]` is `"string"` in a query.
fn without_null(mut schema: Value) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        if let Some(Value::Array(types)) = fields.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                fields.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(choices)) = fields.get_mut("anyOf") {
            choices.retain(|choice| choice != &json!({ "type": "null" }));
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                fields.shift_remove("anyOf");
                fields.extend(only);
            }
        }
        if fields.get("default") == Some(&Value::Null) {
            fields.shift_remove("default");
        }
    }
    schema
}
