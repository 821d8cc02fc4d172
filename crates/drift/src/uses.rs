//! Who uses what of an API, as far as calls tell: whom a change breaks that takes it away.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::seen::Span;

/// Callers that are named for one change; the others are counted.
const NAMED: usize = 20;

/// Who uses the operations of an API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Uses {
    /// Since when calls are counted, milliseconds since 1970.
    pub since: u64,
    /// By `METHOD /path`, as the contract has it.
    pub operations: BTreeMap<String, OperationUses>,
}

/// Who uses an operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationUses {
    /// Who calls it, such as `app/shop`, and how often; an empty name is whoever was not recognized.
    pub callers: BTreeMap<String, u64>,
    /// Exchanges that were looked into; none where nothing is (policy `observe`).
    pub sampled: u64,
    /// Who sent or received what, of the exchanges that were looked into: `query limit`, `request /items/*/id`, `response /total`.
    pub parts: BTreeMap<String, BTreeMap<String, Span>>,
}

/// Whom a change is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedBy {
    /// Those who use it, the most calls first; 20 at most.
    pub callers: Vec<UsedByCaller>,
    /// How many more there are.
    pub more: usize,
    /// Whether exchanges were looked into, so that only those are named who sent or received the very part.
    pub observed: bool,
}

/// One who uses what a change is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedByCaller {
    /// `app/shop`, `consumer/ada`; empty for whoever was not recognized.
    pub caller: String,
    /// Calls of the operation.
    pub calls: u64,
    /// Of the exchanges that were looked into, those with the part.
    pub parts: Option<u64>,
}

impl Uses {
    /// Who uses what a change is about: an operation, and where in its messages, both as `diff` has them.
    pub fn of(&self, operation: &str, at: &str) -> UsedBy {
        let Some(uses) = self.operations.get(operation) else { return UsedBy::default() };
        let part = part_of(at).filter(|_| uses.sampled > 0);
        let found = part.as_deref().map(|part| uses.users(part));
        let all = uses.callers.iter().map(|(caller, calls)| UsedByCaller {
            caller: caller.clone(),
            calls: *calls,
            parts: None,
        });
        let mut callers: Vec<UsedByCaller> = match &found {
            None => all.collect(),
            Some(found) => all
                .filter_map(|one| {
                    let parts = Some(found.get(&*one.caller)?.count);
                    Some(UsedByCaller { parts, ..one })
                })
                .collect(),
        };
        callers.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.caller.cmp(&b.caller)));
        let more = callers.len().saturating_sub(NAMED);
        callers.truncate(NAMED);
        UsedBy { callers, more, observed: found.is_some() }
    }
}

impl OperationUses {
    /// Who sent or received a part, or anything within it.
    fn users(&self, part: &str) -> BTreeMap<&str, Span> {
        let mut all: BTreeMap<&str, Span> = BTreeMap::new();
        let inner = format!("{part}/");
        for (_, callers) in
            self.parts.iter().filter(|(known, _)| **known == part || known.starts_with(&inner))
        {
            for (caller, span) in callers {
                let known = all.entry(caller).or_default();
                // One exchange may have several of the parts.
                if span.count > known.count {
                    *known = *span;
                }
            }
        }
        all
    }
}

impl UsedBy {
    /// For a line of text; nothing where nobody is known to use it.
    pub fn said(&self) -> Option<String> {
        if self.callers.is_empty() {
            return None;
        }
        let named = self.callers.iter().take(5).map(|one| {
            let who = if one.caller.is_empty() { "callers without a name" } else { &*one.caller };
            match one.parts {
                Some(parts) => format!("{who} ({} calls, in {parts} of those looked into)", one.calls),
                None => format!("{who} ({} calls)", one.calls),
            }
        });
        let named: Vec<String> = named.collect();
        let more = self.more + self.callers.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("{}{more}", named.join(", ")))
    }
}

/// What of a message is looked for by a place in it; `None` where that is all of it, or not looked at.
fn part_of(at: &str) -> Option<String> {
    let mut words = at.split(' ');
    match words.next()? {
        "query" => words.next().map(|name| format!("query {name}")),
        side @ ("request" | "response") => {
            let path = at.rsplit_once(' ').map(|(_, path)| path).filter(|path| path.starts_with('/'))?;
            Some(format!("{side} {path}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(sampled: u64) -> Uses {
        let span = |count| Span { count, first: 1, last: 2 };
        let by = |callers: &[(&str, u64)]| {
            callers.iter().map(|(name, n)| ((*name).to_owned(), span(*n))).collect()
        };
        let operation = OperationUses {
            callers: [("app/a".to_owned(), 10), ("app/b".to_owned(), 30), (String::new(), 2)].into(),
            sampled,
            parts: [
                ("query limit".to_owned(), by(&[("app/a", 3)])),
                ("response /items/*/id".to_owned(), by(&[("app/b", 4), ("app/a", 1)])),
            ]
            .into(),
        };
        Uses { since: 1, operations: [("GET /orders".to_owned(), operation)].into() }
    }

    fn named(used: &UsedBy) -> Vec<(&str, Option<u64>)> {
        used.callers.iter().map(|one| (&*one.caller, one.parts)).collect()
    }

    #[test]
    fn who_never_sent_a_parameter_is_not_broken_by_its_end() {
        let used = uses(40).of("GET /orders", "query limit");
        assert_eq!((named(&used), used.observed), (vec![("app/a", Some(3))], true));
        assert!(uses(40).of("GET /orders", "query page").callers.is_empty());
    }

    #[test]
    fn a_field_counts_for_what_is_around_it_and_not_for_what_is_beside_it() {
        let at = |path: &str| uses(40).of("GET /orders", &format!("response 200 application/json {path}"));
        assert_eq!(named(&at("/items")), [("app/b", Some(4)), ("app/a", Some(1))]);
        assert_eq!(named(&at("/items/*/id")), [("app/b", Some(4)), ("app/a", Some(1))]);
        assert!(at("/item").callers.is_empty() && at("/items/*/name").callers.is_empty());
    }

    #[test]
    fn without_a_look_into_exchanges_whoever_calls_may_be_broken() {
        let used = uses(0).of("GET /orders", "query limit");
        assert_eq!(named(&used), [("app/b", None), ("app/a", None), ("", None)]);
        assert!(!used.observed);
        let whole = uses(40).of("GET /orders", "");
        assert_eq!(named(&whole).len(), 3, "of an operation that goes");
        assert_eq!(uses(40).of("PUT /orders", ""), UsedBy::default());
        let said = whole.said().unwrap();
        assert_eq!(said, "app/b (30 calls), app/a (10 calls), callers without a name (2 calls)");
    }
}
