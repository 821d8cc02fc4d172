//! Calls of one caller by day, operation and outcome.

use std::collections::BTreeMap;

use model::Span;

use crate::{
    Analytics, DayRow, Error, Time, TrafficQuery,
    call_log::some,
    query::{filter::SeriesFilter, interval::Interval},
    tier::DAY,
};

/// Rows of one answer.
const MOST: usize = 100_000;

impl Analytics {
    /// Calls of a workspace's caller (`consumer/ada`) between two times, in milliseconds since 1970, by day, operation and outcome; the oldest
    /// first, and whether there were more than 100,000 rows.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn days(
        &self,
        workspace: &str,
        caller: &str,
        (from, to): (u64, u64),
    ) -> Result<(Vec<DayRow>, bool), Error> {
        let query = TrafficQuery {
            from: Some(Time(from)),
            to: Some(Time(to)),
            step: Some(Span::millis(DAY)),
            caller: Some(caller.to_owned()),
            ..TrafficQuery::default()
        };
        let filter = SeriesFilter::of_traffic(workspace, &query)?;
        let options = self.options();
        let interval =
            Interval::new(query.from, query.to, query.step, options.clock.now(), &options.retention)?;
        let mut rows: BTreeMap<_, DayRow> = BTreeMap::new();
        self.each_row(&filter, &interval, |at, series, cell| {
            let at = interval.from + interval.point_of(at) as u64 * interval.step;
            let key = (at, series.texts().map(str::to_owned), series.status, series.fault);
            let row = rows.entry(key).or_insert_with(|| DayRow {
                at,
                service: some(&series.service),
                operation: some(&series.operation),
                plan: some(&series.plan),
                subscription: some(&series.subscription),
                status: series.status,
                problem: some(&series.problem),
                fault: series.fault,
                ..DayRow::default()
            });
            row.calls += cell.requests;
            row.bytes_in = row.bytes_in.saturating_add(cell.bytes_in);
            row.bytes_out = row.bytes_out.saturating_add(cell.bytes_out);
        })
        .await?;
        let more = rows.len() > MOST;
        Ok((rows.into_values().take(MOST).collect(), more))
    }
}
