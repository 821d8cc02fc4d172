//! Where an API is in its life.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an API is in its life, and what comes after it. Its answers say so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifecycle {
    /// `draft` becomes `review`, `prerelease` or `published`, that `deprecated`, that `retired` and that `archived`; `review`, `deprecated`,
    /// `retired` and `archived` go back by one.
    #[serde(default)]
    pub state: LifeState,
    /// When it was, or will be, deprecated: `2026-06-30T00:00:00Z`. An API that is deprecated says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<String>,
    /// When it will stop to answer, or did; not before it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset_at: Option<String>,
    /// The address of what comes after it, `https://api.example.com/orders/v2` or a path of the same host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// The address of a page that says more: why, and how to move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Of an API that is deprecated: times in which calls are refused, so that who has not moved notices before it ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brownouts: Vec<Brownout>,
}

/// A time in which the calls of an API that is deprecated are refused. It is a day long at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brownout {
    /// When it begins: `2026-10-01T09:00:00Z`.
    pub from: String,
    /// When it is over.
    pub until: String,
}

/// A state of an API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LifeState {
    /// It answers, and is not in the portal.
    Draft,
    /// It answers, is not in the portal, and others look at it before it is.
    Review,
    /// It answers and is in the portal, which says that it may still change.
    Prerelease,
    /// It answers, and is in the portal.
    #[default]
    Published,
    /// It answers, and says that it will not for ever.
    Deprecated,
    /// It answers with `410` alone.
    Retired,
    /// It is kept, and as if it were not there: it answers with `404` alone, and is not in the portal.
    Archived,
}

impl LifeState {
    /// What it may become.
    pub fn next(self) -> &'static [LifeState] {
        match self {
            LifeState::Draft => &[LifeState::Review, LifeState::Prerelease, LifeState::Published],
            LifeState::Review => &[LifeState::Prerelease, LifeState::Published, LifeState::Draft],
            LifeState::Prerelease => &[LifeState::Published, LifeState::Deprecated],
            LifeState::Published => &[LifeState::Deprecated],
            LifeState::Deprecated => &[LifeState::Published, LifeState::Retired],
            LifeState::Retired => &[LifeState::Deprecated, LifeState::Archived],
            LifeState::Archived => &[LifeState::Retired],
        }
    }

    /// Whether it is not for callers yet.
    pub fn is_before_publication(self) -> bool {
        matches!(self, LifeState::Draft | LifeState::Review)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            LifeState::Draft => "draft",
            LifeState::Review => "review",
            LifeState::Prerelease => "prerelease",
            LifeState::Published => "published",
            LifeState::Deprecated => "deprecated",
            LifeState::Retired => "retired",
            LifeState::Archived => "archived",
        }
    }
}
