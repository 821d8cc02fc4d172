//! Changes of the database's shape, in order.

use crate::{Database, Error};

/// One change of a database's shape. Once released it is never edited: a later one corrects it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Rises by one, from 1.
    pub version: i64,
    /// What it does, such as `resources and audit`.
    pub name: &'static str,
    /// Statements separated by semicolons, run in one transaction.
    pub sql: &'static str,
}

/// `Pail` in the file's header, by which `file` and we tell our databases from others'.
const APPLICATION_ID: i64 = 0x5061_696c;

/// Refuses the database of another application.
pub(crate) async fn check_owner(database: &Database) -> Result<(), Error> {
    let explain = |error| database.explain(error);
    let (id,): (i64,) =
        sqlx::query_as("PRAGMA application_id").fetch_one(database.writer()).await.map_err(explain)?;
    let (tables,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema")
        .fetch_one(database.writer())
        .await
        .map_err(explain)?;
    if id == APPLICATION_ID || (id == 0 && tables == 0) {
        return Ok(());
    }
    Err(Error::NotADatabase { path: database.path().to_owned() })
}

/// Runs the migrations that have not run yet, each in a transaction of its own.
pub(crate) async fn run(database: &Database, migrations: &[Migration]) -> Result<(), Error> {
    let explain = |error| database.explain(error);
    let mut begin = database.begin().await?;
    sqlx::raw_sql(
        "PRAGMA application_id = 0x5061696c;
         CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
    )
    .execute(&mut *begin)
    .await
    .map_err(explain)?;
    let (found,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(version), 0) FROM migrations")
        .fetch_one(&mut *begin)
        .await
        .map_err(explain)?;
    begin.commit().await.map_err(explain)?;

    let known = migrations.last().map_or(0, |last| last.version);
    if found > known {
        return Err(Error::TooNew { path: database.path().to_owned(), found, known });
    }
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        let mut transaction = database.begin().await?;
        sqlx::raw_sql(migration.sql).execute(&mut *transaction).await.map_err(explain)?;
        sqlx::query("INSERT INTO migrations (version, name) VALUES ($1, $2)")
            .bind(migration.version)
            .bind(migration.name)
            .execute(&mut *transaction)
            .await
            .map_err(explain)?;
        transaction.commit().await.map_err(explain)?;
        tracing::info!(database = %database.path().display(), version = migration.version, "{}", migration.name);
    }
    Ok(())
}
