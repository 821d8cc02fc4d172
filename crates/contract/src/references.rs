//! Checks every `$ref` of a document: does it lead somewhere?

use std::collections::HashMap;

use model::{
    Finding, Place,
    tree::{Document, Node},
};

use crate::source::{Finder, local_pointer};

/// `$ref` to `$ref` to `$ref` …
const MOST_HOPS: usize = 32;

/// The rule of a reference that leads to another file which is not at hand.
pub(crate) const EXTERNAL: &str = "external-reference";

/// A warning for each reference that leads nowhere, in a circle or out of the document.
pub(crate) fn check<'a>(document: &'a Document, finder: &Finder<'a>) -> Vec<Finding> {
    let mut check = Check { document, finder, known: HashMap::new(), findings: Vec::new() };
    check.walk(&document.root, Within::Object);
    check.findings
}

struct Check<'a, 'f> {
    document: &'a Document,
    finder: &'f Finder<'a>,
    /// What is wrong with a reference, once per target.
    known: HashMap<&'a str, Option<(&'static str, String)>>,
    findings: Vec<Finding>,
}

/// Whether the keys of a mapping are fields or names.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    Object,
    Names,
}

impl<'a> Check<'a, '_> {
    fn walk(&mut self, node: &'a Node, within: Within) {
        for item in node.items().unwrap_or_default() {
            self.walk(item, Within::Object);
        }
        for (key, child) in node.fields().unwrap_or_default() {
            let is_field = within == Within::Object;
            match (&*key.text, child.as_str()) {
                ("$ref", Some(target)) if is_field => self.reference(target, child),
                // What these hold is data, in which `$ref` means nothing.
                ("example" | "default" | "enum" | "const" | "value", _) if is_field => {}
                ("examples", _) if is_field && child.items().is_some() => {}
                (name, _) if is_field && name.starts_with("x-") && name != "x-webhooks" => {}
                (
                    "properties" | "patternProperties" | "schemas" | "definitions" | "$defs" | "responses",
                    _,
                ) if is_field => {
                    self.walk(child, Within::Names);
                }
                _ => self.walk(child, Within::Object),
            }
        }
    }

    fn reference(&mut self, target: &'a str, at: &Node) {
        let finder = self.finder;
        let Some((rule, message)) = self.known.entry(target).or_insert_with(|| wrong(finder, target)).clone()
        else {
            return;
        };
        let place = Place { file: self.document.file.clone(), line: at.line, column: at.column };
        self.findings.push(Finding::warning(rule, message).at(place));
    }
}

/// What lets a file come along that lies outside of the folder.
fn outside(target: &str) -> &'static str {
    if target.starts_with("..") { "; `--root` names a folder further up" } else { "" }
}

/// What is wrong with a reference.
fn wrong(finder: &Finder<'_>, target: &str) -> Option<(&'static str, String)> {
    let shown: String = target.chars().take(200).collect();
    let mut next = target;
    for _ in 0..MOST_HOPS {
        let Some(pointer) = local_pointer(next) else {
            return Some(match next.strip_prefix('#') {
                Some(_) => (
                    "dangling-reference",
                    format!("`{shown}` is not a path into this document such as `#/components/schemas/Name`"),
                ),
                None => (
                    EXTERNAL,
                    format!(
                        "`{shown}` leads to another file, which did not come with this one{}",
                        outside(next)
                    ),
                ),
            });
        };
        let Some(node) = finder.find(&pointer) else {
            return Some((
                "dangling-reference",
                format!("`{shown}` leads nowhere; define it or correct the reference"),
            ));
        };
        match node.get("$ref").and_then(Node::as_str) {
            Some(following) => next = following,
            None => return None,
        }
    }
    Some(("circular-reference", format!("`{shown}` leads back to itself without ever reaching a definition")))
}
