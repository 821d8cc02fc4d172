//! What extending, overriding and switching make of rulesets: the rules that are run.

use std::sync::Arc;

use super::{
    Fault, Rule, Severity,
    alias::Aliases,
    definition::{Definition, Entry, Which, Written},
    glob,
};
use crate::{format::Format, jsonpath::JsonPath};

/// A ruleset, ready to run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Built {
    pub(crate) rules: Vec<Rule>,
    pub(crate) formats: Vec<Format>,
}

impl Built {
    /// # Errors
    /// What cannot be: a rule that is changed and does not exist, a path that is not understood.
    pub(crate) fn of(definition: &Definition) -> Result<Built, Vec<Fault>> {
        let mut faults = Vec::new();
        let built = Built::make(definition, Which::Recommended, None, &mut faults);
        for one in &definition.overrides {
            // Whatever file it is for, it must fit the rules.
            let mut again = built.clone();
            again.merge(&one.definition, Which::Recommended, false, &mut faults);
            check(&again.rules, &definition.name, &mut faults);
        }
        check(&built.rules, &definition.name, &mut faults);
        faults.dedup();
        if faults.is_empty() { Ok(built) } else { Err(faults) }
    }

    /// With the overrides that are meant for a document.
    pub(crate) fn overridden(definition: &Definition, document: &str) -> Result<Built, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut built = Built::make(definition, Which::Recommended, None, &mut faults);
        let path = relative(&definition.name, document);
        for one in &definition.overrides {
            let mut whole = false;
            for (pattern, pointer) in &one.files {
                if !glob::fits(pattern, &path) {
                    continue;
                }
                match pointer {
                    None => whole = true,
                    Some(pointer) => built.place(&one.definition, pointer),
                }
            }
            if whole {
                for extension in &one.definition.extends {
                    let more = Built::make(
                        &extension.definition,
                        extension.which,
                        extension.explicit.then_some(extension.which),
                        &mut faults,
                    );
                    built.take(more);
                }
                built.merge(&one.definition, Which::Recommended, false, &mut faults);
            }
        }
        if faults.is_empty() { Ok(built) } else { Err(faults) }
    }

    /// `forced` is what was said explicitly about the ruleset: it holds for what that extends too.
    fn make(definition: &Definition, which: Which, forced: Option<Which>, faults: &mut Vec<Fault>) -> Built {
        let mut built = Built { rules: Vec::new(), formats: definition.formats.clone().unwrap_or_default() };
        for extension in &definition.extends {
            let explicit = extension.explicit.then_some(extension.which);
            let mut more = Built::make(&extension.definition, extension.which, explicit, faults);
            if let Some(which) = forced {
                for rule in &mut more.rules {
                    rule.enabled = is_on(which, rule.recommended);
                }
            }
            built.take(more);
        }
        built.merge(definition, which, forced.is_some(), faults);
        built
    }

    fn take(&mut self, more: Built) {
        for format in more.formats {
            self.format(format);
        }
        for rule in more.rules {
            match self.rules.iter_mut().find(|known| known.name == rule.name) {
                Some(known) => *known = rule,
                None => self.rules.push(rule),
            }
        }
    }

    fn format(&mut self, format: Format) {
        if !self.formats.contains(&format) {
            self.formats.push(format);
        }
    }

    /// What the ruleset itself says about rules.
    fn merge(&mut self, definition: &Definition, which: Which, explicit: bool, faults: &mut Vec<Fault>) {
        for (name, entry) in &definition.rules {
            let at = self.rules.iter().position(|rule| rule.name == *name);
            let (at, own) = match (entry, at) {
                (Entry::Rule(written, _), Some(at)) => {
                    self.rules[at].replace(written, &definition.aliases);
                    (at, false)
                }
                (Entry::Rule(written, place), None) => {
                    let (Some(given), Some(then)) = (&written.given, &written.then) else {
                        let message = format!(
                            "the rule `{name}` is new, and so needs `given` and `then` (or it changes one that is not extended)"
                        );
                        faults.push(Fault { message, place: place.clone() });
                        continue;
                    };
                    self.rules.push(Rule {
                        name: name.clone(),
                        description: written.description.clone(),
                        message: written.message.clone(),
                        severity: written.severity.unwrap_or(Some(Severity::Warning)),
                        recommended: written.recommended.unwrap_or(true),
                        enabled: true,
                        formats: written.formats.clone().or_else(|| definition.formats.clone()),
                        resolved: written.resolved.unwrap_or(true),
                        given: given.clone(),
                        then: then.clone(),
                        documentation_url: written.documentation_url.clone().or_else(|| {
                            definition.documentation_url.as_ref().map(|url| format!("{url}#{name}"))
                        }),
                        aliases: Arc::clone(&definition.aliases),
                        places: Vec::new(),
                    });
                    (self.rules.len() - 1, true)
                }
                (_, None) => {
                    let place = model::Place { file: definition.name.as_str().into(), line: 1, column: 1 };
                    let message =
                        format!("the rule `{name}` is switched, but no ruleset that is extended has it");
                    faults.push(Fault { message, place });
                    continue;
                }
                (Entry::Enabled(enabled), Some(at)) => {
                    self.rules[at].enabled = *enabled;
                    (at, false)
                }
                (Entry::Severity(severity), Some(at)) => {
                    self.rules[at].severity = *severity;
                    self.rules[at].enabled = severity.is_some();
                    (at, false)
                }
            };
            let rule = &mut self.rules[at];
            if own || explicit {
                rule.enabled = is_on(which, rule.recommended);
            }
            for format in rule.formats.clone().unwrap_or_default() {
                self.format(format);
            }
        }
    }

    /// Severities for one place of a document.
    fn place(&mut self, definition: &Definition, pointer: &str) {
        for (name, entry) in &definition.rules {
            if let (Entry::Severity(severity), Some(rule)) =
                (entry, self.rules.iter_mut().find(|rule| rule.name == *name))
            {
                rule.places.push((pointer.to_owned(), *severity));
                rule.enabled = true;
            }
        }
    }
}

impl Rule {
    fn replace(&mut self, written: &Written, aliases: &Arc<Aliases>) {
        fn set<T: Clone>(field: &mut T, with: &Option<T>) {
            if let Some(with) = with {
                field.clone_from(with);
            }
        }
        self.description = written.description.clone().or(self.description.take());
        self.message = written.message.clone().or(self.message.take());
        self.documentation_url = written.documentation_url.clone().or(self.documentation_url.take());
        self.formats = written.formats.clone().or(self.formats.take());
        set(&mut self.severity, &written.severity);
        set(&mut self.recommended, &written.recommended);
        set(&mut self.resolved, &written.resolved);
        set(&mut self.then, &written.then);
        if let Some(given) = &written.given {
            self.given.clone_from(given);
            self.aliases = Arc::clone(aliases);
        }
        self.enabled = true;
    }

    /// Whether the rule is for a document of these formats.
    pub(crate) fn is_for(&self, formats: &[Format]) -> bool {
        self.formats.as_ref().is_none_or(|of| of.iter().any(|format| formats.contains(format)))
    }

    /// The severity at a place; the longest pointer that leads to it decides.
    pub(crate) fn severity_at(&self, pointer: &str) -> Option<Severity> {
        let holds = |of: &str| {
            of == "#" || pointer.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let places = self.places.iter().filter(|(of, _)| holds(of));
        places.max_by_key(|(of, _)| of.len()).map_or(self.severity, |(_, severity)| *severity)
    }
}

fn is_on(which: Which, recommended: bool) -> bool {
    match which {
        Which::All => true,
        Which::Recommended => recommended,
        Which::Off => false,
    }
}

/// Every path must be understood, for every kind of document.
fn check(rules: &[Rule], ruleset: &str, faults: &mut Vec<Fault>) {
    let all = ["oas2", "oas3", "oas3.0", "oas3.1", "oas3.2", "asyncapi2", "asyncapi3"].map(Format::named);
    let all: Vec<Format> = all.into_iter().flatten().collect();
    for rule in rules {
        for given in &rule.given {
            let read = rule
                .aliases
                .resolve(given, &all)
                .and_then(|paths| paths.iter().try_for_each(|path| JsonPath::parse(path).map(|_| ())));
            if let Err(fault) = read {
                let place = model::Place { file: ruleset.into(), line: 1, column: 1 };
                let message = format!("the rule `{}`: {fault}", rule.name);
                if faults.iter().all(|known| known.message != message) {
                    faults.push(Fault { message, place });
                }
            }
        }
    }
}

/// A document's path as seen from the folder of the ruleset.
fn relative(ruleset: &str, document: &str) -> String {
    let folder = ruleset.rsplit_once('/').map_or("", |(folder, _)| folder);
    match document.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) {
        Some(rest) if !folder.is_empty() => rest.to_owned(),
        _ => document.trim_start_matches("./").to_owned(),
    }
}
