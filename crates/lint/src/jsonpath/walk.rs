//! One walk through the document for all paths together.
//!
//! Every path is a small automaton; the walk carries the set of their states, and looks at each node once per set, however many
//! references lead to it. So the time follows the size of the files rather than that of the resolved document.

mod again;

use std::{
    collections::{HashMap, HashSet},
    hash::BuildHasherDefault,
};

use model::{fast_hash::FastHasher, tree::Node};

pub(crate) use self::again::{Again, Lost, Memory};

use super::{JsonPath, Select, script::Scope, select::select};
use crate::{
    graph::{Graph, Id, id},
    pointer::{Path, Segment},
};

/// References may nest so deep; what lies deeper is not looked at.
const DEEPEST: usize = 600;
/// Visits of one walk.
const MOST_VISITS: usize = 40_000_000;

/// Which message of an operation the walk is in: some checks depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Zone {
    #[default]
    Other,
    Request,
    Response,
}

/// Something a path found.
pub(crate) struct Hit<'s, 'a> {
    /// Which path, by its place in the list.
    pub(crate) path: usize,
    pub(crate) at: &'s [Segment<'a>],
    pub(crate) node: &'a Node,
    /// The path ends in `~`: the name is meant, not the value.
    pub(crate) keyed: bool,
    pub(crate) zone: Zone,
    /// The reference it was reached by, where that has other fields beside it.
    pub(crate) via: Option<Id>,
}

pub(crate) struct Walk<'w, 'a> {
    graph: &'w Graph<'a>,
    /// References are followed.
    resolved: bool,
    paths: &'w [JsonPath],
    sets: Vec<Set<'w>>,
    numbers: HashMap<Vec<State>, usize>,
    seen: HashSet<(Id, usize, Zone), BuildHasherDefault<FastHasher>>,
    at: Path<'a>,
    above: Vec<&'a Node>,
    visits: usize,
}

/// Which path, and how many of its steps are done.
type State = (u16, u16);

/// A set of states, sorted by what its steps ask.
struct Set<'w> {
    /// The set that goes on below, whatever matches: the deep steps.
    below: usize,
    states: Vec<State>,
    names: HashMap<&'w str, Vec<State>>,
    other: Vec<State>,
}

const EMPTY: usize = 0;

impl<'w, 'a> Walk<'w, 'a> {
    pub(crate) fn new(graph: &'w Graph<'a>, resolved: bool, paths: &'w [JsonPath]) -> Walk<'w, 'a> {
        let mut walk = Walk {
            graph,
            resolved,
            paths,
            sets: Vec::new(),
            numbers: HashMap::new(),
            seen: HashSet::default(),
            at: Path::new(),
            above: Vec::new(),
            visits: 0,
        };
        walk.set(Vec::new());
        walk
    }

    pub(crate) fn run(mut self, on: &mut dyn FnMut(Hit<'_, 'a>)) {
        let root = self.graph.root();
        let mut states = Vec::new();
        for (path, of) in self.paths.iter().enumerate() {
            if of.steps.is_empty() {
                self.hit(path, root, Zone::Other, None, on);
            } else {
                states.push((u16::try_from(path).unwrap_or(u16::MAX), 0));
            }
        }
        let set = self.set(states);
        self.visit(root, set, Zone::Other, on);
    }

    /// The number of a set, made where it is new.
    fn set(&mut self, states: Vec<State>) -> usize {
        if let Some(number) = self.numbers.get(&states) {
            return *number;
        }
        let step = |(path, step): State| &self.paths[usize::from(path)].steps[usize::from(step)];
        let deep: Vec<State> = states.iter().copied().filter(|state| step(*state).deep).collect();
        let (mut names, mut other) = (HashMap::<&str, Vec<State>>::new(), Vec::new());
        for state in &states {
            match &step(*state).select {
                Select::Names(list) => {
                    for name in list {
                        names.entry(name).or_default().push(*state);
                    }
                }
                _ => other.push(*state),
            }
        }
        let number = self.sets.len();
        self.numbers.insert(states.clone(), number);
        self.sets.push(Set { below: number, states, names, other });
        if deep.len() != self.sets[number].states.len() {
            self.sets[number].below = self.set(deep);
        }
        number
    }

    fn visit(&mut self, node: &'a Node, set: usize, zone: Zone, on: &mut dyn FnMut(Hit<'_, 'a>)) {
        if set == EMPTY || self.at.len() > DEEPEST || self.visits > MOST_VISITS {
            return;
        }
        self.above.push(node);
        if let Some(items) = node.items() {
            for (at, item) in items.iter().enumerate() {
                self.child(Segment::Index(at), item, items.len(), set, zone, on);
            }
        }
        for (key, child) in node.fields().unwrap_or_default() {
            self.child(Segment::Key(&key.text), child, 0, set, zone, on);
        }
        self.above.pop();
    }

    fn child(
        &mut self,
        segment: Segment<'a>,
        written: &'a Node,
        count: usize,
        set: usize,
        zone: Zone,
        on: &mut dyn FnMut(Hit<'_, 'a>),
    ) {
        self.visits += 1;
        let node = if self.resolved { self.graph.resolve(written) } else { written };
        self.at.push(segment);
        let zone = if self.at.len() <= 4 { zone_of(&self.at) } else { zone };
        let matched = self.matched(segment, node, count, set);
        let mut next = self.sets[set].below;
        if !matched.is_empty() {
            let via = beside(node, written);
            let mut states = self.sets[next].states.clone();
            for (path, step) in matched {
                if usize::from(step) + 1 == self.paths[usize::from(path)].steps.len() {
                    self.hit(usize::from(path), node, zone, via, on);
                } else {
                    states.push((path, step + 1));
                }
            }
            next = self.with(next, states);
        }
        if has_children(node) && next != EMPTY && self.seen.insert((id(node), next, zone)) {
            self.visit(node, next, zone, on);
        }
        self.at.pop();
    }

    /// The set of these states, which are those of another and more.
    fn with(&mut self, set: usize, mut states: Vec<State>) -> usize {
        if states.len() == self.sets[set].states.len() {
            return set;
        }
        states.sort_unstable();
        states.dedup();
        self.set(states)
    }

    fn matched(&self, segment: Segment<'a>, node: &'a Node, count: usize, set: usize) -> Vec<State> {
        let set = &self.sets[set];
        let mut matched = match segment {
            Segment::Key(name) => set.names.get(name).cloned().unwrap_or_default(),
            Segment::Index(_) if set.names.is_empty() => Vec::new(),
            Segment::Index(at) => set.names.get(at.to_string().as_str()).cloned().unwrap_or_default(),
        };
        if set.other.is_empty() {
            return matched;
        }
        let graph = self.resolved.then_some(self.graph);
        let get = |node: &'a Node, name: &str| match graph {
            Some(graph) => graph.child(node, &Segment::Key(name)),
            None => crate::pointer::child(node, &Segment::Key(name)),
        };
        for state in &set.other {
            let step = &self.paths[usize::from(state.0)].steps[usize::from(state.1)];
            let takes = step.select.takes(segment, count, || Scope {
                root: self.graph.root(),
                here: node,
                property: segment,
                path: &self.at,
                above: &self.above,
                get: &get,
            });
            if takes {
                matched.push(*state);
            }
        }
        matched
    }

    fn hit(&self, path: usize, node: &'a Node, zone: Zone, via: Option<Id>, on: &mut dyn FnMut(Hit<'_, 'a>)) {
        let JsonPath { parents, keyed, then, .. } = &self.paths[path];
        let Some(length) = self.at.len().checked_sub(*parents) else { return };
        // `above` holds the nodes over what matched, the root first.
        let node = if *parents == 0 { node } else { self.above[length] };
        let via = via.filter(|_| *parents == 0);
        if *parents > 0 {
            self.graph.trail.met(node);
        }
        let at = &self.at[..length];
        let Some(then) = then else {
            on(Hit { path, at, node, keyed: *keyed, zone, via });
            return;
        };
        for (below, node) in select(then, node, self.resolved.then_some(self.graph)) {
            on(Hit { path, at: &[at, &below].concat(), node, keyed: then.keyed, zone, via: None });
        }
    }
}

/// The reference that leads to a node, where that has other fields beside it.
fn beside(node: &Node, written: &Node) -> Option<Id> {
    let is_beside = !std::ptr::eq(node, written) && written.fields().is_some_and(|fields| fields.len() > 1);
    is_beside.then(|| id(written))
}

fn has_children(node: &Node) -> bool {
    node.fields().is_some_and(|fields| !fields.is_empty())
        || node.items().is_some_and(|items| !items.is_empty())
}

/// The message that a path of up to four segments enters; deeper ones are in that of their beginning.
fn zone_of(at: &[Segment<'_>]) -> Zone {
    let name = |index: usize| match at.get(index) {
        Some(Segment::Key(name)) => *name,
        _ => "",
    };
    match (name(0), name(1), name(3)) {
        ("components", "requestBodies", _) | ("paths", _, "requestBody") => Zone::Request,
        ("components", "responses", _) | ("paths", _, "responses") | ("responses", ..) => Zone::Response,
        _ => Zone::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::{File, Library};

    fn hits(paths: &[&str], document: &str, resolved: bool) -> Vec<String> {
        let library =
            Library::load(File::parse("a.yaml", document.into()).unwrap(), &|_| Err("no".to_owned()));
        let graph = Graph::new(&library);
        let paths: Vec<_> = paths.iter().map(|path| JsonPath::parse(path).unwrap()).collect();
        let mut found = Vec::new();
        Walk::new(&graph, resolved, &paths).run(&mut |hit| {
            let at: Vec<_> = hit.at.iter().map(ToString::to_string).collect();
            found.push(format!("{} {}", hit.path, at.join("/")));
        });
        found.sort();
        found
    }

    #[test]
    fn paths_are_walked_together_and_references_are_followed() {
        let document = "{ a: { x: 1, y: { x: 2 } }, b: { $ref: '#/a' }, c: { y: { z: [{ x: 3 }] } } }";
        let found = hits(&["$..x", "$.b.y", "$", "$.c..[?(@.x)]"], document, true);
        // What `b` leads to was looked at where it is defined; only what `$.b.y` asks is new.
        assert_eq!(found, ["0 a/x", "0 a/y/x", "0 b/x", "0 c/y/z/0/x", "1 b/y", "2 ", "3 c/y/z/0"]);
        assert_eq!(hits(&["$..x", "$.b.y"], document, false), ["0 a/x", "0 a/y/x", "0 c/y/z/0/x"]);
    }

    #[test]
    fn parents_and_names_are_given() {
        assert_eq!(
            hits(&["$..enum^", "$..enum^.type"], "{ a: { type: x, enum: [1] } }", true),
            ["0 a", "1 a/type"]
        );
    }

    #[test]
    fn a_node_is_looked_at_once_however_many_references_lead_to_it() {
        // Each level refers twice to the next: 2^40 paths, 40 nodes.
        let mut document = "s40: { leaf: 1 }\n".to_owned();
        for level in 0..40 {
            document +=
                &format!("s{level}: {{ a: {{ $ref: '#/s{0}' }}, b: {{ $ref: '#/s{0}' }} }}\n", level + 1);
        }
        assert!(hits(&["$..leaf"], &document, true).len() < 100);
    }
}
