//! What a use case answers where it cannot do what was asked.

use model::{Finding, Kind};
use policy::{ProblemType, problems};

use crate::FactorNeeded;

/// What a use case answers where it cannot do what was asked. `Display` is for the client; internal causes are logged where they
/// happen and never reach it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no {kind} `{id}`")]
    NotFound { kind: Kind, id: String },
    #[error("there is no {what}")]
    Missing { what: String },
    /// The request contradicts the current state.
    #[error("{detail}")]
    Conflict { detail: String },
    /// The resource is no longer what the caller thinks.
    #[error("{detail}")]
    Changed { detail: String },
    /// What was sent is not valid; every reason.
    #[error("{}", summary(.0))]
    Invalid(Vec<Finding>),
    /// Who asks could not be recognized.
    #[error("{detail}")]
    Unauthenticated { detail: String },
    /// The password is right, and the second factor is needed beside it.
    #[error("{}", of_factor(.0))]
    FactorNeeded(Box<FactorNeeded>),
    /// Who acts in a session must show that it is still them.
    #[error("confirm that it is you first: `POST /session/confirmation`, then repeat this")]
    Unconfirmed,
    #[error("{detail}")]
    Forbidden { detail: String },
    /// Too many attempts.
    #[error("too many failed attempts; repeat in {seconds} s")]
    TooMany { seconds: u64 },
    /// A server elsewhere does not do what it was asked.
    #[error("{detail}")]
    Elsewhere { detail: String },
    /// Nothing was changed.
    #[error("{}", of_store(.0))]
    Store(#[source] store::Error),
    #[error("something went wrong; the log says what")]
    Internal,
}

impl Error {
    /// The problem to answer with.
    pub fn problem(&self) -> &'static ProblemType {
        match self {
            Error::NotFound { .. } | Error::Missing { .. } => problems::NOT_FOUND,
            Error::Conflict { .. } => problems::CONFLICT,
            Error::Changed { .. } => problems::PRECONDITION_FAILED,
            Error::Invalid(_) => problems::INVALID,
            Error::Unauthenticated { .. } | Error::FactorNeeded(_) => problems::UNAUTHENTICATED,
            Error::Forbidden { .. } => problems::FORBIDDEN,
            Error::Unconfirmed => problems::CONFIRMATION_NEEDED,
            Error::TooMany { .. } => problems::RATE_LIMITED,
            Error::Elsewhere { .. } => problems::AUTHORIZATION_SERVER,
            Error::Store(store::Error::Full { .. } | store::Error::Busy { .. }) => problems::OVERLOADED,
            Error::Store(_) | Error::Internal => problems::INTERNAL,
        }
    }

    /// What is wrong with what was sent.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Error::Invalid(findings) => findings,
            _ => &[],
        }
    }
}

fn summary(findings: &[Finding]) -> String {
    match findings {
        [one] => one.to_string(),
        several => format!("{} findings; nothing was changed", several.len()),
    }
}

fn of_factor(needed: &FactorNeeded) -> &'static str {
    match (needed.codes, needed.passkey.is_some()) {
        (true, false) => "a code of your authenticator app, or a recovery code, is needed",
        (true, true) => "a passkey, a code of your authenticator app, or a recovery code, is needed",
        (false, true) => "a passkey, or a recovery code, is needed",
        (false, false) => "a recovery code is needed: passkeys are not taken at this address",
    }
}

/// Without paths and causes: those are for the log.
fn of_store(error: &store::Error) -> &'static str {
    match error {
        store::Error::Full { .. } => "no space is left on the control plane's disk; nothing was changed",
        store::Error::NotWritable { .. } => "the control plane's disk is read-only; nothing was changed",
        store::Error::Busy { .. } => {
            "the control plane's database is busy; nothing was changed: repeat in a moment"
        }
        store::Error::Corrupt { .. } | store::Error::NotADatabase { .. } => {
            "the control plane's database is damaged; nothing was changed, and the log says what to do"
        }
        _ => "the control plane's database failed; nothing was changed, and the log says why",
    }
}
