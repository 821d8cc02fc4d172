//! A document that comes again onto a contract that was changed by hand since: both changes together.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use contract::{Combined, Conflict, Contract, Side, combine, notation};
use model::{
    Api, ContractSource, Finding, Kind, Name, Place,
    tree::{self, Node},
};
use serde::{Deserialize, Serialize};
use store::PaperQuery;

use super::{Given, STACK};
use crate::{
    ConflictChoice, ConflictSide, Conflicts, ContractTexts, Control, Error, MergeConflict, Origin,
    papers::NewPaper,
};

const IMPORT: &str = "import";
/// Conflicts that a refusal tells.
const TOLD: usize = 50;
/// Places of which a request may say which counts.
const MOST_CHOICES: usize = 10_000;

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
    pub(super) conflicts: Vec<MergeConflict>,
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

/// Which of both counts where both changed.
pub(super) struct Choices {
    single: HashMap<String, ConflictSide>,
    others: Conflicts,
}

impl Choices {
    /// # Errors
    /// [`Error::Invalid`] where there are too many, or two of one place.
    pub(super) fn of(others: Conflicts, choices: Vec<ConflictChoice>) -> Result<Choices, Error> {
        let many = choices.len();
        let single: HashMap<String, ConflictSide> =
            choices.into_iter().map(|choice| (choice.place, choice.take)).collect();
        let message = match () {
            () if many > MOST_CHOICES => format!("has {many} places; {MOST_CHOICES} at most"),
            () if single.len() < many => "names a place twice; choose one side of each".to_owned(),
            () => return Ok(Choices { single, others }),
        };
        Err(wrong_choices(message))
    }

    fn side(&self, place: &str) -> Option<Side> {
        let side = |side: &ConflictSide| match side {
            ConflictSide::Here => Side::Own,
            ConflictSide::Document => Side::Later,
        };
        let others = match self.others {
            Conflicts::Refuse => None,
            Conflicts::Here => Some(Side::Own),
            Conflicts::Document => Some(Side::Later),
        };
        self.single.get(place).map(side).or(others)
    }

    /// A place that a choice names has to be one: whoever chose has looked at something else otherwise.
    fn are_of(&self, combined: &Combined) -> Result<(), Error> {
        let places: HashSet<&str> = combined.conflicts.iter().map(|one| &*one.place).collect();
        match self.single.keys().filter(|place| !places.contains(place.as_str())).min() {
            None => Ok(()),
            Some(place) => Err(wrong_choices(format!(
                "`{place}` is no place that was changed here and in the document; check the import again, or leave that choice out"
            ))),
        }
    }
}

fn wrong_choices(message: String) -> Error {
    Error::Invalid(vec![Finding::error("invalid-import", message).in_field("choices")])
}

/// Combines a document with what was changed by hand. On a thread of its own: documents nest.
///
/// # Errors
/// [`Error::Invalid`] with each place that both changed and of which nobody said which counts; [`Error::Conflict`] where the notation is none
/// that can be combined.
pub(super) async fn together(
    id: &str,
    given: Given,
    before: Before,
    choices: Choices,
) -> Result<Together, Error> {
    let id = id.to_owned();
    let work = move || {
        std::thread::scope(|scope| {
            let work = || here(&id, given, &before, &choices);
            let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            thread.ok().and_then(|thread| thread.join().ok())
        })
    };
    tokio::task::spawn_blocking(work).await.ok().flatten().unwrap_or_else(|| {
        tracing::error!("combining contracts failed");
        Err(Error::Internal)
    })
}

fn here(id: &str, given: Given, before: &Before, choices: &Choices) -> Result<Together, Error> {
    let file = given.file.clone();
    let text = given.texts.0.get(&given.hash).map(|text| Arc::clone(&text.text)).unwrap_or_default();
    let later = notation::one(&text, &file);
    let (Some(base), Some(own), Some(now)) = (root(&before.base), root(&before.own), root(&later)) else {
        return Err(lost(id, before.revision));
    };
    let combined = combine(&base, &own, &now, &|place| choices.side(place));
    // Places of a document that was put together of several files are no places of these.
    let is_one = matches!(later, std::borrow::Cow::Borrowed(_));
    if combined.open > 0 {
        return Err(refused(&combined, is_one.then_some(&*file)));
    }
    choices.are_of(&combined)?;
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
    let conflicts = combined.conflicts.into_iter().map(|one| told(one, is_one)).collect();
    Ok(Together { given, kept: combined.kept, conflicts, record, document: given_texts })
}

/// Each place of which nobody said which counts; `file` where its places are those of one.
fn refused(combined: &Combined, file: Option<&str>) -> Error {
    let open = combined.conflicts.iter().filter(|one| one.side.is_none());
    let mut findings: Vec<Finding> = Vec::new();
    for conflict in open.take(TOLD) {
        let is = |side: &Option<contract::Shown>| {
            side.as_ref().map_or("taken out", |shown| shown.short.as_str()).to_owned()
        };
        let message = format!(
            "`{}` was changed here and in the document: here it is {}, there {}; say which counts, by `choices` (`pailou import --merge --here PLACE` or \
             `--document PLACE`), or for all by `conflicts` (`--conflicts here` or `document`)",
            conflict.place,
            is(&conflict.own),
            is(&conflict.later)
        );
        let finding = Finding::error("merge-conflict", message);
        let place = file.map(|file| Place { file: file.into(), line: conflict.at.0, column: conflict.at.1 });
        findings.push(match place {
            Some(place) => finding.at(place),
            None => finding,
        });
    }
    let more = combined.open.saturating_sub(findings.len());
    if more > 0 {
        let message = format!("and {more} more places were changed in both");
        findings.push(Finding::error("merge-conflict", message));
    }
    Error::Invalid(findings)
}

fn told(conflict: Conflict, is_one: bool) -> MergeConflict {
    MergeConflict {
        place: conflict.place,
        line: is_one.then_some(conflict.at.0),
        here: conflict.own.map(|shown| shown.whole),
        document: conflict.later.map(|shown| shown.whole),
        taken: if conflict.side == Some(Side::Own) { ConflictSide::Here } else { ConflictSide::Document },
    }
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
