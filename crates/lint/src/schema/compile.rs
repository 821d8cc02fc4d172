//! A schema's keywords, in the order in which they are checked.

use std::rc::Rc;

use model::tree::{Content, Node};

use super::{Dialect, Schemas};
use crate::{
    graph::id,
    js, pointer,
    regex::{Fault, Regex},
};

/// Types of JSON as a set of bits.
pub(super) type Types = u8;

pub(super) const NULL: Types = 1;
pub(super) const BOOLEAN: Types = 2;
pub(super) const INTEGER: Types = 4;
pub(super) const NUMBER: Types = 8;
pub(super) const STRING: Types = 16;
pub(super) const ARRAY: Types = 32;
pub(super) const OBJECT: Types = 64;

#[derive(Debug)]
pub(super) struct Compiled<'s> {
    /// `true` or `false` in place of a schema.
    pub(super) constant: Option<bool>,
    pub(super) types: Types,
    /// As messages name them: `string,null`.
    pub(super) type_text: String,
    /// The type is checked before anything else, rather than with the keywords that are for it.
    pub(super) type_first: bool,
    pub(super) any: Vec<Keyword<'s>>,
    pub(super) number: Vec<Keyword<'s>>,
    pub(super) string: Vec<Keyword<'s>>,
    pub(super) array: Vec<Keyword<'s>>,
    pub(super) object: Vec<Keyword<'s>>,
    pub(super) message: Option<&'s Node>,
    /// Read-only and write-only, for messages that leave such properties out.
    pub(super) read_only: bool,
    pub(super) write_only: bool,
}

#[derive(Debug)]
pub(super) enum Keyword<'s> {
    Reference(&'s Node),
    Const(&'s Node),
    Enum(&'s [Node]),
    Not(&'s Node),
    AnyOf(&'s [Node]),
    OneOf(&'s [Node]),
    AllOf(&'s [Node]),
    If {
        test: &'s Node,
        then: Option<&'s Node>,
        otherwise: Option<&'s Node>,
    },
    /// The limit, its text, and whether the limit itself is out.
    Maximum(f64, String, bool),
    Minimum(f64, String, bool),
    MultipleOf(f64, String),
    MaxLength(f64, String),
    MinLength(f64, String),
    Pattern(Rc<Result<Regex, Fault>>, &'s str),
    Format(&'s str),
    MaxItems(f64, String),
    MinItems(f64, String),
    /// Schemas by place.
    Tuple(&'s [Node]),
    /// Of the items from there on; the name is that of the keyword.
    Items(usize, &'s Node, &'static str),
    Contains {
        schema: &'s Node,
        least: usize,
        most: Option<usize>,
    },
    Unique,
    UnevaluatedItems(&'s Node),
    MaxProperties(f64, String),
    MinProperties(f64, String),
    /// Names, with those of properties that may be left out in a relaxed message.
    Required(Vec<&'s str>),
    PropertyNames(&'s Node),
    AdditionalProperties(&'s Node),
    Dependencies(Vec<(&'s str, Vec<&'s str>)>, Vec<(&'s str, &'s Node)>, &'static str),
    Properties(Vec<(&'s str, &'s Node)>),
    Patterns(Vec<(Rc<Result<Regex, Fault>>, &'s Node)>),
    UnevaluatedProperties(&'s Node),
}

impl<'s> Schemas<'s> {
    /// The schema, compiled the first time it is asked for.
    pub(super) fn compiled(&self, schema: &'s Node) -> Rc<Compiled<'s>> {
        if let Some(known) = self.compiled.borrow().get(&id(schema)) {
            return Rc::clone(known);
        }
        let made = Rc::new(self.compile(schema));
        self.compiled.borrow_mut().insert(id(schema), Rc::clone(&made));
        made
    }

    fn compile(&self, schema: &'s Node) -> Compiled<'s> {
        let mut compiled = Compiled {
            constant: schema.as_bool(),
            types: 0,
            type_text: String::new(),
            type_first: true,
            any: Vec::new(),
            number: Vec::new(),
            string: Vec::new(),
            array: Vec::new(),
            object: Vec::new(),
            message: None,
            read_only: false,
            write_only: false,
        };
        let Some(_) = schema.fields() else { return compiled };
        let get = |name: &str| schema.get(name).map(|node| self.resolve(node));
        let is_true = |name: &str| get(name).and_then(Node::as_bool) == Some(true);
        compiled.read_only = is_true("readOnly");
        compiled.write_only = is_true("writeOnly");
        compiled.message = get("errorMessage").filter(|_| self.reading.messages);
        self.types(schema, &mut compiled);
        self.of_any(schema, &mut compiled.any);
        self.of_numbers(schema, &mut compiled.number);
        self.of_strings(schema, &mut compiled.string);
        self.of_arrays(schema, &mut compiled.array);
        self.of_objects(schema, &mut compiled.object);
        let group = match compiled.types {
            NUMBER => Some(&compiled.number),
            STRING => Some(&compiled.string),
            ARRAY => Some(&compiled.array),
            OBJECT => Some(&compiled.object),
            _ => None,
        };
        compiled.type_first = group.is_none_or(Vec::is_empty);
        compiled
    }

    fn types(&self, schema: &'s Node, compiled: &mut Compiled<'s>) {
        let Some(of) = schema.get("type").map(|node| self.resolve(node)) else { return };
        let single = std::slice::from_ref(of);
        let names: Vec<&str> = of.items().unwrap_or(single).iter().filter_map(Node::as_str).collect();
        compiled.types = names.iter().map(|name| bit(name)).fold(0, |all, bit| all | bit);
        compiled.type_text = names.join(",");
        let nullable = |name: &str| schema.get(name).and_then(Node::as_bool) == Some(true);
        if nullable("nullable") || self.reading.x_nullable && nullable("x-nullable") {
            compiled.types |= NULL;
            if self.reading.nullable {
                compiled.type_text.push_str(",null");
            }
        }
    }

    fn of_any(&self, schema: &'s Node, into: &mut Vec<Keyword<'s>>) {
        let get = |name: &str| schema.get(name).map(|node| self.resolve(node));
        let list = |name: &str| get(name).and_then(Node::items);
        if let Some(target) = get("$ref").and_then(Node::as_str)
            && let Some(node) = self.local(target)
        {
            into.push(Keyword::Reference(node));
        }
        into.extend(get("const").map(Keyword::Const));
        into.extend(list("enum").map(Keyword::Enum));
        into.extend(get("not").map(Keyword::Not));
        into.extend(list("anyOf").map(Keyword::AnyOf));
        into.extend(list("oneOf").map(Keyword::OneOf));
        into.extend(list("allOf").map(Keyword::AllOf));
        let (then, otherwise) = (get("then"), get("else"));
        if let Some(test) = get("if").filter(|_| then.is_some() || otherwise.is_some()) {
            into.push(Keyword::If { test, then, otherwise });
        }
    }

    fn of_numbers(&self, schema: &'s Node, into: &mut Vec<Keyword<'s>>) {
        let number = |name: &str| limit(schema.get(name)?);
        let is_true = |name: &str| schema.get(name).and_then(Node::as_bool) == Some(true);
        let older = self.reading.dialect == Dialect::Draft4;
        if let Some((limit, text)) = number("maximum") {
            into.push(Keyword::Maximum(limit, text, older && is_true("exclusiveMaximum")));
        }
        if let Some((limit, text)) = number("minimum") {
            into.push(Keyword::Minimum(limit, text, older && is_true("exclusiveMinimum")));
        }
        if !older {
            if let Some((limit, text)) = number("exclusiveMaximum") {
                into.push(Keyword::Maximum(limit, text, true));
            }
            if let Some((limit, text)) = number("exclusiveMinimum") {
                into.push(Keyword::Minimum(limit, text, true));
            }
        }
        into.extend(number("multipleOf").map(|(of, text)| Keyword::MultipleOf(of, text)));
        into.extend(schema.get("format").and_then(Node::as_str).map(Keyword::Format));
    }

    fn of_strings(&self, schema: &'s Node, into: &mut Vec<Keyword<'s>>) {
        let number = |name: &str| limit(schema.get(name)?);
        into.extend(number("maxLength").map(|(most, text)| Keyword::MaxLength(most, text)));
        into.extend(number("minLength").map(|(least, text)| Keyword::MinLength(least, text)));
        if let Some(pattern) = schema.get("pattern").and_then(Node::as_str) {
            into.push(Keyword::Pattern(self.regexes.get(pattern), pattern));
        }
        into.extend(schema.get("format").and_then(Node::as_str).map(Keyword::Format));
    }

    fn of_arrays(&self, schema: &'s Node, into: &mut Vec<Keyword<'s>>) {
        let get = |name: &str| schema.get(name).map(|node| self.resolve(node));
        let number = |name: &str| limit(schema.get(name)?);
        into.extend(number("maxItems").map(|(most, text)| Keyword::MaxItems(most, text)));
        into.extend(number("minItems").map(|(least, text)| Keyword::MinItems(least, text)));
        let newer = self.reading.dialect == Dialect::Draft2020;
        if newer {
            let tuple = get("prefixItems").and_then(Node::items);
            into.extend(tuple.map(Keyword::Tuple));
            if let Some(items) = get("items") {
                into.push(Keyword::Items(tuple.map_or(0, <[Node]>::len), items, "items"));
            }
        } else if let Some(items) = get("items") {
            match items.items() {
                Some(tuple) => {
                    if let Some(rest) = get("additionalItems") {
                        into.push(Keyword::Items(tuple.len(), rest, "additionalItems"));
                    }
                    into.push(Keyword::Tuple(tuple));
                }
                None => into.push(Keyword::Items(0, items, "items")),
            }
        }
        if let Some(schema) = get("contains") {
            let count = |name: &str| number(name).map(|(count, _)| count as usize);
            let counted = matches!(self.reading.dialect, Dialect::Draft2019 | Dialect::Draft2020);
            let least = count("minContains").filter(|_| counted).unwrap_or(1);
            into.push(Keyword::Contains { schema, least, most: count("maxContains").filter(|_| counted) });
        }
        if schema.get("uniqueItems").and_then(Node::as_bool) == Some(true) {
            into.push(Keyword::Unique);
        }
        if newer || self.reading.dialect == Dialect::Draft2019 {
            into.extend(get("unevaluatedItems").map(Keyword::UnevaluatedItems));
        }
    }

    fn of_objects(&self, schema: &'s Node, into: &mut Vec<Keyword<'s>>) {
        let get = |name: &str| schema.get(name).map(|node| self.resolve(node));
        let fields = |name: &str| get(name).and_then(Node::fields);
        let number = |name: &str| limit(schema.get(name)?);
        let newer = matches!(self.reading.dialect, Dialect::Draft2019 | Dialect::Draft2020);
        into.extend(number("maxProperties").map(|(most, text)| Keyword::MaxProperties(most, text)));
        into.extend(number("minProperties").map(|(least, text)| Keyword::MinProperties(least, text)));
        if let Some(names) = get("required").and_then(Node::items) {
            into.push(Keyword::Required(names.iter().filter_map(Node::as_str).collect()));
        }
        into.extend(get("propertyNames").map(Keyword::PropertyNames));
        into.extend(get("additionalProperties").map(Keyword::AdditionalProperties));
        if let Some(entries) = fields("dependencies") {
            into.push(self.dependencies(entries, "dependencies"));
        }
        if let Some(entries) = fields("properties") {
            let entries = entries.iter().map(|(key, node)| (&*key.text, self.resolve(node)));
            into.push(Keyword::Properties(entries.collect()));
        }
        if let Some(entries) = fields("patternProperties") {
            let entries = entries.iter().map(|(key, node)| (self.regexes.get(&key.text), self.resolve(node)));
            into.push(Keyword::Patterns(entries.collect()));
        }
        if newer {
            for name in ["dependentRequired", "dependentSchemas"] {
                if let Some(entries) = fields(name) {
                    into.push(self.dependencies(entries, name));
                }
            }
            into.extend(get("unevaluatedProperties").map(Keyword::UnevaluatedProperties));
        }
    }

    fn dependencies(&self, entries: &'s [(model::tree::Key, Node)], keyword: &'static str) -> Keyword<'s> {
        let (mut names, mut schemas) = (Vec::new(), Vec::new());
        for (key, node) in entries {
            let node = self.resolve(node);
            match node.items() {
                Some(list) => names.push((&*key.text, list.iter().filter_map(Node::as_str).collect())),
                None => schemas.push((&*key.text, node)),
            }
        }
        Keyword::Dependencies(names, schemas, keyword)
    }

    /// What a reference within the schemas leads to.
    pub(super) fn local(&self, target: &str) -> Option<&'s Node> {
        let root = self.root?;
        let tokens = pointer::tokens(target.strip_prefix('#')?)?;
        tokens.iter().try_fold(root, |node, token| pointer::step(node, token).map(|(_, child)| child))
    }
}

fn limit(node: &Node) -> Option<(f64, String)> {
    match &node.content {
        Content::Number(number) => number.as_f64().map(|value| (value, js::number(value))),
        _ => None,
    }
}

fn bit(name: &str) -> Types {
    match name {
        "null" => NULL,
        "boolean" => BOOLEAN,
        "integer" => INTEGER,
        "number" => NUMBER,
        "string" => STRING,
        "array" => ARRAY,
        "object" => OBJECT,
        _ => 0,
    }
}
