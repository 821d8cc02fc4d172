//! The call log, read back.

use model::event::{CacheUse, Spoken};
use sqlx::{QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};
use store::Database;

use super::{load::fault_of, restored, stored};
use crate::{
    Error,
    call_log::{api_of, ms, some},
    query::{
        Call,
        call_filter::{CallFilter, Cursor},
    },
};

/// Rows a search looks at before it hands back what it has, and where to go on.
const MAX_SCANNED: i64 = 200_000;

const COLUMNS: &str = "SELECT id, at, request_id, trace_id, method, path, host, service, operation, caller, plan, subscription, status, problem, fault, duration_us, upstream_us, bytes_in, bytes_out, attempts, endpoint, client, user_agent, cause, cache, protocol FROM calls";

/// What a search found.
pub(crate) struct Scanned {
    /// The newest first.
    pub(crate) calls: Vec<(Cursor, Call)>,
    /// The oldest row looked at, where the search stopped at its bound.
    pub(crate) stopped_at: Option<Cursor>,
}

/// Calls of a filter, the newest first, up to `limit`.
pub(crate) async fn calls(database: &Database, filter: &CallFilter, limit: usize) -> Result<Scanned, Error> {
    let mut stopped_at = None;
    if filter.is_selective() {
        // Along the index only: how far a search over all these rows may go.
        let mut sql = QueryBuilder::new("SELECT at, id FROM calls");
        push_indexed(&mut sql, filter);
        sql.push(" ORDER BY at DESC, id DESC LIMIT 1 OFFSET ").push_bind(MAX_SCANNED);
        if let Some(row) = sql.build().fetch_optional(database.readers()).await? {
            stopped_at = Some(Cursor { at: restored(row.try_get(0)?), id: restored(row.try_get(1)?) });
        }
    }
    let mut sql = QueryBuilder::new(COLUMNS);
    push_indexed(&mut sql, filter);
    if let Some(bound) = stopped_at {
        sql.push(" AND at >= ").push_bind(stored(bound.at));
        sql.push(" AND (at, id) >= (").push_bind(stored(bound.at)).push(", ");
        sql.push_bind(stored(bound.id)).push(")");
    }
    push_others(&mut sql, filter);
    sql.push(" ORDER BY at DESC, id DESC LIMIT ").push_bind(stored(limit as u64));
    let rows = sql.build().fetch_all(database.readers()).await?;
    let calls = rows.iter().map(call_of).collect::<Result<_, Error>>()?;
    Ok(Scanned { calls, stopped_at })
}

/// One call of a workspace.
pub(crate) async fn call(database: &Database, workspace: &str, id: u64) -> Result<Option<Call>, Error> {
    let mut sql = QueryBuilder::new(COLUMNS);
    sql.push(" WHERE id = ").push_bind(stored(id)).push(" AND workspace = ").push_bind(workspace);
    let row = sql.build().fetch_optional(database.readers()).await?;
    Ok(row.as_ref().map(call_of).transpose()?.map(|(_, call)| call))
}

/// The conditions an index answers.
fn push_indexed(sql: &mut QueryBuilder<Sqlite>, filter: &CallFilter) {
    sql.push(" WHERE at >= ").push_bind(stored(filter.from)).push(" AND at < ").push_bind(stored(filter.to));
    if let Some(after) = filter.after {
        sql.push(" AND at <= ").push_bind(stored(after.at));
        sql.push(" AND (at, id) < (").push_bind(stored(after.at)).push(", ");
        sql.push_bind(stored(after.id)).push(")");
    }
    for (column, wanted) in [("caller", &filter.caller), ("service", &filter.service)] {
        let Some(wanted) = wanted else { continue };
        sql.push(" AND ").push(column).push(" = ").push_bind(wanted.clone());
    }
    if let Some(client) = filter.client {
        sql.push(" AND client = ").push_bind(client.to_string());
        sql.push(" AND workspace = ").push_bind(filter.workspace.clone());
    }
}

fn push_others(sql: &mut QueryBuilder<Sqlite>, filter: &CallFilter) {
    sql.push(" AND workspace = ").push_bind(filter.workspace.clone());
    let texts = [
        ("operation", &filter.operation),
        ("plan", &filter.plan),
        ("subscription", &filter.subscription),
        ("method", &filter.method),
        ("problem", &filter.problem),
    ];
    for (column, wanted) in texts {
        let Some(wanted) = wanted else { continue };
        sql.push(" AND ").push(column).push(" = ").push_bind(wanted.clone());
    }
    if let Some(status) = &filter.status {
        sql.push(" AND status >= ").push_bind(i64::from(*status.start()));
        sql.push(" AND status <= ").push_bind(i64::from(*status.end()));
    }
    if let Some(fault) = filter.fault {
        sql.push(" AND fault = ").push_bind(fault as i64);
    }
    if let Some(cache) = filter.cache {
        sql.push(" AND cache = ").push_bind(cache.as_str());
    }
    if let Some(protocol) = filter.protocol {
        sql.push(" AND protocol = ").push_bind(protocol.as_str());
    }
    if let Some(min) = filter.min_us {
        sql.push(" AND duration_us >= ").push_bind(stored(min));
    }
    if let Some(text) = &filter.text {
        let mut pattern = String::from("%");
        for c in text.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        sql.push(" AND (");
        let columns = ["path", "host", "request_id", "trace_id", "client", "user_agent", "endpoint", "cause"];
        for (at, column) in columns.into_iter().enumerate() {
            sql.push(if at == 0 { "" } else { " OR " }).push(column).push(" LIKE ");
            sql.push_bind(pattern.clone()).push(" ESCAPE '\\'");
        }
        sql.push(")");
    }
}

fn call_of(row: &SqliteRow) -> Result<(Cursor, Call), Error> {
    let text = |at: usize| -> Result<&str, Error> { Ok(row.try_get::<&str, _>(at)?) };
    let number = |at: usize| -> Result<u64, Error> { Ok(restored(row.try_get(at)?)) };
    let us = |at: usize| -> Result<u32, Error> { Ok(u32::try_from(number(at)?).unwrap_or(u32::MAX)) };
    let cursor = Cursor { id: number(0)?, at: number(1)? };
    let (service, duration, upstream) = (text(7)?, us(15)?, us(16)?);
    let call = Call {
        id: cursor.id.to_string(),
        at: cursor.at,
        request_id: text(2)?.to_owned(),
        trace_id: text(3)?.to_owned(),
        method: text(4)?.to_owned(),
        path: text(5)?.to_owned(),
        host: text(6)?.to_owned(),
        service: some(service),
        api: some(api_of(service)),
        operation: some(text(8)?),
        caller: some(text(9)?),
        plan: some(text(10)?),
        subscription: some(text(11)?),
        status: u16::try_from(number(12)?).unwrap_or(0),
        problem: some(text(13)?),
        fault: fault_of(row.try_get(14)?),
        duration_ms: ms(duration),
        upstream_ms: ms(upstream),
        gateway_ms: ms(duration.saturating_sub(upstream)),
        bytes_in: number(17)?,
        bytes_out: number(18)?,
        attempts: u8::try_from(number(19)?).unwrap_or(u8::MAX),
        endpoint: some(text(20)?),
        client: text(21)?.to_owned(),
        user_agent: some(text(22)?),
        cause: some(text(23)?),
        cache: cache_use(text(24)?),
        protocol: spoken(text(25)?),
    };
    Ok((cursor, call))
}

/// Nothing where it was logged before that was kept.
fn spoken(stored: &str) -> Option<Spoken> {
    Spoken::ALL.into_iter().find(|protocol| protocol.as_str() == stored)
}

fn cache_use(stored: &str) -> Option<CacheUse> {
    CacheUse::ALL.into_iter().find(|cache| cache.as_str() == stored)
}

#[cfg(test)]
mod tests {
    use sqlx::Row as _;
    use store::{Database, DatabaseOptions};

    use super::*;
    use crate::{database::MIGRATIONS, query::CallQuery};

    #[tokio::test]
    async fn calls_of_a_caller_a_service_and_an_address_are_found_by_an_index_each() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("analytics.db");
        let database = Database::open(&path, DatabaseOptions::default(), MIGRATIONS).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        let cases = [
            (CallQuery::default(), "calls_by_time"),
            (CallQuery { caller: text("consumer/ada"), ..CallQuery::default() }, "calls_by_caller"),
            (CallQuery { api: text("orders@v1"), ..CallQuery::default() }, "calls_by_service"),
            (
                CallQuery { client: text("192.0.2.7"), ..CallQuery::default() },
                "calls_by_client (client=? AND workspace=? AND at>? AND at<?)",
            ),
        ];
        for (query, index) in cases {
            let filter = CallFilter::of("default", &query).unwrap();
            assert!(!filter.is_selective(), "the whole of it is in an index: {query:?}");
            let mut sql = QueryBuilder::new("EXPLAIN QUERY PLAN ");
            sql.push(COLUMNS);
            push_indexed(&mut sql, &filter);
            push_others(&mut sql, &filter);
            sql.push(" ORDER BY at DESC, id DESC LIMIT 500");
            let plan = sql.build().fetch_all(database.readers()).await.unwrap();
            let plan: Vec<String> = plan.iter().map(|row| row.get("detail")).collect();
            assert!(plan.len() == 1 && plan[0].contains(index), "{query:?}: {plan:?}");
        }
    }
}
