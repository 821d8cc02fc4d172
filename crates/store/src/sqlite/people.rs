//! People, sessions and links.

use serde_json::Value;
use sqlx::{
    Row as _, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{SqliteStore, commit::add_entry};
use crate::{
    Error, Link, PeopleChange, PersonKind, PersonRow, SessionQuery, SessionRow, audit::signed, hex, unhex,
};

impl SqliteStore {
    /// Runs one statement in a transaction of its own; how many rows it touched.
    pub(super) async fn execute(&self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, Error> {
        let mut transaction = self.database.begin().await?;
        let done = query.execute(&mut *transaction).await.map_err(|e| self.explain(e))?;
        transaction.commit().await.map_err(|e| self.explain(e))?;
        Ok(done.rows_affected())
    }

    pub(super) async fn read_person(&self, kind: PersonKind, id: String) -> Result<Option<PersonRow>, Error> {
        let row = sqlx::query("SELECT id, version, document FROM people WHERE kind = $1 AND id = $2")
            .bind(kind.as_str())
            .bind(id)
            .fetch_optional(self.database.readers())
            .await
            .map_err(|e| self.explain(e))?;
        row.map(|row| self.person_of(kind, &row)).transpose()
    }

    pub(super) async fn read_people(&self, kind: PersonKind) -> Result<Vec<PersonRow>, Error> {
        let rows = sqlx::query("SELECT id, version, document FROM people WHERE kind = $1 ORDER BY id")
            .bind(kind.as_str())
            .fetch_all(self.database.readers())
            .await
            .map_err(|e| self.explain(e))?;
        rows.iter().map(|row| self.person_of(kind, row)).collect()
    }

    fn person_of(&self, kind: PersonKind, row: &SqliteRow) -> Result<PersonRow, Error> {
        let read = || -> Result<PersonRow, String> {
            let text = |column: &str| row.try_get::<String, _>(column).map_err(|e| e.to_string());
            Ok(PersonRow {
                kind,
                id: text("id")?,
                version: row.try_get::<i64, _>("version").map_err(|e| e.to_string())?.unsigned_abs(),
                document: serde_json::from_str(&text("document")?).map_err(|e| e.to_string())?,
            })
        };
        read().map_err(|cause| self.unreadable(format!("a {}: {cause}", kind.as_str())))
    }

    pub(super) async fn write_people(&self, change: PeopleChange) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        let stale = put_people(&mut transaction, change).await.map_err(|error| self.explain(error))?;
        if let Some(what) = stale {
            return Err(Error::Stale { what });
        }
        transaction.commit().await.map_err(|error| self.explain(error))
    }

    pub(super) async fn write_session(&self, session: SessionRow) -> Result<(), Error> {
        let insert = sqlx::query(
            "INSERT INTO sessions (token_hash, role, subject, about, mark, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let insert = insert
            .bind(hex(&session.token_hash))
            .bind(session.role)
            .bind(session.subject)
            .bind(session.about.to_string())
            .bind(session.mark)
            .bind(signed(session.created_at))
            .bind(signed(session.expires_at));
        self.execute(insert).await.map(drop)
    }

    pub(super) async fn read_session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRow>, Error> {
        let row = sqlx::query("SELECT * FROM sessions WHERE token_hash = $1")
            .bind(hex(&token_hash))
            .fetch_optional(self.database.readers())
            .await
            .map_err(|e| self.explain(e))?;
        row.map(|row| session_of(&row)).transpose().map_err(|e| self.explain(e))
    }

    pub(super) async fn read_sessions(&self, query: SessionQuery) -> Result<Vec<SessionRow>, Error> {
        let find = match query {
            SessionQuery::Of { role, subject } => sqlx::query(
                "SELECT * FROM sessions WHERE role = $1 AND subject = $2 ORDER BY created_at, token_hash",
            )
            .bind(role)
            .bind(subject),
            SessionQuery::Marked(mark) => {
                sqlx::query("SELECT * FROM sessions WHERE mark = $1 ORDER BY created_at, token_hash")
                    .bind(mark)
            }
        };
        let rows = find.fetch_all(self.database.readers()).await.map_err(|e| self.explain(e))?;
        rows.iter().map(session_of).collect::<Result<_, _>>().map_err(|e| self.explain(e))
    }

    pub(super) async fn note_session(&self, token_hash: [u8; 32], about: Value) -> Result<(), Error> {
        let update = sqlx::query("UPDATE sessions SET about = $2 WHERE token_hash = $1");
        self.execute(update.bind(hex(&token_hash)).bind(about.to_string())).await.map(drop)
    }

    pub(super) async fn move_session(&self, token_hash: [u8; 32], expires_at: u64) -> Result<(), Error> {
        let update = sqlx::query("UPDATE sessions SET expires_at = $2 WHERE token_hash = $1");
        self.execute(update.bind(hex(&token_hash)).bind(signed(expires_at))).await.map(drop)
    }

    pub(super) async fn delete_session(&self, token_hash: [u8; 32]) -> Result<(), Error> {
        let delete = sqlx::query("DELETE FROM sessions WHERE token_hash = $1");
        self.execute(delete.bind(hex(&token_hash))).await.map(drop)
    }

    pub(super) async fn write_link(&self, link: Link) -> Result<(), Error> {
        let insert = sqlx::query(
            "INSERT INTO links (token_hash, role, subject, purpose, expires_at) VALUES ($1, $2, $3, $4, $5)",
        );
        let insert = insert
            .bind(hex(&link.token_hash))
            .bind(link.role)
            .bind(link.subject)
            .bind(link.purpose)
            .bind(signed(link.expires_at));
        self.execute(insert).await.map(drop)
    }

    pub(super) async fn delete_link(
        &self,
        token_hash: [u8; 32],
        purpose: String,
    ) -> Result<Option<Link>, Error> {
        let mut transaction = self.database.begin().await?;
        let delete =
            "DELETE FROM links WHERE token_hash = $1 AND purpose = $2 RETURNING role, subject, expires_at";
        let row = sqlx::query(delete)
            .bind(hex(&token_hash))
            .bind(&purpose)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(|e| self.explain(e))?;
        transaction.commit().await.map_err(|e| self.explain(e))?;
        row.map(|row| {
            let expires_at = row.try_get::<i64, _>("expires_at")?.unsigned_abs();
            let (role, subject) = (row.try_get("role")?, row.try_get("subject")?);
            Ok(Link { token_hash, role, subject, purpose, expires_at })
        })
        .transpose()
        .map_err(|e| self.explain(e))
    }

    pub(super) async fn delete_expired(&self, now: u64) -> Result<u64, Error> {
        let sessions = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(signed(now));
        let links = sqlx::query("DELETE FROM links WHERE expires_at <= $1").bind(signed(now));
        let grants = sqlx::query("DELETE FROM grants WHERE expires_at <= $1").bind(signed(now));
        Ok(self.execute(sessions).await? + self.execute(links).await? + self.execute(grants).await?)
    }
}

fn session_of(row: &SqliteRow) -> Result<SessionRow, sqlx::Error> {
    let wrong = |column: &str| sqlx::Error::ColumnNotFound(format!("a readable {column}"));
    let token_hash = row.try_get::<String, _>("token_hash")?;
    Ok(SessionRow {
        token_hash: unhex(&token_hash).ok_or_else(|| wrong("token_hash"))?,
        role: row.try_get("role")?,
        subject: row.try_get("subject")?,
        about: serde_json::from_str(&row.try_get::<String, _>("about")?).map_err(|_| wrong("about"))?,
        mark: row.try_get("mark")?,
        created_at: row.try_get::<i64, _>("created_at")?.unsigned_abs(),
        expires_at: row.try_get::<i64, _>("expires_at")?.unsigned_abs(),
    })
}

/// Writes a change; what stands in its way, where something does.
async fn put_people(
    connection: &mut SqliteConnection,
    change: PeopleChange,
) -> Result<Option<String>, sqlx::Error> {
    let stale = |kind: PersonKind, id: &str| Some(format!("{} `{id}` is not as it was", kind.as_str()));
    for row in change.puts {
        let put = match row.version {
            1 => {
                "INSERT INTO people (kind, id, version, document) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
            }
            _ => {
                "UPDATE people SET version = $3, document = $4 WHERE kind = $1 AND id = $2 AND version = $3 - 1"
            }
        };
        let done = sqlx::query(put)
            .bind(row.kind.as_str())
            .bind(&row.id)
            .bind(signed(row.version))
            .bind(row.document.to_string())
            .execute(&mut *connection)
            .await?;
        if done.rows_affected() != 1 {
            return Ok(stale(row.kind, &row.id));
        }
    }
    for (kind, id, version) in change.removed {
        let delete = sqlx::query("DELETE FROM people WHERE kind = $1 AND id = $2 AND version = $3");
        let delete = delete.bind(kind.as_str()).bind(&id).bind(signed(version));
        if delete.execute(&mut *connection).await?.rows_affected() != 1 {
            return Ok(stale(kind, &id));
        }
    }
    for (role, subject) in change.ended {
        for delete in [
            "DELETE FROM sessions WHERE role = $1 AND subject = $2",
            "DELETE FROM links WHERE role = $1 AND subject = $2",
        ] {
            sqlx::query(delete).bind(&role).bind(&subject).execute(&mut *connection).await?;
        }
    }
    if let Some(entry) = change.entry {
        add_entry(connection, entry).await?;
    }
    Ok(None)
}
