//! Why a question was not answered.

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The question itself is wrong: a 400, with the field.
    #[error("{field}: {reason}")]
    Invalid { field: &'static str, reason: String },
    /// The database could not be opened or read; the cause is for the log, not for clients.
    #[error("analytics database: {0}")]
    Database(String),
}

impl Error {
    pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> Error {
        Error::Invalid { field, reason: reason.into() }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        Error::Database(error.to_string())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::Database(error.to_string())
    }
}
