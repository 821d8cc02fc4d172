//! A folder of resource files, as the command line sends it.

use std::sync::Arc;

use model::{Finding, Resource, tree::Document};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ContractTexts;

/// A folder of resource files with the contracts they refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    pub files: Vec<BundleFile>,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Relative to the folder, with `/`.
    pub path: String,
    pub text: String,
}

/// A resource and the document it was read from, for the place of each of its fields.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    pub value: T,
    pub source: Option<Arc<Document>>,
}

/// What a bundle says.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Contracts named by path are replaced by their hash; the texts are in `contracts`.
    pub resources: Vec<Sourced<Resource>>,
    pub contracts: ContractTexts,
    pub findings: Vec<Finding>,
}

/// Reads every file of a bundle; everything that is wrong is in the findings.
pub fn read(bundle: &Bundle) -> Reading {
    let _ = bundle;
    unimplemented!()
}
