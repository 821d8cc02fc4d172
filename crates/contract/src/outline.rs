//! What a contract has, at a glance: what the portal lists beside a page.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Dialect, Notation, Operation};

/// What a contract has, at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outline {
    pub title: String,
    /// The contract's `info.version`.
    pub version: String,
    /// What the contract is written in.
    #[serde(default)]
    pub notation: Notation,
    pub dialect: Dialect,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// In the order of the contract, then those only operations name.
    pub tags: Vec<OutlineTag>,
    /// In the order of the contract.
    pub operations: Vec<OutlineOperation>,
    /// Of AsyncAPI, in the order of the contract.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<OutlineChannel>,
    /// Names of the schemas, sorted.
    pub schemas: Vec<String>,
}

/// A channel of AsyncAPI: where messages go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutlineChannel {
    pub name: String,
    /// `orders/{id}/events`, or the name of a topic.
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `kafka`, `wss`, `amqp` …
    pub protocols: Vec<String>,
    /// Whether the gateway has a route for it: by WebSocket or HTTP.
    pub routed: bool,
    pub operations: Vec<ChannelOperation>,
}

/// What a client does at a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelOperation {
    pub id: String,
    pub action: ChannelAction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub messages: Vec<ChannelMessage>,
}

/// Which way messages go, seen from the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelAction {
    Send,
    Receive,
}

/// A message of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelMessage {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    pub content_type: String,
    /// Its payload; a reference leads to one of `schemas`. Nothing where it is long, or not written in JSON Schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
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

impl OutlineOperation {
    pub(crate) fn of(operation: &Operation) -> OutlineOperation {
        OutlineOperation {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            summary: operation.summary.clone(),
            tags: operation.tags.clone(),
            deprecated: operation.deprecated,
        }
    }
}

/// The channels of a contract in AsyncAPI.
pub(crate) fn channels(listed: Option<Value>) -> Vec<OutlineChannel> {
    listed.and_then(|listed| serde_json::from_value(listed).ok()).unwrap_or_default()
}

/// The tags the contract declares, then those only operations name.
pub(crate) fn tags(declared: Option<Value>, operations: &[Operation]) -> Vec<OutlineTag> {
    let mut tags = Vec::new();
    let mut seen = HashSet::new();
    for tag in declared.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = tag["name"].as_str() else { continue };
        if seen.insert(name) {
            let description = tag["description"].as_str().map(str::to_owned);
            tags.push(OutlineTag { name: name.to_owned(), description });
        }
    }
    for name in operations.iter().flat_map(|operation| &operation.tags) {
        if seen.insert(name) {
            tags.push(OutlineTag { name: name.clone(), description: None });
        }
    }
    tags
}
