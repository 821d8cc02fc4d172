//! Writing a commit: everything in one transaction.

use std::collections::{HashMap, HashSet};

use model::Kind;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, Transaction};

use super::SqliteStore;
use crate::{
    AuditEntry, Commit, Committed, Error, Expected, Write,
    audit::{Chain, Link, signed},
};

/// Rows of one statement; times at most 13 columns this stays well under SQLite's bound of 32,766 values.
const BATCH: usize = 500;

type Ids<'a> = HashMap<(&'a str, &'a str), u64>;

impl SqliteStore {
    pub(super) async fn write_commit(&self, commit: Commit) -> Result<Committed, Error> {
        let mut transaction = self.database.begin().await?;
        let committed = match self.write_all(&mut transaction, &commit).await {
            Ok(committed) => committed?,
            Err(error) => return Err(self.explain(error)),
        };
        transaction.commit().await.map_err(|error| self.explain(error))?;
        Ok(committed)
    }

    async fn write_all(
        &self,
        transaction: &mut Transaction<'static, Sqlite>,
        commit: &Commit,
    ) -> Result<Result<Committed, Error>, sqlx::Error> {
        let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) FROM snapshots")
            .fetch_one(&mut **transaction)
            .await?;
        if last.unsigned_abs() != commit.after {
            let what = format!("commit {last} was made, {} was the last one known", commit.after);
            return Ok(Err(Error::Stale { what }));
        }
        let present = current(transaction, commit, PRESENT).await?;
        if let Err(stale) = expected(commit, &present) {
            return Ok(Err(stale));
        }
        let latest = current(transaction, commit, LATEST).await?;
        let revisions: Vec<u64> = commit
            .writes
            .iter()
            .map(|write| latest.get(&(write.kind.as_str(), &*write.id)).map_or(1, |latest| latest + 1))
            .collect();

        let snapshot = commit.after + 1;
        sqlx::query(
            "INSERT INTO snapshots (number, workspace, at, actor, changes) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(signed(snapshot))
        .bind(commit.workspace.as_str())
        .bind(signed(commit.at))
        .bind(&commit.actor)
        .bind(signed(commit.writes.len() as u64))
        .execute(&mut **transaction)
        .await?;
        for (hash, text) in &commit.contracts {
            add_contract(transaction, hash, text, commit.at).await?;
        }
        let writes: Vec<(&Write, u64)> = commit.writes.iter().zip(revisions.iter().copied()).collect();
        for batch in writes.chunks(BATCH) {
            upsert(transaction, commit, batch).await?;
            delete(transaction, commit, batch).await?;
            add_revisions(transaction, commit, batch, snapshot).await?;
        }
        let links = writes.iter().map(|(write, revision)| link(commit, write, *revision, snapshot));
        add_links(transaction, links).await?;
        Ok(Ok(Committed { snapshot, revisions }))
    }

    pub(super) async fn write_record(&self, entry: AuditEntry) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        add_entry(&mut transaction, entry).await.map_err(|error| self.explain(error))?;
        transaction.commit().await.map_err(|error| self.explain(error))
    }
}

/// Keeps the text of a contract; one that is there stays.
pub(super) async fn add_contract(
    connection: &mut SqliteConnection,
    hash: &str,
    text: &str,
    at: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO contracts (hash, text, created_at) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING",
    )
    .bind(hash)
    .bind(text)
    .bind(signed(at))
    .execute(connection)
    .await
    .map(drop)
}

/// Adds a record that belongs to no commit to the audit log.
pub(super) async fn add_entry(
    connection: &mut SqliteConnection,
    entry: AuditEntry,
) -> Result<(), sqlx::Error> {
    let link = Link {
        number: 0,
        workspace: entry.workspace.to_string(),
        at: entry.at,
        actor: entry.actor,
        address: entry.address,
        action: entry.action.to_owned(),
        kind: entry.kind,
        id: entry.id,
        revision: None,
        snapshot: None,
        before: entry.before.as_ref().map(ToString::to_string),
        after: entry.after.as_ref().map(ToString::to_string),
    };
    add_links(connection, std::iter::once(link)).await
}

/// The revision of resources that exist.
const PRESENT: &str = "SELECT kind, id, revision FROM resources WHERE workspace = ";
/// The last revision of resources that exist or existed.
const LATEST: &str = "SELECT kind, id, MAX(revision) AS revision FROM revisions WHERE workspace = ";

async fn current<'a>(
    connection: &mut SqliteConnection,
    commit: &'a Commit,
    question: &'static str,
) -> Result<Ids<'a>, sqlx::Error> {
    let mut found: HashMap<(Kind, String), u64> = HashMap::new();
    for batch in commit.writes.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new(question);
        query.push_bind(commit.workspace.as_str()).push(" AND (kind, id) IN (VALUES ");
        pairs(&mut query, batch.iter());
        query.push(")");
        if question == LATEST {
            query.push(" GROUP BY kind, id");
        }
        for row in query.build().fetch_all(&mut *connection).await? {
            if let Ok(kind) = row.try_get::<String, _>("kind")?.parse() {
                found.insert((kind, row.try_get("id")?), row.try_get::<i64, _>("revision")?.unsigned_abs());
            }
        }
    }
    Ok(commit
        .writes
        .iter()
        .filter_map(|write| {
            let revision = found.get(&(write.kind, write.id.to_string()))?;
            Some(((write.kind.as_str(), &*write.id), *revision))
        })
        .collect())
}

fn expected(commit: &Commit, present: &Ids<'_>) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for write in &commit.writes {
        let key = (write.kind.as_str(), &*write.id);
        let is = present.get(&key).copied();
        let wanted = match write.expected {
            Expected::Absent => None,
            Expected::Revision(revision) => Some(revision),
        };
        if is != wanted || !seen.insert(key) {
            let what = format!("{}/{} has revision {is:?}, {wanted:?} was expected", write.kind, write.id);
            return Err(Error::Stale { what });
        }
    }
    Ok(())
}

fn pairs<'w>(query: &mut QueryBuilder<Sqlite>, writes: impl Iterator<Item = &'w Write>) {
    let mut list = query.separated(", ");
    for write in writes {
        list.push("(")
            .push_bind_unseparated(write.kind.as_str())
            .push_unseparated(", ")
            .push_bind_unseparated(write.id.to_string())
            .push_unseparated(")");
    }
}

async fn upsert(
    connection: &mut SqliteConnection,
    commit: &Commit,
    batch: &[(&Write, u64)],
) -> Result<(), sqlx::Error> {
    let kept: Vec<_> = batch
        .iter()
        .filter_map(|(write, revision)| Some((write, revision, write.document.as_ref()?)))
        .collect();
    if kept.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO resources (workspace, kind, id, revision, document, origin, created_at, updated_at) ",
    );
    query.push_values(kept, |mut row, (write, revision, document)| {
        row.push_bind(commit.workspace.as_str())
            .push_bind(write.kind.as_str())
            .push_bind(write.id.to_string())
            .push_bind(signed(*revision))
            .push_bind(document.to_string())
            .push_bind(write.origin.as_str())
            .push_bind(signed(commit.at))
            .push_bind(signed(commit.at));
    });
    query.push(
        " ON CONFLICT (workspace, kind, id) DO UPDATE SET revision = excluded.revision, \
         document = excluded.document, origin = excluded.origin, updated_at = excluded.updated_at",
    );
    query.build().execute(connection).await?;
    Ok(())
}

async fn delete(
    connection: &mut SqliteConnection,
    commit: &Commit,
    batch: &[(&Write, u64)],
) -> Result<(), sqlx::Error> {
    let gone: Vec<&Write> =
        batch.iter().map(|(write, _)| *write).filter(|write| write.document.is_none()).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM resources WHERE workspace = ");
    query.push_bind(commit.workspace.as_str()).push(" AND (kind, id) IN (VALUES ");
    pairs(&mut query, gone.into_iter());
    query.push(")");
    query.build().execute(connection).await?;
    Ok(())
}

async fn add_revisions(
    connection: &mut SqliteConnection,
    commit: &Commit,
    batch: &[(&Write, u64)],
    snapshot: u64,
) -> Result<(), sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO revisions (workspace, kind, id, revision, snapshot, document, actor, origin, at) ",
    );
    query.push_values(batch, |mut row, (write, revision)| {
        row.push_bind(commit.workspace.as_str())
            .push_bind(write.kind.as_str())
            .push_bind(write.id.to_string())
            .push_bind(signed(*revision))
            .push_bind(signed(snapshot))
            .push_bind(write.document.as_ref().map(ToString::to_string))
            .push_bind(commit.actor.as_str())
            .push_bind(write.origin.as_str())
            .push_bind(signed(commit.at));
    });
    if !batch.is_empty() {
        query.build().execute(connection).await?;
    }
    Ok(())
}

fn link(commit: &Commit, write: &Write, revision: u64, snapshot: u64) -> Link {
    Link {
        number: 0,
        workspace: commit.workspace.to_string(),
        at: commit.at,
        actor: commit.actor.clone(),
        address: commit.address.clone(),
        action: write.action.to_owned(),
        kind: write.kind.to_string(),
        id: write.id.to_string(),
        revision: Some(revision),
        snapshot: Some(snapshot),
        before: write.before.as_ref().map(ToString::to_string),
        after: write.after.as_ref().map(ToString::to_string),
    }
}

async fn add_links(
    connection: &mut SqliteConnection,
    links: impl Iterator<Item = Link>,
) -> Result<(), sqlx::Error> {
    let head =
        sqlx::query("SELECT number, hash FROM audit_head WHERE only = 1").fetch_one(&mut *connection).await?;
    let mut chain =
        Chain { number: head.try_get::<i64, _>("number")?.unsigned_abs(), hash: head.try_get("hash")? };
    let links: Vec<(Link, String)> = links.map(|link| chain.add(link)).collect();
    for batch in links.chunks(BATCH) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO audit (number, workspace, at, actor, address, action, kind, id, revision, snapshot, \
             document_before, document_after, hash) ",
        );
        query.push_values(batch, |mut row, (link, hash)| {
            row.push_bind(signed(link.number))
                .push_bind(link.workspace.as_str())
                .push_bind(signed(link.at))
                .push_bind(link.actor.as_str())
                .push_bind(link.address.as_deref())
                .push_bind(link.action.as_str())
                .push_bind(link.kind.as_str())
                .push_bind(link.id.as_str())
                .push_bind(link.revision.map(signed))
                .push_bind(link.snapshot.map(signed))
                .push_bind(link.before.as_deref())
                .push_bind(link.after.as_deref())
                .push_bind(hash.as_str());
        });
        query.build().execute(&mut *connection).await?;
    }
    sqlx::query("UPDATE audit_head SET number = $1, hash = $2 WHERE only = 1")
        .bind(signed(chain.number))
        .bind(chain.hash)
        .execute(connection)
        .await?;
    Ok(())
}
