//! What is kept of resources beside their documents: reviews, reports of tests, promotions. Each is a document with a number and a version.

use std::sync::Arc;

use model::Name;
use serde_json::Value;

use crate::AuditEntry;

/// Something that is kept of a resource beside its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    pub workspace: Name,
    /// Which sort of thing: a word such as `review`.
    pub kind: String,
    /// From 1, by workspace and kind.
    pub number: u64,
    /// Rises by one with every change, from 1.
    pub version: u64,
    /// What it is about, such as the id of an API.
    pub subject: String,
    /// Where it is, by a word of its kind, such as `open`.
    pub state: String,
    pub document: Value,
    /// When it was made, milliseconds since 1970.
    pub at: u64,
}

/// Which papers of a kind: those for which all that is said holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperQuery {
    pub workspace: Name,
    pub kind: String,
    pub number: Option<u64>,
    pub subject: Option<String>,
    pub state: Option<String>,
    /// Only those with a lower number.
    pub before: Option<u64>,
}

/// Papers that change together.
#[derive(Clone, Debug, Default)]
pub struct PaperChange {
    /// Those that are made (version 1) or take the place of the version before.
    pub puts: Vec<Paper>,
    /// What is removed.
    pub removed: Vec<PaperQuery>,
    /// Contracts that come with them, by the SHA-256 of their text in hexadecimal.
    pub contracts: Vec<(Arc<str>, Arc<str>)>,
    /// What is written down with it.
    pub entry: Option<AuditEntry>,
}

impl PaperQuery {
    /// All of a kind.
    pub fn of(workspace: &Name, kind: &str) -> PaperQuery {
        PaperQuery {
            workspace: workspace.clone(),
            kind: kind.to_owned(),
            number: None,
            subject: None,
            state: None,
            before: None,
        }
    }

    #[must_use]
    pub fn number(self, number: u64) -> PaperQuery {
        PaperQuery { number: Some(number), ..self }
    }

    #[must_use]
    pub fn about(self, subject: &str) -> PaperQuery {
        PaperQuery { subject: Some(subject.to_owned()), ..self }
    }

    #[must_use]
    pub fn in_state(self, state: &str) -> PaperQuery {
        PaperQuery { state: Some(state.to_owned()), ..self }
    }

    pub(crate) fn fits(&self, paper: &Paper) -> bool {
        self.workspace == paper.workspace
            && self.kind == paper.kind
            && self.number.is_none_or(|wanted| wanted == paper.number)
            && self.subject.as_ref().is_none_or(|wanted| *wanted == paper.subject)
            && self.state.as_ref().is_none_or(|wanted| *wanted == paper.state)
            && self.before.is_none_or(|before| paper.number < before)
    }
}
