//! Whether a request is sent again, and when.

use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, UNIX_EPOCH},
};

use head::Value;
use http::{HeaderName, Method, StatusCode, header};
use model::{Retries, RetryBudget, RetryOn, Span};

use crate::{
    care::CareState,
    grpc,
    lane::{Head, Outgoing},
    random::Random,
};

/// [`Retries`] in its running form.
pub(crate) struct Retrying {
    attempts: u8,
    on: Box<[RetryOn]>,
    codes: Box<[u16]>,
    grpc_codes: Box<[u8]>,
    methods: Box<[Method]>,
    idempotency_key: Option<HeaderName>,
    pub(crate) per_try: Option<Duration>,
    base: Duration,
    most: Duration,
    retry_after: Duration,
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
    /// An answer of gRPC that is a status alone.
    Grpc(u8),
}

/// What is left of the retries of one exchange.
pub(crate) struct Again<'a> {
    rules: &'a Retrying,
    state: &'a CareState,
    /// Whether something of the request may be sent twice.
    repeatable: bool,
    /// Whether it is a call of gRPC, and some statuses of that lead to another attempt.
    by_grpc: bool,
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
            grpc_codes: retries.grpc_codes.iter().map(|code| *code as u8).collect(),
            methods: retries.methods.iter().enumerate().map(method).collect::<Result<_, _>>()?,
            idempotency_key: key.transpose()?,
            per_try: retries.per_try_timeout.map(|Span(span)| span),
            base: retries.backoff.base.0,
            most: retries.backoff.max.0,
            retry_after: retries.retry_after.0,
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
        let by_grpc = !self.grpc_codes.is_empty() && grpc::is_grpc(&outgoing.headers);
        Again { rules: self, state, repeatable, by_grpc, sent_again: 0 }
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
        let Retrying { on, codes, grpc_codes, .. } = self.rules;
        match wrong {
            Wrong::Unsent => on.contains(&RetryOn::ConnectFailure),
            Wrong::Reset => on.contains(&RetryOn::Reset) && self.repeatable,
            Wrong::Timeout => on.contains(&RetryOn::Timeout) && self.repeatable,
            Wrong::Status(status) => codes.contains(&status.as_u16()) && self.repeatable,
            Wrong::Grpc(code) => grpc_codes.contains(&code),
        }
    }

    /// How much of a body is remembered for another attempt, bytes.
    pub(crate) fn remembers(&self) -> u64 {
        let may_be = self.repeatable || self.by_grpc;
        if may_be && self.rules.attempts > 0 { self.rules.replay } else { 0 }
    }

    /// What is wrong with an answer, if anything is.
    pub(crate) fn of_answer(&self, head: &Head) -> Wrong {
        match grpc::status_of(&head.headers) {
            Some(code) if self.by_grpc => Wrong::Grpc(code),
            _ => Wrong::Status(head.status),
        }
    }

    /// How long an answer asks to be left alone before the same endpoint is asked again.
    ///
    /// # Errors
    /// Longer than is waited.
    pub(crate) fn leave_alone(&self, head: &Head, unix_ms: u64) -> Result<Duration, TooLong> {
        let of_grpc = if self.by_grpc { head.headers.get("grpc-retry-pushback-ms") } else { None };
        let asked = match of_grpc {
            // What is no number, or below 0, says never.
            Some(text) => Some(number(text).map(Duration::from_millis).ok_or(TooLong)?),
            None => head.headers.get(header::RETRY_AFTER).and_then(|text| retry_after(text, unix_ms)),
        };
        let asked = asked.unwrap_or_default();
        if asked > self.rules.retry_after { Err(TooLong) } else { Ok(asked) }
    }

    /// Whether a request is sent again after this went wrong, and how long is waited before. `can_repeat`: its body is still there.
    /// `elsewhere`: an endpoint that has no part in what went wrong can be asked. `least`: how long is waited at least.
    pub(crate) fn after(
        &mut self,
        wrong: Wrong,
        can_repeat: bool,
        elsewhere: bool,
        least: Duration,
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
        let pause = self.rules.pause(self.sent_again, random).max(least);
        self.sent_again += 1;
        // Nothing was asked of anybody yet.
        Some(if wrong == Wrong::Unsent && elsewhere { Duration::ZERO } else { pause })
    }
}

/// Longer than is waited.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

/// Seconds, or a date (RFC 9110 §10.2.3); nothing where it is neither.
fn retry_after(text: Value<'_>, unix_ms: u64) -> Option<Duration> {
    if let Some(seconds) = number(text) {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(std::str::from_utf8(text.as_bytes()).ok()?).ok()?;
    let date = date.duration_since(UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(Duration::from_millis(unix_ms)))
}

fn number(text: Value<'_>) -> Option<u64> {
    std::str::from_utf8(text.as_bytes()).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use head::Headers;

    use super::*;

    #[test]
    fn how_long_an_endpoint_asks_to_be_left_alone_is_read_in_all_its_forms() {
        let rules = Retrying::read(&Retries { retry_after: Span::secs(5), ..Retries::default() }).unwrap();
        let state = CareState::new();
        let asked = |name: &'static str, value: &str, by_grpc| {
            let again = Again { rules: &rules, state: &state, repeatable: true, by_grpc, sent_again: 0 };
            let mut headers = Headers::default();
            headers.append(HeaderName::from_static(name), value.parse::<http::HeaderValue>().unwrap());
            again.leave_alone(&Head { status: StatusCode::OK, headers }, 784_111_777_000)
        };
        let secs = |secs| Ok(Duration::from_secs(secs));
        for (value, expected) in [
            ("3", secs(3)),
            ("0", secs(0)),
            ("6", Err(TooLong)),
            ("99999999999999999999999", secs(0)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", secs(3)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", secs(0)),
            ("Sun, 06 Nov 1994 09:49:40 GMT", Err(TooLong)),
            ("soon", secs(0)),
        ] {
            assert_eq!(asked("retry-after", value, false), expected, "{value}");
        }
        let millis = Ok(Duration::from_millis(250));
        assert_eq!(asked("grpc-retry-pushback-ms", "250", true), millis);
        assert_eq!(asked("grpc-retry-pushback-ms", "-1", true), Err(TooLong));
        assert_eq!(asked("grpc-retry-pushback-ms", "-1", false), secs(0));
    }

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
