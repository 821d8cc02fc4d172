//! Whether a request is sent again, and when.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use http::{HeaderName, Method, StatusCode};
use model::{Retries, RetryBudget, RetryOn, Span};

use crate::{care::CareState, lane::Outgoing, random::Random};

/// [`Retries`] in its running form.
pub(crate) struct Retrying {
    attempts: u8,
    on: Box<[RetryOn]>,
    codes: Box<[u16]>,
    methods: Box<[Method]>,
    idempotency_key: Option<HeaderName>,
    pub(crate) per_try: Option<Duration>,
    base: Duration,
    most: Duration,
    budget: RetryBudget,
    replay: u64,
}

/// What went wrong with an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nothing was sent.
    Unsent,
    Reset,
    Timeout,
    Status(StatusCode),
}

/// What is left of the retries of one exchange.
pub(crate) struct Again<'a> {
    rules: &'a Retrying,
    state: &'a CareState,
    /// Whether something of the request may be sent twice.
    repeatable: bool,
    sent_again: u8,
}

impl Retrying {
    /// # Errors
    /// What is wrong: the field and why.
    pub(crate) fn read(retries: &Retries) -> Result<Retrying, (String, String)> {
        let method = |(at, name): (usize, &String)| {
            let read = Method::from_bytes(name.as_bytes());
            read.map_err(|_| (format!("methods[{at}]"), format!("`{name}` is no method")))
        };
        let key = retries.idempotency_key.as_ref().map(|name| {
            let read = name.parse::<HeaderName>();
            read.map_err(|_| ("idempotency_key".to_owned(), format!("`{name}` is no name of a header")))
        });
        Ok(Retrying {
            attempts: retries.attempts,
            on: retries.on.as_slice().into(),
            codes: retries.codes.as_slice().into(),
            methods: retries.methods.iter().enumerate().map(method).collect::<Result<_, _>>()?,
            idempotency_key: key.transpose()?,
            per_try: retries.per_try_timeout.map(|Span(span)| span),
            base: retries.backoff.base.0,
            most: retries.backoff.max.0,
            budget: retries.budget,
            replay: retries.replay.0,
        })
    }

    /// Begins with an exchange.
    pub(crate) fn begin<'a>(&'a self, state: &'a CareState, outgoing: &Outgoing) -> Again<'a> {
        state.budget.deposit(&self.budget);
        let has_key = || {
            let key = self.idempotency_key.as_ref();
            key.is_some_and(|name| outgoing.headers.get(name).is_some())
        };
        let repeatable = self.methods.contains(&outgoing.method) || has_key();
        Again { rules: self, state, repeatable, sent_again: 0 }
    }

    /// Before a request is sent again for the first time: `base`; then twice as long each time, less up to half of it by chance.
    fn pause(&self, before: u8, random: &mut Random) -> Duration {
        let most = self.base.saturating_mul(1 << u32::from(before.min(20))).min(self.most);
        let part = 0.5 + random.below(1 << 16) as f64 / f64::from(1 << 17);
        most.mul_f64(part)
    }
}

impl Again<'_> {
    /// Whether this is something to send a request again for.
    pub(crate) fn heeds(&self, wrong: Wrong) -> bool {
        let Retrying { on, codes, .. } = self.rules;
        match wrong {
            Wrong::Unsent => on.contains(&RetryOn::ConnectFailure),
            Wrong::Reset => on.contains(&RetryOn::Reset) && self.repeatable,
            Wrong::Timeout => on.contains(&RetryOn::Timeout) && self.repeatable,
            Wrong::Status(status) => codes.contains(&status.as_u16()) && self.repeatable,
        }
    }

    /// How much of a body is remembered for another attempt, bytes.
    pub(crate) fn remembers(&self) -> u64 {
        if self.repeatable && self.rules.attempts > 0 { self.rules.replay } else { 0 }
    }

    /// Whether a request is sent again after this went wrong, and how long is waited before. `can_repeat`: its body is still there.
    /// `elsewhere`: an endpoint that has no part in what went wrong can be asked.
    pub(crate) fn after(
        &mut self,
        wrong: Wrong,
        can_repeat: bool,
        elsewhere: bool,
        now: u64,
        random: &mut Random,
    ) -> Option<Duration> {
        if !self.heeds(wrong) || !can_repeat || self.sent_again >= self.rules.attempts {
            return None;
        }
        if !self.state.budget.withdraw(&self.rules.budget, now) {
            self.state.counts.over_budget.fetch_add(1, Relaxed);
            return None;
        }
        self.state.counts.retries.fetch_add(1, Relaxed);
        let pause = self.rules.pause(self.sent_again, random);
        self.sent_again += 1;
        // Nothing was asked of anybody yet.
        Some(if wrong == Wrong::Unsent && elsewhere { Duration::ZERO } else { pause })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_vary() {
        let rules = Retrying::read(&Retries::default()).unwrap();
        let mut random = Random::new();
        for (before, most) in [(0, 25), (1, 50), (2, 100), (5, 500), (200, 500)] {
            let pauses: Vec<_> = (0..50).map(|_| rules.pause(before, &mut random)).collect();
            let most = Duration::from_millis(most);
            assert!(pauses.iter().all(|pause| (most / 2..=most).contains(pause)), "{before}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]));
        }
    }
}
