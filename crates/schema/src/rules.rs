//! A schema, compiled: what its keywords ask for, sorted by the kind of value they speak of.

use std::sync::{Arc, OnceLock};

use crate::{Json, Number, Value, regex::Regex};

/// Which JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    Swagger20,
    OpenApi30,
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

impl Dialect {
    /// Before `$ref` could have siblings.
    pub(crate) fn is_alone(self) -> bool {
        self < Dialect::Draft2019
    }

    /// The keyword that gives a schema an address.
    pub(crate) fn name_of_id(self) -> Option<&'static str> {
        match self {
            Dialect::Swagger20 | Dialect::OpenApi30 => None,
            Dialect::Draft4 => Some("id"),
            _ => Some("$id"),
        }
    }

    /// `exclusiveMinimum` is a flag beside `minimum`.
    pub(crate) fn has_flags(self) -> bool {
        self <= Dialect::Draft4
    }
}

/// How schemas are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub dialect: Dialect,
    /// Whether `format` is more than a note.
    pub formats: bool,
    /// Whether `discriminator` chooses among alternatives, as in OpenAPI.
    pub discriminators: bool,
}

/// Kinds of values, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Types(pub(crate) u8);

impl Types {
    pub const NONE: Types = Types(0);
    pub const NULL: Types = Types(1);
    pub const BOOLEAN: Types = Types(2);
    pub const INTEGER: Types = Types(4);
    /// With those that are whole.
    pub const NUMBER: Types = Types(4 | 8);
    pub const STRING: Types = Types(16);
    pub const LIST: Types = Types(32);
    pub const OBJECT: Types = Types(64);
    pub const ALL: Types = Types(127);

    pub fn has(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    #[must_use]
    pub fn and(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    #[must_use]
    pub fn both(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn named(name: &str) -> Types {
        match name {
            "null" => Types::NULL,
            "boolean" => Types::BOOLEAN,
            "integer" => Types::INTEGER,
            "number" => Types::NUMBER,
            "string" | "file" => Types::STRING,
            "array" => Types::LIST,
            "object" => Types::OBJECT,
            _ => Types::NONE,
        }
    }

    /// `a string or null`
    pub(crate) fn text(self) -> String {
        let mut names = Vec::new();
        for (of, name) in [
            (Types::STRING, "a string"),
            (Types::NUMBER, "a number"),
            (Types::INTEGER, "an integer"),
            (Types::BOOLEAN, "a boolean"),
            (Types::LIST, "an array"),
            (Types::OBJECT, "an object"),
            (Types::NULL, "null"),
        ] {
            if self.has(of) && !(of == Types::INTEGER && self.has(Types::NUMBER)) {
                names.push(name);
            }
        }
        names.join(" or ")
    }
}

/// A compiled schema.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Of `true` and `false`.
    pub(crate) constant: Option<bool>,
    /// None allows all.
    pub(crate) types: Types,
    /// What speaks of values of any kind.
    pub(crate) keywords: Box<[Keyword]>,
    pub(crate) text: Option<Box<TextRules>>,
    pub(crate) number: Option<Box<NumberRules>>,
    pub(crate) list: Option<Box<ListRules>>,
    pub(crate) object: Option<Box<ObjectRules>>,
    pub(crate) unevaluated_items: Option<Box<Node>>,
    pub(crate) unevaluated_properties: Option<Box<Node>>,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
    pub(crate) xml: Option<Box<XmlRules>>,
    /// What the author gives to start from; see [`crate::Schemas::keeping_examples`].
    pub(crate) notes: Option<Box<Notes>>,
}

/// What the author of a schema gives to start from.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Examples and the default, in this order.
    pub(crate) examples: Vec<Json>,
    /// The first choice of `enum`.
    pub(crate) first: Option<Json>,
}

#[derive(Debug)]
pub(crate) enum Keyword {
    /// Another schema, by its place among the slots; none where it leads nowhere.
    Reference(Option<u32>),
    /// The outermost schema that has the anchor, of those that led here.
    Dynamic {
        first: u32,
        anchor: Box<str>,
    },
    Const(Box<Value<'static>>),
    Enum(Box<Choices>),
    Not(Box<Node>),
    AllOf(Box<[Node]>),
    AnyOf(Box<Alternatives>),
    OneOf(Box<Alternatives>),
    If(Box<[Option<Node>; 3]>),
}

#[derive(Debug)]
pub(crate) struct Choices {
    /// Sorted.
    pub(crate) texts: Box<[Box<str>]>,
    pub(crate) others: Box<[Value<'static>]>,
}

#[derive(Debug)]
pub(crate) struct Alternatives {
    pub(crate) branches: Box<[Node]>,
    pub(crate) discriminator: Option<Discriminator>,
}

/// A property that says which of the alternatives is meant.
#[derive(Debug)]
pub(crate) struct Discriminator {
    pub(crate) property: Box<str>,
    /// Values with the branch each means.
    pub(crate) values: Box<[(Box<str>, usize)]>,
}

#[derive(Debug, Default)]
pub(crate) struct TextRules {
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    pub(crate) pattern: Option<Arc<Pattern>>,
    pub(crate) format: Option<Box<str>>,
}

#[derive(Debug, Default)]
pub(crate) struct NumberRules {
    /// Each with whether the bound itself is out.
    pub(crate) least: Vec<(Number, bool)>,
    pub(crate) most: Vec<(Number, bool)>,
    pub(crate) multiple_of: Option<Number>,
    pub(crate) format: Option<Box<str>>,
}

#[derive(Debug, Default)]
pub(crate) struct ListRules {
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    pub(crate) unique: bool,
    pub(crate) tuple: Box<[Node]>,
    pub(crate) rest: Option<Node>,
    pub(crate) contains: Option<Contains>,
}

#[derive(Debug)]
pub(crate) struct Contains {
    pub(crate) node: Node,
    pub(crate) least: u64,
    pub(crate) most: Option<u64>,
    /// What it matches is evaluated (2020-12).
    pub(crate) evaluates: bool,
}

#[derive(Debug, Default)]
pub(crate) struct ObjectRules {
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    /// Sorted as [`by_length`] says: those that are described, and those that are only required.
    pub(crate) properties: Box<[(Box<str>, Property)]>,
    pub(crate) required: usize,
    pub(crate) patterns: Box<[(Arc<Pattern>, Node)]>,
    pub(crate) additional: Option<Node>,
    pub(crate) names: Option<Node>,
    pub(crate) dependent_names: Box<[Dependent]>,
    pub(crate) dependent: Box<[(Box<str>, Node)]>,
}

/// A property, and those that it does not come without.
pub(crate) type Dependent = (Box<str>, Box<[Box<str>]>);

#[derive(Debug, Default)]
pub(crate) struct Property {
    pub(crate) node: Option<Node>,
    /// Which of those that are required it is.
    pub(crate) required: Option<usize>,
    /// Its place in the schema's text.
    pub(crate) order: usize,
}

/// How an element is written (OpenAPI, XML object).
#[derive(Debug, Default)]
pub(crate) struct XmlRules {
    pub(crate) name: Option<Box<str>>,
    pub(crate) attribute: bool,
    pub(crate) wrapped: bool,
    pub(crate) text: bool,
}

/// A pattern, compiled when it is first asked about.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) text: Box<str>,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Pattern {
        Pattern { text: text.into(), regex: OnceLock::new() }
    }

    /// What is no pattern, or takes too long, matches everything: a schema that is wrong refuses nobody.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let regex = self.regex.get_or_init(|| {
            let unicode =
                self.text.contains("\\p") || self.text.contains("\\P") || self.text.contains("\\u{");
            Regex::new(&self.text, if unicode { "u" } else { "" }).ok()
        });
        regex.as_ref().is_none_or(|regex| regex.test(text).unwrap_or(true))
    }
}

/// The order in which properties are looked up: names of other lengths are told apart without reading them.
pub(crate) fn by_length(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

impl ObjectRules {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let at = self.properties.binary_search_by(|(known, _)| by_length(known, name)).ok()?;
        Some(&self.properties[at].1)
    }
}
