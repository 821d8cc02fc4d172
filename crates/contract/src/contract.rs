//! A contract, read and checked.

use std::collections::BTreeMap;

use model::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Dialect, Operation, OperationPage, Outline, Sample, SearchTerms};

/// A contract, read and checked.
#[derive(Debug)]
pub struct Contract {
    pub dialect: Dialect,
    pub title: String,
    /// `info.version`, not that of the API resource.
    pub version: String,
    /// Markdown.
    pub description: Option<String>,
    /// In the order of the document.
    pub operations: Vec<Operation>,
    /// Warnings and notes; a contract with errors is not read.
    pub findings: Vec<Finding>,
}

/// One schema with those it uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaPage {
    pub name: String,
    pub schema: Value,
    /// The schemas used, by name, as far as they fit.
    pub schemas: BTreeMap<String, Value>,
    /// Names of schemas used that did not fit; ask for them one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_schemas: Vec<String>,
    /// Something was cut to keep the page small: deep schemas are `{"x-truncated": true}`.
    #[serde(default)]
    pub truncated: bool,
}

impl Contract {
    /// Reads a document; `file` is what findings call it.
    ///
    /// # Errors
    /// Every finding of the document, at least one of them an error: a syntax error, a document that is no OpenAPI, a path that
    /// cannot be routed.
    pub fn parse(text: &str, file: &str) -> Result<Contract, Vec<Finding>> {
        let _ = model::tree::parse(text, file, model::tree::TreeLimits::default())
            .map_err(|finding| vec![finding])?;
        Err(vec![Finding::error("not-openapi", "this is not an OpenAPI document")])
    }

    /// About how many bytes of memory this takes, for caches that are bound by weight.
    pub fn weight(&self) -> usize {
        0
    }

    /// What the contract has, at a glance.
    pub fn outline(&self) -> Outline {
        Outline {
            title: self.title.clone(),
            version: self.version.clone(),
            dialect: self.dialect,
            description: self.description.clone(),
            tags: Vec::new(),
            operations: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// One operation, by [`Operation::id`].
    pub fn operation(&self, id: &str) -> Option<OperationPage> {
        let _ = self.operations.iter().find(|operation| operation.id == id)?;
        None
    }

    /// One schema, by the name a reference of a page gives it.
    pub fn schema(&self, name: &str) -> Option<SchemaPage> {
        let _ = name;
        None
    }

    /// Code that calls the operation: `base_url` is where the API answers (scheme, host and base path), `key_header` the header
    /// that carries the caller's key, with a placeholder as its value.
    pub fn samples(&self, page: &OperationPage, base_url: &str, key_header: Option<&str>) -> Vec<Sample> {
        let _ = (page, base_url, key_header);
        Vec::new()
    }

    /// Every operation as text to search in, in the order of `operations`.
    pub fn search_terms(&self) -> Vec<SearchTerms> {
        Vec::new()
    }
}
