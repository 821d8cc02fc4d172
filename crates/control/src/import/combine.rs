//! A document that comes again onto a contract that was changed by hand since: both changes together.

use std::sync::Arc;

use contract::{Contract, Side, combine, notation};
use model::{
    Api, ContractSource, Finding, Kind, Name, Place,
    tree::{self, Node},
};
use serde::{Deserialize, Serialize};
use store::PaperQuery;

use super::{Given, STACK};
use crate::{Conflicts, ContractTexts, Control, Error, Origin, papers::NewPaper};

const IMPORT: &str = "import";
/// Conflicts that are told.
const TOLD: usize = 50;

/// What was imported where more came of it than the document.
#[derive(Serialize, Deserialize)]
pub(super) struct ImportedAs {
    /// The document, as it came: `sha256:…`.
    document: String,
    /// What it became together with what was changed by hand.
    became: String,
}

/// What a contract was before it was changed by hand.
pub(super) struct Before {
    base: Arc<str>,
    own: Arc<str>,
    revision: u64,
}

/// A document that was combined with what was changed by hand.
pub(super) struct Together {
    pub(super) given: Given,
    pub(super) kept: Vec<String>,
    record: ImportedAs,
    document: ContractTexts,
}

impl Control {
    /// What an API's contract was when it was imported, and what it is; nothing where nobody changed it since.
    pub(super) async fn before(&self, ws: &Name, id: &str, api: &Api) -> Result<Option<Before>, Error> {
        let Some(ContractSource::Stored(present)) = &api.contract else { return Ok(None) };
        let revisions = self.revisions(ws, Kind::Api, id, None, 200).await?;
        let imported = Origin::Import.as_str();
        let Some(last) = revisions.iter().find(|revision| revision.origin == imported) else {
            return Ok(None);
        };
        let contract = last.document.as_ref().and_then(|document| document.get("contract")?.as_str());
        let Some(became) = contract.and_then(|contract| contract.strip_prefix("sha256:")) else {
            return Ok(None);
        };
        let records = self.read_papers::<ImportedAs>(PaperQuery::of(ws, IMPORT).about(id), 1).await?;
        let record = records.into_iter().map(|sheet| sheet.value).find(|record| record.became == became);
        let base = record.map_or_else(|| became.to_owned(), |record| record.document);
        if base == *present {
            return Ok(None);
        }
        let revision = last.revision;
        let (base, own) = (self.contract_document(&base).await, self.contract_document(present).await?);
        match base {
            Ok(base) => Ok(Some(Before { base, own, revision })),
            Err(_) => Err(lost(id, revision)),
        }
    }

    /// Writes down which document it was of which this came, for the next time.
    pub(super) async fn keep_document(
        &self,
        actor: &crate::Actor,
        ws: &Name,
        id: &str,
        (record, document): (&ImportedAs, &ContractTexts),
    ) -> Result<(), Error> {
        let document_of = serde_json::to_value(record).map_err(|_| Error::Internal)?;
        let new = NewPaper { kind: IMPORT, subject: id, state: "combined", document: document_of };
        self.add_paper(actor, ws, &new, "import-document", document).await.map(drop)
    }
}

impl Together {
    pub(super) fn record(&self) -> (&ImportedAs, &ContractTexts) {
        (&self.record, &self.document)
    }
}

/// Combines a document with what was changed by hand. On a thread of its own: documents nest.
///
/// # Errors
/// [`Error::Invalid`] with each place that both changed; [`Error::Conflict`] where the notation is none that can be combined.
pub(super) async fn together(
    id: &str,
    given: Given,
    before: Before,
    conflicts: Conflicts,
) -> Result<Together, Error> {
    let id = id.to_owned();
    let work = move || {
        std::thread::scope(|scope| {
            let work = || here(&id, given, &before, conflicts);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            thread.ok().and_then(|thread| thread.join().ok())
        })
    };
    tokio::task::spawn_blocking(work).await.ok().flatten().unwrap_or_else(|| {
        tracing::error!("combining contracts failed");
        Err(Error::Internal)
    })
}

fn here(id: &str, given: Given, before: &Before, conflicts: Conflicts) -> Result<Together, Error> {
    let file = given.file.clone();
    let text = given.texts.0.get(&given.hash).map(|text| Arc::clone(&text.text)).unwrap_or_default();
    let later = notation::one(&text, &file);
    let (Some(base), Some(own), Some(now)) = (root(&before.base), root(&before.own), root(&later)) else {
        return Err(lost(id, before.revision));
    };
    let side = if conflicts == Conflicts::Here { Side::Own } else { Side::Later };
    let combined = combine(&base, &own, &now, side);
    if conflicts == Conflicts::Refuse && !combined.conflicts.is_empty() {
        let is_one = matches!(later, std::borrow::Cow::Borrowed(_));
        let mut findings: Vec<Finding> = Vec::new();
        for conflict in combined.conflicts.iter().take(TOLD) {
            let is = |side: &Option<String>| side.clone().unwrap_or_else(|| "taken out".to_owned());
            let message = format!(
                "`{}` was changed here and in the document: here it is {}, there {}; `conflicts` (`pailou import --merge --conflicts here` or `document`) says which counts",
                conflict.place,
                is(&conflict.own),
                is(&conflict.later)
            );
            let finding = Finding::error("merge-conflict", message);
            // Places of a document that was put together of several files are no places of these.
            let place = Place { file: file.as_str().into(), line: conflict.at.0, column: conflict.at.1 };
            findings.push(if is_one { finding.at(place) } else { finding });
        }
        let more = combined.conflicts.len().saturating_sub(TOLD);
        if more > 0 {
            findings.push(Finding::error(
                "merge-conflict",
                format!("and {more} more places were changed in both"),
            ));
        }
        return Err(Error::Invalid(findings));
    }
    let written = match combined.root.to_value() == own.to_value() {
        // The document says nothing new: what is here stays as it is written.
        true => before.own.to_string(),
        false => written(&combined.root, later.trim_start().starts_with('{'))?,
    };
    let contract = Arc::new(Contract::parse(&written, &file).map_err(Error::Invalid)?);
    let mut texts = ContractTexts::default();
    let hash = texts.add(&file, &written);
    let record = ImportedAs { document: given.hash.to_string(), became: hash.to_string() };
    let given_texts = given.texts.clone();
    let given = Given { contract, hash, texts, ..given };
    Ok(Together { given, kept: combined.kept, record, document: given_texts })
}

/// The root of a document in YAML or JSON; nothing where it is in another notation.
fn root(text: &str) -> Option<Node> {
    let mut documents = tree::parse(text, "contract", tree::TreeLimits::default()).ok()?;
    let root = documents.pop()?.root;
    (documents.is_empty() && root.fields().is_some()).then_some(root)
}

/// As YAML, or as JSON; read back to be sure.
fn written(root: &Node, as_json: bool) -> Result<String, Error> {
    let json = || serde_json::to_string_pretty(root).map(|text| text + "\n").map_err(|_| Error::Internal);
    if as_json {
        return json();
    }
    let Ok(text) = serde_saphyr::to_string(root) else { return json() };
    match tree::parse(&text, "contract.yaml", tree::TreeLimits::default()).as_deref() {
        Ok([same]) if same.to_value() == root.to_value() => Ok(text),
        _ => json(),
    }
}

fn lost(id: &str, revision: u64) -> Error {
    let detail = format!(
        "the contract of api `{id}` was changed here since it was imported in revision {revision}: importing would lose that. Take those changes \
         into the document, or say `replace` (`pailou import --merge --replace`) to go on without them"
    );
    Error::Conflict { detail }
}
