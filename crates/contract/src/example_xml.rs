//! Examples as XML: values, written as their schemas' XML objects say (OpenAPI, XML object).

use std::{collections::HashMap, fmt::Write as _, rc::Rc};

use serde_json::{Map, Value};

use crate::{
    example::Lookup,
    notation::xsd::{ELEMENT, FORM, NAMESPACE, QUALIFIED},
    schema::SCHEMAS,
    source::unescape,
};

const MOST_DEPTH: usize = 40;
const MOST_REFERENCES: usize = 16;

pub(crate) fn is_xml(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

/// The value as a document.
pub(crate) fn document(value: &Value, schema: &Value, lookup: Lookup<'_>) -> String {
    let mut writer = Writer { lookup, text: String::new() };
    let node = writer.node(schema, None);
    let name = node.xml("name").or(node.component.as_deref()).unwrap_or("root").to_owned();
    writer.element(&name, value, &node, Place::default(), 0);
    writer.text
}

/// The namespace of what stands in an element, where a schema of XML says it; the empty one is none.
type Namespace = Option<Rc<str>>;

/// Where an element stands.
#[derive(Clone, Default)]
struct Place {
    /// Its own namespace; as around it where nothing is said.
    own: Namespace,
    /// That of elements without a prefix around it.
    around: Namespace,
}

/// What elements within a type are of.
#[derive(Clone)]
struct Home {
    namespace: Rc<str>,
    qualified: bool,
}

struct Writer<'a> {
    lookup: Lookup<'a>,
    text: String,
}

/// A schema with what it refers to and all its parts.
#[derive(Default)]
struct Node {
    /// What the schema is called that a reference leads to.
    component: Option<String>,
    xml: Map<String, Value>,
    properties: Map<String, Value>,
    items: Option<(Value, Option<Home>)>,
    /// Where properties are described that a schema of XML describes.
    homes: HashMap<String, Home>,
    /// Of an element that is referred to.
    element: Namespace,
    /// Whether it is of the namespace, where it says so itself.
    form: Option<bool>,
}

impl Node {
    fn xml(&self, field: &str) -> Option<&str> {
        self.xml.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn has(&self, flag: &str) -> bool {
        self.xml.get(flag) == Some(&Value::Bool(true))
    }

    /// What is said further out goes before what is said further in.
    fn take(&mut self, fields: &Map<String, Value>, home: Option<&Home>) {
        for (name, value) in fields.get("xml").and_then(Value::as_object).into_iter().flatten() {
            self.xml.entry(name.clone()).or_insert_with(|| value.clone());
        }
        for (name, value) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if self.properties.contains_key(name) {
                continue;
            }
            self.properties.insert(name.clone(), value.clone());
            self.homes.extend(home.map(|home| (name.clone(), home.clone())));
        }
        if let Some(form) = fields.get(FORM).and_then(Value::as_bool) {
            self.form.get_or_insert(form);
        }
        if self.items.is_none() {
            self.items = fields.get("items").map(|items| (items.clone(), home.cloned()));
        }
    }
}

impl Writer<'_> {
    fn node(&self, schema: &Value, home: Option<&Home>) -> Node {
        let mut node = Node::default();
        let mut left = MOST_REFERENCES;
        self.collect(schema, home, &mut node, &mut left);
        node
    }

    fn collect(&self, schema: &Value, home: Option<&Home>, node: &mut Node, left: &mut usize) {
        let Value::Object(fields) = schema else { return };
        node.take(fields, home);
        let name = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS));
        if let (Some(name), true) = (name, *left > 0) {
            *left -= 1;
            let name = unescape(name);
            if let Some(found) = (self.lookup)(&name) {
                let text = |name: &str| found.get(name).and_then(Value::as_str);
                let home = text(NAMESPACE).map(|namespace| Home {
                    namespace: namespace.into(),
                    qualified: found.get(QUALIFIED) == Some(&Value::Bool(true)),
                });
                if let (Some(home), Some(_), None) = (&home, text(ELEMENT), &node.component) {
                    node.element = Some(Rc::clone(&home.namespace));
                }
                self.collect(&found, home.as_ref(), node, left);
            }
            node.component.get_or_insert(name);
        }
        for part in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(part, home, node, left);
        }
        // An example is made of the first choice.
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = fields.get(choice).and_then(|options| options.get(0)) {
                self.collect(first, home, node, left);
            }
        }
    }

    fn element(&mut self, name: &str, value: &Value, node: &Node, place: Place, depth: usize) {
        let name = qualified(name, node);
        let indent = "  ".repeat(depth);
        let _ = write!(self.text, "{indent}<{name}");
        let mut around = place.around;
        if let Some(namespace) = node.xml("namespace") {
            let prefix = node.xml("prefix").map(|prefix| format!(":{prefix}")).unwrap_or_default();
            if prefix.is_empty() {
                around = Some(namespace.into());
            }
            let _ = write!(self.text, " xmlns{prefix}=\"{}\"", escaped(namespace));
        } else if let Some(own) = place.own.filter(|own| **own != *around.as_deref().unwrap_or_default()) {
            let _ = write!(self.text, " xmlns=\"{}\"", escaped(&own));
            around = Some(own);
        }
        let members = match value {
            Value::Object(members) if depth < MOST_DEPTH => members.clone(),
            _ => Map::new(),
        };
        let mut children = Vec::new();
        let mut text = plain(value);
        for (member, value) in &members {
            let home = node.homes.get(member);
            let schema = node.properties.get(member);
            let node = schema.map(|schema| self.node(schema, home)).unwrap_or_default();
            let name = node.xml("name").unwrap_or(member).to_owned();
            if node.xml("nodeType") == Some("text") {
                text = plain(value);
                continue;
            }
            if node.has("attribute") {
                let _ = write!(self.text, " {}=\"{}\"", qualified(&name, &node), escaped(&plain(value)));
            } else {
                let own = home.map(|home| match node.form.unwrap_or(home.qualified) {
                    true => Rc::clone(&home.namespace),
                    false => "".into(),
                });
                children.push((name, value, Place { own, around: around.clone() }, node));
            }
        }
        match (children.is_empty(), text.is_empty()) {
            (true, true) => self.text.push_str("/>"),
            (true, false) => drop(write!(self.text, ">{}</{name}>", escaped(&text))),
            (false, _) => {
                self.text.push('>');
                for (name, value, place, node) in children {
                    self.member(&name, value, &node, place, depth + 1);
                }
                let _ = write!(self.text, "\n{indent}</{name}>");
            }
        }
    }

    /// A property: an element, or one for each item of a list.
    fn member(&mut self, name: &str, value: &Value, node: &Node, place: Place, depth: usize) {
        let of = |node: &Node| Place { own: node.element.clone().or(place.own.clone()), ..place.clone() };
        let Value::Array(items) = value else {
            self.text.push('\n');
            return self.element(name, value, node, of(node), depth);
        };
        let item = node.items.as_ref();
        let item = item.map(|(schema, home)| self.node(schema, home.as_ref())).unwrap_or_default();
        let item_name = item.xml("name").unwrap_or(name).to_owned();
        let (wrapped, indent) = (node.has("wrapped"), "  ".repeat(depth));
        if wrapped {
            let _ = write!(self.text, "\n{indent}<{}>", qualified(name, node));
        }
        for value in items {
            self.text.push('\n');
            self.element(&item_name, value, &item, of(&item), depth + usize::from(wrapped));
        }
        if wrapped {
            let _ = write!(self.text, "\n{indent}</{}>", qualified(name, node));
        }
    }
}

fn qualified(name: &str, node: &Node) -> String {
    node.xml("prefix").map_or_else(|| name.to_owned(), |prefix| format!("{prefix}:{name}"))
}

/// What stands in an element by itself.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => String::new(),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_written_as_its_schema_says_of_xml() {
        let pet = json!({ "type": "object", "xml": { "name": "pet" }, "properties": {
            "id": { "type": "integer", "xml": { "attribute": true } },
            "name": { "type": "string", "xml": { "name": "called" } },
            "tags": { "type": "array", "xml": { "wrapped": true }, "items": { "type": "string", "xml": { "name": "tag" } } },
            "owners": { "type": "array", "items": { "type": "string" } },
            "nothing": { "type": "object" },
        } });
        let lookup = |name: &str| (name == "Pet").then(|| Rc::new(pet.clone()));
        let value =
            json!({ "id": 7, "name": "R & <b>", "tags": ["a", "b"], "owners": ["x", "y"], "nothing": {} });
        let text = document(&value, &json!({ "$ref": "#/components/schemas/Pet" }), &lookup);
        let expected = "<pet id=\"7\">\n  <called>R &amp; &lt;b&gt;</called>\n  <tags>\n    <tag>a</tag>\n    <tag>b</tag>\n  </tags>\n  <owners>x</owners>\n  <owners>y</owners>\n  <nothing/>\n</pet>";
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(lines(&text), lines(expected), "{text}");
    }

    #[test]
    fn namespaces_are_declared_where_they_are_said_and_references_end() {
        let lookup = |_: &str| Some(Rc::new(json!({ "$ref": "#/components/schemas/Me" })));
        let schema =
            json!({ "$ref": "#/components/schemas/Me", "xml": { "namespace": "urn:a\"b", "prefix": "t" } });
        assert_eq!(document(&json!("x"), &schema, &lookup), "<t:Me xmlns:t=\"urn:a&quot;b\">x</t:Me>");
    }
}
