//! Traffic and top lists.
//!
//! Memory holds everything since [`Complete::minute`]; what the database has before never changes. Reading memory first and
//! the database after it therefore counts each call once, whatever is written meanwhile.
//!
//! [`Complete::minute`]: crate::tier::Complete

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use drift::{OperationUses, Uses};
use model::event::Fault;

use crate::{
    Analytics, By, Error, Point, TopQuery, TopRow, Totals, Traffic, TrafficQuery,
    call_log::api_of,
    cell::Cell,
    database,
    query::{filter::SeriesFilter, interval::Interval},
    series::{Series, SeriesId},
};

const DEFAULT_TOP: u32 = 20;
const MAX_TOP: u32 = 1_000;

/// Calls added up, with whose fault they failed.
#[derive(Clone, Default)]
struct Sum {
    by_fault: [u64; Fault::ALL.len()],
    cell: Cell,
}

impl Analytics {
    /// Traffic of a workspace over time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a question that makes no sense, [`Error::Database`] where the database cannot be read.
    pub async fn traffic(&self, workspace: &str, query: &TrafficQuery) -> Result<Traffic, Error> {
        let filter = SeriesFilter::of_traffic(workspace, query)?;
        let options = self.options();
        let interval =
            Interval::new(query.from, query.to, query.step, options.clock.now(), &options.retention)?;
        let mut sums = vec![Sum::default(); interval.points()];
        self.each_row(&filter, &interval, |at, series, cell| {
            if let Some(sum) = sums.get_mut(interval.point_of(at)) {
                sum.add(series, cell);
            }
        })
        .await?;
        let mut total = Sum::default();
        for sum in &sums {
            total.merge(sum);
        }
        let points = (interval.from..).step_by(interval.step as usize).zip(&sums);
        Ok(Traffic {
            from: interval.from,
            to: interval.to,
            step_ms: interval.step,
            points: points.map(|(at, sum)| Point { at, totals: sum.show() }).collect(),
            totals: total.show(),
        })
    }

    /// What of a workspace has the most requests.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn top(&self, workspace: &str, query: &TopQuery) -> Result<Vec<TopRow>, Error> {
        let limit = match query.limit.unwrap_or(DEFAULT_TOP) {
            limit @ 1..=MAX_TOP => limit as usize,
            _ => return Err(Error::invalid("limit", format!("must be 1 to {MAX_TOP}"))),
        };
        let filter = SeriesFilter::of_top(workspace, query)?;
        let options = self.options();
        let interval = Interval::new(query.from, query.to, None, options.clock.now(), &options.retention)?;
        let mut sums: HashMap<(Arc<str>, Arc<str>), Sum> = HashMap::new();
        self.each_row(&filter, &interval, |_, series, cell| {
            sums.entry(key_of(query.by, series)).or_default().add(series, cell);
        })
        .await?;
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by(|(a_key, a), (b_key, b)| {
            b.cell.requests.cmp(&a.cell.requests).then_with(|| a_key.cmp(b_key))
        });
        sums.truncate(limit);
        Ok(sums.into_iter().map(|((service, key), sum)| sum.show_row(query.by, &service, &key)).collect())
    }

    /// Who uses the operations of an API (`orders@v1`) since a time, in milliseconds since 1970; `operations` are ids, each with what the
    /// contract calls it. Calls that the gateway refused do not count.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn uses(
        &self,
        workspace: &str,
        api: &str,
        since: u64,
        operations: &[(String, String)],
    ) -> Result<Uses, Error> {
        let query = TopQuery {
            api: Some(api.to_owned()),
            from: Some(crate::query::Time(since)),
            ..TopQuery::default()
        };
        let filter = SeriesFilter::of_top(workspace, &query)?;
        let options = self.options();
        let interval = Interval::new(query.from, query.to, None, options.clock.now(), &options.retention)?;
        let mut calls: HashMap<(Arc<str>, Arc<str>), u64> = HashMap::new();
        self.each_row(&filter, &interval, |_, series, cell| {
            if series.problem.is_empty() {
                let who = (Arc::clone(&series.operation), Arc::clone(&series.caller));
                *calls.entry(who).or_default() += cell.requests;
            }
        })
        .await?;
        let mut seen = self.seen(workspace, &format!("api/{api}")).unwrap_or_default();
        let mut uses = Uses { since: interval.from, ..Uses::default() };
        for (id, name) in operations {
            let of = calls.iter().filter(|((operation, _), _)| **operation == **id);
            let callers: BTreeMap<String, u64> =
                of.map(|((_, caller), calls)| (caller.to_string(), *calls)).collect();
            let seen = seen.operations.remove(&**id).unwrap_or_default();
            let parts = seen.parts.into_iter().map(|(part, callers)| {
                let callers = callers.into_iter().filter(|(_, span)| span.last >= since);
                (part.into(), callers.map(|(caller, span)| (caller.into(), span)).collect())
            });
            let parts = parts.collect();
            uses.operations.insert(name.clone(), OperationUses { callers, sampled: seen.sampled, parts });
        }
        Ok(uses)
    }

    /// Every row of the interval that meets the filter, with its time.
    pub(super) async fn each_row(
        &self,
        filter: &SeriesFilter,
        interval: &Interval,
        mut each: impl FnMut(u64, &Series, &Cell),
    ) -> Result<(), Error> {
        // Rings first: what a worker recorded before the question is in the answer.
        self.collect();
        let (wanted, complete) = {
            let memory = self.memory();
            let wanted: HashMap<SeriesId, Arc<Series>> = memory
                .registry
                .iter()
                .filter(|(_, series)| filter.matches(series))
                .map(|(id, series)| (id, Arc::clone(series)))
                .collect();
            let open_from = interval.from.max(memory.complete.minute);
            for (at, id, cell) in memory.rows.range(open_from, interval.to) {
                if let Some(series) = wanted.get(&id) {
                    each(at, series, cell);
                }
            }
            (wanted, memory.complete)
        };
        let Some(database) = self.database() else { return Ok(()) };
        let mut ids: Vec<SeriesId> = wanted.keys().copied().collect();
        ids.sort_unstable();
        if ids.is_empty() {
            return Ok(());
        }
        let between = (interval.from, interval.to);
        database::rollups(database, interval.tier, complete, between, &ids, |at, id, cell| {
            if let Some(series) = wanted.get(&id) {
                each(at, series, cell);
            }
        })
        .await
    }
}

/// What a series is added up under: its service where that is needed to tell, and its key.
fn key_of(by: By, series: &Series) -> (Arc<str>, Arc<str>) {
    let none = || Arc::from("");
    match by {
        By::Api => (none(), Arc::clone(&series.service)),
        By::Operation => (Arc::clone(&series.service), Arc::clone(&series.operation)),
        By::Caller => (none(), Arc::clone(&series.caller)),
        By::Plan => (none(), Arc::clone(&series.plan)),
        By::Subscription => (none(), Arc::clone(&series.subscription)),
        By::Status => (none(), series.status.to_string().into()),
        By::Fault => (none(), series.fault.as_str().into()),
        By::Problem => (none(), Arc::clone(&series.problem)),
    }
}

impl Sum {
    fn add(&mut self, series: &Series, cell: &Cell) {
        self.by_fault[series.fault as usize] += cell.requests;
        self.cell.merge(cell);
    }

    fn merge(&mut self, other: &Sum) {
        for (sum, more) in self.by_fault.iter_mut().zip(other.by_fault) {
            *sum += more;
        }
        self.cell.merge(&other.cell);
    }

    fn errors(&self) -> u64 {
        self.cell.requests - self.by_fault[Fault::None as usize]
    }

    fn show(&self) -> Totals {
        let cell = &self.cell;
        let ms = |us: f64| us / 1_000.0;
        let duration = |q| cell.duration.quantile(q).map(ms);
        let gateway = |q| cell.gateway.quantile(q).map(ms);
        let [none, downstream, upstream, of_gateway] = self.by_fault;
        Totals {
            requests: cell.requests,
            errors: self.errors(),
            by_fault: crate::query::ByFault { none, downstream, upstream, gateway: of_gateway },
            p50_ms: duration(0.5),
            p95_ms: duration(0.95),
            p99_ms: duration(0.99),
            gateway_p50_ms: gateway(0.5),
            gateway_p95_ms: gateway(0.95),
            gateway_p99_ms: gateway(0.99),
            bytes_in: cell.bytes_in,
            bytes_out: cell.bytes_out,
        }
    }

    fn show_row(&self, by: By, service: &str, key: &str) -> TopRow {
        let shown = self.show();
        let id = |service: &str| match api_of(service) {
            "" => service.to_owned(),
            api => api.to_owned(),
        };
        TopRow {
            key: if by == By::Api { id(key) } else { key.to_owned() },
            api: (by == By::Operation).then(|| id(service)),
            requests: shown.requests,
            errors: shown.errors,
            p50_ms: shown.p50_ms,
            p95_ms: shown.p95_ms,
            bytes_in: shown.bytes_in,
            bytes_out: shown.bytes_out,
        }
    }
}
