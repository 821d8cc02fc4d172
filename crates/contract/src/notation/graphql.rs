//! GraphQL's schema definition language (the specification of September 2025, §3): one route that takes every query, and its types.

mod advice;
mod types;

use apollo_parser::Parser;
use model::{Finding, tree::Document};
use serde_json::json;

pub(super) use self::advice::advice;
use self::types::{Field, Kind, Schema, Type, Written};
use super::{
    Told,
    lines::Lines,
    make::{self, At, Fields},
    markdown,
};

/// Tokens of a document.
const MOST_TOKENS: usize = 2_000_000;
/// Types and values in each other.
const MOST_DEPTH: usize = 64;
/// Fields of `Query` and the like that the description of the route lists.
const MOST_LISTED: usize = 400;
/// Where services that speak GraphQL over HTTP usually answer.
const PATH: &str = "/graphql";
/// Where the text itself stands in the document.
pub(crate) const SDL: &str = "x-sdl";
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

pub(super) fn read(text: &str, file: &str) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
    let lines = Lines::new(text, 1);
    let mut told = Told::new(file);
    let tree = Parser::new(text).recursion_limit(MOST_DEPTH).token_limit(MOST_TOKENS).parse();
    for error in tree.errors().take(50) {
        let (rule, what) = match error.is_limit() {
            true => (
                "too-deep",
                format!(
                    "{}: it nests deeper than {MOST_DEPTH} levels or has more than {MOST_TOKENS} words",
                    error.message()
                ),
            ),
            false => ("syntax", format!("this is no GraphQL: {}", error.message())),
        };
        told.error(rule, what, lines.at(error.index()));
    }
    if !told.findings.is_empty() {
        return Err(told.findings);
    }
    let schema = Schema::read(&tree.document(), &lines, &mut told);
    check(&schema, &mut told);
    let root = lowered(&schema, text);
    told.finish(root)
}

/// Everything that is named must be there.
fn check(schema: &Schema, told: &mut Told<'_>) {
    let known = |name: &str| BUILT_IN.contains(&name) || schema.types.contains_key(name);
    let mut named = |written: &Written| {
        if !known(&written.name) {
            let message =
                format!("the type `{}` is not defined; define it, or correct its name", written.name);
            told.error("unknown-type", message, written.at);
        }
    };
    for of in schema.types.values() {
        for field in &of.fields {
            named(&field.of);
            field.arguments.iter().for_each(|argument| named(&argument.of));
        }
        of.members.iter().chain(&of.interfaces).for_each(&mut named);
    }
    for (_, root) in &schema.roots {
        named(root);
    }
    match schema.root("query") {
        None => {
            let message = "there is no type `Query`, and no `schema { query: … }` that names another: nothing can be asked for";
            told.error("no-query", message, At::START);
        }
        Some(query) if schema.types.get(&query.name).is_some_and(|of| of.kind != Kind::Object) => {
            told.error(
                "no-query",
                format!("`{}` is no object type, so that it cannot be asked", query.name),
                query.at,
            );
        }
        Some(_) => {}
    }
}

fn lowered(schema: &Schema, text: &str) -> model::tree::Node {
    let at = schema.at;
    let mut out = Fields::new(At::START);
    out.text("openapi", "3.1.0");
    let mut info = Fields::new(at);
    info.text("title", schema.title())
        .text("version", "")
        .text_if("description", schema.description.as_ref());
    out.put("info", info.node());
    let mut item = Fields::new(at);
    item.put("post", operation(schema, at, true)).put("get", operation(schema, at, false));
    let mut paths = Fields::new(at);
    paths.put(PATH, item.node());
    out.put("paths", paths.node());
    let mut schemas = Fields::new(at);
    for (name, of) in &schema.types {
        schemas.put_at(of.at, name, of.schema());
    }
    let mut components = Fields::new(at);
    components.put("schemas", schemas.node());
    out.put("components", components.node());
    // What its types are in words of its own, for those who answer in its place.
    out.text(SDL, text);
    out.node()
}

fn operation(schema: &Schema, at: At, is_post: bool) -> model::tree::Node {
    let mut out = Fields::new(at);
    let roots: serde_json::Map<String, serde_json::Value> =
        schema.roots.iter().map(|(kind, of)| ((*kind).to_owned(), of.name.clone().into())).collect();
    let request = json!({
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": { "type": "string", "description": "A document of GraphQL." },
            "operationName": { "type": ["string", "null"], "description": "Which of its operations, where it has several." },
            "variables": { "type": ["object", "null"] },
            "extensions": { "type": ["object", "null"] },
        },
    });
    let example = schema.example();
    if is_post {
        out.text("operationId", "graphql").text("summary", "Queries and mutations");
        out.text("description", described(schema));
        let media = json!({ "schema": request, "example": { "query": example } });
        out.value("requestBody", &json!({ "required": true, "content": { "application/json": media } }));
    } else {
        out.text("operationId", "graphqlByGet")
            .text("summary", "Queries by GET, and subscriptions by WebSocket or server-sent events");
        let parameter =
            |name: &str, schema: &serde_json::Value| json!({ "name": name, "in": "query", "schema": schema });
        let mut all = vec![
            json!({ "name": "query", "in": "query", "schema": { "type": "string" }, "example": example }),
        ];
        all.extend(
            ["operationName", "variables", "extensions"]
                .map(|name| parameter(name, &json!({ "type": "string" }))),
        );
        out.value("parameters", &all.into());
    }
    let answer = json!({
        "type": "object",
        "properties": {
            "data": { "type": ["object", "null"] },
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["message"],
                    "properties": {
                        "message": { "type": "string" },
                        "locations": { "type": "array" },
                        "path": { "type": "array" },
                        "extensions": { "type": "object" },
                    },
                },
            },
            "extensions": { "type": "object" },
        },
    });
    let content = json!({
        "application/graphql-response+json": { "schema": answer, "example": { "data": {} } },
        "application/json": { "schema": answer, "example": { "data": {} } },
        "text/event-stream": {},
        "multipart/mixed": {},
    });
    out.value("responses", &json!({
        "200": { "description": "What was asked for, or why not.", "content": content },
        "default": { "description": "It could not be read or may not be asked.", "content": { "*/*": {} } },
    }));
    out.value("x-graphql", &roots.into());
    out.node()
}

/// What can be asked for, as Markdown.
fn described(schema: &Schema) -> String {
    let mut parts = Vec::new();
    for (kind, title) in [("query", "Queries"), ("mutation", "Mutations"), ("subscription", "Subscriptions")]
    {
        let Some(of) = schema.root(kind).and_then(|root| schema.types.get(&root.name)) else { continue };
        let mut list = format!("**{title}**\n");
        for field in of.fields.iter().take(MOST_LISTED) {
            list.push_str("\n- ");
            list.push_str(&markdown::code(&signature(field)));
            if let Some(description) = &field.description {
                list.push_str(": ");
                list.push_str(markdown::first_line(description));
            }
            if field.deprecated.is_some() {
                list.push_str(" (deprecated)");
            }
        }
        if let Some(more) = of.fields.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
            list.push_str(&format!("\n- and {more} more"));
        }
        parts.push(list);
    }
    markdown::paragraphs(parts)
}

/// `order(id: ID!): Order`
fn signature(field: &Field) -> String {
    let mut out = field.name.clone();
    if !field.arguments.is_empty() {
        let arguments: Vec<String> =
            field.arguments.iter().map(|argument| format!("{}: {}", argument.name, argument.of)).collect();
        out.push_str(&format!("({})", arguments.join(", ")));
    }
    out + ": " + &field.of.to_string()
}

impl Type {
    fn schema(&self) -> model::tree::Node {
        let mut out = Fields::new(self.at);
        out.text_if("description", self.description.as_ref());
        match self.kind {
            Kind::Scalar => {}
            Kind::Enum => {
                out.text("type", "string");
                let values = self.values.iter().map(|value| make::text(value.at, &value.name)).collect();
                out.put("enum", make::list(self.at, values));
            }
            Kind::Union => {
                let of = self.members.iter().map(|member| make::reference(member.at, &member.name)).collect();
                out.put("oneOf", make::list(self.at, of));
            }
            Kind::Object | Kind::Interface | Kind::Input => {
                out.text("type", "object");
                let mut properties = Fields::new(self.at);
                for field in &self.fields {
                    properties.put_at(field.at, &field.name, field.schema());
                }
                out.put("properties", properties.node());
                let needed = |field: &&Field| field.of.is_needed() && field.default.is_none();
                let required: Vec<_> = self.fields.iter().filter(needed).collect();
                if self.kind == Kind::Input && !required.is_empty() {
                    let names = required.iter().map(|field| make::text(field.at, &field.name)).collect();
                    out.put("required", make::list(self.at, names));
                }
            }
        }
        out.text("x-kind", self.kind.word());
        if !self.interfaces.is_empty() {
            let names = self.interfaces.iter().map(|name| make::text(name.at, &name.name)).collect();
            out.put("x-implements", make::list(self.at, names));
        }
        out.node()
    }
}

impl Field {
    fn schema(&self) -> model::tree::Node {
        let mut out = Fields::new(self.at);
        let mut description = self.description.clone().unwrap_or_default();
        if let Some(reason) = &self.deprecated {
            description = markdown::paragraphs([description, format!("Deprecated: {reason}")]);
            out.value("deprecated", &true.into());
        }
        out.text_if("description", Some(description));
        for (name, value) in types::schema_of(&self.of.of) {
            out.value(&name, &value);
        }
        out.text("x-type", self.of.to_string());
        if let Some(default) = &self.default {
            out.text("x-default", default);
        }
        if !self.arguments.is_empty() {
            let mut arguments = Fields::new(self.at);
            for argument in &self.arguments {
                arguments.put_at(argument.at, &argument.name, argument.schema());
            }
            out.put("x-arguments", arguments.node());
        }
        out.node()
    }
}
