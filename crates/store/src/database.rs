//! An SQLite file: one writer, several readers, its shape kept current.

use std::path::{Path, PathBuf};

use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::{Error, Migration};

/// An open SQLite database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    path: PathBuf,
    writer: SqlitePool,
    readers: SqlitePool,
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
    /// The disk: an acknowledged commit survives power loss.
    Full,
    /// The operating system: an acknowledged commit survives the process, and the file stays sound after power loss.
    Normal,
}

impl Default for DatabaseOptions {
    fn default() -> DatabaseOptions {
        DatabaseOptions { durability: Durability::Full, readers: 4 }
    }
}

impl Database {
    /// Opens a file, making it (mode 0600) and its folder (0700) where they do not exist, and brings its shape up to date.
    ///
    /// # Errors
    /// A file that cannot be written, is no database, is damaged, or was written by a newer version.
    pub async fn open(
        path: &Path,
        options: DatabaseOptions,
        migrations: &[Migration],
    ) -> Result<Database, Error> {
        let _ = (path, options, migrations);
        unimplemented!()
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
        let _ = &self.writer;
        unimplemented!()
    }

    /// Says what a failure of SQLite means for this file.
    pub fn explain(&self, error: sqlx::Error) -> Error {
        Error::Failed { path: self.path.clone(), cause: error.to_string() }
    }

    /// Waits for running queries, writes the log back into the file and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
