//! One second's changes in one transaction, and what outlived its retention.

use std::{collections::BTreeMap, time::Duration};

use model::event::CacheUse;
use sqlx::{QueryBuilder, Sqlite, Transaction, query_builder::Separated};
use store::Database;

use super::{read::page_of_rollups, stored};
use crate::{
    Error, Retention,
    batch::{Batch, EncodedRow},
    call_log::LoggedCall,
    cell::Cell,
    memory::Counts,
    meters::{Meter, MeterKey},
    series::SeriesId,
    tier::{Complete, Tier, floor, millis},
};

/// Rows of one statement at most: 27 columns of calls stay below SQLite's 32,766 parameters.
const MOST: usize = 500;
/// Rows of one statement at least.
const LEAST: usize = 20;
/// Statements of one kind of rows, as long as [`MOST`] allows it.
const STATEMENTS: usize = 200;
/// Between two statements. A batch in one piece would hold requests on the same core for as long as it takes, once a second.
const PAUSE: Duration = Duration::from_millis(1);
/// Logged calls deleted at one time, so that a lowered limit does not hold the writer for long.
const MAX_DELETED: i64 = 100_000;

/// Writes a batch. Returns how many logged calls were deleted.
pub(crate) async fn write(
    database: &Database,
    batch: &Batch,
    retention: &Retention,
    now: u64,
) -> Result<u64, Error> {
    let mut tx = database.begin().await?;
    write_series(&mut tx, batch).await?;
    write_rows(&mut tx, &batch.rows).await?;
    write_rows(&mut tx, &batch.minutes).await?;
    write_meters(&mut tx, &batch.meters).await?;
    write_calls(&mut tx, &batch.calls).await?;
    let (was, is) = (batch.was_complete, batch.complete);
    roll_up(&mut tx, Tier::Minute, Tier::Hour, was.hour, is.hour).await?;
    roll_up(&mut tx, Tier::Hour, Tier::Day, was.day, is.day).await?;
    write_counts(&mut tx, &batch.counts, &is).await?;
    let deleted = match was == is {
        true => 0,
        false => delete_old(&mut tx, retention, now).await?,
    };
    tx.commit().await?;
    Ok(deleted)
}

/// Writes rows in statements of some of them, with pauses between.
async fn insert<T>(
    tx: &mut Transaction<'static, Sqlite>,
    into: &'static str,
    rows: &[T],
    mut bind: impl FnMut(Separated<'_, Sqlite, &'static str>, &T),
) -> Result<(), Error> {
    let size = (rows.len() / STATEMENTS).clamp(LEAST, MOST);
    let mut portions = rows.chunks(size).peekable();
    while let Some(portion) = portions.next() {
        let mut sql = QueryBuilder::new(into);
        sql.push_values(portion, &mut bind);
        let is_usual = portion.len() == size && [LEAST, MOST].contains(&size);
        sql.build().persistent(is_usual).execute(&mut **tx).await?;
        if portions.peek().is_some() {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

async fn write_series(tx: &mut Transaction<'static, Sqlite>, batch: &Batch) -> Result<(), Error> {
    let into = "INSERT OR REPLACE INTO series (id, workspace, service, operation, caller, plan, subscription, status, fault, problem) ";
    insert(tx, into, &batch.series, |mut row, (id, series)| {
        row.push_bind(i64::from(*id))
            .push_bind(&*series.workspace)
            .push_bind(&*series.service)
            .push_bind(&*series.operation)
            .push_bind(&*series.caller)
            .push_bind(&*series.plan)
            .push_bind(&*series.subscription)
            .push_bind(i64::from(series.status))
            .push_bind(series.fault as i64)
            .push_bind(&*series.problem);
    })
    .await
}

async fn write_rows(tx: &mut Transaction<'static, Sqlite>, rows: &[EncodedRow]) -> Result<(), Error> {
    let into = "INSERT OR REPLACE INTO rollups (tier, at, series, requests, bytes_in, bytes_out, duration, gateway) ";
    insert(tx, into, rows, |mut values, row| {
        values
            .push_bind(row.tier as i64)
            .push_bind(stored(row.at))
            .push_bind(i64::from(row.series))
            .push_bind(stored(row.requests))
            .push_bind(stored(row.bytes_in))
            .push_bind(stored(row.bytes_out))
            .push_bind(&row.duration[..])
            .push_bind(&row.gateway[..]);
    })
    .await
}

async fn write_meters(
    tx: &mut Transaction<'static, Sqlite>,
    meters: &[(u64, std::sync::Arc<MeterKey>, Meter)],
) -> Result<(), Error> {
    let into = "INSERT OR REPLACE INTO meters (hour, workspace, caller, subscription, plan, service, calls, refused, failed, bytes_in, bytes_out) ";
    insert(tx, into, meters, |mut row, (hour, key, meter)| {
        row.push_bind(stored(*hour))
            .push_bind(&*key.workspace)
            .push_bind(&*key.caller)
            .push_bind(&*key.subscription)
            .push_bind(&*key.plan)
            .push_bind(&*key.service)
            .push_bind(stored(meter.calls))
            .push_bind(stored(meter.refused))
            .push_bind(stored(meter.failed))
            .push_bind(stored(meter.bytes_in))
            .push_bind(stored(meter.bytes_out));
    })
    .await
}

async fn write_calls(tx: &mut Transaction<'static, Sqlite>, calls: &[LoggedCall]) -> Result<(), Error> {
    let into = "INSERT OR REPLACE INTO calls (id, at, workspace, request_id, trace_id, method, path, host, service, operation, caller, plan, subscription, status, problem, fault, duration_us, upstream_us, bytes_in, bytes_out, attempts, endpoint, client, user_agent, cause, cache, protocol) ";
    insert(tx, into, calls, |mut row, call| {
        let (event, detail) = (&call.event, &call.detail);
        let (workspace, service, operation) = call.place();
        row.push_bind(stored(call.id))
            .push_bind(stored(event.at))
            .push_bind(workspace)
            .push_bind(&*detail.request_id)
            .push_bind(&*detail.trace_id)
            .push_bind(event.method.as_str())
            .push_bind(&*detail.path)
            .push_bind(&*detail.host)
            .push_bind(service)
            .push_bind(operation)
            .push_bind(event.caller.as_deref().unwrap_or(""))
            .push_bind(event.plan.as_deref().unwrap_or(""))
            .push_bind(event.subscription.as_deref().unwrap_or(""))
            .push_bind(i64::from(event.status))
            .push_bind(event.problem.unwrap_or(""))
            .push_bind(event.fault as i64)
            .push_bind(i64::from(event.duration_us))
            .push_bind(i64::from(event.upstream_us))
            .push_bind(stored(event.bytes_in))
            .push_bind(stored(event.bytes_out))
            .push_bind(i64::from(event.attempts))
            .push_bind(detail.endpoint.as_deref().unwrap_or(""))
            .push_bind(detail.client.to_string())
            .push_bind(detail.user_agent.as_deref().unwrap_or(""))
            .push_bind(detail.cause.as_deref().unwrap_or(""))
            .push_bind(event.cache.map_or("", CacheUse::as_str))
            .push_bind(event.protocol.as_str());
    })
    .await
}

/// Adds the rows of a finer tier with `from <= at < to` up into a coarser one; both bounds are whole intervals of the latter.
async fn roll_up(
    tx: &mut Transaction<'static, Sqlite>,
    finer: Tier,
    coarser: Tier,
    from: u64,
    to: u64,
) -> Result<(), Error> {
    if from >= to {
        return Ok(());
    }
    let mut ended: BTreeMap<(u64, SeriesId), Cell> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = page_of_rollups(&mut **tx, finer, from, to, None, after).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.series));
        for row in page {
            ended.entry((floor(row.at, coarser.length()), row.series)).or_default().merge(&row.cell);
        }
    }
    let rows: Vec<_> =
        ended.iter().map(|(&(at, series), cell)| EncodedRow::new(coarser, at, series, cell)).collect();
    write_rows(tx, &rows).await
}

async fn write_counts(
    tx: &mut Transaction<'static, Sqlite>,
    counts: &Counts,
    complete: &Complete,
) -> Result<(), Error> {
    let named = counts.named().into_iter().chain(complete.named());
    let mut sql = QueryBuilder::new("INSERT OR REPLACE INTO counts (name, value) ");
    sql.push_values(named, |mut row, (name, value)| {
        row.push_bind(name).push_bind(stored(value));
    });
    sql.build().execute(&mut **tx).await?;
    Ok(())
}

async fn delete_old(
    tx: &mut Transaction<'static, Sqlite>,
    retention: &Retention,
    now: u64,
) -> Result<u64, Error> {
    for tier in Tier::ALL {
        sqlx::query("DELETE FROM rollups WHERE tier = ? AND at < ?")
            .bind(tier as i64)
            .bind(stored(now.saturating_sub(tier.retention(retention))))
            .execute(&mut **tx)
            .await?;
    }
    sqlx::query("DELETE FROM meters WHERE hour < ?")
        .bind(stored(now.saturating_sub(millis(retention.meters))))
        .execute(&mut **tx)
        .await?;
    let old =
        sqlx::query("DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE at < ? ORDER BY at LIMIT ?)")
            .bind(stored(now.saturating_sub(millis(retention.calls))))
            .bind(MAX_DELETED)
            .execute(&mut **tx)
            .await?;
    // Ids rise by one with each call, so that the surplus is found without counting.
    let many = sqlx::query(
        "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE id <= (SELECT max(id) FROM calls) - ? ORDER BY id LIMIT ?)",
    )
    .bind(stored(retention.max_calls))
    .bind(MAX_DELETED)
    .execute(&mut **tx)
    .await?;
    Ok(old.rows_affected() + many.rows_affected())
}
