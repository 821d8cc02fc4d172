//! What is changed of a query: parameters kept, removed, renamed, set and added.

use std::{borrow::Cow, collections::BTreeMap};

use expr::{Side, Stop, Template, View};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use policy::prelude::*;

use crate::text::template;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The longest value a formula may give.
const LONGEST: usize = 8 << 10;

/// Changes of the query. First what is not kept is removed, then what is to be removed, then renamed, set and added.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct QueryChanges {
    /// The only parameters that go on. None means all.
    keep: Vec<String>,
    /// Parameters that are taken out.
    remove: Vec<String>,
    /// Parameters with the names they go on under.
    rename: BTreeMap<String, String>,
    /// Parameters with their values, in place of any that are there. Formulas can stand in a value: `${caller.name}`.
    set: BTreeMap<String, String>,
    /// Parameters with their values, beside any that are there.
    add: BTreeMap<String, String>,
}

/// The running form of [`QueryChanges`].
#[derive(Default)]
pub(crate) struct QueryEdits {
    keep: Vec<String>,
    remove: Vec<String>,
    rename: Vec<(String, String)>,
    set: Vec<(String, Template)>,
    add: Vec<(String, Template)>,
}

impl QueryChanges {
    pub(crate) fn read(self, field: &str) -> Result<QueryEdits, Invalid> {
        let texts = |verb: &str, pairs: BTreeMap<String, String>| {
            let pairs = pairs.into_iter().map(|(name, value)| {
                let value = template(&value, Side::Request, &format!("{field}.{verb}.{name}"))?;
                Ok((name, value))
            });
            pairs.collect::<Result<Vec<_>, Invalid>>()
        };
        Ok(QueryEdits {
            set: texts("set", self.set)?,
            add: texts("add", self.add)?,
            keep: self.keep,
            remove: self.remove,
            rename: self.rename.into_iter().collect(),
        })
    }
}

impl QueryEdits {
    pub(crate) fn is_empty(&self) -> bool {
        self.keep.is_empty()
            && self.remove.is_empty()
            && self.rename.is_empty()
            && self.set.is_empty()
            && self.add.is_empty()
    }

    pub(crate) fn needs_body(&self) -> bool {
        self.set.iter().chain(&self.add).any(|(_, value)| value.needs().request_body)
    }

    /// The query after the changes; what is not changed stays as it was written.
    pub(crate) fn apply(&self, query: &str, view: &View<'_>) -> Result<String, Stop> {
        let mut pairs: Vec<Cow<'_, str>> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = match pair.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (pair, None),
            };
            let name = decode(key);
            let known = |names: &[String]| names.iter().any(|other| *other == name);
            let is_set = self.set.iter().any(|(other, _)| *other == name);
            if (!self.keep.is_empty() && !known(&self.keep)) || known(&self.remove) {
                continue;
            }
            let renamed = self.rename.iter().find(|(from, _)| *from == name);
            let replaced = match renamed {
                Some((_, to)) => self.set.iter().any(|(other, _)| other == to),
                None => is_set,
            };
            if replaced {
                // Only where the value that replaces it is there.
                let to = renamed.map_or(&*name, |(_, to)| to);
                if self.set.iter().any(|(other, text)| other == to && text.fill(view, LONGEST).is_ok()) {
                    continue;
                }
            }
            pairs.push(match (renamed, value) {
                (None, _) => Cow::Borrowed(pair),
                (Some((_, to)), None) => encode(to).into_owned().into(),
                (Some((_, to)), Some(value)) => format!("{}={value}", encode(to)).into(),
            });
        }
        for (name, value) in self.set.iter().chain(&self.add) {
            match value.fill(view, LONGEST) {
                Ok(value) => pairs.push(format!("{}={}", encode(name), encode(&value)).into()),
                Err(Stop::TooMuch) => return Err(Stop::TooMuch),
                // What is not there is not set.
                Err(Stop::Missing | Stop::Unfit) => {}
            }
        }
        Ok(pairs.join("&"))
    }
}

fn encode(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, UNRESERVED).into()
}

fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        return percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned().into();
    }
    percent_decode_str(text).decode_utf8_lossy()
}
