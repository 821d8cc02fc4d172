//! Paths as a tree of segments, from which templates are told: `/users/17/orders` and `/users/18/orders` are `/users/{userId}/orders`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    seen::Seen,
    segment::{self, Kind},
};

/// Places of one tree.
const MOST_NODES: usize = 4_000;
/// Segments of a path.
const DEEPEST: usize = 24;
/// So many names in one place, much alike and seldom called, stand for one of many.
const MANY: usize = 12;
/// So many do, however often they are called.
const VERY_MANY: usize = 60;
/// Calls of one name, on the average, below which it is seldom called.
const SELDOM: u64 = 4;

/// The paths of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tree {
    root: Node,
    nodes: usize,
    /// Calls that did not fit.
    pub not_kept: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Node {
    names: BTreeMap<Box<str>, Node>,
    variable: Option<Box<Node>>,
    /// Of a variable: what it was.
    kinds: BTreeMap<Kind, u64>,
    /// By the method.
    methods: BTreeMap<Box<str>, Seen>,
    /// Calls of all that is in it.
    calls: u64,
}

/// One method and template.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub method: Box<str>,
    /// `/users/{userId}/orders`
    pub template: String,
    /// The parameters of the template, with their schemas.
    pub parameters: Vec<(String, serde_json::Value)>,
    pub seen: Seen,
}

impl Tree {
    /// Where so many calls are counted; nothing where there is no room. `is_template`: segments in braces are parameters.
    pub(crate) fn at(
        &mut self,
        method: &str,
        path: &str,
        is_template: bool,
        calls: u64,
    ) -> Option<&mut Seen> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        if segments.len() > DEEPEST || method.len() > 20 {
            self.not_kept += calls;
            return None;
        }
        // A call that does not fit leaves nothing behind.
        if self.nodes + segments.len() > MOST_NODES && !self.root.has(&segments, is_template) {
            self.tidy();
            if self.nodes + segments.len() > MOST_NODES {
                self.not_kept += calls;
                return None;
            }
        }
        let mut node = &mut self.root;
        node.calls += calls;
        for segment in segments {
            let is_parameter = is_template && segment.contains('{');
            let kind = if is_parameter { Some(Kind::Text) } else { segment::kind_of(segment) };
            node = match kind {
                Some(kind) => {
                    if node.variable.is_none() {
                        self.nodes += 1;
                    }
                    let variable = node.variable.get_or_insert_default();
                    *variable.kinds.entry(kind).or_default() += calls;
                    variable
                }
                None => {
                    if !node.names.contains_key(segment) {
                        self.nodes += 1;
                    }
                    node.names.entry(segment.into()).or_default()
                }
            };
            node.calls += calls;
        }
        Some(node.methods.entry(method.into()).or_default())
    }

    /// Makes room: of many names that are alike one variable, and what was called once goes.
    fn tidy(&mut self) {
        self.root.collapse();
        if self.root.count() + DEEPEST > MOST_NODES {
            self.not_kept += self.root.forget_rare();
        }
        self.nodes = self.root.count();
    }

    /// What was seen below a base path, as templates.
    pub fn found(&self, base: &str) -> Vec<Found> {
        let mut root = self.root.clone();
        root.collapse();
        let mut node = &root;
        for segment in base.trim_matches('/').split('/').filter(|segment| !segment.is_empty()) {
            let Some(inner) = node.names.get(segment).or(node.variable.as_deref()) else { return Vec::new() };
            node = inner;
        }
        let mut all = Vec::new();
        node.list(&mut String::new(), &mut Vec::new(), "", &mut all);
        all
    }

    pub(crate) fn merge(&mut self, other: Tree) {
        self.root.merge(other.root);
        self.not_kept += other.not_kept;
        self.nodes = self.root.count();
        if self.nodes > MOST_NODES {
            self.tidy();
        }
    }

    /// Without what was called less often: names that may be values.
    pub(crate) fn without_rare(&self) -> Tree {
        let mut tree = self.clone();
        tree.root.collapse();
        tree.root.forget_rare();
        tree.nodes = tree.root.count();
        tree
    }
}

impl Node {
    fn has(&self, segments: &[&str], is_template: bool) -> bool {
        let Some((first, rest)) = segments.split_first() else { return true };
        let is_parameter = is_template && first.contains('{') || segment::kind_of(first).is_some();
        let inner = if is_parameter { self.variable.as_deref() } else { self.names.get(*first) };
        inner.is_some_and(|inner| inner.has(rest, is_template))
    }

    fn count(&self) -> usize {
        let inner = self.names.values().map(Node::count).sum::<usize>();
        1 + inner + self.variable.as_ref().map_or(0, |variable| variable.count())
    }

    /// Names that are much alike and many become the variable, from the leaves up.
    fn collapse(&mut self) {
        self.names.values_mut().for_each(Node::collapse);
        if let Some(variable) = &mut self.variable {
            variable.collapse();
        }
        for _ in 0..4 {
            let Some(alike) = self.alike() else { return };
            for name in alike {
                let Some(node) = self.names.remove(&name) else { continue };
                let variable = self.variable.get_or_insert_default();
                *variable.kinds.entry(Kind::Text).or_default() += node.calls;
                variable.merge(node);
            }
            if let Some(variable) = &mut self.variable {
                variable.collapse();
            }
        }
    }

    /// Names that have something in common, and stand for one of many.
    fn alike(&self) -> Option<Vec<Box<str>>> {
        if self.names.len() < MANY {
            return None;
        }
        let mut common: BTreeMap<String, Vec<(&str, u64)>> = BTreeMap::new();
        for (name, node) in &self.names {
            let mut ways = Vec::new();
            node.ways(&mut String::new(), &mut ways, 3);
            for way in ways {
                common.entry(way).or_default().push((name, node.calls));
            }
        }
        let members = common.into_values().max_by_key(Vec::len)?;
        let mut calls: Vec<u64> = members.iter().map(|(_, calls)| *calls).collect();
        calls.sort_unstable();
        let median = calls.get(calls.len() / 2).copied().unwrap_or_default();
        // `/users/me` among thousands of names is called far more often than each of them.
        let usual = |calls: u64| calls <= (median * 4).max(8);
        let members: Vec<_> = members.into_iter().filter(|(_, calls)| usual(*calls)).collect();
        let total: u64 = members.iter().map(|(_, calls)| calls).sum();
        let seldom = members.len() >= MANY && total < SELDOM * members.len() as u64;
        (seldom || members.len() >= VERY_MANY)
            .then(|| members.into_iter().map(|(name, _)| name.into()).collect())
    }

    /// Methods and ways below, as texts.
    fn ways(&self, way: &mut String, all: &mut Vec<String>, depth: usize) {
        all.extend(self.methods.keys().map(|method| format!("{way} {method}")));
        if depth == 0 {
            return;
        }
        let length = way.len();
        let named = self.names.iter().map(|(name, node)| (&**name, node)).take(20);
        for (name, node) in named.chain(self.variable.iter().map(|node| ("{}", &**node))) {
            way.push('/');
            way.push_str(name);
            node.ways(way, all, depth - 1);
            way.truncate(length);
        }
    }

    fn merge(&mut self, other: Node) {
        for (name, node) in other.names {
            self.names.entry(name).or_default().merge(node);
        }
        if let Some(variable) = other.variable {
            self.variable.get_or_insert_default().merge(*variable);
        }
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        for (method, seen) in other.methods {
            self.methods.entry(method).or_default().merge(seen);
        }
        self.calls += other.calls;
    }

    /// Lets go of names that were called less than [`crate::report::CONFIDENT`] times; the calls that go with them.
    fn forget_rare(&mut self) -> u64 {
        let mut gone = 0;
        self.names.retain(|_, node| {
            let stays = node.calls >= crate::report::CONFIDENT;
            gone += if stays { 0 } else { node.calls };
            stays
        });
        gone += self.names.values_mut().map(Node::forget_rare).sum::<u64>();
        gone + self.variable.as_mut().map_or(0, |variable| variable.forget_rare())
    }

    fn list(
        &self,
        template: &mut String,
        parameters: &mut Vec<(String, serde_json::Value)>,
        last: &str,
        all: &mut Vec<Found>,
    ) {
        for (method, seen) in &self.methods {
            let shown = if template.is_empty() { "/" } else { template.as_str() };
            let (template, parameters) = (shown.to_owned(), parameters.clone());
            all.push(Found { method: method.clone(), template, parameters, seen: seen.clone() });
        }
        let length = template.len();
        for (name, node) in &self.names {
            template.push('/');
            template.push_str(name);
            node.list(template, parameters, name, all);
            template.truncate(length);
        }
        if let Some(variable) = &self.variable {
            let name = variable.named(last, parameters);
            template.push_str(&format!("/{{{name}}}"));
            parameters.push((name, variable.schema()));
            variable.list(template, parameters, "", all);
            parameters.pop();
            template.truncate(length);
        }
    }

    /// What a variable is called after the name before it: `userId` after `users`.
    fn named(&self, last: &str, taken: &[(String, serde_json::Value)]) -> String {
        let letters: String = last.chars().filter(char::is_ascii_alphanumeric).collect();
        let one = match &letters {
            all if all.ends_with("ies") && all.len() > 4 => format!("{}y", &all[..all.len() - 3]),
            all if all.ends_with("sses") || all.ends_with("xes") => all[..all.len() - 2].to_owned(),
            all if all.ends_with('s') && !all.ends_with("ss") && all.len() > 2 => {
                all[..all.len() - 1].to_owned()
            }
            all => all.clone(),
        };
        let is_date = self.kinds.len() == 1 && self.kinds.contains_key(&Kind::Date);
        let name = match (one.is_empty(), is_date) {
            (_, true) => "date".to_owned(),
            (true, false) => "id".to_owned(),
            (false, false) => format!("{one}Id"),
        };
        let known = |name: &str| taken.iter().any(|(known, _)| known == name);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        std::iter::once(name.clone()).chain(numbered).find(|name| !known(name)).unwrap_or(name)
    }

    fn schema(&self) -> serde_json::Value {
        let only = |kind: Kind| self.kinds.len() == 1 && self.kinds.contains_key(&kind);
        if only(Kind::Integer) {
            serde_json::json!({ "type": "integer" })
        } else if only(Kind::Uuid) {
            serde_json::json!({ "type": "string", "format": "uuid" })
        } else if only(Kind::Date) {
            serde_json::json!({ "type": "string", "format": "date" })
        } else {
            serde_json::json!({ "type": "string" })
        }
    }
}
