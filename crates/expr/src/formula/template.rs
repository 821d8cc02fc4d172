//! Texts with formulas in them: `Hello ${caller.name}`.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Formula, Needs, Side, Stop, View};

/// What a value may be as it stands within a segment of a path or a parameter of a query (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What cannot stand in a URL, even where it was encoded once.
const NEVER_IN_URL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// Formulas one text may have.
const MOST_FORMULAS: usize = 64;

/// A text with formulas in it, in its running form. `$${` is written for `${` itself.
pub struct Template {
    parts: Vec<Part>,
}

enum Part {
    Text(Box<str>),
    Formula(Formula),
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with a formula in it, or a `${` without its `}`.
    pub fn parse(text: &str, side: Side) -> Result<Template, String> {
        let mut parts = Vec::new();
        let (mut plain, mut rest) = (String::new(), text);
        while let Some(at) = rest.find("${") {
            if rest[..at].ends_with('$') {
                plain.push_str(&rest[..at]);
                plain.push('{');
                rest = &rest[at + 2..];
                continue;
            }
            plain.push_str(&rest[..at]);
            let formula = &rest[at + 2..];
            let end = end_of(formula).ok_or("a `${` has no `}`; write `$${` for the text itself")?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain).into()));
            }
            parts.push(Part::Formula(Formula::parse(formula[..end].trim(), side)?));
            if parts.len() > MOST_FORMULAS * 2 {
                return Err(format!("a text may have {MOST_FORMULAS} formulas"));
            }
            rest = &formula[end + 1..];
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain.into()));
        }
        Ok(Template { parts })
    }

    /// The text where there are no formulas in it.
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub fn needs(&self) -> Needs {
        self.parts.iter().fold(Needs::default(), |needs, part| match part {
            Part::Text(_) => needs,
            Part::Formula(formula) => needs.and(formula.needs()),
        })
    }

    /// The text, at most `bound` bytes long. What a formula asks for and is not there is nothing, and where the whole text is one
    /// formula there is no text then.
    ///
    /// # Errors
    /// [`Stop::Missing`] as said; [`Stop::TooMuch`] past the bound.
    pub fn fill(&self, view: &View<'_>, bound: usize) -> Result<String, Stop> {
        self.fill_by(view, bound, |_, _, value| Cow::Borrowed(value))
    }

    /// As [`Template::fill`], for a URL: what formulas give is encoded, so that it stays within the segment of the path or the
    /// parameter that it stands in. `request.path` is put as it came.
    ///
    /// # Errors
    /// As for [`Template::fill`].
    pub fn fill_url(&self, view: &View<'_>, bound: usize) -> Result<String, Stop> {
        self.fill_by(view, bound, |formula, so_far, value| {
            if formula.node.is_encoded() && !so_far.contains('?') {
                return utf8_percent_encode(value, NEVER_IN_URL).into();
            }
            utf8_percent_encode(value, UNRESERVED).into()
        })
    }

    fn fill_by(
        &self,
        view: &View<'_>,
        bound: usize,
        encode: impl for<'t> Fn(&Formula, &str, &'t str) -> Cow<'t, str>,
    ) -> Result<String, Stop> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Formula(formula) => match formula.value(view) {
                    Ok(value) => {
                        let text = encode(formula, &filled, &text_of(&value)).into_owned();
                        filled.push_str(&text);
                    }
                    Err(Stop::TooMuch) => return Err(Stop::TooMuch),
                    Err(stop) if self.parts.len() == 1 => return Err(stop),
                    Err(_) => {}
                },
            }
            if filled.len() > bound {
                return Err(Stop::TooMuch);
            }
        }
        Ok(filled)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.to_string(),
            Part::Formula(formula) => format!("${{{}}}", formula.text()),
        });
        f.debug_tuple("Template").field(&parts.collect::<String>()).finish()
    }
}

/// Where a formula ends: at the brace that was not opened in it, texts in quotes left aside.
fn end_of(formula: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, byte) in formula.bytes().enumerate() {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth == 0 => return Some(at),
            (None, b'}') => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

/// A value as text: a text as it is, nothing for `null`, anything else as JSON.
pub(super) fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}
