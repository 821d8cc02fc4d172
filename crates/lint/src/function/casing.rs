//! `casing`: camel, kebab, snake and the others.

use super::{Options, Unknown};
use crate::regex::Regex;

#[derive(Debug)]
pub(crate) struct Casing {
    pub(super) name: &'static str,
    regex: Regex,
    /// A single separator, where one may lead, is right by itself.
    alone: Option<String>,
}

/// How words begin and go on; `{d}` is where digits may stand.
const CASES: [(&str, &str); 7] = [
    ("flat", "[a-z][a-z{d}]*"),
    ("camel", "[a-z][a-z{d}]*(?:[A-Z{d}](?:[a-z{d}]+|$))*"),
    ("pascal", "[A-Z][a-z{d}]*(?:[A-Z{d}](?:[a-z{d}]+|$))*"),
    ("kebab", "[a-z][a-z{d}]*(?:-[a-z{d}]+)*"),
    ("cobol", "[A-Z][A-Z{d}]*(?:-[A-Z{d}]+)*"),
    ("snake", "[a-z][a-z{d}]*(?:_[a-z{d}]+)*"),
    ("macro", "[A-Z][A-Z{d}]*(?:_[A-Z{d}]+)*"),
];

impl Casing {
    pub(super) fn build(options: &Options<'_>) -> Result<Casing, Unknown> {
        options.only(&["type", "disallowDigits", "separator"])?;
        let names = CASES.map(|(name, _)| name).join(", ");
        let kind = options.text("type")?;
        let found = kind.and_then(|kind| CASES.into_iter().find(|(name, _)| *name == kind));
        let (name, word) = found.ok_or_else(|| options.needs("type", &names))?;
        let digits = options.get("disallowDigits").and_then(model::tree::Node::as_bool) != Some(true);
        let word = word.replace("{d}", if digits { "0-9" } else { "" });
        let separator = options.get("separator");
        let character = separator.and_then(|separator| separator.get("char")?.as_str());
        let leading = separator.and_then(|separator| separator.get("allowLeading")?.as_bool()) == Some(true);
        if separator.is_some() && character.is_none_or(|character| character.chars().count() > 1) {
            return Err(options.needs("separator.char", "one character"));
        }
        let pattern = match character {
            None => format!("^{word}$"),
            Some(character) => {
                let between = format!("[{}]", escape(character));
                let first = if leading { format!("{between}?") } else { String::new() };
                format!("^{first}{word}(?:{between}{word})*$")
            }
        };
        let regex = Regex::new(&pattern, "").map_err(|_| options.needs("separator.char", "one character"))?;
        Ok(Casing { name, regex, alone: character.filter(|_| leading).map(str::to_owned) })
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        self.alone.as_deref() == Some(text) || self.regex.test(text) != Some(false)
    }
}

fn escape(character: &str) -> String {
    if character.chars().all(char::is_alphanumeric) { character.to_owned() } else { format!("\\{character}") }
}
