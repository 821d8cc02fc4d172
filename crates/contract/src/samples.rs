//! Code samples: one request in the languages people use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A request as code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// `curl`, `javascript`, `typescript`, `python`, `java`, `go`, `csharp`, `rust` or `php`.
    pub language: String,
    /// What people call it: `C#`.
    pub label: String,
    pub code: String,
}

pub(crate) fn of(_page: &crate::OperationPage, _base_url: &str, _key_header: Option<&str>) -> Vec<Sample> {
    Vec::new()
}
