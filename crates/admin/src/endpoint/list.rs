//! Lists and the parts they come in.

use policy::problems;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Refusal;

/// A part of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// What to give as `after` for the next part; `null` at the end.
    pub(crate) next: Option<String>,
    /// How many there are in all, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
}

impl<T> List<T> {
    /// A whole list.
    pub(crate) fn whole(items: Vec<T>) -> List<T> {
        let total = Some(items.len() as u64);
        List { items, next: None, total }
    }

    /// A part of a list that falls by number: a full part may have a next one.
    pub(crate) fn by_number(items: Vec<T>, limit: u32, number: impl Fn(&T) -> u64) -> List<T> {
        let full = items.len() >= limit as usize;
        let next = items.last().filter(|_| full).map(number).filter(|number| *number > 1);
        List { next: next.map(|number| number.to_string()), items, total: None }
    }
}

/// Which part of a list of things with names.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(crate) struct Search {
    /// At most so many, 1 to 1000; 100 if absent.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) limit: Option<u32>,
    /// Where the part before ended: its `next`.
    pub(crate) after: Option<String>,
    /// Only those that contain this text, in any case.
    pub(crate) q: Option<String>,
}

/// Which part of a list that falls by number.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Pages {
    /// At most so many, 1 to 1000; 100 if absent.
    #[schemars(range(min = 1, max = 1000))]
    limit: Option<u32>,
    /// Where the part before ended: its `next`.
    after: Option<u64>,
}

impl Pages {
    pub(crate) fn before(&self) -> Result<Option<u64>, Refusal> {
        Ok(self.after)
    }

    pub(crate) fn limit(&self) -> Result<u32, Refusal> {
        Ok(limit(self.limit)? as u32)
    }
}

/// The length of a part.
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Refusal> {
    match asked {
        None => Ok(100),
        Some(n @ 1..=1000) => Ok(n as usize),
        Some(_) => Err(Refusal::new(problems::BAD_REQUEST, "`limit` is a number from 1 to 1000")),
    }
}
