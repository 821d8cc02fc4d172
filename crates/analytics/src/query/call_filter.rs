//! A filter of the call log, and how calls in memory meet it.

use std::{net::IpAddr, ops::RangeInclusive};

use model::event::{CacheUse, Fault, Spoken};

use super::{
    CallQuery,
    filter::{service_of, statuses},
};
use crate::{Error, call_log::LoggedCall};

/// A place in the call log: calls are sorted by it, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor {
    pub(crate) at: u64,
    pub(crate) id: u64,
}

/// Which calls a question is about.
pub(crate) struct CallFilter {
    pub(crate) workspace: String,
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Only what is older.
    pub(crate) after: Option<Cursor>,
    pub(crate) service: Option<String>,
    pub(crate) operation: Option<String>,
    pub(crate) caller: Option<String>,
    pub(crate) plan: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) status: Option<RangeInclusive<u16>>,
    pub(crate) method: Option<String>,
    pub(crate) fault: Option<Fault>,
    pub(crate) problem: Option<String>,
    pub(crate) cache: Option<CacheUse>,
    pub(crate) protocol: Option<Spoken>,
    pub(crate) client: Option<IpAddr>,
    pub(crate) min_us: Option<u64>,
    /// In lower case.
    pub(crate) text: Option<String>,
}

/// Letters a search text may have.
const MAX_TEXT: usize = 200;

impl CallFilter {
    pub(crate) fn of(workspace: &str, query: &CallQuery) -> Result<CallFilter, Error> {
        let text = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.len() > MAX_TEXT) {
            return Err(Error::invalid("q", format!("at most {MAX_TEXT} bytes")));
        }
        let after = query.after.as_deref().map(|text| {
            Cursor::read(text).ok_or_else(|| Error::invalid("after", "give the `next` of a page"))
        });
        let client = query.client.as_deref().map(|text| {
            text.parse::<IpAddr>()
                .map_err(|_| Error::invalid("client", "give an address such as `203.0.113.7`"))
        });
        Ok(CallFilter {
            workspace: workspace.to_owned(),
            from: query.from.map_or(0, |at| at.0),
            // Without an end: clocks of workers may be ahead of ours.
            to: query.to.map_or(u64::MAX, |at| at.0),
            after: after.transpose()?,
            service: query.api.as_deref().map(service_of),
            operation: query.operation.clone(),
            caller: query.caller.clone(),
            plan: query.plan.clone(),
            subscription: query.subscription.clone(),
            status: query.status.as_deref().map(statuses).transpose()?,
            method: query.method.as_deref().map(str::to_ascii_uppercase),
            fault: query.fault,
            problem: query.problem.clone(),
            cache: query.cache,
            protocol: query.protocol,
            client: client.transpose()?.map(|client| client.to_canonical()),
            min_us: query.min_ms.map(|ms| ms.saturating_mul(1_000)),
            text: text.map(str::to_ascii_lowercase),
        })
    }

    /// Whether there are conditions no index answers.
    pub(crate) fn is_selective(&self) -> bool {
        let texts =
            [&self.operation, &self.plan, &self.subscription, &self.method, &self.problem, &self.text];
        texts.iter().any(|text| text.is_some())
            || self.status.is_some()
            || self.fault.is_some()
            || self.cache.is_some()
            || self.protocol.is_some()
            || self.min_us.is_some()
            // One index is used at a time.
            || usize::from(self.caller.is_some())
                + usize::from(self.service.is_some())
                + usize::from(self.client.is_some())
                > 1
    }

    pub(crate) fn matches(&self, call: &LoggedCall) -> bool {
        fn is(wanted: &Option<String>, found: &str) -> bool {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        }
        let event = &call.event;
        let (workspace, service, operation) = call.place();
        self.workspace == workspace
            && (self.from..self.to).contains(&event.at)
            && self.after.is_none_or(|after| Cursor::of(call) < after)
            && is(&self.service, service)
            && is(&self.operation, operation)
            && is(&self.caller, event.caller.as_deref().unwrap_or(""))
            && is(&self.plan, event.plan.as_deref().unwrap_or(""))
            && is(&self.subscription, event.subscription.as_deref().unwrap_or(""))
            && is(&self.method, event.method.as_str())
            && is(&self.problem, event.problem.unwrap_or(""))
            && self.status.as_ref().is_none_or(|status| status.contains(&event.status))
            && self.fault.is_none_or(|fault| fault == event.fault)
            && self.cache.is_none_or(|cache| event.cache == Some(cache))
            && self.protocol.is_none_or(|protocol| event.protocol == protocol)
            && self.client.is_none_or(|client| call.detail.client.to_canonical() == client)
            && self.min_us.is_none_or(|min| u64::from(event.duration_us) >= min)
            && self.text.as_deref().is_none_or(|text| mentions(call, text))
    }
}

/// Whether a call holds a text, the case of ASCII letters aside as in SQLite's `LIKE`.
fn mentions(call: &LoggedCall, text: &str) -> bool {
    let detail = &call.detail;
    let texts = [
        Some(&*detail.path),
        Some(&*detail.host),
        Some(&*detail.request_id),
        Some(&*detail.trace_id),
        detail.user_agent.as_deref(),
        detail.endpoint.as_deref(),
        detail.cause.as_deref(),
    ];
    texts.into_iter().flatten().any(|found| found.to_ascii_lowercase().contains(text))
        || detail.client.to_string().contains(text)
}

impl Cursor {
    pub(crate) fn of(call: &LoggedCall) -> Cursor {
        Cursor { at: call.event.at, id: call.id }
    }

    fn read(text: &str) -> Option<Cursor> {
        let (at, id) = text.split_once('-')?;
        Some(Cursor { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.at, self.id)
    }
}
