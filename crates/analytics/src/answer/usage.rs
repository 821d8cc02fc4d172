//! Usage, from meters.

use std::collections::HashMap;

use crate::{
    Analytics, Error, Usage, UsagePoint, UsageQuery, UsageRow,
    call_log::{api_of, some},
    database,
    meters::{Meter, MeterKey},
    query::filter::MeterFilter,
    tier::{DAY, HOUR, floor},
};

const DEFAULT_LENGTH: u64 = 30 * DAY;
/// Up to this length a point is an hour.
const HOURLY_UP_TO: u64 = 3 * DAY;
const MAX_LENGTH: u64 = 2_000 * DAY;
const MAX_ROWS: usize = 1_000;

impl Analytics {
    /// Who of a workspace used how much; exact.
    ///
    /// # Errors
    /// As [`Analytics::traffic`].
    pub async fn usage(&self, workspace: &str, query: &UsageQuery) -> Result<Usage, Error> {
        let now = self.options().clock.now();
        let to = query.to.map_or(now.saturating_add(1), |at| at.0).min(now.saturating_add(DAY));
        let from = query.from.map_or(to.saturating_sub(DEFAULT_LENGTH), |at| at.0);
        if from >= to {
            return Err(Error::invalid("from", "must be before `to`"));
        }
        if to - from > MAX_LENGTH {
            return Err(Error::invalid("from", "too long ago"));
        }
        let from = floor(from, HOUR);
        let to = to.next_multiple_of(HOUR);
        let step = if to - from <= HOURLY_UP_TO { HOUR } else { DAY };
        let filter = MeterFilter::of_usage(workspace, query);

        let first = floor(from, step);
        let count = usize::try_from((to - first).div_ceil(step)).unwrap_or(0);
        let mut points = vec![Meter::default(); count];
        let mut rows: HashMap<MeterKey, Meter> = HashMap::new();
        let mut add = |at: u64, key: &MeterKey, meter: &Meter| {
            if let Some(point) = points.get_mut(((at.max(first) - first) / step) as usize) {
                point.add(meter);
            }
            rows.entry(key.clone()).or_default().add(meter);
        };

        self.collect();
        let open_from = {
            let memory = self.memory();
            let open_from = floor(memory.complete.minute, HOUR);
            // Where there is no database, memory is all there is.
            let open_from = if memory.durable { open_from } else { 0 };
            for (hour, key, meter) in memory.meters.range(from.max(open_from), to) {
                if filter.matches(key) {
                    add(hour, key, meter);
                }
            }
            open_from
        };
        if let Some(database) = self.database() {
            for row in database::meters(database, &filter, (from, to.min(open_from)), step).await? {
                add(row.at, &row.key, &row.meter);
            }
        }

        let mut total = Meter::default();
        points.iter().for_each(|point| total.add(point));
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by(|(a_key, a), (b_key, b)| b.calls.cmp(&a.calls).then_with(|| a_key.cmp(b_key)));
        rows.truncate(MAX_ROWS);
        let points = (first..).step_by(step as usize).zip(points);
        Ok(Usage {
            from,
            to,
            step_ms: step,
            points: points.map(|(at, meter)| point(at, &meter)).collect(),
            rows: rows.iter().map(|(key, meter)| row(key, meter)).collect(),
            calls: total.calls,
            refused: total.refused,
            failed: total.failed,
            bytes_in: total.bytes_in,
            bytes_out: total.bytes_out,
        })
    }
}

fn point(at: u64, meter: &Meter) -> UsagePoint {
    let &Meter { calls, refused, failed, bytes_in, bytes_out } = meter;
    UsagePoint { at, calls, refused, failed, bytes_in, bytes_out }
}

fn row(key: &MeterKey, meter: &Meter) -> UsageRow {
    let &Meter { calls, refused, failed, bytes_in, bytes_out } = meter;
    UsageRow {
        caller: some(&key.caller),
        subscription: some(&key.subscription),
        plan: some(&key.plan),
        service: some(&key.service),
        api: some(api_of(&key.service)),
        calls,
        refused,
        failed,
        bytes_in,
        bytes_out,
    }
}
