//! What a contract has, at a glance: what the portal lists beside a page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Dialect;

/// What a contract has, at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outline {
    pub title: String,
    /// The contract's `info.version`.
    pub version: String,
    pub dialect: Dialect,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In the order of the contract, then those only operations name.
    pub tags: Vec<OutlineTag>,
    /// In the order of the contract.
    pub operations: Vec<OutlineOperation>,
    /// Names of the schemas, sorted.
    pub schemas: Vec<String>,
}

/// A tag that groups operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutlineTag {
    pub name: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An operation in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutlineOperation {
    pub id: String,
    pub method: String,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
}
