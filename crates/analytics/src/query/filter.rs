//! Filters of series and meters, read from questions.

use std::ops::RangeInclusive;

use model::event::Fault;

use super::{TopQuery, TrafficQuery, UsageQuery};
use crate::{
    Error,
    meters::MeterKey,
    series::{OTHER, Series},
};

/// Which series a question is about.
pub(crate) struct SeriesFilter {
    workspace: String,
    service: Option<String>,
    operation: Option<String>,
    caller: Option<String>,
    plan: Option<String>,
    subscription: Option<String>,
    status: Option<RangeInclusive<u16>>,
    fault: Option<Fault>,
    problem: Option<String>,
}

impl SeriesFilter {
    pub(crate) fn of_traffic(workspace: &str, query: &TrafficQuery) -> Result<SeriesFilter, Error> {
        Ok(SeriesFilter {
            workspace: workspace.to_owned(),
            service: query.api.as_deref().map(service_of),
            operation: query.operation.clone(),
            caller: query.caller.clone(),
            plan: query.plan.clone(),
            subscription: query.subscription.clone(),
            status: query.status.as_deref().map(statuses).transpose()?,
            fault: query.fault,
            problem: query.problem.clone(),
        })
    }

    pub(crate) fn of_top(workspace: &str, query: &TopQuery) -> Result<SeriesFilter, Error> {
        Ok(SeriesFilter {
            workspace: workspace.to_owned(),
            service: query.api.as_deref().map(service_of),
            operation: query.operation.clone(),
            caller: query.caller.clone(),
            plan: query.plan.clone(),
            subscription: query.subscription.clone(),
            status: query.status.as_deref().map(statuses).transpose()?,
            fault: query.fault,
            problem: query.problem.clone(),
        })
    }

    pub(crate) fn matches(&self, series: &Series) -> bool {
        fn is(wanted: &Option<String>, found: &str) -> bool {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        }
        *self.workspace == *series.workspace
            && is(&self.service, &series.service)
            && is(&self.operation, &series.operation)
            && is(&self.caller, &series.caller)
            && is(&self.plan, &series.plan)
            && is(&self.subscription, &series.subscription)
            && is(&self.problem, &series.problem)
            && self.status.as_ref().is_none_or(|status| status.contains(&series.status))
            && self.fault.is_none_or(|fault| fault == series.fault)
    }
}

/// Which meters a question is about.
pub(crate) struct MeterFilter {
    pub(crate) workspace: String,
    caller: Option<String>,
    subscription: Option<String>,
    plan: Option<String>,
    service: Option<String>,
}

impl MeterFilter {
    pub(crate) fn of_usage(workspace: &str, query: &UsageQuery) -> MeterFilter {
        MeterFilter {
            workspace: workspace.to_owned(),
            caller: query.caller.clone(),
            subscription: query.subscription.clone(),
            plan: query.plan.clone(),
            service: query.api.as_deref().map(service_of),
        }
    }

    /// Columns and the value each must have, if any.
    pub(crate) fn columns(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("workspace", Some(&self.workspace)),
            ("caller", self.caller.as_deref()),
            ("subscription", self.subscription.as_deref()),
            ("plan", self.plan.as_deref()),
            ("service", self.service.as_deref()),
        ]
    }

    pub(crate) fn matches(&self, key: &MeterKey) -> bool {
        let found = [&key.workspace, &key.caller, &key.subscription, &key.plan, &key.service];
        self.columns()
            .iter()
            .zip(found)
            .all(|((_, wanted), found)| wanted.is_none_or(|wanted| wanted == &**found))
    }
}

/// The service's key of an API's id; keys are taken as they are.
pub(crate) fn service_of(api: &str) -> String {
    if api.is_empty() || api == OTHER || api.contains('/') {
        return api.to_owned();
    }
    format!("api/{api}")
}

/// The statuses of `404` or `4xx`.
pub(crate) fn statuses(text: &str) -> Result<RangeInclusive<u16>, Error> {
    if let Some(class @ b'1'..=b'5') = text.strip_suffix("xx").and_then(|class| match class.as_bytes() {
        [class] => Some(*class),
        _ => None,
    }) {
        let first = u16::from(class - b'0') * 100;
        return Ok(first..=first + 99);
    }
    match text.parse() {
        Ok(status @ 0..=999) => Ok(status..=status),
        _ => Err(Error::invalid("status", "write a status such as `404` or a class such as `4xx`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_or_a_class() {
        assert_eq!(statuses("404").unwrap(), 404..=404);
        assert_eq!(statuses("4xx").unwrap(), 400..=499);
        for bad in ["", "4x", "9xx", "xx", "404xx", "-1", "1000", "4xxx"] {
            assert!(statuses(bad).is_err(), "{bad}");
        }
    }
}
