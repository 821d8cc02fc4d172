//! Names for paths: `#OperationObject.responses`.

use std::{collections::BTreeMap, sync::Arc};

use crate::format::Format;

/// Paths that one expression may stand for.
const MOST: usize = 4096;
const DEEPEST: usize = 32;

/// The names of a ruleset, then those of the rulesets it extends.
#[derive(Debug, Default)]
pub(crate) struct Aliases {
    pub(crate) own: BTreeMap<String, Alias>,
    pub(crate) extended: Vec<Arc<Aliases>>,
}

/// What a name stands for, by the format of the document.
#[derive(Debug)]
pub(crate) enum Alias {
    Always(Vec<String>),
    ByFormat(Vec<(Vec<Format>, Vec<String>)>),
}

impl Aliases {
    /// The paths an expression stands for.
    ///
    /// # Errors
    /// A name that is not there, or that stands for itself.
    pub(crate) fn resolve(&self, expression: &str, formats: &[Format]) -> Result<Vec<String>, String> {
        let mut paths = Vec::new();
        self.add(expression, formats, &mut Vec::new(), &mut paths)?;
        Ok(paths)
    }

    fn add(
        &self,
        expression: &str,
        formats: &[Format],
        within: &mut Vec<String>,
        paths: &mut Vec<String>,
    ) -> Result<(), String> {
        let Some(rest) = expression.strip_prefix('#') else {
            if paths.len() >= MOST {
                return Err(format!("the aliases of a rule stand for more than {MOST} paths"));
            }
            paths.push(expression.to_owned());
            return Ok(());
        };
        let end =
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        if within.iter().any(|outer| outer == name) || within.len() > DEEPEST {
            return Err(format!("the alias `{name}` stands for itself: {} -> {name}", within.join(" -> ")));
        }
        let alias = self.find(name).ok_or_else(|| format!("the alias `{name}` does not exist"))?;
        within.push(name.to_owned());
        for path in alias.paths(formats) {
            self.add(&format!("{path}{rest}"), formats, within, paths)?;
        }
        within.pop();
        Ok(())
    }

    fn find(&self, name: &str) -> Option<&Alias> {
        self.own.get(name).or_else(|| self.extended.iter().find_map(|aliases| aliases.find(name)))
    }
}

impl Alias {
    fn paths(&self, formats: &[Format]) -> &[String] {
        match self {
            Alias::Always(paths) => paths,
            Alias::ByFormat(targets) => {
                let fits = |of: &[Format]| of.iter().any(|format| formats.contains(format));
                targets.iter().rev().find(|(of, _)| fits(of)).map_or(&[], |(_, paths)| paths)
            }
        }
    }
}
