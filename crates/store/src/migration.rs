//! Changes of the database's shape, in order.

/// One change of a database's shape. Once released it is never edited: a later one corrects it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Rises by one, from 1.
    pub version: i64,
    /// What it does, such as `resources and audit`.
    pub name: &'static str,
    /// Statements separated by semicolons, run in one transaction.
    pub sql: &'static str,
}
