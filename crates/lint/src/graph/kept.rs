//! What is known of references from one run to the next, and what a run found out about what its answers hang on.
//!
//! Nodes keep their addresses while a text is edited, so that addresses name them; nothing here points at one.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use model::{fast_hash::FastMap, tree::Node};

use super::{Broken, Graph, Id, Target, id};
use crate::{
    library::{Changes, Library},
    pointer::{Path, Segment},
};

/// A set of addresses.
pub(crate) type Ids = FastMap<Id, ()>;

/// Which child to take, from the root on.
type Steps = Box<[u32]>;

/// The references of a document of one file.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    references: FastMap<Id, u32>,
    numbers: FastMap<Id, u32>,
    targets: Vec<Steps>,
    edges: Vec<Vec<u32>>,
    used: HashSet<String>,
    broken: Vec<(Steps, String)>,
    /// What targets stand in.
    above: Ids,
}

/// What was met on the way to an answer: it holds as long as that stays as it is.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    is_kept: Cell<bool>,
    met: RefCell<Vec<Id>>,
    deep: RefCell<Vec<Id>>,
    /// Targets of the references below a node.
    below: RefCell<FastMap<Id, Rc<[Id]>>>,
}

/// The ends of a trail: nodes that an answer hangs on with what stands in them, and those that it hangs on with all that they lead to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met {
    pub(crate) nodes: Vec<Id>,
    pub(crate) deep: Vec<Id>,
}

impl Trail {
    pub(crate) fn keep(&self) {
        self.is_kept.set(true);
    }

    pub(crate) fn met(&self, node: &Node) {
        if self.is_kept.get() {
            let mut met = self.met.borrow_mut();
            if met.last() != Some(&id(node)) {
                met.push(id(node));
            }
        }
    }

    /// What was met since this was called last.
    pub(crate) fn take(&self) -> Met {
        Met { nodes: self.met.take(), deep: self.deep.take() }
    }

    pub(crate) fn add(&self, met: &Met) {
        self.met.borrow_mut().extend(&met.nodes);
        self.deep.borrow_mut().extend(&met.deep);
    }
}

impl Met {
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.deep.is_empty()
    }

    pub(crate) fn add(&mut self, other: &Met) {
        self.nodes.extend(&other.nodes);
        self.deep.extend(&other.deep);
        self.tidy();
    }

    /// Each once, in order.
    pub(crate) fn tidy(&mut self) {
        for ids in [&mut self.nodes, &mut self.deep] {
            ids.sort_unstable();
            ids.dedup();
            ids.shrink_to_fit();
        }
    }
}

impl<'a> Graph<'a> {
    /// An answer hangs on a node and on everything that its references lead to.
    pub(crate) fn meet_deep(&self, node: &Node) {
        if !self.trail.is_kept.get() {
            return;
        }
        self.trail.met(node);
        let known = self.trail.below.borrow().get(&id(node)).map(Rc::clone);
        let below = known.unwrap_or_else(|| {
            let mut found = Vec::new();
            self.targets_below(node, &mut found);
            found.sort_unstable();
            found.dedup();
            let found: Rc<[Id]> = found.into();
            self.trail.below.borrow_mut().insert(id(node), Rc::clone(&found));
            found
        });
        self.trail.deep.borrow_mut().extend(below.iter());
    }

    fn targets_below(&self, node: &Node, found: &mut Vec<Id>) {
        if let Some(target) = self.reference(node) {
            found.push(id(target.node));
            return;
        }
        super::children(node).for_each(|child| self.targets_below(child, found));
    }

    /// Leaves behind what the next run may go on with.
    pub(crate) fn keep(self) -> Kept {
        let root = self.root();
        let mut above = Ids::default();
        let targets = self.targets.iter().map(|target| steps(root, &target.path, Some(&mut above))).collect();
        let broken = self.broken.into_iter().map(|one| (steps(root, &one.path, None), one.message));
        Kept {
            references: self.references,
            numbers: self.numbers,
            targets,
            edges: self.edges,
            used: self.used,
            broken: broken.collect(),
            above,
        }
    }

    /// Takes up what an earlier run left, where the references are still the same.
    pub(crate) fn resume(library: &'a Library, kept: Kept) -> Graph<'a> {
        let root = &library.files[0].root;
        let targets = kept.targets.iter().map(|steps| {
            let (path, node) = walk(root, steps);
            Target { file: 0, path, node }
        });
        let targets = targets.collect();
        let broken = kept.broken.into_iter().map(|(steps, message)| {
            let (path, _) = walk(root, &steps);
            Broken { file: 0, path, message }
        });
        let broken = broken.collect();
        let Kept { references, numbers, edges, used, .. } = kept;
        Graph { library, references, targets, numbers, edges, used, broken, trail: Trail::default() }
    }
}

impl Kept {
    /// Whether the references lead where they led, after an edit.
    pub(crate) fn holds(&self, changes: &Changes) -> bool {
        let is_known = |id: &Id| {
            self.references.contains_key(id) || self.numbers.contains_key(id) || self.above.contains_key(id)
        };
        // What is new under a name may be what a reference was looking for.
        let may_mend = !(self.broken.is_empty() || changes.renamed.is_empty() && changes.replaced.is_empty());
        !changes.references
            && !may_mend
            && !changes.renamed.iter().chain(&changes.replaced).chain(&changes.removed).any(is_known)
    }
}

impl Graph<'_> {
    /// The references that lead elsewhere than before.
    pub(crate) fn moved(&self, before: &Kept) -> Ids {
        let (now, had) = (by_number(&self.numbers), by_number(&before.numbers));
        let mut moved = Ids::default();
        for (reference, number) in &self.references {
            let earlier = before.references.get(reference).map(|number| had[*number as usize]);
            if earlier != Some(now[*number as usize]) {
                moved.insert(*reference, ());
            }
        }
        let ended = before.references.keys().filter(|id| !self.references.contains_key(id));
        moved.extend(ended.map(|id| (*id, ())));
        moved
    }

    /// These nodes, and the targets that lead to one of them, however far.
    pub(crate) fn leading_to(&self, touched: &Ids) -> Ids {
        let mut found = touched.clone();
        let mut work: Vec<u32> = touched.keys().filter_map(|id| self.numbers.get(id).copied()).collect();
        if work.is_empty() {
            return found;
        }
        let ids = by_number(&self.numbers);
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); ids.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            for to in edges {
                back[*to as usize].push(u32::try_from(from).unwrap_or(u32::MAX));
            }
        }
        while let Some(target) = work.pop() {
            for from in &back[target as usize] {
                if found.insert(ids[*from as usize], ()).is_none() {
                    work.push(*from);
                }
            }
        }
        found
    }
}

/// Addresses of targets by their numbers.
fn by_number(numbers: &FastMap<Id, u32>) -> Vec<Id> {
    let mut ids = vec![0; numbers.len()];
    for (id, number) in numbers {
        if let Some(at) = ids.get_mut(*number as usize) {
            *at = *id;
        }
    }
    ids
}

fn steps(root: &Node, path: &[Segment<'_>], mut above: Option<&mut Ids>) -> Steps {
    let mut node = root;
    let mut steps = Vec::with_capacity(path.len());
    for segment in path {
        if let Some(above) = &mut above {
            above.insert(id(node), ());
        }
        let found = match segment {
            Segment::Key(name) => {
                let fields = node.fields().unwrap_or_default();
                fields.iter().position(|(key, _)| &*key.text == *name).map(|at| (at, &fields[at].1))
            }
            Segment::Index(at) => node.items().and_then(|items| items.get(*at)).map(|item| (*at, item)),
        };
        let Some((at, child)) = found else { break };
        steps.push(u32::try_from(at).unwrap_or(u32::MAX));
        node = child;
    }
    steps.into()
}

/// The child of a number, with its segment.
pub(crate) fn nth(node: &Node, at: u32) -> Option<(Segment<'_>, &Node)> {
    if let Some(items) = node.items() {
        return items.get(at as usize).map(|item| (Segment::Index(at as usize), item));
    }
    node.fields()?.get(at as usize).map(|(key, child)| (Segment::Key(&key.text), child))
}

fn walk<'a>(root: &'a Node, steps: &[u32]) -> (Path<'a>, &'a Node) {
    let (mut path, mut node) = (Path::with_capacity(steps.len()), root);
    for at in steps {
        let Some((segment, child)) = nth(node, *at) else { break };
        path.push(segment);
        node = child;
    }
    (path, node)
}
