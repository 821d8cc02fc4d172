//! Simple types, and texts with attributes (XML Schema, part 2: datatypes; part 1 §3.4: simple content).

use roxmltree::Node as Element;
use serde_json::{Map, Value, json};

use super::{Content, KIND, MOST_DEPTH, QName, Sort, Types, XSD, child, qname};
use crate::notation::lines::Lines;

/// What the text of an element is called that has attributes beside it.
const TEXT: &str = "#text";

impl<'x, 'i> Types<'x, 'i> {
    pub(super) fn simple(&mut self, of: Element<'x, 'i>, lines: &'x Lines<'x>) -> Value {
        if child(of, "list").is_some() {
            return json!({ "type": "string", "description": "Values with spaces between them." });
        }
        if let Some(union) = child(of, "union") {
            let at = lines.at(union.range().start);
            let names: Vec<QName> = union
                .attribute("memberTypes")
                .unwrap_or_default()
                .split_whitespace()
                .filter_map(|name| qname(union, name))
                .collect();
            let mut any: Vec<Value> = names.iter().map(|name| self.reference(Sort::Type, name, at)).collect();
            let inside: Vec<_> =
                union.children().filter(|child| child.tag_name().name() == "simpleType").collect();
            any.extend(inside.into_iter().map(|inner| self.deeper(inner, lines, Types::of_type)));
            return json!({ "anyOf": any });
        }
        let Some(restriction) = child(of, "restriction") else { return json!({ "type": "string" }) };
        let at = lines.at(restriction.range().start);
        let base = restriction.attribute("base").and_then(|base| qname(restriction, base));
        let base = match (base, child(restriction, "simpleType")) {
            (Some(base), _) => self.reference(Sort::Type, &base, at),
            (None, Some(inner)) => self.deeper(inner, lines, Types::of_type),
            (None, None) => json!({ "type": "string" }),
        };
        restricted(base, restriction)
    }

    /// A text with attributes: an object of both. A text alone where there are none.
    pub(super) fn simple_content(&mut self, simple: Element<'x, 'i>, lines: &'x Lines<'x>) -> Value {
        let mut content = Content::default();
        let mut text = self.text_of(simple, lines, &mut content);
        if content.properties.is_empty() && !content.open {
            return text;
        }
        if text.get("$ref").is_some() {
            text = json!({ "allOf": [text] });
        }
        text["xml"] = json!({ "nodeType": "text" });
        content.properties.insert(TEXT.to_owned(), text);
        content.required.push(TEXT.to_owned());
        content.schema()
    }

    /// What the text is; attributes, those of the types that it is derived of first, go into `into`.
    fn text_of(&mut self, simple: Element<'x, 'i>, lines: &'x Lines<'x>, into: &mut Content) -> Value {
        let string = || json!({ "type": "string" });
        let Some(derived) = child(simple, "extension").or_else(|| child(simple, "restriction")) else {
            return string();
        };
        let at = lines.at(derived.range().start);
        if self.depth >= MOST_DEPTH {
            self.too_deep = self.too_deep.or(Some(at));
            return string();
        }
        self.depth += 1;
        let base = derived.attribute("base").and_then(|base| qname(derived, base));
        let defined = base.as_ref().and_then(|base| self.defined.get(&(Sort::Type, base.clone()))).copied();
        let simple_base =
            defined.and_then(|defined| Some((child(defined.element, "simpleContent")?, defined)));
        let is_complex = defined.is_some_and(|defined| defined.element.tag_name().name() == "complexType");
        let text = match (simple_base, child(derived, "simpleType"), base) {
            (Some((simple, defined)), ..) => self.text_of(simple, defined.lines, into),
            (None, Some(inner), _) => self.deeper(inner, lines, Types::of_type),
            // Of elements that may all be missing: what is left is text.
            (None, None, Some(_)) if is_complex => string(),
            (None, None, Some(base)) => self.reference(Sort::Type, &base, at),
            (None, None, None) => string(),
        };
        self.particles(derived, lines, false, false, into);
        self.depth -= 1;
        match derived.tag_name().name() {
            "restriction" => restricted(text, derived),
            _ => text,
        }
    }
}

/// A type with the facets of a restriction.
fn restricted(base: Value, restriction: Element<'_, '_>) -> Value {
    let mut facets = Map::new();
    let is_number = base.get("type").is_some_and(|kind| kind == "integer" || kind == "number");
    let mut values = Vec::new();
    for facet in restriction.children().filter(|child| child.tag_name().namespace() == Some(XSD)) {
        let Some(value) = facet.attribute("value") else { continue };
        let count = || value.parse::<u64>().ok().map(Value::from);
        let number =
            || serde_json::from_str::<Value>(value).ok().filter(|value| is_number && value.is_number());
        let (name, value) = match facet.tag_name().name() {
            "enumeration" => {
                values.push(if is_number { number().unwrap_or_else(|| value.into()) } else { value.into() });
                continue;
            }
            "pattern" => ("pattern", pattern(value).map(Value::from)),
            "minLength" => ("minLength", count()),
            "maxLength" => ("maxLength", count()),
            "length" => {
                facets.extend(count().map(|count| ("minLength".to_owned(), count)));
                ("maxLength", count())
            }
            "minInclusive" => ("minimum", number()),
            "maxInclusive" => ("maximum", number()),
            "minExclusive" => ("exclusiveMinimum", number()),
            "maxExclusive" => ("exclusiveMaximum", number()),
            _ => continue,
        };
        facets.extend(value.map(|value| (name.to_owned(), value)));
    }
    if !values.is_empty() {
        facets.insert("enum".to_owned(), values.into());
    }
    match base {
        Value::Object(mut base) if !base.contains_key("$ref") => {
            base.extend(facets);
            base.into()
        }
        base if facets.is_empty() => base,
        base => {
            facets.insert("allOf".to_owned(), json!([base]));
            facets.into()
        }
    }
}

/// A pattern in the words of JavaScript; what that has no words for is left out.
fn pattern(text: &str) -> Option<String> {
    let foreign = ["\\i", "\\I", "\\c", "\\C", "\\p{Is", "\\P{Is", "-["];
    (!foreign.iter().any(|sign| text.contains(sign))).then(|| format!("^(?:{text})$"))
}

/// What a value of a type looks like that is written as a text, and is not any text.
fn lexical(name: &str) -> Option<&'static str> {
    Some(match name {
        "dateTime" => "2026-01-15T12:00:00Z",
        "date" => "2026-01-15",
        "time" => "12:00:00Z",
        "duration" => "P1D",
        "gYear" => "2026",
        "gYearMonth" => "2026-01",
        "gMonth" => "--01",
        "gMonthDay" => "--01-15",
        "gDay" => "---15",
        "hexBinary" => "00ff",
        "language" => "en",
        "QName" | "NCName" | "Name" | "ID" | "IDREF" | "NMTOKEN" => "name",
        _ => return None,
    })
}

pub(super) fn built_in(name: &str) -> Value {
    match name {
        "boolean" => json!({ "type": "boolean" }),
        "byte" | "short" | "int" => json!({ "type": "integer", "format": "int32" }),
        "unsignedByte" | "unsignedShort" | "unsignedInt" => json!({ "type": "integer", "minimum": 0 }),
        "long" => json!({ "type": "integer", "format": "int64" }),
        "unsignedLong" | "nonNegativeInteger" => json!({ "type": "integer", "minimum": 0 }),
        "positiveInteger" => json!({ "type": "integer", "minimum": 1 }),
        "negativeInteger" => json!({ "type": "integer", "maximum": -1 }),
        "nonPositiveInteger" => json!({ "type": "integer", "maximum": 0 }),
        "integer" => json!({ "type": "integer" }),
        "decimal" => json!({ "type": "number" }),
        // `INF` and `NaN` are values of theirs.
        "float" | "double" => json!({ "type": ["number", "string"] }),
        "base64Binary" => {
            json!({ "type": "string", "contentEncoding": "base64", "examples": ["AQID"], KIND: name })
        }
        "anyType" | "anySimpleType" => json!({}),
        "anyURI" => json!({ "type": "string" }),
        // Times of XML Schema need no time zone, which those of JSON Schema do.
        _ => match lexical(name) {
            Some(example) => json!({ "type": "string", "examples": [example], KIND: name }),
            None => json!({ "type": "string" }),
        },
    }
}
