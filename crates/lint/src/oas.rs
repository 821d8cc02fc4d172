//! The rules for OpenAPI: those that need more than the functions of rulesets.

mod document;
mod examples;
mod operations;
mod parameters;
mod servers;
mod types;

use model::tree::{Content, Node};

pub(crate) use self::document::{Words, structure};
use crate::{
    function::{Options, Raised, Subject, Unknown, one, unreferenced},
    js,
    pointer::Segment,
    run::Context,
};

/// The ruleset `spectral:oas`.
pub(crate) const RULESET: &str = include_str!("oas/ruleset.yaml");

#[derive(Debug)]
pub(crate) enum OasFunction {
    SuccessResponse,
    FormDataConsumes,
    UniqueOperationIds,
    Parameters,
    TagsDefined,
    PathParameters,
    ReferenceSiblings,
    TypedEnum,
    SecurityDefined { swagger: bool },
    Example { swagger: bool, media: bool },
    Document,
    Discriminator,
    UnusedComponents,
    Schema(Box<Node>),
    UniqueTags,
    ServerVariables { substitutions: bool, defaults: bool },
}

pub(crate) const METHODS: [&str; 8] = ["get", "head", "post", "put", "patch", "delete", "options", "trace"];

impl OasFunction {
    pub(crate) fn build(name: &str, options: &Options<'_>) -> Result<OasFunction, Unknown> {
        let flag = |name: &str| options.get(name).and_then(Node::as_bool) == Some(true);
        let swagger = || options.get("oasVersion").is_some_and(|version| js::to_text(version) == "2");
        let (function, known): (OasFunction, &[&str]) = match name {
            "oasOpSuccessResponse" => (OasFunction::SuccessResponse, &[]),
            "oasOpFormDataConsumeCheck" => (OasFunction::FormDataConsumes, &[]),
            "oasOpIdUnique" => (OasFunction::UniqueOperationIds, &[]),
            "oasOpParams" => (OasFunction::Parameters, &[]),
            "oasTagDefined" => (OasFunction::TagsDefined, &[]),
            "oasPathParam" => (OasFunction::PathParameters, &[]),
            "refSiblings" => (OasFunction::ReferenceSiblings, &[]),
            "typedEnum" => (OasFunction::TypedEnum, &[]),
            "oasSecurityDefined" => (OasFunction::SecurityDefined { swagger: swagger() }, &["oasVersion"]),
            "oasExample" => {
                let media = options.text("type")?.as_deref() == Some("media");
                let function = OasFunction::Example { swagger: swagger(), media };
                (function, &["oasVersion", "schemaField", "type"])
            }
            "oasDocumentSchema" => (OasFunction::Document, &[]),
            "oasDiscriminator" => (OasFunction::Discriminator, &[]),
            "oasUnusedComponent" => (OasFunction::UnusedComponents, &[]),
            "oasSchema" => {
                let schema = options.get("schema").ok_or_else(|| options.needs("schema", "a JSON Schema"))?;
                (OasFunction::Schema(Box::new(schema.clone())), &["schema"])
            }
            "uniquenessTags" => (OasFunction::UniqueTags, &[]),
            "serverVariables" => {
                let (substitutions, defaults) = (flag("checkSubstitutions"), flag("requireDefault"));
                let function = OasFunction::ServerVariables { substitutions, defaults };
                (function, &["checkSubstitutions", "requireDefault"])
            }
            _ => return Err(Unknown::Function),
        };
        options.only(known)?;
        Ok(function)
    }

    pub(crate) fn minds_zones(&self) -> bool {
        matches!(self, OasFunction::Example { media: true, .. })
    }

    pub(crate) fn call<'r>(&'r self, subject: Subject<'r>, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
        let Subject::Node(node) = subject else {
            return match self {
                OasFunction::ServerVariables { .. } => one("Invalid Server Object"),
                OasFunction::Schema(schema) => examples::schema(subject, schema, context),
                _ => Vec::new(),
            };
        };
        match self {
            OasFunction::SuccessResponse => operations::success_response(node, context),
            OasFunction::FormDataConsumes => operations::form_data_consumes(node, context),
            OasFunction::UniqueOperationIds => operations::unique_ids(node, context),
            OasFunction::TagsDefined => operations::tags_defined(node, context),
            OasFunction::SecurityDefined { swagger } => operations::security_defined(node, *swagger, context),
            OasFunction::Parameters => parameters::unique(node, context),
            OasFunction::PathParameters => parameters::of_paths(node, context),
            OasFunction::TypedEnum => types::typed_enum(node, context),
            OasFunction::Discriminator => types::discriminator(node, context),
            OasFunction::ReferenceSiblings => reference_siblings(context),
            OasFunction::Example { swagger, media } => examples::check(node, *swagger, *media, context),
            OasFunction::Schema(schema) => examples::schema(subject, schema, context),
            OasFunction::Document => document::check(node, context),
            OasFunction::UnusedComponents => unused_components(node, context),
            OasFunction::UniqueTags => unique_tags(node, context),
            OasFunction::ServerVariables { substitutions, defaults } => {
                servers::variables(node, *substitutions, *defaults, context)
            }
        }
    }
}

fn raised<'a>(message: impl Into<String>, path: Vec<Segment<'a>>) -> Raised<'a> {
    Raised { message: message.into(), path: Some(path) }
}

/// What stands beside a `$ref` means nothing.
fn reference_siblings<'r>(context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let Some((_, parent)) = context.path.split_last() else { return Vec::new() };
    let Some(fields) = context.run.graph.written(0, parent).and_then(Node::fields) else { return Vec::new() };
    let beside = fields.iter().filter(|(key, _)| &*key.text != "$ref");
    beside
        .map(|(key, _)| {
            let path = [parent, &[Segment::Key(&key.text)]].concat();
            raised("$ref must not be placed next to any other properties", path)
        })
        .collect()
}

fn unused_components<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    const KINDS: [&str; 8] =
        ["schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks"];
    let Some(components) = root.get("components") else { return Vec::new() };
    let kinds = KINDS.into_iter().filter_map(|kind| Some((kind, components.get(kind)?)));
    kinds.flat_map(|(kind, node)| unreferenced(node, &format!("#/components/{kind}"), context.run)).collect()
}

fn unique_tags<'r>(tags: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    let names: Option<Vec<&str>> =
        tags.items().unwrap_or_default().iter().map(|tag| graph.get(tag, "name")?.as_str()).collect();
    // A tag without a name is for the rule about the document's structure.
    let Some(names) = names else { return Vec::new() };
    let mut seen = std::collections::HashSet::new();
    let twice = names.iter().enumerate().filter(|(_, name)| !seen.insert(**name));
    twice
        .map(|(at, name)| {
            let path = [context.path, &[Segment::Index(at), Segment::Key("name")]].concat();
            raised(format!("\"tags\" object contains duplicate tag name \"{name}\"."), path)
        })
        .collect()
}

/// Operations of `paths`, with their path and method.
fn operations<'r>(
    paths: &'r Node,
    context: &Context<'_, 'r>,
) -> impl Iterator<Item = (&'r str, &'r str, &'r Node)> {
    let graph = context.run.graph;
    graph.resolve(paths).fields().unwrap_or_default().iter().flat_map(move |(path, item)| {
        let fields = graph.resolve(item).fields().unwrap_or_default().iter();
        fields.filter_map(move |(method, operation)| {
            let operation = graph.resolve(operation);
            let is_operation = METHODS.contains(&&*method.text) && operation.fields().is_some();
            is_operation.then_some((&*path.text, &*method.text, operation))
        })
    })
}

/// `typeof value === 'object'`
fn is_object(node: &Node) -> bool {
    matches!(node.content, Content::Mapping(_) | Content::List(_))
}
