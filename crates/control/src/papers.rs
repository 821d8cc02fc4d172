//! What is kept of APIs beside their documents, each with a number.

use model::Name;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use store::{AuditEntry, Paper, PaperChange, PaperQuery};

use crate::{Actor, ContractTexts, Control, Error, contracts::ContractText};

/// Attempts to take the next number while others do the same.
const ATTEMPTS: usize = 8;

/// A paper that is read.
pub(crate) struct Sheet<T> {
    pub(crate) paper: Paper,
    pub(crate) value: T,
}

/// A paper that is about to be.
pub(crate) struct NewPaper<'a> {
    pub(crate) kind: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) state: &'a str,
    pub(crate) document: Value,
}

impl Control {
    /// Keeps a paper under the next number of its kind, which the audit log has for an id.
    pub(crate) async fn add_paper(
        &self,
        actor: &Actor,
        ws: &Name,
        new: &NewPaper<'_>,
        action: &'static str,
        texts: &ContractTexts,
    ) -> Result<u64, Error> {
        for _ in 0..ATTEMPTS {
            let newest =
                self.inner.store.papers(PaperQuery::of(ws, new.kind), 1).await.map_err(Error::Store)?;
            let number = newest.first().map_or(0, |paper| paper.number) + 1;
            let paper = Paper {
                workspace: ws.clone(),
                kind: new.kind.to_owned(),
                number,
                version: 1,
                subject: new.subject.to_owned(),
                state: new.state.to_owned(),
                document: new.document.clone(),
                at: self.now(),
            };
            let change = PaperChange {
                contracts: kept(texts),
                entry: Some(self.paper_entry(actor, &paper, action)),
                puts: vec![paper],
                ..PaperChange::default()
            };
            match self.inner.store.change_papers(change).await {
                Ok(()) => return Ok(number),
                Err(store::Error::Stale { .. }) => {}
                Err(error) => return Err(Error::Store(error)),
            }
        }
        let detail = format!("others write a {} at the same moment; repeat", new.kind);
        Err(Error::Conflict { detail })
    }

    /// Puts a paper in the place of the version before.
    pub(crate) async fn change_paper<T: Serialize>(
        &self,
        actor: &Actor,
        sheet: Sheet<T>,
        action: &'static str,
        texts: &ContractTexts,
    ) -> Result<(), Error> {
        let document = serde_json::to_value(&sheet.value).map_err(|_| Error::Internal)?;
        let paper = Paper { version: sheet.paper.version + 1, document, ..sheet.paper };
        let what = format!("{} {}", paper.kind, paper.number);
        let change = PaperChange {
            contracts: kept(texts),
            entry: Some(self.paper_entry(actor, &paper, action)),
            puts: vec![paper],
            ..PaperChange::default()
        };
        self.inner.store.change_papers(change).await.map_err(|error| match error {
            store::Error::Stale { .. } => Error::Conflict {
                detail: format!("{what} was changed at the same moment; read it again and repeat"),
            },
            error => Error::Store(error),
        })
    }

    /// Papers, the newest first.
    pub(crate) async fn read_papers<T: DeserializeOwned>(
        &self,
        query: PaperQuery,
        most: u32,
    ) -> Result<Vec<Sheet<T>>, Error> {
        let papers = self.inner.store.papers(query, most).await.map_err(Error::Store)?;
        papers.into_iter().map(read).collect()
    }

    /// # Errors
    /// [`Error::Missing`].
    pub(crate) async fn read_paper<T: DeserializeOwned>(
        &self,
        ws: &Name,
        kind: &str,
        number: u64,
    ) -> Result<Sheet<T>, Error> {
        self.check_workspace(ws)?;
        let found = self.read_papers(PaperQuery::of(ws, kind).number(number), 1).await?;
        found.into_iter().next().ok_or_else(|| Error::Missing { what: format!("{kind} {number}") })
    }

    fn paper_entry(&self, actor: &Actor, paper: &Paper, action: &'static str) -> AuditEntry {
        AuditEntry {
            workspace: paper.workspace.clone(),
            at: self.now(),
            actor: actor.name.clone(),
            address: actor.address.map(|address| address.to_string()),
            action,
            kind: paper.kind.clone(),
            id: format!("{}/{}", paper.subject, paper.number),
            before: None,
            after: paper.document.get("summary").or_else(|| paper.document.get("reason")).cloned(),
        }
    }
}

fn read<T: DeserializeOwned>(mut paper: Paper) -> Result<Sheet<T>, Error> {
    let value = serde_json::from_value(paper.document.take()).map_err(|error| {
        tracing::error!(kind = paper.kind, number = paper.number, %error, "a paper cannot be read");
        Error::Internal
    })?;
    Ok(Sheet { paper, value })
}

fn kept(texts: &ContractTexts) -> Vec<(std::sync::Arc<str>, std::sync::Arc<str>)> {
    texts.0.iter().map(|(hash, ContractText { text, .. })| (hash.clone(), text.clone())).collect()
}
