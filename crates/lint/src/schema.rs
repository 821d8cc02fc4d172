//! JSON Schema, checked as rulesets expect it: the order of keywords, the words of messages and what is reported once follow the
//! validator that rules of Spectral were written against (Ajv), so that the same documents have the same findings.

mod check;
mod compile;
mod evaluated;
mod explain;
mod meta;
mod soundness;

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use model::tree::Node;

use self::compile::Compiled;
pub(crate) use self::{
    explain::{explain, nearest},
    meta::{KEYWORDS_7, KEYWORDS_2020, Metas},
};
use crate::{
    graph::{Graph, Id},
    regex::Regexes,
};

/// Which JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dialect {
    Draft4,
    Draft7,
    Draft2019,
    Draft2020,
}

impl Dialect {
    pub(crate) fn named(name: &str) -> Option<Dialect> {
        Some(match name {
            "draft4" => Dialect::Draft4,
            "draft6" | "draft7" => Dialect::Draft7,
            "draft2019-09" => Dialect::Draft2019,
            "draft2020-12" => Dialect::Draft2020,
            _ => return None,
        })
    }
}

/// A message may leave out what its other side adds: properties that the server or the client alone writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Relaxed {
    #[default]
    No,
    /// Read-only properties need not be in a request.
    Request,
    /// Write-only properties need not be in a response.
    Response,
}

/// How schemas of one kind are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reading {
    pub(crate) dialect: Dialect,
    /// `nullable` is told in messages about types, as in OpenAPI 3.0.
    pub(crate) nullable: bool,
    /// `x-nullable` means `nullable`, as in Swagger 2.0.
    pub(crate) x_nullable: bool,
    pub(crate) relaxed: Relaxed,
    /// Every error, instead of the first.
    pub(crate) all_errors: bool,
    /// `errorMessage` replaces errors.
    pub(crate) messages: bool,
}

/// What is wrong with a value.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    /// A JSON pointer.
    pub(crate) path: String,
    pub(crate) keyword: &'static str,
    pub(crate) message: String,
    /// The schema that the keyword stands in.
    owner: Id,
    pub(crate) detail: Detail,
}

#[derive(Clone, Debug)]
pub(crate) enum Detail {
    None,
    /// The property that should not be there.
    Property(String),
    /// The values of an enumeration: as text, and those that are text.
    Values(Vec<String>, Vec<String>),
    /// More than one of `oneOf` matched.
    Several,
}

/// Why a schema cannot be used to check anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unsound {
    /// A reference that leads nowhere within it: a circle of definitions.
    Reference,
    Invalid(String),
}

/// Steps that checking may take in one run.
const MOST_STEPS: u64 = 150_000_000;
/// Steps for one value.
const MOST_STEPS_EACH: u64 = 3_000_000;
/// Schemas and values may nest so deep.
const DEEPEST: usize = 250;

/// What all checks of a run share.
#[derive(Default)]
pub(crate) struct Budget {
    spent: Cell<u64>,
    /// A check was given up.
    exhausted: Cell<bool>,
}

impl Budget {
    pub(crate) fn exhausted(&self) -> bool {
        self.exhausted.get()
    }
}

/// Checks values against the schemas of one document, each compiled once.
pub(crate) struct Schemas<'s> {
    reading: Reading,
    /// Follows references of the schemas, where they stand in a document.
    graph: Option<&'s Graph<'s>>,
    /// Where local references of the schemas lead.
    root: Option<&'s Node>,
    regexes: &'s Regexes,
    budget: &'s Budget,
    compiled: RefCell<HashMap<Id, Rc<Compiled<'s>>>>,
    sound: RefCell<HashMap<Id, Result<(), Unsound>>>,
    /// What is valid is remembered: a schema of documents meets the same parts again and again.
    remembers: bool,
    known: RefCell<HashSet<(Id, Id)>>,
}

impl<'s> Schemas<'s> {
    pub(crate) fn new(
        reading: Reading,
        graph: Option<&'s Graph<'s>>,
        root: Option<&'s Node>,
        regexes: &'s Regexes,
        budget: &'s Budget,
    ) -> Schemas<'s> {
        Schemas {
            reading,
            graph,
            root,
            regexes,
            budget,
            compiled: RefCell::default(),
            sound: RefCell::default(),
            remembers: false,
            known: RefCell::default(),
        }
    }

    pub(crate) fn remembering(mut self) -> Schemas<'s> {
        self.remembers = true;
        self
    }

    /// Goes on with what others found valid by the same schemas.
    pub(crate) fn with_known(self, known: HashSet<(Id, Id)>) -> Schemas<'s> {
        Schemas { remembers: true, known: RefCell::new(known), ..self }
    }

    pub(crate) fn into_known(self) -> HashSet<(Id, Id)> {
        self.known.into_inner()
    }

    pub(crate) fn resolve(&self, schema: &'s Node) -> &'s Node {
        self.graph.map_or(schema, |graph| graph.resolve(schema))
    }
}
