//! The rules for AsyncAPI: those that need more than the functions of rulesets.

mod messages;
mod references;

use std::sync::LazyLock;

use model::tree::Node;

use self::messages::Part;
use crate::{
    format::Format,
    function::{Options, Raised, Subject, Unknown},
    oas::{Words, structure},
    pointer::Segment,
    run::Context,
    schema::KEYWORDS_7,
    shapes,
};

/// The ruleset `spectral:asyncapi`.
pub(crate) const RULESET: &str = include_str!("asyncapi/ruleset.yaml");

const SECOND: &str = include_str!("asyncapi/asyncapi2.yaml");
const THIRD: &str = include_str!("asyncapi/asyncapi3.yaml");

static ASYNCAPI2: LazyLock<Node> =
    LazyLock::new(|| shapes::schema(&[SECOND, KEYWORDS_7], "additionalProperties"));
static ASYNCAPI3: LazyLock<Node> =
    LazyLock::new(|| shapes::schema(&[THIRD, KEYWORDS_7], "additionalProperties"));
/// What a payload is, where no other format is named.
static PAYLOAD: LazyLock<Node> = LazyLock::new(|| shapes::schema(&[KEYWORDS_7], "additionalProperties"));

#[derive(Debug)]
pub(crate) enum AsyncApiFunction {
    ChannelParameters,
    ChannelServers,
    Security { object: String },
    OperationIds,
    MessageIds,
    MessageExamples,
    Payload(Part),
    Values(Part),
    Document,
}

impl AsyncApiFunction {
    pub(crate) fn build(name: &str, options: &Options<'_>) -> Result<AsyncApiFunction, Unknown> {
        let part = || match options.text("type")?.as_deref() {
            Some("default") => Ok(Part::Default),
            Some("examples") => Ok(Part::Examples),
            Some("payload") => Ok(Part::Whole),
            _ => Err(options.needs("type", "`default` or `examples`")),
        };
        let (function, known): (AsyncApiFunction, &[&str]) = match name {
            "asyncApiChannelParameters" => (AsyncApiFunction::ChannelParameters, &[]),
            "asyncApi2ChannelServers" => (AsyncApiFunction::ChannelServers, &[]),
            "asyncApiSecurity" => {
                let object = options.text("objectType")?.unwrap_or_else(|| "Operation".to_owned());
                (AsyncApiFunction::Security { object }, &["objectType"])
            }
            "asyncApi2OperationIdUniqueness" => (AsyncApiFunction::OperationIds, &[]),
            "asyncApi2MessageIdUniqueness" => (AsyncApiFunction::MessageIds, &[]),
            "asyncApi2MessageExamplesValidation" => (AsyncApiFunction::MessageExamples, &[]),
            "asyncApiPayload" => (AsyncApiFunction::Payload(part()?), &["type"]),
            "asyncApiSchemaValidation" => (AsyncApiFunction::Values(part()?), &["type"]),
            "asyncApiDocumentSchema" => (AsyncApiFunction::Document, &[]),
            _ => return Err(Unknown::Function),
        };
        options.only(known)?;
        Ok(function)
    }

    pub(crate) fn call<'r>(&'r self, subject: Subject<'r>, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
        let Subject::Node(node) = subject else { return Vec::new() };
        match self {
            AsyncApiFunction::ChannelParameters => references::parameters(node, context),
            AsyncApiFunction::ChannelServers => references::servers(node, context),
            AsyncApiFunction::Security { object } => references::security(node, object, context),
            AsyncApiFunction::OperationIds => messages::operation_ids(node, context),
            AsyncApiFunction::MessageIds => messages::message_ids(node, context),
            AsyncApiFunction::MessageExamples => messages::examples(node, context),
            AsyncApiFunction::Payload(part) => messages::payload(node, *part, context),
            AsyncApiFunction::Values(part) => messages::values(node, *part, context.path, context),
            AsyncApiFunction::Document if context.run.has(Format::AsyncApi3) => {
                structure(&ASYNCAPI3, node, context.path, Words::AsyncApi, context)
            }
            AsyncApiFunction::Document => structure(&ASYNCAPI2, node, context.path, Words::AsyncApi, context),
        }
    }
}

fn raised<'a>(message: impl Into<String>, path: Vec<Segment<'a>>) -> Raised<'a> {
    Raised { message: message.into(), path: Some(path) }
}
