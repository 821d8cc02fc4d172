//! The trait every store has.

use std::{future::Future, pin::Pin};

use model::{KeyHash, Name};

use crate::{
    AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, Error, Grant, GrantChange,
    GrantQuery, Key, KeyUseRow, Link, Loaded, Paper, PaperChange, PaperQuery, PeopleChange, PersonKind,
    PersonRow, Revision, SealChange, Sealed, SessionQuery, SessionRow,
};

/// What a method of [`Store`] returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Resources, revisions, contracts, the audit log and people at rest.
///
/// Every method that writes is one transaction: when it returns `Ok` the change is durable, when it returns `Err` nothing
/// happened (except where the connection broke during the commit itself: then [`Store::load`] tells).
pub trait Store: Send + Sync {
    /// Every resource, and the number of the last commit.
    fn load(&self) -> Answer<'_, Loaded>;

    /// Makes changes true together: resources, revisions, contracts, audit records and the number of the snapshot.
    fn commit(&self, commit: Commit) -> Answer<'_, Committed>;

    /// The states a resource has had, the newest first, at most `limit`, only those before `before`.
    fn revisions(&self, key: Key, before: Option<u64>, limit: u32) -> Answer<'_, Vec<Revision>>;

    /// The text of a stored contract, by the SHA-256 of its text in hexadecimal.
    fn contract(&self, hash: String) -> Answer<'_, Option<String>>;

    fn record(&self, entry: AuditEntry) -> Answer<'_, ()>;
    fn audit(&self, query: AuditQuery) -> Answer<'_, Vec<AuditRecord>>;
    /// Reads the whole audit log and checks every hash.
    fn verify_audit(&self) -> Answer<'_, AuditVerdict>;

    fn person(&self, kind: PersonKind, id: String) -> Answer<'_, Option<PersonRow>>;
    /// All of a kind, by id.
    fn people(&self, kind: PersonKind) -> Answer<'_, Vec<PersonRow>>;
    /// Changes people, ends sessions and links, and writes down who did it, together; [`Error::Stale`] where a version is not the next.
    fn change_people(&self, change: PeopleChange) -> Answer<'_, ()>;

    fn add_session(&self, session: SessionRow) -> Answer<'_, ()>;
    /// The session with this token, expired or not.
    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<SessionRow>>;
    /// Sessions, expired or not.
    fn sessions(&self, query: SessionQuery) -> Answer<'_, Vec<SessionRow>>;
    /// Replaces what is said of how a session began.
    fn describe_session(&self, token_hash: [u8; 32], about: serde_json::Value) -> Answer<'_, ()>;
    fn extend_session(&self, token_hash: [u8; 32], expires_at: u64) -> Answer<'_, ()>;
    fn remove_session(&self, token_hash: [u8; 32]) -> Answer<'_, ()>;

    fn add_link(&self, link: Link) -> Answer<'_, ()>;
    /// Takes a link of this purpose away and returns it; of several callers at once only one gets it.
    fn take_link(&self, token_hash: [u8; 32], purpose: String) -> Answer<'_, Option<Link>>;
    /// Grants and ends grants, and writes down who did, together; how many ended.
    fn change_grants(&self, change: GrantChange) -> Answer<'_, u64>;
    /// Grants, expired or not, the newest first.
    fn grants(&self, query: GrantQuery, most: u32) -> Answer<'_, Vec<Grant>>;
    /// Marks a grant as used, and returns it as it was before: of several callers at once only one finds it unused.
    fn spend_grant(&self, query: GrantQuery, at: u64) -> Answer<'_, Option<Grant>>;
    /// Changes document, subject and times of a grant whose document is still that of `before`, and what goes with it; whether it was. Where it
    /// was not, nothing is changed.
    fn swap_grant(&self, before: Grant, after: Grant, with: GrantChange) -> Answer<'_, bool>;

    /// Papers, the highest number first, at most `most`.
    fn papers(&self, query: PaperQuery, most: u32) -> Answer<'_, Vec<Paper>>;
    /// Removes papers, then makes and changes others, and writes down who did, together; [`Error::Stale`] where a version is not the next.
    fn change_papers(&self, change: PaperChange) -> Answer<'_, ()>;
    /// Writes down when keys were used; what is later than what is known replaces it.
    fn note_key_uses(&self, uses: Vec<KeyUseRow>) -> Answer<'_, ()>;
    /// When these keys of a workspace were last used, those that ever were, by key.
    fn key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, Vec<KeyUseRow>>;
    /// Forgets when keys were used that are gone.
    fn forget_key_uses(&self, workspace: Name, keys: Vec<KeyHash>) -> Answer<'_, ()>;

    /// Removes sessions, links and grants that expired before `now`; how many.
    fn remove_expired(&self, now: u64) -> Answer<'_, u64>;

    /// Everything that is sealed.
    fn sealed(&self) -> Answer<'_, Sealed>;
    /// Changes what is sealed, and writes down who did, together.
    fn seal(&self, change: SealChange) -> Answer<'_, ()>;

    fn setting(&self, name: String) -> Answer<'_, Option<String>>;
    fn set_setting(&self, name: String, value: String) -> Answer<'_, ()>;
}
