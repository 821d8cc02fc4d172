//! From the text of a schema to its rules.

use std::sync::Arc;

use serde_json::Map;

use crate::{
    Dialect, Json, Number, Schemas, Types, Value,
    fault::push_token,
    rules::{
        Alternatives, Choices, Contains, Dependent, Discriminator, Keyword, ListRules, Node, Notes,
        NumberRules, ObjectRules, Property, TextRules, XmlRules, by_length,
    },
};

/// Schemas may nest so deep.
const DEEPEST: usize = 200;

pub(crate) struct Compiler<'c> {
    pub(crate) schemas: &'c Schemas,
    pub(crate) base: &'c Arc<str>,
    pub(crate) uri: &'c str,
}

/// The schemas directly within a schema, each with the tokens that lead to it.
pub(crate) fn children(
    fields: &Map<String, Json>,
    dialect: Dialect,
) -> impl Iterator<Item = (Vec<String>, &Json)> {
    // Before 2019-09 nothing stands beside a reference but definitions.
    let alone = dialect.is_alone() && fields.contains_key("$ref");
    fields
        .iter()
        .filter(move |(name, _)| !alone || matches!(name.as_str(), "definitions" | "$defs"))
        .flat_map(|(name, value)| -> Vec<(Vec<String>, &Json)> {
            match (name.as_str(), value) {
                (
                    "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas"
                    | "dependencies",
                    Json::Object(all),
                ) => all.iter().map(|(key, child)| (vec![name.clone(), key.clone()], child)).collect(),
                ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Json::Array(all)) => {
                    let place = |(at, child)| (vec![name.clone(), usize::to_string(&at)], child);
                    all.iter().enumerate().map(place).collect()
                }
                (
                    "not"
                    | "if"
                    | "then"
                    | "else"
                    | "items"
                    | "additionalItems"
                    | "additionalProperties"
                    | "unevaluatedItems"
                    | "unevaluatedProperties"
                    | "contains"
                    | "propertyNames"
                    | "contentSchema",
                    child,
                ) => vec![(vec![name.clone()], child)],
                _ => Vec::new(),
            }
        })
}

impl Compiler<'_> {
    /// The schema of a slot itself.
    pub(crate) fn slot(&self, json: &Json, pointer: &str) -> Node {
        self.fields(json, pointer, 0)
    }

    /// A schema within another one; one with an address of its own is a slot of its own.
    fn schema(&self, json: &Json, pointer: &str, depth: usize) -> Node {
        let dialect = self.schemas.reading.dialect;
        let id = dialect.name_of_id().and_then(|name| json.get(name)?.as_str());
        let has_id = id.is_some_and(|id| !id.starts_with('#'));
        if (has_id && !(dialect.is_alone() && json.get("$ref").is_some()) || depth > DEEPEST)
            && self.uri != "inline:"
            && let Some(target) =
                self.schemas.resolve(self.uri, &format!("{}#{}", self.uri, encoded(pointer)))
        {
            return Node { keywords: [Keyword::Reference(Some(target.slot))].into(), ..Node::default() };
        }
        if depth > DEEPEST { Node::default() } else { self.fields(json, pointer, depth) }
    }

    fn child(&self, fields: &Map<String, Json>, name: &str, pointer: &str, depth: usize) -> Option<Node> {
        let json = fields.get(name).filter(|json| json.is_object() || json.is_boolean())?;
        Some(self.schema(json, &format!("{pointer}/{name}"), depth + 1))
    }

    fn list(&self, json: &Json, name: &str, pointer: &str, depth: usize) -> Box<[Node]> {
        let items = json.as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
        items.map(|(at, item)| self.schema(item, &format!("{pointer}/{name}/{at}"), depth + 1)).collect()
    }

    fn named<'j>(
        &self,
        fields: &'j Map<String, Json>,
        keyword: &str,
        pointer: &str,
        depth: usize,
    ) -> Vec<(&'j str, Node)> {
        let all = fields.get(keyword).and_then(Json::as_object);
        all.into_iter()
            .flatten()
            .filter(|(_, json)| json.is_object() || json.is_boolean())
            .map(|(name, json)| {
                let mut inner = format!("{pointer}/{keyword}");
                push_token(&mut inner, name);
                (name.as_str(), self.schema(json, &inner, depth + 1))
            })
            .collect()
    }

    fn fields(&self, json: &Json, pointer: &str, depth: usize) -> Node {
        let fields = match json {
            Json::Object(fields) => fields,
            Json::Bool(constant) => return Node { constant: Some(*constant), ..Node::default() },
            _ => return Node::default(),
        };
        let dialect = self.schemas.reading.dialect;
        let is_true = |name: &str| fields.get(name) == Some(&Json::Bool(true));
        if dialect.is_alone()
            && let Some(reference) = fields.get("$ref").and_then(Json::as_str)
        {
            let target = self.schemas.resolve(self.base, reference).map(|target| target.slot);
            return Node { keywords: [Keyword::Reference(target)].into(), ..Node::default() };
        }
        let mut node = Node {
            types: self.types(fields),
            read_only: is_true("readOnly"),
            write_only: is_true("writeOnly"),
            keywords: self.keywords(fields, pointer, depth),
            text: self.text(fields),
            number: self.number(fields),
            list: self.lists(fields, pointer, depth),
            object: self.object(fields, pointer, depth),
            xml: fields.get("xml").and_then(Json::as_object).map(|xml| {
                Box::new(XmlRules {
                    name: xml.get("name").and_then(Json::as_str).map(Box::from),
                    attribute: xml.get("attribute") == Some(&Json::Bool(true))
                        || xml.get("nodeType").is_some_and(|kind| kind == "attribute"),
                    wrapped: xml.get("wrapped") == Some(&Json::Bool(true)),
                    text: xml.get("nodeType").is_some_and(|kind| kind == "text" || kind == "cdata"),
                })
            }),
            ..Node::default()
        };
        if self.schemas.keeps_examples {
            node.notes = notes(fields);
        }
        if dialect >= Dialect::Draft2019 {
            node.unevaluated_items = self.child(fields, "unevaluatedItems", pointer, depth).map(Box::new);
            node.unevaluated_properties =
                self.child(fields, "unevaluatedProperties", pointer, depth).map(Box::new);
        }
        let nullable = match dialect {
            Dialect::OpenApi30 => is_true("nullable"),
            Dialect::Swagger20 => is_true("x-nullable"),
            _ => false,
        };
        if nullable { self.nullable(node) } else { node }
    }

    /// `null` beside what the schema says, also where that is said by parts or by choices.
    fn nullable(&self, mut node: Node) -> Node {
        if !node.types.is_none() {
            node.types = node.types.and(Types::NULL);
        }
        if node.keywords.is_empty() {
            return node;
        }
        let null = Node { types: Types::NULL, ..Node::default() };
        let (read_only, write_only) = (node.read_only, node.write_only);
        let any = Alternatives { branches: [node, null].into(), discriminator: None };
        let keywords = [Keyword::AnyOf(Box::new(any))].into();
        Node { keywords, read_only, write_only, ..Node::default() }
    }

    fn types(&self, fields: &Map<String, Json>) -> Types {
        match fields.get("type") {
            Some(Json::String(name)) => Types::named(name),
            Some(Json::Array(names)) => names
                .iter()
                .filter_map(Json::as_str)
                .fold(Types::NONE, |all, name| all.and(Types::named(name))),
            _ => Types::NONE,
        }
    }

    fn keywords(&self, fields: &Map<String, Json>, pointer: &str, depth: usize) -> Box<[Keyword]> {
        let dialect = self.schemas.reading.dialect;
        let mut all = Vec::new();
        let text = |name: &str| fields.get(name).and_then(Json::as_str);
        if let Some(reference) = text("$ref") {
            all.push(Keyword::Reference(
                self.schemas.resolve(self.base, reference).map(|target| target.slot),
            ));
        }
        if let Some(reference) = text("$dynamicRef").filter(|_| dialect >= Dialect::Draft2020) {
            all.push(match self.schemas.resolve(self.base, reference) {
                Some(target) if target.dynamic => {
                    let anchor = reference.split_once('#').map_or("", |(_, anchor)| anchor).into();
                    Keyword::Dynamic { first: target.slot, anchor }
                }
                target => Keyword::Reference(target.map(|target| target.slot)),
            });
        }
        if let Some(target) = text("$recursiveRef")
            .filter(|_| dialect == Dialect::Draft2019)
            .and_then(|reference| self.schemas.resolve(self.base, reference))
        {
            let recursive = self
                .schemas
                .raw(target.slot)
                .is_some_and(|json| json.get("$recursiveAnchor").and_then(Json::as_bool).unwrap_or(false));
            all.push(match recursive {
                true => Keyword::Dynamic { first: target.slot, anchor: "".into() },
                false => Keyword::Reference(Some(target.slot)),
            });
        }
        if let Some(expected) = fields.get("const").filter(|_| !dialect.has_flags()) {
            all.push(Keyword::Const(Box::new(Value::from(expected).into_owned())));
        }
        if let Some(Json::Array(values)) = fields.get("enum") {
            let mut texts: Vec<Box<str>> = values.iter().filter_map(|v| Some(v.as_str()?.into())).collect();
            texts.sort_unstable();
            let others = values.iter().filter(|v| !v.is_string()).map(|v| Value::from(v).into_owned());
            all.push(Keyword::Enum(Box::new(Choices { texts: texts.into(), others: others.collect() })));
        }
        if let Some(not) = self.child(fields, "not", pointer, depth) {
            all.push(Keyword::Not(Box::new(not)));
        }
        for name in ["allOf", "anyOf", "oneOf"] {
            let Some(parts) = fields.get(name).filter(|parts| parts.is_array()) else { continue };
            let nodes = self.list(parts, name, pointer, depth);
            if name == "allOf" {
                all.push(Keyword::AllOf(nodes));
                continue;
            }
            let discriminator = self.discriminator(fields, parts);
            let any = Box::new(Alternatives { branches: nodes, discriminator });
            all.push(if name == "anyOf" { Keyword::AnyOf(any) } else { Keyword::OneOf(any) });
        }
        if dialect >= Dialect::Draft7
            && let Some(test) = self.child(fields, "if", pointer, depth)
        {
            let then = self.child(fields, "then", pointer, depth);
            let otherwise = self.child(fields, "else", pointer, depth);
            all.push(Keyword::If(Box::new([Some(test), then, otherwise])));
        }
        all.into()
    }

    /// Names of schemas, and those that the mapping adds, with the branch that refers to the same.
    fn discriminator(&self, fields: &Map<String, Json>, branches: &Json) -> Option<Discriminator> {
        if !self.schemas.reading.discriminators {
            return None;
        }
        let discriminator = fields.get("discriminator")?;
        let property = discriminator.get("propertyName")?.as_str()?;
        let references: Vec<&str> = branches
            .as_array()?
            .iter()
            .map(|branch| branch.get("$ref").and_then(Json::as_str))
            .collect::<Option<_>>()?;
        let mut values: Vec<(Box<str>, usize)> = Vec::new();
        for (value, to) in discriminator.get("mapping").and_then(Json::as_object).into_iter().flatten() {
            let to = to.as_str().unwrap_or_default();
            let at = references
                .iter()
                .position(|reference| *reference == to || reference.rsplit('/').next() == Some(to));
            values.extend(at.map(|at| (value.as_str().into(), at)));
        }
        for (at, reference) in references.iter().enumerate() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            if values.iter().all(|(known, _)| **known != *name) {
                values.push((name.into(), at));
            }
        }
        Some(Discriminator { property: property.into(), values: values.into() })
    }

    fn text(&self, fields: &Map<String, Json>) -> Option<Box<TextRules>> {
        let rules = TextRules {
            least: count(fields, "minLength"),
            most: count(fields, "maxLength"),
            pattern: fields.get("pattern").and_then(Json::as_str).map(|text| self.schemas.pattern(text)),
            format: self.format(fields),
        };
        let has = rules.least.is_some()
            || rules.most.is_some()
            || rules.pattern.is_some()
            || rules.format.is_some();
        has.then(|| Box::new(rules))
    }

    fn format(&self, fields: &Map<String, Json>) -> Option<Box<str>> {
        let format = fields.get("format").and_then(Json::as_str);
        format
            .filter(|format| self.schemas.reading.formats && !matches!(*format, "binary" | "password"))
            .map(Box::from)
    }

    fn number(&self, fields: &Map<String, Json>) -> Option<Box<NumberRules>> {
        let number = |name: &str| match fields.get(name) {
            Some(Json::Number(number)) => Some(Number::from(number)),
            _ => None,
        };
        let flag = |name: &str| fields.get(name) == Some(&Json::Bool(true));
        let mut rules = NumberRules {
            multiple_of: number("multipleOf"),
            format: self.format(fields),
            ..NumberRules::default()
        };
        let older = self.schemas.reading.dialect.has_flags();
        rules.least.extend(number("minimum").map(|least| (least, older && flag("exclusiveMinimum"))));
        rules.most.extend(number("maximum").map(|most| (most, older && flag("exclusiveMaximum"))));
        if !older {
            rules.least.extend(number("exclusiveMinimum").map(|least| (least, true)));
            rules.most.extend(number("exclusiveMaximum").map(|most| (most, true)));
        }
        let has = !rules.least.is_empty()
            || !rules.most.is_empty()
            || rules.multiple_of.is_some()
            || rules.format.is_some();
        has.then(|| Box::new(rules))
    }

    fn lists(&self, fields: &Map<String, Json>, pointer: &str, depth: usize) -> Option<Box<ListRules>> {
        let dialect = self.schemas.reading.dialect;
        let mut rules = ListRules {
            least: count(fields, "minItems"),
            most: count(fields, "maxItems"),
            unique: fields.get("uniqueItems") == Some(&Json::Bool(true)),
            ..ListRules::default()
        };
        if dialect >= Dialect::Draft2020 {
            if let Some(tuple) = fields.get("prefixItems") {
                rules.tuple = self.list(tuple, "prefixItems", pointer, depth);
            }
            rules.rest = self.child(fields, "items", pointer, depth);
        } else {
            match fields.get("items") {
                Some(tuple @ Json::Array(_)) => {
                    rules.tuple = self.list(tuple, "items", pointer, depth);
                    rules.rest = self.child(fields, "additionalItems", pointer, depth);
                }
                _ => rules.rest = self.child(fields, "items", pointer, depth),
            }
        }
        if dialect >= Dialect::Draft6
            && let Some(node) = self.child(fields, "contains", pointer, depth)
        {
            let counted = dialect >= Dialect::Draft2019;
            let of = |name: &str| count(fields, name).filter(|_| counted);
            rules.contains = Some(Contains {
                node,
                least: of("minContains").unwrap_or(1),
                most: of("maxContains"),
                evaluates: dialect >= Dialect::Draft2020,
            });
        }
        let has = rules.least.is_some()
            || rules.most.is_some()
            || rules.unique
            || !rules.tuple.is_empty()
            || rules.rest.is_some()
            || rules.contains.is_some();
        has.then(|| Box::new(rules))
    }

    fn object(&self, fields: &Map<String, Json>, pointer: &str, depth: usize) -> Option<Box<ObjectRules>> {
        let dialect = self.schemas.reading.dialect;
        let mut properties: Vec<(Box<str>, Property)> = Vec::new();
        for (order, (name, node)) in self.named(fields, "properties", pointer, depth).into_iter().enumerate()
        {
            properties.push((name.into(), Property { node: Some(node), required: None, order }));
        }
        properties.sort_by(|(a, _), (b, _)| by_length(a, b));
        let mut required = 0;
        for name in strings(fields.get("required")) {
            let at = properties.binary_search_by(|(known, _)| by_length(known, name));
            let at = at.unwrap_or_else(|at| {
                properties.insert(at, (name.into(), Property { order: usize::MAX, ..Property::default() }));
                at
            });
            if properties[at].1.required.is_none() {
                properties[at].1.required = Some(required);
                required += 1;
            }
        }
        let patterns = self.named(fields, "patternProperties", pointer, depth);
        let patterns = patterns.into_iter().map(|(text, node)| (self.schemas.pattern(text), node)).collect();
        let mut names: Vec<Dependent> = Vec::new();
        let mut dependent: Vec<(Box<str>, Node)> = Vec::new();
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            if (keyword == "dependencies") != (dialect < Dialect::Draft2019) {
                continue;
            }
            for (name, value) in fields.get(keyword).and_then(Json::as_object).into_iter().flatten() {
                if value.is_array() && keyword != "dependentSchemas" {
                    names.push((name.as_str().into(), strings(Some(value)).map(Box::from).collect()));
                }
            }
            if keyword != "dependentRequired" {
                let schemas = self.named(fields, keyword, pointer, depth).into_iter();
                dependent.extend(schemas.map(|(name, node)| (name.into(), node)));
            }
        }
        let rules = ObjectRules {
            least: count(fields, "minProperties"),
            most: count(fields, "maxProperties"),
            properties: properties.into(),
            required,
            patterns,
            additional: self.child(fields, "additionalProperties", pointer, depth),
            names: self.child(fields, "propertyNames", pointer, depth).filter(|_| dialect >= Dialect::Draft6),
            dependent_names: names.into(),
            dependent: dependent.into(),
        };
        let has = rules.least.is_some()
            || rules.most.is_some()
            || !rules.properties.is_empty()
            || !rules.patterns.is_empty()
            || rules.additional.is_some()
            || rules.names.is_some()
            || !rules.dependent_names.is_empty()
            || !rules.dependent.is_empty();
        has.then(|| Box::new(rules))
    }
}

/// A bound that counts: `2.0` is 2.
fn count(fields: &Map<String, Json>, name: &str) -> Option<u64> {
    let number = fields.get(name)?;
    number.as_u64().or_else(|| number.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64))
}

fn strings(list: Option<&Json>) -> impl Iterator<Item = &str> {
    list.and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

/// As a fragment has it.
fn encoded(pointer: &str) -> String {
    pointer.replace('%', "%25").replace('#', "%23")
}

/// What the author gives to start from. `examples` are a list in JSON Schema; some write them by name.
fn notes(fields: &Map<String, Json>) -> Option<Box<Notes>> {
    let mut notes = Notes::default();
    match fields.get("examples") {
        Some(Json::Array(all)) => notes.examples.extend(all.iter().cloned()),
        Some(Json::Object(all)) => notes.examples.extend(all.values().cloned()),
        _ => {}
    }
    notes.examples.extend(fields.get("example").cloned());
    notes.examples.extend(fields.get("default").cloned());
    notes.first =
        fields.get("enum").and_then(|choices| choices.get(0)).filter(|first| !first.is_null()).cloned();
    (!notes.examples.is_empty() || notes.first.is_some()).then(|| Box::new(notes))
}
