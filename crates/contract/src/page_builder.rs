//! Builds the page of an operation from the pieces of the document.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    Body, Dialect, Media, NamedExample, Operation, OperationPage, Parameter, ParameterPlace, Response,
    ResponseHeader, SchemaPage,
    closure::Schemas,
    example::{self, Direction},
    example_xml, schema,
    source::{Source, escape, local_pointer},
    swagger, template,
};

/// What stands in the operation itself; deeper schemas are cut until it fits.
const MOST_INLINE: usize = 120 * 1024;
/// The schemas beside it.
const MOST_CLOSURE: usize = 90 * 1024;
const MOST_EXAMPLES: usize = 40 * 1024;
const MOST_EXAMPLE: usize = 16 * 1024;
const MOST_TEXT: usize = 32 * 1024;
const MOST_ENTRIES: usize = 200;

pub(crate) struct PageBuilder<'a> {
    source: &'a Source,
    dialect: Dialect,
    schemas: Schemas<'a>,
    /// Names of the schemas the page refers to.
    names: Vec<String>,
    examples_left: usize,
    truncated: bool,
}

impl<'a> PageBuilder<'a> {
    pub(crate) fn new(source: &'a Source, dialect: Dialect) -> PageBuilder<'a> {
        let schemas = Schemas::new(source, dialect);
        PageBuilder {
            source,
            dialect,
            schemas,
            names: Vec::new(),
            examples_left: MOST_EXAMPLES,
            truncated: false,
        }
    }

    pub(crate) fn operation(mut self, operation: &Operation) -> OperationPage {
        let raw = object(self.source.get(&format!("{}/{}", operation.item, operation.field)));
        let declared = self.declared_parameters(operation, &raw);
        let request_body = match self.dialect {
            Dialect::Swagger20 => swagger::request_body(&declared, &self.media_types(&raw, "consumes")),
            _ => raw.get("requestBody").cloned(),
        };
        let request_body = request_body.and_then(|body| self.body(body));
        let mut parameters: Vec<Parameter> =
            declared.into_iter().filter_map(|fields| self.parameter(fields)).take(MOST_ENTRIES).collect();
        add_undeclared(&mut parameters, &operation.path);
        let produces = self.media_types(&raw, "produces");
        let responses = raw.get("responses").and_then(Value::as_object).cloned().unwrap_or_default();
        let responses = responses
            .into_iter()
            .filter(|(status, _)| !status.starts_with("x-"))
            .take(MOST_ENTRIES)
            .map(|(status, response)| self.response(status, response, &produces))
            .collect();
        let description = operation.description.as_deref().map(|text| self.shortened(text));
        let mut page = OperationPage {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            summary: operation.summary.clone(),
            description,
            tags: operation.tags.clone(),
            deprecated: operation.deprecated,
            security: operation.security.clone(),
            security_schemes: self.security_schemes(operation),
            parameters,
            request_body,
            responses,
            schemas: BTreeMap::new(),
            more_schemas: Vec::new(),
            truncated: false,
        };
        self.truncated |= fit(&mut page);
        let closure = self.schemas.closure(self.names, MOST_CLOSURE);
        (page.schemas, page.more_schemas) = (closure.schemas, closure.more);
        page.truncated = self.truncated;
        page
    }

    /// One schema with those it uses.
    pub(crate) fn schema(self, name: &str) -> Option<SchemaPage> {
        let mut schema = schema::pointers_of(name).iter().find_map(|pointer| self.source.get(pointer))?;
        let mut names = Vec::new();
        schema::normalize(&mut schema, self.dialect, &mut names);
        let mut truncated = fit_schemas(&mut [&mut schema], MOST_INLINE);
        if schema::size(&schema) > 4 * MOST_INLINE {
            (schema, truncated) = (json!({ "x-truncated": true }), true);
        }
        names.retain(|used| used != name);
        let closure = self.schemas.closure(names, MOST_CLOSURE);
        let (schemas, more_schemas) = (closure.schemas, closure.more);
        Some(SchemaPage { name: name.to_owned(), schema, schemas, more_schemas, truncated })
    }

    /// The parameters of the path item and the operation, the operation's replacing those of the same name and place.
    fn declared_parameters(
        &self,
        operation: &Operation,
        raw: &Map<String, Value>,
    ) -> Vec<Map<String, Value>> {
        let of_item = self.source.get(&format!("{}/parameters", operation.item));
        let lists = [of_item.as_ref(), raw.get("parameters")];
        let mut parameters: Vec<Map<String, Value>> = Vec::new();
        for parameter in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
            let fields = object(self.resolved(parameter.clone()));
            let same = |other: &Map<String, Value>| {
                other.get("name") == fields.get("name") && other.get("in") == fields.get("in")
            };
            match parameters.iter_mut().find(|other| same(other)) {
                Some(other) => *other = fields,
                None => parameters.push(fields),
            }
        }
        parameters
    }

    fn parameter(&mut self, fields: Map<String, Value>) -> Option<Parameter> {
        let place = match fields.get("in")?.as_str()? {
            "path" => ParameterPlace::Path,
            "query" => ParameterPlace::Query,
            "header" => ParameterPlace::Header,
            "cookie" => ParameterPlace::Cookie,
            "querystring" => ParameterPlace::Querystring,
            _ => return None,
        };
        let mut fields =
            if self.dialect == Dialect::Swagger20 { swagger::with_schema(fields) } else { fields };
        let name = fields.get("name")?.as_str()?.to_owned();
        if let Some(Value::Object(content)) = fields.remove("content")
            && let Some((_, media)) = content.into_iter().next()
        {
            for (key, value) in object(self.resolved(media)) {
                fields.entry(key).or_insert(value);
            }
        }
        let schema = self.normalized(fields.remove("schema"));
        let examples = self.examples(&mut fields);
        let authored = examples.first().map(|example| example.value.clone());
        let example = match authored.unwrap_or_else(|| self.generated(&schema, Direction::Request)) {
            // A name says more than the word that stands for any text.
            Value::String(text) if text == "string" => name.clone().into(),
            example => example,
        };
        let default_style =
            if matches!(place, ParameterPlace::Query | ParameterPlace::Cookie) { "form" } else { "simple" };
        let style = fields.get("style").and_then(Value::as_str).unwrap_or(default_style).to_owned();
        Some(Parameter {
            required: place == ParameterPlace::Path || flag(&fields, "required"),
            deprecated: flag(&fields, "deprecated"),
            description: self.text(&fields, "description"),
            explode: fields.get("explode").and_then(Value::as_bool).unwrap_or(style == "form"),
            name,
            place,
            schema,
            style,
            example,
            examples,
        })
    }

    fn body(&mut self, body: Value) -> Option<Body> {
        let fields = object(self.resolved(body));
        let content = self.content(fields.get("content"), Direction::Request);
        let description = self.text(&fields, "description");
        (!content.is_empty()).then(|| Body { required: flag(&fields, "required"), description, content })
    }

    fn response(&mut self, status: String, response: Value, produces: &[String]) -> Response {
        let mut fields = object(self.resolved(response));
        if self.dialect == Dialect::Swagger20 {
            fields = swagger::response(fields, produces);
        }
        let headers = fields.get("headers").and_then(Value::as_object).cloned().unwrap_or_default();
        Response {
            status,
            description: self.text(&fields, "description").unwrap_or_default(),
            headers: headers
                .into_iter()
                .take(MOST_ENTRIES)
                .map(|(name, header)| self.header(name, header))
                .collect(),
            content: self.content(fields.get("content"), Direction::Response),
        }
    }

    fn header(&mut self, name: String, header: Value) -> ResponseHeader {
        let mut fields = object(self.resolved(header));
        if self.dialect == Dialect::Swagger20 {
            fields = swagger::with_schema(fields);
        }
        let schema = self.normalized(fields.remove("schema"));
        ResponseHeader { name, description: self.text(&fields, "description"), schema }
    }

    fn content(&mut self, content: Option<&Value>, direction: Direction) -> Vec<Media> {
        let content = content.and_then(Value::as_object).cloned().unwrap_or_default();
        content
            .into_iter()
            .take(20)
            .map(|(media_type, media)| self.media(media_type, media, direction))
            .collect()
    }

    fn media(&mut self, media_type: String, media: Value, direction: Direction) -> Media {
        let mut fields = object(self.resolved(media));
        let items = fields.remove("itemSchema").map(|items| json!({ "type": "array", "items": items }));
        let schema = self.normalized(fields.remove("schema").or(items));
        let examples = self.examples(&mut fields);
        let (example, generated) = match examples.first() {
            Some(example) => (Some(example.value.clone()), false),
            None => {
                let made = Some(self.generated(&schema, direction)).filter(|value| !value.is_null());
                (made.map(|value| self.as_sent(value, &schema, &media_type)), true)
            }
        };
        Media { media_type, schema, example, generated, examples }
    }

    /// The author's examples, as far as they fit.
    fn examples(&mut self, fields: &mut Map<String, Value>) -> Vec<NamedExample> {
        let mut examples = Vec::new();
        if let Some(value) = fields.remove("example") {
            examples.push(NamedExample { name: "default".to_owned(), summary: None, value });
        }
        if let Some(Value::Object(named)) = fields.remove("examples") {
            for (name, example) in named.into_iter().take(20) {
                let mut example = object(self.resolved(example));
                let Some(value) = example.remove("value").or_else(|| example.remove("dataValue")) else {
                    continue;
                };
                examples.push(NamedExample { name, summary: self.text(&example, "summary"), value });
            }
        }
        examples.retain(|example| {
            let size = schema::size(&example.value);
            let fits = size <= MOST_EXAMPLE && size <= self.examples_left;
            self.examples_left -= if fits { size } else { 0 };
            self.truncated |= !fits;
            fits
        });
        examples
    }

    fn generated(&mut self, schema: &Value, direction: Direction) -> Value {
        let schemas = &self.schemas;
        let value = example::generate(schema, direction, &|name| schemas.get(name));
        let size = schema::size(&value);
        if size > MOST_EXAMPLE || size > self.examples_left {
            return Value::Null;
        }
        self.examples_left -= size;
        value
    }

    /// An example as it is sent: of XML the text, anything else as JSON.
    fn as_sent(&self, value: Value, schema: &Value, media_type: &str) -> Value {
        if !example_xml::is_xml(media_type) || value.is_string() {
            return value;
        }
        Value::String(example_xml::document(&value, schema, &|name| self.schemas.get(name)))
    }

    fn normalized(&mut self, schema: Option<Value>) -> Value {
        let mut schema = schema.unwrap_or_else(|| json!({}));
        schema::normalize(&mut schema, self.dialect, &mut self.names);
        schema
    }

    fn security_schemes(&self, operation: &Operation) -> BTreeMap<String, Value> {
        let root = match self.dialect {
            Dialect::Swagger20 => "/securityDefinitions",
            _ => "/components/securitySchemes",
        };
        let names = operation.security.iter().flat_map(BTreeMap::keys).take(MOST_ENTRIES);
        names
            .filter_map(|name| {
                let scheme = self.source.get(&format!("{root}/{}", escape(name)))?;
                Some((name.clone(), self.resolved(scheme)))
            })
            .collect()
    }

    fn media_types(&self, raw: &Map<String, Value>, field: &str) -> Vec<String> {
        let list =
            raw.get(field).cloned().or_else(|| self.source.get(&format!("/{field}"))).unwrap_or_default();
        list.as_array().into_iter().flatten().filter_map(|kind| Some(kind.as_str()?.to_owned())).collect()
    }

    /// What a reference leads to; its own `description` and `summary` win.
    fn resolved(&self, value: Value) -> Value {
        let mut value = value;
        let mut own = Map::new();
        for _ in 0..16 {
            let Some(Value::String(reference)) = value.get("$ref") else { break };
            let target = local_pointer(reference).and_then(|pointer| self.source.get(&pointer));
            let missing = || json!({ "description": format!("Not found in the contract: {reference}") });
            let target = target.unwrap_or_else(missing);
            for field in ["description", "summary"] {
                if let (Some(text), false) = (value.get(field), own.contains_key(field)) {
                    own.insert(field.to_owned(), text.clone());
                }
            }
            value = target;
        }
        if let Value::Object(fields) = &mut value {
            fields.remove("$ref");
            fields.extend(own);
        }
        value
    }

    fn text(&mut self, fields: &Map<String, Value>, field: &str) -> Option<String> {
        let text = fields.get(field)?.as_str().filter(|text| !text.is_empty())?;
        Some(self.shortened(text))
    }

    fn shortened(&mut self, text: &str) -> String {
        if text.len() <= MOST_TEXT {
            return text.to_owned();
        }
        self.truncated = true;
        let end = (0..=MOST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        format!("{}…", &text[..end])
    }
}

/// Cuts deep schemas until the operation's own part fits; says whether it had to.
fn fit(page: &mut OperationPage) -> bool {
    let mut schemas: Vec<&mut Value> =
        page.parameters.iter_mut().map(|parameter| &mut parameter.schema).collect();
    let bodies = page.request_body.iter_mut().flat_map(|body| &mut body.content);
    schemas.extend(bodies.map(|media| &mut media.schema));
    for response in &mut page.responses {
        schemas.extend(response.content.iter_mut().map(|media| &mut media.schema));
        schemas.extend(response.headers.iter_mut().map(|header| &mut header.schema));
    }
    fit_schemas(&mut schemas, MOST_INLINE)
}

fn fit_schemas(schemas: &mut [&mut Value], bytes: usize) -> bool {
    for (round, levels) in [usize::MAX, 10, 6, 4, 3, 2, 1, 0].into_iter().enumerate() {
        if schemas.iter().map(|schema| schema::size(schema)).sum::<usize>() <= bytes {
            return round > 1;
        }
        schemas.iter_mut().for_each(|schema| schema::prune(schema, levels));
    }
    true
}

/// Parameters of the template that the contract does not describe, as strings.
fn add_undeclared(parameters: &mut Vec<Parameter>, path: &str) {
    for name in template::names(path) {
        if parameters
            .iter()
            .any(|parameter| parameter.place == ParameterPlace::Path && parameter.name == name)
        {
            continue;
        }
        parameters.push(Parameter {
            name: name.to_owned(),
            place: ParameterPlace::Path,
            required: true,
            deprecated: false,
            description: None,
            schema: json!({ "type": "string" }),
            style: "simple".to_owned(),
            explode: false,
            example: name.into(),
            examples: Vec::new(),
        });
    }
}

fn object(value: impl Into<Option<Value>>) -> Map<String, Value> {
    match value.into() {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn flag(fields: &Map<String, Value>, field: &str) -> bool {
    fields.get(field) == Some(&Value::Bool(true))
}
