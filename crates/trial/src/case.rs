//! One request, and what has to come of it.

use contract::{conform::Place, mock::Credential, request::Request};
use serde::Serialize;

/// One request, and what has to come of it.
#[derive(Clone, Debug)]
pub struct Case {
    pub kind: Kind,
    /// For people: ``query `limit`: one more than may be``.
    pub what: String,
    /// The part of the request that the case is about: where it is, its name, and a JSON pointer into it.
    pub about: Option<About>,
    pub request: Request,
    pub identity: Identity,
    pub expect: Expect,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub place: Place,
    pub name: Option<Box<str>>,
    pub pointer: String,
}

/// What kind of case it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// What the author gives.
    Example,
    /// Values made by the schemas.
    Generated,
    /// On the edge of what the contract takes.
    Boundary,
    /// Beyond it.
    Negative,
    /// A method that the path does not have.
    Method,
    /// Without the credentials that are asked for, or with wrong ones.
    Auth,
    /// An interaction of a consumer's pact.
    Pact,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Example => "example",
            Kind::Generated => "generated",
            Kind::Boundary => "boundary",
            Kind::Negative => "negative",
            Kind::Method => "method",
            Kind::Auth => "auth",
            Kind::Pact => "pact",
        }
    }
}

/// What has to come of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The request is as the contract says: it is not refused for what it is.
    Taken,
    /// It is not: it is refused with a 4xx.
    Refused,
    /// The path has no such method: 405, or another 4xx.
    NoSuchMethod,
    /// Whoever calls must say who they are: 401 or 403, or the 404 of what is hidden.
    Unauthorized,
}

/// As whom a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// With the credentials that were given.
    #[default]
    Given,
    /// Without these.
    Without(Vec<Credential>),
    /// With these, of no worth.
    Wrong(Vec<Credential>),
}

impl Case {
    /// Whether the request asks for nothing to change (RFC 9110 §9.2.1).
    pub fn is_safe(&self) -> bool {
        is_safe(&self.request.method)
    }
}

/// Whether a method asks for nothing to change (RFC 9110 §9.2.1; QUERY is safe, too).
pub(crate) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY")
}
