//! `unevaluatedItems` and `unevaluatedProperties`: what no other keyword has looked at.

use std::borrow::Cow;

use crate::{
    Value,
    check::{Check, Step},
    rules::{Keyword, Node},
};

/// Which items or members were looked at.
struct Marks {
    all: bool,
    each: Vec<bool>,
}

impl<'c> Check<'c> {
    pub(crate) fn unevaluated_properties(
        &mut self,
        node: &'c Node,
        rest: &'c Node,
        value: &'c Value<'c>,
        members: &'c [(Cow<'c, str>, Value<'c>)],
    ) -> bool {
        let mut marks = Marks { all: false, each: vec![false; members.len()] };
        self.mark(node, value, &mut marks, true, 0);
        let mut valid = true;
        for (at, (name, child)) in members.iter().enumerate() {
            if !marks.all && !marks.each[at] {
                valid &= self.inside(Step::Key(name), |check| match rest.constant {
                    Some(false) => check.fault("unevaluatedProperties", || "is not known here".to_owned()),
                    _ => check.node(rest, child),
                });
            }
        }
        valid
    }

    pub(crate) fn unevaluated_items(
        &mut self,
        node: &'c Node,
        rest: &'c Node,
        value: &'c Value<'c>,
        items: &'c [Value<'c>],
    ) -> bool {
        let mut marks = Marks { all: false, each: vec![false; items.len()] };
        self.mark(node, value, &mut marks, true, 0);
        let mut valid = true;
        for (at, item) in items.iter().enumerate() {
            if !marks.all && !marks.each[at] {
                valid &= self.inside(Step::Index(at), |check| match rest.constant {
                    Some(false) => check.fault("unevaluatedItems", || "is one too many".to_owned()),
                    _ => check.node(rest, item),
                });
            }
        }
        valid
    }

    /// Marks what a schema looks at; `outer` leaves out its own `unevaluated…`.
    fn mark(&mut self, node: &'c Node, value: &'c Value<'c>, marks: &mut Marks, outer: bool, depth: usize) {
        if marks.all || depth > 60 {
            return;
        }
        match value {
            Value::Object(members) => {
                if node.unevaluated_properties.is_some() && !outer {
                    marks.all = true;
                    return;
                }
                if let Some(rules) = &node.object {
                    for (at, (name, _)) in members.iter().enumerate() {
                        let known = rules.property(name).is_some_and(|property| property.node.is_some());
                        marks.each[at] |= rules.additional.is_some()
                            || known
                            || rules.patterns.iter().any(|(pattern, _)| pattern.matches(name));
                    }
                    for (name, part) in &rules.dependent {
                        if value.get(name).is_some() {
                            self.mark(part, value, marks, false, depth + 1);
                        }
                    }
                }
            }
            Value::List(items) => {
                if node.unevaluated_items.is_some() && !outer {
                    marks.all = true;
                    return;
                }
                if let Some(rules) = &node.list {
                    marks.all |= rules.rest.is_some();
                    marks.each.iter_mut().take(rules.tuple.len()).for_each(|mark| *mark = true);
                    if let Some(contains) = rules.contains.as_ref().filter(|contains| contains.evaluates) {
                        for (at, item) in items.iter().enumerate() {
                            marks.each[at] |= self.quietly(&contains.node, item);
                        }
                    }
                }
            }
            _ => return,
        }
        for keyword in &node.keywords {
            match keyword {
                Keyword::Reference(Some(slot)) => {
                    let (_, target) = self.schemas.node(*slot);
                    self.mark(target, value, marks, false, depth + 1);
                }
                Keyword::Dynamic { first, anchor } => {
                    let slot = self.dynamic(anchor).unwrap_or(*first);
                    let (_, target) = self.schemas.node(slot);
                    self.mark(target, value, marks, false, depth + 1);
                }
                Keyword::AllOf(parts) => {
                    parts.iter().for_each(|part| self.mark(part, value, marks, false, depth + 1));
                }
                Keyword::AnyOf(any) | Keyword::OneOf(any) => {
                    for branch in &any.branches {
                        if self.quietly(branch, value) {
                            self.mark(branch, value, marks, false, depth + 1);
                        }
                    }
                }
                Keyword::If(parts) => {
                    let [Some(test), then, otherwise] = &**parts else { continue };
                    let passes = self.quietly(test, value);
                    if passes {
                        self.mark(test, value, marks, false, depth + 1);
                    }
                    if let Some(branch) = if passes { then } else { otherwise } {
                        self.mark(branch, value, marks, false, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }
}
