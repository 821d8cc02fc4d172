//! Values as XML of a schema, with its namespaces: elements in the order of the schema, and of a choice one.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    rc::Rc,
};

use schema::Json;
use serde_json::Map;

use crate::{
    conform::Conformance,
    mock::write::{escaped, name_of},
    notation::xsd::{CHOICE, ELEMENT, FORM, KIND, NAMESPACE, QUALIFIED},
    source::local_pointer,
};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Elements in each other.
const DEEPEST: usize = 90;
/// References and parts that are followed for one element.
const MOST_FOLLOWED: usize = 64;

pub(super) struct Writer<'c> {
    conformance: &'c Conformance,
    text: String,
    /// Namespaces with their prefixes, in the order they were met in.
    prefixes: Vec<(String, String)>,
    components: HashMap<String, Option<Rc<Json>>>,
}

/// Where something is described: what its elements are of.
#[derive(Clone, Default)]
struct Home {
    namespace: Option<Rc<str>>,
    /// Whether elements within a type are of its namespace, too.
    qualified: bool,
}

/// What a schema, with all that it refers to, says of an element.
#[derive(Default)]
struct Described {
    /// Of a whole element that is referred to.
    element: Option<(Option<Rc<str>>, String)>,
    properties: Vec<(String, Json, Home)>,
    items: Option<(Json, Home)>,
    xml: Map<String, Json>,
    form: Option<bool>,
    /// What a value of a type looks like that JSON has no words for.
    lexical: Option<String>,
    wrapped: bool,
    followed: usize,
}

impl<'c> Writer<'c> {
    pub(super) fn new(conformance: &'c Conformance) -> Writer<'c> {
        Writer { conformance, text: String::new(), prefixes: Vec::new(), components: HashMap::new() }
    }

    pub(super) fn conformance(&self) -> &'c Conformance {
        self.conformance
    }

    pub(super) fn get(&self, pointer: &str) -> Option<Json> {
        self.conformance.source.get(pointer)
    }

    /// What was written, in an envelope.
    pub(super) fn envelope(self, soap: &str) -> String {
        let mut head =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"{soap}\"");
        for (namespace, prefix) in &self.prefixes {
            // Writing to a string cannot fail.
            let _ = write!(head, " xmlns:{prefix}=\"{}\"", escaped(namespace));
        }
        format!("{head}><soap:Body>{}</soap:Body></soap:Envelope>", self.text)
    }

    pub(super) fn open(&mut self, name: &str) {
        let _ = write!(self.text, "<{name}>");
    }

    pub(super) fn close(&mut self, name: &str) {
        let _ = write!(self.text, "</{name}>");
    }

    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        let closes = name.split(' ').next().unwrap_or(name);
        let _ = write!(self.text, "<{name}>{}</{closes}>", escaped(text));
    }

    /// A part of a message.
    pub(super) fn part(&mut self, name: &str, schema: &Json, value: &Json) {
        let described = self.described(schema, &Home::default());
        // What a part is of is said with it: the wrapper of a call, or an element of a namespace of its own.
        let said = described.xml.get("namespace").and_then(Json::as_str).map(Rc::from);
        let (namespace, name) = match &described.element {
            Some((namespace, name)) => (said.or_else(|| namespace.clone()), name.clone()),
            None => (said, name.to_owned()),
        };
        self.element(&name, namespace.as_deref(), value, &described, 0);
    }

    fn prefix(&mut self, namespace: &str) -> String {
        if let Some((_, prefix)) = self.prefixes.iter().find(|(known, _)| known == namespace) {
            return prefix.clone();
        }
        let number = self.prefixes.iter().filter(|(known, _)| known != XSI).count();
        let prefix = match (namespace, number) {
            (XSI, _) => "xsi".to_owned(),
            (_, 0) => "m".to_owned(),
            (_, number) => format!("m{}", number + 1),
        };
        self.prefixes.push((namespace.to_owned(), prefix.clone()));
        prefix
    }

    fn element(&mut self, name: &str, namespace: Option<&str>, value: &Json, of: &Described, depth: usize) {
        let name = match namespace.filter(|namespace| !namespace.is_empty()) {
            Some(namespace) => format!("{}:{}", self.prefix(namespace), name_of(name)),
            None => name_of(name),
        };
        let _ = write!(self.text, "<{name}");
        if value.is_null() {
            let prefix = self.prefix(XSI);
            let _ = write!(self.text, " {prefix}:nil=\"true\"/>");
            return;
        }
        if let Json::Object(members) = value {
            self.attributes(members, of);
        }
        self.text.push('>');
        match value {
            _ if depth > DEEPEST => {}
            Json::Object(members) => self.members(members, of, depth),
            Json::Array(items) => self.items("item", None, items, of, depth),
            value => {
                let text = of.lexical.clone().unwrap_or_else(|| plain(value));
                self.text.push_str(&escaped(&text));
            }
        }
        let _ = write!(self.text, "</{name}>");
    }

    fn attributes(&mut self, members: &Map<String, Json>, of: &Described) {
        for (property, schema, home) in &of.properties {
            let Some(value) = members.get(property).filter(|value| !value.is_object() && !value.is_array())
            else {
                continue;
            };
            let described = self.described(schema, home);
            if described.xml.get("attribute") == Some(&Json::Bool(true)) {
                let name = described.xml.get("name").and_then(Json::as_str).unwrap_or(property);
                let text = described.lexical.clone().unwrap_or_else(|| plain(value));
                let _ = write!(self.text, " {}=\"{}\"", name_of(name), escaped(&text));
            }
        }
    }

    fn members(&mut self, members: &Map<String, Json>, of: &Described, depth: usize) {
        let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
        for (property, schema, home) in &of.properties {
            let Some(value) = members.get(property) else { continue };
            let described = self.described(schema, home);
            if described.xml.get("attribute") == Some(&Json::Bool(true)) {
                continue;
            }
            if described.xml.get("nodeType").is_some_and(|kind| kind == "text") {
                let text = described.lexical.clone().unwrap_or_else(|| plain(value));
                self.text.push_str(&escaped(&text));
                continue;
            }
            // `CHOICE/BRANCH`: of a choice the first branch that is there is written.
            let choice = schema.get(CHOICE).and_then(Json::as_str).and_then(|choice| choice.split_once('/'));
            if let Some((choice, branch)) = choice
                && *chosen.entry(choice).or_insert(branch) != branch
            {
                continue;
            }
            let qualified = described.form.unwrap_or(home.qualified);
            let own = home.namespace.clone().filter(|_| qualified);
            match (value, &described.items) {
                (Json::Array(items), Some(_)) if !described.wrapped => {
                    self.items(property, own.as_deref(), items, &described, depth);
                }
                (value, _) => {
                    let (namespace, name) = named(&described, property, own);
                    self.element(&name, namespace.as_deref(), value, &described, depth + 1);
                }
            }
        }
    }

    /// The items of a list one after the other.
    fn items(&mut self, name: &str, own: Option<&str>, items: &[Json], of: &Described, depth: usize) {
        let Some((schema, home)) = &of.items else { return };
        let described = self.described(schema, home);
        let (namespace, name) = named(&described, name, own.map(Rc::from));
        for item in items {
            self.element(&name, namespace.as_deref(), item, &described, depth + 1);
        }
    }

    fn described(&mut self, schema: &Json, home: &Home) -> Described {
        let mut described = Described::default();
        self.describe(schema, home, &mut described);
        described
    }

    fn describe(&mut self, schema: &Json, home: &Home, into: &mut Described) {
        into.followed += 1;
        let Json::Object(fields) = schema else { return };
        if into.followed > MOST_FOLLOWED {
            return;
        }
        for (name, value) in fields.get("xml").and_then(Json::as_object).into_iter().flatten() {
            into.xml.entry(name.clone()).or_insert_with(|| value.clone());
        }
        into.wrapped |= into.xml.get("wrapped") == Some(&Json::Bool(true));
        if let Some(form) = fields.get(FORM).and_then(Json::as_bool) {
            into.form.get_or_insert(form);
        }
        if fields.contains_key(KIND) && into.lexical.is_none() {
            let example = fields.get("examples").and_then(|all| all.get(0)).and_then(Json::as_str);
            into.lexical = example.map(str::to_owned);
        }
        if let Some(found) = fields.get("$ref").and_then(Json::as_str).and_then(|to| self.component(to)) {
            let text = |name: &str| found.get(name).and_then(Json::as_str);
            let home = Home {
                namespace: text(NAMESPACE).map(Rc::from),
                qualified: found.get(QUALIFIED) == Some(&Json::Bool(true)),
            };
            if let Some(element) = text(ELEMENT)
                && into.element.is_none()
                && into.followed == 1
            {
                into.element = Some((home.namespace.clone(), element.to_owned()));
            }
            self.describe(&found, &home, into);
        }
        for part in fields.get("allOf").and_then(Json::as_array).into_iter().flatten() {
            self.describe(part, home, into);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = fields.get(choice).and_then(|options| options.get(0)) {
                self.describe(first, home, into);
            }
        }
        for (name, schema) in fields.get("properties").and_then(Json::as_object).into_iter().flatten() {
            if into.properties.iter().all(|(known, ..)| known != name) {
                into.properties.push((name.clone(), schema.clone(), home.clone()));
            }
        }
        if let Some(items) = fields.get("items").filter(|_| into.items.is_none()) {
            into.items = Some((items.clone(), home.clone()));
        }
    }

    fn component(&mut self, reference: &str) -> Option<Rc<Json>> {
        if let Some(known) = self.components.get(reference) {
            return known.clone();
        }
        let found = local_pointer(reference).and_then(|pointer| self.get(&pointer)).map(Rc::new);
        self.components.insert(reference.to_owned(), found.clone());
        found
    }
}

/// What an element is called: as the one that is referred to, else as it is called here.
fn named(of: &Described, name: &str, own: Option<Rc<str>>) -> (Option<Rc<str>>, String) {
    match &of.element {
        Some((namespace, name)) => (namespace.clone(), name.clone()),
        None => (own, of.xml.get("name").and_then(Json::as_str).unwrap_or(name).to_owned()),
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
        _ => String::new(),
    }
}
