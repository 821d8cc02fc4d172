//! Whether two schemas say the same, whatever is written around them.

use std::{cell::RefCell, collections::HashSet};

use model::tree::{Content, Node};

use crate::view::{View, id};

/// Fields that change nothing of what a schema accepts.
const ANNOTATIONS: [&str; 9] =
    ["description", "summary", "title", "example", "examples", "externalDocs", "xml", "$comment", "tags"];
const DEEPEST: usize = 200;

/// Pairs that are known to be equal.
pub(crate) struct Same<'d> {
    old: &'d View<'d>,
    new: &'d View<'d>,
    equal: RefCell<HashSet<(usize, usize)>>,
    different: RefCell<HashSet<(usize, usize)>>,
}

impl<'d> Same<'d> {
    pub(crate) fn new(old: &'d View<'d>, new: &'d View<'d>) -> Same<'d> {
        Same { old, new, equal: RefCell::default(), different: RefCell::default() }
    }

    pub(crate) fn are(&self, old: &'d Node, new: &'d Node) -> bool {
        // What is taken as equal while it is looked at is so only where all of it is.
        let mut taken = HashSet::new();
        let equal = self.look(old, new, &mut taken, 0, false);
        if equal {
            self.equal.borrow_mut().extend(taken);
        }
        equal
    }

    fn look(
        &self,
        old: &'d Node,
        new: &'d Node,
        taken: &mut HashSet<(usize, usize)>,
        depth: usize,
        names: bool,
    ) -> bool {
        let (old, new) = (self.old.follow(old), self.new.follow(new));
        match (&old.content, &new.content) {
            (Content::Mapping(before), Content::Mapping(after)) => {
                let pair = (id(old), id(new));
                if depth > DEEPEST || self.equal.borrow().contains(&pair) || !taken.insert(pair) {
                    return true;
                }
                if self.different.borrow().contains(&pair) {
                    return false;
                }
                let counts = |name: &str| names || !(ANNOTATIONS.contains(&name) || name.starts_with("x-"));
                let count = |fields: &[(model::tree::Key, Node)]| {
                    fields.iter().filter(|(key, _)| counts(&key.text)).count()
                };
                let equal = count(before) == count(after)
                    && before.iter().filter(|(key, _)| counts(&key.text)).all(|(key, old)| {
                        // Within `properties` every name is one.
                        let inner =
                            !names && matches!(&*key.text, "properties" | "patternProperties" | "$defs");
                        new.get(&key.text).is_some_and(|new| self.look(old, new, taken, depth + 1, inner))
                    });
                // What was taken as equal hides no difference: one that is found is one.
                if !equal {
                    self.different.borrow_mut().insert(pair);
                }
                equal
            }
            (Content::List(before), Content::List(after)) => {
                before.len() == after.len()
                    && before.iter().zip(after).all(|(old, new)| self.look(old, new, taken, depth + 1, false))
            }
            _ => scalar(old, new),
        }
    }
}

/// Whether two scalars are the same.
pub(crate) fn scalar(old: &Node, new: &Node) -> bool {
    match (&old.content, &new.content) {
        (Content::Null, Content::Null) => true,
        (Content::Bool(a), Content::Bool(b)) => a == b,
        (Content::Number(a), Content::Number(b)) => a.as_f64() == b.as_f64(),
        (Content::Text(a), Content::Text(b)) => a == b,
        _ => false,
    }
}
