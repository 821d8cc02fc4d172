//! Reading revisions and the audit log.

use sqlx::{QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};

use super::SqliteStore;
use crate::{
    AuditQuery, AuditRecord, AuditVerdict, Error, Key, Revision,
    audit::{Chain, Link, signed},
};

/// Records checked at a time.
const PAGE: i64 = 1000;

const COLUMNS: &str = "SELECT number, workspace, at, actor, address, action, kind, id, revision, snapshot, \
                       document_before, document_after, hash FROM audit WHERE ";

impl SqliteStore {
    pub(super) async fn read_revisions(
        &self,
        key: Key,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Revision>, Error> {
        let rows = sqlx::query(
            "SELECT revision, snapshot, document, actor, origin, at FROM revisions \
             WHERE workspace = $1 AND kind = $2 AND id = $3 AND revision < $4 ORDER BY revision DESC LIMIT $5",
        )
        .bind(key.workspace.as_str())
        .bind(key.kind.as_str())
        .bind(&*key.id)
        .bind(signed(before.unwrap_or(u64::MAX)))
        .bind(i64::from(limit))
        .fetch_all(self.database.readers())
        .await
        .map_err(|e| self.explain(e))?;
        rows.iter().map(|row| revision(row).map_err(|cause| self.unreadable(cause))).collect()
    }

    pub(super) async fn read_audit(&self, query: AuditQuery) -> Result<Vec<AuditRecord>, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(COLUMNS);
        sql.push("number < ").push_bind(signed(query.before.unwrap_or(u64::MAX)));
        let texts = [
            ("workspace", query.workspace),
            ("kind", query.kind),
            ("id", query.id),
            ("actor", query.actor),
            ("action", query.action),
            ("address", query.address),
        ];
        for (column, value) in texts {
            if let Some(value) = value {
                sql.push(" AND ").push(column).push(" = ").push_bind(value);
            }
        }
        let numbers = [("number > ", query.after), ("at >= ", query.since), ("at < ", query.until)];
        for (bound, value) in numbers {
            if let Some(value) = value {
                sql.push(" AND ").push(bound).push_bind(signed(value));
            }
        }
        sql.push(if query.after.is_some() {
            " ORDER BY number LIMIT "
        } else {
            " ORDER BY number DESC LIMIT "
        });
        sql.push_bind(i64::from(query.limit));
        let rows = sql.build().fetch_all(self.database.readers()).await.map_err(|e| self.explain(e))?;
        rows.iter()
            .map(|row| {
                let (link, hash) = link(row).map_err(|e| self.explain(e))?;
                link.into_record(hash).map_err(|cause| self.unreadable(cause))
            })
            .collect()
    }

    pub(super) async fn check_audit(&self) -> Result<AuditVerdict, Error> {
        self.walk_audit().await.map_err(|e| self.explain(e))
    }

    async fn walk_audit(&self) -> Result<AuditVerdict, sqlx::Error> {
        // One transaction, so that records written meanwhile are neither seen nor missed.
        let mut transaction = self.database.readers().begin().await?;
        let head = sqlx::query("SELECT number, hash FROM audit_head WHERE only = 1")
            .fetch_one(&mut *transaction)
            .await?;
        let head =
            Chain { number: head.try_get::<i64, _>("number")?.unsigned_abs(), hash: head.try_get("hash")? };
        let mut chain = Chain::default();
        loop {
            let mut sql = QueryBuilder::<Sqlite>::new(COLUMNS);
            sql.push("number > ")
                .push_bind(signed(chain.number))
                .push(" ORDER BY number LIMIT ")
                .push_bind(PAGE);
            let rows = sql.build().fetch_all(&mut *transaction).await?;
            if rows.is_empty() {
                return Ok(chain.verdict(&head));
            }
            for row in &rows {
                let (link, hash) = link(row)?;
                if let Some(broken) = chain.check(&link, &hash) {
                    return Ok(broken);
                }
            }
        }
    }
}

fn revision(row: &SqliteRow) -> Result<Revision, String> {
    let number =
        |column: &str| row.try_get::<i64, _>(column).map_err(|e| e.to_string()).map(i64::unsigned_abs);
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|e| e.to_string());
    let document: Option<String> = row.try_get("document").map_err(|e| e.to_string())?;
    Ok(Revision {
        revision: number("revision")?,
        snapshot: number("snapshot")?,
        document: document.map(|text| serde_json::from_str(&text)).transpose().map_err(|e| e.to_string())?,
        actor: text("actor")?,
        origin: text("origin")?.parse()?,
        at: number("at")?,
    })
}

fn link(row: &SqliteRow) -> Result<(Link, String), sqlx::Error> {
    let number = |column: &str| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    let maybe = |column: &str| row.try_get::<Option<i64>, _>(column).map(|n| n.map(i64::unsigned_abs));
    let link = Link {
        number: number("number")?,
        workspace: row.try_get("workspace")?,
        at: number("at")?,
        actor: row.try_get("actor")?,
        address: row.try_get("address")?,
        action: row.try_get("action")?,
        kind: row.try_get("kind")?,
        id: row.try_get("id")?,
        revision: maybe("revision")?,
        snapshot: maybe("snapshot")?,
        before: row.try_get("document_before")?,
        after: row.try_get("document_after")?,
    };
    Ok((link, row.try_get("hash")?))
}
