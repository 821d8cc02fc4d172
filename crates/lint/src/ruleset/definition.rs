//! From the text of a ruleset to its parts, with everything that is wrong on the way.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    Place,
    tree::{self, Key, Node, TreeLimits},
};

use super::{
    Fault, Field, Severity, Then,
    alias::{Alias, Aliases},
};
use crate::{
    asyncapi,
    format::Format,
    function::{Function, Unknown},
    jsonpath::JsonPath,
    library::{self, Loader},
    oas,
};

/// Rulesets that one may extend, directly and through others.
const MOST_RULESETS: usize = 64;
/// How APIs should be, for those who have no style of their own yet.
const STYLE: &str = "pailou:api-style";

/// A ruleset as it is written.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) extends: Vec<Extension>,
    pub(crate) rules: Vec<(String, Entry)>,
    pub(crate) aliases: Arc<Aliases>,
    pub(crate) formats: Option<Vec<Format>>,
    pub(crate) documentation_url: Option<String>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) incompatible_values: Option<Severity>,
    pub(crate) duplicate_keys: Option<Severity>,
}

#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) definition: Arc<Definition>,
    pub(crate) which: Which,
    /// `[ruleset, all]` rather than `ruleset`.
    pub(crate) explicit: bool,
}

/// Which rules of an extended ruleset are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Recommended,
    Off,
}

/// What a ruleset says about a rule.
#[derive(Debug)]
pub(crate) enum Entry {
    Enabled(bool),
    Severity(Option<Severity>),
    Rule(Box<Written>, Place),
}

/// A rule, or the fields of one that are to be replaced.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) description: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) severity: Option<Option<Severity>>,
    pub(crate) recommended: Option<bool>,
    pub(crate) formats: Option<Vec<Format>>,
    pub(crate) resolved: Option<bool>,
    pub(crate) given: Option<Vec<String>>,
    pub(crate) then: Option<Vec<Arc<Then>>>,
    pub(crate) documentation_url: Option<String>,
}

/// Rules for some files, or for some places of them.
#[derive(Debug)]
pub(crate) struct Override {
    /// Patterns with the pointer after their `#`, where there is one.
    pub(crate) files: Vec<(String, Option<String>)>,
    pub(crate) definition: Arc<Definition>,
}

/// Reads rulesets and those they extend.
pub(crate) struct Reader<'l> {
    loader: Loader<'l>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) skipped: Vec<Fault>,
    known: BTreeMap<String, Arc<Definition>>,
    /// The rulesets being read, the outermost first.
    within: Vec<String>,
    /// Functions in JavaScript that the ruleset being read declares.
    scripts: Vec<String>,
}

impl<'l> Reader<'l> {
    pub(crate) fn new(loader: Loader<'l>) -> Reader<'l> {
        let (faults, skipped, known) = (Vec::new(), Vec::new(), BTreeMap::new());
        Reader { loader, faults, skipped, known, within: Vec::new(), scripts: Vec::new() }
    }

    /// Reads a text; `None` and at least one fault where it is no ruleset.
    pub(crate) fn read(&mut self, text: &str, name: &str) -> Option<Arc<Definition>> {
        let documents = match tree::parse(text, name, TreeLimits::default()) {
            Ok(documents) => documents,
            Err(finding) => {
                let place = finding.place.unwrap_or(Place { file: name.into(), line: 1, column: 1 });
                self.faults.push(Fault { message: finding.message, place });
                return None;
            }
        };
        let start = Place { file: name.into(), line: 1, column: 1 };
        let Some(root) =
            documents.first().map(|document| &document.root).filter(|root| root.fields().is_some())
        else {
            let message = "a ruleset is expected: a mapping with `extends` or `rules`".to_owned();
            self.faults.push(Fault { message, place: start });
            return None;
        };
        if !["extends", "rules", "overrides"].iter().any(|field| root.get(field).is_some()) {
            let message = "a ruleset has `extends`, `rules` or `overrides`".to_owned();
            self.faults.push(Fault { message, place: start });
            return None;
        }
        self.within.push(name.to_owned());
        let scripts = std::mem::take(&mut self.scripts);
        let definition = Arc::new(self.definition(root, name, false));
        self.scripts = scripts;
        self.within.pop();
        Some(definition)
    }

    fn definition(&mut self, root: &Node, name: &str, of_override: bool) -> Definition {
        let mut extends = Vec::new();
        let mut own = BTreeMap::new();
        let (mut rules, mut overrides, mut formats, mut documentation_url) =
            (Vec::new(), Vec::new(), None, None);
        let (mut incompatible_values, mut duplicate_keys) = (Some(Severity::Error), Some(Severity::Error));
        // The functions are known before the rules that call them.
        for (key, node) in root.fields().unwrap_or_default() {
            match &*key.text {
                "functions" => {
                    let names = node.items().unwrap_or_default().iter();
                    let names =
                        names.filter_map(|one| one.items().and_then(<[Node]>::first).unwrap_or(one).as_str());
                    self.scripts.extend(names.map(str::to_owned));
                }
                "extends" => extends = self.extends(node, name),
                _ => {}
            }
        }
        for (key, node) in root.fields().unwrap_or_default() {
            let (has_shape, shape) = match &*key.text {
                "rules" | "aliases" | "except" | "parserOptions" => (node.fields().is_some(), "a mapping"),
                "overrides" | "formats" | "functions" => (node.items().is_some(), "a list"),
                _ => (true, ""),
            };
            // What is empty says nothing.
            if !has_shape && !matches!(node.content, tree::Content::Null) {
                let message = format!("`{}` is {}; {shape} is expected", key.text, node.kind());
                self.fault_at(name, node, message);
                continue;
            }
            match &*key.text {
                "extends" | "functions" | "functionsDir" | "description" => {}
                "rules" => rules = self.rules(node, name),
                "aliases" => own = self.aliases(node, name),
                "formats" => formats = Some(self.formats(node, name)),
                "documentationUrl" => documentation_url = self.text(node, name, key),
                "overrides" if !of_override => overrides = self.overrides(node, name),
                "except" if !of_override => overrides.extend(self.except(node, name)),
                "files" if of_override => {}
                "parserOptions" => {
                    for (option, value) in node.fields().unwrap_or_default() {
                        let Some(severity) = self.severity(value, name, option) else { continue };
                        match &*option.text {
                            "incompatibleValues" => incompatible_values = severity,
                            "duplicateKeys" => duplicate_keys = severity,
                            other => self.fault(name, option, format!("`parserOptions` has no `{other}`")),
                        }
                    }
                }
                other if other.starts_with("x-") => {}
                other => self.fault(name, key, format!("a ruleset has no field `{other}`")),
            }
        }
        let extended = extends.iter().map(|one| Arc::clone(&one.definition.aliases)).collect();
        Definition {
            name: name.to_owned(),
            extends,
            rules,
            aliases: Arc::new(Aliases { own, extended }),
            formats,
            documentation_url,
            overrides,
            incompatible_values,
            duplicate_keys,
        }
    }

    fn extends(&mut self, node: &Node, name: &str) -> Vec<Extension> {
        let single = std::slice::from_ref(node);
        let list = node.items().unwrap_or(single);
        let mut extends = Vec::new();
        for one in list {
            let (target, which, explicit) = match one.items() {
                Some([target, which]) => {
                    let which = match which.as_str() {
                        Some("all") => Which::All,
                        Some("recommended") => Which::Recommended,
                        Some("off") => Which::Off,
                        _ => {
                            self.fault_at(name, which, "expected `all`, `recommended` or `off`".to_owned());
                            continue;
                        }
                    };
                    (target, which, true)
                }
                Some(_) => {
                    self.fault_at(name, one, "expected `[ruleset, all]`".to_owned());
                    continue;
                }
                None => (one, Which::Recommended, false),
            };
            let Some(target_name) = target.as_str() else {
                self.fault_at(
                    name,
                    target,
                    format!("`extends` is {}; the name of a ruleset is expected", target.kind()),
                );
                continue;
            };
            if let Some(definition) = self.extended(target_name, target, name) {
                extends.push(Extension { definition, which, explicit });
            }
        }
        extends
    }

    fn extended(&mut self, target: &str, node: &Node, name: &str) -> Option<Arc<Definition>> {
        let resolved = match target {
            "spectral:oas" | "spectral:asyncapi" | STYLE => target.to_owned(),
            "spectral:arazzo" => {
                let message = format!(
                    "`{target}` is not supported yet: `spectral:oas`, `spectral:asyncapi` and `{STYLE}` are"
                );
                self.fault_at(name, node, message);
                return None;
            }
            target if target.starts_with("spectral:") || target.starts_with("pailou:") => {
                let message = format!(
                    "there is no ruleset `{target}`: `spectral:oas`, `spectral:asyncapi` and `{STYLE}` ship"
                );
                self.fault_at(name, node, message);
                return None;
            }
            target if target.contains("://") => {
                self.fault_at(
                    name,
                    node,
                    format!("`{target}` is not fetched: keep a copy beside the ruleset"),
                );
                return None;
            }
            target if [".js", ".mjs", ".cjs", ".ts"].iter().any(|end| target.ends_with(end)) => {
                self.fault_at(
                    name,
                    node,
                    format!("`{target}` is JavaScript: rulesets are YAML or JSON here"),
                );
                return None;
            }
            target => library::join(name, target),
        };
        if let Some(known) = self.known.get(&resolved) {
            return Some(Arc::clone(known));
        }
        if self.within.contains(&resolved) {
            // A circle: what is being read will be there.
            return None;
        }
        if self.known.len() + self.within.len() >= MOST_RULESETS {
            self.fault_at(name, node, format!("more than {MOST_RULESETS} rulesets are extended"));
            return None;
        }
        let text = match resolved.as_str() {
            "spectral:oas" => oas::RULESET.to_owned(),
            "spectral:asyncapi" => asyncapi::RULESET.to_owned(),
            STYLE => include_str!("../style.yaml").to_owned(),
            _ => match (self.loader)(&resolved) {
                Ok(text) => text,
                Err(reason) => {
                    self.fault_at(name, node, format!("the ruleset `{target}` cannot be read: {reason}"));
                    return None;
                }
            },
        };
        let definition = self.read(&text, &resolved)?;
        self.known.insert(resolved, Arc::clone(&definition));
        Some(definition)
    }

    fn rules(&mut self, node: &Node, name: &str) -> Vec<(String, Entry)> {
        let mut rules = Vec::new();
        for (key, node) in node.fields().unwrap_or_default() {
            let entry = if let Some(enabled) = node.as_bool() {
                Entry::Enabled(enabled)
            } else if node.fields().is_some() {
                let place = Place { file: name.into(), line: key.line, column: key.column };
                match self.rule(node, name, key) {
                    Some(written) => Entry::Rule(Box::new(written), place),
                    None => continue,
                }
            } else {
                let Some(severity) = self.severity(node, name, key) else { continue };
                Entry::Severity(severity)
            };
            rules.push((key.text.to_string(), entry));
        }
        rules
    }

    /// `None` where it is left out: it calls JavaScript, or is wrong.
    fn rule(&mut self, node: &Node, name: &str, rule: &Key) -> Option<Written> {
        let mut written = Written::default();
        let mut whole = true;
        for (key, value) in node.fields().unwrap_or_default() {
            match &*key.text {
                "description" => written.description = self.text(value, name, key),
                "message" => written.message = self.text(value, name, key),
                "documentationUrl" => written.documentation_url = self.text(value, name, key),
                "severity" => written.severity = self.severity(value, name, key),
                "recommended" => written.recommended = self.boolean(value, name, key),
                "resolved" => written.resolved = self.boolean(value, name, key),
                "formats" => written.formats = Some(self.formats(value, name)),
                "given" => written.given = Some(self.texts(value, name, key)),
                "then" => match self.thens(value, name, rule) {
                    Some(then) => written.then = Some(then),
                    None => whole = false,
                },
                "type" | "tags" | "enabled" | "extensions" => {}
                other if other.starts_with("x-") => {}
                other => {
                    self.fault(name, key, format!("the rule `{}` has an unknown field `{other}`", rule.text))
                }
            }
        }
        whole.then_some(written)
    }

    fn thens(&mut self, node: &Node, name: &str, rule: &Key) -> Option<Vec<Arc<Then>>> {
        let single = std::slice::from_ref(node);
        let mut thens = Vec::new();
        for then in node.items().unwrap_or(single) {
            thens.push(Arc::new(self.then(then, name, rule)?));
        }
        Some(thens)
    }

    fn then(&mut self, node: &Node, name: &str, rule: &Key) -> Option<Then> {
        let at = node.get("function").unwrap_or(node);
        let Some(function) = node.get("function").and_then(Node::as_str) else {
            self.fault_at(name, at, format!("the rule `{}` names no function", rule.text));
            return None;
        };
        let field = match node.get("field").and_then(Node::scalar_text) {
            None => None,
            Some(field) if field == "@key" => Some(Field::Key),
            Some(field) if field.starts_with('$') => match JsonPath::parse(&field) {
                Ok(path) => Some(Field::Path(path)),
                Err(fault) => {
                    self.fault_at(name, at, format!("the rule `{}`: {fault}", rule.text));
                    return None;
                }
            },
            Some(field) => {
                let steps = field.replace('[', ".").replace(['\'', '"', ']'], "");
                let steps = steps.split('.').filter(|step| !step.is_empty()).map(str::to_owned);
                Some(Field::Name(field.to_string(), steps.collect()))
            }
        };
        match Function::build(function, node.get("functionOptions")) {
            Ok(function) => Some(Then { field, function }),
            Err(Unknown::Function) if self.scripts.iter().any(|script| script == function) => {
                let message = format!(
                    "the rule `{}` is not run: its function `{function}` is JavaScript, which is not supported",
                    rule.text
                );
                let place = Place { file: name.into(), line: rule.line, column: rule.column };
                self.skipped.push(Fault { message, place });
                None
            }
            Err(Unknown::Function) => {
                self.fault_at(
                    name,
                    at,
                    format!("the rule `{}`: there is no function `{function}`", rule.text),
                );
                None
            }
            Err(Unknown::Option(message)) => {
                self.fault_at(name, at, format!("the rule `{}`: {message}", rule.text));
                None
            }
        }
    }

    fn aliases(&mut self, node: &Node, name: &str) -> BTreeMap<String, Alias> {
        let mut aliases = BTreeMap::new();
        for (key, value) in node.fields().unwrap_or_default() {
            let alias = match value.get("targets").and_then(Node::items) {
                Some(targets) => Alias::ByFormat(
                    targets
                        .iter()
                        .map(|target| {
                            let formats = target.get("formats").map(|node| self.formats(node, name));
                            let given = target.get("given").map(|node| self.texts(node, name, key));
                            (formats.unwrap_or_default(), given.unwrap_or_default())
                        })
                        .collect(),
                ),
                None => Alias::Always(self.texts(value, name, key)),
            };
            aliases.insert(key.text.to_string(), alias);
        }
        aliases
    }

    fn overrides(&mut self, node: &Node, name: &str) -> Vec<Override> {
        let mut overrides = Vec::new();
        for one in node.items().unwrap_or_default() {
            let files = one.get("files").and_then(Node::items).unwrap_or_default();
            let files: Vec<_> = files
                .iter()
                .filter_map(Node::as_str)
                .map(|pattern| match pattern.split_once('#') {
                    Some((pattern, pointer)) => (pattern.to_owned(), Some(format!("#{pointer}"))),
                    None => (pattern.to_owned(), None),
                })
                .collect();
            if files.is_empty() {
                self.fault_at(name, one, "an override names no `files`".to_owned());
                continue;
            }
            let definition = self.definition(one, name, true);
            let places = files.iter().any(|(_, pointer)| pointer.is_some());
            let written = definition.rules.iter().any(|(_, entry)| !matches!(entry, Entry::Severity(_)));
            if places && written {
                let message = "an override of places (`file#/pointer`) may only set severities".to_owned();
                self.fault_at(name, one, message);
                continue;
            }
            overrides.push(Override { files, definition: Arc::new(definition) });
        }
        overrides
    }

    /// The older form of overrides that turn rules off.
    fn except(&mut self, node: &Node, name: &str) -> Vec<Override> {
        let mut overrides = Vec::new();
        for (key, value) in node.fields().unwrap_or_default() {
            let (pattern, pointer) = match key.text.split_once('#') {
                Some(("", pointer)) => ("**".to_owned(), Some(format!("#{pointer}"))),
                Some((pattern, pointer)) => (pattern.to_owned(), Some(format!("#{pointer}"))),
                None => (key.text.to_string(), None),
            };
            let rules = self.texts(value, name, key).into_iter().map(|rule| (rule, Entry::Severity(None)));
            overrides.push(Override {
                files: vec![(pattern, pointer)],
                definition: Arc::new(Definition {
                    name: name.to_owned(),
                    extends: Vec::new(),
                    rules: rules.collect(),
                    aliases: Arc::default(),
                    formats: None,
                    documentation_url: None,
                    overrides: Vec::new(),
                    incompatible_values: Some(Severity::Error),
                    duplicate_keys: Some(Severity::Error),
                }),
            });
        }
        overrides
    }

    fn formats(&mut self, node: &Node, name: &str) -> Vec<Format> {
        let mut formats = Vec::new();
        for one in node.items().unwrap_or_default() {
            let text = one.as_str().unwrap_or_default();
            match Format::named(text) {
                Some(format) if formats.contains(&format) => {}
                Some(format) => formats.push(format),
                None => self.fault_at(name, one, format!("there is no format `{text}`")),
            }
        }
        formats
    }

    fn severity(&mut self, node: &Node, name: &str, key: &Key) -> Option<Option<Severity>> {
        let severity = node.scalar_text().as_deref().and_then(Severity::named);
        if severity.is_none() {
            let message = format!("`{}`: expected `error`, `warn`, `info`, `hint` or `off`", key.text);
            self.fault(name, key, message);
        }
        severity
    }

    fn text(&mut self, node: &Node, name: &str, key: &Key) -> Option<String> {
        let text = node.as_str().map(str::to_owned);
        if text.is_none() {
            self.fault(name, key, format!("`{}` is {}; text is expected", key.text, node.kind()));
        }
        text
    }

    fn texts(&mut self, node: &Node, name: &str, key: &Key) -> Vec<String> {
        let single = std::slice::from_ref(node);
        node.items().unwrap_or(single).iter().filter_map(|one| self.text(one, name, key)).collect()
    }

    fn boolean(&mut self, node: &Node, name: &str, key: &Key) -> Option<bool> {
        let value = node.as_bool();
        if value.is_none() {
            self.fault(
                name,
                key,
                format!("`{}` is {}; `true` or `false` is expected", key.text, node.kind()),
            );
        }
        value
    }

    fn fault(&mut self, name: &str, key: &Key, message: String) {
        self.faults
            .push(Fault { message, place: Place { file: name.into(), line: key.line, column: key.column } });
    }

    fn fault_at(&mut self, name: &str, node: &Node, message: String) {
        let place = Place { file: name.into(), line: node.line, column: node.column };
        self.faults.push(Fault { message, place });
    }
}
