//! The documentation: generated, checked and run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and what is skipped is said"
)]

mod blocked;
mod bounded;
mod browser;
mod cached;
mod cas;
mod compressed;
mod directory;
mod elsewhere;
mod encrypted;
mod granted;
mod grpc_web;
mod guessed;
mod guide;
mod ldap;
mod limits;
mod markdown;
mod mirrored;
mod mocked;
mod ocsp;
mod oidc;
mod page;
mod pages;
mod reference;
mod saml;
mod sign;
mod subscribed;
mod talking;
mod time;
mod token_servers;
mod tokens;
mod validated;
mod webhooks;
mod workload;
