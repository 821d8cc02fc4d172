//! What memory must know again after a restart.

use model::event::Fault;
use sqlx::Row as _;
use store::Database;

use super::{read::page_of_rollups, restored, stored};
use crate::{
    Error, Options,
    batch::GRACE,
    memory::{Counts, Memory},
    meters::{Meter, MeterKey},
    series::{Series, SeriesId},
    tier::{Complete, DAY, HOUR, MINUTE, Tier, floor},
};

const MAX_SERIES_ID: SeriesId = 50_000_000;

/// Restores memory as it was written last. Returns it with the number of logged calls.
pub(crate) async fn load(database: &Database, options: &Options) -> Result<(Memory, u64), Error> {
    let readers = database.readers();
    let mut counts = Counts::default();
    let minute = floor(options.clock.now().saturating_sub(GRACE), MINUTE);
    let mut complete = Complete { minute, hour: floor(minute, HOUR), day: floor(minute, DAY) };
    for row in sqlx::query("SELECT name, value FROM counts").fetch_all(readers).await? {
        let (name, value): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        counts.restore(&name, restored(value));
        complete.restore(&name, restored(value));
    }
    let (last, kept): (i64, i64) =
        sqlx::query_as("SELECT coalesce(max(id), 0), count(*) FROM calls").fetch_one(readers).await?;
    // Every logged call took a number, also those that are gone again.
    let next_call = restored(last).max(counts.logged).saturating_add(1);
    let mut memory = Memory::new(options, true, complete, next_call);
    memory.counts = counts;
    memory.saved_counts = counts;

    delete_unused_series(database, options.max_series).await?;
    let mut after = -1;
    loop {
        let sql = "SELECT id, workspace, service, operation, caller, plan, subscription, status, fault, problem FROM series WHERE id > ? ORDER BY id LIMIT 10000";
        let page = sqlx::query(sql).bind(after).fetch_all(readers).await?;
        let Some(last) = page.last() else { break };
        after = last.try_get(0)?;
        for row in page {
            let mut text =
                |at: usize| -> Result<_, Error> { Ok(memory.registry.shared(row.try_get::<&str, _>(at)?)) };
            let series = Series {
                workspace: text(1)?,
                service: text(2)?,
                operation: text(3)?,
                caller: text(4)?,
                plan: text(5)?,
                subscription: text(6)?,
                status: u16::try_from(row.try_get::<i64, _>(7)?).unwrap_or(0),
                fault: fault_of(row.try_get(8)?),
                problem: text(9)?,
            };
            // Ids are given out one by one; one far beyond is damage, and must not become memory.
            let id = SeriesId::try_from(row.try_get::<i64, _>(0)?)
                .ok()
                .filter(|&id| id < MAX_SERIES_ID)
                .ok_or_else(|| Error::Database("a series has an id out of range".into()))?;
            memory.registry.restore(id, series);
        }
    }

    let mut after = None;
    loop {
        let (tier, from) = (Tier::TenSeconds, complete.minute);
        let page = page_of_rollups(readers, tier, from, u64::MAX, None, after).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.series));
        for row in &page {
            memory.rows.restore(row.at, row.series, &row.cell);
        }
    }
    let sql = "SELECT hour, workspace, caller, subscription, plan, service, calls, refused, failed, bytes_in, bytes_out FROM meters WHERE hour >= ?";
    let open = stored(floor(complete.minute, HOUR));
    for row in sqlx::query(sql).bind(open).fetch_all(readers).await? {
        let mut text =
            |at: usize| -> Result<_, Error> { Ok(memory.registry.shared(row.try_get::<&str, _>(at)?)) };
        let number = |at: usize| -> Result<u64, Error> { Ok(restored(row.try_get(at)?)) };
        let key = MeterKey {
            workspace: text(1)?,
            caller: text(2)?,
            subscription: text(3)?,
            plan: text(4)?,
            service: text(5)?,
        };
        let meter = Meter {
            calls: number(6)?,
            refused: number(7)?,
            failed: number(8)?,
            bytes_in: number(9)?,
            bytes_out: number(10)?,
        };
        memory.meters.restore(number(0)?, key, meter);
    }
    Ok((memory, restored(kept)))
}

/// Forgets combinations no row has any more, once half of the room is taken: it reads every rollup. Only at start: nobody
/// holds their numbers yet.
async fn delete_unused_series(database: &Database, max: usize) -> Result<(), Error> {
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM series").fetch_one(database.readers()).await?;
    if restored(known) < max as u64 / 2 {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    sqlx::query("DELETE FROM series WHERE id NOT IN (SELECT series FROM rollups)").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn fault_of(stored: i64) -> Fault {
    usize::try_from(stored).ok().and_then(|at| Fault::ALL.get(at)).copied().unwrap_or(Fault::Gateway)
}
