//! JSONPath as rulesets write it: `$.paths[*][get,put]`, `$..[?(@.type == 'array')]`, `$.tags[*].name~`.

mod script;
mod select;
mod value;
mod walk;

pub(crate) use select::select;
pub(crate) use walk::{Again, Hit, Lost, Memory, Walk, Zone};

use self::script::Expression;

/// Expressions longer than this are not read.
const LONGEST: usize = 4096;
/// Steps of one path.
const MOST_STEPS: usize = 64;

/// A path, ready to run.
#[derive(Debug)]
pub(crate) struct JsonPath {
    pub(crate) steps: Vec<Step>,
    /// How many levels above what matched (`^`).
    pub(crate) parents: usize,
    /// The name of what matched, instead of its value (`~`).
    pub(crate) keyed: bool,
    /// What follows a `^` in the middle.
    pub(crate) then: Option<Box<JsonPath>>,
}

#[derive(Debug)]
pub(crate) struct Step {
    /// At any depth (`..`).
    pub(crate) deep: bool,
    pub(crate) select: Select,
}

#[derive(Debug)]
pub(crate) enum Select {
    Names(Vec<String>),
    All,
    Filter(Expression),
    Slice(Option<i64>, Option<i64>, usize),
}

impl JsonPath {
    /// Whether what it finds below a node hangs on where that is reached, not on the node alone.
    pub(crate) fn minds_the_way(&self) -> bool {
        self.steps.iter().any(|step| matches!(&step.select, Select::Filter(filter) if filter.minds_the_way()))
    }

    /// # Errors
    /// What is not understood, and where.
    pub(crate) fn parse(text: &str) -> Result<JsonPath, String> {
        if text.len() > LONGEST {
            return Err(format!("a path is longer than {LONGEST} bytes"));
        }
        let rest =
            text.trim().strip_prefix('$').ok_or_else(|| format!("`{text}` does not begin with `$`"))?;
        let mut reader = Reader { whole: text, rest };
        let path = reader.path()?;
        match reader.rest {
            "" => Ok(path),
            rest => Err(reader.unexpected(rest)),
        }
    }
}

struct Reader<'t> {
    whole: &'t str,
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn path(&mut self) -> Result<JsonPath, String> {
        let mut path = JsonPath { steps: Vec::new(), parents: 0, keyed: false, then: None };
        while !self.rest.is_empty() {
            if self.take("^") {
                if path.keyed {
                    return Err(self.unexpected("^"));
                }
                path.parents += 1;
                continue;
            }
            if self.take("~") {
                path.keyed = true;
                path.parents = 0;
                continue;
            }
            if path.keyed {
                return Err(self.unexpected(self.rest));
            }
            if path.parents > 0 {
                path.then = Some(Box::new(self.path()?));
                break;
            }
            if path.steps.len() == MOST_STEPS {
                return Err(format!("`{}` has more than {MOST_STEPS} steps", self.whole));
            }
            path.steps.push(self.step()?);
        }
        Ok(path)
    }

    fn step(&mut self) -> Result<Step, String> {
        let deep = self.take("..");
        let dotted = deep || self.take(".");
        if self.take("[") {
            return Ok(Step { deep, select: self.bracket()? });
        }
        if !dotted {
            return Err(self.unexpected(self.rest));
        }
        let end = self.rest.find(['.', '[', '^', '~']).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        let select = match name {
            "" => return Err(self.unexpected(rest)),
            "*" => Select::All,
            name if name.starts_with('@') => {
                return Err(format!(
                    "`{name}` in `{}` is not supported: write a filter `[?(…)]`",
                    self.whole
                ));
            }
            name => Select::Names(vec![name.trim_start_matches('`').to_owned()]),
        };
        Ok(Step { deep, select })
    }

    fn bracket(&mut self) -> Result<Select, String> {
        if self.take("?(") {
            let end =
                closing(self.rest).ok_or_else(|| format!("a filter of `{}` is not closed", self.whole))?;
            let script = &self.rest[..end];
            self.rest = &self.rest[end + 1..];
            self.expect("]")?;
            let read = Expression::parse(script).map_err(|fault| format!("`{script}`: {fault}"))?;
            return Ok(Select::Filter(read));
        }
        if self.rest.starts_with('(') {
            return Err(format!("a computed index in `{}` is not supported", self.whole));
        }
        if self.take("*]") {
            return Ok(Select::All);
        }
        let mut names = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let quote = self.rest.chars().next().filter(|first| matches!(first, '\'' | '"'));
            let name = match quote {
                Some(quote) => {
                    let end = self.rest[1..].find(quote).ok_or_else(|| self.unexpected(self.rest))? + 1;
                    let name = self.rest[1..end].to_owned();
                    self.rest = &self.rest[end + 1..];
                    name
                }
                None => {
                    let end = self.rest.find([',', ']']).ok_or_else(|| self.unexpected(self.rest))?;
                    let name = self.rest[..end].trim().to_owned();
                    self.rest = &self.rest[end..];
                    if let (true, Some(slice)) = (names.is_empty(), slice(&name)) {
                        self.expect("]")?;
                        return Ok(slice);
                    }
                    name
                }
            };
            if name.is_empty() && quote.is_none() {
                return Err(self.unexpected(self.rest));
            }
            names.push(name);
            self.rest = self.rest.trim_start();
            if !self.take(",") {
                self.expect("]")?;
                return Ok(Select::Names(names));
            }
        }
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest.strip_prefix(token).map(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        self.rest = self.rest.trim_start();
        if self.take(token) { Ok(()) } else { Err(self.unexpected(self.rest)) }
    }

    fn unexpected(&self, at: &str) -> String {
        let shown: String = at.chars().take(20).collect();
        match shown.as_str() {
            "" => format!("`{}` ends too early", self.whole),
            shown => format!("`{shown}` is not expected in `{}`", self.whole),
        }
    }
}

/// `1:3`, `-2:`, `:4:2`.
fn slice(text: &str) -> Option<Select> {
    let mut parts = text.split(':');
    let mut bound = || match parts.next() {
        None | Some("") => Some(None),
        Some(number) => number.parse().ok().map(Some),
    };
    if !text.contains(':') {
        return None;
    }
    let (start, end, step) = (bound()?, bound()?, bound()?);
    Some(Select::Slice(start, end, usize::try_from(step.unwrap_or(1)).ok().filter(|step| *step > 0)?))
}

/// Where the parenthesis closes that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (_, b'\\') => escaped = true,
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') if depth == 0 => return Some(at),
            (None, b')') => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_rulesets_are_read() {
        for path in [
            "$",
            "$.info.contact",
            "$.paths[*][get,put,'x-y']",
            "$..[description,title]",
            "$..[?(@property !== 'properties' && @ && (@.example !== void 0 || @['x-example']))]",
            "$.servers[*].url",
            "$..content..[?(@ && @.schema && (@.example !== void 0 || @.examples))]",
            "$.paths.*~",
            "$..parameters[?(@.in === 'query')].name",
            "$.paths[?(!@property.match(/^\\/v[0-9]+/))]~",
            "$..enum^",
            "$..enum^.type",
            "$.tags[0:2]",
            "$..*",
            "$[\"a b\"]",
        ] {
            JsonPath::parse(path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        }
    }

    #[test]
    fn what_is_no_path_says_where() {
        for (path, says) in [
            ("paths", "does not begin with `$`"),
            ("$.a..", "ends too early"),
            ("$[?(@.a]", "is not closed"),
            ("$[a", "is not expected"),
            ("$.a~.b", "`.b` is not expected"),
            ("$[(@.length-1)]", "computed index"),
        ] {
            let fault = JsonPath::parse(path).unwrap_err();
            assert!(fault.contains(says), "{path}: {fault}");
        }
    }
}
