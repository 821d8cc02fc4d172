//! Regular expressions that users write: anchored, and bounded when they are read.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};

/// The longest pattern, in bytes.
const LONGEST: usize = 1024;
/// How much memory a compiled pattern may take, and the cache of one that runs, in bytes.
const LARGEST: usize = 256 << 10;

/// A regular expression that a whole text must match.
///
/// Matching takes time linear in the text. `.` and the classes are those of ASCII; `(?i)` ignores the case.
pub struct Pattern {
    regex: Regex,
    text: Box<str>,
}

impl Pattern {
    /// Reads a pattern. `^` and `$` around it change nothing.
    ///
    /// # Errors
    /// What is wrong with it, or that it is too large.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        if text.len() > LONGEST {
            return Err(format!("a pattern may be {LONGEST} bytes long, this one has {}", text.len()));
        }
        let build = |text: &str| {
            RegexBuilder::new(text).unicode(false).size_limit(LARGEST).dfa_size_limit(LARGEST).build()
        };
        // By itself first: what is no pattern must not become one by what is put around it.
        let anchored = build(text).and_then(|_| build(&format!("^(?:{text})$")));
        let regex = anchored.map_err(|e| format!("`{text}` is no pattern: {}", last_line(&e)))?;
        Ok(Pattern { regex, text: text.into() })
    }

    /// Whether the whole of a text matches.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.regex.is_match(text)
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

/// The line of an error that says what is wrong; those before it draw where.
pub(crate) fn last_line(error: &impl ToString) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_must_match() {
        let pattern = Pattern::parse("/users/[0-9]+|/me").unwrap();
        for (text, matches) in [
            ("/users/7", true),
            ("/me", true),
            ("/users/7/x", false),
            ("x/users/7", false),
            ("/me/", false),
            ("/me\n", false),
        ] {
            assert_eq!(pattern.matches(text.as_bytes()), matches, "{text:?}");
        }
        assert!(Pattern::parse("^a$").unwrap().matches(b"a"));
        assert!(Pattern::parse("(?i)abc").unwrap().matches(b"aBC"));
        assert!(Pattern::parse("a[^b]c").unwrap().matches(b"a\xffc"));
    }

    #[test]
    fn what_is_no_pattern_or_too_large_is_refused() {
        for text in ["(", ")|(", "a)(?:b", "[", "*", "(a{1000}){1000}", "\\"] {
            let error = Pattern::parse(text).unwrap_err();
            assert!(error.contains("is no pattern"), "{error}");
        }
        assert!(Pattern::parse(&"a".repeat(LONGEST + 1)).unwrap_err().contains("1024 bytes"));
    }
}
