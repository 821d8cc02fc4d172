//! Rollups and meters, read back.

use std::sync::Arc;

use sqlx::{QueryBuilder, Row as _, SqliteExecutor};
use store::Database;

use super::{restored, stored};
use crate::{
    Error,
    cell::Cell,
    meters::{Meter, MeterKey},
    query::filter::MeterFilter,
    series::SeriesId,
    tier::{Complete, HOUR, Tier, floor},
};

/// Rows of one read.
const PAGE: i64 = 20_000;
/// Up to so many series are asked for by name; of more, all are read and sorted out here.
const MAX_NAMED_SERIES: usize = 500;

/// A rollup's row.
pub(super) struct StoredRow {
    pub(super) at: u64,
    pub(super) series: SeriesId,
    pub(super) cell: Cell,
}

/// Up to [`PAGE`] rows with `from <= at < to`, in the order of time and series, after the given one.
pub(super) async fn page_of_rollups(
    executor: impl SqliteExecutor<'_>,
    tier: Tier,
    from: u64,
    to: u64,
    series: Option<&[SeriesId]>,
    after: Option<(u64, SeriesId)>,
) -> Result<Vec<StoredRow>, Error> {
    let mut sql = QueryBuilder::new(
        "SELECT at, series, requests, bytes_in, bytes_out, duration, gateway FROM rollups WHERE tier = ",
    );
    sql.push_bind(tier as i64).push(" AND at < ").push_bind(stored(to));
    match after {
        None => sql.push(" AND at >= ").push_bind(stored(from)),
        Some((at, series)) => {
            sql.push(" AND (at, series) > (").push_bind(stored(at)).push(", ");
            sql.push_bind(i64::from(series)).push(")")
        }
    };
    if let Some(series) = series {
        sql.push(" AND series IN (");
        let mut ids = sql.separated(", ");
        for &id in series {
            ids.push_bind(i64::from(id));
        }
        sql.push(")");
    }
    sql.push(" ORDER BY at, series LIMIT ").push_bind(PAGE);
    let rows = sql.build().persistent(series.is_none()).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let number = |at: usize| -> Result<u64, Error> { Ok(restored(row.try_get(at)?)) };
            let mut cell =
                Cell { requests: number(2)?, bytes_in: number(3)?, bytes_out: number(4)?, ..Cell::default() };
            let sketches = cell
                .duration
                .merge_encoded(row.try_get(5)?)
                .and_then(|()| cell.gateway.merge_encoded(row.try_get(6).ok()?));
            sketches.ok_or_else(|| Error::Database("a rollup's sketch is damaged".into()))?;
            let series = SeriesId::try_from(number(1)?).unwrap_or(SeriesId::MAX);
            Ok(StoredRow { at: number(0)?, series, cell })
        })
        .collect()
}

/// Every row with `from <= at < to` of the given series, each hour or minute from the coarsest tier up to `coarsest` that has
/// it for good. Of `series`, which is sorted, everything else is left out.
pub(crate) async fn rollups(
    database: &Database,
    coarsest: Tier,
    complete: Complete,
    (from, to): (u64, u64),
    series: &[SeriesId],
    mut each: impl FnMut(u64, SeriesId, &Cell),
) -> Result<(), Error> {
    // Coarsest first; each goes on where the one before ends.
    let ends = [(Tier::Day, complete.day), (Tier::Hour, complete.hour), (Tier::Minute, complete.minute)];
    let of_coarsest = [(Tier::TenSeconds, complete.minute)];
    let ends = match coarsest {
        Tier::TenSeconds => &of_coarsest[..],
        _ => &ends[Tier::Day as usize - coarsest as usize..],
    };
    let named = (series.len() <= MAX_NAMED_SERIES).then_some(series);
    let mut from = from;
    for &(tier, end) in ends {
        let to = to.min(end);
        if from >= to {
            continue;
        }
        let mut after = None;
        loop {
            let page = page_of_rollups(database.readers(), tier, from, to, named, after).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.at, last.series));
            let wanted = |row: &&StoredRow| named.is_some() || series.binary_search(&row.series).is_ok();
            for row in page.iter().filter(wanted) {
                each(row.at, row.series, &row.cell);
            }
            if page.len() < PAGE as usize {
                break;
            }
        }
        from = to;
    }
    Ok(())
}

/// A meter added up over a step.
pub(crate) struct StoredMeter {
    /// The step's begin.
    pub(crate) at: u64,
    pub(crate) key: MeterKey,
    pub(crate) meter: Meter,
}

/// Meters of `from <= hour < to`, added up by step (whole hours).
pub(crate) async fn meters(
    database: &Database,
    filter: &MeterFilter,
    (from, to): (u64, u64),
    step: u64,
) -> Result<Vec<StoredMeter>, Error> {
    debug_assert!(step.is_multiple_of(HOUR));
    let mut sql = QueryBuilder::new("SELECT hour / ");
    sql.push_bind(stored(step));
    sql.push(
        " AS step, caller, subscription, plan, service, sum(calls), sum(refused), sum(failed), sum(bytes_in), sum(bytes_out) FROM meters WHERE hour >= ",
    );
    sql.push_bind(stored(floor(from, HOUR))).push(" AND hour < ").push_bind(stored(to));
    for (column, wanted) in filter.columns() {
        let Some(wanted) = wanted else { continue };
        sql.push(" AND ").push(column).push(" = ").push_bind(wanted);
    }
    sql.push(" GROUP BY step, caller, subscription, plan, service");
    let rows = sql.build().fetch_all(database.readers()).await?;
    let workspace: Arc<str> = filter.workspace.as_str().into();
    rows.iter()
        .map(|row| {
            let text = |at: usize| -> Result<Arc<str>, Error> { Ok(row.try_get::<&str, _>(at)?.into()) };
            let number = |at: usize| -> Result<u64, Error> { Ok(restored(row.try_get(at)?)) };
            Ok(StoredMeter {
                at: number(0)? * step,
                key: MeterKey {
                    workspace: Arc::clone(&workspace),
                    caller: text(1)?,
                    subscription: text(2)?,
                    plan: text(3)?,
                    service: text(4)?,
                },
                meter: Meter {
                    calls: number(5)?,
                    refused: number(6)?,
                    failed: number(7)?,
                    bytes_in: number(8)?,
                    bytes_out: number(9)?,
                },
            })
        })
        .collect()
}
