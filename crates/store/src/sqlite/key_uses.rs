//! When keys were last used.

use model::{KeyHash, Name};
use sqlx::QueryBuilder;

use super::SqliteStore;
use crate::{Error, KeyUseRow, audit::signed};

/// Keys asked for at once; SQLite bounds what a statement binds.
const AT_ONCE: usize = 500;

impl SqliteStore {
    pub(super) async fn write_key_uses(&self, uses: Vec<KeyUseRow>) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        for KeyUseRow { workspace, key, used_at } in uses {
            sqlx::query(
                "INSERT INTO key_uses (workspace, hash, used_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (workspace, hash) DO UPDATE SET used_at = excluded.used_at \
                 WHERE excluded.used_at > key_uses.used_at",
            )
            .bind(workspace.to_string())
            .bind(key.0.to_vec())
            .bind(signed(used_at))
            .execute(&mut *transaction)
            .await
            .map_err(|error| self.explain(error))?;
        }
        transaction.commit().await.map_err(|error| self.explain(error))
    }

    pub(super) async fn read_key_uses(&self, ws: Name, keys: Vec<KeyHash>) -> Result<Vec<KeyUseRow>, Error> {
        let mut found = Vec::new();
        for some in keys.chunks(AT_ONCE) {
            let mut select = QueryBuilder::new("SELECT hash, used_at FROM key_uses WHERE workspace = ");
            select.push_bind(ws.to_string()).push(" AND hash IN (");
            let mut list = select.separated(", ");
            for key in some {
                list.push_bind(key.0.to_vec());
            }
            select.push(")");
            let rows = select.build_query_as::<(Vec<u8>, i64)>().fetch_all(self.database.readers()).await;
            for (hash, used_at) in rows.map_err(|error| self.explain(error))? {
                let hash = hash.try_into().map_err(|_| self.unreadable("a key is no SHA-256"))?;
                let used_at = used_at.unsigned_abs();
                found.push(KeyUseRow { workspace: ws.clone(), key: KeyHash(hash), used_at });
            }
        }
        found.sort();
        Ok(found)
    }

    pub(super) async fn delete_key_uses(&self, ws: Name, keys: Vec<KeyHash>) -> Result<(), Error> {
        let mut transaction = self.database.begin().await?;
        for key in keys {
            sqlx::query("DELETE FROM key_uses WHERE workspace = $1 AND hash = $2")
                .bind(ws.to_string())
                .bind(key.0.to_vec())
                .execute(&mut *transaction)
                .await
                .map_err(|error| self.explain(error))?;
        }
        transaction.commit().await.map_err(|error| self.explain(error))
    }
}
