//! Everything that answers at one host and path: which of it takes a request.
//!
//! In the order in which it is asked: with methods before without, then by what else is asked of the request, the more the
//! sooner, then by name. Searched from its beginning; how many may stand here is bounded when a configuration is accepted.

use std::{cmp::Reverse, sync::Arc};

use http::{Method, header};

use super::{Asked, conditions::Conditions};

/// Entries in the order in which they are asked.
#[derive(Clone, Debug)]
pub(crate) struct Bucket<T> {
    entries: Vec<Entry<T>>,
}

/// One way to answer.
#[derive(Clone, Debug)]
pub(crate) struct Entry<T> {
    /// None means any.
    pub(crate) methods: Arc<[Method]>,
    pub(crate) conditions: Option<Arc<Conditions>>,
    pub(crate) target: T,
}

impl<T: Ord + Clone> Bucket<T> {
    pub(crate) fn insert(&mut self, entry: Entry<T>) {
        if let Err(place) = self.entries.binary_search_by(|other| other.order().cmp(&entry.order())) {
            self.entries.insert(place, entry);
        }
    }

    pub(crate) fn remove(&mut self, target: &T) {
        self.entries.retain(|entry| entry.target != *target);
    }
}

impl<T> Bucket<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }

    /// What takes a request; HEAD is served by GET where it has nothing of its own (RFC 9110 §9.3.2).
    pub(crate) fn pick(&self, asked: &Asked<'_>) -> Option<&Entry<T>> {
        let method = &asked.head.method;
        let first = |takes: &dyn Fn(&Entry<T>) -> bool| {
            self.entries.iter().find(|entry| takes(entry) && entry.holds(asked))
        };
        if *method == Method::HEAD {
            return first(&|entry| entry.methods.contains(method))
                .or_else(|| first(&|entry| entry.methods.contains(&Method::GET)))
                .or_else(|| first(&|entry| entry.methods.is_empty()));
        }
        self.entries.iter().find(|entry| entry.takes(method) && entry.holds(asked))
    }

    /// What would take the request if it had another method; of a CORS preflight, what takes the request it asks about, of which it
    /// has neither headers nor cookies.
    pub(crate) fn but_for_method(&self, asked: &Asked<'_>) -> impl Iterator<Item = &Entry<T>> {
        let method = &asked.head.method;
        let preflight = preflight(asked);
        self.entries.iter().filter(move |entry| {
            preflight.as_ref().is_some_and(|wanted| entry.takes(wanted))
                || (!entry.takes(method) && entry.holds(asked))
        })
    }
}

impl<T> Entry<T> {
    pub(crate) fn takes(&self, method: &Method) -> bool {
        self.methods.is_empty()
            || self.methods.contains(method)
            || (*method == Method::HEAD && self.methods.contains(&Method::GET))
    }

    fn holds(&self, asked: &Asked<'_>) -> bool {
        self.conditions.as_ref().is_none_or(|conditions| conditions.unmet(asked).is_none())
    }

    /// Smaller is asked sooner.
    fn order(&self) -> impl Ord + use<'_, T>
    where
        T: Ord,
    {
        let rank = self.conditions.as_ref().map(|conditions| conditions.rank()).unwrap_or_default();
        (self.methods.is_empty(), Reverse(rank), &self.target)
    }
}

impl<T> Default for Bucket<T> {
    fn default() -> Bucket<T> {
        Bucket { entries: Vec::new() }
    }
}

/// The method a CORS preflight asks about.
pub(crate) fn preflight(asked: &Asked<'_>) -> Option<Method> {
    if asked.head.method != Method::OPTIONS {
        return None;
    }
    let wanted = asked.head.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    Method::from_bytes(wanted.as_bytes()).ok()
}

/// Methods as they are asked for; what is no method is left out.
pub(crate) fn methods(names: &[String]) -> Arc<[Method]> {
    names.iter().filter_map(|name| Method::from_bytes(name.as_bytes()).ok()).collect()
}
