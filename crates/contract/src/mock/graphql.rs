//! GraphQL as a service speaks it: documents are checked against the schema and executed on values that are made (the specification of
//! September 2025, §5 to §7; GraphQL over HTTP).

mod made;
mod one_of;
mod size;
pub(super) mod socket;

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    collections::{HashMap, IndexMap},
    introspection,
    parser::{Parser, SourceMap},
    request::{RequestError, coerce_variable_values},
    resolvers::Execution,
    response::{GraphQLError, JsonMap},
    schema::{Component, ExtendedType, FieldDefinition, Implementers, SchemaBuilder},
    validation::{DiagnosticList, Valid},
};
use serde_json::{Map, Value, json};

use self::{
    made::{Made, World},
    one_of::{OneOf, Wrong},
};
use super::voice::Call;

/// Words of a schema, and how deep it nests.
const SCHEMA_TOKENS: usize = 2_000_000;
const SCHEMA_DEPTH: usize = 64;
/// Words of a document, and how deep it nests.
const TOKENS: usize = 15_000;
const DEPTH: usize = 64;
/// Errors that are told of one document.
const MOST_ERRORS: usize = 20;
/// Events of a subscription.
const EVENTS: usize = 3;

const JSON: &str = "application/json";
/// GraphQL over HTTP, §4.
const RESPONSE: &str = "application/graphql-response+json";
const EVENT_STREAM: &str = "text/event-stream";

/// A schema that answers.
pub(super) struct Answering {
    schema: Valid<Schema>,
    implementers: HashMap<Name, Implementers>,
    one_of: OneOf,
}

/// What is asked.
#[derive(Default)]
pub(super) struct Asked<'r> {
    pub(super) query: String,
    pub(super) operation: Option<String>,
    pub(super) variables: JsonMap,
    /// It came by `GET`, so that it may only read.
    pub(super) is_safe: bool,
    /// The value of `Accept`.
    pub(super) accept: Option<&'r str>,
    /// Values differ by it.
    pub(super) seed: Option<u64>,
}

/// An answer of GraphQL over HTTP.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

impl<'r> Asked<'r> {
    /// Reads a request of GraphQL over HTTP (§5).
    ///
    /// # Errors
    /// The answer to what is none.
    pub(super) fn read(call: &Call<'r>) -> Result<Asked<'r>, Told> {
        let bad = |message: &str| unreadable(400, message);
        let fields = match call.is_safe {
            true => of_query(call.query.unwrap_or_default()),
            false if call.content_type.is_some_and(|of| named(of, "application/graphql")) => {
                let text = String::from_utf8(call.body.to_vec()).map_err(|_| bad("the body is not UTF-8"))?;
                Map::from_iter([("query".to_owned(), text.into())])
            }
            false => match serde_json::from_slice(call.body) {
                Ok(Value::Object(fields)) => fields,
                Ok(Value::Array(_)) => return Err(bad("requests are sent one by one rather than as a list")),
                Ok(_) => return Err(bad("the body is no object with a `query`")),
                Err(error) => return Err(bad(&format!("the body is no JSON: {error}"))),
            },
        };
        if !fields.contains_key("query") {
            let is_hash = fields.get("extensions").is_some_and(|of| of.get("persistedQuery").is_some());
            return Err(if is_hash { not_persisted() } else { bad("there is no `query`") });
        }
        let asked = Asked::of_fields(fields).map_err(|why| bad(&why))?;
        Ok(Asked { is_safe: call.is_safe, accept: call.accept, seed: call.seed, ..asked })
    }

    /// # Errors
    /// What of the fields is none.
    fn of_fields(mut fields: Map<String, Value>) -> Result<Asked<'r>, String> {
        let text = |value: Option<Value>, name: &str| match value {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}` is no text")),
        };
        let operation =
            text(fields.remove("operationName"), "operationName")?.filter(|name| !name.is_empty());
        let query = text(fields.remove("query"), "query")?.ok_or("there is no `query`")?;
        let variables = match fields.remove("variables") {
            None | Some(Value::Null) => JsonMap::new(),
            Some(variables) => serde_json::from_value(variables).map_err(|_| "`variables` is no object")?,
        };
        Ok(Asked { query, operation, variables, ..Asked::default() })
    }
}

/// The parameters of a URL; those that are JSON are read.
fn of_query(query: &str) -> Map<String, Value> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
    };
    let mut fields = Map::new();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let (name, value) = (decoded(name), decoded(value));
        let value = match &*name {
            "variables" | "extensions" => serde_json::from_str(&value).unwrap_or(Value::String(value)),
            _ => Value::String(value),
        };
        fields.entry(name).or_insert(value);
    }
    fields
}

impl Answering {
    /// # Errors
    /// Why nothing can be asked of the schema.
    pub(super) fn read(sdl: &str) -> Result<Answering, String> {
        let mut builder = SchemaBuilder::new().adopt_orphan_extensions().ignore_builtin_redefinitions();
        let mut parser = Parser::new().token_limit(SCHEMA_TOKENS).recursion_limit(SCHEMA_DEPTH);
        parser.parse_into_schema_builder(sdl, "schema.graphql", &mut builder);
        let mut schema = builder.build().map_err(|wrong| first(&wrong.errors))?;
        let one_of = OneOf::define(&mut schema).map_err(|wrong| match wrong.line_column {
            Some((line, column)) => format!("line {line}, column {column}: {}", wrong.message),
            None => wrong.message,
        })?;
        // Directives that a tool defines, as those of a federation, say nothing of values.
        keep_known_directives(&mut schema);
        let schema = schema.validate().map_err(|wrong| first(&wrong.errors))?;
        let implementers = schema.implementers_map();
        Ok(Answering { schema, implementers, one_of })
    }

    pub(super) fn answer(&self, asked: &Asked<'_>) -> Told {
        let streams = asked.accept.is_some_and(|accept| named(accept, EVENT_STREAM));
        let content_type = match asked.accept {
            Some(accept) if named(accept, RESPONSE) => RESPONSE,
            _ => JSON,
        };
        match self.results(asked, streams) {
            Ok(results) if streams => {
                let body = results.iter().map(|one| format!("event: next\ndata: {one}\n\n"));
                let body = body.collect::<String>() + "event: complete\ndata:\n\n";
                Told { status: 200, content_type: EVENT_STREAM, body: body.into_bytes() }
            }
            Ok(results) => {
                let body = results.into_iter().next().unwrap_or_default();
                Told { status: 200, content_type, body: body.into_bytes() }
            }
            Err(refused) => refused.told(content_type),
        }
    }

    /// What a document comes to: one result, of a subscription one for each event.
    fn results(&self, asked: &Asked<'_>, streams: bool) -> Result<Vec<String>, Refused> {
        let mut parser = Parser::new().token_limit(TOKENS).recursion_limit(DEPTH);
        let document = parser.parse_executable(&self.schema, &*asked.query, "request");
        let document = document.map_err(|wrong| Refused::document(&wrong.errors))?;
        size::check_nesting(&document).map_err(|why| Refused::said(&why))?;
        let document = document.validate(&self.schema).map_err(|wrong| Refused::document(&wrong.errors))?;
        self.one_of.check(&self.schema, &document).map_err(|wrong| Refused::wrong(&wrong))?;
        let request = |error: RequestError| Refused::request(&error, &document.sources);
        let operation = document.operations.get(asked.operation.as_deref()).map_err(request)?;
        if asked.is_safe && operation.is_mutation() {
            let message = "a mutation is not asked by GET; use POST";
            return Err(Refused { status: 405, ..Refused::said(message) });
        }
        if operation.is_subscription() && !streams {
            let message = "a subscription is answered with events; accept `text/event-stream`";
            return Err(Refused::said(message));
        }
        introspection::check_max_depth(&document, operation).map_err(request)?;
        let variables = coerce_variable_values(&self.schema, operation, &asked.variables).map_err(request)?;
        let checked = self.one_of.check_variables(&self.schema, operation, &variables);
        checked.map_err(|wrong| Refused::wrong(&wrong))?;
        size::check(&self.schema, &document, operation, &variables).map_err(|why| Refused::said(&why))?;
        let by_name = OneOf::asked_by_name(&self.schema, &document);
        let run =
            Run { document: &document, by_name: by_name.as_ref(), variables: &variables, seed: asked.seed };
        let events = if operation.is_subscription() { EVENTS } else { 1 };
        (0..events).map(|event| self.run(&run, asked.operation.as_deref(), event)).collect()
    }

    fn run(&self, run: &Run<'_>, operation: Option<&str>, event: usize) -> Result<String, Refused> {
        let world = World { schema: &self.schema, implementers: &self.implementers, seed: run.seed };
        let document = run.by_name.unwrap_or(run.document);
        let refused = |error: RequestError| Refused::request(&error, &document.sources);
        let asked = document.operations.get(operation).map_err(refused)?;
        let root = Made::root(&world, asked.object_type(), event);
        let mut result = Execution::new(&self.schema, document)
            .operation(asked)
            .implementers_map(&self.implementers)
            .coerced_variable_values(run.variables)
            .enable_schema_introspection(true)
            .execute_sync(&root)
            .map_err(refused)?;
        if let (Some(_), Some(data)) = (run.by_name, &mut result.data) {
            let as_written = run.document.operations.get(operation).map_err(refused)?;
            self.one_of.amend(&self.schema, run.document, &as_written.selection_set, data);
        }
        serde_json::to_string(&result).map_err(|_| Refused::said("the answer cannot be written"))
    }
}

/// A document that is executed.
struct Run<'r> {
    document: &'r Valid<ExecutableDocument>,
    /// What is executed in its place; see [`OneOf::asked_by_name`].
    by_name: Option<&'r Valid<ExecutableDocument>>,
    variables: &'r Valid<JsonMap>,
    seed: Option<u64>,
}

/// Why nothing was executed.
struct Refused {
    status: u16,
    errors: Vec<Value>,
}

impl Refused {
    fn said(message: &str) -> Refused {
        Refused { status: 400, errors: vec![json!({ "message": message })] }
    }

    fn wrong(wrong: &Wrong) -> Refused {
        Refused { status: 400, errors: vec![wrong.told()] }
    }

    fn document(wrong: &DiagnosticList) -> Refused {
        let errors = wrong.iter().take(MOST_ERRORS).map(|one| written(&one.unstable_to_json_compat()));
        Refused { status: 400, errors: errors.collect() }
    }

    fn request(error: &RequestError, sources: &SourceMap) -> Refused {
        Refused { status: 400, errors: vec![written(&error.to_graphql_error(sources))] }
    }

    /// In `application/json` what could be read is answered with 200, so that intermediaries are not taken for the service (§6.4.1).
    fn told(self, content_type: &'static str) -> Told {
        let status = match (self.status, content_type) {
            (400, JSON) => 200,
            (status, _) => status,
        };
        Told { status, content_type, body: json!({ "errors": self.errors }).to_string().into_bytes() }
    }
}

/// A request that is none of GraphQL, or a schema that nothing can be asked of.
pub(super) fn unreadable(status: u16, message: &str) -> Told {
    let body = json!({ "errors": [{ "message": message }] }).to_string().into_bytes();
    Told { status, content_type: JSON, body }
}

/// What a service answers whose resolvers fail.
pub(super) fn failed() -> Told {
    let error =
        json!({ "message": "the mock fails on purpose", "extensions": { "code": "INTERNAL_SERVER_ERROR" } });
    let body = json!({ "data": null, "errors": [error] }).to_string().into_bytes();
    Told { status: 200, content_type: JSON, body }
}

/// A hash of a document without the document: who gets this sends both.
fn not_persisted() -> Told {
    let error =
        json!({ "message": "PersistedQueryNotFound", "extensions": { "code": "PERSISTED_QUERY_NOT_FOUND" } });
    let body = json!({ "errors": [error] }).to_string().into_bytes();
    Told { status: 200, content_type: JSON, body }
}

fn written(error: &GraphQLError) -> Value {
    let mut fields = Map::new();
    fields.insert("message".to_owned(), error.message.clone().into());
    if !error.locations.is_empty() {
        let all = error.locations.iter().map(|at| json!({ "line": at.line, "column": at.column }));
        fields.insert("locations".to_owned(), all.collect());
    }
    Value::Object(fields)
}

fn first(wrong: &DiagnosticList) -> String {
    wrong.iter().next().map_or_else(String::new, |one| {
        let error = one.unstable_to_json_compat();
        let place = error.locations.first().map(|at| format!("line {}, column {}: ", at.line, at.column));
        place.unwrap_or_default() + &error.message
    })
}

/// Whether `Accept` names a type with a weight.
fn named(accept: &str, wanted: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_it = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        is_it && parts.all(|part| !matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn keep_known_directives(schema: &mut Schema) {
    let known: Vec<Name> = schema.directive_definitions.keys().cloned().collect();
    let is_known = |name: &Name| known.contains(name);
    macro_rules! keep {
        ($of:expr) => {
            $of.directives.0.retain(|one| is_known(&one.name))
        };
    }
    let each = |fields: &mut IndexMap<Name, Component<FieldDefinition>>| {
        for field in fields.values_mut() {
            let field = field.make_mut();
            keep!(field);
            field.arguments.iter_mut().for_each(|argument| keep!(argument.make_mut()));
        }
    };
    keep!(schema.schema_definition.make_mut());
    for of in schema.types.values_mut().filter(|of| !of.is_built_in()) {
        match of {
            ExtendedType::Scalar(of) => keep!(of.make_mut()),
            ExtendedType::Union(of) => keep!(of.make_mut()),
            ExtendedType::Object(of) => {
                let of = of.make_mut();
                keep!(of);
                each(&mut of.fields);
            }
            ExtendedType::Interface(of) => {
                let of = of.make_mut();
                keep!(of);
                each(&mut of.fields);
            }
            ExtendedType::Enum(of) => {
                let of = of.make_mut();
                keep!(of);
                of.values.values_mut().for_each(|value| keep!(value.make_mut()));
            }
            ExtendedType::InputObject(of) => {
                let of = of.make_mut();
                keep!(of);
                of.fields.values_mut().for_each(|field| keep!(field.make_mut()));
            }
        }
    }
}
