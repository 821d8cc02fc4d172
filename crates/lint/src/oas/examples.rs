//! Examples and defaults against the schemas they stand beside.

use model::tree::Node;

use super::is_object;
use crate::{
    format::{self, Format},
    function::{Raised, Subject},
    jsonpath::Zone,
    pointer::Segment,
    run::Context,
    schema::{Dialect, Reading, Relaxed},
};

/// A schema of a rule, applied as schemas of the document are.
pub(super) fn schema<'r>(
    subject: Subject<'r>,
    schema: &'r Node,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    context.run.schema(subject, schema, reading(context, Relaxed::No), context)
}

fn reading(context: &Context<'_, '_>, relaxed: Relaxed) -> Reading {
    let run = context.run;
    let plain = |dialect| Reading { relaxed, ..Reading::plain(dialect) };
    if run.has(Format::Oas31) || run.has(Format::Oas32) {
        let named = run.graph.root().get("jsonSchemaDialect").and_then(Node::as_str);
        return plain(named.and_then(format::draft).and_then(Dialect::named).unwrap_or(Dialect::Draft2020));
    }
    if run.has(Format::Oas30) || run.has(Format::Oas2) {
        return Reading { nullable: true, x_nullable: run.has(Format::Oas2), ..plain(Dialect::Draft4) };
    }
    plain(Dialect::Draft4)
}

/// Checks the examples of a schema, or those beside the schema of a message.
pub(super) fn check<'r>(
    node: &'r Node,
    swagger: bool,
    media: bool,
    context: &Context<'_, 'r>,
) -> Vec<Raised<'r>> {
    let graph = context.run.graph;
    if node.fields().is_none() {
        return Vec::new();
    }
    let (schema, examples) = if media {
        let Some(schema) = graph.get(node, "schema") else { return Vec::new() };
        (schema, of_message(node, swagger, context))
    } else {
        let fields: &[&'static str] =
            if swagger { &["example", "x-example", "default"] } else { &["example", "default"] };
        let present = fields.iter().filter_map(|field| {
            let value = graph.get(node, field)?;
            Some((Some(value), vec![Segment::Key(field)]))
        });
        (node, present.collect())
    };
    if schema.fields().is_none() {
        return Vec::new();
    }
    let relaxed = match (media, swagger, context.zone) {
        (true, false, Zone::Request) => Relaxed::Request,
        (true, _, Zone::Response) => Relaxed::Response,
        _ => Relaxed::No,
    };
    let reading = reading(context, relaxed);
    let mut found = Vec::new();
    // That a schema disobeys its own meta-schema is told with the first of its examples; the others are checked all the same.
    let mut meta_too = true;
    for (value, below) in examples {
        let path = [context.path, &below].concat();
        let context = Context { path: &path, ..*context };
        let subject = value.map_or(Subject::Undefined, Subject::Node);
        found.extend(context.run.schema_of_document(subject, schema, reading, meta_too, &context));
        meta_too &= swagger || value.is_none();
    }
    found
}

type Examples<'r> = Vec<(Option<&'r Node>, Vec<Segment<'r>>)>;

fn of_message<'r>(node: &'r Node, swagger: bool, context: &Context<'_, 'r>) -> Examples<'r> {
    let graph = context.run.graph;
    if !swagger && let Some(example) = graph.get(node, "example") {
        return vec![(Some(example), vec![Segment::Key("example")])];
    }
    let Some(examples) = graph.get(node, "examples") else { return Vec::new() };
    let named = examples.fields().unwrap_or_default().iter().map(|(key, one)| (Segment::Key(&key.text), one));
    let listed =
        examples.items().unwrap_or_default().iter().enumerate().map(|(at, one)| (Segment::Index(at), one));
    let mut found = Examples::new();
    for (segment, example) in named.chain(listed) {
        let example = graph.resolve(example);
        let mut path = vec![Segment::Key("examples"), segment];
        if swagger {
            found.push((Some(example), path));
        } else if is_object(example) && example.get("externalValue").is_none() {
            path.push(Segment::Key("value"));
            found.push((graph.get(example, "value"), path));
        }
    }
    found
}
