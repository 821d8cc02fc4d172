//! Documents that are no OpenAPI: which notation they are in, and what they say in the shape of OpenAPI.
//!
//! Every reader makes a tree in the shape of OpenAPI 3.1 whose nodes stand where the author wrote what they are made of, so that
//! routes, pages, checks and comparisons need to know one shape alone.

mod asyncapi;
mod bundle;
mod detect;
mod files;
pub(crate) mod graphql;
mod http_rule;
mod lines;
pub(crate) mod make;
mod markdown;
mod postman;
pub(crate) mod protobuf;
pub(crate) mod wsdl;
pub(crate) mod xsd;

use std::{borrow::Cow, fmt, str::FromStr};

use model::{
    Finding, Place,
    tree::{Document, Node},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::bundle::{bundle, files, together, wanted};
pub(crate) use self::bundle::{is_several, place};
use self::make::At;

/// What a contract may be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Notation {
    /// OpenAPI 3.x and Swagger 2.0.
    #[default]
    OpenApi,
    /// The schema definition language of GraphQL.
    GraphQl,
    /// AsyncAPI 2.x and 3.0.
    AsyncApi,
    /// Protocol Buffers, with services of gRPC.
    Protobuf,
    /// WSDL 1.1 with XML Schema.
    Wsdl,
    /// A collection of Postman, v2.1. It is imported as OpenAPI.
    Postman,
    /// Recorded HTTP traffic, HAR 1.2. It is imported as OpenAPI.
    Har,
}

impl Notation {
    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Notation::OpenApi => "OpenAPI",
            Notation::GraphQl => "GraphQL SDL",
            Notation::AsyncApi => "AsyncAPI",
            Notation::Protobuf => "Protocol Buffers",
            Notation::Wsdl => "WSDL",
            Notation::Postman => "Postman collection",
            Notation::Har => "HAR",
        }
    }

    /// The media type of a text in it, which is JSON or YAML where the notation knows both. A text of several files is told as the one document
    /// that is made of it, which is JSON.
    pub fn media_type(self, text: &str) -> &'static str {
        let is_json = text.trim_start().starts_with('{') || is_several(text);
        match self {
            Notation::OpenApi if is_json => "application/vnd.oai.openapi+json",
            Notation::OpenApi => "application/vnd.oai.openapi",
            Notation::AsyncApi if is_json => "application/vnd.aai.asyncapi+json",
            Notation::AsyncApi => "application/vnd.aai.asyncapi+yaml",
            Notation::Wsdl => "application/wsdl+xml",
            Notation::Postman | Notation::Har => "application/json",
            // None is registered for either as text.
            Notation::GraphQl | Notation::Protobuf => "text/plain; charset=utf-8",
        }
    }

    /// Whether a document in it is a contract as it stands; others are examples and recordings, of which a contract is made once.
    pub fn is_contract(self) -> bool {
        !matches!(self, Notation::Postman | Notation::Har)
    }
}

impl FromStr for Notation {
    type Err = String;

    fn from_str(word: &str) -> Result<Notation, String> {
        Ok(match word {
            "openapi" | "swagger" => Notation::OpenApi,
            "graphql" => Notation::GraphQl,
            "asyncapi" => Notation::AsyncApi,
            "protobuf" | "proto" => Notation::Protobuf,
            "wsdl" => Notation::Wsdl,
            "postman" => Notation::Postman,
            "har" => Notation::Har,
            _ => {
                return Err(format!(
                    "`{word}` is nothing that is read; openapi, graphql, asyncapi, protobuf, wsdl, postman and har are"
                ));
            }
        })
    }
}

impl fmt::Display for Notation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// The rule of a document that is read, and is no contract.
pub const NOT_A_CONTRACT: &str = "not-a-contract";
/// Texts in other notations than OpenAPI are at most this long, in bytes.
const MOST_BYTES: usize = 32 << 20;

/// A document in the shape of OpenAPI, and what it was written in.
#[derive(Debug)]
pub struct Read {
    pub notation: Notation,
    pub document: Document,
    /// Warnings, with their places in the files of the text.
    pub findings: Vec<Finding>,
}

/// Reads a document into the shape of OpenAPI; `file` is what findings call it. Documents of OpenAPI come out as they are. What it is
/// written in is found out where nobody says it.
///
/// # Errors
/// Every finding, at least one of them an error: a syntax error, something that leads nowhere, a bound that was passed.
pub fn read(text: &str, file: &str, said: Option<Notation>) -> Result<Read, Vec<Finding>> {
    read_parts(text, file, said).map_err(|mut findings| {
        bundle::place(text, &mut findings);
        findings
    })
}

fn read_parts(text: &str, file: &str, said: Option<Notation>) -> Result<Read, Vec<Finding>> {
    let refuse = |rule: &str, message: String| {
        let place = Place { file: file.into(), line: 1, column: 1 };
        Err(vec![Finding::error(rule, message).at(place)])
    };
    let by_words = detect::of_words(text);
    let expected = |notation: Notation| match said.filter(|said| *said != notation) {
        Some(said) => refuse("other-notation", format!("this is {notation} rather than {said}")),
        None => Ok(Read {
            notation,
            document: Document { file: file.into(), root: nothing() },
            findings: Vec::new(),
        }),
    };
    let is_long = text.len() > MOST_BYTES;
    let long = || {
        refuse(
            "too-large",
            format!("the document is larger than {} MiB, which is more than is read", MOST_BYTES >> 20),
        )
    };
    let (mut read, (document, mut findings)) = match by_words {
        Some(notation) => {
            let read = expected(notation)?;
            if is_long {
                return long();
            }
            let made = match notation {
                Notation::GraphQl => graphql::read(text, file)?,
                Notation::Protobuf => protobuf::read(text, file)?,
                _ => wsdl::read(text, file)?,
            };
            (read, made)
        }
        None => {
            let (document, more) = match is_several(text) {
                true => files::together(&bundle::parts(text, file), file)?,
                false => (yaml(text, file, said.unwrap_or_default().title())?, Vec::new()),
            };
            let read = expected(detect::of_root(&document.root))?;
            if is_long && read.notation != Notation::OpenApi {
                return long();
            }
            let mut made = match read.notation {
                Notation::AsyncApi => asyncapi::read(document)?,
                Notation::Postman => postman::read(&document)?,
                // Its entries are read by what knows traffic.
                _ => (document, Vec::new()),
            };
            made.1.splice(0..0, more);
            (read, made)
        }
    };
    bundle::place(text, &mut findings);
    (read.document, read.findings) = (document, findings);
    Ok(read)
}

/// Checks a document that is no YAML or JSON: what is wrong with it, and advice; nothing where it is YAML or JSON, which has rules of its own.
pub fn check(text: &str, file: &str) -> Option<Vec<Finding>> {
    let notation = detect::of_words(text)?;
    let mut findings = match read(text, file, None) {
        Ok(read) => read.findings,
        Err(findings) => return Some(findings),
    };
    if notation == Notation::GraphQl {
        findings.extend(graphql::advice(text, file));
    }
    Some(findings)
}

/// The names of the files that a file of OpenAPI or AsyncAPI refers to, against its own name: paths relative to the folder of all, without
/// `..`, or URLs. What leads out of that folder is not among them.
pub fn referred(path: &str, text: &str) -> Vec<String> {
    match detect::of_words(text) {
        Some(_) => Vec::new(),
        None => files::referred(path, text),
    }
}

/// A document of OpenAPI or AsyncAPI that is of several files as one, for those who read one; any other text as it is.
pub fn one<'t>(text: &'t str, file: &str) -> Cow<'t, str> {
    if !is_several(text) || detect::of_words(text).is_some() {
        return Cow::Borrowed(text);
    }
    let whole = files::together(&bundle::parts(text, file), file).ok();
    let whole = whole.and_then(|(document, _)| serde_json::to_string_pretty(&document.root).ok());
    whole.map_or(Cow::Borrowed(text), |text| Cow::Owned(text + "\n"))
}

fn nothing() -> Node {
    Node { line: 1, column: 1, end: (1, 1), content: model::tree::Content::Null }
}

/// The one document of a YAML or JSON text.
fn yaml(text: &str, file: &str, expected: &str) -> Result<Document, Vec<Finding>> {
    let mut documents =
        model::tree::parse(text, file, Default::default()).map_err(|finding| vec![finding])?;
    let at = |line, column| Place { file: file.into(), line, column };
    if documents.len() > 1 {
        let Node { line, column, .. } = documents[1].root;
        let message = "a contract is one document; a second one begins here";
        return Err(vec![Finding::error("not-openapi", message).at(at(line, column))]);
    }
    documents.pop().ok_or_else(|| {
        let message = format!("the document is empty; an {expected} document is expected");
        vec![Finding::error("not-openapi", message).at(at(1, 1))]
    })
}

/// What a reader has to say, each with its place.
struct Told<'f> {
    file: &'f str,
    findings: Vec<Finding>,
}

/// Findings of one document beyond this many are not told.
const MOST_FINDINGS: usize = 200;

impl<'f> Told<'f> {
    fn new(file: &'f str) -> Told<'f> {
        Told { file, findings: Vec::new() }
    }

    fn error(&mut self, rule: &str, message: impl Into<String>, at: At) {
        self.add(Finding::error(rule, message), at);
    }

    fn warn(&mut self, rule: &str, message: impl Into<String>, at: At) {
        self.add(Finding::warning(rule, message), at);
    }

    fn add(&mut self, finding: Finding, at: At) {
        if self.findings.len() < MOST_FINDINGS {
            let place = Place { file: self.file.into(), line: at.line, column: at.column };
            self.findings.push(finding.at(place));
        }
    }

    fn finish(self, root: Node) -> Result<(Document, Vec<Finding>), Vec<Finding>> {
        if self.findings.iter().any(|finding| finding.severity == model::Severity::Error) {
            return Err(self.findings);
        }
        Ok((Document { file: self.file.into(), root }, self.findings))
    }
}
