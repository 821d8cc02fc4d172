//! Why somebody is not let in who came by a provider.

use std::fmt;

use crate::Error;

/// Why somebody is not let in. `Display` is for them; what operators need to know is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SsoRefused {
    /// The attempt is not of this browser, was answered already, or is of long ago.
    Again,
    /// The provider did not sign them in.
    Denied,
    /// The provider does not answer as it should, or what it gave is not to be trusted.
    Provider,
    /// It does not say an address that it has verified.
    NoEmail,
    /// The address is of a domain that is not let in.
    Domain,
    /// There is no account, and none is made.
    NoAccount,
    /// There is an account with the address that is not connected with the provider.
    Exists,
    /// No group gives a role, or lets in.
    NoRole,
    /// The account at the provider is connected with another one here.
    Taken,
    TooMany,
    Failed,
}

impl SsoRefused {
    /// A word for pages and the audit log.
    pub fn word(self) -> &'static str {
        match self {
            SsoRefused::Again => "again",
            SsoRefused::Denied => "denied",
            SsoRefused::Provider => "provider",
            SsoRefused::NoEmail => "no-email",
            SsoRefused::Domain => "domain",
            SsoRefused::NoAccount => "no-account",
            SsoRefused::Exists => "exists",
            SsoRefused::NoRole => "no-role",
            SsoRefused::Taken => "taken",
            SsoRefused::TooMany => "too-many",
            SsoRefused::Failed => "failed",
        }
    }
}

impl fmt::Display for SsoRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl From<Error> for SsoRefused {
    fn from(error: Error) -> SsoRefused {
        match error {
            Error::TooMany { .. } => SsoRefused::TooMany,
            error => {
                tracing::error!(%error, "a sign-in by a provider failed");
                SsoRefused::Failed
            }
        }
    }
}
