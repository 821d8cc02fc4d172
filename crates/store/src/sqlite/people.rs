//! Developers, sessions and sign-in links.

use sqlx::{Row as _, Sqlite, query::Query, sqlite::SqliteArguments};

use super::SqliteStore;
use crate::{Developer, Error, Link, SessionRow, audit::signed, hex};

impl SqliteStore {
    /// Runs one statement in a transaction of its own; how many rows it touched.
    pub(super) async fn execute(&self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, Error> {
        let mut transaction = self.database.begin().await?;
        let done = query.execute(&mut *transaction).await.map_err(|e| self.explain(e))?;
        transaction.commit().await.map_err(|e| self.explain(e))?;
        Ok(done.rows_affected())
    }

    pub(super) async fn write_developer(&self, developer: Developer) -> Result<bool, Error> {
        let insert = sqlx::query(
            "INSERT INTO developers (email, name, password, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (email) DO NOTHING",
        );
        let insert = insert
            .bind(developer.email)
            .bind(developer.name)
            .bind(developer.password)
            .bind(signed(developer.created_at));
        Ok(self.execute(insert).await? == 1)
    }

    pub(super) async fn read_developer(&self, email: String) -> Result<Option<Developer>, Error> {
        let row = sqlx::query("SELECT email, name, password, created_at FROM developers WHERE email = $1")
            .bind(email)
            .fetch_optional(self.database.readers())
            .await
            .map_err(|e| self.explain(e))?;
        row.map(|row| {
            Ok(Developer {
                email: row.try_get("email")?,
                name: row.try_get("name")?,
                password: row.try_get("password")?,
                created_at: row.try_get::<i64, _>("created_at")?.unsigned_abs(),
            })
        })
        .transpose()
        .map_err(|e| self.explain(e))
    }

    pub(super) async fn write_session(&self, session: SessionRow) -> Result<(), Error> {
        let insert = sqlx::query(
            "INSERT INTO sessions (token_hash, role, subject, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        );
        let insert = insert
            .bind(hex(&session.token_hash))
            .bind(session.role)
            .bind(session.subject)
            .bind(signed(session.created_at))
            .bind(signed(session.expires_at));
        self.execute(insert).await.map(drop)
    }

    pub(super) async fn read_session(&self, token_hash: [u8; 32]) -> Result<Option<SessionRow>, Error> {
        let row =
            sqlx::query("SELECT role, subject, created_at, expires_at FROM sessions WHERE token_hash = $1")
                .bind(hex(&token_hash))
                .fetch_optional(self.database.readers())
                .await
                .map_err(|e| self.explain(e))?;
        row.map(|row| {
            Ok(SessionRow {
                token_hash,
                role: row.try_get("role")?,
                subject: row.try_get("subject")?,
                created_at: row.try_get::<i64, _>("created_at")?.unsigned_abs(),
                expires_at: row.try_get::<i64, _>("expires_at")?.unsigned_abs(),
            })
        })
        .transpose()
        .map_err(|e| self.explain(e))
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
        let insert =
            sqlx::query("INSERT INTO sign_in_links (token_hash, subject, expires_at) VALUES ($1, $2, $3)");
        let insert = insert.bind(hex(&link.token_hash)).bind(link.subject).bind(signed(link.expires_at));
        self.execute(insert).await.map(drop)
    }

    pub(super) async fn delete_link(&self, token_hash: [u8; 32]) -> Result<Option<Link>, Error> {
        let mut transaction = self.database.begin().await?;
        let row =
            sqlx::query("DELETE FROM sign_in_links WHERE token_hash = $1 RETURNING subject, expires_at")
                .bind(hex(&token_hash))
                .fetch_optional(&mut *transaction)
                .await
                .map_err(|e| self.explain(e))?;
        transaction.commit().await.map_err(|e| self.explain(e))?;
        row.map(|row| {
            let expires_at = row.try_get::<i64, _>("expires_at")?.unsigned_abs();
            Ok(Link { token_hash, subject: row.try_get("subject")?, expires_at })
        })
        .transpose()
        .map_err(|e| self.explain(e))
    }

    pub(super) async fn delete_expired(&self, now: u64) -> Result<u64, Error> {
        let sessions = sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(signed(now));
        let links = sqlx::query("DELETE FROM sign_in_links WHERE expires_at <= $1").bind(signed(now));
        Ok(self.execute(sessions).await? + self.execute(links).await?)
    }
}
