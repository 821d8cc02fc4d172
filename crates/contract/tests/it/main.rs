//! Contracts as users bring them: documents of all dialects, broken ones, and large real ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, clippy::disallowed_methods, reason = "skips are said loudly, pages are timed")]

mod dialects;
mod findings;
mod graphql;
mod grpc;
mod mocked;
mod notations;
mod orders;
mod real;
mod samples;
mod soap;

use contract::Contract;

/// Reads a text that must be fine.
#[track_caller]
fn parse(text: &str) -> Contract {
    match Contract::parse(text, "api.yaml") {
        Ok(contract) => contract,
        Err(findings) => panic!("{findings:#?}"),
    }
}
