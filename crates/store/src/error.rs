//! What can go wrong with data at rest.

use std::path::{Path, PathBuf};

/// What can go wrong with data at rest. Each message names the file and what to do; the cause is the source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder or file cannot be made or written.
    #[error(
        "cannot write {path}: {reason}; give the user who runs pailou write access, or choose another folder with --data"
    )]
    NotWritable { path: PathBuf, reason: String },
    /// The file is no SQLite database.
    #[error("{path} is not a Pailou database; move it away, or choose another folder with --data")]
    NotADatabase { path: PathBuf },
    /// The database is damaged.
    #[error(
        "the database {path} is damaged ({reason}); stop pailou and restore the file, with its -wal file, from a backup"
    )]
    Corrupt { path: PathBuf, reason: String },
    /// No space is left on the device.
    #[error("no space is left for the database {path}; nothing was written: free some space and repeat")]
    Full { path: PathBuf },
    /// A newer version of Pailou wrote it.
    #[error(
        "the database {path} has version {found}, written by a newer pailou; this one knows versions up to {known}: install the newer one"
    )]
    TooNew { path: PathBuf, found: i64, known: i64 },
    /// Another process holds it.
    #[error(
        "the database {path} is in use by another process; stop that one, or choose another folder with --data"
    )]
    Busy { path: PathBuf },
    /// A commit was made on a state that is no longer current: someone else wrote meanwhile.
    #[error("the stored state changed meanwhile: {what}")]
    Stale { what: String },
    /// Everything else.
    #[error("the database {path} failed: {cause}")]
    Failed { path: PathBuf, cause: String },
}

impl Error {
    /// By the primary result code (<https://sqlite.org/rescode.html>).
    pub(crate) fn of_sqlite(path: &Path, error: sqlx::Error) -> Error {
        let path = path.to_owned();
        let code = match &error {
            sqlx::Error::Database(cause) => cause.code().and_then(|code| code.parse::<i32>().ok()),
            _ => None,
        };
        let cause = match &error {
            sqlx::Error::Database(cause) => cause.message().to_owned(),
            other => other.to_string(),
        };
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Error::Busy { path },
            Some(8 | 14) => Error::NotWritable { path, reason: cause },
            Some(11) => Error::Corrupt { path, reason: cause },
            Some(13) => Error::Full { path },
            Some(26) => Error::NotADatabase { path },
            _ => Error::Failed { path, cause },
        }
    }
}
