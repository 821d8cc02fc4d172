//! The whole of both APIs in one process: real control plane and analytics, a temporary SQLite store.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, one that is skipped says so"
)]

mod accounts;
#[allow(dead_code, reason = "its own tests ask more of it")]
#[path = "../../../passkey/tests/it/authenticator.rs"]
mod authenticator;
mod bad_input;
mod cache;
mod compressed;
mod configuration;
mod confirmation;
mod designs;
mod forensics;
#[allow(dead_code, reason = "the control plane's tests ask more of it")]
#[path = "../../../control/tests/it/idp.rs"]
mod idp;
mod journey;
mod limits;
mod oauth;
mod pages;
mod parts;
mod passkeys;
mod people;
mod permissions;
mod platform;
mod programs;
mod resources;
mod saml;
mod sandbox;
mod scim;
mod sessions;
mod sso;
mod told;
mod try_it;
