//! Resources at rest in an SQLite file.

mod commit;
mod grants;
mod history;
mod key_uses;
mod papers;
mod people;
mod sealed;

use std::path::Path;

use model::{KeyHash, Name};
use sqlx::{Row as _, sqlite::SqliteRow};

use crate::{
    Answer, AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, Database, DatabaseOptions,
    Error, Grant, GrantChange, GrantQuery, Key, KeyUseRow, Link, Loaded, Migration, Paper, PaperChange,
    PaperQuery, PeopleChange, PersonKind, PersonRow, Revision, Row, SealChange, Sealed, SessionQuery,
    SessionRow, Store, audit::unreadable,
};

/// The shape of the database, step by step.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "resources, audit log, people", sql: include_str!("schema.sql") },
    Migration { version: 2, name: "secrets", sql: include_str!("secrets.sql") },
    Migration { version: 3, name: "members, roles, tokens", sql: include_str!("people.sql") },
    Migration { version: 4, name: "grants", sql: include_str!("grants.sql") },
    Migration { version: 5, name: "papers", sql: include_str!("papers.sql") },
    Migration { version: 6, name: "last uses of keys", sql: include_str!("key_uses.sql") },
    Migration { version: 7, name: "how sessions began", sql: include_str!("sessions.sql") },
];

/// [`Store`] in an SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    database: Database,
}

impl SqliteStore {
    /// Opens or makes the file; every acknowledged write survives power loss.
    ///
    /// # Errors
    /// See [`Database::open`].
    pub async fn open(path: &Path) -> Result<SqliteStore, Error> {
        let database = Database::open(path, DatabaseOptions::default(), MIGRATIONS).await?;
        Ok(SqliteStore { database })
    }

    /// The file beneath.
    pub fn database(&self) -> &Database {
        &self.database
    }

    fn explain(&self, error: sqlx::Error) -> Error {
        self.database.explain(error)
    }

    fn unreadable(&self, cause: impl std::fmt::Display) -> Error {
        unreadable(self.database.path(), cause)
    }
}

impl Store for SqliteStore {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async move {
            // One transaction, so that rows and number belong together.
            let mut transaction = self.database.readers().begin().await.map_err(|e| self.explain(e))?;
            let number: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM snapshots")
                .fetch_one(&mut *transaction)
                .await
                .map_err(|e| self.explain(e))?;
            let rows = sqlx::query(
                "SELECT workspace, kind, id, revision, document, origin, created_at, updated_at \
                 FROM resources ORDER BY workspace, kind, id",
            )
            .fetch_all(&mut *transaction)
            .await
            .map_err(|e| self.explain(e))?;
            let rows: Result<Vec<Row>, String> = rows.iter().map(row).collect();
            Ok(Loaded {
                snapshot: number.unsigned_abs(),
                rows: rows.map_err(|cause| self.unreadable(cause))?,
            })
        })
    }

    fn commit(&self, commit: Commit) -> Answer<'_, Committed> {
        Box::pin(self.write_commit(commit))
    }

    fn revisions(&self, key: Key, before: Option<u64>, limit: u32) -> Answer<'_, Vec<Revision>> {
        Box::pin(self.read_revisions(key, before, limit))
    }

    fn contract(&self, hash: String) -> Answer<'_, Option<String>> {
        Box::pin(async move {
            sqlx::query_scalar("SELECT text FROM contracts WHERE hash = $1")
                .bind(hash)
                .fetch_optional(self.database.readers())
                .await
                .map_err(|e| self.explain(e))
        })
    }

    fn record(&self, entry: AuditEntry) -> Answer<'_, ()> {
        Box::pin(self.write_record(entry))
    }

    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<AuditRecord>> {
        Box::pin(self.read_audit(query))
    }

    fn verify_audit(&self) -> Answer<'_, AuditVerdict> {
        Box::pin(self.check_audit())
    }

    fn person(&self, kind: PersonKind, id: String) -> Answer<'_, Option<PersonRow>> {
        Box::pin(self.read_person(kind, id))
    }

    fn people(&self, kind: PersonKind) -> Answer<'_, Vec<PersonRow>> {
        Box::pin(self.read_people(kind))
    }

    fn change_people(&self, change: PeopleChange) -> Answer<'_, ()> {
        Box::pin(self.write_people(change))
    }

    fn add_session(&self, session: SessionRow) -> Answer<'_, ()> {
        Box::pin(self.write_session(session))
    }

    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<SessionRow>> {
        Box::pin(self.read_session(token_hash))
    }

    fn sessions(&self, query: SessionQuery) -> Answer<'_, Vec<SessionRow>> {
        Box::pin(self.read_sessions(query))
    }

    fn describe_session(&self, token_hash: [u8; 32], about: serde_json::Value) -> Answer<'_, ()> {
        Box::pin(self.note_session(token_hash, about))
    }

    fn extend_session(&self, token_hash: [u8; 32], expires_at: u64) -> Answer<'_, ()> {
        Box::pin(self.move_session(token_hash, expires_at))
    }

    fn remove_session(&self, token_hash: [u8; 32]) -> Answer<'_, ()> {
        Box::pin(self.delete_session(token_hash))
    }

    fn add_link(&self, link: Link) -> Answer<'_, ()> {
        Box::pin(self.write_link(link))
    }

    fn take_link(&self, token_hash: [u8; 32], purpose: String) -> Answer<'_, Option<Link>> {
        Box::pin(self.delete_link(token_hash, purpose))
    }

    fn change_grants(&self, change: GrantChange) -> Answer<'_, u64> {
        Box::pin(self.write_grants(change))
    }

    fn grants(&self, query: GrantQuery, most: u32) -> Answer<'_, Vec<Grant>> {
        Box::pin(self.read_grants(query, most))
    }

    fn spend_grant(&self, query: GrantQuery, at: u64) -> Answer<'_, Option<Grant>> {
        Box::pin(self.spend(query, at))
    }

    fn swap_grant(&self, before: Grant, after: Grant, with: GrantChange) -> Answer<'_, bool> {
        Box::pin(self.swap(before, after, with))
    }

    fn papers(&self, query: PaperQuery, most: u32) -> Answer<'_, Vec<Paper>> {
        Box::pin(self.read_papers(query, most))
    }

    fn change_papers(&self, change: PaperChange) -> Answer<'_, ()> {
        Box::pin(self.write_papers(change))
    }

    fn note_key_uses(&self, uses: Vec<KeyUseRow>) -> Answer<'_, ()> {
        Box::pin(self.write_key_uses(uses))
    }

    fn key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, Vec<KeyUseRow>> {
        Box::pin(self.read_key_uses(workspace, keys))
    }

    fn forget_key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, ()> {
        Box::pin(self.delete_key_uses(workspace, keys))
    }

    fn remove_expired(&self, now: u64) -> Answer<'_, u64> {
        Box::pin(self.delete_expired(now))
    }

    fn sealed(&self) -> Answer<'_, Sealed> {
        Box::pin(self.read_sealed())
    }

    fn seal(&self, change: SealChange) -> Answer<'_, ()> {
        Box::pin(self.write_sealed(change))
    }

    fn setting(&self, name: String) -> Answer<'_, Option<String>> {
        Box::pin(async move {
            sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
                .bind(name)
                .fetch_optional(self.database.readers())
                .await
                .map_err(|e| self.explain(e))
        })
    }

    fn set_setting(&self, name: String, value: String) -> Answer<'_, ()> {
        Box::pin(async move {
            self.execute(
                sqlx::query(
                    "INSERT INTO settings (name, value) VALUES ($1, $2) \
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )
                .bind(name)
                .bind(value),
            )
            .await?;
            Ok(())
        })
    }
}

fn row(row: &SqliteRow) -> Result<Row, String> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(|e| e.to_string());
    let number =
        |column: &str| row.try_get::<i64, _>(column).map_err(|e| e.to_string()).map(i64::unsigned_abs);
    let id = text("id")?;
    let read = || -> Result<Row, String> {
        Ok(Row {
            key: Key {
                workspace: text("workspace")?.parse().map_err(|e: model::InvalidName| e.to_string())?,
                kind: text("kind")?.parse()?,
                id: id.as_str().into(),
            },
            revision: number("revision")?,
            document: serde_json::from_str(&text("document")?).map_err(|e| e.to_string())?,
            origin: text("origin")?.parse()?,
            created_at: number("created_at")?,
            updated_at: number("updated_at")?,
        })
    };
    read().map_err(|cause| format!("resource `{id}`: {cause}"))
}
