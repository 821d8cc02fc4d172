//! Secrets and the keys they are sealed by.

use sqlx::{Row as _, sqlite::SqliteRow};

use super::{SqliteStore, commit::add_entry};
use crate::{DataKeyRow, Error, SealChange, Sealed, SecretRow, audit::signed};

impl SqliteStore {
    pub(super) async fn read_sealed(&self) -> Result<Sealed, Error> {
        let explain = |error| self.explain(error);
        // One transaction, so that no secret is without its key.
        let mut transaction = self.database.readers().begin().await.map_err(explain)?;
        let keys = sqlx::query("SELECT id, master, sealed, created_at FROM data_keys ORDER BY id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(explain)?;
        let secrets = sqlx::query(
            "SELECT name, version, data_key, sealed, created_at, updated_at FROM secrets ORDER BY name",
        )
        .fetch_all(&mut *transaction)
        .await
        .map_err(explain)?;
        let keys = keys.iter().map(key).collect::<Result<_, sqlx::Error>>().map_err(explain)?;
        let secrets = secrets.iter().map(secret).collect::<Result<_, sqlx::Error>>().map_err(explain)?;
        Ok(Sealed { keys, secrets })
    }

    pub(super) async fn write_sealed(&self, change: SealChange) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        let connection = &mut *transaction;
        let written = async {
            for row in change.keys {
                sqlx::query(
                    "INSERT INTO data_keys (id, master, sealed, created_at) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT (id) DO UPDATE SET master = excluded.master, sealed = excluded.sealed",
                )
                .bind(row.id)
                .bind(row.master)
                .bind(row.sealed)
                .bind(signed(row.created_at))
                .execute(&mut *connection)
                .await?;
            }
            for row in change.secrets {
                sqlx::query(
                    "INSERT INTO secrets (name, version, data_key, sealed, created_at, updated_at) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET version = excluded.version, \
                     data_key = excluded.data_key, sealed = excluded.sealed, updated_at = excluded.updated_at",
                )
                .bind(row.name)
                .bind(signed(row.version))
                .bind(row.data_key)
                .bind(row.sealed)
                .bind(signed(row.created_at))
                .bind(signed(row.updated_at))
                .execute(&mut *connection)
                .await?;
            }
            for name in change.removed {
                sqlx::query("DELETE FROM secrets WHERE name = $1")
                    .bind(name)
                    .execute(&mut *connection)
                    .await?;
            }
            for id in change.removed_keys {
                sqlx::query("DELETE FROM data_keys WHERE id = $1").bind(id).execute(&mut *connection).await?;
            }
            match change.entry {
                Some(entry) => add_entry(connection, entry).await,
                None => Ok(()),
            }
        };
        written.await.map_err(|error| self.explain(error))?;
        transaction.commit().await.map_err(|error| self.explain(error))
    }
}

fn key(row: &SqliteRow) -> Result<DataKeyRow, sqlx::Error> {
    Ok(DataKeyRow {
        id: row.try_get("id")?,
        master: row.try_get("master")?,
        sealed: row.try_get("sealed")?,
        created_at: row.try_get::<i64, _>("created_at")?.unsigned_abs(),
    })
}

fn secret(row: &SqliteRow) -> Result<SecretRow, sqlx::Error> {
    let number = |column: &str| row.try_get::<i64, _>(column).map(i64::unsigned_abs);
    Ok(SecretRow {
        name: row.try_get("name")?,
        version: number("version")?,
        data_key: row.try_get("data_key")?,
        sealed: row.try_get("sealed")?,
        created_at: number("created_at")?,
        updated_at: number("updated_at")?,
    })
}
