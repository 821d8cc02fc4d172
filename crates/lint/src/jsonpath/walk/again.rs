//! A walk that goes where something changed, and takes what it found elsewhere from the walk before.
//!
//! What is remembered of a visit of a node is what was found at its children, and which visits it led to. That holds as long as the
//! node is what it was with all that stands in it, as everything is that its answers hang on (see [`Trail`](crate::graph::Trail)),
//! and as long as it is reached in the same way. Visits are gone through in the order of a walk from nothing, so that what is found
//! first is the same.

use std::hash::{Hash, Hasher};

use model::{
    fast_hash::{FastHasher, FastMap},
    tree::Node,
};

use super::{DEEPEST, EMPTY, Hit, MOST_VISITS, State, Walk, Zone, zone_of};
use crate::{
    graph::{Id, Ids, Met, id, nth},
    pointer::Segment,
};

/// A node, the states it is visited in, and the message that is in.
type Visit = (Id, usize, Zone);

/// A visit that found nothing, led nowhere and hangs on nothing but its node.
const TRIVIAL: u32 = u32::MAX;
const ZONES: [Zone; 3] = [Zone::Other, Zone::Request, Zone::Response];

/// What earlier walks by the same paths found.
#[derive(Debug)]
pub(crate) struct Memory<F> {
    sets: Vec<Vec<State>>,
    visits: FastMap<Visit, u32>,
    records: Vec<Record<F>>,
    free: Vec<u32>,
    /// Records by what their answers hang on.
    met: FastMap<Id, Vec<u32>>,
    deep: FastMap<Id, Vec<u32>>,
    /// Counts walks.
    walk: u32,
}

#[derive(Debug)]
struct Record<F> {
    visit: Visit,
    /// How it was reached.
    way: u64,
    /// The walk that was here last.
    walk: u32,
    is_stale: bool,
    events: Vec<Event<F>>,
    met: Met,
}

#[derive(Debug)]
enum Event<F> {
    Found(F),
    Enter(Enter),
}

#[derive(Clone, Copy, Debug)]
struct Enter {
    /// Which child.
    child: u32,
    record: u32,
    node: Id,
    step: Step,
}

/// How the way to a visit goes on.
#[derive(Clone, Copy, Debug)]
enum Step {
    To(u64),
    /// Whatever led to a reference, beyond it is the same.
    Anew(u64),
}

/// A walk met what cannot be remembered, or did not find its way.
#[derive(Debug)]
pub(crate) struct Lost;

/// Says what there is to say about a hit.
type On<'o, 'a, F> = &'o mut dyn FnMut(Hit<'_, 'a>) -> Option<F>;

pub(crate) struct Again<'m, 'o, 'w, 'a, F> {
    walk: Walk<'w, 'a>,
    memory: &'m mut Memory<F>,
    on: On<'o, 'a, F>,
    emit: &'o mut dyn FnMut(&F),
    /// The node that `at` of the walk leads to, and the children that lead on from there.
    base: &'a Node,
    ahead: Vec<u32>,
    is_lost: bool,
}

impl<F> Default for Memory<F> {
    fn default() -> Memory<F> {
        Memory {
            sets: Vec::new(),
            visits: FastMap::default(),
            records: Vec::new(),
            free: Vec::new(),
            met: FastMap::default(),
            deep: FastMap::default(),
            walk: 0,
        }
    }
}

impl<F> Memory<F> {
    /// What hangs on nodes that changed, or are gone, is to be found out anew; `leading` are the targets that lead to such.
    pub(crate) fn forget(&mut self, touched: &Ids, removed: &[Id], leading: &Ids) {
        let gone: Ids = removed.iter().map(|id| (*id, ())).collect();
        let keys = |ids: &Ids, sets: usize| ids.len() * sets * ZONES.len();
        let mut met = Vec::new();
        if keys(&gone, self.sets.len()) > self.visits.len() {
            self.visits.retain(|(node, ..), record| {
                let stays = !gone.contains_key(node);
                if !stays && *record != TRIVIAL {
                    met.push(*record);
                }
                stays
            });
        } else {
            for node in gone.keys() {
                for visit in visits(*node, self.sets.len()) {
                    met.extend(self.visits.remove(&visit).filter(|record| *record != TRIVIAL));
                }
            }
        }
        for record in met {
            self.records[record as usize].visit.0 = 0;
            self.free.push(record);
        }
        for node in touched.keys() {
            for visit in visits(*node, self.sets.len()) {
                match self.visits.get(&visit) {
                    None => {}
                    Some(&TRIVIAL) => drop(self.visits.remove(&visit)),
                    Some(record) => self.records[*record as usize].is_stale = true,
                }
            }
        }
        for node in touched.keys().chain(gone.keys()) {
            for record in self.met.get(node).into_iter().flatten() {
                self.records[*record as usize].is_stale = true;
            }
        }
        for node in leading.keys().chain(gone.keys()) {
            for record in self.deep.get(node).into_iter().flatten() {
                self.records[*record as usize].is_stale = true;
            }
        }
        for node in gone.keys() {
            self.met.remove(node);
            self.deep.remove(node);
        }
    }

    /// How much is remembered.
    pub(crate) fn len(&self) -> usize {
        self.records.len() + self.visits.len()
    }
}

fn visits(node: Id, sets: usize) -> impl Iterator<Item = Visit> {
    (0..sets).flat_map(move |set| ZONES.into_iter().map(move |zone| (node, set, zone)))
}

impl<'m, 'o, 'w, 'a, F: Clone> Again<'m, 'o, 'w, 'a, F> {
    pub(crate) fn new(
        mut walk: Walk<'w, 'a>,
        memory: &'m mut Memory<F>,
        on: On<'o, 'a, F>,
        emit: &'o mut dyn FnMut(&F),
    ) -> Self {
        // The sets have the numbers that they had.
        for states in std::mem::take(&mut memory.sets) {
            walk.set(states);
        }
        memory.walk += 1;
        let base = walk.graph.root();
        Again { walk, memory, on, emit, base, ahead: Vec::new(), is_lost: false }
    }

    /// # Errors
    /// Nothing that was said holds; there is only a walk from nothing.
    pub(crate) fn run(mut self) -> Result<(), Lost> {
        let root = self.base;
        let mut states = Vec::new();
        for (path, of) in self.walk.paths.iter().enumerate() {
            if of.steps.is_empty() {
                self.hits(path, root, Zone::Other, None, &mut Vec::new());
            } else {
                states.push((u16::try_from(path).unwrap_or(u16::MAX), 0));
            }
        }
        let set = self.walk.set(states);
        if set != EMPTY {
            self.enter(root, set, Zone::Other, 0);
        }
        self.memory.sets = self.walk.sets.iter().map(|set| set.states.clone()).collect();
        if self.is_lost || self.walk.visits > MOST_VISITS { Err(Lost) } else { Ok(()) }
    }

    /// The record of a visit, which is made where there is none.
    fn enter(&mut self, node: &'a Node, set: usize, zone: Zone, way: u64) -> u32 {
        let visit = (id(node), set, zone);
        match self.memory.visits.get(&visit) {
            Some(&TRIVIAL) => TRIVIAL,
            Some(&record) => {
                self.come_back(record, way);
                record
            }
            None => {
                let made = Record {
                    visit,
                    way,
                    walk: self.memory.walk,
                    is_stale: false,
                    events: Vec::new(),
                    met: Met::default(),
                };
                let record = match self.memory.free.pop() {
                    Some(free) => {
                        self.memory.records[free as usize] = made;
                        free
                    }
                    None => {
                        self.memory.records.push(made);
                        u32::try_from(self.memory.records.len() - 1).unwrap_or(TRIVIAL)
                    }
                };
                self.memory.visits.insert(visit, record);
                self.visit(record, node, way);
                let Record { events, met, .. } = &self.memory.records[record as usize];
                if !(events.is_empty() && met.is_empty()) {
                    return record;
                }
                self.memory.visits.insert(visit, TRIVIAL);
                self.memory.free.push(record);
                TRIVIAL
            }
        }
    }

    fn come_back(&mut self, record: u32, way: u64) {
        let at = record as usize;
        let walk = self.memory.walk;
        let of = &mut self.memory.records[at];
        if of.walk == walk {
            return;
        }
        of.walk = walk;
        if of.is_stale || of.way != way {
            return self.visit_ahead(record, way);
        }
        for event in 0..self.memory.records[at].events.len() {
            // It stays while it is gone through: only visits that were not entered yet change.
            match &self.memory.records[at].events[event] {
                Event::Found(found) => (self.emit)(found),
                Event::Enter(enter) => {
                    let Enter { child, record, node, step } = *enter;
                    if self.memory.records[record as usize].visit.0 != node {
                        self.is_lost = true;
                        return;
                    }
                    self.ahead.push(child);
                    self.come_back(record, step.after(way));
                    self.ahead.pop();
                }
            }
        }
    }

    /// Goes to the node of a record, and visits it.
    fn visit_ahead(&mut self, record: u32, way: u64) {
        let (base, ahead) = (self.base, std::mem::take(&mut self.ahead));
        let (at, above) = (self.walk.at.len(), self.walk.above.len());
        let mut node = base;
        for child in &ahead {
            self.walk.above.push(node);
            let Some((segment, written)) = nth(node, *child) else {
                self.is_lost = true;
                break;
            };
            self.walk.at.push(segment);
            node = if self.walk.resolved { self.walk.graph.resolve(written) } else { written };
        }
        if id(node) != self.memory.records[record as usize].visit.0 {
            self.is_lost = true;
        }
        if !self.is_lost {
            self.base = node;
            self.visit(record, node, way);
        }
        self.walk.at.truncate(at);
        self.walk.above.truncate(above);
        (self.base, self.ahead) = (base, ahead);
    }

    fn visit(&mut self, record: u32, node: &'a Node, way: u64) {
        let (_, set, zone) = self.memory.records[record as usize].visit;
        if self.walk.at.len() > DEEPEST {
            self.is_lost = true;
        }
        if self.is_lost {
            return;
        }
        let graph = self.walk.graph;
        let outer = graph.trail.take();
        let mut events = Vec::new();
        self.walk.above.push(node);
        if let Some(items) = node.items() {
            for (at, item) in items.iter().enumerate() {
                self.child(Segment::Index(at), (at, item), items.len(), (set, zone, way), &mut events);
            }
        }
        for (at, (key, child)) in node.fields().unwrap_or_default().iter().enumerate() {
            self.child(Segment::Key(&key.text), (at, child), 0, (set, zone, way), &mut events);
        }
        self.walk.above.pop();
        let mut met = graph.trail.take();
        graph.trail.add(&outer);
        met.tidy();
        let Memory { records, met: by_met, deep: by_deep, .. } = &mut *self.memory;
        let of = &mut records[record as usize];
        for (ids, known, by) in [(&met.nodes, &of.met.nodes, by_met), (&met.deep, &of.met.deep, by_deep)] {
            for id in ids.iter().filter(|id| known.binary_search(id).is_err()) {
                by.entry(*id).or_default().push(record);
            }
        }
        met.add(&of.met);
        (of.way, of.is_stale, of.events, of.met) = (way, false, events, met);
    }

    fn child(
        &mut self,
        segment: Segment<'a>,
        (index, written): (usize, &'a Node),
        count: usize,
        (set, zone, way): (usize, Zone, u64),
        events: &mut Vec<Event<F>>,
    ) {
        self.walk.visits += 1;
        let node = if self.walk.resolved { self.walk.graph.resolve(written) } else { written };
        self.walk.at.push(segment);
        let zone = if self.walk.at.len() <= 4 { zone_of(&self.walk.at) } else { zone };
        let matched = self.walk.matched(segment, node, count, set);
        let mut next = self.walk.sets[set].below;
        if !matched.is_empty() {
            let via = super::beside(node, written);
            let mut states = self.walk.sets[next].states.clone();
            for (path, step) in matched {
                if usize::from(step) + 1 == self.walk.paths[usize::from(path)].steps.len() {
                    self.hits(usize::from(path), node, zone, via, events);
                } else {
                    states.push((path, step + 1));
                }
            }
            next = self.walk.with(next, states);
        }
        if super::has_children(node) && next != EMPTY {
            let crosses = !std::ptr::eq(node, written);
            let step = Step::new(segment, crosses.then(|| id(node)), self.walk.at.len());
            let (base, ahead) = (self.base, std::mem::take(&mut self.ahead));
            self.base = node;
            let record = self.enter(node, next, zone, step.after(way));
            (self.base, self.ahead) = (base, ahead);
            if record != TRIVIAL {
                let child = u32::try_from(index).unwrap_or(u32::MAX);
                events.push(Event::Enter(Enter { child, record, node: id(node), step }));
            }
        }
        self.walk.at.pop();
    }

    fn hits(&mut self, path: usize, node: &'a Node, zone: Zone, via: Option<Id>, events: &mut Vec<Event<F>>) {
        let Again { walk, on, emit, .. } = self;
        walk.hit(path, node, zone, via, &mut |hit| {
            if let Some(found) = on(hit) {
                emit(&found);
                events.push(Event::Found(found));
            }
        });
    }
}

impl Step {
    fn new(segment: Segment<'_>, crossed: Option<Id>, depth: usize) -> Step {
        let mut hasher = FastHasher::default();
        match segment {
            Segment::Key(name) => name.hash(&mut hasher),
            Segment::Index(at) => at.hash(&mut hasher),
        }
        match crossed {
            // The first steps say which message a walk is in.
            Some(target) if depth > 4 => Step::Anew(mix(1, target as u64)),
            Some(target) => Step::To(mix(hasher.finish(), target as u64)),
            None => Step::To(hasher.finish()),
        }
    }

    fn after(self, way: u64) -> u64 {
        match self {
            Step::To(step) => mix(way, step),
            Step::Anew(way) => way,
        }
    }
}

fn mix(a: u64, b: u64) -> u64 {
    let mut hasher = FastHasher::default();
    (a, b).hash(&mut hasher);
    hasher.finish()
}
