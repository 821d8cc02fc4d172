//! When an operation that nobody calls is told as one that could go.

use std::collections::BTreeSet;

use crate::seen::Span;

/// What decides whether an operation that nobody calls is a zombie: a minute of watching says nothing of what is called once a week.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'a> {
    /// Now, milliseconds since 1970.
    pub now: u64,
    /// How long nobody calls an operation before it is one.
    pub zombie_after: model::Span,
    /// Ids of the operations that the contract had that long ago; nothing where it is the same since.
    pub had: Option<&'a BTreeSet<String>>,
}

/// Whether an operation is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Called,
    /// Nobody called it in the time it was watched, which is too short to say that nobody does.
    Unseen,
    /// Nobody called it for as long as that.
    Zombie,
}

impl Rest<'_> {
    /// Of an operation with these calls, of a service that is watched since that time, milliseconds since 1970.
    pub fn of(&self, id: &str, calls: Span, since: Option<u64>) -> Use {
        let was_called = calls.count > 0;
        let quiet_since = if was_called { Some(calls.last) } else { since };
        let length = u64::try_from(self.zombie_after.0.as_millis()).unwrap_or(u64::MAX);
        let is_long = quiet_since.is_some_and(|since| self.now.saturating_sub(since) >= length);
        let is_old = was_called || self.had.is_none_or(|had| had.contains(id));
        match (is_long && is_old, was_called) {
            (true, _) => Use::Zombie,
            (false, true) => Use::Called,
            (false, false) => Use::Unseen,
        }
    }
}
