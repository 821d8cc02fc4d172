//! XML Schema (1.0, structures and datatypes) as JSON Schema with OpenAPI's notes on XML: what bodies of SOAP are held against.

mod simple;

use std::collections::{BTreeMap, HashMap, HashSet};

use roxmltree::Node as Element;
use serde_json::{Map, Value, json};

use self::simple::built_in;
use super::{
    lines::Lines,
    make::{self, At, Fields},
};

pub(super) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// What components say for those who write XML: the namespace they are of, and whether elements within are of it, too.
pub(crate) const NAMESPACE: &str = "x-namespace";
pub(crate) const QUALIFIED: &str = "x-qualified";
/// The name of an element that stands by itself.
pub(crate) const ELEMENT: &str = "x-element";
/// Whether an element is of the namespace, where it says so itself.
pub(crate) const FORM: &str = "x-form";
/// `CHOICE/BRANCH`: of the branches of a choice one is there.
pub(crate) const CHOICE: &str = "x-choice";
/// The type of XML Schema, where JSON has no words for it.
pub(crate) const KIND: &str = "x-xsd";
/// Particles, types and groups in each other.
const MOST_DEPTH: usize = 48;

/// What a name may be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    Type,
    Element,
    Group,
    AttributeGroup,
    Attribute,
}

/// A name with its namespace.
pub(super) type QName = (String, String);

/// Everything that schemas define at their top.
pub(super) struct Types<'x, 'i> {
    defined: HashMap<(Sort, QName), Defined<'x, 'i>>,
    /// Names of components.
    names: HashMap<(Sort, QName), String>,
    /// In the order they were found in.
    order: Vec<(Sort, QName)>,
    /// What led nowhere.
    pub(super) missing: Vec<(String, At)>,
    seen_missing: HashSet<String>,
    /// Schemas that are being made: how deep.
    depth: usize,
    pub(super) too_deep: Option<At>,
}

#[derive(Clone, Copy)]
struct Defined<'x, 'i> {
    element: Element<'x, 'i>,
    lines: &'x Lines<'x>,
}

impl Defined<'_, '_> {
    fn at(&self) -> At {
        self.lines.at(self.element.range().start)
    }
}

/// The properties of an element that is being described.
#[derive(Default)]
struct Content {
    properties: Map<String, Value>,
    required: Vec<String>,
    bases: Vec<Value>,
    open: bool,
    /// The branch of a choice that is being read, and how many choices there were.
    choice: Option<String>,
    choices: usize,
}

impl<'x, 'i> Types<'x, 'i> {
    pub(super) fn new() -> Types<'x, 'i> {
        Types {
            defined: HashMap::new(),
            names: HashMap::new(),
            order: Vec::new(),
            missing: Vec::new(),
            seen_missing: HashSet::new(),
            depth: 0,
            too_deep: None,
        }
    }

    /// Adds what an `xsd:schema` defines.
    pub(super) fn add(&mut self, schema: Element<'x, 'i>, lines: &'x Lines<'x>) {
        let namespace = schema.attribute("targetNamespace").unwrap_or_default();
        for element in schema.children().filter(|child| child.tag_name().namespace() == Some(XSD)) {
            let sort = match element.tag_name().name() {
                "complexType" | "simpleType" => Sort::Type,
                "element" => Sort::Element,
                "group" => Sort::Group,
                "attributeGroup" => Sort::AttributeGroup,
                "attribute" => Sort::Attribute,
                _ => continue,
            };
            let Some(name) = element.attribute("name") else { continue };
            let key = (sort, (namespace.to_owned(), name.to_owned()));
            if self.defined.insert(key.clone(), Defined { element, lines }).is_none() {
                self.order.push(key);
            }
        }
    }

    /// Gives what is defined the names of components; to be called when everything was added.
    pub(super) fn name(&mut self) {
        let mut taken: HashSet<String> = HashSet::new();
        for sort in [Sort::Type, Sort::Element] {
            for (of, name) in self.order.iter().filter(|(of, _)| *of == sort) {
                let mut chosen = name.1.clone();
                if sort == Sort::Element && taken.contains(&chosen) {
                    chosen.push_str("Element");
                }
                for number in 2.. {
                    if taken.insert(chosen.clone()) {
                        break;
                    }
                    chosen = format!("{}{number}", name.1);
                }
                self.names.insert((*of, name.clone()), chosen);
            }
        }
    }

    /// The components of all types and elements.
    pub(super) fn components(&mut self, at: At) -> model::tree::Node {
        let mut out = Fields::new(at);
        let mut all: BTreeMap<String, (At, Value)> = BTreeMap::new();
        for key in self.order.clone() {
            let (Some(name), Some(defined)) =
                (self.names.get(&key).cloned(), self.defined.get(&key).copied())
            else {
                continue;
            };
            let value = match key.0 {
                Sort::Type => self.of_type(defined.element, defined.lines),
                _ => self.of_element(defined.element, defined.lines),
            };
            let value = placed(value, &key, defined.element);
            all.insert(name, (defined.at(), value));
        }
        for (name, (at, value)) in &all {
            out.put_at(*at, name, make::value(*at, value));
        }
        out.node()
    }

    /// A reference to what a qualified name stands for.
    pub(super) fn reference(&mut self, sort: Sort, name: &QName, at: At) -> Value {
        if name.0 == XSD && sort == Sort::Type {
            return built_in(&name.1);
        }
        match self.names.get(&(sort, name.clone())) {
            Some(component) => json!({ "$ref": make::schema_pointer(component) }),
            None => {
                // What the schema of XML itself or of SOAP defines is anything.
                let is_known = name.0.starts_with("http://schemas.xmlsoap.org/")
                    || name.0.starts_with("http://www.w3.org/")
                    || name.0.starts_with("http://ws-i.org/");
                let shown = format!("{{{}}}{}", name.0, name.1);
                if !is_known && self.seen_missing.insert(shown.clone()) {
                    self.missing.push((shown, at));
                }
                json!({})
            }
        }
    }

    /// Whether the elements within one are of its namespace too; else they are of none.
    pub(super) fn qualifies(&self, name: &QName) -> bool {
        let found = self.defined.get(&(Sort::Element, name.clone()));
        let schema = found.and_then(|found| found.element.parent_element());
        schema.is_some_and(|schema| schema.attribute("elementFormDefault") == Some("qualified"))
    }

    fn of_element(&mut self, element: Element<'x, 'i>, lines: &'x Lines<'x>) -> Value {
        let at = lines.at(element.range().start);
        let mut schema = match element.attribute("type") {
            Some(of) => match qname(element, of) {
                Some(name) => self.reference(Sort::Type, &name, at),
                None => json!({}),
            },
            None => match type_inside(element) {
                Some(inside) => self.deeper(inside, lines, Types::of_type),
                None => json!({}),
            },
        };
        if element.attribute("nillable") == Some("true") {
            schema = match schema.get("type").and_then(Value::as_str).map(str::to_owned) {
                Some(kind) if schema.get("enum").is_none() => {
                    schema["type"] = json!([kind, "null"]);
                    schema
                }
                _ => json!({ "anyOf": [schema, { "type": "null" }] }),
            };
        }
        if let Some(text) = documentation(element)
            && schema.get("$ref").is_none()
        {
            schema["description"] = text.into();
        }
        schema
    }

    fn deeper(
        &mut self,
        element: Element<'x, 'i>,
        lines: &'x Lines<'x>,
        make: fn(&mut Types<'x, 'i>, Element<'x, 'i>, &'x Lines<'x>) -> Value,
    ) -> Value {
        if self.depth >= MOST_DEPTH {
            self.too_deep = self.too_deep.or(Some(lines.at(element.range().start)));
            return json!({});
        }
        self.depth += 1;
        let made = make(self, element, lines);
        self.depth -= 1;
        made
    }

    fn of_type(&mut self, of: Element<'x, 'i>, lines: &'x Lines<'x>) -> Value {
        let mut schema = match of.tag_name().name() {
            "simpleType" => self.simple(of, lines),
            _ => self.complex(of, lines),
        };
        if let Some(text) = documentation(of)
            && schema.get("$ref").is_none()
        {
            schema["description"] = text.into();
        }
        schema
    }

    fn complex(&mut self, of: Element<'x, 'i>, lines: &'x Lines<'x>) -> Value {
        if let Some(simple) = child(of, "simpleContent") {
            return self.simple_content(simple, lines);
        }
        let mut content = Content { open: of.attribute("mixed") == Some("true"), ..Content::default() };
        let mut body = of;
        if let Some(derived) = child(of, "complexContent")
            .and_then(|inner| child(inner, "extension").or_else(|| child(inner, "restriction")))
        {
            body = derived;
            let base = derived.attribute("base").and_then(|base| qname(derived, base));
            if let Some(base) = base
                && derived.tag_name().name() == "extension"
                && base.0 != XSD
            {
                let at = lines.at(derived.range().start);
                content.bases.push(self.reference(Sort::Type, &base, at));
            }
            // A list of SOAP's encoding.
            if let Some(item) = self.soap_array(derived, lines) {
                return item;
            }
        }
        self.particles(body, lines, false, false, &mut content);
        content.schema()
    }

    /// `soapenc:Array` restricted to items of a type.
    fn soap_array(&mut self, derived: Element<'x, 'i>, lines: &'x Lines<'x>) -> Option<Value> {
        let attribute = derived.children().find(|child| child.tag_name().name() == "attribute")?;
        let of = attribute.attribute(("http://schemas.xmlsoap.org/wsdl/", "arrayType"))?;
        let name = qname(attribute, of.split('[').next().unwrap_or(of))?;
        let items = self.reference(Sort::Type, &name, lines.at(attribute.range().start));
        Some(json!({ "type": "array", "items": items, "xml": { "wrapped": true } }))
    }

    fn particles(
        &mut self,
        of: Element<'x, 'i>,
        lines: &'x Lines<'x>,
        optional: bool,
        many: bool,
        into: &mut Content,
    ) {
        if self.depth >= MOST_DEPTH {
            self.too_deep = self.too_deep.or(Some(lines.at(of.range().start)));
            return;
        }
        self.depth += 1;
        // The outermost choice counts; one that repeats may have all of its branches.
        let is_choice = of.tag_name().name() == "choice" && !many && into.choice.is_none();
        into.choices += usize::from(is_choice);
        let particles = of.children().filter(|child| child.tag_name().namespace() == Some(XSD));
        for (branch, element) in particles.enumerate() {
            if is_choice {
                into.choice = Some(format!("{}/{branch}", into.choices));
            }
            let at = lines.at(element.range().start);
            let optional = optional || element.attribute("minOccurs") == Some("0");
            let many = many || repeats(element);
            match element.tag_name().name() {
                "sequence" | "all" => self.particles(element, lines, optional, many, into),
                "choice" => self.particles(element, lines, true, many, into),
                "group" | "attributeGroup" => {
                    let sort =
                        if element.tag_name().name() == "group" { Sort::Group } else { Sort::AttributeGroup };
                    let Some(name) = element.attribute("ref").and_then(|name| qname(element, name)) else {
                        continue;
                    };
                    match self.defined.get(&(sort, name.clone())).copied() {
                        Some(found) => self.particles(found.element, found.lines, optional, many, into),
                        None => drop(self.reference(sort, &name, at)),
                    }
                }
                "element" => self.property(element, lines, optional, many, into),
                "attribute" => self.attribute(element, lines, into),
                "any" | "anyAttribute" => into.open = true,
                _ => {}
            }
        }
        if is_choice {
            into.choice = None;
        }
        self.depth -= 1;
    }

    fn property(
        &mut self,
        element: Element<'x, 'i>,
        lines: &'x Lines<'x>,
        optional: bool,
        many: bool,
        into: &mut Content,
    ) {
        let at = lines.at(element.range().start);
        let referred = element.attribute("ref").and_then(|name| qname(element, name));
        let (name, schema) = match referred {
            Some(name) => (name.1.clone(), self.reference(Sort::Element, &name, at)),
            None => {
                let Some(name) = element.attribute("name") else { return };
                (name.to_owned(), self.deeper(element, lines, Types::of_element))
            }
        };
        let mut schema = if many {
            let mut list = json!({ "type": "array", "items": schema });
            if let Some(most) = element.attribute("maxOccurs").and_then(|most| most.parse::<u32>().ok()) {
                list["maxItems"] = most.into();
            }
            if let Some(least) = element
                .attribute("minOccurs")
                .and_then(|least| least.parse::<u32>().ok())
                .filter(|least| *least > 1)
            {
                list["minItems"] = least.into();
            }
            list
        } else {
            schema
        };
        if let Some(choice) = &into.choice {
            schema[CHOICE] = choice.as_str().into();
        }
        if let Some(form) = element.attribute("form") {
            schema[FORM] = (form == "qualified").into();
        }
        if !optional && !into.required.contains(&name) && !into.properties.contains_key(&name) {
            into.required.push(name.clone());
        }
        into.properties.entry(name).or_insert(schema);
    }

    fn attribute(&mut self, attribute: Element<'x, 'i>, lines: &'x Lines<'x>, into: &mut Content) {
        let at = lines.at(attribute.range().start);
        let referred = attribute.attribute("ref").and_then(|name| qname(attribute, name));
        let name = match (&referred, attribute.attribute("name")) {
            (Some(name), _) => name.1.clone(),
            (None, Some(name)) => name.to_owned(),
            (None, None) => return,
        };
        into.forget_attribute(&name);
        if attribute.attribute("use") == Some("prohibited") {
            return;
        }
        let target = referred.and_then(|name| self.defined.get(&(Sort::Attribute, name)).copied());
        let (element, lines) = target.map_or((attribute, lines), |found| (found.element, found.lines));
        let mut schema = match element.attribute("type").and_then(|of| qname(element, of)) {
            Some(of) => self.reference(Sort::Type, &of, at),
            None => match type_inside(element) {
                Some(inside) => self.deeper(inside, lines, Types::of_type),
                None => json!({ "type": "string" }),
            },
        };
        if schema.get("$ref").is_some() {
            schema = json!({ "allOf": [schema] });
        }
        // An element may be called the same.
        let property = if into.properties.contains_key(&name) { format!("@{name}") } else { name.clone() };
        schema["xml"] = json!({ "attribute": true, "name": name });
        if attribute.attribute("use") == Some("required") {
            into.required.push(property.clone());
        }
        into.properties.insert(property, schema);
    }
}

impl Content {
    /// What a type that is restricted says of an attribute takes the place of what its base says.
    fn forget_attribute(&mut self, name: &str) {
        let is_it = |property: &str, schema: &Value| {
            property.trim_start_matches('@') == name && schema.pointer("/xml/attribute").is_some()
        };
        let known = self.properties.iter().find(|(property, schema)| is_it(property, schema));
        if let Some(property) = known.map(|(property, _)| property.clone()) {
            self.properties.remove(&property);
            self.required.retain(|required| *required != property);
        }
    }

    fn schema(self) -> Value {
        let mut own = json!({ "type": "object", "properties": self.properties });
        if !self.required.is_empty() {
            own["required"] = json!(self.required);
        }
        if self.open {
            own["additionalProperties"] = true.into();
        }
        if self.bases.is_empty() {
            return own;
        }
        let mut all = self.bases;
        all.push(own);
        json!({ "type": "object", "allOf": all })
    }
}

/// A component with what its elements are of.
fn placed(mut value: Value, key: &(Sort, QName), element: Element<'_, '_>) -> Value {
    let (sort, (namespace, name)) = key;
    if !namespace.is_empty() && value.is_object() {
        value[NAMESPACE] = namespace.as_str().into();
        let schema = element.parent_element();
        let form = schema.and_then(|schema| schema.attribute("elementFormDefault"));
        if form == Some("qualified") {
            value[QUALIFIED] = true.into();
        }
    }
    if *sort == Sort::Element && value.is_object() {
        value[ELEMENT] = name.as_str().into();
    }
    value
}

/// A name as it is written at an element, with the namespace its prefix stands for there.
pub(super) fn qname(element: Element<'_, '_>, text: &str) -> Option<QName> {
    let text = text.trim();
    let (prefix, local) = match text.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, text),
    };
    if local.is_empty() {
        return None;
    }
    let namespace = element.lookup_namespace_uri(prefix).unwrap_or_default();
    Some((namespace.to_owned(), local.to_owned()))
}

fn child<'x, 'i>(element: Element<'x, 'i>, name: &str) -> Option<Element<'x, 'i>> {
    element
        .children()
        .find(|child| child.tag_name().namespace() == Some(XSD) && child.tag_name().name() == name)
}

fn type_inside<'x, 'i>(element: Element<'x, 'i>) -> Option<Element<'x, 'i>> {
    child(element, "complexType").or_else(|| child(element, "simpleType"))
}

fn documentation(element: Element<'_, '_>) -> Option<String> {
    let text = child(child(element, "annotation")?, "documentation")?.text()?.trim();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    (!text.is_empty()).then(|| lines.join("\n"))
}

fn repeats(element: Element<'_, '_>) -> bool {
    let most = element.attribute("maxOccurs");
    most.is_some_and(|most| most == "unbounded" || most.parse::<u64>().is_ok_and(|most| most > 1))
}
