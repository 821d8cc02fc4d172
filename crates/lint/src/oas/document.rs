//! The structure of documents: which objects may have which fields.

use std::sync::LazyLock;

use model::tree::Node;

use crate::{
    format::Format,
    function::Raised,
    graph::id,
    pointer::{self, Path, Segment},
    run::Context,
    schema::{self, Detail, Dialect, Error, KEYWORDS_2020, Reading, Schemas},
    shapes,
};

static SWAGGER: LazyLock<Node> =
    LazyLock::new(|| shapes::schema(&[include_str!("swagger2.yaml")], "additionalProperties"));
static OPENAPI30: LazyLock<Node> =
    LazyLock::new(|| shapes::schema(&[include_str!("openapi30.yaml")], "additionalProperties"));
static OPENAPI31: LazyLock<Node> = LazyLock::new(|| newer(&[]));
static OPENAPI32: LazyLock<Node> = LazyLock::new(|| newer(&[include_str!("openapi32.yaml")]));

/// Documents since 3.1 hold JSON Schema as it is.
fn newer(more: &[&str]) -> Node {
    let (_, keywords) = KEYWORDS_2020.split_once("\nKeywords:").unwrap_or_default();
    let keywords = format!("Keywords:{keywords}");
    let texts = [&[include_str!("openapi31.yaml")], more, &[&*keywords]].concat();
    shapes::schema(&texts, "unevaluatedProperties")
}

pub(super) fn check<'r>(root: &'r Node, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
    let run = context.run;
    let schema: &'static Node = if run.has(Format::Oas2) {
        &SWAGGER
    } else if run.has(Format::Oas32) {
        &OPENAPI32
    } else if run.has(Format::Oas31) {
        &OPENAPI31
    } else if run.has(Format::Oas3) {
        &OPENAPI30
    } else {
        return Vec::new();
    };
    structure(schema, root, &[], Words::OpenApi, context)
}

/// How Spectral says what is wrong, which it does by one library for documents of OpenAPI and by another for those of AsyncAPI.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    OpenApi,
    AsyncApi,
}

impl Words {
    /// Whether a finding is told. That something is not what it must be under a condition says nothing beside what it is not, but is told of bindings
    /// in AsyncAPI.
    fn tells(self, error: &Error) -> bool {
        if error.keyword != "if" {
            return true;
        }
        let mut above = error.path.rsplit('/').skip(1);
        let is_binding =
            above.next() == Some("bindings") || above.next().is_some_and(|of| of.ends_with("Bindings"));
        self == Words::AsyncApi && is_binding
    }
}

/// What of a node is not as a shape has it; `path` is where the node stands.
pub(crate) fn structure<'r>(
    schema: &'static Node,
    root: &'r Node,
    path: &[Segment<'r>],
    words: Words,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let run = context.run;
    let reading = Reading { all_errors: true, messages: true, ..Reading::plain(Dialect::Draft2020) };
    let known = run.structures.borrow_mut().remove(&id(schema)).unwrap_or_default();
    let schemas = Schemas::new(reading, None, Some(schema), run.regexes, run.budget).with_known(known);
    let errors = schemas.check(schema, root, None);
    run.structures.borrow_mut().insert(id(schema), schemas.into_known());
    let raised = errors.iter().filter(|error| words.tells(error)).map(|error| told(error, root, words));
    raised.map(|one| Raised { path: one.path.map(|below| [path, &below].concat()), ..one }).collect()
}

fn told<'r>(error: &Error, root: &'r Node, words: Words) -> Raised<'r> {
    let mut tokens: Vec<&str> = error.path.split('/').skip(1).collect();
    let property = tokens.last().copied();
    let is_item = words == Words::AsyncApi && matches!(find(root, &tokens).0.last(), Some(Segment::Index(_)));
    let about = |message: &str| match property {
        Some(index) if is_item => format!("Item at index {index} {message}"),
        Some(property) => format!("\"{property}\" property {message}"),
        None => message.to_owned(),
    };
    let cleaned = || about(&error.message.replace('\'', "\"").replace("NOT", "not"));
    let message = match &error.detail {
        Detail::Property(name) => {
            tokens.push(name);
            format!("Property \"{name}\" is not expected to be here")
        }
        Detail::Values(values, texts) => {
            let value = find(root, &tokens).1;
            let texts: Vec<&String> = texts.iter().collect();
            let near =
                value.and_then(Node::as_str).and_then(|text| schema::nearest(text, &texts, values.len()));
            let near = near.map(|near| format!(". Did you mean \"{near}\"?")).unwrap_or_default();
            format!("{}: {}{near}", cleaned(), values.join(", "))
        }
        _ if words == Words::AsyncApi && error.keyword == "type" => {
            about(&error.message.replacen("must be", "type must be", 1))
        }
        _ if error.keyword == "errorMessage" => error.message.clone(),
        _ => cleaned(),
    };
    Raised { message, path: Some(find(root, &tokens).0) }
}

/// The path of a pointer's tokens through the document, as far as it goes.
fn find<'r>(root: &'r Node, tokens: &[&str]) -> (Path<'r>, Option<&'r Node>) {
    let (mut path, mut node): (Path<'r>, &'r Node) = (Path::new(), root);
    for token in tokens {
        let step: Option<(Segment<'r>, &'r Node)> =
            pointer::step(node, token).or_else(|| pointer::step(node, &pointer::unescape(token)));
        let Some((segment, child)) = step else { return (path, None) };
        path.push(segment);
        node = child;
    }
    (path, Some(node))
}
