//! The store as a process meets it: files, damage, sudden death.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking and says what it skipped"
)]

mod files;
mod kill;
