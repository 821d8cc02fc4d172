//! One difference that matters.

use std::{fmt, sync::Arc};

/// How bad it is for those who use the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Says something, breaks nobody.
    Info,
    /// May break somebody, or cannot be told.
    Warning,
    /// Breaks whoever uses it.
    Breaking,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    pub column: u32,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Stable: `request-property-became-required`.
    pub id: String,
    pub level: Level,
    /// `GET /orders/{id}`, of the old document where it has it; empty for what is of the whole.
    pub operation: String,
    /// Where in the message: `query limit`, `response 200 application/json /items/*/id`.
    pub at: String,
    /// A sentence without a full stop.
    pub text: String,
    pub old: Option<Place>,
    pub new: Option<Place>,
}

impl Level {
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
