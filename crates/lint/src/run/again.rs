//! Checking a text again after it changed a little: what cannot have changed is not looked at.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    rc::Rc,
    sync::Arc,
};

use model::{fast_hash::FastMap, tree::Node};

use super::{Findings, Plan, Run, Structures, called_of, sorted, unreadable, whole};
use crate::{
    fix,
    format::Format,
    graph::{Graph, Id, Ids, Kept, Met, id},
    jsonpath::{Again, Hit, JsonPath, Lost, Memory, Walk},
    library::{Changes, File, Library, Spliced},
    pointer::Segment,
    regex::Regexes,
    report::{Diagnostic, Position, Range, Report},
    ruleset::{Rule, Ruleset},
    schema::Budget,
};

/// Visits and records that are kept beyond those that the first check made, by how many times.
const MOST_KEPT: usize = 3;

/// A text that is being written, with what was found in it.
///
/// Every check finds what [`lint`](crate::lint) of the same text would find; after a small change of a large text it does so in a small
/// part of the time. It takes a few times the memory of the text for that.
pub struct Session {
    ruleset: Ruleset,
    name: Arc<str>,
    /// Why other files are not read.
    refusal: Arc<str>,
    library: Option<Library>,
    known: Option<Known>,
}

/// What is known of a document.
struct Known {
    /// What rules read without being led there.
    facts: u64,
    references: Kept,
    /// Of the walks that follow references, and those that do not.
    walks: [Memory<Vec<Found>>; 2],
    structures: Structures,
    /// How much the first check remembered.
    first: usize,
}

/// What a rule found where it was called with something.
#[derive(Clone, Debug)]
struct Found {
    call: u64,
    diagnostics: Arc<[Diagnostic]>,
}

/// A call of a rule: what it hangs on and what it found.
type Call = Rc<(Met, Option<Found>)>;

impl Session {
    /// For texts that findings call `name`; `refusal` says why other files that they refer to are not read.
    pub fn new(name: &str, ruleset: &Ruleset, refusal: &str) -> Session {
        Session {
            ruleset: ruleset.for_document(name),
            name: name.into(),
            refusal: refusal.into(),
            library: None,
            known: None,
        }
    }

    /// Checks the text as it is now.
    pub fn lint(&mut self, text: impl Into<Arc<str>>) -> Report {
        let text = text.into();
        let changes = match &mut self.library {
            Some(library) => match library.files[0].splice(&text) {
                Spliced::Unreadable(fault) => return unreadable(&self.name, fault),
                Spliced::Changed(changes) => Some(changes),
            },
            None => match File::parse(&self.name, text) {
                Err(fault) => return unreadable(&self.name, fault),
                Ok(file) => {
                    let refusal = Arc::clone(&self.refusal);
                    self.library = Some(Library::load(file, &|_| Err(refusal.to_string())));
                    None
                }
            },
        };
        let Some(library) = &mut self.library else { return Report::default() };
        if changes.as_ref().is_none_or(|changes| changes.references) {
            let refusal = &self.refusal;
            library.load_again(&|_| Err(refusal.to_string()));
        }
        let known = changes.and_then(|changes| Some((self.known.take()?, changes)));
        let (report, known) = again(library, &self.ruleset, known).unwrap_or_else(|Lost| {
            again(library, &self.ruleset, None).unwrap_or_else(|Lost| (whole(library, &self.ruleset), None))
        });
        self.known = known;
        report
    }
}

/// One check, with what is known from the one before and what changed since.
fn again(
    library: &Library,
    ruleset: &Ruleset,
    known: Option<(Known, Changes)>,
) -> Result<(Report, Option<Known>), Lost> {
    let root = &library.files[0].root;
    let (known, changes) = match known {
        Some((known, changes)) => (Some(known), changes),
        None => (None, Changes::default()),
    };
    let Changes { touched, removed, .. } = &changes;
    let mut touched = touched.clone();
    let (graph, mut known) = match known {
        None => (Graph::new(library), None),
        Some(Known { references, facts, mut walks, mut structures, first }) => {
            let graph = if references.holds(&changes) {
                Graph::resume(library, references)
            } else {
                let graph = Graph::new(library);
                let moved = graph.moved(&references);
                if !moved.is_empty() {
                    touch(root, &moved, &mut touched);
                }
                graph
            };
            let leading = graph.leading_to(&touched);
            walks.iter_mut().for_each(|walk| walk.forget(&touched, removed, &leading));
            if !touched.is_empty() {
                let gone: Ids = removed.iter().map(|id| (*id, ())).collect();
                let stays = |id: &Id| !touched.contains_key(id) && !gone.contains_key(id);
                structures.values_mut().for_each(|known| known.retain(|(_, node)| stays(node)));
            }
            (graph, Some((facts, walks, structures, first)))
        }
    };
    graph.trail.keep();
    let (regexes, budget) = (Regexes::default(), Budget::default());
    let run = Run::new(&graph, ruleset, &regexes, &budget);
    let facts = facts(root, &run.formats);
    if known.as_ref().is_some_and(|(had, ..)| *had != facts) {
        known = None;
    }
    let (mut walks, structures, mut first) = match known {
        Some((_, walks, structures, first)) => (walks, structures, first),
        None => ([Memory::default(), Memory::default()], Structures::default(), 0),
    };
    run.structures.replace(structures);
    let mut findings = Findings { run: &run, diagnostics: Vec::new() };
    let rules = findings.beside_rules(ruleset);
    for (memory, resolved) in walks.iter_mut().zip([true, false]) {
        findings.of_rules_again(&rules, resolved, memory)?;
    }
    let mut diagnostics = sorted(findings.diagnostics);
    fix::add(library, &mut diagnostics);
    let report = Report { diagnostics, incomplete: budget.exhausted() };
    let structures = run.structures.take();
    drop(run);
    let size: usize = walks.iter().map(Memory::len).sum();
    if first == 0 {
        first = size;
    }
    // Checks that are given up, and what nobody comes to any more, are not kept.
    let keeps = !report.incomplete && size <= first * MOST_KEPT + 100_000;
    let known = keeps.then(|| Known { facts, references: graph.keep(), walks, structures, first });
    Ok((report, known))
}

/// What stands at a place that every rule knows: the kind of document, the dialect of its schemas, its security schemes.
fn facts(root: &Node, formats: &[Format]) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{formats:?}").hash(&mut hasher);
    let schemes = root.get("components").and_then(|all| all.get("securitySchemes"));
    for node in [root.get("jsonSchemaDialect"), root.get("securityDefinitions"), schemes] {
        node.and_then(|node| serde_json::to_string(node).ok()).hash(&mut hasher);
    }
    hasher.finish()
}

/// Marks nodes, and what they stand in.
fn touch(node: &Node, nodes: &Ids, touched: &mut Ids) -> bool {
    let mut found = nodes.contains_key(&id(node));
    for item in node.items().unwrap_or_default() {
        found |= touch(item, nodes, touched);
    }
    for (_, child) in node.fields().unwrap_or_default() {
        found |= touch(child, nodes, touched);
    }
    if found {
        touched.insert(id(node), ());
    }
    found
}

impl<'r> Findings<'_, 'r> {
    fn of_rules_again(
        &mut self,
        rules: &[&'r Rule],
        resolved: bool,
        memory: &mut Memory<Vec<Found>>,
    ) -> Result<(), Lost> {
        let Plan { paths, askers } = Plan::new(rules, resolved, &self.run.formats);
        if paths.iter().any(JsonPath::minds_the_way) {
            return Err(Lost);
        }
        let graph = self.run.graph;
        let mut calls: FastMap<u64, Option<Call>> = FastMap::default();
        let mut told: HashSet<u64> = HashSet::new();
        let mut all: Vec<Diagnostic> = Vec::new();
        let mut on = |hit: Hit<'_, 'r>| {
            let mut found: Vec<Found> = Vec::new();
            for (asker, rule) in askers[hit.path].iter().enumerate() {
                let mut hasher = DefaultHasher::new();
                called_of(rule, asker, &hit).hash(&mut hasher);
                let key = hasher.finish();
                if let Some(call) = calls.get(&key) {
                    if let Some(call) = call {
                        graph.trail.add(&call.0);
                        found.extend(call.1.clone());
                    }
                    continue;
                }
                let outer = graph.trail.take();
                let before = self.diagnostics.len();
                self.of_rule(rule, &hit);
                let said = self.diagnostics.split_off(before);
                let mut met = graph.trail.take();
                met.tidy();
                graph.trail.add(&outer);
                graph.trail.add(&met);
                let said = (!said.is_empty()).then(|| Found { call: key, diagnostics: said.into() });
                found.extend(said.clone());
                let trivial = met.is_empty() && said.is_none();
                calls.insert(key, (!trivial).then(|| Rc::new((met, said))));
            }
            (!found.is_empty()).then_some(found)
        };
        let mut emit = |found: &Vec<Found>| {
            for one in found {
                if told.insert(one.call) {
                    all.extend(one.diagnostics.iter().cloned());
                }
            }
        };
        Again::new(Walk::new(graph, resolved, &paths), memory, &mut on, &mut emit).run()?;
        for mut one in all {
            let path: Vec<Segment<'_>> = one.path.iter().map(|step| Segment::Key(step)).collect();
            let (start, end) = graph.range(0, &path);
            let position = |(line, character)| Position { line, character };
            one.range = Range { start: position(start), end: position(end) };
            self.diagnostics.push(one);
        }
        Ok(())
    }
}
