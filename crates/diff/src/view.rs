//! A document with its references followed.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use model::tree::{Document, Node};
use percent_encoding::percent_decode_str;

use crate::Place;

/// References that are followed, one after the other.
const MOST_REFERENCES: usize = 32;

pub(crate) struct View<'d> {
    pub(crate) root: &'d Node,
    file: Arc<str>,
    targets: RefCell<HashMap<&'d str, Option<&'d Node>>>,
    indexes: RefCell<HashMap<usize, HashMap<&'d str, &'d Node>>>,
}

/// What tells nodes apart.
pub(crate) fn id(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

impl<'d> View<'d> {
    pub(crate) fn new(document: &'d Document) -> View<'d> {
        View {
            root: &document.root,
            file: Arc::clone(&document.file),
            targets: RefCell::default(),
            indexes: RefCell::default(),
        }
    }

    pub(crate) fn is_swagger(&self) -> bool {
        self.root.get("swagger").is_some()
    }

    pub(crate) fn place(&self, node: &Node) -> Place {
        Place { file: Arc::clone(&self.file), line: node.line, column: node.column }
    }

    /// What a node is, or refers to.
    pub(crate) fn follow(&self, node: &'d Node) -> &'d Node {
        let mut at = node;
        for _ in 0..MOST_REFERENCES {
            let Some(reference) = at.get("$ref").and_then(Node::as_str) else { break };
            let Some(target) = self.target(reference) else { break };
            at = target;
        }
        at
    }

    /// A field, followed.
    pub(crate) fn get(&self, node: &'d Node, field: &str) -> Option<&'d Node> {
        node.get(field).map(|node| self.follow(node))
    }

    fn target(&self, reference: &'d str) -> Option<&'d Node> {
        if let Some(known) = self.targets.borrow().get(reference) {
            return *known;
        }
        let found = reference.strip_prefix("#/").and_then(|pointer| {
            pointer.split('/').try_fold(self.root, |node, token| {
                let token =
                    percent_decode_str(token).decode_utf8_lossy().replace("~1", "/").replace("~0", "~");
                match node.items() {
                    Some(items) => items.get(token.parse::<usize>().ok()?),
                    None => self.field(node, &token),
                }
            })
        });
        self.targets.borrow_mut().insert(reference, found);
        found
    }

    /// Large mappings are indexed once.
    fn field(&self, node: &'d Node, name: &str) -> Option<&'d Node> {
        let fields = node.fields()?;
        if fields.len() < 32 {
            return node.get(name);
        }
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes
            .entry(id(node))
            .or_insert_with(|| fields.iter().map(|(key, node)| (&*key.text, node)).collect());
        index.get(name).copied()
    }
}
