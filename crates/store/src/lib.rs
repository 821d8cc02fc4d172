//! Resources at rest: one trait, an SQLite implementation, an in-memory model, and the database files beneath.

mod audit;
#[cfg(test)]
mod conformance;
mod database;
mod error;
mod grants;
mod key_uses;
mod memory;
mod migration;
mod papers;
mod person;
mod records;
mod sqlite;
mod store;

pub use database::{Database, DatabaseOptions, Durability};
pub use error::Error;
pub use grants::{Grant, GrantChange, GrantQuery};
pub use key_uses::KeyUseRow;
pub use memory::MemoryStore;
pub use migration::Migration;
pub use papers::{Paper, PaperChange, PaperQuery};
pub use person::{PeopleChange, PersonKind, PersonRow};
pub use records::{
    AuditEntry, AuditQuery, AuditRecord, AuditVerdict, Commit, Committed, DataKeyRow, Expected, Key, Link,
    Loaded, Origin, Revision, Row, SealChange, Sealed, SecretRow, SessionQuery, SessionRow, Write,
};
pub use sqlite::SqliteStore;
pub use store::{Answer, Store};

/// 32 bytes by their hexadecimal.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
        text
    })
}
