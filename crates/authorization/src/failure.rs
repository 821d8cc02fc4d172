//! What is answered to a client whose request cannot be granted (RFC 6749 §5.2 and its extensions).

use serde_json::{Value, json};

/// A refusal as the standards name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
    InvalidScope,
    /// RFC 8707 §2.
    InvalidTarget,
    /// RFC 9449 §5.
    InvalidDpopProof,
    AccessDenied,
    /// RFC 8628 §3.5.
    AuthorizationPending,
    SlowDown,
    ExpiredToken,
    /// RFC 7591 §3.2.2.
    InvalidRedirectUri,
    InvalidClientMetadata,
    /// RFC 6750 §3.1.
    InvalidToken,
    /// RFC 7009 §2.2.1.
    UnsupportedTokenType,
    TemporarilyUnavailable,
    ServerError,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: Code,
    /// For the developer of the client.
    pub detail: String,
}

impl Failure {
    pub fn new(code: Code, detail: impl Into<String>) -> Failure {
        Failure { code, detail: detail.into() }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self.code {
            Code::InvalidClient | Code::InvalidToken => 401,
            Code::TemporarilyUnavailable => 503,
            Code::ServerError => 500,
            _ => 400,
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        json!({ "error": self.code.as_str(), "error_description": self.described() })
    }

    /// The detail in the characters that RFC 6749 §5.2 allows.
    pub fn described(&self) -> String {
        let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
        self.detail.chars().map(|c| if allowed(c) { c } else { '\'' }).take(300).collect()
    }
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidRequest => "invalid_request",
            Code::InvalidClient => "invalid_client",
            Code::InvalidGrant => "invalid_grant",
            Code::UnauthorizedClient => "unauthorized_client",
            Code::UnsupportedGrantType => "unsupported_grant_type",
            Code::UnsupportedResponseType => "unsupported_response_type",
            Code::InvalidScope => "invalid_scope",
            Code::InvalidTarget => "invalid_target",
            Code::InvalidDpopProof => "invalid_dpop_proof",
            Code::AccessDenied => "access_denied",
            Code::AuthorizationPending => "authorization_pending",
            Code::SlowDown => "slow_down",
            Code::ExpiredToken => "expired_token",
            Code::InvalidRedirectUri => "invalid_redirect_uri",
            Code::InvalidClientMetadata => "invalid_client_metadata",
            Code::InvalidToken => "invalid_token",
            Code::UnsupportedTokenType => "unsupported_token_type",
            Code::TemporarilyUnavailable => "temporarily_unavailable",
            Code::ServerError => "server_error",
        }
    }
}
