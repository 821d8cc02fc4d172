//! The trait every store has.

use std::{future::Future, pin::Pin};

use crate::{
    AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, Developer, Error, Key, Link,
    Loaded, Revision, SealChange, Sealed, SessionRow,
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

    /// Adds a developer; `false` where the e-mail address is taken.
    fn add_developer(&self, developer: Developer) -> Answer<'_, bool>;
    fn developer(&self, email: String) -> Answer<'_, Option<Developer>>;

    fn add_session(&self, session: SessionRow) -> Answer<'_, ()>;
    /// The session with this token, expired or not.
    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<SessionRow>>;
    fn extend_session(&self, token_hash: [u8; 32], expires_at: u64) -> Answer<'_, ()>;
    fn remove_session(&self, token_hash: [u8; 32]) -> Answer<'_, ()>;

    fn add_link(&self, link: Link) -> Answer<'_, ()>;
    /// Takes a link away and returns it; of several callers at once only one gets it.
    fn take_link(&self, token_hash: [u8; 32]) -> Answer<'_, Option<Link>>;
    /// Removes sessions and links that expired before `now`; how many.
    fn remove_expired(&self, now: u64) -> Answer<'_, u64>;

    /// Everything that is sealed.
    fn sealed(&self) -> Answer<'_, Sealed>;
    /// Changes what is sealed, and writes down who did, together.
    fn seal(&self, change: SealChange) -> Answer<'_, ()>;

    fn setting(&self, name: String) -> Answer<'_, Option<String>>;
    fn set_setting(&self, name: String, value: String) -> Answer<'_, ()>;
}
