//! What a database file may be, and what is said of those it may not be.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use store::{
    AuditVerdict, Commit, Database, DatabaseOptions, Error, Expected, Migration, Origin, SqliteStore, Store,
    Write,
};
use tempfile::{TempDir, tempdir};

fn place() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("state").join("control.db");
    (folder, path)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn commit(after: u64, id: &str, document: serde_json::Value) -> Commit {
    Commit {
        workspace: "default".parse().unwrap(),
        at: 1,
        actor: "ada".into(),
        address: None,
        after,
        writes: vec![Write {
            kind: model::Kind::Plan,
            id: id.into(),
            expected: Expected::Absent,
            document: Some(document),
            origin: Origin::Api,
            action: "create",
            before: None,
            after: None,
        }],
        contracts: Vec::new(),
    }
}

#[tokio::test]
async fn the_folder_and_its_files_are_for_the_owner_alone() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    store.commit(commit(0, "gold", serde_json::json!({}))).await.unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for file in fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    store.commit(commit(0, "gold", serde_json::json!({ "a": 1 }))).await.unwrap();
    let before = store.load().await.unwrap();
    store.database().close().await;
    drop(store);
    let store = SqliteStore::open(&path).await.unwrap();
    assert_eq!(store.load().await.unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_by_name_and_left_alone() {
    let (_folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "kind: api\n".repeat(1000)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::NotADatabase { .. }), "{error:?}");
    assert!(error.to_string().contains("control.db is not a Pailou database; move it away"), "{error}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("kind: api"));
}

#[tokio::test]
async fn the_database_of_another_application_is_refused() {
    let (_folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let other = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(other).await.unwrap();
    sqlx::raw_sql("CREATE TABLE bookmarks (url TEXT)").execute(&pool).await.unwrap();
    pool.close().await;
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::NotADatabase { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_database_is_found_when_it_is_opened() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    for after in 0..40 {
        let document = serde_json::json!({ "description": "x".repeat(3000) });
        store.commit(commit(after, &format!("p{after}"), document)).await.unwrap();
    }
    store.database().close().await;
    drop(store);
    // Whole pages in the middle of the file are overwritten, the header is left.
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[8192..length / 2].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. }), "{error:?}");
    let said = error.to_string();
    assert!(said.contains("control.db is damaged") && said.contains("restore"), "{said}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named_with_what_to_do() {
    // Nobody, not even root, makes folders in /proc.
    let error = SqliteStore::open(Path::new("/proc/pailou/control.db")).await.unwrap_err();
    assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
    let said = error.to_string();
    assert!(said.starts_with("cannot write /proc/pailou/control.db: ") && said.contains("--data"), "{said}");
}

#[tokio::test]
async fn a_read_only_folder_is_named_with_what_to_do() {
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("probe"), "").is_ok() {
        eprintln!("SKIPPED: permissions do not hold for this user (root)");
        return;
    }
    let error = SqliteStore::open(&folder.path().join("control.db")).await.unwrap_err();
    assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_full_disk_refuses_the_commit_whole_and_the_store_goes_on() {
    const TABLE: &[Migration] =
        &[Migration { version: 1, name: "a table", sql: "CREATE TABLE t (text TEXT NOT NULL)" }];
    let (_folder, path) = place();
    let database = Database::open(&path, DatabaseOptions::default(), TABLE).await.unwrap();
    let mut transaction = database.begin().await.unwrap();
    // SQLite answers a file at this bound as it answers a full disk.
    sqlx::raw_sql("PRAGMA max_page_count = 20").execute(&mut *transaction).await.unwrap();
    sqlx::query("INSERT INTO t VALUES ('small')").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();

    let mut transaction = database.begin().await.unwrap();
    let large = sqlx::query("INSERT INTO t VALUES ($1)").bind("x".repeat(200_000));
    let error = database.explain(large.execute(&mut *transaction).await.unwrap_err());
    assert!(matches!(error, Error::Full { .. }), "{error:?}");
    let said = error.to_string();
    assert!(said.contains("no space is left") && said.contains("nothing was written"), "{said}");
    drop(transaction);

    let mut transaction = database.begin().await.unwrap();
    sqlx::query("INSERT INTO t VALUES ('small too')").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT text FROM t").fetch_all(database.readers()).await.unwrap();
    assert_eq!(texts, ["small", "small too"]);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    const OLD: Migration = Migration { version: 1, name: "one", sql: "CREATE TABLE one (n BIGINT)" };
    const NEW: Migration = Migration { version: 2, name: "two", sql: "CREATE TABLE two (n BIGINT)" };
    let (_folder, path) = place();
    let database = Database::open(&path, DatabaseOptions::default(), &[OLD, NEW]).await.unwrap();
    database.close().await;
    drop(database);
    let error = Database::open(&path, DatabaseOptions::default(), &[OLD]).await.unwrap_err();
    assert!(matches!(error, Error::TooNew { found: 2, known: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("install the newer one"), "{error}");
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_of_itself() {
    const GOOD: Migration = Migration { version: 1, name: "one", sql: "CREATE TABLE one (n BIGINT)" };
    const BAD: Migration = Migration {
        version: 2,
        name: "two",
        sql: "CREATE TABLE two (n BIGINT); CREATE TABLE one (n BIGINT)",
    };
    const MENDED: Migration = Migration { version: 2, name: "two", sql: "CREATE TABLE two (n BIGINT)" };
    let (_folder, path) = place();
    let error = Database::open(&path, DatabaseOptions::default(), &[GOOD, BAD]).await.unwrap_err();
    assert!(matches!(error, Error::Failed { .. }), "{error:?}");
    Database::open(&path, DatabaseOptions::default(), &[GOOD, MENDED]).await.unwrap();
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused() {
    let (_folder, path) = place();
    let _first = SqliteStore::open(&path).await.unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error:?}");
}

#[tokio::test]
async fn an_audit_log_that_was_tampered_with_is_found() {
    let (_folder, path) = place();
    let store = SqliteStore::open(&path).await.unwrap();
    for after in 0..4 {
        store.commit(commit(after, &format!("p{after}"), serde_json::json!({}))).await.unwrap();
    }
    let tamper = async |sql: &'static str| {
        let mut transaction = store.database().begin().await.unwrap();
        let done = sqlx::raw_sql(sql).execute(&mut *transaction).await;
        if done.is_ok() {
            transaction.commit().await.unwrap();
        }
        done.map(drop)
    };
    let refused = tamper("UPDATE audit SET actor = 'eve' WHERE number = 2").await.unwrap_err();
    assert!(refused.to_string().contains("append-only"), "{refused}");
    tamper("DROP TRIGGER audit_is_final; DROP TRIGGER audit_stays").await.unwrap();

    tamper("UPDATE audit SET actor = 'eve' WHERE number = 2").await.unwrap();
    assert!(matches!(store.verify_audit().await.unwrap(), AuditVerdict::Broken { number: 2, .. }));
    tamper("UPDATE audit SET actor = 'ada' WHERE number = 2").await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), AuditVerdict::Intact { records: 4 });
    tamper("DELETE FROM audit WHERE number = 4").await.unwrap();
    assert!(matches!(store.verify_audit().await.unwrap(), AuditVerdict::Broken { number: 4, .. }));
    tamper("DELETE FROM audit WHERE number = 2").await.unwrap();
    assert!(matches!(store.verify_audit().await.unwrap(), AuditVerdict::Broken { number: 2, .. }));
}
