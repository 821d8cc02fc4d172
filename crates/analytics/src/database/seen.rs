//! What is seen of services, a row each.

use std::sync::Arc;

use drift::Watch;
use sqlx::Row as _;
use store::Database;

use crate::Error;

/// Takes back what was written before.
pub(crate) async fn load(database: &Database, watch: &mut Watch) -> Result<(), Error> {
    for row in sqlx::query("SELECT service, seen FROM seen").fetch_all(database.readers()).await? {
        watch.restore(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(())
}

/// Writes services whose row is another now.
pub(crate) async fn write(database: &Database, changed: &[(Arc<str>, String)]) -> Result<(), Error> {
    if changed.is_empty() {
        return Ok(());
    }
    let mut tx = database.begin().await?;
    for (service, seen) in changed {
        sqlx::query("INSERT INTO seen (service, seen) VALUES (?, ?) ON CONFLICT (service) DO UPDATE SET seen = excluded.seen")
            .bind(&**service)
            .bind(seen.as_str())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
