//! What was seen of an operation: how often, when, which statuses, names and shapes.

use std::collections::BTreeMap;

use model::event::{Observed, ObservedPart};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::Shape;

/// Names of parameters of one operation.
const MOST_NAMES: usize = 200;
/// Longer names are not kept: they are rather values.
const LONGEST_NAME: usize = 64;
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
    pub(crate) fn look(&mut self, at: u64, status: Option<u16>, observed: &Observed) {
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
        }
        if let Some(value) = observed.request.as_ref().and_then(json) {
            self.request.get_or_insert_default().add(&value, at);
        }
        if let Some(status) = status
            && let Some(value) = observed.response.as_ref().and_then(json)
        {
            if self.responses.len() < MOST_STATUSES || self.responses.contains_key(&status) {
                self.responses.entry(status).or_default().add(&value, at);
            } else {
                self.full = true;
            }
        }
    }

    pub(crate) fn merge(&mut self, other: Seen) {
        self.calls.merge(other.calls);
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

fn json(part: &ObservedPart) -> Option<schema::Value<'_>> {
    schema::read(&part.body).ok()
}

/// What links carry for those who count clicks.
fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_") || matches!(name, "gclid" | "fbclid" | "_" | "msclkid")
}
