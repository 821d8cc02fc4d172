//! What was seen of an operation: how often, when, which statuses, names and shapes.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{Observed, ObservedPart};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::Shape;

/// Names of parameters of one operation.
const MOST_NAMES: usize = 200;
/// Longer names are not kept: they are rather values.
const LONGEST_NAME: usize = 64;
/// Parts of messages of one operation, and callers of one part, for which it is known who sent or received them.
const MOST_PARTS: usize = 400;
const MOST_CALLERS: usize = 50;
/// Parts of one message that are looked at, and how deep they nest.
const MOST_PLACES: usize = 200;
const DEEPEST: usize = 8;
/// Statuses of one operation with shapes of their own.
const MOST_STATUSES: usize = 20;

/// How often something was seen, and when first and last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    pub count: u64,
    /// Milliseconds since 1970.
    pub first: u64,
    pub last: u64,
}

/// What was seen of an operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    pub calls: Span,
    /// Statuses that the service answered with.
    pub statuses: BTreeMap<u16, Span>,
    /// Names of parameters of the query.
    pub query: BTreeMap<Box<str>, Span>,
    /// JSON that was sent.
    pub request: Option<Shape>,
    /// JSON that was answered, by the status.
    pub responses: BTreeMap<u16, Shape>,
    /// Who sent or received what: `query limit`, `request /items/*/id`, `response /total`.
    pub parts: BTreeMap<Box<str>, BTreeMap<Box<str>, Span>>,
    /// Exchanges that were looked into.
    pub sampled: u64,
    /// Something did not fit.
    pub full: bool,
}

impl Span {
    /// Once.
    pub fn at(at: u64) -> Span {
        Span { count: 1, first: at, last: at }
    }

    pub fn merge(&mut self, other: Span) {
        if self.count == 0 {
            *self = other;
        } else if other.count > 0 {
            self.count += other.count;
            self.first = self.first.min(other.first);
            self.last = self.last.max(other.last);
        }
    }
}

impl Seen {
    /// Calls; their status where the service gave it.
    pub(crate) fn count(&mut self, span: Span, status: Option<u16>) {
        self.calls.merge(span);
        if let Some(status) = status {
            self.statuses.entry(status).or_default().merge(span);
        }
    }

    /// What was looked into of a call.
    pub(crate) fn look(&mut self, at: u64, status: Option<u16>, caller: &str, observed: &Observed) {
        self.sampled += 1;
        for name in &observed.query {
            if name.len() > LONGEST_NAME || is_tracking(name) || crate::segment::kind_of(name).is_some() {
                continue;
            }
            if self.query.len() >= MOST_NAMES && !self.query.contains_key(name) {
                self.full = true;
                continue;
            }
            self.query.entry(name.clone()).or_default().merge(Span::at(at));
            self.used(format!("query {name}"), caller, at);
        }
        if let Some(value) = observed.request.as_ref().and_then(json) {
            self.used_all("request", &value, caller, at);
            self.request.get_or_insert_default().add(&value, at);
        }
        if let Some(status) = status
            && let Some(value) = observed.response.as_ref().and_then(json)
        {
            // Nobody relies on what a refusal says.
            if status < 400 {
                self.used_all("response", &value, caller, at);
            }
            if self.responses.len() < MOST_STATUSES || self.responses.contains_key(&status) {
                self.responses.entry(status).or_default().add(&value, at);
            } else {
                self.full = true;
            }
        }
    }

    fn used_all(&mut self, side: &str, value: &schema::Value<'_>, caller: &str, at: u64) {
        let mut places = BTreeSet::new();
        list_places(value, "", 0, &mut places);
        for place in places {
            self.used(format!("{side} {place}"), caller, at);
        }
    }

    fn used(&mut self, part: String, caller: &str, at: u64) {
        if self.parts.len() >= MOST_PARTS && !self.parts.contains_key(&*part) {
            self.full = true;
            return;
        }
        let callers = self.parts.entry(part.into()).or_default();
        if callers.len() >= MOST_CALLERS && !callers.contains_key(caller) {
            self.full = true;
            return;
        }
        callers.entry(caller.into()).or_default().merge(Span::at(at));
    }

    pub(crate) fn merge(&mut self, other: Seen) {
        self.calls.merge(other.calls);
        for (part, callers) in other.parts {
            if self.parts.len() >= MOST_PARTS && !self.parts.contains_key(&part) {
                continue;
            }
            let known = self.parts.entry(part).or_default();
            for (caller, span) in callers {
                if known.len() < MOST_CALLERS || known.contains_key(&caller) {
                    known.entry(caller).or_default().merge(span);
                }
            }
        }
        for (status, span) in other.statuses {
            self.statuses.entry(status).or_default().merge(span);
        }
        for (name, span) in other.query {
            if self.query.len() < MOST_NAMES || self.query.contains_key(&name) {
                self.query.entry(name).or_default().merge(span);
            }
        }
        if let Some(shape) = other.request {
            self.request.get_or_insert_default().merge(shape);
        }
        for (status, shape) in other.responses {
            self.responses.entry(status).or_default().merge(shape);
        }
        self.sampled += other.sampled;
        self.full |= other.full;
    }
}

/// Where there is something in a JSON text: `/items/*/id`; what is in a list, or under a name that is a value, is `*`.
fn list_places(value: &schema::Value<'_>, place: &str, depth: usize, out: &mut BTreeSet<String>) {
    if depth >= DEEPEST || out.len() >= MOST_PLACES {
        return;
    }
    let mut inner = |name: &str, value: &schema::Value<'_>| {
        let place = format!("{place}/{name}");
        list_places(value, &place, depth + 1, out);
        out.insert(place);
    };
    match value {
        schema::Value::List(items) => items.iter().take(MOST_PLACES).for_each(|item| inner("*", item)),
        schema::Value::Object(members) => {
            for (name, value) in members.iter().take(MOST_PLACES) {
                let is_name = name.len() <= LONGEST_NAME && crate::segment::kind_of(name).is_none();
                inner(if is_name { name } else { "*" }, value);
            }
        }
        _ => {}
    }
}

fn json(part: &ObservedPart) -> Option<schema::Value<'_>> {
    schema::read(&part.body).ok()
}

/// What links carry for those who count clicks.
fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_") || matches!(name, "gclid" | "fbclid" | "_" | "msclkid")
}
