//! Grants of the authorization server.

use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, commit::add_entry};
use crate::{Error, Grant, GrantChange, GrantQuery, audit::signed, hex};

const COLUMNS: &str =
    "workspace, kind, hash, client, subject, family, document, created_at, expires_at, used_at";

impl SqliteStore {
    pub(super) async fn write_grants(&self, change: GrantChange) -> Result<u64, Error> {
        let mut transaction = self.database.begin().await?;
        let written = write(&mut transaction, change).await;
        let ended = written.map_err(|error: sqlx::Error| self.explain(error))?;
        transaction.commit().await.map_err(|error| self.explain(error))?;
        Ok(ended)
    }

    pub(super) async fn read_grants(&self, query: GrantQuery, most: u32) -> Result<Vec<Grant>, Error> {
        let mut select = QueryBuilder::new(format!("SELECT {COLUMNS} FROM grants"));
        narrow(&mut select, &query);
        select.push(" ORDER BY created_at DESC, hash LIMIT ").push_bind(i64::from(most));
        let rows = select.build().fetch_all(self.database.readers()).await;
        let rows = rows.map_err(|error| self.explain(error))?;
        rows.iter().map(grant).collect::<Result<_, _>>().map_err(|cause| self.unreadable(cause))
    }

    pub(super) async fn spend(&self, query: GrantQuery, at: u64) -> Result<Option<Grant>, Error> {
        let mut transaction = self.database.begin().await?;
        let mut select = QueryBuilder::new(format!("SELECT {COLUMNS} FROM grants"));
        narrow(&mut select, &query);
        select.push(" LIMIT 1");
        let row = select.build().fetch_optional(&mut *transaction).await;
        let Some(row) = row.map_err(|error| self.explain(error))? else { return Ok(None) };
        let found = grant(&row).map_err(|cause| self.unreadable(cause))?;
        if found.used_at.is_none() {
            sqlx::query("UPDATE grants SET used_at = $4 WHERE workspace = $1 AND kind = $2 AND hash = $3")
                .bind(found.workspace.to_string())
                .bind(found.kind.as_str())
                .bind(hex(&found.hash))
                .bind(signed(at))
                .execute(&mut *transaction)
                .await
                .map_err(|error| self.explain(error))?;
        }
        transaction.commit().await.map_err(|error| self.explain(error))?;
        Ok(Some(found))
    }

    pub(super) async fn swap(&self, before: Grant, after: Grant, with: GrantChange) -> Result<bool, Error> {
        let mut transaction = self.database.begin().await?;
        let update = sqlx::query(
            "UPDATE grants SET document = $5, subject = $6, expires_at = $7, used_at = $8 \
             WHERE workspace = $1 AND kind = $2 AND hash = $3 AND document = $4",
        );
        let update = update
            .bind(before.workspace.to_string())
            .bind(before.kind)
            .bind(hex(&before.hash))
            .bind(before.document.to_string())
            .bind(after.document.to_string())
            .bind(after.subject)
            .bind(signed(after.expires_at))
            .bind(after.used_at.map(signed));
        let swapped = async {
            if update.execute(&mut *transaction).await?.rows_affected() == 0 {
                return Ok(false);
            }
            write(&mut transaction, with).await.map(|_| true)
        };
        let swapped = swapped.await.map_err(|error: sqlx::Error| self.explain(error))?;
        transaction.commit().await.map_err(|error| self.explain(error))?;
        Ok(swapped)
    }
}

/// Makes a change; how many have ended.
async fn write(connection: &mut SqliteConnection, change: GrantChange) -> Result<u64, sqlx::Error> {
    let mut ended = 0;
    for query in change.ended {
        let mut delete = QueryBuilder::new("DELETE FROM grants");
        narrow(&mut delete, &query);
        ended += delete.build().execute(&mut *connection).await?.rows_affected();
    }
    for grant in change.granted {
        let insert = format!(
            "INSERT INTO grants ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (workspace, kind, hash) DO UPDATE SET client = excluded.client, \
             subject = excluded.subject, family = excluded.family, document = excluded.document, \
             created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = excluded.used_at"
        );
        sqlx::query(sqlx::AssertSqlSafe(insert))
            .bind(grant.workspace.to_string())
            .bind(grant.kind)
            .bind(hex(&grant.hash))
            .bind(grant.client)
            .bind(grant.subject)
            .bind(grant.family)
            .bind(grant.document.to_string())
            .bind(signed(grant.created_at))
            .bind(signed(grant.expires_at))
            .bind(grant.used_at.map(signed))
            .execute(&mut *connection)
            .await?;
    }
    if let Some(entry) = change.entry {
        add_entry(connection, entry).await?;
    }
    Ok(ended)
}

fn narrow(sql: &mut QueryBuilder<Sqlite>, query: &GrantQuery) {
    let columns = [
        ("workspace", query.workspace.as_ref().map(ToString::to_string)),
        ("kind", query.kind.clone()),
        ("hash", query.hash.as_ref().map(|hash| hex(hash))),
        ("client", query.client.clone()),
        ("subject", query.subject.clone()),
        ("family", query.family.clone()),
    ];
    let said = columns.into_iter().filter_map(|(column, wanted)| Some((column, wanted?)));
    // A query that says nothing is an oversight; it must not stand for everything.
    if *query == GrantQuery::default() {
        sql.push(" WHERE 1 = 0");
    }
    for (at, (column, wanted)) in said.enumerate() {
        sql.push(if at == 0 { " WHERE " } else { " AND " }).push(column).push(" = ").push_bind(wanted);
    }
}

fn grant(row: &SqliteRow) -> Result<Grant, String> {
    let read = || -> Result<(Grant, String, String, String), sqlx::Error> {
        let number = |column: &str| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
        let grant = Grant {
            workspace: "default".parse().expect("`default` is a name"),
            kind: row.try_get("kind")?,
            hash: [0; 32],
            client: row.try_get("client")?,
            subject: row.try_get("subject")?,
            family: row.try_get("family")?,
            document: serde_json::Value::Null,
            created_at: number("created_at")?,
            expires_at: number("expires_at")?,
            used_at: row.try_get::<Option<i64>, _>("used_at")?.map(i64::unsigned_abs),
        };
        Ok((grant, row.try_get("workspace")?, row.try_get("hash")?, row.try_get("document")?))
    };
    let (mut grant, workspace, hash, document) = read().map_err(|error| error.to_string())?;
    grant.workspace = workspace.parse().map_err(|error: model::InvalidName| error.to_string())?;
    let hash: model::KeyHash = format!("sha256:{hash}").parse()?;
    grant.hash = hash.0;
    grant.document = serde_json::from_str(&document).map_err(|error| error.to_string())?;
    Ok(grant)
}
