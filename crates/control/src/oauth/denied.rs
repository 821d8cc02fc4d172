//! Why something is not granted, as protocol and program have it.

use authorization::{Code, Failure};

use crate::Error;

/// Why something is not granted.
#[derive(Debug)]
pub enum Denied {
    /// As the protocol says it.
    Failure(Failure),
    /// Too many attempts that failed.
    TooMany { seconds: u64 },
}

impl From<Failure> for Denied {
    fn from(failure: Failure) -> Denied {
        Denied::Failure(failure)
    }
}

impl From<Error> for Denied {
    fn from(error: Error) -> Denied {
        let code = match &error {
            Error::TooMany { seconds } => return Denied::TooMany { seconds: *seconds },
            Error::Store(store::Error::Full { .. } | store::Error::Busy { .. }) => {
                Code::TemporarilyUnavailable
            }
            Error::Store(_) | Error::Internal => Code::ServerError,
            Error::Conflict { .. } => Code::TemporarilyUnavailable,
            _ => Code::InvalidRequest,
        };
        if let Error::Store(cause) = &error {
            tracing::error!(%cause, "the authorization server cannot reach its store");
        }
        Denied::Failure(Failure::new(code, error.to_string()))
    }
}

impl From<store::Error> for Denied {
    fn from(error: store::Error) -> Denied {
        Error::Store(error).into()
    }
}
