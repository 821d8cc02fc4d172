//! The two APIs, and who may call an endpoint.

use std::fmt;

use control::Permission;
use model::Kind;

/// Which of the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    Console,
    Portal,
}

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Anyone, signed in or not.
    Public,
    /// A signed-in developer.
    Developer,
    /// Whoever is let into the console, whatever they may there.
    Member,
    /// Who has a permission in the workspace that is asked for.
    With(Permission),
    /// A gateway of another process, by a secret of its own.
    Gateway,
}

/// What an endpoint is about, for those whose permission is for a part alone: for some APIs, or what they own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// More than a part: who may see a part alone is refused. What changes something is judged as it does.
    Whole,
    /// The document that its path names.
    Document(Kind),
    /// The API of the review that its path names.
    Review,
    /// It leaves out, or refuses, what they may not see.
    Part,
}

impl About {
    /// What a template names: `/apis/{id}/operations`.
    pub(crate) fn of(path: &str) -> About {
        let mut parts = path.split('/').skip(1);
        let (Some(plural), Some(named)) = (parts.next(), parts.next()) else { return About::Whole };
        if !named.starts_with('{') {
            return About::Whole;
        }
        let kind = Kind::ALL.iter().find(|kind| kind.plural() == plural);
        match kind {
            Some(kind) => About::Document(*kind),
            None if plural == "reviews" => About::Review,
            None => About::Whole,
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Access::Public => f.write_str("public"),
            Access::Developer => f.write_str("developer"),
            Access::Member => f.write_str("member"),
            Access::With(permission) => permission.fmt(f),
            Access::Gateway => f.write_str("gateway"),
        }
    }
}

impl Audience {
    /// Where the API begins.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Audience::Console => "/api/v1",
            Audience::Portal => "/portal/api/v1",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Audience::Console => "Pailou admin API",
            Audience::Portal => "Pailou portal API",
        }
    }

    /// The name of the session cookie. The prefix `__Host-` binds it to the host and to https (RFC 6265bis §4.1.3.2).
    pub(crate) fn cookie_name(self, https: bool) -> &'static str {
        match (self, https) {
            (Audience::Console, false) => "pailou_session",
            (Audience::Console, true) => "__Host-pailou_session",
            (Audience::Portal, false) => "pailou_portal",
            (Audience::Portal, true) => "__Host-pailou_portal",
        }
    }
}
