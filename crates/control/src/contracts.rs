//! Contracts by the SHA-256 of their text: what is always at hand, and what is parsed when asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use contract::{Contract, Scheme};
use model::Finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest;

/// Texts of contracts by the SHA-256 of the text in hexadecimal.
#[derive(Clone, Debug, Default)]
pub struct ContractTexts(pub BTreeMap<Arc<str>, ContractText>);

/// The text of a contract.
#[derive(Clone, Debug)]
pub struct ContractText {
    /// What findings call it.
    pub file: Arc<str>,
    pub text: Arc<str>,
    /// Whether it is in the making, so that nobody reads it yet and it may be wrong.
    pub is_unfinished: bool,
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
    /// The media type of its text as one document.
    #[serde(skip)]
    pub media_type: &'static str,
    /// What the contract says of the scopes that its operations need.
    #[serde(skip)]
    pub(crate) scopes: std::collections::BTreeMap<String, String>,
}

/// One operation of a contract, in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationSummary {
    pub id: String,
    /// Upper case.
    pub method: String,
    /// The template below the base path, as the contract has it.
    pub path: String,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub deprecated: bool,
    /// What tells it from others with its method and path, where it is one of SOAP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soap_action: Option<String>,
    /// The template as the router takes it.
    #[serde(skip)]
    pub(crate) route: String,
    /// What a caller needs, any one of these: schemes, all of them, with their scopes. None where the contract asks for nothing, or
    /// lets callers in without.
    #[serde(skip)]
    pub(crate) security: Vec<Vec<(Scheme, Vec<String>)>>,
}

impl ContractTexts {
    /// Adds a text; the hash it is found by.
    pub fn add(&mut self, file: &str, text: &str) -> Arc<str> {
        let hash: Arc<str> = digest::hex(&digest::sha256(text.as_bytes())).into();
        let text = || ContractText { file: file.into(), text: text.into(), is_unfinished: false };
        self.0.entry(Arc::clone(&hash)).or_insert_with(text).is_unfinished = false;
        hash
    }

    /// Adds a text that is in the making; the hash it is found by.
    pub(crate) fn add_unfinished(&mut self, file: &str, text: &str) -> Arc<str> {
        let hash: Arc<str> = digest::hex(&digest::sha256(text.as_bytes())).into();
        let text = || ContractText { file: file.into(), text: text.into(), is_unfinished: true };
        self.0.entry(Arc::clone(&hash)).or_insert_with(text);
        hash
    }
}

impl ContractSummary {
    /// Of a contract that was read of a text with this hash.
    pub(crate) fn of(hash: &str, contract: &Contract, text: &str) -> ContractSummary {
        let need = |need: &std::collections::BTreeMap<String, Vec<String>>| {
            need.iter().map(|(name, scopes)| (contract.scheme(name), scopes.clone())).collect()
        };
        let operation = |operation: &contract::Operation| OperationSummary {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            summary: operation.summary.clone(),
            tags: operation.tags.clone(),
            deprecated: operation.deprecated,
            soap_action: operation.soap_action.clone(),
            route: operation.route_path(),
            security: match operation.security.iter().any(|need| need.is_empty()) {
                true => Vec::new(),
                false => operation.security.iter().map(need).collect(),
            },
        };
        ContractSummary {
            hash: hash.to_owned(),
            title: contract.title.clone(),
            version: contract.version.clone(),
            description: contract.description.clone(),
            operations: contract.operations.iter().map(operation).collect(),
            media_type: contract.notation.media_type(text),
            scopes: contract.scope_texts(),
        }
    }
}

/// Summaries by hash.
pub(crate) type Summaries = BTreeMap<Arc<str>, Arc<ContractSummary>>;

/// Parsed contracts together weigh at most this many bytes (one alone may weigh more).
const CACHE_WEIGHT: usize = 96 << 20;

/// The contracts of a control plane.
#[derive(Default)]
pub(crate) struct Contracts {
    summaries: RwLock<Summaries>,
    /// The one used last is the last.
    parsed: Mutex<Vec<(Arc<str>, Arc<Contract>)>>,
}

impl Contracts {
    pub(crate) fn summary(&self, hash: &str) -> Option<Arc<ContractSummary>> {
        self.summaries.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Parses what is not known yet; what is wrong with it goes to the findings. The summaries are not kept until
    /// [`Contracts::keep`].
    pub(crate) fn read(&self, texts: &ContractTexts, findings: &mut Vec<Finding>) -> Summaries {
        let mut read = Summaries::new();
        for (hash, ContractText { file, text, is_unfinished }) in &texts.0 {
            if *is_unfinished {
                continue;
            }
            if let Some(known) = self.summary(hash) {
                read.insert(Arc::clone(hash), known);
                continue;
            }
            // Checked a moment ago, by a plan or a dry run.
            if let Some(contract) = self.cached(hash) {
                findings.extend(contract.findings.iter().cloned());
                read.insert(Arc::clone(hash), Arc::new(ContractSummary::of(hash, &contract, text)));
                continue;
            }
            match Contract::parse(text, file) {
                Ok(contract) => {
                    findings.extend(contract.findings.iter().cloned());
                    read.insert(Arc::clone(hash), Arc::new(ContractSummary::of(hash, &contract, text)));
                    self.cache(Arc::clone(hash), Arc::new(contract));
                }
                Err(wrong) => findings.extend(wrong),
            }
        }
        read
    }

    pub(crate) fn keep(&self, read: Summaries) {
        self.summaries.write().unwrap_or_else(PoisonError::into_inner).extend(read);
    }

    /// Forgets the summaries of contracts that no API has.
    pub(crate) fn retain(&self, used: &BTreeSet<Arc<str>>) {
        let mut summaries = self.summaries.write().unwrap_or_else(PoisonError::into_inner);
        summaries.retain(|hash, _| used.contains(hash));
    }

    pub(crate) fn forget(&self, hashes: &[Arc<str>]) {
        let mut summaries = self.summaries.write().unwrap_or_else(PoisonError::into_inner);
        hashes.iter().for_each(|hash| drop(summaries.remove(hash)));
    }

    pub(crate) fn cached(&self, hash: &str) -> Option<Arc<Contract>> {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        let at = parsed.iter().position(|(known, _)| **known == *hash)?;
        let used = parsed.remove(at);
        let contract = Arc::clone(&used.1);
        parsed.push(used);
        Some(contract)
    }

    pub(crate) fn cache(&self, hash: Arc<str>, contract: Arc<Contract>) {
        let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.retain(|(known, _)| *known != hash);
        parsed.push((hash, contract));
        let mut weight: usize = parsed.iter().map(|(_, contract)| contract.weight()).sum();
        while weight > CACHE_WEIGHT && parsed.len() > 1 {
            weight -= parsed.remove(0).1.weight();
        }
    }
}
