//! What the authorization server has granted: codes, refresh tokens, consents. What shows a grant is kept as a hash alone.

use model::Name;
use serde_json::Value;

use crate::AuditEntry;

/// Something that was granted.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    pub workspace: Name,
    /// Which sort of thing: a word such as `code`.
    pub kind: String,
    /// The SHA-256 of what shows it.
    pub hash: [u8; 32],
    /// The id of the client it was granted to.
    pub client: String,
    /// The person who granted it.
    pub subject: Option<String>,
    /// What belongs together and ends together.
    pub family: Option<String>,
    /// What else is to be known; no secrets.
    pub document: Value,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// When it is forgotten.
    pub expires_at: u64,
    /// When it was used, where it is good for one time.
    pub used_at: Option<u64>,
}

/// Which grants: those for which all that is said holds. Where nothing is said, none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantQuery {
    pub workspace: Option<Name>,
    pub kind: Option<String>,
    pub hash: Option<[u8; 32]>,
    pub client: Option<String>,
    pub subject: Option<String>,
    pub family: Option<String>,
}

/// Grants that change together.
#[derive(Clone, Debug, Default)]
pub struct GrantChange {
    /// What is granted; one of the same workspace, kind and hash is replaced.
    pub granted: Vec<Grant>,
    /// What ends.
    pub ended: Vec<GrantQuery>,
    /// What is written down with it.
    pub entry: Option<AuditEntry>,
}

impl GrantQuery {
    /// Grants of a kind.
    pub fn of(workspace: &Name, kind: &str) -> GrantQuery {
        GrantQuery {
            workspace: Some(workspace.clone()),
            kind: Some(kind.to_owned()),
            ..GrantQuery::default()
        }
    }

    pub(crate) fn fits(&self, grant: &Grant) -> bool {
        let is = |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        *self != GrantQuery::default()
            && self.workspace.as_ref().is_none_or(|wanted| *wanted == grant.workspace)
            && is(&self.kind, Some(&grant.kind))
            && self.hash.is_none_or(|wanted| wanted == grant.hash)
            && is(&self.client, Some(&grant.client))
            && is(&self.subject, grant.subject.as_deref())
            && is(&self.family, grant.family.as_deref())
    }
}
