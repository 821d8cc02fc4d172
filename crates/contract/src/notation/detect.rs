//! Which notation a text is in, by what it says rather than by its name.

use model::tree::Node;

use super::{Notation, bundle};

/// Words that begin a definition of GraphQL.
const GRAPHQL: [&str; 9] =
    ["schema", "type", "interface", "union", "enum", "input", "scalar", "directive", "extend"];
/// Words that begin a statement of Protocol Buffers.
const PROTOBUF: [&str; 8] =
    ["syntax", "edition", "package", "import", "option", "message", "enum", "service"];

/// What a text is in by its first words; nothing where it is YAML or JSON, whose fields say it.
pub(super) fn of_words(text: &str) -> Option<Notation> {
    let text = bundle::first(text);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('<') {
        return Some(Notation::Wsdl);
    }
    if start.starts_with('{') || start.starts_with('[') {
        return None;
    }
    if is_protobuf(start) {
        return Some(Notation::Protobuf);
    }
    is_graphql(start).then_some(Notation::GraphQl)
}

/// What the fields at the root say.
pub(super) fn of_root(root: &Node) -> Notation {
    let info = root.get("info");
    let schema = info.and_then(|info| info.get("schema")).and_then(Node::as_str).unwrap_or_default();
    let is_collection = schema.contains("getpostman.com")
        || schema.contains("schema.postman.com")
        || info.is_some_and(|info| info.get("_postman_id").is_some());
    if root.get("openapi").is_some() || root.get("swagger").is_some() {
        Notation::OpenApi
    } else if root.get("asyncapi").is_some() {
        Notation::AsyncApi
    } else if is_collection {
        Notation::Postman
    } else if root.get("log").is_some_and(|log| log.get("entries").is_some()) {
        Notation::Har
    } else {
        Notation::OpenApi
    }
}

fn is_protobuf(start: &str) -> bool {
    let rest = after_comments(start, "//");
    let (word, after) = word(rest);
    let after = after.trim_start();
    PROTOBUF.contains(&word)
        && match word {
            "syntax" | "edition" => after.starts_with('='),
            "import" => {
                after.starts_with(['"', '\'']) || after.starts_with("public ") || after.starts_with("weak ")
            }
            "package" | "option" => !after.starts_with(':') && statement(after).is_some(),
            // GraphQL has an `enum` too, whose values stand without numbers.
            "enum" => after.split_once('}').is_some_and(|(body, _)| body.contains('=')),
            _ => !after.starts_with(':') && after.contains('{'),
        }
}

/// What stands before the next semicolon, in the same line.
fn statement(text: &str) -> Option<&str> {
    text.lines().next()?.split_once(';').map(|(statement, _)| statement)
}

fn is_graphql(start: &str) -> bool {
    let mut rest = after_comments(start, "#");
    // A description before the first definition.
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        let Some((_, after)) = block.split_once("\"\"\"") else { return false };
        rest = after_comments(after.trim_start(), "#");
    } else if let Some(line) = rest.strip_prefix('"') {
        let Some((_, after)) = line.split_once("\"\n") else { return false };
        rest = after_comments(after.trim_start(), "#");
    }
    let (word, after) = word(rest);
    GRAPHQL.contains(&word) && !after.trim_start_matches([' ', '\t']).starts_with(':')
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len()))
}

/// The text after comments of a line, and those between `/*` and `*/`.
fn after_comments<'t>(mut text: &'t str, line: &str) -> &'t str {
    loop {
        text = text.trim_start();
        if text.starts_with(line) {
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else if line == "//" && text.starts_with("/*") {
            text = text[2..].split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Notation {
        of_words(text).unwrap_or_else(|| {
            let documents = model::tree::parse(text, "", Default::default()).unwrap_or_default();
            documents.first().map_or(Notation::OpenApi, |document| of_root(&document.root))
        })
    }

    #[test]
    fn a_document_is_known_by_what_it_says() {
        for (text, notation) in [
            ("openapi: 3.1.0", Notation::OpenApi),
            ("{\"swagger\":\"2.0\"}", Notation::OpenApi),
            ("# me\nasyncapi: 3.0.0", Notation::AsyncApi),
            ("{\"asyncapi\":\"2.6.0\"}", Notation::AsyncApi),
            ("type: object", Notation::OpenApi),
            ("type Query { a: Int }", Notation::GraphQl),
            ("\"\"\"\nShop\n\"\"\"\nschema { query: Q }", Notation::GraphQl),
            ("# c\n\"one\"\ntype Query { a: Int }", Notation::GraphQl),
            ("enum Color { RED }", Notation::GraphQl),
            ("enum Color { RED = 0; }", Notation::Protobuf),
            ("/* c */ // d\nsyntax = \"proto3\";", Notation::Protobuf),
            ("package shop.v1;\nmessage A {}", Notation::Protobuf),
            ("package: x", Notation::OpenApi),
            ("message: hello {}", Notation::OpenApi),
            ("<?xml version=\"1.0\"?><definitions/>", Notation::Wsdl),
            (
                "{\"info\":{\"name\":\"a\",\"schema\":\"https://schema.getpostman.com/json/collection/v2.1.0/collection.json\"},\"item\":[]}",
                Notation::Postman,
            ),
            ("{\"log\":{\"version\":\"1.2\",\"entries\":[]}}", Notation::Har),
            ("", Notation::OpenApi),
        ] {
            assert_eq!(of(text), notation, "{text}");
        }
    }
}
