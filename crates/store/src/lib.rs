//! Resources at rest: one trait, an SQLite implementation, an in-memory model, and the database files beneath.

mod database;
mod error;
mod migration;
mod records;
mod store;

pub use database::{Database, DatabaseOptions, Durability};
pub use error::Error;
pub use migration::Migration;
pub use records::{
    AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, Developer, Expected, Key, Link,
    Loaded, Origin, Revision, Row, SessionRow, Write,
};
pub use store::{Answer, Store};
