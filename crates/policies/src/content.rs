//! What is changed of a body: members of JSON, all of it, or a text made of it.

use std::collections::BTreeMap;

use bytes::Bytes;
use expr::{Formula, Needs, Side, Stop, Template, View};
use policy::prelude::*;
use serde_json::{Map, Value};

use crate::text::template;

/// How deep a member may be.
const DEEPEST: usize = 32;

/// Changes of a body. Members are removed, renamed and set where it is JSON; `value` and `template` replace all of it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ContentChanges {
    /// Members that are taken out, such as `customer.email` or, of every item of a list, `items.*.secret`.
    remove: Vec<String>,
    /// Members with the names they go on under, in the same object.
    rename: BTreeMap<String, String>,
    /// Members with formulas for their values, such as `total: request.body.net * 1.19`. Objects on the way are made.
    set: BTreeMap<String, String>,
    /// A formula for the whole body, which is then JSON.
    value: Option<String>,
    /// A text for the whole body, with formulas in it: `Hello ${request.body.name}`.
    template: Option<String>,
    /// The type of content of `template`; `text/plain; charset=utf-8` by default.
    content_type: Option<String>,
}

/// The running form of [`ContentChanges`].
pub(crate) enum ContentEdits {
    None,
    Members { remove: Vec<Path>, rename: Vec<(Path, String)>, set: Vec<(Path, Formula)> },
    Value(Formula),
    Text(Template, HeaderValue),
}

/// Where a member is: `a.b`, `a.0.b`; a dot in a name is written `\.`.
pub(crate) struct Path(Vec<String>);

/// Why a body cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unchanged {
    /// The formulas take too much, or make too much.
    TooMuch,
    /// The formula for the whole of it has no value.
    NoValue,
}

impl ContentChanges {
    pub(crate) fn read(self, side: Side, field: &str) -> Result<ContentEdits, Invalid> {
        let formula = |text: &str, field: String| {
            Formula::parse(text, side).map_err(|message| Invalid::field(field, message))
        };
        let members = !(self.remove.is_empty() && self.rename.is_empty() && self.set.is_empty());
        if self.content_type.is_some() && self.template.is_none() {
            return Err(Invalid::field(format!("{field}.content_type"), "goes with `template`"));
        }
        match (members, self.value, self.template) {
            (false, None, None) => Ok(ContentEdits::None),
            (true, None, None) => {
                let mut remove = Vec::with_capacity(self.remove.len());
                for (at, path) in self.remove.iter().enumerate() {
                    remove.push(Path::read(path, &format!("{field}.remove[{at}]"), true)?);
                }
                let mut rename = Vec::with_capacity(self.rename.len());
                for (path, to) in self.rename {
                    rename.push((Path::read(&path, &format!("{field}.rename.{path}"), true)?, to));
                }
                let mut set = Vec::with_capacity(self.set.len());
                for (path, text) in self.set {
                    let field = format!("{field}.set.{path}");
                    set.push((Path::read(&path, &field, false)?, formula(&text, field)?));
                }
                Ok(ContentEdits::Members { remove, rename, set })
            }
            (false, Some(text), None) => formula(&text, format!("{field}.value")).map(ContentEdits::Value),
            (false, None, Some(text)) => {
                let text = template(&text, side, &format!("{field}.template"))?;
                let of = self.content_type.as_deref().unwrap_or("text/plain; charset=utf-8");
                let of = HeaderValue::from_str(of)
                    .map_err(|_| Invalid::field(format!("{field}.content_type"), "is no media type"))?;
                Ok(ContentEdits::Text(text, of))
            }
            _ => Err(Invalid::field(field, "give members to change, or `value`, or `template`")),
        }
    }
}

impl ContentEdits {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, ContentEdits::None)
    }

    /// Whether they change what is there, rather than replacing all of it.
    pub(crate) fn is_of_members(&self) -> bool {
        matches!(self, ContentEdits::Members { .. })
    }

    pub(crate) fn needs(&self) -> Needs {
        match self {
            ContentEdits::None => Needs::default(),
            ContentEdits::Members { set, .. } => {
                set.iter().fold(Needs::default(), |needs, (_, formula)| needs.and(formula.needs()))
            }
            ContentEdits::Value(formula) => formula.needs(),
            ContentEdits::Text(text, _) => text.needs(),
        }
    }

    /// The type of content afterwards, where it is another.
    pub(crate) fn content_type(&self) -> Option<HeaderValue> {
        match self {
            ContentEdits::None | ContentEdits::Members { .. } => None,
            ContentEdits::Value(_) => Some(HeaderValue::from_static("application/json")),
            ContentEdits::Text(_, of) => Some(of.clone()),
        }
    }

    /// What the body becomes, `bound` bytes at most. `None` leaves it: it is not JSON, and only members are to be changed.
    pub(crate) fn apply(
        &self,
        view: &View<'_>,
        body: Option<&Value>,
        bound: usize,
    ) -> Result<Option<Bytes>, Unchanged> {
        let made = match self {
            ContentEdits::None => return Ok(None),
            ContentEdits::Text(text, _) => match text.fill(view, bound) {
                Ok(text) => text.into_bytes(),
                Err(Stop::TooMuch) => return Err(Unchanged::TooMuch),
                Err(_) => return Err(Unchanged::NoValue),
            },
            ContentEdits::Value(formula) => match formula.value(view) {
                Ok(value) => value.to_string().into_bytes(),
                Err(Stop::TooMuch) => return Err(Unchanged::TooMuch),
                Err(_) => return Err(Unchanged::NoValue),
            },
            ContentEdits::Members { remove, rename, set } => {
                let Some(body) = body else { return Ok(None) };
                let mut values = Vec::with_capacity(set.len());
                for (path, formula) in set {
                    match formula.value(view) {
                        Ok(value) => values.push((path, value)),
                        Err(Stop::TooMuch) => return Err(Unchanged::TooMuch),
                        // What has no value is left as it was.
                        Err(Stop::Missing | Stop::Unfit) => {}
                    }
                }
                let mut changed = body.clone();
                remove.iter().for_each(|path| path.remove(&mut changed));
                rename.iter().for_each(|(path, to)| path.rename(&mut changed, to));
                values.into_iter().for_each(|(path, value)| path.set(&mut changed, value));
                changed.to_string().into_bytes()
            }
        };
        if made.len() > bound { Err(Unchanged::TooMuch) } else { Ok(Some(made.into())) }
    }
}

impl Path {
    fn read(text: &str, field: &str, may_be_every: bool) -> Result<Path, Invalid> {
        let (mut steps, mut step) = (Vec::new(), String::new());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => step.extend(letters.next()),
                '.' => steps.push(std::mem::take(&mut step)),
                other => step.push(other),
            }
        }
        steps.push(step);
        if steps.iter().any(String::is_empty) {
            return Err(Invalid::field(
                field,
                "is no member: write `a.b`, or `a.0.b` for the first item of a list",
            ));
        }
        if !may_be_every && steps.iter().any(|step| step == "*") {
            return Err(Invalid::field(field, "`*` cannot be set; make the list with `map` in a formula"));
        }
        if steps.len() > DEEPEST {
            return Err(Invalid::field(field, format!("a member may be {DEEPEST} deep")));
        }
        Ok(Path(steps))
    }

    fn remove(&self, body: &mut Value) {
        self.each(body, &mut |parent, name| match parent {
            Value::Object(members) => drop(members.shift_remove(name)),
            Value::Array(items) => {
                if name == "*" {
                    items.clear();
                } else if let Some(at) = name.parse::<usize>().ok().filter(|at| *at < items.len()) {
                    items.remove(at);
                }
            }
            _ => {}
        });
    }

    fn rename(&self, body: &mut Value, to: &str) {
        self.each(body, &mut |parent, name| {
            if let Value::Object(members) = parent
                && let Some(value) = members.shift_remove(name)
            {
                members.insert(to.to_owned(), value);
            }
        });
    }

    /// Calls with everything that may have the member, and the member's name.
    fn each(&self, body: &mut Value, change: &mut dyn FnMut(&mut Value, &str)) {
        let Some((last, way)) = self.0.split_last() else { return };
        walk(body, way, &mut |parent| change(parent, last));
    }

    fn set(&self, body: &mut Value, value: Value) {
        let Some((last, way)) = self.0.split_last() else { return };
        let mut at = body;
        for step in way {
            at = match at {
                Value::Object(members) => members.entry(step.as_str()).or_insert_with(|| Map::new().into()),
                Value::Array(items) => match step.parse::<usize>().ok().and_then(|n| items.get_mut(n)) {
                    Some(item) => item,
                    None => return,
                },
                _ => return,
            };
        }
        match at {
            Value::Object(members) => drop(members.insert(last.clone(), value)),
            Value::Array(items) => match last.parse::<usize>() {
                Ok(at) if at < items.len() => items[at] = value,
                Ok(at) if at == items.len() => items.push(value),
                _ => {}
            },
            _ => {}
        }
    }
}

fn walk(at: &mut Value, way: &[String], found: &mut dyn FnMut(&mut Value)) {
    let Some((step, rest)) = way.split_first() else { return found(at) };
    match at {
        Value::Object(members) if step == "*" => {
            members.values_mut().for_each(|member| walk(member, rest, found));
        }
        Value::Array(items) if step == "*" => items.iter_mut().for_each(|item| walk(item, rest, found)),
        Value::Object(members) => {
            if let Some(member) = members.get_mut(step) {
                walk(member, rest, found);
            }
        }
        Value::Array(items) => {
            if let Some(item) = step.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                walk(item, rest, found);
            }
        }
        _ => {}
    }
}

/// Whether a message says that its content is JSON.
pub(crate) fn is_json(headers: &Headers) -> bool {
    let Some(of) = headers.get(http::header::CONTENT_TYPE).and_then(|of| of.to_str().ok()) else {
        return false;
    };
    let of = of.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    of == "application/json" || of == "text/json" || of.ends_with("+json")
}

/// Takes out what speaks of a body that is now another (RFC 9530, RFC 9110 §8.8.3).
pub(crate) fn is_another(headers: &mut Headers) {
    for name in ["content-md5", "digest", "content-digest", "repr-digest", "accept-ranges"] {
        headers.remove(name);
    }
    crate::compression::weaken(headers);
}
