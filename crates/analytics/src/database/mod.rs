//! `analytics.db`: its shape, and the little it keeps besides rows.

mod calls;
mod load;
mod read;
pub(crate) mod seen;
mod write;

use store::Migration;

pub(crate) use calls::{call, calls};
pub(crate) use load::load;
pub(crate) use read::{meters, rollups};
pub(crate) use write::write;

/// The shape of `analytics.db`. Absent texts are empty; `tier` is [`crate::tier::Tier`]'s number, `fault` its place in
/// [`model::event::Fault::ALL`]; times are milliseconds since 1970, sketches [`crate::sketch::Sketch::encode`]'s bytes.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "rollups, meters and the call log",
        sql: "
        CREATE TABLE counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            workspace TEXT NOT NULL,
            service TEXT NOT NULL,
            operation TEXT NOT NULL,
            caller TEXT NOT NULL,
            plan TEXT NOT NULL,
            subscription TEXT NOT NULL,
            status INTEGER NOT NULL,
            fault INTEGER NOT NULL,
            problem TEXT NOT NULL
        );
        CREATE TABLE rollups (
            tier INTEGER NOT NULL,
            at INTEGER NOT NULL,
            series INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            duration BLOB NOT NULL,
            gateway BLOB NOT NULL,
            PRIMARY KEY (tier, at, series)
        ) WITHOUT ROWID;
        CREATE TABLE meters (
            hour INTEGER NOT NULL,
            workspace TEXT NOT NULL,
            caller TEXT NOT NULL,
            subscription TEXT NOT NULL,
            plan TEXT NOT NULL,
            service TEXT NOT NULL,
            calls INTEGER NOT NULL,
            refused INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            PRIMARY KEY (hour, workspace, caller, subscription, plan, service)
        ) WITHOUT ROWID;
        CREATE INDEX meters_by_caller ON meters (caller, hour);
        CREATE TABLE calls (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            workspace TEXT NOT NULL,
            request_id TEXT NOT NULL,
            trace_id TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            host TEXT NOT NULL,
            service TEXT NOT NULL,
            operation TEXT NOT NULL,
            caller TEXT NOT NULL,
            plan TEXT NOT NULL,
            subscription TEXT NOT NULL,
            status INTEGER NOT NULL,
            problem TEXT NOT NULL,
            fault INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            upstream_us INTEGER NOT NULL,
            bytes_in INTEGER NOT NULL,
            bytes_out INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            endpoint TEXT NOT NULL,
            client TEXT NOT NULL,
            user_agent TEXT NOT NULL,
            cause TEXT NOT NULL
        );
        CREATE INDEX calls_by_time ON calls (at);
        CREATE INDEX calls_by_caller ON calls (caller, at);
        CREATE INDEX calls_by_service ON calls (service, at)
    ",
    },
    Migration {
        version: 2,
        name: "what the cache did with a call",
        sql: "ALTER TABLE calls ADD COLUMN cache TEXT NOT NULL DEFAULT ''",
    },
    Migration {
        version: 3,
        name: "what the client of a call spoke",
        sql: "ALTER TABLE calls ADD COLUMN protocol TEXT NOT NULL DEFAULT ''",
    },
    Migration {
        version: 4,
        name: "what was seen of services, beside what their contracts say",
        sql: "CREATE TABLE seen (service TEXT PRIMARY KEY, seen TEXT NOT NULL) WITHOUT ROWID",
    },
    Migration {
        version: 5,
        name: "calls of a client are found by its address",
        // Addresses are of all workspaces, unlike callers and services.
        sql: "CREATE INDEX calls_by_client ON calls (client, workspace, at)",
    },
];

/// A number as SQLite stores it; what does not fit is the largest that does.
pub(crate) fn stored(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A number of ours read back; never negative.
pub(crate) fn restored(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
