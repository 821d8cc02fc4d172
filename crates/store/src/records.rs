//! What is kept: resources with their revisions, the audit log, people.

use std::{fmt, str::FromStr, sync::Arc};

use model::{Kind, Name};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What identifies a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub workspace: Name,
    pub kind: Kind,
    /// See [`model::Resource::id`].
    pub id: Arc<str>,
}

/// A resource as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub key: Key,
    /// Rises by one with every change of this resource, from 1; goes on after a deletion.
    pub revision: u64,
    pub document: Value,
    pub origin: Origin,
    /// Milliseconds since 1970.
    pub created_at: u64,
    pub updated_at: u64,
}

/// An earlier or the present state of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    pub revision: u64,
    /// The snapshot that made it live.
    pub snapshot: u64,
    /// `None` for a deletion.
    pub document: Option<Value>,
    pub actor: String,
    pub origin: Origin,
    pub at: u64,
}

/// Which way a resource came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    Console,
    Api,
    Apply,
    /// The folder given to `serve`.
    Files,
    Portal,
    Quickstart,
    /// A document that was imported, as it came.
    Import,
}

/// Changes that become true together, or not at all.
#[derive(Clone, Debug)]
pub struct Commit {
    pub workspace: Name,
    /// Milliseconds since 1970.
    pub at: u64,
    /// Who did it, and from where.
    pub actor: String,
    pub address: Option<String>,
    /// The number of the last commit the writer knows of; another one since is [`crate::Error::Stale`].
    pub after: u64,
    pub writes: Vec<Write>,
    /// Contracts that come with it, by the SHA-256 of their text in hexadecimal.
    pub contracts: Vec<(Arc<str>, Arc<str>)>,
}

/// One change of one resource.
#[derive(Clone, Debug)]
pub struct Write {
    pub kind: Kind,
    pub id: Arc<str>,
    pub expected: Expected,
    /// `None` deletes.
    pub document: Option<Value>,
    pub origin: Origin,
    /// The word for the audit log: `create`, `update`, `delete`, `issue-key` …
    pub action: &'static str,
    /// The document before and after for the audit log, secrets removed.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// What a resource must be for a change of it to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Absent,
    Revision(u64),
}

/// What a commit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    pub snapshot: u64,
    /// The new revision of every write, in their order.
    pub revisions: Vec<u64>,
}

/// Everything a control plane begins with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    pub snapshot: u64,
    pub rows: Vec<Row>,
}

/// Something worth remembering that is no change of a resource, such as a sign-up.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    pub workspace: Name,
    pub at: u64,
    pub actor: String,
    pub address: Option<String>,
    pub action: &'static str,
    /// What it was done to, such as `developer`.
    pub kind: String,
    pub id: String,
    /// What was known of it before, and what is after; no secrets.
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// One link of the audit chain.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// From 1, without gaps.
    pub number: u64,
    pub workspace: String,
    pub at: u64,
    pub actor: String,
    pub address: Option<String>,
    pub action: String,
    pub kind: String,
    pub id: String,
    pub revision: Option<u64>,
    pub snapshot: Option<u64>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// SHA-256 over this record and the hash before it, in hexadecimal.
    pub hash: String,
}

/// Which records of the audit log; the newest first, except after a number.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Only records with a lower number.
    pub before: Option<u64>,
    /// Only records with a higher number, and the oldest first.
    pub after: Option<u64>,
    pub limit: u32,
    /// Only those of this workspace.
    pub workspace: Option<String>,
    pub kind: Option<String>,
    pub id: Option<String>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub address: Option<String>,
    /// Not older than this, milliseconds since 1970.
    pub since: Option<u64>,
    /// Older than this.
    pub until: Option<u64>,
}

/// Whether the audit log is as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    Intact {
        records: u64,
    },
    /// The first record that is not as it was written, and why.
    Broken {
        number: u64,
        reason: String,
    },
}

/// A session of a person. The token itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub token_hash: [u8; 32],
    /// `admin`, `member` or `developer`.
    pub role: String,
    /// Who: an e-mail address, of a developer scoped by the workspace ([`model::scoped`]), or the name of an administrator.
    pub subject: String,
    /// How it began; for whoever reads it.
    pub about: Value,
    /// What it is known by elsewhere.
    pub mark: Option<String>,
    pub created_at: u64,
    pub expires_at: u64,
}

/// Which sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionQuery {
    /// Of an account: role and subject.
    Of { role: String, subject: String },
    /// Those with this mark.
    Marked(String),
}

impl SessionQuery {
    pub(crate) fn finds(&self, row: &SessionRow) -> bool {
        match self {
            SessionQuery::Of { role, subject } => row.role == *role && row.subject == *subject,
            SessionQuery::Marked(mark) => row.mark.as_ref() == Some(mark),
        }
    }
}

/// A link that works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub token_hash: [u8; 32],
    /// Whose, as in [`SessionRow`].
    pub role: String,
    pub subject: String,
    /// What it is good for, such as `sign-in`.
    pub purpose: String,
    pub expires_at: u64,
}

/// A key that secrets are sealed by, itself sealed by a master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKeyRow {
    pub id: String,
    /// Which master key.
    pub master: String,
    pub sealed: String,
    pub created_at: u64,
}

/// A secret, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    pub name: String,
    pub version: u64,
    /// The id of the key it is sealed by.
    pub data_key: String,
    pub sealed: String,
    pub created_at: u64,
    pub updated_at: u64,
}

/// Everything that is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    pub keys: Vec<DataKeyRow>,
    /// By name.
    pub secrets: Vec<SecretRow>,
}

/// What becomes of what is sealed, together: keys and secrets that are made or replaced, and what is removed.
#[derive(Clone, Debug, Default)]
pub struct SealChange {
    pub keys: Vec<DataKeyRow>,
    pub secrets: Vec<SecretRow>,
    /// Names of secrets.
    pub removed: Vec<String>,
    pub removed_keys: Vec<String>,
    pub entry: Option<AuditEntry>,
}

impl Origin {
    pub const ALL: [Origin; 7] = [
        Origin::Console,
        Origin::Api,
        Origin::Apply,
        Origin::Files,
        Origin::Portal,
        Origin::Quickstart,
        Origin::Import,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Console => "console",
            Origin::Api => "api",
            Origin::Apply => "apply",
            Origin::Files => "files",
            Origin::Portal => "portal",
            Origin::Quickstart => "quickstart",
            Origin::Import => "import",
        }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(word: &str) -> Result<Origin, String> {
        Origin::ALL.into_iter().find(|origin| origin.as_str() == word).ok_or_else(|| {
            let words: Vec<_> = Origin::ALL.iter().map(|origin| format!("`{origin}`")).collect();
            format!("`{word}` is no origin; the origins are {}", words.join(", "))
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}
