//! Examples as XML: values, written as their schemas' XML objects say (OpenAPI, XML object).

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::{example::Lookup, schema::SCHEMAS, source::unescape};

const MOST_DEPTH: usize = 40;
const MOST_REFERENCES: usize = 16;

pub(crate) fn is_xml(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.ends_with("/xml") || essence.ends_with("+xml")
}

/// The value as a document.
pub(crate) fn document(value: &Value, schema: &Value, lookup: Lookup<'_>) -> String {
    let mut writer = Writer { lookup, text: String::new() };
    let node = writer.node(schema);
    let name = node.xml("name").or(node.component.as_deref()).unwrap_or("root").to_owned();
    writer.element(&name, value, &node, 0);
    writer.text
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
    items: Option<Value>,
}

impl Node {
    fn xml(&self, field: &str) -> Option<&str> {
        self.xml.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn has(&self, flag: &str) -> bool {
        self.xml.get(flag) == Some(&Value::Bool(true))
    }

    /// What is said further out goes before what is said further in.
    fn take(&mut self, fields: &Map<String, Value>) {
        for (name, value) in fields.get("xml").and_then(Value::as_object).into_iter().flatten() {
            self.xml.entry(name.clone()).or_insert_with(|| value.clone());
        }
        for (name, value) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.properties.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if self.items.is_none() {
            self.items = fields.get("items").cloned();
        }
    }
}

impl Writer<'_> {
    fn node(&self, schema: &Value) -> Node {
        let mut node = Node::default();
        let mut left = MOST_REFERENCES;
        self.collect(schema, &mut node, &mut left);
        node
    }

    fn collect(&self, schema: &Value, node: &mut Node, left: &mut usize) {
        let Value::Object(fields) = schema else { return };
        node.take(fields);
        let name = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix(SCHEMAS));
        if let (Some(name), true) = (name, *left > 0) {
            *left -= 1;
            let name = unescape(name);
            if let Some(found) = (self.lookup)(&name) {
                self.collect(&found, node, left);
            }
            node.component.get_or_insert(name);
        }
        for part in fields.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(part, node, left);
        }
        // An example is made of the first choice.
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = fields.get(choice).and_then(|options| options.get(0)) {
                self.collect(first, node, left);
            }
        }
    }

    fn element(&mut self, name: &str, value: &Value, node: &Node, depth: usize) {
        let name = qualified(name, node);
        let indent = "  ".repeat(depth);
        let _ = write!(self.text, "{indent}<{name}");
        if let Some(namespace) = node.xml("namespace") {
            let prefix = node.xml("prefix").map(|prefix| format!(":{prefix}")).unwrap_or_default();
            let _ = write!(self.text, " xmlns{prefix}=\"{}\"", escaped(namespace));
        }
        let members = match value {
            Value::Object(members) if depth < MOST_DEPTH => members.clone(),
            _ => Map::new(),
        };
        let mut children = Vec::new();
        for (member, value) in &members {
            let node = node.properties.get(member).map(|schema| self.node(schema)).unwrap_or_default();
            let name = node.xml("name").unwrap_or(member).to_owned();
            if node.has("attribute") {
                let _ = write!(self.text, " {}=\"{}\"", qualified(&name, &node), escaped(&plain(value)));
            } else {
                children.push((name, value, node));
            }
        }
        let text = plain(value);
        match (children.is_empty(), text.is_empty()) {
            (true, true) => self.text.push_str("/>"),
            (true, false) => drop(write!(self.text, ">{}</{name}>", escaped(&text))),
            (false, _) => {
                self.text.push('>');
                for (name, value, node) in children {
                    self.member(&name, value, &node, depth + 1);
                }
                let _ = write!(self.text, "\n{indent}</{name}>");
            }
        }
    }

    /// A property: an element, or one for each item of a list.
    fn member(&mut self, name: &str, value: &Value, node: &Node, depth: usize) {
        let Value::Array(items) = value else {
            self.text.push('\n');
            return self.element(name, value, node, depth);
        };
        let item = node.items.as_ref().map(|schema| self.node(schema)).unwrap_or_default();
        let item_name = item.xml("name").unwrap_or(name).to_owned();
        let (wrapped, indent) = (node.has("wrapped"), "  ".repeat(depth));
        if wrapped {
            let _ = write!(self.text, "\n{indent}<{}>", qualified(name, node));
        }
        for value in items {
            self.text.push('\n');
            self.element(&item_name, value, &item, depth + usize::from(wrapped));
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
