//! The functions that rules call, by the names and options rulesets give them.

mod casing;
mod order;
mod values;

use std::sync::Arc;

use model::tree::{Content, Node};

use self::casing::Casing;
use crate::{
    asyncapi::AsyncApiFunction,
    js,
    oas::OasFunction,
    pointer::{Path, Segment},
    regex::{Fault, Regex},
    run::{Context, Run},
    schema::{Dialect, Reading},
};

/// What a function looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// The field is not there.
    Undefined,
    Node(&'a Node),
    /// A name or a place in a list, not what stands there.
    Name(Segment<'a>),
}

/// What a function has to say.
#[derive(Debug)]
pub(crate) struct Raised<'a> {
    /// May hold templates such as `#{{print("property")}}`.
    pub(crate) message: String,
    /// Where, if not at the subject itself.
    pub(crate) path: Option<Path<'a>>,
}

#[derive(Debug)]
pub(crate) enum Function {
    Alphabetical { keyed_by: Option<String> },
    Casing(Casing),
    Defined,
    Enumeration(Vec<Node>),
    Falsy,
    Length { min: Option<f64>, max: Option<f64> },
    Or(Vec<String>),
    Pattern { matches: Option<Pattern>, not: Option<Pattern> },
    Schema { schema: Box<Node>, reading: Reading },
    Truthy,
    Undefined,
    Unreferenced { within: String },
    Xor(Vec<String>),
    Oas(OasFunction),
    AsyncApi(AsyncApiFunction),
}

/// A pattern as it is written, and compiled.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) written: String,
    pub(crate) regex: Arc<Regex>,
}

/// Why there is no such function.
#[derive(Debug)]
pub(crate) enum Unknown {
    Function,
    Option(String),
}

impl Function {
    /// # Errors
    /// A name that is not known, or options that do not fit.
    pub(crate) fn build(name: &str, options: Option<&Node>) -> Result<Function, Unknown> {
        let options = Options { function: name, node: options };
        let function = match name {
            "alphabetical" => {
                options.only(&["keyedBy"])?;
                Function::Alphabetical { keyed_by: options.text("keyedBy")? }
            }
            "casing" => Function::Casing(Casing::build(&options)?),
            "defined" | "falsy" | "truthy" | "undefined" => {
                options.only(&[])?;
                match name {
                    "defined" => Function::Defined,
                    "falsy" => Function::Falsy,
                    "truthy" => Function::Truthy,
                    _ => Function::Undefined,
                }
            }
            "enumeration" => {
                options.only(&["values"])?;
                let values = options
                    .get("values")
                    .and_then(Node::items)
                    .ok_or_else(|| options.needs("values", "a list"))?;
                Function::Enumeration(values.to_vec())
            }
            "length" => {
                options.only(&["min", "max"])?;
                let (min, max) = (options.number("min")?, options.number("max")?);
                if min.is_none() && max.is_none() {
                    return Err(options.needs("min` or `max", "a number"));
                }
                Function::Length { min, max }
            }
            "or" => Function::Or(options.properties()?),
            "xor" => Function::Xor(options.properties()?),
            "pattern" => {
                options.only(&["match", "notMatch"])?;
                let (matches, not) = (options.pattern("match")?, options.pattern("notMatch")?);
                if matches.is_none() && not.is_none() {
                    return Err(options.needs("match` or `notMatch", "a pattern"));
                }
                Function::Pattern { matches, not }
            }
            "schema" => {
                options.only(&["schema", "dialect", "allErrors"])?;
                let schema = options.get("schema").filter(|schema| schema.fields().is_some());
                let schema = schema.ok_or_else(|| options.needs("schema", "a JSON Schema"))?;
                let dialect = match options.text("dialect")?.as_deref() {
                    None | Some("auto") => crate::format::draft_of(schema).and_then(Dialect::named),
                    Some(name) => Some(
                        Dialect::named(name)
                            .ok_or_else(|| options.fault(format!("there is no `dialect` `{name}`")))?,
                    ),
                };
                let all_errors = options.get("allErrors").and_then(Node::as_bool).unwrap_or(false);
                let reading = Reading::plain(dialect.unwrap_or(Dialect::Draft7));
                let reading = Reading { all_errors, messages: all_errors, ..reading };
                Function::Schema { schema: Box::new(schema.clone()), reading }
            }
            "unreferencedReusableObject" => {
                options.only(&["reusableObjectsLocation"])?;
                let within =
                    options.text("reusableObjectsLocation")?.filter(|within| within.starts_with('#'));
                let within = within.ok_or_else(|| {
                    options.needs("reusableObjectsLocation", "a pointer such as `#/definitions`")
                })?;
                Function::Unreferenced { within }
            }
            name => match OasFunction::build(name, &options) {
                Err(Unknown::Function) => Function::AsyncApi(AsyncApiFunction::build(name, &options)?),
                built => Function::Oas(built?),
            },
        };
        Ok(function)
    }

    /// What there is to say about a subject.
    pub(crate) fn call<'r>(&'r self, subject: Subject<'r>, context: &Context<'_, 'r>) -> Vec<Raised<'r>> {
        let run = context.run;
        match self {
            Function::Alphabetical { keyed_by } => order::alphabetical(subject, keyed_by.as_deref(), context),
            Function::Casing(casing) => match subject.text() {
                Some(text) if !text.is_empty() && !casing.fits(&text) => {
                    one(format!("must be {} case", casing.name))
                }
                _ => Vec::new(),
            },
            Function::Defined => match subject {
                Subject::Undefined => about_property("must be defined"),
                _ => Vec::new(),
            },
            Function::Undefined => match subject {
                Subject::Undefined => Vec::new(),
                _ => about_property("must be undefined"),
            },
            Function::Truthy if !subject.is_truthy() => about_property("must be truthy"),
            Function::Falsy if subject.is_truthy() => about_property("must be falsy"),
            Function::Truthy | Function::Falsy => Vec::new(),
            Function::Enumeration(allowed) => values::enumeration(subject, allowed),
            Function::Length { min, max } => values::length(subject, *min, *max),
            Function::Or(properties) => values::properties(subject, properties, false),
            Function::Xor(properties) => values::properties(subject, properties, true),
            Function::Pattern { matches, not } => values::pattern(subject, matches.as_ref(), not.as_ref()),
            Function::Schema { schema, reading } => run.schema(subject, schema, *reading, context),
            Function::Unreferenced { within } => match subject {
                Subject::Node(node) => unreferenced(node, within, run),
                _ => Vec::new(),
            },
            Function::Oas(function) => function.call(subject, context),
            Function::AsyncApi(function) => function.call(subject, context),
        }
    }

    /// What is said depends on the name by which the subject was reached.
    pub(crate) fn names_its_subject(&self) -> bool {
        matches!(self, Function::Schema { .. })
    }

    /// What is said depends on the message that the subject is part of.
    pub(crate) fn minds_zones(&self) -> bool {
        matches!(self, Function::Oas(function) if function.minds_zones())
    }
}

impl<'a> Subject<'a> {
    pub(crate) fn node(self) -> Option<&'a Node> {
        match self {
            Subject::Node(node) => Some(node),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub(crate) fn text(self) -> Option<std::borrow::Cow<'a, str>> {
        match self {
            Subject::Node(node) => node.as_str().map(Into::into),
            Subject::Name(Segment::Key(name)) => Some(name.into()),
            Subject::Name(Segment::Index(at)) => Some(at.to_string().into()),
            Subject::Undefined => None,
        }
    }

    fn is_truthy(self) -> bool {
        match self {
            Subject::Undefined => false,
            Subject::Node(node) => js::is_truthy(Some(node)),
            Subject::Name(Segment::Key(name)) => !name.is_empty(),
            Subject::Name(Segment::Index(_)) => true,
        }
    }
}

/// The definitions under a pointer that nothing refers to.
pub(crate) fn unreferenced<'r>(definitions: &'r Node, within: &str, run: &Run<'r>) -> Vec<Raised<'r>> {
    let Some(fields) = definitions.fields() else { return Vec::new() };
    // What refers to them may be anywhere.
    run.graph.trail.met(run.graph.root());
    let mut raised = Vec::new();
    for (key, _) in fields {
        if run.graph.is_used(&format!("{within}/{}", key.text)) {
            continue;
        }
        let mut path = Path::new();
        let mut node = run.graph.root();
        for token in crate::pointer::tokens(&within[1..]).unwrap_or_default() {
            let Some((segment, child)) = crate::pointer::step(node, &token) else { break };
            path.push(segment);
            node = child;
        }
        path.push(Segment::Key(&key.text));
        let message = "Potential orphaned reusable object has been detected".to_owned();
        raised.push(Raised { message, path: Some(path) });
    }
    raised
}

pub(crate) fn one<'a>(message: impl Into<String>) -> Vec<Raised<'a>> {
    vec![Raised { message: message.into(), path: None }]
}

fn about_property<'a>(message: &str) -> Vec<Raised<'a>> {
    one(format!("#{{{{print(\"property\")}}}}{message}"))
}

/// Options of a function, read one by one.
pub(crate) struct Options<'o> {
    pub(crate) function: &'o str,
    node: Option<&'o Node>,
}

impl<'o> Options<'o> {
    pub(crate) fn get(&self, name: &str) -> Option<&'o Node> {
        self.node?.get(name)
    }

    /// Refuses options that are not known.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Unknown> {
        let fields = match self.node {
            None => return Ok(()),
            Some(Node { content: Content::Null, .. }) => return Ok(()),
            Some(node) => {
                node.fields().ok_or_else(|| self.fault("its `functionOptions` are no mapping".to_owned()))?
            }
        };
        match fields.iter().find(|(key, _)| !known.contains(&&*key.text)) {
            Some((key, _)) => Err(self.fault(format!("has no option `{}`", key.text))),
            None => Ok(()),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Unknown> {
        match self.get(name) {
            None => Ok(None),
            Some(node) => match node.as_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(self.needs(name, "text")),
            },
        }
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Unknown> {
        match self.get(name).map(|node| &node.content) {
            None => Ok(None),
            Some(Content::Number(number)) => Ok(number.as_f64()),
            Some(_) => Err(self.needs(name, "a number")),
        }
    }

    /// `^[a-z]+$`, or `/^[a-z]+$/i` with flags.
    fn pattern(&self, name: &str) -> Result<Option<Pattern>, Unknown> {
        let Some(written) = self.text(name)? else { return Ok(None) };
        let flagged =
            written.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')).filter(|(pattern, flags)| {
                !pattern.is_empty() && flags.bytes().all(|byte| byte.is_ascii_lowercase())
            });
        let (pattern, flags) = flagged.unwrap_or((&written, ""));
        let regex = Regex::new(pattern, flags).map_err(|fault| match fault {
            Fault::Syntax(why) => {
                self.fault(format!("`{name}` is no regular expression: `{written}` ({why})"))
            }
            Fault::TooLarge => self.fault(format!("`{name}` would take too much memory: `{written}`")),
        })?;
        Ok(Some(Pattern { regex: Arc::new(regex), written }))
    }

    fn properties(&self) -> Result<Vec<String>, Unknown> {
        self.only(&["properties"])?;
        let list = self.get("properties").and_then(Node::items).unwrap_or_default();
        let names: Vec<String> = list.iter().filter_map(Node::as_str).map(str::to_owned).collect();
        if names.len() < 2 { Err(self.needs("properties", "a list of two names or more")) } else { Ok(names) }
    }

    pub(crate) fn needs(&self, name: &str, what: &str) -> Unknown {
        self.fault(format!("needs `{name}`: {what}"))
    }

    pub(crate) fn fault(&self, message: String) -> Unknown {
        Unknown::Option(format!("the function `{}` {message}", self.function))
    }
}
