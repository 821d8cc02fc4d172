//! What schemas accept, by the official suite and beyond it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what is skipped is said")]

mod made;
mod openapi;
mod suite;
