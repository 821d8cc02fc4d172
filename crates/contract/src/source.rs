//! The document at rest: small pieces of JSON text by pointer, parsed when somebody asks.
//!
//! As text a document of 13 MB takes less than that; as a tree of values it would take a hundred.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
};

use model::tree::{Key, Node};
use serde_json::Value;

/// JSON text by its place, the tokens of the pointer each after a `/` as in RFC 6901.
pub(crate) type Texts = BTreeMap<Box<str>, Box<str>>;

/// The document as pieces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pieces: Arc<Texts>,
}

impl Source {
    pub(crate) fn new(root: &Node) -> Source {
        let mut pieces = Texts::new();
        for (key, node) in root.fields().unwrap_or_default() {
            let levels = match &*key.text {
                "components" | "paths" | "webhooks" | "x-webhooks" => 2,
                "definitions" | "parameters" | "responses" | "securityDefinitions" => 1,
                _ => 0,
            };
            add(&mut pieces, format!("/{}", escape(&key.text)), node, levels);
        }
        Source { pieces: Arc::new(pieces) }
    }

    /// Pieces that were made before.
    pub(crate) fn shared(pieces: Arc<Texts>) -> Source {
        Source { pieces }
    }

    pub(crate) fn pieces(&self) -> Arc<Texts> {
        Arc::clone(&self.pieces)
    }

    /// The text of a piece.
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.pieces.get(pointer).map(|text| &**text)
    }

    /// The value a pointer names.
    pub(crate) fn get(&self, pointer: &str) -> Option<Value> {
        let mut end = pointer.len();
        loop {
            if let Some(text) = self.pieces.get(&pointer[..end]) {
                let mut value: Value = serde_json::from_str(text).ok()?;
                return value.pointer_mut(&pointer[end..]).map(Value::take);
            }
            end = pointer[..end].rfind('/')?;
        }
    }

    /// The names directly below a pointer that pieces were made of, unescaped.
    pub(crate) fn names(&self, pointer: &str) -> Vec<String> {
        let prefix = format!("{pointer}/");
        self.pieces
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .map_while(|(key, _)| key.strip_prefix(prefix.as_str()))
            .filter(|name| !name.contains('/'))
            .map(unescape)
            .collect()
    }

    pub(crate) fn weight(&self) -> usize {
        self.pieces.iter().map(|(key, text)| key.len() + text.len() + 64).sum()
    }
}

fn add(pieces: &mut Texts, pointer: String, node: &Node, levels: usize) {
    match node.fields() {
        Some(fields) if levels > 0 => {
            for (key, child) in fields {
                add(pieces, format!("{pointer}/{}", escape(&key.text)), child, levels - 1);
            }
        }
        _ => {
            let text = serde_json::to_string(node).expect("a tree of JSON values serializes");
            pieces.insert(pointer.into_boxed_str(), text.into_boxed_str());
        }
    }
}

/// A token of a JSON pointer (RFC 6901 §3).
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The pointer of a reference within the document, its percent encoding undone: `#/a/b` names `/a/b`. `None` for other references.
pub(crate) fn local_pointer(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    if !(fragment.is_empty() || fragment.starts_with('/')) {
        return None;
    }
    Some(percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned())
}

type Index<'a> = HashMap<&'a str, &'a Node>;

/// Finds nodes by pointer. Large mappings are indexed once, so that many references into them cost little.
pub(crate) struct Finder<'a> {
    root: &'a Node,
    /// The fields of large mappings, by the place of the first.
    indexes: RefCell<HashMap<*const (Key, Node), Index<'a>>>,
}

impl<'a> Finder<'a> {
    pub(crate) fn new(root: &'a Node) -> Finder<'a> {
        Finder { root, indexes: RefCell::default() }
    }

    /// The node a pointer names.
    pub(crate) fn find(&self, pointer: &str) -> Option<&'a Node> {
        pointer.split('/').skip(1).try_fold(self.root, |node, token| match node.items() {
            Some(items) => items.get(token.parse::<usize>().ok()?),
            None if token.contains('~') => self.field(node, &unescape(token)),
            None => self.field(node, token),
        })
    }

    fn field(&self, node: &'a Node, name: &str) -> Option<&'a Node> {
        let fields = node.fields()?;
        if fields.len() < 32 {
            return node.get(name);
        }
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes
            .entry(fields.as_ptr())
            .or_insert_with(|| fields.iter().map(|(key, node)| (&*key.text, node)).collect());
        index.get(name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> (Source, Node) {
        let root = model::tree::parse(text, "a.json", Default::default()).unwrap().remove(0).root;
        (Source::new(&root), root)
    }

    #[test]
    fn a_pointer_reaches_into_a_piece() {
        let (source, root) = source(
            r#"{"paths":{"/a/{b}":{"get":{"responses":{"200":{"x":[1,{"y":2}]}}}}},"info":{"title":"t"},"components":{"schemas":{"A~B":{"type":"object"}}}}"#,
        );
        let pointer = "/paths/~1a~1{b}/get/responses/200/x/1/y";
        assert_eq!(source.get(pointer), Some(2.into()));
        assert_eq!(Finder::new(&root).find(pointer).map(Node::to_value), Some(2.into()));
        assert_eq!(source.get("/info/title"), Some("t".into()));
        assert!(source.get("/components/schemas/A~0B").is_some());
        assert_eq!(source.get("/components/schemas/C"), None);
        assert_eq!(source.get("nonsense"), None);
        assert_eq!(source.names("/components/schemas"), ["A~B"]);
    }

    #[test]
    fn only_references_within_the_document_are_local() {
        assert_eq!(local_pointer("#/a/%7Bb%7D").as_deref(), Some("/a/{b}"));
        assert_eq!(local_pointer("other.yaml#/a"), None);
        assert_eq!(local_pointer("#anchor"), None);
    }
}
