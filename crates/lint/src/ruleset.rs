//! Rulesets in the format of Spectral: which rules there are, which are on, and how severe each is.

mod alias;
mod build;
mod definition;
mod glob;

use std::{fmt, sync::Arc};

use model::Place;

pub(crate) use self::alias::Aliases;
use self::{
    build::Built,
    definition::{Definition, Reader},
};
use crate::{format::Format, function::Function, jsonpath::JsonPath, library::Loader};

/// How severe a finding is, as editors count: 0 is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

/// Rules to check a document by.
#[derive(Clone, Debug)]
pub struct Ruleset {
    definition: Arc<Definition>,
    built: Built,
    /// Rules that are not run, and why: they call functions written in JavaScript.
    skipped: Vec<Fault>,
}

/// What is wrong with a ruleset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub place: Place,
}

/// A rule, with what extending and overriding made of it.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) message: Option<String>,
    /// `None` is off.
    pub(crate) severity: Option<Severity>,
    pub(crate) recommended: bool,
    pub(crate) enabled: bool,
    pub(crate) formats: Option<Vec<Format>>,
    pub(crate) resolved: bool,
    pub(crate) given: Vec<String>,
    pub(crate) then: Vec<Arc<Then>>,
    pub(crate) documentation_url: Option<String>,
    pub(crate) aliases: Arc<Aliases>,
    /// Severities of places: a pointer such as `#/paths/~1orders`, and what holds below it.
    pub(crate) places: Vec<(String, Option<Severity>)>,
}

/// What a rule does with what it is given.
#[derive(Debug)]
pub(crate) struct Then {
    pub(crate) field: Option<Field>,
    pub(crate) function: Function,
}

/// Which part of what is given is meant.
#[derive(Debug)]
pub(crate) enum Field {
    /// Each name (`@key`).
    Key,
    Path(JsonPath),
    /// `info.contact`, as it is written and by its steps.
    Name(String, Vec<String>),
}

impl Ruleset {
    /// The rules for OpenAPI and AsyncAPI that are recommended: `extends: [spectral:oas, spectral:asyncapi]`.
    pub fn recommended() -> Ruleset {
        let text = "extends: [spectral:oas, spectral:asyncapi]\n";
        Ruleset::read(text, "recommended", &|_| Err("nothing else is read".to_owned()))
            .expect("the rules that ship are valid")
    }

    /// Reads a ruleset in YAML or JSON; `name` is its file, against which those it extends and its overrides are resolved.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str, name: &str, loader: Loader<'_>) -> Result<Ruleset, Vec<Fault>> {
        let mut reader = Reader::new(loader);
        let definition = reader.read(text, name);
        let Reader { faults, skipped, .. } = reader;
        let definition = match definition {
            Some(definition) if faults.is_empty() => definition,
            _ => return Err(faults),
        };
        let built = Built::of(&definition)?;
        Ok(Ruleset { definition, built, skipped })
    }

    /// The rules that cannot be run, and why.
    pub fn skipped(&self) -> &[Fault] {
        &self.skipped
    }

    /// The name, description and documentation of every rule that is on, for reports that list them.
    pub fn rules(&self) -> impl Iterator<Item = (&str, Option<&str>, Option<&str>)> {
        self.built
            .rules
            .iter()
            .filter(|rule| rule.enabled)
            .map(|rule| (rule.name.as_str(), rule.description.as_deref(), rule.documentation_url.as_deref()))
    }

    pub(crate) fn all(&self) -> &[Rule] {
        &self.built.rules
    }

    pub(crate) fn formats(&self) -> &[Format] {
        &self.built.formats
    }

    /// What becomes of the parser's complaints: keys that are no strings, keys that stand twice.
    pub(crate) fn incompatible_values(&self) -> Option<Severity> {
        self.definition.incompatible_values
    }

    pub(crate) fn duplicate_keys(&self) -> Option<Severity> {
        self.definition.duplicate_keys
    }

    /// This ruleset with the overrides that are meant for a document.
    pub(crate) fn for_document(&self, document: &str) -> Ruleset {
        if self.definition.overrides.is_empty() {
            return self.clone();
        }
        let built = Built::overridden(&self.definition, document);
        // Overrides were checked when the ruleset was read.
        Ruleset { built: built.unwrap_or_else(|_| self.built.clone()), ..self.clone() }
    }
}

impl Severity {
    /// `error`, `warn`, `info`, `hint`, or a number from 0 to 3; `Some(None)` for `off` and -1.
    pub(crate) fn named(text: &str) -> Option<Option<Severity>> {
        Some(match text {
            "error" | "0" => Some(Severity::Error),
            "warn" | "1" => Some(Severity::Warning),
            "info" | "2" => Some(Severity::Information),
            "hint" | "3" => Some(Severity::Hint),
            "off" | "-1" => None,
            _ => return None,
        })
    }

    /// As Spectral prints it: 0 to 3.
    pub fn number(self) -> u8 {
        match self {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Information => 2,
            Severity::Hint => 3,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        })
    }
}

/// `rules.yaml:3:5: the rule …`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.place.file, self.place.line, self.place.column, self.message)
    }
}
