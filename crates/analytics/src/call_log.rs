//! Logged calls in memory: those not written yet, and where there is no database the latest.

use std::{collections::VecDeque, sync::Arc};

use model::{ExchangeEvent, event::Detail};

use crate::query::Call;

/// A call with its details.
#[derive(Debug)]
pub(crate) struct LoggedCall {
    pub(crate) id: u64,
    pub(crate) event: ExchangeEvent,
    pub(crate) detail: Box<Detail>,
}

/// Logged calls in memory.
pub(crate) struct CallLog {
    next_id: u64,
    /// Not written yet.
    pending: VecDeque<LoggedCall>,
    /// Being written; still answered from here.
    writing: Arc<Vec<LoggedCall>>,
    max: usize,
}

impl CallLog {
    pub(crate) fn new(next_id: u64, max: usize) -> CallLog {
        CallLog { next_id, pending: VecDeque::new(), writing: Arc::default(), max }
    }

    /// Adds a call; returns how many old ones had to go for it.
    pub(crate) fn add(&mut self, mut event: ExchangeEvent, mut detail: Box<Detail>) -> u64 {
        event.detail = None;
        // A listener of both families says `::ffff:203.0.113.7`; who is looked for is `203.0.113.7`.
        detail.client = detail.client.to_canonical();
        self.pending.push_back(LoggedCall { id: self.next_id, event, detail });
        self.next_id += 1;
        self.trim()
    }

    /// Takes calls out that are not written, the oldest first: `most` at most.
    pub(crate) fn take(&mut self, most: usize) -> Vec<LoggedCall> {
        let count = self.pending.len().min(most);
        self.pending.drain(..count).collect()
    }

    fn trim(&mut self) -> u64 {
        let surplus = self.pending.len().saturating_sub(self.max);
        self.pending.drain(..surplus);
        surplus as u64
    }

    /// Drops pending calls that arrived before a time; where there is no database.
    pub(crate) fn forget(&mut self, before: u64) {
        while self.pending.front().is_some_and(|call| call.event.at < before) {
            self.pending.pop_front();
        }
    }

    /// Everything in memory, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &LoggedCall> {
        self.writing.iter().chain(&self.pending)
    }

    pub(crate) fn len(&self) -> usize {
        self.writing.len() + self.pending.len()
    }

    /// Hands out what is not written; end it with [`CallLog::written`] or [`CallLog::not_written`].
    pub(crate) fn begin_writing(&mut self) -> Arc<Vec<LoggedCall>> {
        self.writing = Arc::new(std::mem::take(&mut self.pending).into());
        Arc::clone(&self.writing)
    }

    pub(crate) fn written(&mut self) {
        self.writing = Arc::default();
    }

    /// Takes everything back; returns how many old ones had to go.
    pub(crate) fn not_written(&mut self, writing: Arc<Vec<LoggedCall>>) -> u64 {
        self.writing = Arc::default();
        // The writer has given up its share by now, or the calls are copied.
        let calls =
            Arc::try_unwrap(writing).unwrap_or_else(|shared| shared.iter().map(LoggedCall::copy).collect());
        for call in calls.into_iter().rev() {
            self.pending.push_front(call);
        }
        self.trim()
    }
}

impl LoggedCall {
    fn copy(&self) -> LoggedCall {
        LoggedCall { id: self.id, event: self.event.clone(), detail: self.detail.clone() }
    }

    /// The workspace and service, empty where routed nowhere.
    pub(crate) fn place(&self) -> (&str, &str, &str) {
        match &self.event.target {
            Some(target) => (&target.workspace, &target.service, &target.operation),
            None => (crate::series::DEFAULT_WORKSPACE, "", ""),
        }
    }

    /// The call as the admin API shows it.
    pub(crate) fn show(&self) -> Call {
        let (event, detail) = (&self.event, &self.detail);
        let (_, service, operation) = self.place();
        Call {
            id: self.id.to_string(),
            at: event.at,
            request_id: detail.request_id.to_string(),
            trace_id: detail.trace_id.to_string(),
            method: event.method.to_string(),
            protocol: Some(event.protocol),
            path: detail.path.to_string(),
            host: detail.host.to_string(),
            service: some(service),
            api: some(api_of(service)),
            operation: some(operation),
            caller: event.caller.as_deref().and_then(some),
            plan: event.plan.as_deref().and_then(some),
            subscription: event.subscription.as_deref().and_then(some),
            status: event.status,
            problem: event.problem.and_then(some),
            fault: event.fault,
            duration_ms: ms(event.duration_us),
            upstream_ms: ms(event.upstream_us),
            gateway_ms: ms(event.duration_us.saturating_sub(event.upstream_us)),
            bytes_in: event.bytes_in,
            bytes_out: event.bytes_out,
            attempts: event.attempts,
            cache: event.cache,
            endpoint: detail.endpoint.as_deref().and_then(some),
            client: detail.client.to_string(),
            user_agent: detail.user_agent.as_deref().and_then(some),
            cause: detail.cause.as_deref().and_then(some),
        }
    }
}

/// Microseconds as milliseconds.
pub(crate) fn ms(us: u32) -> f64 {
    f64::from(us) / 1_000.0
}

/// A text, unless it is empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The API's id of a service's key; empty where it is none.
pub(crate) fn api_of(service: &str) -> &str {
    service.strip_prefix("api/").unwrap_or("")
}
