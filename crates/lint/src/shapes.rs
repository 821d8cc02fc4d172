//! A short notation for the structure of documents, and the JSON Schema it stands for.
//!
//! Each name is a mapping from fields to types: `title!: string` is required; `[Tag]` is a list, `{Tag}` a mapping, `&Tag` a tag or
//! a reference to one, `a|b` one of two words, `=a` exactly one; `/^x-/` in place of a field is a pattern and `*` every other one.
//! A type that is a mapping is JSON Schema itself, and `~` adds such keywords to the object. `closed` says how unknown fields are
//! refused.

use model::tree::{self, Content, Key, Node};

/// Makes a schema of texts in the notation: the first name is the root, a later text replaces names of an earlier one.
pub(crate) fn schema(texts: &[&str], closed: &str) -> Node {
    let mut definitions: Vec<(String, Node)> = Vec::new();
    for text in texts {
        let documents =
            tree::parse(text, "shapes", Default::default()).expect("the notation that ships is valid");
        for (key, node) in documents.iter().flat_map(|document| document.root.fields().unwrap_or_default()) {
            // What only lends its fields is no shape.
            if key.text.starts_with('~') {
                continue;
            }
            let made = shape(node, closed);
            match definitions.iter_mut().find(|(name, _)| *name == *key.text) {
                Some((_, known)) => *known = made,
                None => definitions.push((key.text.to_string(), made)),
            }
        }
    }
    let first = definitions.first().map(|(name, _)| name.clone()).unwrap_or_default();
    object(vec![
        ("$ref".to_owned(), text_of(&format!("#/definitions/{first}"))),
        ("definitions".to_owned(), object(definitions)),
    ])
}

fn shape(node: &Node, closed: &str) -> Node {
    let Some(fields) = node.fields() else { return kind(node.as_str().unwrap_or_default()) };
    if node.get("~schema").is_some() {
        return node.get("~schema").map(nested).unwrap_or_else(|| object(Vec::new()));
    }
    let (mut properties, mut patterns, mut required) = (Vec::new(), Vec::new(), Vec::new());
    let (mut other, mut more, mut open) = (None, Vec::new(), false);
    for (key, node) in fields {
        let name = &*key.text;
        match name {
            "~" => more.extend(
                node.fields().unwrap_or_default().iter().map(|(k, v)| (k.text.to_string(), nested(v))),
            ),
            "~open" => open = true,
            "*" => other = Some(value(node)),
            _ => {
                if let Some(pattern) = name.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
                    patterns.push((pattern.to_owned(), value(node)));
                    continue;
                }
                let field = name.strip_suffix('!').unwrap_or(name);
                if field.len() < name.len() {
                    required.push(text_of(field));
                }
                properties.push((field.to_owned(), value(node)));
            }
        }
    }
    let mut schema = vec![("type".to_owned(), text_of("object"))];
    if !required.is_empty() {
        schema.push(("required".to_owned(), node_of(Content::List(required.into()))));
    }
    if !properties.is_empty() {
        schema.push(("properties".to_owned(), object(properties)));
    }
    if other.is_none() && !open {
        patterns.push(("^x-".to_owned(), node_of(Content::Bool(true))));
        schema.push((closed.to_owned(), node_of(Content::Bool(false))));
    }
    if !patterns.is_empty() {
        schema.push(("patternProperties".to_owned(), object(patterns)));
    }
    if let Some(other) = other {
        schema.push(("additionalProperties".to_owned(), other));
    }
    schema.extend(more);
    object(schema)
}

fn value(node: &Node) -> Node {
    match node.as_str() {
        Some(text) => kind(text),
        None => nested(node),
    }
}

/// JSON Schema as it stands, where `$kind` stands for a type of the notation.
fn nested(node: &Node) -> Node {
    if let Some(text) = node.get("$kind").and_then(Node::as_str) {
        return kind(text);
    }
    match &node.content {
        Content::List(items) => node_of(Content::List(items.iter().map(nested).collect())),
        Content::Mapping(fields) => {
            object(fields.iter().map(|(k, v)| (k.text.to_string(), nested(v))).collect())
        }
        content => node_of(content.clone()),
    }
}

fn kind(text: &str) -> Node {
    let of = |name: &str| ("type".to_owned(), text_of(name));
    let formatted = |format: &str| object(vec![of("string"), ("format".to_owned(), text_of(format))]);
    if let Some(inner) = text.strip_prefix('[') {
        let (inner, marks) = inner.rsplit_once(']').unwrap_or((inner, ""));
        let mut schema = vec![of("array"), ("items".to_owned(), kind(inner))];
        if marks.contains('+') {
            schema.push(("minItems".to_owned(), node_of(Content::Number(1.into()))));
        }
        if marks.contains('=') {
            schema.push(("uniqueItems".to_owned(), node_of(Content::Bool(true))));
        }
        return object(schema);
    }
    if let Some(inner) = text.strip_prefix('{') {
        let inner = inner.trim_end_matches('}');
        return object(vec![of("object"), ("additionalProperties".to_owned(), kind(inner))]);
    }
    if let Some(name) = text.strip_prefix('&') {
        let is_reference = object(vec![of("object"), ("required".to_owned(), list(&["$ref"]))]);
        return object(vec![
            ("if".to_owned(), is_reference),
            ("then".to_owned(), kind("Reference")),
            ("else".to_owned(), kind(name)),
        ]);
    }
    if let Some(word) = text.strip_prefix('=') {
        return object(vec![("const".to_owned(), word_of(word))]);
    }
    if text.contains('|') {
        let words: Vec<&str> = text.split('|').collect();
        return object(vec![("enum".to_owned(), list(&words))]);
    }
    match text {
        "any" => object(Vec::new()),
        "string" | "boolean" | "number" | "integer" | "object" | "array" => object(vec![of(text)]),
        "count" => object(vec![of("integer"), ("minimum".to_owned(), node_of(Content::Number(0.into())))]),
        "uri" | "uri-reference" | "email" | "regex" => formatted(text),
        name => object(vec![("$ref".to_owned(), text_of(&format!("#/definitions/{name}")))]),
    }
}

fn word_of(word: &str) -> Node {
    match word {
        "true" => node_of(Content::Bool(true)),
        word => text_of(word),
    }
}

fn list(words: &[&str]) -> Node {
    node_of(Content::List(words.iter().map(|word| text_of(word)).collect()))
}

fn text_of(text: &str) -> Node {
    node_of(Content::Text(text.into()))
}

fn object(fields: Vec<(String, Node)>) -> Node {
    let fields = fields
        .into_iter()
        .map(|(name, node)| (Key { text: name.into_boxed_str(), line: 0, column: 0, end_column: 0 }, node));
    node_of(Content::Mapping(fields.collect()))
}

fn node_of(content: Content) -> Node {
    Node { line: 0, column: 0, end: (0, 0), content }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notation_stands_for_a_schema() {
        let text = "Root: { name!: string, tags: '[Tag]+', more: '{integer}', kind: a|b, /^x/: any, ref: '&Tag' }\nTag: { '*': string }\nReference: { $ref!: string, ~open: yes }\n";
        let schema = serde_json::to_string(&schema(&[text], "additionalProperties")).unwrap();
        for part in [
            r##""$ref":"#/definitions/Root""##,
            r#""required":["name"]"#,
            r##""tags":{"type":"array","items":{"$ref":"#/definitions/Tag"},"minItems":1}"##,
            r#""more":{"type":"object","additionalProperties":{"type":"integer"}}"#,
            r#""kind":{"enum":["a","b"]}"#,
            r#""additionalProperties":false"#,
            r##""then":{"$ref":"#/definitions/Reference"}"##,
        ] {
            assert!(schema.contains(part), "{part} in {schema}");
        }
    }
}
