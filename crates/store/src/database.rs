//! An SQLite file: one writer, several readers, its shape kept current.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Error, Migration, migration};

/// An open SQLite database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    path: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
    /// Held as long as any clone lives, so that no second process works on the same file.
    lock: Arc<File>,
}

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct DatabaseOptions {
    pub durability: Durability,
    /// Connections that read at one time.
    pub readers: u32,
}

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The disk: an acknowledged commit survives power loss. The whole file is checked when it is opened.
    Full,
    /// The operating system: an acknowledged commit survives the process, and the file stays sound after power loss.
    Normal,
}

impl Default for DatabaseOptions {
    fn default() -> DatabaseOptions {
        DatabaseOptions { durability: Durability::Full, readers: 4 }
    }
}

const BEGIN: &str = "BEGIN IMMEDIATE";
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Database {
    /// Opens a file, making it (mode 0600) and its folder (0700) where they do not exist, and brings its shape up to date.
    ///
    /// # Errors
    /// A file that cannot be written, is in use, is no database, is damaged, or was written by a newer version.
    pub async fn open(
        path: &Path,
        options: DatabaseOptions,
        migrations: &[Migration],
    ) -> Result<Database, Error> {
        let lock = make(path)?;
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match options.durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Normal => SqliteSynchronous::Normal,
            })
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("trusted_schema", "OFF");
        let readers = connect.clone().pragma("query_only", "ON");

        let fail = |error| Error::of_sqlite(path, error);
        // Connections are cheap to keep, and a connection that came and went would drop SQLite's locks and caches with it.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(connect)
            .await
            .map_err(fail)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(readers);

        let database = Database { path: path.to_owned(), writer, readers, lock: Arc::new(lock) };
        migration::check_owner(&database).await?;
        if options.durability == Durability::Full {
            database.check_pages().await?;
        }
        migration::run(&database, migrations).await?;
        Ok(database)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Connections for reading.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Begins a transaction that writes (`BEGIN IMMEDIATE`); waits for the one before it to end.
    ///
    /// # Errors
    /// See [`Database::explain`].
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        match self.writer.begin_with(BEGIN).await {
            // After some failures, a full disk among them, SQLite rolls back by itself and the driver, which wanted to, is left
            // believing that a transaction is open. Such a connection is of no more use.
            Err(sqlx::Error::InvalidSavePointStatement | sqlx::Error::BeginFailed) => {
                let confused = self.writer.acquire().await.map_err(|error| self.explain(error))?;
                confused.close().await.map_err(|error| self.explain(error))?;
                self.writer.begin_with(BEGIN).await
            }
            begun => begun,
        }
        .map_err(|error| self.explain(error))
    }

    /// Says what a failure of SQLite means for this file.
    pub fn explain(&self, error: sqlx::Error) -> Error {
        Error::of_sqlite(&self.path, error)
    }

    /// Lets another process open the file. Until [`Database::reclaim`], nothing may be written here.
    ///
    /// # Errors
    /// The system does not give the lock back.
    pub fn release(&self) -> Result<(), Error> {
        self.lock.unlock().map_err(|error| self.not_writable(&error))
    }

    /// Takes the file back where the other process has ended.
    ///
    /// # Errors
    /// It has not.
    pub fn reclaim(&self) -> Result<(), Error> {
        match self.lock.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { path: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(self.not_writable(&error)),
        }
    }

    fn not_writable(&self, error: &io::Error) -> Error {
        Error::NotWritable { path: self.path.clone(), reason: error.to_string() }
    }

    /// Waits for running queries, writes the log back into the file and closes it. Another process may open it then.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        // A process that is being started has a copy of the handle for a moment, with which the lock would live on.
        let _ = self.release();
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// Reads every page, so that damage is found at start rather than by the change that hits it.
    async fn check_pages(&self) -> Result<(), Error> {
        let (verdict,): (String,) = sqlx::query_as("PRAGMA quick_check(1)")
            .fetch_one(&self.writer)
            .await
            .map_err(|error| self.explain(error))?;
        if verdict == "ok" {
            return Ok(());
        }
        Err(Error::Corrupt { path: self.path.clone(), reason: verdict.trim().replace('\n', " ") })
    }
}

/// Makes the folder and the file where they are missing, and takes the lock.
fn make(path: &Path) -> Result<File, Error> {
    let not_writable =
        |error: io::Error| Error::NotWritable { path: path.to_owned(), reason: error.to_string() };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(not_writable)?;
    }
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    let lock = options.open(Path::new(&lock_path)).map_err(not_writable)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Error::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => return Err(not_writable(error)),
    }
    // Made by hand rather than by SQLite for its mode, which SQLite gives its -wal and -shm files too. Closing the file here
    // drops no lock of SQLite: this process opens the database later, and the lock above keeps other processes out.
    options.open(path).map_err(not_writable)?;
    Ok(lock)
}
