//! Contracts by the SHA-256 of their text: what is always at hand, and what is parsed when asked for.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Texts of contracts by the SHA-256 of the text in hexadecimal, each with the name of the file it came from.
#[derive(Clone, Debug, Default)]
pub struct ContractTexts(pub BTreeMap<Arc<str>, ContractText>);

/// The text of a contract.
#[derive(Clone, Debug)]
pub struct ContractText {
    pub file: Arc<str>,
    pub text: Arc<str>,
}

/// What of a contract is always at hand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContractSummary {
    /// The SHA-256 of its text in hexadecimal.
    pub hash: String,
    pub title: String,
    pub version: String,
    pub description: Option<String>,
    pub operations: Vec<OperationSummary>,
}

/// One operation of a contract, in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationSummary {
    pub id: String,
    /// Upper case.
    pub method: String,
    /// The template below the base path.
    pub path: String,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub deprecated: bool,
}
