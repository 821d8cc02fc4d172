//! The document with its references: which lead where, which close a circle, and where a value really stands.
//!
//! Nothing is copied. A reference is an edge that a walk follows, except where following it would never end: a reference between
//! two definitions that reach each other stays what it is, as in the resolved documents that rules of Spectral are written for.

mod kept;

use std::collections::HashSet;

use model::{
    fast_hash::FastMap,
    tree::{Content, Node},
};

pub(crate) use self::kept::{Ids, Kept, Met, Trail, nth};

use crate::{
    library::Library,
    pointer::{self, Path, Segment},
};

/// A node by its address: trees do not move during a run.
pub(crate) type Id = usize;

pub(crate) fn id(node: &Node) -> Id {
    std::ptr::from_ref(node) as Id
}

/// `$ref` to `$ref` to `$ref` …
const MOST_HOPS: usize = 64;

/// Where something stands in the files.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) file: usize,
    pub(crate) path: Path<'a>,
    /// The path that was asked for, as far as it differs: a field that is not there.
    pub(crate) missing: Path<'a>,
}

/// A reference that leads nowhere.
#[derive(Debug)]
pub(crate) struct Broken<'a> {
    pub(crate) file: usize,
    pub(crate) path: Path<'a>,
    pub(crate) message: String,
}

/// Start and end, from 0 in UTF-16 units.
pub(crate) type Range = ((u32, u32), (u32, u32));

pub(crate) struct Graph<'a> {
    pub(crate) library: &'a Library,
    /// The numbers of what references lead to, by the references that are followed.
    references: FastMap<Id, u32>,
    targets: Vec<Target<'a>>,
    /// Numbers of targets.
    numbers: FastMap<Id, u32>,
    /// By the number of a target: which others stand below it.
    edges: Vec<Vec<u32>>,
    /// Decoded targets of the references to the document itself: `#/components/schemas/Order`.
    used: HashSet<String>,
    pub(crate) broken: Vec<Broken<'a>>,
    pub(crate) trail: Trail,
}

#[derive(Debug)]
struct Target<'a> {
    file: usize,
    path: Path<'a>,
    node: &'a Node,
}

impl<'a> Graph<'a> {
    pub(crate) fn new(library: &'a Library) -> Graph<'a> {
        let mut build = Build {
            library,
            found: Vec::new(),
            targets: Vec::new(),
            numbers: FastMap::default(),
            edges: Vec::new(),
            told: HashSet::new(),
            broken: Vec::new(),
            used: HashSet::new(),
        };
        let files = library.files.iter().enumerate();
        let branches: Vec<Branch<'a>> =
            files.filter_map(|(at, file)| build.collect(at, &file.root, &mut Vec::new())).collect();
        build.edges.resize(build.targets.len(), Vec::new());
        for branch in &branches {
            build.connect(branch, &mut Vec::new());
        }
        build.finish(&branches)
    }

    pub(crate) fn root(&self) -> &'a Node {
        &self.library.files[0].root
    }

    /// The node itself, or what it refers to.
    pub(crate) fn resolve(&self, node: &'a Node) -> &'a Node {
        self.follow(node).map_or(node, |target| target.node)
    }

    fn follow(&self, node: &Node) -> Option<&Target<'a>> {
        let mut target = self.reference(node)?;
        self.trail.met(target.node);
        for _ in 0..MOST_HOPS {
            match self.reference(target.node) {
                Some(next) => target = next,
                None => break,
            }
            self.trail.met(target.node);
        }
        Some(target)
    }

    fn reference(&self, node: &Node) -> Option<&Target<'a>> {
        match &node.content {
            Content::Mapping(fields) if !fields.is_empty() => {
                self.references.get(&id(node)).map(|number| &self.targets[*number as usize])
            }
            _ => None,
        }
    }

    /// Whether this is a reference that is followed.
    #[cfg(test)]
    fn is_followed(&self, node: &Node) -> bool {
        self.reference(node).is_some()
    }

    /// A field of a mapping or an item of a list, through references.
    pub(crate) fn child(&self, node: &'a Node, segment: &Segment<'_>) -> Option<&'a Node> {
        pointer::child(self.resolve(node), segment).map(|child| self.resolve(child))
    }

    /// A field, through references.
    pub(crate) fn get(&self, node: &'a Node, field: &str) -> Option<&'a Node> {
        self.resolve(node).get(field).map(|child| self.resolve(child))
    }

    /// Whether a definition of the document is referred to: `#/components/schemas/Order`.
    pub(crate) fn is_used(&self, pointer: &str) -> bool {
        self.used.contains(pointer)
    }

    /// Where a path through the resolved document stands in the files.
    pub(crate) fn locate(&self, path: &[Segment<'a>], resolved: bool) -> Place<'a> {
        let root = self.root();
        if !resolved {
            return Place { file: 0, path: pointer::closest(root, path), missing: path.to_vec() };
        }
        let (mut file, mut at) = (0, Path::new());
        let (mut node, mut met, mut reached) = (root, false, 0);
        for segment in path {
            let Some(child) = pointer::child(self.resolve(node), segment) else { break };
            if let Some(target) = self.follow(node) {
                (file, at, met) = (target.file, target.path.clone(), true);
            }
            at.push(*segment);
            node = child;
            reached += 1;
        }
        let mut rest = &path[reached..];
        if let Some(target) = self.follow(node)
            && (met || node.fields().is_some_and(|fields| fields.len() == 1))
        {
            (file, at) = (target.file, target.path.clone());
            if !met {
                rest = &[];
            }
            met = true;
        }
        if !met {
            return Place { file: 0, path: pointer::closest(root, path), missing: path.to_vec() };
        }
        let at = pointer::closest(&self.library.files[file].root, &at);
        let missing = at.iter().chain(rest).copied().collect();
        Place { file, path: at, missing }
    }

    /// What stands at a place, as it is written.
    pub(crate) fn written(&self, file: usize, path: &[Segment<'_>]) -> Option<&'a Node> {
        path.iter().try_fold(&self.library.files[file].root, |node, segment| pointer::child(node, segment))
    }

    /// From where to where the value of a path is written.
    pub(crate) fn range(&self, file: usize, path: &[Segment<'_>]) -> Range {
        let source = &self.library.files[file];
        let mut node = &source.root;
        // A root that begins on the second line follows a comment or `---`: the document begins with that.
        let (mut start, mut end) = source.extent(node);
        if start == (2, 1) {
            start = (1, 1);
        }
        for segment in path {
            let Some(child) = pointer::child(node, segment) else { break };
            (start, end) = source.extent(child);
            if let Segment::Key(name) = segment
                && let Some((key, _)) = node.entry(name)
            {
                let after = (key.line, key.end_column + 1);
                if is_container(child) {
                    start = after;
                } else if matches!(child.content, Content::Null) && start == end {
                    (start, end) = (after, after);
                }
            }
            node = child;
        }
        (source.position(start), source.position(end))
    }
}

fn is_container(node: &Node) -> bool {
    matches!(node.content, Content::List(_) | Content::Mapping(_))
}

/// A reference on the way to an edge.
struct Found<'a> {
    node: &'a Node,
    /// The number of what it leads to.
    target: Option<u32>,
    /// Whether it is followed.
    followed: bool,
}

/// A part of a document that has references in it; the other parts are left out.
struct Branch<'a> {
    node: &'a Node,
    /// Where in `found`, where it is one itself.
    reference: Option<usize>,
    below: Vec<Branch<'a>>,
}

struct Build<'a> {
    library: &'a Library,
    found: Vec<Found<'a>>,
    targets: Vec<Target<'a>>,
    numbers: FastMap<Id, u32>,
    edges: Vec<Vec<u32>>,
    /// What was said of references that lead nowhere.
    told: HashSet<String>,
    broken: Vec<Broken<'a>>,
    used: HashSet<String>,
}

impl<'a> Build<'a> {
    /// Finds every reference and what it leads to.
    fn collect(&mut self, file: usize, node: &'a Node, path: &mut Path<'a>) -> Option<Branch<'a>> {
        if let Some(target) = node.get("$ref").and_then(Node::as_str) {
            self.reference(file, node, target, path);
            return Some(Branch { node, reference: Some(self.found.len() - 1), below: Vec::new() });
        }
        let mut below = Vec::new();
        for (at, item) in node.items().unwrap_or_default().iter().enumerate() {
            path.push(Segment::Index(at));
            below.extend(self.collect(file, item, path));
            path.pop();
        }
        for (key, child) in node.fields().unwrap_or_default() {
            path.push(Segment::Key(&key.text));
            below.extend(self.collect(file, child, path));
            path.pop();
        }
        (!below.is_empty()).then_some(Branch { node, reference: None, below })
    }

    fn reference(&mut self, file: usize, node: &'a Node, written: &str, path: &[Segment<'a>]) {
        let (name, fragment) = written.split_once('#').unwrap_or((written, ""));
        let target = self.library.find(file, name).and_then(|to| {
            let tokens =
                pointer::tokens(fragment).ok_or_else(|| format!("'{written}' JSON pointer is invalid"))?;
            let found = self.walk(to, &tokens).ok_or_else(|| format!("'{written}' does not exist"))?;
            Ok((to, tokens, found))
        });
        let target = match target {
            Ok((to, tokens, (at, target))) => {
                let within = to == file && !at.is_empty() && path.starts_with(&at);
                if to == 0 && !within {
                    self.used.insert(format!("#/{}", tokens.join("/")));
                }
                let number = *self.numbers.entry(id(target)).or_insert_with(|| {
                    self.targets.push(Target { file: to, path: at, node: target });
                    u32::try_from(self.targets.len() - 1).unwrap_or(u32::MAX)
                });
                Some(number)
            }
            Err(message) => {
                let mut path = path.to_vec();
                path.push(Segment::Key("$ref"));
                if self.told.insert(message.clone()) {
                    self.broken.push(Broken { file, path, message });
                }
                None
            }
        };
        self.found.push(Found { node, target, followed: true });
    }

    /// The node of a pointer, as it is written; through references where it is not.
    fn walk(&self, file: usize, tokens: &[String]) -> Option<(Path<'a>, &'a Node)> {
        let (mut file, mut path, mut hops) = (file, Path::new(), 0);
        let mut node = &self.library.files[file].root;
        for token in tokens {
            loop {
                if let Some((segment, child)) = pointer::step(node, token) {
                    path.push(segment);
                    node = child;
                    break;
                }
                hops += 1;
                let written = node.get("$ref").and_then(Node::as_str).filter(|_| hops < MOST_HOPS)?;
                let (name, fragment) = written.split_once('#').unwrap_or((written, ""));
                file = self.library.find(file, name).ok()?;
                (path, node) = (Path::new(), &self.library.files[file].root);
                for token in pointer::tokens(fragment)? {
                    let (segment, child) = pointer::step(node, &token)?;
                    path.push(segment);
                    node = child;
                }
            }
        }
        Some((path, node))
    }

    /// Which definitions lead to which; `above` are the targets that the branch stands in.
    fn connect(&mut self, branch: &Branch<'a>, above: &mut Vec<u32>) {
        if let Some(found) = branch.reference {
            if let Some(to) = self.found[found].target {
                for from in above.iter() {
                    self.edges[*from as usize].push(to);
                }
            }
            return;
        }
        let entered = self.numbers.get(&id(branch.node)).copied();
        above.extend(entered);
        for below in &branch.below {
            self.connect(below, above);
        }
        if entered.is_some() {
            above.pop();
        }
    }

    fn finish(mut self, branches: &[Branch<'a>]) -> Graph<'a> {
        let circles = circles(&self.edges);
        for branch in branches {
            self.cut(branch, &circles, &mut Vec::new());
        }
        let mut references: FastMap<Id, u32> = FastMap::default();
        references.reserve(self.found.len());
        for found in &self.found {
            if let (Some(target), true) = (found.target, found.followed) {
                references.insert(id(found.node), target);
            }
        }
        // References that only lead to each other are not followed.
        let endless: Vec<Id> = references
            .iter()
            .filter(|(_, target)| {
                let mut node = id(self.targets[**target as usize].node);
                (0..MOST_HOPS).all(|_| {
                    let next = references.get(&node).map(|next| id(self.targets[*next as usize].node));
                    next.map(|next| node = next).is_some()
                })
            })
            .map(|(id, _)| *id)
            .collect();
        for id in endless {
            references.remove(&id);
        }
        let Build { library, targets, numbers, edges, used, broken, .. } = self;
        Graph { library, references, targets, numbers, edges, used, broken, trail: Trail::default() }
    }

    /// Marks the references that would close a circle.
    fn cut(&mut self, branch: &Branch<'a>, circles: &[usize], above: &mut Vec<u32>) {
        if let Some(at) = branch.reference {
            if let Some(to) = self.found[at].target {
                let closes =
                    above.iter().any(|from| *from == to || circles[*from as usize] == circles[to as usize]);
                let target = &self.targets[to as usize];
                let everything = target.path.is_empty() && target.file == 0;
                self.found[at].followed = !closes && !everything;
            }
            return;
        }
        let entered = self.numbers.get(&id(branch.node)).copied();
        above.extend(entered);
        for below in &branch.below {
            self.cut(below, circles, above);
        }
        if entered.is_some() {
            above.pop();
        }
    }
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    let items = node.items().unwrap_or_default().iter();
    items.chain(node.fields().unwrap_or_default().iter().map(|(_, child)| child))
}

/// The number of the circle each node is in (Tarjan's strongly connected components, without recursion).
fn circles(edges: &[Vec<u32>]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let count = edges.len();
    let (mut index, mut low, mut component) = (vec![UNSEEN; count], vec![0; count], vec![UNSEEN; count]);
    let (mut next, mut components) = (0, 0);
    let mut stack: Vec<usize> = Vec::new();
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
            }
            if let Some(to) = edges[node].get(edge).map(|to| *to as usize) {
                work.push((node, edge + 1));
                if index[to] == UNSEEN {
                    work.push((to, 0));
                } else if component[to] == UNSEEN {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = components;
                    if member == node {
                        break;
                    }
                }
                components += 1;
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::File;

    fn library(text: &str) -> Library {
        Library::load(File::parse("a.yaml", text.into()).unwrap(), &|_| Err("no".into()))
    }

    fn path(text: &str) -> Path<'_> {
        text.split('/').map(Segment::Key).collect()
    }

    fn shown(path: &[Segment<'_>]) -> String {
        path.iter().map(ToString::to_string).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn a_path_through_references_stands_where_it_is_written() {
        let library = library("a: { $ref: '#/d/x' }\nd:\n  x: { y: { $ref: '#/d/z' } }\n  z: { w: 1 }\n");
        let graph = Graph::new(&library);
        let place = graph.locate(&path("a/y/w"), true);
        assert_eq!(shown(&place.path), "d/z/w");
        assert_eq!(graph.range(0, &place.path), ((3, 10), (3, 11)));
        let place = graph.locate(&path("a/y/gone"), true);
        assert_eq!((shown(&place.path), shown(&place.missing)), ("d/z".into(), "d/z/gone".into()));
        assert_eq!(shown(&graph.locate(&path("a"), true).path), "d/x");
        assert_eq!(shown(&graph.locate(&path("a/y"), false).path), "a");
        assert!(graph.is_used("#/d/x") && !graph.is_used("#/d/w"));
    }

    #[test]
    fn references_within_a_circle_stay_and_those_into_it_are_followed() {
        let text = "d:\n  a: { b: { $ref: '#/d/b' } }\n  b: { a: { $ref: '#/d/a' }, self: { $ref: '#/d/b' } }\nin: { $ref: '#/d/a' }\n";
        let library = library(text);
        let graph = Graph::new(&library);
        let at = |text: &str| graph.written(0, &path(text)).unwrap();
        assert!(graph.is_followed(at("in")));
        for within in ["d/a/b", "d/b/a", "d/b/self"] {
            assert!(!graph.is_followed(at(within)), "{within}");
        }
    }

    #[test]
    fn references_that_only_lead_to_each_other_are_not_followed() {
        let library = library("a: { $ref: '#/b' }\nb: { $ref: '#/a' }\nc: { x: { $ref: '#/a' } }\n");
        let graph = Graph::new(&library);
        for name in ["a", "b", "c/x"] {
            assert!(!graph.is_followed(graph.written(0, &path(name)).unwrap()), "{name}");
        }
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_told_once() {
        let library = library("a: { $ref: '#/no' }\nb: { $ref: '#/no' }\nc: { $ref: 'x.yaml' }\n");
        let graph = Graph::new(&library);
        let messages: Vec<_> = graph.broken.iter().map(|broken| broken.message.as_str()).collect();
        assert_eq!(messages, ["'#/no' does not exist", "`x.yaml` cannot be read: no"]);
        assert_eq!(shown(&graph.broken[0].path), "a/$ref");
    }
}
