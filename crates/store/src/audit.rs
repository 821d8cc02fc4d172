//! The chain of the audit log: each record's hash covers the record and the hash before it.

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;

use crate::{AuditRecord, AuditVerdict, Error};

/// A record with its documents as the text that was hashed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) number: u64,
    pub(crate) workspace: String,
    pub(crate) at: u64,
    pub(crate) actor: String,
    pub(crate) address: Option<String>,
    pub(crate) action: String,
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) revision: Option<u64>,
    pub(crate) snapshot: Option<u64>,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl Link {
    /// SHA-256 over the hash before and every field, each with its length, so that no text can pass for another field.
    pub(crate) fn hash(&self, previous: &str) -> String {
        let mut context = Context::new(&SHA256);
        let mut field = |bytes: Option<&[u8]>| {
            let length = bytes.map_or(u64::MAX, |bytes| bytes.len() as u64);
            context.update(&length.to_be_bytes());
            context.update(bytes.unwrap_or_default());
        };
        let number = |n: u64| n.to_be_bytes();
        field(Some(previous.as_bytes()));
        field(Some(&number(self.number)));
        field(Some(self.workspace.as_bytes()));
        field(Some(&number(self.at)));
        field(Some(self.actor.as_bytes()));
        field(self.address.as_deref().map(str::as_bytes));
        field(Some(self.action.as_bytes()));
        field(Some(self.kind.as_bytes()));
        field(Some(self.id.as_bytes()));
        field(self.revision.map(number).as_ref().map(|bytes| &bytes[..]));
        field(self.snapshot.map(number).as_ref().map(|bytes| &bytes[..]));
        field(self.before.as_deref().map(str::as_bytes));
        field(self.after.as_deref().map(str::as_bytes));
        crate::hex(context.finish().as_ref())
    }

    pub(crate) fn into_record(self, hash: String) -> Result<AuditRecord, serde_json::Error> {
        let parse = |text: Option<String>| text.map(|text| serde_json::from_str::<Value>(&text)).transpose();
        Ok(AuditRecord {
            number: self.number,
            workspace: self.workspace,
            at: self.at,
            actor: self.actor,
            address: self.address,
            action: self.action,
            kind: self.kind,
            id: self.id,
            revision: self.revision,
            snapshot: self.snapshot,
            before: parse(self.before)?,
            after: parse(self.after)?,
            hash,
        })
    }
}

/// The end of the chain, while records are added or checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chain {
    pub(crate) number: u64,
    pub(crate) hash: String,
}

impl Chain {
    /// Gives a record its number and hash.
    pub(crate) fn add(&mut self, mut link: Link) -> (Link, String) {
        self.number += 1;
        link.number = self.number;
        self.hash = link.hash(&self.hash);
        (link, self.hash.clone())
    }

    /// Checks the next record. `Some` says why it is not what was written.
    pub(crate) fn check(&mut self, link: &Link, hash: &str) -> Option<AuditVerdict> {
        let number = self.number + 1;
        if link.number != number {
            let reason = format!("record {number} is missing");
            return Some(AuditVerdict::Broken { number, reason });
        }
        if link.hash(&self.hash) != hash {
            let reason = "its content does not match its hash".to_owned();
            return Some(AuditVerdict::Broken { number, reason });
        }
        self.number = number;
        hash.clone_into(&mut self.hash);
        None
    }

    /// What checking every record came to, where the chain should have ended at `head`.
    pub(crate) fn verdict(self, head: &Chain) -> AuditVerdict {
        if self == *head {
            return AuditVerdict::Intact { records: self.number };
        }
        let reason = format!("the log ends at record {}, but {} were written", self.number, head.number);
        AuditVerdict::Broken { number: self.number + 1, reason }
    }
}

/// A number as SQL has it.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) fn unreadable(path: &std::path::Path, cause: impl std::fmt::Display) -> Error {
    Error::Corrupt { path: path.to_owned(), reason: cause.to_string() }
}
