//! What is kept of people: accounts, roles and service tokens, each a document with a version.

use std::fmt;

use serde_json::Value;

use crate::AuditEntry;

/// What a row of people is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonKind {
    /// Of the portal, by e-mail address.
    Developer,
    /// Of the console, by e-mail address.
    Member,
    /// A custom role, by name.
    Role,
    /// A service token, by the SHA-256 of it in hexadecimal.
    Token,
    /// Whose account somebody has whom an identity provider knows, by a hash of who it is there.
    Identity,
    /// Whose account a passkey signs in to, by a hash of its id.
    Passkey,
}

impl PersonKind {
    pub fn as_str(self) -> &'static str {
        match self {
            PersonKind::Developer => "developer",
            PersonKind::Member => "member",
            PersonKind::Role => "role",
            PersonKind::Token => "token",
            PersonKind::Identity => "identity",
            PersonKind::Passkey => "passkey",
        }
    }
}

/// One of them as it is now.
#[derive(Clone, PartialEq)]
pub struct PersonRow {
    pub kind: PersonKind,
    pub id: String,
    /// Rises by one with every change, from 1.
    pub version: u64,
    /// Holds hashes of passwords.
    pub document: Value,
}

impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonRow")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// What becomes of people, together.
#[derive(Clone, Debug, Default)]
pub struct PeopleChange {
    /// Those that are made (version 1) or take the place of the version before.
    pub puts: Vec<PersonRow>,
    /// What is removed, and which version of it.
    pub removed: Vec<(PersonKind, String, u64)>,
    /// Accounts whose sessions and links end: role and subject of [`crate::SessionRow`].
    pub ended: Vec<(String, String)>,
    pub entry: Option<AuditEntry>,
}
