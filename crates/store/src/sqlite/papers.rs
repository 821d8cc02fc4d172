//! Papers.

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    commit::{add_contract, add_entry},
};
use crate::{Error, Paper, PaperChange, PaperQuery, audit::signed};

const COLUMNS: &str = "workspace, kind, number, version, subject, state, document, at";

impl SqliteStore {
    pub(super) async fn read_papers(&self, query: PaperQuery, most: u32) -> Result<Vec<Paper>, Error> {
        let mut select = QueryBuilder::new(format!("SELECT {COLUMNS} FROM papers"));
        narrow(&mut select, &query);
        select.push(" ORDER BY number DESC LIMIT ").push_bind(i64::from(most));
        let rows = select.build().fetch_all(self.database.readers()).await;
        let rows = rows.map_err(|error| self.explain(error))?;
        rows.iter().map(paper).collect::<Result<_, _>>().map_err(|cause| self.unreadable(cause))
    }

    pub(super) async fn write_papers(&self, change: PaperChange) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        let stale = put(&mut transaction, change).await.map_err(|error| self.explain(error))?;
        if let Some(what) = stale {
            return Err(Error::Stale { what });
        }
        transaction.commit().await.map_err(|error| self.explain(error))
    }
}

/// What is no longer as whoever writes thinks; then nothing is to be kept of it.
async fn put(connection: &mut SqliteConnection, change: PaperChange) -> Result<Option<String>, sqlx::Error> {
    for query in change.removed {
        let mut delete = QueryBuilder::new("DELETE FROM papers");
        narrow(&mut delete, &query);
        delete.build().execute(&mut *connection).await?;
    }
    let at = change.puts.first().map_or(0, |paper| paper.at);
    for (hash, text) in &change.contracts {
        add_contract(connection, hash, text, at).await?;
    }
    for paper in change.puts {
        let what = format!("{} {} is no longer as it was", paper.kind, paper.number);
        let sql = match paper.version {
            1 => {
                "INSERT INTO papers (workspace, kind, number, version, subject, state, document, at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace, kind, number) DO NOTHING"
            }
            _ => {
                "UPDATE papers SET version = $4, subject = $5, state = $6, document = $7, at = $8 \
                  WHERE workspace = $1 AND kind = $2 AND number = $3 AND version = $4 - 1"
            }
        };
        let done = sqlx::query(sql)
            .bind(paper.workspace.to_string())
            .bind(paper.kind)
            .bind(signed(paper.number))
            .bind(signed(paper.version))
            .bind(paper.subject)
            .bind(paper.state)
            .bind(paper.document.to_string())
            .bind(signed(paper.at))
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(Some(what));
        }
    }
    if let Some(entry) = change.entry {
        add_entry(connection, entry).await?;
    }
    Ok(None)
}

fn narrow(sql: &mut QueryBuilder<Sqlite>, query: &PaperQuery) {
    sql.push(" WHERE workspace = ").push_bind(query.workspace.to_string());
    sql.push(" AND kind = ").push_bind(query.kind.clone());
    if let Some(number) = query.number {
        sql.push(" AND number = ").push_bind(signed(number));
    }
    if let Some(subject) = &query.subject {
        sql.push(" AND subject = ").push_bind(subject.clone());
    }
    if let Some(state) = &query.state {
        sql.push(" AND state = ").push_bind(state.clone());
    }
    if let Some(before) = query.before {
        sql.push(" AND number < ").push_bind(signed(before));
    }
}

fn paper(row: &SqliteRow) -> Result<Paper, String> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|error| error.to_string());
    let number = |column: &str| {
        row.try_get::<i64, _>(column).map_err(|error| error.to_string()).map(i64::unsigned_abs)
    };
    Ok(Paper {
        workspace: text("workspace")?.parse().map_err(|error: model::InvalidName| error.to_string())?,
        kind: text("kind")?,
        number: number("number")?,
        version: number("version")?,
        subject: text("subject")?,
        state: text("state")?,
        document: serde_json::from_str(&text("document")?).map_err(|error| error.to_string())?,
        at: number("at")?,
    })
}
