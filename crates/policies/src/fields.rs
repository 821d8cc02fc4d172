//! What is changed of headers, with formulas in the values.

use std::collections::BTreeMap;

use expr::{Needs, Side, Template, View};
use policy::prelude::*;

use crate::text::{header_name, template};

/// The longest value a formula may give.
const LONGEST: usize = 8 << 10;

/// Changes of headers. First they are removed, then renamed, set and added.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FieldChanges {
    /// Headers that are taken out.
    remove: Vec<String>,
    /// Headers with the names they go on under.
    rename: BTreeMap<String, String>,
    /// Headers with their values, in place of any that are there. Formulas can stand in a value: `${caller.name}`.
    set: BTreeMap<String, String>,
    /// Headers with their values, beside any that are there.
    add: BTreeMap<String, String>,
}

/// The running form of [`FieldChanges`].
#[derive(Default)]
pub(crate) struct FieldEdits {
    remove: Vec<HeaderName>,
    rename: Vec<(HeaderName, HeaderName)>,
    set: Vec<(HeaderName, Template)>,
    add: Vec<(HeaderName, Template)>,
}

/// Values that formulas gave; made before anything is changed.
pub(crate) struct FieldValues {
    set: Vec<(HeaderName, HeaderValue)>,
    add: Vec<(HeaderName, HeaderValue)>,
}

impl FieldChanges {
    pub(crate) fn read(self, side: Side, field: &str) -> Result<FieldEdits, Invalid> {
        let mut edits = FieldEdits::default();
        for (at, name) in self.remove.iter().enumerate() {
            edits.remove.push(header_name(name, &format!("{field}.remove[{at}]"))?);
        }
        for (from, to) in &self.rename {
            let field = format!("{field}.rename.{from}");
            edits.rename.push((header_name(from, &field)?, header_name(to, &field)?));
        }
        edits.set = texts(self.set, side, &format!("{field}.set"))?;
        edits.add = texts(self.add, side, &format!("{field}.add"))?;
        Ok(edits)
    }
}

fn texts(
    pairs: BTreeMap<String, String>,
    side: Side,
    field: &str,
) -> Result<Vec<(HeaderName, Template)>, Invalid> {
    let mut texts = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let field = format!("{field}.{name}");
        let text = template(&value, side, &field)?;
        if text.needs().response_body {
            let message =
                "the head of a response is sent before its body is read; ask about `status` and `headers`";
            return Err(Invalid::field(field, message));
        }
        if text.plain().is_some_and(|plain| HeaderValue::from_str(plain).is_err()) {
            return Err(Invalid::field(&field, "a value has visible characters and spaces only"));
        }
        texts.push((header_name(&name, &field)?, text));
    }
    Ok(texts)
}

impl FieldEdits {
    /// Sets headers to values, and does nothing else.
    pub(crate) fn setting(
        pairs: BTreeMap<String, String>,
        side: Side,
        field: &str,
    ) -> Result<FieldEdits, Invalid> {
        Ok(FieldEdits { set: texts(pairs, side, field)?, ..FieldEdits::default() })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.rename.is_empty() && self.set.is_empty() && self.add.is_empty()
    }

    pub(crate) fn needs(&self) -> Needs {
        let texts = self.set.iter().chain(&self.add);
        texts.fold(Needs::default(), |needs, (_, text)| needs.and(text.needs()))
    }

    /// The values. What has none, or one that no header can have, is left out.
    pub(crate) fn values(&self, view: &View<'_>) -> FieldValues {
        let values = |texts: &[(HeaderName, Template)]| {
            let values = texts.iter().filter_map(|(name, text)| {
                let value = text.fill(view, LONGEST).ok()?;
                Some((name.clone(), HeaderValue::from_str(&value).ok()?))
            });
            values.collect()
        };
        FieldValues { set: values(&self.set), add: values(&self.add) }
    }

    pub(crate) fn apply(&self, values: FieldValues, headers: &mut Headers) {
        for name in &self.remove {
            headers.remove(name);
        }
        for (from, to) in &self.rename {
            let lines: Vec<_> = headers.get_all(from).iter().map(HeaderValue::from).collect();
            if lines.is_empty() {
                continue;
            }
            headers.remove(from);
            headers.remove(to);
            for line in lines {
                headers.append(to.clone(), line);
            }
        }
        for (name, value) in values.set {
            headers.insert(name, value);
        }
        for (name, value) in values.add {
            headers.append(name, value);
        }
    }
}
