//! One run of a ruleset over a document.

mod again;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use model::{
    fast_hash::FastMap,
    tree::{Content, Node},
};

pub use self::again::Session;
use crate::{
    fix,
    format::Format,
    function::{Raised, Subject, one},
    graph::{Graph, Id, id},
    js,
    jsonpath::{Hit, JsonPath, Walk, Zone, select},
    library::{File, Library, Loader, Unreadable},
    message::{self, Variables},
    pointer::{self, Path, Segment},
    regex::Regexes,
    report::{Diagnostic, Position, Range, Report},
    ruleset::{Field, Rule, Ruleset, Severity, Then},
    schema::{Budget, Metas, Reading, Schemas, Unsound, explain},
};

/// What the functions of a run share.
pub(crate) struct Run<'r> {
    pub(crate) graph: &'r Graph<'r>,
    pub(crate) formats: Vec<Format>,
    pub(crate) regexes: &'r Regexes,
    pub(crate) budget: &'r Budget,
    metas: Metas<'r>,
    /// Schemas of the document by how they are read, and those of rules by themselves.
    of_document: RefCell<HashMap<Reading, Rc<Schemas<'r>>>>,
    of_rules: RefCell<HashMap<(Id, Reading), Rc<Schemas<'r>>>>,
    /// Parts of documents that have the structure they should have, by the schema of the structure.
    pub(crate) structures: RefCell<Structures>,
}

/// By a schema that ships: which of its parts which nodes obey.
pub(crate) type Structures = FastMap<Id, HashSet<(Id, Id)>>;

/// Where a function is called.
#[derive(Clone, Copy)]
pub(crate) struct Context<'c, 'r> {
    pub(crate) run: &'c Run<'r>,
    pub(crate) path: &'c [Segment<'r>],
    pub(crate) zone: Zone,
    /// Whether the rule sees references or what they lead to.
    pub(crate) resolved: bool,
}

/// Checks a document; `name` is what findings call it.
pub(crate) fn lint(text: Arc<str>, name: &str, ruleset: &Ruleset, loader: Loader<'_>) -> Report {
    let ruleset = ruleset.for_document(name);
    let file = match File::parse(name, text) {
        Ok(file) => file,
        Err(fault) => return unreadable(name, fault),
    };
    whole(&Library::load(file, loader), &ruleset)
}

/// Checks a document by all that it asks.
fn whole(library: &Library, ruleset: &Ruleset) -> Report {
    let graph = Graph::new(library);
    let (regexes, budget) = (Regexes::default(), Budget::default());
    let run = Run::new(&graph, ruleset, &regexes, &budget);
    let mut findings = Findings { run: &run, diagnostics: Vec::new() };
    let rules = findings.beside_rules(ruleset);
    for resolved in [true, false] {
        findings.of_rules(&rules, resolved);
    }
    let mut diagnostics = sorted(findings.diagnostics);
    fix::add(library, &mut diagnostics);
    Report { diagnostics, incomplete: budget.exhausted() }
}

/// What is said of a text that is no document.
fn unreadable(name: &str, fault: Unreadable) -> Report {
    let start = Position { line: fault.line.saturating_sub(1), character: fault.column.saturating_sub(1) };
    let range = Range { start, end: start };
    let diagnostic = Diagnostic {
        code: "parser".to_owned(),
        path: Vec::new(),
        message: fault.message,
        severity: Severity::Error,
        range,
        source: Arc::from(name),
        documentation_url: None,
        fix: None,
    };
    Report { diagnostics: vec![diagnostic], incomplete: false }
}

impl<'r> Run<'r> {
    fn new(graph: &'r Graph<'r>, ruleset: &Ruleset, regexes: &'r Regexes, budget: &'r Budget) -> Run<'r> {
        let root = graph.root();
        Run {
            graph,
            regexes,
            budget,
            metas: Metas::new(regexes, budget),
            of_document: RefCell::default(),
            of_rules: RefCell::default(),
            structures: RefCell::default(),
            formats: ruleset.formats().iter().copied().filter(|format| format.fits(root)).collect(),
        }
    }

    pub(crate) fn has(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }

    /// A schema that a rule brings along.
    pub(crate) fn schema(
        &self,
        subject: Subject<'r>,
        schema: &'r Node,
        reading: Reading,
        context: &Context<'_, 'r>,
    ) -> Vec<Raised<'r>> {
        let key = (id(schema), reading);
        let known = self.of_rules.borrow().get(&key).map(Rc::clone);
        let schemas = known.unwrap_or_else(|| {
            let made = Rc::new(Schemas::new(reading, None, Some(schema), self.regexes, self.budget));
            self.of_rules.borrow_mut().insert(key, Rc::clone(&made));
            made
        });
        self.check(subject, schema, &schemas, true, context)
    }

    /// A schema that stands in the document.
    pub(crate) fn schema_of_document(
        &self,
        subject: Subject<'r>,
        schema: &'r Node,
        reading: Reading,
        meta_too: bool,
        context: &Context<'_, 'r>,
    ) -> Vec<Raised<'r>> {
        self.graph.meet_deep(schema);
        let known = self.of_document.borrow().get(&reading).map(Rc::clone);
        let schemas = known.unwrap_or_else(|| {
            let made = Rc::new(Schemas::new(reading, Some(self.graph), None, self.regexes, self.budget));
            self.of_document.borrow_mut().insert(reading, Rc::clone(&made));
            made
        });
        self.check(subject, schema, &schemas, meta_too, context)
    }

    fn check(
        &self,
        subject: Subject<'r>,
        schema: &'r Node,
        schemas: &Schemas<'r>,
        meta_too: bool,
        context: &Context<'_, 'r>,
    ) -> Vec<Raised<'r>> {
        let at_subject = |message: String| vec![Raised { message, path: Some(context.path.to_vec()) }];
        let graph = context.resolved.then_some(self.graph);
        let named;
        let value: &Node = match subject {
            Subject::Undefined => return at_subject("#{{print(\"property\")}}must exist".to_owned()),
            Subject::Node(node) => node,
            Subject::Name(name) => {
                let content = Content::Text(name.to_string().into());
                named = Node { line: 0, column: 0, end: (0, 0), content };
                &named
            }
        };
        match schemas.sound(schema, &self.metas, meta_too) {
            Ok(()) => {}
            // A circle of definitions cannot be checked; what references lead nowhere is told elsewhere.
            Err(Unsound::Reference) if context.resolved => return Vec::new(),
            Err(Unsound::Reference) => return one("a reference of the schema leads nowhere"),
            Err(Unsound::Invalid(message)) => return at_subject(message),
        }
        let errors = schemas.check(schema, value, graph);
        if errors.is_empty() {
            return Vec::new();
        }
        let name = context.path.last().map(ToString::to_string);
        let explained = explain(&errors, name.as_deref(), value, graph);
        explained
            .into_iter()
            .map(|one| {
                let below =
                    subject.node().map(|node| self.below(node, &one.path, context)).unwrap_or_default();
                Raised { message: one.message, path: Some([context.path, &below].concat()) }
            })
            .collect()
    }

    /// The path of a pointer below a node, as far as it goes.
    fn below(&self, node: &'r Node, path: &str, context: &Context<'_, 'r>) -> Path<'r> {
        let mut below = Path::new();
        let mut node = node;
        for token in path.split('/').skip(1) {
            let written = if context.resolved { self.graph.resolve(node) } else { node };
            let Some((segment, child)) = pointer::step(written, &pointer::unescape(token)) else { break };
            below.push(segment);
            node = child;
        }
        below
    }
}

/// What a rule was called with: the path, which of its askers, the node, and what else its answer depends on.
type Called<'r> = (usize, usize, Id, Option<Id>, Zone, Option<Segment<'r>>);

/// The paths that rules ask for, and who asks. Rules that ask for the same paths share the walk's work.
struct Plan<'r> {
    paths: Vec<JsonPath>,
    askers: Vec<Vec<&'r Rule>>,
}

impl<'r> Plan<'r> {
    fn new(rules: &[&'r Rule], resolved: bool, formats: &[Format]) -> Plan<'r> {
        let mut plan = Plan { paths: Vec::new(), askers: Vec::new() };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for rule in rules.iter().filter(|rule| rule.resolved == resolved) {
            for given in &rule.given {
                for path in rule.aliases.resolve(given, formats).unwrap_or_default() {
                    let number = match numbers.get(&path) {
                        Some(number) => *number,
                        None => {
                            let Ok(read) = JsonPath::parse(&path) else { continue };
                            plan.paths.push(read);
                            plan.askers.push(Vec::new());
                            numbers.insert(path, plan.paths.len() - 1);
                            plan.paths.len() - 1
                        }
                    };
                    plan.askers[number].push(rule);
                }
            }
        }
        plan
    }
}

fn called_of<'r>(rule: &Rule, asker: usize, hit: &Hit<'_, 'r>) -> Called<'r> {
    let named = rule.then.iter().any(|then| then.function.names_its_subject() && then.field.is_none());
    let zoned = rule.then.iter().any(|then| then.function.minds_zones());
    let zone = if zoned { hit.zone } else { Zone::Other };
    let name = if named || hit.keyed { hit.at.last().copied() } else { None };
    (hit.path, asker, id(hit.node), hit.via, zone, name)
}

struct Findings<'f, 'r> {
    run: &'f Run<'r>,
    diagnostics: Vec<Diagnostic>,
}

impl<'r> Findings<'_, 'r> {
    /// What there is to say without rules; the rules that are for the document come back.
    fn beside_rules<'s>(&mut self, ruleset: &'s Ruleset) -> Vec<&'s Rule> {
        self.of_parser(ruleset);
        self.of_references();
        let known = ruleset.formats();
        if self.run.formats.is_empty() && !known.is_empty() {
            let names = known.iter().map(|format| format.display()).collect::<Vec<_>>().join(", ");
            let message =
                format!("The provided document does not match any of the registered formats [{names}]");
            self.plain("unrecognized-format", &[], message, Severity::Warning);
        }
        ruleset.all().iter().filter(|rule| rule.enabled && rule.is_for(&self.run.formats)).collect()
    }

    /// Keys that stand twice, and those that are no strings.
    fn of_parser(&mut self, ruleset: &Ruleset) {
        let file = &self.run.graph.library.files[0];
        if let Some(severity) = ruleset.duplicate_keys() {
            for (path, start, end) in &file.duplicates {
                let keys: Path<'_> = path.iter().map(|key| Segment::Key(key)).collect();
                let name = path.last().map(String::as_str).unwrap_or_default();
                let range = (file.position(*start), file.position(*end));
                self.push("parser", &keys, format!("Duplicate key: {name}"), severity, range, 0);
            }
        }
        let Some(severity) = ruleset.incompatible_values() else { return };
        let mut at = Path::new();
        let mut found = Vec::new();
        if file.is_json() {
            return;
        }
        incompatible_keys(&file.root, file, &mut at, &mut found);
        for (path, kind, start, end) in found {
            let message = format!("Mapping key must be a string scalar rather than {kind}");
            let (start, end) = (file.position(start), file.position(end));
            self.push("parser", &path, message, severity, (start, end), 0);
        }
    }

    fn of_references(&mut self) {
        let graph = self.run.graph;
        for broken in &graph.broken {
            let range = graph.range(broken.file, &broken.path);
            let message = broken.message.clone();
            self.push("invalid-ref", &broken.path, message, Severity::Error, range, broken.file);
        }
    }

    fn of_rules(&mut self, rules: &[&'r Rule], resolved: bool) {
        let Plan { paths, askers } = Plan::new(rules, resolved, &self.run.formats);
        let mut called: HashSet<Called<'r>> = HashSet::new();
        Walk::new(self.run.graph, resolved, &paths).run(&mut |hit| {
            for (asker, rule) in askers[hit.path].iter().enumerate() {
                if called.insert(called_of(rule, asker, &hit)) {
                    self.of_rule(rule, &hit);
                }
            }
        });
    }

    fn of_rule(&mut self, rule: &'r Rule, hit: &Hit<'_, 'r>) {
        let subject = match (hit.keyed, hit.at.last()) {
            (true, Some(name)) => Subject::Name(*name),
            (true, None) => Subject::Undefined,
            (false, _) => Subject::Node(hit.node),
        };
        for then in &rule.then {
            for (below, subject) in self.targets(then, subject, rule.resolved) {
                let path = [hit.at, &below].concat();
                let context = Context { run: self.run, path: &path, zone: hit.zone, resolved: rule.resolved };
                for raised in then.function.call(subject, &context) {
                    self.raise(rule, &path, raised);
                }
            }
        }
    }

    /// The parts of a subject that a field names.
    fn targets(&self, then: &'r Then, subject: Subject<'r>, resolved: bool) -> Vec<(Path<'r>, Subject<'r>)> {
        let graph = resolved.then_some(self.run.graph);
        let node =
            subject.node().filter(|node| matches!(node.content, Content::List(_) | Content::Mapping(_)));
        let (Some(node), Some(field)) = (node, &then.field) else { return vec![(Path::new(), subject)] };
        let get = |node: &'r Node, segment: &Segment<'_>| match graph {
            Some(graph) => graph.child(node, segment),
            None => pointer::child(node, segment),
        };
        let targets: Vec<(Path<'r>, Subject<'r>)> = match field {
            Field::Key => {
                let indexed = (0..node.items().map_or(0, <[Node]>::len)).map(Segment::Index);
                let named = node.fields().unwrap_or_default().iter().map(|(key, _)| Segment::Key(&key.text));
                indexed.chain(named).map(|name| (vec![name], Subject::Name(name))).collect()
            }
            Field::Path(path) => {
                let found = select(path, node, graph);
                found
                    .into_iter()
                    .map(|(at, node)| match (path.keyed, at.last().copied()) {
                        (true, Some(name)) => (at, Subject::Name(name)),
                        _ => (at, Subject::Node(node)),
                    })
                    .collect()
            }
            Field::Name(whole, steps) => {
                let path: Path<'r> = steps.iter().map(|step| Segment::Key(step)).collect();
                let found = get(node, &Segment::Key(whole))
                    .or_else(|| steps.iter().try_fold(node, |node, step| get(node, &Segment::Key(step))));
                vec![(path, found.map_or(Subject::Undefined, Subject::Node))]
            }
        };
        if targets.is_empty() { vec![(Path::new(), Subject::Undefined)] } else { targets }
    }

    fn raise(&mut self, rule: &'r Rule, path: &[Segment<'r>], raised: Raised<'r>) {
        let graph = self.run.graph;
        let path = raised.path.as_deref().unwrap_or(path);
        let place = graph.locate(path, rule.resolved);
        let pointer = pointer::fragment(&place.path);
        let Some(severity) = rule.severity_at(&pointer) else { return };
        let property = if place.missing.len() > place.path.len() {
            let from = place.path.len().checked_sub(1).unwrap_or(place.missing.len() - 1);
            pointer::dotted(&place.missing[from..])
        } else {
            place.path.last().map(ToString::to_string).unwrap_or_default()
        };
        let mut variables = Variables {
            property,
            error: raised.message.clone(),
            path: pointer,
            description: rule.description.as_deref(),
            value: graph.written(place.file, &place.path),
        };
        let message = match (&rule.message, &rule.description) {
            (None, Some(description)) => description.clone(),
            (template, _) => {
                let said = message::render(&raised.message, &variables);
                match template {
                    None => said,
                    Some(template) => {
                        variables.error = said;
                        message::render(template, &variables)
                    }
                }
            }
        };
        let range = graph.range(place.file, &place.path);
        self.push(&rule.name, &place.path, message.trim().to_owned(), severity, range, place.file);
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.documentation_url.clone_from(&rule.documentation_url);
        }
    }

    fn plain(&mut self, code: &str, path: &[Segment<'r>], message: String, severity: Severity) {
        let range = self.run.graph.range(0, path);
        self.push(code, path, message, severity, range, 0);
    }

    fn push(
        &mut self,
        code: &str,
        path: &[Segment<'_>],
        message: String,
        severity: Severity,
        (start, end): crate::graph::Range,
        file: usize,
    ) {
        let position = |(line, character)| Position { line, character };
        self.diagnostics.push(Diagnostic {
            code: code.to_owned(),
            path: path.iter().map(ToString::to_string).collect(),
            message,
            severity,
            range: Range { start: position(start), end: position(end) },
            source: Arc::clone(&self.run.graph.library.files[file].name),
            documentation_url: None,
            fix: None,
        });
    }
}

type At = (u32, u32);

/// Keys such as `200:` that YAML reads as numbers or booleans.
fn incompatible_keys<'r>(
    node: &'r Node,
    file: &File,
    at: &mut Path<'r>,
    found: &mut Vec<(Path<'r>, &'static str, At, At)>,
) {
    for (index, item) in node.items().unwrap_or_default().iter().enumerate() {
        at.push(Segment::Index(index));
        incompatible_keys(item, file, at, found);
        at.pop();
    }
    for (key, child) in node.fields().unwrap_or_default() {
        at.push(Segment::Key(&key.text));
        if let Some(kind) = kind_of_key(&key.text)
            && !file.is_quoted(key.line, key.column)
        {
            found.push((at.clone(), kind, (key.line, key.column), (key.line, key.end_column)));
        }
        incompatible_keys(child, file, at, found);
        at.pop();
    }
}

fn kind_of_key(text: &str) -> Option<&'static str> {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Some("boolean"),
        "" | "~" | "null" | "Null" | "NULL" => Some("null"),
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) => None,
        _ if !js::to_number(text).is_nan() && text.bytes().any(|byte| byte.is_ascii_digit()) => {
            Some("number")
        }
        _ => None,
    }
}

/// Each finding once, in the order of the text.
fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    diagnostics.retain(|one| {
        let place = if one.path.is_empty() { format!("{:?}", one.range) } else { one.path.join("\u{0}") };
        seen.insert((one.code.clone(), place, one.source.clone(), one.message.clone()))
    });
    diagnostics.sort_by(|a, b| {
        js::compare(&a.source, &b.source)
            .then_with(|| a.range.start.cmp(&b.range.start))
            .then_with(|| js::compare(&a.code, &b.code))
            .then_with(|| js::compare(&a.path.join(","), &b.path.join(",")))
    });
    diagnostics
}
